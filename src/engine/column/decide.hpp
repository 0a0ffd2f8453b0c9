// Rules over all rows of a table at once. The answers are those of rule::decide, row by row.
#pragma once

#include "engine/column/plan.hpp"
#include "engine/column/table.hpp"

namespace column {

// Rows that are in neither set fail.
struct Verdicts {
    Bitmap holds;
    Bitmap unknown;
};

// One answer a program of the plan, in its order.
[[nodiscard]] std::vector<Verdicts> decide(const Table& table, const Plan& plan);
// The same, into what a former call left behind: nothing needs to be allocated.
void decide(const Table& table, const Plan& plan, std::vector<Verdicts>& out);
[[nodiscard]] Verdicts decide(const Table& table, const rule::Program& program, base::Date today);

// How many rows each program holds for and leaves unknown, without keeping which.
struct Tally {
    std::int64_t holds = 0;
    std::int64_t unknown = 0;
    friend bool operator==(const Tally&, const Tally&) = default;
};

[[nodiscard]] std::vector<Tally> tally(const Table& table, const Plan& plan);

// One value a row, as 64 bits (the bits of a double for numbers), and which rows have one. Nothing
// for programs that yield no number, amount, date or duration.
struct Computed {
    rule::Type type = rule::Type::integer;
    std::vector<Raw> raws;
    Bitmap known;
};

[[nodiscard]] std::optional<Computed> compute(
    const Table& table, const rule::Program& program, base::Date today);

} // namespace column
