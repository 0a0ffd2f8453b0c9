// 发票账: one enterprise's VAT invoices in one direction, kept whole and compact.
//
// Bytes of a book: zstd of a column after a column, numbers as LEB128 (signed ones zigzag):
//   count · dates (days, each as the difference from the one before) · net, tax, gross in 分 ·
//   state bytes · length-prefixed numbers · length-prefixed counterparties, a repeated one as its
//   place among the distinct ones
// The rows are in order of (date, number, counterparty, amounts, state), so equal books have equal
// bytes.
#pragma once

#include "base/date.hpp"
#include "base/json.hpp"
#include "base/money.hpp"

#include <string>
#include <vector>

namespace invoice {

using base::Date;
using base::Money;
using base::Result;

enum class Direction { output, input }; // 销项 (sold), 进项 (bought)
BOOST_DESCRIBE_ENUM(Direction, output, input)

enum class State : std::uint8_t { valid, voided }; // 有效发票, 作废发票
BOOST_DESCRIBE_ENUM(State, valid, voided)

struct Invoice {
    Date date;
    std::string number;
    std::string counterparty; // as the source names it: a credit code, or a code of its own
    Money net;                // 金额
    Money tax;                // 税额
    Money gross;              // 价税合计
    State state = State::valid;
    friend auto operator<=>(const Invoice&, const Invoice&) = default;
};

using Invoices = std::vector<Invoice>;

[[nodiscard]] std::string pack_book(Invoices invoices); // sorts
// `invoice.book_damaged` when the bytes are no book, or hold more than 10,000,000 rows.
Result<Invoices> unpack_book(std::string_view bytes);

// What `incoming` has beyond `held`, counting how often a row occurs in each: a file that says
// twice what the book has once adds one, a file read again adds none. Both sorted; the answer is.
[[nodiscard]] Invoices beyond(const Invoices& incoming, const Invoices& held);
[[nodiscard]] Invoices merged(const Invoices& held, const Invoices& added);

} // namespace invoice
