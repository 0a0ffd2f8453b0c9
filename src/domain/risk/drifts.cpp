#include "domain/risk/drifts.hpp"

#include <array>
#include <charconv>

namespace risk {
namespace {

// To be acted upon, and to be looked at.
constexpr std::int64_t drift_act_score = 100;
constexpr std::int64_t drift_look_score = 50;

Text drift_label(const score::DriftFinding& finding) {
    static const std::array<Text, 4> labels{{
        {"评分分布漂移", "The scores have moved"},
        {"变量分布漂移", "A column has moved"},
        {"区分能力下降", "The model orders worse"},
        {"风险水平偏离", "More or fewer go bad than expected"},
    }};
    auto label = labels.at(static_cast<std::size_t>(finding.kind));
    if (finding.column.empty()) return label;
    return {label.zh + "：" + finding.column, label.en + ": " + finding.column};
}

// Whichever vintage it was found in.
std::string drift_rule(score::DriftFinding finding) {
    finding.vintage.clear();
    return "drift." + finding.key();
}

Text three_digits(double number) {
    std::array<char, 64> digits{};
    const auto end = std::to_chars(
        digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed, 3);
    const std::string text(digits.data(), end.ptr);
    return {text, text};
}

} // namespace

std::vector<Warning> warnings_of(const scoring::Entry& champion, const Heed& wish, Instant now) {
    std::vector<Warning> all;
    for (const auto& finding : wish.drift.findings) {
        auto& made = all.emplace_back();
        made.key = "drift:" + std::to_string(champion.id.value) + ":" + wish.table_sha256 + ":" +
                   finding.key();
        made.source = Source::model;
        made.rule = drift_rule(finding);
        made.label = drift_label(finding);
        made.rules = champion.sha256.substr(0, 16);
        made.subject = champion.use;
        made.at = now;
        made.score = finding.gravity == score::Gravity::act ? drift_act_score : drift_look_score;
        made.windows.push_back(
            {.rule = made.rule,
             .rule_label = made.label,
             .looked_at =
                 finding.column.empty() ? made.label : Text{finding.column, finding.column},
             .value = three_digits(finding.figure),
             .bound = three_digits(finding.limit),
             .sentence = finding.reason,
             .shadow = false,
             .holds = true});
    }
    return all;
}

Result<Risks::Done> Drifts::heed(const store::Command& command, const Heed& wish, Instant now) {
    const auto entry =
        database_.read([&](const store::Snapshot& db) { return scoring::find(db, wish.model); });
    if (!entry || entry->state != scoring::State::champion) {
        return base::conflict(
            "risk.not_champion",
            {"这个模型不是现在使用的模型。", "This model is not the one in use."},
            {"请查看该用途现在的冠军模型。", "Look at the champion of the use."});
    }
    Risks::Wish raised;
    raised.warnings = warnings_of(*entry, wish, now);
    if (raised.warnings.empty()) return Risks::Done{};
    return risks_.raise(command, raised);
}

} // namespace risk
