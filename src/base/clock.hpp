// The one clock. Services take a Clock&; decisions take the Instant or Date it gave.
#pragma once

#include "base/date.hpp"

#include <atomic>
#include <filesystem>

namespace base {

class Clock {
public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() const = 0;
};

// The machine's clock, moved by a fixed offset (0 in production; a demo county may live in the
// plan's years).
class SystemClock final : public Clock {
public:
    explicit SystemClock(std::int64_t offset_ms = 0)
        : offset_ms_(offset_ms) {}

    [[nodiscard]] Instant now() const override;

private:
    std::int64_t offset_ms_;
};

// Stands still until told: tests and generators.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Instant start)
        : ms_(start.ms) {}

    [[nodiscard]] Instant now() const override { return {ms_.load()}; }

    void set(Instant instant) { ms_.store(instant.ms); }

    void advance_ms(std::int64_t count) { ms_.fetch_add(count); }

private:
    std::atomic<std::int64_t> ms_;
};

// Monotonic nanoseconds, for measuring how long something took; never for business time.
[[nodiscard]] std::int64_t monotonic_ns();

} // namespace base
