#include "base/money.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

namespace base {
namespace {

__extension__ using Wide = __int128;

// A decimal number as digits: value × 10^-scale. At most 18 digits and `scale_most` decimals.
struct Decimal {
    std::int64_t value = 0;
    int scale = 0;
};

// Commas only as thousands separators: "1,20" is somebody's decimal comma, not one hundred and
// twenty.
bool grouped_in_threes(std::string_view text) {
    const auto whole = text.substr(0, text.find('.'));
    auto comma = whole.find(',');
    if (comma == std::string_view::npos) return true;
    if (comma == 0 || comma > 3) return false;
    while (comma < whole.size()) {
        const auto next = std::min(whole.find(',', comma + 1), whole.size());
        if (next - comma != 4) return false;
        comma = next;
    }
    return true;
}

std::optional<Decimal> decimal(std::string_view text, int scale_most) {
    bool negative = false;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    if (!grouped_in_threes(text)) return std::nullopt;
    Decimal number;
    int digits = 0;
    bool after_point = false;
    for (const char c : text) {
        if (c == ',' && !after_point) continue;
        if (c == '.' && !after_point) {
            after_point = true;
            continue;
        }
        if (c < '0' || c > '9' || digits == 18) return std::nullopt;
        number.value = number.value * 10 + (c - '0');
        number.scale += after_point ? 1 : 0;
        digits += 1;
    }
    if (digits == 0 || number.scale > scale_most) return std::nullopt;
    if (negative) number.value = -number.value;
    return number;
}

std::int64_t power_of_ten(int exponent) {
    std::int64_t power = 1;
    for (int i = 0; i < exponent; ++i)
        power *= 10;
    return power;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

bool drop_suffix(std::string_view& text, std::string_view suffix) {
    if (!text.ends_with(suffix)) return false;
    text.remove_suffix(suffix.size());
    text = trimmed(text);
    return true;
}

Money checked(Wide fen, const char* what) {
    ensure(fen <= Money::limit_fen && fen >= -Money::limit_fen, what);
    return {static_cast<std::int64_t>(fen)};
}

Wide divide(Wide numerator, std::int64_t denominator, Rounding rounding) {
    const auto quotient = numerator / denominator;
    const auto rest = numerator % denominator;
    if (rest == 0 || rounding == Rounding::down) return quotient;
    const Wide twice = (rest < 0 ? -rest : rest) * 2;
    const bool away = twice > denominator || (twice == denominator &&
                                              (rounding == Rounding::half_up || quotient % 2 != 0));
    return away ? quotient + (numerator < 0 ? -1 : 1) : quotient;
}

std::string fixed(std::int64_t value, int scale, int keep_least) {
    const bool negative = value < 0;
    // Negated as unsigned, since the least number has no positive counterpart.
    auto digits = std::to_string(
        negative ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value));
    if (digits.size() <= static_cast<std::size_t>(scale))
        digits.insert(0, scale + 1 - digits.size(), '0');
    digits.insert(digits.size() - scale, ".");
    while (digits.back() == '0' &&
           digits.size() - digits.find('.') - 1 > static_cast<std::size_t>(keep_least))
        digits.pop_back();
    return (negative ? "-" : "") + digits;
}

} // namespace

Result<Rate> Rate::parse_percent(std::string_view text) {
    auto body = trimmed(text);
    drop_suffix(body, "%");
    const auto number = decimal(body, 4);
    if (!number || number->value > 1'000'000'000'000 || number->value < -1'000'000'000'000) {
        return invalid(
            "base.rate",
            {"百分比无效：" + std::string(text), "Not a percentage: " + std::string(text)},
            {"写成 3.85 或 3.85%，最多四位小数。", "Write 3.85 or 3.85%, at most four decimals."});
    }
    return Rate{number->value * power_of_ten(4 - number->scale)};
}

std::string Rate::percent_text() const { return fixed(ppm, 4, 2); }

Result<Money> Money::parse(std::string_view text) {
    auto body = trimmed(text);
    std::int64_t unit_fen = 100;
    if (drop_suffix(body, "亿元")) {
        unit_fen = Money::yi(1).fen;
    } else if (drop_suffix(body, "万元")) {
        unit_fen = Money::wan(1).fen;
    } else {
        drop_suffix(body, "元");
    }
    const auto error = [&] {
        return invalid(
            "base.money",
            {"金额无效：" + std::string(text), "Not an amount: " + std::string(text)},
            {"写成 1200、1200.50、120 万元 或 1.2 亿元，精确到分。",
             "Write 1200, 1200.50, 120 万元 or 1.2 亿元, exact to the fen."});
    };
    const auto number = decimal(body, 12);
    if (!number) return error();
    const Wide scaled = Wide{number->value} * unit_fen;
    const auto divisor = power_of_ten(number->scale);
    if (scaled % divisor != 0) return error();
    const Wide fen = scaled / divisor;
    if (fen > limit_fen || fen < -limit_fen) return error();
    return Money{static_cast<std::int64_t>(fen)};
}

Money Money::share(Rate rate, Rounding rounding) const {
    return checked(
        divide(Wide{fen} * rate.ppm, 1'000'000, rounding), "a share is within the limit of money");
}

std::vector<Money> Money::split(const std::vector<std::int64_t>& weights) const {
    const auto total = std::accumulate(weights.begin(), weights.end(), Wide{0});
    ensure(total > 0, "the weights of a split add up to more than zero");
    std::vector<Money> parts;
    std::vector<Wide> rests;
    std::int64_t given = 0;
    for (const auto weight : weights) {
        ensure(weight >= 0, "no weight of a split is negative");
        const Wide exact = Wide{fen < 0 ? -fen : fen} * weight;
        parts.push_back({static_cast<std::int64_t>(exact / total)});
        rests.push_back(exact % total);
        given += parts.back().fen;
    }
    for (auto left = (fen < 0 ? -fen : fen) - given; left > 0; --left) {
        const auto largest = std::max_element(rests.begin(), rests.end());
        parts[static_cast<std::size_t>(largest - rests.begin())].fen += 1;
        *largest = -1;
    }
    if (fen < 0) {
        for (auto& part : parts)
            part.fen = -part.fen;
    }
    return parts;
}

std::string Money::yuan_text() const { return fixed(fen, 2, 2); }

Money operator+(Money a, Money b) {
    return checked(Wide{a.fen} + b.fen, "a sum is within the limit of money");
}

Money operator-(Money a, Money b) {
    return checked(Wide{a.fen} - b.fen, "a difference is within the limit of money");
}

} // namespace base
