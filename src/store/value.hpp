// What goes into and comes out of a SQL statement, and how described structs map to rows.
//
// Column types: bool, integers, Id, Money (分), Rate (ppm), Instant (ms) → integer · Date, Period,
// enum, text → text · optional → null · vector, map, Text and nested described structs → JSON text
// · double → real · Blob → blob.
#pragma once

#include "base/json.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace store {

using base::Blob;

using Value = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;

// One cell of a result row; text and blob views die with the step to the next row.
struct Cell {
    enum class Kind { null, integer, real, text, blob };
    Kind kind = Kind::null;
    std::int64_t integer = 0;
    double real = 0;
    std::string_view text;
};

[[noreturn]] void cell_mismatch(
    std::string_view expected); // a Bug: the table and the struct disagree

// What stands at `value` has that form; likewise for `out`.
[[nodiscard]] Value to_value(const base::Form& form, const void* value);
void from_cell(const Cell& cell, const base::Form& form, void* out);
[[nodiscard]] Value text_value(std::string_view text);
// A whole row into the members of a struct in their order, or its first cell into anything else.
void from_row(std::span<const Cell> cells, const base::Form& form, void* out);

template <class T>
[[nodiscard]] Value to_value(const T& value) {
    if constexpr (std::same_as<T, Value>) {
        return value;
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
        return text_value(value);
    } else {
        return to_value(base::form_of<T>(), &value);
    }
}

} // namespace store
