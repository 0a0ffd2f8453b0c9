// Many rules as one graph: what they have in common stands in it once. Made from checked programs,
// for one day; knows nothing of any table.
//
// A node yields two bits a row: it holds (yes), it fails (no); neither is unknown. Negation is a
// mark on the edge, which swaps the two, and a disjunction is the negated conjunction of negations
// (De Morgan's laws hold in three-valued logic), so the graph has no nodes for either.
#pragma once

#include "engine/rule/tree.hpp"

#include <span>
#include <unordered_map>

namespace column {

struct Edge {
    std::uint32_t node = 0;
    bool negated = false;
    friend auto operator<=>(const Edge&, const Edge&) = default;
};

// Where a sub-expression stands, for the one-row evaluator.
struct Spot {
    const rule::Tree* tree = nullptr;
    rule::NodeIndex index = 0;
};

enum class NodeKind {
    truth,         // holds for every row
    nothing,       // unknown for every row
    flag,          // the boolean attribute
    known,         // has(attribute)
    whole_range,   // least <= attribute <= most
    decimal_range, // the same of a double
    codes,         // any condition on one coded attribute: one answer a code
    compare,       // terms[0] op terms[1]
    same,          // args[0] == args[1], both boolean
    choice,        // args[0] ? args[1] : args[2]
    conjunction,   // all args
    one_row        // row by row, by the evaluator
};

struct Node {
    NodeKind kind = NodeKind::truth;
    rule::Op op = rule::Op::constant;
    std::size_t place = 0;
    std::int64_t least = 0;
    std::int64_t most = 0;
    double least_number = 0;
    double most_number = 0;
    std::vector<Edge> args;
    std::vector<std::uint32_t> terms;
    Spot spot;
    std::vector<std::size_t> places;   // one_row: what the row must hold
    std::vector<std::string> literals; // codes: the texts that meet it, when it asks no more
    std::uint32_t uses = 0;
    double cost = 0; // about so many ns a row, without what shares its work with others
};

enum class TermKind {
    constant,
    attribute, // a whole or decimal column
    negate,
    absolute,
    add,
    subtract,
    multiply,
    divide,
    remainder,
    least,
    greatest,
    days_since,
    to_number,
    choice, // condition ? args[0] : args[1]
    coded,  // any computation on one coded attribute: one value a code
    one_row
};

// A computed value: 64 bits a row, and whether it is defined.
struct Term {
    TermKind kind = TermKind::constant;
    rule::Type type = rule::Type::integer; // of the value itself: integer, number, date, …
    std::int64_t raw = 0;                  // constant; the bits of a double for numbers
    std::size_t place = 0;
    std::vector<std::uint32_t> args;
    Edge condition;
    Spot spot;
    std::vector<std::size_t> places;
    std::uint32_t uses = 0;
    double cost = 0;
};

class Plan {
public:
    // Boolean programs over `schema`, which must outlive the plan, as the schema must.
    Plan(
        const rule::Schema& schema,
        std::span<const rule::Program* const> programs,
        base::Date today);
    // One value a row: of any program whose type is a number, an amount, a date or a duration.
    // Nothing for others.
    static std::optional<Plan> of_value(
        const rule::Schema& schema, const rule::Program& program, base::Date today);

    [[nodiscard]] const rule::Schema& schema() const { return *schema_; }

    [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }

    [[nodiscard]] const std::vector<Term>& terms() const { return terms_; }

    [[nodiscard]] const std::vector<Edge>& roots() const { return roots_; } // one a program

    [[nodiscard]] std::uint32_t value() const { return value_; } // the term of of_value()

    [[nodiscard]] base::Date today() const { return today_; }

private:
    friend class Planner;

    Plan(const rule::Schema& schema, base::Date today)
        : schema_(&schema)
        , today_(today) {}

    const rule::Schema* schema_;
    std::vector<Node> nodes_;
    std::vector<Term> terms_;
    std::vector<Edge> roots_;
    std::uint32_t value_ = 0;
    base::Date today_;
};

} // namespace column
