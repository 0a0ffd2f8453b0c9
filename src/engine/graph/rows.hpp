// What the readers of this module's tables share: columns by heading, cells, and rows that cannot
// be taken.
#pragma once

#include "engine/graph/graph.hpp"
#include "engine/table/row_source.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace graph {

// One row that was not taken.
struct Refused {
    std::int64_t line = 0;
    std::string code; // graph.no_firm, graph.self, graph.amount, graph.date, graph.days,
                      // graph.kind, graph.no_value, table.…
    base::Text message;
    base::Text cure;
};
BOOST_DESCRIBE_STRUCT(Refused, (), (line, code, message, cure))

struct Heading {
    const char* name;
    std::initializer_list<std::string_view> names;
    bool needed;
};

using Columns = std::vector<std::optional<std::size_t>>; // by heading

// `graph.no_column` names the first that is missing; the cure says what the first line should be.
[[nodiscard]] base::Result<Columns> columns_of(
    const table::RowSource& source, std::span<const Heading> headings, const base::Text& cure);
// Without the blanks around it; empty where there is no such column.
[[nodiscard]] std::string_view cell_of(
    const table::Row& row, const std::optional<std::size_t>& column);
[[nodiscard]] base::Error odd_row(
    std::string code, std::string_view cell, const base::Text& is_not, base::Text cure);

struct DayCells {
    std::string_view first;
    std::string_view last;
};

// From the first cell to the last, both included; empty cells are open. `graph.date`, `graph.days`.
[[nodiscard]] base::Result<Days> days_of_cells(const DayCells& cells);

// Gives every row to `take`, which answers `invalid` for one that is not to be taken; what else it
// answers ends the reading. The first twenty that were not taken are listed.
template <class Take>
base::Result<> read_rows(
    table::RowSource& source, std::uint64_t& refused, std::vector<Refused>& first, Take take) {
    const auto refuse = [&](Refused row) {
        if (++refused <= 20) first.push_back(std::move(row));
    };
    table::Row row;
    while (TRY(source.next(row))) {
        if (row.fault) {
            refuse({row.line, row.fault->code, row.fault->message, row.fault->cure});
            continue;
        }
        const auto taken = take(row);
        if (taken) continue;
        const auto& error = taken.error();
        if (error.kind != base::ErrorKind::invalid) return error;
        refuse({row.line, error.code, error.message, error.cure});
    }
    return {};
}

} // namespace graph
