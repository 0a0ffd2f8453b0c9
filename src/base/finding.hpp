// What a check found wrong in data that people write (pack tables, imports): where, what, and how
// to put it right.
#pragma once

#include "base/result.hpp"

#include <string>
#include <vector>

namespace base {

struct Finding {
    std::string pointer; // RFC 6901, into the checked value: "/rows/3/from"
    Text message;
    Text cure;
    friend bool operator==(const Finding&, const Finding&) = default;
};

// All findings as one Error of kind invalid: `field` is the first pointer, the message names every
// place (the first twenty), the cure is the first one's.
[[nodiscard]] Error findings_error(std::string code, const std::vector<Finding>& findings);

} // namespace base
