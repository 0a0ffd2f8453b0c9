// The session cookie.
#pragma once

#include "base/secret.hpp"

#include <string>
#include <string_view>

namespace api {

// With TLS the name carries the browser's own guarantee that nobody but this host set it (RFC
// 6265bis §4.1.3.2).
[[nodiscard]] constexpr std::string_view cookie_name(bool secure) {
    return secure ? "__Host-rongqiao" : "rongqiao";
}

// A Set-Cookie value that lives as long as the browser, seen by no script, sent to no other site's
// requests.
[[nodiscard]] std::string set_cookie(const base::Secret& token, bool secure);
[[nodiscard]] std::string clear_cookie(bool secure);

} // namespace api
