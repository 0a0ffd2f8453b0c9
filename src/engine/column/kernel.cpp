#include "engine/column/kernel.hpp"

#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

// Clones are chosen by resolvers that run before a sanitizer is ready, and clang names the levels
// differently: there the plain loops serve, which also keeps them tested.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) &&                             \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define BY_LEVEL                                                                                   \
    __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "arch=x86-64-v2", "default")))
#else
#define BY_LEVEL
#endif
#define INLINED [[gnu::always_inline]] inline

namespace column::kernel {
namespace {

// Four words at a time; aligned as words are, and laid over memory that holds words.
typedef Word Lane // NOLINT(modernize-use-using): the attribute of an alias would be ignored
    __attribute__((vector_size(32), aligned(8), may_alias));

INLINED const Lane& lane(const Word* words) {
    return *static_cast<const Lane*>(static_cast<const void*>(words));
}

INLINED Lane& lane(Word* words) { return *static_cast<Lane*>(static_cast<void*>(words)); }

// 64 bytes of 0 or 1 become 64 bits.
INLINED Word packed(const std::uint8_t* flags) {
    Word word = 0;
#if defined(__SSE2__)
    const __m128i zero = _mm_setzero_si128();
    for (int i = 0; i < 4; ++i) {
        const __m128i part =
            _mm_load_si128(static_cast<const __m128i*>(static_cast<const void*>(flags + 16 * i)));
        const auto bits = static_cast<unsigned>(_mm_movemask_epi8(_mm_sub_epi8(zero, part)));
        word |= static_cast<Word>(bits) << (16 * i);
    }
#else
    for (int i = 0; i < 8; ++i) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, flags + 8 * i, 8);
        word |= ((eight * 0x0102040810204080U) >> 56U) << (8 * i);
    }
#endif
    return word;
}

template <class T>
INLINED void range_in(
    const T* codes, std::size_t words, T least, T most, const Word* live, Word* out) {
    const T span = static_cast<T>(most - least);
    for (std::size_t w = 0; w < words; ++w, codes += 64) {
        if (live != nullptr && live[w] == 0) {
            out[w] = 0;
            continue;
        }
        alignas(64) std::uint8_t flags[64];
        for (int k = 0; k < 64; ++k)
            flags[k] = static_cast<T>(codes[k] - least) <= span ? 1 : 0;
        out[w] = packed(flags);
    }
}

template <class T>
INLINED void look_up_in(
    const T* codes,
    std::size_t words,
    const std::uint8_t* table,
    const Word* live,
    Word* yes,
    Word* no) {
    for (std::size_t w = 0; w < words; ++w, codes += 64) {
        yes[w] = 0;
        no[w] = 0;
        if (live != nullptr && live[w] == 0) continue;
        alignas(64) std::uint8_t found[64];
        alignas(64) std::uint8_t second[64];
        for (int k = 0; k < 64; ++k)
            found[k] = table[codes[k]];
        for (int k = 0; k < 64; ++k) {
            second[k] = (found[k] >> 1U) & 1U;
            found[k] &= 1U;
        }
        yes[w] = packed(found);
        no[w] = packed(second);
    }
}

// Exponent and seven bits of the mantissa of code + 1: never falls when the code grows.
INLINED std::size_t bucket_of(std::uint64_t code) {
    const auto bits = std::bit_cast<std::uint64_t>(static_cast<double>(code + 1));
    return static_cast<std::size_t>((bits >> 45U) - (std::uint64_t{1023} << 7U));
}

template <class T>
INLINED void bins_in(
    const T* codes,
    std::size_t rows,
    const std::uint8_t* start,
    const std::uint64_t* cuts,
    unsigned steps,
    std::uint8_t* out) {
    for (std::size_t row = 0; row < rows; ++row) {
        const std::uint64_t code = codes[row];
        std::size_t bin = start[bucket_of(code)];
        for (unsigned step = 0; step < steps; ++step)
            bin += cuts[bin] <= code ? 1U : 0U;
        out[row] = static_cast<std::uint8_t>(bin);
    }
}

} // namespace

// Bytes are what bins and dictionaries end in, so their comparison is written out: the masks go
// straight into bits.
#if defined(__SSE2__)
template <bool masked>
INLINED void range_of_bytes(
    const std::uint8_t* codes,
    std::size_t words,
    std::uint8_t least,
    std::uint8_t span,
    const Word* live,
    Word* out) {
    const __m128i low = _mm_set1_epi8(static_cast<char>(least));
    const __m128i reach = _mm_set1_epi8(static_cast<char>(span));
    for (std::size_t w = 0; w < words; ++w, codes += 64) {
        Word word = 0;
        for (int i = 0; i < 4 && (!masked || live[w] != 0); ++i) {
            const auto* at = static_cast<const __m128i*>(static_cast<const void*>(codes + 16 * i));
            const __m128i far = _mm_sub_epi8(_mm_loadu_si128(at), low);
            const __m128i within = _mm_cmpeq_epi8(_mm_min_epu8(far, reach), far);
            word |= static_cast<Word>(static_cast<unsigned>(_mm_movemask_epi8(within))) << (16 * i);
        }
        out[w] = word;
    }
}
#endif

BY_LEVEL void range(
    const std::uint8_t* codes,
    std::size_t words,
    std::uint64_t least,
    std::uint64_t most,
    const Word* live,
    Word* out) {
    const auto low = static_cast<std::uint8_t>(least);
    const auto span = static_cast<std::uint8_t>(most - least);
#if defined(__SSE2__)
    if (live == nullptr) {
        range_of_bytes<false>(codes, words, low, span, nullptr, out);
    } else {
        range_of_bytes<true>(codes, words, low, span, live, out);
    }
#else
    range_in<std::uint8_t>(codes, words, low, static_cast<std::uint8_t>(low + span), live, out);
#endif
}

BY_LEVEL void range(
    const std::uint16_t* codes,
    std::size_t words,
    std::uint64_t least,
    std::uint64_t most,
    const Word* live,
    Word* out) {
    range_in<std::uint16_t>(
        codes,
        words,
        static_cast<std::uint16_t>(least),
        static_cast<std::uint16_t>(most),
        live,
        out);
}

BY_LEVEL void range(
    const std::uint32_t* codes,
    std::size_t words,
    std::uint64_t least,
    std::uint64_t most,
    const Word* live,
    Word* out) {
    range_in<std::uint32_t>(
        codes,
        words,
        static_cast<std::uint32_t>(least),
        static_cast<std::uint32_t>(most),
        live,
        out);
}

BY_LEVEL void range(
    const std::uint64_t* codes,
    std::size_t words,
    std::uint64_t least,
    std::uint64_t most,
    const Word* live,
    Word* out) {
    range_in<std::uint64_t>(codes, words, least, most, live, out);
}

BY_LEVEL void range(
    const double* values,
    std::size_t words,
    double least,
    double most,
    const Word* live,
    Word* out) {
    for (std::size_t w = 0; w < words; ++w, values += 64) {
        if (live != nullptr && live[w] == 0) {
            out[w] = 0;
            continue;
        }
        alignas(64) std::uint8_t flags[64];
        for (int k = 0; k < 64; ++k)
            flags[k] = static_cast<std::uint8_t>(
                static_cast<unsigned>(values[k] >= least) &
                static_cast<unsigned>(values[k] <= most));
        out[w] = packed(flags);
    }
}

BY_LEVEL void any_of(
    const std::uint8_t* codes,
    std::size_t words,
    const std::uint8_t* wanted,
    std::size_t count,
    const Word* live,
    Word* out) {
    for (std::size_t w = 0; w < words; ++w, codes += 64) {
        out[w] = 0;
        if (live != nullptr && live[w] == 0) continue;
        alignas(64) std::uint8_t flags[64] = {};
        for (std::size_t i = 0; i < count; ++i) {
            const auto code = wanted[i];
            for (int k = 0; k < 64; ++k)
                flags[k] |= codes[k] == code ? 1 : 0;
        }
        out[w] = packed(flags);
    }
}

BY_LEVEL void look_up(
    const std::uint8_t* codes,
    std::size_t words,
    const std::uint8_t* table,
    const Word* live,
    Word* yes,
    Word* no) {
    look_up_in(codes, words, table, live, yes, no);
}

BY_LEVEL void look_up(
    const std::uint16_t* codes,
    std::size_t words,
    const std::uint8_t* table,
    const Word* live,
    Word* yes,
    Word* no) {
    look_up_in(codes, words, table, live, yes, no);
}

BY_LEVEL void look_up(
    const std::uint32_t* codes,
    std::size_t words,
    const std::uint8_t* table,
    const Word* live,
    Word* yes,
    Word* no) {
    look_up_in(codes, words, table, live, yes, no);
}

std::size_t bucket(std::uint64_t code) { return bucket_of(code); }

BY_LEVEL void bins(
    const std::uint32_t* codes,
    std::size_t rows,
    const std::uint8_t* start,
    const std::uint64_t* cuts,
    unsigned steps,
    std::uint8_t* out) {
    bins_in(codes, rows, start, cuts, steps, out);
}

BY_LEVEL void bins(
    const std::uint64_t* codes,
    std::size_t rows,
    const std::uint8_t* start,
    const std::uint64_t* cuts,
    unsigned steps,
    std::uint8_t* out) {
    bins_in(codes, rows, start, cuts, steps, out);
}

BY_LEVEL void settle(const Word* bits, const Word* known, std::size_t words, Word* yes, Word* no) {
    for (std::size_t w = 0; w < words; ++w) {
        const Word found = bits[w];
        const Word there = known[w];
        no[w] = there & ~found;
        yes[w] = there & found;
    }
}

BY_LEVEL void meet(
    const Word* const* all,
    const Word* const* any,
    std::size_t count,
    std::size_t words,
    Word* every,
    Word* some) {
    std::size_t w = 0;
    // Sixteen words stay in registers while all parts go by.
    for (; w + 16 <= words; w += 16) {
        Lane kept0 = ~Lane{};
        Lane kept1 = kept0;
        Lane kept2 = kept0;
        Lane kept3 = kept0;
        Lane hit0 = {};
        Lane hit1 = hit0;
        Lane hit2 = hit0;
        Lane hit3 = hit0;
        for (std::size_t i = 0; i < count; ++i) {
            const Word* a = all[i] + w;
            kept0 &= lane(a);
            kept1 &= lane(a + 4);
            kept2 &= lane(a + 8);
            kept3 &= lane(a + 12);
            const Word* b = any[i] + w;
            hit0 |= lane(b);
            hit1 |= lane(b + 4);
            hit2 |= lane(b + 8);
            hit3 |= lane(b + 12);
        }
        lane(every + w) = kept0;
        lane(every + w + 4) = kept1;
        lane(every + w + 8) = kept2;
        lane(every + w + 12) = kept3;
        lane(some + w) = hit0;
        lane(some + w + 4) = hit1;
        lane(some + w + 8) = hit2;
        lane(some + w + 12) = hit3;
    }
    for (; w < words; ++w) {
        Word kept = ~Word{0};
        Word hit = 0;
        for (std::size_t i = 0; i < count; ++i) {
            kept &= all[i][w];
            hit |= any[i][w];
        }
        every[w] = kept;
        some[w] = hit;
    }
}

#if defined(__SSE2__)
namespace {

using RangeOfBytes =
    void (*)(const std::uint8_t*, std::size_t, std::uint8_t, std::uint8_t, const Word*, Word*);

void range_by_16(
    const std::uint8_t* codes,
    std::size_t words,
    std::uint8_t least,
    std::uint8_t span,
    const Word* known,
    Word* out) {
    range_of_bytes<false>(codes, words, least, span, nullptr, out);
    for (std::size_t w = 0; w < words; ++w)
        out[w] &= known[w];
}

__attribute__((target("avx2"))) void range_by_32(
    const std::uint8_t* codes,
    std::size_t words,
    std::uint8_t least,
    std::uint8_t span,
    const Word* known,
    Word* out) {
    const __m256i low = _mm256_set1_epi8(static_cast<char>(least));
    const __m256i reach = _mm256_set1_epi8(static_cast<char>(span));
    const auto bits = [&](const std::uint8_t* from) __attribute__((target("avx2"))) {
        const auto* at = static_cast<const __m256i*>(static_cast<const void*>(from));
        const __m256i far = _mm256_sub_epi8(_mm256_loadu_si256(at), low);
        const __m256i within = _mm256_cmpeq_epi8(_mm256_min_epu8(far, reach), far);
        return static_cast<Word>(static_cast<std::uint32_t>(_mm256_movemask_epi8(within)));
    };
    for (std::size_t w = 0; w < words; ++w, codes += 64)
        out[w] = (bits(codes) | bits(codes + 32) << 32U) & known[w];
}

__attribute__((target("avx2"))) void range_of_pairs_by_32(
    const std::uint16_t* codes,
    std::size_t words,
    std::uint16_t least,
    std::uint16_t span,
    const Word* known,
    Word* out) {
    const __m256i low = _mm256_set1_epi16(static_cast<short>(least));
    const __m256i reach = _mm256_set1_epi16(static_cast<short>(span));
    const auto within = [&](const std::uint16_t* from) __attribute__((target("avx2"))) {
        const auto* at = static_cast<const __m256i*>(static_cast<const void*>(from));
        const __m256i far = _mm256_sub_epi16(_mm256_loadu_si256(at), low);
        return _mm256_cmpeq_epi16(_mm256_min_epu16(far, reach), far);
    };
    const auto bits = [&](const std::uint16_t* from) __attribute__((target("avx2"))) {
        // Packing works within halves: the quarters come out as 0 2 1 3.
        const __m256i packed = _mm256_packs_epi16(within(from), within(from + 16));
        const __m256i sorted = _mm256_permute4x64_epi64(packed, 0xD8);
        return static_cast<Word>(static_cast<std::uint32_t>(_mm256_movemask_epi8(sorted)));
    };
    for (std::size_t w = 0; w < words; ++w, codes += 64)
        out[w] = (bits(codes) | bits(codes + 32) << 32U) & known[w];
}

} // namespace
#endif

void range_of_known(
    const std::uint16_t* codes,
    std::size_t words,
    std::uint16_t least,
    std::uint16_t most,
    const Word* known,
    Word* out) {
#if defined(__SSE2__)
    static const bool wide = __builtin_cpu_supports("avx2") != 0;
    if (wide) {
        const auto span = static_cast<std::uint16_t>(most - least);
        range_of_pairs_by_32(codes, words, least, span, known, out);
        return;
    }
#endif
    range(codes, words, least, most, nullptr, out);
    for (std::size_t w = 0; w < words; ++w)
        out[w] &= known[w];
}

void range_of_known(
    const std::uint8_t* codes,
    std::size_t words,
    std::uint8_t least,
    std::uint8_t most,
    const Word* known,
    Word* out) {
#if defined(__SSE2__)
    static const RangeOfBytes chosen =
        __builtin_cpu_supports("avx2") != 0 ? range_by_32 : range_by_16;
    chosen(codes, words, least, static_cast<std::uint8_t>(most - least), known, out);
#else
    range(codes, words, least, most, nullptr, out);
    for (std::size_t w = 0; w < words; ++w)
        out[w] &= known[w];
#endif
}

BY_LEVEL void any_of_known(
    std::span<const Word* const> any, bool none, std::size_t words, const Word* known, Word* out) {
    const Word turned = none ? ~Word{0} : 0;
    for (std::size_t w = 0; w < words; ++w)
        out[w] = 0;
    for (const auto* const bits : any) {
        for (std::size_t w = 0; w < words; ++w)
            out[w] |= bits[w];
    }
    for (std::size_t w = 0; w < words; ++w)
        out[w] = (out[w] ^ turned) & known[w];
}

// Eight words stay in registers while all parts go by.
BY_LEVEL void join(const Parts& parts, std::size_t words, Word* every, Word* some) {
    std::size_t w = 0;
    for (; w + 8 <= words; w += 8) {
        Lane kept0 = ~Lane{};
        Lane kept1 = kept0;
        Lane hit0 = {};
        Lane hit1 = hit0;
        const auto* at = parts.planes;
        for (std::size_t i = 0; i < parts.pairs; ++i, at += 2) {
            kept0 &= lane(at[0] + w);
            kept1 &= lane(at[0] + w + 4);
            hit0 |= lane(at[1] + w);
            hit1 |= lane(at[1] + w + 4);
        }
        for (std::size_t i = 0; i < parts.plain; ++i, at += 2) {
            const Lane holds0 = lane(at[0] + w);
            const Lane holds1 = lane(at[0] + w + 4);
            kept0 &= holds0;
            kept1 &= holds1;
            hit0 |= ~holds0 & lane(at[1] + w);
            hit1 |= ~holds1 & lane(at[1] + w + 4);
        }
        for (std::size_t i = 0; i < parts.negated; ++i, at += 2) {
            const Lane holds0 = lane(at[0] + w);
            const Lane holds1 = lane(at[0] + w + 4);
            kept0 &= ~holds0 & lane(at[1] + w);
            kept1 &= ~holds1 & lane(at[1] + w + 4);
            hit0 |= holds0;
            hit1 |= holds1;
        }
        lane(every + w) = kept0;
        lane(every + w + 4) = kept1;
        lane(some + w) = hit0;
        lane(some + w + 4) = hit1;
    }
    for (; w < words; ++w) {
        Word kept = ~Word{0};
        Word hit = 0;
        const auto* at = parts.planes;
        for (std::size_t i = 0; i < parts.pairs; ++i, at += 2) {
            kept &= at[0][w];
            hit |= at[1][w];
        }
        for (std::size_t i = 0; i < parts.plain; ++i, at += 2) {
            kept &= at[0][w];
            hit |= ~at[0][w] & at[1][w];
        }
        for (std::size_t i = 0; i < parts.negated; ++i, at += 2) {
            kept &= ~at[0][w] & at[1][w];
            hit |= at[0][w];
        }
        every[w] = kept;
        some[w] = hit;
    }
}

BY_LEVEL std::size_t open(const Word* live, const Word* no, std::size_t words, Word* out) {
    std::size_t left = 0;
    for (std::size_t w = 0; w < words; ++w) {
        out[w] = live[w] & ~no[w];
        left += static_cast<std::size_t>(std::popcount(out[w]));
    }
    return left;
}

BY_LEVEL std::size_t absorb(
    const Word* yes, const Word* no, const Word* open, std::size_t words, Word* every, Word* some) {
    std::size_t settled = 0;
    for (std::size_t w = 0; w < words; ++w) {
        const Word now = no[w] & open[w];
        settled += static_cast<std::size_t>(std::popcount(now));
        every[w] &= yes[w];
        some[w] |= now;
    }
    return settled;
}

BY_LEVEL void neither(
    const Word* valid, const Word* yes, const Word* no, std::size_t words, Word* out) {
    for (std::size_t w = 0; w < words; ++w)
        out[w] = valid[w] & ~(yes[w] | no[w]);
}

BY_LEVEL std::size_t count(const Word* bits, std::size_t words) {
    std::size_t found = 0;
    for (std::size_t w = 0; w < words; ++w)
        found += static_cast<std::size_t>(std::popcount(bits[w]));
    return found;
}

} // namespace column::kernel
