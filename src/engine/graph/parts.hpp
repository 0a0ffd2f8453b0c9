// Things that were joined, as a forest: each thing leads to its parent, a root to itself.
#pragma once

#include <cstdint>
#include <vector>

namespace graph {

// Halves the way it goes, so that later ways are short.
inline std::uint32_t root_of(std::vector<std::uint32_t>& parents, std::uint32_t thing) {
    while (parents[thing] != thing)
        thing = parents[thing] = parents[parents[thing]];
    return thing;
}

} // namespace graph
