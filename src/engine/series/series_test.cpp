#include "engine/series/series.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace series {
namespace {

TEST(Series, attainment_is_good_from_a_hundred_percent_whatever_the_direction) {
    struct Case {
        Direction direction;
        std::int64_t actual;
        std::int64_t target;
        std::optional<std::int64_t> want_ppm;
    };

    const Case cases[] = {
        {Direction::up, 450, 450, 1'000'000},
        {Direction::up, 427, 450, 948'888},
        {Direction::up, 5, 0, std::nullopt},
        {Direction::down, 48'500, 48'500, 1'000'000}, // a rate of 4.85 % on a target of 4.85 %
        {Direction::down, 50'000, 48'500, 970'000},   // 5.00 % is short of it
        {Direction::down, 0, 8'000, std::nullopt},
        {Direction::band, 95, 100, 950'000},
        {Direction::band, 105, 100, 950'000},
        {Direction::up, -10, 100, -100'000},
    };
    for (const auto& c : cases) {
        const auto got = attainment(c.direction, c.actual, c.target);
        EXPECT_EQ(got.has_value(), c.want_ppm.has_value()) << c.actual << " of " << c.target;
        if (got && c.want_ppm) {
            EXPECT_EQ(got->ppm, *c.want_ppm) << c.actual << " of " << c.target;
        }
    }
}

TEST(Series, lights_change_exactly_at_their_bounds) {
    EXPECT_EQ(light(Rate{1'000'000}), Light::reached);
    EXPECT_EQ(light(Rate{999'999}), Light::near);
    EXPECT_EQ(light(Rate{950'000}), Light::near);
    EXPECT_EQ(light(Rate{949'999}), Light::behind);
    EXPECT_EQ(light(std::nullopt), Light::none);
}

TEST(Series, growth_of_the_plans_profit_row_is_twelve_percent_and_not_nine) {
    EXPECT_EQ(growth(8'100, 7'230)->ppm, 120'331);
    EXPECT_EQ(growth(9'070, 8'100)->ppm, 119'753);
    EXPECT_FALSE(growth(5, 0));
    EXPECT_EQ(growth(5, -5)->ppm, 2'000'000);
}

TEST(Series, even_shares_add_up) {
    const auto shares = even_shares();
    EXPECT_EQ(std::accumulate(shares.begin(), shares.end(), std::int64_t{0}), 1'000'000);
    EXPECT_EQ(elapsed(shares, Date::of(2023, 12, 31)).ppm, 1'000'000);
    EXPECT_EQ(elapsed(shares, Date::of(2023, 6, 30)).ppm, 500'000);
    EXPECT_EQ(elapsed(shares, Date::of(2024, 2, 29)).ppm, 166'666);
}

TEST(Series, seasonal_shares_must_be_twelve_and_add_up) {
    std::vector<std::int32_t> shares(12, 83'333);
    EXPECT_FALSE(seasonal(shares));
    shares.back() = 83'337;
    EXPECT_TRUE(seasonal(shares));
    shares.pop_back();
    EXPECT_FALSE(seasonal(shares));
}

TEST(Series, pace_of_a_flow_and_of_a_stock) {
    EXPECT_EQ(flow_pace(12'000, even_shares(), Date::of(2023, 6, 30)), 6'000);
    // 380 亿 at the year's start, 450 亿 its target: half way on 1 July is 34.9 of 70 after 182 of
    // 365 days.
    EXPECT_EQ(stock_pace(450'0000, 380'0000, Date::of(2023, 7, 1)), 380'0000 + 700'000 * 182 / 365);
    EXPECT_EQ(stock_pace(450, 380, Date::of(2023, 12, 31)), 450);
}

TEST(Series, a_steady_flow_is_forecast_exactly_and_surely) {
    const std::int64_t months[] = {100, 100, 100};
    Seasonal shares{};
    shares.fill(83'333);
    shares[11] += 4;
    const auto forecast = flow_forecast(months, shares);
    ASSERT_TRUE(forecast);
    EXPECT_NEAR(static_cast<double>(forecast->value), 1'200, 1);
    EXPECT_EQ(forecast->low, forecast->high);
}

TEST(Series, an_uneven_flow_has_a_wider_interval_the_less_of_the_year_is_over) {
    const std::int64_t months[] = {80, 120, 90, 110, 95, 105, 100, 100, 90, 110, 100};
    std::int64_t before = INT64_MAX;
    for (const auto count : {3U, 6U, 9U, 11U}) {
        const auto forecast = flow_forecast(std::span(months).first(count), even_shares());
        ASSERT_TRUE(forecast);
        EXPECT_LT(forecast->low, forecast->value);
        EXPECT_LT(forecast->high - forecast->low, before) << count;
        before = forecast->high - forecast->low;
    }
    EXPECT_FALSE(flow_forecast({}, even_shares()));
}

TEST(Series, a_stock_on_a_line_is_forecast_on_that_line) {
    const Point points[] = {
        {Date::of(2023, 1, 31), 1'000},
        {Date::of(2023, 2, 10), 1'100},
        {Date::of(2023, 2, 20), 1'200}};
    const auto forecast = stock_forecast(points, Date::of(2023, 3, 2));
    ASSERT_TRUE(forecast);
    EXPECT_EQ(forecast->value, 1'300);
    EXPECT_EQ(forecast->low, 1'300);
    EXPECT_FALSE(stock_forecast(std::span(points).first(1), Date::of(2023, 12, 31)));
    const Point same_day[] = {{Date::of(2023, 1, 31), 1}, {Date::of(2023, 1, 31), 2}};
    EXPECT_FALSE(stock_forecast(same_day, Date::of(2023, 12, 31)));
}

} // namespace
} // namespace series
