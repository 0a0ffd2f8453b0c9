// A share that was counted in a sample, and where the true one lies with 95 % confidence (Wilson's
// score interval, which holds for small counts and for shares near 0 and 1).
#pragma once

#include "base/json.hpp"
#include "base/money.hpp"

#include <optional>

namespace series {

struct Proportion {
    base::Rate share;
    base::Rate low;
    base::Rate high;
    friend bool operator==(const Proportion&, const Proportion&) = default;
};
BOOST_DESCRIBE_STRUCT(Proportion, (), (share, low, high))

// Nothing when nothing was counted.
[[nodiscard]] std::optional<Proportion> proportion(std::int64_t hits, std::int64_t of);

} // namespace series
