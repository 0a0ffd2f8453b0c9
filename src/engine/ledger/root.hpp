// The state root: one digest over all accounts and all open holds, which anybody with an export can
// compute again. docs/ledger.md gives the format for outsiders.
//
// Accounts, in the order of their numbers 1 … n, are the leaves of one Merkle tree as RFC 6962
// (section 2.1) builds it over SHA-256; holds, in the order of theirs, of another, in which a hold
// that is over is the leaf of the empty text. Trees are kept in nodes of sixteen children, so that
// a changed leaf costs one node a level.
#pragma once

#include "base/digest.hpp"
#include "engine/ledger/ledger.hpp"

#include <span>
#include <string>
#include <vector>

namespace ledger {

using base::Digest;

// A leaf's text: `account 12 3 open 0 - 0 500 0 700` (id, series, state, debit limit, credit limit,
// debits pending and posted, credits pending and posted; `-`: no limit), and
// `hold 7 8389632 12 15 500 1735689600000` (number, id, debit, credit, held, expires) or nothing.
[[nodiscard]] std::string leaf_text(const Account& account);
[[nodiscard]] std::string leaf_text(const Hold& hold);
[[nodiscard]] Digest leaf(std::string_view text);
[[nodiscard]] Digest branch(const Digest& left, const Digest& right);

// The root over all leaves, from scratch.
[[nodiscard]] Digest merkle_root(std::span<const Digest> leaves);

inline constexpr std::int64_t node_width = 16;

// The root over the sixteen children of a complete node.
[[nodiscard]] Digest node(std::span<const Digest> children);

// What remains of a tree when every complete node stands for its leaves: for each level, the
// highest first, the nodes that no complete node of a higher level contains (0 … 15; at level 0,
// leaves).
struct Remainder {
    std::int32_t level = 0;
    std::int64_t first = 0; // place of the first such node in its level
    std::int64_t count = 0;
};

[[nodiscard]] std::vector<Remainder> remainders(std::int64_t leaves);
// The root from those nodes' digests, in that order.
[[nodiscard]] Digest root_of(std::span<const Remainder> shape, std::span<const Digest> nodes);

// Both trees as one digest: SHA-256 of
// `rongqiao ledger 1\naccounts N HEX\nholds M HEX\n`.
struct Forest {
    std::int64_t accounts = 0;
    Digest accounts_root{};
    std::int64_t holds = 0;
    Digest holds_root{};
};

[[nodiscard]] Digest state_root(const Forest& forest);

} // namespace ledger
