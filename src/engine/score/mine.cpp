#include "engine/score/mine.hpp"

#include "engine/score/linear.hpp"
#include "engine/score/random.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace score {
namespace {

Feature combined(const Frame& frame, Made made, std::size_t a, std::size_t b) {
    const char* sign = made == Made::ratio     ? " ÷ "
                       : made == Made::product ? " × "
                       : made == Made::sum     ? " + "
                                               : " − ";
    return {
        .made = made,
        .column = a,
        .other = b,
        .name = frame.columns[a].name + sign + frame.columns[b].name};
}

// How often each number column was split on.
std::vector<double> splits_of(const Frame& frame, const Features& features, const Forest& forest) {
    std::vector<double> splits(frame.columns.size());
    for (const auto& tree : forest.trees)
        for (const auto& node : tree.nodes) {
            if (node.feature < 0) continue;
            const auto& feature = features[static_cast<std::size_t>(node.feature)];
            if (feature.made == Made::number) splits[feature.column] += 1;
        }
    return splits;
}

std::size_t drawn(const std::vector<double>& weights, double all, Random& random) {
    double left = random.unit() * all;
    for (std::size_t place = 0; place < weights.size(); ++place) {
        left -= weights[place];
        if (left < 0) return place;
    }
    return weights.size() - 1;
}

// What a one-level tree over sixteen cells of equal count could gain on the residuals.
double gain_of(
    const Feature& feature,
    const Frame& frame,
    std::span<const std::size_t> rows,
    std::span<const float> residuals,
    std::span<const float> weights) {
    std::vector<std::pair<float, std::size_t>> sorted;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const float value = value_of(feature, frame, rows[i]);
        if (!std::isnan(value)) sorted.emplace_back(value, i);
    }
    if (sorted.size() < rows.size() / 4) return 0;
    std::ranges::sort(sorted);
    constexpr std::size_t cells = 16;
    double gain = 0;
    for (std::size_t cell = 0; cell < cells; ++cell) {
        double sum = 0;
        double weight = 1;
        const auto until = (cell + 1) * sorted.size() / cells;
        for (auto i = cell * sorted.size() / cells; i < until; ++i) {
            sum += residuals[sorted[i].second];
            weight += weights[sorted[i].second];
        }
        gain += sum * sum / weight;
    }
    return gain;
}

} // namespace

Features mine(
    const Frame& frame,
    std::span<const std::size_t> rows,
    const Features& features,
    const Forest& forest,
    const MineWish& wish) {
    const auto splits = splits_of(frame, features, forest);
    const double all = std::accumulate(splits.begin(), splits.end(), 0.0);
    const auto used = std::ranges::count_if(splits, [](double count) { return count > 0; });
    if (used < 2) return {};
    // The margins of a few trees only: all of them would have learned the rows by heart.
    const auto matrix = encode(features, frame, rows);
    std::vector<double> margins(rows.size());
    add_margins(
        forest,
        matrix,
        features.size(),
        1,
        margins,
        0,
        std::max<std::size_t>(1, forest.trees.size() / 8));
    std::vector<float> residuals;
    std::vector<float> weights;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const double p = sigmoid(margins[i]);
        residuals.push_back(static_cast<float>(frame.target[rows[i]] - p));
        weights.push_back(static_cast<float>(p * (1 - p)));
    }
    Random random(wish.seed);
    std::set<std::tuple<Made, std::size_t, std::size_t>> seen;
    std::vector<std::pair<double, Feature>> found;
    for (std::size_t attempt = 0; attempt < wish.tried; ++attempt) {
        const auto a = drawn(splits, all, random);
        const auto b = drawn(splits, all, random);
        const auto made =
            std::array{Made::ratio, Made::difference, Made::sum, Made::product}[random.below(4)];
        if (a == b || !seen.insert({made, a, b}).second) continue;
        auto feature = combined(frame, made, a, b);
        const double gain =
            wish.tried > wish.kept ? gain_of(feature, frame, rows, residuals, weights) : 1;
        found.emplace_back(gain, std::move(feature));
    }
    std::ranges::stable_sort(found, [](const auto& a, const auto& b) { return a.first > b.first; });
    Features kept;
    for (auto& [gain, feature] : found)
        if (kept.size() < wish.kept) kept.push_back(std::move(feature));
    return kept;
}

} // namespace score
