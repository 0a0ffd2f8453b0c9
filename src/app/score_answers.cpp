// score eval, card, explain: what a kept model says of rows and of itself.
#include "app/score_wish.hpp"
#include "engine/score/number.hpp"
#include "engine/score/validate.hpp"

#include <cmath>

namespace score {
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
    double threshold = 0;
    std::vector<score::Fairness> fairness;
};
BOOST_DESCRIBE_STRUCT(EvalOfModel, (), (metrics, intervals, psi, threshold, fairness))

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

std::string list_lines(const std::string& title, const std::vector<std::string>& items) {
    std::string text;
    for (const auto& item : items)
        text += "\n  " + item;
    return items.empty() ? text : "\n" + title + text;
}

base::Result<EvalOfModel> evaluate(const ScoreWish& wish) {
    const auto asked = TRY(ask_file(wish.model_file, wish.file));
    const auto& card = asked.kept.card;
    if (!asked.outcomes) TRY(score::column_place(asked.sheet, asked.kept.model.target));
    const auto& target = asked.frame.target;
    EvalOfModel answer;
    answer.metrics = score::measure(asked.probabilities, target);
    answer.intervals = score::bootstrap(asked.probabilities, target, 1);
    const auto now = score::spread_like(card.standing.probability, asked.probabilities);
    answer.psi = score::stability(card.standing.probability.counts, now.counts);
    answer.threshold = threshold_for(wish, asked.probabilities, target, card.threshold);
    answer.fairness = TRY(fairness_by(
        wish.by,
        asked.sheet,
        asked.frame,
        all_rows(asked.frame),
        asked.probabilities,
        answer.threshold));
    return answer;
}

base::Result<Told> tell(const ScoreWish& wish) {
    const auto asked = TRY(ask_file(wish.model_file, wish.file));
    const auto& model = asked.kept.model;
    const auto& frame = asked.frame;
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

base::Result<score::Kept> load_model(const std::string& file) {
    const auto text = TRY(text_of_file(file));
    return score::read_model(text);
}

std::optional<std::int64_t> day_of_cell(std::string_view cell) {
    for (const auto order :
         {score::DayOrder::year_first, score::DayOrder::month_first, score::DayOrder::day_first})
        if (const auto day = score::parse_day(cell, order)) return day;
    return std::nullopt;
}

base::Result<Asked> ask(score::Kept kept, const std::string& table) {
    Asked asked{.kept = std::move(kept)};
    const auto& model = asked.kept.model;
    auto text = TRY(text_of_file(table));
    asked.sheet = TRY(score::read_sheet(std::move(text), model.target));
    asked.outcomes = score::column_place(asked.sheet, model.target).has_value();
    asked.frame =
        TRY(score::make_frame_like(asked.sheet, model.columns, model.target, model.positive));
    asked.probabilities = score::probabilities_of(model, asked.frame, all_rows(asked.frame));
    return asked;
}

base::Result<Asked> ask_file(const std::string& model_file, const std::string& table) {
    auto kept = TRY(load_model(model_file));
    return ask(std::move(kept), table);
}

double threshold_for(
    const ScoreWish& wish,
    std::span<const double> probabilities,
    std::span<const std::uint8_t> target,
    double share) {
    if (wish.threshold >= 0) return wish.threshold;
    if (wish.miss > 0 && wish.alarm > 0)
        return score::threshold_of_costs(probabilities, target, wish.miss, wish.alarm);
    return share;
}

base::Result<std::vector<score::Fairness>> fairness_by(
    const std::vector<std::string>& columns,
    const score::Sheet& sheet,
    const score::Frame& frame,
    std::span<const std::size_t> rows,
    std::span<const double> probabilities,
    double threshold) {
    std::vector<score::Fairness> made;
    const auto target = score::target_of(frame, rows);
    for (const auto& column : columns) {
        const auto values = TRY(apart(sheet, frame, column));
        std::vector<std::string_view> of_rows;
        for (const auto row : rows)
            of_rows.push_back(values[row]);
        made.push_back({column, score::segments(of_rows, probabilities, target, threshold)});
    }
    return made;
}

std::string fairness_lines(const Terminal& terminal, const std::vector<score::Fairness>& fairness) {
    std::string text;
    for (const auto& [column, segments] : fairness) {
        text += "\n" + column;
        for (const auto& segment : segments)
            text += "\n  " + segment.value + "  n " + std::to_string(segment.metrics.n) + "  AUC " +
                    fixed_digits(segment.metrics.auc, 4) + terminal.of({"  预警 ", "  flagged "}) +
                    fixed_digits(segment.flagged_share, 3) + terminal.of({"  实际 ", "  bad "}) +
                    std::to_string(segment.metrics.positives) +
                    terminal.of({"  预计 ", "  expected "}) +
                    fixed_digits(segment.expected_positives, 1) +
                    terminal.of({"  相对通过率 ", "  ratio "}) + fixed_digits(segment.ratio, 3) +
                    (segment.ratio < 0.8 ? "  !" : "");
    }
    return text;
}

std::string fixed_digits(double number, int digits) { return score::number_text(number, digits); }

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
    const auto kept = load_model(wish.model_file);
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
    text += terminal.of({"\n阈值 ", "\nthreshold "}) + fixed_digits(card.threshold, 4) +
            fairness_lines(terminal, card.fairness);
    terminal.answer(card, text);
    return Exit::done;
}

Exit run_eval(const Terminal& terminal, const ScoreWish& wish) {
    const auto answer = evaluate(wish);
    if (!answer) return terminal.fail(answer.error());
    auto text = metric_lines(terminal, answer->metrics) + "\nPSI " + fixed_digits(answer->psi, 4);
    text += terminal.of({"\n阈值 ", "\nthreshold "}) + fixed_digits(answer->threshold, 4) +
            fairness_lines(terminal, answer->fairness);
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
