// 用户与会话: people, their roles in an organisation, passwords and sessions.
//
// What is kept: a person (identity_person), what proves who it is (identity_password: an argon2id
// hash, never the password), what it may (roles of the pack, whose rights the pack names), failures
// to sign in, and sessions as the SHA-256 of their token. Every change is an event; a hash travels
// only in events marked `sensitive`, whose bodies the audit trail does not show. Sources: GB/T
// 22239-2019 8.1.4.1 and 8.1.4.2, 网络安全法 art. 21.
#pragma once

#include "base/actor.hpp"
#include "base/clock.hpp"
#include "base/secret.hpp"
#include "domain/identity/password.hpp"
#include "engine/pack/pack.hpp"
#include "store/database.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace identity {

using base::Id;
using base::Instant;
using base::PartyKind;
using base::Result;
using base::Right;
using base::Rights;
using base::Secret;
using base::Text;

enum class PersonState { active, locked, disabled };
BOOST_DESCRIBE_ENUM(PersonState, active, locked, disabled)

// identity_person. `unit` is the organisation's code, empty for enterprises; kind and unit never
// change.
struct Person {
    Id<base::Person> id;
    std::string login; // lower case
    std::string name;
    Id<base::Party> party; // none for the three administrators of the platform
    PartyKind kind = PartyKind::platform;
    std::string unit;
    std::vector<std::string> roles;
    PersonState state =
        PersonState::active; // `locked` by an administrator; a lock after failures is in Sign-ins
    Instant registered_at;
    std::optional<Instant> last_at;      // last sign-in
    std::int64_t failures = 0;           // to sign in, since the last success
    std::optional<Instant> locked_until; // after too many failures
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(
    Person,
    (),
    (id,
     login,
     name,
     party,
     kind,
     unit,
     roles,
     state,
     registered_at,
     last_at,
     failures,
     locked_until,
     version))

// Locked for whatever reason at that moment.
[[nodiscard]] PersonState state_at(const Person& person, Instant now);

struct RegisterPerson {
    std::string login; // 3…64 of a–z 0–9 . _ - @, case ignored
    std::string name;
    Id<base::Party> party;
    PartyKind kind = PartyKind::platform;
    std::string unit;
    std::vector<std::string> roles;
    bool must_change = true; // the password given at registration is for the first sign-in only
};

struct ChangePerson {
    std::string name;
    std::vector<std::string> roles;
    PersonState state = PersonState::active; // active also ends a lock
};

struct PersonFilter {
    std::optional<Id<base::Party>> party; // none: everybody
    std::string text;                     // part of a login or a name
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};

struct People {
    std::vector<Person> items;
    std::int64_t total = 0;
};

// identity_session
struct Session {
    std::string token_digest; // SHA-256 of the token, hexadecimal
    Id<base::Session> id;
    Id<base::Person> person;
    std::string from; // address
    Instant at;
};
BOOST_DESCRIBE_STRUCT(Session, (), (token_digest, id, person, from, at))

struct Settings {
    std::int64_t idle_ms = 15 * 60'000;        // 8.1.4.1 b: no more than 15 minutes
    std::int64_t absolute_ms = 12 * 3'600'000; // a working day at most
    std::int32_t sessions_most = 5;            // at once for one person; the oldest goes
    std::int32_t failures_most = 5;            // then the login is locked
    std::int64_t lock_ms = 30 * 60'000;
    std::int32_t address_failures_free = 10; // then an address waits, twice as long each time
    std::int64_t address_wait_ms = 2'000;
    std::int64_t address_wait_most_ms = 300'000;
    HashCost cost;
};

struct SignIn {
    std::string login;
    Secret password;
    std::string from; // address
};

struct SignedIn {
    Secret token; // for the cookie; known to nobody else
    Id<base::Person> person;
};

// Who a token belongs to, as every request asks.
struct Bearer {
    base::Actor actor;
    Id<base::Session> session;
    bool must_change_password = false;
};

struct SessionView {
    Id<base::Session> id;
    std::string from;
    Instant at;
    Instant last;
    bool current = false;
};
BOOST_DESCRIBE_STRUCT(SessionView, (), (id, from, at, last, current))

struct FirstPerson { // one of the three administrators
    std::string login;
    std::string name;
    Secret password;
    std::string role;
};

void declare(store::Schema& schema);

// Event kinds whose bodies nobody is shown.
[[nodiscard]] bool sensitive(std::string_view kind);

// Reads
std::optional<Person> find(const store::Snapshot& db, Id<base::Person> id);
std::optional<Person> find_login(const store::Snapshot& db, std::string_view login);
People list(const store::Snapshot& db, const PersonFilter& filter);

class Identity {
public:
    // `roles` are the pack's. The clock is the program's; sessions live by it.
    Identity(
        store::Database& database,
        const base::Clock& clock,
        std::vector<pack::Role> roles,
        Settings settings = {});
    ~Identity();

    // Whether anybody is registered. Until then there is only set_up().
    [[nodiscard]] bool set_up_done() const;
    // The one-time code the console shows at the first start.
    [[nodiscard]] const Secret& set_up_code() const;
    // The three administrators, each with a role of its own: `identity.set_up_code`,
    // `identity.set_up_done`, `identity.set_up_roles`, and what register_person says.
    Result<store::Receipt> set_up(
        const store::Command& command,
        const Secret& code,
        const std::vector<FirstPerson>& people,
        std::string_view from);

    // `identity.wrong` (unauthenticated; the same whoever the login is), `identity.locked`,
    // `identity.slow_down`.
    Result<SignedIn> sign_in(const SignIn& wish);
    // Nothing when the token is unknown, idle too long, too old or revoked. Counts as use of the
    // session.
    [[nodiscard]] std::optional<Bearer> bearer(std::string_view token);
    // As bearer(), but not counted as use: for streams that stay open by themselves.
    [[nodiscard]] bool alive(std::string_view token);
    Result<> sign_out(const base::Actor& actor, Id<base::Session> session);
    [[nodiscard]] std::vector<SessionView> sessions(
        Id<base::Person> person, Id<base::Session> current) const;
    // `identity.no_session` unless it is a session of the actor's own.
    Result<store::Receipt> revoke(const store::Command& command, Id<base::Session> session);
    [[nodiscard]] std::int64_t sessions_open() const;

    // `identity.login_malformed`, `identity.login_taken`, `identity.role_unknown`,
    // `identity.role_other_kind`, `identity.roles_exclude`, `identity.no_role`,
    // `identity.password_weak`, permission.denied.
    Result<store::Receipt> register_person(
        const store::Command& command, const RegisterPerson& wish, const Secret& password);
    // `version` is what the editor saw; `identity.version` when somebody was faster.
    Result<store::Receipt> change_person(
        const store::Command& command,
        Id<base::Person> id,
        std::int64_t version,
        const ChangePerson& wish);
    // A one-time password set by an administrator.
    Result<store::Receipt> reset_password(
        const store::Command& command, Id<base::Person> id, const Secret& password);
    // `identity.old_password`, `identity.password_weak`, `identity.password_used`. Other sessions
    // of the person end.
    Result<store::Receipt> change_password(
        const store::Command& command,
        Id<base::Session> current,
        const Secret& before,
        const Secret& after);

    [[nodiscard]] const std::vector<pack::Role>& roles() const;
    // Role codes of the system, the security and the audit administrator.
    [[nodiscard]] std::vector<std::string> administrator_roles() const;
    [[nodiscard]] Rights rights_of(const std::vector<std::string>& roles) const;
    // A password for a first sign-in that passes the policy: 15 letters and digits without
    // look-alikes. The same command gets the same password again while the program runs; nothing of
    // it is kept.
    [[nodiscard]] Secret one_time_password(std::string_view command_id) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace identity
