// Reasons and suggestions: sentences for people, and changes that are proven.
#include "engine/rule/sample.hpp"

#include <gtest/gtest.h>

namespace rule {
namespace {

const Schema schema = sample_schema();
const base::Date today = base::Date::of(2026, 11, 23);

Row firm(std::map<std::string, Value> values) {
    auto row = Row::of(schema, values);
    base::ensure(row.has_value(), "the row fits");
    return *row;
}

Row usual_firm() {
    return firm(
        {{"annual_sales", base::Money::wan(380)},
         {"loan_balance", base::Money::wan(100)},
         {"debt_ratio", base::Rate::percent(82)},
         {"staff", std::int64_t{45}},
         {"sales_growth", 0.12},
         {"high_tech", false},
         {"tax_grade", std::string("B")},
         {"industry", std::string("C")},
         {"founded", base::Date::of(2023, 12, 24)},
         {"honours", std::vector<std::string>{"zjtx"}}});
}

Program compiled(std::string_view text) {
    auto program = compile(text, schema);
    if (!program) ADD_FAILURE() << text << ": " << program.error().message.en;
    return std::move(*program);
}

struct Sentence {
    std::string text;
    Outcome outcome;
    std::string zh;
    std::string en;
    std::string gap;
};

TEST(Explain, a_clause_says_value_bound_and_gap_in_natural_units) {
    const Sentence table[] = {
        {"年销售额 >= 500万元",
         Outcome::fails,
         "年销售额 380万元，要求不低于 500万元，差 120万元",
         "annual sales is CNY 3.8 million; at least CNY 5 million is required, short by CNY 1.2 "
         "million",
         "120万元"},
        {"500万元 <= 年销售额",
         Outcome::fails,
         "年销售额 380万元，要求不低于 500万元，差 120万元",
         "",
         "120万元"},
        {"年销售额 >= 300万元",
         Outcome::holds,
         "年销售额 380万元，符合要求：不低于 300万元",
         "annual sales is CNY 3.8 million, as required: at least CNY 3 million",
         ""},
        {"年销售额 >= 380.00001万元",
         Outcome::fails,
         "年销售额 380万元，要求不低于 3800000.1元，差 0.1元",
         "",
         "0.1元"},
        {"资产负债率 <= 70%",
         Outcome::fails,
         "资产负债率 82%，要求不高于 70%，超出 12个百分点",
         "debt ratio is 82%; at most 70% is required, over by 12 percentage points",
         "12个百分点"},
        {"!(资产负债率 > 70%)",
         Outcome::fails,
         "资产负债率 82%，要求不高于 70%，超出 12个百分点",
         "",
         "12个百分点"},
        {"纳税信用 == \"A\"", Outcome::fails, "纳税信用 B级，要求为 A级，差 1级", "", "1级"},
        {"纳税信用 >= \"A\"", Outcome::fails, "纳税信用 B级，要求不低于 A级，差 1级", "", "1级"},
        {"行业门类 in [\"E\", \"F\"]",
         Outcome::fails,
         "行业门类 制造业，要求属于 建筑业、批发和零售业",
         "industry section is manufacturing; one of construction, trade is required",
         ""},
        {"!(行业门类 in [\"C\", \"K\"])",
         Outcome::fails,
         "行业门类 制造业，要求不属于 制造业、房地产业",
         "",
         ""},
        {"\"小巨人\" in 资质",
         Outcome::fails,
         "资质不含 小巨人，要求含有 小巨人",
         "honours lacks little giant; with little giant is required",
         ""},
        {"\"专精特新\" in 资质",
         Outcome::holds,
         "资质含有 专精特新",
         "honours includes specialised and new",
         ""},
        {"高新技术企业",
         Outcome::fails,
         "高新技术企业：否，要求为“是”",
         "high-tech enterprise: no; “yes” is required",
         ""},
        {"!高新技术企业", Outcome::holds, "高新技术企业：否", "", ""},
        {"months_since(成立日期) >= 36",
         Outcome::fails,
         "成立日期距今月数 34个月，要求不低于 36个月，差 2个月",
         "months since date of founding is 34 months; at least 36 months is required, short by 2 "
         "months",
         "2个月"},
        {"成立日期 <= date(\"2023-01-01\")",
         Outcome::fails,
         "成立日期 2023-12-24，要求不晚于 2023-01-01，超出 357天",
         "",
         "357天"},
        {"职工人数 > 45", Outcome::fails, "职工人数 45人，要求高于 45人", "", ""},
        {"销售增长 >= 0.15", Outcome::fails, "销售增长 0.12，要求不低于 0.15，差 0.03", "", "0.03"},
        {"贷款余额 <= 年销售额 * 20%",
         Outcome::fails,
         "贷款余额 100万元，要求不高于 年销售额 * 20%（76万元），超出 24万元",
         "",
         "24万元"},
        {"has(所在镇街)", Outcome::fails, "没有所在镇街数据", "", ""},
        {"所在镇街 == \"姚庄镇\"",
         Outcome::unknown,
         "缺少所在镇街，无法判断「所在镇街 == \"姚庄镇\"」",
         "town missing: cannot decide “所在镇街 == \"姚庄镇\"”",
         ""},
        {"年销售额 / (职工人数 - 45) > 1元",
         Outcome::unknown,
         "无法计算「年销售额 / (职工人数 - 45) > 1元」：除数为零",
         "",
         ""},
        {"高新技术企业 || 纳税信用 >= \"A\"",
         Outcome::fails,
         "以下条件满足一项即可，但都不满足：高新技术企业：否，要求为“是”；纳税信用 B级，要求不低于 "
         "A级，差 1级",
         "",
         ""},
        {"高新技术企业 || 纳税信用 >= \"M\"",
         Outcome::holds,
         "纳税信用 B级，符合要求：不低于 M级",
         "",
         ""},
        {"资质.exists(x, x == \"green\")",
         Outcome::fails,
         "不符合「资质.exists(x, x == \"green\")」（资质 专精特新）",
         "",
         ""},
    };
    const auto row = usual_firm();
    for (const auto& [text, outcome, zh, en, gap] : table) {
        const auto program = compiled(text);
        const auto made = explain(program, row, today);
        ASSERT_EQ(made.clauses.size(), 1U) << text;
        EXPECT_EQ(made.outcome, outcome) << text;
        EXPECT_EQ(made.clauses[0].outcome, outcome) << text;
        EXPECT_EQ(made.clauses[0].sentence.zh, zh) << text;
        if (!en.empty()) {
            EXPECT_EQ(made.clauses[0].sentence.en, en) << text;
        }
        EXPECT_EQ(made.clauses[0].gap.zh, gap) << text;
        EXPECT_TRUE(compile(made.clauses[0].text, schema)) << made.clauses[0].text;
    }
}

TEST(Explain, the_conjunction_is_split_and_missing_data_named_only_where_they_matter) {
    const auto program =
        compiled("年销售额 >= 300万元 && (高新技术企业 && 职工人数 > 10) && 资产负债率 <= 70%");
    const auto made = explain(program, usual_firm(), today);
    ASSERT_EQ(made.clauses.size(), 4U);
    EXPECT_EQ(
        made.sentence.zh,
        "4 项条件中有 2 项不满足：高新技术企业：否，要求为“是”；资产负债率 82%，要求不高于 "
        "70%，超出 12个百分点");
    EXPECT_TRUE(made.missing.empty());
    EXPECT_NEAR(made.clauses[3].gap_share.value_or(0), 12.0 / 70, 1e-9);

    const auto open = compiled("年销售额 >= 300万元 && (所在镇街 == \"x\" || 高新技术企业) && "
                               "(has(answer_time) ? answer_time < 3天 : true)");
    const auto unknown = explain(open, usual_firm(), today);
    EXPECT_EQ(unknown.outcome, Outcome::unknown);
    EXPECT_EQ(unknown.missing, std::vector<std::string>{"town"});
    EXPECT_EQ(unknown.sentence.zh, "暂时无法判断，还缺：所在镇街");

    const auto settled = compiled("所在镇街 == \"x\" && 高新技术企业");
    EXPECT_TRUE(missing(settled, usual_firm(), today).empty());
}

TEST(Explain, travels_as_json) {
    const auto json =
        base::json::text(explain(compiled("年销售额 >= 500万元"), usual_firm(), today));
    const auto value = base::json::parse(json);
    ASSERT_TRUE(value) << json;
    EXPECT_NE(json.find("\"value\":380000000"), std::string::npos) << json;
}

struct Suggestion {
    std::string text;
    std::string zh; // empty: none
};

TEST(Change, the_smallest_change_is_found_and_said) {
    const Suggestion table[] = {
        {"年销售额 >= 500万元", "年销售额由 380万元 提高到 500万元（相差 120万元）"},
        {"年销售额 > 500万元", "年销售额由 380万元 提高到 5000000.01元（相差 120万元）"},
        {"资产负债率 <= 70%", "资产负债率由 82% 降低到 70%（相差 12个百分点）"},
        {"职工人数 * 2 >= 101", "职工人数由 45人 提高到 51人（相差 6人）"},
        {"纳税信用 >= \"A\"", "纳税信用由 B级 提高到 A级（相差 1级）"},
        {"纳税信用 in [\"D\", \"M\"]", "纳税信用由 B级 降低到 M级（相差 1级）"},
        {"高新技术企业", "高新技术企业由 否 变为 是"},
        {"\"green\" in 资质", "资质由 专精特新 变为 专精特新、绿色工厂"},
        {"!(\"zjtx\" in 资质)", "资质由 专精特新 变为 无"},
        {"销售增长 >= 0.15", "销售增长由 0.12 提高到 0.15（相差 0.03）"},
        {"贷款余额 * 5 <= 年销售额 - 100万元", "年销售额由 380万元 提高到 600万元（相差 220万元）"},
        {"高新技术企业 || 纳税信用 >= \"A\" || 年销售额 > 381万元",
         "年销售额由 380万元 提高到 3810000.01元（相差 1万元）"},
        {"年销售额 >= 400万元 && 年销售额 >= 420万元",
         "年销售额由 380万元 提高到 420万元（相差 40万元）"},
        {"年销售额 >= 400万元 && 高新技术企业",
         "年销售额由 380万元 提高到 400万元（相差 20万元）；高新技术企业由 否 变为 是"},
        {"!(年销售额 < 400万元 || !高新技术企业)",
         "年销售额由 380万元 提高到 400万元（相差 20万元）；高新技术企业由 否 变为 是"},
        {"职工人数 == 50", "职工人数由 45人 提高到 50人（相差 5人）"},
        {"months_since(成立日期) >= 36", ""},              // nobody grows older by effort
        {"年销售额 >= 500万元 && 行业门类 == \"E\"", ""},  // nor changes trade
        {"年销售额 >= 500万元 && 年销售额 < 400万元", ""}, // contradiction
        {"年销售额 < 0元", ""},
        {"年销售额 >= 300万元", ""},                      // holds already
        {"所在镇街 == \"x\" && 年销售额 >= 500万元", ""}, // would still be unknown
        {"所在镇街 == \"x\"", ""},
    };
    const auto row = usual_firm();
    for (const auto& [text, zh] : table) {
        const auto program = compiled(text);
        const auto change = smallest_change(program, row, today);
        EXPECT_EQ(change ? change->sentence.zh : "", zh) << text;
        if (!change) continue;
        EXPECT_FALSE(change->sentence.en.empty());
        EXPECT_GT(change->distance, 0);
        // Applying what the suggestion says makes the program hold.
        Row changed = row;
        for (const auto& step : change->steps) {
            const auto place = *schema.find(step.name);
            EXPECT_TRUE(schema.at(place).editable);
            const auto value = from_json(schema.at(place), *base::json::parse(step.to.text));
            ASSERT_TRUE(value) << text;
            changed.put(place, *value);
        }
        EXPECT_EQ(decide(program, changed, today), Outcome::holds) << text;
    }
}

TEST(Value, texts_of_forms_are_read_and_shown_again) {
    struct Case {
        const char* name;
        const char* text;
        const char* json;
        const char* zh;
        const char* en;
    };

    const Case table[] = {
        {"annual_sales", "1.2亿元", "12000000000", "1.2亿元", "CNY 120 million"},
        {"annual_sales", "500", "50000", "500元", "CNY 500"},
        {"annual_sales", "1234567.89", "123456789", "123.46万元", "CNY 1.2346 million"},
        {"annual_sales", "-3万元", "-3000000", "-3万元", "CNY -30000"},
        {"debt_ratio", "3.85%", "38500", "3.85%", "3.85%"},
        {"staff", "1", "1", "1人", "1 people"},
        {"sales_growth", "0.5", "0.5", "0.5", "0.5"},
        {"high_tech", "是", "true", "是", "yes"},
        {"tax_grade", "A级", "\"A\"", "A级", "grade A"},
        {"founded", "2023年1月5日", "\"2023-01-05\"", "2023-01-05", "2023-01-05"},
        {"honours",
         "专精特新、green",
         "[\"zjtx\",\"green\"]",
         "专精特新、绿色工厂",
         "specialised and new, green factory"},
        {"overdue_days", "1;2", "[1,2]", "1、2", "1, 2"},
        {"answer_time", "36h", "\"36h\"", "36小时", "36 hours"},
        {"town", " ", "null", "缺失", "missing"},
    };
    for (const auto& [name, text, json, zh, en] : table) {
        const auto& attribute = schema.at(*schema.find(name));
        const auto value = from_text(attribute, text);
        ASSERT_TRUE(value) << name << " " << text;
        EXPECT_EQ(to_json(*value).text, json);
        EXPECT_EQ(display(*value, attribute).zh, zh);
        EXPECT_EQ(display(*value, attribute).en, en);
        EXPECT_EQ(*from_json(attribute, *base::json::parse(json)), *value);
    }
}

TEST(Value, what_does_not_fit_is_refused) {
    struct Case {
        const char* name;
        const char* json;
        const char* code;
    };

    const Case table[] = {
        {"annual_sales", "1.5", "rule.value_type"},
        {"annual_sales", "9000000000000001", "rule.value_type"},
        {"high_tech", "1", "rule.value_type"},
        {"tax_grade", "\"E\"", "rule.value_choice"},
        {"honours", "[\"nobel\"]", "rule.value_choice"},
        {"honours", "[1]", "rule.value_type"},
        {"founded", "\"2023-02-30\"", "rule.value_type"},
        {"overdue_days", "[\"1\"]", "rule.value_type"},
        {"answer_time", "\"soon\"", "rule.value_type"},
    };
    for (const auto& [name, json, code] : table) {
        const auto value = from_json(schema.at(*schema.find(name)), *base::json::parse(json));
        ASSERT_FALSE(value) << name << " " << json;
        EXPECT_EQ(value.error().code, code) << name << " " << json;
    }
    EXPECT_EQ(Row::of(schema, {{"nothing", true}}).error().code, "rule.unknown_attribute");
}

TEST(Schema, faulty_catalogues_are_refused_by_place) {
    const auto attribute = [](const char* name, const char* zh) {
        Attribute made;
        made.name = name;
        made.label = {zh, "x"};
        return made;
    };

    struct Case {
        std::vector<Attribute> attributes;
        const char* field;
    };

    auto empty_choice = attribute("a", "甲");
    empty_choice.type = Type::choice;
    const Case table[] = {
        {{attribute("a", "甲"), attribute("a", "乙")}, "/1/name"},
        {{attribute("a", "甲"), attribute("b", "甲")}, "/1/label"},
        {{attribute("A", "甲")}, "/0/name"},
        {{attribute("a", "")}, "/0/label"},
        {{empty_choice}, "/0/choices"},
    };
    for (const auto& [attributes, field] : table) {
        const auto made = Schema::make(attributes);
        ASSERT_FALSE(made) << field;
        EXPECT_EQ(made.error().field, field);
    }
}

} // namespace
} // namespace rule
