#include "engine/allocate/flow.hpp"

#include "base/result.hpp"

#include <lemon/circulation.h>
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

namespace allocate {
namespace {

using Graph = lemon::SmartDigraph;
using Simplex = lemon::NetworkSimplex<Graph, std::int64_t, std::int64_t>;

struct Drawn {
    Graph graph;
    Graph::ArcMap<std::int64_t> floor{graph};
    Graph::ArcMap<std::int64_t> ceiling{graph};
    Graph::ArcMap<std::int64_t> cost{graph};
};

void draw(const Network& network, Drawn& out) {
    out.graph.reserveNode(network.nodes);
    out.graph.reserveArc(static_cast<int>(network.arcs.size()));
    for (std::int32_t i = 0; i < network.nodes; ++i)
        out.graph.addNode();
    for (const auto& each : network.arcs) {
        const auto arc = out.graph.addArc(Graph::nodeFromId(each.from), Graph::nodeFromId(each.to));
        out.floor[arc] = each.floor;
        out.ceiling[arc] = each.ceiling;
        out.cost[arc] = each.cost;
    }
}

} // namespace

Flow cheapest(const Network& network) {
    Drawn drawn;
    draw(network, drawn);
    // Arc mixing is a fixed permutation: the answer depends on the order of arcs alone, which the
    // caller fixes.
    Simplex simplex(drawn.graph, true);
    simplex.lowerMap(drawn.floor).upperMap(drawn.ceiling).costMap(drawn.cost);
    Flow answer;
    const auto found = simplex.run(Simplex::BLOCK_SEARCH);
    base::ensure(found != Simplex::UNBOUNDED, "every arc has a ceiling");
    answer.feasible = found == Simplex::OPTIMAL;
    if (!answer.feasible) return answer;
    answer.flow.reserve(network.arcs.size());
    for (std::size_t i = 0; i < network.arcs.size(); ++i)
        answer.flow.push_back(simplex.flow(Graph::arcFromId(static_cast<int>(i))));
    answer.potential.reserve(static_cast<std::size_t>(network.nodes));
    for (std::int32_t i = 0; i < network.nodes; ++i)
        answer.potential.push_back(simplex.potential(Graph::nodeFromId(i)));
    return answer;
}

std::vector<char> bottleneck(const Network& network) {
    using Limits = Graph::ArcMap<std::int64_t>;
    Drawn drawn;
    draw(network, drawn);
    const Graph::NodeMap<std::int64_t> supply(drawn.graph, 0);
    lemon::Circulation<Graph, Limits, Limits, Graph::NodeMap<std::int64_t>> search(
        drawn.graph, drawn.floor, drawn.ceiling, supply);
    if (search.run()) return {};
    std::vector<char> inside;
    for (std::int32_t i = 0; i < network.nodes; ++i)
        inside.push_back(search.barrier(Graph::nodeFromId(i)) ? 1 : 0);
    return inside;
}

} // namespace allocate
