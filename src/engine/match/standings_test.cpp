// All rows at once against one row after another.
#include "engine/match/standings.hpp"
#include "engine/rule/sample.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <random>

namespace match {
namespace {

const rule::Schema county_schema = rule::sample_schema();
const base::Date asked_on = base::Date::of(2026, 11, 23);

// Few values, so that bounds are met, missed by little and by much; one in six is missing.
class Firms {
public:
    explicit Firms(std::uint64_t seed)
        : random_(seed) {}

    rule::Row next() {
        std::map<std::string, rule::Value> values;
        const auto put = [&](const char* name, rule::Value value) {
            if (below(6) != 0) values[name] = std::move(value);
        };
        put("annual_sales", base::Money::wan(below(12) * 100));
        put("debt_ratio", base::Rate::percent(below(10) * 10));
        put("staff", below(100));
        put("high_tech", below(2) == 0);
        put("tax_grade", std::string(1, "ABMCD"[below(5)]));
        put("industry", std::string(1, "CEF"[below(3)]));
        auto row = rule::Row::of(county_schema, values);
        base::ensure(row.has_value(), "the row fits");
        return *std::move(row);
    }

    std::int64_t below(std::int64_t bound) {
        return std::uniform_int_distribution<std::int64_t>(0, bound - 1)(random_);
    }

private:
    std::mt19937_64 random_;
};

constexpr const char* rules[] = {
    "",
    "年销售额 >= 300万元 && 行业门类 == \"C\"",
    "年销售额 >= 500万元 || 职工人数 > 20 && 资产负债率 <= 60%",
    "行业门类 in [\"C\", \"E\"] && !(纳税信用 == \"D\")",
    "高新技术企业 ? 年销售额 > 100万元 : 年销售额 > 700万元",
    "has(职工人数) && 职工人数 < 0",
    "年销售额 >= 0元"};

void compare(
    const column::Table& table,
    const std::vector<rule::Row>& rows,
    const Offer& offer,
    std::size_t most) {
    const Standings found(table, offer, asked_on, most);
    std::array<std::int64_t, 4> counts{};
    std::size_t sought = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto wanted = candidate(offer, rows[i], asked_on).standing;
        const bool refused =
            offer.eligibility != nullptr &&
            rule::decide(*offer.eligibility, rows[i], asked_on) == rule::Outcome::fails;
        if (refused && sought++ >= most) wanted = Standing::not_eligible;
        counts[static_cast<std::size_t>(wanted)] += 1;
        ASSERT_EQ(found.at(i), wanted) << "row " << i;
        ASSERT_TRUE(found.of(wanted).test(i));
    }
    for (std::size_t standing = 0; standing < counts.size(); ++standing)
        ASSERT_EQ(found.count(static_cast<Standing>(standing)), counts[standing]);
}

TEST(Standings, are_those_of_one_row_after_another) {
    const char* given = std::getenv("RONGQIAO_SEED"); // NOLINT(concurrency-mt-unsafe)
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::printf("RONGQIAO_SEED=%llu repeats it\n", static_cast<unsigned long long>(seed));
    Firms firms(seed);
    std::vector<rule::Row> rows;
    column::Editor editor(county_schema);
    for (int i = 0; i < 700; ++i) {
        rows.push_back(firms.next());
        editor.append(rows.back());
    }
    const auto table = editor.version();
    for (const auto* text : rules) {
        std::optional<rule::Program> program;
        if (*text != 0) {
            auto compiled = rule::compile(text, county_schema);
            ASSERT_TRUE(compiled) << text << ": " << compiled.error().message.en;
            program = *std::move(compiled);
        }
        Offer offer;
        offer.eligibility = program ? &*program : nullptr;
        for (const auto unknown : {WhenUnknown::ask, WhenUnknown::refuse, WhenUnknown::pass}) {
            offer.when_unknown = unknown;
            for (const std::size_t most : {0U, 37U, 1'000U}) {
                SCOPED_TRACE(text);
                compare(*table, rows, offer, most);
            }
        }
    }
}

TEST(Standings, of_no_rows_are_empty) {
    column::Editor editor(county_schema);
    const Standings found(*editor.version(), {}, asked_on, 10);
    EXPECT_EQ(found.count(Standing::eligible), 0);
}

} // namespace
} // namespace match
