#include "domain/consent/consent.hpp"

namespace consent {
namespace {

constexpr const char* ddl = R"sql(
create table consent_consent (
    id integer primary key, enterprise integer not null, receiver integer not null, purpose text not null,
    scopes text not null, mode text not null, valid_from integer not null, valid_until integer not null,
    state text not null, need integer, given_at integer not null, given_by integer not null, revoked_at integer,
    reads integer not null);
create index consent_by_pair on consent_consent (enterprise, receiver);
create index consent_by_receiver on consent_consent (receiver);
create table consent_reading (
    seq integer primary key, at integer not null, enterprise integer not null, reader integer not null,
    person integer not null, person_name text not null, consents text not null, purpose text not null,
    attributes text not null);
create index consent_reading_by_enterprise on consent_reading (enterprise, seq);
create index consent_reading_by_reader on consent_reading (reader, seq);
)sql";

const std::string select =
    "select id, enterprise, receiver, purpose, scopes, mode, valid_from, valid_until, state, need, "
    "given_at, given_by, revoked_at, reads from consent_consent ";

// The part of a statement after `where`, for the filter's enterprise and receiver.
struct Where {
    std::string text = "1 = 1";
    std::vector<store::Value> values;

    void equal(std::string_view column, const std::optional<Id<Party>>& id) {
        if (!id) return;
        values.push_back(store::to_value(*id));
        text += " and " + std::string(column) + " = $" + std::to_string(values.size());
    }

    [[nodiscard]] std::string paged(const ListFilter& filter) const {
        const auto offset = static_cast<std::int64_t>(filter.page - 1) * filter.per_page;
        return " limit " + std::to_string(filter.per_page) + " offset " + std::to_string(offset);
    }
};

} // namespace

void declare(store::Schema& schema) {
    schema.module("consent", ddl);
    schema.on<Given>();
    schema.on<StateChanged>();
    schema.on<Read>();
}

void apply(store::Transaction& tx, const Given& event) {
    tx.insert("consent_consent", event.consent);
}

void apply(store::Transaction& tx, const StateChanged& event) {
    tx.exec("update consent_consent set state = $2 where id = $1", event.consent, event.state);
    if (event.state != State::revoked) return;
    tx.exec("update consent_consent set revoked_at = $2 where id = $1", event.consent, tx.now());
}

void apply(store::Transaction& tx, const Read& event) {
    auto reading = event.reading;
    reading.seq = tx.event().seq;
    reading.at = tx.now();
    tx.insert("consent_reading", reading);
    for (const auto id : reading.consents) {
        tx.exec(
            "update consent_consent set reads = reads + 1, "
            "state = case when mode = 'once' then 'used' else state end where id = $1",
            id);
    }
}

std::optional<Artefact> find(const store::Snapshot& db, Id<Consent> id) {
    return db.row<Artefact>(select + "where id = $1", id);
}

std::vector<permission::Permit> permits(
    const store::Snapshot& db, Id<Party> enterprise, Id<Party> receiver, Instant now) {
    const auto given = db.rows<Artefact>(
        select + "where enterprise = $1 and receiver = $2 and state = 'active' "
                 "and "
                 "valid_until > $3 order by id",
        enterprise,
        receiver,
        now);
    std::vector<permission::Permit> permits;
    for (const auto& one : given) {
        permits.push_back(
            {.consent = one.id,
             .enterprise = one.enterprise,
             .receiver = one.receiver,
             .scopes = one.scopes,
             .from = one.valid_from,
             .until = one.valid_until,
             .active = true});
    }
    return permits;
}

std::vector<Id<Party>> givers(const store::Snapshot& db, Id<Party> receiver, Instant now) {
    return db.rows<Id<Party>>(
        "select distinct enterprise from consent_consent where receiver = $1 and state = 'active' "
        "and valid_until > $2 order by enterprise",
        receiver,
        now);
}

party::Page<Artefact> list(const store::Snapshot& db, const ListFilter& filter) {
    Where where;
    where.equal("enterprise", filter.enterprise);
    where.equal("receiver", filter.receiver);
    party::Page<Artefact> page;
    page.total = db.rows_with<std::int64_t>(
                       "select count(*) from consent_consent where " + where.text, where.values)
                     .front();
    page.items = db.rows_with<Artefact>(
        select + "where " + where.text + " order by id desc" + where.paged(filter), where.values);
    return page;
}

party::Page<Reading> readings(const store::Snapshot& db, const ListFilter& filter) {
    Where where;
    where.equal("enterprise", filter.enterprise);
    where.equal("reader", filter.receiver);
    party::Page<Reading> page;
    page.total = db.rows_with<std::int64_t>(
                       "select count(*) from consent_reading where " + where.text, where.values)
                     .front();
    page.items = db.rows_with<Reading>(
        "select seq, at, enterprise, reader, person, person_name, consents, purpose, attributes "
        "from consent_reading where " +
            where.text + " order by seq desc" + where.paged(filter),
        where.values);
    return page;
}

std::int64_t expiring(const store::Snapshot& db, Id<Party> enterprise, Instant now, int days) {
    return *db.row<std::int64_t>(
        "select count(*) from consent_consent where enterprise = $1 and state = 'active' and "
        "valid_until > $2 and valid_until <= $3",
        enterprise,
        now,
        now.plus_ms(days * 86'400'000LL));
}

} // namespace consent
