#include "engine/allocate/hubs.hpp"
#include "engine/allocate/problems_test.hpp"

namespace allocate {
namespace {

// Of what is served and what is not.
std::int64_t total_cost(const Problem& problem, const Solved& solved) {
    std::int64_t total = 0;
    for (const auto& need : problem.needs)
        total += need.penalty * need.units;
    for (std::size_t i = 0; i < solved.pairs.size(); ++i) {
        const auto& edge = problem.edges[at(solved.pairs[i])];
        total += (edge.cost - problem.needs[at(edge.need)].penalty) * solved.units[i];
    }
    return total;
}

TEST(Hubs, find_what_the_simplex_finds) {
    int impossible = 0;
    for (int seed = 1; seed <= cases(); ++seed) {
        Dice dice(9'000'000 + static_cast<std::uint64_t>(seed));
        const auto problem = random_problem(
            dice,
            {.needs_most = 60,
             .quotas_most = 12,
             .units_of_a_need = seed % 2 == 0 ? 1 : 1'000,
             .floor_most = 20,
             .ceiling_most = seed % 2 == 0 ? 20 : 9'000,
             .cost_range = 1'000});
        const Model model(problem);
        const auto hubs = by_hubs(problem, model);
        const auto simplex = by_simplex(problem, model);
        ASSERT_TRUE(hubs.has_value()) << "seed " << seed << "\n" << told(problem);
        ASSERT_EQ(hubs->feasible, simplex.feasible) << "seed " << seed << "\n" << told(problem);
        impossible += simplex.feasible ? 0 : 1;
        if (!simplex.feasible) continue;
        ASSERT_EQ(total_cost(problem, *hubs), total_cost(problem, simplex))
            << "seed " << seed << "\n"
            << told(problem);
        ASSERT_EQ(hubs->potentials.size(), simplex.potentials.size());
        // What one place more saves is a fact of the problem, whatever the flow.
        const auto same = [&](std::int32_t node) {
            ASSERT_EQ(
                std::min<std::int64_t>(0, hubs->potentials[at(node)]),
                std::min<std::int64_t>(0, simplex.potentials[at(node)]))
                << "seed " << seed << " node " << node << "\n"
                << told(problem);
        };
        for (std::size_t q = 0; q < problem.quotas.size(); ++q)
            ASSERT_NO_FATAL_FAILURE(same(model.quota_node(static_cast<std::int32_t>(q))));
        for (std::size_t g = 0; g < problem.quota_groups.size(); ++g)
            ASSERT_NO_FATAL_FAILURE(same(model.quota_group(static_cast<std::int32_t>(g))));
    }
    EXPECT_GT(impossible, cases() / 50);
    EXPECT_LT(impossible, cases());
}

// So many that the prices of a few needs are asked first here, and pairs come in turns there.
TEST(Hubs, find_what_the_simplex_finds_among_very_many_pairs) {
    Dice dice(9'900'000);
    Problem problem;
    for (std::int64_t i = 0; i < 5; ++i)
        problem.need_groups.push_back(
            {.id = i, .parent = no_group, .bounds = {.floor = 300, .ceiling = 500}});
    for (std::int64_t i = 0; i < 10; ++i)
        problem.quota_groups.push_back(
            {.id = i, .parent = no_group, .bounds = {.floor = 60, .ceiling = 190}});
    for (std::int64_t i = 0; i < 100; ++i)
        problem.quotas.push_back(
            {.id = i,
             .group = static_cast<std::int32_t>(i % 10),
             .bounds = {.floor = 0, .ceiling = dice.between(5, 35)}});
    for (std::int32_t n = 0; n < 2'100; ++n) {
        problem.needs.push_back(
            {.id = n,
             .group = static_cast<std::int32_t>(n % 5),
             .units = 1,
             .penalty = dice.between(55'000, 65'000)});
        for (std::int32_t q = 0; q < 100; ++q)
            problem.edges.push_back(
                {.need = n,
                 .quota = q,
                 .cost = 20'000 + 300 * (q % 7) + dice.between(0, 30'000),
                 .most = 1});
    }
    const Model model(problem);
    const auto hubs = by_hubs(problem, model);
    const auto simplex = by_simplex(problem, model);
    ASSERT_TRUE(hubs.has_value() && hubs->feasible && simplex.feasible);
    EXPECT_EQ(total_cost(problem, *hubs), total_cost(problem, simplex));
}

TEST(Hubs, leave_two_edges_of_one_pair_to_the_simplex) {
    Problem problem;
    problem.needs = {{.id = 1, .group = no_group, .units = 5, .penalty = 10}};
    problem.quotas = {{.id = 1, .group = no_group, .bounds = {}}};
    problem.edges = {
        {.need = 0, .quota = 0, .cost = 3, .most = 2},
        {.need = 0, .quota = 0, .cost = 4, .most = 2}};
    EXPECT_FALSE(by_hubs(problem, Model(problem)).has_value());
    EXPECT_EQ(total_of(problem), 2 * 3 + 2 * 4 + 10);
}

} // namespace
} // namespace allocate
