// Signing in and out, who I am, my password, my sessions; and the first start. The worked example
// of endpoints.
#include "base/clock.hpp"
#include "domain/identity/identity.hpp"
#include "domain/party/party.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/cookie.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>

namespace api {
namespace {

struct AboutPack {
    std::string code;
    Text title;
    Text county;
    Text notice;
};
BOOST_DESCRIBE_STRUCT(AboutPack, (), (code, title, county, notice))

struct About {
    std::string product = "rongqiao";
    std::string version;
    AboutPack pack;
    bool demo = false;
    Instant now;
    base::Date today;
    bool set_up = false; // there are people; before that there is only POST /v1/setup
};
BOOST_DESCRIBE_STRUCT(About, (), (product, version, pack, demo, now, today, set_up))

struct MyParty {
    Id<base::Party> id;
    base::PartyKind kind = base::PartyKind::platform;
    std::string code;
    Text name;
};
BOOST_DESCRIBE_STRUCT(MyParty, (), (id, kind, code, name))

struct MyRole {
    std::string code;
    Text label;
};
BOOST_DESCRIBE_STRUCT(MyRole, (), (code, label))

struct Me {
    Id<base::Person> id;
    std::string login;
    std::string name;
    MyParty party;
    std::vector<MyRole> roles;
    std::vector<Right> rights;
    bool must_change_password = false;
    std::int64_t badge = 0; // unread notices that ask for work
};
BOOST_DESCRIBE_STRUCT(Me, (), (id, login, name, party, roles, rights, must_change_password, badge))

struct SignInWish {
    std::string login;
    std::string password;
};
BOOST_DESCRIBE_STRUCT(SignInWish, (), (login, password))

struct SignInAnswer {
    Me person;
};
BOOST_DESCRIBE_STRUCT(SignInAnswer, (), (person))

// The members are `old` and `new`; the second is no name C++ allows.
using PasswordWish = std::map<std::string, std::string>;

struct SetUpPerson {
    std::string login;
    std::string name;
    std::string password;
    std::string role;
};
BOOST_DESCRIBE_STRUCT(SetUpPerson, (), (login, name, password, role))

struct SetUp {
    std::string code; // shown on the console at the first start
    std::vector<SetUpPerson> people;
};
BOOST_DESCRIBE_STRUCT(SetUp, (), (code, people))

MyParty party_of(const Services& services, const base::Actor& actor) {
    if (!actor.party) {
        const Text name{"平台管理", "Platform administration"};
        return {.id = {}, .kind = actor.kind, .code = "", .name = name};
    }
    const auto found = services.database->read(
        [&](const store::Snapshot& db) { return party::find(db, actor.party); });
    base::ensure(found.has_value(), "a person's organisation exists");
    return {.id = found->id, .kind = found->kind, .code = found->code, .name = found->name};
}

Result<Me> me(const Services& services, const base::Actor& actor, bool must_change_password) {
    const auto person = services.database->read(
        [&](const store::Snapshot& db) { return identity::find(db, actor.person); });
    base::ensure(person.has_value(), "whoever is signed in is registered");
    Me me;
    me.id = person->id;
    me.login = person->login;
    me.name = person->name;
    me.party = party_of(services, actor);
    for (const auto& role : services.identity->roles()) {
        if (std::ranges::find(person->roles, role.code) == person->roles.end()) continue;
        me.roles.push_back({role.code, role.label});
    }
    for (unsigned i = 0; i < static_cast<unsigned>(Right::count_); ++i) {
        if (actor.rights.has(static_cast<Right>(i))) me.rights.push_back(static_cast<Right>(i));
    }
    me.must_change_password = must_change_password;
    if (services.unread) me.badge = services.unread(actor);
    return me;
}

Result<SignInAnswer> sign_in(Services& services, Call& call, const SignInWish& wish) {
    auto& identity = *services.identity;
    const auto signed_in = TRY(identity.sign_in(
        {.login = wish.login,
         .password = base::Secret(wish.password),
         .from = std::string(call.request.peer)}));
    const auto bearer = identity.bearer(signed_in.token.reveal());
    base::ensure(bearer.has_value(), "a new session is alive");
    const bool secure = services.program.secure_cookie;
    call.answer_headers.emplace_back("Set-Cookie", set_cookie(signed_in.token, secure));
    return SignInAnswer{TRY(me(services, bearer->actor, bearer->must_change_password))};
}

Result<store::Receipt> change_password(Services& services, Call& call, const PasswordWish& wish) {
    for (const auto* name : {"old", "new"}) {
        if (wish.contains(name)) continue;
        return base::invalid(
                   "json.shape",
                   {"必填：原密码和新密码。", "Both the old and the new password are required."},
                   {"请同时提供 old 和 new。", "Send both `old` and `new`."})
            .at(std::string("/") + name);
    }
    return services.identity->change_password(
        call.command(), call.session, base::Secret(wish.at("old")), base::Secret(wish.at("new")));
}

Result<store::Receipt> set_up(Services& services, Call& call, const SetUp& wish) {
    std::vector<identity::FirstPerson> people;
    for (const auto& person : wish.people) {
        people.push_back(
            {.login = person.login,
             .name = person.name,
             .password = base::Secret(person.password),
             .role = person.role});
    }
    const base::Secret code(wish.code);
    return services.identity->set_up(call.command(), code, people, call.request.peer);
}

About about(const Services& services, Instant now) {
    const auto& header = services.policy->pack().header;
    return {
        .version = services.program.version,
        .pack =
            {.code = header.code,
             .title = header.title,
             .county = header.county,
             .notice = header.notice},
        .demo = services.program.demo,
        .now = now,
        .today = services.policy->zone().date(now),
        .set_up = services.identity->set_up_done()};
}

void declare_first_start(Endpoints& all, Services& services) {
    all.get(
           "/v1/about",
           Access::open(),
           {"本平台：版本、县域、是否演示", "This platform: version, county, demo or not"},
           [&](Call& call) -> Result<About> { return about(services, call.now); })
        .before_set_up()
        .before_password()
        .cheap();
    all.post(
           "/v1/setup",
           Access::open(),
           {"首次启动：设立三类管理员", "First start: register the three administrators"},
           [&](Call& call, const SetUp& wish) { return set_up(services, call, wish); })
        .before_set_up()
        .keeps_secrets();
}

} // namespace

void declare_session(Endpoints& all, Services& services) {
    all.capability("session");
    declare_first_start(all, services);
    all.ask(
           "/v1/session",
           Access::open(),
           {"登录", "Sign in"},
           [&](Call& call, const SignInWish& wish) { return sign_in(services, call, wish); })
        .keeps_secrets()
        .before_password();
    all.get(
           "/v1/session",
           Access::signed_in(),
           {"我是谁：单位、角色、权限", "Who I am: organisation, roles, rights"},
           [&](Call& call) { return me(services, call.actor, call.must_change_password); })
        .before_password();
    all.del(
           "/v1/session",
           Access::signed_in(),
           {"退出登录", "Sign out"},
           [&](Call& call) -> Result<> {
               call.answer_headers.emplace_back(
                   "Set-Cookie", clear_cookie(services.program.secure_cookie));
               return services.identity->sign_out(call.actor, call.session);
           })
        .without_key()
        .before_password();
    all.put(
           "/v1/session/password",
           Access::signed_in(),
           {"修改密码", "Change my password"},
           [&](Call& call, const PasswordWish& wish) {
               return change_password(services, call, wish);
           })
        .keeps_secrets()
        .before_password();
    all.get(
        "/v1/session/list",
        Access::signed_in(),
        {"我的登录会话", "My sessions"},
        [&](Call& call) -> Result<std::vector<identity::SessionView>> {
            return services.identity->sessions(call.actor.person, call.session);
        });
    all.del(
        "/v1/session/list/{id}",
        Access::signed_in(),
        {"结束一个登录会话", "End one of my sessions"},
        [&](Call& call) -> Result<store::Receipt> {
            const auto id = TRY(call.id<base::Session>());
            return services.identity->revoke(call.command(), id);
        });
}

} // namespace api
