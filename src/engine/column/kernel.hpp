// The inner loops over blocks: 64 rows become one word of bits. Compiled for several levels of the
// processor; which one runs is chosen when the program starts.
//
// `live`, where there is one, has a bit for each row that still matters: words without any are
// skipped and come out as zero.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace column::kernel {

using Word = std::uint64_t;

// out = least <= codes[row] <= most
void range(
    const std::uint8_t* codes,
    std::size_t words,
    std::uint64_t least,
    std::uint64_t most,
    const Word* live,
    Word* out);
void range(
    const std::uint16_t* codes,
    std::size_t words,
    std::uint64_t least,
    std::uint64_t most,
    const Word* live,
    Word* out);
void range(
    const double* values,
    std::size_t words,
    double least,
    double most,
    const Word* live,
    Word* out);

// out = codes[row] is one of `wanted`
void any_of(
    const std::uint8_t* codes,
    std::size_t words,
    const std::uint8_t* wanted,
    std::size_t count,
    const Word* live,
    Word* out);

// yes = bit 0 of table[codes[row]], no = bit 1
void look_up(
    const std::uint8_t* codes,
    std::size_t words,
    const std::uint8_t* table,
    const Word* live,
    Word* yes,
    Word* no);
void look_up(
    const std::uint16_t* codes,
    std::size_t words,
    const std::uint8_t* table,
    const Word* live,
    Word* yes,
    Word* no);
void look_up(
    const std::uint32_t* codes,
    std::size_t words,
    const std::uint8_t* table,
    const Word* live,
    Word* yes,
    Word* no);

// Which of the ascending cuts a code has reached: bins[row] = number of cuts <= code. Where to
// begin is told by the band the code lies in: start[band] cuts are at or below all of its codes, at
// most `steps` of those that follow within it; `cuts` ends with so many sentinels that are never
// reached.
inline constexpr unsigned steps_most = 4;
void bins(
    const std::uint32_t* codes,
    const std::uint8_t* bands,
    std::size_t rows,
    const std::uint8_t* start,
    const std::uint64_t* cuts,
    unsigned steps,
    std::uint8_t* out);
void bins(
    const std::uint64_t* codes,
    const std::uint8_t* bands,
    std::size_t rows,
    const std::uint8_t* start,
    const std::uint64_t* cuts,
    unsigned steps,
    std::uint8_t* out);

// A range in the codes, and in their bands: bands from `low` to `high` have codes within, those
// from `low` or the next one up to `high` or the one before have no others.
struct BandRange {
    std::uint64_t least = 0;
    std::uint64_t most = 0;
    std::uint8_t low = 0;
    std::uint8_t high = 0;
    bool all_of_low = false;
    bool all_of_high = false;
};

// out = known & (least <= codes[row] <= most), looking only at the codes that bands leave open.
// At most a block's words.
void range_by_bands(
    const std::uint32_t* codes,
    const std::uint8_t* bands,
    std::size_t words,
    const BandRange& range,
    const Word* known,
    const Word* live,
    Word* out);
void range_by_bands(
    const std::uint64_t* codes,
    const std::uint8_t* bands,
    std::size_t words,
    const BandRange& range,
    const Word* known,
    const Word* live,
    Word* out);

// yes = bits & known, no = ~bits & known; `bits` may be `yes`.
void settle(const Word* bits, const Word* known, std::size_t words, Word* yes, Word* no);

// every = AND over all of all[k], some = OR over any[k]. A conjunction of (yes, no) planes is
// meet(yes…, no…); a disjunction is meet(no…, yes…).
void meet(
    const Word* const* all,
    const Word* const* any,
    std::size_t count,
    std::size_t words,
    Word* every,
    Word* some);

// out = known & (least <= codes[row] <= most)
void range_of_known(
    const std::uint8_t* codes,
    std::size_t words,
    std::uint8_t least,
    std::uint8_t most,
    const Word* known,
    Word* out);
void range_of_known(
    const std::uint16_t* codes,
    std::size_t words,
    std::uint16_t least,
    std::uint16_t most,
    const Word* known,
    Word* out);

// out = known & any of them, or known & none of them.
void any_of_known(
    std::span<const Word* const> any, bool none, std::size_t words, const Word* known, Word* out);

// A conjunction whose parts are told in three ways, each by two planes, one part after the other:
// `pairs` of them by what holds and what fails, then so many by what holds and what is known, then
// all others, which are negated, by the same.
struct Parts {
    const Word* const* planes = nullptr;
    std::size_t pairs = 0;
    std::size_t plain = 0;
    std::size_t negated = 0;
};

// every = where all hold, some = where any fails.
void join(const Parts& parts, std::size_t words, Word* every, Word* some);

// out = live & ~no, the rows a conjunction has not settled; how many those are.
std::size_t open(const Word* live, const Word* no, std::size_t words, Word* out);

// Takes one more part into a conjunction, for the open rows; how many of them it settles.
std::size_t absorb(
    const Word* yes, const Word* no, const Word* open, std::size_t words, Word* every, Word* some);

// out = valid & ~(yes | no)
void neither(const Word* valid, const Word* yes, const Word* no, std::size_t words, Word* out);

[[nodiscard]] std::size_t count(const Word* bits, std::size_t words);

} // namespace column::kernel
