// A small catalogue for this module's tests and fuzzer.
#pragma once

#include "engine/rule/rule.hpp"

namespace rule {

inline Schema sample_schema() {
    const auto attribute =
        [](const char* name, const char* zh, const char* en, Type type, bool editable) {
            Attribute made;
            made.name = name;
            made.label = {zh, en};
            made.type = type;
            made.editable = editable;
            return made;
        };
    std::vector<Attribute> all;
    all.push_back(attribute("annual_sales", "年销售额", "annual sales", Type::money, true));
    all.push_back(attribute("loan_balance", "贷款余额", "loan balance", Type::money, true));
    all.push_back(attribute("debt_ratio", "资产负债率", "debt ratio", Type::rate, true));
    all.push_back(attribute("staff", "职工人数", "staff", Type::integer, true));
    all.back().unit = {"人", "people"};
    all.push_back(attribute("sales_growth", "销售增长", "sales growth", Type::number, true));
    all.push_back(
        attribute("high_tech", "高新技术企业", "high-tech enterprise", Type::boolean, true));
    all.push_back(attribute("tax_grade", "纳税信用", "tax credit grade", Type::choice, true));
    all.back().choices = {
        {"D", {"D级", "grade D"}},
        {"C", {"C级", "grade C"}},
        {"M", {"M级", "grade M"}},
        {"B", {"B级", "grade B"}},
        {"A", {"A级", "grade A"}}};
    all.back().ordered = true;
    all.back().source = "tax";
    all.push_back(attribute("industry", "行业门类", "industry section", Type::choice, false));
    all.back().choices = {
        {"C", {"制造业", "manufacturing"}},
        {"E", {"建筑业", "construction"}},
        {"F", {"批发和零售业", "trade"}},
        {"K", {"房地产业", "real estate"}}};
    all.push_back(attribute("founded", "成立日期", "date of founding", Type::date, false));
    all.push_back(attribute("honours", "资质", "honours", Type::text_list, true));
    all.back().choices = {
        {"zjtx", {"专精特新", "specialised and new"}},
        {"green", {"绿色工厂", "green factory"}},
        {"giant", {"小巨人", "little giant"}}};
    all.push_back(attribute("town", "所在镇街", "town", Type::text, false));
    all.push_back(attribute("overdue_days", "逾期天数", "days overdue", Type::integer_list, false));
    all.push_back(attribute("answer_time", "答复时长", "answer time", Type::duration, true));
    all.push_back(attribute("sales_12m", "12个月销售额", "sales of 12 months", Type::money, true));
    auto schema = Schema::make(std::move(all));
    base::ensure(schema.has_value(), "the sample schema is sound");
    return std::move(*schema);
}

} // namespace rule
