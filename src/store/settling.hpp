// Brings what the writer has committed to the disk, one turn after the other, so that the writer
// can decide the next turn meanwhile.
//
// A commit only appends to the write-ahead log, whose records carry a chain of checksums: of what
// was not yet flushed, a power failure leaves a beginning. So a flush may come after the commit, as
// long as nobody is answered, and nothing that was read is given out, before it has come.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace store {

class Settling {
public:
    // Flushes the write-ahead log; false when the disk refused.
    using Flush = std::function<bool()>;
    // What there is to do once a turn is on the disk (true), or the disk refused it (false).
    using Then = std::move_only_function<void(bool)>;

    explicit Settling(Flush flush);
    ~Settling(); // after everything that was handed over is settled
    Settling(const Settling&) = delete;
    Settling& operator=(const Settling&) = delete;

    // Before a commit. Waits until the one before is on the disk: a third turn on its way would
    // only make each of them smaller.
    void expect();
    // After a commit, or after there was none: flushes what was expected and calls `then`, here or
    // on the thread that settles. Turns are settled in the order of these calls, one at a time.
    void settle(Then then);
    void hand_over(Then then);
    // Until nothing handed over is unsettled.
    void drain();

    // Until all that a reader can have seen by now is on the disk, or refused by it.
    void await() const;
    // True inside of `then`: who waits there for anything to be settled waits for himself.
    [[nodiscard]] bool is_here() const;

    // A disk that has refused to flush may have dropped what it was given, and says so only once.
    // Until `recovered` nothing counts as flushed.
    [[nodiscard]] bool refused() const { return refused_.load(); }

    void recovered() { refused_.store(false); }

private:
    struct Turn {
        std::uint64_t expected = 0;
        Then then;
    };

    void loop();
    void settle(Turn turn);

    Flush flush_;
    std::atomic<bool> refused_ = false;

    // Commits, by their number: begun, and on the disk or refused.
    std::atomic<std::uint64_t> expected_ = 0;
    std::atomic<std::uint64_t> flushed_ = 0;

    mutable std::mutex mutex_;
    mutable std::condition_variable has_flushed_; // or has nothing more to settle
    std::condition_variable handed_over_;
    std::deque<Turn> turns_;
    bool settling_ = false;
    std::atomic<std::thread::id> here_; // of the thread that is inside of a `then`
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace store
