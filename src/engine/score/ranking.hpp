// Rows in the order of their scores, and how often a positive stands above a negative.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace score {

// From the highest score down, cut into steps of equal scores.
struct Ranking {
    std::vector<std::size_t> order;
    std::vector<std::size_t> step_ends;
};

[[nodiscard]] Ranking rank(std::span<const double> scores);

// The chance that a positive stands above a negative, ties half, each row counted `weight(row)`
// times; 0.5 when a class is not there.
template <class Weight>
[[nodiscard]] double chance_above(
    const Ranking& ranking, std::span<const std::uint8_t> target, const Weight& weight) {
    double positives = 0;
    double negatives = 0;
    double pairs = 0;
    std::size_t from = 0;
    for (const auto end : ranking.step_ends) {
        double hits = 0;
        double misses = 0;
        for (; from < end; ++from) {
            const auto row = ranking.order[from];
            (target[row] != 0 ? hits : misses) += weight(row);
        }
        pairs += misses * (positives + hits / 2);
        positives += hits;
        negatives += misses;
    }
    return positives == 0 || negatives == 0 ? 0.5 : pairs / positives / negatives;
}

} // namespace score
