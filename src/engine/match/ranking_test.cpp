// What ranking rests on: cost from cash flows, chances from outcomes, an order that never depends
// on the order given.
#include "engine/match/chance.hpp"
#include "engine/match/cost.hpp"
#include "engine/match/match.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace match {
namespace {

using base::Rate;

TEST(Cost, follows_the_cash_flows) {
    struct Case {
        const char* what;
        LoanTerms terms;
        std::int64_t least_ppm;
        std::int64_t most_ppm;
    };

    const auto percent = [](std::int64_t hundredths) { return Rate{hundredths * 100}; };
    const Case all[] = {
        {"interest alone is the contract's rate",
         {percent(435), {}, {}, 36, Repaid::equal_instalments},
         43'500,
         43'500},
        // 1 received less 0.01, 1.04 in a year paid monthly: (rate + fee) and a little, since the
        // fee is paid first.
        {"a fee in advance costs more than its rate",
         {percent(400), percent(100), {}, 12, Repaid::monthly_interest},
         50'100,
         50'500},
        {"half a year costs half the fee",
         {percent(400), percent(100), {}, 6, Repaid::monthly_interest},
         50'000,
         50'500},
        // Half the principal is out on average, the first year's fee is on the whole of it.
        {"a fee on a shrinking loan weighs more",
         {percent(400), percent(100), {}, 12, Repaid::equal_principal},
         58'000,
         59'500},
        {"a subsidy lowers it by a little less, since it comes later",
         {percent(435), {}, percent(100), 12, Repaid::monthly_interest},
         33'500,
         34'000},
        // 1.24 after two years: (1.24^(1/24) − 1) × 12.
        {"interest paid at the end is cheaper than monthly",
         {percent(1200), {}, {}, 24, Repaid::at_the_end},
         108'030,
         108'050},
        {"never below nothing",
         {percent(100), {}, percent(300), 12, Repaid::monthly_interest},
         0,
         0}};
    for (const auto& each : all) {
        const auto cost = yearly_cost(each.terms).ppm;
        EXPECT_GE(cost, each.least_ppm) << each.what;
        EXPECT_LE(cost, each.most_ppm) << each.what;
    }
}

TEST(Cost, rises_with_rate_and_fee_and_falls_with_the_subsidy) {
    for (const auto repaid :
         {Repaid::monthly_interest,
          Repaid::equal_instalments,
          Repaid::equal_principal,
          Repaid::at_the_end}) {
        for (const std::int32_t months : {1, 5, 12, 13, 36, 60}) {
            const LoanTerms terms{Rate{40'000}, Rate{5'000}, Rate{3'000}, months, repaid};
            auto dearer = terms;
            dearer.rate.ppm += 1'000;
            EXPECT_GT(yearly_cost(dearer), yearly_cost(terms));
            dearer = terms;
            dearer.fee_rate.ppm += 1'000;
            EXPECT_GT(yearly_cost(dearer), yearly_cost(terms));
            dearer = terms;
            dearer.subsidy_rate.ppm -= 1'000;
            EXPECT_GT(yearly_cost(dearer), yearly_cost(terms));
        }
    }
}

TEST(Chance, without_history_is_the_prior_and_says_so) {
    const auto chance = chance_of({}, 1, 2, "tax_credit_loan");
    EXPECT_EQ(chance.mean_ppm, 500'000);
    EXPECT_EQ(chance.basis, Basis::none);
    EXPECT_EQ(chance.claims, 0);
    EXPECT_LT(chance.low_ppm, 260'000);
    EXPECT_GT(chance.high_ppm, 740'000);
}

TEST(Chance, comes_from_the_nearest_history) {
    const std::vector<Record> records{
        {.product = 1, .institution = 10, .kind = "a", .yes = 3, .no = 1},
        {.product = 2, .institution = 10, .kind = "b", .yes = 9, .no = 1},
        {.product = 3, .institution = 20, .kind = "a", .yes = 0, .no = 30},
        {.product = 0, .institution = 30, .kind = "", .yes = 5, .no = 0}};
    EXPECT_EQ(chance_of(records, 1, 10, "a").basis, Basis::product);
    EXPECT_EQ(chance_of(records, 1, 10, "a").claims, 4);
    EXPECT_EQ(chance_of(records, 9, 10, "z").basis, Basis::institution);
    EXPECT_EQ(chance_of(records, 9, 40, "a").basis, Basis::kind);
    EXPECT_EQ(chance_of(records, 9, 40, "a").claims, 34);
    EXPECT_EQ(chance_of(records, 9, 30, "z").basis, Basis::institution);
    EXPECT_EQ(chance_of(records, 9, 40, "z").basis, Basis::none);
    // Near history weighs more than far.
    EXPECT_GT(chance_of(records, 1, 10, "a").mean_ppm, 600'000);
    EXPECT_LT(chance_of(records, 9, 40, "a").mean_ppm, 300'000);
}

class Dice {
public:
    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15;
        auto mixed = state_;
        mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31U);
    }

    double share() { return static_cast<double>(next() >> 11U) / 9007199254740992.0; }

private:
    std::uint64_t state_ = 7;
};

TEST(Chance, a_yes_more_never_lowers_any_estimate_nor_a_no_raises_it) {
    Dice dice;
    for (int turn = 0; turn < 300; ++turn) {
        std::vector<Record> records;
        for (int i = 0; i < 6; ++i)
            records.push_back(
                {.product = static_cast<std::int64_t>(dice.next() % 4),
                 .institution = static_cast<std::int64_t>(dice.next() % 3),
                 .kind = dice.next() % 2 == 0 ? "a" : "b",
                 .yes = static_cast<std::int64_t>(dice.next() % 9),
                 .no = static_cast<std::int64_t>(dice.next() % 9)});
        const auto place = static_cast<std::size_t>(dice.next() % records.size());
        auto better = records;
        ++better[place].yes;
        auto worse = records;
        ++worse[place].no;
        for (std::int64_t product = 0; product < 4; ++product) {
            const auto before = chance_of(records, product, turn % 3, "a");
            EXPECT_GE(chance_of(better, product, turn % 3, "a").mean_ppm, before.mean_ppm);
            EXPECT_LE(chance_of(worse, product, turn % 3, "a").mean_ppm, before.mean_ppm);
            EXPECT_LE(before.low_ppm, before.mean_ppm);
            EXPECT_GE(before.high_ppm, before.mean_ppm);
        }
    }
}

// Institutions drawn around a kind's rate and products around theirs: estimates agree with what
// then happens, bin by bin, and the interval holds the truth about as often as it says.
TEST(Chance, is_calibrated_on_made_up_outcomes) {
    Dice dice;
    std::vector<Record> records;
    std::vector<double> truth;
    for (std::int64_t desk = 1; desk <= 60; ++desk) {
        const double base_rate = 0.2 + 0.5 * dice.share();
        for (std::int64_t i = 0; i < 6; ++i) {
            const double rate = std::clamp(base_rate + 0.4 * (dice.share() - 0.5), 0.02, 0.98);
            const auto claims = static_cast<std::int64_t>(dice.next() % 25);
            Record record{
                .product = desk * 10 + i, .institution = desk, .kind = "k", .yes = 0, .no = 0};
            for (std::int64_t c = 0; c < claims; ++c)
                ++(dice.share() < rate ? record.yes : record.no);
            records.push_back(record);
            truth.push_back(rate);
        }
    }
    double inside = 0;
    std::array<double, 5> said{};
    std::array<double, 5> was{};
    std::array<double, 5> count{};
    for (std::size_t i = 0; i < records.size(); ++i) {
        const auto chance = chance_of(records, records[i].product, records[i].institution, "k");
        const double mean = static_cast<double>(chance.mean_ppm) / 1e6;
        const auto low = static_cast<double>(chance.low_ppm) / 1e6;
        const auto high = static_cast<double>(chance.high_ppm) / 1e6;
        inside += truth[i] >= low && truth[i] <= high ? 1 : 0;
        const auto bin = std::min<std::size_t>(4, static_cast<std::size_t>(mean * 5));
        said[bin] += mean;
        was[bin] += truth[i];
        count[bin] += 1;
    }
    EXPECT_GT(inside / static_cast<double>(records.size()), 0.85);
    for (std::size_t bin = 0; bin < 5; ++bin) {
        if (count[bin] < 20) continue;
        EXPECT_NEAR(said[bin] / count[bin], was[bin] / count[bin], 0.05) << "bin " << bin;
    }
}

std::vector<Offer> alike() {
    std::vector<Offer> offers;
    for (std::int64_t id = 1; id <= 9; ++id) {
        Offer offer;
        offer.id = id;
        offer.amount_max = base::Money::wan(500);
        offer.rate = Rate{id % 3 == 0 ? 39'000 : 42'000};
        offer.chance = chance_of({}, 1, 1, "k");
        offers.push_back(offer);
    }
    return offers;
}

TEST(Ranking, ties_stand_by_id_however_offers_are_given) {
    const auto schema = rule::Schema::make({});
    ASSERT_TRUE(schema.has_value());
    const rule::Row row(*schema);
    auto offers = alike();
    Dice dice;
    for (int turn = 0; turn < 50; ++turn) {
        for (std::size_t i = offers.size(); i > 1; --i)
            std::swap(offers[i - 1], offers[dice.next() % i]);
        const auto matches = match(offers, row, {}, base::Date::of(2023, 9, 12));
        std::vector<std::int64_t> ids;
        for (const auto& verdict : matches.verdicts)
            ids.push_back(verdict.id);
        EXPECT_EQ(ids, (std::vector<std::int64_t>{3, 6, 9, 1, 2, 4, 5, 7, 8}));
    }
}

TEST(Ranking, a_better_chance_ranks_higher_and_every_part_is_shown_with_its_weight) {
    const auto schema = rule::Schema::make({});
    ASSERT_TRUE(schema.has_value());
    const rule::Row row(*schema);
    auto offers = alike();
    const std::vector<Record> records{
        {.product = 7, .institution = 7, .kind = "k", .yes = 40, .no = 2}};
    offers[6].chance = chance_of(records, 7, 7, "k");
    offers[6].rate = offers[2].rate;
    const auto matches = match(offers, row, {}, base::Date::of(2023, 9, 12));
    EXPECT_EQ(matches.verdicts.front().id, 7);
    std::int64_t weights = 0;
    std::int64_t score = 0;
    ASSERT_EQ(matches.verdicts.front().components.size(), part_count);
    for (const auto& component : matches.verdicts.front().components) {
        weights += component.weight_ppm;
        score += component.weight_ppm * component.value_ppm / 1'000'000;
    }
    EXPECT_NEAR(static_cast<double>(weights), 1e6, 5);
    EXPECT_NEAR(
        static_cast<double>(score), static_cast<double>(matches.verdicts.front().score_ppm), 10);
}

} // namespace
} // namespace match
