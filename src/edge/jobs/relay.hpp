// A relay reads the journal behind a cursor of its own and hands every event to its handlers, in
// order, at least once: the cursor moves after they are done. Handlers therefore write under
// command ids made from the event's number, so that a second time changes nothing.
#pragma once

#include "store/database.hpp"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace jobs {

class Relay {
public:
    using Handle = std::function<base::Result<>(const store::Event&)>;

    // `name` is the cursor's, and stays the same for ever.
    Relay(store::Database& database, std::string name, std::vector<Handle> handles);
    ~Relay();
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;

    [[nodiscard]] const std::string& name() const { return name_; }

    void start(); // a thread that runs when something is committed
    // Hands on all that waits; answers how many events that were. An Error of a handler is logged
    // and the next event follows; a fault (an exception) leaves the cursor for another try.
    std::size_t run();

private:
    struct Bell {
        std::mutex mutex;
        std::condition_variable wake;
        bool rung = false;
        bool stopping = false;
    };

    void work();

    store::Database& database_;
    std::string name_;
    std::vector<Handle> handles_;
    std::shared_ptr<Bell> bell_;
    std::thread thread_;
};

} // namespace jobs
