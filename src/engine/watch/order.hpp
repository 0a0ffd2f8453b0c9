// Small containers of one key: values in order with ranks, the greatest or least of every suffix,
// and the place where each word was last seen.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace watch {

// A sorted bag in chunks: insertion, removal and rank in O(√n) small steps.
class Ordered {
public:
    void insert(std::int64_t value);
    void remove(std::int64_t value); // one that is there

    [[nodiscard]] std::size_t size() const { return size_; }

    [[nodiscard]] std::int64_t at(std::size_t rank) const; // from 0

    void clear() {
        chunks_.clear();
        size_ = 0;
    }

private:
    static constexpr std::size_t chunk_most = 256;
    [[nodiscard]] std::size_t chunk_of(std::int64_t value) const;
    std::vector<std::vector<std::int64_t>> chunks_; // none empty
    std::size_t size_ = 0;
};

// The events that are not topped by a later one: positions ascend, values descend. The first at or
// after a window's beginning is its maximum. Minima are kept as maxima of ~value.
class Peaks {
public:
    void push(std::uint64_t position, std::int64_t value) {
        while (peaks_.size() > begin_ && peaks_.back().value <= value)
            peaks_.pop_back();
        peaks_.push_back({position, value});
    }

    void drop_before(std::uint64_t position) {
        while (begin_ < peaks_.size() && peaks_[begin_].position < position)
            ++begin_;
        if (begin_ < 16 || begin_ * 2 < peaks_.size()) return;
        peaks_.erase(peaks_.begin(), peaks_.begin() + static_cast<std::ptrdiff_t>(begin_));
        begin_ = 0;
    }

    void drop_from(std::uint64_t position) {
        while (peaks_.size() > begin_ && peaks_.back().position >= position)
            peaks_.pop_back();
    }

    void prefetch() const {
        if (!peaks_.empty()) __builtin_prefetch(&peaks_.back());
    }

    // The greatest value at or after the position, or `none`.
    [[nodiscard]] std::int64_t from(std::uint64_t position, std::int64_t none) const {
        const auto begin = peaks_.begin() + static_cast<std::ptrdiff_t>(begin_);
        const auto found = std::partition_point(
            begin, peaks_.end(), [&](const Peak& peak) { return peak.position < position; });
        return found == peaks_.end() ? none : found->value;
    }

private:
    struct Peak {
        std::uint64_t position;
        std::int64_t value;
    };

    std::vector<Peak> peaks_;
    std::size_t begin_ = 0;
};

// Where each word of a key was last seen. Places before `first` are forgotten when the table grows.
class LastSeen {
public:
    static constexpr std::uint64_t never = ~std::uint64_t{0};

    // The place of the word, to be read and written; `never` when it was not seen.
    std::uint64_t& of(std::int64_t word, std::uint64_t first) {
        if ((used_ + 1) * 4 > cells_.size() * 3) grow(first);
        auto* cell = &cells_[slot(word)];
        if (cell->place == never && cell->word != word) {
            cell->word = word;
            ++used_;
        }
        return cell->place;
    }

    void prefetch(std::int64_t word) const {
        if (!cells_.empty()) __builtin_prefetch(&cells_[home(word)]);
    }

private:
    struct Cell {
        std::int64_t word = free_word;
        std::uint64_t place = never;
    };

    static constexpr std::int64_t free_word = -0x7FFF'FFFF'FFFF'FFFF;

    [[nodiscard]] std::size_t home(std::int64_t word) const {
        return (static_cast<std::uint64_t>(word) * 0x9E37'79B9'7F4A'7C15U >> 32U) &
               (cells_.size() - 1);
    }

    [[nodiscard]] std::size_t slot(std::int64_t word) const {
        const auto mask = cells_.size() - 1;
        auto at = home(word);
        while (cells_[at].word != word && cells_[at].word != free_word)
            at = (at + 1) & mask;
        return at;
    }

    void grow(std::uint64_t first);
    std::vector<Cell> cells_;
    std::size_t used_ = 0;
};

// Slots of keys of one or two numbers, in the order in which keys came.
class Keys {
public:
    static constexpr std::uint32_t absent = ~std::uint32_t{0};

    [[nodiscard]] std::uint32_t find(std::int64_t a, std::int64_t b) const {
        if (cells_.empty()) return absent;
        return cells_[place(a, b)].slot;
    }

    std::uint32_t add(std::int64_t a, std::int64_t b); // finds it or gives it the next slot

    void prefetch(std::int64_t a, std::int64_t b) const {
        if (!cells_.empty()) __builtin_prefetch(&cells_[home(a, b)]);
    }

    [[nodiscard]] std::uint32_t size() const { return size_; }

    [[nodiscard]] std::vector<std::pair<std::int64_t, std::int64_t>> listed() const; // by slot

private:
    struct Cell {
        std::int64_t a = 0;
        std::int64_t b = 0;
        std::uint32_t slot = absent;
    };

    [[nodiscard]] std::size_t home(std::int64_t a, std::int64_t b) const {
        auto mixed = (static_cast<std::uint64_t>(a) ^
                      (static_cast<std::uint64_t>(b) * 0xC2B2'AE3D'27D4'EB4FU)) *
                     0x9E37'79B9'7F4A'7C15U;
        mixed ^= mixed >> 32U;
        return mixed & (cells_.size() - 1);
    }

    [[nodiscard]] std::size_t place(std::int64_t a, std::int64_t b) const {
        auto at = home(a, b);
        while (cells_[at].slot != absent && (cells_[at].a != a || cells_[at].b != b))
            at = (at + 1) & (cells_.size() - 1);
        return at;
    }

    std::vector<Cell> cells_;
    std::uint32_t size_ = 0;
};

} // namespace watch
