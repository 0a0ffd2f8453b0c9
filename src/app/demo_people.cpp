// Who can sign in to the demo county. Roles are found by the rights they give, so that any pack
// serves.
#include "app/demo_names.hpp"
#include "app/demo_world.hpp"

#include <algorithm>

namespace app::demo {
namespace {

using base::PartyKind;
using base::Right;

// Roles of that kind that together give the rights, the narrowest for each; without those rights
// that no role of the kind gives.
std::vector<std::string> roles_with(
    const pack::Policy& policy, PartyKind kind, std::initializer_list<Right> rights) {
    std::vector<std::string> chosen;
    for (const auto right : rights) {
        if (policy.rights_of(chosen).has(right)) continue;
        const pack::Role* found = nullptr;
        const auto name = base::json::enum_name(right);
        for (const auto& role : policy.pack().roles) {
            if (role.kind != kind || std::ranges::find(role.rights, name) == role.rights.end())
                continue;
            if (found == nullptr || role.rights.size() < found->rights.size()) found = &role;
        }
        if (found != nullptr) chosen.push_back(found->code);
    }
    return chosen;
}

// The role with the most rights of that kind: 负责人, 主管.
std::vector<std::string> head_role(const pack::Policy& policy, PartyKind kind) {
    const pack::Role* found = nullptr;
    for (const auto& role : policy.pack().roles) {
        if (role.kind != kind) continue;
        if (found == nullptr || role.rights.size() > found->rights.size()) found = &role;
    }
    return found == nullptr ? std::vector<std::string>{} : std::vector{found->code};
}

struct Place {
    Id<base::Party> party;
    PartyKind kind = PartyKind::platform;
    std::string unit;
    Text name;
};

struct Post {
    std::string login;
    Text work;
    std::vector<std::string> roles;
    bool told = false; // whether the sign-in is printed
};

Place place_of(const World& world, PartyKind kind, std::string_view code) {
    const auto found =
        world.read([&](const store::Snapshot& db) { return party::find_code(db, kind, code); });
    base::ensure(found.has_value(), "the pack's organisations have joined");
    return {
        .party = found->id,
        .kind = kind,
        .unit = kind == PartyKind::enterprise ? std::string() : found->code,
        .name = found->name};
}

Result<Actor> register_at(World& world, const Place& place, const Post& post) {
    Random random(world.wish.seed, post.login);
    const auto name = person_name(random);
    const auto command = world.by(Actor::platform());
    const auto password = world.county.identity.one_time_password(command.id);
    const auto receipt = TRY(world.county.identity.register_person(
        command,
        {.login = post.login,
         .name = name,
         .party = place.party,
         .kind = place.kind,
         .unit = place.unit,
         .roles = post.roles,
         .must_change = false},
        password));
    if (post.told) {
        world.people.push_back(
            {.login = post.login,
             .one_time_password = password.reveal(),
             .who = {
                 place.name.zh + " · " + post.work.zh + " · " + name,
                 (place.name.en.empty() ? place.name.zh : place.name.en) + " · " + post.work.en +
                     " · " + name}});
    }
    Actor actor;
    actor.person = id_in<base::Person>(receipt);
    actor.party = place.party;
    actor.kind = place.kind;
    actor.rights = world.county.identity.rights_of(post.roles);
    actor.name = name;
    actor.unit = place.unit;
    return actor;
}

// System, security and audit: three persons, as 等保 asks (GB/T 22239-2019 8.1.5).
Result<> register_administrators(World& world) {
    auto& identity = world.county.identity;
    const auto roles = identity.administrator_roles();

    struct First {
        const char* login;
        Text work;
    };

    const First firsts[] = {
        {"xitong", {"系统管理员", "System administrator"}},
        {"anquan", {"安全管理员", "Security administrator"}},
        {"shenji", {"审计管理员", "Audit administrator"}}};
    std::vector<identity::FirstPerson> people;
    for (std::size_t i = 0; i < roles.size(); ++i) {
        Random random(world.wish.seed, firsts[i].login);
        const auto name = person_name(random);
        const auto password = identity.one_time_password(std::string("demo:") + firsts[i].login);
        people.push_back(
            {.login = firsts[i].login, .name = name, .password = password, .role = roles[i]});
        world.people.push_back(
            {.login = firsts[i].login,
             .one_time_password = password.reveal(),
             .who = {
                 "平台 · " + firsts[i].work.zh + " · " + name,
                 "Platform · " + firsts[i].work.en + " · " + name}});
    }
    TRY(identity.set_up(world.by(Actor::platform()), identity.set_up_code(), people, "demo"));
    return {};
}

std::string reporting_unit(const pack::Pack& pack) {
    // Who answers for the most figures of finance, apart from the office: in Jiashan the central
    // bank's county branch.
    std::map<std::string, int> counts;
    for (const auto& one : pack.indicators)
        counts[one.reporter] += one.group_code == "finance" ? 1 : 0;
    std::string found;
    for (const auto& unit : pack.units) {
        if (unit.leads || unit.code == pack.process.supervisor) continue;
        if (counts[unit.code] > (found.empty() ? 0 : counts[found])) found = unit.code;
    }
    return found;
}

Result<> register_department(World& world, const std::string& unit, const Post& post) {
    if (unit.empty() || post.roles.empty()) return {};
    const auto place = place_of(world, PartyKind::department, unit);
    const auto actor = TRY(register_at(world, place, post));
    world.officials.try_emplace(unit, actor);
    return {};
}

Result<> register_departments(World& world) {
    const auto& pack = world.policy().pack();
    const auto& policy = world.policy();
    std::string office;
    for (const auto& unit : pack.units) {
        if (unit.leads && office.empty()) office = unit.code;
    }
    const auto with = [&](std::initializer_list<Right> rights) {
        return roles_with(policy, PartyKind::department, rights);
    };
    TRY(register_department(
        world,
        pack.process.supervisor,
        {.login = "jinrongban",
         .work = {"督办员", "Supervisor"},
         .roles = with({Right::need_supervise, Right::fact_read, Right::task_report}),
         .told = true}));
    world.supervisor = world.officials.at(pack.process.supervisor);
    TRY(register_department(
        world,
        office,
        {.login = "jingxinju",
         .work = {"领导小组办公室", "Office of the leading group"},
         .roles = with({Right::indicator_report, Right::task_report, Right::need_supervise}),
         .told = true}));
    TRY(register_department(
        world,
        reporting_unit(pack),
        {.login = "renhang",
         .work = {"指标填报员", "Indicator reporter"},
         .roles = with({Right::indicator_report}),
         .told = true}));
    TRY(register_department(
        world,
        office,
        {.login = "lingdao",
         .work = {"查阅", "Viewer"},
         .roles = with({Right::indicator_read, Right::task_read}),
         .told = true}));
    TRY(register_department(
        world,
        pack.process.supervisor,
        {.login = "daoru",
         .work = {"数据导入员", "Importer"},
         .roles = with({Right::fact_import, Right::fact_read}),
         .told = true}));
    world.importer = Actor::platform();
    return {};
}

// Who decides on public money, and who pays it: different persons, as the roles exclude each other.
Result<> register_treasury(World& world) {
    const auto& policy = world.policy();
    const auto decide = roles_with(policy, PartyKind::department, {Right::budget_decide});
    const auto pay = roles_with(policy, PartyKind::department, {Right::budget_pay});
    if (decide.empty() || pay.empty()) return {};
    for (const auto& programme : policy.pack().programmes) {
        if (!world.reviewers.contains(programme.decides)) {
            const auto number = std::to_string(world.reviewers.size() + 1);
            world.reviewers[programme.decides] = TRY(register_at(
                world,
                place_of(world, PartyKind::department, programme.decides),
                {.login = "shenhe" + number,
                 .work = {"资金审核员", "Public money reviewer"},
                 .roles = decide,
                 .told = true}));
        }
        if (!world.payers.contains(programme.pays)) {
            const auto number = std::to_string(world.payers.size() + 1);
            world.payers[programme.pays] = TRY(register_at(
                world,
                place_of(world, PartyKind::department, programme.pays),
                {.login = "bokuan" + number,
                 .work = {"资金拨付员", "Treasury clerk"},
                 .roles = pay,
                 .told = true}));
        }
    }
    return {};
}

// Who registers security for a bank and searches the register.
Result<> register_operator(World& world, const Place& place, const std::string& stem) {
    const auto roles = roles_with(
        world.policy(), PartyKind::institution, {Right::registry_register, Right::registry_search});
    if (roles.empty()) return {};
    world.operators.push_back(TRY(register_at(
        world,
        place,
        {.login = stem + ".dengji",
         .work = {"登记操作员", "Registration operator"},
         .roles = roles,
         .told = true})));
    return {};
}

Result<> register_desk(World& world, const pack::Institution& institution, std::size_t ordinal) {
    const auto& policy = world.policy();
    const auto answer =
        roles_with(policy, PartyKind::institution, {Right::need_answer, Right::loan_record});
    if (answer.empty()) return {};
    const auto place = place_of(world, PartyKind::institution, institution.code);
    const bool bank = institution.kind == pack::InstitutionKind::bank;
    const bool guarantor = institution.kind == pack::InstitutionKind::guarantor;
    const auto number = std::to_string(ordinal);
    const auto known = std::ranges::count_if(
        world.desks, [&](const Desk& desk) { return desk.kind == institution.kind; });
    const bool told = (bank && known < 3) || (guarantor && known == 0);
    const auto stem = bank && known < 3 ? "yinhang" + std::to_string(known + 1)
                      : told            ? std::string("danbao")
                                        : "jigou" + number;
    Desk desk;
    desk.id = place.party;
    desk.code = institution.code;
    desk.name = place.name.zh;
    desk.kind = institution.kind;
    desk.settled_on = institution.settled_on;
    desk.slowness_percent = 60 + static_cast<std::int64_t>((ordinal * 37) % 110);
    // The one who answers also records loans; the head of the desk has every right of its kind.
    desk.officer = TRY(register_at(
        world,
        place,
        {.login = stem,
         .work = {"负责人", "Manager"},
         .roles = head_role(policy, PartyKind::institution),
         .told = told}));
    world.desks.push_back(desk);
    if (!told) return {};
    TRY(register_at(
        world,
        place,
        {.login = stem + ".jingli",
         .work = {"客户经理", "Account officer"},
         .roles = answer,
         .told = true}));
    if (bank) TRY(register_operator(world, place, stem));
    const auto editor = roles_with(policy, PartyKind::institution, {Right::product_edit});
    if (editor.empty()) return {};
    TRY(register_at(
        world,
        place,
        {.login = stem + ".chanpin",
         .work = {"产品经理", "Product editor"},
         .roles = editor,
         .told = true}));
    return {};
}

} // namespace

Result<> register_people(World& world) {
    TRY(register_administrators(world));
    TRY(register_departments(world));
    TRY(register_treasury(world));
    std::size_t ordinal = 0;
    for (const auto& institution : world.policy().pack().institutions)
        TRY(register_desk(world, institution, ++ordinal));
    return {};
}

// One person for each of the firms that post needs; the first four are the demo's own and their
// sign-ins are told, with a finance clerk each.
Result<> register_clerks(World& world) {
    constexpr std::size_t posting_firms_most = 56;
    constexpr std::size_t told_firms = 4;
    const auto& policy = world.policy();
    const auto owner = head_role(policy, PartyKind::enterprise);
    const auto clerk =
        roles_with(policy, PartyKind::enterprise, {Right::need_post, Right::fact_read});
    for (auto& firm : world.firms) {
        if (firm.ordinal >= posting_firms_most || owner.empty()) break;
        const bool told = firm.ordinal < told_firms;
        const auto login = "qiye" + std::to_string(firm.ordinal + 1);
        const Place place{
            .party = firm.id, .kind = PartyKind::enterprise, .unit = "", .name = {firm.name, ""}};
        firm.clerk = TRY(register_at(
            world,
            place,
            {.login = login, .work = {"负责人", "Owner"}, .roles = owner, .told = told}));
        if (!told) continue;
        TRY(register_at(
            world,
            place,
            {.login = login + ".caiwu",
             .work = {"财务", "Finance clerk"},
             .roles = clerk,
             .told = true}));
    }
    return {};
}

} // namespace app::demo
