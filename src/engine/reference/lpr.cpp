#include "engine/reference/lpr.hpp"

#include <algorithm>

namespace reference {

using base::Finding;

std::vector<Finding> check(const LprTable& table) {
    std::vector<Finding> findings;
    const auto rate = [&](const std::string& text, const std::string& pointer) {
        const auto parsed = base::Rate::parse_percent(text);
        const bool plausible =
            parsed && *parsed > base::Rate{} && *parsed < base::Rate::percent(20);
        if (plausible) return;
        findings.push_back(
            {pointer,
             {"利率无效：" + text, "not a rate: " + text},
             {"写成百分数并加引号，例如 \"3.45\"。", "Write percent in quotes, as \"3.45\"."}});
    };
    for (std::size_t i = 0; i < table.fixings.size(); ++i) {
        const auto& row = table.fixings[i];
        const auto pointer = "/fixings/" + std::to_string(i);
        rate(row.one_year_percent, pointer + "/one_year_percent");
        rate(row.five_year_percent, pointer + "/five_year_percent");
        if (i == 0 || table.fixings[i - 1].from < row.from) continue;
        findings.push_back(
            {pointer + "/from",
             {"日期重复或未按顺序", "the day is repeated or out of order"},
             {"按公布日从早到晚排列。", "Sort by the day of announcement."}});
    }
    if (table.fixings.empty()) {
        findings.push_back(
            {"/fixings", {"没有报价", "no fixings"}, {"至少一次报价。", "Give at least one."}});
    }
    return findings;
}

base::Result<LprHistory> LprHistory::make(const LprTable& table) {
    if (const auto findings = check(table); !findings.empty()) {
        return base::findings_error("reference.lpr", findings);
    }
    LprHistory history;
    for (const auto& row : table.fixings) {
        const auto one_year = TRY(base::Rate::parse_percent(row.one_year_percent));
        const auto five_years = TRY(base::Rate::parse_percent(row.five_year_percent));
        history.fixings_.push_back(
            {.from = row.from, .one_year = one_year, .five_years = five_years});
    }
    return history;
}

base::Result<LprFixing> LprHistory::on(base::Date date) const {
    constexpr int longest_wait_days = 45; // fixings are monthly
    const auto after = std::ranges::upper_bound(fixings_, date, {}, &LprFixing::from);
    if (after == fixings_.begin()) {
        return base::not_found(
            "reference.lpr_unknown",
            {date.text() + " 之前没有 LPR 报价。", "No LPR was announced by " + date.text() + "."},
            {"改革后的 LPR 自 2019-08-20 起公布；更晚的报价请补充到 lpr.yaml。",
             "The reformed LPR begins on 2019-08-20; add later fixings to lpr.yaml."});
    }
    auto fixing = *std::prev(after);
    fixing.stale = after == fixings_.end() && date.days - fixing.from.days > longest_wait_days;
    return fixing;
}

} // namespace reference
