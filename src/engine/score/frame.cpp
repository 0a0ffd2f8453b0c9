#include "engine/score/frame.hpp"

#include "engine/score/number.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <unordered_map>

namespace score {
namespace {

using base::Result;
using Cells = std::vector<std::string_view>;

std::string lowered(std::string_view text) {
    std::string made(text);
    std::ranges::transform(made, made.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    return made;
}

// The form that nearly all cells have; text when none.
Form form_of(const Cells& cells, char separator) {
    for (const auto form :
         {Form::plain, Form::decimal_comma, Form::year_first, Form::month_first, Form::day_first}) {
        if (form == Form::decimal_comma && separator == ',') continue;
        std::size_t filled = 0;
        std::size_t read = 0;
        for (const auto cell : cells) {
            if (cell.empty()) continue;
            ++filled;
            if (cell_number(cell, form))
                ++read;
            else if (form == Form::decimal_comma && cell_number(cell, Form::plain))
                ++read;
            if (filled >= 64 && read * 2 < filled) break;
        }
        if (filled > 0 && read * 100 >= filled * 98) return form;
    }
    return Form::text;
}

Column numbers_of(const std::string& name, const Cells& cells, Form form) {
    Column column{.name = name, .kind = Kind::number, .form = form};
    column.numbers.reserve(cells.size());
    for (const auto cell : cells) {
        auto number = cell.empty() ? std::nullopt : cell_number(cell, form);
        if (!number && form == Form::decimal_comma && !cell.empty())
            number = cell_number(cell, Form::plain);
        column.numbers.push_back(number ? static_cast<float>(*number) : missing);
    }
    return column;
}

Column codes_by(const std::string& name, const Cells& cells, std::vector<std::string> levels) {
    Column column{.name = name, .kind = Kind::category, .form = Form::text};
    std::unordered_map<std::string_view, std::int32_t> place;
    for (std::size_t i = 0; i < levels.size(); ++i)
        place.emplace(levels[i], static_cast<std::int32_t>(i));
    column.codes.reserve(cells.size());
    for (const auto cell : cells) {
        const auto found = place.find(cell);
        // A value never seen is a level of its own, past the last: not the same as missing.
        column.codes.push_back(
            cell.empty()           ? -1
            : found == place.end() ? static_cast<std::int32_t>(levels.size())
                                   : found->second);
    }
    column.levels = std::move(levels);
    return column;
}

Column categories_of(const std::string& name, const Cells& cells) {
    std::unordered_map<std::string_view, std::size_t> counts;
    for (const auto cell : cells)
        if (!cell.empty()) ++counts[cell];
    std::vector<std::pair<std::string_view, std::size_t>> ordered(counts.begin(), counts.end());
    std::ranges::sort(ordered, [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    std::vector<std::string> levels;
    for (const auto& [level, count] : ordered)
        levels.emplace_back(level);
    return codes_by(name, cells, std::move(levels));
}

bool whole(float number) { return std::floor(number) == number && std::fabs(number) < 1e15F; }

// 1, 2, 3 … in the order of the rows, or any whole numbers that never repeat and fill their range.
bool running_number(const Column& column, const Cells& cells) {
    std::set<std::int64_t> seen;
    bool rising = true;
    std::int64_t last = std::numeric_limits<std::int64_t>::min();
    for (const auto cell : cells) {
        const auto number = cell.empty() ? std::nullopt : cell_number(cell, column.form);
        if (!number || std::floor(*number) != *number || std::fabs(*number) > 9e15) return false;
        const auto value = static_cast<std::int64_t>(*number);
        if (!seen.insert(value).second) return false;
        rising = rising && value > last;
        last = value;
    }
    if (seen.size() < 20) return false;
    const auto range = *seen.rbegin() - *seen.begin() + 1;
    return rising || range <= static_cast<std::int64_t>(seen.size() * 2);
}

// Codes written in digits: at least four of the same length, that repeat, and are no years.
bool is_code(const Column& column) {
    std::map<float, std::size_t> counts;
    std::array<std::size_t, 20> lengths{};
    std::size_t filled = 0;
    for (const float number : column.numbers) {
        if (std::isnan(number) || number == 0) continue;
        if (!whole(number) || number < 0) return false;
        ++filled;
        ++counts[number];
        ++lengths[std::min<std::size_t>(
            19, std::to_string(static_cast<std::int64_t>(number)).size())];
        if (counts.size() > 100'000) return false;
    }
    const auto longest = std::ranges::max_element(lengths) - lengths.begin();
    if (counts.size() < 20 || counts.size() * 3 > filled || longest < 4) return false;
    if (lengths[static_cast<std::size_t>(longest)] * 10 < filled * 9) return false;
    if (counts.begin()->first >= 1800 && counts.rbegin()->first <= 2200) return false;
    // Amounts and measures are rounded; most codes do not end in zeros.
    std::size_t rounded = 0;
    for (const auto& [number, count] : counts)
        if (std::fmod(number, 100.0F) == 0) rounded += count;
    return rounded * 4 < filled;
}

std::string odd(const Column& column, const Cells& cells) {
    std::size_t filled = 0;
    for (const auto cell : cells)
        filled += cell.empty() ? 0U : 1U;
    if (filled == 0) return "empty";
    const bool gaps = filled < cells.size();
    if (column.kind == Kind::category) {
        if (column.levels.size() == 1 && !gaps) return "constant";
        if (column.levels.size() > 50 && column.levels.size() * 2 > filled) return "text";
        return {};
    }
    float first = missing;
    bool varies = gaps;
    for (const float number : column.numbers) {
        if (std::isnan(number)) continue;
        if (std::isnan(first)) first = number;
        varies = varies || number != first;
    }
    if (!varies) return "constant";
    const bool numbered = column.form == Form::plain && running_number(column, cells);
    return numbered ? "running_number" : "";
}

std::string values_shown(const std::map<std::string, std::size_t>& counts) {
    std::string shown;
    std::size_t left = 10;
    for (const auto& [value, count] : counts) {
        if (left-- == 0) return shown + " …";
        shown += (shown.empty() ? "" : ", ") + value + " (" + std::to_string(count) + ")";
    }
    return shown;
}

// Which value is the positive, when it was not said or is said in another spelling.
Result<std::string> positive_value(const Cells& cells, const std::string& wanted) {
    std::map<std::string, std::size_t> counts;
    for (const auto cell : cells)
        if (!cell.empty()) ++counts[std::string(cell)];
    if (wanted.empty() && counts.size() == 2) {
        const auto first = counts.begin();
        const auto second = std::next(first);
        return first->second < second->second ? first->first : second->first;
    }
    if (const auto exact = counts.find(wanted); exact != counts.end()) {
        if (counts.size() > 1) return wanted;
        return base::invalid(
                   "score.one_class",
                   {"目标列只有一个取值。", "The target has one value only."},
                   {"请换一列，或换一份两类都有的数据。",
                    "Name another column, or bring a table with both."})
            .at("--target");
    }
    for (const auto& [value, count] : counts)
        if (!wanted.empty() && same_value(value, wanted) && counts.size() > 1) return value;
    return base::invalid(
               "score.no_positive",
               {"目标列没有取值“" + wanted + "”；有：" + values_shown(counts),
                "The target has no value " + wanted + "; it has " + values_shown(counts)},
               {"请用 --positive 指明一个取值。", "Name one of them with --positive."})
        .at("--positive");
}

// The rows with a target, of every column.
void keep_rows(Frame& frame, const Cells& target) {
    std::vector<std::size_t> kept;
    for (std::size_t row = 0; row < target.size(); ++row)
        if (!target[row].empty()) kept.push_back(row);
    frame.unlabelled = target.size() - kept.size();
    for (std::size_t place = 0; place < kept.size(); ++place) {
        const auto row = kept[place];
        frame.target[place] = frame.target[row];
        frame.lines[place] = frame.lines[row];
    }
    frame.target.resize(kept.size());
    frame.lines.resize(kept.size());
}

void add_columns(Frame& frame, const Sheet& sheet, std::size_t place, const Cells& target) {
    Cells cells;
    cells.reserve(target.size());
    for (std::size_t row = 0; row < target.size(); ++row)
        if (!target[row].empty()) cells.push_back(sheet.cells[place][row]);
    const auto& name = sheet.names[place];
    const auto form = form_of(cells, sheet.separator);
    auto column = form == Form::text ? categories_of(name, cells) : numbers_of(name, cells, form);
    if (const auto why = odd(column, cells); !why.empty()) {
        frame.left_out.push_back({name, why});
        return;
    }
    const bool code = column.kind == Kind::number && form == Form::plain && is_code(column);
    frame.columns.push_back(std::move(column));
    if (code) {
        frame.columns.push_back(categories_of(name, cells));
        frame.columns.back().twin = true;
    }
}

} // namespace

std::size_t Frame::positives() const {
    return static_cast<std::size_t>(std::accumulate(target.begin(), target.end(), std::size_t{0}));
}

std::optional<double> cell_number(std::string_view cell, Form form) {
    const auto as_double = [](std::optional<std::int64_t> day) -> std::optional<double> {
        if (!day) return std::nullopt;
        return static_cast<double>(*day);
    };
    switch (form) {
    case Form::plain: return parse_number(cell);
    case Form::decimal_comma: return parse_decimal_comma(cell);
    case Form::year_first: return as_double(parse_day(cell, DayOrder::year_first));
    case Form::month_first: return as_double(parse_day(cell, DayOrder::month_first));
    case Form::day_first: return as_double(parse_day(cell, DayOrder::day_first));
    case Form::text: return std::nullopt;
    }
    base::bug("form out of range");
}

bool same_value(std::string_view a, std::string_view b) {
    if (a == b) return true;
    const auto first = parse_number(a);
    const auto second = parse_number(b);
    if (first && second) return *first == *second;
    return lowered(stripped(a)) == lowered(stripped(b));
}

Result<std::size_t> column_place(const Sheet& sheet, const std::string& name) {
    if (name == "last") return sheet.names.size() - 1;
    for (std::size_t place = 0; place < sheet.names.size(); ++place)
        if (sheet.names[place] == name) return place;
    for (std::size_t place = 0; place < sheet.names.size(); ++place)
        if (lowered(sheet.names[place]) == lowered(name)) return place;
    if (!sheet.header) {
        const auto number = parse_number(name);
        if (number && *number >= 1 && *number <= static_cast<double>(sheet.names.size()))
            return static_cast<std::size_t>(*number) - 1;
    }
    std::string shown;
    for (std::size_t place = 0; place < sheet.names.size() && place < 40; ++place)
        shown += (place == 0 ? "" : ", ") + sheet.names[place];
    return base::invalid(
               "score.no_column",
               {"没有列“" + name + "”。", "There is no column " + name + "."},
               {"有这些列：" + shown, "The columns are: " + shown})
        .at(name);
}

Result<Frame> make_frame(const Sheet& sheet, const Wish& wish) {
    const auto target_place = TRY(column_place(sheet, wish.target));
    std::vector<bool> apart(sheet.names.size());
    apart[target_place] = true;
    Frame frame;
    for (const auto& name : wish.drop) {
        const auto place = TRY(column_place(sheet, name));
        if (!apart[place]) frame.left_out.push_back({sheet.names[place], "asked"});
        apart[place] = true;
    }
    for (const auto& name : wish.keep_apart)
        apart[TRY(column_place(sheet, name))] = true;
    const auto& target = sheet.cells[target_place];
    frame.target_name = sheet.names[target_place];
    frame.positive = TRY(positive_value(target, wish.positive));
    frame.lines = sheet.lines;
    frame.target.resize(sheet.rows());
    for (std::size_t row = 0; row < sheet.rows(); ++row)
        frame.target[row] = same_value(target[row], frame.positive) ? 1 : 0;
    keep_rows(frame, target);
    for (std::size_t place = 0; place < sheet.names.size(); ++place)
        if (!apart[place]) add_columns(frame, sheet, place, target);
    if (frame.columns.empty())
        return base::invalid(
            "score.no_features",
            {"除目标外没有可用的列。", "No column but the target says anything."},
            {"请检查 --drop 和数据。", "Look at --drop and at the table."});
    return frame;
}

Result<Frame> make_frame_like(
    const Sheet& sheet,
    std::span<const Column> columns,
    const std::string& target,
    const std::string& positive) {
    Frame frame;
    frame.target_name = target;
    frame.positive = positive;
    frame.lines = sheet.lines;
    frame.target.resize(sheet.rows());
    Cells labels(sheet.rows(), std::string_view("-"));
    if (const auto place = column_place(sheet, target)) labels = sheet.cells[*place];
    for (std::size_t row = 0; row < sheet.rows(); ++row)
        frame.target[row] = same_value(labels[row], positive) ? 1 : 0;
    keep_rows(frame, labels);
    for (const auto& like : columns) {
        const auto place = TRY(column_place(sheet, like.name));
        Cells cells;
        for (std::size_t row = 0; row < sheet.rows(); ++row)
            if (!labels[row].empty()) cells.push_back(sheet.cells[place][row]);
        frame.columns.push_back(
            like.kind == Kind::number ? numbers_of(like.name, cells, like.form)
                                      : codes_by(like.name, cells, like.levels));
        frame.columns.back().twin = like.twin;
    }
    return frame;
}

} // namespace score
