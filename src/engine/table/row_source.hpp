// Rows of outside tables (CSV files, Excel sheets), one at a time, in constant memory.
//
// What can be wrong with one row is a fault of that row: it is handed out with what could be read,
// and reading goes on. What makes the rest of the file unreadable or unsafe (not UTF-8, a limit, a
// broken archive) ends it with an Error.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace table {

inline constexpr std::size_t cell_bytes_most = 1U << 20U;
inline constexpr std::size_t columns_most = 4096;

// One thing wrong with one row. `column` counts from 0.
struct Fault {
    std::string code; // table.row_short, table.row_long, table.quote_open, table.cell_error
    std::optional<std::size_t> column;
    base::Text message;
    base::Text cure;
    friend bool operator==(const Fault&, const Fault&) = default;
};

// The cells are views into the source's memory, valid until the next call of next(). There are
// always as many as the header has: short rows are filled with empty cells, surplus cells are
// dropped (each with a fault unless empty).
struct Row {
    std::int64_t number =
        0; // 1 for the first row after the header; rows without any content are not counted
    std::int64_t line =
        0; // as an editor or Excel counts: the line the row begins on, or the sheet's row number
    std::span<const std::string_view> cells;
    std::optional<Fault> fault;
};

class RowSource {
public:
    RowSource() = default;
    RowSource(const RowSource&) = delete;
    RowSource& operator=(const RowSource&) = delete;
    virtual ~RowSource() = default;

    // The first row with content, blanks around each name removed.
    [[nodiscard]] virtual const std::vector<std::string>& header() const = 0;
    // True with the next row, false at the end. After an Error the source is spent.
    virtual base::Result<bool> next(Row& row) = 0;
};

// The place of a column by any of its names, compared without blanks and letter case of ASCII; none
// when it is not there.
[[nodiscard]] std::optional<std::size_t> column(
    const RowSource& source, std::initializer_list<std::string_view> names);

} // namespace table
