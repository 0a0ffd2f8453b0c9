// What expressions mean: tables of text against value, and of faulty text against finding.
#include "engine/rule/sample.hpp"

#include <gtest/gtest.h>

namespace rule {
namespace {

const Schema schema = sample_schema();
const base::Date today = base::Date::of(2026, 11, 23);

Row sample_row() {
    const auto row = Row::of(
        schema,
        {{"annual_sales", base::Money::wan(380)},
         {"loan_balance", base::Money::wan(100)},
         {"debt_ratio", base::Rate::percent(60)},
         {"staff", std::int64_t{45}},
         {"sales_growth", 0.12},
         {"high_tech", true},
         {"tax_grade", std::string("B")},
         {"industry", std::string("C")},
         {"founded", base::Date::of(2023, 12, 24)},
         {"honours", std::vector<std::string>{"zjtx"}},
         {"overdue_days", std::vector<std::int64_t>{0, 12, 3}}});
    base::ensure(row.has_value(), "the sample row fits");
    return *row; // town, answer_time and sales_12m are missing
}

Type type_of(std::string_view text) {
    for (const auto type :
         {Type::boolean,
          Type::integer,
          Type::number,
          Type::text,
          Type::date,
          Type::duration,
          Type::money,
          Type::rate,
          Type::integer_list,
          Type::text_list}) {
        if (compile(text, schema, type)) return type;
    }
    ADD_FAILURE() << text << ": " << compile(text, schema).error().message.en;
    return Type::boolean;
}

struct Meaning {
    std::string text;
    std::string want; // JSON
};

TEST(Rule, expressions_mean_what_cel_says) {
    const Meaning table[] = {
        {"1 + 2 * 3", "7"},
        {"(1 + 2) * 3", "9"},
        {"7 / 2", "3"},
        {"-7 / 2", "-3"},
        {"-7 % 3", "-1"},
        {"7 % 3", "1"},
        {"7%3", "1"},
        {"7%-3", "1"},
        {"7.0 / 2.0", "3.5"},
        {"1 + 0.5", "1.5"},
        {"0x1F", "31"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"1e3 == 1000", "true"},
        {"9007199254740993 > 9007199254740992.0", "true"},
        {"9223372036854775807 < 9223372036854775808.0", "true"},
        {"'a' + \"b\" == \"ab\"", "true"},
        {"'\\u4e2d\\x41\\101' == '中AA'", "true"},
        {"r'a\\n'.size()", "3"},
        {"'中文'.size()", "2"},
        {"size([1, 2, 3,])", "3"},
        {"true || 1 / 0 == 1", "true"},
        {"1 / 0 == 1 || true", "true"},
        {"false && 1 / 0 == 1", "false"},
        {"1 / 0 == 1", "null"},
        {"9223372036854775807 + 1 == 0", "null"},
        {"2 in [1, 2]", "true"},
        {"2 in []", "false"},
        {"'x' in ['y']", "false"},
        {"true ? 1 : 2", "1"},
        {"false ? 1 : true ? 2 : 3", "2"},
        {"!true || !!true", "true"},
        {"[1, 2].exists(x, x > 1)", "true"},
        {"[1, 2].all(x, x > 1)", "false"},
        {"'abc'.contains('b') && 'abc'.startsWith('ab') && 'abc'.endsWith('c')", "true"},
        {"[1, 2] == [1, 2]", "true"},
        {"min(3, 1, 2) + max(3, 1, 2)", "4"},
        {"abs(-3)", "3"},
        {"int(-3.9)", "-3"},
        {"double(3)", "3"},
        {"band(7, [1, 5, 10])", "2"},
        {"300万元", "300000000"},
        {"300 万元 + 0.5元", "300000050"},
        {"1.2亿元 / 10000元", "12000"},
        {"1亿元 * 3%", "300000000"},
        {"100元 / 3", "3333"},
        {"3.85% + 1%", "48500"},
        {"5% - 2%", "30000"},
        {"3% in [3%, 5%]", "true"},
        {"3%", "30000"},
        {"(3%) < 5% && 5% != 3%", "true"},
        {"date(\"2024-01-31\") + 1天", "\"2024-02-01\""},
        {"date('2024-03-01') - date('2024-02-01') == duration('29d')", "true"},
        {"duration('1d12h')", "\"36h\""},
        {"today()", "\"2026-11-23\""},
        {"// nothing\n1", "1"},
    };
    for (const auto& [text, want] : table) {
        const auto program = compile(text, schema, type_of(text));
        ASSERT_TRUE(program) << text;
        EXPECT_EQ(to_json(evaluate(*program, Row(schema), today)).text, want) << text;
    }
    EXPECT_FALSE(compile("'a\nb' == 'a'", schema));
    EXPECT_TRUE(compile("'''a\nb''' == 'a\\nb'", schema));
}

TEST(Rule, attributes_are_read_by_name_or_label_with_unknowns_absorbed) {
    const Meaning table[] = {
        {"annual_sales >= 500万元", "false"},
        {"年销售额 >= 300万元", "true"},
        {"`年销售额` * 2 > 贷款余额", "true"},
        {"`12个月销售额` > 1元", "null"},
        {"has(`12个月销售额`)", "false"},
        {"has(年销售额) && !has(town)", "true"},
        {"town == \"姚庄镇\"", "null"},
        {"town == \"姚庄镇\" || high_tech", "true"},
        {"town == \"姚庄镇\" && !high_tech", "false"},
        {"town == \"姚庄镇\" && high_tech", "null"},
        {"has(town) ? town : \"无\"", "\"无\""},
        {"town == \"x\" ? 1 : 1", "null"},
        {"纳税信用 >= \"B\"", "true"},
        {"纳税信用 > \"M级\"", "true"},
        {"纳税信用 in [\"A\", \"B级\"]", "true"},
        {"\"A\" <= tax_grade", "false"},
        {"行业门类 == \"制造业\"", "true"},
        {"行业门类 in [\"制造业\", \"K\"]", "true"},
        {"\"小巨人\" in 资质", "false"},
        {"资质.exists(x, x == \"专精特新\")", "true"},
        {"size(资质) == 1", "true"},
        {"overdue_days.all(d, d <= 30)", "true"},
        {"12 in overdue_days", "true"},
        {"months_since(founded)", "34"},
        {"years_since(founded) >= 2", "true"},
        {"days_since(founded)", "1065"},
        {"销售增长 > 0", "true"},
        {"职工人数 * 1.5 > 60", "true"},
        {"band(annual_sales, [100万元, 300万元, 1000万元])", "2"},
        {"1万元 / (staff - 45) > 1元", "null"},
        {"town + \"x\" == \"x\" || 1 / (staff - 45) > 0", "null"},
    };
    const auto row = sample_row();
    for (const auto& [text, want] : table) {
        const auto program = compile(text, schema, type_of(text));
        ASSERT_TRUE(program) << text;
        EXPECT_EQ(to_json(evaluate(*program, row, today)).text, want) << text;
    }
}

TEST(Rule, whole_months_count_like_plus_months) {
    struct Case {
        const char* since;
        const char* until;
        std::int64_t want;
    };

    const Case table[] = {
        {"2024-01-31", "2024-02-28", 0},
        {"2024-01-31", "2024-02-29", 1},
        {"2024-01-31", "2024-03-30", 1},
        {"2023-02-28", "2024-02-28", 12},
        {"2024-02-29", "2025-02-28", 12},
        {"2024-05-10", "2024-05-09", -1},
        {"2024-05-10", "2024-05-10", 0}};
    const auto program = compile("months_since(founded)", schema, Type::integer);
    ASSERT_TRUE(program);
    for (const auto& [since, until, want] : table) {
        Row row(schema);
        ASSERT_TRUE(row.set("founded", *base::Date::parse(since)));
        EXPECT_EQ(evaluate(*program, row, *base::Date::parse(until)), Value(want))
            << since << " " << until;
    }
}

struct Faulty {
    std::string text;
    std::string code;
    int line;
    int column;
    std::string cure_has; // part of the Chinese cure
};

TEST(Rule, faults_say_where_and_how_to_cure) {
    const Faulty table[] = {
        {"年销售额 >= 500", "rule.unit", 1, 9, "500万元"},
        {"500 <= 年销售额", "rule.unit", 1, 1, "500万元"},
        {"资产负债率 < 0.7", "rule.unit", 1, 9, "70%"},
        {"答复时长 < 3", "rule.unit", 1, 8, "3天"},
        {"成立日期 < \"2023-01-01\"", "rule.unit", 1, 8, "date(\"2023-01-01\")"},
        {"年销售额 in [1, 2]", "rule.unit", 1, 10, "万元"},
        {"年销售 >= 500万元", "rule.unknown_name", 1, 1, "年销售额"},
        {"anual_sales >= 500万元", "rule.unknown_name", 1, 1, "annual_sales"},
        {"纳税信用 == \"E\"", "rule.choice", 1, 9, "\"A\""},
        {"行业门类 < \"C\"", "rule.type", 1, 1, "in"},
        {"high_tech == \"是\"", "rule.type", 1, 1, "直接写名称"},
        {"年销售额 >= 资产负债率", "rule.type", 1, 1, ""},
        {"年销售额", "rule.type", 1, 1, "年销售额 >= 500万元"},
        {"high_tech &&\n  staff", "rule.type", 2, 3, "has"},
        {"high_tech = true", "rule.syntax", 1, 11, "=="},
        {"high_tech and true", "rule.syntax", 1, 11, "&&"},
        {"high_tech && ", "rule.syntax", 1, 14, ""},
        {"（high_tech）", "rule.syntax", 1, 1, "("},
        {"年销售额 ≥ 500万元", "rule.syntax", 1, 6, ">="},
        {"1 < staff < 9", "rule.syntax", 1, 11, "&&"},
        {"年销售额 > 300万", "rule.syntax", 1, 8, "300万元"},
        {"12个月销售额 > 1元", "rule.syntax", 1, 1, "`12个月销售额`"},
        {"town.name == \"x\"", "rule.syntax", 1, 6, "不用点号"},
        {"town == null", "rule.syntax", 1, 9, "has"},
        {"town in \"姚庄\"", "rule.type", 1, 9, "contains"},
        {"contains(town, \"x\")", "rule.unknown_name", 1, 1, "text.contains"},
        {"size(town, town) == 1", "rule.type", 1, 1, "size("},
        {"has(1)", "rule.type", 1, 1, "has(attribute)"},
        {"date(\"2023-02-30\") < today()", "rule.type", 1, 6, "date("},
        {"band(staff, [5, 3]) == 1", "rule.type", 1, 17, ""},
        {"town == \"x", "rule.syntax", 1, 9, ""},
        {"town == \"\\q\"", "rule.syntax", 1, 10, "\\\\"},
        {"[1, \"a\"] == [1]", "rule.type", 1, 5, ""},
        {"99999999999999999999 > 1", "rule.syntax", 1, 1, ""},
        {"", "rule.syntax", 1, 1, ""},
        {"overdue_days.exists(a, overdue_days.exists(b, overdue_days.exists(c, a + b + c > 1)))",
         "rule.limit",
         1,
         1,
         ""},
        {"staff == 1 + town", "rule.type", 1, 10, ""},
        {"\xff", "rule.syntax", 1, 1, ""},
    };
    for (const auto& [text, code, line, column, cure] : table) {
        const auto findings = check(text, schema);
        ASSERT_FALSE(findings.empty()) << text;
        const auto& first = findings.front();
        EXPECT_EQ(first.code, code) << text << "\n" << first.message.en;
        EXPECT_EQ(first.line, line) << text << "\n" << first.excerpt;
        EXPECT_EQ(first.column, column) << text << "\n" << first.excerpt;
        EXPECT_NE(first.cure.zh.find(cure), std::string::npos) << text << ": " << first.cure.zh;
        EXPECT_FALSE(first.message.zh.empty() || first.message.en.empty()) << text;
        EXPECT_EQ(first.cure.zh.empty(), first.cure.en.empty()) << text;
        EXPECT_EQ(
            compile(text, schema).error().field,
            std::to_string(line) + ":" + std::to_string(column));
    }
}

TEST(Rule, the_caret_stands_under_the_fault_counting_ideographs_twice) {
    const auto findings = check("high_tech &&\n年销售额 >= 500", schema);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].excerpt, "年销售额 >= 500\n            ^^^");
}

TEST(Rule, an_editor_gets_every_type_fault_at_once) {
    EXPECT_EQ(check("年销售额 >= 500 && 资产负债率 < 0.7 && nothing", schema).size(), 3U);
}

TEST(Rule, depth_and_length_are_limited) {
    const auto nested = [](int depth) {
        return std::string(depth, '(') + "true" + std::string(depth, ')');
    };
    EXPECT_TRUE(compile(nested(30), schema));
    EXPECT_EQ(compile(nested(5'000), schema).error().code, "rule.limit");
    EXPECT_EQ(compile(std::string(15'000, '!') + "true", schema).error().code, "rule.limit");
    std::string sum = "1";
    for (int i = 0; i < 3'000; ++i)
        sum += "+1";
    EXPECT_EQ(compile(sum + " > 0", schema).error().code, "rule.limit");
    EXPECT_EQ(compile(std::string(20'000, ' '), schema).error().code, "rule.limit");
}

TEST(Rule, canonical_text_compiles_to_itself) {
    struct Case {
        std::string text;
        std::string want;
    };

    const Case table[] = {
        {"((年销售额>=500.00万元))&&(纳税信用 in ['A级','B'])",
         "annual_sales >= 500万元 && tax_grade in [\"A\", \"B\"]"},
        {"!(staff > 1 || high_tech)", "!(staff > 1 || high_tech)"},
        {"staff - (staff - 1) > 0", "staff - (staff - 1) > 0"},
        {"(staff - staff) - 1 > 0", "staff - staff - 1 > 0"},
        {"(high_tech ? 1 : 2) > 1", "(high_tech ? 1 : 2) > 1"},
        {"年销售额 > 123456789.12元", "annual_sales > 123456789.12元"},
        {"年销售额 > 1.2亿元", "annual_sales > 1.2亿元"},
        {"资产负债率 <= 70.00%", "debt_ratio <= 70%"},
        {"(debt_ratio + 3%) - 1% > 0.5%", "debt_ratio + 3% - 1% > 0.5%"},
        {"staff % 3 == 1 && 7 % staff == -1", "staff % 3 == 1 && 7 % staff == -1"},
        {"founded < date('2020-1-5')", "founded < date(\"2020-01-05\")"},
        {"answer_time < duration('3d')", "answer_time < 3天"},
        {"answer_time < duration('36h')", "answer_time < duration(\"36h\")"},
        {"overdue_days.all(d, d < 30)", "overdue_days.all(d, d < 30)"},
        {"town == 'a\"b\\\\'", "town == \"a\\\"b\\\\\""},
        {"sales_growth > 1e3", "sales_growth > 1000.0"},
        {"a1 == 1", ""},
    };
    for (const auto& [text, want] : table) {
        const auto program = compile(text, schema);
        if (want.empty()) {
            EXPECT_FALSE(program);
            continue;
        }
        ASSERT_TRUE(program) << text << program.error().message.en;
        EXPECT_EQ(to_text(*program), want);
        const auto again = compile(want, schema);
        ASSERT_TRUE(again) << want;
        EXPECT_EQ(to_text(*again), want);
        EXPECT_EQ(to_json(*again).text, to_json(*program).text);
    }
}

TEST(Rule, the_syntax_tree_is_json) {
    const auto program = compile("年销售额 >= 5元", schema);
    ASSERT_TRUE(program);
    EXPECT_EQ(
        to_json(*program).text,
        R"({"op":"greater_equal","type":"boolean","args":[{"op":"attribute","type":"money","name":"annual_sales"},)"
        R"({"op":"constant","type":"money","value":500,"text":"5元"}]})");
    EXPECT_EQ(needs(*program), std::vector<std::string>{"annual_sales"});
}

TEST(Rule, every_offered_attribute_and_function_is_known_to_the_compiler) {
    const auto words = vocabulary(schema);
    for (const auto& word : words) {
        EXPECT_FALSE(word.label.zh.empty() || word.label.en.empty()) << word.text;
        if (word.kind == "attribute") {
            EXPECT_TRUE(compile("has(" + word.text + ")", schema)) << word.text;
        }
    }
    EXPECT_GT(words.size(), schema.size() + 20);
}

} // namespace
} // namespace rule
