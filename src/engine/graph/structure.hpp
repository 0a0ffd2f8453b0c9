// How a graph hangs together: strong components, cores, bridges and joints. All in O(firms + ties).
#pragma once

#include "engine/graph/graph.hpp"

namespace graph {

struct Components {
    std::vector<Node> of;    // the component of each node; sources before what they reach
    std::vector<Node> sizes; // of each component
};

// Firms that reach each other along ties (强连通分量). Who has nobody left behind or before him is
// alone and is taken off first; the others by Tarjan 1972 in the form of Pearce 2016.
[[nodiscard]] Components strong_components(const Graph& graph);

// The largest k such that the firm belongs to a part in which everyone has k neighbours (k 核).
// Directions do not count; mutual guarantees are one line. Peeled off as Matula and Beck 1983 do.
[[nodiscard]] std::vector<std::uint32_t> core_numbers(const Graph& graph);

struct Bridge {
    Node one = 0;
    Node other = 0; // the larger
    friend auto operator<=>(const Bridge&, const Bridge&) = default;
};

// Lines (桥) and firms (割点) without which a part would fall apart; directions do not count.
struct Weak {
    std::vector<Bridge> bridges; // in order
    std::vector<Node> joints;    // in order
};

// `cores` are the graph's core numbers: who has less than two hangs on the rest like a tree, where
// every line is a bridge.
[[nodiscard]] Weak weak_places(const Graph& graph, std::span<const std::uint32_t> cores);

} // namespace graph
