#include "engine/column/level.hpp"

#include <bit>

namespace column::kernel {
namespace {

// Four words at a time; aligned as words are, and laid over memory that holds words.
typedef Word Lane // NOLINT(modernize-use-using): the attribute of an alias would be ignored
    __attribute__((vector_size(32), aligned(8), may_alias));

INLINED const Lane& lane(const Word* words) {
    return *static_cast<const Lane*>(static_cast<const void*>(words));
}

INLINED Lane& lane(Word* words) { return *static_cast<Lane*>(static_cast<void*>(words)); }

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

// A bit for each code that is wanted: that of its upper half, at the place of its lower half.
// Shuffles look up by the lower half and answer zero where the topmost bit is set.
__attribute__((target("avx2"))) void any_of_by_32(
    const std::uint8_t* codes,
    std::size_t words,
    const std::uint8_t* wanted,
    std::size_t count,
    const Word* live,
    Word* out) {
    alignas(16) std::uint8_t table[2][16] = {}; // codes below 128, and the others
    for (std::size_t i = 0; i < count; ++i)
        table[wanted[i] >> 7U][wanted[i] & 15U] |=
            static_cast<std::uint8_t>(1U << ((wanted[i] >> 4U) & 7U));
    const auto twice = [&](const std::uint8_t* half) __attribute__((target("avx2"))) {
        const auto* at = static_cast<const __m128i*>(static_cast<const void*>(half));
        return _mm256_broadcastsi128_si256(_mm_load_si128(at));
    };
    const __m256i lower = twice(table[0]);
    const __m256i upper = twice(table[1]);
    const __m256i powers = _mm256_set1_epi64x(static_cast<long long>(0x8040'2010'0804'0201U));
    const __m256i seven = _mm256_set1_epi8(7);
    const __m256i place = _mm256_set1_epi8(static_cast<char>(0x8F));
    const __m256i top = _mm256_set1_epi8(static_cast<char>(0x80));
    const auto bits = [&](const std::uint8_t* from) __attribute__((target("avx2"))) {
        const auto* at = static_cast<const __m256i*>(static_cast<const void*>(from));
        const __m256i code = _mm256_loadu_si256(at);
        const __m256i low = _mm256_and_si256(code, place);
        const __m256i found = _mm256_or_si256(
            _mm256_shuffle_epi8(lower, low),
            _mm256_shuffle_epi8(upper, _mm256_xor_si256(low, top)));
        const __m256i high = _mm256_and_si256(_mm256_srli_epi16(code, 4), seven);
        const __m256i bit = _mm256_shuffle_epi8(powers, high);
        const __m256i is = _mm256_cmpeq_epi8(_mm256_and_si256(found, bit), bit);
        return static_cast<Word>(static_cast<std::uint32_t>(_mm256_movemask_epi8(is)));
    };
    for (std::size_t w = 0; w < words; ++w, codes += 64) {
        const bool skipped = live != nullptr && live[w] == 0;
        out[w] = skipped ? 0 : bits(codes) | bits(codes + 32) << 32U;
    }
}

} // namespace
#endif

namespace {

void any_of_plain(
    const std::uint8_t* codes,
    std::size_t words,
    const std::uint8_t* wanted,
    std::size_t count,
    const Word* live,
    Word* out) {
    alignas(64) std::uint8_t table[256] = {};
    for (std::size_t i = 0; i < count; ++i)
        table[wanted[i]] = 1;
    for (std::size_t w = 0; w < words; ++w, codes += 64) {
        out[w] = 0;
        if (live != nullptr && live[w] == 0) continue;
        alignas(64) std::uint8_t flags[64];
        for (int k = 0; k < 64; ++k)
            flags[k] = table[codes[k]];
        out[w] = packed(flags);
    }
}

} // namespace

void any_of(
    const std::uint8_t* codes,
    std::size_t words,
    const std::uint8_t* wanted,
    std::size_t count,
    const Word* live,
    Word* out) {
#if defined(__SSE2__)
    static const auto chosen = __builtin_cpu_supports("avx2") != 0 ? any_of_by_32 : any_of_plain;
    chosen(codes, words, wanted, count, live, out);
#else
    any_of_plain(codes, words, wanted, count, live, out);
#endif
}

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

// So many lanes of four words stay in registers while all parts go by.
template <std::size_t lanes>
INLINED void join_at(const Parts& parts, std::size_t w, Word* every, Word* some) {
    Lane kept[lanes];
    Lane hit[lanes];
    for (std::size_t k = 0; k < lanes; ++k) {
        kept[k] = ~Lane{};
        hit[k] = Lane{};
    }
    const auto* at = parts.planes;
    for (std::size_t i = 0; i < parts.pairs; ++i, at += 2) {
        for (std::size_t k = 0; k < lanes; ++k) {
            kept[k] &= lane(at[0] + w + 4 * k);
            hit[k] |= lane(at[1] + w + 4 * k);
        }
    }
    for (std::size_t i = 0; i < parts.plain; ++i, at += 2) {
        for (std::size_t k = 0; k < lanes; ++k) {
            const Lane holds = lane(at[0] + w + 4 * k);
            kept[k] &= holds;
            hit[k] |= ~holds & lane(at[1] + w + 4 * k);
        }
    }
    for (std::size_t i = 0; i < parts.negated; ++i, at += 2) {
        for (std::size_t k = 0; k < lanes; ++k) {
            const Lane holds = lane(at[0] + w + 4 * k);
            kept[k] &= ~holds & lane(at[1] + w + 4 * k);
            hit[k] |= holds;
        }
    }
    for (std::size_t k = 0; k < lanes; ++k) {
        lane(every + w + 4 * k) = kept[k];
        lane(some + w + 4 * k) = hit[k];
    }
}

BY_LEVEL void join(const Parts& parts, std::size_t words, Word* every, Word* some) {
    std::size_t w = 0;
    for (; w + 16 <= words; w += 16)
        join_at<4>(parts, w, every, some);
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
