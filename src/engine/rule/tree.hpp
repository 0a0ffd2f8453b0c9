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
    greatest,
    // Not for columns: what these give has a `shape`, or comes of something that has one.
    map,          // keys and values in turn
    select,       // args[0].text
    has_field,    // has(args[0].text)
    index,        // args[0][args[1]]
    optional,     // an item or entry written ?x inside a list or map; args[0] is the optional
    exists_one,   // as exists
    transform,    // args: list, [condition,] result
    filter,       // args: list, condition
    bind,         // args[1] with args[0] as the local at `place`
    block,        // the last of args, with the others as locals from `place` on, each when needed
    optional_map, // args: optional, result; `constant` is true when the result is an optional
    function,     // `place` is the Call
    fail          // never has a value: `place` is the Fault
};
// More than BOOST_DESCRIBE_ENUM takes at once.
BOOST_DESCRIBE_ENUM_BEGIN(Op)
BOOST_DESCRIBE_ENUM_ENTRY(Op, name)
BOOST_DESCRIBE_ENUM_ENTRY(Op, call)
BOOST_DESCRIBE_ENUM_ENTRY(Op, method)
BOOST_DESCRIBE_ENUM_ENTRY(Op, constant)
BOOST_DESCRIBE_ENUM_ENTRY(Op, attribute)
BOOST_DESCRIBE_ENUM_ENTRY(Op, local)
BOOST_DESCRIBE_ENUM_ENTRY(Op, list)
BOOST_DESCRIBE_ENUM_ENTRY(Op, today)
BOOST_DESCRIBE_ENUM_ENTRY(Op, has)
BOOST_DESCRIBE_ENUM_ENTRY(Op, negate)
BOOST_DESCRIBE_ENUM_ENTRY(Op, logical_not)
BOOST_DESCRIBE_ENUM_ENTRY(Op, logical_and)
BOOST_DESCRIBE_ENUM_ENTRY(Op, logical_or)
BOOST_DESCRIBE_ENUM_ENTRY(Op, equal)
BOOST_DESCRIBE_ENUM_ENTRY(Op, not_equal)
BOOST_DESCRIBE_ENUM_ENTRY(Op, less)
BOOST_DESCRIBE_ENUM_ENTRY(Op, less_equal)
BOOST_DESCRIBE_ENUM_ENTRY(Op, greater)
BOOST_DESCRIBE_ENUM_ENTRY(Op, greater_equal)
BOOST_DESCRIBE_ENUM_ENTRY(Op, in)
BOOST_DESCRIBE_ENUM_ENTRY(Op, add)
BOOST_DESCRIBE_ENUM_ENTRY(Op, subtract)
BOOST_DESCRIBE_ENUM_ENTRY(Op, multiply)
BOOST_DESCRIBE_ENUM_ENTRY(Op, divide)
BOOST_DESCRIBE_ENUM_ENTRY(Op, remainder)
BOOST_DESCRIBE_ENUM_ENTRY(Op, conditional)
BOOST_DESCRIBE_ENUM_ENTRY(Op, size)
BOOST_DESCRIBE_ENUM_ENTRY(Op, contains)
BOOST_DESCRIBE_ENUM_ENTRY(Op, starts_with)
BOOST_DESCRIBE_ENUM_ENTRY(Op, ends_with)
BOOST_DESCRIBE_ENUM_ENTRY(Op, exists)
BOOST_DESCRIBE_ENUM_ENTRY(Op, all)
BOOST_DESCRIBE_ENUM_ENTRY(Op, months_since)
BOOST_DESCRIBE_ENUM_ENTRY(Op, years_since)
BOOST_DESCRIBE_ENUM_ENTRY(Op, days_since)
BOOST_DESCRIBE_ENUM_ENTRY(Op, band)
BOOST_DESCRIBE_ENUM_ENTRY(Op, to_integer)
BOOST_DESCRIBE_ENUM_ENTRY(Op, to_number)
BOOST_DESCRIBE_ENUM_ENTRY(Op, absolute)
BOOST_DESCRIBE_ENUM_ENTRY(Op, least)
BOOST_DESCRIBE_ENUM_ENTRY(Op, greatest)
BOOST_DESCRIBE_ENUM_ENTRY(Op, map)
BOOST_DESCRIBE_ENUM_ENTRY(Op, select)
BOOST_DESCRIBE_ENUM_ENTRY(Op, has_field)
BOOST_DESCRIBE_ENUM_ENTRY(Op, index)
BOOST_DESCRIBE_ENUM_ENTRY(Op, optional)
BOOST_DESCRIBE_ENUM_ENTRY(Op, exists_one)
BOOST_DESCRIBE_ENUM_ENTRY(Op, transform)
BOOST_DESCRIBE_ENUM_ENTRY(Op, filter)
BOOST_DESCRIBE_ENUM_ENTRY(Op, bind)
BOOST_DESCRIBE_ENUM_ENTRY(Op, block)
BOOST_DESCRIBE_ENUM_ENTRY(Op, optional_map)
BOOST_DESCRIBE_ENUM_ENTRY(Op, function)
BOOST_DESCRIBE_ENUM_ENTRY(Op, fail)
BOOST_DESCRIBE_ENUM_END(Op)

struct Shape; // rule/shape.hpp

// The static type of a node: a scalar type or a list of it. `choices` when the values are codes of
// a closed list. With a `shape` it is something attributes cannot be (a map, bytes, a list of
// lists, …) and `type` says nothing.
struct Sort {
    Type type = Type::boolean; // never a list type; the element's type for lists
    bool list = false;
    bool empty = false; // the empty list literal, which goes with every list
    bool wrong = false; // a finding has been reported here already; goes with everything
    bool ordered = false;
    const std::vector<Choice>* choices = nullptr;
    const Shape* shape = nullptr;
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

class Shapes;   // owns the shapes of one tree
class Patterns; // compiled regular expressions

struct Tree {
    std::string source;
    const std::vector<Attribute>* attributes = nullptr;
    std::vector<Node> nodes;
    NodeIndex root = 0;
    std::int64_t cost = 0;
    std::vector<std::size_t> places;
    std::size_t locals = 0;       // slots an evaluation needs
    const Plain* plain = nullptr; // of plain CEL; null for rules over a catalogue
    std::unique_ptr<Shapes> shapes;
    std::unique_ptr<Patterns> patterns; // regular expressions that stand in the text as literals

    Tree();
    ~Tree();
    Tree(Tree&&) = delete;
    Tree& operator=(Tree&&) = delete;

    [[nodiscard]] const Node& at(NodeIndex index) const { return nodes[index]; }

    [[nodiscard]] const Attribute& attribute(const Node& node) const {
        return (*attributes)[node.place];
    }
};

inline constexpr std::size_t node_limit = 4'000;
inline constexpr std::size_t macro_depth_limit = 4; // nested macros of a rule
inline constexpr std::size_t locals_limit = 256;    // variables of macros, binds and blocks

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
// Without an expected type any will do.
[[nodiscard]] std::vector<Complaint> check_types(Tree& tree, std::optional<Type> expected);

enum class Names { plain, labels };
[[nodiscard]] std::string print(const Tree& tree, NodeIndex index, Names names);
// Whether the text can stand in an expression without backquotes.
[[nodiscard]] bool bare_name(std::string_view text);
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
