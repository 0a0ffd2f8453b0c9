#include "engine/match/bitmap.hpp"

#include <algorithm>

// One body, compiled for several levels of the instruction set and chosen when the program starts.
// Sanitizers do not go with functions that are chosen so early.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) &&                             \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define WIDEST __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define WIDEST
#endif

namespace match {
namespace {

// A cache line as one value; the compiler splits it where registers are narrower.
using Line = Word __attribute__((vector_size(line_words * sizeof(Word)), may_alias));

} // namespace

void Lines::resize(std::size_t words) {
    if (words <= words_ && start_ != nullptr) return;
    held_.assign(words + line_words, 0);
    const auto bytes = reinterpret_cast<std::uintptr_t>(held_.data()) % sizeof(Line);
    start_ = held_.data() + (bytes == 0 ? 0 : (sizeof(Line) - bytes) / sizeof(Word));
    words_ = words;
}

WIDEST void every_one(
    std::span<const Word* const> bitmaps, const Word* valid, std::size_t words, Word* out) {
    for (std::size_t w = 0; w < words; w += line_words) {
        Line all = *reinterpret_cast<const Line*>(valid + w);
        for (const auto* bitmap : bitmaps)
            all &= *reinterpret_cast<const Line*>(bitmap + w);
        *reinterpret_cast<Line*>(out + w) = all;
    }
}

WIDEST void any_one(std::span<const Word* const> bitmaps, std::size_t words, Word* out) {
    for (std::size_t w = 0; w < words; w += line_words) {
        Line any{};
        for (const auto* bitmap : bitmaps)
            any |= *reinterpret_cast<const Line*>(bitmap + w);
        *reinterpret_cast<Line*>(out + w) = any;
    }
}

WIDEST void count_lacking(
    std::span<const Word* const> bitmaps, const Word* valid, std::size_t words, Lacking out) {
    for (std::size_t w = 0; w < words; w += line_words) {
        Line ones{};
        Line twos{};
        Line more{};
        for (const auto* bitmap : bitmaps) {
            const Line lacks = ~*reinterpret_cast<const Line*>(bitmap + w);
            const Line carry = ones & lacks;
            ones ^= lacks;
            more |= twos & carry;
            twos ^= carry;
        }
        const Line there = *reinterpret_cast<const Line*>(valid + w);
        *reinterpret_cast<Line*>(out.none + w) = there & ~(ones | twos | more);
        *reinterpret_cast<Line*>(out.one + w) = there & ones & ~(twos | more);
        *reinterpret_cast<Line*>(out.two + w) = there & twos & ~(ones | more);
    }
}

} // namespace match
