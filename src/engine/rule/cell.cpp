#include "engine/rule/cell.hpp"

namespace rule::cells {

Cell of_datum(const Datum& datum) {
    Cell cell;
    switch (datum.kind) {
    case Kind::null: return whole(Tag::null, 0);
    case Kind::boolean: return whole(Tag::boolean, datum.integer);
    case Kind::integer: return whole(Tag::integer, datum.integer);
    case Kind::unsigned_integer: return whole(Tag::unsigned_integer, datum.integer);
    case Kind::number: return decimal(datum.number);
    case Kind::text: return text(datum.text);
    case Kind::bytes: return text_of(Tag::bytes, datum.text);
    case Kind::date: return whole(Tag::date, datum.integer);
    case Kind::duration: return timed(Tag::duration, datum.integer, datum.nanos);
    case Kind::timestamp: return timed(Tag::timestamp, datum.integer, datum.nanos);
    case Kind::money: return whole(Tag::money, datum.integer);
    case Kind::rate: return whole(Tag::rate, datum.integer);
    case Kind::type: return text_of(Tag::type, datum.text);
    case Kind::list: cell.tag = Tag::datum_list; break;
    case Kind::map: cell.tag = Tag::datum_map; break;
    case Kind::optional:
        // A datum's optional is read through its only item; see inside().
        cell.tag = Tag::optional;
        cell.text_bytes = datum.items.empty() ? 0 : 1;
        cell.datum = datum.items.empty() ? nullptr : &datum.items[0];
        return cell;
    case Kind::absent: return fault(Fault::no_such_name);
    }
    cell.datum = &datum;
    return cell;
}

Cell of_value(const Value& value) {
    Cell cell;
    switch (value.index()) {
    case 0: return cell;
    case 1: return truth(*std::get_if<bool>(&value));
    case 2: return whole(Tag::integer, *std::get_if<std::int64_t>(&value));
    case 3: return decimal(*std::get_if<double>(&value));
    case 4: return text(*std::get_if<std::string>(&value));
    case 5: return whole(Tag::date, std::get_if<base::Date>(&value)->days);
    case 6: return whole(Tag::money, std::get_if<base::Money>(&value)->fen);
    case 7: return whole(Tag::rate, std::get_if<base::Rate>(&value)->ppm);
    case 8: {
        const auto* duration = std::get_if<Duration>(&value);
        return timed(Tag::duration, duration->seconds, static_cast<std::uint32_t>(duration->nanos));
    }
    case 9:
        cell.tag = Tag::text_list;
        cell.text_list = std::get_if<std::vector<std::string>>(&value);
        return cell;
    case 10:
        cell.tag = Tag::integer_list;
        cell.integer_list = std::get_if<std::vector<std::int64_t>>(&value);
        return cell;
    case 11: return of_datum(std::get_if<Other>(&value)->datum());
    }
    base::bug("value without an alternative");
}

std::size_t length(const Cell& list) {
    if (list.tag == Tag::text_list) return list.text_list->size();
    if (list.tag == Tag::integer_list) return list.integer_list->size();
    if (list.tag == Tag::datum_list) return list.datum->items.size();
    if (list.tag == Tag::datum_map) return list.datum->items.size() / 2;
    if (list.tag == Tag::cell_map) return list.cell_list->size() / 2;
    return list.cell_list->size();
}

Cell item(const Cell& list, std::size_t i) {
    if (list.tag == Tag::text_list) return text((*list.text_list)[i]);
    if (list.tag == Tag::integer_list) return whole(Tag::integer, (*list.integer_list)[i]);
    if (list.tag == Tag::datum_list) return of_datum(list.datum->items[i]);
    if (list.tag == Tag::datum_map) return of_datum(list.datum->items[2 * i]);
    if (list.tag == Tag::cell_map) return (*list.cell_list)[2 * i];
    return (*list.cell_list)[i];
}

Cell value_at(const Cell& map, std::size_t i) {
    if (map.tag == Tag::datum_map) return of_datum(map.datum->items[2 * i + 1]);
    return (*map.cell_list)[2 * i + 1];
}

Cell inside(const Cell& optional) {
    return optional.text_bytes == 1 ? of_datum(*optional.datum) : optional.cell_list->front();
}

namespace {

// Exact: 2^53 + 1 is more than 2^53 as a double.
std::partial_ordering compare_mixed(std::int64_t a, double b) {
    if (std::isnan(b)) return std::partial_ordering::unordered;
    if (b >= 9223372036854775808.0) return std::partial_ordering::less;
    if (b < -9223372036854775808.0) return std::partial_ordering::greater;
    const auto floor = std::floor(b);
    const auto whole_part = static_cast<std::int64_t>(floor);
    if (a != whole_part) return a <=> whole_part;
    return floor < b ? std::partial_ordering::less : std::partial_ordering::equivalent;
}

std::partial_ordering compare_mixed(std::uint64_t a, double b) {
    if (std::isnan(b)) return std::partial_ordering::unordered;
    if (b >= 18446744073709551616.0) return std::partial_ordering::less;
    if (b < 0) return std::partial_ordering::greater;
    const auto floor = std::floor(b);
    const auto whole_part = static_cast<std::uint64_t>(floor);
    if (a != whole_part) return a <=> whole_part;
    return floor < b ? std::partial_ordering::less : std::partial_ordering::equivalent;
}

std::partial_ordering with_number(const Cell& a, double b, Meeting meeting) {
    if (meeting == Meeting::as_doubles) {
        const auto near = a.tag == Tag::unsigned_integer ? static_cast<double>(a.unsigned_value())
                                                         : static_cast<double>(a.integer);
        return near <=> b;
    }
    return a.tag == Tag::unsigned_integer ? compare_mixed(a.unsigned_value(), b)
                                          : compare_mixed(a.integer, b);
}

std::partial_ordering whole_numbers(const Cell& a, const Cell& b) {
    if (a.tag == b.tag)
        return a.tag == Tag::integer
                   ? std::partial_ordering(a.integer <=> b.integer)
                   : std::partial_ordering(a.unsigned_value() <=> b.unsigned_value());
    if (a.tag == Tag::integer)
        return a.integer < 0 ? std::partial_ordering::less
                             : static_cast<std::uint64_t>(a.integer) <=> b.unsigned_value();
    return b.integer < 0 ? std::partial_ordering::greater
                         : a.unsigned_value() <=> static_cast<std::uint64_t>(b.integer);
}

} // namespace

bool ordered(const Cell& a, const Cell& b) {
    if (a.tag != b.tag) return is_number(a.tag) && is_number(b.tag);
    switch (a.tag) {
    case Tag::boolean:
    case Tag::integer:
    case Tag::unsigned_integer:
    case Tag::number:
    case Tag::text:
    case Tag::bytes:
    case Tag::date:
    case Tag::duration:
    case Tag::timestamp:
    case Tag::money:
    case Tag::rate: return true;
    case Tag::unknown:
    case Tag::fault:
    case Tag::text_list:
    case Tag::integer_list:
    case Tag::cell_list:
    case Tag::null:
    case Tag::type:
    case Tag::datum_list:
    case Tag::cell_map:
    case Tag::datum_map:
    case Tag::optional: return false;
    }
    base::bug("tag out of range");
}

std::partial_ordering compare(const Cell& a, const Cell& b, Meeting meeting) {
    if (a.tag == Tag::text || a.tag == Tag::bytes || a.tag == Tag::type)
        return a.text() <=> b.text();
    if (a.tag == Tag::number) {
        if (b.tag == Tag::number) return a.number <=> b.number;
        return 0 <=> with_number(b, a.number, meeting);
    }
    if (b.tag == Tag::number) return with_number(a, b.number, meeting);
    if (a.tag == Tag::unsigned_integer || b.tag == Tag::unsigned_integer)
        return whole_numbers(a, b);
    if (a.integer != b.integer) return a.integer <=> b.integer;
    return a.text_bytes <=> b.text_bytes; // nanoseconds
}

namespace {

bool equal_lists(const Cell& a, const Cell& b, Scratch& scratch) {
    const auto count = length(a);
    if (count != length(b)) return false;
    for (std::size_t i = 0; i < count; ++i) {
        if (!equal(item(a, i), item(b, i), scratch)) return false;
    }
    return true;
}

bool equal_maps(const Cell& a, const Cell& b, Scratch& scratch) {
    const auto count = length(a);
    if (count != length(b)) return false;
    for (std::size_t i = 0; i < count; ++i) {
        const auto other = look_up(b, item(a, i), scratch);
        if (!other || !equal(value_at(a, i), *other, scratch)) return false;
    }
    return true;
}

} // namespace

bool equal(const Cell& a, const Cell& b, Scratch& scratch) {
    if (is_list(a) || is_map(a) || a.tag == Tag::optional) {
        if (!scratch.step()) return false;
        if (is_list(a)) return is_list(b) && equal_lists(a, b, scratch);
        if (is_map(a)) return is_map(b) && equal_maps(a, b, scratch);
        if (b.tag != Tag::optional || has_value(a) != has_value(b)) return false;
        return !has_value(a) || equal(inside(a), inside(b), scratch);
    }
    if (a.tag == Tag::null) return b.tag == Tag::null;
    if (a.tag != b.tag && !(is_number(a.tag) && is_number(b.tag))) return false;
    return compare(a, b, scratch.meeting()) == std::partial_ordering::equivalent;
}

std::optional<Cell> look_up(const Cell& map, const Cell& key, Scratch& scratch) {
    const auto count = length(map);
    if (!scratch.charge(static_cast<std::int64_t>(count) / 16)) return std::nullopt;
    if (is_list(key) || is_map(key) || key.tag == Tag::optional) return std::nullopt;
    for (std::size_t i = 0; i < count; ++i) {
        if (equal(item(map, i), key, scratch)) return value_at(map, i);
    }
    return std::nullopt;
}

Cell narrowed(Tag tag, Wide value) {
    const Wide most = tag == Tag::money ? Wide{base::Money::limit_fen}
                                        : Wide{std::numeric_limits<std::int64_t>::max()};
    const Wide least = tag == Tag::money ? -most : Wide{std::numeric_limits<std::int64_t>::min()};
    if (value > most || value < least) return fault(Fault::overflow);
    return whole(tag, static_cast<std::int64_t>(value));
}

namespace {

constexpr std::int64_t second = 1'000'000'000;

struct Split {
    Wide seconds;
    std::uint32_t nanos;
};

Split split(Wide nanos) {
    Wide seconds = nanos / second;
    Wide rest = nanos % second;
    if (rest < 0) {
        rest += second;
        seconds -= 1;
    }
    return {seconds, static_cast<std::uint32_t>(rest)};
}

} // namespace

Cell duration_from(Wide nanos, bool limited) {
    const Wide most = std::numeric_limits<std::int64_t>::max();
    if (limited && (nanos > most || nanos < -most)) return fault(Fault::overflow);
    const auto [seconds, rest] = split(nanos);
    auto cell = narrowed(Tag::duration, seconds);
    if (cell.defined()) cell.text_bytes = rest;
    return cell;
}

Cell timestamp_from(Wide nanos) {
    const auto [seconds, rest] = split(nanos);
    if (seconds < least_timestamp_s || seconds > most_timestamp_s)
        return fault(Fault::out_of_range);
    return timed(Tag::timestamp, static_cast<std::int64_t>(seconds), rest);
}

std::string_view type_name(const Cell& cell) {
    switch (cell.tag) {
    case Tag::boolean: return "bool";
    case Tag::integer: return "int";
    case Tag::unsigned_integer: return "uint";
    case Tag::number: return "double";
    case Tag::text: return "string";
    case Tag::bytes: return "bytes";
    case Tag::date: return "date";
    case Tag::duration: return "google.protobuf.Duration";
    case Tag::timestamp: return "google.protobuf.Timestamp";
    case Tag::money: return "money";
    case Tag::rate: return "rate";
    case Tag::text_list:
    case Tag::integer_list:
    case Tag::cell_list:
    case Tag::datum_list: return "list";
    case Tag::cell_map:
    case Tag::datum_map: return "map";
    case Tag::null: return "null_type";
    case Tag::type: return "type";
    case Tag::optional: return "optional_type";
    case Tag::unknown:
    case Tag::fault: break;
    }
    base::bug("only a value has a type");
}

namespace {

void fill(Datum& datum, const Cell& cell) {
    if (is_list(cell)) {
        datum.kind = Kind::list;
        for (std::size_t i = 0; i < length(cell); ++i)
            datum.items.push_back(datum_of(item(cell, i)));
    } else if (is_map(cell)) {
        datum.kind = Kind::map;
        for (std::size_t i = 0; i < length(cell); ++i) {
            datum.items.push_back(datum_of(item(cell, i)));
            datum.items.push_back(datum_of(value_at(cell, i)));
        }
    } else {
        datum.kind = Kind::optional;
        if (has_value(cell)) datum.items.push_back(datum_of(inside(cell)));
    }
}

} // namespace

Datum datum_of(const Cell& cell) {
    Datum datum;
    const auto simple = [&](Kind kind) {
        datum.kind = kind;
        datum.integer = cell.integer;
    };
    const auto texts = [&](Kind kind) {
        datum.kind = kind;
        datum.text = cell.text();
    };
    switch (cell.tag) {
    case Tag::boolean: simple(Kind::boolean); break;
    case Tag::integer: simple(Kind::integer); break;
    case Tag::unsigned_integer: simple(Kind::unsigned_integer); break;
    case Tag::date: simple(Kind::date); break;
    case Tag::money: simple(Kind::money); break;
    case Tag::rate: simple(Kind::rate); break;
    case Tag::number:
        datum.kind = Kind::number;
        datum.number = cell.number;
        break;
    case Tag::duration:
        simple(Kind::duration);
        datum.nanos = cell.text_bytes;
        break;
    case Tag::timestamp:
        simple(Kind::timestamp);
        datum.nanos = cell.text_bytes;
        break;
    case Tag::text: texts(Kind::text); break;
    case Tag::bytes: texts(Kind::bytes); break;
    case Tag::type: texts(Kind::type); break;
    case Tag::null: datum.kind = Kind::null; break;
    case Tag::text_list:
    case Tag::integer_list:
    case Tag::cell_list:
    case Tag::datum_list:
    case Tag::cell_map:
    case Tag::datum_map:
    case Tag::optional: fill(datum, cell); break;
    case Tag::unknown:
    case Tag::fault: base::bug("only a value becomes a datum");
    }
    return datum;
}

} // namespace rule::cells
