// 企业列存: every enterprise of the county as columns that follow the journal. Whoever asks one
// question of all enterprises (whom does this rule admit, who enters, who leaves) asks here instead
// of having every enterprise's facts read and parsed again.
//
// It has no tables. The columns are made of the rows of domain/dossier when somebody first asks,
// with the schema the program runs with; from then on the store says which enterprises
// were touched, and those alone are read again. A version never changes and shares with the one
// before whatever stayed as it was, so a reader keeps what it was given while others go on. The
// writer of the journal only ever waits for a short list of numbers to grow.
#pragma once

#include "domain/dossier/dossier.hpp"
#include "engine/column/table.hpp"
#include "store/database.hpp"

#include <mutex>

namespace census {

using base::Id;
using base::Party;

// All enterprises at one moment of the journal.
struct Version {
    std::int64_t seq = 0; // of the newest event it contains
    column::Shared<column::Table> table;
    column::Shared<std::vector<Id<Party>>> enterprises; // by row of the table, ascending
};

struct Options {
    bool listens = true;               // false: only hear() and the journal say what happened
    std::size_t touched_most = 65'536; // remembered between two reads; beyond, all is read again
};

class Census {
public:
    // Listens to the database from here on. Both must outlive it.
    Census(store::Database& database, const pack::Policy& policy, Options options = {});
    Census(const Census&) = delete;
    Census& operator=(const Census&) = delete;

    // Calls f(const store::Snapshot&, const Version&), both of exactly one moment, and returns what
    // it returns. The first read takes as long as reading every enterprise; a later one as long as
    // reading those that were touched since. For any thread; f must not read the census again.
    template <class F>
    auto read(F&& f) {
        // Locked before the snapshot is taken: a version is never newer than the next snapshot.
        std::unique_lock lock(mutex_);
        return database_.read([&](const store::Snapshot& db) {
            follow(db);
            const auto version = version_;
            lock.unlock();
            return std::forward<F>(f)(db, version);
        });
    }

    // What the store's listener is told: events in the order of the journal, none left out between
    // the first and the last. May come late; what has not come by then is read from the journal.
    void hear(std::span<const store::Event> events) { inbox_->hear(events); }

private:
    struct Inbox {
        explicit Inbox(std::size_t the_most)
            : most(the_most) {}

        void hear(std::span<const store::Event> events);

        const std::size_t most;
        std::mutex mutex; // of all below
        std::vector<dossier::Touch> touches;
        std::int64_t heard = 0; // the newest event that was told
        std::int64_t lost = 0;  // touches up to here were too many to remember
    };

    using Touched = dossier::Touched;

    void follow(const store::Snapshot& db);
    // Those that events after one number and up to another may have changed the rows of.
    [[nodiscard]] std::optional<Touched> touched(
        const store::Snapshot& db, std::int64_t after, std::int64_t until);
    bool put_all(const store::Snapshot& db, const Touched& enterprises);
    bool put(Id<Party> enterprise, const rule::Row& row);
    void start(const store::Snapshot& db);

    store::Database& database_;
    const pack::Policy& policy_;
    // tidy-allow(sharing): a database's listeners stay with it, longer than the census may
    std::shared_ptr<Inbox> inbox_;
    std::mutex mutex_; // of all below
    std::optional<column::Editor> editor_;
    std::vector<Id<Party>> enterprises_; // by row, ascending
    std::size_t puts_ = 0;               // since the start
    Version version_;                    // without a table: to be started
};

} // namespace census
