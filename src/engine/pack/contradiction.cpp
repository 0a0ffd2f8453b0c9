// Rules that hold for nobody: each clause of a conjunction narrows what one attribute may be, and
// when nothing is left the rule is wrong. Only comparisons of an attribute with a constant are
// looked at, so a finding is certain and silence proves nothing.
#include "engine/pack/checker.hpp"
#include "engine/rule/tree.hpp"

#include <algorithm>
#include <set>

namespace pack {

namespace {

using rule::Op;

// What is left of one attribute: an interval for what has an order, a set for what is listed.
struct Room {
    std::optional<std::int64_t> least;
    std::optional<std::int64_t> most;
    bool least_open = false; // the bound itself is excluded
    bool most_open = false;
    std::optional<std::set<std::string>> allowed;
    std::set<std::string> barred;

    [[nodiscard]] bool empty(bool whole_numbers) const {
        if (least && most) {
            if (*least > *most) return true;
            if (*least == *most && (least_open || most_open)) return true;
            if (whole_numbers && *most - *least == 1 && least_open && most_open) return true;
        }
        return allowed &&
               std::ranges::all_of(*allowed, [&](const auto& one) { return barred.contains(one); });
    }

    void at_least(std::int64_t bound, bool open) {
        if (least && (*least > bound || (*least == bound && (least_open || !open)))) return;
        least = bound;
        least_open = open;
    }

    void at_most(std::int64_t bound, bool open) {
        if (most && (*most < bound || (*most == bound && (most_open || !open)))) return;
        most = bound;
        most_open = open;
    }

    void allow(const std::set<std::string>& words) {
        if (!allowed) {
            allowed = words;
            return;
        }
        std::erase_if(*allowed, [&](const auto& one) { return !words.contains(one); });
    }
};

// Values with an exact order, in their minor unit. Doubles are left to the evaluation.
std::optional<std::int64_t> ordinal(const rule::Value& value) {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return *whole;
    if (const auto* money = std::get_if<base::Money>(&value)) return money->fen;
    if (const auto* rate = std::get_if<base::Rate>(&value)) return rate->ppm;
    if (const auto* date = std::get_if<base::Date>(&value)) return date->days;
    return std::nullopt;
}

Op mirrored(Op op) {
    if (op == Op::less) return Op::greater;
    if (op == Op::less_equal) return Op::greater_equal;
    if (op == Op::greater) return Op::less;
    if (op == Op::greater_equal) return Op::less_equal;
    return op;
}

void narrow_by_order(Room& room, Op op, std::int64_t bound) {
    if (op == Op::less || op == Op::less_equal) room.at_most(bound, op == Op::less);
    if (op == Op::greater || op == Op::greater_equal) room.at_least(bound, op == Op::greater);
    if (op == Op::equal) {
        room.at_most(bound, false);
        room.at_least(bound, false);
    }
}

std::set<std::string> words_of(const rule::Tree& tree, const rule::Node& node) {
    std::set<std::string> words;
    if (const auto* list = std::get_if<std::vector<std::string>>(&node.constant))
        words.insert(list->begin(), list->end());
    for (const auto arg : node.args) {
        if (const auto* word = std::get_if<std::string>(&tree.at(arg).constant))
            words.insert(*word);
    }
    return words;
}

// One clause's effect on the room of its attribute; the attribute's place, or nothing when the
// clause says nothing that is understood here.
std::optional<std::size_t> narrow(
    const rule::Tree& tree, const rule::Node& clause, std::map<std::size_t, Room>& rooms) {
    const auto is_attribute = [&](const rule::Node& node) { return node.op == Op::attribute; };
    if (is_attribute(clause) ||
        (clause.op == Op::logical_not && is_attribute(tree.at(clause.args[0])))) {
        const auto& node = is_attribute(clause) ? clause : tree.at(clause.args[0]);
        rooms[node.place].allow({is_attribute(clause) ? "true" : "false"});
        return node.place;
    }
    if (clause.args.size() != 2) return std::nullopt;
    const auto& left = tree.at(clause.args[0]);
    const auto& right = tree.at(clause.args[1]);
    if (clause.op == Op::in && is_attribute(left)) {
        auto words = words_of(tree, right);
        const bool all_known = right.op == Op::constant || words.size() == right.args.size();
        if (words.empty() || !all_known) return std::nullopt;
        rooms[left.place].allow(words);
        return left.place;
    }
    const bool turned = is_attribute(right) && left.op == Op::constant;
    if (!turned && !(is_attribute(left) && right.op == Op::constant)) return std::nullopt;
    const auto& attribute = turned ? right : left;
    const auto& bound = turned ? left.constant : right.constant;
    auto& room = rooms[attribute.place];
    if (const auto* word = std::get_if<std::string>(&bound)) {
        if (clause.op == Op::equal) room.allow({*word});
        if (clause.op == Op::not_equal) room.barred.insert(*word);
        return attribute.place;
    }
    const auto value = ordinal(bound);
    if (!value) return std::nullopt;
    narrow_by_order(room, turned ? mirrored(clause.op) : clause.op, *value);
    return attribute.place;
}

void clauses_of(
    const rule::Tree& tree, rule::NodeIndex index, std::vector<rule::NodeIndex>& clauses) {
    const auto& node = tree.at(index);
    if (node.op != Op::logical_and) {
        clauses.push_back(index);
        return;
    }
    for (const auto arg : node.args)
        clauses_of(tree, arg, clauses);
}

Contradiction placed(const rule::Tree& tree, const rule::Node& clause) {
    Contradiction found{.clause = tree.source.substr(clause.from, clause.to - clause.from)};
    for (std::size_t i = 0; i < clause.from; ++i) {
        const auto byte = static_cast<unsigned char>(tree.source[i]);
        if (byte == '\n') {
            ++found.line;
            found.column = 1;
        } else if ((byte & 0xC0U) != 0x80U) {
            ++found.column;
        }
    }
    return found;
}

} // namespace

std::optional<Contradiction> contradiction(const rule::Program& program) {
    const auto& tree = program.tree();
    std::vector<rule::NodeIndex> clauses;
    clauses_of(tree, tree.root, clauses);
    std::map<std::size_t, Room> rooms;
    for (const auto index : clauses) {
        const auto& clause = tree.at(index);
        const bool never = clause.op == Op::constant && clause.constant == rule::Value{false};
        const auto place = narrow(tree, clause, rooms);
        if (never) return placed(tree, clause);
        if (!place) continue;
        const bool whole = (*tree.attributes)[*place].type != rule::Type::number;
        if (rooms[*place].empty(whole)) return placed(tree, clause);
    }
    return std::nullopt;
}

} // namespace pack
