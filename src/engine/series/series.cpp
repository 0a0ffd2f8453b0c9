#include "engine/series/series.hpp"

#include <cmath>
#include <numeric>

namespace series {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t whole_ppm = 1'000'000;

std::optional<Rate> ratio(std::int64_t part, std::int64_t whole) {
    if (whole == 0) return std::nullopt;
    const auto ppm = static_cast<Wide>(part) * whole_ppm / whole;
    constexpr std::int64_t most =
        1'000'000'000'000; // a million-fold; beyond it the figure says nothing
    return Rate{static_cast<std::int64_t>(
        ppm > most    ? Wide{most}
        : ppm < -most ? Wide{-most}
                      : ppm)};
}

int days_in_month(Date date) {
    const auto first = Date::of(date.year(), date.month(), 1);
    return first.plus_months(1).days - first.days;
}

// Two-sided 80 % quantiles of Student's t by degrees of freedom (1 …); beyond the table the
// normal's.
double student_80(std::size_t freedom) {
    constexpr std::array table = {
        3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372, 1.363, 1.356};
    if (freedom == 0) return table.front();
    return freedom <= table.size() ? table[freedom - 1] : 1.282;
}

Forecast around(double value, double half_width) {
    return {
        .value = std::llround(value),
        .low = std::llround(value - half_width),
        .high = std::llround(value + half_width)};
}

} // namespace

std::optional<Rate> attainment(Direction direction, std::int64_t actual, std::int64_t target) {
    switch (direction) {
    case Direction::up: return ratio(actual, target);
    case Direction::down: return ratio(target, actual);
    case Direction::band: {
        const auto deviation = ratio(std::abs(actual - target), std::abs(target));
        if (!deviation) return std::nullopt;
        return Rate{whole_ppm - deviation->ppm};
    }
    }
    base::bug("direction out of range");
}

std::optional<Rate> growth(std::int64_t actual, std::int64_t before) {
    return ratio(actual - before, std::abs(before));
}

Light light(std::optional<Rate> attainment, const Thresholds& thresholds) {
    if (!attainment) return Light::none;
    if (*attainment >= thresholds.reached) return Light::reached;
    return *attainment >= thresholds.near ? Light::near : Light::behind;
}

Seasonal even_shares() {
    Seasonal shares{};
    for (std::size_t i = 0; i < shares.size(); ++i) {
        shares[i] = whole_ppm * static_cast<std::int64_t>(i + 1) / 12 -
                    whole_ppm * static_cast<std::int64_t>(i) / 12;
    }
    return shares;
}

std::optional<Seasonal> seasonal(std::span<const std::int32_t> shares) {
    Seasonal out{};
    if (shares.size() != out.size()) return std::nullopt;
    std::copy(shares.begin(), shares.end(), out.begin());
    if (std::accumulate(out.begin(), out.end(), std::int64_t{0}) != whole_ppm) return std::nullopt;
    return out;
}

Rate elapsed(const Seasonal& shares, Date as_of) {
    const auto month = as_of.month() - 1;
    std::int64_t ppm = 0;
    for (unsigned i = 0; i < month; ++i)
        ppm += shares[i];
    ppm += shares[month] * static_cast<std::int64_t>(as_of.day()) / days_in_month(as_of);
    return {ppm};
}

std::int64_t flow_pace(std::int64_t target, const Seasonal& shares, Date as_of) {
    return static_cast<std::int64_t>(
        static_cast<Wide>(target) * elapsed(shares, as_of).ppm / whole_ppm);
}

std::int64_t stock_pace(std::int64_t target, std::int64_t year_start, Date as_of) {
    const auto first = Date::of(as_of.year(), 1, 1);
    const auto length = first.plus_months(12).days - first.days;
    const auto gone = as_of.days - first.days + 1;
    return year_start +
           static_cast<std::int64_t>(static_cast<Wide>(target - year_start) * gone / length);
}

std::optional<Forecast> flow_forecast(
    std::span<const std::int64_t> months, const Seasonal& shares) {
    const auto count = std::min(months.size(), shares.size());
    std::vector<double> implied;
    double done = 0;
    double left = 0;
    double left_squares = 0;
    for (std::size_t i = 0; i < shares.size(); ++i) {
        const auto share = static_cast<double>(shares[i]) / static_cast<double>(whole_ppm);
        if (i >= count) {
            left += share;
            left_squares += share * share;
            continue;
        }
        done += static_cast<double>(months[i]);
        if (share > 0) implied.push_back(static_cast<double>(months[i]) / share);
    }
    if (implied.empty()) return std::nullopt;
    const auto n = static_cast<double>(implied.size());
    const double mean = std::accumulate(implied.begin(), implied.end(), 0.0) / n;
    const double value = done + left * mean;
    if (implied.size() == 1) return around(value, std::abs(value - done) / 4);
    double squares = 0;
    for (const auto total : implied)
        squares += (total - mean) * (total - mean);
    const double spread = std::sqrt(squares / (n - 1));
    const double sd = spread * std::sqrt(left_squares + left * left / n);
    return around(value, student_80(implied.size() - 1) * sd);
}

std::optional<Forecast> stock_forecast(std::span<const Point> points, Date year_end) {
    const auto n = static_cast<double>(points.size());
    if (points.size() < 2) return std::nullopt;
    double mean_x = 0;
    double mean_y = 0;
    for (const auto& point : points) {
        mean_x += point.date.days / n;
        mean_y += static_cast<double>(point.value) / n;
    }
    double xx = 0;
    double xy = 0;
    for (const auto& point : points) {
        const double dx = point.date.days - mean_x;
        xx += dx * dx;
        xy += dx * (static_cast<double>(point.value) - mean_y);
    }
    if (xx <= 0) return std::nullopt;
    const double slope = xy / xx;
    const double ahead = year_end.days - mean_x;
    const double value = mean_y + slope * ahead;
    if (points.size() == 2) {
        return around(value, std::abs(value - static_cast<double>(points.back().value)));
    }
    double squares = 0;
    for (const auto& point : points) {
        const double rest =
            static_cast<double>(point.value) - mean_y - slope * (point.date.days - mean_x);
        squares += rest * rest;
    }
    const double sd = std::sqrt(squares / (n - 2) * (1 + 1 / n + ahead * ahead / xx));
    return around(value, student_80(points.size() - 2) * sd);
}

} // namespace series
