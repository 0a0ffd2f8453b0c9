#include "engine/reference/industry.hpp"

#include <algorithm>

namespace reference {

using base::Finding;

namespace {

bool all_digits(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_section(std::string_view code) {
    return code.size() == 1 && code[0] >= 'A' && code[0] <= 'Z';
}

base::Error unknown_industry(std::string_view code) {
    return base::invalid(
        "reference.industry",
        {"行业代码无效：" + std::string(code), "Not an industry code: " + std::string(code)},
        {"按 GB/T 4754-2017 填写门类字母或 2 至 4 位数字，例如 C、33、3311。",
         "Give a section's letter or 2 to 4 digits of GB/T 4754-2017, as C, 33 or 3311."});
}

void check_names(
    const std::vector<IndustryRow>& rows,
    std::size_t length,
    const std::string& list,
    std::vector<Finding>& findings) {
    std::string_view before;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& [code, name] = rows[i];
        const auto pointer = '/' + list + '/' + std::to_string(i);
        if (code.size() != length || !all_digits(code)) {
            findings.push_back(
                {pointer + "/code",
                 {"代码应为 " + std::to_string(length) + " 位数字",
                  "the code has " + std::to_string(length) + " digits"},
                 {"给代码加上引号，保留前导零。",
                  "Quote the code, so that a leading zero stays."}});
        } else if (code <= before) {
            findings.push_back(
                {pointer + "/code",
                 {"代码重复或未按顺序", "the code is repeated or out of order"},
                 {"按代码从小到大排列。", "Sort by code."}});
        }
        if (name.zh.empty() || name.en.empty()) {
            findings.push_back(
                {pointer + "/name",
                 {"缺少名称", "a name is missing"},
                 {"中英文名称都要写。", "Give the name in both languages."}});
        }
        before = code;
    }
}

} // namespace

std::vector<Finding> check(const IndustryTable& table) {
    std::vector<Finding> findings;
    std::string last;
    for (std::size_t i = 0; i < table.sections.size(); ++i) {
        const auto& section = table.sections[i];
        const auto pointer = "/sections/" + std::to_string(i);
        if (!is_section(section.code)) {
            findings.push_back(
                {pointer + "/code",
                 {"门类代码应为一个大写字母", "a section is one capital letter"},
                 {"例如 C。", "For example C."}});
        }
        if (section.first.size() != 2 || section.last.size() != 2 || section.first > section.last ||
            section.first <= last) {
            findings.push_back(
                {pointer,
                 {"大类范围无效或与前一门类重叠",
                  "the divisions are no range or overlap the section before"},
                 {"first、last 为两位数字并加引号。", "first and last have two digits, quoted."}});
        }
        last = section.last;
    }
    check_names(table.divisions, 2, "divisions", findings);
    check_names(table.classes, 4, "classes", findings);
    for (const auto& section : table.sections) {
        const bool peopled = std::ranges::any_of(table.divisions, [&](const IndustryRow& row) {
            return section.first <= row.code && row.code <= section.last;
        });
        if (!peopled) {
            findings.push_back(
                {"/divisions",
                 {"门类 " + section.code + " 没有大类",
                  "section " + section.code + " has no division"},
                 {"补齐大类。", "Add its divisions."}});
        }
    }
    return findings;
}

base::Result<Industries> Industries::make(IndustryTable table) {
    if (const auto findings = check(table); !findings.empty()) {
        return base::findings_error("reference.industries", findings);
    }
    Industries industries;
    for (const auto& section : table.sections) {
        industries.names_[section.code] = section.name;
        for (const auto& division : table.divisions) {
            if (section.first <= division.code && division.code <= section.last) {
                industries.section_of_[division.code] = section.code;
            }
        }
    }
    for (const auto& row : table.divisions)
        industries.names_[row.code] = row.name;
    for (const auto& row : table.classes)
        industries.names_[row.code] = row.name;
    industries.table_ = std::move(table);
    return industries;
}

base::Result<IndustryPlace> Industries::place(std::string_view code) const {
    auto digits = code;
    std::string_view letter;
    if (!digits.empty() && is_section(digits.substr(0, 1))) {
        letter = digits.substr(0, 1);
        digits.remove_prefix(1);
    }
    if (digits.empty() && !letter.empty()) {
        const auto name = names_.find(letter);
        if (name == names_.end()) return unknown_industry(code);
        const std::string section(letter);
        return IndustryPlace{section, section, {}, name->second, true};
    }
    if (digits.size() < 2 || digits.size() > 4 || !all_digits(digits))
        return unknown_industry(code);
    const auto section = section_of_.find(digits.substr(0, 2));
    if (section == section_of_.end() || (!letter.empty() && letter != section->second)) {
        return unknown_industry(code);
    }
    IndustryPlace place{std::string(digits), section->second, section->first, {}, false};
    auto name = names_.find(digits);
    place.named = name != names_.end();
    if (!place.named) name = names_.find(section->first);
    place.name = name->second;
    return place;
}

bool Industries::is_manufacturing(std::string_view code) const {
    const auto found = place(code);
    return found && found->section == "C";
}

bool Industries::within(std::string_view code, std::string_view group) const {
    const auto inner = place(code);
    const auto outer = place(group);
    if (!inner || !outer) return false;
    if (outer->division.empty()) return inner->section == outer->section;
    return inner->code.starts_with(outer->code);
}

} // namespace reference
