// Binning for scorecards: the cuts of greatest information value, by dynamic programming over the
// cells of a fine pre-binning; with a direction, every bin's share of positives follows it.
//
// WOE of a bin is ln(share of the positives in it ÷ share of the negatives in it), each count with
// half a row added; it rises with risk. IV = Σ (difference of the shares) × WOE.
#pragma once

#include "engine/score/frame.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace score {

enum class Trend { any, rising, falling, either }; // of the share of positives along the values

struct BinWish {
    std::size_t bins_most = 6;
    double share_least = 0.05; // of the rows, a bin
    Trend trend = Trend::either;
    std::vector<float> specials; // values with a bin of their own
};

struct Tally {
    double positives = 0;
    double negatives = 0;
};

// Where bins end (one past the last cell of each, rising, the last is cells.size()) so that the sum
// of IV is greatest. One bin when no cut is allowed.
[[nodiscard]] std::vector<std::size_t> best_ends(
    std::span<const Tally> cells, Trend trend, std::size_t bins_most, double rows_least);
[[nodiscard]] double information_value(std::span<const Tally> bins);

struct Binning {
    Kind kind = Kind::number;
    std::vector<float> cuts; // a value belongs to the first bin whose cut is not below it
    std::vector<float> specials;
    std::vector<std::int32_t> bin_of_code; // kind category; a level too rare has the last bin
    // cuts.size() + 1 bins (or as many as bin_of_code names), one a special, and missing last.
    std::vector<Tally> tallies;
    std::vector<double> woe;
    double iv = 0;

    [[nodiscard]] std::size_t bin_of(const Column& column, std::size_t row) const;
    [[nodiscard]] std::size_t bin_of(float value) const;
};

[[nodiscard]] Binning learn_binning(
    const Column& column,
    std::span<const std::size_t> rows,
    std::span<const std::uint8_t> target,
    const BinWish& wish);

} // namespace score
