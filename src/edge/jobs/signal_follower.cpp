#include "edge/jobs/signal_follower.hpp"

#include "base/log.hpp"
#include "engine/pack/policy.hpp"

#include <chrono>

namespace jobs {
namespace {

constexpr std::chrono::seconds signal_gap{1};

} // namespace

SignalFollower::SignalFollower(
    store::Database& database,
    const pack::Policy& policy,
    risk::Signals& signals,
    const base::Clock& clock)
    : policy_(policy)
    , signals_(signals)
    , clock_(clock)
    , bell_(std::make_shared<Bell>()) {
    database.listen([bell = bell_](std::span<const store::Event>) {
        const std::scoped_lock lock(bell->mutex);
        bell->rung = true; // found within the second: nothing waits for a signal
    });
}

SignalFollower::~SignalFollower() {
    {
        const std::scoped_lock lock(bell_->mutex);
        bell_->stopping = true;
        bell_->wake.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

void SignalFollower::start() {
    thread_ = std::thread([this] { work(); });
}

// Until something was committed or the day changed; false: to stop.
bool SignalFollower::wait() {
    std::unique_lock lock(bell_->mutex);
    do {
        bell_->wake.wait_for(lock, signal_gap, [&] { return bell_->stopping; });
    } while (!bell_->stopping && !bell_->rung && policy_.zone().date(clock_.now()) == day_);
    bell_->rung = false;
    return !bell_->stopping;
}

// The job runner: what nobody can act on is caught here, and the next look starts afresh.
void SignalFollower::work() {
    do {
        const auto now = clock_.now();
        day_ = policy_.zone().date(now);
        try {
            if (const auto looked = signals_.look(now); !looked)
                base::log::error("signals.refused", {{"code", looked.error().code}});
        } catch (const std::exception& fault) {
            base::log::error("signals.fault", {{"what", fault.what()}});
        }
    } while (wait());
}

} // namespace jobs
