#include "engine/graph/growing.hpp"

#include "engine/graph/parts.hpp"

#include <algorithm>
#include <numeric>

namespace graph {

Growing::Growing(const Graph& known)
    : out_(known.nodes)
    , in_(known.nodes)
    , parents_(known.nodes)
    , sizes_(known.nodes, 1)
    , stamp_(known.nodes, 0)
    , hops_(known.nodes, 0) {
    std::iota(parents_.begin(), parents_.end(), Node{0});
    for (const auto& tie : known.ties) {
        const auto days = known.days_of(tie);
        out_[tie.from].push_back({tie.to, {days.begin(), days.end()}});
        in_[tie.to].push_back(tie.from);
        join(tie.from, tie.to);
    }
}

Node Growing::part_of(Node node) const { return root_of(parents_, node); }

bool Growing::join(Node one, Node other) {
    one = part_of(one);
    other = part_of(other);
    if (one == other) return false;
    if (sizes_[one] < sizes_[other]) std::swap(one, other);
    parents_[other] = one;
    sizes_[one] += sizes_[other];
    return true;
}

struct Growing::Following {
    std::span<const Days> before; // of the tie, without the edge
    std::span<const Days> now;
    Growth& growth;
    std::array<Node, longest_circle> nodes{};
    std::array<std::vector<Days>, longest_circle> common{}; // of the ties behind
    std::vector<Days> then{};
};

// How many ties lead from each firm to the edge's guarantor, up to five; whether any do from the
// firm it guarantees.
bool Growing::measure_back(const Edge& edge) {
    ++round_;
    std::vector<Node> frontier{edge.from};
    std::vector<Node> next;
    for (std::uint8_t hops = 1; hops < longest_circle && !frontier.empty(); ++hops) {
        next.clear();
        for (const auto node : frontier)
            for (const auto from : in_[node]) {
                if (stamp_[from] == round_ || from == edge.from) continue;
                stamp_[from] = round_;
                hops_[from] = hops;
                // What leads to the guarantor through the guaranteed firm would pass it twice.
                if (from != edge.to) next.push_back(from);
            }
        frontier.swap(next);
    }
    return stamp_[edge.to] == round_;
}

Growth Growing::add(const Edge& edge) {
    base::ensure(
        edge.from < out_.size() && edge.to < out_.size(), "an edge's firm is beyond the nodes");
    Growth growth;
    if (edge.from != edge.to && edge.days.first <= edge.days.last) {
        auto& arcs = out_[edge.from];
        auto arc = std::ranges::find(arcs, edge.to, &Arc::node);
        if (arc == arcs.end()) {
            arcs.push_back({edge.to, {}});
            in_[edge.to].push_back(edge.from);
            arc = arcs.end() - 1;
            growth.joined = join(edge.from, edge.to);
        }
        const auto before = arc->days;
        add_days(arc->days, edge.days);
        if (arc->days != before && measure_back(edge)) {
            Following following{.before = before, .now = arc->days, .growth = growth};
            following.nodes[0] = edge.from;
            follow(following, edge.to, 1);
            std::ranges::sort(growth.circles);
        }
    }
    growth.part = sizes_[part_of(edge.from)];
    return growth;
}

// `depth` firms are behind this one.
void Growing::follow(Following& following, Node node, std::size_t depth) {
    auto& nodes = following.nodes;
    nodes[depth] = node;
    const auto behind = nodes.begin() + static_cast<std::ptrdiff_t>(depth);
    for (const auto& arc : out_[node]) {
        const bool closes = arc.node == nodes[0];
        if (!closes &&
            (stamp_[arc.node] != round_ || depth + 1 + hops_[arc.node] > longest_circle ||
             std::find(nodes.begin(), behind, arc.node) != behind))
            continue;
        auto& common = following.common[depth];
        meet(depth == 1 ? following.now : following.common[depth - 1], arc.days, common);
        if (common.empty()) continue;
        if (!closes) {
            follow(following, arc.node, depth + 1);
            continue;
        }
        meet(common, following.before, following.then);
        if (following.then == common) continue;
        Closed closed{
            .firms = {nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(depth + 1)},
            .days = common,
            .widened = !following.then.empty()};
        std::ranges::rotate(closed.firms, std::ranges::min_element(closed.firms));
        following.growth.circles.push_back(std::move(closed));
    }
}

} // namespace graph
