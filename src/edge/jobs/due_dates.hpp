// Tells what a day alone brings about: a registration that ends in ninety days, a bridge loan that
// was to be back. Each source names, for each thing it watches, when to look at it next; one
// ordered set of alarms holds these instants, and what is committed moves them.
#pragma once

#include "base/clock.hpp"
#include "engine/process/alarms.hpp"
#include "store/database.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

namespace jobs {

struct DueSource {
    std::vector<std::string> events; // beginnings of the kinds whose subject is a watched thing
    std::function<std::vector<std::int64_t>(const store::Snapshot&)> watched;
    // When to look at that thing next; nothing: not before it changes.
    std::function<std::optional<base::Instant>(
        const store::Snapshot&, std::int64_t, base::Instant now)>
        next;
    // Does what is due, under command ids of its own, so that a second time changes nothing.
    std::function<base::Result<>(std::int64_t, base::Instant now)> fire;
};

class DueDates {
public:
    // Listens to the database from here on and sets the alarms of all that is watched.
    DueDates(store::Database& database, std::vector<DueSource> sources, const base::Clock& clock);
    ~DueDates();
    DueDates(const DueDates&) = delete;
    DueDates& operator=(const DueDates&) = delete;

    void start(); // a thread that calls run_due in time; looks at the clock at least every second
    // Fires all that is due and answers how many things were looked at.
    std::size_t run_due();
    [[nodiscard]] std::size_t waiting() const;

private:
    struct Inbox {
        std::mutex mutex;
        std::condition_variable wake;
        std::set<std::pair<std::size_t, std::int64_t>> changed; // source, thing
        bool stopping = false;
    };

    void load();
    void refresh(std::size_t source, std::int64_t thing);
    bool run_safely();
    void work();

    store::Database& database_;
    std::vector<DueSource> sources_;
    const base::Clock& clock_;
    std::shared_ptr<Inbox> inbox_;
    mutable std::mutex mutex_;            // guards alarms_
    std::vector<process::Alarms> alarms_; // one for each source
    bool broken_ = false;
    std::thread thread_;
};

} // namespace jobs
