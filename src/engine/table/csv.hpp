// CSV as it is met: RFC 4180 quoting, a byte-order mark, LF, CRLF or CR line ends, comma, tab or
// semicolon between the cells (read off the header line), line breaks inside quotes. Only UTF-8 is
// taken; other encodings are refused with a cure, since a guess would corrupt names.
//
//   file   = [BOM] row *(line-end row)          cell = quoted / plain
//   row    = cell *(separator cell)             quoted = '"' *(any but '"' / '""') '"'
//   *plain-character
// A quote inside a plain cell stands for itself; characters after a closing quote belong to the
// cell.
#pragma once

#include "engine/table/row_source.hpp"

#include <functional>
#include <memory>

namespace table {

// Fills the buffer from the front and says how many bytes came; 0 at the end.
using ReadBytes = std::move_only_function<base::Result<std::size_t>(std::span<char>)>;

// Errors: `table.file` (cannot be opened or read), `table.empty`, `table.not_utf8`,
// `table.cell_too_long`, `table.row_too_long`,
// `table.too_many_columns`, `table.quote_open` (in the header), `table.not_csv` (a zip or Excel
// file by its first bytes).
[[nodiscard]] base::Result<std::unique_ptr<RowSource>> open_csv(ReadBytes read);
[[nodiscard]] base::Result<std::unique_ptr<RowSource>> open_csv_file(const std::string& path);
[[nodiscard]] base::Result<std::unique_ptr<RowSource>> open_csv_text(std::string text);

// One row for a CSV file that Excel opens as it is: quoted where needed, and a cell that a
// spreadsheet would take for a formula (=, +, -, @ at its front, unless it is a number) kept as
// text by a leading apostrophe. Ends with CRLF.
void write_csv_row(std::string& out, std::span<const std::string_view> cells);

} // namespace table
