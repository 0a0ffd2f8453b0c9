// Flows of least cost in a network with floors. The one place that knows LEMON.
#pragma once

#include <cstdint>
#include <vector>

namespace allocate {

struct Arc {
    std::int32_t from = 0;
    std::int32_t to = 0;
    std::int64_t floor = 0;
    std::int64_t ceiling = 0;
    std::int64_t cost = 0;
};

struct Network {
    std::int32_t nodes = 0;
    std::vector<Arc> arcs;
};

struct Flow {
    bool feasible = false;
    std::vector<std::int64_t> flow;      // one an arc
    std::vector<std::int64_t> potential; // one a node: cost + potential(from) − potential(to) ≥ 0
                                         // where there is room, ≤ 0 where more than the floor flows
};

// A circulation of least cost.
[[nodiscard]] Flow cheapest(const Network& network);

// A set of nodes that has to take in more, by floors, than can leave it: no circulation exists
// (Hoffman 1960). Empty when there is one.
[[nodiscard]] std::vector<char> bottleneck(const Network& network);

} // namespace allocate
