#include "domain/stream/decisions.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace stream {
namespace {

base::Error unwritten(std::string_view doing) {
    const int code = errno;
    auto error = base::unavailable(
        "stream.unavailable",
        {"监测目录暂时写不进去", "the folder of the watch could not be written for now"},
        {"检查磁盘与权限后重试；已确认的事件不会丢失",
         "check the disk and its rights, then try again; what was acknowledged is not lost"});
    error.detail = std::string(doing) + " decisions: " + std::strerror(code);
    return error;
}

} // namespace

base::Result<Decisions> Decisions::open(
    const std::filesystem::path& file, std::uint64_t held_bytes, store::Flush flush) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    Decisions made(descriptor, std::move(flush));

    struct stat status {};

    if (made.descriptor_ < 0 || ::fstat(made.descriptor_, &status) != 0)
        return unwritten("opening");
    made.size_ = static_cast<std::uint64_t>(status.st_size);
    made.bytes_ = held_bytes;
    if (made.size_ >= held_bytes) return made;
    return base::unavailable(
               "stream.decisions",
               {"判断文件“" + file.string() + "”比已保存的短",
                "the file of decisions “" + file.string() + "” is shorter than what was kept"},
               {"把同一目录中的 state 文件移走再运行：判断会从日志重新写出",
                "move the file `state` of the same folder away and run again: decisions are "
                "written "
                "again from the log"})
        .at(file.string());
}

Decisions::Decisions(Decisions&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1))
    , flush_(std::move(other.flush_))
    , bytes_(other.bytes_)
    , size_(other.size_)
    , rewritten_(other.rewritten_)
    , there_(std::move(other.there_)) {}

Decisions::~Decisions() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

base::Result<> Decisions::cut() {
    if (size_ == bytes_) return {};
    rewritten_ += size_ - bytes_;
    if (::ftruncate(descriptor_, static_cast<off_t>(bytes_)) != 0) return unwritten("cutting");
    size_ = bytes_;
    return {};
}

base::Result<> Decisions::put(std::string_view rest) {
    if (size_ > bytes_) {
        there_.resize(std::min<std::uint64_t>(rest.size(), size_ - bytes_));
        const auto count =
            ::pread(descriptor_, there_.data(), there_.size(), static_cast<off_t>(bytes_));
        const bool same = count == std::ssize(there_) && rest.starts_with(there_);
        if (!same) TRY(cut());
        const auto skipped = same ? there_.size() : 0;
        bytes_ += skipped;
        rest.remove_prefix(skipped);
    }
    while (!rest.empty()) {
        const auto count =
            ::pwrite(descriptor_, rest.data(), rest.size(), static_cast<off_t>(bytes_));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return unwritten("writing");
        rest.remove_prefix(static_cast<std::size_t>(count));
        bytes_ += static_cast<std::uint64_t>(count);
        size_ = std::max(size_, bytes_);
    }
    return {};
}

base::Result<> Decisions::end() { return cut(); }

base::Result<> Decisions::flush() {
    const bool flushed = flush_ ? flush_(descriptor_) : ::fdatasync(descriptor_) == 0;
    if (!flushed) return unwritten("flushing");
    return {};
}

} // namespace stream
