// Sessions in memory: every request asks here, so that it costs a hash and a look-up. The tables
// are the truth; what a change made doubtful is read again. When a session was last used is known
// here only: after a restart a session counts from its sign-in, so an idle one is never revived.
#pragma once

#include "domain/identity/event.hpp"

#include <atomic>
#include <shared_mutex>
#include <unordered_map>

namespace identity {

class Bearers {
public:
    Bearers(const store::Database& database, std::span<const pack::Role> roles, Settings settings)
        : database_(database)
        , roles_(roles)
        , settings_(settings) {}

    enum class Touch { use, look };

    std::optional<Bearer> find(std::string_view token, Instant now, Touch touch);
    // Something about the person changed: its sessions are read again before they count.
    void doubt(Id<base::Person> person);
    // When the session was last used; nothing when it has ended or idled away.
    [[nodiscard]] std::optional<Instant> last_use(const Session& session, Instant now) const;
    [[nodiscard]] std::int64_t open(Instant now) const;

private:
    struct Live {
        Session session;
        Bearer bearer;
        mutable std::atomic<std::int64_t> last_ms{0};
        std::atomic<bool> doubtful{false};
    };

    [[nodiscard]] bool in_time(const Live& live, Instant now) const;
    std::optional<Bearer> read(const std::string& digest, Instant now, Touch touch);

    const store::Database& database_;
    std::span<const pack::Role> roles_;
    Settings settings_;
    mutable std::shared_mutex mutex_;
    std::unordered_map<std::string, std::unique_ptr<Live>> live_; // by token digest
};

} // namespace identity
