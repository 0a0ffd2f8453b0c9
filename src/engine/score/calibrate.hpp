// From a margin to a probability.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace score {

enum class Calibrating { platt, isotonic };

struct Calibration {
    Calibrating how = Calibrating::platt;
    double slope = 1; // of platt: sigmoid(slope × margin + shift)
    double shift = 0;
    std::vector<double> margins; // of isotonic: knots, rising; between them straight lines
    std::vector<double> probabilities;
    friend bool operator==(const Calibration&, const Calibration&) = default;
};

[[nodiscard]] double probability_of(const Calibration& calibration, double margin);
// Platt 1999: a logistic regression on the margin.
[[nodiscard]] Calibration learn_platt(
    std::span<const double> margins, std::span<const std::uint8_t> target);
// Pool adjacent violators; each pool is a knot at its mean margin, so that order is kept strictly.
[[nodiscard]] Calibration learn_isotonic(
    std::span<const double> margins, std::span<const std::uint8_t> target);
// Isotonic where it has less log loss than Platt on rows it did not see, two halves in turn.
[[nodiscard]] Calibration learn_calibration(
    std::span<const double> margins, std::span<const std::uint8_t> target);

} // namespace score
