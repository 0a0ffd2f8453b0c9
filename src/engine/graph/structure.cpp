#include "engine/graph/structure.hpp"

#include <algorithm>
#include <numeric>

namespace graph {
namespace {

// Numbers in order of entering begin at 1. What is through, or does not take part, has the largest:
// it is the smaller of two with nobody.
constexpr Node unseen = 0;
constexpr Node closed = 0xffff'ffff;

// What a walk in depth keeps of a firm, in less than a quarter of a cache line.
struct Cell {
    Place next = 0; // of its ties or neighbours
    Place end = 0;
    Node low = unseen;
};

// Firms that nobody stands behind, and then those that only such stand behind, and so on: each is a
// component of its own. `left` says how many ties each firm has on that side.
template <class Further>
std::vector<Node> taken_off(
    Node nodes, std::vector<Cell>& cells, std::vector<Node> left, const Further& further) {
    std::vector<Node> taken;
    const auto take = [&](Node node) {
        cells[node].low = closed;
        taken.push_back(node);
    };
    for (Node node = 0; node < nodes; ++node)
        if (left[node] == 0 && cells[node].low == unseen) take(node);
    for (std::size_t i = 0; i < taken.size(); ++i)
        for (const auto node : further(taken[i]))
            if (--left[node] == 0 && cells[node].low == unseen) take(node);
    return taken;
}

std::vector<Node> degrees(std::span<const Place> begins) {
    std::vector<Node> made(begins.size() - 1);
    for (std::size_t i = 0; i < made.size(); ++i)
        made[i] = begins[i + 1] - begins[i];
    return made;
}

class Strong {
public:
    explicit Strong(const Graph& graph)
        : graph_(graph)
        , cells_(graph.nodes) {}

    Components run() {
        const auto sources = taken_off(graph_.nodes, cells_, degrees(graph_.in), [&](Node node) {
            return graph_.out_of(node);
        });
        const auto sinks = taken_off(graph_.nodes, cells_, degrees(graph_.out), [&](Node node) {
            return graph_.into(node);
        });
        made_.of.resize(graph_.nodes);
        for (const auto node : sinks)
            give(node);
        for (Node node = 0; node < graph_.nodes; ++node)
            if (cells_[node].low == unseen) from(node);
        // What is reached was given its number first; sources come first in the end.
        for (auto source = sources.rbegin(); source != sources.rend(); ++source)
            give(*source);
        const auto last = static_cast<Node>(made_.sizes.size()) - 1;
        for (auto& component : made_.of)
            component = last - component;
        std::ranges::reverse(made_.sizes);
        return std::move(made_);
    }

private:
    struct Step {
        Node node;
        Node number; // in order of entering
    };

    void give(Node alone) {
        made_.of[alone] = static_cast<Node>(made_.sizes.size());
        made_.sizes.push_back(1);
    }

    void enter(Node node) {
        cells_[node] = {graph_.out[node], graph_.out[node + 1], ++seen_};
        for (const auto to : graph_.out_of(node))
            __builtin_prefetch(&cells_[to]);
        open_.push_back(node);
        path_.push_back({node, seen_});
    }

    void close(Node root) {
        const auto number = static_cast<Node>(made_.sizes.size());
        Node size = 0;
        for (auto node = closed; node != root; ++size) {
            node = open_.back();
            open_.pop_back();
            made_.of[node] = number;
            cells_[node].low = closed;
        }
        made_.sizes.push_back(size);
    }

    void from(Node start) {
        enter(start);
        while (!path_.empty()) {
            const auto [node, number] = path_.back();
            auto& cell = cells_[node];
            auto low = cell.low;
            auto further = closed;
            while (cell.next < cell.end && further == closed) {
                const auto to = graph_.out_nodes[cell.next++];
                if (cells_[to].low == unseen)
                    further = to;
                else
                    low = std::min(low, cells_[to].low);
            }
            cell.low = low;
            if (further != closed) {
                enter(further);
                continue;
            }
            path_.pop_back();
            if (low == number) {
                close(node);
            } else {
                auto& above = cells_[path_.back().node].low;
                above = std::min(above, low);
            }
        }
    }

    const Graph& graph_;
    std::vector<Cell> cells_;
    std::vector<Node> open_{}; // whose component is not known yet
    std::vector<Step> path_{};
    Components made_{};
    Node seen_ = 0;
};

// Bridges and joints among the firms that have two lines or more after all trees are taken off.
class Weakness {
public:
    Weakness(const Graph& graph, std::span<const std::uint32_t> cores)
        : graph_(graph)
        , cores_(cores)
        , cells_(graph.nodes)
        , number_(graph.nodes, unseen)
        , joint_(graph.nodes, 0) {}

    Weak run() {
        trees();
        std::vector<Bridge> between;
        for (Node node = 0; node < graph_.nodes; ++node)
            if (number_[node] == unseen) from(node, between);
        std::ranges::sort(between);
        Weak weak;
        weak.bridges.resize(in_trees_.size() + between.size());
        std::ranges::merge(in_trees_, between, weak.bridges.begin());
        for (Node node = 0; node < graph_.nodes; ++node)
            if (joint_[node] != 0) weak.joints.push_back(node);
        return weak;
    }

private:
    // Whoever has a line of a tree and another line holds something together.
    void trees() {
        for (Node node = 0; node < graph_.nodes; ++node) {
            if (cores_[node] < 2) number_[node] = closed;
            const auto near = graph_.near_to(node);
            bool has_tree = false;
            for (const auto other : near) {
                if (cores_[node] > 1 && cores_[other] > 1) continue;
                has_tree = true;
                if (node < other) in_trees_.push_back({node, other});
            }
            if (has_tree && near.size() > 1) joint_[node] = 1;
        }
    }

    void enter(Node node) {
        number_[node] = ++seen_;
        cells_[node] = {graph_.near[node], graph_.near[node + 1], seen_};
        for (const auto near : graph_.near_to(node))
            __builtin_prefetch(&number_[near]);
        path_.push_back(node);
    }

    void from(Node start, std::vector<Bridge>& bridges) {
        enter(start);
        int branches = 0;
        auto above = closed;
        while (!path_.empty()) {
            const auto node = path_.back();
            auto& cell = cells_[node];
            auto low = cell.low;
            auto further = closed;
            while (cell.next < cell.end && further == closed) {
                const auto to = graph_.neighbours[cell.next++];
                if (number_[to] == unseen)
                    further = to;
                else if (to != above)
                    low = std::min(low, number_[to]);
            }
            cell.low = low;
            if (further != closed) {
                above = node;
                enter(further);
                continue;
            }
            path_.pop_back();
            if (path_.empty()) break;
            // `above` is the one before it on the path.
            cells_[above].low = std::min(cells_[above].low, low);
            if (low > number_[above])
                bridges.push_back({std::min(above, node), std::max(above, node)});
            if (above == start) {
                ++branches;
            } else if (low >= number_[above]) {
                joint_[above] = 1;
            }
            above = path_.size() > 1 ? path_[path_.size() - 2] : closed;
        }
        if (branches > 1) joint_[start] = 1;
    }

    const Graph& graph_;
    std::span<const std::uint32_t> cores_;
    std::vector<Cell> cells_;
    std::vector<Node> number_; // in order of entering
    std::vector<std::uint8_t> joint_;
    std::vector<Bridge> in_trees_{};
    std::vector<Node> path_{};
    Node seen_ = 0;
};

} // namespace

Components strong_components(const Graph& graph) { return Strong(graph).run(); }

std::vector<std::uint32_t> core_numbers(const Graph& graph) {
    auto left = degrees(graph.near);
    std::vector<Node> nodes(graph.nodes);
    std::iota(nodes.begin(), nodes.end(), Node{0});
    std::vector<Node> peeled;
    // A firm stays for as many rounds as its core number says, which is no more than it has lines:
    // all rounds together look at no more firms than there are ends of lines.
    for (std::uint32_t core = 0; !nodes.empty(); ++core) {
        peeled.clear();
        for (const auto node : nodes)
            if (left[node] <= core) peeled.push_back(node);
        for (std::size_t i = 0; i < peeled.size(); ++i) {
            left[peeled[i]] = core;
            for (const auto near : graph.near_to(peeled[i]))
                if (left[near] > core && --left[near] == core) peeled.push_back(near);
        }
        std::erase_if(nodes, [&](Node node) { return left[node] <= core; });
    }
    return left;
}

Weak weak_places(const Graph& graph, std::span<const std::uint32_t> cores) {
    return Weakness(graph, cores).run();
}

} // namespace graph
