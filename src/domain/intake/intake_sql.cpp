#include "domain/intake/intake.hpp"

namespace intake {
namespace {

constexpr const char* ddl = R"sql(
create table intake_batch (
    id integer primary key, kind text not null, file text not null, bytes integer not null, sha256 text not null,
    at integer not null, party integer not null, person_name text not null, state text not null,
    rows integer not null, accepted integer not null, unchanged integer not null, reported integer not null,
    rejected integer not null, message text, ended_at integer);
create table intake_line (
    import integer not null, number integer not null, row integer not null, column integer not null,
    column_label text not null, value text not null, code text not null, severity text not null,
    primary key (import, number)) without rowid;
create table intake_number (number text primary key, enterprise integer not null) without rowid;
)sql";

constexpr const char* batch_columns = "id, kind, file, bytes, sha256, at, party, person_name, "
                                      "state, rows, accepted, unchanged, reported, rejected, "
                                      "message, ended_at";

std::string page_of(std::int32_t page, std::int32_t per_page) {
    const auto offset = static_cast<std::int64_t>(page - 1) * per_page;
    return " limit " + std::to_string(per_page) + " offset " + std::to_string(offset);
}

struct Numbered {
    std::string number;
    Id<Party> enterprise;
};
BOOST_DESCRIBE_STRUCT(Numbered, (), (number, enterprise))

} // namespace

void declare(store::Schema& schema) {
    schema.module("intake", ddl);
    schema.on<Started>();
    schema.on<Reported>();
    schema.on<Ended>();
    schema.on<NumberKnown>();
}

void apply(store::Transaction& tx, const Started& event) { tx.insert("intake_batch", event.batch); }

void apply(store::Transaction& tx, const Reported& event) {
    auto number = event.first_number;
    for (const auto& line : event.lines) {
        tx.insert(
            "intake_line",
            StoredLine{
                .import = event.import,
                .number = number++,
                .row = line.row,
                .column = line.column,
                .column_label = line.column_label,
                .value = line.value,
                .code = line.code,
                .severity = line.severity});
    }
}

void apply(store::Transaction& tx, const Ended& event) {
    tx.exec(
        "update intake_batch set state = $2, rows = $3, accepted = $4, unchanged = $5, reported = "
        "$6, "
        "rejected = $7, message = $8, ended_at = $9 where id = $1",
        event.import,
        event.state,
        event.counts.rows,
        event.counts.accepted,
        event.counts.unchanged,
        event.counts.reported,
        event.counts.rejected,
        event.message,
        tx.now());
}

void apply(store::Transaction& tx, const NumberKnown& event) {
    tx.exec(
        "insert into intake_number (number, enterprise) values ($1, $2) "
        "on conflict (number) do update set enterprise = excluded.enterprise",
        event.number,
        event.enterprise);
}

std::optional<Batch> find(const store::Snapshot& db, Id<Import> id) {
    return db.row<Batch>(
        std::string("select ") + batch_columns + " from intake_batch where id = $1", id);
}

party::Page<Batch> list(const store::Snapshot& db, std::int32_t page, std::int32_t per_page) {
    return {
        .items = db.rows<Batch>(
            std::string("select ") + batch_columns + " from intake_batch order by id desc" +
            page_of(page, per_page)),
        .total = *db.row<std::int64_t>("select count(*) from intake_batch")};
}

party::Page<StoredLine> lines(const store::Snapshot& db, const LineFilter& filter) {
    std::string where = "import = $1";
    std::vector<store::Value> values{store::to_value(filter.import)};
    if (filter.severity) {
        where += " and severity = $2";
        values.push_back(store::to_value(*filter.severity));
    }
    return {
        .items = db.rows_with<StoredLine>(
            "select import, number, row, column, column_label, value, code, severity from "
            "intake_line where " +
                where + " order by number" + page_of(filter.page, filter.per_page),
            values),
        .total =
            db.rows_with<std::int64_t>("select count(*) from intake_line where " + where, values)
                .front()};
}

std::optional<Id<Party>> resolve(const store::Snapshot& db, std::string_view code_or_number) {
    if (const auto found = party::find_enterprise_code(db, code_or_number)) return found->id;
    return db.row<Id<Party>>(
        "select enterprise from intake_number where number = $1", code_or_number);
}

std::map<std::string, Id<Party>, std::less<>> numbers(const store::Snapshot& db) {
    std::map<std::string, Id<Party>, std::less<>> found;
    party::each_enterprise(db, [&](const party::Enterprise& enterprise) {
        found[enterprise.credit_code] = enterprise.id;
    });
    db.each<Numbered>("select number, enterprise from intake_number", [&](Numbered&& row) {
        found[row.number] = row.enterprise;
    });
    return found;
}

} // namespace intake
