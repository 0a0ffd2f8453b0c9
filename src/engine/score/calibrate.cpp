#include "engine/score/calibrate.hpp"

#include "engine/score/linear.hpp"
#include "engine/score/metric.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace score {
namespace {

struct Pool {
    double rows = 0;
    double margins = 0;
    double positives = 0;

    [[nodiscard]] double share() const { return positives / rows; }
};

double between(const Calibration& made, double margin) {
    const auto& knots = made.margins;
    if (knots.empty()) return sigmoid(margin);
    const auto above = std::ranges::lower_bound(knots, margin) - knots.begin();
    const auto last = static_cast<std::ptrdiff_t>(knots.size()) - 1;
    // Beyond the ends the odds go on as the margin does.
    if (above == 0 || above > last) {
        const auto end = static_cast<std::size_t>(above == 0 ? 0 : last);
        const double p = made.probabilities[end];
        return sigmoid(std::log(p / (1 - p)) + margin - knots[end]);
    }
    const auto upper = static_cast<std::size_t>(above);
    const double part = (margin - knots[upper - 1]) / (knots[upper] - knots[upper - 1]);
    return made.probabilities[upper - 1] +
           part * (made.probabilities[upper] - made.probabilities[upper - 1]);
}

} // namespace

double probability_of(const Calibration& calibration, double margin) {
    switch (calibration.how) {
    case Calibrating::platt: return sigmoid(calibration.slope * margin + calibration.shift);
    case Calibrating::isotonic: return between(calibration, margin);
    }
    return 0.5;
}

Calibration learn_platt(std::span<const double> margins, std::span<const std::uint8_t> target) {
    const auto fitted =
        fit_logistic(margins, 1, target, {.ridge = 1e-3, .towards = {1.0}, .signs = {1}});
    return {
        .how = Calibrating::platt,
        .slope = std::max(fitted.weights[0], 1e-6),
        .shift = fitted.intercept};
}

Calibration learn_isotonic(std::span<const double> margins, std::span<const std::uint8_t> target) {
    std::vector<std::size_t> order(margins.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(
        order, [&](std::size_t a, std::size_t b) { return margins[a] < margins[b]; });
    std::vector<Pool> pools;
    for (const auto row : order) {
        pools.push_back({1, margins[row], static_cast<double>(target[row])});
        while (pools.size() > 1 && pools[pools.size() - 2].share() >= pools.back().share()) {
            const auto last = pools.back();
            pools.pop_back();
            pools.back().rows += last.rows;
            pools.back().margins += last.margins;
            pools.back().positives += last.positives;
        }
    }
    Calibration made{.how = Calibrating::isotonic};
    for (const auto& pool : pools) {
        const double margin = pool.margins / pool.rows;
        // Never 0 or 1: a pool is a sample too.
        const double share = (pool.positives + 0.05) / (pool.rows + 0.1);
        if (!made.margins.empty() &&
            (margin - made.margins.back() <= 1e-9 || share <= made.probabilities.back() + 1e-9))
            continue;
        made.margins.push_back(margin);
        made.probabilities.push_back(share);
    }
    return made;
}

Calibration learn_calibration(
    std::span<const double> margins, std::span<const std::uint8_t> target) {
    std::vector<double> half[2];
    std::vector<std::uint8_t> labels[2];
    for (std::size_t i = 0; i < margins.size(); ++i) {
        half[i % 2].push_back(margins[i]);
        labels[i % 2].push_back(target[i]);
    }
    double loss[2] = {0, 0};
    if (margins.size() >= 4000) {
        for (const int side : {0, 1}) {
            const Calibration made[] = {
                learn_platt(half[side], labels[side]), learn_isotonic(half[side], labels[side])};
            for (const int how : {0, 1}) {
                std::vector<double> probabilities;
                for (const double margin : half[1 - side])
                    probabilities.push_back(probability_of(made[how], margin));
                loss[how] += log_loss(probabilities, labels[1 - side]);
            }
        }
    }
    return loss[1] < loss[0] * 0.999 ? learn_isotonic(margins, target)
                                     : learn_platt(margins, target);
}

} // namespace score
