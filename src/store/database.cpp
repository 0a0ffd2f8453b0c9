#include "store/database.hpp"

#include "store/backup.hpp"
#include "store/faults.hpp"
#include "store/file.hpp"
#include "store/journal.hpp"
#include "store/writer.hpp"

#include <mutex>

namespace store {
namespace {

// Connections for reading, lent one at a time; as many as have ever been needed at once.
class Readers {
public:
    explicit Readers(std::filesystem::path file)
        : file_(std::move(file)) {}

    std::unique_ptr<Connection> take() {
        {
            const std::lock_guard lock(mutex_);
            if (!idle_.empty()) {
                auto connection = std::move(idle_.back());
                idle_.pop_back();
                return connection;
            }
        }
        return std::make_unique<Connection>(file_, Connection::Access::read);
    }

    void give(std::unique_ptr<Connection> connection) {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(connection));
    }

private:
    std::filesystem::path file_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> idle_;
};

base::Error opening_error(const SqlFault& fault) {
    return fault.kind() == SqlFault::Kind::damaged ? faults::damaged(fault.what())
                                                   : faults::unavailable(fault.what());
}

base::Result<std::int64_t> rebuilt(const Projections& projections, Connection& connection) {
    try {
        return projections.rebuild(connection);
    } catch (const SqlFault& fault) {
        // A statement that fails is the program's own fault, or its modules'.
        if (fault.kind() == SqlFault::Kind::statement) throw;
        return opening_error(fault);
    }
}

std::filesystem::path lock_file(const std::filesystem::path& file) {
    return file.string() + ".lock";
}

} // namespace

// Declared in the order of need: the writer stops first, the lock is let go last.
struct Database::State {
    std::unique_ptr<Scratch> scratch;
    std::filesystem::path file;
    FileLock lock;
    Projections projections;
    Connection writing;
    Readers readers;
    std::optional<Writer> writer;

    State(
        std::unique_ptr<Scratch> own_scratch,
        const std::filesystem::path& own_file,
        FileLock own_lock,
        Schema schema)
        : scratch(std::move(own_scratch))
        , file(own_file)
        , lock(std::move(own_lock))
        , projections(std::move(schema))
        , writing(own_file, Connection::Access::write)
        , readers(own_file) {}
};

Database::Database() = default;
Database::~Database() = default;

base::Result<std::unique_ptr<Database>> Database::open(
    Options options, Schema schema, const base::Clock& clock) {
    std::unique_ptr<Scratch> scratch;
    if (options.file.empty()) {
        scratch = std::make_unique<Scratch>();
        options.file = scratch->folder() / "throw_away.db";
        options.durable = false;
    }
    auto lock = TRY(FileLock::take(lock_file(options.file)));
    std::unique_ptr<Database> database(new Database);
    try {
        database->state_ = std::make_unique<State>(
            std::move(scratch), options.file, std::move(lock), std::move(schema));
        auto& state = *database->state_;
        if (!options.durable) state.writing.script("pragma synchronous=off");
        TRY(journal::prepare(state.writing));
        if (!state.projections.current(state.writing))
            TRY(rebuilt(state.projections, state.writing));
        state.writer.emplace(state.writing, state.projections, clock, options);
    } catch (const SqlFault& fault) {
        if (fault.kind() == SqlFault::Kind::statement) throw;
        return opening_error(fault);
    }
    return database;
}

base::Result<Receipt> Database::write(const Command& command, Work work) {
    return state_->writer->write(command, std::move(work));
}

void Database::submit(Command command, Work work, Done done) {
    state_->writer->submit(std::move(command), std::move(work), std::move(done));
}

std::unique_ptr<Database::Reader> Database::lease() const {
    class Lease final : public Reader {
    public:
        explicit Lease(State& state)
            : state_(state)
            , connection_(state.readers.take())
            , snapshot_(*connection_) {
            connection_->run("begin", {});
        }

        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;

        // Ending a read transaction cannot fail; if it did, the connection would not be lent again.
        ~Lease() override {
            try {
                connection_->run("commit", {});
                state_.readers.give(std::move(connection_));
            } catch (const SqlFault&) {
                connection_.reset();
            }
            state_.writer->await_disk();
        }

        [[nodiscard]] const Snapshot& snapshot() const override { return snapshot_; }

    private:
        State& state_;
        std::unique_ptr<Connection> connection_;
        Snapshot snapshot_;
    };

    state_->writer->ensure_elsewhere();
    return std::make_unique<Lease>(*state_);
}

void Database::listen(std::function<void(std::span<const Event>)> listener) {
    state_->writer->listen(std::move(listener));
}

base::Result<std::int64_t> Database::rebuild() {
    base::Result<std::int64_t> count = 0;
    state_->writer->alone(
        [&](Connection& connection) { count = rebuilt(state_->projections, connection); });
    return count;
}

base::Digest Database::projection_digest() const {
    return read([](const Snapshot& snapshot) { return Projections::digest(snapshot); });
}

base::Result<> Database::backup(const std::filesystem::path& to) const {
    auto copied = copy_database(state_->file, to);
    state_->writer->await_disk();
    return copied;
}

std::int64_t Database::cursor(std::string_view relay) const {
    const auto connection = lease();
    return connection->snapshot()
        .row<std::int64_t>("select seq from relay where name = $1", relay)
        .value_or(0);
}

base::Result<> Database::set_cursor(std::string_view relay, std::int64_t seq) {
    return state_->writer->chore(
        [relay, seq](Connection& connection) { journal::set_cursor(connection, relay, seq); });
}

std::vector<Event> Database::events_after(std::int64_t seq, std::size_t most) const {
    return read([&](const Snapshot& snapshot) {
        return snapshot.rows<Event>(
            "select seq, at, command, person, party, kind, subject, body from journal where seq > "
            "$1 order by seq "
            "limit $2",
            seq,
            most);
    });
}

} // namespace store
