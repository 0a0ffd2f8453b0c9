// What a pack says of registering security interests.
#include "engine/pack/checker.hpp"

#include <algorithm>

namespace pack {
namespace {

void check_regime(Checker& checker, std::size_t i) {
    const auto& regime = checker.pack().security_regimes[i];
    const auto place = at("security_regimes", i);
    const auto assets = codes_of(regime.assets);
    for (std::size_t k = 0; k < regime.kinds.size(); ++k) {
        const auto kind = place + "/kinds/" + std::to_string(k);
        checker.all_known(
            kind + "/assets", {"担保财产类别", "asset"}, regime.kinds[k].assets, assets);
        if (!regime.kinds[k].assets.empty()) continue;
        checker.error(
            kind,
            "pack.security",
            {"这一类型没有可以担保的财产", "nothing can be encumbered by this kind"},
            {"在 assets 写至少一个类别", "write at least one asset"});
    }
    for (std::size_t k = 0; k < regime.exclusions.size(); ++k) {
        if (!one_of(assets, regime.exclusions[k].code)) continue;
        checker.error(
            place + "/exclusions/" + std::to_string(k),
            "pack.security",
            {"“" + regime.exclusions[k].code + "”既可登记又被排除",
             "“" + regime.exclusions[k].code + "” is both registrable and excluded"},
            {"从 assets 或 exclusions 删去一处", "remove it from assets or from exclusions"});
    }
    if (regime.term_months_least < 1 || regime.term_months_most < regime.term_months_least) {
        checker.error(
            place + "/term_months_least",
            "pack.limits",
            {"期限上下限颠倒或为零", "the limits of the term are reversed or zero"},
            {"下限至少 1 个月，不高于上限", "at least 1 month, and not above the upper limit"});
    }
    checker.within(place + "/extend_days", regime.extend_days, 1, 3'650);
    checker.within(place + "/discharge_days", regime.discharge_days, 1, 250);
    checker.within(place + "/name_change_months", regime.name_change_months, 1, 60);
    checker.within(place + "/purchase_money_days", regime.purchase_money_days, 0, 365);
    for (std::size_t k = 0; k < regime.remind_days.size(); ++k)
        checker.within(
            place + "/remind_days/" + std::to_string(k), regime.remind_days[k], 1, 3'650);
    if (std::ranges::none_of(regime.registrars, &Registrar::statutory)) {
        checker.error(
            place,
            "pack.security",
            {"没有法定登记系统，任何登记都不产生对抗效力",
             "no registrar is statutory: nothing would count as registered"},
            {"在 registrars 中标明 statutory: true", "mark one of registrars statutory: true"});
    }
}

// 机构常用户管理员 maintains users and can neither register nor search; operators do.
void check_operators(Checker& checker, std::size_t i) {
    const auto& role = checker.pack().roles[i];
    if (role.kind != PartyKind::institution || !one_of(role.rights, "people_manage")) return;
    for (const auto* right : {"registry_register", "registry_search"}) {
        if (!one_of(role.rights, right)) continue;
        checker.error(
            at("roles", i, "/rights"),
            "pack.role_exclusion",
            {"机构的用户管理员不得登记或查询：" + role.code,
             "an institution's administrator may neither register nor search: " + role.code},
            {"删去 " + std::string(right) + "，另设操作员角色",
             "remove " + std::string(right) + " and give it to an operator's role"});
    }
    for (std::size_t k = 0; k < checker.pack().roles.size(); ++k) {
        const auto& other = checker.pack().roles[k];
        const bool operates =
            other.kind == PartyKind::institution &&
            (one_of(other.rights, "registry_register") || one_of(other.rights, "registry_search"));
        if (k == i || !operates || one_of(other.excludes, role.code) ||
            one_of(role.excludes, other.code))
            continue;
        checker.error(
            at("roles", k),
            "pack.role_exclusion",
            {"角色“" + other.code + "”与“" + role.code + "”须互斥：用户管理与登记操作分设",
             "the roles “" + other.code + "” and “" + role.code +
                 "” must exclude each other: administering and operating stay apart"},
            {"写 excludes: [" + role.code + "]", "write excludes: [" + role.code + "]"});
    }
}

} // namespace

void check_security(Checker& checker) {
    const auto& regimes = checker.pack().security_regimes;
    for (std::size_t i = 0; i < regimes.size(); ++i) {
        check_regime(checker, i);
        for (std::size_t k = 0; k < i; ++k) {
            if (regimes[k].from != regimes[i].from) continue;
            checker.error(
                at("security_regimes", i, "/from"),
                "pack.dates",
                {"两个版本同一天施行", "two versions begin on the same day"},
                {"改其中一个的 from", "change one of the days"});
        }
    }
    for (std::size_t i = 0; i < checker.pack().roles.size(); ++i)
        check_operators(checker, i);
}

} // namespace pack
