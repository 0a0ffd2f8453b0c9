#include "engine/watch/words.hpp"

#include "base/result.hpp"

#include <algorithm>
#include <functional>
#include <limits>

namespace watch {
namespace {

constexpr std::size_t page_bytes = 64U << 10U;

} // namespace

std::uint32_t Words::hash_of(std::string_view word) {
    const auto hash = std::hash<std::string_view>()(word);
    return static_cast<std::uint32_t>(hash ^ hash >> 32U);
}

// Of the word, or of the free cell where it would go.
std::size_t Words::place_of(std::string_view word, std::uint32_t hash) const {
    const auto mask = cells_.size() - 1;
    auto at = hash & mask;
    for (; cells_[at].next_code != 0; at = (at + 1) & mask) {
        if (cells_[at].hash == hash && words_[cells_[at].next_code - 1] == word) break;
    }
    return at;
}

std::optional<std::int64_t> Words::find(std::string_view word) const {
    if (cells_.empty()) return std::nullopt;
    const auto next = cells_[place_of(word, hash_of(word))].next_code;
    if (next == 0) return std::nullopt;
    return std::int64_t{next} - 1;
}

bool Words::knows(std::string_view word) const { return find(word).has_value(); }

Words::Met Words::meet(std::string_view word) {
    if ((words_.size() + 1) * 2 > cells_.size()) grow();
    const auto hash = hash_of(word);
    auto& cell = cells_[place_of(word, hash)];
    if (cell.next_code != 0) return {std::int64_t{cell.next_code} - 1, false};
    base::ensure(
        words_.size() < std::numeric_limits<std::uint32_t>::max(), "words have numbers of 32 bits");
    words_.push_back(keep(word));
    cell = {hash, static_cast<std::uint32_t>(words_.size())};
    return {std::int64_t{cell.next_code} - 1, true};
}

std::string_view Words::keep(std::string_view word) {
    if (word.size() > left_) {
        left_ = std::max(page_bytes, word.size());
        pages_.push_back(std::make_unique_for_overwrite<char[]>(left_));
        free_ = pages_.back().get();
    }
    const std::string_view kept(free_, word.size());
    std::ranges::copy(word, free_);
    free_ += word.size();
    left_ -= word.size();
    return kept;
}

void Words::grow() {
    const auto before = std::move(cells_);
    cells_.assign(std::max<std::size_t>(16, before.size() * 2), Cell{});
    const auto mask = cells_.size() - 1;
    for (const auto& cell : before) {
        if (cell.next_code == 0) continue;
        auto at = cell.hash & mask;
        while (cells_[at].next_code != 0)
            at = (at + 1) & mask;
        cells_[at] = cell;
    }
}

} // namespace watch
