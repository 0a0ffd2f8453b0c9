#include "engine/score/compare.hpp"

#include "base/result.hpp"
#include "engine/score/random.hpp"
#include "engine/score/ranking.hpp"

#include <algorithm>
#include <cmath>

namespace score {
namespace {

// For each row, the share of the other class that stands on the right side of it, ties half.
std::vector<double> placements(
    std::span<const double> scores, std::span<const std::uint8_t> target) {
    const auto ranking = rank(scores);
    double positives = 0;
    for (const auto label : target)
        positives += label;
    const double negatives = static_cast<double>(target.size()) - positives;
    std::vector<double> made(target.size());
    double above_positives = 0;
    double above_negatives = 0;
    std::size_t from = 0;
    for (const auto end : ranking.step_ends) {
        double hits = 0;
        for (auto i = from; i < end; ++i)
            hits += target[ranking.order[i]];
        const double misses = static_cast<double>(end - from) - hits;
        for (; from < end; ++from) {
            const auto row = ranking.order[from];
            made[row] = target[row] != 0 ? (negatives - above_negatives - misses / 2) / negatives
                                         : (above_positives + hits / 2) / positives;
        }
        above_positives += hits;
        above_negatives += misses;
    }
    return made;
}

// The standard error of a mean of placements (or of their differences).
double error_of(std::span<const double> placed, std::span<const std::uint8_t> target) {
    double variance = 0;
    for (const int label : {0, 1}) {
        double count = 0;
        double sum = 0;
        double squares = 0;
        for (std::size_t row = 0; row < placed.size(); ++row) {
            if (target[row] != label) continue;
            count += 1;
            sum += placed[row];
            squares += placed[row] * placed[row];
        }
        if (count < 2) return 0;
        const double spread = std::max(0.0, squares - sum * sum / count) / (count - 1);
        variance += spread / count;
    }
    return std::sqrt(variance);
}

bool both_classes(std::span<const std::uint8_t> target) {
    return std::ranges::find(target, 0) != target.end() &&
           std::ranges::find(target, 1) != target.end();
}

Interval difference_interval(
    std::span<const double> champion,
    std::span<const double> challenger,
    std::span<const std::uint8_t> target,
    std::uint64_t seed,
    std::size_t samples) {
    const auto first = rank(champion);
    const auto second = rank(challenger);
    Random random(seed);
    std::vector<double> drawn;
    std::vector<std::uint32_t> times(target.size());
    const auto weight = [&](std::size_t row) { return static_cast<double>(times[row]); };
    for (std::size_t sample = 0; sample < samples; ++sample) {
        std::ranges::fill(times, 0U);
        for (std::size_t i = 0; i < target.size(); ++i)
            ++times[random.below(target.size())];
        drawn.push_back(chance_above(second, target, weight) - chance_above(first, target, weight));
    }
    if (drawn.empty()) return {};
    std::ranges::sort(drawn);
    const auto at = [&](double share) {
        return drawn[static_cast<std::size_t>(share * static_cast<double>(drawn.size() - 1))];
    };
    return {.low = at(0.025), .high = at(0.975)};
}

} // namespace

Area area_of(std::span<const double> scores, std::span<const std::uint8_t> target) {
    base::ensure(scores.size() == target.size(), "a score for each outcome");
    if (!both_classes(target)) return {};
    return {
        .auc = auc_of(scores, target), .deviation = error_of(placements(scores, target), target)};
}

Comparison compare(
    std::span<const double> champion,
    std::span<const double> challenger,
    std::span<const std::uint8_t> target,
    std::uint64_t seed,
    std::size_t samples) {
    base::ensure(
        champion.size() == target.size() && challenger.size() == target.size(),
        "two scores for each outcome");
    Comparison made{
        .n = target.size(),
        .champion = measure(champion, target),
        .challenger = measure(challenger, target)};
    made.positives = made.champion.positives;
    if (!both_classes(target)) return made;
    made.difference = made.challenger.auc - made.champion.auc;
    auto apart = placements(challenger, target);
    const auto other = placements(champion, target);
    for (std::size_t row = 0; row < apart.size(); ++row)
        apart[row] -= other[row];
    made.deviation = error_of(apart, target);
    if (made.deviation > 0)
        made.p = std::erfc(std::fabs(made.difference) / made.deviation / std::sqrt(2.0));
    made.interval = difference_interval(champion, challenger, target, seed, samples);
    made.verdict = made.interval.low > 0    ? Verdict::better
                   : made.interval.high < 0 ? Verdict::worse
                                            : Verdict::undecided;
    return made;
}

} // namespace score
