#include "engine/graph/circles.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace graph {
namespace {

constexpr Node none = 0xffff'ffff;

// The firms that reach themselves, numbered anew, and the ties by which they do: what a search can
// meet lies close together.
struct Part {
    std::vector<Node> firms;
    std::vector<Place> out;  // of each firm, where what it leads to begins; one more
    std::vector<Node> to;    // by its number here
    std::vector<Place> ties; // of the graph, as `to`
    std::vector<Place> in;   // of each firm, where what leads to it begins; one more
    std::vector<Node> from;  // by its number here

    Part(const Graph& graph, const Components& components) {
        std::vector<Node> number(graph.nodes, none);
        for (Node node = 0; node < graph.nodes; ++node) {
            if (components.sizes[components.of[node]] < 2) continue;
            number[node] = static_cast<Node>(firms.size());
            firms.push_back(node);
        }
        in.assign(firms.size() + 2, 0);
        for (const auto node : firms) {
            out.push_back(static_cast<Place>(to.size()));
            for (auto place = graph.out[node]; place < graph.out[node + 1]; ++place) {
                const auto other = graph.out_nodes[place];
                if (number[other] == none || components.of[other] != components.of[node]) continue;
                to.push_back(number[other]);
                ties.push_back(place);
                ++in[number[other] + std::size_t{2}];
            }
        }
        out.push_back(static_cast<Place>(to.size()));
        std::partial_sum(in.begin(), in.end(), in.begin());
        from.resize(to.size());
        for (Node node = 0; node < firms.size(); ++node)
            for (const auto other : out_of(node))
                from[in[other + std::size_t{1}]++] = node;
        in.pop_back();
    }

    [[nodiscard]] std::span<const Node> out_of(Node node) const {
        return std::span(to).subspan(out[node], out[node + 1] - out[node]);
    }

    [[nodiscard]] std::span<const Node> into(Node node) const {
        return std::span(from).subspan(in[node], in[node + 1] - in[node]);
    }
};

// From each firm in turn all circles through it; then it is taken away, and with it whoever nobody
// is left before or behind. Firms with many ties come first, so that soon little is left. Before a
// firm is searched from, three ties forwards and three backwards tell whether any circle through it
// is short enough; and how many ties lead back to it at least, so that no step is taken that cannot
// close in time.
class Search {
public:
    Search(const Graph& graph, const Components& components, std::size_t most)
        : graph_(graph)
        , part_(graph, components)
        , most_(most)
        , left_(part_.firms.size())
        , met_(part_.firms.size(), none)
        , met_back_(part_.firms.size(), none)
        , measured_(part_.firms.size(), none)
        , hops_(part_.firms.size(), 0) {
        for (Node node = 0; node < left_.size(); ++node)
            left_[node] = {
                part_.out[node + 1] - part_.out[node], part_.in[node + 1] - part_.in[node]};
    }

    Circles run() {
        for (const auto root : in_turn()) {
            if (!found_.complete) break;
            if (left_[root].out == 0) continue;
            root_ = root;
            if (closes()) {
                measure_back();
                follow(root, 0);
            }
            take_away(root);
        }
        sort();
        return std::move(found_);
    }

private:
    // Of ties to and from firms that are there; a firm that is taken away has none.
    struct Left {
        Node out;
        Node in;
    };

    // By the number of ways through a firm, in so many classes.
    [[nodiscard]] std::vector<Node> in_turn() const {
        constexpr std::uint64_t classes = 1'024;
        const auto class_of = [&](Node node) {
            const auto& left = left_[node];
            return classes - std::min(std::uint64_t{left.out} * left.in, classes);
        };
        std::vector<Place> next(classes + 1, 0);
        for (Node node = 0; node < left_.size(); ++node)
            ++next[class_of(node) + 1];
        std::partial_sum(next.begin(), next.end(), next.begin());
        std::vector<Node> made(left_.size());
        for (Node node = 0; node < left_.size(); ++node)
            made[next[class_of(node)]++] = node;
        return made;
    }

    void take_away(Node gone) {
        left_[gone] = {0, 0};
        frontier_.assign(1, gone);
        while (!frontier_.empty()) {
            const auto node = frontier_.back();
            frontier_.pop_back();
            const auto leave = [&](Node other, Node& count) {
                if (left_[other].out == 0 || --count > 0) return;
                left_[other] = {0, 0};
                frontier_.push_back(other);
            };
            for (const auto other : part_.out_of(node))
                leave(other, left_[other].in);
            for (const auto other : part_.into(node))
                leave(other, left_[other].out);
        }
    }

    // Whether what is reached in three ties from the root reaches it in three.
    bool closes() {
        frontier_.assign(1, root_);
        for (int hops = 1; hops <= 3 && !frontier_.empty(); ++hops) {
            next_.clear();
            for (const auto node : frontier_)
                for (const auto to : part_.out_of(node)) {
                    if (to == root_) return true;
                    if (left_[to].out == 0 || met_[to] == root_) continue;
                    met_[to] = root_;
                    next_.push_back(to);
                }
            frontier_.swap(next_);
        }
        frontier_.assign(1, root_);
        for (int hops = 1; hops <= 3 && !frontier_.empty(); ++hops) {
            next_.clear();
            for (const auto node : frontier_)
                for (const auto from : part_.into(node)) {
                    if (left_[from].out == 0 || met_back_[from] == root_) continue;
                    if (met_[from] == root_) return true;
                    met_back_[from] = root_;
                    next_.push_back(from);
                }
            frontier_.swap(next_);
        }
        return false;
    }

    void measure_back() {
        frontier_.assign(1, root_);
        for (std::uint8_t hops = 1; hops < longest_circle && !frontier_.empty(); ++hops) {
            next_.clear();
            for (const auto node : frontier_)
                for (const auto from : part_.into(node)) {
                    if (left_[from].out == 0 || from == root_ || measured_[from] == root_) continue;
                    measured_[from] = root_;
                    hops_[from] = hops;
                    next_.push_back(from);
                }
            frontier_.swap(next_);
        }
    }

    void follow(Node node, std::size_t depth) {
        nodes_[depth] = node;
        for (auto at = part_.out[node]; at < part_.out[node + 1]; ++at) {
            if (!found_.complete) return;
            const auto to = part_.to[at];
            const bool closes = to == root_;
            if (!closes && (measured_[to] != root_ || depth + 1 + hops_[to] > longest_circle))
                continue;
            const auto behind = nodes_.begin() + static_cast<std::ptrdiff_t>(depth);
            if (!closes && std::find(nodes_.begin(), behind, to) != behind) continue;
            const auto days = graph_.days_of(graph_.ties[part_.ties[at]]);
            if (depth == 0) {
                common_[0].assign(days.begin(), days.end());
            } else {
                meet(common_[depth - 1], days, common_[depth]);
            }
            if (common_[depth].empty()) continue;
            ties_[depth] = part_.ties[at];
            if (closes) {
                keep(depth + 1);
            } else {
                follow(to, depth + 1);
            }
        }
    }

    void keep(std::size_t length) {
        if (found_.list.size() == most_) {
            found_.complete = false;
            return;
        }
        Circle circle{.length = static_cast<std::uint8_t>(length)};
        const auto end = nodes_.begin() + static_cast<std::ptrdiff_t>(length);
        const auto first =
            static_cast<std::size_t>(std::min_element(nodes_.begin(), end) - nodes_.begin());
        for (std::size_t i = 0; i < length; ++i)
            circle.ties[i] = ties_[(first + i) % length];
        const auto& days = common_[length - 1];
        circle.stretch = static_cast<Place>(found_.days.size());
        circle.stretches = static_cast<std::uint32_t>(days.size());
        found_.days.insert(found_.days.end(), days.begin(), days.end());
        found_.list.push_back(circle);
    }

    void sort() {
        std::ranges::sort(found_.list, [](const Circle& a, const Circle& b) {
            return std::tie(a.length, a.ties) < std::tie(b.length, b.ties);
        });
    }

    const Graph& graph_;
    Part part_;
    std::size_t most_;
    Circles found_;
    Node root_ = none;
    std::vector<Left> left_;
    // The root from which a firm was met forwards, met backwards, and measured.
    std::vector<Node> met_;
    std::vector<Node> met_back_;
    std::vector<Node> measured_;
    std::vector<std::uint8_t> hops_; // back to that root
    std::vector<Node> frontier_;
    std::vector<Node> next_;
    std::array<Node, longest_circle> nodes_{};
    std::array<Place, longest_circle> ties_{};
    std::array<std::vector<Days>, longest_circle> common_;
};

} // namespace

Circles find_circles(const Graph& graph, const Components& components, std::size_t most) {
    return Search(graph, components, most).run();
}

} // namespace graph
