// Logistic regression with a ridge, by Newton's steps.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace score {

struct Logistic {
    double intercept = 0;
    std::vector<double> weights;
};

struct LogisticWish {
    double ridge = 1;            // λ of ½ λ Σ (weight − towards)²; the intercept is free
    std::vector<double> towards; // empty: 0
    std::vector<int> signs; // −1, 0 (free), 1; empty: all free. A weight against its sign is 0
};

// `matrix` holds `target.size()` rows of `columns` values.
[[nodiscard]] Logistic fit_logistic(
    std::span<const double> matrix,
    std::size_t columns,
    std::span<const std::uint8_t> target,
    const LogisticWish& wish);

[[nodiscard]] double sigmoid(double margin);

} // namespace score
