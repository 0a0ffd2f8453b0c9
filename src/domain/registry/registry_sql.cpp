#include "domain/registry/registry.hpp"

namespace registry {
namespace {

constexpr const char* ddl = R"sql(
create table registry_registration (
    id integer primary key, number text not null, kind text not null, regime text not null,
    secured integer not null, debtor integer not null, debtor_code text not null,
    debtor_name text not null, claim integer not null, contract text not null, items text not null,
    registered_at integer not null, expires_on text not null, purchase_money integer not null,
    delivered_at integer, notified_at integer, filing text, claim_ended_on text, discharge_by text,
    renamed_on text, rename_by text, discharged_at integer, objected_at integer,
    reminded text not null, version integer not null);
create index registry_by_code on registry_registration (debtor_code, id);
create index registry_by_debtor on registry_registration (debtor, id);
create index registry_by_secured on registry_registration (secured, id);
create table registry_act (
    seq integer primary key, registration integer not null, act text not null, at integer not null,
    party integer not null, person_name text not null, text text not null);
create index registry_act_by_registration on registry_act (registration, seq);
create table registry_certificate (
    id integer primary key, number text not null, party integer not null, person_name text not null,
    debtor_code text not null, debtor_name text not null, at integer not null, found integer not null,
    as_of integer not null, digest text not null, event integer not null, pdf text not null);
create index registry_certificate_by_party on registry_certificate (party, id);
)sql";

constexpr const char* entry_columns =
    "id, number, kind, regime, secured, debtor, debtor_code, debtor_name, claim, contract, items, "
    "registered_at, expires_on, purchase_money, delivered_at, notified_at, filing, claim_ended_on, "
    "discharge_by, renamed_on, rename_by, discharged_at, objected_at, reminded, version";

std::string select_entry(const std::string& rest) {
    return std::string("select ") + entry_columns + " from registry_registration " + rest;
}

struct Where {
    std::string text = "where 1 = 1";
    std::vector<store::Value> values;

    std::string place(store::Value value) {
        values.push_back(std::move(value));
        return "$" + std::to_string(values.size());
    }
};

Where where_of(const ListFilter& filter) {
    Where where;
    if (filter.secured)
        where.text += " and secured = " + where.place(store::to_value(*filter.secured));
    if (filter.debtor)
        where.text += " and debtor = " + where.place(store::to_value(*filter.debtor));
    if (!filter.kind.empty()) where.text += " and kind = " + where.place(filter.kind);
    if (!filter.text.empty()) {
        const auto like = where.place("%" + filter.text + "%");
        where.text += " and (number like " + like + " or debtor_name like " + like +
                      " or debtor_code like " + like + " or contract like " + like + ")";
    }
    const auto today = filter.today.text();
    if (filter.state == "active")
        where.text += " and discharged_at is null and expires_on >= " + where.place(today);
    if (filter.state == "ending") {
        where.text += " and discharged_at is null and expires_on >= " + where.place(today);
        where.text += " and expires_on <= " + where.place(filter.today.plus_days(90).text());
    }
    if (filter.state == "expired")
        where.text += " and discharged_at is null and expires_on < " + where.place(today);
    if (filter.state == "discharged") where.text += " and discharged_at is not null";
    if (filter.state == "objected") where.text += " and objected_at is not null";
    return where;
}

} // namespace

void declare(store::Schema& schema) {
    schema.module("registry", ddl);
    schema.on<Registered>();
    schema.on<Moved>();
    schema.on<Reminded>();
    schema.on<Certified>();
}

void apply(store::Transaction& tx, const Registered& event) {
    tx.insert("registry_registration", event.entry);
    tx.insert(
        "registry_act",
        Deed{
            .seq = tx.event().seq,
            .registration = event.entry.id,
            .act = Act::initial,
            .at = tx.now(),
            .party = event.entry.secured,
            .person_name = event.person_name,
            .text = {}});
}

void apply(store::Transaction& tx, const Moved& event) {
    tx.upsert("registry_registration", event.entry);
    auto deed = event.deed;
    deed.seq = tx.event().seq;
    deed.at = tx.now();
    tx.insert("registry_act", deed);
}

void apply(store::Transaction& tx, const Reminded& event) {
    auto entry = find(tx, event.registration);
    if (!entry) return;
    entry->reminded.push_back(event.what);
    tx.exec(
        "update registry_registration set reminded = $2 where id = $1",
        event.registration,
        entry->reminded);
}

void apply(store::Transaction& tx, const Certified& event) {
    auto proof = event.proof;
    proof.event = tx.event().seq;
    tx.insert("registry_certificate", proof);
}

std::optional<Entry> find(const store::Snapshot& db, Id<Registration> id) {
    return db.row<Entry>(select_entry("where id = $1"), id);
}

std::vector<Entry> against(const store::Snapshot& db, std::string_view debtor_code) {
    return db.rows<Entry>(select_entry("where debtor_code = $1 order by id"), debtor_code);
}

std::vector<Deed> deeds(const store::Snapshot& db, Id<Registration> id) {
    return db.rows<Deed>(
        "select seq, registration, act, at, party, person_name, text from registry_act "
        "where registration = $1 order by seq",
        id);
}

std::vector<Entry> open_entries(const store::Snapshot& db) {
    return db.rows<Entry>(select_entry("where discharged_at is null order by id"));
}

party::Page<Entry> list(const store::Snapshot& db, const ListFilter& filter) {
    const auto where = where_of(filter);
    party::Page<Entry> page;
    page.total = db.rows_with<std::int64_t>(
                       "select count(*) from registry_registration " + where.text, where.values)
                     .front();
    const auto offset = static_cast<std::int64_t>(filter.page - 1) * filter.per_page;
    page.items = db.rows_with<Entry>(
        select_entry(
            where.text + " order by id desc limit " + std::to_string(filter.per_page) + " offset " +
            std::to_string(offset)),
        where.values);
    return page;
}

std::optional<Proof> find_certificate(const store::Snapshot& db, Id<Certificate> id) {
    return db.row<Proof>(
        "select id, number, party, person_name, debtor_code, debtor_name, at, found, as_of, "
        "digest, event, pdf from registry_certificate where id = $1",
        id);
}

party::Page<Proof> certificates(
    const store::Snapshot& db, Id<Party> party, std::int32_t page, std::int32_t per_page) {
    party::Page<Proof> found;
    found.total =
        *db.row<std::int64_t>("select count(*) from registry_certificate where party = $1", party);
    found.items = db.rows<Proof>(
        "select id, number, party, person_name, debtor_code, debtor_name, at, found, as_of, "
        "digest, event, '' from registry_certificate where party = $1 order by id desc limit $2 "
        "offset $3",
        party,
        per_page,
        static_cast<std::int64_t>(page - 1) * per_page);
    return found;
}

} // namespace registry
