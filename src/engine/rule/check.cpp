// Names, types and units: what the text means against the catalogue, or why it means nothing.
#include "engine/rule/function.hpp"
#include "engine/rule/sorts.hpp"

#include <limits>

namespace rule {
namespace {

using namespace sorts;

struct Local {
    std::string name;
    Sort sort;
};

class Checker {
public:
    explicit Checker(Tree& tree)
        : tree_(tree) {}

    std::vector<Complaint> run(Type expected) {
        const auto [sort, cost] = visit(tree_.root);
        tree_.cost = cost;
        finish(sort, expected);
        if (complaints_.empty()) tree_.places = places_below(tree_, tree_.root);
        return std::move(complaints_);
    }

private:
    struct Visited {
        Sort sort;
        std::int64_t cost = 1;
    };

    Node& at(NodeIndex index) { return tree_.nodes[index]; }

    Sort complain(NodeIndex index, std::string code, base::Text message, base::Text cure = {}) {
        const auto& node = at(index);
        complaints_.push_back(
            {std::move(code), node.from, node.to, std::move(message), std::move(cure)});
        return wrong();
    }

    void finish(const Sort& sort, Type expected) {
        if (!sort.wrong) {
            Sort want = scalar(expected);
            if (expected == Type::text_list) want = list_of(scalar(Type::text));
            if (expected == Type::integer_list) want = list_of(scalar(Type::integer));
            const bool same = sort.type == want.type || (textual(sort) && textual(want)) ||
                              (want.type == Type::number && sort.type == Type::integer);
            if (sort.list != want.list || (!same && !sort.empty)) {
                const auto got = label_of(sort), wanted = type_label(expected);
                complain(
                    tree_.root,
                    "rule.type",
                    {"结果应为" + wanted.zh + "，这里得到" + got.zh,
                     "the result must be " + wanted.en + ", but is " + got.en},
                    expected == Type::boolean
                        ? base::
                              Text{"写成一个判断，如 年销售额 >= 500万元", "write a condition, such as sales >= 500万元"}
                        : base::Text{});
            }
        }
        if (tree_.cost > cost_limit) {
            complain(
                tree_.root,
                "rule.limit",
                {"这条规则计算量太大", "this rule takes too many steps"},
                {"减少列表的嵌套判断", "nest fewer conditions over lists"});
        }
    }

    Visited visit(NodeIndex index) {
        std::int64_t cost = 1;
        const auto sort = sort_at(index, cost);
        at(index).sort = sort;
        return {sort, std::min(cost, cost_limit + 1)};
    }

    Sort sort_at(NodeIndex index, std::int64_t& cost) {
        switch (at(index).op) {
        case Op::constant: return sort_of_constant(at(index).constant);
        case Op::name: return name(index);
        case Op::call: return call(index, false, cost);
        case Op::method: return call(index, true, cost);
        case Op::list: return list(index, cost);
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
        case Op::greatest: break; // the parser makes none of these
        }
        base::bug("a node is checked once");
    }

    Sort name(NodeIndex index) {
        auto& node = at(index);
        for (std::size_t depth = locals_.size(); depth-- > 0;) {
            if (locals_[depth].name != node.text) continue;
            node.op = Op::local;
            node.place = depth;
            return locals_[depth].sort;
        }
        for (std::size_t place = 0; place < tree_.attributes->size(); ++place) {
            const auto& attribute = (*tree_.attributes)[place];
            if (attribute.name != node.text && attribute.label.zh != node.text) continue;
            node.op = Op::attribute;
            node.place = place;
            return sort_of(attribute);
        }
        return unknown_name(index);
    }

    // Suggests the attribute that shares most of its characters with what was written.
    Sort unknown_name(NodeIndex index) {
        const auto& text = at(index).text;
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

    Sort list(NodeIndex index, std::int64_t& cost) {
        Sort element{.list = false, .empty = true};
        bool first = true;
        const auto items = at(index).args;
        for (const auto item : items) {
            const auto [sort, item_cost] = visit(item);
            cost += item_cost;
            if (sort.list) {
                return complain(
                    item, "rule.type", {"列表里不能再放列表", "a list cannot hold a list"});
            }
            if (!first && !alike(element, sort)) {
                const auto a = label_of(element);
                const auto b = label_of(sort);
                return complain(
                    item,
                    "rule.type",
                    {"列表中的项应同为" + a.zh + "，这里是" + b.zh,
                     "items of the list must all be " + a.en + ", this is " + b.en});
            }
            element = first ? sort : merged(element, sort);
            first = false;
        }
        if (first) return {.list = true, .empty = true};
        return element.wrong ? wrong() : list_of(element);
    }

    Sort negate(NodeIndex index, std::int64_t& cost) {
        const auto inner = at(index).args[0];
        const auto [sort, inner_cost] = visit(inner);
        cost += inner_cost;
        if (sort.wrong) return sort;
        const bool fine = numeric(sort) || is(sort, Type::money) || is(sort, Type::rate) ||
                          is(sort, Type::duration);
        if (!fine) {
            const auto label = label_of(sort);
            return complain(
                index, "rule.type", {label.zh + "不能取负", label.en + " has no negative"});
        }
        fold_negative(index, inner);
        return sort;
    }

    void fold_negative(NodeIndex index, NodeIndex inner) {
        if (at(inner).op != Op::constant) return;
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
            duration->seconds = -duration->seconds;
        }
        at(index).op = Op::constant;
        at(index).constant = std::move(value);
        at(index).args.clear();
    }

    Sort logic(NodeIndex index, std::int64_t& cost) {
        const auto args = at(index).args;
        for (const auto arg : args) {
            const auto [sort, arg_cost] = visit(arg);
            cost += arg_cost;
            require_boolean(arg, sort);
        }
        return scalar(Type::boolean);
    }

    void require_boolean(NodeIndex index, const Sort& sort) {
        if (sort.wrong || is(sort, Type::boolean)) return;
        const auto label = label_of(sort);
        complain(
            index,
            "rule.type",
            {"这里应为判断，得到的是" + label.zh,
             "a condition is expected here, this is " + label.en},
            {"与某个值比较，或写 has(…)", "compare it with something, or write has(…)"});
    }

    Sort comparison(NodeIndex index, std::int64_t& cost) {
        const auto left = at(index).args[0];
        const auto right = at(index).args[1];
        const auto [a, a_cost] = visit(left);
        const auto [b, b_cost] = visit(right);
        cost += a_cost + b_cost;
        if (a.list || b.list) cost += list_limit;
        if (a.wrong || b.wrong) return scalar(Type::boolean);
        if (!comparable(index, left, a, right, b)) return scalar(Type::boolean);
        if (at(index).op != Op::equal && at(index).op != Op::not_equal) require_order(index, a, b);
        return scalar(Type::boolean);
    }

    bool comparable(
        NodeIndex index, NodeIndex left, const Sort& a, NodeIndex right, const Sort& b) {
        if (!alike(a, b)) {
            mismatch(index, left, a, right, b);
            return false;
        }
        return settle_choice(right, a) && settle_choice(left, b);
    }

    // A text literal beside codes of a closed list becomes the code it names.
    bool settle_choice(NodeIndex index, const Sort& beside) {
        if (beside.choices == nullptr) return true;
        if (at(index).op == Op::list) {
            const auto items = at(index).args;
            bool fine = true;
            for (const auto item : items)
                fine = settle_choice(item, beside) && fine;
            return fine;
        }
        const auto* said =
            at(index).op == Op::constant ? std::get_if<std::string>(&at(index).constant) : nullptr;
        if (said == nullptr) return true;
        for (const auto& choice : *beside.choices) {
            if (choice.code != *said && choice.label.zh != *said && choice.label.en != *said)
                continue;
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

    void require_order(NodeIndex index, const Sort& a, const Sort& b) {
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
                index,
                "rule.type",
                {"两边的选项不是同一组", "the two sides have different choices"});
        }
    }

    void mismatch(NodeIndex index, NodeIndex left, const Sort& a, NodeIndex right, const Sort& b) {
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
    bool unit_slip(const Sort& a, NodeIndex bare, const Sort& b) {
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

    Sort membership(NodeIndex index, std::int64_t& cost) {
        const auto item = at(index).args[0];
        const auto list = at(index).args[1];
        const auto [a, a_cost] = visit(item);
        const auto [b, b_cost] = visit(list);
        cost +=
            a_cost + b_cost +
            static_cast<std::int64_t>(at(list).op == Op::list ? at(list).args.size() : list_limit);
        if (a.wrong || b.wrong) return scalar(Type::boolean);
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

    Sort conditional(NodeIndex index, std::int64_t& cost) {
        const auto args = at(index).args;
        const auto condition = visit(args[0]);
        const auto yes = visit(args[1]);
        const auto no = visit(args[2]);
        cost += condition.cost + yes.cost + no.cost;
        require_boolean(args[0], condition.sort);
        if (!alike(yes.sort, no.sort)) {
            mismatch(index, args[1], yes.sort, args[2], no.sort);
            return wrong();
        }
        return merged(yes.sort, no.sort);
    }

    Sort arithmetic(NodeIndex index, std::int64_t& cost) {
        const auto op = at(index).op;
        const auto left = at(index).args[0];
        const auto right = at(index).args[1];
        const auto [a, a_cost] = visit(left);
        const auto [b, b_cost] = visit(right);
        cost += a_cost + b_cost;
        if (a.wrong || b.wrong) return wrong();
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

    Sort call(NodeIndex index, bool method, std::int64_t& cost) {
        const auto name = at(index).text;
        const auto count = at(index).args.size();
        const auto* function = function_named(name, method);
        if (function == nullptr) {
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
        const auto signature = std::string(function->signature);
        if (count < function->args_least || count > function->args_most) {
            return complain(
                index,
                "rule.type",
                {name + " 的参数个数不对", name + " has the wrong number of arguments"},
                {"写法：" + signature, "usage: " + signature});
        }
        const auto op = function->op;
        if (op == Op::constant) return literal_call(index, name);
        if (op == Op::exists || op == Op::all) return macro(index, op, cost);
        at(index).op = op;
        at(index).text.clear();
        std::vector<Sort> sorts;
        const auto args = at(index).args;
        for (const auto arg : args) {
            const auto [sort, arg_cost] = visit(arg);
            if (sort.wrong) return wrong();
            sorts.push_back(sort);
            cost += arg_cost;
        }
        const bool texts =
            op == Op::size || op == Op::contains || op == Op::starts_with || op == Op::ends_with;
        if (texts) cost += 64;
        const bool plain_has = op == Op::has && at(args[0]).op != Op::attribute;
        const auto result = op == Op::band ? band(index, sorts) : function_sort(op, sorts);
        if (result && !plain_has) return *result;
        return complain(
            index,
            "rule.type",
            {name + " 的参数类型不对", name + " has arguments of the wrong type"},
            {"写法：" + signature, "usage: " + signature});
    }

    // date("…") and duration("…") are literals; their text is read here, once.
    Sort literal_call(NodeIndex index, const std::string& name) {
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

    Sort macro(NodeIndex index, Op op, std::int64_t& cost) {
        const auto args = at(index).args;
        const auto variable = args[1];
        const auto list = visit(args[0]);
        if (at(variable).op != Op::name) {
            return complain(
                variable,
                "rule.type",
                {"这里应为一个变量名", "a variable name is expected here"},
                {"写法：列表.exists(x, 条件)", "usage: list.exists(x, condition)"});
        }
        if (list.sort.wrong) return wrong();
        if (!list.sort.list)
            return complain(
                args[0], "rule.type", {"exists 和 all 只用于列表", "exists and all are for lists"});
        if (locals_.size() >= macro_depth_limit) {
            return complain(
                index,
                "rule.limit",
                {"exists 和 all 嵌套太深", "exists and all are nested too deeply"});
        }
        Sort element = list.sort;
        element.list = false;
        auto name = at(variable).text;
        locals_.push_back({name, element});
        const auto body = visit(args[2]);
        locals_.pop_back();
        require_boolean(args[2], body.sort);
        const auto items = static_cast<std::int64_t>(
            at(args[0]).op == Op::list ? at(args[0]).args.size() : list_limit);
        cost += list.cost + items * (body.cost + 1);
        auto& node = at(index);
        node.op = op;
        node.text = std::move(name);
        node.place = locals_.size();
        node.args = {args[0], args[2]};
        return scalar(Type::boolean);
    }

    // The bounds must be literals in ascending order, of the type of the value.
    std::optional<Sort> band(NodeIndex index, const std::vector<Sort>& sorts) {
        const auto bounds = at(index).args[1];
        Sort element = sorts[1];
        element.list = false;
        const bool fits = sorts[1].list && !sorts[1].empty && !sorts[0].list &&
                          !textual(sorts[0]) && sorts[0].type != Type::boolean &&
                          alike(sorts[0], element) && at(bounds).op == Op::list;
        if (!fits) return std::nullopt;
        const auto items = at(bounds).args;
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (at(items[i]).op != Op::constant) return std::nullopt;
            if (i == 0) continue;
            if (at(items[i - 1]).constant.index() != at(items[i]).constant.index())
                return std::nullopt;
            if (!(at(items[i - 1]).constant < at(items[i]).constant)) {
                return complain(
                    items[i], "rule.type", {"界限应从小到大", "the bounds must ascend"});
            }
        }
        return scalar(Type::integer);
    }

    Tree& tree_;
    std::vector<Local> locals_;
    std::vector<Complaint> complaints_;
};

} // namespace

std::vector<Complaint> check_types(Tree& tree, Type expected) {
    return Checker(tree).run(expected);
}

} // namespace rule
