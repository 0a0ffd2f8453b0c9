#include "edge/jobs/census_follower.hpp"

#include "base/log.hpp"

#include <chrono>

namespace jobs {
namespace {

constexpr std::chrono::seconds follow_gap{1};

} // namespace

CensusFollower::CensusFollower(store::Database& database, census::Census& census)
    : census_(census)
    , bell_(std::make_shared<Bell>()) {
    database.listen([bell = bell_](std::span<const store::Event>) {
        const std::scoped_lock lock(bell->mutex);
        if (bell->rung) return;
        bell->rung = true;
        bell->wake.notify_one();
    });
}

CensusFollower::~CensusFollower() {
    {
        const std::scoped_lock lock(bell_->mutex);
        bell_->stopping = true;
        bell_->wake.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void CensusFollower::start() {
    thread_ = std::thread([this] { work(); });
}

// Until something was committed, and a second has passed since the last look; false: to stop.
bool CensusFollower::wait() {
    std::unique_lock lock(bell_->mutex);
    bell_->wake.wait_for(lock, follow_gap, [&] { return bell_->stopping; });
    bell_->wake.wait(lock, [&] { return bell_->stopping || bell_->rung; });
    bell_->rung = false;
    return !bell_->stopping;
}

// The job runner: what nobody can act on is caught here, and the next look starts afresh.
void CensusFollower::work() {
    do {
        try {
            census_.read([](const store::Snapshot&, const census::Version&) {});
        } catch (const std::exception& fault) {
            base::log::error("census.fault", {{"what", fault.what()}});
        }
    } while (wait());
}

} // namespace jobs
