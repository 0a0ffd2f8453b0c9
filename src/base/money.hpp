// Money in 分 (hundredths of a yuan) and rates in parts per million; both exact, both checked.
#pragma once

#include "base/result.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace base {

enum class Rounding { half_even, half_up, down };

// A share of something in parts per million: 1 % is 10,000 ppm, one basis point is 100 ppm.
struct Rate {
    std::int64_t ppm = 0;

    static constexpr Rate percent(std::int64_t whole) { return {whole * 10'000}; }

    static constexpr Rate basis_points(std::int64_t bp) { return {bp * 100}; }

    // "3.85" and "3.85%" both mean 3.85 percent; at most four decimals.
    static Result<Rate> parse_percent(std::string_view text);

    // "3.85" for 38,500 ppm: the figure in percent, at least two decimals, no sign of percent.
    [[nodiscard]] std::string percent_text() const;
    friend auto operator<=>(const Rate&, const Rate&) = default;

    friend constexpr Rate operator+(Rate a, Rate b) { return {a.ppm + b.ppm}; }

    friend constexpr Rate operator-(Rate a, Rate b) { return {a.ppm - b.ppm}; }
};

// Amounts in 分, renminbi. Within ±limit_fen, so that every amount is exact in JSON readers; an
// arithmetic result outside is a Bug, input outside is an Error from parse().
struct Money {
    std::int64_t fen = 0;

    static constexpr std::int64_t limit_fen = 9'000'000'000'000'000; // 90 万亿元

    static constexpr Money yuan(std::int64_t whole) { return {whole * 100}; }

    static constexpr Money wan(std::int64_t whole) { return {whole * 1'000'000}; }

    static constexpr Money yi(std::int64_t whole) { return {whole * 10'000'000'000}; }

    // Decimal text in yuan with an optional unit 元, 万元 or 亿元: "1200", "-3.50", "1.2亿元",
    // "4,049 万元".
    static Result<Money> parse(std::string_view text);

    [[nodiscard]] Money share(Rate rate, Rounding rounding) const;
    // Parts in proportion to the weights that add up to the whole again (largest remainder, ties to
    // the first).
    [[nodiscard]] std::vector<Money> split(const std::vector<std::int64_t>& weights) const;
    [[nodiscard]] std::string yuan_text() const; // "1234.50"

    friend auto operator<=>(const Money&, const Money&) = default;
    friend Money operator+(Money a, Money b);
    friend Money operator-(Money a, Money b);

    Money& operator+=(Money other) { return *this = *this + other; }

    Money& operator-=(Money other) { return *this = *this - other; }
};

} // namespace base
