// Loops over codes that have bands beside them.
#include "engine/column/level.hpp"

#include <bit>

namespace column::kernel {
namespace {

template <unsigned steps, class T>
INLINED void bins_in(
    const T* codes,
    const std::uint8_t* bands,
    std::size_t rows,
    const std::uint8_t* start,
    const std::uint64_t* cuts,
    std::uint8_t* out) {
    for (std::size_t row = 0; row < rows; ++row) {
        const std::uint64_t code = codes[row];
        std::size_t bin = start[bands[row]];
        for (unsigned step = 0; step < steps; ++step)
            bin += cuts[bin] <= code ? 1U : 0U;
        out[row] = static_cast<std::uint8_t>(bin);
    }
}

template <class T>
INLINED void bins_of(
    const T* codes,
    const std::uint8_t* bands,
    std::size_t rows,
    const std::uint8_t* start,
    const std::uint64_t* cuts,
    unsigned steps,
    std::uint8_t* out) {
    switch (steps) {
    case 0: return bins_in<0>(codes, bands, rows, start, cuts, out);
    case 1: return bins_in<1>(codes, bands, rows, start, cuts, out);
    case 2: return bins_in<2>(codes, bands, rows, start, cuts, out);
    case 3: return bins_in<3>(codes, bands, rows, start, cuts, out);
    default: return bins_in<steps_most>(codes, bands, rows, start, cuts, out);
    }
}

// What the bands say of 64 rows: whether the code may be within, and whether it is for certain.
struct Told {
    Word may = 0;
    Word is = 0;
};

struct BandSpans { // of `may` and of `is`
    std::uint8_t may_least = 0;
    std::uint8_t may_span = 0;
    std::uint8_t is_least = 0;
    std::uint8_t is_span = 0;
    Word any_certain = 0; // all bits, or none
};

BandSpans spans_of(const BandRange& range) {
    const int first = range.low + (range.all_of_low ? 0 : 1);
    const int last = range.high - (range.all_of_high ? 0 : 1);
    BandSpans spans;
    spans.may_least = range.low;
    spans.may_span = static_cast<std::uint8_t>(range.high - range.low);
    if (first > last) return spans;
    spans.is_least = static_cast<std::uint8_t>(first);
    spans.is_span = static_cast<std::uint8_t>(last - first);
    spans.any_certain = ~Word{0};
    return spans;
}

// Fills as many as there are words.
using Tell = void (*)(const std::uint8_t*, std::size_t, const BandSpans&, Told*);

// The codes looked at lie far apart: they are fetched while the bands of the others are read.
template <class T>
void range_by_bands_in(
    const T* codes,
    const std::uint8_t* bands,
    std::size_t words,
    const BandRange& range,
    const Word* known,
    const Word* live,
    Word* out,
    Tell tell) {
    constexpr std::size_t at_once = 256;
    const auto spans = spans_of(range);
    const auto least = static_cast<T>(range.least);
    const auto span = static_cast<T>(range.most - range.least);
    Told told[at_once];
    tell(bands, words, spans, told);
    for (std::size_t w = 0; w < words; ++w) {
        const Word asked = known[w] & (live == nullptr ? ~Word{0} : live[w]);
        out[w] = told[w].is & asked;
        told[w].may &= asked & ~told[w].is;
        for (Word rest = told[w].may; rest != 0; rest &= rest - 1)
            __builtin_prefetch(codes + w * 64 + static_cast<std::size_t>(std::countr_zero(rest)));
    }
    for (std::size_t w = 0; w < words; ++w) {
        for (Word rest = told[w].may; rest != 0; rest &= rest - 1) {
            const auto bit = static_cast<std::size_t>(std::countr_zero(rest));
            const bool within = static_cast<T>(codes[w * 64 + bit] - least) <= span;
            out[w] |= Word{within} << bit;
        }
    }
}

#if defined(__SSE2__)
__attribute__((target("avx2"))) void tell_by_32(
    const std::uint8_t* bands, std::size_t words, const BandSpans& spans, Told* told) {
    const auto all = [&](std::uint8_t byte) __attribute__((target("avx2"))) {
        return _mm256_set1_epi8(static_cast<char>(byte));
    };
    const __m256i may_low = all(spans.may_least);
    const __m256i may_reach = all(spans.may_span);
    const __m256i is_low = all(spans.is_least);
    const __m256i is_reach = all(spans.is_span);
    const auto within = [&](__m256i band, __m256i low, __m256i reach)
        __attribute__((target("avx2"))) {
        const __m256i far = _mm256_sub_epi8(band, low);
        const __m256i yes = _mm256_cmpeq_epi8(_mm256_min_epu8(far, reach), far);
        return static_cast<Word>(static_cast<std::uint32_t>(_mm256_movemask_epi8(yes)));
    };
    for (std::size_t w = 0; w < words; ++w, bands += 64) {
        const auto* at = static_cast<const __m256i*>(static_cast<const void*>(bands));
        const __m256i first = _mm256_loadu_si256(at);
        const __m256i second = _mm256_loadu_si256(at + 1);
        told[w].may = within(first, may_low, may_reach) | within(second, may_low, may_reach) << 32U;
        told[w].is = (within(first, is_low, is_reach) | within(second, is_low, is_reach) << 32U) &
                     spans.any_certain;
    }
}

#endif

void tell_plain(const std::uint8_t* bands, std::size_t words, const BandSpans& spans, Told* told) {
    for (std::size_t w = 0; w < words; ++w, bands += 64) {
        alignas(64) std::uint8_t may[64];
        alignas(64) std::uint8_t is[64];
        for (int k = 0; k < 64; ++k) {
            may[k] =
                static_cast<std::uint8_t>(bands[k] - spans.may_least) <= spans.may_span ? 1 : 0;
            is[k] = static_cast<std::uint8_t>(bands[k] - spans.is_least) <= spans.is_span ? 1 : 0;
        }
        told[w] = {packed(may), packed(is) & spans.any_certain};
    }
}

Tell tell() {
#if defined(__SSE2__)
    static const Tell chosen = __builtin_cpu_supports("avx2") != 0 ? tell_by_32 : tell_plain;
    return chosen;
#else
    return tell_plain;
#endif
}

} // namespace

BY_LEVEL void bins(
    const std::uint32_t* codes,
    const std::uint8_t* bands,
    std::size_t rows,
    const std::uint8_t* start,
    const std::uint64_t* cuts,
    unsigned steps,
    std::uint8_t* out) {
    bins_of(codes, bands, rows, start, cuts, steps, out);
}

BY_LEVEL void bins(
    const std::uint64_t* codes,
    const std::uint8_t* bands,
    std::size_t rows,
    const std::uint8_t* start,
    const std::uint64_t* cuts,
    unsigned steps,
    std::uint8_t* out) {
    bins_of(codes, bands, rows, start, cuts, steps, out);
}

void range_by_bands(
    const std::uint32_t* codes,
    const std::uint8_t* bands,
    std::size_t words,
    const BandRange& range,
    const Word* known,
    const Word* live,
    Word* out) {
    range_by_bands_in(codes, bands, words, range, known, live, out, tell());
}

void range_by_bands(
    const std::uint64_t* codes,
    const std::uint8_t* bands,
    std::size_t words,
    const BandRange& range,
    const Word* known,
    const Word* live,
    Word* out) {
    range_by_bands_in(codes, bands, words, range, known, live, out, tell());
}

} // namespace column::kernel
