#include "domain/identity/decide.hpp"

#include "domain/permission/permission.hpp"

#include <algorithm>

namespace identity {
namespace {

const pack::Role* role_of(std::span<const pack::Role> known, std::string_view code) {
    const auto found = std::ranges::find(known, code, &pack::Role::code);
    return found == known.end() ? nullptr : &*found;
}

bool names_right(const pack::Role& role, Right right) {
    return std::ranges::find(role.rights, base::json::enum_name(right)) != role.rights.end();
}

bool excludes(const pack::Role& one, const pack::Role& other) {
    return std::ranges::find(one.excludes, other.code) != one.excludes.end() ||
           std::ranges::find(other.excludes, one.code) != other.excludes.end();
}

bool fits_login(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '.' ||
           letter == '_' || letter == '-' || letter == '@';
}

base::Error not_yours() {
    return base::not_found(
        "permission.other_party",
        {"没有找到这个用户，或不属于本单位。", "No such person, or not of your organisation."},
        {"请联系安全管理员。", "Ask the security administrator."});
}

} // namespace

PersonState state_at(const Person& person, Instant now) {
    if (person.state != PersonState::active) return person.state;
    return person.locked_until && now < *person.locked_until ? PersonState::locked
                                                             : PersonState::active;
}

Result<std::string> clean_login(std::string_view login) {
    std::string clean(login);
    for (auto& letter : clean) {
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    }
    if (clean.size() < 3 || clean.size() > 64 || !std::ranges::all_of(clean, fits_login)) {
        return base::invalid(
                   "identity.login_malformed",
                   {"登录名不符合要求。", "The login is not acceptable."},
                   {"请使用 3 至 64 个小写字母、数字或 . _ - @。",
                    "Use 3 to 64 letters, digits or . _ - @."})
            .at("/login");
    }
    return clean;
}

Rights rights_of(std::span<const pack::Role> known, const std::vector<std::string>& roles) {
    Rights rights;
    for (const auto& code : roles) {
        const auto* role = role_of(known, code);
        if (role == nullptr) continue;
        for (const auto& name : role->rights) {
            if (const auto right = base::json::enum_from<Right>(name)) rights.add(*right);
        }
    }
    return rights;
}

Result<> check_roles(
    std::span<const pack::Role> known, PartyKind kind, const std::vector<std::string>& roles) {
    if (roles.empty()) {
        return base::invalid(
                   "identity.no_role",
                   {"至少需要一个角色。", "At least one role is needed."},
                   {"请选择角色。", "Choose a role."})
            .at("/roles");
    }
    for (std::size_t i = 0; i < roles.size(); ++i) {
        const auto* role = role_of(known, roles[i]);
        const auto place = "/roles/" + std::to_string(i);
        if (role == nullptr) {
            return base::invalid(
                       "identity.role_unknown",
                       {"没有角色“" + roles[i] + "”。", "There is no role “" + roles[i] + "”."},
                       {"请从角色列表中选择。", "Choose from the list of roles."})
                .at(place);
        }
        if (role->kind != kind) {
            return base::invalid(
                       "identity.role_other_kind",
                       {"角色“" + role->label.zh + "”不适用于这类单位。",
                        "The role “" + role->label.en + "” is not for this kind of organisation."},
                       {"请选择适用于该单位的角色。", "Choose a role for this organisation."})
                .at(place);
        }
        for (std::size_t k = 0; k < i; ++k) {
            const auto* other = role_of(known, roles[k]);
            if (roles[k] != roles[i] && !excludes(*role, *other)) continue;
            return base::rejected(
                       "identity.roles_exclude",
                       {"同一人不能同时担任“" + other->label.zh + "”和“" + role->label.zh + "”。",
                        "One person may not be both “" + other->label.en + "” and “" +
                            role->label.en + "”."},
                       {"请将两个角色分给不同的人。", "Give the two roles to different people."})
                .at(place);
        }
    }
    return {};
}

Result<> may_manage(const base::Actor& actor, PartyKind kind, Id<base::Party> party) {
    if (actor.rights.has(Right::security_manage)) return {};
    TRY(permission::require(
        actor, kind == PartyKind::platform ? Right::security_manage : Right::people_manage));
    if (party && party == actor.party) return {};
    return not_yours();
}

Result<Person> managed(const store::Snapshot& db, const base::Actor& actor, Id<base::Person> id) {
    auto person = find(db, id);
    if (!person) return not_yours();
    TRY(may_manage(actor, person->kind, person->party));
    return *std::move(person);
}

std::vector<std::string> administrator_roles(std::span<const pack::Role> known) {
    std::vector<std::string> codes;
    for (const auto right : {Right::system_manage, Right::security_manage, Right::audit_read}) {
        const auto found = std::ranges::find_if(known, [&](const pack::Role& role) {
            return role.kind == PartyKind::platform && names_right(role, right) &&
                   std::ranges::find(codes, role.code) == codes.end();
        });
        if (found == known.end()) return {};
        codes.push_back(found->code);
    }
    return codes;
}

Result<> check_first_people(
    std::span<const pack::Role> known, const std::vector<FirstPerson>& people) {
    auto wanted = administrator_roles(known);
    base::ensure(!wanted.empty(), "the pack has the three administrators' roles");
    std::vector<std::string> given;
    for (const auto& person : people)
        given.push_back(person.role);
    std::ranges::sort(wanted);
    std::ranges::sort(given);
    if (wanted == given) return {};
    std::string names;
    for (const auto& code : wanted)
        names += (names.empty() ? "" : ", ") + code;
    return base::invalid(
               "identity.set_up_roles",
               {"须由三个人分别担任系统、安全、审计管理员。",
                "Three people must be the system, the security and the audit administrator."},
               {"请为以下角色各指定一人：" + names, "Name one person for each of: " + names})
        .at("/people");
}

Result<Person> change(
    Person person, std::int64_t version, const ChangePerson& wish, Id<base::Person> actor) {
    if (person.version != version) {
        return base::conflict(
            "identity.version",
            {"该用户刚被他人修改。", "Somebody else has just changed this person."},
            {"请刷新后重试。", "Load it again and repeat the change."});
    }
    const bool touches_rights = person.roles != wish.roles || person.state != wish.state;
    if (person.id == actor && touches_rights) {
        return base::rejected(
            "identity.own_roles",
            {"不能修改自己的角色或状态。", "Nobody changes their own roles or state."},
            {"请由另一位管理员办理。", "Ask another administrator."});
    }
    person.name = wish.name;
    person.roles = wish.roles;
    person.state = wish.state;
    if (wish.state == PersonState::active) {
        person.failures = 0;
        person.locked_until.reset();
    }
    ++person.version;
    return person;
}

SignInFailed fail(
    const Person& person, const std::string& from, const Settings& settings, Instant now) {
    SignInFailed failed{.person = person.id, .from = from, .failures = person.failures + 1};
    // A lock that ran out begins the count anew.
    if (person.locked_until && *person.locked_until <= now) failed.failures = 1;
    if (failed.failures >= settings.failures_most) {
        failed.locked_until = now.plus_ms(settings.lock_ms);
    }
    return failed;
}

base::Error wrong() {
    return base::unauthenticated(
        "identity.wrong",
        {"登录名或密码不正确。", "The login or the password is wrong."},
        {"请核对后重试；连续失败 5 次将锁定 30 分钟。",
         "Check both and try again; five failures lock the login for 30 minutes."});
}

base::Error old_password() {
    return base::rejected(
               "identity.old_password",
               {"原密码不正确。", "The old password is wrong."},
               {"请核对原密码。", "Check the old password."})
        .at("/old");
}

base::Error locked(Instant until, Instant now) {
    const auto minutes = std::to_string((until.ms - now.ms + 59'999) / 60'000);
    return base::unauthenticated(
        "identity.locked",
        {"登录名已锁定，还需 " + minutes + " 分钟。",
         "The login is locked for another " + minutes + " minutes."},
        {"请稍后再试，或联系本单位管理员解锁。",
         "Try again later, or ask your administrator to unlock it."});
}

base::Error slow_down(std::int64_t wait_ms) {
    const auto seconds = std::to_string((wait_ms + 999) / 1000);
    return base::unavailable(
        "identity.slow_down",
        {"登录尝试过于频繁。", "Too many attempts to sign in."},
        {"请 " + seconds + " 秒后再试。", "Try again in " + seconds + " seconds."});
}

} // namespace identity
