#include "store/journal.hpp"

#include "store/faults.hpp"

#include <array>

namespace store::journal {
namespace {

// "Rong" in ASCII: marks the file as one of this program's (SQLite's application_id).
constexpr std::int64_t application = 0x526f6e67;

constexpr auto tables = R"(
create table journal (
    seq integer primary key, at integer not null, command text not null, person integer not null,
    party integer not null, kind text not null, subject text not null, body text not null,
    digest blob);
create table command (
    n integer primary key, id text not null, digest blob not null, person integer not null, party integer not null,
    seq integer not null, subject text not null, at integer not null, error text);
create table relay (name text primary key, seq integer not null) without rowid;
create table meta (key text primary key, value text not null) without rowid;
)";

constexpr auto secret_key = "secret";
constexpr std::size_t secret_bytes = 32;

// Files of before have none yet.
void make_secret(Connection& connection) {
    if (!meta(connection, secret_key).empty()) return;
    set_meta(connection, secret_key, base::random_hex(secret_bytes));
}

std::int64_t number(Connection& connection, std::string_view sql) {
    std::int64_t found = 0;
    connection.run(sql, {}, [&](Connection::Row row) {
        from_row(row, base::form_of<std::int64_t>(), &found);
        return false;
    });
    return found;
}

} // namespace

base::Result<> prepare(Connection& connection) {
    const auto found = number(connection, "pragma application_id");
    const auto version = number(connection, "pragma user_version");
    if (found == application && version == format) {
        make_secret(connection);
        return {};
    }
    if (found == application && version > format)
        return faults::newer("format " + std::to_string(version));
    if (found == application) {
        // 1 had a row of its own for every answer.
        connection.script(
            "begin immediate; alter table journal add column digest blob; pragma user_version=2; "
            "commit");
        make_secret(connection);
        return {};
    }
    if (found != 0 || number(connection, "select count(*) from sqlite_master") != 0) {
        return faults::damaged("the file belongs to another program");
    }
    connection.script(
        "begin immediate;" + std::string(tables) +
        "pragma application_id=" + std::to_string(application) +
        "; pragma user_version=" + std::to_string(format) + "; commit");
    make_secret(connection);
    return {};
}

std::int64_t last_seq(Connection& connection) {
    return number(connection, "select coalesce(max(seq), 0) from journal");
}

void append(Connection& connection, const Event& event, const base::Digest* digest) {
    const std::array<Value, 9> values{
        event.seq,
        event.at.ms,
        event.command,
        event.person.value,
        event.party.value,
        event.kind,
        event.subject,
        event.body,
        digest == nullptr ? Value() : Value(Blob{std::string(bytes(*digest))})};
    connection.run("insert into journal values ($1,$2,$3,$4,$5,$6,$7,$8,$9)", values);
}

std::string meta(Connection& connection, const std::string& key) {
    std::string found;
    const std::array<Value, 1> values{key};
    connection.run("select value from meta where key = $1", values, [&](Connection::Row row) {
        found = row[0].text;
        return false;
    });
    return found;
}

void set_meta(Connection& connection, const std::string& key, const std::string& value) {
    const std::array<Value, 2> values{key, value};
    connection.run("insert or replace into meta values ($1,$2)", values);
}

std::string secret(Connection& connection) {
    auto bytes = meta(connection, secret_key);
    base::ensure(bytes.size() == 2 * secret_bytes, "a file has its secret");
    return bytes;
}

void set_cursor(Connection& connection, std::string_view relay, std::int64_t seq) {
    const std::array<Value, 2> values{to_value(relay), seq};
    connection.run("insert or replace into relay values ($1,$2)", values);
}

} // namespace store::journal
