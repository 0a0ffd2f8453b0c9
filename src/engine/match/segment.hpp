// Up to a few thousand programs of the index with their bitmaps. Made at once, never changed; which
// of its programs still count is said beside it.
#pragma once

#include "engine/match/index.hpp"

namespace match {

// One program as the index keeps it between edits.
struct Member {
    std::int64_t id = 0;
    rule::Normal normal;
};

// What the row has to say about the terms of a segment's columns, and room to work in.
struct Question {
    const rule::Row& row;
    base::Date today;
    Version::Depth depth;
};

// The bitmaps to take for a row.
struct Picked {
    std::vector<const Word*> agreeing; // one a column: at least the ways not refuted
    std::vector<const Word*> unknown;  // ways left open by a missing value
    std::vector<std::span<const std::uint32_t>> refuted; // the ways too many in `agreeing`
    std::vector<std::size_t> slots;                      // of the columns
};

// A row's value of a rarely used term, evaluated at most once.
struct Late {
    bool done = false;
    rule::Reading reading;
    rule::Value scratch;
};

// Which number a word has; 0 for all that have none.
class Spelled {
public:
    void add(std::string_view word, std::uint32_t number);
    [[nodiscard]] std::uint32_t find(std::string_view word) const;
    [[nodiscard]] std::size_t bytes() const;

private:
    struct Entry {
        std::string word;
        std::uint32_t number = 0;
    };

    [[nodiscard]] static std::size_t hash(std::string_view word);
    void grow();

    std::vector<Entry> entries_; // the place of its hash, or the next that was free
    std::size_t count_ = 0;
};

struct Workspace::Inside {
    std::vector<rule::Reading> readings; // of the version's terms
    std::vector<rule::Value> scratch;    // of the same
    std::vector<Late> late;              // of the segment at hand
    Picked picked[2];                    // of the segment at hand, and of the next
    Lines alive;
    Lines unknown;
    Lines one;
    Lines two;
};

class Segment {
public:
    // Those with most ways first.
    Segment(std::span<const Member* const> members, const Shape& shape);

    // Terms whose readings `ask` wants, in its order.
    [[nodiscard]] const std::vector<rule::Term>& terms() const { return column_terms_; }

    // Chooses the bitmaps for a row, and has the processor fetch their first lines:
    // `readings[places[i]]` is of terms()[i].
    void pick(
        std::span<const std::uint32_t> places,
        const std::vector<rule::Reading>& readings,
        Picked& picked) const;
    // `living`: the ways of programs that still count.
    void ask(
        const Question& question,
        const Picked& picked,
        const Word* living,
        Workspace::Inside& work,
        Sieved& out) const;

    [[nodiscard]] std::size_t size() const { return programs_; }

    // Of the ways there are.
    [[nodiscard]] std::vector<Word> every_living() const { return valid_; }

    // Whether it evaluates something of that program's text, which then has to stay.
    [[nodiscard]] bool leans_on(const rule::Tree& tree) const;

    // Strikes out the ways of a program by its number.
    void strike(std::uint32_t program, std::vector<Word>& living) const;

    [[nodiscard]] std::size_t bytes() const;

private:
    // One stretch of values, or one word: a bitmap that neighbours may share, and the ways set in
    // it for their sake that this one refutes.
    struct Slot {
        std::uint32_t bitmap = 0;
        std::uint32_t from = 0; // of refuted_
        std::uint32_t to = 0;
    };

    struct Column {
        bool of_words = false;
        std::vector<std::int64_t> cuts; // slot i holds keys below cuts[i], and not below cuts[i-1]
        Spelled words;                  // slot of a word; 0: all others
        std::vector<Slot> slots;
        std::uint32_t missing = 0; // bitmaps
        std::uint32_t unknown = 0;
        bool leaves_open = false; // some way is unknown when there is no value
    };

    struct LateLiteral {
        std::uint32_t term = 0; // of late_terms_
        rule::Room room;
    };

    // A way's literal about the column being built.
    struct Use {
        std::uint32_t way = 0;
        const rule::Room* room = nullptr;
    };

    struct Uses {
        const rule::Term* term = nullptr;
        std::vector<Use> all;
    };

    class Slots;

    void number_ways(std::span<const Member* const> members);
    void build(std::vector<Uses> uses, const Shape& shape);
    void add_column(const Uses& uses, const Shape& shape);
    void add_keys(Column& column, const Uses& uses, const Shape& shape);
    void add_words(Column& column, const Uses& uses, const Shape& shape);
    void add_missing(Column& column, const Uses& uses);
    void add_late(const std::vector<Uses>& uses);
    std::uint32_t keep(const std::vector<Word>& bitmap);
    [[nodiscard]] std::vector<Word> every_way() const;

    [[nodiscard]] const Word* bitmap(std::uint32_t place) const {
        return pool_.data() + std::size_t{place} * words_;
    }

    void strike_refuted(const Picked& picked, bool near, Workspace::Inside& work) const;
    void find_slots(
        std::span<const std::uint32_t> places,
        const std::vector<rule::Reading>& readings,
        std::vector<std::size_t>& slots) const;
    void ask_late(const Question& question, Workspace::Inside& work) const;
    int late_failures(
        const Question& question, Workspace::Inside& work, std::size_t way, bool& open) const;
    void tell(bool near, bool any_open, Workspace::Inside& work, Sieved& out) const;
    void fold_further(bool near, Workspace::Inside& work) const;

    // The second ways of those programs that have one, in their order; their third ways, …
    struct Further {
        std::size_t first = 0; // a bit that begins a line
        std::size_t count = 0;
    };

    Found::HeldIds ids_; // by program; its first way is the bit of its number
    std::vector<Further> further_;
    std::size_t programs_ = 0;
    std::size_t ways_ = 0;  // bits in use
    std::size_t words_ = 0; // of a bitmap
    std::vector<rule::Term> column_terms_;
    std::vector<Column> columns_;
    std::vector<std::uint32_t> refuted_;
    std::vector<Word> building_;
    Lines pool_;
    std::vector<Word> valid_; // the ways there are
    std::vector<rule::Term> late_terms_;
    std::vector<LateLiteral> late_;
    std::vector<std::uint32_t> late_from_; // by way; one more at the end
    Lines late_ways_;
};

} // namespace match
