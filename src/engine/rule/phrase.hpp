// Sentences about computed values: shared by explanations and suggestions.
#pragma once

#include "engine/rule/tree.hpp"

namespace rule {

// What a computed side of a comparison is called and shown like: an attribute of its own kind, with
// the label and unit of the attribute it comes from where there is one.
[[nodiscard]] Attribute described(const Tree& tree, NodeIndex index);

struct Distance {
    base::Text shown; // 120万元, 1.2个百分点, 3天; empty when a difference has no meaning
    double size = 0;  // in the unit of the values; places for ordered choices
};

// How far apart two known values of one attribute are.
[[nodiscard]] Distance distance_between(const Value& a, const Value& b, const Attribute& attribute);

// Shown in natural units, or exactly when rounding would make the two look the same.
struct Pair {
    base::Text first;
    base::Text second;
};

[[nodiscard]] Pair shown_apart(const Value& a, const Value& b, const Attribute& attribute);

// Below zero, zero or above for values with an order; nothing for others.
[[nodiscard]] std::optional<int> order_of(
    const Value& a, const Value& b, const Attribute& attribute);

[[nodiscard]] base::Text operator+(base::Text a, const base::Text& b);
[[nodiscard]] base::Text join(const std::vector<base::Text>& texts, const base::Text& between);

} // namespace rule
