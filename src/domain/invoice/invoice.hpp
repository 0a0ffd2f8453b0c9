// 发票: books of VAT invoices by enterprise and direction, filled by imports, and the facts they
// give.
//
// Real files carry dirt. Nothing of it is lost: a row is taken as it is, with a line of report
// where it is odd (blanks around the state, net + tax ≠ gross, red letters, a number used twice). A
// row is rejected only when it cannot be read.
#pragma once

#include "domain/intake/intake.hpp"
#include "domain/invoice/features.hpp"

namespace invoice {

using base::Id;
using base::Import;
using base::Party;

// Rows an import added to a book.
struct Received {
    static constexpr std::string_view kind = "invoice.received";
    Id<Party> enterprise;
    Direction direction = Direction::output;
    std::int64_t count = 0;
    std::string rows; // a book (book.hpp) in Base64
    Id<Import> import;
};
BOOST_DESCRIBE_STRUCT(Received, (), (enterprise, direction, count, rows, import))

void apply(store::Transaction& tx, const Received& event);
void declare(store::Schema& schema);

// A book without its rows.
struct Cover {
    Id<Party> enterprise;
    Direction direction = Direction::output;
    std::int64_t count = 0;
    Date first_on;
    Date last_on;
};
BOOST_DESCRIBE_STRUCT(Cover, (), (enterprise, direction, count, first_on, last_on))

std::vector<Cover> covers(const store::Snapshot& db);
// How many rows the book has.
std::int64_t count(const store::Snapshot& db, Id<Party> enterprise, Direction direction);
// Empty when there is no book.
Result<Invoices> book(const store::Snapshot& db, Id<Party> enterprise, Direction direction);

// Reads a file of invoices. Columns, in any order: 企业代号 or 统一社会信用代码 · 发票号码 ·
// 开票日期 · 购方单位代号 (then they were sold) or 销方单位代号 (then they were bought) · 金额 ·
// 税额 · 价税合计 · 发票状态. Beside the errors of intake: `invoice.total`, and
// `invoice.book_moved` (conflict) when another import changed the same books while the file was
// read.
[[nodiscard]] intake::Prepare importer(const store::Database& database, const pack::Policy& policy);

} // namespace invoice
