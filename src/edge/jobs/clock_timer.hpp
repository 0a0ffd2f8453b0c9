// Fires what time alone brings about: the rungs of clocks, the expiry of needs nobody took on, the
// lapse of offers, holds of the ledger whose time is over. One ordered set of alarms; what is
// committed moves them, nothing is swept.
#pragma once

#include "base/clock.hpp"
#include "domain/finance/finance.hpp"
#include "engine/process/alarms.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

namespace jobs {

class ClockTimer {
public:
    // Listens to the database from here on and sets the alarms of all that is open.
    ClockTimer(
        store::Database& database,
        const pack::Policy& policy,
        finance::Finance& finance,
        const base::Clock& clock);
    ~ClockTimer();
    ClockTimer(const ClockTimer&) = delete;
    ClockTimer& operator=(const ClockTimer&) = delete;

    void start(); // a thread that calls run_due in time; looks at the clock at least every 250 ms

    // Fires all that is due now and answers how many were. For the thread, and for tests that move
    // a ManualClock.
    std::size_t run_due();
    [[nodiscard]] std::size_t waiting() const; // alarms that are set

private:
    enum class Kind { rung, expiry, lapse };

    // Needs that were committed to and whose alarms are to be set again. The listener outlives the
    // timer, since a database's listeners stay.
    struct Inbox {
        std::mutex mutex;
        std::condition_variable wake;
        std::set<base::Id<base::Need>> needs;
        bool stopping = false;
    };

    void load();
    void take_inbox();
    void refresh(base::Id<base::Need> need);
    void set_clock(const finance::ClockRow& row);
    void fire(std::int64_t key);
    std::size_t expire_holds();
    bool run_safely();
    void work();

    store::Database& database_;
    const pack::Policy& policy_;
    finance::Finance& finance_;
    const base::Clock& clock_;
    std::shared_ptr<Inbox> inbox_;
    mutable std::mutex mutex_; // guards alarms_
    process::Alarms alarms_;
    bool broken_ = false; // the thread's own: a fault happened, load everything again
    std::thread thread_;
};

} // namespace jobs
