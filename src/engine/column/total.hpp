// What figures over a column and figures by group share.
#pragma once

#include "engine/column/aggregate.hpp"

#include <bit>
#include <limits>

namespace column {

inline constexpr std::size_t batch_words = 32;
inline constexpr std::size_t batch_rows = batch_words * word_bits;

inline double double_of(Raw raw) { return std::bit_cast<double>(raw); }

// Doubles as integers of the same order.
inline Raw ordered(Raw bits) { return bits < 0 ? bits ^ std::numeric_limits<Raw>::max() : bits; }

template <class F>
void each_bit(std::span<const std::uint64_t> words, F&& f) {
    for (std::size_t w = 0; w < words.size(); ++w) {
        if (words[w] == ~std::uint64_t{0}) {
            for (std::size_t k = 0; k < word_bits; ++k)
                f(w * word_bits + k);
            continue;
        }
        for (auto word = words[w]; word != 0; word &= word - 1)
            f(w * word_bits + static_cast<std::size_t>(std::countr_zero(word)));
    }
}

[[nodiscard]] Form form_at(const Table& table, std::size_t place);
[[nodiscard]] bool can_be_summed(const Table& table, std::size_t place);
[[nodiscard]] rule::Value value_at(const Table& table, std::size_t place, Raw raw);

// What a summary is made of. Half of the sums stays unused: the other kind of number.
struct Total {
    std::int64_t known = 0;
    Sum sum = 0;
    double decimals = 0;
    Raw least = std::numeric_limits<Raw>::max();
    Raw most = std::numeric_limits<Raw>::min();

    void add_whole(Raw raw) {
        known += 1;
        sum += raw;
        least = std::min(least, raw);
        most = std::max(most, raw);
    }

    void add_decimal(Raw raw) {
        known += 1;
        decimals += double_of(raw);
        least = std::min(least, ordered(raw));
        most = std::max(most, ordered(raw));
    }
};

[[nodiscard]] Summary finished(
    const Table& table, std::size_t place, std::int64_t rows, const Total& running);

// The raws of all blocks lie between these.
struct Span {
    Raw least = 0;
    Raw most = 0;

    [[nodiscard]] std::uint64_t width() const {
        return static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least);
    }
};

[[nodiscard]] Span span_of(const Table& table, std::size_t place);

} // namespace column
