// score compare, drift: whether a model is still the one to use.
#include "app/score_wish.hpp"
#include "base/date.hpp"
#include "engine/score/compare.hpp"
#include "engine/score/number.hpp"

namespace app {
namespace {

base::Error no_outcomes(const std::string& target) {
    return base::invalid(
               "score.no_outcomes",
               {"这张表没有结果列“" + target + "”。",
                "This table has no column \"" + target + "\" of outcomes."},
               {"比较模型要用结果已知的数据。", "Models are compared on cases that have ended."})
        .at("--data");
}

base::Result<score::Comparison> compared(const ScoreWish& wish) {
    const auto first = TRY(ask_file(wish.champion, wish.file));
    const auto second = TRY(ask_file(wish.challenger, wish.file));
    if (!first.outcomes) return no_outcomes(first.kept.model.target);
    if (first.kept.model.target != second.kept.model.target ||
        first.frame.target != second.frame.target)
        return base::invalid(
            "score.other_target",
            {"两个模型预测的不是同一件事。", "The two models do not tell the same thing."},
            {"请比较同一目标列、同一正例取值的模型。",
             "Compare models of one target and one positive value."});
    return score::compare(first.probabilities, second.probabilities, first.frame.target, wish.seed);
}

const base::Text& verdict_text(score::Verdict verdict) {
    static const base::Text better{
        "挑战者更好，差别不是偶然。", "The challenger is better, by more than chance."};
    static const base::Text worse{
        "挑战者更差，差别不是偶然。", "The challenger is worse, by more than chance."};
    static const base::Text undecided{"差别可能只是偶然。", "The difference may be chance."};
    return verdict == score::Verdict::better  ? better
           : verdict == score::Verdict::worse ? worse
                                              : undecided;
}

// 2024-03, 2024Q1, 2024; what is no day stays as it is.
std::string vintage_of(std::string_view cell, const std::string& every) {
    const auto kind = base::json::enum_from<base::PeriodKind>(every);
    const auto day = day_of_cell(cell);
    if (!kind || !day) return std::string(cell);
    return base::Period::containing({static_cast<std::int32_t>(*day)}, *kind).text();
}

} // namespace

base::Result<score::Drift> drift_of(
    const Asked& asked,
    const std::string& time,
    const std::string& every,
    const score::DriftLimits& limits) {
    std::vector<std::string> vintages;
    if (!time.empty())
        for (const auto cell : TRY(apart(asked.sheet, asked.frame, time)))
            vintages.push_back(vintage_of(cell, every));
    return score::drift_of(
        asked.kept.card.standing,
        {asked.frame, asked.probabilities, asked.outcomes, vintages},
        limits);
}

std::string drift_lines(const Terminal& terminal, const score::Drift& drift) {
    const auto index = [](const score::Moved& moved) {
        return fixed_digits(moved.index, 4) + " (" + fixed_digits(moved.chance, 4) + ")";
    };
    auto text = terminal.of({"样本 ", "rows "}) + std::to_string(drift.n) +
                terminal.of(
                    {"；括号内为同样样本量下偶然可达的上限",
                     "; in brackets what chance makes of so many rows"}) +
                "\nPSI " + index(drift.probability) + "\nCSI";
    constexpr std::size_t shown = 10;
    for (std::size_t i = 0; i < drift.columns.size() && i < shown; ++i)
        text += "\n  " + drift.columns[i].column + "  " + index(drift.columns[i]);
    for (const auto& vintage : drift.vintages)
        text +=
            "\n" + (vintage.name.empty() ? terminal.of({"全部", "all"}) : vintage.name) + "  n " +
            std::to_string(vintage.n) + "  AUC " + fixed_digits(vintage.auc, 4) + " ± " +
            fixed_digits(1.96 * vintage.auc_deviation, 4) + terminal.of({"  实际 ", "  bad "}) +
            std::to_string(vintage.positives) + terminal.of({"  预计 ", "  expected "}) +
            fixed_digits(vintage.expected_positives, 1) + "  PSI " + fixed_digits(vintage.psi, 4);
    if (drift.findings.empty()) text += terminal.of({"\n没有发现漂移。", "\nNo drift was found."});
    for (const auto& finding : drift.findings)
        text += "\n" +
                (finding.gravity == score::Gravity::act ? terminal.of({"处置 ", "act "})
                                                        : terminal.of({"关注 ", "look "})) +
                terminal.of(finding.reason);
    return text;
}

Exit run_compare(const Terminal& terminal, const ScoreWish& wish) {
    const auto made = compared(wish);
    if (!made) return terminal.fail(made.error());
    auto text = terminal.of({"冠军 ", "champion "}) + metric_lines(terminal, made->champion) +
                terminal.of({"\n挑战者 ", "\nchallenger "}) +
                metric_lines(terminal, made->challenger) +
                terminal.of({"\nAUC 差 ", "\ndifference of AUC "}) +
                fixed_digits(made->difference, 4) + terminal.of({"，95% 区间 ", ", 95% "}) +
                fixed_digits(made->interval.low, 4) + " – " + fixed_digits(made->interval.high, 4) +
                ", p " + fixed_digits(made->p, 4) + "\n" + terminal.of(verdict_text(made->verdict));
    terminal.answer(*made, text);
    return Exit::done;
}

Exit run_drift(const Terminal& terminal, const ScoreWish& wish) {
    const auto made = [&]() -> base::Result<score::Drift> {
        const auto asked = TRY(ask_file(wish.model_file, wish.file));
        return drift_of(asked, wish.time, wish.every, wish.limits);
    }();
    if (!made) return terminal.fail(made.error());
    terminal.answer(*made, drift_lines(terminal, *made));
    return made->findings.empty() ? Exit::done : Exit::no;
}

} // namespace app
