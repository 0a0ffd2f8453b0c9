#include "engine/lint/lint.hpp"
#include "engine/rule/sample.hpp"

#include <gtest/gtest.h>

namespace lint {
namespace {

const rule::Schema schema = rule::sample_schema();

rule::Program compiled(const std::string& text) {
    auto program = rule::compile(text, schema);
    base::ensure(program.has_value(), program ? "" : text + ": " + program.error().message.en);
    return std::move(*program);
}

TEST(Lint, conditions_that_cannot_hold_or_are_needless_are_found) {
    struct Case {
        const char* text;
        std::vector<std::pair<Kind, std::string>> want;
    };

    using enum Kind;
    const Case table[] = {
        {"年销售额 >= 300万元 && 职工人数 >= 10", {}},
        {"年销售额 >= 300万元 && 年销售额 < 200万元", {{never_holds, "年销售额 < 200万元"}}},
        {"职工人数 > 10 && 职工人数 < 11", {{never_holds, "职工人数 < 11"}}},
        {"sales_growth > 10.0 && sales_growth < 11.0", {}},
        {"纳税信用 in [\"A\", \"B\"] && 纳税信用 == \"C\"", {{never_holds, "纳税信用 == \"C\""}}},
        {"纳税信用 > \"A\"", {{never_holds, "纳税信用 > \"A\""}}},
        {"高新技术企业 && !高新技术企业", {{never_holds, "!高新技术企业"}}},
        {"!has(年销售额) && 年销售额 > 1元", {{never_holds, "年销售额 > 1元"}}},
        {"!has(年销售额) && 职工人数 > 1", {}},
        {"false", {{never_holds, "false"}}},
        {"所在镇街 == \"姚庄镇\" && 所在镇街 == \"西塘镇\"",
         {{never_holds, "所在镇街 == \"西塘镇\""}}},
        {"(职工人数 > 10 || 年销售额 > 1万元) && 职工人数 < 5 && 年销售额 <= 1万元",
         {{never_holds, "年销售额 <= 1万元"}}},
        {"年销售额 >= 300万元 && 年销售额 >= 200万元", {{implied, "年销售额 >= 200万元"}}},
        {"年销售额 >= 300万元 && 年销售额 >= 300万元", {{implied, "年销售额 >= 300万元"}}},
        {"年销售额 >= 300万元 && has(年销售额)", {{implied, "has(年销售额)"}}},
        {"职工人数 >= 10 && (职工人数 >= 5 || 高新技术企业)",
         {{implied, "(职工人数 >= 5 || 高新技术企业)"}}},
        {"职工人数 >= 10 && (职工人数 < 20 || 职工人数 >= 15)",
         {{always_holds, "(职工人数 < 20 || 职工人数 >= 15)"}}},
        {"纳税信用 >= \"D\" && 职工人数 > 1", {{always_holds, "纳税信用 >= \"D\""}}},
        // What is no comparison with constants may be either.
        {"loan_balance <= annual_sales && loan_balance > annual_sales", {}},
    };
    for (const auto& [text, want] : table) {
        std::vector<std::pair<Kind, std::string>> got;
        for (const auto& finding : conditions(compiled(text))) {
            got.emplace_back(finding.kind, finding.clause);
            EXPECT_EQ(finding.blocks, finding.kind == Kind::never_holds);
            EXPECT_FALSE(finding.message.zh.empty() || finding.message.en.empty());
            EXPECT_FALSE(finding.cure.zh.empty() || finding.cure.en.empty());
        }
        ASSERT_EQ(got.size(), want.size()) << text;
        for (std::size_t i = 0; i < got.size(); ++i) {
            EXPECT_EQ(got[i].first, want[i].first) << text;
            const bool inside = want[i].second.find(got[i].second) != std::string::npos;
            EXPECT_TRUE(inside) << text << ": " << got[i].second;
        }
    }
}

TEST(Lint, a_finding_points_at_its_condition) {
    const auto found =
        conditions(compiled("职工人数 >= 10\n  && 年销售额 >= 3元 && 年销售额 >= 2元"));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].line, 2);
    EXPECT_EQ(found[0].column, 20);
    EXPECT_EQ(found[0].length, 10);
}

TEST(Lint, a_bound_in_the_wrong_unit_stands_out_from_the_data) {
    Seen sales{*schema.find("annual_sales"), {}};
    Seen debt{*schema.find("debt_ratio"), {}};
    for (std::int64_t i = 1; i <= 100; ++i) {
        sales.values.emplace_back(base::Money::wan(i * 50));
        debt.values.emplace_back(base::Rate::percent(i));
    }
    const std::vector<Seen> seen{sales, debt};
    const auto count = [&](const char* text) { return units(compiled(text), seen).size(); };
    EXPECT_EQ(count("年销售额 >= 500万元"), 0U);
    EXPECT_EQ(count("年销售额 >= 500元"), 1U);
    EXPECT_EQ(count("50000亿元 > 年销售额"), 0U) << "no slip of ten thousand makes that usual";
    EXPECT_EQ(count("年销售额 < 500亿元"), 1U);
    EXPECT_EQ(count("资产负债率 <= 0.6%"), 1U);
    EXPECT_EQ(count("资产负债率 <= 60%"), 0U);
    EXPECT_EQ(count("职工人数 >= 1 && (高新技术企业 || 年销售额 >= 800元)"), 1U);
    const auto found = units(compiled("年销售额 >= 500元"), seen);
    EXPECT_EQ(found[0].clause, "500元");
    EXPECT_NE(found[0].cure.zh.find("500万元"), std::string::npos) << found[0].cure.zh;
    sales.values.resize(5);
    EXPECT_TRUE(units(compiled("年销售额 >= 500元"), std::vector<Seen>{sales}).empty())
        << "too few";
}

struct Shelf {
    std::vector<rule::Program> programs;
    std::vector<Product> products;

    Shelf() { programs.reserve(20); }

    Product& add(const char* code, const char* text, std::int64_t cost_bp = 400) {
        programs.push_back(compiled(text));
        auto& made = products.emplace_back();
        made.code = code;
        made.name = {std::string("产品") + code, code};
        made.family = "bank/loan";
        made.eligibility = &programs.back();
        made.amount_max = base::Money::wan(500);
        made.term_max_months = 12;
        made.cost = base::Rate::basis_points(cost_bp);
        return made;
    }

    [[nodiscard]] std::vector<Kind> kinds(std::size_t of) const {
        std::vector<Kind> all;
        for (const auto& finding : neighbours(products[of], products))
            all.push_back(finding.kind);
        return all;
    }
};

TEST(Lint, a_product_nobody_needs_is_found) {
    Shelf shelf;
    shelf.add("narrow", "年销售额 >= 500万元 && 职工人数 >= 10", 450);
    shelf.add("wide", "年销售额 >= 300万元", 400);
    EXPECT_EQ(shelf.kinds(0), std::vector<Kind>{Kind::subsumed});
    EXPECT_EQ(shelf.kinds(1), std::vector<Kind>{});
    shelf.products[0].cost = base::Rate::basis_points(350);
    EXPECT_EQ(shelf.kinds(0), std::vector<Kind>{}) << "cheaper for those who qualify";
    shelf.products[0].cost = base::Rate::basis_points(450);
    shelf.products[0].amount_max = base::Money::wan(800);
    EXPECT_EQ(shelf.kinds(0), std::vector<Kind>{}) << "gives more";
    shelf.products[0].amount_max = base::Money::wan(500);
    shelf.products[1].family = "other bank/loan";
    EXPECT_EQ(shelf.kinds(0), std::vector<Kind>{}) << "somebody else's";
}

TEST(Lint, tiers_that_overlap_or_leave_a_gap_are_found) {
    Shelf shelf;
    shelf.add("low", "高新技术企业 && 年销售额 >= 100万元 && 年销售额 < 500万元", 500);
    shelf.add("high", "高新技术企业 && 年销售额 >= 500万元 && 年销售额 < 900万元", 400);
    EXPECT_EQ(shelf.kinds(0), std::vector<Kind>{});
    shelf.add("top", "高新技术企业 && 年销售额 > 900万元", 300);
    EXPECT_EQ(shelf.kinds(2), std::vector<Kind>{Kind::gap}) << "900万元 itself";
    const auto gap = neighbours(shelf.products[2], shelf.products);
    EXPECT_NE(gap[0].message.zh.find("900万元"), std::string::npos) << gap[0].message.zh;
    EXPECT_EQ(shelf.kinds(0), std::vector<Kind>{}) << "the middle tier lies between";
    shelf.add("across", "高新技术企业 && 年销售额 >= 400万元 && 年销售额 < 600万元", 450);
    EXPECT_EQ(shelf.kinds(3), (std::vector<Kind>{Kind::overlap, Kind::overlap}));
}

TEST(Lint, a_rule_that_selects_nobody_or_everybody_is_said_to) {
    const auto program = compiled("年销售额 >= 300万元");
    EXPECT_TRUE(effect(program, {.rows = 10, .eligible = 3, .unknown = 0}).empty());
    EXPECT_TRUE(effect(program, {.rows = 0, .eligible = 0, .unknown = 0}).empty());
    EXPECT_TRUE(effect(program, {.rows = 10, .eligible = 0, .unknown = 4}).empty());
    EXPECT_EQ(
        effect(program, {.rows = 10, .eligible = 10, .unknown = 0})[0].kind, Kind::admits_all);
    EXPECT_EQ(
        effect(program, {.rows = 10, .eligible = 0, .unknown = 0})[0].kind, Kind::admits_none);
}

} // namespace
} // namespace lint
