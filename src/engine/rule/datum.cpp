#include "engine/rule/datum.hpp"

#include "base/base64.hpp"

#include <charconv>
#include <cmath>

namespace rule {
namespace {

std::string padded(std::uint64_t number, std::size_t width) {
    auto text = std::to_string(number);
    if (text.size() < width) text.insert(0, width - text.size(), '0');
    return text;
}

// ".5" for half a second, nothing for none.
std::string fraction(std::uint32_t nanos) {
    if (nanos == 0) return {};
    auto text = "." + padded(nanos, 9);
    while (text.back() == '0')
        text.pop_back();
    return text;
}

std::string list_json(const Datum& datum) {
    std::string text = "[";
    for (std::size_t i = 0; i < datum.items.size(); ++i)
        text += (i == 0 ? "" : ",") + json_of(datum.items[i]);
    return text + "]";
}

std::string map_json(const Datum& datum) {
    std::string text = "{";
    for (std::size_t i = 0; i + 1 < datum.items.size(); i += 2) {
        const auto key = json_of(datum.items[i]);
        text += i == 0 ? "" : ",";
        text += key.starts_with("\"") ? key : base::json::text(key);
        text += ":" + json_of(datum.items[i + 1]);
    }
    return text + "}";
}

} // namespace

std::string plain_text(Duration duration) {
    auto seconds = duration.seconds;
    auto nanos = static_cast<std::uint32_t>(duration.nanos);
    const bool minus = seconds < 0;
    if (minus && nanos != 0) {
        seconds += 1;
        nanos = 1'000'000'000 - nanos;
    }
    const auto size =
        seconds < 0 ? 0 - static_cast<std::uint64_t>(seconds) : static_cast<std::uint64_t>(seconds);
    return (minus ? "-" : "") + std::to_string(size) + fraction(nanos) + "s";
}

std::string timestamp_text(std::int64_t seconds, std::uint32_t nanos) {
    const auto moment = moment_of(seconds);
    return padded(static_cast<std::uint64_t>(moment.year), 4) + "-" + padded(moment.month, 2) +
           "-" + padded(moment.day, 2) + "T" + padded(moment.hour, 2) + ":" +
           padded(moment.minute, 2) + ":" + padded(moment.second, 2) + fraction(nanos) + "Z";
}

std::string number_text(double number) {
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
    char buffer[64];
    const auto size = std::abs(number);
    const bool plain = number == 0 || (size >= 1e-6 && size < 1e21);
    const auto end =
        plain ? std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed).ptr
              : std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
    return {buffer, end};
}

std::string json_of(const Datum& datum) {
    switch (datum.kind) {
    case Kind::null:
    case Kind::absent: return "null";
    case Kind::boolean: return datum.integer != 0 ? "true" : "false";
    case Kind::integer:
    case Kind::money:
    case Kind::rate: return std::to_string(datum.integer);
    case Kind::unsigned_integer: return std::to_string(static_cast<std::uint64_t>(datum.integer));
    case Kind::number:
        return std::isfinite(datum.number) ? number_text(datum.number)
                                           : base::json::text(number_text(datum.number));
    case Kind::text:
    case Kind::type: return base::json::text(datum.text);
    case Kind::bytes: return base::json::text(base::base64(datum.text));
    case Kind::date:
        return base::json::text(base::Date{static_cast<std::int32_t>(datum.integer)}.text());
    case Kind::duration:
        return base::json::text(
            plain_text(Duration{datum.integer, static_cast<std::int32_t>(datum.nanos)}));
    case Kind::timestamp: return base::json::text(timestamp_text(datum.integer, datum.nanos));
    case Kind::list: return list_json(datum);
    case Kind::map: return map_json(datum);
    case Kind::optional: return datum.items.empty() ? "null" : json_of(datum.items[0]);
    }
    base::bug("kind out of range");
}

Datum datum_of(const Value& value) {
    Datum datum;
    const auto whole = [&](Kind kind, std::int64_t number) {
        datum.kind = kind;
        datum.integer = number;
    };
    std::visit(
        [&]<class T>(const T& held) {
            if constexpr (std::same_as<T, std::monostate>) {
                base::bug("an unknown value is no datum");
            } else if constexpr (std::same_as<T, bool>) {
                whole(Kind::boolean, held ? 1 : 0);
            } else if constexpr (std::same_as<T, std::int64_t>) {
                whole(Kind::integer, held);
            } else if constexpr (std::same_as<T, double>) {
                datum.kind = Kind::number;
                datum.number = held;
            } else if constexpr (std::same_as<T, std::string>) {
                datum.kind = Kind::text;
                datum.text = held;
            } else if constexpr (std::same_as<T, base::Date>) {
                whole(Kind::date, held.days);
            } else if constexpr (std::same_as<T, base::Money>) {
                whole(Kind::money, held.fen);
            } else if constexpr (std::same_as<T, base::Rate>) {
                whole(Kind::rate, held.ppm);
            } else if constexpr (std::same_as<T, Duration>) {
                whole(Kind::duration, held.seconds);
                datum.nanos = static_cast<std::uint32_t>(held.nanos);
            } else if constexpr (std::same_as<T, Other>) {
                datum = held.datum();
            } else {
                datum.kind = Kind::list;
                for (const auto& item : held)
                    datum.items.push_back(datum_of(Value(item)));
            }
        },
        value);
    return datum;
}

Value value_of(Datum datum) {
    switch (datum.kind) {
    case Kind::boolean: return datum.integer != 0;
    case Kind::integer: return datum.integer;
    case Kind::number: return datum.number;
    case Kind::text: return std::move(datum.text);
    case Kind::date: return base::Date{static_cast<std::int32_t>(datum.integer)};
    case Kind::duration: return Duration{datum.integer, static_cast<std::int32_t>(datum.nanos)};
    case Kind::money: return base::Money{datum.integer};
    case Kind::rate: return base::Rate{datum.integer};
    case Kind::null:
    case Kind::unsigned_integer:
    case Kind::bytes:
    case Kind::timestamp:
    case Kind::type:
    case Kind::list:
    case Kind::map:
    case Kind::optional:
    case Kind::absent: break;
    }
    return Other(std::move(datum));
}

} // namespace rule
