// 存证: every line of the journal has one entry in a log that outsiders verify (docs/log.md). The
// entry is derived in the transaction that writes the line, so that neither is ever without the
// other: there is no second writing that could fail.
//
// An entry holds digests, never the document:
//
//   rongqiao.entry/1
//   event 1234
//   at 2026-11-26T03:32:07.123Z
//   kind finance.moved
//   subject 5120                      (when it is a number)
//   sha256 <64 hex digits>            of the act file
//   sm3 <64 hex digits>               of the act file, GB/T 32905
//   state <64 hex digits>             (kind evidence.sealed) root over all balances
//
// The act file is what the digests are of: the journal's line as text, under an opening of 128
// random bits. Who has it can show what was done; who has only the log cannot guess it, and when
// the act file and the journal's line are erased, the entry says nothing any more, while the proof
// stays.
#pragma once

#include "engine/seal/digest.hpp"
#include "engine/tlog/tile.hpp"
#include "store/database.hpp"

namespace evidence {

using base::Result;

inline constexpr std::size_t entry_bytes_most = 2047;

// The one kind of event this module makes: the head to be signed stands after it.
struct Sealed {
    static constexpr std::string_view kind = "evidence.sealed";
    std::int64_t entries = 0; // before this one
    std::string state_root;   // 64 hex digits, or empty when there is no ledger
};
BOOST_DESCRIBE_STRUCT(Sealed, (), (entries, state_root))

// --- texts, pure ---

// 32 hex digits that only who has the journal's file can make.
[[nodiscard]] std::string opening(std::string_view file_secret, std::int64_t seq);
[[nodiscard]] std::string act_file(const store::Event& event, std::string_view opening);
[[nodiscard]] std::string entry_text(const store::Event& event, const seal::Digests& digests);

// --- reads ---

[[nodiscard]] std::uint64_t size(const store::Snapshot& db);

struct Placed {
    std::uint64_t index = 0;
    std::string entry;
};

// The entry of the event with that number.
[[nodiscard]] std::optional<Placed> find(const store::Snapshot& db, std::int64_t seq);
[[nodiscard]] std::optional<std::string> entry(const store::Snapshot& db, std::uint64_t index);
// The act file of an event; nothing when there is no such event.
[[nodiscard]] std::optional<std::string> act(const store::Snapshot& db, std::int64_t seq);
// A tile or bundle of the log, as far as the log goes. `evidence.no_tile`.
[[nodiscard]] Result<std::string> tile(const store::Snapshot& db, const tlog::TilePath& path);
// The tree of the first `size` entries. The snapshot outlives it.
[[nodiscard]] tlog::TileNodes tree(const store::Snapshot& db, std::uint64_t size);

// Root over all balances of a county's ledger, 64 hex digits; empty when there is none. It may
// publish events of its own: they stand before the seal.
using StateRoot = std::function<std::string(store::Transaction&)>;

void declare(store::Schema& schema);
void apply(store::Transaction& tx, const Sealed& event);

class Evidence {
public:
    Evidence(store::Database& database, StateRoot state_root)
        : database_(database)
        , state_root_(std::move(state_root)) {}

    // Writes a Sealed event when entries came after the last one, and answers the size of the log
    // up to and with it; the size as it is when nothing came.
    Result<std::uint64_t> seal();

private:
    store::Database& database_;
    StateRoot state_root_;
};

} // namespace evidence
