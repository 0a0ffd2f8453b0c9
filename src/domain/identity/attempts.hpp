// Brakes on guessing, kept in memory: by address, and by login for logins nobody has (so that they
// answer as the real ones do).
#pragma once

#include "domain/identity/identity.hpp"

#include <mutex>
#include <unordered_map>

namespace identity {

class Attempts {
public:
    explicit Attempts(Settings settings)
        : settings_(settings) {}

    // How long the address must still wait; 0: it may try.
    [[nodiscard]] std::int64_t wait_ms(const std::string& from, Instant now) const;
    void failed(const std::string& from, Instant now);
    void succeeded(const std::string& from);

    // One more failure of a login that does not exist; until when it is locked, if it is.
    std::optional<Instant> unknown_failed(const std::string& login, Instant now);
    [[nodiscard]] std::optional<Instant> unknown_locked(
        const std::string& login, Instant now) const;

private:
    struct Count {
        std::int64_t failures = 0;
        Instant until;
    };

    using Counts = std::unordered_map<std::string, Count>;

    // Old entries go when there are many: an attacker must not fill the memory.
    static void prune(Counts& counts, Instant now);

    Settings settings_;
    mutable std::mutex mutex_;
    Counts addresses_;
    Counts unknown_;
};

} // namespace identity
