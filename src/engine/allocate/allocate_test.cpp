#include "engine/allocate/allocate.hpp"
#include "engine/allocate/certificate.hpp"
#include "engine/allocate/problems_test.hpp"

#include <cmath>
#include <numeric>

#ifdef WITH_CLP
#include <coin/Clp_C_Interface.h>
#endif

namespace allocate {
namespace {

void climb(const std::vector<Group>& groups, std::int32_t from, std::vector<std::int64_t>& used) {
    for (auto place = from; place != no_group; place = groups[at(place)].parent)
        ++used[at(place)];
}

bool within(const auto& bounded, const std::vector<std::int64_t>& used) {
    for (std::size_t i = 0; i < bounded.size(); ++i) {
        const auto& bounds = bounded[i].bounds;
        if (used[i] < bounds.floor || (bounds.ceiling && used[i] > *bounds.ceiling)) return false;
    }
    return true;
}

// Every way of giving each need (of one unit) to one quota or to none.
std::optional<std::int64_t> by_trying(const Problem& problem) {
    std::vector<std::vector<const Edge*>> choices(problem.needs.size(), {nullptr});
    for (const auto& edge : problem.edges)
        choices[at(edge.need)].push_back(&edge);
    std::vector<std::size_t> chosen(problem.needs.size(), 0);
    std::optional<std::int64_t> best;
    for (;;) {
        std::int64_t total = 0;
        std::vector<std::int64_t> groups(problem.need_groups.size());
        std::vector<std::int64_t> towards(problem.quota_groups.size());
        std::vector<std::int64_t> quotas(problem.quotas.size());
        for (std::size_t n = 0; n < chosen.size(); ++n) {
            const auto* edge = choices[n][chosen[n]];
            total += edge != nullptr ? edge->cost : problem.needs[n].penalty;
            if (edge == nullptr) continue;
            climb(problem.need_groups, problem.needs[n].group, groups);
            climb(problem.quota_groups, problem.quotas[at(edge->quota)].group, towards);
            ++quotas[at(edge->quota)];
        }
        if (within(problem.need_groups, groups) && within(problem.quota_groups, towards) &&
            within(problem.quotas, quotas))
            best = std::min(best.value_or(total), total);
        std::size_t n = 0;
        while (n < chosen.size() && ++chosen[n] == choices[n].size())
            chosen[n++] = 0;
        if (n == chosen.size()) return best;
    }
}

// Smaller problems that still fail, so that what is printed can be read.
template <class Fails>
Problem shrunk(Problem problem, Fails&& fails) {
    for (bool smaller = true; smaller;) {
        smaller = false;
        for (std::size_t i = 0; i < problem.edges.size(); ++i) {
            auto less = problem;
            less.edges.erase(less.edges.begin() + static_cast<std::ptrdiff_t>(i));
            if (!fails(less)) continue;
            problem = std::move(less);
            smaller = true;
            break;
        }
        for (auto* bounded : {&problem.need_groups, &problem.quota_groups}) {
            for (auto& group : *bounded) {
                const auto before = group.bounds;
                if (before == Bounds{}) continue;
                group.bounds = {};
                if (fails(problem)) {
                    smaller = true;
                } else {
                    group.bounds = before;
                }
            }
        }
    }
    return problem;
}

TEST(Allocate, the_best_of_all_ways_is_found_and_proved) {
    int impossible = 0;
    for (int seed = 1; seed <= cases(); ++seed) {
        Dice dice(static_cast<std::uint64_t>(seed));
        const auto problem = random_problem(dice, {.needs_most = 5, .quotas_most = 3});
        const auto differs = [](const Problem& each) { return total_of(each) != by_trying(each); };
        ASSERT_FALSE(differs(problem)) << "seed " << seed << "\n" << told(shrunk(problem, differs));
        const auto outcome = solve(problem);
        if (!outcome->solution) {
            ++impossible;
            continue;
        }
        const auto certificate = certify(problem, *outcome->solution);
        ASSERT_TRUE(certificate.holds) << "seed " << seed << ": " << certificate.fault << "\n"
                                       << told(problem);
    }
    EXPECT_GT(impossible, cases() / 50);
    EXPECT_LT(impossible, cases());
}

#ifdef WITH_CLP
// The same as a linear programme, solved by COIN-OR CLP; nothing when it has no solution.
std::optional<std::int64_t> by_linear_programming(const Problem& problem) {
    struct Row {
        std::vector<std::size_t> edges;
        double floor = 0;
        double ceiling = 0;
    };

    std::vector<Row> rows;
    const auto add_rows = [&](const auto& bounded) {
        const auto first = rows.size();
        for (const auto& each : bounded)
            rows.push_back(
                {{},
                 static_cast<double>(each.bounds.floor),
                 each.bounds.ceiling ? static_cast<double>(*each.bounds.ceiling) : 1e12});
        return first;
    };
    const auto groups = add_rows(problem.need_groups);
    const auto towards = add_rows(problem.quota_groups);
    const auto quotas = add_rows(problem.quotas);
    const auto needs = rows.size();
    double rest = 0;
    for (const auto& need : problem.needs) {
        rows.push_back({{}, 0, static_cast<double>(need.units)});
        rest += static_cast<double>(need.units * need.penalty);
    }
    std::vector<int> starts{0};
    std::vector<int> places;
    std::vector<double> ones;
    std::vector<double> costs;
    std::vector<double> least;
    std::vector<double> most;
    for (const auto& edge : problem.edges) {
        const auto& need = problem.needs[at(edge.need)];
        places.push_back(static_cast<int>(needs + at(edge.need)));
        places.push_back(static_cast<int>(quotas + at(edge.quota)));
        for (auto g = need.group; g != no_group; g = problem.need_groups[at(g)].parent)
            places.push_back(static_cast<int>(groups + at(g)));
        for (auto g = problem.quotas[at(edge.quota)].group; g != no_group;
             g = problem.quota_groups[at(g)].parent)
            places.push_back(static_cast<int>(towards + at(g)));
        starts.push_back(static_cast<int>(places.size()));
        costs.push_back(static_cast<double>(edge.cost - need.penalty));
        least.push_back(0);
        most.push_back(static_cast<double>(edge.most));
    }
    ones.assign(places.size(), 1.0);
    std::vector<double> low;
    std::vector<double> high;
    for (const auto& row : rows) {
        low.push_back(row.floor);
        high.push_back(row.ceiling);
    }
    auto* model = Clp_newModel();
    Clp_setLogLevel(model, 0);
    Clp_loadProblem(
        model,
        static_cast<int>(costs.size()),
        static_cast<int>(rows.size()),
        starts.data(),
        places.data(),
        ones.data(),
        least.data(),
        most.data(),
        costs.data(),
        low.data(),
        high.data());
    Clp_dual(model, 0);
    std::optional<std::int64_t> total;
    if (Clp_status(model) == 0) total = std::llround(Clp_objectiveValue(model) + rest);
    Clp_deleteModel(model);
    return total;
}

TEST(Allocate, agrees_with_a_linear_programming_solver) {
    for (int seed = 1; seed <= cases(); ++seed) {
        Dice dice(1'000'000 + static_cast<std::uint64_t>(seed));
        const Shape shape{
            .needs_most = 40,
            .quotas_most = 12,
            .units_of_a_need = seed % 2 == 0 ? 1 : 9,
            .floor_most = 3,
            .ceiling_most = 12,
            .cost_range = 1'000};
        const auto problem = random_problem(dice, shape);
        const auto differs = [](const Problem& each) {
            return total_of(each) != by_linear_programming(each);
        };
        ASSERT_FALSE(differs(problem)) << "seed " << seed << "\n" << told(shrunk(problem, differs));
    }
}
#else
TEST(Allocate, agrees_with_a_linear_programming_solver) {
    GTEST_SKIP() << "built without coinor-libclp-dev";
}
#endif

TEST(Conflict, is_proved_and_none_of_it_can_be_left_out) {
    int seen = 0;
    for (int seed = 1; seed <= cases() * 3; ++seed) {
        Dice dice(6'000'000 + static_cast<std::uint64_t>(seed));
        const auto problem = random_problem(
            dice, {.needs_most = 6, .quotas_most = 4, .floor_most = 4, .ceiling_most = 4});
        const auto outcome = solve(problem);
        ASSERT_TRUE(outcome.has_value());
        if (!outcome->conflict) continue;
        ++seen;
        const auto& conflict = *outcome->conflict;
        ASSERT_TRUE(proves(problem, conflict)) << "seed " << seed << "\n" << told(problem);
        for (std::size_t left_out = 0; left_out < conflict.bounds.size(); ++left_out) {
            auto eased = problem;
            for (auto* groups : {&eased.need_groups, &eased.quota_groups})
                for (auto& group : *groups)
                    group.bounds = {};
            for (auto& quota : eased.quotas)
                quota.bounds = {};
            for (std::size_t i = 0; i < conflict.bounds.size(); ++i) {
                if (i == left_out) continue;
                const auto& bound = conflict.bounds[i];
                auto& bounds = bound.side == Side::quota ? eased.quotas[at(bound.place)].bounds
                               : bound.side == Side::need_group
                                   ? eased.need_groups[at(bound.place)].bounds
                                   : eased.quota_groups[at(bound.place)].bounds;
                if (bound.is_floor) {
                    bounds.floor = bound.units;
                } else {
                    bounds.ceiling = bound.units;
                }
            }
            ASSERT_TRUE(by_trying(eased).has_value())
                << "seed " << seed << " bound " << left_out << "\n"
                << told(problem);
        }
        auto wrong = conflict;
        ++wrong.allowed;
        EXPECT_FALSE(proves(problem, wrong));
        wrong = conflict;
        wrong.bounds.pop_back();
        EXPECT_FALSE(proves(problem, wrong));
    }
    EXPECT_GT(seen, cases() / 10);
}

TEST(Conflict, names_the_floor_and_the_ceiling_that_quarrel) {
    // A town is to get three, but only two banks take its needs, one each.
    Problem problem;
    problem.need_groups = {{.id = 1, .parent = no_group, .bounds = {.floor = 3, .ceiling = {}}}};
    for (std::int64_t i = 0; i < 4; ++i)
        problem.needs.push_back({.id = i, .group = 0, .units = 1, .penalty = 10});
    problem.quotas = {
        {.id = 1, .group = no_group, .bounds = {.floor = 0, .ceiling = 1}},
        {.id = 2, .group = no_group, .bounds = {.floor = 0, .ceiling = 1}},
        {.id = 3, .group = no_group, .bounds = {.floor = 0, .ceiling = 1}}};
    for (std::int32_t n = 0; n < 4; ++n)
        for (std::int32_t q = 0; q < 2; ++q)
            problem.edges.push_back({.need = n, .quota = q, .cost = 1, .most = 1});
    const auto outcome = solve(problem);
    ASSERT_TRUE(outcome->conflict.has_value());
    const std::vector<Bound> want{
        {Side::need_group, 0, true, 3}, {Side::quota, 0, false, 1}, {Side::quota, 1, false, 1}};
    EXPECT_EQ(outcome->conflict->bounds, want);
    EXPECT_EQ(outcome->conflict->demanded, 3);
    EXPECT_EQ(outcome->conflict->allowed, 2);
}

template <class T>
std::vector<std::int32_t> shuffle(std::vector<T>& items, Dice& dice) {
    std::vector<std::int32_t> order(items.size()); // old place → new place
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t i = order.size(); i > 1; --i)
        std::swap(
            order[i - 1],
            order[static_cast<std::size_t>(dice.between(0, static_cast<std::int64_t>(i) - 1))]);
    auto moved = items;
    for (std::size_t i = 0; i < items.size(); ++i)
        moved[at(order[i])] = items[i];
    items = std::move(moved);
    return order;
}

TEST(Allocate, the_order_in_which_things_are_given_decides_nothing) {
    each_solved(7'000'000, [&](const Problem& problem, const Solution& solution, Dice& dice) {
        auto mixed = problem;
        const auto needs = shuffle(mixed.needs, dice);
        const auto quotas = shuffle(mixed.quotas, dice);
        for (auto& edge : mixed.edges) {
            edge.need = needs[at(edge.need)];
            edge.quota = quotas[at(edge.quota)];
        }
        const auto edges = shuffle(mixed.edges, dice);
        const auto outcome = solve(mixed);
        ASSERT_TRUE(outcome->solution.has_value());
        for (std::size_t i = 0; i < problem.edges.size(); ++i)
            ASSERT_EQ(solution.flow[i], outcome->solution->flow[at(edges[i])]);
        for (std::size_t i = 0; i < problem.quotas.size(); ++i)
            ASSERT_EQ(solution.prices.quotas[i], outcome->solution->prices.quotas[at(quotas[i])]);
    });
}

TEST(Allocate, many_pairs_are_taken_in_turns_and_the_answer_is_that_of_all) {
    Dice dice(8'000'000);
    Problem problem;
    for (std::int64_t i = 0; i < 40; ++i)
        problem.quota_groups.push_back(
            {.id = i, .parent = no_group, .bounds = {.floor = 2, .ceiling = 12}});
    for (std::int64_t i = 0; i < 120; ++i)
        problem.quotas.push_back(
            {.id = i,
             .group = static_cast<std::int32_t>(i % 40),
             .bounds = {.floor = 0, .ceiling = dice.between(1, 8)}});
    for (std::int32_t n = 0; n < 600; ++n) {
        problem.needs.push_back({.id = n, .group = no_group, .units = 1, .penalty = 60'000});
        for (std::int32_t q = 0; q < 120; ++q)
            problem.edges.push_back(
                {.need = n,
                 .quota = q,
                 .cost = 20'000 + 300 * (q % 7) + dice.between(0, 30'000),
                 .most = 1});
    }
    const auto outcome = solve(problem);
    ASSERT_TRUE(outcome->solution.has_value());
    const auto certificate = certify(problem, *outcome->solution);
    EXPECT_TRUE(certificate.holds) << certificate.fault;
    std::int64_t room = 0;
    for (std::int32_t g = 0; g < 40; ++g) {
        std::int64_t sum = 0;
        for (const auto& quota : problem.quotas)
            sum += quota.group == g ? *quota.bounds.ceiling : 0;
        room += std::min<std::int64_t>(12, sum);
    }
    EXPECT_EQ(outcome->solution->served, room);
}

TEST(Check, refuses_what_is_misshapen_or_too_large) {
    const Problem good{
        .need_groups = {{.id = 1, .parent = no_group, .bounds = {}}},
        .quota_groups = {},
        .needs = {{.id = 1, .group = 0, .units = 1, .penalty = 5}},
        .quotas = {{.id = 1, .group = no_group, .bounds = {}}},
        .edges = {{.need = 0, .quota = 0, .cost = 1, .most = 1}}};
    ASSERT_TRUE(check(good).has_value());

    struct Case {
        const char* code;
        const char* field;
        void (*spoil)(Problem&);
    };

    const Case all[] = {
        {"allocate.shape", "/need_groups/0", [](Problem& p) { p.need_groups[0].parent = 0; }},
        {"allocate.shape",
         "/need_groups/0",
         [](Problem& p) { p.need_groups[0].bounds.floor = -1; }},
        {"allocate.shape",
         "/quotas/0",
         [](Problem& p) { p.quotas[0].bounds = {.floor = 3, .ceiling = 2}; }},
        {"allocate.shape", "/needs/0", [](Problem& p) { p.needs[0].group = 7; }},
        {"allocate.shape", "/edges/0", [](Problem& p) { p.edges[0].quota = 1; }},
        {"allocate.shape", "/edges/0", [](Problem& p) { p.edges[0].most = -1; }},
        {"allocate.too_large", "/needs/0", [](Problem& p) { p.needs[0].penalty = cost_most + 1; }},
        {"allocate.too_large", "/needs/0", [](Problem& p) { p.needs[0].units = units_most + 1; }},
        {"allocate.too_large", "/edges/0", [](Problem& p) { p.edges[0].cost = -cost_most - 1; }}};
    for (const auto& each : all) {
        auto bad = good;
        each.spoil(bad);
        const auto answer = check(bad);
        ASSERT_FALSE(answer.has_value()) << each.field;
        EXPECT_EQ(answer.error().code, each.code);
        EXPECT_EQ(answer.error().field, each.field);
    }
}

} // namespace
} // namespace allocate
