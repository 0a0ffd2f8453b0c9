// Figures over chosen rows of a table: what lists, indicators and dashboards count. All exact; rows
// whose value is unknown are counted apart and never taken for zero.
//
// Sums of whole values are added up in 128 bits and never lost: ten million firms may have more
// between them than one amount may be. Sums of doubles are added in the order of rows.
#pragma once

#include "engine/column/table.hpp"

namespace column {

__extension__ using Sum = __int128;
[[nodiscard]] std::string text(Sum sum);

// Every row of a table.
[[nodiscard]] Bitmap all_rows(const Table& table);

struct Summary {
    std::int64_t rows = 0;            // chosen
    std::int64_t known = 0;           // of these, those with a value
    std::optional<Sum> total;         // in the attribute's own unit; none for dates and doubles
    std::optional<rule::Value> sum;   // the same as a value; none for dates, or when too large
    std::optional<rule::Value> least; // none without a known row
    std::optional<rule::Value> most;
    std::optional<double> average; // in the attribute's own unit: fen, ppm, days since 1970
};

// For whole and decimal attributes; a Bug for others.
[[nodiscard]] Summary summarize(const Table& table, std::size_t place, const Bitmap& rows);

// How many different known values there are, for any attribute.
[[nodiscard]] std::int64_t distinct(const Table& table, std::size_t place, const Bitmap& rows);

// The smallest known value that at least share_ppm of the known values do not exceed (the nearest
// rank): 500'000 is the lower median. None without a known row. For whole and decimal attributes.
[[nodiscard]] std::optional<rule::Value> quantile(
    const Table& table, std::size_t place, const Bitmap& rows, std::int64_t share_ppm);

enum class Order { smallest, largest };
// The first `count` rows by value; equal values by row number; unknown values never.
[[nodiscard]] std::vector<std::size_t> top(
    const Table& table, std::size_t place, const Bitmap& rows, std::size_t count, Order order);

struct Grouping {
    std::vector<std::size_t> keys;     // places; flags, whole and coded attributes
    std::vector<std::size_t> measures; // places; whole and decimal attributes
};

struct Group {
    std::vector<rule::Value> keys; // unknown is a group of its own
    std::int64_t rows = 0;
    std::vector<Summary> measures;
};

// In the order of the keys: coded ones as their dictionary has them, unknown last.
[[nodiscard]] std::vector<Group> group_by(
    const Table& table, const Grouping& grouping, const Bitmap& rows);

} // namespace column
