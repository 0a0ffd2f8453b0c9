#include "edge/jobs/due_dates.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <chrono>

namespace jobs {
namespace {

constexpr std::chrono::milliseconds dates_look_every{1'000};
constexpr std::chrono::milliseconds dates_retry_after{5'000};

} // namespace

DueDates::DueDates(
    store::Database& database, std::vector<DueSource> sources, const base::Clock& clock)
    : database_(database)
    , sources_(std::move(sources))
    , clock_(clock)
    , inbox_(std::make_shared<Inbox>())
    , alarms_(sources_.size()) {
    std::vector<std::vector<std::string>> kinds;
    for (const auto& source : sources_)
        kinds.push_back(source.events);
    // The listener outlives this, since a database's listeners stay.
    database_.listen([inbox = inbox_, kinds](std::span<const store::Event> events) {
        const std::scoped_lock lock(inbox->mutex);
        if (inbox->stopping) return;
        for (const auto& event : events) {
            for (std::size_t i = 0; i < kinds.size(); ++i) {
                const bool heard = std::ranges::any_of(kinds[i], [&](const std::string& kind) {
                    return event.kind.starts_with(kind);
                });
                if (!heard) continue;
                inbox->changed.emplace(i, std::stoll(event.subject));
                inbox->wake.notify_one();
            }
        }
    });
    load();
}

DueDates::~DueDates() {
    {
        const std::scoped_lock lock(inbox_->mutex);
        inbox_->stopping = true;
        inbox_->wake.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void DueDates::start() {
    thread_ = std::thread([this] { work(); });
}

std::size_t DueDates::waiting() const {
    const std::scoped_lock lock(mutex_);
    std::size_t count = 0;
    for (const auto& each : alarms_)
        count += each.size();
    return count;
}

void DueDates::load() {
    database_.read([&](const store::Snapshot& db) {
        const std::scoped_lock lock(mutex_);
        for (std::size_t i = 0; i < sources_.size(); ++i) {
            for (const auto thing : sources_[i].watched(db)) {
                if (const auto at = sources_[i].next(db, thing, clock_.now()))
                    alarms_[i].set(thing, *at);
            }
        }
    });
}

void DueDates::refresh(std::size_t source, std::int64_t thing) {
    const auto at = database_.read(
        [&](const store::Snapshot& db) { return sources_[source].next(db, thing, clock_.now()); });
    const std::scoped_lock lock(mutex_);
    if (at) {
        alarms_[source].set(thing, *at);
    } else {
        alarms_[source].clear(thing);
    }
}

std::size_t DueDates::run_due() {
    std::set<std::pair<std::size_t, std::int64_t>> changed;
    {
        const std::scoped_lock lock(inbox_->mutex);
        changed.swap(inbox_->changed);
    }
    for (const auto& [source, thing] : changed)
        refresh(source, thing);
    std::size_t count = 0;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        std::vector<std::int64_t> due;
        {
            const std::scoped_lock lock(mutex_);
            due = alarms_[i].take_due(clock_.now());
        }
        for (const auto thing : due) {
            const auto done = sources_[i].fire(thing, clock_.now());
            if (!done) {
                base::log::error(
                    "jobs.due_refused", {{"thing", thing}, {"code", done.error().code}});
                continue;
            }
            refresh(i, thing);
        }
        count += due.size();
    }
    return count;
}

// The job runner: one of the places that catch what nobody can act on (style §4).
bool DueDates::run_safely() {
    try {
        if (broken_) load();
        broken_ = false;
        run_due();
    } catch (const std::exception& fault) {
        broken_ = true;
        base::log::error("jobs.due_fault", {{"what", fault.what()}});
    }
    return !broken_;
}

void DueDates::work() {
    while (true) {
        const auto wait = run_safely() ? dates_look_every : dates_retry_after;
        std::unique_lock lock(inbox_->mutex);
        if (inbox_->stopping) return;
        inbox_->wake.wait_for(
            lock, wait, [&] { return inbox_->stopping || (!broken_ && !inbox_->changed.empty()); });
        if (inbox_->stopping) return;
    }
}

} // namespace jobs
