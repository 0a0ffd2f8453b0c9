// Texts of data that have no attribute type of their own.
#pragma once

#include "engine/rule/value.hpp"

namespace rule {

[[nodiscard]] std::string plain_text(Duration duration); // seconds with their fraction: 1.5s
[[nodiscard]] std::string timestamp_text(
    std::int64_t seconds, std::uint32_t nanos); // RFC 3339, UTC
// JSON as people would write it; what JSON has no form for becomes text.
[[nodiscard]] std::string json_of(const Datum& datum);
// "12", "1.5", "Infinity": the shortest decimal that reads back as the number.
[[nodiscard]] std::string number_text(double number);

[[nodiscard]] Datum datum_of(const Value& value); // of a known value
[[nodiscard]] Value value_of(Datum datum); // as one of Value's own alternatives where there is one

// A moment by the calendar, in UTC.
struct Moment {
    std::int64_t year = 1970;
    unsigned month = 1;
    unsigned day = 1;
    unsigned hour = 0;
    unsigned minute = 0;
    unsigned second = 0;
    unsigned weekday = 4;     // 0 Sunday … 6 Saturday
    unsigned day_of_year = 0; // from 0
};

[[nodiscard]] Moment moment_of(std::int64_t seconds);
[[nodiscard]] std::int64_t days_of(std::int64_t year, unsigned month, unsigned day);

inline constexpr std::int64_t least_timestamp_s = -62'135'596'800; // 0001-01-01T00:00:00Z
inline constexpr std::int64_t most_timestamp_s = 253'402'300'799;  // 9999-12-31T23:59:59Z
// 2^63 - 1 nanoseconds: CEL's longest duration.
inline constexpr std::int64_t most_duration_s = 9'223'372'036;

} // namespace rule
