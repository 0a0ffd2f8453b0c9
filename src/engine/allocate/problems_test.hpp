// Random problems for the tests of allocation.
#pragma once

#include "engine/allocate/model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace allocate {

// RONGQIAO_ALLOCATE_CASES: how many random problems each property sees.
inline int cases() {
    // tidy-allow(environment): a knob of the test, not of the program
    const char* asked = std::getenv("RONGQIAO_ALLOCATE_CASES"); // NOLINT(concurrency-mt-unsafe)
    return asked != nullptr ? std::atoi(asked) : 300;
}

// splitmix64, from a seed that is printed when something fails.
class Dice {
public:
    explicit Dice(std::uint64_t seed)
        : state_(seed) {}

    std::int64_t between(std::int64_t low, std::int64_t high) {
        state_ += 0x9e3779b97f4a7c15;
        auto mixed = state_;
        mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111eb;
        mixed ^= mixed >> 31U;
        return low + static_cast<std::int64_t>(mixed % static_cast<std::uint64_t>(high - low + 1));
    }

    bool one_in(std::int64_t count) { return between(1, count) == 1; }

private:
    std::uint64_t state_;
};

struct Shape {
    std::int64_t needs_most = 8;
    std::int64_t quotas_most = 5;
    std::int64_t units_of_a_need = 1;
    std::int64_t floor_most = 1;
    std::int64_t ceiling_most = 3;
    std::int64_t cost_range = 20;
};

inline Bounds random_bounds(Dice& dice, const Shape& shape) {
    Bounds bounds;
    if (dice.one_in(4)) bounds.floor = dice.between(0, shape.floor_most);
    if (dice.one_in(2))
        bounds.ceiling = std::max(bounds.floor, dice.between(0, shape.ceiling_most));
    return bounds;
}

inline std::vector<Group> random_groups(Dice& dice, const Shape& shape, std::int64_t most) {
    std::vector<Group> groups;
    const auto count = dice.between(0, most);
    for (std::int64_t i = 0; i < count; ++i) {
        const auto parent = dice.one_in(2) ? no_group : dice.between(-1, i - 1);
        groups.push_back(
            {.id = 100 + i,
             .parent = static_cast<std::int32_t>(parent),
             .bounds = random_bounds(dice, shape)});
    }
    return groups;
}

inline Problem random_problem(Dice& dice, const Shape& shape) {
    Problem problem;
    problem.need_groups = random_groups(dice, shape, 4);
    problem.quota_groups = random_groups(dice, shape, 3);
    const auto needs = dice.between(1, shape.needs_most);
    const auto quotas = dice.between(1, shape.quotas_most);
    for (std::int64_t i = 0; i < needs; ++i)
        problem.needs.push_back(
            {.id = 1 + i,
             .group = static_cast<std::int32_t>(
                 dice.between(-1, static_cast<std::int64_t>(problem.need_groups.size()) - 1)),
             .units = dice.between(1, shape.units_of_a_need),
             .penalty = dice.between(0, 2 * shape.cost_range)});
    for (std::int64_t i = 0; i < quotas; ++i)
        problem.quotas.push_back(
            {.id = 1 + i,
             .group = static_cast<std::int32_t>(
                 dice.between(-1, static_cast<std::int64_t>(problem.quota_groups.size()) - 1)),
             .bounds = random_bounds(dice, shape)});
    for (std::int64_t n = 0; n < needs; ++n) {
        for (std::int64_t q = 0; q < quotas; ++q) {
            if (dice.one_in(3)) continue;
            problem.edges.push_back(
                {.need = static_cast<std::int32_t>(n),
                 .quota = static_cast<std::int32_t>(q),
                 .cost = dice.between(-2, shape.cost_range),
                 .most = dice.between(1, shape.units_of_a_need)});
        }
    }
    return problem;
}

inline std::optional<std::int64_t> total_of(const Problem& problem) {
    const auto outcome = solve(problem);
    EXPECT_TRUE(outcome.has_value());
    if (!outcome->solution) return std::nullopt;
    return outcome->solution->cost + outcome->solution->penalty;
}

inline std::string told(const Problem& problem) {
    std::string text;
    const auto add = [&](const char* what, const std::vector<std::int64_t>& numbers) {
        text += std::string(what) + ":";
        for (const auto number : numbers)
            text += " " + std::to_string(number);
        text += "\n";
    };
    const auto ceiling = [](const Bounds& bounds) { return bounds.ceiling.value_or(-1); };
    for (const auto& group : problem.need_groups)
        add("need group (parent floor ceiling)",
            {group.parent, group.bounds.floor, ceiling(group.bounds)});
    for (const auto& group : problem.quota_groups)
        add("quota group (parent floor ceiling)",
            {group.parent, group.bounds.floor, ceiling(group.bounds)});
    for (const auto& need : problem.needs)
        add("need (group units penalty)", {need.group, need.units, need.penalty});
    for (const auto& quota : problem.quotas)
        add("quota (group floor ceiling)",
            {quota.group, quota.bounds.floor, ceiling(quota.bounds)});
    for (const auto& edge : problem.edges)
        add("edge (need quota cost most)", {edge.need, edge.quota, edge.cost, edge.most});
    return text;
}

// The cases of the certificate and price tests: solvable, with something that binds.
template <class Visit>
void each_solved(std::uint64_t first_seed, Visit&& visit) {
    for (int seed = 0; seed < cases(); ++seed) {
        Dice dice(first_seed + static_cast<std::uint64_t>(seed));
        const auto problem = random_problem(
            dice,
            {.needs_most = 12,
             .quotas_most = 5,
             .units_of_a_need = seed % 2 == 0 ? 1 : 4,
             .floor_most = 2,
             .ceiling_most = 6});
        const auto outcome = solve(problem);
        ASSERT_TRUE(outcome.has_value());
        if (!outcome->solution) continue;
        SCOPED_TRACE("seed " + std::to_string(first_seed + static_cast<std::uint64_t>(seed)));
        visit(problem, *outcome->solution, dice);
        if (testing::Test::HasFatalFailure()) return;
    }
}

} // namespace allocate
