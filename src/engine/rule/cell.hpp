// Values while they are computed with: small, without ownership. For this module's evaluator.
#pragma once

#include "engine/rule/datum.hpp"
#include "engine/rule/tree.hpp"

#include <cmath>
#include <forward_list>
#include <limits>

namespace rule {

enum class Tag : std::uint8_t {
    unknown,
    fault,
    boolean,
    integer,
    number,
    text,
    date,
    duration,
    money,
    rate,
    text_list,
    integer_list,
    cell_list,
    null,
    unsigned_integer,
    bytes,
    timestamp,
    type, // its name
    datum_list,
    cell_map, // keys and values in turn
    datum_map,
    optional // a list of one, or a null pointer
};

// A value without ownership: texts and lists stay where they are, in the row, the tree or the
// scratch space.
struct Cell {
    Tag tag = Tag::unknown;
    std::uint32_t text_bytes = 0; // of texts; nanoseconds of durations and timestamps

    union {
        std::int64_t integer =
            0; // also boolean, date (days), duration (s), money (fen), rate (ppm), fault
        double number;
        const char* text_start;
        const std::vector<std::string>* text_list;
        const std::vector<std::int64_t>* integer_list;
        const std::vector<Cell>* cell_list;
        const Datum* datum;
    };

    [[nodiscard]] std::string_view text() const { return {text_start, text_bytes}; }

    [[nodiscard]] std::uint64_t unsigned_value() const {
        return static_cast<std::uint64_t>(integer);
    }

    [[nodiscard]] bool defined() const { return tag != Tag::unknown && tag != Tag::fault; }
};

namespace cells {

inline Cell whole(Tag tag, std::int64_t value) {
    Cell cell;
    cell.tag = tag;
    cell.integer = value;
    return cell;
}

inline Cell truth(bool yes) { return whole(Tag::boolean, yes ? 1 : 0); }

inline Cell fault(Fault fault) { return whole(Tag::fault, static_cast<std::int64_t>(fault)); }

inline Cell decimal(double value) {
    Cell cell;
    cell.tag = Tag::number;
    cell.number = value;
    return cell;
}

inline Cell text_of(Tag tag, std::string_view view) {
    Cell cell;
    cell.tag = tag;
    cell.text_bytes = static_cast<std::uint32_t>(view.size());
    cell.text_start = view.data();
    return cell;
}

inline Cell text(std::string_view view) { return text_of(Tag::text, view); }

inline Cell timed(Tag tag, std::int64_t seconds, std::uint32_t nanos) {
    auto cell = whole(tag, seconds);
    cell.text_bytes = nanos;
    return cell;
}

inline Cell none() { return whole(Tag::optional, 0); }

[[nodiscard]] Cell of_datum(const Datum& datum);
[[nodiscard]] Cell of_value(const Value& value);
[[nodiscard]] Datum datum_of(const Cell& cell);
[[nodiscard]] std::string_view type_name(const Cell& cell);

inline bool is_list(const Cell& cell) {
    return cell.tag == Tag::text_list || cell.tag == Tag::integer_list ||
           cell.tag == Tag::cell_list || cell.tag == Tag::datum_list;
}

inline bool is_map(const Cell& cell) {
    return cell.tag == Tag::cell_map || cell.tag == Tag::datum_map;
}

inline bool is_whole(Tag tag) { return tag == Tag::integer || tag == Tag::unsigned_integer; }

inline bool is_number(Tag tag) { return is_whole(tag) || tag == Tag::number; }

[[nodiscard]] std::size_t length(const Cell& list);       // items of a list, entries of a map
[[nodiscard]] Cell item(const Cell& list, std::size_t i); // or the key of a map
[[nodiscard]] Cell value_at(const Cell& map, std::size_t i);
[[nodiscard]] Cell inside(const Cell& optional); // that has a value

inline bool has_value(const Cell& optional) { return optional.integer != 0; }

// Whether it can be written out: what is shared inside it would be written again and again.
[[nodiscard]] bool writable(const Cell& cell);
// The value of a known cell, in the form its sort asks for.
[[nodiscard]] Value written(const Cell& cell, const Sort& sort, bool plain_cel);

// Whether < means anything between them.
[[nodiscard]] bool ordered(const Cell& a, const Cell& b);
// How a whole number meets a number with decimals: exactly, or as plain CEL's implementations do,
// by making a double of it first.
enum class Meeting : std::uint8_t { exact, as_doubles };
// Of ordered() ones.
[[nodiscard]] std::partial_ordering compare(
    const Cell& a, const Cell& b, Meeting meeting = Meeting::exact);

__extension__ using Wide = __int128;

Cell narrowed(Tag tag, Wide value);
// Of seconds and nanoseconds as nanoseconds; `limited` as CEL limits durations.
Cell duration_from(Wide nanos, bool limited);
Cell timestamp_from(Wide nanos);

inline Wide nanos_of(const Cell& cell) {
    return Wide{cell.integer} * 1'000'000'000 + cell.text_bytes;
}

} // namespace cells

// Where an evaluation keeps what it makes, and counts its steps.
class Scratch {
public:
    Scratch(std::int64_t limit, cells::Meeting meeting)
        : limit_(limit)
        , meeting_(meeting) {}

    [[nodiscard]] cells::Meeting meeting() const { return meeting_; }

    // False once the limit is passed.
    bool charge(std::int64_t steps) {
        steps_ += steps;
        return steps_ <= limit_;
    }

    bool step() { return ++steps_ <= limit_; }

    [[nodiscard]] std::int64_t steps() const { return steps_; }

    Cell text(std::string made) { return cells::text(texts_.emplace_front(std::move(made))); }

    Cell bytes(std::string made) {
        return cells::text_of(Tag::bytes, texts_.emplace_front(std::move(made)));
    }

    Cell list(std::vector<Cell> made) { return of(Tag::cell_list, std::move(made)); }

    Cell map(std::vector<Cell> made) { return of(Tag::cell_map, std::move(made)); }

    Cell optional(const Cell& inside) { return of(Tag::optional, {inside}); }

private:
    Cell of(Tag tag, std::vector<Cell> made) {
        Cell cell;
        cell.tag = tag;
        cell.cell_list = &lists_.emplace_front(std::move(made));
        return cell;
    }

    std::int64_t limit_;
    cells::Meeting meeting_;
    std::int64_t steps_ = 0;
    std::forward_list<std::string> texts_;
    std::forward_list<std::vector<Cell>> lists_;
};

namespace cells {

// Equality of CEL: numbers by value whatever their type, others only with their own kind. Charges a
// step for each pair of items; once the steps are used up the answer means nothing.
bool equal(const Cell& a, const Cell& b, Scratch& scratch);
// The value of a key, or nothing.
std::optional<Cell> look_up(const Cell& map, const Cell& key, Scratch& scratch);

} // namespace cells
} // namespace rule
