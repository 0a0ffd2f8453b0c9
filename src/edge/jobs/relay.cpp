#include "edge/jobs/relay.hpp"

#include "base/log.hpp"

#include <chrono>

namespace jobs {
namespace {

constexpr std::size_t events_at_once_most = 256;
constexpr std::int64_t relay_retry_after_ms = 1'000;

} // namespace

Relay::Relay(store::Database& database, std::string name, std::vector<Handle> handles)
    : database_(database)
    , name_(std::move(name))
    , handles_(std::move(handles))
    , bell_(std::make_shared<Bell>()) {
    database_.listen([bell = bell_](std::span<const store::Event> events) {
        if (events.empty()) return;
        const std::scoped_lock lock(bell->mutex);
        bell->rung = true;
        bell->wake.notify_one();
    });
}

Relay::~Relay() {
    {
        const std::scoped_lock lock(bell_->mutex);
        bell_->stopping = true;
        bell_->wake.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void Relay::start() {
    thread_ = std::thread([this] { work(); });
}

std::size_t Relay::run() {
    std::size_t handled = 0;
    auto cursor = database_.cursor(name_);
    while (true) {
        const auto events = database_.events_after(cursor, events_at_once_most);
        if (events.empty()) return handled;
        for (const auto& event : events) {
            for (const auto& handle : handles_) {
                const auto outcome = handle(event);
                if (outcome) continue;
                base::log::error(
                    "jobs.relay_refused",
                    {{"relay", name_}, {"seq", event.seq}, {"code", outcome.error().code}});
            }
            ++handled;
        }
        cursor = events.back().seq;
        if (const auto moved = database_.set_cursor(name_, cursor); !moved) {
            base::log::error("jobs.relay_cursor", {{"relay", name_}, {"code", moved.error().code}});
            return handled;
        }
    }
}

// The job runner: one of the two places that catch what nobody can act on (style §4).
void Relay::work() {
    while (true) {
        bool failed = false;
        try {
            run();
        } catch (const std::exception& fault) {
            failed = true;
            base::log::error("jobs.relay_fault", {{"relay", name_}, {"what", fault.what()}});
        }
        std::unique_lock lock(bell_->mutex);
        const auto answered = [&] { return bell_->stopping || bell_->rung; };
        if (failed) {
            bell_->wake.wait_for(lock, std::chrono::milliseconds(relay_retry_after_ms), [&] {
                return bell_->stopping;
            });
        } else {
            bell_->wake.wait(lock, answered);
        }
        if (bell_->stopping) return;
        bell_->rung = false;
    }
}

} // namespace jobs
