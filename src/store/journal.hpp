// The store's own tables: the journal of events, the answers given to commands, the relays' cursors
// and a few facts about the file. Everything else in the file is made from the journal.
#pragma once

#include "store/database.hpp"

namespace store::journal {

// The format of the store's own tables, in the file as SQLite's user_version.
inline constexpr std::int64_t format = 2;

// Creates the tables in an empty file, and brings those of an earlier format to this one. Errors:
// `store.newer`, `store.damaged` (a file of another program).
base::Result<> prepare(Connection& connection);

[[nodiscard]] inline std::string_view bytes(const base::Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

[[nodiscard]] std::int64_t last_seq(Connection& connection);
// `digest` is the command's, on the first of its events; none on the others. See answers.hpp.
void append(Connection& connection, const Event& event, const base::Digest* digest);

[[nodiscard]] std::string meta(
    Connection& connection, const std::string& key); // empty when not set
void set_meta(Connection& connection, const std::string& key, const std::string& value);

// See Snapshot::file_secret().
[[nodiscard]] std::string secret(Connection& connection);

void set_cursor(Connection& connection, std::string_view relay, std::int64_t seq);

} // namespace store::journal
