// Functions and macros.
#include "engine/rule/checker.hpp"
#include "engine/rule/pattern.hpp"
#include "engine/rule/time.hpp"

namespace rule {

using namespace sorts;

namespace {

bool known_function(const Plain* plain, std::string_view name) {
    for (const auto& each : overloads()) {
        if (each.name == name && !each.method) return true;
    }
    if (plain == nullptr) return false;
    return std::any_of(plain->functions.begin(), plain->functions.end(), [&](const auto& each) {
        return each.name == name && !each.method;
    });
}

std::optional<Op> list_macro(std::string_view name, std::size_t arguments) {
    if (arguments == 3) {
        if (name == "exists") return Op::exists;
        if (name == "all") return Op::all;
        if (name == "exists_one" || name == "existsOne") return Op::exists_one;
        if (name == "filter") return Op::filter;
    }
    if (name == "map" && (arguments == 3 || arguments == 4)) return Op::transform;
    return std::nullopt;
}

} // namespace

// math.abs(x) is written like a method of `math`.
bool Checker::qualified(NodeIndex index, std::string& name) {
    const auto receiver = dotted(at(index).args[0]);
    if (!receiver) return false;
    const auto whole = (receiver->starts_with(".") ? receiver->substr(1) : *receiver) + "." + name;
    if (!known_function(tree_.plain, whole)) return false;
    name = whole;
    at(index).args.erase(at(index).args.begin());
    at(index).op = Op::call;
    at(index).text = whole;
    return true;
}

Sort Checker::call(NodeIndex index, bool method, std::int64_t& cost) {
    const bool macros = !plain_ || tree_.plain->macros;
    if (macros) {
        if (const auto sort = special_call(index, method, cost)) return *sort;
    }
    auto name = at(index).text;
    if (method && qualified(index, name)) method = false;
    if (name.starts_with(".")) name.erase(0, 1);
    if (!method && name == "_?._") return optional_select(index, cost);
    const bool many = !method && (name == "math.greatest" || name == "math.least");
    if (many && at(index).args.size() > 2) return extreme_of_many(index, name, cost);
    const auto* function = function_named(name, method);
    // Where the library and the policies' own functions share a name, a rule means the latter.
    if (function != nullptr && !plain_ && function->op != Op::size &&
        function->op != Op::to_integer && function->op != Op::to_number && name != "duration")
        return policy_call(index, *function, cost);
    if (!plain_ && name == "duration" && !method && at(index).args.size() == 1 &&
        at(at(index).args[0]).op == Op::constant)
        return literal_call(index, name);
    if (const auto sort = library_call(index, name, method, cost)) return *sort;
    if (function != nullptr) return policy_call(index, *function, cost);
    return unknown_function(index, name, method);
}

Sort Checker::unknown_function(NodeIndex index, const std::string& name, bool method) {
    if (unchecked_) {
        const auto args = at(index).args;
        for (const auto arg : args)
            static_cast<void>(visit(arg));
        at(index).op = Op::fail;
        at(index).place = static_cast<std::size_t>(Fault::no_such_name);
        return dynamic();
    }
    const auto* other = function_named(name, !method);
    return complain(
        index,
        "rule.unknown_name",
        {"没有函数 " + name, "there is no function " + name},
        other == nullptr ? base::Text{}
                         : base::Text{
                               "写法：" + std::string(other->signature),
                               "usage: " + std::string(other->signature)});
}

// Macros: what is not evaluated argument by argument.
std::optional<Sort> Checker::special_call(NodeIndex index, bool method, std::int64_t& cost) {
    const auto name = at(index).text;
    const auto count = at(index).args.size();
    if (!method) {
        if (name == "has" && count == 1) return has(index, cost);
        return std::nullopt;
    }
    const auto& receiver = at(at(index).args[0]);
    if (receiver.op == Op::name && receiver.text == "cel" && !is_local("cel"))
        return cel_macro(index, name, cost);
    if (list_macro(name, count)) return macro(index, name, cost);
    if (count == 3 && (name == "optMap" || name == "optFlatMap"))
        return optional_macro(index, name == "optFlatMap", cost);
    return std::nullopt;
}

std::optional<Sort> Checker::cel_macro(
    NodeIndex index, const std::string& name, std::int64_t& cost) {
    const auto count = at(index).args.size();
    if (name == "bind" && count == 4) return bind(index, cost);
    if (name == "block" && count == 3) return block(index, cost);
    const auto made = variable_name(index);
    if (!made) return std::nullopt;
    at(index).op = Op::name;
    at(index).text = *made;
    at(index).args.clear();
    return this->name(index);
}

// Of a plain name, or of cel.index(0), cel.iterVar(0, 1) and cel.accuVar(0, 1), which stand for
// names nobody can write.
std::optional<std::string> Checker::variable_name(NodeIndex index) {
    const auto& node = at(index);
    if (node.op == Op::name && !node.text.starts_with(".")) return node.text;
    if (node.op != Op::method || at(node.args[0]).op != Op::name || at(node.args[0]).text != "cel")
        return std::nullopt;
    std::string name = node.text == "index"     ? "@index"
                       : node.text == "iterVar" ? "@it"
                       : node.text == "accuVar" ? "@ac"
                                                : "";
    if (name.empty()) return std::nullopt;
    for (std::size_t i = 1; i < node.args.size(); ++i) {
        const auto* number = std::get_if<std::int64_t>(&at(node.args[i]).constant);
        if (at(node.args[i]).op != Op::constant || number == nullptr) return std::nullopt;
        name += (node.text == "index" ? "" : ":") + std::to_string(*number);
    }
    return name;
}

std::size_t Checker::push_local(std::string name, Sort sort, std::int64_t items) {
    locals_.push_back({std::move(name), sort, items});
    tree_.locals = std::max(tree_.locals, locals_.size());
    return locals_.size() - 1;
}

std::optional<Sort> Checker::library_call(
    NodeIndex index, const std::string& name, bool method, std::int64_t& cost) {
    const auto offered = overloads();
    const bool there = std::any_of(offered.begin(), offered.end(), [&](const Overload& each) {
        return each.name == name && each.method == method;
    });
    const bool declared =
        plain_ && std::any_of(
                      tree_.plain->functions.begin(),
                      tree_.plain->functions.end(),
                      [&](const auto& each) { return each.name == name && each.method == method; });
    if (!there && !declared) return std::nullopt;
    if (!plain_ && (name == "dyn" || name == "type")) return std::nullopt;
    std::vector<Sort> sorts;
    const auto args = at(index).args;
    const bool formats = name == "format" && method;
    for (const auto arg : args) {
        const bool before = loose_;
        loose_ = formats && !plain_ && arg == args.back() && at(arg).op == Op::list;
        const auto [sort, arg_cost] = visit(arg);
        loose_ = before;
        cost += arg_cost;
        if (sort.wrong) return wrong();
        sorts.push_back(sort);
    }
    items_[index] = list_limit;
    // int(x) and double(x) of numbers are their own Ops, as they were before there was more.
    const auto* function = function_named(name, method);
    if (!plain_ && function != nullptr && function->op != Op::constant && sorts.size() == 1 &&
        sorts[0].shape == nullptr) {
        if (const auto sort = function_sort(function->op, sorts)) {
            at(index).op = function->op;
            at(index).text.clear();
            if (function->op == Op::size) cost += 64;
            return *sort;
        }
    }
    const auto sort = resolve_overloads(index, name, method, sorts, cost);
    if (!sort && unchecked_) {
        at(index).op = Op::fail;
        at(index).place = static_cast<std::size_t>(Fault::no_overload);
        return dynamic();
    }
    if (!sort) {
        if (function != nullptr) {
            const auto signature = std::string(function->signature);
            return complain(
                index,
                "rule.type",
                {name + " 的参数类型不对", name + " has arguments of the wrong type"},
                {"写法：" + signature, "usage: " + signature});
        }
        return no_overload(index, name, sorts);
    }
    at(index).text = name;
    if (at(index).op == Op::function && static_cast<Call>(at(index).place) == Call::matches)
        keep_pattern(index, cost);
    return sort;
}

// A pattern that stands in the text is compiled once, and refused here when it is none.
void Checker::keep_pattern(NodeIndex index, std::int64_t& cost) {
    const auto pattern = at(index).args[1];
    const auto* text =
        at(pattern).op == Op::constant ? std::get_if<std::string>(&at(pattern).constant) : nullptr;
    if (text == nullptr) {
        cost += pattern_cost + static_cast<std::int64_t>(text_limit_bytes);
        return;
    }
    if (tree_.patterns == nullptr) tree_.patterns = std::make_unique<Patterns>();
    const auto fault = tree_.patterns->keep(*text);
    if (!fault.empty()) cost += pattern_cost + static_cast<std::int64_t>(text->size());
    if (!fault.empty() && !plain_) {
        complain(
            pattern,
            "rule.type",
            {"正则表达式写错了：" + fault, "the regular expression is wrong: " + fault},
            {"语法见 RE2", "the syntax is that of RE2"});
    }
}

Sort Checker::policy_call(NodeIndex index, const Function& function, std::int64_t& cost) {
    const auto name = std::string(function.name);
    const auto signature = std::string(function.signature);
    const auto args = at(index).args;
    if (args.size() < function.args_least || args.size() > function.args_most) {
        return complain(
            index,
            "rule.type",
            {name + " 的参数个数不对", name + " has the wrong number of arguments"},
            {"写法：" + signature, "usage: " + signature});
    }
    if (function.op == Op::constant) return literal_call(index, name);
    at(index).op = function.op;
    at(index).text.clear();
    std::vector<Sort> sorts;
    bool old = true;
    for (const auto arg : args) {
        const auto [sort, arg_cost] = visit(arg);
        if (sort.wrong) return wrong();
        sorts.push_back(sort);
        old = old && (plain_ || sort.shape == nullptr);
        cost += arg_cost;
    }
    const auto op = function.op;
    if (op == Op::size || op == Op::contains || op == Op::starts_with || op == Op::ends_with)
        cost += 64;
    std::optional<Sort> result;
    if (old && op != Op::has)
        result = op == Op::band ? band(index, sorts) : function_sort(op, sorts);
    if (result) return plain_ ? sort_from(shape_of(*result)) : *result;
    return complain(
        index,
        "rule.type",
        {name + " 的参数类型不对", name + " has arguments of the wrong type"},
        {"写法：" + signature, "usage: " + signature});
}

// date("…") and duration("…") are literals; their text is read here, once.
Sort Checker::literal_call(NodeIndex index, const std::string& name) {
    const auto arg = at(index).args[0];
    const auto* text =
        at(arg).op == Op::constant ? std::get_if<std::string>(&at(arg).constant) : nullptr;
    const bool date = name == "date";
    const std::string example = date ? "date(\"2023-01-01\")" : "duration(\"30d\")";
    base::Text cure = {"写成 " + example, "write " + example};
    if (text == nullptr) {
        return complain(
            index,
            "rule.type",
            {name + " 的参数应为文字", name + " takes a text literal"},
            std::move(cure));
    }
    Value value;
    if (date) {
        if (const auto parsed = base::Date::parse(*text)) value = *parsed;
    } else if (const auto parsed = Duration::parse(*text)) {
        value = *parsed;
    } else if (const auto fine = duration_in(*text); fine && fine->nanos == 0) {
        value = *fine; // CEL's own way of writing: 1.5h
    }
    if (!known(value)) {
        return complain(
            arg,
            "rule.type",
            {"“" + *text + "”不是" + (date ? "日期" : "时长"),
             "“" + *text + "” is not a " + (date ? "date" : "duration")},
            std::move(cure));
    }
    auto& node = at(index);
    node.op = Op::constant;
    node.constant = std::move(value);
    node.args.clear();
    node.text.clear();
    return scalar(date ? Type::date : Type::duration);
}

Sort Checker::has(NodeIndex index, std::int64_t& cost) {
    const auto arg = at(index).args[0];
    if (at(arg).op == Op::call && at(arg).text == "_?._") {
        const auto [sort, arg_cost] = visit(arg);
        cost += arg_cost;
        at(index).op = Op::function;
        at(index).place = static_cast<std::size_t>(Call::optional_has);
        return sort.wrong ? sort : sort_from(shapes_.of(Form::boolean));
    }
    if (at(arg).op == Op::select) {
        const auto [receiver, receiver_cost] = visit(at(arg).args[0]);
        cost += receiver_cost + list_limit / 16 + 1;
        const auto field = field_of(arg, receiver);
        auto& node = at(index);
        node.op = Op::has_field;
        node.text = at(arg).text;
        node.args = at(arg).args;
        return field.wrong ? field : sort_from(shapes_.of(Form::boolean));
    }
    const auto [sort, arg_cost] = visit(arg);
    cost += arg_cost;
    if (sort.wrong) return wrong();
    at(index).op = Op::has;
    at(index).text.clear();
    if (at(arg).op == Op::attribute && !plain_) return scalar(Type::boolean);
    const auto* usage = function_of(Op::has);
    const auto signature = std::string(usage->signature);
    if (unchecked_) {
        at(index).op = Op::fail;
        at(index).place = static_cast<std::size_t>(Fault::no_overload);
    }
    return complain(
        index,
        "rule.type",
        {"has 的参数类型不对", "has has arguments of the wrong type"},
        {"写法：" + signature, "usage: " + signature});
}

// What a macro's variable is, for each item of a list or key of a map.
std::optional<Sort> Checker::element_of(NodeIndex range, const Sort& sort) {
    if (!general(sort)) {
        if (!sort.list) return std::nullopt;
        Sort element = sort;
        element.list = false;
        return element;
    }
    if (unchecked_) return dynamic();
    const auto* shape = shapes_.top(shape_of(sort));
    if (shape->form == Form::dyn || shape->form == Form::parameter) return dynamic();
    if (shape->form != Form::list && shape->form != Form::map) return std::nullopt;
    const auto* item = shapes_.top(shape->parts[0]);
    static_cast<void>(range);
    return sort_from(item);
}

Sort Checker::macro(NodeIndex index, const std::string& name, std::int64_t& cost) {
    const auto args = at(index).args;
    const auto op = *list_macro(name, args.size());
    const auto range = visit(args[0]);
    const auto variable = variable_name(args[1]);
    if (!variable) {
        complaints_.push_back(
            {"rule.type",
             at(args[1]).from,
             at(args[1]).to,
             {"这里应为一个变量名", "a variable name is expected here"},
             {"写法：列表." + name + "(x, …)", "usage: list." + name + "(x, …)"}});
        return wrong();
    }
    if (range.sort.wrong) return wrong();
    const auto element = element_of(args[0], range.sort);
    if (!element)
        return complain(args[0], "rule.type", {name + " 只用于列表", name + " is for lists"});
    const auto limit = plain_ ? locals_limit : macro_depth_limit;
    if (macros_ >= macro_depth_limit * (plain_ ? 4 : 1) || locals_.size() >= limit) {
        return complain(
            index,
            "rule.limit",
            {"列表判断嵌套太深", "conditions over lists are nested too deeply"});
    }
    const auto items = items_of(args[0]);
    macros_ += 1;
    const auto slot = push_local(*variable, *element, items_inside(args[0]));
    std::int64_t body_cost = 1;
    Sort body;
    for (std::size_t i = 2; i < args.size(); ++i) {
        const auto visited = visit(args[i]);
        body_cost += visited.cost;
        body = visited.sort;
        const bool condition = op != Op::transform || (i == 2 && args.size() == 4);
        if (condition) require_boolean(args[i], body);
    }
    locals_.pop_back();
    macros_ -= 1;
    cost += range.cost + std::min(items * body_cost, cost_limit + 1);
    items_[index] = items;
    auto& node = at(index);
    node.op = op;
    node.text = *variable;
    node.place = slot;
    node.args.erase(node.args.begin() + 1);
    return macro_result(index, op, range.sort, body);
}

Sort Checker::macro_result(NodeIndex index, Op op, const Sort& range, const Sort& body) {
    static_cast<void>(index);
    if (op == Op::transform) return body.wrong ? body : sort_from(shapes_.list_of(shape_of(body)));
    if (op != Op::filter) return sort_from(shapes_.of(Form::boolean));
    if (!general(range)) return range;
    const auto* shape = shapes_.top(shape_of(range));
    if (shape->form == Form::map) return sort_from(shapes_.list_of(shape->parts[0]));
    return shape->form == Form::list ? range : sort_from(shapes_.list_of(shapes_.of(Form::dyn)));
}

Sort Checker::bind(NodeIndex index, std::int64_t& cost) {
    const auto args = at(index).args; // cel, name, value, result
    const auto variable = variable_name(args[1]);
    const auto value = visit(args[2]);
    if (!variable || locals_.size() >= locals_limit) {
        complaints_.push_back(
            {"rule.type",
             at(args[1]).from,
             at(args[1]).to,
             {"这里应为一个变量名", "a variable name is expected here"},
             {"写法：cel.bind(x, 值, 表达式)", "usage: cel.bind(x, value, expression)"}});
        return wrong();
    }
    const auto slot = push_local(*variable, value.sort, items_of(args[2]));
    const auto result = visit(args[3]);
    items_[index] = items_of(args[3]);
    locals_.pop_back();
    cost += value.cost + result.cost;
    auto& node = at(index);
    node.op = Op::bind;
    node.text = *variable;
    node.place = slot;
    node.args = {args[2], args[3]};
    return value.sort.wrong ? wrong() : result.sort;
}

Sort Checker::block(NodeIndex index, std::int64_t& cost) {
    const auto args = at(index).args; // cel, list, result
    if (at(args[1]).op != Op::list || locals_.size() + at(args[1]).args.size() > locals_limit)
        return complain(
            args[1],
            "rule.type",
            {"cel.block 的第一个参数应为列表", "cel.block takes a list first"},
            {"写法：cel.block([a, b], 表达式)", "usage: cel.block([a, b], expression)"});
    const auto slots = at(args[1]).args;
    const auto first = locals_.size();
    bool fine = true;
    for (std::size_t i = 0; i < slots.size(); ++i) {
        const auto value = visit(slots[i]);
        cost += value.cost;
        fine = fine && !value.sort.wrong;
        const auto items = items_of(slots[i]);
        push_local("@index" + std::to_string(i), value.sort, items);
    }
    const auto result = visit(args[2]);
    cost += result.cost;
    items_[index] = items_of(args[2]);
    locals_.resize(first);
    auto& node = at(index);
    node.op = Op::block;
    node.place = first;
    node.args = slots;
    node.args.push_back(args[2]);
    return fine ? result.sort : wrong();
}

// a.?b: the field of a map, or none.
Sort Checker::optional_select(NodeIndex index, std::int64_t& cost) {
    const auto args = at(index).args;
    const auto [receiver, receiver_cost] = visit(args[0]);
    static_cast<void>(visit(args[1]));
    cost += receiver_cost + list_limit / 16 + 2;
    if (receiver.wrong) return wrong();
    auto& node = at(index);
    node.op = Op::function;
    node.place = static_cast<std::size_t>(Call::optional_field);
    if (unchecked_) return dynamic();
    const auto* shape = shapes_.top(shape_of(receiver));
    if (shape->form == Form::optional) shape = shapes_.top(shape->parts[0]);
    if (shape->form == Form::map && shapes_.fits(shapes_.of(Form::text), shape->parts[0]))
        return sort_from(shapes_.optional_of(shape->parts[1]));
    if (shape->form == Form::dyn || shape->form == Form::parameter)
        return sort_from(shapes_.optional_of(shapes_.of(Form::dyn)));
    return no_overload(index, ".?", {receiver});
}

// x.optMap(v, expression): the expression of the value, or none.
Sort Checker::optional_macro(NodeIndex index, bool flat, std::int64_t& cost) {
    const auto args = at(index).args;
    const auto variable = variable_name(args[1]);
    const auto range = visit(args[0]);
    if (range.sort.wrong) return wrong();
    const auto* shape = shapes_.top(shape_of(range.sort));
    const bool open = shape->form == Form::dyn || shape->form == Form::parameter;
    if (!variable || locals_.size() >= locals_limit || (!open && shape->form != Form::optional))
        return no_overload(index, flat ? "optFlatMap" : "optMap", {range.sort});
    const auto inner = open ? dynamic() : sort_from(shape->parts[0]);
    const auto slot = push_local(*variable, inner, list_limit);
    const auto body = visit(args[2]);
    locals_.pop_back();
    cost += range.cost + body.cost;
    auto& node = at(index);
    node.op = Op::optional_map;
    node.text = *variable;
    node.place = slot;
    node.constant = flat;
    node.args = {args[0], args[2]};
    if (body.sort.wrong) return wrong();
    return flat ? body.sort : sort_from(shapes_.optional_of(shape_of(body.sort)));
}

Sort Checker::extreme_of_many(NodeIndex index, const std::string& name, std::int64_t& cost) {
    const auto args = at(index).args;
    std::vector<Sort> sorts;
    bool same = true;
    for (const auto arg : args) {
        const auto [sort, arg_cost] = visit(arg);
        cost += arg_cost + 1;
        if (sort.wrong) return wrong();
        sorts.push_back(sort);
        const auto form = shapes_.top(shape_of(sort))->form;
        const bool number = form == Form::integer || form == Form::number ||
                            form == Form::unsigned_integer || (plain_ && form == Form::dyn);
        if (!number && !unchecked_) return no_overload(index, name, sorts);
        same = same && form == shapes_.top(shape_of(sorts[0]))->form;
    }
    if (!same && !plain_) return no_overload(index, name, sorts);
    auto& node = at(index);
    node.op = Op::function;
    node.place = static_cast<std::size_t>(name == "math.greatest" ? Call::greatest : Call::least);
    return same ? sorts[0] : dynamic();
}

// The bounds must be literals in ascending order, of the type of the value.
std::optional<Sort> Checker::band(NodeIndex index, const std::vector<Sort>& sorts) {
    const auto bounds = at(index).args[1];
    Sort element = sorts[1];
    element.list = false;
    const bool fits = sorts[1].list && !sorts[1].empty && !sorts[0].list && !textual(sorts[0]) &&
                      sorts[0].type != Type::boolean && alike(sorts[0], element) &&
                      at(bounds).op == Op::list;
    if (!fits) return std::nullopt;
    const auto items = at(bounds).args;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (at(items[i]).op != Op::constant) return std::nullopt;
        if (i == 0) continue;
        if (at(items[i - 1]).constant.index() != at(items[i]).constant.index()) return std::nullopt;
        if (!(at(items[i - 1]).constant < at(items[i]).constant)) {
            return complain(items[i], "rule.type", {"界限应从小到大", "the bounds must ascend"});
        }
    }
    return scalar(Type::integer);
}

} // namespace rule
