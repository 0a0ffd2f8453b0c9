// Errors as RFC 9457 problem documents, in the reader's language. The one table from kinds to
// status codes.
#pragma once

#include "edge/http/message.hpp"

namespace http {

// One place of the input that is wrong.
struct Fault {
    std::string pointer; // RFC 6901
    Text message;
};

[[nodiscard]] int status_of(const Error& error);
[[nodiscard]] std::string_view reason_of(int status); // "Not Found"

// `request` is the id a person can tell to the operator; the same stands in the log.
[[nodiscard]] Response problem(
    const Error& error,
    Language language,
    std::string_view request,
    const std::vector<Fault>& faults = {});

} // namespace http
