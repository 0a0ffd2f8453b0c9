// A program as ways to hold: "or" of ways, each an "and" of literals, each literal one term and the
// room its value must lie in. The form that the index, the linter and the search for the smallest
// change share.
//
// It means the same as the tree in three-valued logic, for "and" and "or" of {fails, unknown,
// holds} are minimum and maximum and distribute over each other. What is no comparison with
// constants (two attributes beside each other, "?:", a junction with too many ways) is a term of
// its own whose value is a truth.
#pragma once

#include "engine/rule/tree.hpp"

namespace rule {

inline constexpr std::size_t ways_limit = 16;

// What a literal asks about. Two terms are the same when their texts are.
struct Term {
    std::string text; // canonical
    const Tree* tree = nullptr;
    NodeIndex node = 0;
    Type type = Type::boolean;
    const std::vector<Choice>* choices = nullptr;
    std::optional<std::size_t> place; // when it is an attribute as it stands
    bool words = false;               // texts without an order; otherwise values have whole keys
    bool truth = false;               // a condition that is not taken apart
};

// A value as terms compare it. `key` keeps the order of the values: the minor unit of money and
// rates, days, seconds, the place among choices, 0 and 1, and for decimals their bits made
// monotonic.
struct Reading {
    bool known = false; // neither missing nor a fault
    std::int64_t key = 0;
    std::string_view word; // of terms of words; lives as long as the row and the scratch value
};

// Closed at both ends.
struct Span {
    std::int64_t least = 0;
    std::int64_t most = 0;
    friend bool operator==(const Span&, const Span&) = default;
};

// The values under which a literal holds, and what it is when there is no value.
struct Room {
    std::vector<Span> spans;        // ascending and apart, for keys
    std::vector<std::string> words; // ascending, for words
    bool of_words = false;
    bool barred = false; // all words but these
    Outcome missing = Outcome::unknown;

    [[nodiscard]] bool holds_key(std::int64_t key) const;
    [[nodiscard]] bool holds_word(std::string_view word) const;
    [[nodiscard]] Outcome outcome(const Reading& reading) const;
    [[nodiscard]] bool empty() const; // no value will do
    [[nodiscard]] bool full() const;  // every value will do
    friend bool operator==(const Room&, const Room&) = default;
};

[[nodiscard]] Room everything(bool of_words);
[[nodiscard]] Room complement(const Room& room);
[[nodiscard]] Room intersection(const Room& a, const Room& b);
[[nodiscard]] Room unity(const Room& a, const Room& b);

// A condition as written.
struct Leaf {
    NodeIndex node = 0;
    bool negated = false;
};

struct Literal {
    std::size_t term = 0; // place in Normal::terms
    Room room;
    std::vector<Leaf> leaves; // what it was made of, in the order written
};

using Way = std::vector<Literal>; // terms ascending, each once

struct Normal {
    std::vector<Term> terms;
    std::vector<Way> ways; // none: fails for everybody; one without literals: holds for everybody
};

// The program must outlive what is returned.
[[nodiscard]] Normal normal(const Program& program);
// One condition of it alone.
[[nodiscard]] Normal normal_at(const Tree& tree, NodeIndex index, bool negated);

// `scratch` keeps a computed text alive.
[[nodiscard]] Reading read(const Term& term, const Row& row, base::Date today, Value& scratch);
[[nodiscard]] Outcome outcome(const Normal& normal, const Row& row, base::Date today);
// On the way that has fewest, how many literals fail; 0 when it holds or is unknown, and nothing
// when there is no way at all.
[[nodiscard]] std::optional<int> misses(const Normal& normal, const Row& row, base::Date today);

// The key of a known value that is no list and no word; `choices` null for none.
[[nodiscard]] std::optional<std::int64_t> key_of(
    const Value& value, const std::vector<Choice>* choices);
// The other way round; unknown when no value of the attribute has that key.
[[nodiscard]] Value value_of_key(std::int64_t key, const Attribute& attribute);

} // namespace rule
