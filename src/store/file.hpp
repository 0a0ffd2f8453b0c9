// What the store asks of the file system: one process at a time, files that are on the disk, copies
// that are whole.
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"

#include <filesystem>
#include <optional>

namespace store {

// Held from construction to destruction; the system lets go of it when the process dies, however it
// dies.
class FileLock {
public:
    static base::Result<FileLock> take(
        const std::filesystem::path& file); // `store.locked`, `store.unavailable`

    FileLock(FileLock&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)) {}

    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    ~FileLock();

private:
    explicit FileLock(int descriptor)
        : descriptor_(descriptor) {}

    int descriptor_;
};

// A folder that goes with its owner.
class Scratch {
public:
    Scratch();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

private:
    std::filesystem::path folder_;
};

// Flushes a file, or a folder's entries, to the disk. These answer `store.unavailable`.
base::Result<> flush(const std::filesystem::path& path);
// Zeros behind what the file holds, up to so many bytes, on the disk. A file that is not there is
// not made.
base::Result<> lengthen(const std::filesystem::path& file, std::int64_t bytes);
base::Result<base::Digest> digest_of(const std::filesystem::path& file);
base::Result<> write_whole(const std::filesystem::path& file, std::string_view text);
// The same for a file that others read or that a crash must leave whole, old or new: written beside
// it, readable by the owner only, put in its place, and the place flushed.
base::Result<> replace_whole(const std::filesystem::path& file, std::string_view text);
// As replace_whole, for files that everybody may read.
base::Result<> replace_public(const std::filesystem::path& file, std::string_view text);
// The whole of a file; nothing when there is none.
base::Result<std::optional<std::string>> read_whole(const std::filesystem::path& file);

} // namespace store
