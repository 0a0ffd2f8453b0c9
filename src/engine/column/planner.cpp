#include "engine/column/planner.hpp"

#include "engine/column/chunk.hpp"

#include <bit>
#include <cmath>
#include <limits>

namespace column {
namespace {

using rule::Op;
using rule::Type;

constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
constexpr auto highest = std::numeric_limits<std::int64_t>::max();
constexpr double two_to_63 = 9223372036854775808.0;
constexpr std::size_t literals_most = 256; // beyond, a list of numbers is asked row by row

constexpr double cheap_cost = 0.1; // ns a row, of what is found in bits
constexpr double scan_cost = 0.5;
constexpr double term_cost = 2;
constexpr double row_cost = 300;

bool is_order(Op op) {
    return op == Op::less || op == Op::less_equal || op == Op::greater || op == Op::greater_equal;
}

bool is_comparison(Op op) { return op == Op::equal || op == Op::not_equal || is_order(op); }

Op mirrored(Op op) {
    if (op == Op::less) return Op::greater;
    if (op == Op::less_equal) return Op::greater_equal;
    if (op == Op::greater) return Op::less;
    if (op == Op::greater_equal) return Op::less_equal;
    return op;
}

bool is_whole(Type type) { return form_of(type) == Form::whole; }

std::optional<std::int64_t> whole_of(const rule::Value& value) {
    const bool whole =
        std::holds_alternative<std::int64_t>(value) || std::holds_alternative<base::Money>(value) ||
        std::holds_alternative<base::Rate>(value) || std::holds_alternative<base::Date>(value) ||
        std::holds_alternative<rule::Duration>(value);
    if (!whole) return std::nullopt;
    return raw_of(value);
}

struct Bounds {
    std::int64_t least = lowest;
    std::int64_t most = highest;
};

constexpr Bounds empty{1, 0};

// x op bound, for whole x.
Bounds bounds_of(Op op, std::int64_t bound) {
    if (op == Op::less) return bound == lowest ? empty : Bounds{lowest, bound - 1};
    if (op == Op::less_equal) return {lowest, bound};
    if (op == Op::greater) return bound == highest ? empty : Bounds{bound + 1, highest};
    if (op == Op::greater_equal) return {bound, highest};
    return {bound, bound};
}

// The same for a bound with decimals, exactly: 2.5 is above 2 and below 3.
Bounds bounds_of(Op op, double bound) {
    const bool upward = op == Op::greater || op == Op::greater_equal;
    if (bound >= two_to_63) return upward || op == Op::equal ? empty : Bounds{};
    if (bound < -two_to_63) return upward ? Bounds{} : empty;
    const auto floor = static_cast<std::int64_t>(std::floor(bound));
    if (static_cast<double>(floor) == bound) return bounds_of(op, floor);
    if (op == Op::equal) return empty;
    return upward ? bounds_of(Op::greater, floor) : bounds_of(Op::less_equal, floor);
}

struct Limits {
    double least = -std::numeric_limits<double>::infinity();
    double most = std::numeric_limits<double>::infinity();
};

constexpr Limits no_number{1, 0};

Limits limits_of(Op op, double bound) {
    constexpr auto infinity = std::numeric_limits<double>::infinity();
    if (op == Op::less) return {-infinity, std::nextafter(bound, -infinity)};
    if (op == Op::less_equal) return {-infinity, bound};
    if (op == Op::greater) return {std::nextafter(bound, infinity), infinity};
    if (op == Op::greater_equal) return {bound, infinity};
    return {bound, bound};
}

// A whole bound that no double equals lies between two of them.
Limits limits_of(Op op, std::int64_t bound) {
    const auto near = static_cast<double>(bound);
    const bool same = near < two_to_63 && static_cast<std::int64_t>(near) == bound;
    if (same) return limits_of(op, near);
    if (op == Op::equal) return no_number;
    const bool above = near >= two_to_63 || static_cast<std::int64_t>(near) > bound;
    const bool downward = op == Op::less || op == Op::less_equal;
    if (downward) return limits_of(above ? Op::less : Op::less_equal, near);
    return limits_of(above ? Op::greater_equal : Op::greater, near);
}

void append(std::string& key, std::int64_t number) {
    key += ' ';
    key += std::to_string(number);
}

std::string texts_key(const Node& leaf) {
    std::string key = "text";
    append(key, static_cast<std::int64_t>(leaf.place));
    for (const auto& text : leaf.literals) {
        append(key, static_cast<std::int64_t>(text.size()));
        key += ' ' + text;
    }
    return key;
}

} // namespace

void Planner::begin(const rule::Tree& tree) { tree_ = &tree; }

Edge Planner::add(std::string key, Node node) {
    const auto [found, fresh] =
        nodes_.try_emplace(std::move(key), static_cast<std::uint32_t>(plan_.nodes_.size()));
    if (fresh) plan_.nodes_.push_back(std::move(node));
    return {found->second, false};
}

std::uint32_t Planner::add(std::string key, Term term) {
    const auto [found, fresh] =
        terms_.try_emplace(std::move(key), static_cast<std::uint32_t>(plan_.terms_.size()));
    if (fresh) plan_.terms_.push_back(std::move(term));
    return found->second;
}

std::string Planner::text_of(rule::NodeIndex index) const {
    return rule::print(*tree_, index, rule::Names::plain);
}

const std::vector<std::size_t>& Planner::places(rule::NodeIndex index) {
    return found_.try_emplace({tree_, index}, rule::places_below(*tree_, index)).first->second;
}

bool Planner::is_coded(std::size_t place) const {
    return form_of(plan_.schema().at(place).type) == Form::coded;
}

std::optional<rule::Value> Planner::fixed(rule::NodeIndex index) {
    const auto& node = tree_->at(index);
    if (node.op == Op::constant) return node.constant;
    if (!places(index).empty()) return std::nullopt;
    return rule::answer_at(*tree_, index, rule::Row(plan_.schema()), plan_.today()).value;
}

Edge Planner::constant_edge(rule::NodeIndex index) {
    const auto value = fixed(index);
    const auto* flag = std::get_if<bool>(&*value);
    Node node;
    node.kind = flag != nullptr ? NodeKind::truth : NodeKind::nothing;
    auto edge = add(flag != nullptr ? "truth" : "nothing", std::move(node));
    edge.negated = flag != nullptr && !*flag;
    return edge;
}

Edge Planner::condition(rule::NodeIndex index) {
    const auto& node = tree_->at(index);
    if (places(index).empty()) return constant_edge(index);
    if (node.op == Op::attribute) {
        Node leaf;
        leaf.kind = NodeKind::flag;
        leaf.place = node.place;
        leaf.cost = cheap_cost;
        const bool flag = plan_.schema().at(node.place).type == Type::boolean;
        return flag ? add("flag " + std::to_string(node.place), std::move(leaf)) : one_row(index);
    }
    if (node.op == Op::has && tree_->at(node.args[0]).op == Op::attribute) {
        Node leaf;
        leaf.kind = NodeKind::known;
        leaf.place = tree_->at(node.args[0]).place;
        leaf.cost = cheap_cost;
        return add("known " + std::to_string(tree_->at(node.args[0]).place), std::move(leaf));
    }
    const bool composed = node.op == Op::logical_not || node.op == Op::logical_and ||
                          node.op == Op::logical_or || node.op == Op::conditional;
    // A part whose type is known only row by row is judged together with what it is a part of.
    const auto plain = [&](rule::NodeIndex arg) {
        const auto& sort = tree_->at(arg).sort;
        return sort.type == Type::boolean && !sort.list;
    };
    if (composed && !std::ranges::all_of(node.args, plain)) return one_row(index);
    if (node.op == Op::logical_not) {
        auto edge = condition(node.args[0]);
        edge.negated = !edge.negated;
        return edge;
    }
    if (node.op == Op::logical_and || node.op == Op::logical_or)
        return junction(node, node.op == Op::logical_and);
    if (node.op == Op::conditional) {
        Node choice;
        choice.kind = NodeKind::choice;
        choice.cost = cheap_cost;
        std::string key = "choice";
        for (const auto arg : node.args) {
            choice.args.push_back(condition(arg));
            append(key, choice.args.back().node);
            key += choice.args.back().negated ? '-' : '+';
        }
        return add(std::move(key), std::move(choice));
    }
    std::optional<Edge> found;
    if (is_comparison(node.op)) found = comparison(index);
    if (node.op == Op::in) found = membership(node);
    return found ? *found : one_row(index);
}

Edge Planner::junction(const rule::Node& node, bool conjunction) {
    Node made;
    made.kind = NodeKind::conjunction;
    made.cost = cheap_cost;
    const auto add_args = [&](const auto& self, const rule::Node& from) -> void {
        for (const auto arg : from.args) {
            const auto& below = tree_->at(arg);
            if (below.op == from.op) {
                self(self, below);
                continue;
            }
            auto edge = condition(arg);
            edge.negated = edge.negated == conjunction; // turned round in a disjunction
            made.args.push_back(edge);
        }
    };
    add_args(add_args, node);
    std::ranges::sort(made.args);
    made.args.erase(std::unique(made.args.begin(), made.args.end()), made.args.end());
    std::string key = "and";
    for (const auto& edge : made.args) {
        append(key, edge.node);
        key += edge.negated ? '-' : '+';
    }
    auto edge = add(std::move(key), std::move(made));
    edge.negated = !conjunction;
    return edge;
}

std::optional<Edge> Planner::comparison(rule::NodeIndex index) {
    const auto& node = tree_->at(index);
    const auto left = node.args[0];
    const auto right = node.args[1];
    const auto& sort = tree_->at(left).sort;
    const auto& other_sort = tree_->at(right).sort;
    if (sort.list || other_sort.list) return std::nullopt;
    if (sort.type == Type::boolean && other_sort.type == Type::boolean && !is_order(node.op)) {
        Node same;
        same.kind = NodeKind::same;
        same.cost = cheap_cost;
        same.args = {condition(left), condition(right)};
        std::string key = "same";
        for (const auto& arg : same.args) {
            append(key, arg.node);
            key += arg.negated ? '-' : '+';
        }
        auto edge = add(std::move(key), std::move(same));
        edge.negated = node.op == Op::not_equal;
        return edge;
    }
    std::optional<Edge> edge;
    const auto op = node.op == Op::not_equal ? Op::equal : node.op;
    if (const auto value = fixed(right)) {
        edge = with_constant(op, left, *value);
    } else if (const auto other = fixed(left)) {
        edge = with_constant(mirrored(op), right, *other);
    }
    if (!edge) {
        const auto a = term(left);
        const auto b = term(right);
        if (!a || !b) return std::nullopt;
        Node compare;
        compare.kind = NodeKind::compare;
        compare.op = op;
        compare.terms = {*a, *b};
        compare.cost = plan_.terms_[*a].cost + plan_.terms_[*b].cost + term_cost;
        std::string key = "compare";
        append(key, static_cast<std::int64_t>(op));
        append(key, *a);
        append(key, *b);
        edge = add(std::move(key), std::move(compare));
    }
    if (node.op == Op::not_equal) edge->negated = !edge->negated;
    return edge;
}

std::optional<Edge> Planner::with_constant(
    Op op, rule::NodeIndex side, const rule::Value& constant) {
    const auto& node = tree_->at(side);
    if (!rule::known(constant)) return std::nullopt;
    if (node.op == Op::days_since || node.op == Op::months_since || node.op == Op::years_since)
        return date_distance(op, side, constant);
    if (node.op != Op::attribute) return std::nullopt;
    if (const auto* text = std::get_if<std::string>(&constant)) {
        if (op != Op::equal || !is_coded(node.place)) return std::nullopt;
        Node leaf;
        leaf.kind = NodeKind::codes;
        leaf.place = node.place;
        leaf.literals = {*text};
        leaf.cost = scan_cost;
        auto key = texts_key(leaf);
        return add(std::move(key), std::move(leaf));
    }
    return range(op, node.place, constant);
}

std::optional<Edge> Planner::range(Op op, std::size_t place, const rule::Value& constant) {
    const auto type = plan_.schema().at(place).type;
    const auto whole = whole_of(constant);
    const auto* number = std::get_if<double>(&constant);
    if (number != nullptr && !std::isfinite(*number)) return std::nullopt;
    if (type == Type::number && (whole || number != nullptr)) {
        const auto limits = whole ? limits_of(op, *whole) : limits_of(op, *number);
        return decimal_range(place, limits.least, limits.most);
    }
    if (!is_whole(type) || (!whole && number == nullptr)) return std::nullopt;
    const auto bounds = whole ? bounds_of(op, *whole) : bounds_of(op, *number);
    return whole_range(place, bounds.least, bounds.most);
}

Edge Planner::whole_range(std::size_t place, std::int64_t least, std::int64_t most) {
    Node leaf;
    leaf.kind = NodeKind::whole_range;
    leaf.place = place;
    leaf.least = least;
    leaf.most = most;
    leaf.cost = scan_cost;
    std::string key = "range";
    append(key, static_cast<std::int64_t>(place));
    append(key, least);
    append(key, most);
    return add(std::move(key), std::move(leaf));
}

Edge Planner::decimal_range(std::size_t place, double least, double most) {
    Node leaf;
    leaf.kind = NodeKind::decimal_range;
    leaf.place = place;
    leaf.least_number = least;
    leaf.most_number = most;
    leaf.cost = scan_cost;
    std::string key = "decimals";
    append(key, static_cast<std::int64_t>(place));
    append(key, std::bit_cast<std::int64_t>(least));
    append(key, std::bit_cast<std::int64_t>(most));
    return add(std::move(key), std::move(leaf));
}

// Whole days, months or years since a date never grow when the date moves on, so what they are
// compared with is a day, found by halving.
std::optional<Edge> Planner::date_distance(
    Op op, rule::NodeIndex side, const rule::Value& constant) {
    const auto& node = tree_->at(side);
    const auto& date = tree_->at(node.args[0]);
    const auto* number = std::get_if<double>(&constant);
    const auto whole = whole_of(constant);
    if (date.op != Op::attribute || (!whole && number == nullptr)) return std::nullopt;
    if (plan_.schema().at(date.place).type != Type::date) return std::nullopt;
    if (number != nullptr && !std::isfinite(*number)) return std::nullopt;
    const auto wanted = whole ? bounds_of(op, *whole) : bounds_of(op, *number);
    rule::Row row(plan_.schema());
    constexpr std::int64_t first = -719'162; // years 1 to 9999, as dates may be
    constexpr std::int64_t last = 2'932'896;
    const auto distance = [&](std::int64_t day) {
        row.put(date.place, base::Date{static_cast<std::int32_t>(day)});
        return raw_of(rule::answer_at(*tree_, side, row, plan_.today()).value);
    };
    // The first day whose distance is at most `bound`; last + 1 when none is.
    const auto first_within = [&](std::int64_t bound) {
        auto low = first;
        auto high = last + 1;
        while (low < high) {
            const auto middle = low + (high - low) / 2;
            if (distance(middle) <= bound) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    };
    if (wanted.least > wanted.most) return whole_range(date.place, 1, 0);
    const auto from = first_within(wanted.most);
    const auto until = wanted.least == lowest ? last : first_within(wanted.least - 1) - 1;
    return whole_range(date.place, from, until);
}

std::optional<Edge> Planner::membership(const rule::Node& node) {
    const auto& side = tree_->at(node.args[0]);
    const auto& list = tree_->at(node.args[1]);
    if (side.op != Op::attribute || list.op != Op::list) return std::nullopt;
    if (is_coded(side.place)) return texts(side.place, node.args[1]);
    if (list.args.empty() || list.args.size() > literals_most) return std::nullopt;
    Node any;
    any.kind = NodeKind::conjunction;
    any.cost = cheap_cost;
    std::string key = "and";
    for (const auto arg : list.args) {
        const auto value = fixed(arg);
        if (!value) return std::nullopt;
        const auto one = range(Op::equal, side.place, *value);
        if (!one) return std::nullopt;
        any.args.push_back({one->node, true});
    }
    std::ranges::sort(any.args);
    any.args.erase(std::unique(any.args.begin(), any.args.end()), any.args.end());
    for (const auto& edge : any.args) {
        append(key, edge.node);
        key += '-';
    }
    auto edge = add(std::move(key), std::move(any));
    edge.negated = true;
    return edge;
}

std::optional<Edge> Planner::texts(std::size_t place, rule::NodeIndex list) {
    Node leaf;
    leaf.kind = NodeKind::codes;
    leaf.place = place;
    leaf.cost = scan_cost;
    for (const auto arg : tree_->at(list).args) {
        const auto value = fixed(arg);
        const auto* text = value ? std::get_if<std::string>(&*value) : nullptr;
        if (text == nullptr) return std::nullopt;
        leaf.literals.push_back(*text);
    }
    if (leaf.literals.empty()) return std::nullopt;
    std::ranges::sort(leaf.literals);
    leaf.literals.erase(
        std::unique(leaf.literals.begin(), leaf.literals.end()), leaf.literals.end());
    auto key = texts_key(leaf);
    return add(std::move(key), std::move(leaf));
}

Edge Planner::one_row(rule::NodeIndex index) {
    Node leaf;
    leaf.places = places(index);
    leaf.spot = {tree_, index};
    // has(…) says something of a value that is missing, of which dictionaries have no entry.
    const rule::Row nothing(plan_.schema());
    const bool coded =
        leaf.places.size() == 1 && is_coded(leaf.places[0]) &&
        rule::decide_at(*tree_, index, nothing, plan_.today()) == rule::Outcome::unknown;
    leaf.kind = coded ? NodeKind::codes : NodeKind::one_row;
    leaf.place = leaf.places.empty() ? 0 : leaf.places[0];
    leaf.cost = coded ? scan_cost : row_cost;
    return add("rule " + text_of(index), std::move(leaf));
}

void Planner::count_uses() {
    for (const auto& node : plan_.nodes_) {
        for (const auto& arg : node.args)
            plan_.nodes_[arg.node].uses += 1;
        for (const auto term : node.terms)
            plan_.terms_[term].uses += 1;
    }
    for (const auto& term : plan_.terms_) {
        for (const auto arg : term.args)
            plan_.terms_[arg].uses += 1;
        if (term.kind == TermKind::choice) plan_.nodes_[term.condition.node].uses += 1;
    }
    for (const auto& root : plan_.roots_)
        plan_.nodes_[root.node].uses += 1;
    // A node stands behind those it is made of.
    for (auto& node : plan_.nodes_) {
        for (const auto& arg : node.args) {
            if (plan_.nodes_[arg.node].uses == 1) node.cost += plan_.nodes_[arg.node].cost;
        }
    }
}

Plan::Plan(
    const rule::Schema& schema, std::span<const rule::Program* const> programs, base::Date today)
    : Plan(schema, today) {
    Planner planner(*this);
    for (const auto* program : programs) {
        base::ensure(program->type() == Type::boolean, "only a boolean program decides");
        planner.begin(program->tree());
        roots_.push_back(planner.condition(program->tree().root));
    }
    planner.count_uses();
}

std::optional<Plan> Plan::of_value(
    const rule::Schema& schema, const rule::Program& program, base::Date today) {
    Plan plan(schema, today);
    Planner planner(plan);
    planner.begin(program.tree());
    const auto term = planner.term(program.tree().root);
    if (!term) return std::nullopt;
    plan.value_ = *term;
    planner.count_uses();
    return plan;
}

} // namespace column
