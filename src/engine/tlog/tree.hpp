// The Merkle tree of RFC 6962 §2.1: made leaf by leaf, and its proofs, made and checked.
//
// Where a tree's hashes lie is the caller's business: makers of proofs ask for complete subtrees
// (`Nodes`), which tiles and tables both can give.
#pragma once

#include "engine/tlog/hash.hpp"

#include <functional>
#include <span>
#include <vector>

namespace tlog {

// The right edge of a tree: the roots of its complete subtrees, largest first. Enough to append and
// to know the root.
class Frontier {
public:
    // That of a tree whose complete subtrees are known.
    static Result<Frontier> of(
        std::uint64_t size,
        const std::function<Result<Hash>(unsigned level, std::uint64_t index)>& nodes);

    void append(const Hash& leaf);
    [[nodiscard]] Hash root() const;

    [[nodiscard]] std::uint64_t size() const { return size_; }

private:
    std::uint64_t size_ = 0;
    std::vector<Hash> peaks_; // one for each bit of the size
};

// The root of the complete subtree with 2^level leaves that is the index-th of its level.
using Nodes = std::function<Result<Hash>(unsigned level, std::uint64_t index)>;

// The root of the leaves from `begin` up to but not at `end`; begin is a multiple of the smallest
// power of two that is not below their number.
Result<Hash> subtree_root(std::uint64_t begin, std::uint64_t end, const Nodes& nodes);
// `index` below `size`.
Result<std::vector<Hash>> inclusion_proof(
    std::uint64_t index, std::uint64_t size, const Nodes& nodes);
// From `old_size` (at least 1 and at most `size`) to `size`.
Result<std::vector<Hash>> consistency_proof(
    std::uint64_t old_size, std::uint64_t size, const Nodes& nodes);

// RFC 9162 §2.1.3.2. `tlog.inclusion` when the proof does not show it.
Result<> verify_inclusion(
    std::uint64_t index,
    std::uint64_t size,
    const Hash& leaf,
    std::span<const Hash> proof,
    const Hash& root);

struct Head {
    std::uint64_t size = 0;
    Hash root{};
    friend bool operator==(const Head&, const Head&) = default;
};

// RFC 9162 §2.1.4.2, strict: a proof from the empty tree shows nothing and is refused.
// `tlog.consistency` when the proof does not show it.
Result<> verify_consistency(const Head& older, const Head& newer, std::span<const Hash> proof);

// A part of a tree that has a root of its own: draft-ietf-plants-merkle-tree-certs §4.1.
struct Subtree {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    Hash root{};
};

[[nodiscard]] bool is_subtree(std::uint64_t begin, std::uint64_t end);
// §4.3 and §4.4 of the same draft: a leaf in a subtree, and a subtree in a tree.
Result<> verify_subtree_inclusion(
    std::uint64_t index, const Subtree& subtree, const Hash& leaf, std::span<const Hash> proof);
Result<> verify_subtree_consistency(
    const Subtree& subtree, const Head& tree, std::span<const Hash> proof);

} // namespace tlog
