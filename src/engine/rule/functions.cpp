// Conversions and optionals.
#include "engine/rule/functions.hpp"

#include "base/base64.hpp"
#include "engine/rule/pattern.hpp"
#include "engine/rule/time.hpp"

#include <charconv>

namespace rule {

using namespace cells;

namespace {

template <class T>
std::optional<T> read_whole(std::string_view text) {
    if (text.starts_with("+")) text.remove_prefix(1);
    if (text.starts_with("+")) return std::nullopt;
    T number{};
    const auto end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return number;
}

std::optional<double> read_number(std::string_view text) {
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (text == "Infinity" || text == "+Infinity" || text == "Inf" || text == "+Inf" ||
        text == "inf")
        return std::numeric_limits<double>::infinity();
    if (text == "-Infinity" || text == "-Inf" || text == "-inf")
        return -std::numeric_limits<double>::infinity();
    if (text.starts_with("+")) text.remove_prefix(1);
    double number = 0;
    const auto end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ptr != end || text.empty() || read.ec == std::errc::invalid_argument)
        return std::nullopt;
    return number;
}

template <class T, class Made>
Cell or_bad(const std::optional<T>& read, Made made) {
    return read ? made(*read) : fault(Fault::bad_conversion);
}

Cell to_boolean(const Cell& a) {
    if (a.tag == Tag::boolean) return a;
    if (a.tag != Tag::text) return fault(Fault::no_overload);
    for (const std::string_view yes : {"1", "t", "T", "true", "TRUE", "True"}) {
        if (a.text() == yes) return truth(true);
    }
    for (const std::string_view no : {"0", "f", "F", "false", "FALSE", "False"}) {
        if (a.text() == no) return truth(false);
    }
    return fault(Fault::bad_conversion);
}

Cell to_number(const Cell& a) {
    if (a.tag == Tag::number) return a;
    if (a.tag == Tag::integer) return decimal(static_cast<double>(a.integer));
    if (a.tag == Tag::unsigned_integer) return decimal(static_cast<double>(a.unsigned_value()));
    if (a.tag != Tag::text) return fault(Fault::no_overload);
    return or_bad(read_number(a.text()), decimal);
}

Cell to_integer(const Cell& a) {
    if (a.tag == Tag::integer) return a;
    if (a.tag == Tag::unsigned_integer)
        return a.integer < 0 ? fault(Fault::overflow) : whole(Tag::integer, a.integer);
    if (a.tag == Tag::number) {
        // The two ends are left out, since 2^63 - 1 is no double.
        const auto value = std::trunc(a.number);
        if (!(value > -9223372036854775808.0 && value < 9223372036854775808.0))
            return fault(Fault::overflow);
        return whole(Tag::integer, static_cast<std::int64_t>(value));
    }
    if (a.tag == Tag::timestamp) return whole(Tag::integer, a.integer);
    if (a.tag != Tag::text) return fault(Fault::no_overload);
    return or_bad(read_whole<std::int64_t>(a.text()), [](auto number) {
        return whole(Tag::integer, number);
    });
}

Cell to_unsigned(const Cell& a) {
    const auto made = [](std::uint64_t number) {
        return whole(Tag::unsigned_integer, static_cast<std::int64_t>(number));
    };
    if (a.tag == Tag::unsigned_integer) return a;
    if (a.tag == Tag::integer)
        return a.integer < 0 ? fault(Fault::overflow) : whole(Tag::unsigned_integer, a.integer);
    if (a.tag == Tag::number) {
        const auto value = std::trunc(a.number);
        if (!(value >= 0 && value < 18446744073709551616.0)) return fault(Fault::overflow);
        return made(static_cast<std::uint64_t>(value));
    }
    if (a.tag != Tag::text) return fault(Fault::no_overload);
    return or_bad(read_whole<std::uint64_t>(a.text()), made);
}

Cell to_text(const Calling& calling, const Cell& a) {
    if (a.tag == Tag::text) return a;
    if (a.tag == Tag::bytes)
        return valid_utf8(a.text()) ? text_of(Tag::text, a.text()) : fault(Fault::bad_conversion);
    if (a.tag == Tag::null || a.tag == Tag::type) return fault(Fault::no_overload);
    auto written = plain_string(a);
    return written ? calling.scratch.text(std::move(*written)) : fault(Fault::no_overload);
}

Cell to_bytes(const Cell& a) {
    if (a.tag == Tag::bytes) return a;
    return a.tag == Tag::text ? text_of(Tag::bytes, a.text()) : fault(Fault::no_overload);
}

Cell to_timestamp(const Cell& a) {
    if (a.tag == Tag::timestamp) return a;
    if (a.tag == Tag::integer) {
        if (a.integer < least_timestamp_s || a.integer > most_timestamp_s)
            return fault(Fault::out_of_range);
        return timed(Tag::timestamp, a.integer, 0);
    }
    if (a.tag != Tag::text) return fault(Fault::no_overload);
    return or_bad(timestamp_in(a.text()), [](const Timestamp& read) {
        return timed(Tag::timestamp, read.seconds, read.nanos);
    });
}

Cell to_duration(const Cell& a) {
    if (a.tag == Tag::duration) return a;
    if (a.tag == Tag::integer) return duration_from(Wide{a.integer} * 1'000'000'000, true);
    if (a.tag != Tag::text) return fault(Fault::no_overload);
    return or_bad(duration_in(a.text()), [](const Duration& read) {
        return timed(Tag::duration, read.seconds, static_cast<std::uint32_t>(read.nanos));
    });
}

Cell base64_encoded(const Calling& calling, const Cell& a) {
    if (a.tag != Tag::bytes) return fault(Fault::no_overload);
    return calling.scratch.text(base::base64(a.text()));
}

Cell base64_decoded(const Calling& calling, const Cell& a) {
    if (a.tag != Tag::text) return fault(Fault::no_overload);
    auto padded = std::string(a.text());
    if (padded.find('=') == std::string::npos) padded.resize((padded.size() + 3) / 4 * 4, '=');
    auto decoded = base::from_base64(padded);
    return decoded ? calling.scratch.bytes(*std::move(decoded)) : fault(Fault::bad_conversion);
}

Cell matches(const Calling& calling, Cells args) {
    if (args[0].tag != Tag::text || args[1].tag != Tag::text) return fault(Fault::no_overload);
    static const Patterns none_kept;
    const auto& patterns = calling.tree.patterns ? *calling.tree.patterns : none_kept;
    std::int64_t steps = 64 + args[0].text_bytes / 16;
    if (!patterns.kept(args[1].text())) steps += pattern_cost + args[1].text_bytes;
    if (!calling.scratch.charge(steps)) return fault(Fault::too_many_steps);
    const auto found = patterns.found(args[1].text(), args[0].text());
    return found ? truth(*found) : fault(Fault::bad_conversion);
}

bool zero(const Cell& a) {
    if (is_list(a) || is_map(a)) return length(a) == 0;
    if (a.tag == Tag::text || a.tag == Tag::bytes) return a.text_bytes == 0;
    if (a.tag == Tag::number) return a.number == 0;
    if (a.tag == Tag::type) return false;
    if (a.tag == Tag::optional) return !has_value(a);
    return a.integer == 0 && a.text_bytes == 0;
}

Cell unwrapped(const Calling& calling, const Cell& list) {
    if (!is_list(list)) return fault(Fault::no_overload);
    if (!calling.scratch.charge(static_cast<std::int64_t>(length(list))))
        return fault(Fault::too_many_steps);
    std::vector<Cell> made;
    for (std::size_t i = 0; i < length(list); ++i) {
        const auto each = item(list, i);
        if (each.tag != Tag::optional) return fault(Fault::no_overload);
        if (has_value(each)) made.push_back(inside(each));
    }
    return calling.scratch.list(std::move(made));
}

Cell end_of(const Calling& calling, const Cell& list, bool last) {
    if (!is_list(list)) return fault(Fault::no_overload);
    const auto count = length(list);
    if (count == 0) return none();
    return calling.scratch.optional(item(list, last ? count - 1 : 0));
}

// a.?b and a[?b]: none where the plain forms would find nothing.
Cell maybe_item(const Calling& calling, Cell receiver, const Cell& place) {
    if (receiver.tag == Tag::optional) {
        if (!has_value(receiver)) return receiver;
        receiver = inside(receiver);
    }
    if (!is_map(receiver) && !is_list(receiver)) return fault(Fault::no_overload);
    const auto found = item_at(receiver, place, calling.scratch);
    return found ? calling.scratch.optional(*found) : none();
}

} // namespace

std::optional<std::string> plain_string(const Cell& cell) {
    switch (cell.tag) {
    case Tag::boolean: return cell.integer != 0 ? "true" : "false";
    case Tag::integer: return std::to_string(cell.integer);
    case Tag::unsigned_integer: return std::to_string(cell.unsigned_value());
    case Tag::number: return number_text(cell.number);
    case Tag::text:
    case Tag::bytes:
    case Tag::type: return std::string(cell.text());
    case Tag::date: return base::Date{static_cast<std::int32_t>(cell.integer)}.text();
    case Tag::duration:
        return plain_text(Duration{cell.integer, static_cast<std::int32_t>(cell.text_bytes)});
    case Tag::timestamp: return timestamp_text(cell.integer, cell.text_bytes);
    case Tag::money: return literal(base::Money{cell.integer});
    case Tag::rate: return literal(base::Rate{cell.integer});
    case Tag::null: return "null";
    case Tag::unknown:
    case Tag::fault:
    case Tag::text_list:
    case Tag::integer_list:
    case Tag::cell_list:
    case Tag::datum_list:
    case Tag::cell_map:
    case Tag::datum_map:
    case Tag::optional: return std::nullopt;
    }
    base::bug("tag out of range");
}

std::optional<Cell> item_at(const Cell& receiver, const Cell& place, Scratch& scratch) {
    if (is_map(receiver)) return look_up(receiver, place, scratch);
    if (!is_number(place.tag)) return std::nullopt;
    const auto count = whole(Tag::integer, static_cast<std::int64_t>(length(receiver)));
    const bool there = compare(place, whole(Tag::integer, 0)) >= 0 && compare(place, count) < 0;
    if (!there) return std::nullopt;
    if (place.tag != Tag::number) return item(receiver, static_cast<std::size_t>(place.integer));
    if (std::trunc(place.number) != place.number) return std::nullopt;
    return item(receiver, static_cast<std::size_t>(place.number));
}

std::optional<Cell> conversion(const Calling& calling, Call call, Cells args) {
    if (call == Call::to_boolean) return to_boolean(args[0]);
    if (call == Call::to_bytes) return to_bytes(args[0]);
    if (call == Call::to_number) return to_number(args[0]);
    if (call == Call::to_integer) return to_integer(args[0]);
    if (call == Call::to_unsigned) return to_unsigned(args[0]);
    if (call == Call::to_text) return to_text(calling, args[0]);
    if (call == Call::to_timestamp) return to_timestamp(args[0]);
    if (call == Call::to_duration) return to_duration(args[0]);
    if (call == Call::to_type) return text_of(Tag::type, type_name(args[0]));
    if (call == Call::to_dyn) return args[0];
    if (call == Call::base64_encode) return base64_encoded(calling, args[0]);
    if (call == Call::base64_decode) return base64_decoded(calling, args[0]);
    if (call == Call::matches) return matches(calling, args);
    return std::nullopt;
}

std::optional<Cell> optional_function(const Calling& calling, Call call, Cells args) {
    if (call == Call::optional_none) return none();
    if (call == Call::optional_of) return calling.scratch.optional(args[0]);
    if (call == Call::optional_of_non_zero)
        return zero(args[0]) ? none() : calling.scratch.optional(args[0]);
    if (call == Call::optional_first) return end_of(calling, args[0], false);
    if (call == Call::optional_last) return end_of(calling, args[0], true);
    if (call == Call::optional_unwrap) return unwrapped(calling, args[0]);
    if (call == Call::optional_field || call == Call::optional_item)
        return maybe_item(calling, args[0], args[1]);
    if (call != Call::optional_has && call != Call::optional_value) return std::nullopt;
    if (args[0].tag != Tag::optional) return fault(Fault::no_overload);
    if (call == Call::optional_has) return truth(has_value(args[0]));
    return has_value(args[0]) ? inside(args[0]) : fault(Fault::no_value);
}

Cell call_function(const Calling& calling, Call call, Cells args) {
    for (const auto group :
         {conversion, text_function, number_function, time_function, optional_function}) {
        if (const auto made = group(calling, call, args)) return *made;
    }
    base::bug("a call that no group knows");
}

} // namespace rule
