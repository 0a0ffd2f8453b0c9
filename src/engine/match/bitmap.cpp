#include "engine/match/bitmap.hpp"

#include <algorithm>

// Each body is written once for a width of register and compiled for the widths that machines of
// this kind have; which one runs is chosen by the processor it runs on.
#if defined(__x86_64__)
#define FOR_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define FOR_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx2,bmi,bmi2,popcnt")))
#endif
#define ALWAYS inline __attribute__((always_inline))

namespace match {
namespace {

template <std::size_t bytes>
struct Register;

template <>
struct Register<16> {
    using Value = Word __attribute__((vector_size(16)));
};

template <>
struct Register<32> {
    using Value = Word __attribute__((vector_size(32)));
};

template <>
struct Register<64> {
    using Value = Word __attribute__((vector_size(64)));
};

using Bitmaps = std::span<const Word* const>;

// Words are read and written as words: the registers are only how.
template <std::size_t bytes>
ALWAYS void take(const Word* words, typename Register<bytes>::Value& out) {
    __builtin_memcpy(&out, words, bytes);
}

template <std::size_t bytes>
ALWAYS void give(Word* words, const typename Register<bytes>::Value& value) {
    __builtin_memcpy(words, &value, bytes);
}

template <std::size_t bytes>
ALWAYS void every_one_by(Bitmaps bitmaps, const Word* valid, std::size_t words, Word* out) {
    typename Register<bytes>::Value all;
    typename Register<bytes>::Value next;
    for (std::size_t w = 0; w < words; w += bytes / sizeof(Word)) {
        take<bytes>(valid + w, all);
        for (const auto* bitmap : bitmaps) {
            take<bytes>(bitmap + w, next);
            all &= next;
        }
        give<bytes>(out + w, all);
    }
}

template <std::size_t bytes>
ALWAYS void any_one_by(Bitmaps bitmaps, std::size_t words, Word* out) {
    typename Register<bytes>::Value next;
    for (std::size_t w = 0; w < words; w += bytes / sizeof(Word)) {
        typename Register<bytes>::Value any{};
        for (const auto* bitmap : bitmaps) {
            take<bytes>(bitmap + w, next);
            any |= next;
        }
        give<bytes>(out + w, any);
    }
}

template <std::size_t bytes>
ALWAYS void count_lacking_by(Bitmaps bitmaps, const Word* valid, std::size_t words, Lacking out) {
    typename Register<bytes>::Value lacks;
    typename Register<bytes>::Value there;
    for (std::size_t w = 0; w < words; w += bytes / sizeof(Word)) {
        typename Register<bytes>::Value ones{};
        typename Register<bytes>::Value twos{};
        typename Register<bytes>::Value more{};
        for (const auto* bitmap : bitmaps) {
            take<bytes>(bitmap + w, lacks);
            lacks = ~lacks;
            const auto carry = ones & lacks;
            ones ^= lacks;
            more |= twos & carry;
            twos ^= carry;
        }
        take<bytes>(valid + w, there);
        give<bytes>(out.none + w, there & ~(ones | twos | more));
        give<bytes>(out.one + w, there & ones & ~(twos | more));
        give<bytes>(out.two + w, there & twos & ~(ones | more));
    }
}

ALWAYS std::size_t count_bits_by(const Word* bitmap, std::size_t words) {
    std::size_t count = 0;
    for (std::size_t w = 0; w < words; ++w)
        count += static_cast<std::size_t>(__builtin_popcountll(bitmap[w]));
    return count;
}

// Four are written however many there are, and those too many written over by the next: how many
// bits a word has cannot be foreseen, and a wrong guess costs more than they do.
ALWAYS std::int64_t* write_ids_of(Word rest, const std::int64_t* ids, std::int64_t* out) {
    const auto count = __builtin_popcountll(rest);
    auto* at = out;
    for (auto left = count;; left -= 4) {
        for (int i = 0; i < 4; ++i) {
            at[i] = ids[rest == 0 ? word_bits : static_cast<std::size_t>(__builtin_ctzll(rest))];
            rest &= rest - 1;
        }
        at += 4;
        if (left <= 4) return out + count;
    }
}

ALWAYS void write_ids_by(
    const Word* bitmap, std::size_t words, const std::int64_t* ids, std::int64_t* out) {
    for (std::size_t w = 0; w < words; ++w, ids += word_bits)
        out = write_ids_of(bitmap[w], ids, out);
}

struct Kernels {
    void (*every_one)(Bitmaps, const Word*, std::size_t, Word*);
    void (*any_one)(Bitmaps, std::size_t, Word*);
    void (*count_lacking)(Bitmaps, const Word*, std::size_t, Lacking);
    std::size_t (*count_bits)(const Word*, std::size_t);
    void (*write_ids)(const Word*, std::size_t, const std::int64_t*, std::int64_t*);
};

#define KERNELS(name, target, bytes)                                                               \
    target void every_one_##name(                                                                  \
        Bitmaps bitmaps, const Word* valid, std::size_t words, Word* out) {                        \
        every_one_by<bytes>(bitmaps, valid, words, out);                                           \
    }                                                                                              \
    target void any_one_##name(Bitmaps bitmaps, std::size_t words, Word* out) {                    \
        any_one_by<bytes>(bitmaps, words, out);                                                    \
    }                                                                                              \
    target void count_lacking_##name(                                                              \
        Bitmaps bitmaps, const Word* valid, std::size_t words, Lacking out) {                      \
        count_lacking_by<bytes>(bitmaps, valid, words, out);                                       \
    }                                                                                              \
    target std::size_t count_bits_##name(const Word* bitmap, std::size_t words) {                  \
        return count_bits_by(bitmap, words);                                                       \
    }                                                                                              \
    target void write_ids_##name(                                                                  \
        const Word* bitmap, std::size_t words, const std::int64_t* ids, std::int64_t* out) {       \
        write_ids_by(bitmap, words, ids, out);                                                     \
    }                                                                                              \
    constexpr Kernels kernels_##name{                                                              \
        every_one_##name,                                                                          \
        any_one_##name,                                                                            \
        count_lacking_##name,                                                                      \
        count_bits_##name,                                                                         \
        write_ids_##name};

KERNELS(plain, , 16)
#if defined(__x86_64__)
KERNELS(avx2, FOR_AVX2, 32)
KERNELS(avx512, FOR_AVX512, 64)
#endif

const Kernels& kernels() {
#if defined(__x86_64__)
    static const Kernels& chosen =
        __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0
            ? kernels_avx512
        : __builtin_cpu_supports("avx2") != 0 ? kernels_avx2
                                              : kernels_plain;
    return chosen;
#else
    return kernels_plain;
#endif
}

} // namespace

void Lines::resize(std::size_t words) {
    if (words <= words_ && start_ != nullptr) return;
    constexpr auto line_bytes = line_words * sizeof(Word);
    held_.assign(words + line_words, 0);
    const auto past = reinterpret_cast<std::uintptr_t>(held_.data()) % line_bytes;
    start_ = held_.data() + (past == 0 ? 0 : (line_bytes - past) / sizeof(Word));
    words_ = words;
}

void every_one(Bitmaps bitmaps, const Word* valid, std::size_t words, Word* out) {
    kernels().every_one(bitmaps, valid, words, out);
}

void any_one(Bitmaps bitmaps, std::size_t words, Word* out) {
    kernels().any_one(bitmaps, words, out);
}

void count_lacking(Bitmaps bitmaps, const Word* valid, std::size_t words, Lacking out) {
    kernels().count_lacking(bitmaps, valid, words, out);
}

void part(const Word* left, const Word* open, std::size_t words, Word* settled, Word* still_open) {
    for (std::size_t w = 0; w < words; ++w) {
        const auto all = left[w];
        const auto undecided = open[w];
        settled[w] = all & ~undecided;
        still_open[w] = all & undecided;
    }
}

void only_fewest(const Word* left, std::size_t words, Word* one, Word* two) {
    for (std::size_t w = 0; w < words; ++w) {
        one[w] &= ~left[w];
        two[w] &= ~(left[w] | one[w]);
    }
}

void append_ids(
    const Word* bitmap,
    std::size_t words,
    const std::int64_t* ids,
    std::vector<std::int64_t>& out) {
    const auto held = out.size();
    const auto count = kernels().count_bits(bitmap, words);
    if (count == 0) return;
    out.resize(held + count + 4);
    kernels().write_ids(bitmap, words, ids, out.data() + held);
    out.resize(held + count);
}

} // namespace match
