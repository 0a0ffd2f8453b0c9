// score eval, card, explain: what a kept model says of rows and of itself.
#include "app/score_wish.hpp"
#include "engine/score/validate.hpp"

#include <cmath>
#include <sstream>

namespace score {
BOOST_DESCRIBE_STRUCT(Segment, (), (value, metrics, flagged_share, expected_positives, ratio))
BOOST_DESCRIBE_STRUCT(Reason, (), (feature, value, share))
BOOST_DESCRIBE_STRUCT(Change, (), (column, from, to))
BOOST_DESCRIBE_STRUCT(Counterfactual, (), (changes, probability))
} // namespace score

namespace app {
namespace {

struct EvalOfModel {
    score::Metrics metrics;
    score::Intervals intervals;
    double psi = 0; // of the probabilities, against those of the rows learned from
    std::optional<double> threshold;
    std::vector<score::Segment> segments;
};
BOOST_DESCRIBE_STRUCT(EvalOfModel, (), (metrics, intervals, psi, threshold, segments))

struct Told {
    std::size_t line = 0;
    double probability = 0;
    double score = 0; // log odds of the positive, before calibration
    double base = 0;
    std::optional<long> points; // of a scorecard
    std::vector<score::Reason> reasons;
    std::vector<score::Counterfactual> changes;
};
BOOST_DESCRIBE_STRUCT(Told, (), (line, probability, score, base, points, reasons, changes))

base::Result<score::Kept> load_model(const ScoreWish& wish) {
    const auto text = TRY(text_of_file(wish.model_file));
    return score::read_model(text);
}

std::string list_lines(const std::string& title, const std::vector<std::string>& items) {
    std::string text;
    for (const auto& item : items)
        text += "\n  " + item;
    return items.empty() ? text : "\n" + title + text;
}

base::Result<EvalOfModel> evaluate(const ScoreWish& wish) {
    const auto kept = TRY(load_model(wish));
    const auto& model = kept.model;
    auto text = TRY(text_of_file(wish.file));
    const auto sheet = TRY(score::read_sheet(std::move(text), model.target));
    TRY(score::column_place(sheet, model.target));
    const auto frame =
        TRY(score::make_frame_like(sheet, model.columns, model.target, model.positive));
    const auto probabilities = score::probabilities_of(model, frame, all_rows(frame));
    EvalOfModel answer;
    answer.metrics = score::measure(probabilities, frame.target);
    answer.intervals = score::bootstrap(probabilities, frame.target, 1);
    answer.psi = score::stability_of_values(kept.card.score_sample, probabilities);
    if (wish.threshold >= 0) answer.threshold = wish.threshold;
    if (wish.miss > 0 && wish.alarm > 0)
        answer.threshold =
            score::threshold_of_costs(probabilities, frame.target, wish.miss, wish.alarm);
    if (!wish.by.empty()) {
        const auto values = TRY(apart(sheet, frame, wish.by));
        answer.segments =
            score::segments(values, probabilities, frame.target, answer.threshold.value_or(0.5));
    }
    return answer;
}

base::Result<Told> tell(const ScoreWish& wish) {
    const auto kept = TRY(load_model(wish));
    const auto& model = kept.model;
    auto text = TRY(text_of_file(wish.file));
    const auto sheet = TRY(score::read_sheet(std::move(text), model.target));
    const auto frame =
        TRY(score::make_frame_like(sheet, model.columns, model.target, model.positive));
    if (wish.row < 1 || wish.row > frame.rows())
        return base::invalid(
                   "score.no_row",
                   {"没有这一行。", "There is no such row."},
                   {"共有 " + std::to_string(frame.rows()) + " 行。",
                    "There are " + std::to_string(frame.rows()) + " rows."})
            .at("--row");
    const auto row = wish.row - 1;
    const auto found = score::explain(model, frame, row);
    Told told{
        .line = frame.lines[row],
        .probability = found.probability,
        .score = found.margin,
        .base = found.base,
        .reasons = found.reasons};
    if (model.shape == score::Shape::scorecard)
        told.points = std::lround(score::points_of_margin(found.margin));
    if (wish.threshold >= 0)
        told.changes = score::counterfactuals(model, frame, row, wish.threshold, wish.fixed);
    return told;
}

} // namespace

std::string fixed_digits(double number, int digits) {
    std::ostringstream out;
    out.setf(std::ios::fixed);
    out.precision(digits);
    out << number;
    return out.str();
}

base::Result<std::vector<std::string_view>> apart(
    const score::Sheet& sheet, const score::Frame& frame, const std::string& name) {
    const auto place = TRY(score::column_place(sheet, name));
    std::vector<std::string_view> values;
    std::size_t row = 0;
    for (const auto line : frame.lines) {
        while (sheet.lines[row] != line)
            ++row;
        values.push_back(sheet.cells[place][row]);
    }
    return values;
}

std::string metric_lines(const Terminal& terminal, const score::Metrics& metrics) {
    const auto at = [](double number) { return fixed_digits(number, 4); };
    return "AUC " + at(metrics.auc) + "  PR-AUC " + at(metrics.pr_auc) + "  KS " + at(metrics.ks) +
           "  Brier " + at(metrics.brier) + "  ECE " + at(metrics.ece) + "\n" +
           terminal.of({"样本 ", "rows "}) + std::to_string(metrics.n) +
           terminal.of({"，正例 ", ", positives "}) + std::to_string(metrics.positives);
}

std::vector<std::size_t> all_rows(const score::Frame& frame) {
    std::vector<std::size_t> rows(frame.rows());
    for (std::size_t row = 0; row < rows.size(); ++row)
        rows[row] = row;
    return rows;
}

Exit run_card(const Terminal& terminal, const ScoreWish& wish) {
    const auto kept = load_model(wish);
    if (!kept) return terminal.fail(kept.error());
    const auto& card = kept->card;
    const auto range = [](const char* name, const score::Interval& interval) {
        return std::string("\n  ") + name + " " + fixed_digits(interval.low, 4) + " – " +
               fixed_digits(interval.high, 4);
    };
    std::string columns;
    for (const auto& column : kept->model.columns)
        if (!column.twin) columns += (columns.empty() ? "" : ", ") + column.name;
    auto text = std::string(base::json::enum_name(kept->model.shape)) + ": " + kept->model.target +
                " = " + kept->model.positive + "\n" + terminal.of({"数据 ", "data "}) + card.data +
                "  sha256 " + card.data_sha256 + "\n" + terminal.of({"协议 ", "protocol "}) +
                card.protocol + "\n" + metric_lines(terminal, card.metrics) + "\n" +
                terminal.of({"95% 区间（自助法）", "95% intervals (bootstrap)"}) +
                range("AUC", card.intervals.auc) + range("PR-AUC", card.intervals.pr_auc) +
                range("KS", card.intervals.ks) + range("Brier", card.intervals.brier) +
                range("ECE", card.intervals.ece) + "\n" + terminal.of({"列 ", "columns "}) +
                columns;
    text += list_lines(terminal.of({"未使用", "left out"}), card.left_out);
    text += list_lines(terminal.of({"因泄露而拒绝", "refused as leaks"}), card.refused);
    text += list_lines(terminal.of({"泄露但放行", "leaks let in"}), card.allowed);
    terminal.answer(card, text);
    return Exit::done;
}

Exit run_eval(const Terminal& terminal, const ScoreWish& wish) {
    const auto answer = evaluate(wish);
    if (!answer) return terminal.fail(answer.error());
    auto text = metric_lines(terminal, answer->metrics) + "\nPSI " + fixed_digits(answer->psi, 4);
    if (answer->threshold)
        text += terminal.of({"\n阈值 ", "\nthreshold "}) + fixed_digits(*answer->threshold, 4);
    for (const auto& segment : answer->segments)
        text += "\n" + segment.value + "  n " + std::to_string(segment.metrics.n) + "  AUC " +
                fixed_digits(segment.metrics.auc, 4) + terminal.of({"  预警 ", "  flagged "}) +
                fixed_digits(segment.flagged_share, 3) +
                terminal.of({"  相对通过率 ", "  ratio "}) + fixed_digits(segment.ratio, 3);
    terminal.answer(*answer, text);
    return Exit::done;
}

Exit run_explain(const Terminal& terminal, const ScoreWish& wish) {
    const auto told = tell(wish);
    if (!told) return terminal.fail(told.error());
    auto text = terminal.of({"概率 ", "probability "}) + fixed_digits(told->probability, 4) +
                terminal.of({"，对数几率 ", ", log odds "}) + fixed_digits(told->score, 4) +
                terminal.of({"，基准 ", ", base "}) + fixed_digits(told->base, 4);
    if (told->points) text += terminal.of({"，分数 ", ", points "}) + std::to_string(*told->points);
    for (const auto& reason : told->reasons)
        text += "\n  " +
                (reason.share > 0 ? terminal.of({"抬高风险", "raises risk"})
                                  : terminal.of({"降低风险", "lowers risk"})) +
                "  " + reason.feature + " = " +
                (reason.value.empty() ? terminal.of({"缺失", "missing"}) : reason.value) + "  " +
                (reason.share > 0 ? "+" : "") + fixed_digits(reason.share, 4);
    for (const auto& [changes, probability] : told->changes) {
        text += terminal.of({"\n  若 ", "\n  if "});
        for (std::size_t i = 0; i < changes.size(); ++i)
            text += (i == 0 ? "" : terminal.of({" 且 ", " and "})) + changes[i].column + " " +
                    changes[i].from + " → " + fixed_digits(changes[i].to, 4);
        text += terminal.of({"，概率为 ", ", the probability is "}) + fixed_digits(probability, 4);
    }
    if (wish.threshold >= 0 && told->probability >= wish.threshold && told->changes.empty())
        text += terminal.of(
            {"\n  没有单项或两项改动能使概率低于阈值。",
             "\n  No change of one or two columns brings it below the threshold."});
    terminal.answer(*told, text);
    return Exit::done;
}

} // namespace app
