// Which rows learn and which are asked: folds by class, one row at a time, whole groups, or what
// came later.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace score {

struct Fold {
    std::vector<std::size_t> train; // rising
    std::vector<std::size_t> test;  // rising
};

// Each class is shuffled and dealt, so that every fold has its share of positives. `score.folds`
// when there are fewer than two, or fewer positives or negatives than two.
[[nodiscard]] base::Result<std::vector<Fold>> deal_folds(
    std::span<const std::uint8_t> target, std::size_t folds, std::uint64_t seed);
// Rows of one group are never on both sides; the greatest groups are dealt first.
[[nodiscard]] base::Result<std::vector<Fold>> deal_groups(
    std::span<const std::string_view> groups, std::size_t folds, std::uint64_t seed);
[[nodiscard]] std::vector<Fold> leave_one_out(std::size_t rows);
// What is earlier than `from` learns, the rest is asked. `score.time` when a side is empty.
[[nodiscard]] base::Result<std::vector<Fold>> out_of_time(
    std::span<const double> times, double from);

} // namespace score
