// The tables identity_person, identity_password and identity_session.
#include "domain/identity/event.hpp"

namespace identity {
namespace {

constexpr std::string_view person_columns =
    "id, login, name, party, kind, unit, roles, state, registered_at, last_at, failures, "
    "locked_until, version";

std::string select_people(std::string_view rest) {
    return "select " + std::string(person_columns) + " from identity_person " + std::string(rest);
}

} // namespace

void declare(store::Schema& schema) {
    schema.module("identity", R"(
create table identity_person (
    id integer primary key,
    login text not null unique,
    name text not null,
    party integer not null,
    kind text not null,
    unit text not null,
    roles text not null,
    state text not null,
    registered_at integer not null,
    last_at integer,
    failures integer not null,
    locked_until integer,
    version integer not null
);
create index identity_person_party on identity_person (party, login);
create table identity_password (
    person integer primary key,
    hash text not null,
    must_change integer not null,
    changed_at integer not null,
    former text not null
);
create table identity_session (
    token_digest text primary key,
    id integer not null unique,
    person integer not null,
    "from" text not null,
    at integer not null
) without rowid;
create index identity_session_person on identity_session (person, at);
)");
    schema.on<PersonRegistered>();
    schema.on<PersonChanged>();
    schema.on<PasswordSet>();
    schema.on<SessionOpened>();
    schema.on<SignInFailed>();
    schema.on<SessionEnded>();
}

bool sensitive(std::string_view kind) { return kind == PasswordSet::kind; }

void apply(store::Transaction& tx, const PersonRegistered& event) {
    tx.insert("identity_person", event.person);
}

void apply(store::Transaction& tx, const PersonChanged& event) {
    tx.upsert("identity_person", event.person);
    if (event.person.state == PersonState::active) return;
    tx.exec("delete from identity_session where person = $1", event.person.id);
}

void apply(store::Transaction& tx, const PasswordSet& event) {
    Password next{
        .person = event.person,
        .hash = event.hash,
        .must_change = event.must_change,
        .changed_at = tx.now(),
        .former = {}};
    if (auto before = password_of(tx, event.person)) {
        next.former = std::move(before->former);
        next.former.insert(next.former.begin(), before->hash);
        if (next.former.size() >= history_most) next.former.resize(history_most - 1);
    }
    tx.upsert("identity_password", next);
    tx.exec(
        "delete from identity_session where person = $1 and id <> $2", event.person, event.keep);
}

void apply(store::Transaction& tx, const SessionOpened& event) {
    for (const auto& ended : event.ended)
        tx.exec("delete from identity_session where id = $1", ended);
    const auto& [token_digest, id, person, from, at] = event.session;
    tx.exec(
        R"(insert into identity_session (token_digest, id, person, "from", at) values ($1, $2, $3, $4, $5))",
        token_digest,
        id,
        person,
        from,
        at);
    tx.exec(
        "update identity_person set last_at = $1, failures = 0, locked_until = null where id = $2",
        at,
        person);
}

void apply(store::Transaction& tx, const SignInFailed& event) {
    if (!event.person) return;
    tx.exec(
        "update identity_person set failures = $1, locked_until = $2 where id = $3",
        event.failures,
        event.locked_until,
        event.person);
}

void apply(store::Transaction& tx, const SessionEnded& event) {
    tx.exec("delete from identity_session where id = $1", event.session);
}

std::optional<Person> find(const store::Snapshot& db, Id<base::Person> id) {
    return db.row<Person>(select_people("where id = $1"), id);
}

std::optional<Person> find_login(const store::Snapshot& db, std::string_view login) {
    return db.row<Person>(select_people("where login = $1"), login);
}

People list(const store::Snapshot& db, const PersonFilter& filter) {
    std::string where = "where 1 = 1";
    std::vector<store::Value> values;
    if (filter.party) {
        values.push_back(filter.party->value);
        where += " and party = $1";
    }
    if (!filter.text.empty()) {
        values.push_back(filter.text);
        const auto place = "$" + std::to_string(values.size());
        where += " and (instr(login, " + place + ") > 0 or instr(name, " + place + ") > 0)";
    }
    People people;
    const auto counted =
        db.rows_with<std::int64_t>("select count(*) from identity_person " + where, values);
    people.total = counted.front();
    const std::int64_t skipped = std::int64_t{filter.page - 1} * filter.per_page;
    where += " order by party, login limit " + std::to_string(filter.per_page) + " offset " +
             std::to_string(skipped);
    people.items = db.rows_with<Person>(select_people(where), values);
    return people;
}

std::optional<Password> password_of(const store::Snapshot& db, Id<base::Person> person) {
    return db.row<Password>(
        "select person, hash, must_change, changed_at, former from identity_password where person "
        "= $1",
        person);
}

std::optional<Session> session_of(const store::Snapshot& db, const std::string& token_digest) {
    return db.row<Session>(
        R"(select token_digest, id, person, "from", at from identity_session where token_digest = $1)",
        token_digest);
}

std::vector<Session> sessions_of(const store::Snapshot& db, Id<base::Person> person) {
    return db.rows<Session>(
        R"(select token_digest, id, person, "from", at from identity_session where person = $1 order by at, id)",
        person);
}

std::int64_t count_people(const store::Snapshot& db) {
    return db.row<std::int64_t>("select count(*) from identity_person").value_or(0);
}

} // namespace identity
