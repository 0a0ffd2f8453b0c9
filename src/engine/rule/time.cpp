#include "engine/rule/time.hpp"

#include <charconv>

namespace rule {
namespace {

__extension__ using Nanos = __int128;

constexpr std::int64_t nanos_in_second = 1'000'000'000;

struct Unit {
    std::string_view text;
    std::int64_t nanos;
};

// Longer names first, so that "ms" is not read as minutes.
constexpr Unit duration_units[] = {
    {"ns", 1},
    {"us", 1'000},
    {"µs", 1'000},
    {"μs", 1'000},
    {"ms", 1'000'000},
    {"s", nanos_in_second},
    {"m", 60 * nanos_in_second},
    {"h", 3'600 * nanos_in_second},
    {"d", 86'400 * nanos_in_second}};

bool figure(char c) { return c >= '0' && c <= '9'; }

// One part such as "1.5h", taken off the front.
std::optional<Nanos> part_of_duration(std::string_view& rest) {
    Nanos whole = 0;
    Nanos fraction = 0;
    Nanos scale = 1;
    std::size_t figures = 0;
    while (!rest.empty() && figure(rest.front())) {
        whole = whole * 10 + (rest.front() - '0');
        rest.remove_prefix(1);
        if (++figures > 18) return std::nullopt;
    }
    if (rest.starts_with(".")) {
        rest.remove_prefix(1);
        while (!rest.empty() && figure(rest.front())) {
            figures += 1;
            if (scale < 1'000'000'000'000'000) {
                fraction = fraction * 10 + (rest.front() - '0');
                scale *= 10;
            }
            rest.remove_prefix(1);
        }
    }
    if (figures == 0) return std::nullopt;
    for (const auto& unit : duration_units) {
        if (!rest.starts_with(unit.text)) continue;
        rest.remove_prefix(unit.text.size());
        return whole * unit.nanos + fraction * unit.nanos / scale;
    }
    return std::nullopt;
}

// Exactly `count` figures off the front.
std::optional<int> figures_of(std::string_view& rest, std::size_t count) {
    if (rest.size() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (!figure(rest[i])) return std::nullopt;
        value = value * 10 + (rest[i] - '0');
    }
    rest.remove_prefix(count);
    return value;
}

bool take(std::string_view& rest, char sign) {
    if (rest.empty() || rest.front() != sign) return false;
    rest.remove_prefix(1);
    return true;
}

unsigned days_in(int year, int month) {
    static constexpr unsigned lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return lengths[month - 1] + (month == 2 && leap ? 1U : 0U);
}

// Z, +08:00, -09:30.
std::optional<std::int64_t> offset_in(std::string_view& rest) {
    if (take(rest, 'Z')) return 0;
    const bool minus = rest.starts_with("-");
    if (!take(rest, '+') && !take(rest, '-')) return std::nullopt;
    const auto hours = figures_of(rest, 2);
    if (!hours || !take(rest, ':')) return std::nullopt;
    const auto minutes = figures_of(rest, 2);
    if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    const std::int64_t seconds = *hours * 3'600 + *minutes * 60;
    return minus ? -seconds : seconds;
}

std::optional<std::uint32_t> fraction_in(std::string_view& rest) {
    if (!take(rest, '.')) return 0U;
    std::uint32_t nanos = 0;
    std::uint32_t scale = 100'000'000;
    std::size_t count = 0;
    while (!rest.empty() && figure(rest.front())) {
        nanos += scale * static_cast<std::uint32_t>(rest.front() - '0');
        scale /= 10;
        count += 1;
        rest.remove_prefix(1);
    }
    if (count == 0) return std::nullopt;
    return nanos;
}

} // namespace

std::optional<Duration> duration_in(std::string_view text) {
    bool minus = false;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        minus = text.front() == '-';
        text.remove_prefix(1);
    }
    if (text == "0") return Duration{};
    if (text.empty() || text.size() > 100) return std::nullopt;
    Nanos total = 0;
    while (!text.empty()) {
        const auto part = part_of_duration(text);
        if (!part) return std::nullopt;
        total += *part;
        if (total > (Nanos{1} << 63) - 1) return std::nullopt;
    }
    if (minus) total = -total;
    Nanos seconds = total / nanos_in_second;
    Nanos nanos = total % nanos_in_second;
    if (nanos < 0) {
        nanos += nanos_in_second;
        seconds -= 1;
    }
    return Duration{static_cast<std::int64_t>(seconds), static_cast<std::int32_t>(nanos)};
}

std::optional<Timestamp> timestamp_in(std::string_view text) {
    const auto year = figures_of(text, 4);
    if (!year || !take(text, '-')) return std::nullopt;
    const auto month = figures_of(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    const auto day = figures_of(text, 2);
    if (!day || !take(text, 'T')) return std::nullopt;
    const auto hour = figures_of(text, 2);
    if (!hour || !take(text, ':')) return std::nullopt;
    const auto minute = figures_of(text, 2);
    if (!minute || !take(text, ':')) return std::nullopt;
    const auto second = figures_of(text, 2);
    if (!second) return std::nullopt;
    const auto nanos = fraction_in(text);
    const auto offset = offset_in(text);
    if (!nanos || !offset || !text.empty()) return std::nullopt;
    const bool fine = *year >= 1 && *month >= 1 && *month <= 12 && *day >= 1 && *hour < 24 &&
                      *minute < 60 && *second < 60;
    if (!fine || static_cast<unsigned>(*day) > days_in(*year, *month)) return std::nullopt;
    const auto days = days_of(*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day));
    const std::int64_t seconds = days * 86'400 + *hour * 3'600 + *minute * 60 + *second - *offset;
    if (seconds < least_timestamp_s || seconds > most_timestamp_s) return std::nullopt;
    return Timestamp{seconds, *nanos};
}

// The calendar without a calendar: days are counted in eras of 400 years that begin on 1 March.
std::int64_t days_of(std::int64_t year, unsigned month, unsigned day) {
    year -= month <= 2 ? 1 : 0;
    const auto era = (year >= 0 ? year : year - 399) / 400;
    const auto of_era = static_cast<std::uint64_t>(year - era * 400);
    const auto of_year = (153U * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const auto day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return era * 146'097 + static_cast<std::int64_t>(day_of_era) - 719'468;
}

Moment moment_of(std::int64_t seconds) {
    const auto days = seconds / 86'400 - (seconds % 86'400 < 0 ? 1 : 0);
    const auto rest = static_cast<unsigned>(seconds - days * 86'400);
    const auto shifted = days + 719'468;
    const auto era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
    const auto of_era = static_cast<unsigned>(shifted - era * 146'097);
    const auto year_of_era = (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
    const auto of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const auto month_from_march = (5 * of_year + 2) / 153;
    Moment moment;
    moment.day = of_year - (153 * month_from_march + 2) / 5 + 1;
    moment.month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    moment.year = static_cast<std::int64_t>(year_of_era) + era * 400 + (moment.month <= 2 ? 1 : 0);
    moment.hour = rest / 3'600;
    moment.minute = rest / 60 % 60;
    moment.second = rest % 60;
    moment.weekday = static_cast<unsigned>(((days + 4) % 7 + 7) % 7);
    moment.day_of_year = static_cast<unsigned>(days - days_of(moment.year, 1, 1));
    return moment;
}

} // namespace rule
