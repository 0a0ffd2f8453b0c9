// 演示重放: a synthetic suspicious stream, played into a demo county's watch at a pace at which
// people can follow it. It ends on the day before the county's today.
#pragma once

#include "base/clock.hpp"
#include "domain/risk/watching.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace jobs {

class Replay {
public:
    Replay(risk::Watching& watching, base::Zone zone, const base::Clock& clock);
    ~Replay(); // stops what plays; what was sent stays
    Replay(const Replay&) = delete;
    Replay& operator=(const Replay&) = delete;

    // Begins; the rows before anything is planted are sent at once, the others over that time.
    // `risk.replaying`, `risk.replayed` when the stream has rows already.
    base::Result<> start(const base::Actor& actor, std::int64_t over_ms);
    [[nodiscard]] std::optional<base::Rate> progress() const; // nothing unless it plays

private:
    void play(const base::Actor& actor, std::int64_t over_ms);

    risk::Watching& watching_;
    base::Zone zone_;
    const base::Clock& clock_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::optional<base::Rate> progress_;
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace jobs
