#include "store/gate.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>

namespace store {

static_assert(
    sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t), "the kernel looks at this word");

void Gate::wait() const {
    while (opened_.load(std::memory_order_acquire) == 0) {
        ::syscall(SYS_futex, &opened_, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
    }
}

void Gate::open() {
    opened_.store(1, std::memory_order_release);
    ::syscall(SYS_futex, &opened_, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

} // namespace store
