#include "engine/table/cell_format.hpp"

#include "base/date.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace table {
namespace {

std::optional<double> number_of(std::string_view text) {
    double number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || stop != text.data() + text.size() || !std::isfinite(number))
        return std::nullopt;
    return number;
}

void append_two(std::string& out, std::int64_t number) {
    if (number < 10) out += '0';
    out += std::to_string(number);
}

// The code without what is only shown: "quoted", \escaped, _spaced, *filled and [bracketed] parts.
std::string bare(std::string_view code, bool& elapsed) {
    std::string out;
    for (std::size_t i = 0; i < code.size(); ++i) {
        const char c = code[i];
        if (c == '\\' || c == '_' || c == '*') {
            i += 1;
        } else if (c == '"' || c == '[') {
            const auto close = code.find(c == '"' ? '"' : ']', i + 1);
            if (close == std::string_view::npos) break;
            const auto inside = code.substr(i + 1, close - i - 1);
            const bool letters = inside.find_first_not_of("hHmMsS") == std::string_view::npos;
            elapsed = elapsed || (c == '[' && !inside.empty() && letters);
            i = close;
        } else if (c == ';') {
            break; // the first section is for positive numbers
        } else {
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    return out;
}

} // namespace

NumberKind kind_of_format(int format_id) {
    if ((format_id >= 14 && format_id <= 17) || format_id == 22) return NumberKind::date;
    if (format_id >= 18 && format_id <= 21) return NumberKind::time;
    if (format_id == 45 || format_id == 47) return NumberKind::time;
    if ((format_id >= 32 && format_id <= 35) || format_id == 55 || format_id == 56)
        return NumberKind::time;
    if ((format_id >= 27 && format_id <= 36) || (format_id >= 50 && format_id <= 58))
        return NumberKind::date;
    return NumberKind::number;
}

NumberKind kind_of_format(std::string_view code) {
    bool elapsed = false;
    const auto letters = bare(code, elapsed);
    if (elapsed || letters == "general") return NumberKind::number;
    if (letters.find_first_of("yd") != std::string::npos) return NumberKind::date;
    if (letters.find_first_of("hs") != std::string::npos) return NumberKind::time;
    return letters.find('m') != std::string::npos ? NumberKind::date : NumberKind::number;
}

std::string number_text(std::string_view stored) {
    const auto number = number_of(stored);
    if (!number) return std::string(stored);
    // 15 digits are what Excel keeps; the 17 it stores show a double's tail (0.30000000000000004).
    std::array<char, 64> buffer{};
    auto* const end = buffer.data() + buffer.size();
    auto written = std::to_chars(buffer.data(), end, *number, std::chars_format::general, 15);
    std::string text(buffer.data(), written.ptr);
    const auto size = std::abs(*number);
    if (text.find('e') == std::string::npos || size >= 1e21 || size < 1e-6) return text;
    // Shortest digits that read back as the rounded number, written out.
    const auto rounded = number_of(text).value_or(*number);
    written = std::to_chars(buffer.data(), end, rounded, std::chars_format::fixed);
    return {buffer.data(), written.ptr};
}

std::string serial_text(std::string_view stored, NumberKind kind, bool since_1904) {
    const auto number = number_of(stored);
    constexpr double last_serial = 2'958'466; // 10000-01-01
    if (!number || kind == NumberKind::number || *number < 0 || *number >= last_serial)
        return number_text(stored);
    auto days = static_cast<std::int32_t>(std::floor(*number));
    auto seconds = static_cast<std::int64_t>(std::llround((*number - days) * 86'400));
    if (seconds == 86'400) {
        days += 1;
        seconds = 0;
    }
    std::string time;
    append_two(time, seconds / 3'600);
    time += ':';
    append_two(time, seconds / 60 % 60);
    time += ':';
    append_two(time, seconds % 60);
    if (kind == NumberKind::time && days == 0) return time;
    // Days before March 1900 are one off, since Excel counts a 29 February 1900.
    const auto first =
        since_1904 ? base::Date::of(1904, 1, 1) : base::Date::of(1899, 12, days < 61 ? 31 : 30);
    const auto date = first.plus_days(days);
    if (date.year() > 9999) return number_text(stored);
    return seconds == 0 ? date.text() : date.text() + 'T' + time;
}

std::string unescaped(std::string_view text) {
    std::string out;
    while (true) {
        const auto found = text.find("_x");
        if (found == std::string_view::npos || text.size() - found < 7) break;
        unsigned code = 0;
        const auto* digits = text.data() + found + 2;
        const auto [stop, error] = std::from_chars(digits, digits + 4, code, 16);
        if (error != std::errc{} || stop != digits + 4 || text[found + 6] != '_' || code >= 0x80) {
            out += text.substr(0, found + 2);
            text.remove_prefix(found + 2);
            continue;
        }
        out += text.substr(0, found);
        out += static_cast<char>(code);
        text.remove_prefix(found + 7);
    }
    out += text;
    return out;
}

} // namespace table
