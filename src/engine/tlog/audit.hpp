// The whole of a log checked by who has nothing but its files and its key: every entry, every tile,
// the root, the signatures. Reads each file once and keeps only the right edge.
#pragma once

#include "engine/tlog/tile.hpp"
#include "engine/tlog/trust.hpp"

namespace tlog {

// A file of the log by its path ("checkpoint", "tile/0/000"). Errors are the caller's own.
using FetchFile = std::function<Result<std::string>(const std::string& path)>;

struct Audit {
    Accepted accepted;
    std::uint64_t entries = 0;
    std::uint64_t entry_bytes = 0;
    std::uint64_t files = 0; // tiles and bundles
};

// The first file that is wrong stands in the error's field. Errors: those of `fetch`, accept() and
// the readers; `tlog.damaged`: the file is not what the checkpoint's tree has there;
// `tlog.root`: the checkpoint's root is not that of the entries.
Result<Audit> audit(const FetchFile& fetch, const Trust& trust);

} // namespace tlog
