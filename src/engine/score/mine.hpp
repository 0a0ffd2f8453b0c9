// The ratio miner: sums, differences, products and ratios of two columns that separate the rows
// which a first forest still gets wrong, readable as formulas (after the synthetic features of
// Zięba, Tomczak and Tomczak 2016, where columns are drawn by how often trees split on them).
#pragma once

#include "engine/score/encode.hpp"
#include "engine/score/forest.hpp"

namespace score {

struct MineWish {
    std::size_t kept = 60;
    std::size_t tried = 600;
    std::uint64_t seed = 0;
};

// `forest` was grown over `features` of `rows`; pairs are drawn by the splits it made.
[[nodiscard]] Features mine(
    const Frame& frame,
    std::span<const std::size_t> rows,
    const Features& features,
    const Forest& forest,
    const MineWish& wish);

} // namespace score
