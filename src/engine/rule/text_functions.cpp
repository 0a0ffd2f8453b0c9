// Functions over texts. Places count characters (code points), never bytes.
#include "engine/rule/functions.hpp"

namespace rule {

using namespace cells;

namespace {

// The bytes at which characters begin, and the end.
std::vector<std::size_t> beginnings(std::string_view text) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80) places.push_back(i);
    }
    places.push_back(text.size());
    return places;
}

bool texts(Cells args, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        if (args[i].tag != Tag::text) return false;
    }
    return true;
}

bool whole_at(Cells args, std::size_t i) { return args.size() <= i || args[i].tag == Tag::integer; }

Cell limited(const Calling& calling, std::string made) {
    if (made.size() > text_limit_bytes) return fault(Fault::out_of_range);
    return calling.scratch.text(std::move(made));
}

Cell char_at(Cells args) {
    if (!texts(args, 1) || !whole_at(args, 1)) return fault(Fault::no_overload);
    const auto places = beginnings(args[0].text());
    const auto count = static_cast<std::int64_t>(places.size()) - 1;
    const auto at = args[1].integer;
    if (at < 0 || at > count) return fault(Fault::out_of_range);
    if (at == count) return text("");
    const auto i = static_cast<std::size_t>(at);
    return text(args[0].text().substr(places[i], places[i + 1] - places[i]));
}

Cell found_place(std::optional<std::size_t> found) {
    return whole(Tag::integer, found ? static_cast<std::int64_t>(*found) : -1);
}

Cell index_of(Cells args, bool last) {
    if (!texts(args, 2) || !whole_at(args, 2)) return fault(Fault::no_overload);
    const auto all = args[0].text();
    const auto part = args[1].text();
    const auto places = beginnings(all);
    const auto count = static_cast<std::int64_t>(places.size()) - 1;
    const auto from = args.size() == 3 ? args[2].integer : last ? count : 0;
    if (args.size() == 3 && (from < 0 || from > count)) return fault(Fault::out_of_range);
    if (part.empty()) return whole(Tag::integer, from);
    const auto begin = places[static_cast<std::size_t>(from)];
    const auto at = last ? all.rfind(part, begin) : all.find(part, begin);
    if (at == std::string_view::npos) return found_place(std::nullopt);
    const auto found = std::lower_bound(places.begin(), places.end(), at);
    return found_place(static_cast<std::size_t>(found - places.begin()));
}

Cell cased(const Calling& calling, Cells args, char first, char last, int by) {
    if (!texts(args, 1)) return fault(Fault::no_overload);
    auto made = std::string(args[0].text());
    for (auto& c : made) {
        if (c >= first && c <= last) c = static_cast<char>(c + by);
    }
    return calling.scratch.text(std::move(made));
}

// A negative limit means no limit.
std::size_t limit_of(Cells args, std::size_t i) {
    const bool none = args.size() <= i || args[i].integer < 0;
    return none ? std::numeric_limits<std::size_t>::max()
                : static_cast<std::size_t>(args[i].integer);
}

// Where the part is next; an empty part is before each character and at the end.
std::size_t next_place(std::string_view all, std::string_view part, std::size_t from) {
    if (!part.empty()) return all.find(part, from);
    return from <= all.size() ? from : std::string_view::npos;
}

std::size_t character_bytes(std::string_view all, std::size_t at) {
    std::size_t bytes = 1;
    while (at + bytes < all.size() && (static_cast<unsigned char>(all[at + bytes]) & 0xC0U) == 0x80)
        bytes += 1;
    return bytes;
}

Cell replaced(const Calling& calling, Cells args) {
    if (!texts(args, 3) || !whole_at(args, 3)) return fault(Fault::no_overload);
    const auto all = args[0].text();
    const auto part = args[1].text();
    auto left = limit_of(args, 3);
    std::string made;
    std::size_t from = 0;
    while (left > 0) {
        const auto at = next_place(all, part, from);
        if (at == std::string_view::npos) break;
        made += all.substr(from, at - from);
        made += args[2].text();
        if (made.size() > text_limit_bytes) return fault(Fault::out_of_range);
        left -= 1;
        from = at + part.size();
        if (!part.empty()) continue;
        if (at == all.size()) return limited(calling, std::move(made));
        const auto bytes = character_bytes(all, at);
        made += all.substr(at, bytes);
        from = at + bytes;
    }
    made += all.substr(std::min(from, all.size()));
    return limited(calling, std::move(made));
}

Cell split_text(const Calling& calling, Cells args) {
    if (!texts(args, 2) || !whole_at(args, 2)) return fault(Fault::no_overload);
    auto all = args[0].text();
    const auto part = args[1].text();
    const auto most = limit_of(args, 2);
    std::vector<Cell> parts;
    while (most > 0 && parts.size() + 1 < most) {
        const bool letters = part.empty();
        if (letters && all.empty()) break;
        const auto at = letters ? character_bytes(all, 0) : all.find(part);
        if (at == std::string_view::npos || (letters && at == all.size())) break;
        parts.push_back(text(all.substr(0, at)));
        all.remove_prefix(at + part.size());
        if (parts.size() > list_limit) return fault(Fault::out_of_range);
    }
    const bool nothing = part.empty() && all.empty() && parts.empty();
    if (most > 0 && !nothing) parts.push_back(text(all));
    return calling.scratch.list(std::move(parts));
}

Cell substring(Cells args) {
    if (!texts(args, 1) || !whole_at(args, 1) || !whole_at(args, 2))
        return fault(Fault::no_overload);
    const auto places = beginnings(args[0].text());
    const auto count = static_cast<std::int64_t>(places.size()) - 1;
    const auto from = args[1].integer;
    const auto to = args.size() == 3 ? args[2].integer : count;
    if (from < 0 || from > count || to < 0 || to > count || from > to)
        return fault(Fault::out_of_range);
    const auto begin = places[static_cast<std::size_t>(from)];
    return text(args[0].text().substr(begin, places[static_cast<std::size_t>(to)] - begin));
}

// White space by Unicode's property of that name.
constexpr std::string_view blanks[] = {
    " ",
    "\t",
    "\n",
    "\v",
    "\f",
    "\r",
    "\xC2\x85",
    "\xC2\xA0",
    "\xE1\x9A\x80",
    "\xE2\x80\x80",
    "\xE2\x80\x81",
    "\xE2\x80\x82",
    "\xE2\x80\x83",
    "\xE2\x80\x84",
    "\xE2\x80\x85",
    "\xE2\x80\x86",
    "\xE2\x80\x87",
    "\xE2\x80\x88",
    "\xE2\x80\x89",
    "\xE2\x80\x8A",
    "\xE2\x80\xA8",
    "\xE2\x80\xA9",
    "\xE2\x80\xAF",
    "\xE2\x81\x9F",
    "\xE3\x80\x80"};

Cell trimmed_text(Cells args) {
    if (!texts(args, 1)) return fault(Fault::no_overload);
    auto all = args[0].text();
    for (bool again = true; again;) {
        again = false;
        for (const auto blank : blanks) {
            if (all.starts_with(blank)) {
                all.remove_prefix(blank.size());
                again = true;
            }
            if (all.ends_with(blank)) {
                all.remove_suffix(blank.size());
                again = true;
            }
        }
    }
    return text(all);
}

Cell joined_texts(const Calling& calling, Cells args) {
    if (!is_list(args[0]) || (args.size() == 2 && args[1].tag != Tag::text))
        return fault(Fault::no_overload);
    const auto count = length(args[0]);
    if (!calling.scratch.charge(static_cast<std::int64_t>(count) / 4))
        return fault(Fault::too_many_steps);
    std::string made;
    for (std::size_t i = 0; i < count; ++i) {
        const auto each = item(args[0], i);
        if (each.tag != Tag::text) return fault(Fault::no_overload);
        if (i > 0 && args.size() == 2) made += args[1].text();
        made += each.text();
        if (made.size() > text_limit_bytes) return fault(Fault::out_of_range);
    }
    return calling.scratch.text(std::move(made));
}

Cell quoted_text(const Calling& calling, Cells args) {
    if (!texts(args, 1)) return fault(Fault::no_overload);
    static constexpr std::string_view special = "\a\b\f\n\r\t\v\\\"";
    static constexpr std::string_view letters = "abfnrtv\\\"";
    std::string made = "\"";
    const auto all = args[0].text();
    for (std::size_t i = 0; i < all.size();) {
        const auto bytes = character_bytes(all, i);
        const auto one = all.substr(i, bytes);
        const auto place = bytes == 1 ? special.find(one[0]) : std::string_view::npos;
        if (place != std::string_view::npos) {
            made += '\\';
            made += letters[place];
        } else if (valid_utf8(one)) {
            made += one;
        } else {
            made += "\xEF\xBF\xBD"; // the character that stands for a broken one
        }
        i += bytes;
    }
    return limited(calling, made + "\"");
}

Cell reversed(const Calling& calling, Cells args) {
    if (!texts(args, 1)) return fault(Fault::no_overload);
    const auto all = args[0].text();
    const auto places = beginnings(all);
    std::string made;
    for (std::size_t i = places.size() - 1; i-- > 0;)
        made += all.substr(places[i], places[i + 1] - places[i]);
    return calling.scratch.text(std::move(made));
}

} // namespace

bool valid_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i]);
        const std::size_t bytes = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        if ((bytes > 1 && (first < 0xC2 || first > 0xF4)) || i + bytes > text.size()) return false;
        std::uint32_t code = bytes == 1 ? first : first & (0x7FU >> bytes);
        for (std::size_t k = 1; k < bytes; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            if ((next & 0xC0U) != 0x80) return false;
            code = code << 6U | (next & 0x3FU);
        }
        const bool too_long = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
        if (too_long || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) return false;
        i += bytes;
    }
    return true;
}

std::int64_t characters(std::string_view view) {
    return std::count_if(view.begin(), view.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
    });
}

std::optional<Cell> text_function(const Calling& calling, Call call, Cells args) {
    if (call < Call::char_at || call > Call::format) return std::nullopt;
    std::int64_t bytes = 0;
    for (const auto& arg : args)
        bytes += arg.tag == Tag::text ? arg.text_bytes : 0;
    if (!calling.scratch.charge(bytes / 64)) return fault(Fault::too_many_steps);
    if (call == Call::char_at) return char_at(args);
    if (call == Call::index_of || call == Call::last_index_of)
        return index_of(args, call == Call::last_index_of);
    if (call == Call::lower_ascii) return cased(calling, args, 'A', 'Z', 'a' - 'A');
    if (call == Call::upper_ascii) return cased(calling, args, 'a', 'z', 'A' - 'a');
    if (call == Call::replace) return replaced(calling, args);
    if (call == Call::split) return split_text(calling, args);
    if (call == Call::substring) return substring(args);
    if (call == Call::trim) return trimmed_text(args);
    if (call == Call::join) return joined_texts(calling, args);
    if (call == Call::quote) return quoted_text(calling, args);
    if (call == Call::reverse) return reversed(calling, args);
    return formatted(calling, args[0], args[1]);
}

} // namespace rule
