#include "domain/instrument/instrument.hpp"

#include <algorithm>

namespace instrument {
namespace {

constexpr const char* ddl = R"sql(
create table instrument_instrument (
    id integer primary key, number text not null, kind text not null, creditor integer not null,
    debtor integer not null, face integer not null, redeemed integer not null, on_paper integer not null,
    issued_on integer not null, due integer, fields text not null, key text not null, state text not null,
    account text not null, account_locked integer not null, term_reason text not null, term_law text not null,
    paper text not null, paper_holder integer not null, payment_reference text not null, payment_day integer,
    series integer not null, account_id integer not null, issue_hold integer not null, parts integer not null,
    uploaded_by integer not null, uploaded_at integer not null, confirmed_at integer, ended_at integer,
    changed_at integer not null, version integer not null);
create unique index instrument_by_number on instrument_instrument (number);
create index instrument_by_creditor on instrument_instrument (creditor);
create index instrument_by_key on instrument_instrument (debtor, key);
create table instrument_part (
    id integer primary key, instrument integer not null, parent integer not null, number text not null,
    holder integer not null, endorser integer not null, act text not null, received integer not null,
    amount integer not null, held integer not null, recourse integer not null, frozen integer not null,
    court_order text not null, account_id integer not null, seq integer not null, created_at integer not null,
    ended_at integer);
create index instrument_part_by_instrument on instrument_part (instrument);
create index instrument_part_by_holder on instrument_part (holder, instrument);
create table instrument_deal (
    id integer primary key, instrument integer not null, part integer not null, way text not null,
    recourse integer not null, client integer not null, funder integer not null, amount integer not null,
    held integer not null, paid integer not null, rate integer, contract text not null,
    registration text not null, reference text not null, day integer not null, push integer,
    hold integer not null, vault integer not null, state text not null, surplus integer not null,
    made_at integer not null, ended_at integer);
create index instrument_deal_by_instrument on instrument_deal (instrument);
create index instrument_deal_by_funder on instrument_deal (funder, instrument);
create index instrument_deal_by_client on instrument_deal (client);
create index instrument_deal_by_day on instrument_deal (day);
create table instrument_push (
    id integer primary key, instrument integer not null, part integer not null, holder integer not null,
    funder integer not null, amount integer not null, note text not null, state text not null, terms text,
    registration text not null, reason text not null, pushed_at integer not null, intended_at integer,
    accepted_at integer, notified_at integer, read_at integer, read_by text not null, ended_at integer);
create index instrument_push_by_instrument on instrument_push (instrument);
create index instrument_push_by_funder on instrument_push (funder, instrument);
create index instrument_push_by_holder on instrument_push (holder);
create table instrument_line (
    seq integer primary key, instrument integer not null, at integer not null, act text not null,
    party integer not null, person_name text not null, part integer not null, other integer not null,
    amount integer not null, text text not null, state text not null);
create index instrument_line_by_instrument on instrument_line (instrument, seq);
)sql";

template <class T>
std::string columns() {
    std::string all;
    base::each_member<T>(
        [&](auto member) { all += (all.empty() ? "" : ", ") + std::string(member.name); });
    return all;
}

template <class T>
std::vector<T> rows_of(const store::Snapshot& db, const char* table, Id<Instrument> id) {
    return db.rows<T>(
        "select " + columns<T>() + " from " + table + " where instrument = $1 order by id", id);
}

// The part of a statement after `where`, put together from filters.
struct Clauses {
    std::string text = "1 = 1";
    std::vector<store::Value> values;

    template <class T>
    std::string place(const T& value) {
        values.push_back(store::to_value(value));
        return "$" + std::to_string(values.size());
    }

    template <class T>
    void equal(const char* column, const std::optional<T>& value) {
        if (value) text += std::string(" and ") + column + " = " + place(*value);
    }
};

std::string paged(std::int32_t page, std::int32_t per_page) {
    return " limit " + std::to_string(per_page) + " offset " +
           std::to_string(static_cast<std::int64_t>(page - 1) * per_page);
}

template <class T>
party::Page<T> page_of(
    const store::Snapshot& db,
    const char* table,
    const Clauses& where,
    const std::string& order_and_page) {
    party::Page<T> page;
    page.total =
        db.rows_with<std::int64_t>(
              std::string("select count(*) from ") + table + " where " + where.text, where.values)
            .front();
    page.items = db.rows_with<T>(
        "select " + columns<T>() + " from " + table + " where " + where.text + order_and_page,
        where.values);
    return page;
}

constexpr const char* held_by = "id in (select instrument from instrument_part where holder = ";
constexpr const char* before =
    "id in (select instrument from instrument_push where state not in ('declined', 'recalled') "
    "and funder = ";
constexpr const char* funded_by = "id in (select instrument from instrument_deal where funder = ";

void restrict_to_view(Clauses& where, const Actor& actor, View view) {
    const auto me = [&] { return where.place(actor.party); };
    switch (view) {
    case View::all: break;
    case View::held:
        where.text += std::string(" and ") + held_by + me() + " and ended_at is null)";
        break;
    case View::owed: where.text += " and debtor = " + me(); break;
    case View::pledged:
        where.text += " and id in (select instrument from instrument_deal where state = 'open' and "
                      "way = 'pledge' and client = " +
                      me() + ")";
        break;
    case View::funded: where.text += std::string(" and ") + funded_by + me() + ")"; break;
    }
}

} // namespace

void declare(store::Schema& schema) {
    schema.module("instrument", ddl);
    schema.on<Moved>();
}

void apply(store::Transaction& tx, const Moved& event) {
    auto line = event.line;
    line.seq = tx.event().seq;
    line.at = tx.now();
    tx.insert("instrument_line", line);
    tx.upsert("instrument_instrument", event.instrument);
    for (auto part : event.parts) {
        if (part.seq == 0) part.seq = tx.event().seq;
        tx.upsert("instrument_part", part);
    }
    for (const auto& deal : event.deals)
        tx.upsert("instrument_deal", deal);
    for (const auto& push : event.pushes)
        tx.upsert("instrument_push", push);
}

std::optional<InstrumentRow> find(const store::Snapshot& db, Id<Instrument> id) {
    return db.row<InstrumentRow>(
        "select " + columns<InstrumentRow>() + " from instrument_instrument where id = $1", id);
}

std::optional<Dossier> dossier(const store::Snapshot& db, Id<Instrument> id) {
    auto row = find(db, id);
    if (!row) return std::nullopt;
    return Dossier{
        .instrument = *std::move(row),
        .parts = rows_of<PartRow>(db, "instrument_part", id),
        .deals = rows_of<DealRow>(db, "instrument_deal", id),
        .pushes = rows_of<PushRow>(db, "instrument_push", id)};
}

std::vector<LineRow> lines(const store::Snapshot& db, Id<Instrument> id) {
    return db.rows<LineRow>(
        "select " + columns<LineRow>() + " from instrument_line where instrument = $1 order by seq",
        id);
}

std::optional<Id<Instrument>> find_key(
    const store::Snapshot& db, Id<Party> debtor, const std::string& key) {
    if (key.empty()) return std::nullopt;
    return db.row<Id<Instrument>>(
        "select id from instrument_instrument where debtor = $1 and key = $2 and "
        "(ended_at is null or confirmed_at is not null)",
        debtor,
        key);
}

std::string last_number(const store::Snapshot& db, const std::string& from, const std::string& to) {
    return db
        .row<std::string>(
            "select number from instrument_instrument where number >= $1 and number < $2 "
            "order by number desc limit 1",
            from,
            to)
        .value_or("");
}

party::Page<InstrumentRow> list(
    const store::Snapshot& db, const Actor& actor, const Filter& filter) {
    Clauses where;
    if (!actor.rights.has(base::Right::instrument_oversee)) {
        const auto me = where.place(actor.party);
        where.text += " and (creditor = " + me + " or debtor = " + me + " or " + held_by + me +
                      ") or " + before + me + ") or " + funded_by + me + "))";
    }
    restrict_to_view(where, actor, filter.view);
    if (!filter.kind.empty()) where.text += " and kind = " + where.place(filter.kind);
    if (!filter.state.empty()) where.text += " and state = " + where.place(filter.state);
    if (filter.open_only) where.text += " and ended_at is null";
    if (filter.due_until) where.text += " and due <= " + where.place(*filter.due_until);
    if (!filter.text.empty()) {
        const auto like = where.place("%" + filter.text + "%");
        where.text += " and (number like " + like + " or fields like " + like + ")";
    }
    return page_of<InstrumentRow>(
        db,
        "instrument_instrument",
        where,
        " order by id desc" + paged(filter.page, filter.per_page));
}

std::vector<Holding> holdings(const store::Snapshot& db, Id<Party> holder) {
    return db.rows<Holding>(
        "select instrument, sum(amount), sum(held) from instrument_part where holder = $1 and "
        "amount > 0 group by instrument order by instrument",
        holder);
}

party::Page<PushRow> pushes(const store::Snapshot& db, const PushFilter& filter) {
    Clauses where;
    where.equal("funder", filter.funder);
    where.equal("holder", filter.holder);
    where.equal("state", filter.state);
    if (filter.debtor) {
        where.text += " and notified_at is not null and instrument in (select id from "
                      "instrument_instrument where debtor = " +
                      where.place(*filter.debtor) + ")";
    }
    return page_of<PushRow>(
        db, "instrument_push", where, " order by id desc" + paged(filter.page, filter.per_page));
}

party::Page<DealRow> deals(const store::Snapshot& db, const DealFilter& filter) {
    Clauses where;
    where.equal("funder", filter.funder);
    where.equal("client", filter.client);
    where.equal("state", filter.state);
    return page_of<DealRow>(
        db, "instrument_deal", where, " order by id desc" + paged(filter.page, filter.per_page));
}

std::int64_t financed_fen(const store::Snapshot& db, std::optional<Date> from, Date until) {
    return db
        .row<std::int64_t>(
            "select coalesce(sum(paid), 0) from instrument_deal where day >= $1 and day <= $2",
            from.value_or(Date{}),
            until)
        .value_or(0);
}

} // namespace instrument
