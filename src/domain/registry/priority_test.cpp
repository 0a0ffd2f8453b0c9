// The order of the Civil Code, case by case.
#include "domain/registry/priority.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace registry {
namespace {

using pack::Interest;

const base::Zone china{480};

Instant at(const char* text) { return *Instant::parse(std::string(text) + ":00+08:00"); }

struct Fact {
    const char* name;
    Interest interest = Interest::mortgage;
    const char* registered = nullptr;
    const char* delivered = nullptr;
    const char* notified = nullptr;
    const char* purchase_until = nullptr;
    bool retention = false;
    std::int64_t yuan = 100;
};

Contender made(const Fact& fact) {
    Contender one;
    one.number = fact.name;
    one.holder = {fact.name, fact.name};
    one.interest = fact.interest;
    one.claim = Money::yuan(fact.yuan);
    if (fact.registered) one.registered_at = at(fact.registered);
    if (fact.delivered) one.delivered_at = at(fact.delivered);
    if (fact.notified) one.notified_at = at(fact.notified);
    if (fact.purchase_until) one.purchase_money_until = *Date::parse(fact.purchase_until);
    one.retention = fact.retention;
    return one;
}

struct Case {
    const char* what;
    bool receivable;
    Fact first;
    Fact second;
    bool equal;
    Ground ground;
    const char* article;
};

const Case cases[] = {
    {"414: both registered, by time",
     false,
     {.name = "a", .registered = "2024-03-01T09:00"},
     {.name = "b", .registered = "2024-03-01T09:01"},
     false,
     Ground::registered_first,
     "414"},
    {"414: registered the same minute, neither is earlier",
     false,
     {.name = "a", .registered = "2024-03-01T09:00"},
     {.name = "b", .registered = "2024-03-01T09:00"},
     true,
     Ground::published_at_once,
     "414"},
    {"414: registered before unregistered",
     false,
     {.name = "a", .registered = "2024-06-01T09:00"},
     {.name = "b"},
     false,
     Ground::registered_only,
     "414"},
    {"414: neither registered", false, {.name = "a"}, {.name = "b"}, true, Ground::pro_rata, "414"},
    {"414(2): leases and retention of title rank the same way",
     false,
     {.name = "a", .interest = Interest::retention, .registered = "2024-03-01T09:00"},
     {.name = "b", .interest = Interest::lease, .registered = "2024-03-02T09:00"},
     false,
     Ground::registered_first,
     "414"},
    {"415: pledge delivered before the mortgage was registered",
     false,
     {.name = "a", .interest = Interest::pledge, .delivered = "2024-03-01T09:00"},
     {.name = "b", .registered = "2024-03-01T09:01"},
     false,
     Ground::delivered_first,
     "415"},
    {"415: mortgage registered before the pledge was delivered",
     false,
     {.name = "a", .registered = "2024-03-01T08:59"},
     {.name = "b", .interest = Interest::pledge, .delivered = "2024-03-01T09:00"},
     false,
     Ground::registered_first,
     "415"},
    {"415: delivered pledge before an unregistered mortgage",
     false,
     {.name = "a", .interest = Interest::pledge, .delivered = "2024-03-01T09:00"},
     {.name = "b"},
     false,
     Ground::delivered_only,
     "415"},
    {"415: a pledge registered later but delivered earlier counts from delivery",
     false,
     {.name = "a",
      .interest = Interest::pledge,
      .registered = "2024-05-01T09:00",
      .delivered = "2024-03-01T09:00"},
     {.name = "b", .registered = "2024-04-01T09:00"},
     false,
     Ground::delivered_first,
     "415"},
    {"a mortgage is not made public by delivery",
     false,
     {.name = "a", .registered = "2024-05-01T09:00"},
     {.name = "b", .delivered = "2024-03-01T09:00"},
     false,
     Ground::registered_only,
     "414"},
    {"416: purchase money registered on the last day goes before an earlier mortgage",
     false,
     {.name = "a", .registered = "2024-03-11T23:59", .purchase_until = "2024-03-11"},
     {.name = "b", .registered = "2024-01-01T09:00"},
     false,
     Ground::purchase_money,
     "416"},
    {"416: a day late it is a mortgage like any other",
     false,
     {.name = "a", .registered = "2024-01-01T09:00"},
     {.name = "b", .registered = "2024-03-12T00:00", .purchase_until = "2024-03-11"},
     false,
     Ground::registered_first,
     "414"},
    {"416: purchase money that was never registered has no precedence",
     false,
     {.name = "a", .registered = "2024-04-01T09:00"},
     {.name = "b", .purchase_until = "2024-03-11"},
     false,
     Ground::registered_only,
     "414"},
    {"416: two of them by the time of registration",
     false,
     {.name = "a",
      .interest = Interest::lease,
      .registered = "2024-03-10T09:00",
      .purchase_until = "2024-03-11"},
     {.name = "b", .registered = "2024-03-11T09:00", .purchase_until = "2024-03-11"},
     false,
     Ground::purchase_money,
     "416"},
    {"456: retention goes before purchase money",
     false,
     {.name = "a", .retention = true},
     {.name = "b", .registered = "2024-03-10T09:00", .purchase_until = "2024-03-11"},
     false,
     Ground::retention,
     "456"},
    {"768: both registered, by time",
     true,
     {.name = "a", .interest = Interest::factoring, .registered = "2024-03-01T09:00"},
     {.name = "b",
      .interest = Interest::factoring,
      .registered = "2024-03-02T09:00",
      .notified = "2024-01-01T09:00"},
     false,
     Ground::registered_first,
     "768"},
    {"768: registered before notified",
     true,
     {.name = "a", .interest = Interest::factoring, .registered = "2024-03-05T09:00"},
     {.name = "b", .interest = Interest::factoring, .notified = "2024-03-01T09:00"},
     false,
     Ground::registered_only,
     "768"},
    {"768: neither registered, the first notice",
     true,
     {.name = "a", .interest = Interest::factoring, .notified = "2024-03-01T09:00"},
     {.name = "b", .interest = Interest::factoring, .notified = "2024-03-01T09:01"},
     false,
     Ground::notified_first,
     "768"},
    {"768: notified before nothing",
     true,
     {.name = "a", .interest = Interest::factoring, .notified = "2024-03-01T09:00"},
     {.name = "b", .interest = Interest::factoring},
     false,
     Ground::notified_only,
     "768"},
    {"768: neither registered nor notified",
     true,
     {.name = "a", .interest = Interest::factoring},
     {.name = "b", .interest = Interest::factoring},
     true,
     Ground::pro_rata,
     "768"},
    {"768 for a pledge of the receivable as well",
     true,
     {.name = "a", .interest = Interest::pledge, .registered = "2024-03-01T09:00"},
     {.name = "b", .interest = Interest::factoring, .notified = "2024-02-01T09:00"},
     false,
     Ground::registered_only,
     "768"},
    {"a delivery says nothing of a receivable",
     true,
     {.name = "a", .interest = Interest::factoring, .notified = "2024-03-01T09:00"},
     {.name = "b", .interest = Interest::pledge, .delivered = "2024-02-01T09:00"},
     false,
     Ground::notified_only,
     "768"},
};

TEST(Priority, each_pair_stands_as_the_code_says_whatever_comes_first) {
    for (const auto& one : cases) {
        SCOPED_TRACE(one.what);
        for (const bool turned : {false, true}) {
            std::vector<Contender> both{made(one.first), made(one.second)};
            if (turned) std::swap(both[0], both[1]);
            const auto ranking = rank(both, one.receivable, china);
            ASSERT_EQ(ranking.reasons.size(), 1U);
            const auto& reason = ranking.reasons[0];
            EXPECT_EQ(reason.equal, one.equal);
            EXPECT_EQ(reason.ground, one.ground);
            EXPECT_EQ(reason.article, one.article);
            EXPECT_FALSE(reason.explains.zh.empty() || reason.explains.en.empty());
            ASSERT_EQ(ranking.order.size(), 2U);
            EXPECT_EQ(ranking.order[0].rank, 1);
            EXPECT_EQ(ranking.order[1].rank, one.equal ? 1 : 2);
            if (!one.equal) {
                EXPECT_EQ(ranking.order[0].number, one.first.name);
                EXPECT_EQ(ranking.order[0].share, Rate::percent(100));
            }
        }
    }
}

TEST(Priority, equals_share_in_proportion_and_nothing_is_lost) {
    const auto ranking = rank(
        {made({.name = "a", .yuan = 100}),
         made({.name = "b", .yuan = 200}),
         made({.name = "c", .registered = "2024-03-01T09:00", .yuan = 5})},
        false,
        china);
    ASSERT_EQ(ranking.order.size(), 3U);
    EXPECT_EQ(ranking.order[0].number, "c");
    EXPECT_EQ(ranking.order[1].rank, 2);
    EXPECT_EQ(ranking.order[2].rank, 2);
    EXPECT_EQ(ranking.order[1].share.ppm, 333'333);
    EXPECT_EQ(ranking.order[2].share.ppm, 666'667);
    EXPECT_EQ(ranking.reasons.size(), 3U);
}

TEST(Priority, nobody_and_one_alone) {
    EXPECT_TRUE(rank({}, true, china).order.empty());
    const auto alone = rank({made({.name = "a"})}, true, china);
    EXPECT_EQ(alone.order.size(), 1U);
    EXPECT_TRUE(alone.reasons.empty());
}

// Whatever the facts and their order: a pair's reason agrees with the ranks of both, and the order
// in which they were told changes no rank.
TEST(Priority, ranks_and_reasons_agree_on_random_facts) {
    std::mt19937 random(20'240'715);
    const auto moment = [&]() -> std::optional<Instant> {
        if (random() % 3 == 0) return std::nullopt;
        return Instant{static_cast<std::int64_t>(1'700'000'000'000 + random() % 4 * 86'400'000)};
    };
    for (int round = 0; round < 500; ++round) {
        const bool receivable = random() % 2 == 0;
        std::vector<Contender> all;
        for (std::size_t i = 0; i < 1 + random() % 6; ++i) {
            Contender one;
            one.number = std::to_string(i);
            one.interest = static_cast<Interest>(random() % 6);
            one.claim = Money::yuan(1 + static_cast<std::int64_t>(random() % 100));
            one.registered_at = moment();
            one.delivered_at = moment();
            one.notified_at = moment();
            if (random() % 4 == 0)
                one.purchase_money_until = china.date({1'700'000'000'000 + 86'400'000})
                                               .plus_days(static_cast<int>(random() % 3) - 1);
            one.retention = random() % 8 == 0;
            all.push_back(one);
        }
        const auto ranking = rank(all, receivable, china);
        std::map<std::string, std::int32_t> ranks;
        std::map<std::int32_t, std::int64_t> shares;
        for (const auto& each : ranking.order) {
            ranks[each.number] = each.rank;
            shares[each.rank] += each.share.ppm;
        }
        EXPECT_EQ(ranks.size(), all.size());
        EXPECT_EQ(ranking.reasons.size(), all.size() * (all.size() - 1) / 2);
        for (const auto& [place, share] : shares)
            EXPECT_EQ(share, 1'000'000) << "round " << round;
        for (const auto& reason : ranking.reasons) {
            EXPECT_EQ(reason.equal, ranks[reason.first] == ranks[reason.second]);
            EXPECT_LE(ranks[reason.first], ranks[reason.second]) << "round " << round;
        }
        std::ranges::shuffle(all, random);
        for (const auto& each : rank(all, receivable, china).order)
            EXPECT_EQ(each.rank, ranks[each.number]) << "round " << round;
    }
}

} // namespace
} // namespace registry
