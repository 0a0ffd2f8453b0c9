#include "app/terminal.hpp"

#include <iostream>

namespace app {
namespace {

struct Failure {
    std::string code;
    base::Text message;
    base::Text cure;
    std::string field;
};
BOOST_DESCRIBE_STRUCT(Failure, (), (code, message, cure, field))

Exit exit_of(base::ErrorKind kind) {
    switch (kind) {
    case base::ErrorKind::invalid:
    case base::ErrorKind::not_found:
    case base::ErrorKind::conflict:
    case base::ErrorKind::rejected:
    case base::ErrorKind::forbidden:
    case base::ErrorKind::unauthenticated: return Exit::no;
    case base::ErrorKind::unavailable: return Exit::unavailable;
    case base::ErrorKind::internal: return Exit::fault;
    }
    base::bug("error kind out of range");
}

} // namespace

void Terminal::line(std::string_view text) const { std::cout << text << '\n' << std::flush; }

Exit Terminal::fail(const base::Error& error) const {
    const Failure failure{
        .code = error.code, .message = error.message, .cure = error.cure, .field = error.field};
    if (json) {
        std::cerr << base::json::text(failure) << '\n';
    } else {
        std::cerr << of(error.message) << (error.field.empty() ? "" : "  [" + error.field + "]")
                  << '\n';
        if (!error.detail.empty()) std::cerr << error.detail << '\n';
        if (!error.cure.zh.empty()) std::cerr << of(error.cure) << '\n';
    }
    return exit_of(error.kind);
}

} // namespace app
