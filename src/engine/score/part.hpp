// The linear parts of a model: each a sum over columns, so that what a column adds is known.
#pragma once

#include "engine/score/encode.hpp"
#include "engine/score/linear.hpp"

namespace score {

// Declared by column name: 1 when risk may only rise with the value, −1 when only fall.
struct Direction {
    std::string column;
    int sign = 0;
    friend bool operator==(const Direction&, const Direction&) = default;
};

[[nodiscard]] int sign_of(std::span<const Direction> directions, const std::string& column);

// A value and the share of the rows that lie below it, ties half.
struct Knot {
    double value = 0;
    double place = 0;
    friend bool operator==(const Knot&, const Knot&) = default;
};

// One term of the ridge: a number in standard deviations within its usual range, or of its place
// among the rows learned from (missing is the mean), a level, or whether it is missing.
struct RidgeTerm {
    std::size_t column = 0;
    std::int32_t level = -1; // ≥ 0: of a category; −1: the number; −2: missing
    double mean = 0;
    double deviation = 1;
    double low = 0; // values are drawn into [low, high]
    double high = 0;
    double weight = 0;
    std::vector<Knot> knots; // rising; when there are any, places count instead of values
};

struct Ridge {
    double intercept = 0; // margin of the mean row
    std::vector<RidgeTerm> terms;
};

struct RidgeWish {
    bool by_place = false; // numbers by their place: no value is far out, and no scale is wrong
    double ridge = 1;      // λ of ½ λ Σ weight²
};

[[nodiscard]] Ridge learn_ridge(
    const Frame& frame,
    std::span<const std::size_t> rows,
    std::span<const Direction> directions,
    const RidgeWish& wish = {});
// Adds `scale` × what each column says to `reasons`, by column; answers `scale` × intercept.
double add_reasons(
    const Ridge& ridge,
    const Frame& frame,
    std::size_t row,
    double scale,
    std::span<double> reasons);

// A scorecard: a weight a column on the WOE of its bins.
struct CardTerm {
    std::size_t column = 0;
    Binning binning;
    double weight = 0;
    double mean = 0; // of weight × WOE over the rows learned from
};

struct Scorecard {
    double intercept = 0; // margin of the mean row
    std::vector<CardTerm> terms;
};

[[nodiscard]] Scorecard learn_scorecard(
    const Frame& frame,
    std::span<const std::size_t> rows,
    std::span<const Direction> directions,
    std::span<const float> specials);
double add_reasons(
    const Scorecard& card,
    const Frame& frame,
    std::size_t row,
    double scale,
    std::span<double> reasons);

// Points the usual way: 600 at odds of 50 good to 1 bad, 20 more double the odds.
[[nodiscard]] double points_of_margin(double margin);

} // namespace score
