// How good scores are: order (AUC, PR-AUC, KS), and truth of the probabilities (Brier, ECE). And
// how far a population has moved (PSI, CSI).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace score {

struct Metrics {
    double auc = 0;    // chance that a positive stands above a negative, ties half
    double pr_auc = 0; // average precision: Σ (recall step × precision), ties as one step
    double ks = 0;     // greatest distance of the two distributions
    double brier = 0;  // mean squared distance of probability and outcome
    double ece = 0;    // expected calibration error over ten bins of equal width
    std::size_t n = 0;
    std::size_t positives = 0;
};

struct Interval {
    double low = 0;
    double high = 0;
};

struct Intervals { // 95 %, percentiles of bootstrap samples
    Interval auc, pr_auc, ks, brier, ece;
};

// `probabilities` and `target` have the same length. With one class only, auc is 0.5 and pr_auc its
// share.
[[nodiscard]] Metrics measure(
    std::span<const double> probabilities, std::span<const std::uint8_t> target);
[[nodiscard]] double auc_of(std::span<const double> scores, std::span<const std::uint8_t> target);
[[nodiscard]] double log_loss(
    std::span<const double> probabilities, std::span<const std::uint8_t> target);
// Each sample draws rows with replacement; the same seed draws the same.
[[nodiscard]] Intervals bootstrap(
    std::span<const double> probabilities,
    std::span<const std::uint8_t> target,
    std::uint64_t seed,
    std::size_t samples = 200);

// Population stability index Σ (b − a) ln(b / a) over the cells of `expected` and `observed`
// counts; an empty cell counts as half a row. Below 0.10 steady, from 0.25 moved.
[[nodiscard]] double stability(std::span<const double> expected, std::span<const double> observed);
// The same over ten bins of equal count of `expected`, for scores (PSI) or one characteristic
// (CSI); NaN is a bin of its own.
[[nodiscard]] double stability_of_values(
    std::span<const double> expected, std::span<const double> observed);

} // namespace score
