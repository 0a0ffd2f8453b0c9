#include "store/connection.hpp"

#include "base/result.hpp"
#include "store/gathered_log.hpp"

#include <sqlite3.h>

#include <mutex>

namespace store {
namespace {

// Statements kept prepared on one connection. Modules have some hundreds; only statements put
// together from filters can be more.
constexpr std::size_t statements_most = 1024;

// Of the write-ahead log: a page of the default size and its header. The log goes back into the
// file every 64 MiB.
constexpr std::int64_t frame_bytes = 4096 + 24;
constexpr int log_frames_most = 16'384;

SqlFault::Kind fault_kind(int code) {
    switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_BUSY: return SqlFault::Kind::lost;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return SqlFault::Kind::damaged;
    }
    return SqlFault::Kind::statement;
}

[[noreturn]] void fail(sqlite3* handle, int code, std::string_view doing) {
    std::string what = handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle);
    what += " (" + std::to_string(code) + ") in: ";
    what += doing;
    throw SqlFault(fault_kind(code), what);
}

// One prepared statement; `places` says which argument ($1 is 0) each of its parameters takes.
struct Statement {
    sqlite3_stmt* handle = nullptr;
    std::vector<std::size_t> places;
    std::size_t arguments = 0;
    std::vector<Cell> cells;
    bool writes = false;
    bool busy = false;

    Statement(sqlite3* database, std::string_view sql) {
        const int code = sqlite3_prepare_v3(
            database,
            sql.data(),
            static_cast<int>(sql.size()),
            SQLITE_PREPARE_PERSISTENT,
            &handle,
            nullptr);
        if (code != SQLITE_OK) fail(database, code, sql);
        base::ensure(handle != nullptr, "a statement is not empty");
        const int count = sqlite3_bind_parameter_count(handle);
        for (int i = 1; i <= count; ++i) {
            const auto* name = sqlite3_bind_parameter_name(handle, i);
            const auto number = name == nullptr ? 0UL : std::strtoul(name + 1, nullptr, 10);
            base::ensure(number > 0, "placeholders are $1 … $n");
            places.push_back(number - 1);
            arguments = std::max<std::size_t>(arguments, number);
        }
        cells.resize(static_cast<std::size_t>(sqlite3_column_count(handle)));
        writes = sqlite3_stmt_readonly(handle) == 0;
    }

    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    ~Statement() { sqlite3_finalize(handle); }

    void bind(std::span<const Value> values) const {
        base::ensure(
            values.size() == arguments,
            "a statement gets as many arguments as it has placeholders");
        for (std::size_t i = 0; i < places.size(); ++i) {
            bind_one(static_cast<int>(i) + 1, values[places[i]]);
        }
    }

    void read_cells() {
        for (std::size_t i = 0; i < cells.size(); ++i)
            read_cell(static_cast<int>(i), cells[i]);
    }

private:
    // Arguments outlive the steps of the statement, so SQLite need not copy them.
    void bind_one(int place, const Value& value) const {
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            sqlite3_bind_int64(handle, place, *number);
        } else if (const auto* text = std::get_if<std::string>(&value)) {
            sqlite3_bind_text64(
                handle, place, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
        } else if (const auto* real = std::get_if<double>(&value)) {
            sqlite3_bind_double(handle, place, *real);
        } else if (const auto* blob = std::get_if<Blob>(&value)) {
            sqlite3_bind_blob64(
                handle, place, blob->bytes.data(), blob->bytes.size(), SQLITE_STATIC);
        } else {
            sqlite3_bind_null(handle, place);
        }
    }

    void read_cell(int column, Cell& cell) const {
        const auto size = [&] {
            return static_cast<std::size_t>(sqlite3_column_bytes(handle, column));
        };
        switch (sqlite3_column_type(handle, column)) {
        case SQLITE_INTEGER:
            cell.kind = Cell::Kind::integer;
            cell.integer = sqlite3_column_int64(handle, column);
            return;
        case SQLITE_FLOAT:
            cell.kind = Cell::Kind::real;
            cell.real = sqlite3_column_double(handle, column);
            return;
        case SQLITE_TEXT: {
            cell.kind = Cell::Kind::text;
            const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle, column));
            cell.text = {text, size()};
            return;
        }
        case SQLITE_BLOB: {
            cell.kind = Cell::Kind::blob;
            const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle, column));
            cell.text = bytes == nullptr ? std::string_view() : std::string_view(bytes, size());
            return;
        }
        }
        cell = {};
    }
};

struct TextHash {
    using is_transparent = void;

    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>{}(text);
    }
};

// Frees the statement's cursor, and its locks, however the run ends.
struct Run {
    Statement& statement;

    explicit Run(Statement& one)
        : statement(one) {
        statement.busy = true;
    }

    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    ~Run() {
        sqlite3_reset(statement.handle);
        statement.busy = false;
    }
};

} // namespace

struct Connection::State {
    enum class Mark { none, wanted, set };

    sqlite3* handle = nullptr;
    std::unordered_map<std::string, std::unique_ptr<Statement>, TextHash, std::equal_to<>>
        statements;
    Mark mark = Mark::none;
    bool written = false;
    std::int64_t log_frames = 0;

    State(const std::filesystem::path& file, Access access) {
        // The allocator's statistics would make every connection take one global lock.
        static std::once_flag configured;
        std::call_once(configured, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
        const int flags = access == Access::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                                  : SQLITE_OPEN_READONLY;
        const int code = sqlite3_open_v2(
            file.c_str(),
            &handle,
            flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
            access == Access::write ? gathered_log::vfs() : nullptr);
        if (code != SQLITE_OK) {
            sqlite3_close_v2(handle);
            fail(nullptr, code, "opening " + file.string());
        }
    }

    State(const State&) = delete;
    State& operator=(const State&) = delete;

    ~State() {
        statements.clear();
        sqlite3_close_v2(handle);
    }

    // What SQLite itself would do after a commit, which also counts the frames of the log.
    static int after_commit(void* state, sqlite3* handle, const char* name, int frames) {
        static_cast<State*>(state)->log_frames = frames;
        if (frames < log_frames_most) return SQLITE_OK;
        return sqlite3_wal_checkpoint_v2(handle, name, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    }

    Statement& find(std::string_view sql) {
        if (const auto found = statements.find(sql); found != statements.end())
            return *found->second;
        if (statements.size() >= statements_most) {
            std::erase_if(statements, [](const auto& entry) { return !entry.second->busy; });
        }
        auto made = std::make_unique<Statement>(handle, sql);
        return *statements.emplace(std::string(sql), std::move(made)).first->second;
    }

    std::int64_t step(
        Statement& statement,
        std::string_view sql,
        std::span<const Value> arguments,
        const std::function<bool(Row)>& row) {
        const Run running(statement);
        statement.bind(arguments);
        for (;;) {
            const int code = sqlite3_step(statement.handle);
            if (code == SQLITE_DONE) break;
            if (code != SQLITE_ROW) fail(handle, code, sql);
            if (!row) continue;
            statement.read_cells();
            if (!row(statement.cells)) break;
        }
        return statement.writes ? sqlite3_changes64(handle) : 0;
    }
};

Connection::Connection(const std::filesystem::path& file, Access access)
    : state_(std::make_unique<State>(file, access)) {
    sqlite3_busy_timeout(state_->handle, 5000);
    script("pragma foreign_keys=on; pragma temp_store=memory");
    if (access == Access::read) {
        script("pragma query_only=on; pragma cache_size=-8192");
        return;
    }
    // Full: a commit has reached the disk when it returns, until the writer sees to that itself.
    script("pragma journal_mode=wal; pragma synchronous=full; pragma cache_size=-65536;"
           "pragma journal_size_limit=134217728");
    sqlite3_wal_hook(state_->handle, State::after_commit, state_.get());
}

Connection::~Connection() = default;

std::int64_t Connection::run(
    std::string_view sql, std::span<const Value> arguments, const std::function<bool(Row)>& row) {
    auto& statement = state_->find(sql);
    if (statement.writes) {
        state_->written = true;
        if (state_->mark == State::Mark::wanted) {
            state_->mark = State::Mark::set;
            run("savepoint piece", {});
        }
    }
    if (!statement.busy) return state_->step(statement, sql, arguments, row);
    // The same statement is being read further up the stack.
    Statement second(state_->handle, sql);
    return state_->step(second, sql, arguments, row);
}

void Connection::script(const std::string& sql) {
    const int code = sqlite3_exec(state_->handle, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(state_->handle, code, sql);
}

void Connection::mark() { state_->mark = State::Mark::wanted; }

void Connection::keep() {
    const bool set = state_->mark == State::Mark::set;
    state_->mark = State::Mark::none;
    if (set) run("release piece", {});
}

void Connection::undo() {
    const bool set = state_->mark == State::Mark::set;
    state_->mark = State::Mark::none;
    if (!set) return;
    run("rollback to piece", {});
    run("release piece", {});
}

void Connection::watch() { state_->written = false; }

bool Connection::written() const { return state_->written; }

std::int64_t Connection::log_bytes() const { return state_->log_frames * frame_bytes; }

std::function<bool()> Connection::log_flush() {
    sqlite3_file* log = nullptr;
    const int code =
        sqlite3_file_control(state_->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    base::ensure(code == SQLITE_OK && log != nullptr, "a log is open");
    return [log] { return gathered_log::flush(log); };
}

bool Connection::empty_log() {
    int frames = 0;
    int done = 0;
    const int code = sqlite3_wal_checkpoint_v2(
        state_->handle, "main", SQLITE_CHECKPOINT_PASSIVE, &frames, &done);
    return code == SQLITE_OK && frames == done;
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(state_->handle) == 0; }

void Connection::copy_to(const std::filesystem::path& file) {
    sqlite3* target = nullptr;
    int code =
        sqlite3_open_v2(file.c_str(), &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    if (code == SQLITE_OK) {
        // In one step, which holds one read transaction: copying piece by piece starts again at
        // every change.
        auto* copying = sqlite3_backup_init(target, "main", state_->handle, "main");
        if (copying != nullptr) {
            sqlite3_backup_step(copying, -1);
            sqlite3_backup_finish(copying);
        }
        code = sqlite3_errcode(target);
    }
    if (code == SQLITE_OK)
        code = sqlite3_exec(target, "pragma journal_mode=delete", nullptr, nullptr, nullptr);
    sqlite3_close_v2(target);
    if (code != SQLITE_OK) fail(nullptr, code, "copying to " + file.string());
}

} // namespace store
