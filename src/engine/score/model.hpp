// A model: parts that each add up over columns, weighed together, and calibrated.
//
// ridge      logistic regression on standardised columns: the yardstick
// scorecard  logistic regression on the WOE of optimal bins, in points
// boosted    trees, with a ridge and a scorecard beside them as far as rows held out ask for it
// mined      boosted, the trees also reading mined sums, differences, products and ratios
#pragma once

#include "engine/score/boost.hpp"
#include "engine/score/calibrate.hpp"
#include "engine/score/mine.hpp"
#include "engine/score/part.hpp"
#include "engine/score/split.hpp"

namespace score {

enum class Shape { ridge, scorecard, boosted, mined };

struct LearnWish {
    Shape shape = Shape::boosted;
    std::uint64_t seed = 1;
    std::vector<Direction> directions;
    std::vector<float> specials;
};

struct Grove { // a forest and what it reads
    Features features;
    Forest forest;
};

struct Model {
    Shape shape = Shape::boosted;
    std::vector<Column> columns; // what is read: names, forms, levels; no rows
    std::vector<Direction> directions;
    std::string target;
    std::string positive;
    std::vector<Grove> groves; // their margins are averaged
    Ridge ridge;
    Scorecard card;
    double intercept = 0; // margin = intercept + Σ weight × part's margin
    double grove_weight = 0;
    double ridge_weight = 0;
    double card_weight = 0;
    Calibration calibration;
    // Of each number column, 33 values from least to greatest: what a change may try.
    std::vector<std::vector<float>> grids;
};

[[nodiscard]] base::Result<Model> learn(
    const Frame& frame, std::span<const std::size_t> rows, const LearnWish& wish);
[[nodiscard]] std::vector<double> margins_of(
    const Model& model, const Frame& frame, std::span<const std::size_t> rows);
[[nodiscard]] std::vector<double> probabilities_of(
    const Model& model, const Frame& frame, std::span<const std::size_t> rows);

struct Reason {
    std::string feature; // a column, or a mined formula
    std::string value;   // as read
    double share = 0;    // what it adds to the log odds of the positive
};

struct Explanation {
    double margin = 0; // log odds before calibration
    double base = 0;   // margin = base + Σ shares
    double probability = 0;
    std::vector<Reason> reasons; // greatest share first; zero shares left out
};

[[nodiscard]] Explanation explain(const Model& model, const Frame& frame, std::size_t row);

struct Change {
    std::string column;
    std::string from;
    double to = 0;
};

struct Counterfactual {
    std::vector<Change> changes; // one column, or two
    double probability = 0;      // of the changed row, scored again
};

// Smallest changes of one number column, or of two when one is not enough, that bring the
// probability below `threshold`; columns of `fixed` stay. Empty when nothing does.
[[nodiscard]] std::vector<Counterfactual> counterfactuals(
    const Model& model,
    const Frame& frame,
    std::size_t row,
    double threshold,
    std::span<const std::string> fixed);

// The threshold of least cost on rows with known outcomes, when a missed positive costs `miss` and
// a false alarm `alarm`.
[[nodiscard]] double threshold_of_costs(
    std::span<const double> probabilities,
    std::span<const std::uint8_t> target,
    double miss,
    double alarm);

} // namespace score
