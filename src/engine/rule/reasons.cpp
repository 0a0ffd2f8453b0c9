#include "engine/rule/reasons.hpp"

#include "engine/rule/phrase.hpp"

#include <limits>

namespace rule {
namespace {

bool orders(Op op) {
    return op == Op::less || op == Op::less_equal || op == Op::greater || op == Op::greater_equal;
}

// Whole smallest units: what keys of these types are.
bool counts_units(Type type) {
    return type == Type::integer || type == Type::money || type == Type::rate ||
           type == Type::date || type == Type::duration;
}

} // namespace

Reasons::Reasons(const Program& program, const Schema& schema)
    : program_(program) {
    const auto& tree = program.tree();
    add(tree.root, false);
    // The bound of a comparison can be said of a row that has nothing.
    const auto bare = explain(program, Row(schema), base::Date{});
    base::ensure(bare.clauses.size() == clauses_.size(), "clauses are counted in one way");
    for (std::size_t i = 0; i < clauses_.size(); ++i) {
        clauses_[i].text = bare.clauses[i].text;
        clauses_[i].required = bare.clauses[i].bound;
    }
}

void Reasons::add(NodeIndex index, bool negated) {
    const auto& tree = program_.tree();
    const auto& node = tree.at(index);
    if (node.op == Op::logical_not) return add(node.args[0], !negated);
    if (node.op == (negated ? Op::logical_or : Op::logical_and)) {
        for (const auto arg : node.args)
            add(arg, negated);
        return;
    }
    auto& known = clauses_.emplace_back();
    known.normal = normal_at(tree, index, negated);
    if (!negated) measure(known, index);
}

// "figure >= 500万元": the figure an attribute as it stands, on the left, of a type that counts
// units.
void Reasons::measure(Known& known, NodeIndex index) const {
    const auto& tree = program_.tree();
    const auto& node = tree.at(index);
    if (!orders(node.op)) return;
    const auto& left = tree.at(node.args[0]);
    const auto& right = tree.at(node.args[1]);
    if (left.op != Op::attribute || right.op != Op::constant) return;
    const auto& attribute = tree.attribute(left);
    const bool alike = counts_units(attribute.type) && key_of(right.constant, nullptr) &&
                       !std::holds_alternative<double>(right.constant);
    if (!alike) return;
    known.figure = true;
    known.subject = attribute;
    known.bound = right.constant;
}

void Reasons::of(const Row& row, base::Date today, std::vector<Reason>& out) const {
    Value scratch;
    for (std::size_t i = 0; i < clauses_.size(); ++i) {
        const auto& known = clauses_[i];
        Reason reason;
        reason.clause = i;
        if (!known.figure) {
            reason.outcome = outcome(known.normal, row, today);
            out.push_back(reason);
            continue;
        }
        const auto& literal = known.normal.ways.front().front();
        const auto reading = read(known.normal.terms[literal.term], row, today, scratch);
        reason.outcome = literal.room.outcome(reading);
        reason.bound = key_of(known.bound, nullptr);
        if (reading.known) reason.value = reading.key;
        if (reason.outcome == Outcome::fails) {
            const bool over = reading.key > *reason.bound;
            const bool far = __builtin_sub_overflow(
                over ? reading.key : *reason.bound,
                over ? *reason.bound : reading.key,
                &reason.gap);
            if (far) reason.gap = std::numeric_limits<std::int64_t>::max();
        }
        out.push_back(reason);
    }
}

base::Text Reasons::sentence(const Reason& reason, const Row& row, base::Date today) const {
    const auto& known = clauses_[reason.clause];
    if (!known.figure || reason.outcome == Outcome::unknown)
        return explain(program_, row, today).clauses[reason.clause].sentence;
    const auto& value = row[*known.normal.terms.front().place];
    const auto shown = shown_apart(value, known.bound, known.subject);
    if (shown.second != display(known.bound, known.subject)) // so near that rounding hides the gap
        return explain(program_, row, today).clauses[reason.clause].sentence;
    base::Text made{
        known.subject.label.zh + " " + shown.first.zh,
        known.subject.label.en + " is " + shown.first.en};
    if (reason.outcome == Outcome::holds) {
        made.zh += "，符合要求：" + known.required.zh;
        made.en += ", as required: " + known.required.en;
        return made;
    }
    made.zh += "，要求" + known.required.zh;
    made.en += "; " + known.required.en + " is required";
    const auto apart = distance_between(value, known.bound, known.subject);
    if (reason.gap == 0 || apart.shown.zh.empty()) return made;
    const bool below = *reason.value < *reason.bound;
    made.zh += (below ? "，差 " : "，超出 ") + apart.shown.zh;
    made.en += (below ? ", short by " : ", over by ") + apart.shown.en;
    return made;
}

} // namespace rule
