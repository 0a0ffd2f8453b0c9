#include "engine/series/proportion.hpp"

#include <algorithm>
#include <cmath>

namespace series {

std::optional<Proportion> proportion(std::int64_t hits, std::int64_t of) {
    if (of <= 0) return std::nullopt;
    constexpr double z = 1.959963984540054; // the normal distribution's quantile of 97.5 %
    const auto n = static_cast<double>(of);
    const auto p = static_cast<double>(hits) / n;
    const auto middle = (p + z * z / (2 * n)) / (1 + z * z / n);
    const auto half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    const auto rate = [](double share) {
        return base::Rate{std::clamp<std::int64_t>(std::llround(share * 1e6), 0, 1'000'000)};
    };
    return Proportion{rate(p), rate(middle - half), rate(middle + half)};
}

} // namespace series
