// Rules: CEL (Common Expression Language) with Chinese names and units. Compile once, then decide,
// explain and suggest for any row. Missing data is unknown, in three-valued logic. The language is
// described in docs/rules.md; what of CEL is left out stands there too.
//
// Grammar, as in CEL:
//   expression = or [ "?" or ":" expression ]
//   or         = and { "||" and }
//   and        = relation { "&&" relation }
//   relation   = sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=" | "in") sum ]    chained in plain CEL
//   only sum        = product { ("+" | "-") product } product    = unary { ("*" | "/" | "%") unary
//   } unary      = ("!" | "-") unary | member member     = primary { "." name [ "(" arguments ")" ]
//   | ".?" name | "[" [ "?" ] expression "]" } primary    = literal | list | map | [ "." ] name [
//   "(" arguments ")" ] | "(" expression ")" list       = "[" [ [ "?" ] expression { "," [ "?" ]
//   expression } [ "," ] ] "]" map        = "{" [ entry { "," entry } [ "," ] ] "}"       entry = [
//   "?" ] expression ":" expression literal    = integer | unsigned | number | text | bytes | true
//   | false | null
//              | number ("元" | "万元" | "亿元")   money        | number "%"    rate
//              | integer "天"   duration            units over a catalogue only
//   name       = letters, digits, _ and Chinese characters, not beginning with a digit; `anything`
//   in
//                backquotes
// "%" is a percent sign when it touches the number and no operand follows ("3% - x" is a rate, "7 %
// 3" and "7%-3" are remainders). Comments run from // to the end of the line.
#pragma once

#include "engine/rule/value.hpp"

namespace rule {

inline constexpr std::size_t source_limit_bytes = 16'384;
inline constexpr int depth_limit = 128;
inline constexpr std::int64_t cost_limit =
    2'000'000; // elementary steps one evaluation may take at most

// A fault of an expression, placed in its text. Columns count characters, from 1.
struct Finding {
    std::string
        code; // rule.syntax, rule.unknown_name, rule.type, rule.unit, rule.choice, rule.limit
    int line = 1;
    int column = 1;
    int length = 1; // characters
    base::Text message;
    base::Text cure;
    std::string excerpt; // the line, and under it a caret; wide characters counted as two columns
    friend bool operator==(const Finding&, const Finding&) = default;
};
BOOST_DESCRIBE_STRUCT(Finding, (), (code, line, column, length, message, cure, excerpt))

struct Tree; // the checked expression: rule/tree.hpp, for this module and the column and index
             // engines only

// A checked expression. Points into its schema, which must outlive it. Moves, does not copy.
class Program {
public:
    Program(Program&&) noexcept;
    Program& operator=(Program&&) noexcept;
    ~Program();

    [[nodiscard]] const std::string& source() const; // as written
    [[nodiscard]] Type type() const;                 // of a rule over a catalogue
    [[nodiscard]] std::string type_text() const;     // as CEL writes it: map(string, list(int))
    [[nodiscard]] std::int64_t cost() const;         // static bound on the steps of one evaluation
    [[nodiscard]] const std::vector<std::size_t>& places()
        const; // attributes used, by place, ascending

    [[nodiscard]] const Tree& tree() const { return *tree_; }

    explicit Program(std::unique_ptr<const Tree> tree); // compile() is the way to get one

private:
    std::unique_ptr<const Tree> tree_;
};

// `text` must yield a value of type `expected` (an integer serves as a number). The error carries
// the first finding: its code, message with line and column, cure, `field` "line:column", and the
// excerpt in `detail`.
[[nodiscard]] base::Result<Program> compile(
    std::string_view text, const Schema& schema, Type expected = Type::boolean);
// Whatever type comes out.
[[nodiscard]] base::Result<Program> compile_any(std::string_view text, const Schema& schema);
// Every finding, for an editor: all type faults, or the first fault of syntax. Empty when compile()
// would succeed.
[[nodiscard]] std::vector<Finding> check(
    std::string_view text, const Schema& schema, Type expected = Type::boolean);

enum class Outcome { holds, fails, unknown };
BOOST_DESCRIBE_ENUM(Outcome, holds, fails, unknown)

// Why a computation has no value although its data are there.
enum class Fault {
    division_by_zero,
    overflow,
    out_of_range,
    no_overload,    // the operation is not there for values of such kinds
    no_such_key,    // the map has no such key, the list no such place
    no_such_name,   // a name or function nobody declared, in unchecked CEL
    bad_key,        // a map with a key twice, or of a kind no key may have
    bad_conversion, // "x" as a number, bytes that are no text, a pattern that is none
    no_value,       // the value of an optional that has none
    too_many_steps  // the declared cost was reached
};
BOOST_DESCRIBE_ENUM(
    Fault,
    division_by_zero,
    overflow,
    out_of_range,
    no_overload,
    no_such_key,
    no_such_name,
    bad_key,
    bad_conversion,
    no_value,
    too_many_steps)

[[nodiscard]] base::Text fault_reason(Fault fault);

struct Answer {
    Value value;                // unknown when data are missing or a fault happened
    std::optional<Fault> fault; // unknown data take precedence over a fault, as in CEL
    std::int64_t steps = 0;     // taken; never more than the program's cost by more than one
};

[[nodiscard]] Answer answer(const Program& program, const Row& row, base::Date today);
[[nodiscard]] Value evaluate(const Program& program, const Row& row, base::Date today);
// For boolean programs; the fast way. A fault counts as unknown.
[[nodiscard]] Outcome decide(const Program& program, const Row& row, base::Date today);

// An attribute a clause looked at.
struct Used {
    std::string name;
    base::Text label;
    base::Raw value;  // as to_json(); null when missing
    base::Text shown; // in natural units; 缺失 / missing
    bool missing = false;
    bool editable = false;
    std::string source; // who could provide it
};
BOOST_DESCRIBE_STRUCT(Used, (), (name, label, value, shown, missing, editable, source))

// One condition of the top-level conjunction. `value`, `bound` and `gap` are filled when it
// compares one computed side with a bound that does not depend on the row ("年销售额 >= 500万元");
// otherwise they are empty.
struct Clause {
    std::string text; // with Chinese labels for names; may be compiled again
    Outcome outcome = Outcome::unknown;
    base::Text sentence; // 年销售额 380万元，低于要求的 500万元，差 120万元
    base::Text value;
    base::Text bound;
    base::Text gap;                  // only when it fails: how far, in natural units
    std::optional<double> gap_share; // |gap| ÷ |bound|, when both are amounts of one unit
    std::vector<Used> used;
    std::vector<Clause> any_of; // the alternatives, when the clause is an "or" of several
};
BOOST_DESCRIBE_STRUCT(
    Clause, (), (text, outcome, sentence, value, bound, gap, gap_share, used, any_of))

struct Explanation {
    Outcome outcome = Outcome::unknown;
    base::Text sentence;              // the whole in one sentence
    std::vector<Clause> clauses;      // in the order written
    std::vector<std::string> missing; // names of the attributes whose absence keeps it unknown
};
BOOST_DESCRIBE_STRUCT(Explanation, (), (outcome, sentence, clauses, missing))

[[nodiscard]] Explanation explain(const Program& program, const Row& row, base::Date today);
// Only the attributes whose absence keeps the outcome unknown; empty when it is known.
[[nodiscard]] std::vector<std::string> missing(
    const Program& program, const Row& row, base::Date today);

// How many clauses of the top-level conjunction fail: cheap, for ranking near misses before
// explaining any.
[[nodiscard]] int failing_clauses(const Program& program, const Row& row, base::Date today);

// One attribute to change, and to what.
struct Step {
    std::string name;
    base::Text label;
    base::Raw from;
    base::Raw to;
    base::Text from_shown;
    base::Text to_shown;
    base::Text gap;      // 120万元; empty where a difference has no meaning (a choice)
    base::Text sentence; // 年销售额由 380万元 增至 500万元（差 120万元）
};
BOOST_DESCRIBE_STRUCT(Step, (), (name, label, from, to, from_shown, to_shown, gap, sentence))

struct Change {
    std::vector<Step> steps;
    base::Text sentence;
    double distance =
        0; // sum of relative changes, a choice's step counting 1: for ranking near misses
    bool proven = false; // that no smaller one exists
};
BOOST_DESCRIBE_STRUCT(Change, (), (steps, sentence, distance, proven))

// The smallest set of changes to editable attributes that makes the program hold: fewest
// attributes, then the least distance. Whatever is returned has been tried by evaluating the
// changed row. It is proven to be the smallest when every way to hold (rule/normal.hpp) that could
// be mended asks about single attributes as they stand or about items of lists; where computations
// or comparisons of two attributes stand in the way, or more than sixteen ways, it is the smallest
// found. Nothing when the program holds already, is unknown, or no such set was found.
[[nodiscard]] std::optional<Change> smallest_change(
    const Program& program, const Row& row, base::Date today);

[[nodiscard]] std::string to_text(
    const Program& program); // canonical: names, not labels; fewest parentheses
[[nodiscard]] std::vector<std::string> needs(
    const Program& program); // names of the attributes used
[[nodiscard]] base::Raw to_json(
    const Program& program); // {"op": …, "type": …, "args": […]}, names and values at leaves

// What an editor may offer.
struct Word {
    std::string kind;      // attribute, function, method, operator, unit
    std::string text;      // what to insert: 年销售额, months_since(
    std::string name;      // attribute name or function name
    std::string signature; // months_since(date) → integer
    base::Text label;
    base::Text note;
};
BOOST_DESCRIBE_STRUCT(Word, (), (kind, text, name, signature, label, note))

[[nodiscard]] std::vector<Word> vocabulary(const Schema& schema);

} // namespace rule
