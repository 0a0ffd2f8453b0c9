#include "store/settling.hpp"

#include "base/log.hpp"

namespace store {

Settling::Settling(Flush flush)
    : flush_(std::move(flush))
    , thread_([this] { loop(); }) {}

Settling::~Settling() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    handed_over_.notify_one();
    thread_.join();
}

void Settling::expect() {
    if (flushed_.load() != expected_.load()) {
        std::unique_lock lock(mutex_);
        has_flushed_.wait(lock, [this] { return flushed_.load() == expected_.load(); });
    }
    ++expected_;
}

void Settling::settle(Then then) {
    drain();
    settle({.expected = expected_.load(), .then = std::move(then)});
}

void Settling::hand_over(Then then) {
    {
        const std::lock_guard lock(mutex_);
        turns_.push_back({.expected = expected_.load(), .then = std::move(then)});
    }
    handed_over_.notify_one();
}

void Settling::drain() {
    std::unique_lock lock(mutex_);
    has_flushed_.wait(lock, [this] { return turns_.empty() && !settling_; });
}

void Settling::await() const {
    const auto seen = expected_.load();
    if (flushed_.load() >= seen) return;
    std::unique_lock lock(mutex_);
    has_flushed_.wait(lock, [&] { return flushed_.load() >= seen; });
}

bool Settling::is_here() const { return here_.load() == std::this_thread::get_id(); }

void Settling::loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
        handed_over_.wait(lock, [this] { return stopping_ || !turns_.empty(); });
        if (turns_.empty()) return;
        auto turn = std::move(turns_.front());
        turns_.pop_front();
        settling_ = true;
        lock.unlock();
        settle(std::move(turn));
        lock.lock();
        settling_ = false;
        has_flushed_.notify_all();
    }
}

void Settling::settle(Turn turn) {
    if (flushed_.load() < turn.expected) {
        if (!refused_.load() && !flush_()) {
            base::log::error("store.flush_refused", {});
            refused_.store(true);
        }
        {
            const std::lock_guard lock(mutex_);
            flushed_.store(turn.expected);
        }
        has_flushed_.notify_all();
    }
    here_.store(std::this_thread::get_id());
    turn.then(!refused_.load());
    here_.store({});
}

} // namespace store
