// What happens to people and sessions, as the journal keeps it. Private to the module.
#pragma once

#include "domain/identity/identity.hpp"

namespace identity {

struct PersonRegistered {
    static constexpr std::string_view kind = "identity.person_registered";
    Person person;
};
BOOST_DESCRIBE_STRUCT(PersonRegistered, (), (person))

struct PersonChanged { // as it now is; leaving `active` ends the person's sessions
    static constexpr std::string_view kind = "identity.person_changed";
    Person person;
};
BOOST_DESCRIBE_STRUCT(PersonChanged, (), (person))

struct PasswordSet {
    static constexpr std::string_view kind = "identity.password_set";
    static constexpr bool sensitive = true;
    Id<base::Person> person;
    std::string hash;
    bool must_change = false;
    Id<base::Session> keep; // the session that goes on; all others of the person end
};
BOOST_DESCRIBE_STRUCT(PasswordSet, (), (person, hash, must_change, keep))

struct SessionOpened {
    static constexpr std::string_view kind = "identity.signed_in";
    Session session;
    std::vector<Id<base::Session>> ended; // expired, or one too many
};
BOOST_DESCRIBE_STRUCT(SessionOpened, (), (session, ended))

struct SignInFailed {
    static constexpr std::string_view kind = "identity.sign_in_failed";
    Id<base::Person> person; // none: no such login
    std::string from;
    std::int64_t failures = 0;
    std::optional<Instant> locked_until;
};
BOOST_DESCRIBE_STRUCT(SignInFailed, (), (person, from, failures, locked_until))

struct SessionEnded {
    static constexpr std::string_view kind = "identity.session_ended";
    Id<base::Session> session;
    bool by_revoking = false; // from another session; otherwise by signing out
};
BOOST_DESCRIBE_STRUCT(SessionEnded, (), (session, by_revoking))

void apply(store::Transaction& tx, const PersonRegistered& event);
void apply(store::Transaction& tx, const PersonChanged& event);
void apply(store::Transaction& tx, const PasswordSet& event);
void apply(store::Transaction& tx, const SessionOpened& event);
void apply(store::Transaction& tx, const SignInFailed& event);
void apply(store::Transaction& tx, const SessionEnded& event);

// identity_password
struct Password {
    Id<base::Person> person;
    std::string hash;
    bool must_change = false;
    Instant changed_at;
    std::vector<std::string> former; // hashes, newest first
};
BOOST_DESCRIBE_STRUCT(Password, (), (person, hash, must_change, changed_at, former))

inline constexpr std::size_t history_most =
    5; // passwords that may not come back, the present one included

std::optional<Password> password_of(const store::Snapshot& db, Id<base::Person> person);
std::optional<Session> session_of(const store::Snapshot& db, const std::string& token_digest);
std::vector<Session> sessions_of(const store::Snapshot& db, Id<base::Person> person);
std::int64_t count_people(const store::Snapshot& db);

} // namespace identity
