// The best flow, found by looking at few of the pairs.
#pragma once

#include "engine/allocate/model.hpp"

namespace allocate {

struct Solved {
    Flow flow;
    std::vector<std::int32_t> pairs; // edges in use, as the arcs after the frame's
    std::size_t frame = 0;           // arcs before them
};

[[nodiscard]] Solved search(const Problem& problem, const Model& model);

} // namespace allocate
