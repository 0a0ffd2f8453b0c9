#include "engine/score/forest.hpp"

#include <algorithm>
#include <cmath>

namespace score {
namespace {

const Node& leaf_of(const Tree& tree, const float* row) {
    const auto* node = tree.nodes.data();
    while (node->feature >= 0) {
        const float value = row[node->feature];
        const bool left = std::isnan(value) ? node->missing_left : value < node->threshold;
        node = tree.nodes.data() + (left ? node->left : node->right);
    }
    return *node;
}

// One feature on the way down: the share of subsets that follow when it is unknown and when it is
// known, and the weight of paths of each length.
struct Step {
    std::int32_t feature = -1;
    double zero = 0;
    double one = 0;
    double weight = 0;
};

using Route = std::vector<Step>;

void extend(Route& path, double zero, double one, std::int32_t feature) {
    const auto depth = path.size();
    path.push_back({feature, zero, one, depth == 0 ? 1.0 : 0.0});
    for (std::size_t i = depth; i-- > 0;) {
        path[i + 1].weight +=
            one * path[i].weight * static_cast<double>(i + 1) / static_cast<double>(depth + 1);
        path[i].weight =
            zero * path[i].weight * static_cast<double>(depth - i) / static_cast<double>(depth + 1);
    }
}

void unwind(Route& path, std::size_t index) {
    const auto depth = path.size() - 1;
    const double one = path[index].one;
    const double zero = path[index].zero;
    double next = path[depth].weight;
    for (std::size_t i = depth; i-- > 0;) {
        if (one != 0) {
            const double kept = path[i].weight;
            path[i].weight =
                next * static_cast<double>(depth + 1) / (static_cast<double>(i + 1) * one);
            next = kept - path[i].weight * zero * static_cast<double>(depth - i) /
                              static_cast<double>(depth + 1);
        } else {
            path[i].weight = path[i].weight * static_cast<double>(depth + 1) /
                             (zero * static_cast<double>(depth - i));
        }
    }
    for (std::size_t i = index; i < depth; ++i) {
        path[i].feature = path[i + 1].feature;
        path[i].zero = path[i + 1].zero;
        path[i].one = path[i + 1].one;
    }
    path.pop_back();
}

double unwound_sum(const Route& path, std::size_t index) {
    const auto depth = path.size() - 1;
    const double one = path[index].one;
    const double zero = path[index].zero;
    double next = path[depth].weight;
    double total = 0;
    for (std::size_t i = depth; i-- > 0;) {
        if (one != 0) {
            const double made =
                next * static_cast<double>(depth + 1) / (static_cast<double>(i + 1) * one);
            total += made;
            next = path[i].weight -
                   made * zero * static_cast<double>(depth - i) / static_cast<double>(depth + 1);
        } else if (zero != 0) {
            total += path[i].weight * static_cast<double>(depth + 1) /
                     (zero * static_cast<double>(depth - i));
        }
    }
    return total;
}

struct Walk {
    const Tree& tree;
    const float* row;
    double scale;
    std::span<double> reasons;

    void down(std::size_t place, Route path, double zero, double one, std::int32_t feature) {
        extend(path, zero, one, feature);
        const auto& node = tree.nodes[place];
        if (node.feature < 0) {
            for (std::size_t i = 1; i < path.size(); ++i)
                reasons[static_cast<std::size_t>(path[i].feature)] +=
                    scale * unwound_sum(path, i) * (path[i].one - path[i].zero) * node.value;
            return;
        }
        const float value = row[node.feature];
        const bool left = std::isnan(value) ? node.missing_left : value < node.threshold;
        const auto hot = static_cast<std::size_t>(left ? node.left : node.right);
        const auto cold = static_cast<std::size_t>(left ? node.right : node.left);
        double had_zero = 1;
        double had_one = 1;
        const auto earlier =
            std::ranges::find(path.begin() + 1, path.end(), node.feature, &Step::feature);
        if (earlier != path.end()) {
            had_zero = earlier->zero;
            had_one = earlier->one;
            unwind(path, static_cast<std::size_t>(earlier - path.begin()));
        }
        const double cover = std::max(1e-300, static_cast<double>(node.cover));
        const double hot_share = tree.nodes[hot].cover / cover;
        const double cold_share = tree.nodes[cold].cover / cover;
        down(hot, path, had_zero * hot_share, had_one, node.feature);
        down(cold, std::move(path), had_zero * cold_share, 0, node.feature);
    }

    [[nodiscard]] double expectation(std::size_t place) const {
        const auto& node = tree.nodes[place];
        if (node.feature < 0) return node.value;
        const auto left = static_cast<std::size_t>(node.left);
        const auto right = static_cast<std::size_t>(node.right);
        return (tree.nodes[left].cover * expectation(left) +
                tree.nodes[right].cover * expectation(right)) /
               std::max(1e-300, static_cast<double>(node.cover));
    }
};

} // namespace

double margin_of(const Forest& forest, std::span<const float> row, std::size_t trees) {
    double sum = forest.base;
    for (std::size_t i = 0; i < forest.trees.size() && i < trees; ++i)
        sum += leaf_of(forest.trees[i], row.data()).value;
    return sum;
}

void add_margins(
    const Forest& forest,
    std::span<const float> matrix,
    std::size_t features,
    double scale,
    std::span<double> margins,
    std::size_t first_tree,
    std::size_t last_tree) {
    constexpr std::size_t block = 256;
    const auto last = std::min(last_tree, forest.trees.size());
    for (std::size_t from = 0; from < margins.size(); from += block) {
        const auto until = std::min(margins.size(), from + block);
        if (first_tree == 0)
            for (auto row = from; row < until; ++row)
                margins[row] += scale * forest.base;
        for (auto tree = first_tree; tree < last; ++tree)
            for (auto row = from; row < until; ++row)
                margins[row] +=
                    scale * leaf_of(forest.trees[tree], matrix.data() + row * features).value;
    }
}

double add_reasons(
    const Forest& forest, std::span<const float> row, double scale, std::span<double> reasons) {
    double expected = forest.base;
    for (const auto& tree : forest.trees) {
        Walk walk{tree, row.data(), scale, reasons};
        expected += walk.expectation(0);
        walk.down(0, {}, 1, 1, -1);
    }
    return scale * expected;
}

} // namespace score
