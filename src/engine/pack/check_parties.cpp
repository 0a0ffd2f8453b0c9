// Units, institutions, roles, refusals, and what of a product is no expression.
#include "engine/pack/checker.hpp"

#include <algorithm>

namespace pack {

namespace {

const Text unit_word{"责任单位", "unit"};

void check_units(Checker& checker) {
    const auto& pack = checker.pack();
    std::map<std::string, std::string> names;
    std::size_t leading = 0;
    for (std::size_t i = 0; i < pack.units.size(); ++i) {
        const auto& unit = pack.units[i];
        leading += unit.leads ? 1 : 0;
        const auto take = [&](const std::string& name, const std::string& pointer) {
            const auto [first, fresh] = names.emplace(name, unit.code);
            if (fresh) return;
            checker.error(
                pointer,
                "pack.duplicate_label",
                {"“" + name + "”已是 " + first->second + " 的名称",
                 "“" + name + "” names " + first->second + " already"},
                {"一个名称只能指一个单位：删去其一", "one name stands for one unit: remove one"});
        };
        take(unit.name.zh, at("units", i, "/name"));
        for (std::size_t k = 0; k < unit.aliases.size(); ++k)
            take(unit.aliases[k], at("units", i, "/aliases/") + std::to_string(k));
    }
    if (!pack.units.empty() && leading != 1) {
        checker.warn(
            "/units/0",
            "pack.leading_unit",
            {"领导小组办公室应设在且仅设在一个单位，现有 " + std::to_string(leading) + " 个",
             std::to_string(leading) + " units hold the leading group's office; one should"},
            {"在该单位写 leads: true", "write leads: true at that unit"});
    }
}

Codes right_names() {
    Codes names;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<base::Right>>(
        [&](auto right) { names.emplace_back(right.name); });
    return names;
}

// 三员分立 (GB/T 22239-2019, 8.1.5): the three administrators are different people.
Codes administrator_rights(const Role& role) {
    Codes found;
    for (const auto* right : {"system_manage", "security_manage", "audit_read"}) {
        if (one_of(role.rights, right)) found.emplace_back(right);
    }
    return found;
}

void check_separation(Checker& checker, std::size_t i) {
    const auto& roles = checker.pack().roles;
    const auto mine = administrator_rights(roles[i]);
    if (mine.size() > 1) {
        checker.error(
            at("roles", i, "/rights"),
            "pack.role_exclusion",
            {"角色“" + roles[i].code + "”同时有 " + listed(mine) + "，系统、安全、审计三员须分立",
             "the role “" + roles[i].code + "” has " + listed(mine) +
                 ": system, security and audit stay apart"},
            {"拆成几个互斥的角色", "split it into roles that exclude each other"});
    }
    for (std::size_t k = 0; k < i; ++k) {
        const auto theirs = administrator_rights(roles[k]);
        const bool apart =
            one_of(roles[i].excludes, roles[k].code) || one_of(roles[k].excludes, roles[i].code);
        if (mine.empty() || theirs.empty() || mine == theirs || apart) continue;
        checker.error(
            at("roles", i),
            "pack.role_exclusion",
            {"角色“" + roles[i].code + "”与“" + roles[k].code + "”须互斥：系统、安全、审计三员分立",
             "the roles “" + roles[i].code + "” and “" + roles[k].code +
                 "” must exclude each other: system, security and audit stay apart"},
            {"写 excludes: [" + roles[k].code + "]", "write excludes: [" + roles[k].code + "]"});
    }
}

void check_roles(Checker& checker) {
    const auto& roles = checker.pack().roles;
    const auto rights = right_names();
    const auto codes = codes_of(roles);
    for (std::size_t i = 0; i < roles.size(); ++i) {
        checker.all_known(at("roles", i, "/rights"), {"权限", "right"}, roles[i].rights, rights);
        checker.all_known(at("roles", i, "/excludes"), {"角色", "role"}, roles[i].excludes, codes);
        if (one_of(roles[i].excludes, roles[i].code)) {
            checker.error(
                at("roles", i, "/excludes"),
                "pack.role_exclusion",
                {"角色不能与自己互斥", "a role cannot exclude itself"},
                {"删去 " + roles[i].code, "remove " + roles[i].code});
        }
        check_separation(checker, i);
    }
}

void check_refusals(Checker& checker) {
    const auto& pack = checker.pack();
    const auto units = codes_of(pack.units);
    for (std::size_t i = 0; i < pack.refusals.size(); ++i) {
        const auto& refusal = pack.refusals[i];
        if (refusal.owner)
            checker.known(at("refusals", i, "/owner"), unit_word, *refusal.owner, units);
        if (refusal.repairable)
            checker.within(at("refusals", i, "/repair_days"), refusal.repair_days, 1, 250);
    }
}

} // namespace

void check_parties(Checker& checker) {
    check_units(checker);
    check_roles(checker);
    check_refusals(checker);
}

namespace {

void check_limits(Checker& checker, std::size_t i, const Product& product) {
    const auto wrong_way = [&](const char* member, const char* zh, const char* en) {
        checker.error(
            at("products", i, member),
            "pack.limits",
            {std::string(zh), std::string(en)},
            {"下限不得高于上限，且都大于零",
             "the lower limit is above zero and not above the upper one"});
    };
    if (product.amount_min.fen <= 0 || product.amount_min > product.amount_max)
        wrong_way(
            "/amount_min", "金额上下限颠倒或为零", "the limits of the amount are reversed or zero");
    if (product.term_min_months < 1 || product.term_min_months > product.term_max_months)
        wrong_way(
            "/term_min_months",
            "期限上下限颠倒或为零",
            "the limits of the term are reversed or zero");
    checker.within(at("products", i, "/term_max_months"), product.term_max_months, 1, 600);
    checker.within(at("products", i, "/answer_days"), product.answer_days, 1, 60);
    if (product.valid_to && *product.valid_to < product.valid_from) {
        checker.error(
            at("products", i, "/valid_to"),
            "pack.dates",
            {"失效日早于生效日", "it ends before it begins"},
            {"valid_to 写在 " + product.valid_from.text() + " 或之后",
             "write valid_to on or after " + product.valid_from.text()});
    }
}

// 年利率 24 % is the old ceiling of judicial protection; no product of a platform may pass it.
void check_price(Checker& checker, std::size_t i, const Product& product) {
    const bool fixed = product.price.base == PriceBase::fixed;
    const auto least = fixed ? 1 : -400;
    const auto most = fixed ? 2'400 : 2'000;
    if (product.price.spread_bp < least || product.price.spread_bp > most) {
        checker.error(
            at("products", i, "/price"),
            "pack.price",
            {"利率 " + std::to_string(product.price.spread_bp) + " 个基点不合常理",
             "a price of " + std::to_string(product.price.spread_bp) +
                 " basis points cannot be meant"},
            {"单位是基点（1% = 100）：" + std::to_string(least) + " … " + std::to_string(most),
             "the unit is the basis point (1 % = 100): " + std::to_string(least) + " … " +
                 std::to_string(most)});
    }
    for (const auto& [member, rate] :
         {std::pair{"/fee_rate", product.fee_rate},
          std::pair{"/subsidy_rate", product.subsidy_rate}}) {
        if (rate.ppm >= 0 && rate <= Rate::percent(10)) continue;
        checker.error(
            at("products", i, member),
            "pack.price",
            {"年费率 " + rate.percent_text() + "% 不合常理",
             "a yearly rate of " + rate.percent_text() + "% cannot be meant"},
            {"写 0% 到 10% 之间", "write 0% to 10%"});
    }
}

} // namespace

void check_products(Checker& checker) {
    const auto& pack = checker.pack();
    const auto institutions = codes_of(pack.institutions);
    const auto kinds = codes_of(pack.product_kinds);
    const auto guarantees = codes_of(pack.guarantee_modes);
    const auto repayments = codes_of(checker.loaded().tables.repayment_modes.modes);
    const auto scopes = codes_of(pack.scopes);
    const auto tags = codes_of(pack.tags);
    for (std::size_t i = 0; i < pack.products.size(); ++i) {
        const auto& product = pack.products[i];
        checker.known(
            at("products", i, "/institution"),
            {"机构", "institution"},
            product.institution,
            institutions);
        checker.known(
            at("products", i, "/kind"), {"产品种类", "product kind"}, product.kind, kinds);
        checker.all_known(
            at("products", i, "/guarantee_modes"),
            {"担保方式", "guarantee mode"},
            product.guarantee_modes,
            guarantees);
        checker.all_known(
            at("products", i, "/repayment_modes"),
            {"还款方式", "repayment mode"},
            product.repayment_modes,
            repayments);
        checker.all_known(
            at("products", i, "/scopes"), {"授权范围", "scope"}, product.scopes, scopes);
        checker.all_known(at("products", i, "/tags"), {"重点领域", "tag"}, product.tags, tags);
        check_limits(checker, i, product);
        check_price(checker, i, product);
    }
}

} // namespace pack
