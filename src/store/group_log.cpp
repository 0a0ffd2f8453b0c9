#include "store/group_log.hpp"

#include "base/log.hpp"
#include "store/faults.hpp"
#include "store/file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace store {
namespace {

constexpr std::string_view head_mark = "RQLH";
constexpr std::string_view group_mark = "RQLG";
constexpr std::size_t front_bytes = 4 + 4 + 8 + sizeof(base::Digest);
constexpr std::size_t around_bytes = front_bytes + sizeof(base::Digest); // beside the payload
constexpr std::size_t payload_most = std::size_t{1} << 30U;
constexpr std::string_view ending = ".log";

void put_number(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
        out += static_cast<char>(value >> (8 * i) & 0xFFU);
}

std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
        value |= std::uint64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
    return value;
}

std::string_view view(const base::Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

base::Digest digest_at(std::string_view bytes, std::size_t at) {
    base::Digest digest;
    std::memcpy(digest.data(), bytes.data() + at, digest.size());
    return digest;
}

std::optional<LogFrame> frame_at(std::string_view bytes) {
    if (bytes.size() < around_bytes) return {};
    LogFrame frame;
    frame.head = bytes.starts_with(head_mark);
    if (!frame.head && !bytes.starts_with(group_mark)) return {};
    const auto length = number_at(bytes, 4, 4);
    if (length > payload_most || length > bytes.size() - around_bytes) return {};
    frame.at = {number_at(bytes, 8, 8), digest_at(bytes, 16)};
    frame.payload = bytes.substr(front_bytes, length);
    frame.digest = digest_at(bytes, front_bytes + length);
    frame.bytes = around_bytes + length;
    if (base::sha256(bytes.substr(0, front_bytes + length)) != frame.digest) return {};
    return frame;
}

bool any_frame_in(std::string_view bytes) {
    for (auto at = bytes.find(group_mark); at != std::string_view::npos;
         at = bytes.find(group_mark, at + 1)) {
        if (frame_at(bytes.substr(at))) return true;
    }
    return false;
}

std::string name_of_file(std::uint64_t first) {
    auto digits = std::to_string(first);
    return std::string(20 - digits.size(), '0') + digits + std::string(ending);
}

// The first groups of the log's files, ascending.
std::vector<std::uint64_t> files_of(const std::filesystem::path& folder) {
    std::vector<std::uint64_t> found;
    std::error_code failed;
    for (std::filesystem::directory_iterator each(folder, failed), end; !failed && each != end;
         each.increment(failed)) {
        const auto name = each->path().filename().string();
        std::uint64_t first = 0;
        const auto read = std::from_chars(name.data(), name.data() + name.size(), first);
        if (read.ec == std::errc() && name_of_file(first) == name) found.push_back(first);
    }
    std::ranges::sort(found);
    return found;
}

base::Error log_error(std::string_view doing, const std::filesystem::path& path) {
    const int code = errno;
    return faults::unavailable(
        std::string(doing) + ' ' + path.string() + ": " + std::strerror(code));
}

bool write_all(int descriptor, std::string_view bytes, std::uint64_t at) {
    while (!bytes.empty()) {
        const auto count = ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(at));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
        at += static_cast<std::uint64_t>(count);
    }
    return true;
}

} // namespace

std::string frame_text(bool head, const LogPlace& at, std::string_view payload) {
    base::ensure(payload.size() <= payload_most, "a group of a log fits into its frame");
    std::string text(head ? head_mark : group_mark);
    text.reserve(around_bytes + payload.size());
    put_number(text, payload.size(), 4);
    put_number(text, at.group, 8);
    text += view(at.digest);
    text += payload;
    text += view(base::sha256(text));
    return text;
}

std::optional<LogFile> read_log_file(std::string_view bytes) {
    const auto head = frame_at(bytes);
    if (!head || !head->head) return {};
    LogFile file;
    file.heading = head->payload;
    file.begin = head->at;
    file.whole_bytes = head->bytes;
    auto next = head->at;
    while (file.whole_bytes < bytes.size()) {
        const auto rest = bytes.substr(file.whole_bytes);
        const auto frame = frame_at(rest);
        if (!frame || frame->head || frame->at != next) {
            file.damaged = any_frame_in(rest);
            break;
        }
        file.groups.push_back(*frame);
        file.whole_bytes += frame->bytes;
        next = {frame->at.group + 1, frame->digest};
    }
    return file;
}

base::Result<std::optional<std::string>> GroupLog::heading_of(const std::filesystem::path& folder) {
    const auto files = files_of(folder);
    if (files.empty()) return std::optional<std::string>();
    const auto path = folder / name_of_file(files.front());
    const auto bytes = TRY(read_whole(path));
    const auto frame = frame_at(bytes ? std::string_view(*bytes) : std::string_view());
    if (!frame || !frame->head) return faults::log_damaged(path.string(), "no heading");
    return std::optional(std::string(frame->payload));
}

base::Result<GroupLog> GroupLog::open(Wish wish, const Each& each) {
    GroupLog log(std::move(wish));
    const auto& from = log.wish_.from;
    const auto files = files_of(log.wish_.folder);
    const auto missing = [&](std::string why) {
        return faults::log_damaged(log.wish_.folder.string(), std::move(why));
    };
    if (files.empty()) {
        if (from.group != 0) return missing("there are no files");
        TRY(log.begin_file());
        return log;
    }
    const auto after = std::ranges::upper_bound(files, from.group);
    if (after == files.begin()) return missing("its beginning is missing");
    TRY(log.read_files({after - 1, files.end()}, each));
    if (log.end_.group < from.group) return missing("groups are missing at its end");
    return log;
}

base::Result<> GroupLog::read_files(const std::vector<std::uint64_t>& files, const Each& each) {
    for (std::size_t i = 0; i < files.size(); ++i)
        TRY(read_file(files[i], i + 1 == files.size(), each));
    return {};
}

base::Result<> GroupLog::read_file(std::uint64_t first, bool last, const Each& each) {
    const auto path = wish_.folder / name_of_file(first);
    const auto whole = TRY(read_whole(path));
    const std::string_view bytes = whole ? std::string_view(*whole) : std::string_view();
    const auto damaged = [&](std::uint64_t at, const std::string& why) {
        return faults::log_damaged(path.string() + ":" + std::to_string(at), why);
    };
    const auto file = read_log_file(bytes);
    if (!file || file->heading != wish_.heading || file->begin.group != first)
        return damaged(0, "not the heading of this log");
    // The first file that is read is believed; its digests are held against `from` below.
    if (size_ != 0 && file->begin != end_) return damaged(0, "does not continue the file before");
    end_ = file->begin;
    for (const auto& frame : file->groups) {
        if (end_.group == wish_.from.group && end_ != wish_.from)
            return damaged(0, "another log than the one that was left");
        if (end_.group >= wish_.from.group) TRY(each(frame.payload));
        end_ = {frame.at.group + 1, frame.digest};
    }
    if (end_.group == wish_.from.group && end_ != wish_.from)
        return damaged(0, "another log than the one that was left");
    const bool torn = file->whole_bytes < bytes.size();
    if (torn && (file->damaged || !last)) return damaged(file->whole_bytes, "no whole group");
    size_ = file->whole_bytes;
    if (!last) return {};
    cut_bytes_ = bytes.size() - file->whole_bytes;
    return continue_file(first, *file, bytes);
}

base::Result<> GroupLog::open_file(std::uint64_t first) {
    const auto path = wish_.folder / name_of_file(first);
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor_ < 0) return log_error("opening", path);
    return {};
}

base::Result<> GroupLog::continue_file(
    std::uint64_t first, const LogFile& file, std::string_view bytes) {
    TRY(open_file(first));
    const bool torn = file.whole_bytes < bytes.size();
    if (torn && ::ftruncate(descriptor_, static_cast<off_t>(file.whole_bytes)) != 0)
        return log_error("cutting", wish_.folder / name_of_file(first));
    // Written again, not only flushed: a flush that was refused once is not tried again by the
    // system, which then holds the bytes for written.
    const auto last = file.groups.empty() ? 0 : file.groups.back().bytes;
    size_ = file.whole_bytes - last;
    if (torn || last > 0) TRY(write_at_end(bytes.substr(size_, last)));
    return {};
}

bool GroupLog::flush() const {
    return wish_.flush ? wish_.flush(descriptor_) : ::fdatasync(descriptor_) == 0;
}

base::Result<> GroupLog::write_at_end(std::string_view frame) {
    if (!write_all(descriptor_, frame, size_) || !flush())
        return log_error("writing", wish_.folder);
    size_ += frame.size();
    return {};
}

// A file comes into its place whole, so that none is without its heading.
base::Result<> GroupLog::begin_file() {
    const auto head = frame_text(true, end_, wish_.heading);
    TRY(replace_whole(wish_.folder / name_of_file(end_.group), head));
    size_ = head.size();
    return open_file(end_.group);
}

base::Result<> GroupLog::append(std::string_view payload) {
    if (failed_) return faults::unavailable("the log failed before");
    failed_ = true; // until the group is on the disk
    if (size_ >= wish_.file_bytes) TRY(begin_file());
    const auto frame = frame_text(false, end_, payload);
    const auto written = write_at_end(frame);
    if (!written) {
        // Where even that fails, opening writes the group again and flushes it.
        if (::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0)
            base::log::error("store.log_not_cut", {});
        return written;
    }
    end_ = {end_.group + 1, digest_at(frame, frame.size() - sizeof(base::Digest))};
    failed_ = false;
    return {};
}

GroupLog::GroupLog(GroupLog&& other) noexcept
    : wish_(std::move(other.wish_))
    , end_(other.end_)
    , size_(other.size_)
    , cut_bytes_(other.cut_bytes_)
    , descriptor_(std::exchange(other.descriptor_, -1))
    , failed_(other.failed_) {}

GroupLog::~GroupLog() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

} // namespace store
