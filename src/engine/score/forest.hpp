// Boosted trees as they are kept and asked: no library is needed to score or to explain.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace score {

struct Node {
    std::int32_t feature = -1; // −1 is a leaf
    float threshold = 0;       // below it goes left
    std::int32_t left = 0;
    std::int32_t right = 0;
    bool missing_left = false;
    float value = 0; // of a leaf
    float cover = 0; // weight of the rows that came through while learning
    friend bool operator==(const Node&, const Node&) = default;
};

struct Tree {
    std::vector<Node> nodes; // the root first
    friend bool operator==(const Tree&, const Tree&) = default;
};

struct Forest {
    double base = 0; // margin before any tree
    std::vector<Tree> trees;
    friend bool operator==(const Forest&, const Forest&) = default;
};

// Log odds of one row of features; of the first `trees` trees.
[[nodiscard]] double margin_of(
    const Forest& forest, std::span<const float> row, std::size_t trees = SIZE_MAX);
// Of many rows, blocked so that a tree stays in the cache. Adds `scale` × margin to `margins`.
void add_margins(
    const Forest& forest,
    std::span<const float> matrix,
    std::size_t features,
    double scale,
    std::span<double> margins,
    std::size_t first_tree = 0,
    std::size_t last_tree = SIZE_MAX);

// Exact Shapley values with respect to the path-dependent expectation (Lundberg, Erion, Lee 2018,
// algorithm 2): `reasons[f]` is increased by `scale` × the share of feature f. Answers `scale` ×
// the expectation, so that answer + Σ reasons = scale × margin.
double add_reasons(
    const Forest& forest, std::span<const float> row, double scale, std::span<double> reasons);

} // namespace score
