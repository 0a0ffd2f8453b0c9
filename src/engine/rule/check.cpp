// The rules of policies: what may be compared and computed with what, and which unit is missing.
#include "engine/rule/checker.hpp"

#include <limits>

namespace rule {

using namespace sorts;

std::vector<Complaint> Checker::run(std::optional<Type> expected) {
    const auto [sort, cost] = visit(tree_.root);
    tree_.cost = cost;
    finish(sort, expected);
    if (complaints_.empty()) tree_.places = places_below(tree_, tree_.root);
    return std::move(complaints_);
}

Sort Checker::complain(NodeIndex index, std::string code, base::Text message, base::Text cure) {
    if (unchecked_ && code != "rule.limit" && code != "rule.syntax") return dynamic();
    const auto& node = at(index);
    complaints_.push_back(
        {std::move(code), node.from, node.to, std::move(message), std::move(cure)});
    return wrong();
}

void Checker::require(const Sort& sort, Type expected) {
    Sort want = scalar(expected);
    if (expected == Type::text_list) want = list_of(scalar(Type::text));
    if (expected == Type::integer_list) want = list_of(scalar(Type::integer));
    const bool same = sort.type == want.type || (textual(sort) && textual(want)) ||
                      (want.type == Type::number && sort.type == Type::integer);
    if (sort.shape == nullptr && sort.list == want.list && (same || sort.empty)) return;
    const auto got = label_of(sort), wanted = type_label(expected);
    base::Text cure;
    if (expected == Type::boolean)
        cure = {
            "写成一个判断，如 年销售额 >= 500万元", "write a condition, such as sales >= 500万元"};
    complain(
        tree_.root,
        "rule.type",
        {"结果应为" + wanted.zh + "，这里得到" + got.zh,
         "the result must be " + wanted.en + ", but is " + got.en},
        std::move(cure));
}

void Checker::finish(const Sort& sort, std::optional<Type> expected) {
    if (!sort.wrong && !plain_ && expected) require(sort, *expected);
    if (plain_ && complaints_.empty()) {
        auto& root = at(tree_.root);
        root.sort.shape = shapes_.resolved(shape_of(sort), true);
    }
    if (tree_.cost > cost_limit) {
        complain(
            tree_.root,
            "rule.limit",
            {"这条规则计算量太大", "this rule takes too many steps"},
            {"减少列表的嵌套判断", "nest fewer conditions over lists"});
    }
}

Checker::Visited Checker::visit(NodeIndex index) {
    std::int64_t cost = 1;
    auto sort = sort_at(index, cost);
    if (unchecked_ && !sort.wrong) {
        sort = dynamic();
        refuse_later(index);
    }
    at(index).sort = sort;
    return {sort, std::min(cost, cost_limit + 1)};
}

// Without checking, what could not be understood is a fault once it is evaluated.
void Checker::refuse_later(NodeIndex index) {
    auto& node = at(index);
    if (node.op != Op::name && node.op != Op::call && node.op != Op::method) return;
    node.op = Op::fail;
    node.place = static_cast<std::size_t>(Fault::no_overload);
}

Sort Checker::sort_at(NodeIndex index, std::int64_t& cost) {
    switch (at(index).op) {
    case Op::constant: return constant(index);
    case Op::name: return name(index);
    case Op::call: return call(index, false, cost);
    case Op::method: return call(index, true, cost);
    case Op::list: return list(index, cost);
    case Op::map: return map(index, cost);
    case Op::select: return select(index, cost);
    case Op::index: return item(index, cost);
    case Op::negate: return negate(index, cost);
    case Op::logical_not:
    case Op::logical_and:
    case Op::logical_or: return logic(index, cost);
    case Op::equal:
    case Op::not_equal:
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal: return comparison(index, cost);
    case Op::in: return membership(index, cost);
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::divide:
    case Op::remainder: return arithmetic(index, cost);
    case Op::conditional: return conditional(index, cost);
    case Op::attribute:
    case Op::local:
    case Op::today:
    case Op::has:
    case Op::size:
    case Op::contains:
    case Op::starts_with:
    case Op::ends_with:
    case Op::exists:
    case Op::all:
    case Op::months_since:
    case Op::years_since:
    case Op::days_since:
    case Op::band:
    case Op::to_integer:
    case Op::to_number:
    case Op::absolute:
    case Op::least:
    case Op::greatest:
    case Op::has_field:
    case Op::optional:
    case Op::exists_one:
    case Op::transform:
    case Op::filter:
    case Op::bind:
    case Op::block:
    case Op::optional_map:
    case Op::function:
    case Op::fail: break; // the parser makes none of these, or its list or map has looked at it
    }
    base::bug("a node is checked once");
}

Sort Checker::constant(NodeIndex index) {
    const auto* other = std::get_if<Other>(&at(index).constant);
    if (other == nullptr)
        return plain_ ? sort_from(shape_of(sort_of_constant(at(index).constant)))
                      : sort_of_constant(at(index).constant);
    const auto kind = other->datum().kind;
    if (kind == Kind::unsigned_integer) return sort_from(shapes_.of(Form::unsigned_integer));
    if (kind == Kind::bytes) return sort_from(shapes_.of(Form::bytes));
    if (plain_) return sort_from(shapes_.of(Form::null));
    return complain(
        index,
        "rule.syntax",
        {"政策规则里没有 null", "rules of policies have no null"},
        {"判断有没有数据写成 has(属性)", "write has(attribute) to ask whether there is a value"});
}

Sort Checker::name(NodeIndex index) {
    const auto text = at(index).text;
    for (std::size_t depth = locals_.size(); depth-- > 0;) {
        if (locals_[depth].name != text) continue;
        at(index).op = Op::local;
        at(index).place = depth;
        return locals_[depth].sort;
    }
    const auto root = text.starts_with(".") ? text.substr(1) : text;
    if (const auto place = variable(root)) return become_attribute(index, *place);
    if (const auto type = type_named(index, root)) return *type;
    return unknown_name(index, root);
}

// Suggests the attribute that shares most of its characters with what was written.
Sort Checker::unknown_name(NodeIndex index, const std::string& text) {
    if (unchecked_) {
        at(index).op = Op::fail;
        at(index).place = static_cast<std::size_t>(Fault::no_such_name);
        return dynamic();
    }
    const auto* best = nearest(*tree_.attributes, text);
    base::Text cure = {"从属性目录中选择", "choose one from the attribute catalogue"};
    if (best != nullptr) {
        cure = {
            "是否指“" + best->label.zh + "”（" + best->name + "）？",
            "did you mean “" + best->name + "”?"};
    }
    return complain(
        index,
        "rule.unknown_name",
        {"没有名为“" + text + "”的属性", "there is no attribute “" + text + "”"},
        std::move(cure));
}

Sort Checker::list(NodeIndex index, std::int64_t& cost) {
    Sort element;
    bool first = true;
    bool fine = true;
    const bool loose = std::exchange(loose_, false); // not for lists inside
    const auto items = at(index).args;
    for (const auto item : items) {
        const auto sort = item_of(item, cost);
        if (loose && sort.wrong) return wrong();
        element = first || loose ? sort : joined(item, element, sort, fine);
        first = false;
        if (!fine) return wrong();
    }
    items_[index] = static_cast<std::int64_t>(items.size());
    if (plain_) {
        const auto* item = first ? shapes_.fresh() : shape_of(element);
        return sort_from(shapes_.list_of(item));
    }
    if (first) return {.list = true, .empty = true};
    if (element.wrong) return wrong();
    if (loose || element.list || element.shape != nullptr)
        return sort_from(shapes_.list_of(loose ? shapes_.of(Form::dyn) : shape_of(element)));
    return list_of(element);
}

Sort Checker::negate(NodeIndex index, std::int64_t& cost) {
    const auto inner = at(index).args[0];
    const auto [sort, inner_cost] = visit(inner);
    cost += inner_cost;
    if (sort.wrong) return sort;
    if (general(sort)) {
        const auto result = operation(index, {sort}, cost);
        if (!result.wrong && !unchecked_) fold_negative(index, inner);
        return result;
    }
    const bool fine =
        numeric(sort) || is(sort, Type::money) || is(sort, Type::rate) || is(sort, Type::duration);
    if (!fine) {
        const auto label = label_of(sort);
        return complain(index, "rule.type", {label.zh + "不能取负", label.en + " has no negative"});
    }
    fold_negative(index, inner);
    return sort;
}

void Checker::fold_negative(NodeIndex index, NodeIndex inner) {
    if (at(inner).op != Op::constant || std::holds_alternative<Other>(at(inner).constant)) return;
    auto value = at(inner).constant;
    if (auto* number = std::get_if<std::int64_t>(&value)) {
        if (*number == std::numeric_limits<std::int64_t>::min()) return;
        *number = -*number;
    } else if (auto* decimal = std::get_if<double>(&value)) {
        *decimal = -*decimal;
    } else if (auto* money = std::get_if<base::Money>(&value)) {
        money->fen = -money->fen;
    } else if (auto* rate = std::get_if<base::Rate>(&value)) {
        rate->ppm = -rate->ppm;
    } else if (auto* duration = std::get_if<Duration>(&value)) {
        if (duration->nanos != 0) return;
        duration->seconds = -duration->seconds;
    }
    at(index).op = Op::constant;
    at(index).constant = std::move(value);
    at(index).args.clear();
}

Sort Checker::logic(NodeIndex index, std::int64_t& cost) {
    const auto args = at(index).args;
    for (const auto arg : args) {
        const auto [sort, arg_cost] = visit(arg);
        cost += arg_cost;
        require_boolean(arg, sort);
    }
    return plain_ ? sort_from(shapes_.of(Form::boolean)) : scalar(Type::boolean);
}

void Checker::require_boolean(NodeIndex index, const Sort& sort) {
    if (sort.wrong || unchecked_) return;
    if (plain_ ? shapes_.fits(shape_of(sort), shapes_.of(Form::boolean)) : is(sort, Type::boolean))
        return;
    const auto label = label_of(sort);
    complain(
        index,
        "rule.type",
        {"这里应为判断，得到的是" + label.zh, "a condition is expected here, this is " + label.en},
        {"与某个值比较，或写 has(…)", "compare it with something, or write has(…)"});
}

Sort Checker::comparison(NodeIndex index, std::int64_t& cost) {
    const auto left = at(index).args[0];
    const auto right = at(index).args[1];
    const auto [a, a_cost] = visit(left);
    const auto [b, b_cost] = visit(right);
    cost += a_cost + b_cost;
    if (a.wrong || b.wrong) return scalar(Type::boolean);
    if (general(a, b)) return operation(index, {a, b}, cost);
    if (a.list || b.list) cost += list_limit;
    if (!comparable(index, left, a, right, b)) return scalar(Type::boolean);
    if (at(index).op != Op::equal && at(index).op != Op::not_equal) require_order(index, a, b);
    return scalar(Type::boolean);
}

bool Checker::comparable(
    NodeIndex index, NodeIndex left, const Sort& a, NodeIndex right, const Sort& b) {
    if (!alike(a, b)) {
        mismatch(index, left, a, right, b);
        return false;
    }
    return settle_choice(right, a) && settle_choice(left, b);
}

// A text literal beside codes of a closed list becomes the code it names.
bool Checker::settle_choice(NodeIndex index, const Sort& beside) {
    if (beside.choices == nullptr) return true;
    if (at(index).op == Op::list) {
        const auto items = at(index).args;
        bool fine = true;
        for (const auto item : items)
            fine = settle_choice(item, beside) && fine;
        return fine;
    }
    if (at(index).op == Op::map) {
        const auto parts = at(index).args;
        bool fine = true;
        for (std::size_t i = 0; i < parts.size(); i += 2)
            fine = settle_choice(parts[i], beside) && fine;
        return fine;
    }
    const auto* said =
        at(index).op == Op::constant ? std::get_if<std::string>(&at(index).constant) : nullptr;
    if (said == nullptr) return true;
    for (const auto& choice : *beside.choices) {
        if (choice.code != *said && choice.label.zh != *said && choice.label.en != *said) continue;
        at(index).constant = choice.code;
        at(index).sort.choices = beside.choices;
        at(index).sort.ordered = beside.ordered;
        return true;
    }
    const auto offered = choices_offered(*beside.choices);
    complain(
        index,
        "rule.choice",
        {"没有“" + *said + "”这个选项", "“" + *said + "” is not among the choices"},
        {"可选：" + offered.zh, "choose one of: " + offered.en});
    return false;
}

void Checker::require_order(NodeIndex index, const Sort& a, const Sort& b) {
    if (a.list) {
        complain(index, "rule.type", {"列表不能比大小", "lists have no order"});
        return;
    }
    if (a.choices == nullptr && b.choices == nullptr) return;
    const auto* choices = a.choices != nullptr ? a.choices : b.choices;
    const bool ordered = a.choices != nullptr ? a.ordered : b.ordered;
    // A literal beside the attribute took over its choices; anything else must have the same
    // list.
    const auto follows = [&](const Sort& sort, NodeIndex side) {
        if (sort.choices != nullptr) return *sort.choices == *choices;
        return at(side).op == Op::constant;
    };
    if (!ordered) {
        complain(
            index,
            "rule.type",
            {"这些选项没有高低之分", "these choices have no order"},
            {"用 == 或 in [...]", "use == or in [...]"});
    } else if (!follows(a, at(index).args[0]) || !follows(b, at(index).args[1])) {
        complain(
            index, "rule.type", {"两边的选项不是同一组", "the two sides have different choices"});
    }
}

void Checker::mismatch(
    NodeIndex index, NodeIndex left, const Sort& a, NodeIndex right, const Sort& b) {
    if (unit_slip(a, right, b) || unit_slip(b, left, a)) return;
    const auto x = label_of(a), y = label_of(b);
    base::Text cure;
    if ((is(a, Type::boolean) && is(b, Type::text)) ||
        (is(b, Type::boolean) && is(a, Type::text))) {
        cure = {
            "是非项直接写名称，否定写 !名称",
            "write a yes-or-no attribute by its name, negate it by !"};
    } else if (a.list != b.list) {
        cure = {"判断是否在列表中用 in", "use in to ask whether a list holds a value"};
    }
    complain(
        index,
        "rule.type",
        {x.zh + "不能与" + y.zh + "比较", x.en + " cannot be compared with " + y.en},
        std::move(cure));
}

// A bare number or text beside a value with a unit: says how the literal should have been
// written.
bool Checker::unit_slip(const Sort& a, NodeIndex bare, const Sort& b) {
    if (a.list) return false;
    const auto text = tree_.source.substr(at(bare).from, at(bare).to - at(bare).from);
    const auto* value = at(bare).op == Op::constant ? &at(bare).constant : nullptr;
    auto cure = unit_cure(a, b, text, value);
    if (!cure) return false;
    const auto x = label_of(a), y = label_of(b);
    complain(
        bare,
        "rule.unit",
        {x.zh + "不能与没有单位的" + y.zh + "直接运算或比较",
         x.en + " cannot go with " + y.en + " that has no unit"},
        std::move(*cure));
    return true;
}

Sort Checker::membership(NodeIndex index, std::int64_t& cost) {
    const auto item = at(index).args[0];
    const auto list = at(index).args[1];
    const auto [a, a_cost] = visit(item);
    const auto [b, b_cost] = visit(list);
    cost += a_cost + b_cost;
    if (a.wrong || b.wrong) return scalar(Type::boolean);
    const bool loose =
        !plain_ && b.shape != nullptr && b.shape->form != Form::list && b.shape->form != Form::map;
    if (general(a, b) && !loose) {
        if (at(list).op == Op::map && !settle_choice(list, a)) return scalar(Type::boolean);
        return operation(index, {a, b}, cost);
    }
    cost += items_of(list);
    if (!b.list) {
        const auto label = label_of(b);
        const bool texts = textual(a) && textual(b);
        complain(
            list,
            "rule.type",
            {"in 的右边应为列表，这里是" + label.zh,
             "the right side of in must be a list, this is " + label.en},
            texts
                ? base::
                      Text{"判断文本中含有写成 x.contains(\"…\")", "write x.contains(\"…\") to look inside a text"}
                : base::Text{"写成 x in [a, b]", "write x in [a, b]"});
        return scalar(Type::boolean);
    }
    if (b.empty) return scalar(Type::boolean);
    Sort element = b;
    element.list = false;
    if (!alike(a, element)) {
        const auto first = at(list).op == Op::list ? at(list).args[0] : list;
        mismatch(index, item, a, first, element);
        return scalar(Type::boolean);
    }
    if (settle_choice(list, a)) static_cast<void>(settle_choice(item, element));
    return scalar(Type::boolean);
}

Sort Checker::conditional(NodeIndex index, std::int64_t& cost) {
    const auto args = at(index).args;
    const auto condition = visit(args[0]);
    const auto yes = visit(args[1]);
    const auto no = visit(args[2]);
    cost += condition.cost + yes.cost + no.cost;
    require_boolean(args[0], condition.sort);
    items_[index] = std::max(items_of(args[1]), items_of(args[2]));
    if (yes.sort.wrong || no.sort.wrong) return wrong();
    if (general(yes.sort, no.sort)) {
        const Sort truth = scalar(Type::boolean);
        return operation(index, {truth, yes.sort, no.sort}, cost);
    }
    if (!alike(yes.sort, no.sort)) {
        mismatch(index, args[1], yes.sort, args[2], no.sort);
        return wrong();
    }
    return merged(yes.sort, no.sort);
}

Sort Checker::arithmetic(NodeIndex index, std::int64_t& cost) {
    const auto op = at(index).op;
    const auto left = at(index).args[0];
    const auto right = at(index).args[1];
    const auto [a, a_cost] = visit(left);
    const auto [b, b_cost] = visit(right);
    cost += a_cost + b_cost;
    if (a.wrong || b.wrong) return wrong();
    const bool lists = op == Op::add && a.list && b.list;
    if (general(a, b) || lists) {
        if (lists)
            items_[index] = std::min<std::int64_t>(items_of(left) + items_of(right), list_limit);
        return operation(index, {a, b}, cost);
    }
    if (op == Op::add && is(a, Type::text) && is(b, Type::text)) {
        cost += 1'000; // the result may be long
        return scalar(Type::text);
    }
    if (!a.list && !b.list && !a.empty && !b.empty) {
        if (const auto type = result_of(op, a.type, b.type)) return scalar(*type);
    }
    if ((op == Op::add || op == Op::subtract) &&
        (unit_slip(a, right, b) || unit_slip(b, left, a))) {
        return wrong();
    }
    const auto x = label_of(a), y = label_of(b);
    return complain(
        index,
        "rule.type",
        {x.zh + "与" + y.zh + "之间没有这种运算",
         "there is no such operation between " + x.en + " and " + y.en});
}

std::vector<Complaint> check_types(Tree& tree, std::optional<Type> expected) {
    return Checker(tree).run(expected);
}

} // namespace rule
