// What a stream and its replay share: what a log says of itself.
#pragma once

#include "engine/watch/watch.hpp"

namespace stream {

// The digest of the rules, then the fields, a line each.
[[nodiscard]] std::string heading_of(const watch::Watch& watch);
[[nodiscard]] base::Error wrong_group(const std::filesystem::path& folder);

} // namespace stream
