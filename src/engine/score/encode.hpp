// From typed columns to the numbers that trees and linear parts read.
#pragma once

#include "engine/score/bin.hpp"

#include <string>

namespace score {

enum class Made {
    number,    // the column's own value
    level,     // 1 where the category is this level
    rate,      // share of positives of the row's category, drawn towards the mean where it is rare
    ratio,     // a ÷ b
    product,   // a × b
    sum,       // a + b
    difference // a − b
};

struct Feature {
    Made made = Made::number;
    std::size_t column = 0;
    std::size_t other = 0;    // of the two-column kinds
    std::int32_t level = 0;   // of Made::level
    std::vector<float> rates; // of Made::rate, by code; the last is for levels never seen
    float missing_rate = 0;   // of Made::rate
    std::string name;

    friend bool operator==(const Feature&, const Feature&) = default;
};

using Features = std::vector<Feature>;

// What trees read: numbers as they are, categories as levels (up to twelve) and as a rate.
[[nodiscard]] Features learn_features(const Frame& frame, std::span<const std::size_t> rows);
[[nodiscard]] float value_of(const Feature& feature, const Frame& frame, std::size_t row);
// rows.size() × features.size() values.
[[nodiscard]] std::vector<float> encode(
    const Features& features, const Frame& frame, std::span<const std::size_t> rows);
// The same for the rows learned from: a rate does not count the rows of its own fifth, so that a
// row's own outcome is not in its value.
[[nodiscard]] std::vector<float> encode_learning(
    const Features& features,
    const Frame& frame,
    std::span<const std::size_t> rows,
    std::uint64_t seed);

[[nodiscard]] std::vector<std::uint8_t> target_of(
    const Frame& frame, std::span<const std::size_t> rows);

} // namespace score
