// A fixed set of threads for what may block: reading tables, waiting for a commit. Handlers stay
// plain functions.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace http {

class Workers {
public:
    using Job = std::move_only_function<void()>; // must not throw

    explicit Workers(std::size_t threads);
    ~Workers(); // what waits is still done

    void add(Job job);
    [[nodiscard]] std::size_t waiting() const;

private:
    void run();

    mutable std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<Job> jobs_;
    bool stopping_ = false;
    std::vector<std::jthread> threads_; // last: gone before what they use
};

} // namespace http
