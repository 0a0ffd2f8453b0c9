#include "engine/score/number.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <string>

namespace score {
namespace {

bool digit(char letter) { return letter >= '0' && letter <= '9'; }

std::optional<double> plain_number(std::string_view text) {
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    if (text.empty()) return std::nullopt;
    double number = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end || !std::isfinite(number)) return std::nullopt;
    return number;
}

// 1,234,567.8 without its commas, when they stand in threes.
std::optional<std::string> without_thousands(std::string_view text) {
    std::string made;
    std::size_t since = 0;
    bool seen = false;
    bool fraction = false;
    for (const char letter : text) {
        if (letter == ',') {
            if (fraction || made.empty() || (seen && since != 3) || since > 3) return std::nullopt;
            seen = true;
            since = 0;
            continue;
        }
        if (letter == '.') {
            if (seen && since != 3) return std::nullopt;
            fraction = true;
        }
        if (digit(letter) && !fraction) ++since;
        made += letter;
    }
    if (!seen || (!fraction && since != 3)) return std::nullopt;
    return made;
}

} // namespace

std::optional<double> parse_number(std::string_view text) {
    if (const auto number = plain_number(text)) return number;
    if (text.size() < 2) return std::nullopt;
    double factor = 1;
    if (text.front() == '(' && text.back() == ')') {
        factor = -1;
        text = text.substr(1, text.size() - 2);
    }
    if (text.starts_with('-')) {
        factor = -factor;
        text.remove_prefix(1);
    }
    for (const std::string_view sign : {"$", "¥", "￥", "€", "£"})
        if (text.starts_with(sign)) text.remove_prefix(sign.size());
    if (text.ends_with('%')) {
        text.remove_suffix(1);
        factor /= 100;
    }
    while (text.ends_with(' '))
        text.remove_suffix(1);
    while (text.starts_with(' '))
        text.remove_prefix(1);
    if (text.empty() || !(digit(text.front()) || text.front() == '.')) return std::nullopt;
    if (const auto number = plain_number(text)) return *number * factor;
    const auto joined = without_thousands(text);
    if (!joined) return std::nullopt;
    const auto number = plain_number(*joined);
    if (!number) return std::nullopt;
    return *number * factor;
}

std::optional<double> parse_decimal_comma(std::string_view text) {
    std::string changed(text);
    const auto comma = changed.find(',');
    if (comma == std::string::npos || changed.find(',', comma + 1) != std::string::npos ||
        changed.find('.') != std::string::npos)
        return std::nullopt;
    changed[comma] = '.';
    return plain_number(changed);
}

std::optional<std::int64_t> parse_day(std::string_view text, DayOrder order) {
    std::array<int, 3> part{};
    std::size_t count = 0;
    std::size_t at = 0;
    std::array<std::size_t, 3> digits{};
    while (count < 3 && at < text.size() && digit(text[at])) {
        int value = 0;
        const auto from = at;
        while (at < text.size() && digit(text[at]) && at - from < 8)
            value = value * 10 + (text[at++] - '0');
        digits[count] = at - from;
        part[count++] = value;
        if (count < 3) {
            if (at >= text.size() || (text[at] != '-' && text[at] != '/' && text[at] != '.')) break;
            ++at;
        }
    }
    if (count == 1 && digits[0] == 8 && order == DayOrder::year_first)
        part = {part[0] / 10000, part[0] / 100 % 100, part[0] % 100};
    else if (count != 3)
        return std::nullopt;
    if (at < text.size() && text[at] != ' ' && text[at] != 'T') return std::nullopt;
    if (order == DayOrder::month_first) part = {part[2], part[0], part[1]};
    if (order == DayOrder::day_first) part = {part[2], part[1], part[0]};
    if (part[0] < 1800 || part[0] > 2200) return std::nullopt;
    const std::chrono::year_month_day day{
        std::chrono::year(part[0]),
        std::chrono::month(static_cast<unsigned>(part[1])),
        std::chrono::day(static_cast<unsigned>(part[2]))};
    if (!day.ok()) return std::nullopt;
    return std::chrono::sys_days(day).time_since_epoch().count();
}

std::string number_text(double number, int places) {
    char buffer[400]; // 1.8e308 has 309 digits
    const auto* end =
        std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed, places).ptr;
    return {static_cast<const char*>(buffer), end};
}

} // namespace score
