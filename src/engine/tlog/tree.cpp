#include "engine/tlog/tree.hpp"

#include <bit>

namespace tlog {
namespace {

base::Error no_inclusion() {
    return base::rejected(
        "tlog.inclusion",
        {"存在证明不成立：该条目不在此检查点的日志中，或证明被改动。",
         "The inclusion proof fails: the entry is not in the log of this checkpoint, or the proof "
         "was changed."},
        {"请向平台重新索取证明文件。", "Ask the platform for the proof file again."});
}

base::Error no_consistency() {
    return base::rejected(
        "tlog.consistency",
        {"一致性证明不成立：两个检查点不属于同一部只增日志，或证明被改动。",
         "The consistency proof fails: the two checkpoints are not of one append-only log, or the "
         "proof was changed."},
        {"请保存两个检查点作为证据，并向见证方核实。",
         "Keep both checkpoints as evidence and ask the witnesses."});
}

// The largest power of two below `count`, which is at least 2.
std::uint64_t split(std::uint64_t count) { return std::bit_floor(count - 1); }

Result<> add_inclusion(
    std::vector<Hash>& proof,
    std::uint64_t index,
    std::uint64_t begin,
    std::uint64_t end,
    const Nodes& nodes) {
    if (end - begin == 1) return {};
    const auto middle = begin + split(end - begin);
    if (index < middle) {
        TRY(add_inclusion(proof, index, begin, middle, nodes));
        proof.push_back(TRY(subtree_root(middle, end, nodes)));
    } else {
        TRY(add_inclusion(proof, index, middle, end, nodes));
        proof.push_back(TRY(subtree_root(begin, middle, nodes)));
    }
    return {};
}

struct Range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

// SUBPROOF of RFC 6962 §2.1.2. `known`: the verifier has the root of the range already.
Result<> add_consistency(
    std::vector<Hash>& proof, std::uint64_t old_size, Range range, bool known, const Nodes& nodes) {
    if (old_size == range.end) {
        if (!known) proof.push_back(TRY(subtree_root(range.begin, range.end, nodes)));
        return {};
    }
    const auto middle = range.begin + split(range.end - range.begin);
    if (old_size <= middle) {
        TRY(add_consistency(proof, old_size, {range.begin, middle}, known, nodes));
        proof.push_back(TRY(subtree_root(middle, range.end, nodes)));
    } else {
        TRY(add_consistency(proof, old_size, {middle, range.end}, false, nodes));
        proof.push_back(TRY(subtree_root(range.begin, middle, nodes)));
    }
    return {};
}

} // namespace

Result<Frontier> Frontier::of(std::uint64_t size, const Nodes& nodes) {
    Frontier frontier;
    for (unsigned level = 64; level-- > 0;) {
        if ((size >> level & 1U) == 0) continue;
        const auto before = level == 63 ? 0 : size >> (level + 1) << (level + 1);
        frontier.peaks_.push_back(TRY(nodes(level, before >> level)));
    }
    frontier.size_ = size;
    return frontier;
}

void Frontier::append(const Hash& leaf) {
    auto hash = leaf;
    for (auto rest = size_; (rest & 1U) != 0; rest >>= 1U) {
        hash = node_hash(peaks_.back(), hash);
        peaks_.pop_back();
    }
    peaks_.push_back(hash);
    ++size_;
}

Hash Frontier::root() const {
    if (peaks_.empty()) return empty_root();
    auto hash = peaks_.back();
    for (auto peak = peaks_.rbegin() + 1; peak != peaks_.rend(); ++peak)
        hash = node_hash(*peak, hash);
    return hash;
}

Result<Hash> subtree_root(std::uint64_t begin, std::uint64_t end, const Nodes& nodes) {
    const auto count = end - begin;
    if (count == 0) return empty_root();
    if (std::has_single_bit(count)) {
        const auto level = static_cast<unsigned>(std::countr_zero(count));
        return nodes(level, begin >> level);
    }
    const auto middle = begin + split(count);
    const auto left = TRY(subtree_root(begin, middle, nodes));
    return node_hash(left, TRY(subtree_root(middle, end, nodes)));
}

Result<std::vector<Hash>> inclusion_proof(
    std::uint64_t index, std::uint64_t size, const Nodes& nodes) {
    base::ensure(index < size, "a leaf of the tree");
    std::vector<Hash> proof;
    TRY(add_inclusion(proof, index, 0, size, nodes));
    return proof;
}

Result<std::vector<Hash>> consistency_proof(
    std::uint64_t old_size, std::uint64_t size, const Nodes& nodes) {
    base::ensure(old_size > 0 && old_size <= size, "an older tree of the same log");
    std::vector<Hash> proof;
    TRY(add_consistency(proof, old_size, {0, size}, true, nodes));
    return proof;
}

Result<> verify_inclusion(
    std::uint64_t index,
    std::uint64_t size,
    const Hash& leaf,
    std::span<const Hash> proof,
    const Hash& root) {
    if (index >= size) return no_inclusion();
    auto place = index;
    auto last = size - 1;
    auto hash = leaf;
    for (const auto& step : proof) {
        if (last == 0) return no_inclusion();
        if ((place & 1U) != 0 || place == last) {
            hash = node_hash(step, hash);
            while ((place & 1U) == 0 && place != 0) {
                place >>= 1U;
                last >>= 1U;
            }
        } else {
            hash = node_hash(hash, step);
        }
        place >>= 1U;
        last >>= 1U;
    }
    if (last != 0 || hash != root) return no_inclusion();
    return {};
}

Result<> verify_consistency(const Head& older, const Head& newer, std::span<const Hash> proof) {
    if (older.size == 0) return no_consistency();
    return verify_subtree_consistency({0, older.size, older.root}, newer, proof);
}

bool is_subtree(std::uint64_t begin, std::uint64_t end) {
    if (begin >= end) return false;
    // The next power of two of what is larger has no place in 64 bits; only 0 is a multiple of it.
    constexpr auto largest = std::uint64_t{1} << 63;
    return end - begin > largest ? begin == 0 : begin % std::bit_ceil(end - begin) == 0;
}

Result<> verify_subtree_inclusion(
    std::uint64_t index, const Subtree& subtree, const Hash& leaf, std::span<const Hash> proof) {
    const bool within = index >= subtree.begin && index < subtree.end;
    if (!within || !is_subtree(subtree.begin, subtree.end)) return no_inclusion();
    return verify_inclusion(
        index - subtree.begin, subtree.end - subtree.begin, leaf, proof, subtree.root);
}

Result<> verify_subtree_consistency(
    const Subtree& subtree, const Head& tree, std::span<const Hash> proof) {
    if (!is_subtree(subtree.begin, subtree.end) || subtree.end > tree.size) return no_consistency();
    auto first = subtree.begin;
    auto last = subtree.end - 1;
    auto total = tree.size - 1;
    const auto climb = [&] {
        first >>= 1U;
        last >>= 1U;
        total >>= 1U;
    };
    // Up to where the subtree's root, or its rightmost complete part, stands in the tree.
    const bool at_edge = last == total;
    while (first != last && (at_edge || (last & 1U) != 0))
        climb();
    auto small = subtree.root;
    if (first != last) {
        if (proof.empty()) return no_consistency();
        small = proof[0];
        proof = proof.subspan(1);
    }
    auto large = small;
    for (const auto& step : proof) {
        if (total == 0) return no_consistency();
        if ((last & 1U) != 0 || last == total) {
            if (first < last) small = node_hash(step, small);
            large = node_hash(step, large);
            while ((last & 1U) == 0)
                climb();
        } else {
            large = node_hash(large, step);
        }
        climb();
    }
    if (total != 0 || small != subtree.root || large != tree.root) return no_consistency();
    return {};
}

} // namespace tlog
