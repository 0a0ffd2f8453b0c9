#include "edge/api/cookie.hpp"

namespace api {
namespace {

std::string cookie_line(std::string_view value, bool secure) {
    return std::string(cookie_name(secure)) + "=" + std::string(value) +
           "; Path=/; HttpOnly; SameSite=Strict" + (secure ? "; Secure" : "");
}

} // namespace

std::string set_cookie(const base::Secret& token, bool secure) {
    return cookie_line(token.reveal(), secure);
}

std::string clear_cookie(bool secure) { return cookie_line("", secure) + "; Max-Age=0"; }

} // namespace api
