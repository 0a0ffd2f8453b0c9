// What to end so that no circle is left: circles that share a tie make a group, and each group is
// broken by itself.
#pragma once

#include "engine/graph/circles.hpp"

namespace graph {

// The fewest ties that break every circle of a group, and among those the least amount.
struct Cut {
    std::vector<Place> ties; // in order
    base::Money amount;
    bool exact = true;        // proven: no smaller one does it. False: the search was ended
    std::size_t at_least = 0; // ties that are needed in any case
};

struct Group {
    std::vector<Place> circles; // in order
    std::vector<Node> firms;    // in order
    Cut cut;
};

// Groups by their first circle. `effort` bounds the search of each, in circles looked at.
[[nodiscard]] std::vector<Group> break_circles(
    const Graph& graph, const Circles& circles, std::size_t effort = 2'000'000);

} // namespace graph
