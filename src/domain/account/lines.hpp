// What acts did, as it is kept: so many lines a row, packed, found by their moment. An id is found
// by the row whose ids it lies among; most senders' ids grow with time, so that most rows hold a
// stretch of ids of their own. The ids of the others have an index.
#pragma once

#include "domain/account/account.hpp"

namespace account {

// Inside apply(): lines whose stamps have no gap.
void write_lines(store::Transaction& tx, std::span<const ledger::Line> lines);

// `act.kind` refused: an id that was used up.
[[nodiscard]] std::optional<ledger::Line> find_line(const store::Snapshot& db, TransferId id);
// No id above it was ever used.
[[nodiscard]] TransferId newest_id(const store::Snapshot& db);
// All of them, in order.
void each_line(const store::Snapshot& db, const std::function<void(const ledger::Line&)>& see);

} // namespace account
