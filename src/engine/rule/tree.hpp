// The checked expression as data. For this module and for the engines that run programs in other
// ways (columns, indexes); everyone else uses rule.hpp.
#pragma once

#include "engine/rule/rule.hpp"

namespace rule {

enum class Op : std::uint8_t {
    // As parsed; the checker replaces these three.
    name,   // `text` is the name
    call,   // `text` is the function, `args` the arguments
    method, // the same with the receiver as first argument
    // Checked.
    constant,  // `constant`
    attribute, // `place`
    local,     // `place` is the depth of the macro that binds it
    list,      // args
    today,
    has, // args[0] is an attribute
    negate,
    logical_not,
    logical_and, // two or more args: a && b && c is one node
    logical_or,
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    in,
    add,
    subtract,
    multiply,
    divide,
    remainder,
    conditional,
    size,
    contains,
    starts_with,
    ends_with,
    exists, // args[0] the list, args[1] the condition
    all,
    months_since,
    years_since,
    days_since,
    band,
    to_integer,
    to_number,
    absolute,
    least,
    greatest
};
BOOST_DESCRIBE_ENUM(
    Op,
    name,
    call,
    method,
    constant,
    attribute,
    local,
    list,
    today,
    has,
    negate,
    logical_not,
    logical_and,
    logical_or,
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    in,
    add,
    subtract,
    multiply,
    divide,
    remainder,
    conditional,
    size,
    contains,
    starts_with,
    ends_with,
    exists,
    all,
    months_since,
    years_since,
    days_since,
    band,
    to_integer,
    to_number,
    absolute,
    least,
    greatest)

// The static type of a node: a scalar type or a list of it. `choices` when the values are codes of
// a closed list.
struct Sort {
    Type type = Type::boolean; // never a list type; the element's type for lists
    bool list = false;
    bool empty = false; // the empty list literal, which goes with every list
    bool wrong = false; // a finding has been reported here already; goes with everything
    bool ordered = false;
    const std::vector<Choice>* choices = nullptr;
};

using NodeIndex = std::uint32_t;

struct Node {
    Op op = Op::constant;
    Sort sort;
    std::size_t from = 0; // bytes of the source
    std::size_t to = 0;
    std::vector<NodeIndex> args;
    std::string text; // while parsing: name of name, call, method; after: the variable's name of
                      // exists and all
    Value constant;
    std::size_t place = 0;
};

struct Tree {
    std::string source;
    const std::vector<Attribute>* attributes = nullptr;
    std::vector<Node> nodes;
    NodeIndex root = 0;
    std::int64_t cost = 0;
    std::vector<std::size_t> places;

    [[nodiscard]] const Node& at(NodeIndex index) const { return nodes[index]; }

    [[nodiscard]] const Attribute& attribute(const Node& node) const {
        return (*attributes)[node.place];
    }
};

inline constexpr std::size_t node_limit = 4'000;
inline constexpr std::size_t macro_depth_limit = 4;

// A finding before line, column and excerpt are known.
struct Complaint {
    std::string code;
    std::size_t from = 0;
    std::size_t to = 0;
    base::Text message;
    base::Text cure;
};

// Parses into `tree` (source and attributes already set). Stops at the first fault.
[[nodiscard]] std::optional<Complaint> parse(Tree& tree);
// Resolves names, checks types and units, folds literals, sums the cost. Reports all faults.
[[nodiscard]] std::vector<Complaint> check_types(Tree& tree, Type expected);

enum class Names { plain, labels };
[[nodiscard]] std::string print(const Tree& tree, NodeIndex index, Names names);
// A literal that compiles to the value again.
[[nodiscard]] std::string literal(const Value& value);
// Exact where display() rounds: 5000000.01元.
[[nodiscard]] base::Text display_exact(const Value& value, const Attribute& attribute);

[[nodiscard]] Answer answer_at(const Tree& tree, NodeIndex index, const Row& row, base::Date today);
[[nodiscard]] Outcome decide_at(
    const Tree& tree, NodeIndex index, const Row& row, base::Date today);
// Places of the attributes below a node, ascending and each once.
[[nodiscard]] std::vector<std::size_t> places_below(const Tree& tree, NodeIndex index);

} // namespace rule
