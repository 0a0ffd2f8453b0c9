// Lists as Excel sheets: ★ endpoints answer `?format=xlsx`, or Accept of Excel's type, with every
// row the filters let through (at most `sheet_rows_most`).
#pragma once

#include "base/json.hpp"
#include "edge/http/message.hpp"

#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace api {

inline constexpr std::size_t sheet_rows_most = 100'000;
inline constexpr std::string_view xlsx_type =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

// Money is written in yuan, a rate in percent, an instant in the county's time.
using SheetCell = std::variant<
    std::monostate,
    std::string,
    std::int64_t,
    double,
    bool,
    base::Money,
    base::Rate,
    base::Date,
    base::Instant,
    base::Text>;

template <class Row>
struct Column {
    base::Text title;
    std::function<SheetCell(const Row&)> value;
};

template <class T>
SheetCell sheet_cell(const T& value) {
    if constexpr (base::is_optional<T>) {
        return value ? sheet_cell(*value) : SheetCell{};
    } else if constexpr (base::is_id<T>) {
        return std::to_string(value.value);
    } else if constexpr (std::same_as<T, base::Period>) {
        return value.text();
    } else if constexpr (base::DescribedEnum<T>) {
        return std::string(base::json::enum_name(value));
    } else if constexpr (std::integral<T> && !std::same_as<T, bool>) {
        return static_cast<std::int64_t>(value);
    } else {
        return value;
    }
}

// column(&Row::amount, {"金额（元）", "Amount (CNY)"}); anything else by a Column with a function
// of its own.
template <class Row, class Member>
Column<Row> column(Member Row::*member, base::Text title) {
    return {std::move(title), [member](const Row& row) { return sheet_cell(row.*member); }};
}

struct Sheet {
    std::string name; // of the file, without ".xlsx"
    std::vector<base::Text> titles;
    std::vector<std::vector<SheetCell>> rows;
};

[[nodiscard]] base::Result<std::string> xlsx(const Sheet& sheet, http::Language language);

} // namespace api
