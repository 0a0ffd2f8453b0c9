// Expressions over the catalogue, data-quality rules, signals, and the cases that must come out as
// written.
#include "engine/lint/lint.hpp"
#include "engine/pack/checker.hpp"
#include "engine/pack/yaml.hpp"

#include <algorithm>

namespace pack {

namespace {

// Findings of an expression, at their place in the file; the program when there are none.
std::optional<rule::Program> check_expression(
    Checker& checker,
    const rule::Schema& schema,
    const std::string& pointer,
    const std::string& text) {
    const auto scalar = checker.loaded().places.of(pointer);
    const Text look_here{
        "检查此处前后：运算符两边都要有内容，括号和引号要成对",
        "look around this place: operators need both sides, brackets and quotes come in pairs"};
    for (const auto& found : rule::check(text, schema)) {
        const auto place = place_inside(checker.loaded(), scalar, text, found.line, found.column);
        const auto& cure = found.cure.zh.empty() ? look_here : found.cure;
        checker.add(Severity::error, place, found.code, found.message, cure);
    }
    auto program = rule::compile(text, schema);
    if (!program) return std::nullopt;
    auto never = contradiction(*program);
    if (!never && program->places().empty()) {
        // It reads nothing, so it is the same for every day and every firm.
        const bool holds =
            rule::decide(*program, rule::Row(schema), base::Date{}) == rule::Outcome::holds;
        if (!holds) never = Contradiction{.clause = text};
        if (holds) {
            checker.warn(
                pointer,
                "pack.always_holds",
                {"这条规则对任何企业都成立", "this rule holds for everybody"},
                {"若本意如此可以保留，否则补上条件",
                 "keep it if that is meant, else add a condition"});
        }
    }
    if (!never) {
        const auto needless =
            program->places().empty() ? std::vector<lint::Finding>{} : lint::conditions(*program);
        for (const auto& odd : needless) {
            const auto place = place_inside(checker.loaded(), scalar, text, odd.line, odd.column);
            checker.add(Severity::warning, place, "pack.needless", odd.message, odd.cure);
        }
        return std::move(*program);
    }
    checker.add(
        Severity::error,
        place_inside(checker.loaded(), scalar, text, never->line, never->column),
        "pack.never_holds",
        {"这条规则不可能成立：" + never->clause, "this rule can never hold: " + never->clause},
        {"检查各条件是否互相矛盾", "see which of its conditions exclude each other"});
    return std::nullopt;
}

// A product that reads what its consents do not open would never get an answer.
void check_scopes(
    Checker& checker, std::size_t i, const Product& product, const rule::Program& program) {
    for (const auto& name : rule::needs(program)) {
        const auto& attributes = checker.pack().attributes;
        const auto attribute = std::ranges::find(attributes, name, &Attribute::name);
        if (attribute == attributes.end() || attribute->scope == "public" ||
            one_of(product.scopes, attribute->scope))
            continue;
        checker.error(
            at("products", i, "/scopes"),
            "pack.scope_missing",
            {"规则用到“" + attribute->label.zh + "”，但产品没有要求授权范围 " + attribute->scope,
             "the rule reads “" + attribute->label.en +
                 "”, but the product does not ask for the scope " + attribute->scope},
            {"在 scopes 里加上 " + attribute->scope, "add " + attribute->scope + " to its scopes"});
    }
}

void check_quality(Checker& checker, const rule::Schema& schema) {
    const auto& pack = checker.pack();
    const auto attributes = codes_of(pack.attributes);
    const auto units = codes_of(pack.units);
    for (std::size_t i = 0; i < pack.quality.size(); ++i) {
        const auto& rule = pack.quality[i];
        checker.all_known(
            at("quality", i, "/attributes"), {"数据项", "attribute"}, rule.attributes, attributes);
        if (rule.owner)
            checker.known(at("quality", i, "/owner"), {"责任单位", "unit"}, *rule.owner, units);
        const bool compares =
            rule.kind == QualityKind::range || rule.kind == QualityKind::cross_field;
        if (compares == rule.must.empty()) {
            checker.error(
                at("quality", i, "/must"),
                "pack.quality_rule",
                {compares ? "取值和勾稽规则要写 must" : "完整性和时效规则不写 must",
                 compares ? "rules of range and across fields need `must`"
                          : "rules of completeness and freshness have no `must`"},
                {compares ? "写 must: 表达式" : "删去 must",
                 compares ? "write must: expression" : "remove `must`"});
        }
        if (rule.attributes.empty()) {
            checker.error(
                at("quality", i),
                "pack.quality_rule",
                {"规则没有指明数据项", "the rule names no attribute"},
                {"写 attributes: [数据项]", "write attributes: [name]"});
        }
        if (!rule.must.empty())
            check_expression(checker, schema, at("quality", i, "/must"), rule.must);
    }
}

void check_rosters(Checker& checker, const rule::Schema& schema) {
    const auto& pack = checker.pack();
    const auto attributes = codes_of(pack.attributes);
    for (std::size_t i = 0; i < pack.rosters.size(); ++i) {
        const auto& roster = pack.rosters[i];
        check_expression(checker, schema, at("rosters", i, "/expression"), roster.expression);
        checker.all_known(
            at("rosters", i, "/columns"), {"数据项", "attribute"}, roster.columns, attributes);
        if (!roster.group_by) continue;
        const auto pointer = at("rosters", i, "/group_by");
        if (!checker.known(pointer, {"数据项", "attribute"}, *roster.group_by, attributes))
            continue;
        const auto& by = schema.at(*schema.find(*roster.group_by));
        if (by.type == rule::Type::choice || by.type == rule::Type::text ||
            by.type == rule::Type::boolean)
            continue;
        checker.error(
            pointer,
            "pack.roster_group",
            {"只能按选项、文字或是否类数据项分组",
             "groups are by a choice, a text or a yes-no attribute"},
            {"改用这些类型的数据项", "use an attribute of such a type"});
    }
}

void check_signals(Checker& checker, const rule::Schema& schema) {
    const auto& pack = checker.pack();
    for (std::size_t i = 0; i < pack.signals.size(); ++i) {
        const auto& signal = pack.signals[i];
        checker.within(at("signals", i, "/weight"), signal.weight, 1, 1'000);
        const auto when = check_expression(checker, schema, at("signals", i, "/when"), signal.when);
        if (signal.watches.empty()) continue;
        const auto watches =
            check_expression(checker, schema, at("signals", i, "/watches"), signal.watches);
        if (!when || !watches) continue;
        const auto both = rule::compile(signal_text(signal), schema);
        if (both && !contradiction(*both)) continue;
        checker.error(
            at("signals", i, "/when"),
            "pack.never_holds",
            {"watches 和 when 不可能同时成立", "`watches` and `when` can never hold together"},
            {"检查两者是否互相矛盾", "see how they exclude each other"});
    }
}

struct Compiled {
    const rule::Schema& schema;
    const std::vector<std::optional<rule::Program>>& programs;
};

void check_expectation(
    Checker& checker,
    const std::string& pointer,
    const Case& example,
    const Expectation& wanted,
    const rule::Row& row,
    const Compiled& compiled) {
    const auto& products = checker.pack().products;
    const auto product = std::ranges::find(products, wanted.product, &Product::code);
    const auto outcomes = yaml::choice_names<match::Standing>();
    if (!checker.known(
            pointer + "/product", {"产品", "product"}, wanted.product, codes_of(products)))
        return;
    if (!checker.known(pointer + "/outcome", {"结果", "outcome"}, wanted.outcome, outcomes)) return;
    const auto& program = compiled.programs[static_cast<std::size_t>(product - products.begin())];
    if (!program) return; // its rule has findings of its own
    // Who may have a product does not depend on its price.
    const auto offer = offer_of(*product, &*program, Rate{});
    const auto candidate = match::candidate(offer, row, example.today);
    const std::string got(base::json::enum_name(candidate.standing));
    auto missing = rule::missing(*program, row, example.today);
    auto expected = wanted.missing;
    std::ranges::sort(missing);
    std::ranges::sort(expected);
    const auto shown = missing.empty() ? "" : " (" + listed(missing) + ")";
    if (got == wanted.outcome && (expected.empty() || missing == expected)) return;
    const auto explained = rule::explain(*program, row, example.today);
    checker.error(
        pointer,
        "pack.case",
        {"案例“" + example.name + "”对 " + wanted.product + "：应为 " + wanted.outcome + "，得到 " +
             got + shown + "。" + explained.sentence.zh,
         "case “" + example.name + "”, " + wanted.product + ": expected " + wanted.outcome +
             ", got " + got + shown + ". " + explained.sentence.en},
        {"改案例的 facts 或期望，或改产品的 eligibility",
         "change the case's facts or its expectation, or the product's eligibility"});
}

void check_cases(Checker& checker, const Compiled& compiled) {
    const auto& pack = checker.pack();
    Codes names = codes_of(pack.attributes);
    for (std::size_t i = 0; i < pack.cases.size(); ++i) {
        const auto& example = pack.cases[i];
        rule::Row row(compiled.schema);
        bool sound = true;
        for (const auto& [name, text] : example.facts) {
            const auto pointer = at("cases", i, "/facts/") + name;
            if (!checker.known(pointer, {"数据项", "attribute"}, name, names)) {
                sound = false;
                continue;
            }
            const auto place = *compiled.schema.find(name);
            const auto value = rule::from_text(compiled.schema.at(place), text);
            if (value) {
                row.put(place, *value);
                continue;
            }
            sound = false;
            checker.error(pointer, "pack.case_fact", value.error().message, value.error().cure);
        }
        if (!sound) continue;
        for (std::size_t k = 0; k < example.expect.size(); ++k)
            check_expectation(
                checker,
                at("cases", i, "/expect/") + std::to_string(k),
                example,
                example.expect[k],
                row,
                compiled);
    }
}

} // namespace

void check_rules(Checker& checker) {
    const auto& pack = checker.pack();
    const auto schema = rule::Schema::make(rule_attributes(pack));
    if (!schema) {
        const auto& error = schema.error();
        if (checker.any_error()) return; // said better by the check of the catalogue
        checker.error("/attributes" + error.field, "pack.attribute", error.message, error.cure);
        return;
    }
    std::vector<std::optional<rule::Program>> programs(pack.products.size());
    for (std::size_t i = 0; i < pack.products.size(); ++i) {
        const auto& product = pack.products[i];
        programs[i] = check_expression(
            checker, *schema, at("products", i, "/eligibility"), product.eligibility);
        if (programs[i]) check_scopes(checker, i, product, *programs[i]);
    }
    check_quality(checker, *schema);
    check_rosters(checker, *schema);
    check_signals(checker, *schema);
    check_cases(checker, {*schema, programs});
}

} // namespace pack
