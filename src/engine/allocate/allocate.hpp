// Which need goes to which institution's product: the assignment of least total cost under quotas,
// floors and eligibility, with the prices that explain it.
//
// The problem, exactly. Each need n has units u(n) (one, or its amount) and a penalty p(n) a unit
// left unserved. Edges (n, q) are the pairs allowed, each with a cost a unit and a limit. Needs lie
// in a forest of groups (an enterprise within a town), quotas in another (a product within an
// institution); every group and every quota has a floor and a ceiling on the units that go through
// it. Minimise Σ cost × flow + Σ penalty × unserved.
//
// Two forests and nothing else, since then the problem is a flow: the best solution is in whole
// units, found in milliseconds, and its dual prices prove it (Hoffman & Kruskal 1956). Groups that
// cross (small firms and towns, both with floors) would make it an integer programme.
//
// All numbers are integers. Ids decide ties, never the order in which things are given.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace allocate {

// What may pass through a group or a quota.
struct Bounds {
    std::int64_t floor = 0;
    std::optional<std::int64_t> ceiling; // none: no limit
    friend bool operator==(const Bounds&, const Bounds&) = default;
};

inline constexpr std::int32_t no_group = -1;

struct Group {
    std::int64_t id = 0;
    std::int32_t parent = no_group; // its place in the same list, above this one
    Bounds bounds;
};

struct Need {
    std::int64_t id = 0;
    std::int32_t group = no_group; // place in need_groups
    std::int64_t units = 1;
    std::int64_t penalty = 0; // a unit left unserved
};

struct Quota {
    std::int64_t id = 0;
    std::int32_t group = no_group; // place in quota_groups
    Bounds bounds;
};

struct Edge {
    std::int32_t need = 0;  // place in needs
    std::int32_t quota = 0; // place in quotas
    std::int64_t cost = 0;  // a unit
    std::int64_t most = 1;  // units
};

struct Problem {
    std::vector<Group> need_groups;
    std::vector<Group> quota_groups;
    std::vector<Need> needs;
    std::vector<Quota> quotas;
    std::vector<Edge> edges;
};

// Larger numbers are refused (`allocate.too_large`), so that no sum below leaves 64 bits.
inline constexpr std::int64_t cost_most = 1'000'000'000;  // of a unit, either sign
inline constexpr std::int64_t units_most = 1'000'000'000; // of all needs together
inline constexpr std::size_t nodes_most = 1'000'000;
inline constexpr std::size_t edges_most = 10'000'000;

// The dual prices, in cost a unit: above zero where a ceiling binds, below zero where a floor does.
// Many prices may prove one optimum. These are the ones for which the sum of a quota's price and
// those of its groups, where above zero, is exactly what one place more there would save; where
// below zero, what bringing one unit more there would cost. A price of a group of needs is the most
// that one unit more of its ceiling could save.
struct Prices {
    std::vector<std::int64_t> need_groups;
    std::vector<std::int64_t> quota_groups;
    std::vector<std::int64_t> quotas;
    std::vector<std::int64_t> needs; // at least zero: what having this need served is worth
};

struct Solution {
    std::vector<std::int64_t> flow; // one an edge
    Prices prices;
    std::int64_t cost = 0;     // of what is served
    std::int64_t penalty = 0;  // of what is not
    std::int64_t served = 0;   // units
    std::int64_t unserved = 0; // units
};

// One bound that takes part in a conflict.
enum class Side { need_group, quota_group, quota };

struct Bound {
    Side side = Side::quota;
    std::int32_t place = 0;
    bool is_floor = false;
    std::int64_t units = 0;
    friend bool operator==(const Bound&, const Bound&) = default;
};

// Why there is no assignment: these floors and ceilings cannot hold together, and any one of them
// taken away makes them possible. `needs` and `edges` say how much the needs themselves and the
// pairs allowed let through where it is narrow. demanded > allowed proves the conflict.
struct Conflict {
    std::vector<Bound> bounds;
    std::int64_t demanded = 0;
    std::int64_t allowed = 0;
    // The cut: which nodes lie on the side that has to take in more than can reach it.
    std::vector<char> need_groups;
    std::vector<char> quota_groups;
    std::vector<char> quotas;
    std::vector<char> needs;
    bool outside = false; // where units come from and go to
};

struct Outcome {
    std::optional<Solution> solution; // or
    std::optional<Conflict> conflict;
};

// Errors: `allocate.shape` for a place that is not there or bounds upside down,
// `allocate.too_large`.
[[nodiscard]] base::Result<> check(const Problem& problem);
[[nodiscard]] base::Result<Outcome> solve(const Problem& problem);

} // namespace allocate
