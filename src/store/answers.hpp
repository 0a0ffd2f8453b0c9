// What was answered to which command.
//
// The rows are appended in the order of answering and found through a table of hashes in memory. An
// index on the ids, which senders make at random, would instead have every command write a page of
// its own: with 64 commands in a commit that was most of the log. The price is 8 to 16 bytes of
// memory a command, and reading the rows once on opening.
#pragma once

#include "store/database.hpp"

namespace store {

class Answers {
public:
    void load(Connection& connection);

    // What was answered to the command with this id, or nothing. Another content or another actor
    // than at first is a conflict, `store.command_reused`.
    [[nodiscard]] std::optional<base::Result<Receipt>> find(
        Connection& connection, const Command& command) const;
    // To be called once an id. When the row is taken back with its transaction, nothing else need
    // be.
    void remember(
        Connection& connection,
        const Command& command,
        const base::Result<Receipt>& answer,
        base::Instant at);
    // True for answers that stay: `unavailable` and `internal` mean that the same may be tried
    // again.
    [[nodiscard]] static bool is_final(const base::Error& error);
    [[nodiscard]] static std::uint32_t hash_of(std::string_view id);

private:
    void add(std::uint32_t hash, std::int64_t number);

    // Open addressing, at most three quarters full: the id's hash above, the row's number below, 0
    // when empty. An entry is a hint that the row itself confirms, so one of a row that was taken
    // back does no harm.
    std::vector<std::uint64_t> slots_;
    std::size_t used_ = 0;
    std::int64_t last_ = 0;
};

} // namespace store
