// Evaluates one row by walking the tree, in three values and within the declared cost.
#include "engine/rule/arithmetic.hpp"
#include "engine/rule/functions.hpp"

namespace rule {
namespace {

using namespace cells;

// How many of the ascending bounds.
Cell bounds_reached(const Cell& a, const Cell& bounds) {
    std::int64_t reached = 0;
    while (reached < static_cast<std::int64_t>(length(bounds)) &&
           compare(a, item(bounds, static_cast<std::size_t>(reached))) >= 0)
        reached += 1;
    return whole(Tag::integer, reached);
}

class Walker {
public:
    Walker(const Tree& tree, const Row& row, base::Date today)
        : tree_(tree)
        , row_(row)
        , today_(today)
        , plain_(tree.plain != nullptr)
        , scratch_(tree.cost, plain_ ? Meeting::as_doubles : Meeting::exact) {
        if (tree.locals > std::size(few_)) {
            many_.resize(tree.locals);
            locals_ = many_.data();
        }
    }

    Cell walk(NodeIndex index) {
        return scratch_.step() ? walk_node(tree_.at(index)) : fault(Fault::too_many_steps);
    }

    Cell walk_node(const Node& node) {
        switch (node.op) {
        case Op::constant: return of_value(node.constant);
        case Op::attribute: return of_value(row_[node.place]);
        case Op::local: return locals_[node.place];
        case Op::list: return list(node);
        case Op::has: return truth(known(row_[tree_.at(node.args[0]).place]));
        case Op::logical_not: return negation(node);
        case Op::logical_and: return junction(node, false);
        case Op::logical_or: return junction(node, true);
        case Op::conditional: return conditional(node);
        case Op::exists:
        case Op::all: return quantified(node, node.op == Op::exists);
        case Op::equal:
        case Op::not_equal:
        case Op::less:
        case Op::less_equal:
        case Op::greater:
        case Op::greater_equal: return comparison(node);
        case Op::in: return membership(node);
        case Op::add:
        case Op::subtract:
        case Op::multiply:
        case Op::divide:
        case Op::remainder:
        case Op::contains:
        case Op::starts_with:
        case Op::ends_with:
        case Op::band: return binary(node);
        case Op::negate:
        case Op::size:
        case Op::months_since:
        case Op::years_since:
        case Op::days_since:
        case Op::to_integer:
        case Op::to_number:
        case Op::absolute: return unary(node);
        case Op::least:
        case Op::greatest: return extreme(node);
        case Op::today:
        case Op::map:
        case Op::select:
        case Op::has_field:
        case Op::index:
        case Op::optional:
        case Op::exists_one:
        case Op::transform:
        case Op::filter:
        case Op::bind:
        case Op::block:
        case Op::optional_map:
        case Op::function:
        case Op::fail:
        case Op::name:
        case Op::call:
        case Op::method: break;
        }
        return walk_further(node);
    }

    [[nodiscard]] std::int64_t steps() const { return scratch_.steps(); }

private:
    // What is rarer than the rest.
    Cell walk_further(const Node& node) {
        if (node.op == Op::today) return whole(Tag::date, today_.days);
        if (node.op == Op::map) return map(node);
        if (node.op == Op::select) return select(node);
        if (node.op == Op::has_field) return has_field(node);
        if (node.op == Op::index) return index_of(node);
        if (node.op == Op::optional) return walk(node.args[0]);
        if (node.op == Op::exists_one) return exactly_one(node);
        if (node.op == Op::transform) return transform(node);
        if (node.op == Op::filter) return filter(node);
        if (node.op == Op::bind || node.op == Op::block) return block(node);
        if (node.op == Op::optional_map) return optional_map(node);
        if (node.op == Op::function) return function(node);
        base::ensure(node.op == Op::fail, "only a checked node is evaluated");
        return fault(static_cast<Fault>(node.place));
    }

    static Cell as_truth(const Cell& part) {
        return part.tag == Tag::boolean || !part.defined() ? part : fault(Fault::no_overload);
    }

    static Cell undefined_of(const Cell& a, const Cell& b) {
        if (a.tag == Tag::unknown || b.tag == Tag::unknown) return {};
        return a.tag == Tag::fault ? a : b;
    }

    Cell negation(const Node& node) {
        const auto inner = as_truth(walk(node.args[0]));
        return inner.defined() ? truth(inner.integer == 0) : inner;
    }

    // `decisive` settles the whole: true for ||, false for &&.
    Cell junction(const Node& node, bool decisive) {
        Cell rest = truth(!decisive);
        for (const auto arg : node.args) {
            const auto part = as_truth(walk(arg));
            if (!part.defined()) {
                rest = rest.defined() ? part : undefined_of(rest, part);
            } else if ((part.integer != 0) == decisive) {
                return part;
            }
        }
        return rest;
    }

    Cell quantified(const Node& node, bool decisive) {
        const auto range = range_of(node);
        if (!range.defined()) return range;
        Cell rest = truth(!decisive);
        const auto count = length(range);
        for (std::size_t i = 0; i < count; ++i) {
            locals_[node.place] = item(range, i);
            const auto part = as_truth(walk(node.args[1]));
            if (!part.defined()) {
                rest = rest.defined() ? part : undefined_of(rest, part);
            } else if ((part.integer != 0) == decisive) {
                return part;
            }
        }
        return rest;
    }

    Cell conditional(const Node& node) {
        const auto condition = as_truth(walk(node.args[0]));
        if (!condition.defined()) return condition;
        return walk(node.args[condition.integer != 0 ? 1 : 2]);
    }

    Cell comparison(const Node& node) {
        const auto a = walk(node.args[0]);
        const auto b = walk(node.args[1]);
        if (!a.defined() || !b.defined()) return undefined_of(a, b);
        if (node.op == Op::equal || node.op == Op::not_equal) {
            const bool same = equal(a, b, scratch_);
            if (!scratch_.charge(0)) return fault(Fault::too_many_steps);
            return truth(same == (node.op == Op::equal));
        }
        if (!cells::ordered(a, b)) return fault(Fault::no_overload);
        const auto order = ordered(node, a, b);
        if (order == std::partial_ordering::unordered) return truth(false);
        if (node.op == Op::less) return truth(order < 0);
        if (node.op == Op::less_equal) return truth(order <= 0);
        if (node.op == Op::greater) return truth(order > 0);
        return truth(order >= 0);
    }

    // Codes of an ordered choice compare by their places in the list.
    std::partial_ordering ordered(const Node& node, const Cell& a, const Cell& b) const {
        const auto& left = tree_.at(node.args[0]).sort;
        const auto* choices =
            left.choices != nullptr ? left.choices : tree_.at(node.args[1]).sort.choices;
        if (a.tag != Tag::text || choices == nullptr) return compare(a, b, scratch_.meeting());
        const auto place = [&](std::string_view code) {
            std::size_t i = 0;
            while (i < choices->size() && (*choices)[i].code != code)
                i += 1;
            return i;
        };
        return place(a.text()) <=> place(b.text());
    }

    Cell membership(const Node& node) {
        const auto a = walk(node.args[0]);
        const auto& right = tree_.at(node.args[1]);
        if (right.op == Op::list && a.defined() && !plain_) return among(a, right);
        const auto b = walk(node.args[1]);
        if (!a.defined() || !b.defined()) return undefined_of(a, b);
        if (!is_list(b) && !is_map(b)) return fault(Fault::no_overload);
        const auto count = length(b);
        bool found = false;
        for (std::size_t i = 0; i < count && !found; ++i)
            found = scratch_.step() && equal(a, item(b, i), scratch_);
        return scratch_.charge(0) ? truth(found) : fault(Fault::too_many_steps);
    }

    // A list literal need not be built.
    Cell among(const Cell& a, const Node& list_node) {
        bool found = false;
        Cell rest = truth(true);
        for (const auto arg : list_node.args) {
            const auto& node = tree_.at(arg);
            const auto part = node.op == Op::constant ? of_value(node.constant) : walk(arg);
            if (!part.defined()) {
                rest = rest.defined() ? part : undefined_of(rest, part);
            } else if (!found) {
                found = node.op == Op::optional
                            ? has_value(part) && equal(a, inside(part), scratch_)
                            : equal(a, part, scratch_);
            }
        }
        return rest.defined() ? truth(found) : rest;
    }

    Cell list(const Node& node) {
        std::vector<Cell> made;
        made.reserve(node.args.size());
        Cell rest = truth(true);
        for (const auto arg : node.args) {
            const auto part = walk(arg);
            if (!part.defined()) {
                rest = rest.defined() ? part : undefined_of(rest, part);
            } else if (tree_.at(arg).op != Op::optional) {
                made.push_back(part);
            } else if (part.tag != Tag::optional) {
                rest = fault(Fault::no_overload);
            } else if (has_value(part)) {
                made.push_back(inside(part));
            }
        }
        return rest.defined() ? scratch_.list(std::move(made)) : rest;
    }

    Cell binary(const Node& node) {
        const auto a = walk(node.args[0]);
        const auto b = walk(node.args[1]);
        if (!a.defined() || !b.defined()) return undefined_of(a, b);
        if (node.op == Op::add && a.tag == b.tag && (a.tag == Tag::text || a.tag == Tag::bytes))
            return joined(a, b);
        if (node.op == Op::add && is_list(a) && is_list(b)) return joined_lists(a, b);
        if (node.op == Op::add || node.op == Op::subtract)
            return finite(add_or_subtract(node.op, a, b, plain_));
        if (node.op == Op::multiply) return finite(multiply(a, b, plain_));
        if (node.op == Op::divide) return finite(divide(a, b, plain_));
        if (node.op == Op::remainder) return remainder(a, b);
        if (node.op == Op::band) return bounds_reached(a, b);
        if (a.tag != Tag::text || b.tag != Tag::text) return fault(Fault::no_overload);
        if (!scratch_.charge(a.text_bytes / 64)) return fault(Fault::too_many_steps);
        if (node.op == Op::contains)
            return truth(a.text().find(b.text()) != std::string_view::npos);
        if (node.op == Op::starts_with) return truth(a.text().starts_with(b.text()));
        return truth(a.text().ends_with(b.text()));
    }

    // No policy means an infinite number.
    [[nodiscard]] Cell finite(Cell cell) const {
        if (plain_) return cell;
        if (cell.tag == Tag::duration) cell.text_bytes = 0; // policies count whole seconds
        const bool strange = cell.tag == Tag::number && !std::isfinite(cell.number);
        return strange ? fault(Fault::overflow) : cell;
    }

    Cell joined(const Cell& a, const Cell& b) {
        const auto bytes = a.text_bytes + b.text_bytes;
        if (bytes > text_limit_bytes) return fault(Fault::out_of_range);
        if (!scratch_.charge(bytes / 64)) return fault(Fault::too_many_steps);
        auto made = std::string(a.text());
        made += b.text();
        return a.tag == Tag::text ? scratch_.text(std::move(made))
                                  : scratch_.bytes(std::move(made));
    }

    Cell joined_lists(const Cell& a, const Cell& b) {
        const auto count = length(a) + length(b);
        if (count > list_limit) return fault(Fault::out_of_range);
        if (!scratch_.charge(static_cast<std::int64_t>(count) / 16))
            return fault(Fault::too_many_steps);
        std::vector<Cell> made;
        made.reserve(count);
        for (const auto* list : {&a, &b}) {
            for (std::size_t i = 0; i < length(*list); ++i)
                made.push_back(item(*list, i));
        }
        return scratch_.list(std::move(made));
    }

    Cell size(const Cell& a) {
        if (is_list(a) || is_map(a))
            return whole(Tag::integer, static_cast<std::int64_t>(length(a)));
        if (a.tag == Tag::bytes) return whole(Tag::integer, a.text_bytes);
        if (a.tag != Tag::text) return fault(Fault::no_overload);
        if (!scratch_.charge(a.text_bytes / 64)) return fault(Fault::too_many_steps);
        return whole(Tag::integer, characters(a.text()));
    }

    Cell unary(const Node& node) {
        const auto a = walk(node.args[0]);
        if (!a.defined()) return a;
        if (node.op == Op::negate) return negated(a);
        if (node.op == Op::size) return size(a);
        if (node.op == Op::to_number) return decimal(as_double(a));
        if (node.op == Op::to_integer) return truncated(a);
        if (node.op == Op::absolute) {
            const bool negative = a.tag == Tag::number ? a.number < 0 : a.integer < 0;
            return negative ? negated(a) : a;
        }
        const base::Date since{static_cast<std::int32_t>(a.integer)};
        if (node.op == Op::days_since)
            return whole(Tag::integer, std::int64_t{today_.days} - a.integer);
        const auto months = months_between(since, today_);
        if (node.op == Op::months_since) return whole(Tag::integer, months);
        return whole(Tag::integer, months >= 0 ? months / 12 : -((-months + 11) / 12));
    }

    static Cell truncated(const Cell& a) {
        if (a.tag == Tag::integer) return a;
        const auto value = std::trunc(a.number);
        if (!(value > -9223372036854775808.0 && value < 9223372036854775808.0))
            return fault(Fault::overflow);
        return whole(Tag::integer, static_cast<std::int64_t>(value));
    }

    Cell extreme(const Node& node) {
        Cell best;
        Cell rest = truth(true);
        for (const auto arg : node.args) {
            const auto part = walk(arg);
            if (!part.defined()) {
                rest = rest.defined() ? part : undefined_of(rest, part);
                continue;
            }
            const bool better = !best.defined() || (node.op == Op::least ? compare(part, best) < 0
                                                                         : compare(part, best) > 0);
            if (better) best = part;
        }
        if (!rest.defined()) return rest;
        return node.sort.type == Type::number ? decimal(as_double(best)) : best;
    }

    // The list or map a macro goes over.
    Cell range_of(const Node& node) {
        const auto range = walk(node.args[0]);
        if (!range.defined() || is_list(range) || is_map(range)) return range;
        return fault(Fault::no_overload);
    }

    Cell exactly_one(const Node& node) {
        const auto range = range_of(node);
        if (!range.defined()) return range;
        std::size_t found = 0;
        Cell rest = truth(true);
        const auto count = length(range);
        for (std::size_t i = 0; i < count; ++i) {
            locals_[node.place] = item(range, i);
            const auto part = as_truth(walk(node.args[1]));
            if (!part.defined()) {
                rest = rest.defined() ? part : undefined_of(rest, part);
            } else if (part.integer != 0) {
                found += 1;
            }
        }
        return rest.defined() ? truth(found == 1) : rest;
    }

    Cell transform(const Node& node) {
        const auto range = range_of(node);
        if (!range.defined()) return range;
        std::vector<Cell> made;
        Cell rest = truth(true);
        const auto count = length(range);
        for (std::size_t i = 0; i < count; ++i) {
            locals_[node.place] = item(range, i);
            if (node.args.size() == 3) {
                const auto wanted = as_truth(walk(node.args[1]));
                if (!wanted.defined()) rest = rest.defined() ? wanted : undefined_of(rest, wanted);
                if (!wanted.defined() || wanted.integer == 0) continue;
            }
            const auto part = walk(node.args.back());
            if (!part.defined()) rest = rest.defined() ? part : undefined_of(rest, part);
            made.push_back(part);
        }
        return rest.defined() ? scratch_.list(std::move(made)) : rest;
    }

    Cell filter(const Node& node) {
        const auto range = range_of(node);
        if (!range.defined()) return range;
        std::vector<Cell> made;
        Cell rest = truth(true);
        const auto count = length(range);
        for (std::size_t i = 0; i < count; ++i) {
            const auto each = item(range, i);
            locals_[node.place] = each;
            const auto part = as_truth(walk(node.args[1]));
            if (!part.defined()) {
                rest = rest.defined() ? part : undefined_of(rest, part);
            } else if (part.integer != 0) {
                made.push_back(each);
            }
        }
        return rest.defined() ? scratch_.list(std::move(made)) : rest;
    }

    // Values first, in their order; a fault among them matters only to who uses it.
    Cell block(const Node& node) {
        for (std::size_t i = 0; i + 1 < node.args.size(); ++i)
            locals_[node.place + i] = walk(node.args[i]);
        return walk(node.args.back());
    }

    Cell optional_map(const Node& node) {
        const auto range = walk(node.args[0]);
        if (!range.defined()) return range;
        if (range.tag != Tag::optional) return fault(Fault::no_overload);
        if (!has_value(range)) return none();
        locals_[node.place] = inside(range);
        const auto made = walk(node.args[1]);
        const bool flat = std::get<bool>(node.constant);
        if (!made.defined()) return made;
        if (!flat) return scratch_.optional(made);
        return made.tag == Tag::optional ? made : fault(Fault::no_overload);
    }

    Cell map(const Node& node) {
        std::vector<Cell> made;
        made.reserve(node.args.size());
        Cell rest = truth(true);
        const auto keep = [&](const Cell& part) {
            if (!part.defined()) rest = rest.defined() ? part : undefined_of(rest, part);
            return part.defined();
        };
        for (std::size_t i = 0; i < node.args.size(); i += 2) {
            const auto key = walk(node.args[i]);
            auto value = walk(node.args[i + 1]);
            if (!keep(key) || !keep(value)) continue;
            const bool right = key.tag == Tag::boolean || is_whole(key.tag) || key.tag == Tag::text;
            if (!right || holds_key(made, key)) {
                static_cast<void>(keep(fault(Fault::bad_key)));
                continue;
            }
            if (tree_.at(node.args[i + 1]).op == Op::optional) {
                if (value.tag != Tag::optional) return fault(Fault::no_overload);
                if (!has_value(value)) continue;
                value = inside(value);
            }
            made.push_back(key);
            made.push_back(value);
        }
        return rest.defined() ? scratch_.map(std::move(made)) : rest;
    }

    bool holds_key(const std::vector<Cell>& made, const Cell& key) {
        if (!scratch_.charge(static_cast<std::int64_t>(made.size()) / 32)) return true;
        for (std::size_t i = 0; i < made.size(); i += 2) {
            if (equal(made[i], key, scratch_)) return true;
        }
        return false;
    }

    Cell select(const Node& node) {
        const auto receiver = walk(node.args[0]);
        if (!receiver.defined()) return receiver;
        if (receiver.tag == Tag::optional) {
            if (!has_value(receiver)) return receiver;
            const auto held = inside(receiver);
            if (!is_map(held)) return fault(Fault::no_overload);
            const auto found = look_up(held, text(node.text), scratch_);
            return found ? scratch_.optional(*found) : none();
        }
        if (!is_map(receiver)) return fault(Fault::no_overload);
        return look_up(receiver, text(node.text), scratch_).value_or(fault(Fault::no_such_key));
    }

    Cell has_field(const Node& node) {
        auto receiver = walk(node.args[0]);
        if (!receiver.defined()) return receiver;
        if (receiver.tag == Tag::optional) {
            if (!has_value(receiver)) return truth(false);
            receiver = inside(receiver);
        }
        if (!is_map(receiver)) return fault(Fault::no_overload);
        return truth(look_up(receiver, text(node.text), scratch_).has_value());
    }

    Cell index_of(const Node& node) {
        const auto receiver = walk(node.args[0]);
        const auto place = walk(node.args[1]);
        if (!receiver.defined() || !place.defined()) return undefined_of(receiver, place);
        if (receiver.tag == Tag::optional) {
            if (!has_value(receiver)) return receiver;
            const auto found = item_at(inside(receiver), place, scratch_);
            return found ? scratch_.optional(*found) : none();
        }
        if (!is_list(receiver) && !is_map(receiver)) return fault(Fault::no_overload);
        return item_at(receiver, place, scratch_).value_or(fault(Fault::no_such_key));
    }

    Cell function(const Node& node) {
        const auto call = static_cast<Call>(node.place);
        if (call == Call::optional_or || call == Call::optional_or_value)
            return otherwise(node, call);
        Cell few[4];
        std::vector<Cell> many;
        const auto count = node.args.size();
        if (count > std::size(few)) many.resize(count);
        auto* args = count > std::size(few) ? many.data() : few;
        Cell rest = truth(true);
        for (std::size_t i = 0; i < count; ++i) {
            args[i] = walk(node.args[i]);
            if (!args[i].defined()) rest = rest.defined() ? args[i] : undefined_of(rest, args[i]);
        }
        if (!rest.defined()) return rest;
        const auto made = call_function({tree_, scratch_}, call, {args, count});
        return scratch_.charge(0) ? finite(made) : fault(Fault::too_many_steps);
    }

    // a.or(b) and a.orValue(b) look at b only when a has no value.
    Cell otherwise(const Node& node, Call call) {
        const auto first = walk(node.args[0]);
        if (!first.defined()) return first;
        if (first.tag != Tag::optional) return fault(Fault::no_overload);
        if (has_value(first)) return call == Call::optional_or ? first : inside(first);
        const auto second = walk(node.args[1]);
        const bool fits =
            call != Call::optional_or || second.tag == Tag::optional || !second.defined();
        return fits ? second : fault(Fault::no_overload);
    }

    const Tree& tree_;
    const Row& row_;
    base::Date today_;
    bool plain_;
    Scratch scratch_;
    Cell few_[macro_depth_limit];
    std::vector<Cell> many_;
    Cell* locals_ = few_;
};

} // namespace

Answer answer_at(const Tree& tree, NodeIndex index, const Row& row, base::Date today) {
    Walker walker(tree, row, today);
    auto cell = walker.walk(index);
    if (cell.defined() && !cells::writable(cell)) cell = fault(Fault::too_many_steps);
    Answer answer{
        cells::written(cell, tree.at(index).sort, tree.plain != nullptr),
        std::nullopt,
        walker.steps()};
    if (cell.tag == Tag::fault) answer.fault = static_cast<Fault>(cell.integer);
    return answer;
}

Outcome decide_at(const Tree& tree, NodeIndex index, const Row& row, base::Date today) {
    Walker walker(tree, row, today);
    const auto cell = walker.walk(index);
    if (cell.tag != Tag::boolean) return Outcome::unknown;
    return cell.integer != 0 ? Outcome::holds : Outcome::fails;
}

Answer answer(const Program& program, const Row& row, base::Date today) {
    return answer_at(program.tree(), program.tree().root, row, today);
}

Value evaluate(const Program& program, const Row& row, base::Date today) {
    return answer(program, row, today).value;
}

Outcome decide(const Program& program, const Row& row, base::Date today) {
    base::ensure(
        program.tree().plain != nullptr || program.type() == Type::boolean,
        "only a boolean program decides");
    return decide_at(program.tree(), program.tree().root, row, today);
}

} // namespace rule
