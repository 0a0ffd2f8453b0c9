#include "engine/rule/phrase.hpp"

#include <cmath>
#include <limits>

namespace rule {
namespace {

base::Text since_label(const base::Text& label, Op op) {
    if (op == Op::months_since) return {label.zh + "距今月数", "months since " + label.en};
    if (op == Op::years_since) return {label.zh + "距今年数", "years since " + label.en};
    return {label.zh + "距今天数", "days since " + label.en};
}

std::size_t place_of(const std::vector<Choice>& choices, const Value& value) {
    const auto* code = std::get_if<std::string>(&value);
    std::size_t i = 0;
    while (code != nullptr && i < choices.size() && choices[i].code != *code)
        i += 1;
    return i;
}

double size_of(const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return static_cast<double>(*number);
    if (const auto* number = std::get_if<double>(&value)) return *number;
    if (const auto* date = std::get_if<base::Date>(&value)) return date->days;
    if (const auto* money = std::get_if<base::Money>(&value))
        return static_cast<double>(money->fen);
    if (const auto* rate = std::get_if<base::Rate>(&value)) return static_cast<double>(rate->ppm);
    if (const auto* duration = std::get_if<Duration>(&value))
        return static_cast<double>(duration->seconds);
    return 0;
}

// |a − b|, or the largest number when that is larger.
std::int64_t apart(std::int64_t a, std::int64_t b) {
    std::int64_t difference = 0;
    const bool over = a > b ? __builtin_sub_overflow(a, b, &difference)
                            : __builtin_sub_overflow(b, a, &difference);
    return over ? std::numeric_limits<std::int64_t>::max() : difference;
}

Value difference(const Value& a, const Value& b) {
    if (const auto* x = std::get_if<std::int64_t>(&a)) return apart(*x, std::get<std::int64_t>(b));
    if (const auto* x = std::get_if<double>(&a)) return std::abs(*x - std::get<double>(b));
    if (const auto* x = std::get_if<base::Date>(&a)) {
        return Duration::of_days(apart(x->days, std::get<base::Date>(b).days));
    }
    if (const auto* x = std::get_if<base::Money>(&a)) {
        return base::Money{apart(x->fen, std::get<base::Money>(b).fen)};
    }
    if (const auto* x = std::get_if<base::Rate>(&a)) {
        return base::Rate{apart(x->ppm, std::get<base::Rate>(b).ppm)};
    }
    if (const auto* x = std::get_if<Duration>(&a)) {
        return Duration{apart(x->seconds, std::get<Duration>(b).seconds)};
    }
    return {};
}

} // namespace

base::Text fault_reason(Fault fault) {
    switch (fault) {
    case Fault::division_by_zero: return {"除数为零", "division by zero"};
    case Fault::overflow: return {"结果超出范围", "the result is out of range"};
    case Fault::out_of_range: return {"超出范围", "out of range"};
    case Fault::no_overload:
        return {"这种值没有这种运算", "the operation is not there for such values"};
    case Fault::no_such_key: return {"没有这个键或位置", "there is no such key or place"};
    case Fault::no_such_name: return {"没有这个名称", "there is no such name"};
    case Fault::bad_key: return {"映射的键重复或不合规", "a key of the map is doubled or unfit"};
    case Fault::bad_conversion: return {"无法转换", "it cannot be converted"};
    case Fault::no_value: return {"可选值为空", "the optional has no value"};
    case Fault::too_many_steps: return {"计算步数过多", "it takes too many steps"};
    }
    base::bug("fault out of range");
}

Attribute described(const Tree& tree, NodeIndex index) {
    const auto& node = tree.at(index);
    if (node.op == Op::attribute) return tree.attribute(node);
    Attribute made;
    made.type = node.sort.type;
    if (node.sort.list)
        made.type = made.type == Type::integer ? Type::integer_list : Type::text_list;
    if (node.sort.choices != nullptr) made.choices = *node.sort.choices;
    made.ordered = node.sort.ordered;
    made.label = {print(tree, index, Names::labels), print(tree, index, Names::plain)};
    const bool since =
        node.op == Op::months_since || node.op == Op::years_since || node.op == Op::days_since;
    if (since) {
        const auto& inner = tree.at(node.args[0]);
        if (inner.op == Op::attribute)
            made.label = since_label(tree.attribute(inner).label, node.op);
        if (node.op == Op::months_since) made.unit = {"个月", "months"};
        if (node.op == Op::years_since) made.unit = {"年", "years"};
        if (node.op == Op::days_since) made.unit = {"天", "days"};
    }
    return made;
}

std::optional<int> order_of(const Value& a, const Value& b, const Attribute& attribute) {
    if (a.index() != b.index() || !known(a)) return std::nullopt;
    if (std::holds_alternative<std::string>(a)) {
        if (!attribute.ordered || attribute.choices.empty()) return std::nullopt;
        const auto x = place_of(attribute.choices, a);
        const auto y = place_of(attribute.choices, b);
        return x < y ? -1 : x > y ? 1 : 0;
    }
    if (std::holds_alternative<bool>(a) || std::holds_alternative<std::vector<std::string>>(a) ||
        std::holds_alternative<std::vector<std::int64_t>>(a)) {
        return std::nullopt;
    }
    return a < b ? -1 : b < a ? 1 : 0;
}

Distance distance_between(const Value& a, const Value& b, const Attribute& attribute) {
    if (!order_of(a, b, attribute)) return {};
    if (std::holds_alternative<std::string>(a)) {
        const auto x = static_cast<std::int64_t>(place_of(attribute.choices, a));
        const auto y = static_cast<std::int64_t>(place_of(attribute.choices, b));
        const auto steps = std::abs(x - y);
        const auto number = std::to_string(steps);
        return {
            {number + "级", number + (steps == 1 ? " grade" : " grades")},
            static_cast<double>(steps)};
    }
    const auto size = std::abs(size_of(a) - size_of(b));
    if (std::holds_alternative<base::Rate>(a)) {
        auto shown = display(std::get<base::Rate>(difference(a, b)));
        shown.zh.pop_back();
        shown.en.pop_back();
        return {{shown.zh + "个百分点", shown.en + " percentage points"}, size};
    }
    const auto gap = difference(a, b);
    if (!known(gap)) return {{}, size};
    auto shown = display(gap, attribute);
    if (size > 0 && shown == display(difference(a, a), attribute))
        shown = display_exact(gap, attribute);
    return {std::move(shown), size};
}

Pair shown_apart(const Value& a, const Value& b, const Attribute& attribute) {
    Pair pair{display(a, attribute), display(b, attribute)};
    if (a != b && pair.first == pair.second) {
        pair = {display_exact(a, attribute), display_exact(b, attribute)};
    }
    return pair;
}

base::Text operator+(base::Text a, const base::Text& b) {
    a.zh += b.zh;
    a.en += b.en;
    return a;
}

base::Text join(const std::vector<base::Text>& texts, const base::Text& between) {
    base::Text all;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (i > 0) all = std::move(all) + between;
        all = std::move(all) + texts[i];
    }
    return all;
}

} // namespace rule
