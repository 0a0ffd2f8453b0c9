// What the use cases and the state root ask of the tables; not for other modules.
#pragma once

#include "domain/account/account.hpp"
#include "domain/account/tree.hpp"
#include "engine/ledger/root.hpp"

namespace account {

// Accounts, holds and the number of the next hold: what performing the acts needs.
void load(store::Transaction& tx, std::span<const ledger::Act> acts, ledger::Book& book);
// And what deciding needs besides: which ids were used before.
void load_ids(const store::Snapshot& db, std::span<const ledger::Act> acts, ledger::Book& book);
[[nodiscard]] ledger::Stamp next_stamp(const store::Snapshot& db, Instant now);
std::vector<TransferId> due_holds(const store::Snapshot& db, std::int64_t now_ms, std::size_t most);
[[nodiscard]] SeriesId next_series(const store::Snapshot& db);
[[nodiscard]] AccountId next_account(const store::Snapshot& db);

// Inside apply(): something changed in that run of dirty_width leaves.
void make_dirty(store::Transaction& tx, Tree tree, std::int64_t run);
[[nodiscard]] std::int64_t leaves(const store::Snapshot& db, Tree tree);
// Of the leaves first, first + 1 … counted from 0.
std::vector<base::Digest> leaf_digests(
    const store::Snapshot& db, Tree tree, std::int64_t first, std::int64_t count);
// In runs of dirty_width leaves, those in which something changed since the last Sealed.
std::vector<std::int64_t> dirty_places(const store::Snapshot& db, Tree tree);
void read_nodes(
    const store::Snapshot& db,
    Tree tree,
    const ledger::Remainder& range,
    const std::function<void(std::int64_t place, const base::Digest&)>& see);

} // namespace account
