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
    party integer not null, kind text not null, subject text not null, body text not null);
create table command (
    id text primary key, digest blob not null, person integer not null, party integer not null,
    seq integer not null, subject text not null, at integer not null, error text) without rowid;
create table relay (name text primary key, seq integer not null) without rowid;
create table meta (key text primary key, value text not null) without rowid;
)";

// An error as it is kept: all of it but the detail, which is for the log of its day.
struct Refusal {
    std::string kind;
    std::string code;
    base::Text message;
    base::Text cure;
    std::string field;
};
BOOST_DESCRIBE_STRUCT(Refusal, (), (kind, code, message, cure, field))

constexpr std::pair<base::ErrorKind, std::string_view> kinds[] = {
    {base::ErrorKind::invalid, "invalid"},
    {base::ErrorKind::unauthenticated, "unauthenticated"},
    {base::ErrorKind::forbidden, "forbidden"},
    {base::ErrorKind::not_found, "not_found"},
    {base::ErrorKind::conflict, "conflict"},
    {base::ErrorKind::rejected, "rejected"},
    {base::ErrorKind::unavailable, "unavailable"},
    {base::ErrorKind::internal, "internal"},
};

std::string refusal_text(const base::Error& error) {
    const auto* kind =
        std::ranges::find(kinds, error.kind, &std::pair<base::ErrorKind, std::string_view>::first);
    const Refusal refusal{
        .kind = std::string(kind->second),
        .code = error.code,
        .message = error.message,
        .cure = error.cure,
        .field = error.field};
    return base::json::text(refusal);
}

base::Error refusal_error(const std::string& text) {
    auto refusal = base::json::from_text<Refusal>(text);
    base::ensure(refusal.has_value(), "a remembered refusal can be read");
    const auto* kind = std::ranges::find(
        kinds,
        std::string_view(refusal->kind),
        &std::pair<base::ErrorKind, std::string_view>::second);
    base::ensure(kind != std::end(kinds), "a remembered refusal has a known kind");
    return {
        .kind = kind->first,
        .code = std::move(refusal->code),
        .message = std::move(refusal->message),
        .cure = std::move(refusal->cure),
        .field = std::move(refusal->field),
        .detail = {}};
}

std::int64_t number(Connection& connection, std::string_view sql) {
    std::int64_t found = 0;
    connection.run(sql, {}, [&](Connection::Row row) {
        from_cell(row[0], found);
        return false;
    });
    return found;
}

std::string_view bytes(const base::Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

} // namespace

base::Result<> prepare(Connection& connection) {
    const auto found = number(connection, "pragma application_id");
    const auto version = number(connection, "pragma user_version");
    if (found == application && version == format) return {};
    if (found == application && version > format)
        return faults::newer("format " + std::to_string(version));
    if (found != 0 || number(connection, "select count(*) from sqlite_master") != 0) {
        return faults::damaged("the file belongs to another program");
    }
    connection.script(
        "begin immediate;" + std::string(tables) +
        "pragma application_id=" + std::to_string(application) +
        "; pragma user_version=" + std::to_string(format) + "; commit");
    return {};
}

std::int64_t last_seq(Connection& connection) {
    return number(connection, "select coalesce(max(seq), 0) from journal");
}

void append(Connection& connection, const Event& event) {
    const std::array<Value, 8> values{
        event.seq,
        event.at.ms,
        event.command,
        event.person.value,
        event.party.value,
        event.kind,
        event.subject,
        event.body};
    connection.run("insert into journal values ($1,$2,$3,$4,$5,$6,$7,$8)", values);
}

std::optional<base::Result<Receipt>> answered(Connection& connection, const Command& command) {
    std::optional<base::Result<Receipt>> answer;
    const std::array<Value, 1> values{command.id};
    const auto read = [&](Connection::Row row) {
        const bool same = row[0].text == bytes(command.digest) &&
                          row[1].integer == command.actor.person.value &&
                          row[2].integer == command.actor.party.value;
        if (!same) {
            answer.emplace(faults::command_reused());
        } else if (row[6].kind == Cell::Kind::text) {
            answer.emplace(refusal_error(std::string(row[6].text)));
        } else {
            answer.emplace(Receipt{
                .seq = row[3].integer,
                .subject = std::string(row[4].text),
                .at = {row[5].integer}});
        }
        return false;
    };
    connection.run(
        "select digest, person, party, seq, subject, at, error from command where id = $1",
        values,
        read);
    return answer;
}

void remember(
    Connection& connection,
    const Command& command,
    const base::Result<Receipt>& answer,
    base::Instant at) {
    const std::array<Value, 8> values{
        command.id,
        Blob{std::string(bytes(command.digest))},
        command.actor.person.value,
        command.actor.party.value,
        answer ? answer->seq : 0,
        answer ? answer->subject : std::string(),
        at.ms,
        answer ? Value{} : Value{refusal_text(answer.error())}};
    connection.run("insert into command values ($1,$2,$3,$4,$5,$6,$7,$8)", values);
}

bool is_final(const base::Error& error) {
    return error.kind != base::ErrorKind::unavailable && error.kind != base::ErrorKind::internal;
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

void set_cursor(Connection& connection, std::string_view relay, std::int64_t seq) {
    const std::array<Value, 2> values{to_value(relay), seq};
    connection.run("insert or replace into relay values ($1,$2)", values);
}

} // namespace store::journal
