// Keeps the pack's signals beside the journal: looks when something was committed, and when the day
// changes, at most once a second.
#pragma once

#include "base/clock.hpp"
#include "domain/risk/signals.hpp"

#include <condition_variable>
#include <memory>
#include <thread>

namespace jobs {

class SignalFollower {
public:
    // Listens to the database from here on.
    SignalFollower(
        store::Database& database,
        const pack::Policy& policy,
        risk::Signals& signals,
        const base::Clock& clock);
    ~SignalFollower();
    SignalFollower(const SignalFollower&) = delete;
    SignalFollower& operator=(const SignalFollower&) = delete;

    void start(); // a thread that looks at once, and then in time

private:
    // The listener outlives the follower, since a database's listeners stay.
    struct Bell {
        std::mutex mutex;
        std::condition_variable wake;
        bool rung = true;
        bool stopping = false;
    };

    bool wait();
    void work();

    const pack::Policy& policy_;
    risk::Signals& signals_;
    const base::Clock& clock_;
    std::shared_ptr<Bell> bell_;
    base::Date day_; // of the last look
    std::thread thread_;
};

} // namespace jobs
