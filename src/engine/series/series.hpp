// Indicators over time: attainment, growth, the pace line within a year, a forecast with its
// interval, the light.
//
// Figures are integers in the minor unit of their kind (分, ppm, ones). Shares, attainments and
// growths are base::Rate (ppm; 1,000,000 is 100 %). Floating point stays inside this module.
#pragma once

#include "base/date.hpp"
#include "base/json.hpp"
#include "base/money.hpp"

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace series {

using base::Date;
using base::Rate;

enum class Direction { up, down, band };
enum class Light { reached, near, behind, none };
BOOST_DESCRIBE_ENUM(Light, reached, near, behind, none)

// The county may set others; 达标 ≥ 100 %, 接近 ≥ 95 % are the interface's.
struct Thresholds {
    Rate reached = Rate::percent(100);
    Rate near = Rate::percent(95);
};

// How far the target is met. Up: actual ÷ target. Down (a rate that shall fall): target ÷ actual,
// so that 100 % and more is always good. Band: 100 % minus the deviation's share of the target.
// Nothing where the divisor is zero.
[[nodiscard]] std::optional<Rate> attainment(
    Direction direction, std::int64_t actual, std::int64_t target);

// 同比: (actual − before) ÷ |before|; nothing when there was nothing before.
[[nodiscard]] std::optional<Rate> growth(std::int64_t actual, std::int64_t before);

[[nodiscard]] Light light(std::optional<Rate> attainment, const Thresholds& thresholds = {});

// Twelve monthly shares of a yearly flow in ppm that add up to 1,000,000.
using Seasonal = std::array<std::int64_t, 12>;
[[nodiscard]] Seasonal even_shares(); // the remainder of 1,000,000 ÷ 12 goes to the last months
[[nodiscard]] std::optional<Seasonal> seasonal(
    std::span<const std::int32_t> shares); // needs 12 that add up

// The share of the year that is over at the end of `as_of`, by the seasonal shares, days within a
// month even.
[[nodiscard]] Rate elapsed(const Seasonal& shares, Date as_of);

// What a flow should have reached by the end of `as_of` to be on its way to the target.
[[nodiscard]] std::int64_t flow_pace(std::int64_t target, const Seasonal& shares, Date as_of);
// The same for a stock that moves from the last year's end to the target, evenly by days.
[[nodiscard]] std::int64_t stock_pace(std::int64_t target, std::int64_t year_start, Date as_of);

struct Forecast {
    std::int64_t value = 0; // at the year's end
    std::int64_t low = 0;
    std::int64_t high = 0;
    Rate confidence = Rate::percent(80);
};

// A flow's year from its whole months so far (January first). Each month implies a yearly total
// (month ÷ its share); the remaining shares are filled with their mean, the interval comes from
// their spread:
//   sd = s · √(Σ remaining share² + (Σ remaining share)² ÷ n), value ± t(n−1) · sd.
// Nothing without a month; with one month alone the interval is the value ± a quarter.
[[nodiscard]] std::optional<Forecast> flow_forecast(
    std::span<const std::int64_t> months, const Seasonal& shares);

// A stock's year end by a straight line through its points (least squares) with the usual
// prediction interval. Needs two points on different days; the interval needs three, else it is the
// value ± the distance to the last point.
struct Point {
    Date date;
    std::int64_t value = 0;
};

[[nodiscard]] std::optional<Forecast> stock_forecast(std::span<const Point> points, Date year_end);

} // namespace series
