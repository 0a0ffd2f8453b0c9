// A champion and a challenger asked about the same cases: is the one better than the other by more
// than chance?
#pragma once

#include "engine/score/metric.hpp"

namespace score {

// An area under the curve and how far chance moves it (DeLong, DeLong and Clarke-Pearson 1988).
struct Area {
    double auc = 0.5;
    double deviation = 0; // standard error; 0 when a class has fewer than two rows
};

[[nodiscard]] Area area_of(std::span<const double> scores, std::span<const std::uint8_t> target);

// The challenger, when the interval lies above nought, below it, or on both sides.
enum class Verdict { better, worse, undecided };

struct Comparison {
    std::size_t n = 0;
    std::size_t positives = 0;
    Metrics champion;
    Metrics challenger;
    double difference = 0; // of the areas, challenger less champion
    Interval interval;     // 95 % of it, the same rows drawn for both
    double deviation = 0;  // its standard error by DeLong
    double p = 1;          // of so great a difference when there is none, two-sided
    Verdict verdict = Verdict::undecided;
};

// All three have the same length. The same seed draws the same samples.
[[nodiscard]] Comparison compare(
    std::span<const double> champion,
    std::span<const double> challenger,
    std::span<const std::uint8_t> target,
    std::uint64_t seed,
    std::size_t samples = 500);

} // namespace score
