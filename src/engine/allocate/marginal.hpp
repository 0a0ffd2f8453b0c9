// The prices of one unit more.
#pragma once

#include "engine/allocate/flow.hpp"

namespace allocate {

// One a node: the length of the shortest way there from node 0 through the room that the flow
// leaves. They prove the flow as the simplex's own potentials do.
[[nodiscard]] std::vector<std::int64_t> marginal_potentials(
    const Network& network, const Flow& flow);

} // namespace allocate
