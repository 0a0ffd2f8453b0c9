#include "store/gathered_log.hpp"

#include "base/result.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <new>
#include <string>

namespace store::gathered_log {
namespace {

constexpr int file_header_bytes = 32;
constexpr int frame_header_bytes = 24;
// Bytes, with which no more is gathered. SQLite's own files take less than 128 KiB at once.
constexpr std::size_t gathered_most = 1 << 16;

sqlite3_vfs* own_files = nullptr;
sqlite3_vfs gathering{};

// In memory that SQLite gives; the system's own file comes right after it.
struct File {
    sqlite3_file base{};
    std::string gathered;
    std::int64_t start = 0; // in the file, of what is gathered
    std::int64_t end = 0;   // of all frames since the log began anew
    bool header_last = false;
    bool ends_commit = false;
    const char* name = nullptr;
    int descriptor = -1;            // a second one, to start the disk by
    std::atomic<bool> is_flushed{}; // somebody does, so it is worth starting

    sqlite3_file* own() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File& as_file(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }

template <auto Method, class... A>
int ask(File& file, A... arguments) {
    return (file.own()->pMethods->*Method)(file.own(), arguments...);
}

// The disk begins while whoever flushes is still being woken. Only a wish: flushing waits for all
// of it and says what failed.
void start_disk(File& file) {
#if defined(__linux__)
    if (!file.is_flushed.load(std::memory_order_relaxed)) return;
    if (file.descriptor < 0) file.descriptor = ::open(file.name, O_WRONLY | O_CLOEXEC);
    const auto bytes = static_cast<off64_t>(file.gathered.size());
    (void)::sync_file_range(file.descriptor, file.start, bytes, SYNC_FILE_RANGE_WRITE);
#endif
}

// A commit whose frames cannot be written is over: they are not kept for another try.
int write_gathered(File& file) {
    file.header_last = false;
    if (file.gathered.empty()) return SQLITE_OK;
    const int code = ask<&sqlite3_io_methods::xWrite>(
        file,
        static_cast<const void*>(file.gathered.data()),
        static_cast<int>(file.gathered.size()),
        static_cast<sqlite3_int64>(file.start));
    if (code == SQLITE_OK && file.ends_commit) start_disk(file);
    file.gathered.clear();
    return code;
}

// The header's second number is the database's size where the frame ends a commit, and 0 elsewhere.
bool ends_commit(const char* header) {
    return std::any_of(header + 4, header + 8, [](char byte) { return byte != 0; });
}

void gather(File& file, const char* bytes, int amount, sqlite3_int64 offset) {
    if (file.gathered.empty()) file.start = offset;
    file.gathered.append(bytes, static_cast<std::size_t>(amount));
    file.end = offset + amount;
}

int write_file(sqlite3_file* asked, const void* given, int amount, sqlite3_int64 offset) {
    auto& file = as_file(asked);
    const auto* bytes = static_cast<const char*>(given);
    // A header that is written again, before the end, has no page after it.
    const bool next = offset == file.end && offset >= file_header_bytes;
    if (next && amount == frame_header_bytes && !file.header_last) {
        gather(file, bytes, amount, offset);
        file.header_last = true;
        file.ends_commit = ends_commit(bytes);
        return SQLITE_OK;
    }
    if (next && file.header_last) {
        gather(file, bytes, amount, offset);
        file.header_last = false;
        const bool enough = file.ends_commit || file.gathered.size() >= gathered_most;
        return enough ? write_gathered(file) : SQLITE_OK;
    }
    if (const int code = write_gathered(file); code != SQLITE_OK) return code;
    file.end = offset == 0 ? amount : std::max<std::int64_t>(file.end, offset + amount);
    return ask<&sqlite3_io_methods::xWrite>(file, given, amount, offset);
}

// Anything else sees the file as SQLite left it.
template <auto Method, class... A>
int after_writing(sqlite3_file* asked, A... arguments) {
    auto& file = as_file(asked);
    const int code = write_gathered(file);
    return code == SQLITE_OK ? ask<Method>(file, arguments...) : code;
}

template <auto Method, class... A>
int pass(sqlite3_file* asked, A... arguments) {
    return ask<Method>(as_file(asked), arguments...);
}

int close_file(sqlite3_file* asked) {
    auto& file = as_file(asked);
    const int written = write_gathered(file);
    const int closed = ask<&sqlite3_io_methods::xClose>(file);
    if (file.descriptor >= 0) ::close(file.descriptor);
    file.~File();
    return written == SQLITE_OK ? closed : written;
}

constexpr sqlite3_io_methods methods{
    .iVersion = 1, // a log is neither shared memory nor mapped
    .xClose = close_file,
    .xRead = after_writing<&sqlite3_io_methods::xRead, void*, int, sqlite3_int64>,
    .xWrite = write_file,
    .xTruncate = after_writing<&sqlite3_io_methods::xTruncate, sqlite3_int64>,
    .xSync = after_writing<&sqlite3_io_methods::xSync, int>,
    .xFileSize = after_writing<&sqlite3_io_methods::xFileSize, sqlite3_int64*>,
    .xLock = pass<&sqlite3_io_methods::xLock, int>,
    .xUnlock = pass<&sqlite3_io_methods::xUnlock, int>,
    .xCheckReservedLock = pass<&sqlite3_io_methods::xCheckReservedLock, int*>,
    .xFileControl = pass<&sqlite3_io_methods::xFileControl, int, void*>,
    .xSectorSize = pass<&sqlite3_io_methods::xSectorSize>,
    .xDeviceCharacteristics = pass<&sqlite3_io_methods::xDeviceCharacteristics>,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr};

int open_file(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* asked, int flags, int* given) {
    if ((flags & SQLITE_OPEN_WAL) == 0)
        return own_files->xOpen(own_files, name, asked, flags, given);
    auto* file = new (asked) File;
    const int code = own_files->xOpen(own_files, name, file->own(), flags, given);
    if (code == SQLITE_OK) {
        file->base.pMethods = &methods;
        file->name = name;
    } else {
        file->~File();
        asked->pMethods = nullptr;
    }
    return code;
}

} // namespace

const char* vfs() {
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    // Tests put files in their place that break.
    auto* files = sqlite3_vfs_find(nullptr);
    if (files != own_files) {
        own_files = files;
        gathering = *files;
        gathering.szOsFile = static_cast<int>(sizeof(File)) + files->szOsFile;
        gathering.pNext = nullptr;
        gathering.zName = "gathering";
        gathering.xOpen = open_file;
        const int code = sqlite3_vfs_register(&gathering, 0);
        base::ensure(code == SQLITE_OK, "files are registered");
    }
    return gathering.zName;
}

bool flush(sqlite3_file* log) {
    as_file(log).is_flushed.store(true, std::memory_order_relaxed);
    return ask<&sqlite3_io_methods::xSync>(
               as_file(log), SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY) == SQLITE_OK;
}

} // namespace store::gathered_log
