#include "engine/reference/size.hpp"

#include <algorithm>
#include <set>

namespace reference {

using base::Finding;

std::vector<Finding> check(const SizeTable& table) {
    std::vector<Finding> findings;
    std::set<std::string> industries;
    const auto take = [&](const std::vector<std::string>& codes, const std::string& pointer) {
        for (const auto& code : codes) {
            if (industries.insert(code).second) continue;
            findings.push_back(
                {pointer + "/industries",
                 {"行业 " + code + " 出现两次", "industry " + code + " stands here twice"},
                 {"每个行业只归一行。", "An industry belongs to one row."}});
        }
        if (!codes.empty()) return;
        findings.push_back(
            {pointer + "/industries",
             {"没有行业", "no industries"},
             {"写门类字母或数字代码。", "Name sections, divisions or classes."}});
    };
    std::set<std::string> codes;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const auto& row = table.rows[i];
        const auto pointer = "/rows/" + std::to_string(i);
        take(row.industries, pointer);
        if (row.code.empty() || !codes.insert(row.code).second) {
            findings.push_back(
                {pointer + "/code",
                 {"代码为空或重复", "the code is empty or repeated"},
                 {"每行一个不同的代码。", "Give each row a code of its own."}});
        }
        std::set<SizeIndex> indexes;
        for (std::size_t k = 0; k < row.bounds.size(); ++k) {
            const auto& bound = row.bounds[k];
            const bool ordered =
                bound.large > bound.medium && bound.medium > bound.small && bound.small > 0;
            if (ordered && indexes.insert(bound.index).second) continue;
            findings.push_back(
                {pointer + "/bounds/" + std::to_string(k),
                 {"界限应为 大 > 中 > 小 > 0，且每个指标一次",
                  "bounds go large > medium > small > 0, each index once"},
                 {"对照国统字〔2017〕213号核对。", "Compare with the published table."}});
        }
        if (row.bounds.empty()) {
            findings.push_back(
                {pointer + "/bounds",
                 {"没有指标", "no index"},
                 {"至少一个指标。", "Give at least one index."}});
        }
    }
    for (std::size_t i = 0; i < table.out_of_scope.size(); ++i) {
        take(table.out_of_scope[i].industries, "/out_of_scope/" + std::to_string(i));
    }
    return findings;
}

base::Result<SizeStandard> SizeStandard::make(SizeTable table) {
    if (const auto findings = check(table); !findings.empty()) {
        return base::findings_error("reference.sizes", findings);
    }
    SizeStandard standard;
    standard.table_ = std::move(table);
    return standard;
}

namespace {

// The index in the bound's own unit would lose the fen, so bounds are brought to the index's unit
// instead.
std::optional<std::int64_t> known(SizeIndex index, const SizeFacts& facts) {
    switch (index) {
    case SizeIndex::employees: return facts.employees;
    case SizeIndex::revenue:
        return facts.revenue ? std::optional(facts.revenue->fen) : std::nullopt;
    case SizeIndex::assets: return facts.assets ? std::optional(facts.assets->fen) : std::nullopt;
    }
    base::bug("size index out of range");
}

Size grade(const SizeBoundRow& bound, std::int64_t value) {
    const std::int64_t unit = bound.index == SizeIndex::employees ? 1 : base::Money::wan(1).fen;
    if (value >= bound.large * unit) return Size::large;
    if (value >= bound.medium * unit) return Size::medium;
    if (value >= bound.small * unit) return Size::small;
    return Size::micro;
}

SizeVerdict judge_row(const SizeRow& row, const SizeFacts& facts) {
    SizeVerdict verdict;
    verdict.row = row.code;
    for (const auto& bound : row.bounds) {
        const auto value = known(bound.index, facts);
        if (!value) {
            verdict.missing.push_back(bound.index);
            continue;
        }
        const auto found = grade(bound, *value);
        if (verdict.size && found <= *verdict.size) continue;
        verdict.size = found;
        verdict.decided_by = bound.index;
    }
    if (verdict.size == Size::micro) verdict.missing.clear();
    if (!verdict.missing.empty()) {
        verdict.outcome = SizeOutcome::missing_facts;
        verdict.size.reset();
        verdict.decided_by.reset();
    }
    return verdict;
}

} // namespace

base::Result<SizeVerdict> SizeStandard::judge(
    const Industries& industries, std::string_view industry, const SizeFacts& facts) const {
    const auto place = TRY(industries.place(industry));
    const SizeRow* row = nullptr;
    const SizeExclusionRow* exclusion = nullptr;
    std::size_t longest = 0;
    // A class's own row goes before its division's, that before its section's.
    const auto closer = [&](const std::vector<std::string>& codes) {
        bool found = false;
        for (const auto& code : codes) {
            const auto weight = code == place.section ? 1 : code.size();
            if (weight <= longest || !industries.within(place.code, code)) continue;
            longest = weight;
            found = true;
        }
        return found;
    };
    for (const auto& each : table_.rows) {
        if (closer(each.industries)) row = &each;
    }
    for (const auto& each : table_.out_of_scope) {
        if (closer(each.industries)) exclusion = &each;
    }
    if (exclusion != nullptr) {
        SizeVerdict verdict;
        verdict.outcome = SizeOutcome::not_applicable;
        verdict.reason = exclusion->reason;
        return verdict;
    }
    if (row == nullptr) {
        return base::invalid(
            "reference.size_row",
            {"划型标准没有行业 " + place.code + " 的规则。",
             "The size standard has no row for industry " + place.code + "."},
            {"请填写更细的行业代码；房地产和租赁等行业按小类划型。",
             "Give a finer industry code; some industries are judged by class."});
    }
    return judge_row(*row, facts);
}

} // namespace reference
