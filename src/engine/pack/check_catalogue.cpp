// The header, the attribute catalogue, the lists, and the form of every code.
#include "engine/pack/checker.hpp"

#include <algorithm>
#include <set>

namespace pack {

namespace {

bool is_code(std::string_view text) {
    if (text.empty() || text.size() > 64) return false;
    return std::ranges::all_of(
        text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

void check_code(Checker& checker, const std::string& pointer, const std::string& code) {
    if (is_code(code)) return;
    checker.error(
        pointer,
        "pack.code_form",
        {"代码“" + code + "”写法不合规", "the code “" + code + "” is not well formed"},
        {"只用小写英文字母、数字和下划线，最多 64 个字符",
         "use lower-case letters, digits and underscores, at most 64 characters"});
}

template <class T>
void check_codes(Checker& checker, const char* section, const std::vector<T>& items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
        if constexpr (requires { items[i].code; }) {
            check_code(checker, at(section, i, "/code"), items[i].code);
        } else {
            check_code(checker, at(section, i, "/name"), items[i].name);
        }
    }
}

void check_header(Checker& checker) {
    const auto& header = checker.pack().header;
    const bool digits = header.area.size() == 6 && std::ranges::all_of(header.area, [](char c) {
                            return c >= '0' && c <= '9';
                        });
    if (!digits) {
        checker.error(
            "/header/area",
            "pack.area",
            {"区划代码应为六位数字", "the area code has six digits"},
            {"按 GB/T 2260 填写，如 330421", "write it by GB/T 2260, as 330421"});
    }
    if (digits) {
        Codes areas;
        for (const auto& area : checker.loaded().tables.areas.areas)
            areas.push_back(area.code);
        // A pack of tables alone stands for no county.
        if (!areas.empty() && !checker.pack().process.code.empty())
            checker.known("/header/area", {"行政区划", "area"}, header.area, areas);
    }
    if (header.version.empty()) {
        checker.error(
            "/header/version",
            "pack.range",
            {"版本不能为空", "the version is empty"},
            {"写如 2021.1", "write for example 2021.1"});
    }
    checker.within("/header/zone_minutes", header.zone_minutes, -720, 840);
}

void check_choices(
    Checker& checker, const std::string& pointer, const std::vector<Choice>& choices) {
    std::set<std::string> codes;
    std::set<std::string> labels;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        const auto place = pointer + "/" + std::to_string(i);
        if (codes.insert(choices[i].code).second && labels.insert(choices[i].label.zh).second)
            continue;
        checker.error(
            place,
            "pack.duplicate_code",
            {"选项“" + choices[i].code + "”的代码或文字重复",
             "the choice “" + choices[i].code + "” repeats a code or a label"},
            {"每个选项用不同的代码和文字", "give each choice a code and a label of its own"});
    }
}

void check_type(Checker& checker, std::size_t i, const Attribute& attribute) {
    static const Codes types{
        "boolean", "integer", "number", "text", "choice", "date", "money", "rate", "text_list"};
    if (!one_of(types, attribute.type)) {
        const auto near = nearest(attribute.type, types);
        checker.error(
            at("attributes", i, "/type"),
            "pack.choice",
            {"没有“" + attribute.type + "”这种类型", "there is no type “" + attribute.type + "”"},
            {(near.empty() ? "取其一：" + listed(types) : "改为 " + near),
             (near.empty() ? "write one of: " + listed(types) : "write " + near)});
        return;
    }
    const bool choice = attribute.type == "choice";
    if (choice && attribute.choices.empty()) {
        checker.error(
            at("attributes", i, "/type"),
            "pack.choices",
            {"choice 类型要列出选项", "a choice needs its choices"},
            {"补上 choices: [{code: …, label: {…}}]", "add choices: [{code: …, label: {…}}]"});
    }
    if (!choice && attribute.type != "text_list" && !attribute.choices.empty()) {
        checker.error(
            at("attributes", i, "/choices"),
            "pack.choices",
            {"只有 choice 和 text_list 类型可以列选项", "only choice and text_list have choices"},
            {"把 type 改为 choice，或删去 choices", "write type: choice, or remove the choices"});
    }
    if (attribute.ordered && !choice) {
        checker.error(
            at("attributes", i, "/ordered"),
            "pack.choices",
            {"只有 choice 类型可以排序", "only choices can be ranked"},
            {"删去 ordered", "remove `ordered`"});
    }
}

// What the program fills in by itself (domain/dossier) must be of the type that it fills in; and
// which loans a firm has is for a consent to open (征信业管理条例 art. 13), not for everybody.
void check_reserved(Checker& checker, std::size_t i, const Attribute& attribute) {
    static const std::map<std::string_view, std::string_view> types{
        {"industry", "text"},
        {"manufacturing", "boolean"},
        {"founded_on", "date"},
        {"enterprise_size", "choice"},
        {"town", "text"},
        {"registered_capital", "money"},
        {"has_loan_here", "boolean"},
        {"loan_balance_here", "money"}};
    const auto reserved = types.find(attribute.name);
    if (reserved == types.end()) return;
    if (attribute.type != reserved->second) {
        const std::string wanted(reserved->second);
        checker.error(
            at("attributes", i, "/type"),
            "pack.reserved_attribute",
            {"“" + attribute.name + "”由平台自动填写，类型应为 " + wanted,
             "“" + attribute.name + "” is filled in by the platform and is of type " + wanted},
            {"把 type 改为 " + wanted, "write type: " + wanted});
    }
    const bool of_loans =
        attribute.name == "has_loan_here" || attribute.name == "loan_balance_here";
    if (of_loans && (attribute.scope == "public" || attribute.grade < 3)) {
        checker.error(
            at("attributes", i),
            "pack.loans_open",
            {"企业在平台的贷款属于信贷信息，不能公开，敏感级别不低于 3",
             "loans of an enterprise are credit information: not public, of grade 3 at least"},
            {"写授权范围和 grade: 3", "give it a consent scope and grade: 3"});
    }
}

void check_attributes(Checker& checker) {
    const auto& pack = checker.pack();
    const auto sources = codes_of(pack.sources);
    auto scopes = codes_of(pack.scopes);
    scopes.emplace_back("public");
    std::map<std::string, std::string> labels;
    for (std::size_t i = 0; i < pack.attributes.size(); ++i) {
        const auto& attribute = pack.attributes[i];
        check_type(checker, i, attribute);
        check_reserved(checker, i, attribute);
        check_choices(checker, at("attributes", i, "/choices"), attribute.choices);
        checker.known(
            at("attributes", i, "/source"), {"数据来源", "source"}, attribute.source, sources);
        checker.known(
            at("attributes", i, "/scope"), {"授权范围", "scope"}, attribute.scope, scopes);
        checker.within(at("attributes", i, "/grade"), attribute.grade, 1, 5);
        checker.within(
            at("attributes", i, "/retention_months"), attribute.retention_months, 1, 1200);
        const auto [first, fresh] = labels.emplace(attribute.label.zh, attribute.name);
        if (!fresh) {
            checker.error(
                at("attributes", i, "/label"),
                "pack.duplicate_label",
                {"名称“" + attribute.label.zh + "”与 " + first->second + " 重复",
                 "the label “" + attribute.label.zh + "” is that of " + first->second + " already"},
                {"规则里可以用名称指代，因此须唯一：换一个名称",
                 "rules may use labels as names, so each is unique: choose another"});
        }
    }
}

void check_sources(Checker& checker) {
    const auto& pack = checker.pack();
    const auto units = codes_of(pack.units);
    for (std::size_t i = 0; i < pack.sources.size(); ++i) {
        const auto& source = pack.sources[i];
        if (source.unit)
            checker.known(at("sources", i, "/unit"), {"责任单位", "unit"}, *source.unit, units);
        checker.within(at("sources", i, "/fresh_days"), source.fresh_days, 1, 4000);
    }
}

} // namespace

void check_catalogue(Checker& checker) {
    const auto& pack = checker.pack();
    check_header(checker);
    check_codes(checker, "sources", pack.sources);
    check_codes(checker, "scopes", pack.scopes);
    check_codes(checker, "purposes", pack.purposes);
    check_codes(checker, "attributes", pack.attributes);
    check_codes(checker, "product_kinds", pack.product_kinds);
    check_codes(checker, "guarantee_modes", pack.guarantee_modes);
    check_codes(checker, "tags", pack.tags);
    check_codes(checker, "loan_uses", pack.loan_uses);
    check_codes(checker, "units", pack.units);
    check_codes(checker, "institutions", pack.institutions);
    check_codes(checker, "roles", pack.roles);
    check_codes(checker, "products", pack.products);
    check_codes(checker, "refusals", pack.refusals);
    check_codes(checker, "laws", pack.laws);
    check_codes(checker, "instrument_lives", pack.instrument_lives);
    check_codes(checker, "instruments", pack.instruments);
    check_codes(checker, "tasks", pack.tasks);
    check_codes(checker, "targets", pack.targets);
    check_codes(checker, "indicators", pack.indicators);
    check_codes(checker, "checks", pack.checks);
    check_codes(checker, "quality", pack.quality);
    check_codes(checker, "rosters", pack.rosters);
    check_codes(checker, "signals", pack.signals);
    check_attributes(checker);
    check_sources(checker);
}

} // namespace pack
