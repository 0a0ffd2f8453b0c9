// A log as files, in a folder or behind an address: written entry by entry, and read by path.
#pragma once

#include "engine/tlog/audit.hpp"

#include <filesystem>

namespace app {

// Reads the files of a log from a folder or, given http:// or https://, from its address.
[[nodiscard]] tlog::FetchFile log_files(const std::string& place);
[[nodiscard]] bool is_address(const std::string& place);

// Files below tile/ that the checkpoint's tree does not name: partial tiles of older sizes. Each
// must be the beginning of the tile that is there now. `tlog.damaged` at the first that is not.
base::Result<std::uint64_t> check_older_tiles(
    const std::filesystem::path& folder, std::uint64_t size);

// Appends entries to the log in a folder, which may be new.
class LogWriter {
public:
    // Continues what is there once its checkpoint and the right edge of its tiles are found good.
    // Errors: `tlog.origin` (the folder's log bears another name), those of reading.
    static base::Result<LogWriter> open(
        std::filesystem::path folder, const std::string& origin, const tlog::SignerKey& key);

    // `tlog.entry`.
    base::Result<> add(std::string_view entry);
    // Writes the tiles, then the checkpoint, over what was added. `kept`: a copy under the name
    // checkpoint.<size> besides.
    base::Result<tlog::Checkpoint> integrate(bool kept);

    [[nodiscard]] std::uint64_t size() const { return size_; }

private:
    LogWriter(std::filesystem::path folder, const tlog::SignerKey& key)
        : folder_(std::move(folder))
        , key_(&key) {}

    base::Result<> load(std::uint64_t size);
    base::Result<> write_tile(int level, std::uint64_t index);
    base::Result<> put(const std::string& path, std::string_view bytes) const;

    std::filesystem::path folder_;
    const tlog::SignerKey* key_;
    std::uint64_t size_ = 0;
    std::string bundle_;                             // of the rightmost bundle
    std::vector<std::vector<tlog::Hash>> levels_{1}; // the rightmost tile of each level
    tlog::Frontier frontier_;
};

} // namespace app
