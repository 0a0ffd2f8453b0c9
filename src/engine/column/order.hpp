// Chosen rows of a table put in order by one of its columns, or put apart by it: what pages of
// lists and figures by group start from.
#pragma once

#include "engine/column/aggregate.hpp"

#include <functional>

namespace column {

// The first `most` of the rows in order of the column: amounts, numbers and dates by size, choices
// as the catalogue ranks them, no before yes, texts by their bytes, lists by their first. Equal
// values by row number, unknown ones last in either order.
[[nodiscard]] std::vector<std::size_t> sorted(
    const Table& table, std::size_t place, const Bitmap& rows, std::size_t most, Order order);

// A set of rows for each number that `number` gives: it is told each value of the column, unknown
// included, and puts those together that it gives one number. For flags and coded columns.
[[nodiscard]] std::vector<Bitmap> partition(
    const Table& table,
    std::size_t place,
    const Bitmap& rows,
    const std::function<std::size_t(const rule::Value&)>& number);

} // namespace column
