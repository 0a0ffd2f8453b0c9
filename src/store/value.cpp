#include "store/value.hpp"

namespace store {
namespace {

using base::Form;
using Kind = Form::Kind;

template <class T>
const T& as(const void* value) {
    return *static_cast<const T*>(value);
}

template <class T>
T& place(void* out) {
    return *static_cast<T*>(out);
}

void want(const Cell& cell, Cell::Kind kind, std::string_view expected) {
    if (cell.kind != kind) cell_mismatch(expected);
}

std::int64_t integer_of(const Cell& cell) {
    want(cell, Cell::Kind::integer, "integer");
    return cell.integer;
}

std::string_view text_of(const Cell& cell) {
    want(cell, Cell::Kind::text, "text");
    return cell.text;
}

template <class T>
void parse_cell(const Cell& cell, void* out) {
    auto parsed = T::parse(text_of(cell));
    if (!parsed) cell_mismatch("a date or period");
    place<T>(out) = *parsed;
}

void read_number(const Cell& cell, const Form& form, void* out) {
    if (cell.kind != Cell::Kind::real) want(cell, Cell::Kind::integer, "real");
    const double number =
        cell.kind == Cell::Kind::integer ? static_cast<double>(cell.integer) : cell.real;
    if (form.bytes == sizeof(float)) {
        place<float>(out) = static_cast<float>(number);
    } else {
        place<double>(out) = number;
    }
}

void read_choice(const Cell& cell, const Form& form, void* out) {
    const auto* choice = base::choice_named(form, text_of(cell));
    if (choice == nullptr) cell_mismatch("one of an enum's names");
    base::ensure(base::store_integer(form, out, choice->value), "an enum holds its values");
}

} // namespace

void cell_mismatch(std::string_view expected) {
    base::bug("a table's cell is not " + std::string(expected) + ", as its struct says");
}

// tidy-allow(long-function): one line a kind of value.
Value to_value(const Form& form, const void* value) {
    switch (form.kind) {
    case Kind::truth: return std::int64_t{as<bool>(value)};
    case Kind::integer: return base::load_integer(form, value);
    case Kind::number:
        return form.bytes == sizeof(float) ? double{as<float>(value)} : as<double>(value);
    case Kind::text: return as<std::string>(value);
    case Kind::view: return std::string(as<std::string_view>(value));
    case Kind::money: return as<base::Money>(value).fen;
    case Kind::rate: return as<base::Rate>(value).ppm;
    case Kind::date: return as<base::Date>(value).text();
    case Kind::instant: return as<base::Instant>(value).ms;
    case Kind::period: return as<base::Period>(value).text();
    case Kind::id: return as<std::int64_t>(value); // an Id's only member
    case Kind::choice: {
        const auto* choice = base::choice_of(form, base::load_integer(form, value));
        return std::string(choice == nullptr ? "?" : choice->name);
    }
    case Kind::blob: return as<Blob>(value);
    case Kind::optional:
        if (form.container->size(value) == 0) return {};
        return to_value(form.item(), form.container->at(value, 0));
    case Kind::raw:
    case Kind::list:
    case Kind::map:
    case Kind::object: break;
    }
    return base::json::text(form, value);
}

// tidy-allow(long-function): one line a kind of value, the mirror of to_value.
void from_cell(const Cell& cell, const Form& form, void* out) {
    switch (form.kind) {
    case Kind::truth: place<bool>(out) = integer_of(cell) != 0; break;
    case Kind::integer:
        if (!base::store_integer(form, out, integer_of(cell))) cell_mismatch("an integer in range");
        break;
    case Kind::number: read_number(cell, form, out); break;
    case Kind::text: place<std::string>(out) = text_of(cell); break;
    case Kind::view: base::bug("a view of a cell would outlive it");
    case Kind::money: place<base::Money>(out).fen = integer_of(cell); break;
    case Kind::rate: place<base::Rate>(out).ppm = integer_of(cell); break;
    case Kind::date: parse_cell<base::Date>(cell, out); break;
    case Kind::instant: place<base::Instant>(out).ms = integer_of(cell); break;
    case Kind::period: parse_cell<base::Period>(cell, out); break;
    case Kind::id: place<std::int64_t>(out) = integer_of(cell); break; // an Id's only member
    case Kind::choice: read_choice(cell, form, out); break;
    case Kind::blob:
        if (cell.kind != Cell::Kind::text) want(cell, Cell::Kind::blob, "blob");
        place<Blob>(out).bytes = cell.text;
        break;
    case Kind::optional:
        if (cell.kind == Cell::Kind::null) {
            form.container->clear(out);
        } else {
            from_cell(cell, form.item(), form.container->add(out, {}));
        }
        break;
    case Kind::raw:
    case Kind::list:
    case Kind::map:
    case Kind::object:
        if (!base::json::from_text(text_of(cell), form, out))
            cell_mismatch("JSON of the struct's shape");
        break;
    }
}

Value text_value(std::string_view text) { return std::string(text); }

void from_row(std::span<const Cell> cells, const Form& form, void* out) {
    if (form.kind != Kind::object) return from_cell(cells[0], form, out);
    std::size_t index = 0;
    for (const auto& member : form.members)
        from_cell(cells[index++], member.form(), member.place(out));
}

} // namespace store
