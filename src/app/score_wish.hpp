// What the score commands were asked, and what several of them need.
#pragma once

#include "app/commands.hpp"
#include "engine/score/card.hpp"
#include "engine/score/compare.hpp"

#include <span>

namespace score {
BOOST_DESCRIBE_ENUM(Shape, ridge, scorecard, boosted, mined)
BOOST_DESCRIBE_STRUCT(Metrics, (), (auc, pr_auc, ks, brier, ece, n, positives))
BOOST_DESCRIBE_STRUCT(Interval, (), (low, high))
BOOST_DESCRIBE_STRUCT(Intervals, (), (auc, pr_auc, ks, brier, ece))
BOOST_DESCRIBE_STRUCT(Segment, (), (value, metrics, flagged_share, expected_positives, ratio))
BOOST_DESCRIBE_STRUCT(Fairness, (), (column, segments))
BOOST_DESCRIBE_ENUM(Verdict, better, worse, undecided)
BOOST_DESCRIBE_STRUCT(
    Comparison,
    (),
    (n, positives, champion, challenger, difference, interval, deviation, p, verdict))
BOOST_DESCRIBE_ENUM(DriftKind, score_moved, column_moved, order_lost, level_off)
BOOST_DESCRIBE_ENUM(Gravity, look, act)
BOOST_DESCRIBE_STRUCT(DriftFinding, (), (kind, gravity, column, vintage, figure, limit, reason))
BOOST_DESCRIBE_STRUCT(Moved, (), (column, index, chance))
BOOST_DESCRIBE_STRUCT(
    Vintage, (), (name, n, positives, auc, auc_deviation, expected_positives, psi))
BOOST_DESCRIBE_STRUCT(Drift, (), (n, probability, columns, vintages, findings))
BOOST_DESCRIBE_STRUCT(
    Card,
    (),
    (data,
     data_sha256,
     protocol,
     seed,
     rows,
     positives,
     metrics,
     intervals,
     left_out,
     refused,
     allowed,
     threshold,
     fairness))
} // namespace score

namespace app {

struct ScoreWish {
    std::string file;
    std::string target;
    std::string positive;
    std::vector<std::string> drop;
    std::vector<std::string> allow;
    std::string shape = "boosted";
    std::size_t folds = 10;
    bool one_out = false;
    std::string group;
    std::string time;
    std::string from;
    std::uint64_t seed = 1;
    std::vector<std::string> monotone; // COLUMN:+ or COLUMN:-
    std::vector<float> specials;
    std::string model_file;
    std::string out;
    std::vector<std::string> by;
    std::size_t row = 1;
    double threshold = -1;
    double miss = 0;
    double alarm = 0;
    std::vector<std::string> fixed;
    std::string firm = "企业代号";
    std::string bought;
    std::string sold;
    std::string champion; // model files, of compare
    std::string challenger;
    std::string every = "quarter"; // how long a vintage lasts, of drift
    score::DriftLimits limits;
};

[[nodiscard]] std::string fixed_digits(double number, int digits);
[[nodiscard]] std::string metric_lines(const Terminal& terminal, const score::Metrics& metrics);
[[nodiscard]] std::vector<std::size_t> all_rows(const score::Frame& frame);
// The values of a column kept apart, by the frame's rows.
[[nodiscard]] base::Result<std::vector<std::string_view>> apart(
    const score::Sheet& sheet, const score::Frame& frame, const std::string& name);

// A model's file and the table it is asked about.
struct Asked {
    score::Kept kept;
    score::Sheet sheet;
    score::Frame frame;
    bool outcomes = false; // whether the table has the target
    std::vector<double> probabilities;
};

[[nodiscard]] base::Result<score::Kept> load_model(const std::string& file);
[[nodiscard]] base::Result<Asked> ask(score::Kept kept, const std::string& table);
[[nodiscard]] base::Result<Asked> ask_file(const std::string& model_file, const std::string& table);
// Days since 1970-01-01, whichever way the cell writes a day.
[[nodiscard]] std::optional<std::int64_t> day_of_cell(std::string_view cell);
// The threshold asked for, that of least cost, or the share of positives the model learned from.
[[nodiscard]] double threshold_for(
    const ScoreWish& wish,
    std::span<const double> probabilities,
    std::span<const std::uint8_t> target,
    double share);
[[nodiscard]] base::Result<std::vector<score::Fairness>> fairness_by(
    const std::vector<std::string>& columns,
    const score::Sheet& sheet,
    const score::Frame& frame,
    std::span<const std::size_t> rows,
    std::span<const double> probabilities,
    double threshold);
[[nodiscard]] std::string fairness_lines(
    const Terminal& terminal, const std::vector<score::Fairness>& fairness);

// Of what was asked, by the vintages of the column `time` if there is one.
[[nodiscard]] base::Result<score::Drift> drift_of(
    const Asked& asked,
    const std::string& time,
    const std::string& every,
    const score::DriftLimits& limits);
[[nodiscard]] std::string drift_lines(const Terminal& terminal, const score::Drift& drift);

void add_drift_options(CLI::App& command, ScoreWish& wish);

[[nodiscard]] Exit run_compare(const Terminal& terminal, const ScoreWish& wish);
[[nodiscard]] Exit run_drift(const Terminal& terminal, const ScoreWish& wish);
[[nodiscard]] Exit run_card(const Terminal& terminal, const ScoreWish& wish);
[[nodiscard]] Exit run_eval(const Terminal& terminal, const ScoreWish& wish);
[[nodiscard]] Exit run_explain(const Terminal& terminal, const ScoreWish& wish);

} // namespace app
