#include "domain/identity/bearers.hpp"

#include "domain/identity/decide.hpp"

#include <mutex>

namespace identity {

bool Bearers::in_time(const Live& live, Instant now) const {
    return now.ms - live.last_ms.load(std::memory_order_relaxed) < settings_.idle_ms &&
           now.ms - live.session.at.ms < settings_.absolute_ms;
}

std::optional<Bearer> Bearers::find(std::string_view token, Instant now, Touch touch) {
    const auto digest = base::hex(base::sha256(token));
    {
        const std::shared_lock lock(mutex_);
        const auto found = live_.find(digest);
        if (found != live_.end() && !found->second->doubtful.load()) {
            const auto& live = *found->second;
            if (!in_time(live, now)) return std::nullopt;
            if (touch == Touch::use) live.last_ms.store(now.ms, std::memory_order_relaxed);
            return live.bearer;
        }
    }
    return read(digest, now, touch);
}

std::optional<Bearer> Bearers::read(const std::string& digest, Instant now, Touch touch) {
    const std::unique_lock lock(mutex_);
    // Doubt that arises while the tables are read stays: it is cleared first.
    const auto known = live_.find(digest);
    if (known != live_.end()) known->second->doubtful.store(false);

    struct Found {
        std::optional<Session> session;
        std::optional<Person> person;
        std::optional<Password> password;
    };

    const auto found = database_.read([&](const store::Snapshot& db) {
        Found rows;
        rows.session = session_of(db, digest);
        if (!rows.session) return rows;
        rows.person = identity::find(db, rows.session->person);
        rows.password = password_of(db, rows.session->person);
        return rows;
    });
    if (!found.session || !found.person || found.person->state != PersonState::active) {
        if (known != live_.end()) live_.erase(known);
        return std::nullopt;
    }
    auto& live = known == live_.end() ? live_[digest] : known->second;
    if (!live) {
        live = std::make_unique<Live>();
        live->last_ms.store(found.session->at.ms);
    }
    live->session = *found.session;
    auto& actor = live->bearer.actor;
    actor.person = found.person->id;
    actor.party = found.person->party;
    actor.kind = found.person->kind;
    actor.rights = rights_of(roles_, found.person->roles);
    actor.name = found.person->name;
    actor.unit = found.person->unit;
    live->bearer.session = found.session->id;
    live->bearer.must_change_password = found.password && found.password->must_change;
    if (!in_time(*live, now)) return std::nullopt;
    if (touch == Touch::use) live->last_ms.store(now.ms);
    return live->bearer;
}

void Bearers::doubt(Id<base::Person> person) {
    const std::shared_lock lock(mutex_);
    for (const auto& [digest, live] : live_) {
        if (live->session.person == person) live->doubtful.store(true);
    }
}

std::optional<Instant> Bearers::last_use(const Session& session, Instant now) const {
    const std::shared_lock lock(mutex_);
    const auto found = live_.find(session.token_digest);
    const auto last = found == live_.end() ? session.at : Instant{found->second->last_ms.load()};
    if (now.ms - last.ms >= settings_.idle_ms || now.ms - session.at.ms >= settings_.absolute_ms) {
        return std::nullopt;
    }
    return last;
}

std::int64_t Bearers::open(Instant now) const {
    const std::shared_lock lock(mutex_);
    return std::ranges::count_if(
        live_, [&](const auto& each) { return in_time(*each.second, now); });
}

} // namespace identity
