#include "engine/rule/sorts.hpp"

#include "engine/rule/shape.hpp"

#include <cmath>

namespace rule {
namespace sorts {

Sort scalar(Type type) { return {.type = type}; }

Sort list_of(Sort element) {
    element.list = true;
    return element;
}

Sort wrong() { return {.wrong = true}; }

Sort sort_of(const Attribute& attribute) {
    Sort sort{.type = attribute.type};
    if (attribute.type == Type::text_list) sort = list_of(scalar(Type::text));
    if (attribute.type == Type::integer_list) sort = list_of(scalar(Type::integer));
    if (!attribute.choices.empty()) {
        sort.choices = &attribute.choices;
        sort.ordered = attribute.ordered;
    }
    return sort;
}

bool textual(const Sort& sort) { return sort.type == Type::text || sort.type == Type::choice; }

bool numeric(const Sort& sort) {
    return !sort.list && (sort.type == Type::integer || sort.type == Type::number);
}

bool is(const Sort& sort, Type type) { return !sort.list && !sort.empty && sort.type == type; }

base::Text label_of(const Sort& sort) {
    if (sort.shape != nullptr) return label_of(*sort.shape);
    if (sort.empty) return {"空列表", "an empty list"};
    auto label = type_label(sort.type);
    if (sort.list) label = {label.zh + "列表", "a list, each item " + label.en};
    return label;
}

// Elements of one list, or the two sides of a comparison.
bool alike(const Sort& a, const Sort& b) {
    if (a.wrong || b.wrong) return true;
    if (a.list != b.list && !a.empty && !b.empty) return false;
    if (a.empty || b.empty) return a.list == b.list;
    if (textual(a) && textual(b)) return true;
    const auto number = [](Type type) { return type == Type::integer || type == Type::number; };
    return a.type == b.type || (number(a.type) && number(b.type));
}

// The sort of a value that is one or the other.
Sort merged(const Sort& a, const Sort& b) {
    if (a.wrong || b.wrong) return wrong();
    if (a.empty) return b;
    if (b.empty) return a;
    Sort sort = a;
    if (a.type != b.type) sort.type = textual(a) ? Type::text : Type::number;
    if (a.choices != b.choices) {
        sort.choices = nullptr;
        sort.ordered = false;
        if (sort.type == Type::choice) sort.type = Type::text;
    }
    return sort;
}

Sort sort_of_constant(const Value& value) {
    if (std::holds_alternative<bool>(value)) return scalar(Type::boolean);
    if (std::holds_alternative<std::int64_t>(value)) return scalar(Type::integer);
    if (std::holds_alternative<double>(value)) return scalar(Type::number);
    if (std::holds_alternative<std::string>(value)) return scalar(Type::text);
    if (std::holds_alternative<base::Date>(value)) return scalar(Type::date);
    if (std::holds_alternative<base::Money>(value)) return scalar(Type::money);
    if (std::holds_alternative<base::Rate>(value)) return scalar(Type::rate);
    if (std::holds_alternative<Duration>(value)) return scalar(Type::duration);
    base::bug("a literal is a scalar");
}

// Length of the longest common subsequence: near for slips of the pen, far for other words.
std::size_t shared_bytes(std::string_view a, std::string_view b) {
    if (a.size() > 100 || b.size() > 100) return 0;
    std::vector<std::size_t> row(b.size() + 1, 0);
    for (const char c : a) {
        std::size_t diagonal = 0;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto above = row[j];
            row[j] = c == b[j - 1] ? diagonal + 1 : std::max(above, row[j - 1]);
            diagonal = above;
        }
    }
    return row.back();
}

// The algebra of units. Nothing when the operation has no meaning.
std::optional<Type> result_of(Op op, Type a, Type b) {
    const bool number_a = a == Type::integer || a == Type::number;
    const bool number_b = b == Type::integer || b == Type::number;
    const bool unit_a = a == Type::money || a == Type::rate;
    const bool sum = op == Op::add || op == Op::subtract;
    if (number_a && number_b) {
        if (op == Op::remainder)
            return a == b && a == Type::integer ? std::optional(a) : std::nullopt;
        return a == Type::integer && b == Type::integer ? Type::integer : Type::number;
    }
    if (sum) {
        if (a == b && (unit_a || a == Type::duration)) return a;
        if (a == Type::date && b == Type::duration) return Type::date;
        if (op == Op::add && a == Type::duration && b == Type::date) return Type::date;
        if (op == Op::subtract && a == Type::date && b == Type::date) return Type::duration;
        return std::nullopt;
    }
    if (op == Op::multiply) {
        if (unit_a && number_b) return a;
        if (number_a && (b == Type::money || b == Type::rate)) return b;
        if (a == Type::duration && b == Type::integer) return a;
        if (a == Type::integer && b == Type::duration) return b;
        if ((a == Type::money && b == Type::rate) || (a == Type::rate && b == Type::money))
            return Type::money;
        if ((a == Type::rate && number_b) || (number_a && b == Type::rate)) return Type::rate;
        return std::nullopt;
    }
    if (op == Op::divide) {
        if (unit_a && number_b) return a;
        if (a == b && (unit_a || a == Type::duration)) return Type::number;
    }
    return std::nullopt;
}

std::optional<base::Text> unit_cure(
    const Sort& a, const Sort& b, const std::string& text, const Value* value) {
    const bool number = numeric(b);
    if (a.type == Type::money && number) {
        const auto sign = value != nullptr ? text : "300";
        return base::Text{
            "写成 " + sign + "万元 或 " + sign + "元", "write " + sign + "万元 or " + sign + "元"};
    }
    if (a.type == Type::rate && number) {
        const auto* decimal = value != nullptr ? std::get_if<double>(value) : nullptr;
        std::string sign = value != nullptr ? text + "%" : "3%";
        if (decimal != nullptr && std::abs(*decimal) < 10)
            sign = literal(base::Rate{std::llround(*decimal * 1e6)});
        return base::Text{"写成 " + sign, "write " + sign};
    }
    if (a.type == Type::duration && number) {
        const auto sign = value != nullptr && b.type == Type::integer ? text : "30";
        return base::Text{"写成 " + sign + "天", "write " + sign + "天"};
    }
    if (a.type == Type::date && is(b, Type::text)) {
        const auto sign = value != nullptr ? text : "\"2023-01-01\"";
        return base::Text{"写成 date(" + sign + ")", "write date(" + sign + ")"};
    }
    return std::nullopt;
}

base::Text choices_offered(const std::vector<Choice>& choices) {
    base::Text all;
    for (std::size_t i = 0; i < choices.size() && i < 12; ++i) {
        const auto& choice = choices[i];
        all.zh += (i == 0 ? "\"" : "、\"") + choice.code + "\"" +
                  (choice.label.zh == choice.code ? "" : "（" + choice.label.zh + "）");
        all.en += (i == 0 ? "\"" : ", \"") + choice.code + "\"";
    }
    return all;
}

const Attribute* nearest(const std::vector<Attribute>& attributes, std::string_view text) {
    const Attribute* best = nullptr;
    std::size_t most = text.size() / 2;
    for (const auto& attribute : attributes) {
        for (const std::string* candidate : {&attribute.name, &attribute.label.zh}) {
            const auto shared = shared_bytes(text, *candidate);
            if (shared <= most) continue;
            most = shared;
            best = &attribute;
        }
    }
    return best;
}

static std::optional<Sort> extreme(const std::vector<Sort>& sorts) {
    Sort result = sorts[0];
    for (const auto& sort : sorts) {
        if (sort.list || textual(sort) || sort.type == Type::boolean || !alike(result, sort))
            return std::nullopt;
        result = merged(result, sort);
    }
    return result;
}

std::optional<Sort> function_sort(Op op, const std::vector<Sort>& sorts) {
    const auto when = [](bool fine, Sort sort) {
        return fine ? std::optional(sort) : std::nullopt;
    };
    if (op == Op::today) return scalar(Type::date);
    if (op == Op::has) return scalar(Type::boolean);
    if (op == Op::size) return when(sorts[0].list || textual(sorts[0]), scalar(Type::integer));
    if (op == Op::contains || op == Op::starts_with || op == Op::ends_with) {
        const bool texts =
            !sorts[0].list && !sorts[1].list && textual(sorts[0]) && textual(sorts[1]);
        return when(texts, scalar(Type::boolean));
    }
    if (op == Op::months_since || op == Op::years_since || op == Op::days_since) {
        return when(is(sorts[0], Type::date), scalar(Type::integer));
    }
    if (op == Op::to_integer) return when(numeric(sorts[0]), scalar(Type::integer));
    if (op == Op::to_number) return when(numeric(sorts[0]), scalar(Type::number));
    if (op == Op::absolute) {
        const bool amount =
            numeric(sorts[0]) || is(sorts[0], Type::money) || is(sorts[0], Type::rate);
        return when(amount, sorts[0]);
    }
    if (op == Op::least || op == Op::greatest) return extreme(sorts);
    base::bug("a function without a sort");
}

} // namespace sorts

namespace {

void collect(const Tree& tree, NodeIndex index, std::vector<std::size_t>& places) {
    const auto& node = tree.at(index);
    if (node.op == Op::attribute) places.push_back(node.place);
    for (const auto arg : node.args)
        collect(tree, arg, places);
}

} // namespace

std::vector<std::size_t> places_below(const Tree& tree, NodeIndex index) {
    std::vector<std::size_t> places;
    collect(tree, index, places);
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    return places;
}

} // namespace rule
