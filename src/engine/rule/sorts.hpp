// The algebra of static types: which values go together, and what comes of it.
#pragma once

#include "engine/rule/tree.hpp"

namespace rule::sorts {

[[nodiscard]] Sort scalar(Type type);
[[nodiscard]] Sort list_of(Sort element);
[[nodiscard]] Sort wrong(); // of a node that has its finding already
[[nodiscard]] Sort sort_of(const Attribute& attribute);
[[nodiscard]] Sort sort_of_constant(const Value& value);
[[nodiscard]] bool textual(const Sort& sort); // text or a choice, alone or listed
[[nodiscard]] bool numeric(const Sort& sort); // a whole or decimal number
[[nodiscard]] bool is(const Sort& sort, Type type);
[[nodiscard]] base::Text label_of(const Sort& sort);
// Whether they may stand in one list, or on the two sides of a comparison.
[[nodiscard]] bool alike(const Sort& a, const Sort& b);
// The sort of a value that is one or the other.
[[nodiscard]] Sort merged(const Sort& a, const Sort& b);
// The algebra of units: money × rate is money, date − date is a duration. Nothing when it has no
// meaning.
[[nodiscard]] std::optional<Type> result_of(Op op, Type a, Type b);
// Length of the longest common subsequence: near for slips of the pen, far for other words.
[[nodiscard]] std::size_t shared_bytes(std::string_view a, std::string_view b);
// How a bare number or text `b`, written `text`, should have been written beside `a`, a value with
// a unit; `value` when it is a literal. Nothing when the unit is not what is wrong.
[[nodiscard]] std::optional<base::Text> unit_cure(
    const Sort& a, const Sort& b, const std::string& text, const Value* value);
[[nodiscard]] base::Text choices_offered(const std::vector<Choice>& choices);
// The attribute that shares most of its characters with what was written; null when none is near.
[[nodiscard]] const Attribute* nearest(
    const std::vector<Attribute>& attributes, std::string_view text);
// What a function other than band gives for such arguments; nothing when they are of the wrong
// type.
[[nodiscard]] std::optional<Sort> function_sort(Op op, const std::vector<Sort>& sorts);

} // namespace rule::sorts
