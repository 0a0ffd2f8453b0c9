// Whether a model still meets the people it learned from: how far the scores (PSI) and each column
// (CSI) have moved, and what its order and its level are worth, one vintage after another.
//
// A figure is a finding when it passes its limit and is more than chance makes of so many rows:
// with few rows every distribution looks moved.
#pragma once

#include "engine/score/frame.hpp"
#include "engine/score/metric.hpp"

#include <string>
#include <vector>

namespace score {

// How the rows learned from were spread over one column, or over the probability.
struct Spread {
    std::string column; // empty: the probability
    Kind kind = Kind::number;
    std::vector<double> cuts;        // of numbers: a value belongs to the first cut not below it
    std::vector<std::string> levels; // of categories
    // cuts.size() + 1 or levels.size() + 1 (any other level) cells, and missing last.
    std::vector<double> counts{0, 0};
    friend bool operator==(const Spread&, const Spread&) = default;
};

// Ten cells of equal count at most; of a category the twelve most frequent levels.
[[nodiscard]] Spread spread_of(const Column& column, std::span<const std::size_t> rows);
[[nodiscard]] Spread spread_of(std::span<const double> probabilities);

// The same cells, counted over other probabilities.
[[nodiscard]] Spread spread_like(const Spread& spread, std::span<const double> probabilities);

struct Standing { // what the model was worth when it was made
    std::vector<Spread> columns;
    Spread probability;
    double auc = 0.5;
    double auc_deviation = 0;
};

struct DriftLimits {
    double moved_a_little = 0.10; // PSI or CSI: look
    double moved = 0.25;          // act
    double auc_fall = 0.03;       // look; twice as much: act
    double level = 1.25;          // positives seen over positives expected, or the reverse: look
    double level_far = 1.6;       // act
    std::size_t positives_least = 10; // a vintage with fewer of either class is not judged
};

enum class DriftKind {
    score_moved,  // PSI
    column_moved, // CSI
    order_lost,   // AUC of a vintage
    level_off     // more or fewer positives than the probabilities add up to
};
enum class Gravity { look, act };

// What a risk case would be opened with.
struct DriftFinding {
    DriftKind kind = DriftKind::score_moved;
    Gravity gravity = Gravity::look;
    std::string column;  // of column_moved
    std::string vintage; // of order_lost and level_off; empty: all rows
    double figure = 0;
    double limit = 0;
    base::Text reason;

    // The same while the same thing is wrong: so that a second look opens no second case.
    [[nodiscard]] std::string key() const;
};

struct Moved {
    std::string column; // empty: the probability
    double index = 0;   // PSI or CSI
    double chance = 0;  // what chance makes of so many rows at most (99.9 %)
};

struct Vintage {
    std::string name;
    std::size_t n = 0;
    std::size_t positives = 0;
    double auc = 0.5;
    double auc_deviation = 0;
    double expected_positives = 0;
    double psi = 0;
};

struct Drift {
    std::size_t n = 0;
    Moved probability;
    std::vector<Moved> columns;         // the most moved first
    std::vector<Vintage> vintages;      // in the order of their names; one without name: all rows
    std::vector<DriftFinding> findings; // the gravest first
};

struct DriftAsk {
    const Frame& frame; // as the model reads it
    std::span<const double> probabilities;
    bool outcomes = true;                        // whether frame.target is known
    std::span<const std::string> vintage_of_row; // empty: all rows are one
};

[[nodiscard]] Drift drift_of(
    const Standing& standing, const DriftAsk& ask, const DriftLimits& limits);

} // namespace score
