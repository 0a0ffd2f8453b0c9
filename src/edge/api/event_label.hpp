// The kinds of events as people read them in the audit trail.
#pragma once

#include "base/result.hpp"

#include <string_view>

namespace api {

// The kind itself when it has no label yet; a test holds every declared kind to having one.
[[nodiscard]] base::Text event_label(std::string_view kind);

} // namespace api
