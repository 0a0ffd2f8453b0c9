#include "base/money.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace {

using base::Money;
using base::Rate;
using base::Rounding;

TEST(Money, amounts_are_read_to_the_fen_or_refused) {
    struct Case {
        const char* text;
        std::int64_t fen; // -1: refused
    };

    const Case cases[] = {
        {"1200", 120'000},
        {" 1200 元 ", 120'000},
        {"0", 0},
        {"0.01", 1},
        {"1.5", 150},
        {"12.", 1'200},
        {".5", 50},
        {"+3", 300},
        {"1.2亿元", 12'000'000'000},
        {"4,049 万元", 4'049'000'000},
        {"1,234,567.89", 123'456'789},
        {"0.000001万元", 1},
        {"90000000000000", 9'000'000'000'000'000},
        {"1.00000", 100}, // exact to the fen, however it is written
        {"90000000000000.01", -1},
        {"0.001", -1},
        {"1.005", -1},
        {"0.0000001万元", -1},
        {"", -1},
        {"元", -1},
        {".", -1},
        {"-", -1},
        {"1e3", -1},
        {"0x10", -1},
        {"1 200", -1},
        {"1,20", -1}, // a decimal comma must not become 120
        {",1", -1},
        {"1,,000", -1},
        {"1234,567", -1},
        {"1,234,56", -1},
        {"1.2.3", -1},
        {"--1", -1},
        {"9999999999999999999", -1},
        {"NaN", -1},
        {"１２", -1},
    };
    for (const auto& [text, fen] : cases) {
        const auto money = Money::parse(text);
        ASSERT_EQ(money.has_value(), fen >= 0) << text;
        if (!money) {
            EXPECT_EQ(money.error().code, "base.money") << text;
            EXPECT_FALSE(money.error().cure.zh.empty() || money.error().cure.en.empty());
            continue;
        }
        EXPECT_EQ(money->fen, fen) << text;
    }
    EXPECT_EQ(Money::parse("-3.50")->fen, -350);
    EXPECT_EQ(Money::parse("-0.01万元")->fen, -10'000);
}

TEST(Money, text_reads_back) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    std::uniform_int_distribution<std::int64_t> any(-Money::limit_fen, Money::limit_fen);
    for (int round = 0; round < 5'000; ++round) {
        const Money money{any(random) >> (round % 53)};
        ASSERT_EQ(Money::parse(money.yuan_text()), money) << money.yuan_text();
    }
    EXPECT_EQ(Money{-5}.yuan_text(), "-0.05");
    EXPECT_EQ(Money{123'450}.yuan_text(), "1234.50");
}

TEST(Money, arithmetic_outside_the_limit_is_a_bug) {
    const Money most{Money::limit_fen};
    EXPECT_THROW(most + Money{1}, std::logic_error);
    EXPECT_THROW(Money{-Money::limit_fen} - Money{1}, std::logic_error);
    EXPECT_EQ(most - most, Money{});
    EXPECT_THROW((void)most.share(Rate::percent(200), Rounding::half_even), std::logic_error);
    // The product would wrap round to a small number in 64 bits.
    EXPECT_THROW((void)most.share(Rate{1'000'000'000'000}, Rounding::half_even), std::logic_error);
}

TEST(Money, a_share_is_rounded_as_named) {
    struct Case {
        std::int64_t fen;
        std::int64_t ppm;
        std::int64_t half_even;
        std::int64_t half_up;
        std::int64_t down;
    };

    const Case cases[] = {
        {100, 38'500, 4, 4, 3},     // 3.85
        {50, 10'000, 0, 1, 0},      // 0.5
        {150, 10'000, 2, 2, 1},     // 1.5
        {250, 10'000, 2, 3, 2},     // 2.5
        {-50, 10'000, 0, -1, 0},    // -0.5
        {-150, 10'000, -2, -2, -1}, // -1.5
        {-250, 10'000, -2, -3, -2},
        {251, 10'000, 3, 3, 2},
        {0, 38'500, 0, 0, 0},
        {100, -10'000, -1, -1, -1},
    };
    for (const auto& want : cases) {
        const Money money{want.fen};
        const Rate rate{want.ppm};
        EXPECT_EQ(money.share(rate, Rounding::half_even).fen, want.half_even) << want.fen;
        EXPECT_EQ(money.share(rate, Rounding::half_up).fen, want.half_up) << want.fen;
        EXPECT_EQ(money.share(rate, Rounding::down).fen, want.down) << want.fen;
    }
}

TEST(Money, parts_add_up_and_are_within_one_fen_of_exact) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    std::uniform_int_distribution<std::int64_t> any(-1'000'000'000, 1'000'000'000);
    std::uniform_int_distribution<std::int64_t> weight(0, 1'000);
    std::uniform_int_distribution<int> count(1, 9);
    for (int round = 0; round < 5'000; ++round) {
        const Money whole{any(random)};
        std::vector<std::int64_t> weights;
        for (int i = count(random); i > 0; --i)
            weights.push_back(weight(random));
        weights.front() += 1;
        const auto parts = whole.split(weights);
        ASSERT_EQ(parts.size(), weights.size());
        const auto total = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
        Money sum;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            sum += parts[i];
            const auto off = parts[i].fen * total - whole.fen * weights[i];
            ASSERT_LT(std::abs(off), total) << whole.fen;
            ASSERT_TRUE(weights[i] != 0 || parts[i].fen == 0);
        }
        ASSERT_EQ(sum, whole);
    }
    EXPECT_EQ(Money{100}.split({1, 1, 1}), (std::vector<Money>{{34}, {33}, {33}}));
    EXPECT_THROW((void)Money{1}.split({}), std::logic_error);
    EXPECT_THROW((void)Money{1}.split({0, 0}), std::logic_error);
    EXPECT_THROW((void)Money{1}.split({2, -1}), std::logic_error);
}

TEST(Rate, percentages_are_read_and_shown) {
    struct Case {
        const char* text;
        std::optional<std::int64_t> ppm;
    };

    const Case cases[] = {
        {"3.85", 38'500},
        {"3.85%", 38'500},
        {" 3.85 % ", 38'500},
        {"0.0001", 1},
        {"-1", -10'000},
        {"100%", 1'000'000},
        {"0.00001", std::nullopt},
        {"", std::nullopt},
        {"%", std::nullopt},
        {"3.85%%", std::nullopt},
        {"a", std::nullopt},
        {"99999999999999999", std::nullopt},
        {"3,85", std::nullopt}};
    for (const auto& [text, ppm] : cases) {
        const auto rate = Rate::parse_percent(text);
        ASSERT_EQ(rate.has_value(), ppm.has_value()) << text;
        EXPECT_TRUE(!rate || rate->ppm == *ppm) << text;
    }
    EXPECT_EQ(Rate::basis_points(385).percent_text(), "3.85");
    EXPECT_EQ(Rate{38'512}.percent_text(), "3.8512");
    EXPECT_EQ(Rate{-1}.percent_text(), "-0.0001");
    EXPECT_EQ(
        Rate{std::numeric_limits<std::int64_t>::min()}.percent_text(), "-922337203685477.5808");
    EXPECT_EQ(Rate::percent(4) - Rate::basis_points(15), Rate::basis_points(385));
}

} // namespace
