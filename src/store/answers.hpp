// What was answered to which command.
//
// A command that left one event and answered with its subject, as most do, is answered by the
// event's line in the journal: that has the command's id, actor and digest, and its own number,
// subject and time. Any other answer is a row of the table `command`, which goes before.
//
// Lines and rows are appended in the order of answering and found through a table of hashes in
// memory. An index on the ids, which senders make at random, would instead have every command write
// a page of its own: with 64 commands in a commit that was most of the log. The price is 8 to 16
// bytes of memory a command, and reading both tables once on opening.
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
    // To be called once an id. When the row, or the line, is taken back with its transaction,
    // nothing else need be.
    void remember(
        Connection& connection,
        const Command& command,
        const base::Result<Receipt>& answer,
        base::Instant at);
    // The same for what the journal's line says; `events` are all that the command left.
    [[nodiscard]] static bool is_line(const Receipt& receipt, std::span<const Event> events);
    void remember_line(const Event& event);
    // True for answers that stay: `unavailable` and `internal` mean that the same may be tried
    // again.
    [[nodiscard]] static bool is_final(const base::Error& error);
    [[nodiscard]] static std::uint32_t hash_of(std::string_view id);

private:
    enum class Place : std::uint8_t { row, line };

    void add(std::uint32_t hash, Place place, std::int64_t number);
    void put(std::uint64_t slot);

    // Open addressing, at most three quarters full: the id's hash, whether it is a line, and the
    // row's or line's number, 0 when empty. An entry is a hint that the row itself confirms, so one
    // of a row that was taken back does no harm.
    std::vector<std::uint64_t> slots_;
    std::size_t used_ = 0;
    std::int64_t last_ = 0; // row
};

} // namespace store
