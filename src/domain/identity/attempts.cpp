#include "domain/identity/attempts.hpp"

#include <algorithm>

namespace identity {
namespace {

constexpr std::size_t entries_most = 10'000;
constexpr std::int64_t doublings_most = 20;

} // namespace

void Attempts::prune(Counts& counts, Instant now) {
    if (counts.size() < entries_most) return;
    std::erase_if(counts, [&](const auto& each) { return each.second.until <= now; });
    if (counts.size() >= entries_most) counts.clear();
}

std::int64_t Attempts::wait_ms(const std::string& from, Instant now) const {
    const std::lock_guard lock(mutex_);
    const auto found = addresses_.find(from);
    if (found == addresses_.end()) return 0;
    return std::max<std::int64_t>(found->second.until.ms - now.ms, 0);
}

void Attempts::failed(const std::string& from, Instant now) {
    const std::lock_guard lock(mutex_);
    prune(addresses_, now);
    auto& count = addresses_[from];
    ++count.failures;
    const auto over = count.failures - settings_.address_failures_free;
    if (over < 0) return;
    const auto wait = settings_.address_wait_ms << std::min(over, doublings_most);
    count.until = now.plus_ms(std::min(wait, settings_.address_wait_most_ms));
}

void Attempts::succeeded(const std::string& from) {
    const std::lock_guard lock(mutex_);
    addresses_.erase(from);
}

std::optional<Instant> Attempts::unknown_failed(const std::string& login, Instant now) {
    const std::lock_guard lock(mutex_);
    prune(unknown_, now);
    auto& count = unknown_[login];
    ++count.failures;
    if (count.failures < settings_.failures_most) return std::nullopt;
    count.failures = 0;
    count.until = now.plus_ms(settings_.lock_ms);
    return count.until;
}

std::optional<Instant> Attempts::unknown_locked(const std::string& login, Instant now) const {
    const std::lock_guard lock(mutex_);
    const auto found = unknown_.find(login);
    if (found == unknown_.end() || found->second.until <= now) return std::nullopt;
    return found->second.until;
}

} // namespace identity
