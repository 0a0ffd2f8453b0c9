#include "engine/graph/structure.hpp"

#include <algorithm>

namespace graph {
namespace {

constexpr Node unseen = 0xffff'ffff;

struct Step {
    Node node;
    Place next; // of its ties or neighbours
};

struct Strong {
    const Graph& graph;
    std::vector<Node> low{};
    std::vector<Node> entered{}; // when
    std::vector<Node> open{};    // nodes whose component is not known yet
    std::vector<Step> path{};
    Components made{};
    Node seen = 0;

    void enter(Node node) {
        low[node] = entered[node] = seen++;
        open.push_back(node);
        path.push_back({node, graph.out[node]});
    }

    void close(Node root) {
        const auto number = static_cast<Node>(made.sizes.size());
        Node size = 0;
        for (Node node = unseen; node != root; ++size) {
            node = open.back();
            open.pop_back();
            made.of[node] = number;
        }
        made.sizes.push_back(size);
    }

    void from(Node start) {
        enter(start);
        while (!path.empty()) {
            auto& [node, next] = path.back();
            if (next < graph.out[node + 1]) {
                const auto to = graph.ties[next++].to;
                if (entered[to] == unseen) {
                    enter(to);
                } else if (made.of[to] == unseen) {
                    low[node] = std::min(low[node], entered[to]);
                }
                continue;
            }
            const auto done = node;
            path.pop_back();
            if (low[done] == entered[done]) close(done);
            if (!path.empty()) low[path.back().node] = std::min(low[path.back().node], low[done]);
        }
    }
};

} // namespace

Components strong_components(const Graph& graph) {
    Strong strong{.graph = graph};
    strong.low.assign(graph.nodes, unseen);
    strong.entered.assign(graph.nodes, unseen);
    strong.made.of.assign(graph.nodes, unseen);
    for (Node node = 0; node < graph.nodes; ++node)
        if (strong.entered[node] == unseen) strong.from(node);
    // Tarjan closes what is reached first; sources come first here.
    auto& made = strong.made;
    const auto count = static_cast<Node>(made.sizes.size());
    for (auto& component : made.of)
        component = count - 1 - component;
    std::ranges::reverse(made.sizes);
    return std::move(made);
}

std::vector<std::uint32_t> core_numbers(const Graph& graph) {
    const auto nodes = graph.nodes;
    std::vector<std::uint32_t> degree(nodes);
    std::uint32_t most = 0;
    for (Node node = 0; node < nodes; ++node) {
        degree[node] = graph.near[node + 1] - graph.near[node];
        most = std::max(most, degree[node]);
    }
    // Nodes by degree; where each degree begins; where each node stands.
    std::vector<Place> begin(most + std::size_t{2}, 0);
    for (const auto each : degree)
        ++begin[each + 1];
    for (std::size_t each = 0; each <= most; ++each)
        begin[each + 1] += begin[each];
    std::vector<Node> queue(nodes);
    std::vector<Place> place(nodes);
    auto next = begin;
    for (Node node = 0; node < nodes; ++node) {
        place[node] = next[degree[node]]++;
        queue[place[node]] = node;
    }
    for (Place at = 0; at < nodes; ++at) {
        const auto node = queue[at];
        for (const auto near : graph.near_to(node)) {
            if (degree[near] <= degree[node]) continue;
            // One degree less: it changes places with the first of its degree.
            const auto first = begin[degree[near]]++;
            const auto other = queue[first];
            std::swap(queue[first], queue[place[near]]);
            std::swap(place[near], place[other]);
            --degree[near];
        }
    }
    return degree;
}

Weak weak_places(const Graph& graph) {
    Weak weak;
    std::vector<Node> order(graph.nodes, unseen);
    std::vector<Node> low(graph.nodes, unseen);
    std::vector<std::uint8_t> joint(graph.nodes, 0);
    std::vector<Step> path;
    Node seen = 0;
    const auto enter = [&](Node node) {
        order[node] = low[node] = seen++;
        path.push_back({node, graph.near[node]});
    };
    for (Node start = 0; start < graph.nodes; ++start) {
        if (order[start] != unseen) continue;
        enter(start);
        int branches = 0;
        while (!path.empty()) {
            auto& [node, next] = path.back();
            const auto above = path.size() < 2 ? unseen : path[path.size() - 2].node;
            if (next < graph.near[node + 1]) {
                const auto to = graph.neighbours[next++];
                if (order[to] == unseen) {
                    enter(to);
                } else if (to != above) {
                    low[node] = std::min(low[node], order[to]);
                }
                continue;
            }
            const auto done = node;
            path.pop_back();
            if (above == unseen) continue;
            low[above] = std::min(low[above], low[done]);
            if (low[done] > order[above])
                weak.bridges.push_back({std::min(above, done), std::max(above, done)});
            if (above == start) {
                ++branches;
            } else if (low[done] >= order[above]) {
                joint[above] = 1;
            }
        }
        if (branches > 1) joint[start] = 1;
    }
    std::ranges::sort(weak.bridges);
    for (Node node = 0; node < graph.nodes; ++node)
        if (joint[node] != 0) weak.joints.push_back(node);
    return weak;
}

} // namespace graph
