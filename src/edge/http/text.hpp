// The small grammars of a request: percent-encoding, queries, cookies, languages, entity tags.
#pragma once

#include "edge/http/message.hpp"

#include <optional>

namespace http {

// Percent-decoding of one segment or one value; `plus` reads '+' as a space, as in queries. Nothing
// when the escape is broken, or when the outcome holds a NUL or is not UTF-8.
[[nodiscard]] std::optional<std::string> decode(std::string_view text, bool plus = false);

struct Parameter {
    std::string name;
    std::string value;
    friend bool operator==(const Parameter&, const Parameter&) = default;
};

// `a=1&b=x%20y`. At most 64 parameters. Error `http.query`.
Result<std::vector<Parameter>> parse_query(std::string_view query);

// The value of one cookie of a Cookie header (RFC 6265 §4.2.1), or empty. The first of two with one
// name counts.
[[nodiscard]] std::string_view cookie(std::string_view header, std::string_view name);

// The better of zh and en by Accept-Language's weights; zh when neither is named.
[[nodiscard]] Language language_of(std::string_view accept_language);

// Whether If-None-Match names the tag (weak comparison) or is `*`.
[[nodiscard]] bool tag_matches(std::string_view if_none_match, std::string_view tag);

// The version in `"7"` or `W/"7"`. Nothing for `*`, for lists and for anything else.
[[nodiscard]] std::optional<std::int64_t> version_of(std::string_view if_match);

[[nodiscard]] bool is_utf8(std::string_view text);
[[nodiscard]] bool same_ignoring_case(std::string_view a, std::string_view b);

} // namespace http
