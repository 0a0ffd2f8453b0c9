// The fast reasons say what explain() says.
#include "engine/rule/reasons.hpp"
#include "engine/rule/sample.hpp"

#include <gtest/gtest.h>

namespace rule {
namespace {

const Schema sample = sample_schema();
const base::Date day = base::Date::of(2026, 11, 23);

TEST(Reasons, outcomes_and_sentences_are_those_of_the_explanation) {
    const char* const texts[] = {
        "年销售额 >= 500万元 && 职工人数 > 10 && 资产负债率 <= 60% && 纳税信用 >= \"B\"",
        "!(年销售额 < 500万元 || 高新技术企业) && has(贷款余额)",
        "成立日期 <= date(\"2022-01-01\") && months_since(成立日期) >= 24 && 答复时长 < "
        "duration(\"3d\")",
        "贷款余额 <= 年销售额 * 0.5 && (职工人数 < 5 || 年销售额 > 1亿元) && 3 < 职工人数",
        "sales_growth >= 0.5 && \"zjtx\" in 资质 && 行业门类 in [\"C\", \"E\"] && 职工人数 < 45.5",
        "年销售额 > 380万元 && 年销售额 >= 3800000.01元 && true"};
    std::vector<Row> rows(4, Row(sample));
    const auto put = [&](std::size_t i, const char* name, Value value) {
        rows[i].put(*sample.find(name), std::move(value));
    };
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const auto n = static_cast<std::int64_t>(i);
        put(i, "annual_sales", base::Money::wan(380 * n));
        put(i, "loan_balance", base::Money::wan(500));
        put(i, "debt_ratio", base::Rate{400'000 + 150'000 * n});
        put(i, "staff", 45 * n - 40);
        put(i, "sales_growth", 0.25 * static_cast<double>(n));
        put(i, "founded", base::Date::of(2020 + static_cast<int>(n), 6, 1));
        put(i, "answer_time", Duration::of_days(n));
        put(i, "tax_grade", std::string(i == 1 ? "C" : "A"));
        put(i, "industry", std::string(i == 1 ? "C" : "K"));
        put(i, "high_tech", i == 2);
        put(i, "honours", std::vector<std::string>{i == 1 ? "zjtx" : "green"});
    }
    int figures = 0;
    for (const auto* text : texts) {
        const auto program = compile(text, sample);
        ASSERT_TRUE(program) << program.error().message.en;
        const Reasons reasons(*program, sample);
        for (const auto& row : rows) {
            std::vector<Reasons::Reason> found;
            reasons.of(row, day, found);
            const auto explained = explain(*program, row, day);
            ASSERT_EQ(found.size(), explained.clauses.size()) << text;
            for (std::size_t i = 0; i < found.size(); ++i) {
                const auto& clause = explained.clauses[i];
                EXPECT_EQ(found[i].outcome, clause.outcome) << clause.text;
                EXPECT_EQ(reasons.text(i), clause.text);
                EXPECT_EQ(reasons.sentence(found[i], row, day), clause.sentence) << clause.text;
                figures += found[i].value ? 1 : 0;
                if (found[i].value && found[i].outcome == Outcome::fails) {
                    EXPECT_EQ(found[i].gap == 0, *found[i].value == *found[i].bound) << clause.text;
                }
            }
        }
    }
    EXPECT_GT(figures, 20);
}

} // namespace
} // namespace rule
