#include "engine/pack/check.hpp"

#include "engine/pack/checker.hpp"

#include <algorithm>

namespace pack {

void Checker::add(
    Severity severity, const Place& place, std::string code, Text message, Text cure) {
    findings_.push_back(
        finding(severity, place, std::move(code), std::move(message), std::move(cure)));
}

bool one_of(const Codes& codes, std::string_view word) {
    return std::ranges::find(codes, word) != codes.end();
}

bool Checker::known(
    const std::string& pointer, const Text& what, const std::string& code, const Codes& codes) {
    if (one_of(codes, code)) return true;
    const auto near = nearest(code, codes);
    const auto all = listed(codes);
    error(
        pointer,
        "pack.reference",
        {"没有代码为“" + code + "”的" + what.zh, "there is no " + what.en + " “" + code + "”"},
        !near.empty() ? Text{"改为 " + near, "write " + near}
        : all.empty() ? Text{"先定义" + what.zh, "define the " + what.en + " first"}
                      : Text{"取其一：" + all, "write one of: " + all});
    return false;
}

void Checker::all_known(
    const std::string& pointer, const Text& what, const Codes& words, const Codes& codes) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto place = pointer + "/" + std::to_string(i);
        known(place, what, words[i], codes);
        if (std::find(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(i), words[i]) !=
            words.begin() + static_cast<std::ptrdiff_t>(i)) {
            warn(
                place,
                "pack.repeated",
                {"“" + words[i] + "”重复", "“" + words[i] + "” is written twice"},
                {"删去一个", "remove one"});
        }
    }
}

void Checker::within(
    const std::string& pointer, std::int64_t value, std::int64_t least, std::int64_t most) {
    if (value >= least && value <= most) return;
    const auto bounds = std::to_string(least) + " … " + std::to_string(most);
    error(
        pointer,
        "pack.range",
        {std::to_string(value) + " 超出范围", std::to_string(value) + " is out of range"},
        {"写 " + bounds + " 之间的整数", "write a whole number within " + bounds});
}

std::map<std::string, std::string> unit_names(const Pack& pack) {
    std::map<std::string, std::string> names;
    for (const auto& unit : pack.units) {
        names.emplace(unit.name.zh, unit.code);
        for (const auto& alias : unit.aliases)
            names.emplace(alias, unit.code);
    }
    return names;
}

// A comment in either ends with its line.
std::string signal_text(const Signal& signal) {
    if (signal.watches.empty()) return signal.when;
    return "(" + signal.watches + "\n) && (" + signal.when + "\n)";
}

std::vector<rule::Attribute> rule_attributes(const Pack& pack) {
    std::vector<rule::Attribute> attributes;
    for (const auto& from : pack.attributes) {
        rule::Attribute to;
        to.name = from.name;
        to.label = from.label;
        to.type = base::json::enum_from<rule::Type>(from.type).value_or(rule::Type::text);
        if (from.unit) to.unit = {*from.unit, *from.unit};
        for (const auto& choice : from.choices)
            to.choices.push_back({choice.code, choice.label});
        if (from.ordered) std::ranges::reverse(to.choices);
        to.ordered = from.ordered;
        to.editable = from.editable;
        to.source = from.source;
        attributes.push_back(std::move(to));
    }
    return attributes;
}

match::Offer offer_of(const Product& product, const rule::Program* eligibility, Rate rate) {
    match::Offer offer;
    offer.institution = product.institution;
    offer.name = product.name;
    offer.eligibility = eligibility;
    switch (product.when_unknown) {
    case WhenUnknown::ask: offer.when_unknown = match::WhenUnknown::ask; break;
    case WhenUnknown::refuse: offer.when_unknown = match::WhenUnknown::refuse; break;
    case WhenUnknown::pass: offer.when_unknown = match::WhenUnknown::pass; break;
    }
    offer.amount_min = product.amount_min;
    offer.amount_max = product.amount_max;
    offer.term_min_months = product.term_min_months;
    offer.term_max_months = product.term_max_months;
    offer.rate = rate;
    offer.fee_rate = product.fee_rate;
    offer.subsidy_rate = product.subsidy_rate;
    if (!product.repayment_modes.empty())
        offer.repaid = match::repaid_by(product.repayment_modes.front());
    offer.answer_days = product.answer_days;
    offer.guarantee_modes = product.guarantee_modes;
    offer.tags = product.tags;
    return offer;
}

namespace {

void check_tables_of_one(
    Checker& checker, const std::string& name, const std::vector<base::Finding>& found) {
    for (const auto& one : found)
        checker.error("/tables/" + name + one.pointer, "pack.table", one.message, one.cure);
}

} // namespace

void check_tables(Checker& checker) {
    const auto& tables = checker.loaded().tables;
    base::each_member<Tables>([&](auto member) {
        const std::string name = member.name;
        if (!checker.loaded().tables_read.contains(name)) {
            const auto file = name == "week"    ? "calendar/week.yaml"
                              : name == "years" ? "calendar/YYYY.yaml"
                                                : name + ".yaml";
            return checker.error(
                "/header",
                "pack.table_missing",
                {"缺少国家通用表 " + file, "the national table " + file + " is missing"},
                {"写 extends: china，或补上该文件", "write extends: china, or add the file"});
        }
        if constexpr (std::same_as<
                          std::remove_cvref_t<decltype(tables.*member.pointer)>,
                          std::vector<calendar::YearRow>>) {
            for (std::size_t i = 0; i < tables.years.size(); ++i)
                check_tables_of_one(
                    checker, "years/" + std::to_string(i), calendar::check(tables.years[i]));
        } else {
            check_tables_of_one(checker, name, check(tables.*member.pointer));
        }
    });
}

std::vector<Finding> check(const Loaded& loaded) {
    std::vector<Finding> findings;
    Checker checker(loaded, findings);
    check_catalogue(checker);
    check_parties(checker);
    check_products(checker);
    check_process(checker);
    check_instruments(checker);
    check_plan(checker);
    check_consistency(checker);
    check_security(checker);
    check_money(checker);
    check_tables(checker);
    check_rules(checker);
    sort(findings);
    return findings;
}

std::vector<Finding> examine(const std::filesystem::path& folder) {
    const auto loaded = load(folder);
    auto findings = loaded.findings;
    if (!any_error(findings)) {
        auto more = check(loaded);
        findings.insert(findings.end(), more.begin(), more.end());
    }
    sort(findings);
    return findings;
}

} // namespace pack
