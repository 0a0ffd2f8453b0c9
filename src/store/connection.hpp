// One SQL connection with its statement cache, type-erased so that only store/*.cpp sees sqlite3.
// Placeholders are $1 … $n. A SQL fault (lost disk, broken schema) is an exception: nobody above
// can act on it.
#pragma once

#include "store/value.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>

namespace store {

// What a statement that failed throws. Caught in the store's writer, the dispatcher and the job
// runner only.
class SqlFault : public std::runtime_error {
public:
    // `lost`: the storage failed (full disk, input or output error) and not the statement; the same
    // may work later. `damaged`: the file is no database, or a broken one.
    enum class Kind { statement, lost, damaged };

    SqlFault(Kind kind, const std::string& what)
        : std::runtime_error(what)
        , kind_(kind) {}

    [[nodiscard]] Kind kind() const { return kind_; }

private:
    Kind kind_;
};

class Connection {
public:
    using Row = std::span<const Cell>;
    enum class Access { read, write };

    Connection(const std::filesystem::path& file, Access access);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Runs one statement; `row` sees each result row and returns false to stop early. Returns rows
    // changed.
    std::int64_t run(
        std::string_view sql,
        std::span<const Value> arguments,
        const std::function<bool(Row)>& row = {});
    // Several statements without arguments, as in migrations.
    void script(const std::string& sql);

    // Inside a transaction: what is written after mark() is kept by keep() or taken back alone by
    // undo(). Costs nothing when nothing is written between.
    void mark();
    void keep();
    void undo();
    // True when a statement that writes was run since watch().
    void watch();
    [[nodiscard]] bool written() const;
    // Of the write-ahead log, as the last commit left it.
    [[nodiscard]] std::int64_t log_bytes() const;
    // What flushes the log, answering whether the disk took it. It may be called on any thread
    // while the connection is in use, and as long as it is open.
    [[nodiscard]] std::function<bool()> log_flush();
    // Brings all of the log back into the file and flushes that; false when a reader still needs
    // the log or the disk refused.
    bool empty_log();
    // False when the engine gave up the whole transaction after a fault.
    [[nodiscard]] bool in_transaction() const;

    // Copies the whole database, as of one moment, to a file that does not exist yet; the copy is a
    // single file.
    void copy_to(const std::filesystem::path& file);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace store
