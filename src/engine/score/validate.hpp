// A way of learning, judged on rows it did not learn from.
#pragma once

#include "engine/score/metric.hpp"
#include "engine/score/model.hpp"

namespace score {

struct Validation {
    std::vector<std::size_t> rows; // asked, in the order of the folds
    std::vector<double> probabilities;
    std::vector<std::uint8_t> target;
    std::vector<double> fold_auc; // of folds with both classes
    Metrics metrics;              // of all rows asked together
    double mean_auc = 0;          // of the folds; of all rows when a fold lacks a class
    double mean_pr_auc = 0;
    double mean_ks = 0;
};

[[nodiscard]] base::Result<Validation> validate(
    const Frame& frame, std::span<const Fold> folds, const LearnWish& wish);

// How a model does on each value of a column that is no part of it: size, ownership, town.
struct Segment {
    std::string value;
    Metrics metrics;
    double flagged_share = 0;      // at or above the threshold
    double expected_positives = 0; // Σ probabilities
    double ratio = 0; // share not flagged, over that of the segment with the greatest such share
};

[[nodiscard]] std::vector<Segment> segments(
    std::span<const std::string_view> values,
    std::span<const double> probabilities,
    std::span<const std::uint8_t> target,
    double threshold);

} // namespace score
