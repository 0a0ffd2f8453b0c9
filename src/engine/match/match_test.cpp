#include "engine/match/index.hpp"
#include "engine/match/match.hpp"
#include "engine/rule/sample.hpp"

#include <gtest/gtest.h>

namespace match {
namespace {

const rule::Schema schema = rule::sample_schema();
const base::Date today = base::Date::of(2026, 11, 23);

rule::Row firm(const std::map<std::string, rule::Value>& more = {}) {
    std::map<std::string, rule::Value> values{
        {"annual_sales", base::Money::wan(380)},
        {"debt_ratio", base::Rate::percent(60)},
        {"staff", std::int64_t{45}},
        {"high_tech", false},
        {"tax_grade", std::string("B")},
        {"industry", std::string("C")},
        {"founded", base::Date::of(2023, 12, 24)}};
    for (const auto& [name, value] : more)
        values[name] = value;
    auto row = rule::Row::of(schema, values);
    base::ensure(row.has_value(), "the row fits");
    return *row;
}

struct Shop {
    std::vector<rule::Program> programs;
    std::vector<Offer> offers;

    Shop() { programs.reserve(2'000); }

    Offer& add(std::int64_t id, const std::string& eligibility) {
        auto& offer = offers.emplace_back();
        offer.id = id;
        offer.name = {"产品" + std::to_string(id), "product " + std::to_string(id)};
        offer.amount_max = base::Money::wan(500);
        offer.term_max_months = 12;
        offer.rate = base::Rate::basis_points(400);
        if (eligibility.empty()) return offer;
        auto program = rule::compile(eligibility, schema);
        base::ensure(program.has_value(), "the rule compiles");
        programs.push_back(std::move(*program));
        offer.eligibility = &programs.back();
        return offer;
    }
};

TEST(Match, every_standing_comes_with_its_reason) {
    Shop shop;
    shop.add(1, "年销售额 >= 300万元 && 行业门类 == \"C\"");
    shop.add(2, "年销售额 >= 500万元 && 行业门类 == \"C\"");
    shop.add(3, "所在镇街 == \"姚庄镇\" && 年销售额 >= 300万元");
    shop.add(4, "行业门类 == \"E\" && 年销售额 >= 500万元");
    shop.add(5, "");
    shop.add(6, "年销售额 >= 300万元").amount_max = base::Money::wan(100);
    shop.add(7, "所在镇街 == \"姚庄镇\"").when_unknown = WhenUnknown::refuse;
    shop.add(8, "所在镇街 == \"姚庄镇\"").when_unknown = WhenUnknown::pass;
    const Wish wish{
        .amount = base::Money::wan(300),
        .term_months = 12,
        .guarantee_mode = {},
        .purpose = {},
        .rate_most = {}};
    const auto found = match(shop.offers, firm(), wish, today);
    std::map<std::int64_t, const Verdict*> by_id;
    for (const auto& verdict : found.verdicts)
        by_id[verdict.id] = &verdict;
    ASSERT_EQ(by_id.size(), 8U);
    EXPECT_EQ(by_id[1]->standing, Standing::eligible);
    EXPECT_EQ(by_id[1]->sentence.zh, "全部 2 项条件都满足");
    EXPECT_EQ(by_id[2]->standing, Standing::nearly);
    EXPECT_EQ(by_id[2]->sentence.zh, "接近符合：年销售额由 380万元 提高到 500万元（相差 120万元）");
    EXPECT_EQ(by_id[3]->standing, Standing::unknown);
    EXPECT_EQ(by_id[3]->missing, std::vector<std::string>{"town"});
    EXPECT_EQ(by_id[3]->sentence.zh, "暂时无法判断，还缺：所在镇街");
    EXPECT_EQ(by_id[4]->standing, Standing::not_eligible);
    EXPECT_EQ(
        by_id[4]->sentence.zh,
        "2 项条件中有 2 项不满足：行业门类 制造业，要求为 建筑业；年销售额 380万元，要求不低于 "
        "500万元，差 120万元");
    EXPECT_EQ(by_id[5]->standing, Standing::eligible);
    EXPECT_EQ(by_id[6]->standing, Standing::nearly);
    EXPECT_EQ(by_id[6]->sentence.zh, "接近符合：该产品最高 100万元，申请的是 300万元");
    EXPECT_EQ(by_id[7]->standing, Standing::not_eligible);
    EXPECT_EQ(by_id[8]->standing, Standing::eligible);
    for (std::size_t i = 1; i < found.verdicts.size(); ++i) {
        EXPECT_LE(found.verdicts[i - 1].standing, found.verdicts[i].standing);
    }
    for (const auto& offer : shop.offers) {
        const auto one = explain(offer, firm(), wish, today);
        EXPECT_EQ(one.standing, by_id[offer.id]->standing);
        EXPECT_EQ(one.score_ppm, by_id[offer.id]->score_ppm);
        EXPECT_EQ(one.sentence, by_id[offer.id]->sentence);
    }
}

TEST(Match, the_cheaper_the_sooner_and_the_better_fitting_come_first) {
    Shop shop;
    shop.add(1, "").rate = base::Rate::basis_points(600);
    shop.add(2, "").rate = base::Rate::basis_points(400);
    shop.add(3, "").answer_days = 1;
    shop.offers.back().rate = base::Rate::basis_points(400);
    shop.add(4, "").fee_rate = base::Rate::basis_points(100);
    shop.add(5, "").subsidy_rate = base::Rate::basis_points(100);
    shop.add(6, "");
    std::vector<std::int64_t> order;
    for (const auto& verdict : match(shop.offers, firm(), {}, today).verdicts)
        order.push_back(verdict.id);
    // 3 answers soonest; 5 is subsidised to 3 %; 2 and 6 are alike and go by id; 4 bears a fee; 1
    // is dearest.
    EXPECT_EQ(order, (std::vector<std::int64_t>{5, 3, 2, 6, 4, 1}));
}

TEST(Match, the_score_is_the_weighted_sum_of_the_parts_shown) {
    Shop shop;
    auto& offer = shop.add(1, "年销售额 >= 500万元");
    offer.rate = base::Rate::percent(7);
    offer.answer_days = 2.5;
    const Wish wish{
        .amount = base::Money::wan(1'000),
        .term_months = 12,
        .guarantee_mode = {},
        .purpose = {},
        .rate_most = {}};
    const auto verdict = explain(offer, firm(), wish, today);
    ASSERT_EQ(verdict.components.size(), part_count);
    EXPECT_EQ(verdict.components[0].value_ppm, 500'000);
    EXPECT_EQ(verdict.components[0].shown.zh, "7%");
    EXPECT_EQ(verdict.components[1].value_ppm, 500'000); // nothing known
    EXPECT_EQ(verdict.components[2].value_ppm, 750'000);
    EXPECT_EQ(verdict.components[2].shown.zh, "2.5个工作日（承诺）");
    EXPECT_EQ(verdict.components[3].value_ppm, 750'000); // half for the amount, whole for the term
    const auto repair = 1 - (120.0 / 500 + 0.5) / 2;
    EXPECT_EQ(verdict.components[4].value_ppm, std::llround(repair * 1e6));
    double sum = 0;
    for (const auto& component : verdict.components)
        sum += static_cast<double>(component.value_ppm) *
               static_cast<double>(component.weight_ppm) / 1e6;
    EXPECT_NEAR(sum, static_cast<double>(verdict.score_ppm), 4);
    EXPECT_EQ(verdict.all_in_cost, base::Rate::percent(7));
}

TEST(Match, the_wish_is_held_against_every_limit) {
    Shop shop;
    auto& offer = shop.add(1, "");
    offer.amount_min = base::Money::wan(50);
    offer.term_min_months = 6;
    offer.guarantee_modes = {"credit"};
    offer.purposes = {"working_capital"};

    struct Case {
        Wish wish;
        std::vector<MisfitKind> want;
    };

    const auto wish = [](std::int64_t wan,
                         std::int32_t months,
                         const char* mode,
                         const char* purpose,
                         std::int64_t bp) {
        return Wish{base::Money::wan(wan), months, mode, purpose, base::Rate::basis_points(bp)};
    };
    using enum MisfitKind;
    const Case table[] = {
        {wish(50, 6, "credit", "working_capital", 400), {}},
        {wish(500, 12, "credit", "working_capital", 400), {}},
        {wish(49, 5, "credit", "working_capital", 400), {amount_below, term_below}},
        {wish(501, 13, "credit", "working_capital", 400), {amount_above, term_above}},
        {wish(50, 6, "mortgage", "equipment", 399), {guarantee_mode, purpose, rate}},
        {Wish{}, {}},
    };
    for (const auto& [asked, want] : table) {
        std::vector<MisfitKind> kinds;
        const auto verdict = explain(offer, firm(), asked, today);
        for (const auto& misfit : verdict.misfits) {
            kinds.push_back(misfit.kind);
            EXPECT_FALSE(misfit.sentence.zh.empty() || misfit.sentence.en.empty());
        }
        EXPECT_EQ(kinds, want);
        EXPECT_EQ(verdict.standing, want.empty() ? Standing::eligible : Standing::nearly);
    }
}

TEST(Match, a_limit_on_the_search_cuts_the_most_hopeless_first) {
    Shop shop;
    shop.add(1, "年销售额 >= 500万元 && 高新技术企业 && 职工人数 > 100");
    shop.add(2, "年销售额 >= 500万元");
    const auto found =
        match(shop.offers, firm(), {}, today, {}, {.examined_most = 1, .explained_most = 0});
    EXPECT_EQ(found.unexamined, 1U);
    EXPECT_EQ(found.verdicts[0].id, 2);
    EXPECT_EQ(found.verdicts[0].standing, Standing::nearly);
    EXPECT_EQ(found.verdicts[1].standing, Standing::not_eligible);
    EXPECT_FALSE(found.verdicts[0].explanation);
}

TEST(Match, the_index_changes_no_answer) {
    Shop shop;
    const char* const texts[] = {
        "",
        "年销售额 >= 300万元 && 行业门类 == \"C\"",
        "年销售额 >= 500万元 && 高新技术企业 && 职工人数 > 100",
        "年销售额 >= 500万元 && 高新技术企业 && 职工人数 > 100 && 纳税信用 == \"A\"",
        "年销售额 >= 500万元 || 纳税信用 == \"A\"",
        "所在镇街 == \"姚庄镇\" && 年销售额 >= 300万元",
        "行业门类 == \"E\" || 职工人数 * 2 < 10"};
    Index::Edit edit;
    for (std::int64_t id = 1; id <= 60; ++id) {
        auto& offer = shop.add(id, texts[static_cast<std::size_t>(id) % std::size(texts)]);
        offer.rate = base::Rate::basis_points(300 + id * 7 % 200);
        offer.when_unknown = static_cast<WhenUnknown>(id % 3);
        edit.put.push_back({id, offer.eligibility});
    }
    Index index({.segment_programs = 16, .flips_most = 8});
    index.apply(edit);
    const auto version = index.version();
    Workspace workspace;
    const Wish wish{
        .amount = base::Money::wan(300),
        .term_months = 24,
        .guarantee_mode = {},
        .purpose = {},
        .rate_most = {}};
    for (const std::size_t examined : {0U, 5U, 500U}) {
        for (const auto& row : {firm(), firm({{"staff", rule::Value()}}), rule::Row(schema)}) {
            const Limits limits{.examined_most = examined, .explained_most = 20};
            const auto plain = match(shop.offers, row, wish, today, {}, limits);
            const auto indexed =
                match({*version, workspace, {}}, shop.offers, row, wish, today, {}, limits);
            EXPECT_EQ(indexed.unexamined, plain.unexamined);
            EXPECT_EQ(base::json::text(indexed.verdicts), base::json::text(plain.verdicts));
        }
    }
}

TEST(Match, enterprises_for_a_product_come_eligible_nearly_unknown) {
    Shop shop;
    const auto& offer = shop.add(1, "年销售额 >= 300万元 && 行业门类 == \"C\"");
    std::vector<rule::Row> rows{
        firm({{"annual_sales", base::Money::wan(100)}}),
        firm({{"industry", rule::Value()}}),
        firm({{"industry", std::string("E")}}),
        firm(),
        firm({{"annual_sales", base::Money::wan(290)}})};
    const auto found = candidates(offer, rows, today);
    std::vector<std::pair<std::size_t, Standing>> got;
    for (const auto& each : found)
        got.emplace_back(each.row, each.standing);
    const std::vector<std::pair<std::size_t, Standing>> want{
        {3, Standing::eligible},
        {4, Standing::nearly},
        {0, Standing::nearly},
        {1, Standing::unknown}};
    EXPECT_EQ(got, want);
    EXPECT_EQ(found[3].missing, std::vector<std::string>{"industry"});
}

} // namespace
} // namespace match
