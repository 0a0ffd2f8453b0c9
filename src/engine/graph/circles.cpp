#include "engine/graph/circles.hpp"

#include <algorithm>
#include <tuple>

namespace graph {
namespace {

constexpr Node no_root = 0xffff'ffff;

// Depth first from each firm in turn, through firms of higher rank only, so that a circle is found
// from one of its firms. Ranks go down with degrees: a hub is searched from once and then never
// passed again. How many ties lead back to the root at least is known before, so that no step is
// taken that cannot close in time.
class Search {
public:
    Search(const Graph& graph, const Components& components, std::size_t most)
        : graph_(graph)
        , components_(components)
        , most_(most)
        , stamp_(graph.nodes, no_root)
        , hops_(graph.nodes, 0)
        , rank_(graph.nodes, 0) {}

    Circles run() {
        std::vector<Node> roots;
        for (Node node = 0; node < graph_.nodes; ++node)
            if (components_.sizes[components_.of[node]] > 1) roots.push_back(node);
        const auto degree = [&](Node node) {
            return std::uint64_t{graph_.out[node + 1] - graph_.out[node]} *
                   (graph_.in[node + 1] - graph_.in[node]);
        };
        std::ranges::stable_sort(roots, std::ranges::greater{}, degree);
        for (std::size_t i = 0; i < roots.size(); ++i)
            rank_[roots[i]] = static_cast<Node>(i);
        for (const auto root : roots) {
            if (!found_.complete) break;
            root_ = root;
            if (measure_back()) follow(root, 0);
        }
        sort();
        return std::move(found_);
    }

private:
    // Whether anything leads back to the root.
    bool measure_back() {
        frontier_.assign(1, root_);
        for (std::uint8_t hops = 1; hops < longest_circle && !frontier_.empty(); ++hops) {
            next_.clear();
            for (const auto node : frontier_)
                for (auto at = graph_.in[node]; at < graph_.in[node + 1]; ++at) {
                    const auto from = graph_.ties[graph_.in_ties[at]].from;
                    if (components_.of[from] != components_.of[root_] || stamp_[from] == root_ ||
                        rank_[from] <= rank_[root_])
                        continue;
                    stamp_[from] = root_;
                    hops_[from] = hops;
                    next_.push_back(from);
                }
            if (hops == 1 && next_.empty()) return false;
            frontier_.swap(next_);
        }
        return true;
    }

    void follow(Node node, std::size_t depth) {
        nodes_[depth] = node;
        for (auto place = graph_.out[node]; place < graph_.out[node + 1]; ++place) {
            if (!found_.complete) return;
            const auto& tie = graph_.ties[place];
            const bool closes = tie.to == root_;
            if (!closes && (stamp_[tie.to] != root_ || depth + 1 + hops_[tie.to] > longest_circle))
                continue;
            const auto behind = nodes_.begin() + static_cast<std::ptrdiff_t>(depth);
            if (!closes && std::find(nodes_.begin(), behind, tie.to) != behind) continue;
            const auto days = graph_.days_of(tie);
            if (depth == 0) {
                common_[0].assign(days.begin(), days.end());
            } else {
                meet(common_[depth - 1], days, common_[depth]);
            }
            if (common_[depth].empty()) continue;
            ties_[depth] = place;
            if (closes) {
                keep(depth + 1);
            } else {
                follow(tie.to, depth + 1);
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
    const Components& components_;
    std::size_t most_;
    Circles found_;
    Node root_ = no_root;
    std::vector<Node> stamp_; // the root that hops are counted to
    std::vector<std::uint8_t> hops_;
    std::vector<Node> rank_;
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
