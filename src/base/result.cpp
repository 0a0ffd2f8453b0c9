#include "base/result.hpp"

#include <stdexcept>

namespace base {
namespace {

Error make(ErrorKind kind, std::string code, Text message, Text cure) {
    return {
        .kind = kind,
        .code = std::move(code),
        .message = std::move(message),
        .cure = std::move(cure),
        .field = {},
        .detail = {}};
}

} // namespace

Error Error::at(std::string where) && {
    field = std::move(where);
    return std::move(*this);
}

Error invalid(std::string code, Text message, Text cure) {
    return make(ErrorKind::invalid, std::move(code), std::move(message), std::move(cure));
}

Error unauthenticated(std::string code, Text message, Text cure) {
    return make(ErrorKind::unauthenticated, std::move(code), std::move(message), std::move(cure));
}

Error forbidden(std::string code, Text message, Text cure) {
    return make(ErrorKind::forbidden, std::move(code), std::move(message), std::move(cure));
}

Error not_found(std::string code, Text message, Text cure) {
    return make(ErrorKind::not_found, std::move(code), std::move(message), std::move(cure));
}

Error conflict(std::string code, Text message, Text cure) {
    return make(ErrorKind::conflict, std::move(code), std::move(message), std::move(cure));
}

Error rejected(std::string code, Text message, Text cure) {
    return make(ErrorKind::rejected, std::move(code), std::move(message), std::move(cure));
}

Error unavailable(std::string code, Text message, Text cure) {
    return make(ErrorKind::unavailable, std::move(code), std::move(message), std::move(cure));
}

void bug(std::string_view what) { throw std::logic_error("bug: " + std::string(what)); }

} // namespace base
