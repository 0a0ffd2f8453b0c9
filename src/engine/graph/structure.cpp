#include "engine/graph/structure.hpp"

#include <algorithm>
#include <numeric>

namespace graph {
namespace {

// Numbers in order of entering begin at 1. What is through, or does not take part, has the largest:
// it is the smaller of two with nobody.
constexpr Node unseen = 0;
constexpr Node closed = 0xffff'ffff;

// A firm on the path of a walk in depth, with all that is needed of it there, so that only firms
// off the path are fetched from far: the rest of its ties or neighbours, and the earliest firm on
// the path that it or whoever was entered from it touches.
struct Step {
    Node node;
    Node low;
    Place next;
    Place end;
};

// Where lists begin and what is in them, of every firm. Entering a firm asks for the lists of those
// it leads to, since one of them comes next and waiting for it is most of what a walk does.
Step step_into(
    Node node, Node number, const std::vector<Place>& begins, const std::vector<Node>& lists) {
    const Step step{node, number, begins[node], begins[node + 1]};
    for (auto at = step.next; at < step.end; ++at)
        __builtin_prefetch(lists.data() + begins[lists[at]]);
    return step;
}

// Firms that nobody stands behind, and then those that only such stand behind, and so on: each is a
// component of its own. `left` says how many ties each firm has on that side.
template <class Further>
std::vector<Node> taken_off(
    std::vector<Node>& numbers, std::vector<Node> left, const Further& further) {
    std::vector<Node> taken;
    const auto take = [&](Node node) {
        numbers[node] = closed;
        taken.push_back(node);
    };
    for (Node node = 0; node < left.size(); ++node)
        if (left[node] == 0 && numbers[node] == unseen) take(node);
    for (std::size_t i = 0; i < taken.size(); ++i)
        for (const auto node : further(taken[i]))
            if (--left[node] == 0 && numbers[node] == unseen) take(node);
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
        , number_(graph.nodes, unseen) {}

    Components run() {
        const auto sources =
            taken_off(number_, degrees(graph_.in), [&](Node node) { return graph_.out_of(node); });
        const auto sinks =
            taken_off(number_, degrees(graph_.out), [&](Node node) { return graph_.into(node); });
        made_.of.resize(graph_.nodes);
        for (const auto node : sinks)
            give(node);
        for (Node node = 0; node < graph_.nodes; ++node)
            if (number_[node] == unseen) from(node);
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
    void give(Node alone) {
        made_.of[alone] = static_cast<Node>(made_.sizes.size());
        made_.sizes.push_back(1);
    }

    void enter(Node node) {
        number_[node] = ++seen_;
        open_.push_back(node);
        path_.push_back(step_into(node, seen_, graph_.out, graph_.out_nodes));
    }

    void close(Node root) {
        const auto number = static_cast<Node>(made_.sizes.size());
        Node size = 0;
        for (auto node = closed; node != root; ++size) {
            node = open_.back();
            open_.pop_back();
            made_.of[node] = number;
            number_[node] = closed;
        }
        made_.sizes.push_back(size);
    }

    // The next firm to enter from the end of the path, or `closed`.
    Node further() {
        auto& step = path_.back();
        while (step.next < step.end) {
            const auto to = graph_.out_nodes[step.next++];
            const auto number = number_[to];
            if (number == unseen) return to;
            step.low = std::min(step.low, number);
        }
        return closed;
    }

    void from(Node start) {
        enter(start);
        while (!path_.empty()) {
            const auto next = further();
            if (next != closed) {
                enter(next);
                continue;
            }
            const auto done = path_.back();
            path_.pop_back();
            if (done.low == number_[done.node]) {
                close(done.node);
            } else {
                path_.back().low = std::min(path_.back().low, done.low);
            }
        }
    }

    const Graph& graph_;
    std::vector<Node> number_; // in order of entering
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
        , entered_(graph.nodes, false)
        , number_(graph.nodes, unseen)
        , joint_(graph.nodes, 0) {}

    Weak run() {
        trees();
        std::vector<Bridge> between;
        for (Node node = 0; node < graph_.nodes; ++node)
            if (!entered_[node]) from(node, between);
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
            if (cores_[node] > 1) continue;
            number_[node] = closed;
            entered_[node] = true;
        }
        for (Node node = 0; node < graph_.nodes; ++node) {
            const auto near = graph_.near_to(node);
            bool has_tree = false;
            for (const auto other : near) {
                if (!entered_[node] && !entered_[other]) continue;
                has_tree = true;
                if (node < other) in_trees_.push_back({node, other});
            }
            if (has_tree && near.size() > 1) joint_[node] = 1;
        }
    }

    void enter(Node node) {
        entered_[node] = true;
        number_[node] = ++seen_;
        path_.push_back(step_into(node, seen_, graph_.near, graph_.neighbours));
    }

    // The next firm to enter from the end of the path, or `closed`.
    Node further(Node above) {
        auto& step = path_.back();
        while (step.next < step.end) {
            const auto to = graph_.neighbours[step.next++];
            if (!entered_[to]) return to;
            if (to != above) step.low = std::min(step.low, number_[to]);
        }
        return closed;
    }

    void from(Node start, std::vector<Bridge>& bridges) {
        enter(start);
        int branches = 0;
        auto above = closed;
        while (true) {
            const auto next = further(above);
            if (next != closed) {
                above = path_.back().node;
                enter(next);
                continue;
            }
            const auto [node, low, unused, end] = path_.back();
            path_.pop_back();
            if (path_.empty()) break;
            auto& before = path_.back();
            before.low = std::min(before.low, low);
            if (low > number_[above])
                bridges.push_back({std::min(above, node), std::max(above, node)});
            if (above == start) {
                ++branches;
            } else if (low >= number_[above]) {
                joint_[above] = 1;
            }
            above = path_.size() > 1 ? path_[path_.size() - 2].node : closed;
        }
        if (branches > 1) joint_[start] = 1;
    }

    const Graph& graph_;
    std::span<const std::uint32_t> cores_;
    std::vector<bool> entered_; // or not taking part
    std::vector<Node> number_;  // in order of entering
    std::vector<std::uint8_t> joint_;
    std::vector<Bridge> in_trees_{};
    std::vector<Step> path_{};
    Node seen_ = 0;
};

} // namespace

Components strong_components(const Graph& graph) { return Strong(graph).run(); }

std::vector<std::uint32_t> core_numbers(const Graph& graph) {
    auto left = degrees(graph.near);
    std::vector<Node> staying(graph.nodes);
    std::iota(staying.begin(), staying.end(), Node{0});
    // In turn. Who is peeled is as good as a coin's throw, so a firm is written down in any case
    // and counted when it is; hence one place more.
    std::vector<Node> peeled(graph.nodes + std::size_t{1});
    std::size_t count = 0;
    // A firm stays for as many rounds as its core number says, which is no more than it has lines:
    // all rounds together look at no more firms than there are ends of lines.
    for (std::uint32_t core = 0; !staying.empty(); ++core) {
        auto next = count;
        std::size_t kept = 0;
        for (const auto node : staying) {
            peeled[count] = node;
            count += left[node] == core ? 1 : 0;
            staying[kept] = node;
            kept += left[node] > core ? 1 : 0;
        }
        staying.resize(kept);
        for (; next < count; ++next)
            for (const auto near : graph.near_to(peeled[next])) {
                const Node is_there = left[near] > core ? 1 : 0;
                left[near] -= is_there;
                peeled[count] = near;
                count += left[near] == core ? is_there : 0;
            }
    }
    return left;
}

Weak weak_places(const Graph& graph, std::span<const std::uint32_t> cores) {
    return Weakness(graph, cores).run();
}

} // namespace graph
