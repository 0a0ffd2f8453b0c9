// Makes the example of a failing property small enough to read.
#pragma once

#include "engine/rule/rule.hpp"

#include <functional>
#include <string>

namespace column {

struct Example {
    std::string text; // of an expression
    rule::Row row;
};

// From an example that fails to a smaller one that fails: the whole text for one of its parts, a
// part for `true`, `false`, 0 or 1, a value for a missing one, for as long as any of these fails.
// `fails` says no to a text that does not compile.
[[nodiscard]] Example shrink(Example example, const std::function<bool(const Example&)>& fails);

} // namespace column
