// A few thousand programs of the index with their bitmaps. Made at once, never changed.
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
    std::vector<const Word*> agreeing; // ways not refuted, one a column
    std::vector<const Word*> unknown;  // ways left open by a missing value
};

// A row's value of a rarely used term, evaluated at most once.
struct Late {
    bool done = false;
    rule::Reading reading;
    rule::Value scratch;
};

struct Workspace::Inside {
    std::vector<rule::Reading> readings; // of the version's terms
    std::vector<rule::Value> scratch;    // of the same
    std::vector<Late> late;              // of the segment at hand
    Picked picked;
    Lines changed; // bitmaps put together from a neighbour and the differences
    Lines alive;
    Lines unknown;
    Lines one;
    Lines two;
};

class Segment {
public:
    Segment(std::span<const Member> members, const Shape& shape);

    // Terms whose readings `ask` wants, in its order.
    [[nodiscard]] const std::vector<rule::Term>& terms() const { return column_terms_; }

    // `readings[places[i]]` is of terms()[i].
    void ask(
        const Question& question,
        std::span<const std::uint32_t> places,
        Workspace::Inside& work,
        Sieved& out) const;

    [[nodiscard]] std::size_t size() const { return ids_.size(); }

    [[nodiscard]] std::size_t bytes() const;

private:
    // One stretch of values, or one word: a bitmap and the bits in which it differs from it.
    struct Slot {
        std::uint32_t bitmap = 0;
        std::uint32_t from = 0; // of flips_
        std::uint32_t to = 0;
    };

    struct Column {
        bool of_words = false;
        std::vector<std::int64_t> cuts; // slot i holds keys below cuts[i], and not below cuts[i-1]
        std::unordered_map<std::string_view, std::uint32_t> words; // slot of a word; 0: all others
        std::vector<std::string> spelled;                          // what `words` looks into
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

    void number_ways(std::span<const Member> members);
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

    void pick(std::span<const std::uint32_t> places, Workspace::Inside& work) const;
    [[nodiscard]] static std::uint32_t slot_of(const Column& column, const rule::Reading& reading);
    void ask_late(const Question& question, Workspace::Inside& work) const;
    int late_failures(
        const Question& question, Workspace::Inside& work, std::size_t way, bool& open) const;
    void tell(const Question& question, Workspace::Inside& work, Sieved& out) const;
    void fold_extras(bool near, Workspace::Inside& work) const;

    std::vector<std::int64_t> ids_;        // by program; its first way is the bit of its number
    std::size_t first_extra_ = 0;          // further ways come from here
    std::vector<std::uint32_t> owners_;    // program of an extra way
    std::vector<std::uint32_t> member_of_; // while building: first way of each extra
    std::size_t ways_ = 0;                 // bits in use
    std::size_t words_ = 0;                // of a bitmap
    std::vector<rule::Term> column_terms_;
    std::vector<Column> columns_;
    std::vector<std::uint32_t> flips_;
    std::vector<Word> building_;
    Lines pool_;
    std::uint32_t valid_ = 0; // bitmap of the ways there are
    std::vector<rule::Term> late_terms_;
    std::vector<LateLiteral> late_;
    std::vector<std::uint32_t> late_from_; // by way; one more at the end
    Lines late_ways_;
};

} // namespace match
