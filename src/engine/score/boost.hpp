// Growing boosted trees, by XGBoost on one thread: the same rows, wish and seed give the same
// trees, byte for byte.
#pragma once

#include "base/result.hpp"
#include "engine/score/forest.hpp"

namespace score {

struct BoostWish {
    int rounds = 300;
    int depth = 5;
    double rate = 0.05;       // shrinkage of each tree
    double row_share = 1;     // rows a tree sees
    double feature_share = 1; // features a tree sees
    double leaf_weight = 1;   // least Σ p(1 − p) in a leaf
    double ridge = 1;         // on the leaves' values
    std::uint64_t seed = 0;
    std::vector<int> directions; // −1, 0, 1 a feature; empty: all free
};

// `matrix` holds `target.size()` rows of `features` values, NaN for missing. `score.boosting` when
// the library refuses.
[[nodiscard]] base::Result<Forest> grow(
    std::span<const float> matrix,
    std::size_t features,
    std::span<const std::uint8_t> target,
    const BoostWish& wish);

} // namespace score
