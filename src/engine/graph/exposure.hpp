// What others must pay when a firm fails.
#pragma once

#include "engine/graph/graph.hpp"

namespace graph {

// A firm that pays for others, and how far this brings it down itself.
struct Exposure {
    Node firm = 0;
    base::Money at_risk; // called from it
    base::Rate fails;    // the share of its own debts that is then called from its guarantors
    friend bool operator==(const Exposure&, const Exposure&) = default;
};

// From a firm that fails wholly outwards: of each guarantee the share is called by which the firm
// it stands for has failed, rounded down; a guarantor fails by `passed_on` of the share of all it
// guarantees that is called from it. The least amounts for which this holds everywhere, whichever
// way it is counted. In order of firms, those that pay nothing left out; what the failed firm
// itself guarantees others is not its guarantors' loss and counts nowhere.
[[nodiscard]] std::vector<Exposure> expose(
    const Graph& graph, Node failed, base::Rate passed_on = base::Rate::percent(50));

} // namespace graph
