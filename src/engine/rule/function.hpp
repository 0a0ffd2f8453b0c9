// The functions of the language, in one table for the checker, the printer and the editor.
#pragma once

#include "engine/rule/tree.hpp"

namespace rule {

struct Function {
    std::string_view name;
    Op op;
    bool method;            // written x.name(y)
    std::size_t args_least; // the receiver counts
    std::size_t args_most;
    std::string_view signature;
    std::string_view note_zh;
    std::string_view note_en;
};

inline constexpr Function functions[] = {
    {"has",
     Op::has,
     false,
     1,
     1,
     "has(attribute) -> boolean",
     "是否有该项数据",
     "whether there is a value"},
    {"size",
     Op::size,
     false,
     1,
     1,
     "size(list or text) -> integer",
     "个数或字数",
     "number of items or characters"},
    {"size",
     Op::size,
     true,
     1,
     1,
     "x.size() -> integer",
     "个数或字数",
     "number of items or characters"},
    {"contains",
     Op::contains,
     true,
     2,
     2,
     "text.contains(text) -> boolean",
     "文本中含有",
     "the text holds another"},
    {"startsWith",
     Op::starts_with,
     true,
     2,
     2,
     "text.startsWith(text) -> boolean",
     "文本以此开头",
     "the text begins with"},
    {"endsWith",
     Op::ends_with,
     true,
     2,
     2,
     "text.endsWith(text) -> boolean",
     "文本以此结尾",
     "the text ends with"},
    {"exists",
     Op::exists,
     true,
     3,
     3,
     "list.exists(x, condition) -> boolean",
     "至少一项满足",
     "some item meets the condition"},
    {"all",
     Op::all,
     true,
     3,
     3,
     "list.all(x, condition) -> boolean",
     "每一项都满足",
     "every item meets the condition"},
    {"today", Op::today, false, 0, 0, "today() -> date", "判断的当天", "the day of the decision"},
    {"date", Op::constant, false, 1, 1, "date(\"2023-01-01\") -> date", "日期", "a date"},
    {"duration",
     Op::constant,
     false,
     1,
     1,
     "duration(\"30d\") -> duration",
     "时长：d 天、h 时、m 分、s 秒",
     "a length of time in d, h, m, s"},
    {"months_since",
     Op::months_since,
     false,
     1,
     1,
     "months_since(date) -> integer",
     "距今满几个月",
     "whole months since the date"},
    {"years_since",
     Op::years_since,
     false,
     1,
     1,
     "years_since(date) -> integer",
     "距今满几年",
     "whole years since the date"},
    {"days_since",
     Op::days_since,
     false,
     1,
     1,
     "days_since(date) -> integer",
     "距今几天",
     "days since the date"},
    {"band",
     Op::band,
     false,
     2,
     2,
     "band(x, [a, b, c]) -> integer",
     "达到了列表中的几个界限（从小到大）",
     "how many of the ascending bounds are reached"},
    {"int",
     Op::to_integer,
     false,
     1,
     1,
     "int(number) -> integer",
     "舍去小数取整",
     "the whole part"},
    {"double",
     Op::to_number,
     false,
     1,
     1,
     "double(integer) -> number",
     "化为小数",
     "as a number with decimals"},
    {"abs", Op::absolute, false, 1, 1, "abs(x) -> x", "绝对值", "the absolute value"},
    {"min", Op::least, false, 2, 16, "min(a, b, …) -> a", "最小的", "the least"},
    {"max", Op::greatest, false, 2, 16, "max(a, b, …) -> a", "最大的", "the greatest"},
};

[[nodiscard]] inline const Function* function_named(std::string_view name, bool method) {
    for (const auto& function : functions) {
        if (function.name == name && function.method == method) return &function;
    }
    return nullptr;
}

[[nodiscard]] inline const Function* function_of(Op op) {
    for (const auto& function : functions) {
        if (function.op == op) return &function;
    }
    return nullptr;
}

} // namespace rule
