#include "store/file.hpp"

#include "store/faults.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

namespace store {
namespace {

base::Error system_error(std::string_view doing, const std::filesystem::path& path) {
    const int code = errno;
    return faults::unavailable(
        std::string(doing) + ' ' + path.string() + ": " + std::strerror(code));
}

base::Result<> replace(const std::filesystem::path& file, std::string_view text, unsigned mode) {
    const std::filesystem::path fresh = file.string() + ".new";
    const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (descriptor < 0) return system_error("opening", fresh);
    bool written = true;
    while (!text.empty() && written) {
        const auto count = ::write(descriptor, text.data(), text.size());
        written = count > 0 || (count < 0 && errno == EINTR);
        if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
    }
    written = written && ::fsync(descriptor) == 0;
    auto error = system_error("writing", fresh);
    ::close(descriptor);
    if (!written) return error;
    if (::rename(fresh.c_str(), file.c_str()) != 0) return system_error("replacing", file);
    const auto folder = file.parent_path();
    return flush(folder.empty() ? "." : folder);
}

} // namespace

base::Result<FileLock> FileLock::take(const std::filesystem::path& file) {
    // A file beside the database: closing any descriptor of the database itself would drop SQLite's
    // own locks.
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return system_error("opening", file);
    FileLock lock(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
    if (errno == EWOULDBLOCK) return faults::locked(file.string());
    return system_error("locking", file);
}

FileLock::~FileLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Scratch::Scratch() {
    // Memory where the system offers it: nothing here has to outlive the process.
    const std::filesystem::path memory = "/dev/shm";
    std::error_code none;
    const bool usable = ::access(memory.c_str(), W_OK) == 0;
    auto name = (usable ? memory : std::filesystem::temp_directory_path(none)) / "rongqiao-XXXXXX";
    auto text = name.string();
    base::ensure(::mkdtemp(text.data()) != nullptr, "a scratch folder can be made");
    folder_ = text;
}

Scratch::~Scratch() {
    std::error_code none;
    std::filesystem::remove_all(folder_, none);
}

base::Result<> flush(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return system_error("opening", path);
    const bool flushed = ::fsync(descriptor) == 0;
    auto error = system_error("flushing", path);
    ::close(descriptor);
    if (!flushed) return error;
    return {};
}

base::Result<> lengthen(const std::filesystem::path& file, std::int64_t bytes) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return system_error("opening", file);
    const std::vector<char> zeros(1 << 20);
    std::int64_t end = ::lseek(descriptor, 0, SEEK_END);
    bool written = end >= 0;
    while (written && end < bytes) {
        const auto piece = std::min<std::int64_t>(std::ssize(zeros), bytes - end);
        const auto count = ::pwrite(descriptor, zeros.data(), static_cast<std::size_t>(piece), end);
        written = count > 0 || (count < 0 && errno == EINTR);
        if (count > 0) end += count;
    }
    written = written && ::fdatasync(descriptor) == 0;
    auto error = system_error("lengthening", file);
    ::close(descriptor);
    if (!written) return error;
    return {};
}

base::Result<base::Digest> digest_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return system_error("reading", file);
    base::Hasher hasher;
    std::string piece(1 << 20, '\0');
    while (in) {
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        hasher.add(std::string_view(piece).substr(0, static_cast<std::size_t>(in.gcount())));
    }
    if (in.bad()) return system_error("reading", file);
    return hasher.finish();
}

base::Result<> write_whole(const std::filesystem::path& file, std::string_view text) {
    {
        std::ofstream out(file, std::ios::binary | std::ios::trunc);
        out << text;
        out.flush();
        if (!out) return system_error("writing", file);
    }
    return flush(file);
}

base::Result<> replace_whole(const std::filesystem::path& file, std::string_view text) {
    return replace(file, text, 0600);
}

base::Result<> replace_public(const std::filesystem::path& file, std::string_view text) {
    return replace(file, text, 0644);
}

base::Result<std::optional<std::string>> read_whole(const std::filesystem::path& file) {
    std::error_code error;
    if (!std::filesystem::exists(file, error) && !error) return std::optional<std::string>();
    std::ifstream in(file, std::ios::binary);
    if (!in) return system_error("reading", file);
    std::string text;
    while (in) {
        constexpr std::size_t piece = 1 << 20;
        const auto size = text.size();
        text.resize(size + piece);
        in.read(text.data() + size, piece);
        text.resize(size + static_cast<std::size_t>(in.gcount()));
    }
    if (in.bad()) return system_error("reading", file);
    return std::optional(std::move(text));
}

} // namespace store
