// The log's files, and proof files for capabilities that show their acts.
#pragma once

#include "edge/api/endpoint.hpp"
#include "edge/api/services.hpp"

namespace api {

// Whether a path is below /log/, and what is there: checkpoint, tiles and bundles, for everybody.
[[nodiscard]] bool is_log_file(std::string_view path);
[[nodiscard]] http::Response log_file(const Services& services, const http::Request& request);

// The .tlog-proof of an event of the journal. Whether the reader may see it, the caller has
// decided. `evidence.no_log`, `evidence.not_yet`, `evidence.no_act`.
Result<File> proof_file(const Services& services, std::int64_t seq);

} // namespace api
