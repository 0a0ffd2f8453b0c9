// A table with types: what is to be learned, and what from.
//
// A column is a number, or a category. Days become numbers (days since 1970-01-01). Whole numbers
// that are codes (a postcode, an industry) are kept as numbers and, beside it, as a category of
// the same name. Columns that cannot say anything are left out and named: empty, constant, texts
// that hardly repeat, running numbers.
#pragma once

#include "engine/score/sheet.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <span>

namespace score {

inline constexpr float missing = std::numeric_limits<float>::quiet_NaN();

enum class Kind { number, category };
enum class Form { plain, decimal_comma, year_first, month_first, day_first, text };

struct Column {
    std::string name;
    Kind kind = Kind::number;
    Form form = Form::plain;
    std::vector<float> numbers;      // kind number; NaN is missing
    std::vector<std::int32_t> codes; // kind category; −1 is missing
    std::vector<std::string> levels; // by code, the most frequent first
    bool twin = false;               // the categories of a column that is also there as numbers

    [[nodiscard]] std::size_t rows() const {
        return kind == Kind::number ? numbers.size() : codes.size();
    }

    [[nodiscard]] bool missing_at(std::size_t row) const {
        return kind == Kind::number ? numbers[row] != numbers[row] : codes[row] < 0;
    }
};

struct LeftOut {
    std::string column;
    std::string why; // empty, constant, text, running_number, asked
};

struct Frame {
    std::vector<Column> columns;
    std::vector<std::uint8_t> target; // 1 is the positive
    std::vector<std::size_t> lines;   // of the sheet, by row
    std::string target_name;
    std::string positive; // as the table spells it
    std::vector<LeftOut> left_out;
    std::size_t unlabelled = 0; // rows without a target, left out

    [[nodiscard]] std::size_t rows() const { return target.size(); }

    [[nodiscard]] std::size_t positives() const;
};

struct Wish {
    std::string target;   // a name, its number from 1 where there is no header, or "last"
    std::string positive; // empty: the rarer of two values
    std::vector<std::string> drop;
    std::vector<std::string> keep_apart; // read, but no features: a group, a time, a segment
};

// Errors: `score.no_column`, `score.no_positive` (with the values there are), `score.one_class`,
// `score.no_features`.
[[nodiscard]] base::Result<Frame> make_frame(const Sheet& sheet, const Wish& wish);
// Reads a sheet as a model saw its table: the same columns, forms and levels. A column that is not
// there is `score.no_column`. The target may be absent; then `target` is all 0.
[[nodiscard]] base::Result<Frame> make_frame_like(
    const Sheet& sheet,
    std::span<const Column> columns,
    const std::string& target,
    const std::string& positive);

[[nodiscard]] base::Result<std::size_t> column_place(const Sheet& sheet, const std::string& name);
[[nodiscard]] std::optional<double> cell_number(std::string_view cell, Form form);
// Two spellings of one value: 1, 1.0 and "1" are the same; letter case counts not.
[[nodiscard]] bool same_value(std::string_view a, std::string_view b);

} // namespace score
