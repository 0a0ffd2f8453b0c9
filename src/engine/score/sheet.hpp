// A table as people keep it, cells still text: CSV in any of its dialects, or ARFF.
//
// CSV: comma, semicolon, tab, bar or blanks between the cells, told by which of them cuts the lines
// evenly; double or single quotes around a cell, doubled inside; a header or none; a byte-order
// mark; LF, CRLF or CR. ARFF: @attribute lines, then @data, dense or sparse, '?' for what is
// missing.
#pragma once

#include "base/result.hpp"

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace score {

inline constexpr std::size_t sheet_columns_most = 20'000;

struct Sheet {
    std::vector<std::string> names;
    // By column, then by row. A missing cell is empty: "", NA, N/A, NaN, null, none, ?, '.'.
    std::vector<std::vector<std::string_view>> cells;
    std::vector<std::size_t> lines;  // of each row, as an editor counts
    std::vector<std::size_t> uneven; // lines left out since they have too many or too few cells
    bool header = true;
    char separator = ',';
    // What the cells look into.
    std::unique_ptr<std::string> text;
    std::deque<std::string> rewritten;

    [[nodiscard]] std::size_t rows() const { return lines.size(); }
};

// `wanted` is a column that must be there, which settles whether the first line is a header.
// Errors: `score.table_empty`, `score.table_uneven` (more than one line in a hundred has another
// number of cells), `score.quote_open`, `score.arff` (with the line), `score.table_binary` (an
// archive or a workbook by its first bytes), `score.columns_many`.
[[nodiscard]] base::Result<Sheet> read_sheet(std::string text, std::string_view wanted = {});

// The pieces, for read_sheet alone.
[[nodiscard]] base::Result<Sheet> read_arff(std::string text);
[[nodiscard]] bool is_missing(std::string_view cell);
[[nodiscard]] std::string_view stripped(std::string_view text);
[[nodiscard]] base::Error sheet_error(
    const char* code, std::size_t line, base::Text message, base::Text cure);

} // namespace score
