// One test case: what it binds, asks and expects, in the rule engine's terms.
#pragma once

#include "engine/conformance/run.hpp"
#include "engine/conformance/textproto.hpp"
#include "engine/rule/rule.hpp"

#include <expected>

namespace conformance {

// What was read of a message, or why it is outside the subset.
template <class T>
using Read = std::expected<T, Reason>;

[[nodiscard]] Read<rule::Datum> datum_in(const Message& value, int depth = 0); // cel.expr.Value
[[nodiscard]] Read<std::string> type_in(
    const Message& type, int depth = 0); // cel.expr.Type, as text

struct Binding {
    std::string name;
    std::optional<rule::Datum> datum; // nothing: unknown
};

enum class Matcher { value, typed, error, unknown };

struct Case {
    rule::Plain plain;
    std::vector<Binding> bindings;
    bool check_only = false;
    Matcher matcher = Matcher::value;
    rule::Datum value;
    std::string type; // of a typed result
};

[[nodiscard]] Read<Case> case_in(const Message& test);
// Why the expression itself is outside, if it is.
[[nodiscard]] std::optional<Reason> reason_of(const std::string& expression);
// Equality as the cases mean it: maps in any order, NaN like NaN, but 1 unlike 1.0.
[[nodiscard]] bool same(const rule::Datum& a, const rule::Datum& b);

} // namespace conformance
