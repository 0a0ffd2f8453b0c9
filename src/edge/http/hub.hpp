// Live updates as server-sent events: whoever listens is told that something changed, and fetches
// it. A reader that does not keep up is dropped; its browser connects again and fetches everything.
#pragma once

#include "base/actor.hpp"

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace http {

inline constexpr std::size_t live_waiting_most = 256; // lines for one client
inline constexpr std::int64_t live_heartbeat_ms =
    15'000; // and as often is asked whether the session still lives

struct Signal {
    std::string topic; // need, claim, loan …
    std::string id;
    std::int64_t seq = 0;
    base::Id<base::Party> party; // whose change it was
};

class Subscriber {
public:
    // What this client may know of a signal: the JSON of the event, or empty for nothing.
    using View = std::function<std::string(const Signal&)>;
    using Alive = std::function<bool()>;

    Subscriber(View view, Alive alive)
        : view_(std::move(view))
        , alive_(std::move(alive)) {}

    void offer(const Signal& signal);
    void close();

    // For the connection: everything that waits, as text ready to be sent.
    [[nodiscard]] std::string take();
    [[nodiscard]] bool closed() const;

    [[nodiscard]] bool alive() const { return alive_(); }

    // Called, on whatever thread, when there is something to take or the stream is closed.
    void on_news(std::function<void()> wake);

private:
    const View view_;
    const Alive alive_;
    mutable std::mutex mutex_;
    std::deque<std::string> lines_;
    std::function<void()> wake_;
    bool closed_ = false;
};

class Hub {
public:
    std::shared_ptr<Subscriber> subscribe(Subscriber::View view, Subscriber::Alive alive);
    void publish(const Signal& signal);
    [[nodiscard]] std::int64_t clients() const;
    void close(); // ends all streams and takes no more

private:
    mutable std::mutex mutex_;
    std::vector<std::weak_ptr<Subscriber>> subscribers_;
    bool closed_ = false;
};

} // namespace http
