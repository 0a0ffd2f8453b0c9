// Printed figures into integers: "53.55" and 亿元 are 5,355,000,000 fen… exactly, or not at all.
#include "engine/pack/load.hpp"

#include <array>
#include <utility>

namespace pack {

namespace {

struct UnitRow {
    FigureKind kind;
    std::string_view text;
    std::int64_t minor; // how many minor units one of it is
};

constexpr std::array units{
    UnitRow{FigureKind::money, "亿元", 10'000'000'000},
    UnitRow{FigureKind::money, "万元", 1'000'000},
    UnitRow{FigureKind::money, "元", 100},
    UnitRow{FigureKind::rate, "%", 10'000},
    UnitRow{FigureKind::rate, "‰", 1'000},
    UnitRow{FigureKind::rate, "个百分点", 10'000},
    UnitRow{FigureKind::rate, "BP", 100},
};

// Minor units in one of the unit; 0 when the unit is not of that kind. Counts may have any unit
// that is no unit of money or rate, in 万 or 亿 of it if it begins so.
std::int64_t minor_of(FigureKind kind, std::string_view unit) {
    for (const auto& row : units) {
        if (row.text == unit) return row.kind == kind ? row.minor : 0;
    }
    if (kind != FigureKind::count || unit.empty()) return 0;
    if (unit.starts_with("万")) return 10'000;
    if (unit.starts_with("亿")) return 100'000'000;
    return 1;
}

struct Number {
    std::int64_t digits = 0; // without the point
    int decimals = 0;
    std::size_t end = 0; // just after it in the text
    int how_many = 0;    // numbers in the whole text
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The last number of the text and how many there are. More than 15 digits are no number we print.
Number number_in(std::string_view text) {
    Number found;
    for (std::size_t i = 0; i < text.size();) {
        if (!is_digit(text[i])) {
            ++i;
            continue;
        }
        const bool negative = i > 0 && text[i - 1] == '-';
        found = {.how_many = found.how_many + 1};
        int count = 0;
        bool after_point = false;
        for (; i < text.size(); ++i) {
            const bool next_digit = i + 1 < text.size() && is_digit(text[i + 1]);
            if (is_digit(text[i])) {
                if (++count > 15) return {.how_many = 2};
                found.digits = found.digits * 10 + (text[i] - '0');
                found.decimals += after_point ? 1 : 0;
            } else if (text[i] == '.' && !after_point && next_digit) {
                after_point = true;
            } else if (text[i] != ',' || after_point || !next_digit) {
                break;
            }
        }
        if (negative) found.digits = -found.digits;
        found.end = i;
    }
    return found;
}

// A unit printed right after the number must be the stated one: 亿 may stand for 亿元.
bool agrees(std::string_view after, std::string_view unit) {
    while (after.starts_with(' '))
        after.remove_prefix(1);
    if (after.empty() || after.starts_with(unit)) return true;
    for (const auto& row : units) {
        if (after.starts_with(row.text)) return false;
    }
    for (const std::string_view scale : {"亿", "万"}) {
        if (after.starts_with(scale)) return unit.starts_with(scale);
    }
    return true;
}

struct Figure {
    FigureKind kind;
    std::string unit;
    std::string printed;
    std::int64_t* value;
    std::string pointer; // of the struct with `printed` and `value`
    std::string unit_pointer;
};

void unit_slip(Loaded& loaded, const Figure& figure) {
    const auto kind = figure.kind == FigureKind::money  ? Text{"金额", "money"}
                      : figure.kind == FigureKind::rate ? Text{"比率", "a rate"}
                                                        : Text{"数量", "a count"};
    loaded.findings.push_back(finding(
        Severity::error,
        loaded.places.of(figure.unit_pointer),
        "pack.unit",
        {"单位“" + figure.unit + "”不是" + kind.zh + "的单位",
         "“" + figure.unit + "” is no unit of " + kind.en},
        {"金额写 亿元、万元、元，比率写 %，数量写 个、家、支 等；或改 figure",
         "write 亿元, 万元 or 元 for money, % for rates, 个, 家, 支 … for counts; or change "
         "`figure`"}));
}

void fill(Loaded& loaded, const Figure& figure) {
    if (figure.unit.empty() && figure.printed.empty()) return; // found missing already
    if (!unit_fits(figure.kind, figure.unit)) return unit_slip(loaded, figure);
    const auto place = [&](const char* member) {
        return loaded.places.of(figure.pointer + member);
    };
    const auto add = [&](const Place& where, Text message, Text cure) {
        loaded.findings.push_back(
            finding(Severity::error, where, "pack.figure", std::move(message), std::move(cure)));
    };
    const auto computed = figure_value(figure.kind, figure.printed, figure.unit);
    const bool written = loaded.places.has(figure.pointer + "/value");
    const auto number = number_in(figure.printed);
    if (number.how_many == 1 &&
        !agrees(std::string_view(figure.printed).substr(number.end), figure.unit)) {
        return add(
            place("/printed"),
            {"“" + figure.printed + "”与单位“" + figure.unit + "”不一致",
             "“" + figure.printed + "” does not go with the unit “" + figure.unit + "”"},
            {"改 unit，使之与所印文字一致", "change `unit` to what is printed"});
    }
    if (!written && !computed) {
        return add(
            place("/printed"),
            {"无法从“" + figure.printed + "”得出数值",
             "no value can be taken from “" + figure.printed + "”"},
            {"另写 value（分、百万分之一或个数）", "write `value` beside it, in fen, ppm or ones"});
    }
    if (written && computed && *computed != *figure.value) {
        return add(
            place("/value"),
            {"value 为 " + std::to_string(*figure.value) + "，而“" + figure.printed + "”应为 " +
                 std::to_string(*computed),
             "value is " + std::to_string(*figure.value) + ", but “" + figure.printed + "” makes " +
                 std::to_string(*computed)},
            {"改为 " + std::to_string(*computed) + "，或删去 value",
             "write " + std::to_string(*computed) + ", or leave `value` out"});
    }
    if (!written) *figure.value = *computed;
}

} // namespace

bool unit_fits(FigureKind kind, std::string_view unit) { return minor_of(kind, unit) != 0; }

std::optional<std::int64_t> figure_value(
    FigureKind kind, std::string_view printed, std::string_view unit) {
    const auto minor = minor_of(kind, unit);
    const auto number = number_in(printed);
    if (minor == 0 || number.how_many != 1) return std::nullopt;
    std::int64_t scale = 1;
    for (int i = 0; i < number.decimals; ++i)
        scale *= 10;
    __extension__ using Wide = __int128;
    const auto wide = static_cast<Wide>(number.digits) * minor;
    const auto value = wide / scale;
    const Wide limit = Money::limit_fen;
    if (wide % scale != 0 || value > limit || value < -limit) return std::nullopt;
    return static_cast<std::int64_t>(value);
}

void fill_figures(Loaded& loaded) {
    auto& pack = loaded.pack;
    for (std::size_t i = 0; i < pack.targets.size(); ++i) {
        auto& target = pack.targets[i];
        const auto pointer = "/targets/" + std::to_string(i);
        fill(
            loaded,
            {target.figure,
             target.unit,
             target.printed,
             &target.value,
             pointer,
             pointer + "/unit"});
    }
    for (std::size_t i = 0; i < pack.indicators.size(); ++i) {
        auto& indicator = pack.indicators[i];
        const auto pointer = "/indicators/" + std::to_string(i);
        for (std::size_t k = 0; k < indicator.targets.size(); ++k) {
            if (k > 0 && !unit_fits(indicator.figure, indicator.unit)) break; // said once
            auto& target = indicator.targets[k];
            const auto place = pointer + "/targets/" + std::to_string(k);
            fill(
                loaded,
                {indicator.figure,
                 indicator.unit,
                 target.printed,
                 &target.value,
                 place,
                 pointer + "/unit"});
        }
    }
}

} // namespace pack
