// The one place where anything becomes durable.
//
// A change is a command: the sender names it by an id of its own, the decision runs inside one
// transaction, and what was decided is appended to the journal as events that the projections (all
// other tables) are made from. The journal, the command's answer and the projections commit
// together; a crash leaves all or nothing, and every table but the store's own can be rebuilt by
// applying the journal again.
//
// One writer thread drains what is waiting into one durable transaction (group commit), in which a
// refusal undoes only itself; while it goes to the disk, the next one is decided. Readers have
// connections of their own and do not wait for the writer. What they have seen of a transaction
// that is just going to the disk they give out when it has arrived.
#pragma once

#include "base/actor.hpp"
#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "store/connection.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace store {

// `id`: 1…128 printable ASCII characters, made by the sender and reused when it sends the same wish
// again. `digest`: of the wish's content; the same id with another digest is refused as
// `store.command_reused`.
struct Command {
    std::string id;
    base::Actor actor;
    base::Digest digest{};

    // For senders inside the program (clocks, relays, imports): the id is the content.
    static Command internal(std::string id, base::Actor actor = base::Actor::platform());
};

// What every command answers, at first and again: the journal number of its last event (0 when it
// had none), the thing it was about (an id as text, or empty) and when it happened. Readers fetch
// the thing itself with a read.
struct Receipt {
    std::int64_t seq = 0;
    std::string subject;
    base::Instant at;
    friend bool operator==(const Receipt&, const Receipt&) = default;
};
BOOST_DESCRIBE_STRUCT(Receipt, (), (seq, subject, at))

// One line of the journal.
struct Event {
    std::int64_t seq = 0;
    base::Instant at;
    std::string command;
    base::Id<base::Person> person; // who did it; 0 for the platform
    base::Id<base::Party> party;   // for which organisation
    std::string kind;              // "finance.need_posted"
    std::string subject;           // the thing it is about: an id as text
    std::string body;              // JSON of the event struct
};
BOOST_DESCRIBE_STRUCT(Event, (), (seq, at, command, person, party, kind, subject, body))

// A consistent view for reading. It has no way to write.
class Snapshot {
public:
    explicit Snapshot(Connection& connection)
        : connection_(connection) {}

    // Rows as described structs, columns in the order of the members; or single values
    // (std::int64_t, std::string …).
    template <class T, class... A>
    [[nodiscard]] std::vector<T> rows(std::string_view sql, const A&... arguments) const {
        std::vector<T> found;
        each<T>(
            sql, [&](T&& row) { found.push_back(std::move(row)); }, arguments...);
        return found;
    }

    template <class T, class... A>
    [[nodiscard]] std::optional<T> row(std::string_view sql, const A&... arguments) const {
        std::optional<T> found;
        const std::vector<Value> values{to_value(arguments)...};
        connection_.run(sql, values, [&](Connection::Row cells) {
            read_row(cells, found.emplace());
            return false;
        });
        return found;
    }

    template <class T, class F, class... A>
    void each(std::string_view sql, F&& f, const A&... arguments) const {
        const std::vector<Value> values{to_value(arguments)...};
        connection_.run(sql, values, [&](Connection::Row cells) {
            T row{};
            read_row(cells, row);
            f(std::move(row));
            return true;
        });
    }

    // As `rows`, with the arguments in a vector: for statements put together from filters.
    template <class T>
    [[nodiscard]] std::vector<T> rows_with(
        std::string_view sql, std::span<const Value> values) const {
        std::vector<T> found;
        connection_.run(sql, values, [&](Connection::Row cells) {
            read_row(cells, found.emplace_back());
            return true;
        });
        return found;
    }

    // The number of the newest event this view contains.
    [[nodiscard]] std::int64_t seq() const;
    // 32 random bytes made with the file, the same for its life and in its backups: for values that
    // only who has the journal can make again. Never leaves the process.
    [[nodiscard]] std::string file_secret() const;
    // The journal's line of that number, as it was written.
    [[nodiscard]] std::optional<Event> journal_line(std::int64_t seq) const;

protected:
    Snapshot(Connection& connection, const std::int64_t& seq)
        : connection_(connection)
        , seq_(&seq) {}

    template <class T>
    static void read_row(Connection::Row cells, T& out) {
        from_row(cells, base::form_of<T>(), &out);
    }

    Connection& connection_;

private:
    friend class Projections;
    const std::int64_t* seq_ = nullptr; // a transaction counts for itself
};

class Transaction : public Snapshot {
public:
    [[nodiscard]] base::Instant now() const {
        return now_;
    } // the command's time; the event's time while replaying

    // Inside apply() an actor is only who and for whom, as the journal says: rights, kind and names
    // are not in it.
    [[nodiscard]] const base::Actor& actor() const { return applying_ ? known_ : actor_; }

    [[nodiscard]] const Event& event() const { return event_; } // the event being applied

    // A new id, unique in the cell. Put it into the event: applying an event never makes ids (a
    // Bug).
    template <class T>
    [[nodiscard]] base::Id<T> new_id() {
        return {next_id()};
    }

    // Appends the event to the journal and applies it to the projections by `apply(Transaction&,
    // const E&)`, found beside the event struct. E is described and has `static constexpr
    // std::string_view kind`, declared by Schema::on<E>(). Applying an event never publishes
    // another (a Bug).
    template <class E>
    void publish(const E& event, std::string subject) {
        append(E::kind, std::move(subject), base::json::text(event));
        apply(*this, event);
        applied();
    }

    template <class T>
    void publish(const auto& event, base::Id<T> subject) {
        publish(event, std::to_string(subject.value));
    }

    // Statements on the calling module's own tables. Only for use inside apply(): elsewhere a Bug,
    // because a change that is in no event is lost when the projections are rebuilt. The same holds
    // for insert and upsert.
    template <class... A>
    std::int64_t exec(std::string_view sql, const A&... arguments) {
        ensure_applying();
        const std::vector<Value> values{to_value(arguments)...};
        return connection_.run(sql, values);
    }

    // Inserts a described struct, columns named as its members; `upsert` replaces the row with the
    // same primary key.
    template <class T>
    void insert(std::string_view table, const T& row) {
        put("insert into ", table, base::form_of<T>(), &row);
    }

    template <class T>
    void upsert(std::string_view table, const T& row) {
        put("insert or replace into ", table, base::form_of<T>(), &row);
    }

private:
    friend class Projections;
    friend class Writer;
    struct Batch; // what the writer keeps across one group commit
    Transaction(Connection& connection, Batch& batch, base::Instant now, const Command& command);

    void put(
        std::string_view verb, std::string_view table, const base::Form& form, const void* row);
    void append(std::string_view kind, std::string subject, std::string body);
    void applied();
    void replay(Event event);
    void ensure_applying() const;
    std::int64_t next_id();

    Batch& batch_;
    base::Instant now_;
    base::Actor actor_;
    base::Actor known_; // of the actor, what the journal keeps
    Event event_;
    std::int64_t ids_ = 0; // made for the event to come
    bool applying_ = false;
};

// What the modules declare before a database is opened: their tables and how their events are
// applied.
class Schema {
public:
    using Apply = std::function<base::Result<>(Transaction&, const Event&)>;

    // `ddl` creates the module's tables (`MODULE_…`) and indexes. When it differs from what the
    // file was made with, all projections are dropped and rebuilt from the journal on opening. A
    // change in how events are applied that leaves the tables as they are needs a changed comment
    // in the ddl to have the same effect.
    void module(std::string name, std::string ddl);

    template <class E>
    void on() {
        add(std::string(E::kind), [](Transaction& tx, const Event& event) -> base::Result<> {
            const auto body = TRY(base::json::from_text<E>(event.body));
            apply(tx, body);
            return {};
        });
    }

    // Called for every event, whichever module's, after its own `apply` and within the same
    // transaction; and again when the journal is applied again. It holds to the rules of apply().
    void every(Apply apply);

private:
    friend class Projections;
    void add(std::string kind, Apply apply);

    struct Module {
        std::string name;
        std::string ddl;
    };

    std::vector<Module> modules_;
    std::vector<std::pair<std::string, Apply>> appliers_;
    std::vector<Apply> every_;
};

struct Options {
    // Empty: a throw-away database that is not durable and goes with its Database.
    std::filesystem::path file;
    std::size_t batch_most = 1024; // commands in one group commit
    std::size_t queue_most =
        65'536;          // waiting commands; beyond it writes answer `store.busy` (unavailable)
    bool durable = true; // false only for throw-away databases of tests: no fsync
    // In place of flushing the log, answering whether the disk took it: tests put a slow disk here,
    // or one that fails.
    std::function<bool()> flush = {};
};

class Database {
public:
    using Work = std::move_only_function<base::Result<std::string>(
        Transaction&)>; // answers the receipt's subject
    using Done =
        std::move_only_function<void(base::Result<Receipt>)>; // called on the store's thread

    // Opens or creates; runs the store's own migrations; rebuilds the projections when their
    // declaration changed. Errors: `store.locked` (another process has it), `store.newer` (written
    // by a newer program), `store.damaged`.
    static base::Result<std::unique_ptr<Database>> open(
        Options options, Schema schema, const base::Clock& clock);
    ~Database();

    // Waits until the command is durable. Errors of `work` come back as they are and are remembered
    // without their `detail`: a refused id stays refused. Not remembered, so that the same id may
    // be sent again: `unavailable` and `internal` errors, and faults (exceptions in `work`,
    // answered as `store.fault`). The store's own errors: `store.command_id`,
    // `store.command_reused`, `store.busy`, `store.fault`, and `store.unavailable` when the disk
    // refused; a command so answered may or may not have happened until it is sent again. Not to be
    // called on the store's own threads (from `Done`, a listener or `work`): that is a Bug.
    base::Result<Receipt> write(const Command& command, Work work);
    // The same without waiting; `done` is called once, on a thread of the store's (or at once,
    // here, for `store.busy` and `store.command_id`). Keep it short, and post what is longer
    // elsewhere: the next commands wait for it.
    void submit(Command command, Work work, Done done);

    // Runs `f(const Snapshot&)` on a reader's connection inside one read transaction; f's result is
    // returned once all that it can have seen is on the disk. Not to be called from `Done` or a
    // listener: that is a Bug.
    template <class F>
    auto read(F&& f) const {
        const auto reader = lease();
        return std::forward<F>(f)(reader->snapshot());
    }

    // Calls `listener` after each durable commit, with the events in it, in order, one call at a
    // time on a thread of the store's, and before the commands are answered. Keep it short.
    void listen(std::function<void(std::span<const Event>)> listener);

    // Drops all projections and applies the whole journal again; returns the number of events
    // applied. Writes wait; readers see the old projections until it is done. Errors:
    // `store.damaged`, `store.newer`, `store.unavailable`.
    base::Result<std::int64_t> rebuild();
    // SHA-256 over all projection rows in key order: equal for two databases with the same journal.
    [[nodiscard]] base::Digest projection_digest() const;
    // A consistent copy while the program runs (SQLite's online backup), checked, fsynced, with a
    // `.sha256` beside it (as sha256sum writes it). Errors: `store.exists`, `store.damaged`,
    // `store.unavailable`.
    base::Result<> backup(const std::filesystem::path& to) const;

    // Where a relay has got to: the outbox is the journal itself and a named cursor into it.
    [[nodiscard]] std::int64_t cursor(std::string_view relay) const;
    base::Result<> set_cursor(std::string_view relay, std::int64_t seq);
    [[nodiscard]] std::vector<Event> events_after(std::int64_t seq, std::size_t most) const;

private:
    Database();

    struct Reader {
        virtual ~Reader() = default;
        [[nodiscard]] virtual const Snapshot& snapshot() const = 0;
    };

    [[nodiscard]] std::unique_ptr<Reader> lease() const;
    struct State;
    std::unique_ptr<State> state_;
};

// Brings a backup into place, for a program that is not running: refuses an existing target
// (`store.exists`), checks the digest beside the backup and the file's own integrity
// (`store.damaged`), and copies. `store.unavailable` when a file cannot be read or written.
base::Result<> restore(const std::filesystem::path& from, const std::filesystem::path& to);

} // namespace store
