#include "domain/allotment/allotment.hpp"
#include "domain/consent/consent.hpp"
#include "domain/finance/town_test.hpp"

namespace allotment {
namespace {

using finance::testing::Town;

// Three banks with one product each, the first the cheapest, and as many enterprises as a test asks
// for, each with an open need.
struct Fair {
    Town town{[](store::Schema& schema) {
        consent::declare(schema);
        declare(schema);
    }};
    Allotments allotments{*town.database, *town.policy, *town.products, *town.finance};
    std::vector<Id<Need>> needs;
    std::vector<base::Actor> firms;

    Fair() {
        offer(town.bank, "stream_loan", 20, "months_since(founded_on) >= 12");
        offer(town.bank_2, "hill_loan", 90, "months_since(founded_on) >= 12");
        offer(town.bank_3, "lake_loan", 160, "months_since(founded_on) >= 12");
    }

    Id<Product> offer(
        const base::Actor& bank,
        const std::string& code,
        std::int32_t spread_bp,
        const std::string& rule,
        const std::vector<std::string>& scopes = {}) {
        auto terms = town.policy->pack().products.front();
        terms.code = code;
        terms.name = {code, code};
        terms.eligibility = rule;
        terms.scopes = scopes;
        terms.amount_max = Money::yuan(1'000'000);
        terms.price.spread_bp = spread_bp;
        const auto drafted = town.products->draft(town.by(bank), terms);
        EXPECT_TRUE(drafted) << (drafted ? "" : drafted.error().message.en);
        const Id<Product> id{std::stoll(drafted->subject)};
        EXPECT_TRUE(town.products->publish(town.by(bank), id, Date::of(2024, 3, 5)));
        return id;
    }

    void post(std::uint64_t count, std::int64_t yuan = 500'000) {
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto seed = 100 + firms.size();
            auto firm = town.enterprise;
            firm.party = town.register_enterprise(seed);
            town.enterprise = firm;
            firms.push_back(firm);
            needs.push_back(town.posted(Town::wish(yuan)));
        }
    }

    Terms terms(std::optional<std::int64_t> ceiling = std::nullopt) const {
        Terms wish;
        wish.title = "第一轮";
        wish.institutions = {
            {town.bank.party, 0, ceiling},
            {town.bank_2.party, 0, ceiling},
            {town.bank_3.party, 0, ceiling}};
        return wish;
    }

    Plan planned(const Terms& wish) {
        auto found = town.read([&](const store::Snapshot& db) {
            return plan(db, *town.policy, *town.products, wish, town.clock.now());
        });
        EXPECT_TRUE(found) << (found ? "" : found.error().message.en);
        return *std::move(found);
    }

    Id<Allotment> opened(const Terms& wish) {
        const auto receipt = allotments.open(town.by(town.office), wish);
        EXPECT_TRUE(receipt) << (receipt ? "" : receipt.error().message.en);
        return {std::stoll(receipt->subject)};
    }

    std::string code_of(const base::Result<store::Receipt>& receipt) {
        return receipt ? "" : receipt.error().code;
    }
};

TEST(Plan, fills_the_cheapest_first_and_prices_its_places) {
    Fair fair;
    fair.post(5);
    auto terms = fair.terms(2);
    const auto plan = fair.planned(terms);
    ASSERT_FALSE(plan.conflict.has_value());
    EXPECT_TRUE(plan.certificate.holds) << plan.certificate.fault;
    EXPECT_EQ(plan.certificate.primal, plan.certificate.dual);
    EXPECT_EQ(plan.served, 5);
    EXPECT_EQ(plan.institutions[0].used, 2);
    EXPECT_EQ(plan.institutions[1].used, 2);
    EXPECT_EQ(plan.institutions[2].used, 1);
    // Half of 140 and of 70 basis points: without a history a yes counts one half.
    EXPECT_EQ(plan.institutions[0].price_ppm, 7'000);
    EXPECT_EQ(plan.institutions[1].price_ppm, 3'500);
    EXPECT_EQ(plan.institutions[2].price_ppm, 0);
    for (const auto& need : plan.needs) {
        ASSERT_EQ(need.pairs.size(), 3U);
        // Whoever is served is served where its cost with the price of the place is least.
        EXPECT_EQ(need.pairs[0].units, 1);
        for (const auto& pair : need.pairs)
            EXPECT_LE(
                need.pairs[0].expected_ppm + need.pairs[0].price_ppm,
                pair.expected_ppm + pair.price_ppm);
    }
}

TEST(Plan, keeps_floors_and_names_those_that_quarrel) {
    Fair fair;
    fair.post(3);
    auto terms = fair.terms(3);
    terms.institutions[2].floor = 2; // the dearest
    const auto plan = fair.planned(terms);
    ASSERT_FALSE(plan.conflict.has_value());
    EXPECT_EQ(plan.institutions[2].used, 2);
    EXPECT_LT(plan.institutions[2].price_ppm, 0);
    terms.family = Family::first_loan;
    terms.floors = {{"first_loan", 3}};
    for (auto& quota : terms.institutions)
        quota.floor = 0, quota.ceiling = quota.institution == fair.town.bank.party ? 2 : 0;
    const auto stuck = fair.planned(terms);
    ASSERT_TRUE(stuck.conflict.has_value());
    EXPECT_TRUE(stuck.conflict_proved);
    EXPECT_EQ(stuck.conflict->demanded, 3);
    EXPECT_EQ(stuck.conflict->allowed, 2);
    EXPECT_EQ(stuck.conflict->bounds.size(), 4U); // the floor and all three ceilings
}

TEST(Plan, pairs_only_whom_the_rule_admits_and_consent_lets_us_judge) {
    Fair fair;
    fair.offer(fair.town.bank_2, "hill_tax_loan", 5, "tax_grade in [\"A\"]", {"tax"});
    fair.offer(fair.town.bank_3, "lake_old_loan", 1, "months_since(founded_on) >= 600");
    fair.post(1);
    auto terms = fair.terms();
    const auto plan = fair.planned(terms);
    ASSERT_EQ(plan.needs.size(), 1U);
    EXPECT_EQ(plan.needs[0].pairs.size(), 3U); // neither the unconsented nor the inadmissible one
    terms.institutions.resize(1);
    const auto narrow = fair.planned(terms);
    EXPECT_EQ(narrow.needs[0].pairs.size(), 1U);
    terms.pair_most = Money::yuan(400'000); // less than the need
    const auto barred = fair.planned(terms);
    EXPECT_TRUE(barred.needs[0].pairs.empty());
    ASSERT_EQ(barred.needs[0].barred.size(), 1U);
    EXPECT_EQ(barred.needs[0].barred[0].second, Bar::exposure);
    EXPECT_EQ(barred.unserved, 1);
}

TEST(Plan, an_enterprise_takes_part_with_one_need_and_others_wait) {
    Fair fair;
    fair.post(1);
    fair.town.posted(Town::wish(100'000));
    const auto plan = fair.planned(fair.terms());
    EXPECT_EQ(plan.needs.size(), 1U);
    EXPECT_EQ(plan.others, 1);
    EXPECT_EQ(plan.needs[0].need.id, fair.needs[0]);
}

TEST(Plan, in_money_a_need_is_shared_within_limits) {
    Fair fair;
    fair.post(1, 900'000);
    auto terms = fair.terms();
    terms.measure = Measure::amount;
    terms.pair_most = Money::yuan(400'000);
    const auto plan = fair.planned(terms);
    ASSERT_FALSE(plan.conflict.has_value());
    EXPECT_EQ(plan.served, 90); // 万元
    EXPECT_EQ(plan.institutions[0].used, 40);
    EXPECT_EQ(plan.institutions[1].used, 40);
    EXPECT_EQ(plan.institutions[2].used, 10);
    EXPECT_TRUE(plan.certificate.holds);
}

TEST(Allotments, confirming_pushes_each_need_once) {
    Fair fair;
    fair.post(3);
    const auto id = fair.opened(fair.terms(1));
    const auto plan = fair.planned(fair.terms(1));
    EXPECT_EQ(
        fair.code_of(fair.allotments.confirm(fair.town.by(fair.town.office), id, "other")),
        "allotment.moved_on");
    const auto command = fair.town.by(fair.town.office);
    const auto first = fair.allotments.confirm(command, id, plan.digest);
    ASSERT_TRUE(first) << first.error().message.en;
    const auto again = fair.allotments.confirm(command, id, plan.digest);
    ASSERT_TRUE(again);
    EXPECT_EQ(first->seq, again->seq);
    const auto given =
        fair.town.read([&](const store::Snapshot& db) { return allotment::given(db, id); });
    ASSERT_EQ(given.size(), 3U);
    for (const auto& row : given) {
        EXPECT_EQ(row.reason, "");
        const auto claims = fair.town.read(
            [&](const store::Snapshot& db) { return finance::claims_of(db, row.need); });
        ASSERT_EQ(claims.size(), 1U);
        EXPECT_EQ(claims[0].institution, row.institution);
        EXPECT_EQ(claims[0].product, row.product);
    }
    EXPECT_EQ(
        fair.code_of(fair.allotments.confirm(fair.town.by(fair.town.office), id, plan.digest)),
        "allotment.ended");
    EXPECT_TRUE(fair.planned(fair.terms(1)).needs.empty()); // somebody is at work on each
    const auto digest = fair.town.database->projection_digest();
    ASSERT_TRUE(fair.town.database->rebuild());
    EXPECT_EQ(digest, fair.town.database->projection_digest());
}

TEST(Allotments, what_became_different_since_the_preview_is_not_confirmed) {
    Fair fair;
    fair.post(2);
    const auto terms = fair.terms(2);
    const auto id = fair.opened(terms);
    const auto seen = fair.planned(terms);
    fair.town.claimed(fair.needs[0], fair.town.bank_2);
    EXPECT_EQ(
        fair.code_of(fair.allotments.confirm(fair.town.by(fair.town.office), id, seen.digest)),
        "allotment.moved_on");
}

TEST(Allotments, terms_are_checked_at_their_field_and_only_departments_decide) {
    Fair fair;

    struct Case {
        const char* code;
        const char* field;
        std::function<void(Terms&)> spoil;
    };

    const Case all[] = {
        {"allotment.title", "/title", [](Terms& t) { t.title.clear(); }},
        {"allotment.institutions", "/institutions", [](Terms& t) { t.institutions.clear(); }},
        {"allotment.institutions",
         "/institutions/0/institution",
         [](Terms& t) { t.institutions[0].institution = {999}; }},
        {"allotment.quota",
         "/institutions/1",
         [](Terms& t) { t.institutions[1].floor = 9, t.institutions[1].ceiling = 3; }},
        {"allotment.quota",
         "/institutions/1",
         [](Terms& t) { t.institutions[1].institution = t.institutions[0].institution; }},
        {"allotment.quota",
         "/products/0",
         [](Terms& t) {
             t.products = {{{1}, -1}};
         }},
        {"allotment.floor",
         "/floors/0",
         [](Terms& t) {
             t.floors = {{"first_loan", 1}};
         }},
        {"allotment.penalty", "/penalty", [](Terms& t) { t.penalty.ppm = -1; }}};
    for (const auto& each : all) {
        auto terms = fair.terms(1);
        each.spoil(terms);
        const auto refused = fair.allotments.open(fair.town.by(fair.town.office), terms);
        ASSERT_FALSE(refused) << each.field;
        EXPECT_EQ(refused.error().code, each.code);
        EXPECT_EQ(refused.error().field, each.field);
    }
    auto bank = fair.town.bank;
    bank.rights = {base::Right::need_answer};
    EXPECT_EQ(
        fair.code_of(fair.allotments.open(fair.town.by(bank), fair.terms())), "permission.denied");
    const auto id = fair.opened(fair.terms());
    EXPECT_EQ(
        fair.code_of(fair.allotments.change(fair.town.by(fair.town.office), id, 7, fair.terms())),
        "allotment.version");
    EXPECT_TRUE(fair.allotments.cancel(fair.town.by(fair.town.office), id));
    EXPECT_EQ(
        fair.code_of(fair.allotments.cancel(fair.town.by(fair.town.office), id)),
        "allotment.ended");
}

} // namespace
} // namespace allotment
