#include "edge/http/text.hpp"

#include <algorithm>
#include <charconv>

namespace http {
namespace {

constexpr std::size_t parameters_most = 64;

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Takes the text up to `separator` off the front of `rest`.
std::string_view take(std::string_view& rest, char separator) {
    const auto end = rest.find(separator);
    const auto part = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return part;
}

// A weight of RFC 9110 §12.4.2 in thousandths; 1000 when none is given, 0 when it cannot be read.
int weight_of(std::string_view parameters) {
    const auto at = parameters.find("q=");
    if (at == std::string_view::npos) return 1000;
    const auto digits = parameters.substr(at + 2);
    int weight = 0;
    int scale = 1000;
    for (const char c : digits) {
        if (c == '.') continue;
        if (c < '0' || c > '9' || scale == 0) break;
        weight += (c - '0') * scale;
        scale /= 10;
    }
    return std::min(weight, 1000);
}

std::size_t sequence_length(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead < 0xE0) return 2;
    if (lead >= 0xE0 && lead < 0xF0) return 3;
    if (lead >= 0xF0 && lead < 0xF5) return 4;
    return 0;
}

} // namespace

std::string_view text(Method method) {
    switch (method) {
    case Method::get: return "GET";
    case Method::head: return "HEAD";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::del: return "DELETE";
    case Method::other: return "OTHER";
    }
    base::bug("method out of range");
}

Method method_of(std::string_view text) {
    if (text == "GET") return Method::get;
    if (text == "HEAD") return Method::head;
    if (text == "POST") return Method::post;
    if (text == "PUT") return Method::put;
    if (text == "DELETE") return Method::del;
    return Method::other;
}

const std::string& in(Language language, const Text& text) {
    return language == Language::en && !text.en.empty() ? text.en : text.zh;
}

Headers::Headers(const List& list)
    : held_(&list)
    , find_([](const void* held, std::string_view name) -> std::string_view {
        for (const auto& [key, value] : *static_cast<const List*>(held)) {
            if (same_ignoring_case(key, name)) return value;
        }
        return {};
    }) {}

bool same_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const auto length = sequence_length(lead);
        if (length == 0 || i + length > text.size()) return false;
        for (std::size_t k = 1; k < length; ++k) {
            if ((static_cast<unsigned char>(text[i + k]) & 0xC0U) != 0x80U) return false;
        }
        if (length > 2) {
            // Overlong forms, surrogates and what lies above U+10FFFF show in the second byte.
            const auto second = static_cast<unsigned char>(text[i + 1]);
            if (lead == 0xE0 && second < 0xA0) return false;
            if (lead == 0xED && second > 0x9F) return false;
            if (lead == 0xF0 && second < 0x90) return false;
            if (lead == 0xF4 && second > 0x8F) return false;
        }
        i += length;
    }
    return true;
}

std::optional<std::string> decode(std::string_view text, bool plus) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = hex_digit(text[i + 1]);
            const int low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0 || (high == 0 && low == 0)) return std::nullopt;
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else if (text[i] == '\0') {
            return std::nullopt;
        } else {
            out += plus && text[i] == '+' ? ' ' : text[i];
        }
    }
    if (!is_utf8(out)) return std::nullopt;
    return out;
}

Result<std::vector<Parameter>> parse_query(std::string_view query) {
    std::vector<Parameter> found;
    while (!query.empty()) {
        auto pair = take(query, '&');
        if (pair.empty()) continue;
        const auto name = decode(take(pair, '='), true);
        const auto value = decode(pair, true);
        if (!name || !value || found.size() == parameters_most) {
            return base::invalid(
                "http.query",
                {"网址中的查询参数无法识别。", "The query of the address cannot be read."},
                {"请检查百分号编码，参数不超过 64 个。",
                 "Check the percent-encoding; at most 64 parameters."});
        }
        found.push_back({*name, *value});
    }
    return found;
}

std::string_view cookie(std::string_view header, std::string_view name) {
    while (!header.empty()) {
        auto pair = trim(take(header, ';'));
        if (take(pair, '=') == name) return pair;
    }
    return {};
}

Language language_of(std::string_view accept_language) {
    int zh = 0;
    int en = 0;
    while (!accept_language.empty()) {
        auto entry = trim(take(accept_language, ','));
        const auto range = trim(take(entry, ';'));
        const auto primary = range.substr(0, range.find('-'));
        const int weight = weight_of(entry);
        if (same_ignoring_case(primary, "zh")) zh = std::max(zh, weight);
        if (same_ignoring_case(primary, "en")) en = std::max(en, weight);
    }
    return en > zh ? Language::en : Language::zh;
}

bool tag_matches(std::string_view if_none_match, std::string_view tag) {
    if (trim(if_none_match) == "*") return true;
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    while (!if_none_match.empty()) {
        auto entry = trim(take(if_none_match, ','));
        if (entry.starts_with("W/")) entry.remove_prefix(2);
        if (!entry.empty() && entry == tag) return true;
    }
    return false;
}

std::optional<std::int64_t> version_of(std::string_view if_match) {
    auto tag = trim(if_match);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag.size() < 3 || tag.front() != '"' || tag.back() != '"') return std::nullopt;
    tag = tag.substr(1, tag.size() - 2);
    std::int64_t version = 0;
    const auto [stop, error] = std::from_chars(tag.data(), tag.data() + tag.size(), version);
    if (error != std::errc{} || stop != tag.data() + tag.size()) return std::nullopt;
    return version;
}

} // namespace http
