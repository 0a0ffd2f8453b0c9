// The parts of Planner that recognise computed values.
#include "engine/column/chunk.hpp"
#include "engine/column/planner.hpp"

namespace column {
namespace {

using rule::Op;
using rule::Type;

constexpr double computing_cost = 2; // ns a row
constexpr double asking_cost = 300;

bool is_measured(Type type) { return form_of(type) == Form::whole || type == Type::number; }

std::optional<Type> type_of(const rule::Value& value) {
    if (std::holds_alternative<std::int64_t>(value)) return Type::integer;
    if (std::holds_alternative<double>(value)) return Type::number;
    if (std::holds_alternative<base::Money>(value)) return Type::money;
    if (std::holds_alternative<base::Rate>(value)) return Type::rate;
    if (std::holds_alternative<base::Date>(value)) return Type::date;
    if (std::holds_alternative<rule::Duration>(value)) return Type::duration;
    return std::nullopt;
}

void join(std::string& key, std::int64_t number) {
    key += ' ';
    key += std::to_string(number);
}

} // namespace

std::optional<std::uint32_t> Planner::term(rule::NodeIndex index) {
    const auto& node = tree_->at(index);
    if (node.sort.list) return std::nullopt;
    if (const auto value = fixed(index)) {
        const auto type = type_of(*value);
        if (!type) return std::nullopt;
        // What a constant is says its value, not its sort: an integer may stand for a number.
        Term term;
        term.kind = TermKind::constant;
        term.type = *type;
        term.raw = raw_of(*value);
        std::string key = "constant";
        join(key, static_cast<std::int64_t>(term.type));
        join(key, term.raw);
        return add(std::move(key), std::move(term));
    }
    if (node.op == Op::attribute && is_measured(plan_.schema().at(node.place).type)) {
        Term term;
        term.kind = TermKind::attribute;
        term.type = plan_.schema().at(node.place).type;
        term.place = node.place;
        term.cost = 1;
        return add("attribute " + std::to_string(node.place), std::move(term));
    }
    return computed(index, node);
}

std::optional<std::uint32_t> Planner::computed(rule::NodeIndex index, const rule::Node& node) {
    std::optional<Term> made;
    if (node.op == Op::add || node.op == Op::subtract || node.op == Op::multiply ||
        node.op == Op::divide || node.op == Op::remainder) {
        made = arithmetic(node);
    } else if (node.op == Op::least || node.op == Op::greatest) {
        made = extreme(node);
    } else if (node.op == Op::conditional) {
        made = choice_term(node);
    } else {
        made = of_one(node);
    }
    if (!made) return row_term(index);
    made->cost += computing_cost;
    for (const auto arg : made->args)
        made->cost += plan_.terms_[arg].cost;
    std::string key = "term";
    join(key, static_cast<std::int64_t>(made->kind));
    join(key, static_cast<std::int64_t>(made->type));
    for (const auto arg : made->args)
        join(key, arg);
    if (made->kind == TermKind::choice) {
        join(key, made->condition.node);
        key += made->condition.negated ? '-' : '+';
    }
    return add(std::move(key), *std::move(made));
}

// The combinations that have a loop; other units meet in the one-row evaluator.
std::optional<Term> Planner::arithmetic(const rule::Node& node) {
    const auto a = term(node.args[0]);
    const auto b = term(node.args[1]);
    if (!a || !b) return std::nullopt;
    const auto left = plan_.terms_[*a].type;
    const auto right = plan_.terms_[*b].type;
    const bool numbers = (left == Type::number || left == Type::integer) &&
                         (right == Type::number || right == Type::integer);
    const bool decimal = left == Type::number || right == Type::number;
    const bool amounts = left == right && left != Type::date && left != Type::number;
    Term made;
    made.args = {*a, *b};
    if (node.op == Op::add || node.op == Op::subtract) {
        made.kind = node.op == Op::add ? TermKind::add : TermKind::subtract;
        if (numbers && decimal)
            made.type = Type::number;
        else if (amounts)
            made.type = left;
        else if (left == Type::date && right == Type::date && node.op == Op::subtract)
            made.type = Type::duration;
        else
            return std::nullopt;
        return made;
    }
    if (node.op == Op::multiply) {
        made.kind = TermKind::multiply;
        if (numbers)
            made.type = decimal ? Type::number : Type::integer;
        else if (right == Type::integer && left != Type::date)
            made.type = left;
        else if (left == Type::integer && right != Type::date)
            made.type = right;
        else
            return std::nullopt;
        return made;
    }
    if (node.op == Op::divide) {
        made.kind = TermKind::divide;
        if (numbers)
            made.type = decimal ? Type::number : Type::integer;
        else if (amounts)
            made.type = Type::number; // a ratio
        else
            return std::nullopt;
        return made;
    }
    if (left != Type::integer || right != Type::integer) return std::nullopt;
    made.kind = TermKind::remainder;
    made.type = Type::integer;
    return made;
}

std::optional<Term> Planner::of_one(const rule::Node& node) {
    const bool known = node.op == Op::negate || node.op == Op::absolute ||
                       node.op == Op::to_number || node.op == Op::days_since;
    if (!known) return std::nullopt;
    const auto a = term(node.args[0]);
    if (!a) return std::nullopt;
    const auto type = plan_.terms_[*a].type;
    Term made;
    made.args = {*a};
    made.type = type;
    if (node.op == Op::days_since) {
        if (type != Type::date) return std::nullopt;
        made.kind = TermKind::days_since;
        made.type = Type::integer;
        return made;
    }
    if (type == Type::date) return std::nullopt;
    if (node.op == Op::to_number) {
        if (type != Type::integer && type != Type::number) return std::nullopt;
        made.kind = TermKind::to_number;
        made.type = Type::number;
        return made;
    }
    made.kind = node.op == Op::negate ? TermKind::negate : TermKind::absolute;
    return made;
}

std::optional<Term> Planner::extreme(const rule::Node& node) {
    Term made;
    made.kind = node.op == Op::least ? TermKind::least : TermKind::greatest;
    for (const auto arg : node.args) {
        const auto found = term(arg);
        if (!found) return std::nullopt;
        made.args.push_back(*found);
        if (plan_.terms_[*found].type != plan_.terms_[made.args[0]].type) return std::nullopt;
    }
    made.type = plan_.terms_[made.args[0]].type;
    if (made.type != node.sort.type) return std::nullopt;
    return made;
}

// An integer and a number divide differently, so both branches must be of one type.
std::optional<Term> Planner::choice_term(const rule::Node& node) {
    const auto a = term(node.args[1]);
    const auto b = term(node.args[2]);
    if (!a || !b || plan_.terms_[*a].type != plan_.terms_[*b].type) return std::nullopt;
    Term made;
    made.kind = TermKind::choice;
    made.type = plan_.terms_[*a].type;
    made.args = {*a, *b};
    made.condition = condition(node.args[0]);
    made.cost = plan_.nodes_[made.condition.node].cost;
    return made;
}

// Only when the sort says the type of every value: an integer may stand where a number is.
std::optional<std::uint32_t> Planner::row_term(rule::NodeIndex index) {
    const auto& node = tree_->at(index);
    if (form_of(node.sort.type) != Form::whole) return std::nullopt;
    Term made;
    made.places = places(index);
    // has(…) says something of a value that is missing, of which dictionaries have no entry.
    const rule::Row nothing(plan_.schema());
    const bool coded = made.places.size() == 1 && is_coded(made.places[0]) &&
                       !rule::known(rule::answer_at(*tree_, index, nothing, plan_.today()).value);
    made.kind = coded ? TermKind::coded : TermKind::one_row;
    made.place = made.places[0];
    made.type = node.sort.type;
    made.spot = {tree_, index};
    made.cost = coded ? 1 : asking_cost;
    return add("rule " + text_of(index), std::move(made));
}

} // namespace column
