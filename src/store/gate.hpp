// Closed once, opened once: many threads sleep until one lets them all go by a single system call.
// (std::atomic::wait gives up the processor several times before it sleeps, which 64 threads on two
// cores feel.)
#pragma once

#include <atomic>
#include <cstdint>

namespace store {

class Gate {
public:
    void wait() const;
    void open();

private:
    std::atomic<std::uint32_t> opened_ = 0;
};

} // namespace store
