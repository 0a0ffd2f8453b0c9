// An append-only log of groups in the files of a folder. A group is what its writer makes of it; it
// is on the disk, whole, when append() answers, and of a group that was being written when the
// process died nothing is left, or all of it.
//
//   file:  a head and groups, named for its first group: 00000000000000000042.log
//   head:  a frame with mark "RQLH"; its payload says what the log is, the same in every file
//   group: a frame with mark "RQLG"
//   frame: mark(4) length(4) number(8) previous(32) payload(length) digest(32)
//
// Numbers are little-endian. `digest` is the SHA-256 of everything before it in the frame and
// `previous` that of the group before, so the last digest stands for the whole log. What follows
// the last whole frame of the last file is a torn write and is cut off, unless another whole frame
// follows: then, and wherever else something is broken, the log is damaged and is not opened.
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace store {

// Between two groups: the number of the next one, and the digest of the one before it.
struct LogPlace {
    std::uint64_t group = 0;
    base::Digest digest{};
    friend bool operator==(const LogPlace&, const LogPlace&) = default;
};

struct LogFrame {
    bool head = false;
    LogPlace at; // of a head: where the file begins
    std::string_view payload;
    base::Digest digest{};
    std::size_t bytes = 0;
};

// Of one file, by its bytes alone.
struct LogFile {
    std::string_view heading;
    LogPlace begin;
    std::vector<LogFrame> groups;
    std::size_t whole_bytes = 0; // up to what is broken, or all
    bool damaged = false;        // broken, and not only at its end
};

[[nodiscard]] std::string frame_text(bool head, const LogPlace& at, std::string_view payload);
// Nothing when there is no whole head.
[[nodiscard]] std::optional<LogFile> read_log_file(std::string_view bytes);

// Brings what was written to a descriptor to the disk; false when the disk refused.
using Flush = std::function<bool(int descriptor)>;

class GroupLog {
public:
    struct Wish {
        std::filesystem::path folder; // there already, and held by a lock of the caller's
        std::string heading;
        LogPlace from; // groups before it are not handed out
        std::uint64_t file_bytes = 64U << 20U;
        Flush flush{}; // for tests; empty: the system's
    };

    using Each = std::function<base::Result<>(std::string_view payload)>;

    // Hands out the groups in order; cuts off what was torn; begins a log where there is none.
    // `store.log_damaged`, `store.unavailable`, or what `each` answers.
    static base::Result<GroupLog> open(Wish wish, const Each& each);
    // What the log of a folder says of itself; nothing where there is none.
    static base::Result<std::optional<std::string>> heading_of(const std::filesystem::path& folder);

    GroupLog(GroupLog&& other) noexcept;
    GroupLog(const GroupLog&) = delete;
    GroupLog& operator=(const GroupLog&) = delete;
    ~GroupLog();

    // At most 1 GiB. Once it has failed, nothing is taken any more: a disk that has refused a flush
    // may have dropped what it was given while the system still shows it, so the group is taken
    // back out of the file, and what is left is known upon opening.
    base::Result<> append(std::string_view payload);

    [[nodiscard]] const LogPlace& end() const { return end_; }

    [[nodiscard]] std::uint64_t cut_bytes() const { return cut_bytes_; } // torn, upon opening

private:
    explicit GroupLog(Wish wish)
        : wish_(std::move(wish)) {}

    base::Result<> read_files(const std::vector<std::uint64_t>& files, const Each& each);
    base::Result<> read_file(std::uint64_t first, bool last, const Each& each);
    base::Result<> begin_file();
    // The last group may have been written and not flushed by a process that died; it is on the
    // disk before anybody hears that it is there.
    base::Result<> continue_file(std::uint64_t first, const LogFile& file, std::string_view bytes);
    base::Result<> write_at_end(std::string_view frame);
    base::Result<> open_file(std::uint64_t first);
    [[nodiscard]] bool flush() const;

    Wish wish_;
    LogPlace end_;
    std::uint64_t size_ = 0; // of the file being written
    std::uint64_t cut_bytes_ = 0;
    int descriptor_ = -1;
    bool failed_ = false;
};

} // namespace store
