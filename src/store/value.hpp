// What goes into and comes out of a SQL statement, and how described structs map to rows.
//
// Column types: bool, integers, Id, Money (分), Rate (ppm), Instant (ms) → integer · Date, Period,
// enum, text → text · optional → null · vector, map, Text and nested described structs → JSON text
// · double → real · Blob → blob.
#pragma once

#include "base/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace store {

struct Blob {
    std::string bytes;
    friend bool operator==(const Blob&, const Blob&) = default;
};

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

template <class T>
Value to_value(const T& value) {
    if constexpr (std::same_as<T, Value>) {
        return value;
    } else if constexpr (std::same_as<T, Blob>) {
        return value;
    } else if constexpr (std::integral<T>) {
        return static_cast<std::int64_t>(value);
    } else if constexpr (std::floating_point<T>) {
        return static_cast<double>(value);
    } else if constexpr (base::json::is_id<T>) {
        return value.value;
    } else if constexpr (std::same_as<T, base::Money>) {
        return value.fen;
    } else if constexpr (std::same_as<T, base::Rate>) {
        return value.ppm;
    } else if constexpr (std::same_as<T, base::Instant>) {
        return value.ms;
    } else if constexpr (std::same_as<T, base::Date> || std::same_as<T, base::Period>) {
        return value.text();
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
        return std::string(std::string_view(value));
    } else if constexpr (base::json::DescribedEnum<T>) {
        return std::string(base::json::enum_name(value));
    } else if constexpr (base::json::is_optional<T>) {
        return value ? to_value(*value) : Value{};
    } else {
        return base::json::text(value);
    }
}

template <class T>
void from_cell(const Cell& cell, T& out) {
    using Kind = Cell::Kind;
    if constexpr (base::json::is_optional<T>) {
        if (cell.kind == Kind::null) {
            out.reset();
        } else {
            from_cell(cell, out.emplace());
        }
    } else if constexpr (std::same_as<T, Blob>) {
        if (cell.kind != Kind::blob && cell.kind != Kind::text) cell_mismatch("blob");
        out.bytes = cell.text;
    } else if constexpr (std::same_as<T, bool>) {
        if (cell.kind != Kind::integer) cell_mismatch("bool");
        out = cell.integer != 0;
    } else if constexpr (std::integral<T>) {
        if (cell.kind != Kind::integer) cell_mismatch("integer");
        out = static_cast<T>(cell.integer);
    } else if constexpr (std::floating_point<T>) {
        if (cell.kind != Kind::integer && cell.kind != Kind::real) cell_mismatch("real");
        out = cell.kind == Kind::integer ? static_cast<T>(cell.integer) : static_cast<T>(cell.real);
    } else if constexpr (base::json::is_id<T>) {
        from_cell(cell, out.value);
    } else if constexpr (std::same_as<T, base::Money>) {
        from_cell(cell, out.fen);
    } else if constexpr (std::same_as<T, base::Rate>) {
        from_cell(cell, out.ppm);
    } else if constexpr (std::same_as<T, base::Instant>) {
        from_cell(cell, out.ms);
    } else {
        if (cell.kind != Kind::text) cell_mismatch("text");
        if constexpr (std::same_as<T, std::string>) {
            out = cell.text;
        } else if constexpr (std::same_as<T, base::Date> || std::same_as<T, base::Period>) {
            auto parsed = T::parse(cell.text);
            if (!parsed) cell_mismatch("a date or period");
            out = *parsed;
        } else if constexpr (base::json::DescribedEnum<T>) {
            const auto found = base::json::enum_from<T>(cell.text);
            if (!found) cell_mismatch("one of an enum's names");
            out = *found;
        } else {
            auto read = base::json::from_text<T>(cell.text);
            if (!read) cell_mismatch("JSON of the struct's shape");
            out = *std::move(read);
        }
    }
}

} // namespace store
