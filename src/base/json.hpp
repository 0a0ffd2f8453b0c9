// Described structs to JSON and back. One BOOST_DESCRIBE_STRUCT line gives both directions; a
// reader's errors carry the RFC 6901 pointer of the place that is wrong.
//
// Shapes: Money → integer 分 · Rate → integer ppm · Date, Instant, Period → text · Id → decimal
// text · enum → its name · optional → the value or null (a missing member reads as null) · vector →
// array · map<string, T> → object · Text → {"zh": …, "en": …}. A member that is not optional is
// required.
#pragma once

#include "base/date.hpp"
#include "base/id.hpp"
#include "base/money.hpp"
#include "base/result.hpp"

#include <boost/describe.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11.hpp>

#include <charconv>
#include <concepts>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace base {
BOOST_DESCRIBE_STRUCT(Text, (), (zh, en))
BOOST_DESCRIBE_ENUM(PeriodKind, month, quarter, half, year)
} // namespace base

namespace base::json {

using Value = boost::json::value;

template <class T>
concept Described = boost::describe::has_describe_members<T>::value && !std::is_union_v<T>;

template <class T>
concept DescribedEnum = boost::describe::has_describe_enumerators<T>::value;

template <class T>
using Members = boost::describe::
    describe_members<T, boost::describe::mod_any_access | boost::describe::mod_inherited>;

template <class T, class F>
void each_member(F&& f) {
    boost::mp11::mp_for_each<Members<T>>(std::forward<F>(f));
}

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_id = false;
template <class T>
inline constexpr bool is_id<Id<T>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class T>
inline constexpr bool is_map<std::map<std::string, T>> = true;

// JSON that is already text, passed through as it is (a stored event's body inside an answer).
struct Raw {
    std::string text = "null";
    friend bool operator==(const Raw&, const Raw&) = default;
};

template <DescribedEnum E>
std::string_view enum_name(E value) {
    return boost::describe::enum_to_string(value, "?");
}

template <DescribedEnum E>
std::optional<E> enum_from(std::string_view name) {
    E value{};
    if (!boost::describe::enum_from_string(std::string(name).c_str(), value)) return std::nullopt;
    return value;
}

void write_text(std::string& out, std::string_view text); // quoted and escaped
void write_double(
    std::string& out, double number); // shortest that reads back; null when not finite

template <class T>
void write(std::string& out, const T& value);

template <class T>
void write_number(std::string& out, T value) {
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    out.append(buffer, end);
}

// tidy-allow(long-function): one branch a kind of type, read from top to bottom.
template <class T>
void write(std::string& out, const T& value) {
    if constexpr (std::same_as<T, bool>) {
        out += value ? "true" : "false";
    } else if constexpr (std::floating_point<T>) {
        write_double(out, value);
    } else if constexpr (std::integral<T>) {
        write_number(out, value);
    } else if constexpr (std::same_as<T, Raw>) {
        out += value.text;
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
        write_text(out, value);
    } else if constexpr (std::same_as<T, Money>) {
        write_number(out, value.fen);
    } else if constexpr (std::same_as<T, Rate>) {
        write_number(out, value.ppm);
    } else if constexpr (
        std::same_as<T, Date> || std::same_as<T, Instant> || std::same_as<T, Period>) {
        write_text(out, value.text());
    } else if constexpr (is_id<T>) {
        out += '"';
        write_number(out, value.value);
        out += '"';
    } else if constexpr (DescribedEnum<T>) {
        write_text(out, enum_name(value));
    } else if constexpr (is_optional<T>) {
        if (value) {
            write(out, *value);
        } else {
            out += "null";
        }
    } else if constexpr (is_vector<T>) {
        out += '[';
        bool first = true;
        for (const auto& item : value) {
            if (!first) out += ',';
            first = false;
            write(out, item);
        }
        out += ']';
    } else if constexpr (is_map<T>) {
        out += '{';
        bool first = true;
        for (const auto& [name, item] : value) {
            if (!first) out += ',';
            first = false;
            write_text(out, name);
            out += ':';
            write(out, item);
        }
        out += '}';
    } else {
        static_assert(Described<T>, "describe the struct with BOOST_DESCRIBE_STRUCT");
        out += '{';
        bool first = true;
        each_member<T>([&](auto member) {
            if (!first) out += ',';
            first = false;
            out += '"';
            out += member.name;
            out += "\":";
            write(out, value.*member.pointer);
        });
        out += '}';
    }
}

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
bool read_int(const Value& value, std::int64_t& out);
bool read_double(const Value& value, double& out);
const Value* member(const Value& object, std::string_view name);
bool is_object(const Value& value);
const Value* item(const Value& array, std::size_t index); // null past the end or when not an array
std::size_t length(const Value& array);
bool each_entry(const Value& object, const std::function<void(std::string_view, const Value&)>& f);
std::string dump(const Value& value);
} // namespace detail

template <class T>
void read(const Value& value, T& out, std::string& pointer, std::vector<Problem>& problems);

namespace detail {
inline void fail(
    std::string& pointer, std::vector<Problem>& problems, const char* zh, const char* en) {
    problems.push_back({pointer, {zh, en}});
}

template <class T>
void read_parsed(const Value& value, T& out, std::string& pointer, std::vector<Problem>& problems) {
    std::string as_text;
    if (!read_text(value, as_text)) return fail(pointer, problems, "应为文本", "expected text");
    auto parsed = T::parse(as_text);
    if (!parsed) {
        problems.push_back({pointer, parsed.error().message});
        return;
    }
    out = *parsed;
}

template <class T>
void read_members(
    const Value& value, T& out, std::string& pointer, std::vector<Problem>& problems) {
    if (!is_object(value)) return fail(pointer, problems, "应为对象", "expected an object");
    const auto size = pointer.size();
    each_member<T>([&](auto described) {
        using Member = std::remove_cvref_t<decltype(out.*described.pointer)>;
        pointer += '/';
        pointer += described.name;
        if (const auto* found = member(value, described.name)) {
            read(*found, out.*described.pointer, pointer, problems);
        } else if constexpr (!is_optional<Member>) {
            fail(pointer, problems, "必填", "required");
        }
        pointer.resize(size);
    });
}
} // namespace detail

// tidy-allow(long-function): one branch a kind of type, the mirror of write.
template <class T>
void read(const Value& value, T& out, std::string& pointer, std::vector<Problem>& problems) {
    using detail::fail;
    if constexpr (std::same_as<T, bool>) {
        if (!value.is_bool())
            return fail(pointer, problems, "应为 true 或 false", "expected true or false");
        out = value.get_bool();
    } else if constexpr (std::integral<T>) {
        std::int64_t number = 0;
        if (!detail::read_int(value, number) || !std::in_range<T>(number)) {
            return fail(pointer, problems, "应为范围内的整数", "expected an integer in range");
        }
        out = static_cast<T>(number);
    } else if constexpr (std::floating_point<T>) {
        if (!detail::read_double(value, out))
            return fail(pointer, problems, "应为数字", "expected a number");
    } else if constexpr (std::same_as<T, std::string>) {
        if (!detail::read_text(value, out))
            return fail(pointer, problems, "应为文本", "expected text");
    } else if constexpr (std::same_as<T, Raw>) {
        out.text = detail::dump(value);
    } else if constexpr (std::same_as<T, Money>) {
        if (!detail::read_int(value, out.fen) || out.fen > Money::limit_fen ||
            out.fen < -Money::limit_fen) {
            return fail(
                pointer,
                problems,
                "金额应为以分为单位的整数",
                "expected an amount in fen, an integer");
        }
    } else if constexpr (std::same_as<T, Rate>) {
        if (!detail::read_int(value, out.ppm)) {
            return fail(
                pointer,
                problems,
                "比率应为百万分之一为单位的整数",
                "expected a rate in parts per million, an integer");
        }
    } else if constexpr (
        std::same_as<T, Date> || std::same_as<T, Instant> || std::same_as<T, Period>) {
        detail::read_parsed(value, out, pointer, problems);
    } else if constexpr (is_id<T>) {
        std::string digits;
        if (!detail::read_text(value, digits))
            return fail(pointer, problems, "编号应为文本", "expected an id as text");
        const auto* end = digits.data() + digits.size();
        const auto [stop, error] = std::from_chars(digits.data(), end, out.value);
        if (error != std::errc{} || stop != end || out.value < 0) {
            return fail(pointer, problems, "编号无效", "not an id");
        }
    } else if constexpr (DescribedEnum<T>) {
        std::string name;
        if (!detail::read_text(value, name))
            return fail(pointer, problems, "应为文本", "expected text");
        const auto found = enum_from<T>(name);
        if (!found)
            return fail(pointer, problems, "不是允许的取值", "not one of the allowed values");
        out = *found;
    } else if constexpr (is_optional<T>) {
        if (value.is_null()) {
            out.reset();
        } else {
            read(value, out.emplace(), pointer, problems);
        }
    } else if constexpr (is_vector<T>) {
        if (!value.is_array()) return fail(pointer, problems, "应为数组", "expected an array");
        const auto size = pointer.size();
        out.resize(detail::length(value));
        for (std::size_t i = 0; i < out.size(); ++i) {
            pointer += '/' + std::to_string(i);
            typename T::value_type entry{};
            read(*detail::item(value, i), entry, pointer, problems);
            out[i] = std::move(entry);
            pointer.resize(size);
        }
    } else if constexpr (is_map<T>) {
        const auto size = pointer.size();
        const bool object =
            detail::each_entry(value, [&](std::string_view name, const Value& entry) {
                pointer += '/';
                pointer += name;
                read(entry, out[std::string(name)], pointer, problems);
                pointer.resize(size);
            });
        if (!object) return fail(pointer, problems, "应为对象", "expected an object");
    } else {
        static_assert(Described<T>, "describe the struct with BOOST_DESCRIBE_STRUCT");
        detail::read_members(value, out, pointer, problems);
    }
}

// Parses text with a depth limit of 32. Syntax errors are `json.syntax` with the byte offset in
// `field`.
Result<Value> parse(std::string_view text);

// All problems in one error: code `json.shape`, `field` the first pointer, every place named in the
// message.
Error shape_error(const std::vector<Problem>& problems);

template <class T>
Result<T> read(const Value& value) {
    T out{};
    std::string pointer;
    std::vector<Problem> problems;
    read(value, out, pointer, problems);
    if (!problems.empty()) return shape_error(problems);
    return out;
}

template <class T>
Result<T> from_text(std::string_view json_text) {
    const auto value = TRY(parse(json_text));
    return read<T>(value);
}

} // namespace base::json
