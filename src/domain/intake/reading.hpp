// What every importer does with a file: open it, find its columns, go through its rows, write lines
// of report.
#pragma once

#include "domain/intake/intake.hpp"
#include "engine/table/row_source.hpp"

#include <memory>

namespace intake {

// CSV or Excel, told apart by the first bytes.
Result<std::unique_ptr<table::RowSource>> open(const File& file);

// The place of a column by any of its names: `intake.column_missing`, naming the first, when it is
// not there.
Result<std::size_t> need_column(
    const table::RowSource& source, std::initializer_list<std::string_view> names);

// Calls `take` for each row; moves the progress from 0 to 90 % by the bytes of the file it guesses
// read; stops early when cancelled. What ends the file early (not UTF-8, a broken archive) is the
// Error.
Result<> each_row(
    table::RowSource& source,
    const File& file,
    Progress& progress,
    const std::function<void(const table::Row&)>& take);

[[nodiscard]] Line line(
    const table::RowSource& source,
    const table::Row& row,
    std::optional<std::size_t> column,
    const char* code,
    Severity severity);

[[nodiscard]] std::string_view trimmed(std::string_view cell);
// An amount in yuan with at most two decimals that count: "9401.71", "-11000.0", "1,200". None when
// it is no such.
[[nodiscard]] std::optional<base::Money> read_fen(std::string_view cell);

// The importers of this module.
// 企业名单: 企业代号 and/or 统一社会信用代码, 企业名称, and any column that the catalogue knows by
// its label or name. An enterprise with a number alone is anonymous: it gets a synthetic code,
// which its override says.
[[nodiscard]] Prepare enterprise_importer(
    const store::Database& database, const pack::Policy& policy);
// 数据: 企业代号 or 统一社会信用代码, optionally 数据日期, and columns of the catalogue.
[[nodiscard]] Prepare fact_importer(
    const store::Database& database, const pack::Policy& policy, const base::Clock& clock);

} // namespace intake
