// Copies of a database: made while the program runs, and brought back into place.
#include "store/backup.hpp"

#include "store/database.hpp"
#include "store/faults.hpp"
#include "store/file.hpp"

#include <fstream>

namespace store {
namespace {

namespace fs = std::filesystem;

fs::path beside(const fs::path& file, std::string_view suffix) {
    return file.string() + std::string(suffix);
}

fs::path folder_of(const fs::path& file) {
    return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

base::Result<> check_whole(const fs::path& file) {
    Connection connection(file, Connection::Access::read);
    std::string finding;
    connection.run("pragma integrity_check(1)", {}, [&](Connection::Row row) {
        finding = row[0].text;
        return false;
    });
    if (finding != "ok") return faults::damaged(file.string() + ": " + finding);
    return {};
}

// Under another name first: what carries the final name is whole.
base::Result<> move_into_place(const fs::path& partial, const fs::path& to) {
    TRY(check_whole(partial));
    TRY(flush(partial));
    std::error_code failure;
    fs::rename(partial, to, failure);
    if (failure)
        return faults::unavailable("renaming to " + to.string() + ": " + failure.message());
    return flush(folder_of(to));
}

base::Result<> check_digest(const fs::path& file) {
    std::ifstream in(beside(file, ".sha256"));
    std::string expected;
    if (!(in >> expected)) return faults::damaged("no digest beside " + file.string());
    const auto found = TRY(digest_of(file));
    if (base::hex(found) != expected)
        return faults::damaged(file.string() + " is not what its digest says");
    return {};
}

base::Result<> guarded(const std::function<base::Result<>()>& work, const fs::path& partial) {
    base::Result<> done;
    try {
        done = work();
    } catch (const SqlFault& fault) {
        const bool damaged = fault.kind() == SqlFault::Kind::damaged;
        done = damaged ? faults::damaged(fault.what()) : faults::unavailable(fault.what());
    }
    std::error_code none;
    if (!done) fs::remove(partial, none);
    return done;
}

} // namespace

base::Result<> copy_database(const fs::path& from, const fs::path& to) {
    if (fs::exists(to)) return faults::exists(to.string());
    const auto partial = beside(to, ".partial");
    std::error_code none;
    fs::remove(partial, none);
    const auto work = [&]() -> base::Result<> {
        Connection(from, Connection::Access::read).copy_to(partial);
        const auto digest = TRY(digest_of(partial));
        TRY(write_whole(
            beside(to, ".sha256"), base::hex(digest) + "  " + to.filename().string() + '\n'));
        return move_into_place(partial, to);
    };
    return guarded(work, partial);
}

base::Result<> restore(const fs::path& from, const fs::path& to) {
    for (const auto* suffix : {"", "-wal", "-journal"}) {
        if (fs::exists(beside(to, suffix))) return faults::exists(beside(to, suffix).string());
    }
    const auto lock = TRY(FileLock::take(beside(to, ".lock")));
    const auto partial = beside(to, ".partial");
    const auto work = [&]() -> base::Result<> {
        TRY(check_digest(from));
        std::error_code failure;
        fs::copy_file(from, partial, fs::copy_options::overwrite_existing, failure);
        if (failure)
            return faults::unavailable("copying " + from.string() + ": " + failure.message());
        return move_into_place(partial, to);
    };
    return guarded(work, partial);
}

} // namespace store
