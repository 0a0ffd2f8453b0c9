// Excel workbooks (xlsx): reading a sheet row by row, and writing one.
#pragma once

#include "base/date.hpp"
#include "base/money.hpp"
#include "engine/table/row_source.hpp"

#include <memory>
#include <variant>

namespace table {

// What an archive may unpack to in all, so that a small file cannot fill the machine.
inline constexpr std::uint64_t unpacked_bytes_most = std::uint64_t{1} << 30U;

// Rows of one sheet, streamed; only the shared strings are kept in memory. An empty name takes the
// first sheet.
//
// Cells read as text: numbers in up to 15 digits as Excel shows them, dates by their format as
// 2023-07-15, with a time as 2023-07-15T09:30:00, times alone as 09:30:00, truth values as true and
// false. A formula gives its stored result; an error value such as #N/A is kept and marked with the
// fault `table.cell_error`.
//
// Errors: `table.file`, `table.not_xlsx`, `table.xlsx_encrypted`, `table.xlsx_broken`,
// `table.xlsx_unsafe` (a document type declaration, or more than the limits), `table.no_sheet`,
// `table.empty`, `table.cell_too_long`, `table.too_many_columns`.
[[nodiscard]] base::Result<std::unique_ptr<RowSource>> open_xlsx_file(
    const std::string& path, std::string_view sheet = {});
[[nodiscard]] base::Result<std::unique_ptr<RowSource>> open_xlsx_bytes(
    std::string bytes, std::string_view sheet = {});

// The names of the sheets, in the order of the tabs.
[[nodiscard]] base::Result<std::vector<std::string>> xlsx_sheets(const std::string& path);

enum class ColumnKind { text, integer, money_yuan, money_wan, percent, date };

struct Column {
    std::string title;
    ColumnKind kind = ColumnKind::text;
    double width = 14; // in characters
};

// An empty cell, text, a whole number, an amount, a rate or a day; it must suit its column, or be
// empty or text.
using Cell =
    std::variant<std::monostate, std::string, std::int64_t, base::Money, base::Rate, base::Date>;

// One sheet with a frozen, bold header. Rows are written as they come, in constant memory (a
// temporary file beneath). Text is never taken for a formula.
class XlsxWriter {
public:
    // A sheet's name has at most 31 characters, none of []:*?/\ ; anything else is replaced by a
    // blank or cut.
    XlsxWriter(std::string_view sheet, std::vector<Column> columns);
    ~XlsxWriter();
    XlsxWriter(const XlsxWriter&) = delete;
    XlsxWriter& operator=(const XlsxWriter&) = delete;

    void add(std::span<const Cell> cells); // as many as there are columns
    // The workbook's bytes; once. `table.xlsx_not_written` when the sheet was too long or the disk
    // is full.
    [[nodiscard]] base::Result<std::string> finish();

private:
    struct Book;
    std::unique_ptr<Book> book_;
};

} // namespace table
