#include "engine/reference/area.hpp"

#include <algorithm>

namespace reference {

using base::Date;
using base::Finding;

namespace {

bool in_force(const AreaRow& row, Date on) {
    return (!row.from || *row.from <= on) && (!row.until || on <= *row.until);
}

bool overlap(const AreaRow& a, const AreaRow& b) {
    const bool a_first = a.until && b.from && *a.until < *b.from;
    const bool b_first = b.until && a.from && *b.until < *a.from;
    return !a_first && !b_first;
}

bool is_code(std::string_view code) {
    const auto size = code.size();
    return (size == 2 || size == 4 || size == 6 || size == 9) &&
           std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

std::vector<Finding> check(const AreaTable& table) {
    std::vector<Finding> findings;
    for (std::size_t i = 0; i < table.areas.size(); ++i) {
        const auto& row = table.areas[i];
        const auto pointer = "/areas/" + std::to_string(i);
        if (!is_code(row.code)) {
            findings.push_back(
                {pointer + "/code",
                 {"区划代码应为 2、4、6 或 9 位数字", "an area code has 2, 4, 6 or 9 digits"},
                 {"给代码加上引号。", "Quote the code."}});
        }
        if (row.name.zh.empty() || row.name.en.empty()) {
            findings.push_back(
                {pointer + "/name",
                 {"缺少名称", "a name is missing"},
                 {"中英文名称都要写。", "Give the name in both languages."}});
        }
        if (row.from && row.until && *row.until < *row.from) {
            findings.push_back(
                {pointer + "/until",
                 {"失效早于生效", "it ends before it begins"},
                 {"核对 from 和 until。", "Check from and until."}});
        }
        for (std::size_t k = 0; k < i; ++k) {
            if (table.areas[k].code != row.code || !overlap(table.areas[k], row)) continue;
            findings.push_back(
                {pointer,
                 {"代码 " + row.code + " 在同一时期出现两次",
                  "code " + row.code + " stands twice for the same days"},
                 {"用 from、until 区分新旧名称。",
                  "Tell old and new names apart by from and until."}});
        }
    }
    return findings;
}

base::Result<Areas> Areas::make(AreaTable table) {
    if (const auto findings = check(table); !findings.empty()) {
        return base::findings_error("reference.areas", findings);
    }
    Areas areas;
    areas.table_ = std::move(table);
    for (std::size_t i = 0; i < areas.table_.areas.size(); ++i) {
        areas.by_code_.emplace(areas.table_.areas[i].code, i);
    }
    return areas;
}

base::Result<AreaRow> Areas::find(std::string_view code, Date on) const {
    const auto [first, last] = by_code_.equal_range(code);
    for (auto entry = first; entry != last; ++entry) {
        const auto& row = table_.areas[entry->second];
        if (in_force(row, on)) return row;
    }
    return base::not_found(
        "reference.area",
        {"没有区划代码 " + std::string(code) + "（" + on.text() + "）。",
         "No area has the code " + std::string(code) + " on " + on.text() + "."},
        {"核对代码；新设区划请补充到政策包的 areas.yaml。",
         "Check the code; add new areas to the pack's areas.yaml."});
}

std::vector<AreaRow> Areas::path(std::string_view code, Date on) const {
    std::vector<AreaRow> rows;
    for (const std::size_t length : {2U, 4U, 6U, 9U}) {
        if (length > code.size()) break;
        if (auto row = find(code.substr(0, length), on)) rows.push_back(*std::move(row));
    }
    return rows;
}

std::vector<AreaRow> Areas::inside(std::string_view code, Date on) const {
    const auto wanted = code.size() == 6 ? 9U : code.size() + 2;
    std::vector<AreaRow> rows;
    for (auto entry = by_code_.lower_bound(code);
         entry != by_code_.end() && entry->first.starts_with(code);
         ++entry) {
        const auto& row = table_.areas[entry->second];
        if (row.code.size() == wanted && in_force(row, on)) rows.push_back(row);
    }
    return rows;
}

} // namespace reference
