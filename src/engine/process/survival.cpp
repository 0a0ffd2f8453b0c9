#include "engine/process/survival.hpp"

#include <algorithm>
#include <cmath>

namespace process {

Median median_time(std::vector<Observation> observations) {
    // At one time, endings count before those that are merely seen until then.
    std::ranges::sort(observations, [](const Observation& a, const Observation& b) {
        return a.minutes != b.minutes ? a.minutes < b.minutes : a.ended && !b.ended;
    });
    constexpr double z = 1.959963984540054; // 97.5 % point of the normal distribution
    Median median;
    double surviving = 1;
    double greenwood = 0;
    std::size_t i = 0;
    while (i < observations.size() && !median.upper) {
        const auto time = observations[i].minutes;
        const auto at_risk = static_cast<double>(observations.size() - i);
        double ended = 0;
        for (; i < observations.size() && observations[i].minutes == time; ++i)
            ended += observations[i].ended ? 1 : 0;
        if (ended == 0) continue;
        surviving *= 1 - ended / at_risk;
        if (!median.minutes && surviving <= 0.5) median.minutes = time;
        if (ended >= at_risk) {
            median.upper = time;
            break;
        }
        greenwood += ended / (at_risk * (at_risk - ended));
        const double slope = std::log(surviving);
        const double spread = z * std::sqrt(greenwood) / std::abs(slope);
        // The upper end of the survival band crosses one half where the slow cases are done too.
        const double band = std::pow(surviving, std::exp(-spread));
        if (median.minutes && band <= 0.5) median.upper = time;
    }
    return median;
}

} // namespace process
