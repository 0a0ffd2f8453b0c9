// Who is around an account, held against a plain search over all payments.
#include "engine/watch/past.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace watch {
namespace {

struct Paid {
    std::string id;
    std::int64_t time_ms;
    std::string payer;
    std::string payee;
    std::int64_t amount;
};

std::map<std::string, int> plain_hops(
    const std::vector<Paid>& all, const std::string& subject, std::int64_t from, std::int64_t to) {
    std::map<std::string, int> hops{{subject, 0}};
    for (int ring = 1; ring <= 2; ++ring) {
        const auto before = hops;
        for (const auto& paid : all) {
            if (paid.time_ms < from || paid.time_ms > to || paid.payer.empty() ||
                paid.payee.empty())
                continue;
            const auto near = [&](const std::string& account) {
                const auto found = before.find(account);
                return found != before.end() && found->second == ring - 1;
            };
            if (near(paid.payer)) hops.try_emplace(paid.payee, ring);
            if (near(paid.payee)) hops.try_emplace(paid.payer, ring);
        }
    }
    return hops;
}

TEST(Past, those_around_an_account_are_those_a_plain_search_finds) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed); // tidy-allow(randomness): printed
        const auto pick = [&](std::uint64_t of) { return random() % of; };
        Past past;
        std::vector<Paid> all;
        for (std::uint64_t i = 0; i < 60; ++i) {
            const auto name = [&] { return pick(12) == 0 ? "" : "a" + std::to_string(pick(14)); };
            all.push_back(
                {"p" + std::to_string(i),
                 static_cast<std::int64_t>(pick(100)),
                 name(),
                 name(),
                 static_cast<std::int64_t>(pick(900)) + 1});
            const auto& it = all.back();
            past.add({it.id, it.time_ms, it.payer, it.payee, it.amount, "transfer"});
        }
        const auto web = past.around(
            {.account = "a1", .from_ms = 20, .until_ms = 80, .nodes_most = 1'000, .first = {}});
        std::map<std::string, int> hops;
        for (const auto& node : web.nodes)
            hops[node.account] = node.hops;
        EXPECT_EQ(hops, plain_hops(all, "a1", 20, 80));
        std::map<std::pair<std::string, std::string>, std::pair<std::int64_t, std::int64_t>> ties;
        for (const auto& it : all) {
            const bool inside = it.time_ms >= 20 && it.time_ms <= 80 && it.payer != it.payee;
            if (!inside || !hops.contains(it.payer) || !hops.contains(it.payee)) continue;
            auto& sum = ties[{it.payer, it.payee}];
            ++sum.first;
            sum.second += it.amount;
        }
        std::map<std::pair<std::string, std::string>, std::pair<std::int64_t, std::int64_t>> found;
        for (const auto& tie : web.ties)
            found[{tie.from, tie.to}] = {tie.count, tie.amount};
        EXPECT_EQ(found, ties);
    }
}

TEST(Past, of_too_many_accounts_those_named_come_first_and_the_rest_is_counted) {
    Past past;
    for (int i = 0; i < 10; ++i)
        past.add({"p" + std::to_string(i), i, "hub", "a" + std::to_string(i), 100 + i, "card"});
    past.add({"p3", 99, "nobody", "hub", 1, "card"}); // known already
    const auto web = past.around(
        {.account = "hub", .from_ms = 0, .until_ms = 50, .nodes_most = 3, .first = {"a2"}});
    ASSERT_EQ(web.nodes.size(), 3U);
    EXPECT_EQ(web.nodes[0].account, "hub");
    EXPECT_EQ(web.nodes[1].account, "a2");
    EXPECT_EQ(web.nodes[2].account, "a9");
    EXPECT_EQ(web.left_out, 8);
    ASSERT_EQ(web.ties.size(), 2U);
    EXPECT_EQ(web.ties[0].of, std::vector<std::string>{"p2"});
    EXPECT_EQ(past.size(), 10U);
    EXPECT_EQ(past.find("p9")->payee, "a9");
    EXPECT_FALSE(past.find("p10"));
    EXPECT_EQ(past.around({.account = "who", .first = {}}).nodes.size(), 1U);
}

} // namespace
} // namespace watch
