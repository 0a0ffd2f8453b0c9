#include "engine/score/linear.hpp"

#include <algorithm>
#include <cmath>

namespace score {
namespace {

// Solves A x = b for a symmetric positive A (its lower half is read and overwritten); b becomes x.
void solve(std::vector<double>& a, std::vector<double>& b) {
    const auto n = b.size();
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = a[i * n + j];
            for (std::size_t k = 0; k < j; ++k)
                sum -= a[i * n + k] * a[j * n + k];
            a[i * n + j] = i == j ? std::sqrt(std::max(sum, 1e-10)) : sum / a[j * n + j];
        }
    }
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < i; ++k)
            b[i] -= a[i * n + k] * b[k];
        b[i] /= a[i * n + i];
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t k = i + 1; k < n; ++k)
            b[i] -= a[k * n + i] * b[k];
        b[i] /= a[i * n + i];
    }
}

// The weights in use, with the intercept last.
struct Newton {
    std::span<const double> matrix;
    std::size_t columns;
    std::span<const std::uint8_t> target;
    const LogisticWish& wish;
    std::vector<std::size_t> used;
    std::vector<double> x;

    [[nodiscard]] double towards(std::size_t place) const {
        return wish.towards.empty() ? 0.0 : wish.towards[used[place]];
    }

    [[nodiscard]] double margin(std::size_t row, const std::vector<double>& at) const {
        const auto* cells = matrix.data() + row * columns;
        double sum = at.back();
        for (std::size_t i = 0; i < used.size(); ++i)
            sum += at[i] * cells[used[i]];
        return sum;
    }

    [[nodiscard]] double loss(const std::vector<double>& at) const {
        double sum = 0;
        for (std::size_t row = 0; row < target.size(); ++row) {
            const double m = margin(row, at);
            const double signed_margin = target[row] != 0 ? -m : m;
            sum += signed_margin > 30 ? signed_margin : std::log1p(std::exp(signed_margin));
        }
        for (std::size_t i = 0; i < used.size(); ++i)
            sum += wish.ridge / 2 * (at[i] - towards(i)) * (at[i] - towards(i));
        return sum;
    }

    // The step that would reach the bottom if the loss were a parabola.
    [[nodiscard]] std::vector<double> step() const {
        const auto n = used.size() + 1;
        std::vector<double> hessian(n * n);
        std::vector<double> gradient(n);
        std::vector<double> cells(n, 1.0);
        for (std::size_t row = 0; row < target.size(); ++row) {
            const double p = sigmoid(margin(row, x));
            const double weight = std::max(p * (1 - p), 1e-9);
            for (std::size_t i = 0; i + 1 < n; ++i)
                cells[i] = matrix[row * columns + used[i]];
            for (std::size_t i = 0; i < n; ++i) {
                gradient[i] += (target[row] - p) * cells[i];
                if (cells[i] == 0) continue;
                const double scaled = weight * cells[i];
                for (std::size_t j = 0; j <= i; ++j)
                    hessian[i * n + j] += scaled * cells[j];
            }
        }
        for (std::size_t i = 0; i + 1 < n; ++i) {
            hessian[i * n + i] += wish.ridge;
            gradient[i] -= wish.ridge * (x[i] - towards(i));
        }
        solve(hessian, gradient);
        return gradient;
    }

    void run() {
        double now = loss(x);
        for (int round = 0; round < 50; ++round) {
            const auto direction = step();
            double length = 1;
            double next = now;
            auto tried = x;
            for (int halving = 0; halving < 20; ++halving, length /= 2) {
                for (std::size_t i = 0; i < x.size(); ++i)
                    tried[i] = x[i] + length * direction[i];
                next = loss(tried);
                if (next <= now) break;
            }
            if (next > now) return;
            x = tried;
            if (now - next <= 1e-9 * (1 + std::fabs(now))) return;
            now = next;
        }
    }
};

} // namespace

double sigmoid(double margin) {
    if (margin >= 0) return 1 / (1 + std::exp(-margin));
    const double grown = std::exp(margin);
    return grown / (1 + grown);
}

Logistic fit_logistic(
    std::span<const double> matrix,
    std::size_t columns,
    std::span<const std::uint8_t> target,
    const LogisticWish& wish) {
    Newton newton{matrix, columns, target, wish, {}, {}};
    for (std::size_t column = 0; column < columns; ++column)
        newton.used.push_back(column);
    double positives = 0.5;
    for (const auto label : target)
        positives += label;
    const double share = positives / (static_cast<double>(target.size()) + 1);
    while (true) {
        newton.x.assign(newton.used.size() + 1, 0.0);
        newton.x.back() = std::log(share / (1 - share));
        newton.run();
        std::vector<std::size_t> kept;
        for (std::size_t i = 0; i < newton.used.size(); ++i) {
            const int sign = wish.signs.empty() ? 0 : wish.signs[newton.used[i]];
            if (sign == 0 || newton.x[i] * sign >= 0) kept.push_back(newton.used[i]);
        }
        if (kept.size() == newton.used.size()) break;
        newton.used = std::move(kept);
    }
    Logistic made{.intercept = newton.x.back(), .weights = std::vector<double>(columns)};
    for (std::size_t i = 0; i < newton.used.size(); ++i)
        made.weights[newton.used[i]] = newton.x[i];
    return made;
}

} // namespace score
