// What is odd about a rule that compiles: before it is published, and without running it on anyone.
//
// Conditions are compared as rooms for the values of terms (rule/normal.hpp), so a finding is
// certain; what is no comparison with constants is taken for something that may be either, so
// silence proves nothing.
#pragma once

#include "engine/rule/rule.hpp"

#include <span>

namespace lint {

enum class Kind {
    never_holds,  // nobody can ever meet it
    always_holds, // a condition everybody with data meets
    implied,      // a condition that another one contains
    subsumed,     // a product another is at least as good as, for everybody who may have this one
    overlap,      // two tiers share some values
    gap,          // values between two tiers belong to neither
    unit,         // a bound in the wrong unit, by the values there are
    admits_all,   // everybody on today's data
    admits_none   // nobody on today's data
};
BOOST_DESCRIBE_ENUM(
    Kind, never_holds, always_holds, implied, subsumed, overlap, gap, unit, admits_all, admits_none)

struct Finding {
    Kind kind = Kind::never_holds;
    bool blocks = false; // must be cured before publishing
    int line = 1;        // of the condition in the rule's text; columns count characters, from 1
    int column = 1;
    int length = 1;
    std::string clause; // as written
    base::Text message;
    base::Text cure;
};
BOOST_DESCRIBE_STRUCT(Finding, (), (kind, blocks, line, column, length, clause, message, cure))

// Conditions that can never hold, always hold, or are contained in others.
[[nodiscard]] std::vector<Finding> conditions(const rule::Program& program);

// Whether whoever meets `narrow` meets `wide` too.
[[nodiscard]] bool implies(const rule::Program& narrow, const rule::Program& wide);

// The values of an attribute in today's data.
struct Seen {
    std::size_t place = 0;
    std::vector<rule::Value> values; // known ones, in any order
};

// Bounds that lie beyond all values, and among them when a factor of ten thousand (元 for 万元) or
// of a hundred (a share for a percentage) is taken off or put on.
[[nodiscard]] std::vector<Finding> units(const rule::Program& program, std::span<const Seen> seen);

// A product beside others of its kind.
struct Product {
    std::string code;
    base::Text name;
    std::string family; // only products of one family are compared: institution and kind
    const rule::Program* eligibility = nullptr;
    base::Money amount_min;
    base::Money amount_max; // 0: no limit
    std::int32_t term_min_months = 0;
    std::int32_t term_max_months = 0;         // 0: no limit
    base::Rate cost;                          // all-in
    std::vector<std::string> guarantee_modes; // empty: any
};

// What is odd about `product` beside `others`; itself among them is passed over.
[[nodiscard]] std::vector<Finding> neighbours(
    const Product& product, std::span<const Product> others);

// How the rule falls out on the rows tried.
struct Tried {
    std::int64_t rows = 0;
    std::int64_t eligible = 0;
    std::int64_t unknown = 0;
};

[[nodiscard]] std::vector<Finding> effect(const rule::Program& program, const Tried& tried);

} // namespace lint
