// The best flow, found by looking at few of the pairs.
#pragma once

#include "engine/allocate/model.hpp"

namespace allocate {

struct Solved {
    bool feasible = false;
    std::vector<std::int32_t> pairs;      // edges that may be in use
    std::vector<std::int64_t> units;      // through each of them
    std::vector<std::int64_t> potentials; // of one unit more, one a node
};

[[nodiscard]] Solved search(const Problem& problem, const Model& model);
[[nodiscard]] Solved by_simplex(const Problem& problem, const Model& model);

} // namespace allocate
