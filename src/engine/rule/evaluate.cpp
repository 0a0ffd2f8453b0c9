// Evaluates one row by walking the tree. Three-valued: unknown and faults are absorbed by && and ||
// as in CEL.
#include "engine/rule/tree.hpp"

#include <cmath>
#include <forward_list>
#include <limits>

namespace rule {
namespace {

enum class Tag : std::uint8_t {
    unknown,
    fault,
    boolean,
    integer,
    number,
    text,
    date,
    duration,
    money,
    rate,
    text_list,
    integer_list,
    cell_list
};

// A value without ownership: texts and lists stay where they are, in the row, the tree or the
// scratch space.
struct Cell {
    Tag tag = Tag::unknown;
    std::uint32_t text_bytes = 0;

    union {
        std::int64_t integer =
            0; // also boolean, date (days), duration (s), money (fen), rate (ppm), fault
        double number;
        const char* text_start;
        const std::vector<std::string>* text_list;
        const std::vector<std::int64_t>* integer_list;
        const std::vector<Cell>* cell_list;
    };

    [[nodiscard]] std::string_view text() const { return {text_start, text_bytes}; }

    [[nodiscard]] bool defined() const { return tag != Tag::unknown && tag != Tag::fault; }
};

Cell whole(Tag tag, std::int64_t value) {
    Cell cell;
    cell.tag = tag;
    cell.integer = value;
    return cell;
}

Cell truth(bool yes) { return whole(Tag::boolean, yes ? 1 : 0); }

Cell fault(Fault fault) { return whole(Tag::fault, static_cast<std::int64_t>(fault)); }

Cell decimal(double value) {
    Cell cell;
    cell.tag = Tag::number;
    cell.number = value;
    return cell;
}

Cell text(std::string_view view) {
    Cell cell;
    cell.tag = Tag::text;
    cell.text_bytes = static_cast<std::uint32_t>(view.size());
    cell.text_start = view.data();
    return cell;
}

Cell cell_of(const Value& value) {
    Cell cell;
    switch (value.index()) {
    case 0: return cell;
    case 1: return truth(*std::get_if<bool>(&value));
    case 2: return whole(Tag::integer, *std::get_if<std::int64_t>(&value));
    case 3: return decimal(*std::get_if<double>(&value));
    case 4: return text(*std::get_if<std::string>(&value));
    case 5: return whole(Tag::date, std::get_if<base::Date>(&value)->days);
    case 6: return whole(Tag::money, std::get_if<base::Money>(&value)->fen);
    case 7: return whole(Tag::rate, std::get_if<base::Rate>(&value)->ppm);
    case 8: return whole(Tag::duration, std::get_if<Duration>(&value)->seconds);
    case 9:
        cell.tag = Tag::text_list;
        cell.text_list = std::get_if<std::vector<std::string>>(&value);
        return cell;
    case 10:
        cell.tag = Tag::integer_list;
        cell.integer_list = std::get_if<std::vector<std::int64_t>>(&value);
        return cell;
    }
    base::bug("value without an alternative");
}

std::size_t length(const Cell& list) {
    if (list.tag == Tag::text_list) return list.text_list->size();
    if (list.tag == Tag::integer_list) return list.integer_list->size();
    return list.cell_list->size();
}

Cell item(const Cell& list, std::size_t i) {
    if (list.tag == Tag::text_list) return text((*list.text_list)[i]);
    if (list.tag == Tag::integer_list) return whole(Tag::integer, (*list.integer_list)[i]);
    return (*list.cell_list)[i];
}

bool is_list(const Cell& cell) {
    return cell.tag == Tag::text_list || cell.tag == Tag::integer_list ||
           cell.tag == Tag::cell_list;
}

// Exact: 2^53 + 1 is more than 2^53 as a double.
std::partial_ordering compare_mixed(std::int64_t a, double b) {
    if (std::isnan(b)) return std::partial_ordering::unordered;
    if (b >= 9223372036854775808.0) return std::partial_ordering::less;
    if (b < -9223372036854775808.0) return std::partial_ordering::greater;
    const auto floor = std::floor(b);
    const auto whole_part = static_cast<std::int64_t>(floor);
    if (a != whole_part) return a <=> whole_part;
    return floor < b ? std::partial_ordering::less : std::partial_ordering::equivalent;
}

std::partial_ordering compare(const Cell& a, const Cell& b) {
    if (a.tag == Tag::text) return a.text() <=> b.text();
    if (a.tag == Tag::number) {
        if (b.tag == Tag::number) return a.number <=> b.number;
        return 0 <=> compare_mixed(b.integer, a.number);
    }
    if (b.tag == Tag::number) return compare_mixed(a.integer, b.number);
    return a.integer <=> b.integer;
}

bool equal(const Cell& a, const Cell& b) {
    if (is_list(a)) {
        if (length(a) != length(b)) return false;
        for (std::size_t i = 0; i < length(a); ++i) {
            if (!equal(item(a, i), item(b, i))) return false;
        }
        return true;
    }
    return compare(a, b) == std::partial_ordering::equivalent;
}

__extension__ using Wide = __int128;

Cell narrowed(Tag tag, Wide value) {
    const Wide most = tag == Tag::money ? Wide{base::Money::limit_fen}
                                        : Wide{std::numeric_limits<std::int64_t>::max()};
    const Wide least = tag == Tag::money ? -most : Wide{std::numeric_limits<std::int64_t>::min()};
    if (value > most || value < least) return fault(Fault::overflow);
    return whole(tag, static_cast<std::int64_t>(value));
}

// Half to even, as money is rounded everywhere.
Cell rounded(Tag tag, double value) {
    const auto nearest = std::nearbyint(value);
    if (!(nearest >= -9.2e18 && nearest <= 9.2e18)) return fault(Fault::overflow);
    return narrowed(tag, static_cast<Wide>(nearest));
}

Wide divided_half_even(Wide a, Wide b) {
    const Wide quotient = a / b;
    const Wide rest = a % b;
    const Wide twice = (rest < 0 ? -rest : rest) * 2;
    const Wide size = b < 0 ? -b : b;
    const bool away = twice > size || (twice == size && quotient % 2 != 0);
    if (!away) return quotient;
    return quotient + ((a < 0) == (b < 0) ? 1 : -1);
}

Cell date_at(Wide days) {
    // 0001-01-01 … 9999-12-31
    if (days < -719'162 || days > 2'932'896) return fault(Fault::out_of_range);
    return whole(Tag::date, static_cast<std::int64_t>(days));
}

Wide floor_days(Wide seconds) {
    const Wide days = seconds / 86'400;
    return seconds % 86'400 < 0 ? days - 1 : days;
}

bool plain(Tag tag) { return tag == Tag::integer || tag == Tag::number; }

double as_double(const Cell& cell) {
    return cell.tag == Tag::number ? cell.number : static_cast<double>(cell.integer);
}

Cell add_or_subtract(Op op, const Cell& a, const Cell& b) {
    const int sign = op == Op::add ? 1 : -1;
    if (a.tag == Tag::number || b.tag == Tag::number)
        return decimal(as_double(a) + sign * as_double(b));
    if (a.tag == Tag::date && b.tag == Tag::date)
        return narrowed(Tag::duration, Wide{a.integer - b.integer} * 86'400);
    if (a.tag == Tag::date) return date_at(Wide{a.integer} + floor_days(Wide{sign} * b.integer));
    if (b.tag == Tag::date) return date_at(Wide{b.integer} + floor_days(a.integer));
    return narrowed(a.tag, Wide{a.integer} + Wide{sign} * b.integer);
}

Cell multiply(const Cell& a, const Cell& b) {
    if (plain(a.tag) && plain(b.tag)) {
        if (a.tag == Tag::integer && b.tag == Tag::integer)
            return narrowed(Tag::integer, Wide{a.integer} * b.integer);
        return decimal(as_double(a) * as_double(b));
    }
    const auto& unit = plain(a.tag) ? b : a;
    const auto& factor = plain(a.tag) ? a : b;
    if (factor.tag == Tag::number)
        return rounded(unit.tag, static_cast<double>(unit.integer) * factor.number);
    if (factor.tag == Tag::integer) return narrowed(unit.tag, Wide{unit.integer} * factor.integer);
    return narrowed(Tag::money, divided_half_even(Wide{a.integer} * b.integer, 1'000'000));
}

Cell divide(const Cell& a, const Cell& b) {
    if (plain(a.tag) && (a.tag == Tag::number || b.tag == Tag::number)) {
        return as_double(b) == 0.0 ? fault(Fault::division_by_zero)
                                   : decimal(as_double(a) / as_double(b));
    }
    if (b.tag == Tag::number) {
        if (b.number == 0.0) return fault(Fault::division_by_zero);
        return rounded(a.tag, static_cast<double>(a.integer) / b.number);
    }
    if (b.integer == 0) return fault(Fault::division_by_zero);
    if (a.tag == Tag::integer) return narrowed(Tag::integer, Wide{a.integer} / b.integer);
    if (b.tag == Tag::integer) return narrowed(a.tag, divided_half_even(a.integer, b.integer));
    return decimal(static_cast<double>(a.integer) / static_cast<double>(b.integer));
}

Cell remainder(const Cell& a, const Cell& b) {
    if (b.integer == 0) return fault(Fault::division_by_zero);
    return b.integer == -1 ? whole(Tag::integer, 0) : whole(Tag::integer, a.integer % b.integer);
}

Cell negated(const Cell& a) {
    return a.tag == Tag::number ? decimal(-a.number) : narrowed(a.tag, -Wide{a.integer});
}

// The largest n with since + n months not after today; negative for days to come.
std::int64_t months_between(base::Date since, base::Date today) {
    int months = (today.year() - since.year()) * 12 + static_cast<int>(today.month()) -
                 static_cast<int>(since.month());
    if (since.plus_months(months) > today) months -= 1;
    return months;
}

std::int64_t characters(std::string_view view) {
    return std::count_if(view.begin(), view.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
    });
}

class Walker {
public:
    Walker(const Tree& tree, const Row& row, base::Date today)
        : tree_(tree)
        , row_(row)
        , today_(today) {}

    Cell walk(NodeIndex index) {
        const auto& node = tree_.at(index);
        switch (node.op) {
        case Op::constant: return cell_of(node.constant);
        case Op::attribute: return cell_of(row_[node.place]);
        case Op::local: return locals_[node.place];
        case Op::today: return whole(Tag::date, today_.days);
        case Op::list: return list(node);
        case Op::has: return truth(known(row_[tree_.at(node.args[0]).place]));
        case Op::logical_not: return negation(node);
        case Op::logical_and: return junction(node, false);
        case Op::logical_or: return junction(node, true);
        case Op::conditional: return conditional(node);
        case Op::exists: return quantified(node, true);
        case Op::all: return quantified(node, false);
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
        case Op::name:
        case Op::call:
        case Op::method: break;
        }
        base::bug("an unchecked node was evaluated");
    }

private:
    // Unknown wins over a fault, as in CEL.
    static Cell undefined_of(const Cell& a, const Cell& b) {
        if (a.tag == Tag::unknown || b.tag == Tag::unknown) return {};
        return a.tag == Tag::fault ? a : b;
    }

    Cell negation(const Node& node) {
        const auto inner = walk(node.args[0]);
        return inner.defined() ? truth(inner.integer == 0) : inner;
    }

    // `decisive` settles the whole: true for ||, false for &&.
    Cell junction(const Node& node, bool decisive) {
        Cell rest = truth(!decisive);
        for (const auto arg : node.args) {
            const auto part = walk(arg);
            if (!part.defined()) {
                rest = rest.defined() ? part : undefined_of(rest, part);
            } else if ((part.integer != 0) == decisive) {
                return part;
            }
        }
        return rest;
    }

    Cell quantified(const Node& node, bool decisive) {
        const auto range = walk(node.args[0]);
        if (!range.defined()) return range;
        Cell rest = truth(!decisive);
        const auto count = length(range);
        for (std::size_t i = 0; i < count; ++i) {
            locals_[node.place] = item(range, i);
            const auto part = walk(node.args[1]);
            if (!part.defined()) {
                rest = rest.defined() ? part : undefined_of(rest, part);
            } else if ((part.integer != 0) == decisive) {
                return part;
            }
        }
        return rest;
    }

    Cell conditional(const Node& node) {
        const auto condition = walk(node.args[0]);
        if (!condition.defined()) return condition;
        return walk(node.args[condition.integer != 0 ? 1 : 2]);
    }

    Cell comparison(const Node& node) {
        const auto a = walk(node.args[0]);
        const auto b = walk(node.args[1]);
        if (!a.defined() || !b.defined()) return undefined_of(a, b);
        if (node.op == Op::equal) return truth(equal(a, b));
        if (node.op == Op::not_equal) return truth(!equal(a, b));
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
        if (a.tag != Tag::text || choices == nullptr) return compare(a, b);
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
        if (right.op == Op::list && a.defined()) return among(a, right);
        const auto b = walk(node.args[1]);
        if (!a.defined() || !b.defined()) return undefined_of(a, b);
        const auto count = length(b);
        for (std::size_t i = 0; i < count; ++i) {
            if (equal(a, item(b, i))) return truth(true);
        }
        return truth(false);
    }

    // A list literal need not be built. Its unknown items make the answer unknown, as an unknown
    // list would.
    Cell among(const Cell& a, const Node& list_node) {
        bool found = false;
        Cell rest = truth(true);
        for (const auto arg : list_node.args) {
            const auto& node = tree_.at(arg);
            const auto part = node.op == Op::constant ? cell_of(node.constant) : walk(arg);
            if (!part.defined()) {
                rest = rest.defined() ? part : undefined_of(rest, part);
            } else if (!found) {
                found = equal(a, part);
            }
        }
        return rest.defined() ? truth(found) : rest;
    }

    Cell list(const Node& node) {
        std::vector<Cell> cells;
        cells.reserve(node.args.size());
        Cell rest = truth(true);
        for (const auto arg : node.args) {
            cells.push_back(walk(arg));
            if (!cells.back().defined())
                rest = rest.defined() ? cells.back() : undefined_of(rest, cells.back());
        }
        if (!rest.defined()) return rest;
        Cell cell;
        cell.tag = Tag::cell_list;
        cell.cell_list = &lists_.emplace_front(std::move(cells));
        return cell;
    }

    Cell binary(const Node& node) {
        const auto a = walk(node.args[0]);
        const auto b = walk(node.args[1]);
        if (!a.defined() || !b.defined()) return undefined_of(a, b);
        if (node.op == Op::add && a.tag == Tag::text) return joined(a, b);
        if (node.op == Op::add || node.op == Op::subtract)
            return finite(add_or_subtract(node.op, a, b));
        if (node.op == Op::multiply) return finite(multiply(a, b));
        if (node.op == Op::divide) return finite(divide(a, b));
        if (node.op == Op::remainder) return remainder(a, b);
        if (node.op == Op::contains)
            return truth(a.text().find(b.text()) != std::string_view::npos);
        if (node.op == Op::starts_with) return truth(a.text().starts_with(b.text()));
        if (node.op == Op::ends_with) return truth(a.text().ends_with(b.text()));
        std::int64_t reached = 0;
        for (std::size_t i = 0; i < length(b); ++i)
            reached += compare(a, item(b, i)) >= 0 ? 1 : 0;
        return whole(Tag::integer, reached);
    }

    // An infinite or absent number is a fault here: no policy means it.
    static Cell finite(const Cell& cell) {
        return cell.tag == Tag::number && !std::isfinite(cell.number) ? fault(Fault::overflow)
                                                                      : cell;
    }

    Cell joined(const Cell& a, const Cell& b) {
        if (a.text_bytes + b.text_bytes > text_limit_bytes) return fault(Fault::out_of_range);
        auto& made = texts_.emplace_front(a.text());
        made += b.text();
        return text(made);
    }

    Cell unary(const Node& node) {
        const auto a = walk(node.args[0]);
        if (!a.defined()) return a;
        if (node.op == Op::negate) return negated(a);
        if (node.op == Op::size) {
            return whole(
                Tag::integer,
                is_list(a) ? static_cast<std::int64_t>(length(a)) : characters(a.text()));
        }
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
        if (!(value >= -9.2e18 && value <= 9.2e18)) return fault(Fault::overflow);
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

    const Tree& tree_;
    const Row& row_;
    base::Date today_;
    Cell locals_[macro_depth_limit];
    std::forward_list<std::string> texts_;
    std::forward_list<std::vector<Cell>> lists_;
};

Value list_value(const Cell& cell, const Sort& sort) {
    if (cell.tag == Tag::text_list) return *cell.text_list;
    if (cell.tag == Tag::integer_list) return *cell.integer_list;
    if (sort.empty || sort.type != Type::integer) {
        std::vector<std::string> texts;
        for (const auto& each : *cell.cell_list) {
            if (each.tag == Tag::text) texts.emplace_back(each.text());
        }
        return texts;
    }
    std::vector<std::int64_t> integers;
    for (const auto& each : *cell.cell_list)
        integers.push_back(each.integer);
    return integers;
}

Value value_of(const Cell& cell, const Sort& sort) {
    switch (cell.tag) {
    case Tag::unknown:
    case Tag::fault: return {};
    case Tag::boolean: return cell.integer != 0;
    case Tag::integer:
        if (sort.type == Type::number) return static_cast<double>(cell.integer);
        return cell.integer;
    case Tag::number: return cell.number;
    case Tag::text: return std::string(cell.text());
    case Tag::date: return base::Date{static_cast<std::int32_t>(cell.integer)};
    case Tag::duration: return Duration{cell.integer};
    case Tag::money: return base::Money{cell.integer};
    case Tag::rate: return base::Rate{cell.integer};
    case Tag::text_list:
    case Tag::integer_list:
    case Tag::cell_list: return list_value(cell, sort);
    }
    base::bug("tag out of range");
}

} // namespace

Answer answer_at(const Tree& tree, NodeIndex index, const Row& row, base::Date today) {
    Walker walker(tree, row, today);
    const auto cell = walker.walk(index);
    Answer answer{value_of(cell, tree.at(index).sort), std::nullopt};
    if (cell.tag == Tag::fault) answer.fault = static_cast<Fault>(cell.integer);
    return answer;
}

Outcome decide_at(const Tree& tree, NodeIndex index, const Row& row, base::Date today) {
    Walker walker(tree, row, today);
    const auto cell = walker.walk(index);
    if (!cell.defined()) return Outcome::unknown;
    return cell.integer != 0 ? Outcome::holds : Outcome::fails;
}

Answer answer(const Program& program, const Row& row, base::Date today) {
    return answer_at(program.tree(), program.tree().root, row, today);
}

Value evaluate(const Program& program, const Row& row, base::Date today) {
    return answer(program, row, today).value;
}

Outcome decide(const Program& program, const Row& row, base::Date today) {
    base::ensure(program.type() == Type::boolean, "only a boolean program decides");
    return decide_at(program.tree(), program.tree().root, row, today);
}

} // namespace rule
