// Numbers and days as tables write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace score {

// 12, -3.5, 1e-4, +7; with a currency sign, thousands by commas in threes, brackets for negative,
// or a percent sign (divided by 100). Not infinite.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);
// 1,5 as 1.5: only where commas cannot separate cells.
[[nodiscard]] std::optional<double> parse_decimal_comma(std::string_view text);

enum class DayOrder { year_first, month_first, day_first };
// Days since 1970-01-01 of 2024-01-31, 2024/1/31, 20240131 (year_first), 1/31/2024 or 31.1.2024;
// a time after it is passed over.
[[nodiscard]] std::optional<std::int64_t> parse_day(std::string_view text, DayOrder order);

// With so many places after the point.
[[nodiscard]] std::string number_text(double number, int places);

} // namespace score
