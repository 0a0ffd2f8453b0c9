// Arithmetic over values. `plain_cel`: by CEL's own overloads and IEEE; otherwise whole numbers
// widen, units are minded, and nothing is divided by zero.
#pragma once

#include "engine/rule/cell.hpp"

namespace rule {

[[nodiscard]] Cell add_or_subtract(Op op, const Cell& a, const Cell& b, bool plain_cel);
[[nodiscard]] Cell multiply(const Cell& a, const Cell& b, bool plain_cel);
[[nodiscard]] Cell divide(const Cell& a, const Cell& b, bool plain_cel);
[[nodiscard]] Cell remainder(const Cell& a, const Cell& b);
[[nodiscard]] Cell negated(const Cell& a);

// The largest n with since + n months not after today; negative for days to come.
[[nodiscard]] std::int64_t months_between(base::Date since, base::Date today);

[[nodiscard]] inline double as_double(const Cell& cell) {
    return cell.tag == Tag::number ? cell.number : static_cast<double>(cell.integer);
}

} // namespace rule
