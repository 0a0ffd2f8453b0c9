#include "engine/score/metric.hpp"

#include "base/result.hpp"
#include "engine/score/random.hpp"
#include "engine/score/ranking.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace score {
namespace {

constexpr std::size_t ece_bins = 10;

// `weight` is how often each row counts.
template <class Weight>
Metrics weighed(
    const Ranking& ranking,
    std::span<const double> probabilities,
    std::span<const std::uint8_t> target,
    const Weight& weight) {
    double positives = 0;
    double negatives = 0;
    double squares = 0;
    std::array<std::array<double, 3>, ece_bins> bins{};
    for (std::size_t row = 0; row < target.size(); ++row) {
        const double times = weight(row);
        const double p = probabilities[row];
        (target[row] != 0 ? positives : negatives) += times;
        squares += times * (p - target[row]) * (p - target[row]);
        auto& bin =
            bins[std::min(ece_bins - 1, static_cast<std::size_t>(std::max(0.0, p) * ece_bins))];
        bin[0] += times;
        bin[1] += times * p;
        bin[2] += times * target[row];
    }
    Metrics made;
    const double all = positives + negatives;
    made.n = static_cast<std::size_t>(all);
    made.positives = static_cast<std::size_t>(positives);
    if (all == 0) return made;
    made.brier = squares / all;
    for (const auto& bin : bins)
        made.ece += std::fabs(bin[1] - bin[2]) / all;
    if (positives == 0 || negatives == 0) {
        made.auc = 0.5;
        made.pr_auc = positives / all;
        return made;
    }
    double above_positives = 0;
    double above_negatives = 0;
    double pairs = 0;
    std::size_t from = 0;
    for (const auto end : ranking.step_ends) {
        double hits = 0;
        double misses = 0;
        for (; from < end; ++from) {
            const auto row = ranking.order[from];
            (target[row] != 0 ? hits : misses) += weight(row);
        }
        pairs += misses * (above_positives + hits / 2);
        above_positives += hits;
        above_negatives += misses;
        const double seen = above_positives + above_negatives;
        if (hits > 0) made.pr_auc += hits / positives * above_positives / seen;
        made.ks =
            std::max(made.ks, std::fabs(above_positives / positives - above_negatives / negatives));
    }
    made.auc = pairs / positives / negatives;
    return made;
}

Interval middle_95(std::vector<double>& values) {
    std::ranges::sort(values);
    const auto at = [&](double share) {
        return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
    };
    return {.low = at(0.025), .high = at(0.975)};
}

} // namespace

Ranking rank(std::span<const double> scores) {
    Ranking ranking;
    ranking.order.resize(scores.size());
    std::iota(ranking.order.begin(), ranking.order.end(), std::size_t{0});
    std::ranges::sort(ranking.order, [&](std::size_t a, std::size_t b) {
        return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
    });
    for (std::size_t i = 1; i <= ranking.order.size(); ++i)
        if (i == ranking.order.size() || scores[ranking.order[i]] != scores[ranking.order[i - 1]])
            ranking.step_ends.push_back(i);
    return ranking;
}

Metrics measure(std::span<const double> probabilities, std::span<const std::uint8_t> target) {
    base::ensure(probabilities.size() == target.size(), "a probability for each outcome");
    return weighed(rank(probabilities), probabilities, target, [](std::size_t) { return 1.0; });
}

double auc_of(std::span<const double> scores, std::span<const std::uint8_t> target) {
    return chance_above(rank(scores), target, [](std::size_t) { return 1.0; });
}

double log_loss(std::span<const double> probabilities, std::span<const std::uint8_t> target) {
    double sum = 0;
    for (std::size_t row = 0; row < target.size(); ++row) {
        const double p = std::clamp(probabilities[row], 1e-12, 1 - 1e-12);
        sum -= std::log(target[row] != 0 ? p : 1 - p);
    }
    return target.empty() ? 0 : sum / static_cast<double>(target.size());
}

Intervals bootstrap(
    std::span<const double> probabilities,
    std::span<const std::uint8_t> target,
    std::uint64_t seed,
    std::size_t samples) {
    const auto ranking = rank(probabilities);
    Random random(seed);
    std::array<std::vector<double>, 5> drawn;
    std::vector<std::uint32_t> times(target.size());
    for (std::size_t sample = 0; sample < samples; ++sample) {
        std::ranges::fill(times, 0U);
        for (std::size_t i = 0; i < target.size(); ++i)
            ++times[random.below(target.size())];
        const auto made = weighed(ranking, probabilities, target, [&](std::size_t row) {
            return static_cast<double>(times[row]);
        });
        const std::array values{made.auc, made.pr_auc, made.ks, made.brier, made.ece};
        for (std::size_t i = 0; i < values.size(); ++i)
            drawn[i].push_back(values[i]);
    }
    if (samples == 0 || target.empty()) return {};
    return {
        .auc = middle_95(drawn[0]),
        .pr_auc = middle_95(drawn[1]),
        .ks = middle_95(drawn[2]),
        .brier = middle_95(drawn[3]),
        .ece = middle_95(drawn[4])};
}

double stability(std::span<const double> expected, std::span<const double> observed) {
    base::ensure(expected.size() == observed.size(), "the same cells on both sides");
    const double all_expected = std::accumulate(expected.begin(), expected.end(), 0.0);
    const double all_observed = std::accumulate(observed.begin(), observed.end(), 0.0);
    if (all_expected == 0 || all_observed == 0) return 0;
    double sum = 0;
    for (std::size_t cell = 0; cell < expected.size(); ++cell) {
        if (expected[cell] == 0 && observed[cell] == 0) continue;
        const double a = std::max(expected[cell], 0.5) / all_expected;
        const double b = std::max(observed[cell], 0.5) / all_observed;
        sum += (b - a) * std::log(b / a);
    }
    return sum;
}

double stability_of_values(std::span<const double> expected, std::span<const double> observed) {
    std::vector<double> sorted;
    for (const double value : expected)
        if (!std::isnan(value)) sorted.push_back(value);
    std::ranges::sort(sorted);
    std::vector<double> cuts; // a bin ends with its cut
    for (std::size_t i = 1; i < 10 && !sorted.empty(); ++i) {
        const double cut = sorted[i * (sorted.size() - 1) / 10];
        if (cuts.empty() || cut > cuts.back()) cuts.push_back(cut);
    }
    const auto counted = [&](std::span<const double> values) {
        std::vector<double> counts(cuts.size() + 2);
        for (const double value : values) {
            const auto cell = std::isnan(value)
                                  ? cuts.size() + 1
                                  : static_cast<std::size_t>(
                                        std::ranges::lower_bound(cuts, value) - cuts.begin());
            counts[cell] += 1;
        }
        return counts;
    };
    return stability(counted(expected), counted(observed));
}

} // namespace score
