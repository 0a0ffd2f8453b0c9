// The functions and operators of CEL and its extensions: one row an overload. Types are written as
// shape.hpp reads them.
#pragma once

#include "engine/rule/tree.hpp"

#include <span>

namespace rule {

// What Op::function calls; `place` of the node.
enum class Call : std::uint8_t {
    none, // the overload has an Op of its own
    to_boolean,
    to_bytes,
    to_number,
    to_integer,
    to_unsigned,
    to_text,
    to_timestamp,
    to_duration,
    to_type,
    to_dyn,
    matches,
    char_at,
    index_of,
    last_index_of,
    lower_ascii,
    upper_ascii,
    replace,
    split,
    substring,
    trim,
    join,
    quote,
    reverse,
    format,
    greatest,
    least,
    ceil,
    floor,
    round,
    trunc,
    absolute,
    sign,
    is_infinite,
    is_nan,
    is_finite,
    bit_and,
    bit_or,
    bit_xor,
    bit_not,
    bit_left,
    bit_right,
    square_root,
    base64_encode,
    base64_decode,
    optional_of,
    optional_none,
    optional_of_non_zero,
    optional_has,
    optional_value,
    optional_or,       // its second argument is evaluated only when needed
    optional_or_value, // the same
    optional_first,
    optional_last,
    optional_unwrap,
    optional_field, // a.?b
    optional_item,  // a[?b]
    full_year,
    month,
    day_of_month,
    date_of_month,
    day_of_week,
    day_of_year,
    hours,
    minutes,
    seconds,
    milliseconds
};

struct Overload {
    std::string_view name;
    bool method;
    std::string_view parameters; // the receiver's first
    std::string_view result;
    Op op = Op::function;
    Call call = Call::none;
    std::int64_t cost = 1; // steps beside those of the arguments
};

// The steps that a call over texts within their limit may take: 64 bytes a step, a few passes.
inline constexpr std::int64_t text_cost = 320;

[[nodiscard]] std::span<const Overload> overloads();
// The operators' names among them: _+_ for a + b.
[[nodiscard]] std::string_view operator_name(Op op);

// What an editor offers of the library: one line a function.
struct Offered {
    std::string_view name;
    bool method;
    std::string_view signature;
    std::string_view note_zh;
    std::string_view note_en;
};

[[nodiscard]] std::span<const Offered> offered();

} // namespace rule
