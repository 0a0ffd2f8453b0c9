// 凭证批量上传: a table of instruments, one a row. Columns: 种类, 债权人, 债务人, 金额或数量,
// 开立日, 到期日, 回款账户, 长期限理由, and any field of the row's kind by its label or name.
#pragma once

#include "domain/instrument/instrument.hpp"
#include "domain/intake/intake.hpp"

namespace instrument {

struct ReadFile {
    intake::Counts counts;
    std::vector<intake::Line> lines;
    std::vector<Issue> issues;
};

// Reads and checks every row; `known` tells which parties there are. Errors are for files that are
// no such table.
Result<ReadFile> read_file(
    const store::Database& database,
    const pack::Policy& policy,
    const intake::File& file,
    Date today,
    intake::Progress& progress);

// For those who may import for others (数据归集员, the command line).
[[nodiscard]] intake::Prepare importer(
    const store::Database& database,
    const pack::Policy& policy,
    const Instruments& instruments,
    const base::Clock& clock);

// The headings of an empty table to fill in.
[[nodiscard]] std::vector<std::string> headings(const pack::Pack& pack);

} // namespace instrument
