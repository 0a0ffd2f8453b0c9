#include "engine/match/bitmap.hpp"

#include <algorithm>
#include <limits>

#if defined(__linux__)
#include <sys/mman.h>
#endif

// Each body is written once for a width of register and compiled for the widths that machines of
// this kind have; which one runs is chosen by the processor it runs on.
#if defined(__x86_64__)
#define FOR_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define FOR_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx2,bmi,bmi2,popcnt")))
#endif
#define ALWAYS inline __attribute__((always_inline))

namespace match {
namespace {

// Words whose ids are kept in one width.
constexpr std::size_t piece_words = 16;
// How far ahead the lines of all bitmaps are fetched: they are read a line of each in turn, which
// no hardware foresees, and more than so many of them push each other out of the first cache.
constexpr std::size_t ahead_words = 4 * line_words;
constexpr std::size_t large_page = std::size_t{2} << 20U;

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

ALWAYS void fetch(Bitmaps bitmaps, std::size_t word) {
    for (const auto* bitmap : bitmaps)
        __builtin_prefetch(bitmap + word);
}

template <std::size_t bytes>
ALWAYS void every_one_by(Bitmaps bitmaps, const Word* valid, std::size_t words, Word* out) {
    typename Register<bytes>::Value all;
    typename Register<bytes>::Value next;
    for (std::size_t w = 0; w < words; w += bytes / sizeof(Word)) {
        if (w % line_words == 0) fetch(bitmaps, w + ahead_words);
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
        if (w % line_words == 0) fetch(bitmaps, w + ahead_words);
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
template <class Id>
ALWAYS std::int64_t* write_ids_of(Word rest, const Id& id, std::int64_t* out) {
    const auto count = __builtin_popcountll(rest);
    auto* at = out;
    for (auto left = count;; left -= 4) {
        for (int i = 0; i < 4; ++i) {
            at[i] = id(rest == 0 ? word_bits : static_cast<std::size_t>(__builtin_ctzll(rest)));
            rest &= rest - 1;
        }
        at += 4;
        if (left <= 4) return out + count;
    }
}

// A word without a bit reads the first word's ids, which are at hand: reading its own would fetch a
// line for nothing.
template <class Far>
ALWAYS std::int64_t* write_ids_by(
    const Word* bitmap,
    std::size_t words,
    const std::int64_t* bases,
    const Far* far,
    std::int64_t* out) {
    const auto* const at_hand = far;
    for (std::size_t w = 0; w < words; ++w, far += word_bits) {
        const auto base = static_cast<std::uint64_t>(bases[w]);
        const auto* const own = bitmap[w] == 0 ? at_hand : far;
        const auto id = [base, own](std::size_t bit) {
            return static_cast<std::int64_t>(base + static_cast<std::uint64_t>(own[bit]));
        };
        out = write_ids_of(bitmap[w], id, out);
    }
    return out;
}

template <std::size_t bytes>
ALWAYS void fold_by(Outlook more, std::size_t words, Outlook out) {
    typename Register<bytes>::Value one;
    typename Register<bytes>::Value open;
    typename Register<bytes>::Value other;
    typename Register<bytes>::Value also_open;
    for (std::size_t w = 0; w < words; w += bytes / sizeof(Word)) {
        take<bytes>(out.alive + w, one);
        take<bytes>(out.unknown + w, open);
        take<bytes>(more.alive + w, other);
        take<bytes>(more.unknown + w, also_open);
        const auto holds = (one & ~open) | (other & ~also_open);
        give<bytes>(out.alive + w, one | other);
        give<bytes>(out.unknown + w, (one | other) & ~holds);
    }
}

template <std::size_t bytes>
ALWAYS void part_by(
    const Word* left, const Word* open, std::size_t words, Word* settled, Word* still_open) {
    typename Register<bytes>::Value all;
    typename Register<bytes>::Value undecided;
    for (std::size_t w = 0; w < words; w += bytes / sizeof(Word)) {
        take<bytes>(left + w, all);
        take<bytes>(open + w, undecided);
        give<bytes>(settled + w, all & ~undecided);
        give<bytes>(still_open + w, all & undecided);
    }
}

template <class Far>
using WriteIds =
    std::int64_t*(const Word*, std::size_t, const std::int64_t*, const Far*, std::int64_t*);

struct Kernels {
    void (*every_one)(Bitmaps, const Word*, std::size_t, Word*);
    void (*any_one)(Bitmaps, std::size_t, Word*);
    void (*count_lacking)(Bitmaps, const Word*, std::size_t, Lacking);
    std::size_t (*count_bits)(const Word*, std::size_t);
    WriteIds<std::uint8_t>* write_near;
    WriteIds<std::uint16_t>* write_far;
    WriteIds<std::int64_t>* write_anywhere;
    void (*fold)(Outlook, std::size_t, Outlook);
    void (*part)(const Word*, const Word*, std::size_t, Word*, Word*);
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
    target std::int64_t* write_near_##name(                                                        \
        const Word* bitmap,                                                                        \
        std::size_t words,                                                                         \
        const std::int64_t* bases,                                                                 \
        const std::uint8_t* far,                                                                   \
        std::int64_t* out) {                                                                       \
        return write_ids_by(bitmap, words, bases, far, out);                                       \
    }                                                                                              \
    target std::int64_t* write_far_##name(                                                         \
        const Word* bitmap,                                                                        \
        std::size_t words,                                                                         \
        const std::int64_t* bases,                                                                 \
        const std::uint16_t* far,                                                                  \
        std::int64_t* out) {                                                                       \
        return write_ids_by(bitmap, words, bases, far, out);                                       \
    }                                                                                              \
    target std::int64_t* write_anywhere_##name(                                                    \
        const Word* bitmap,                                                                        \
        std::size_t words,                                                                         \
        const std::int64_t* bases,                                                                 \
        const std::int64_t* far,                                                                   \
        std::int64_t* out) {                                                                       \
        return write_ids_by(bitmap, words, bases, far, out);                                       \
    }                                                                                              \
    target void fold_##name(Outlook more, std::size_t words, Outlook out) {                        \
        fold_by<bytes>(more, words, out);                                                          \
    }                                                                                              \
    target void part_##name(                                                                       \
        const Word* left, const Word* open, std::size_t words, Word* settled, Word* still_open) {  \
        part_by<bytes>(left, open, words, settled, still_open);                                    \
    }                                                                                              \
    constexpr Kernels kernels_##name{                                                              \
        every_one_##name,                                                                          \
        any_one_##name,                                                                            \
        count_lacking_##name,                                                                      \
        count_bits_##name,                                                                         \
        write_near_##name,                                                                         \
        write_far_##name,                                                                          \
        write_anywhere_##name,                                                                     \
        fold_##name,                                                                               \
        part_##name};

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
    const auto bytes = std::max<std::size_t>(words, 1) * sizeof(Word);
    const bool large = bytes >= large_page;
    const std::align_val_t alignment{large ? large_page : line_words * sizeof(Word)};
    start_ = {new (alignment) Word[bytes / sizeof(Word)], FreeLines{alignment}};
#if defined(__linux__)
    // A wish: where it is not granted, pages are small.
    if (large) (void)::madvise(start_.get(), bytes, MADV_HUGEPAGE);
#endif
    std::fill_n(start_.get(), bytes / sizeof(Word), Word{0});
    words_ = words;
}

std::size_t count_bits(const Word* bitmap, std::size_t words) {
    return kernels().count_bits(bitmap, words);
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
    kernels().part(left, open, words, settled, still_open);
}

void fold(Outlook more, std::size_t words, Outlook out) { kernels().fold(more, words, out); }

void only_fewest(const Word* left, std::size_t words, Word* one, Word* two) {
    for (std::size_t w = 0; w < words; ++w) {
        one[w] &= ~left[w];
        two[w] &= ~(left[w] | one[w]);
    }
}

Ids::Ids(const std::vector<std::int64_t>& ids) {
    for (std::size_t first = 0; first < ids.size(); first += piece_words * word_bits)
        add(std::span(ids).subspan(first, std::min(piece_words * word_bits, ids.size() - first)));
    // Writing reads one beyond each word's own.
    near_.push_back(0);
    far_.push_back(0);
    anywhere_.push_back(0);
}

void Ids::add(std::span<const std::int64_t> ids) {
    std::vector<std::uint64_t> distances;
    for (std::size_t first = 0; first < ids.size(); first += word_bits) {
        const auto own = ids.subspan(first, std::min(word_bits, ids.size() - first));
        const auto base = *std::ranges::min_element(own);
        bases_.push_back(base);
        for (std::size_t i = 0; i < word_bits; ++i) {
            const auto id = i < own.size() ? own[i] : base;
            distances.push_back(static_cast<std::uint64_t>(id) - static_cast<std::uint64_t>(base));
        }
    }
    const auto furthest = *std::ranges::max_element(distances);
    if (furthest <= std::numeric_limits<std::uint8_t>::max()) {
        add(Width::near, distances, near_);
    } else if (furthest <= std::numeric_limits<std::uint16_t>::max()) {
        add(Width::far, distances, far_);
    } else {
        add(Width::anywhere, distances, anywhere_);
    }
}

template <class Far>
void Ids::add(Width width, std::span<const std::uint64_t> distances, std::vector<Far>& kept) {
    if (runs_.empty() || runs_.back().width != width)
        runs_.push_back({.width = width, .words = 0, .start = kept.size()});
    runs_.back().words += distances.size() / word_bits;
    for (const auto distance : distances)
        kept.push_back(static_cast<Far>(distance));
}

void Ids::append(const Word* bitmap, std::size_t words, std::vector<std::int64_t>& out) const {
    const auto held = out.size();
    const auto count = count_bits(bitmap, words);
    if (count == 0) return;
    out.resize(held + count + 4);
    auto* at = out.data() + held;
    const auto* bases = bases_.data();
    for (const auto& run : runs_) {
        const auto own = std::min(run.words, words);
        switch (run.width) {
        case Width::near:
            at = kernels().write_near(bitmap, own, bases, near_.data() + run.start, at);
            break;
        case Width::far:
            at = kernels().write_far(bitmap, own, bases, far_.data() + run.start, at);
            break;
        case Width::anywhere:
            at = kernels().write_anywhere(bitmap, own, bases, anywhere_.data() + run.start, at);
            break;
        }
        bitmap += own;
        bases += own;
        words -= own;
    }
    out.resize(held + count);
}

std::size_t Ids::bytes() const {
    return (bases_.size() + anywhere_.size()) * sizeof(std::int64_t) +
           far_.size() * sizeof(std::uint16_t) + near_.size();
}

} // namespace match
