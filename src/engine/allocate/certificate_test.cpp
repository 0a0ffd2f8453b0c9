#include "engine/allocate/certificate.hpp"
#include "engine/allocate/problems_test.hpp"

namespace allocate {
namespace {

TEST(Certificate, a_changed_flow_is_refused) {
    int refused = 0;
    each_solved(2'000'000, [&](const Problem& problem, const Solution& solution, Dice& dice) {
        if (problem.edges.empty()) return;
        auto wrong = solution;
        const auto i = static_cast<std::size_t>(
            dice.between(0, static_cast<std::int64_t>(problem.edges.size()) - 1));
        wrong.flow[i] += wrong.flow[i] > 0 && dice.one_in(2) ? -1 : 1;
        ASSERT_FALSE(certify(problem, wrong).holds);
        ++refused;
    });
    EXPECT_GT(refused, cases() / 4);
}

// Another assignment that keeps every bound but costs more, with honest totals and the old prices.
TEST(Certificate, a_dearer_assignment_is_refused) {
    int refused = 0;
    each_solved(3'000'000, [&](const Problem& problem, const Solution& solution, Dice&) {
        auto dearer = problem;
        for (auto& edge : dearer.edges)
            edge.cost = -edge.cost;
        const auto other = solve(dearer);
        ASSERT_TRUE(other->solution.has_value());
        auto wrong = solution;
        wrong.flow = other->solution->flow;
        wrong.cost = -other->solution->cost;
        wrong.penalty = other->solution->penalty;
        wrong.served = other->solution->served;
        wrong.unserved = other->solution->unserved;
        const bool worse = wrong.cost + wrong.penalty > solution.cost + solution.penalty;
        ASSERT_EQ(certify(problem, wrong).holds, !worse);
        refused += worse ? 1 : 0;
    });
    EXPECT_GT(refused, cases() / 8);
}

TEST(Certificate, changed_prices_are_refused_or_prove_the_same) {
    int refused = 0;
    each_solved(4'000'000, [&](const Problem& problem, const Solution& solution, Dice& dice) {
        auto wrong = solution;
        auto* prices = dice.one_in(2) ? &wrong.prices.quotas : &wrong.prices.needs;
        const auto i = static_cast<std::size_t>(
            dice.between(0, static_cast<std::int64_t>(prices->size()) - 1));
        (*prices)[i] += dice.one_in(2) ? 1'000 : -1'000;
        const auto certificate = certify(problem, wrong);
        // Prices may move where nothing depends on them; then they still prove the same total.
        if (certificate.holds) {
            ASSERT_EQ(certificate.dual, solution.cost + solution.penalty);
        } else {
            ++refused;
        }
    });
    EXPECT_GT(refused, cases() / 2);
}

// The sum of a quota's price and those of its groups is what one place more there, outside every
// ceiling, would save: tried by adding such a place.
TEST(Prices, are_what_one_place_more_saves) {
    int priced = 0;
    each_solved(5'000'000, [&](const Problem& problem, const Solution& solution, Dice&) {
        auto wide = problem; // no pair has a limit of its own
        for (auto& edge : wide.edges)
            edge.most = wide.needs[at(edge.need)].units;
        const auto outcome = solve(wide);
        if (!outcome->solution) return;
        const auto& prices = outcome->solution->prices;
        const auto total = outcome->solution->cost + outcome->solution->penalty;
        ASSERT_EQ(solution.flow.size(), outcome->solution->flow.size());
        for (std::size_t q = 0; q < wide.quotas.size(); ++q) {
            auto sum = prices.quotas[q];
            for (auto g = wide.quotas[q].group; g != no_group; g = wide.quota_groups[at(g)].parent)
                sum += prices.quota_groups[at(g)];
            auto more = wide;
            more.quotas.push_back(
                {.id = 99, .group = no_group, .bounds = {.floor = 0, .ceiling = 1}});
            for (const auto& edge : wide.edges) {
                if (at(edge.quota) != q) continue;
                more.edges.push_back(edge);
                more.edges.back().quota = static_cast<std::int32_t>(wide.quotas.size());
            }
            ASSERT_EQ(total - *total_of(more), std::max<std::int64_t>(0, sum)) << told(wide);
            priced += sum > 0 ? 1 : 0;
        }
    });
    EXPECT_GT(priced, cases() / 4);
}

TEST(Prices, of_a_group_of_needs_are_the_most_that_one_unit_more_saves) {
    int priced = 0;
    each_solved(5'500'000, [&](const Problem& problem, const Solution& solution, Dice&) {
        for (std::size_t i = 0; i < problem.need_groups.size(); ++i) {
            const auto price = solution.prices.need_groups[i];
            if (price <= 0) continue;
            auto more = problem;
            ++*more.need_groups[i].bounds.ceiling;
            const auto saved = solution.cost + solution.penalty - *total_of(more);
            ASSERT_GE(saved, 0) << told(problem);
            ASSERT_LE(saved, price) << told(problem);
            ++priced;
        }
    });
    EXPECT_GT(priced, cases() / 20);
}

} // namespace
} // namespace allocate
