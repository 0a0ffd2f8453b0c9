// The store's own tables: the journal of events, the answers given to commands, the relays' cursors
// and a few facts about the file. Everything else in the file is made from the journal.
#pragma once

#include "store/database.hpp"

namespace store::journal {

// The format of the store's own tables, in the file as SQLite's user_version.
inline constexpr std::int64_t format = 1;

// Creates the tables in an empty file. Errors: `store.newer`, `store.damaged` (a file of another
// program).
base::Result<> prepare(Connection& connection);

[[nodiscard]] std::int64_t last_seq(Connection& connection);
void append(Connection& connection, const Event& event);

// What was answered to the command with this id, or nothing. Another content or another actor than
// at first is a conflict, `store.command_reused`.
[[nodiscard]] std::optional<base::Result<Receipt>> answered(
    Connection& connection, const Command& command);
void remember(
    Connection& connection,
    const Command& command,
    const base::Result<Receipt>& answer,
    base::Instant at);

// True for answers that stay: `unavailable` and `internal` mean that the same may be tried again.
[[nodiscard]] bool is_final(const base::Error& error);

[[nodiscard]] std::string meta(
    Connection& connection, const std::string& key); // empty when not set
void set_meta(Connection& connection, const std::string& key, const std::string& value);

void set_cursor(Connection& connection, std::string_view relay, std::int64_t seq);

} // namespace store::journal
