// Bitmaps of the index, 512 bits at a time, on the widest registers the machine has.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace match {

using Word = std::uint64_t;
inline constexpr std::size_t word_bits = 64;
inline constexpr std::size_t line_words = 8; // a cache line; bitmaps are whole lines

[[nodiscard]] inline std::size_t words_for(std::size_t bits) {
    return (bits + word_bits * line_words - 1) / (word_bits * line_words) * line_words;
}

[[nodiscard]] inline bool test(const Word* bitmap, std::size_t bit) {
    return (bitmap[bit / word_bits] >> (bit % word_bits) & 1U) != 0;
}

inline void set(Word* bitmap, std::size_t bit) {
    bitmap[bit / word_bits] |= Word{1} << bit % word_bits;
}

inline void clear(Word* bitmap, std::size_t bit) {
    bitmap[bit / word_bits] &= ~(Word{1} << bit % word_bits);
}

inline void flip(Word* bitmap, std::size_t bit) {
    bitmap[bit / word_bits] ^= Word{1} << bit % word_bits;
}

// f(bit) for each bit set, ascending.
template <class F>
void each_bit(const Word* bitmap, std::size_t words, F&& f) {
    for (std::size_t w = 0; w < words; ++w) {
        for (auto rest = bitmap[w]; rest != 0; rest &= rest - 1)
            f(w * word_bits + static_cast<std::size_t>(__builtin_ctzll(rest)));
    }
}

// Words that begin on a cache line. Zero at first; growing forgets.
class Lines {
public:
    void resize(std::size_t words);

    [[nodiscard]] Word* data() { return start_; }

    [[nodiscard]] const Word* data() const { return start_; }

    [[nodiscard]] std::size_t size() const { return words_; }

private:
    std::vector<Word> held_;
    Word* start_ = nullptr;
    std::size_t words_ = 0;
};

// out = valid and every one of them. `words` is a multiple of line_words, all begin on a line.
void every_one(
    std::span<const Word* const> bitmaps, const Word* valid, std::size_t words, Word* out);
// out = any of them.
void any_one(std::span<const Word* const> bitmaps, std::size_t words, Word* out);

// How many of the bitmaps lack a bit, for all bits at once: a carry-save counter of three planes.
struct Lacking {
    Word* none;
    Word* one;
    Word* two;
};

void count_lacking(
    std::span<const Word* const> bitmaps, const Word* valid, std::size_t words, Lacking out);

// Those left: into the settled and the open ones; `open` may be what it is made from.
void part(const Word* left, const Word* open, std::size_t words, Word* settled, Word* still_open);
// Takes from `one` what is left, and from `two` what is left or in `one`.
void only_fewest(const Word* left, std::size_t words, Word* one, Word* two);
// Appends the ids of the bits set, ascending by bit. One id more than there are bits may be read.
void append_ids(
    const Word* bitmap, std::size_t words, const std::int64_t* ids, std::vector<std::int64_t>& out);

} // namespace match
