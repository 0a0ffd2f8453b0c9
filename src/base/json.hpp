// Described structs to JSON and back. One BOOST_DESCRIBE_STRUCT line gives both directions; a
// reader's errors carry the RFC 6901 pointer of the place that is wrong.
//
// Shapes: Money → integer 分 · Rate → integer ppm · Date, Instant, Period → text · Id → decimal
// text · enum → its name · optional → the value or null (a missing member reads as null) · vector →
// array · map<string, T> → object · Text → {"zh": …, "en": …}. A member that is not optional is
// required.
#pragma once

#include "base/form.hpp"

#include <boost/json/value.hpp>

#include <charconv>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace base::json {

using Value = boost::json::value;

template <DescribedEnum E>
std::string_view enum_name(E value) {
    const auto* choice = choice_of(form_of<E>(), static_cast<std::int64_t>(value));
    return choice == nullptr ? "?" : choice->name;
}

template <DescribedEnum E>
std::optional<E> enum_from(std::string_view name) {
    const auto* choice = choice_named(form_of<E>(), name);
    if (choice == nullptr) return std::nullopt;
    return static_cast<E>(choice->value);
}

void write_text(std::string& out, std::string_view text); // quoted and escaped
void write_double(
    std::string& out, double number); // shortest that reads back; null when not finite

template <class T>
void write_number(std::string& out, T value) {
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    out.append(buffer, end);
}

// What stands at `value` has that form; bytes (Blob) have no JSON and are a bug.
void write(std::string& out, const Form& form, const void* value);

template <class T>
void write(std::string& out, const T& value) {
    if constexpr (std::convertible_to<const T&, std::string_view>) {
        write_text(out, value);
    } else {
        write(out, form_of<T>(), &value);
    }
}

[[nodiscard]] std::string text(const Form& form, const void* value);

template <class T>
[[nodiscard]] std::string text(const T& value) {
    std::string out;
    write(out, value);
    return out;
}

// What a reader found wrong, in the order of the input.
struct Problem {
    std::string pointer; // "/lines/1/amount"
    Text message;
};

namespace detail {
bool read_text(const Value& value, std::string& out);
const Value* member(const Value& object, std::string_view name);
} // namespace detail

void read(
    const Value& value,
    const Form& form,
    void* out,
    std::string& pointer,
    std::vector<Problem>& problems);

template <class T>
void read(const Value& value, T& out, std::string& pointer, std::vector<Problem>& problems) {
    read(value, form_of<T>(), &out, pointer, problems);
}

// Parses text with a depth limit of 32. Syntax errors are `json.syntax` with the byte offset in
// `field`.
Result<Value> parse(std::string_view text);

// All problems in one error: code `json.shape`, `field` the first pointer, every place named in the
// message.
Error shape_error(const std::vector<Problem>& problems);

// Fills `out`, which has that form and starts fresh.
Result<> read(const Value& value, const Form& form, void* out);
Result<> from_text(std::string_view json_text, const Form& form, void* out);

template <class T>
Result<T> read(const Value& value) {
    T out{};
    TRY(read(value, form_of<T>(), &out));
    return out;
}

template <class T>
Result<T> from_text(std::string_view json_text) {
    T out{};
    TRY(from_text(json_text, form_of<T>(), &out));
    return out;
}

} // namespace base::json
