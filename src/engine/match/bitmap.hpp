// Bitmaps of the index, 512 bits at a time, on the widest registers the machine has.
#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <vector>

namespace match {

using Word = std::uint64_t;
inline constexpr std::size_t word_bits = 64;
inline constexpr std::size_t line_words = 8; // a cache line; bitmaps are whole lines

[[nodiscard]] inline std::size_t words_for(std::size_t bits) {
    return (bits + word_bits * line_words - 1) / (word_bits * line_words) * line_words;
}

[[nodiscard]] std::size_t count_bits(const Word* bitmap, std::size_t words);

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

struct FreeLines {
    std::align_val_t alignment{line_words * sizeof(Word)};

    void operator()(Word* at) const { ::operator delete[](at, alignment); }
};

// Words that begin on a cache line; many of them in large pages, so that reading here and there
// among them does not wait for addresses. Zero at first; growing forgets.
class Lines {
public:
    void resize(std::size_t words);

    [[nodiscard]] Word* data() { return start_.get(); }

    [[nodiscard]] const Word* data() const { return start_.get(); }

    [[nodiscard]] std::size_t size() const { return words_; }

private:
    std::unique_ptr<Word[], FreeLines> start_;
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

// out holds as its best part does: `more` are further ways of the same programs.
struct Outlook {
    Word* alive;
    Word* unknown;
};

void fold(Outlook more, std::size_t words, Outlook out);

// An id for each bit, as its distance from the least of its word: an answer reads them all over the
// place, and what it reads is what it takes.
class Ids {
public:
    explicit Ids(const std::vector<std::int64_t>& ids);

    // Appends the ids of the bits set, ascending by bit.
    void append(const Word* bitmap, std::size_t words, std::vector<std::int64_t>& out) const;
    [[nodiscard]] std::size_t bytes() const;

private:
    enum class Width : std::uint8_t { near, far, anywhere };

    struct Run {
        Width width = Width::near;
        std::size_t words = 0;
        std::size_t start = 0; // in the distances of its width
    };

    void add(std::span<const std::int64_t> ids);
    template <class Far>
    void add(Width width, std::span<const std::uint64_t> distances, std::vector<Far>& kept);

    std::vector<Run> runs_;
    std::vector<std::int64_t> bases_; // one a word
    std::vector<std::uint8_t> near_;
    std::vector<std::uint16_t> far_;
    std::vector<std::int64_t> anywhere_;
};

} // namespace match
