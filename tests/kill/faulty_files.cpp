#include "faulty_files.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace kills {
namespace {

constexpr int gone = 137; // as after SIGKILL

struct Overwritten {
    sqlite3_int64 offset = 0;
    std::string bytes;
    sqlite3_int64 size = 0; // of the file before
};

struct File;

sqlite3_vfs* real = nullptr;
sqlite3_vfs faulty{};
Fault fault = Fault::none;
std::int64_t break_at = 0;
std::atomic<std::int64_t> steps = 0;
std::mutex files_mutex;
std::set<File*> files;

// SQLite's own file comes right after it in the same block of memory.
struct File {
    sqlite3_file base{};
    sqlite3_io_methods methods{};
    std::vector<Overwritten>* unsynced = nullptr;

    sqlite3_file* inner() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File* as_file(sqlite3_file* file) { return reinterpret_cast<File*>(file); }

// Back to what the last sync made safe.
void lose_unsynced(File* file) {
    auto* inner = file->inner();
    auto& past = *file->unsynced;
    for (auto one = past.rbegin(); one != past.rend(); ++one) {
        if (!one->bytes.empty())
            inner->pMethods->xWrite(
                inner, one->bytes.data(), static_cast<int>(one->bytes.size()), one->offset);
        inner->pMethods->xTruncate(inner, one->size);
    }
    past.clear();
}

// Answers whether the step is to fail. May not return.
bool step(const std::function<void()>& part = {}) {
    const auto now = ++steps;
    if (now < break_at || fault == Fault::none) return false;
    switch (fault) {
    case Fault::none: return false;
    case Fault::die: ::_exit(gone);
    case Fault::die_torn:
        if (part) part();
        ::_exit(gone);
    case Fault::lose: {
        const std::lock_guard lock(files_mutex);
        for (auto* file : files)
            lose_unsynced(file);
        ::_exit(gone);
    }
    case Fault::fail_once: return now == break_at;
    case Fault::fail_on: return true;
    }
    return false;
}

void remember(File* file, int amount, sqlite3_int64 offset) {
    if (fault != Fault::lose) return;
    auto* inner = file->inner();
    Overwritten one{.offset = offset, .bytes = {}, .size = 0};
    inner->pMethods->xFileSize(inner, &one.size);
    const auto there =
        std::max<sqlite3_int64>(0, std::min<sqlite3_int64>(amount, one.size - offset));
    one.bytes.resize(static_cast<std::size_t>(there));
    if (there > 0) inner->pMethods->xRead(inner, one.bytes.data(), static_cast<int>(there), offset);
    file->unsynced->push_back(std::move(one));
}

int write_file(sqlite3_file* file, const void* bytes, int amount, sqlite3_int64 offset) {
    auto* inner = as_file(file)->inner();
    // Elsewhere at every step: a write may hold the frames of a whole commit.
    const auto part = [&] {
        const auto eighths = static_cast<int>(1 + steps % 7);
        inner->pMethods->xWrite(inner, bytes, amount / 8 * eighths, offset);
    };
    if (step(part)) return SQLITE_IOERR_WRITE;
    remember(as_file(file), amount, offset);
    return inner->pMethods->xWrite(inner, bytes, amount, offset);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    if (step()) return SQLITE_IOERR_TRUNCATE;
    auto* inner = as_file(file)->inner();
    if (fault == Fault::lose) {
        sqlite3_int64 before = 0;
        inner->pMethods->xFileSize(inner, &before);
        if (before > size) remember(as_file(file), static_cast<int>(before - size), size);
    }
    return inner->pMethods->xTruncate(inner, size);
}

int sync_file(sqlite3_file* file, int flags) {
    if (step()) return SQLITE_IOERR_FSYNC;
    auto* inner = as_file(file)->inner();
    const int code = inner->pMethods->xSync(inner, flags);
    if (code == SQLITE_OK) as_file(file)->unsynced->clear();
    return code;
}

int close_file(sqlite3_file* file) {
    {
        const std::lock_guard lock(files_mutex);
        files.erase(as_file(file));
    }
    delete as_file(file)->unsynced;
    auto* inner = as_file(file)->inner();
    return inner->pMethods->xClose(inner);
}

template <auto Method, class... A>
int pass(sqlite3_file* file, A... arguments) {
    auto* inner = as_file(file)->inner();
    return (inner->pMethods->*Method)(inner, arguments...);
}

void pass_barrier(sqlite3_file* file) {
    auto* inner = as_file(file)->inner();
    inner->pMethods->xShmBarrier(inner);
}

// Files are never mapped, so that every change comes by here; the shared index of the log is, which
// no crash relies on.
int fetch_nothing(sqlite3_file*, sqlite3_int64, int, void** found) {
    *found = nullptr;
    return SQLITE_OK;
}

int open_file(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* given) {
    auto* made = new (file) File;
    const int code = real->xOpen(real, name, made->inner(), flags, given);
    if (code != SQLITE_OK) return code;
    made->unsynced = new std::vector<Overwritten>;
    made->methods = {
        .iVersion = 3,
        .xClose = close_file,
        .xRead = pass<&sqlite3_io_methods::xRead, void*, int, sqlite3_int64>,
        .xWrite = write_file,
        .xTruncate = truncate_file,
        .xSync = sync_file,
        .xFileSize = pass<&sqlite3_io_methods::xFileSize, sqlite3_int64*>,
        .xLock = pass<&sqlite3_io_methods::xLock, int>,
        .xUnlock = pass<&sqlite3_io_methods::xUnlock, int>,
        .xCheckReservedLock = pass<&sqlite3_io_methods::xCheckReservedLock, int*>,
        .xFileControl = pass<&sqlite3_io_methods::xFileControl, int, void*>,
        .xSectorSize = pass<&sqlite3_io_methods::xSectorSize>,
        .xDeviceCharacteristics = pass<&sqlite3_io_methods::xDeviceCharacteristics>,
        .xShmMap = pass<&sqlite3_io_methods::xShmMap, int, int, int, void volatile**>,
        .xShmLock = pass<&sqlite3_io_methods::xShmLock, int, int, int>,
        .xShmBarrier = pass_barrier,
        .xShmUnmap = pass<&sqlite3_io_methods::xShmUnmap, int>,
        .xFetch = fetch_nothing,
        .xUnfetch = pass<&sqlite3_io_methods::xUnfetch, sqlite3_int64, void*>};
    made->base.pMethods = &made->methods;
    const std::lock_guard lock(files_mutex);
    files.insert(made);
    return SQLITE_OK;
}

int delete_file(sqlite3_vfs*, const char* name, int sync_folder) {
    if (step()) return SQLITE_IOERR_DELETE;
    return real->xDelete(real, name, sync_folder);
}

} // namespace

void break_files(Fault how, std::int64_t at) {
    fault = how;
    break_at = at;
    real = sqlite3_vfs_find(nullptr);
    faulty = *real;
    faulty.szOsFile = static_cast<int>(sizeof(File)) + real->szOsFile;
    faulty.pNext = nullptr;
    faulty.zName = "faulty";
    faulty.xOpen = open_file;
    faulty.xDelete = delete_file;
    sqlite3_vfs_register(&faulty, 1);
}

std::int64_t file_steps() { return steps; }

} // namespace kills
