// What the score commands were asked, and what several of them need.
#pragma once

#include "app/commands.hpp"
#include "engine/score/card.hpp"

#include <span>

namespace score {
BOOST_DESCRIBE_ENUM(Shape, ridge, scorecard, boosted, mined)
BOOST_DESCRIBE_STRUCT(Metrics, (), (auc, pr_auc, ks, brier, ece, n, positives))
BOOST_DESCRIBE_STRUCT(Interval, (), (low, high))
BOOST_DESCRIBE_STRUCT(Intervals, (), (auc, pr_auc, ks, brier, ece))
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
     allowed))
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
    std::string by;
    std::size_t row = 1;
    double threshold = -1;
    double miss = 0;
    double alarm = 0;
    std::vector<std::string> fixed;
    std::string firm = "企业代号";
    std::string bought;
    std::string sold;
};

[[nodiscard]] std::string fixed_digits(double number, int digits);
[[nodiscard]] std::string metric_lines(const Terminal& terminal, const score::Metrics& metrics);
[[nodiscard]] std::vector<std::size_t> all_rows(const score::Frame& frame);
// The values of a column kept apart, by the frame's rows.
[[nodiscard]] base::Result<std::vector<std::string_view>> apart(
    const score::Sheet& sheet, const score::Frame& frame, const std::string& name);

[[nodiscard]] Exit run_card(const Terminal& terminal, const ScoreWish& wish);
[[nodiscard]] Exit run_eval(const Terminal& terminal, const ScoreWish& wish);
[[nodiscard]] Exit run_explain(const Terminal& terminal, const ScoreWish& wish);

} // namespace app
