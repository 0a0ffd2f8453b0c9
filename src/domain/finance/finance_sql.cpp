// The tables of 融资对接.
#include "domain/finance/track.hpp"

#include <algorithm>

namespace finance {
namespace {

constexpr auto ddl = R"(
create table finance_need(
  id integer primary key, number text not null unique, enterprise integer not null,
  state text not null, wish text not null, consent text, amount integer not null,
  industry text not null, town text not null, size text not null, round integer not null,
  directed integer not null, open integer not null, escalation integer not null,
  complaints integer not null, intended integer not null, granted integer not null,
  disbursed integer not null, drafted_at integer not null, submitted_at integer,
  submitted_by integer not null, published_at integer, expires_at integer, ended_at integer, version integer not null,
  changed_at integer not null);
create index finance_need_enterprise on finance_need(enterprise);
create index finance_need_open on finance_need(open) where open = 1;
create index finance_need_state on finance_need(state);
create index finance_need_published on finance_need(published_at);
create table finance_claim(
  id integer primary key, need integer not null, enterprise integer not null,
  institution integer not null, state text not null, round integer not null, product integer,
  officer text, claimed_at integer not null, answered_at integer, ended_at integer, offer text,
  accepted integer not null, refusal text, contract text, documents text not null,
  granted integer not null, disbursed integer not null, version integer not null);
create index finance_claim_need on finance_claim(need);
create index finance_claim_institution on finance_claim(institution, ended_at);
create index finance_claim_enterprise on finance_claim(enterprise, ended_at);
create index finance_claim_claimed on finance_claim(claimed_at);
create table finance_clock(
  id integer primary key, need integer not null, claim integer not null, owner text not null,
  party integer not null, rule text not null, round integer not null, phase text not null,
  started integer not null, stopped integer, budget_ms integer not null,
  charges_elapsed integer not null, used_ms integer not null, since integer not null, due integer,
  pauses text not null, fired text not null);
create index finance_clock_need on finance_clock(need);
create index finance_clock_due on finance_clock(due) where due is not null;
create index finance_clock_party on finance_clock(party) where phase <> 'stopped';
create index finance_clock_open on finance_clock(phase) where phase <> 'stopped';
create index finance_clock_started on finance_clock(started);
create table finance_line(
  seq integer not null, place integer not null, need integer not null, claim integer not null,
  at integer not null, act text not null, side text not null, party integer not null,
  person_name text not null, text text not null, primary key(seq, place)) without rowid;
create index finance_line_need on finance_line(need);
)";

constexpr auto need_columns =
    "select id, number, enterprise, state, wish, consent, amount, industry, town, size, round, "
    "directed, open, escalation, complaints, intended, granted, disbursed, drafted_at, "
    "submitted_at, submitted_by, published_at, expires_at, ended_at, version, changed_at from "
    "finance_need ";
constexpr auto claim_columns =
    "select id, need, enterprise, institution, state, round, product, officer, claimed_at, "
    "answered_at, ended_at, offer, accepted, refusal, contract, documents, granted, disbursed, "
    "version from finance_claim ";
constexpr auto clock_columns =
    "select id, need, claim, owner, party, rule, round, phase, started, stopped, budget_ms, "
    "charges_elapsed, used_ms, since, due, pauses, fired from finance_clock ";
constexpr auto line_columns =
    "select seq, place, need, claim, at, act, side, party, person_name, text from finance_line ";

std::string sql(const char* columns, std::string_view rest) { return columns + std::string(rest); }

// The conditions of a list, written with numbered places.
struct Where {
    std::string text = "where 1 = 1";
    std::vector<store::Value> values;

    std::string place(store::Value value) {
        values.push_back(std::move(value));
        return "$" + std::to_string(values.size());
    }
};

void reach(Where& where, const Actor& actor, bool mine) {
    switch (actor.kind) {
    case PartyKind::enterprise:
        where.text += " and enterprise = " + where.place(store::to_value(actor.party));
        break;
    case PartyKind::institution:
        where.text += " and (id in (select need from finance_claim where institution = " +
                      where.place(store::to_value(actor.party)) + ")" +
                      (mine ? "" : " or open = 1") + ")";
        break;
    case PartyKind::department:
    case PartyKind::platform:
        // Drafts are the enterprise's own until it submits them.
        where.text += " and submitted_at is not null";
        break;
    }
}

std::string list_of(Where& where, const auto& values) {
    std::string places;
    for (const auto& value : values)
        places += (places.empty() ? "" : ", ") + where.place(store::to_value(value));
    return "(" + places + ")";
}

Where where(const Actor& actor, const NeedFilter& filter, Instant now) {
    Where out;
    reach(out, actor, filter.mine);
    if (filter.state) out.text += " and state = " + out.place(*filter.state);
    if (!filter.text.empty()) {
        const auto at = out.place(filter.text);
        out.text += " and (instr(number, upper(" + at + ")) > 0 or instr(wish, " + at + ") > 0";
        if (!filter.enterprises.empty())
            out.text += " or enterprise in " + list_of(out, filter.enterprises);
        out.text += ")";
    }
    if (!filter.town.empty()) out.text += " and town = " + out.place(filter.town);
    if (!filter.divisions.empty()) {
        out.text += " and substr(industry, 1, 2) in " + list_of(out, filter.divisions);
    } else if (!filter.industry.empty()) {
        const auto at = out.place(filter.industry);
        out.text += " and substr(industry, 1, length(" + at + ")) = " + at;
    }
    if (filter.breached) {
        out.text +=
            std::string(" and id ") + (*filter.breached ? "" : "not ") +
            "in (select need from finance_clock where due <= " + out.place(store::to_value(now)) +
            ")";
    }
    if (filter.open_only) out.text += " and published_at is not null and ended_at is null";
    if (filter.from) out.text += " and drafted_at >= " + out.place(store::to_value(*filter.from));
    if (filter.to) out.text += " and drafted_at < " + out.place(store::to_value(*filter.to));
    return out;
}

void add_line(
    store::Transaction& tx,
    Id<Need> need,
    std::int32_t place,
    const Line& line,
    const std::string& person_name) {
    const bool by_platform = line.side == PartyKind::platform;
    tx.insert(
        "finance_line",
        LineRow{
            .seq = tx.event().seq,
            .place = place,
            .need = need,
            .claim = line.claim,
            .at = tx.now(),
            .act = line.act,
            .side = line.side,
            .party = by_platform ? Id<Party>{} : tx.event().party,
            .person_name = by_platform ? "" : person_name,
            .text = line.text});
}

// Only columns named here: what comes from outside never becomes part of a statement.
std::string order_by(std::string_view sort) {
    const bool descends = sort.starts_with('-');
    if (descends) sort.remove_prefix(1);
    for (const std::string_view column : {"number", "amount", "published_at", "disbursed"}) {
        if (sort == column)
            return " order by " + std::string(column) + (descends ? " desc" : "") + ", id desc";
    }
    return " order by id desc";
}

} // namespace

void declare(store::Schema& schema) {
    schema.module("finance", ddl);
    schema.on<NeedDrafted>();
    schema.on<Moved>();
    schema.on<RungFired>();
}

void apply(store::Transaction& tx, const NeedDrafted& event) {
    tx.upsert("finance_need", event.need);
}

void apply(store::Transaction& tx, const Moved& event) {
    tx.upsert("finance_need", event.need);
    for (const auto& row : event.claims)
        tx.upsert("finance_claim", row);
    for (const auto& row : event.clocks)
        tx.upsert("finance_clock", row);
    std::int32_t place = 0;
    for (const auto& line : event.lines)
        add_line(tx, event.need.id, place++, line, event.person_name);
}

void apply(store::Transaction& tx, const RungFired& event) {
    tx.upsert("finance_clock", event.clock);
    tx.exec(
        "update finance_need set escalation = $2 where id = $1",
        event.clock.need,
        event.escalation);
    add_line(
        tx,
        event.clock.need,
        0,
        {.act = "rung",
         .claim = event.clock.claim,
         .side = PartyKind::platform,
         .text = event.text},
        "");
}

std::optional<NeedRow> find_need(const store::Snapshot& db, Id<Need> id) {
    return db.row<NeedRow>(sql(need_columns, "where id = $1"), id);
}

std::optional<ClaimRow> find_claim(const store::Snapshot& db, Id<Claim> id) {
    return db.row<ClaimRow>(sql(claim_columns, "where id = $1"), id);
}

std::optional<ClockRow> find_clock(const store::Snapshot& db, Id<ClockMark> id) {
    return db.row<ClockRow>(sql(clock_columns, "where id = $1"), id);
}

std::vector<ClaimRow> claims_of(const store::Snapshot& db, Id<Need> need) {
    return db.rows<ClaimRow>(sql(claim_columns, "where need = $1 order by id"), need);
}

std::vector<ClockRow> clocks_of(const store::Snapshot& db, Id<Need> need) {
    return db.rows<ClockRow>(sql(clock_columns, "where need = $1 order by id"), need);
}

std::optional<Case> find_case(const store::Snapshot& db, Id<Need> id) {
    auto need = find_need(db, id);
    if (!need) return std::nullopt;
    return Case{.need = *std::move(need), .claims = claims_of(db, id), .clocks = clocks_of(db, id)};
}

std::vector<LineRow> timeline(const store::Snapshot& db, Id<Need> need) {
    return db.rows<LineRow>(sql(line_columns, "where need = $1 order by seq, place"), need);
}

std::vector<LineRow> recent_lines(const store::Snapshot& db, std::int32_t most) {
    return db.rows<LineRow>(
        sql(line_columns, "order by seq desc, place desc limit $1"), std::clamp(most, 1, 200));
}

Result<> may_see(const store::Snapshot& db, const Actor& actor, const NeedRow& need) {
    bool seen = false;
    switch (actor.kind) {
    case PartyKind::enterprise: seen = actor.party == need.enterprise; break;
    case PartyKind::institution:
        seen = need.open || db.row<std::int64_t>(
                                  "select 1 from finance_claim where need = $1 and "
                                  "institution = $2 limit 1",
                                  need.id,
                                  actor.party)
                                .has_value();
        break;
    case PartyKind::department:
    case PartyKind::platform: seen = need.submitted_at.has_value(); break;
    }
    if (seen) return {};
    return base::not_found(
        "finance.no_need",
        {"没有找到该需求，或您无权查看。", "No such need, or it is not yours to see."},
        {"请核对编号。", "Check the number."});
}

party::Page<NeedRow> list_needs(
    const store::Snapshot& db, const Actor& actor, const NeedFilter& filter, Instant now) {
    party::Page<NeedRow> page;
    auto conditions = where(actor, filter, now);
    page.total = db.rows_with<std::int64_t>(
                       "select count(*) from finance_need " + conditions.text, conditions.values)
                     .front();
    const auto size = std::clamp(filter.per_page, 1, 200);
    const auto limit = conditions.place(std::int64_t{size});
    const auto skip = conditions.place(std::int64_t{std::max(filter.page, 1) - 1} * size);
    page.items = db.rows_with<NeedRow>(
        need_columns + conditions.text + order_by(filter.sort) + " limit " + limit + " offset " +
            skip,
        conditions.values);
    return page;
}

std::vector<ClaimRow> claims_by(const store::Snapshot& db, Id<Party> institution, bool open_only) {
    return db.rows<ClaimRow>(
        sql(claim_columns,
            open_only ? "where institution = $1 and ended_at is null order by id desc"
                      : "where institution = $1 order by id desc"),
        institution);
}

std::vector<ClaimRow> claims_for(const store::Snapshot& db, Id<Party> enterprise, bool open_only) {
    return db.rows<ClaimRow>(
        sql(claim_columns,
            open_only ? "where enterprise = $1 and ended_at is null order by id desc"
                      : "where enterprise = $1 order by id desc"),
        enterprise);
}

std::vector<ClockRow> open_clocks(const store::Snapshot& db) {
    return db.rows<ClockRow>(sql(clock_columns, "where phase <> 'stopped' order by id"));
}

std::vector<ClockRow> clocks_of_party(const store::Snapshot& db, Id<Party> party) {
    return db.rows<ClockRow>(
        sql(clock_columns,
            "where party = $1 and phase <> 'stopped' and due is not null "
            "order by due"),
        party);
}

std::vector<ClockRow> clocks_of_unit(const store::Snapshot& db, std::string_view unit) {
    return db.rows<ClockRow>(
        sql(clock_columns,
            "where owner = $1 and phase <> 'stopped' and due is not null "
            "order by due"),
        unit);
}

Counts counts(const store::Snapshot& db, Instant now, Instant midnight) {
    return db
        .row<Counts>(
            "select (select count(*) from finance_need where published_at is not null and "
            "ended_at is null), "
            "(select count(distinct need) from finance_clock where due <= $1), "
            "(select count(*) from finance_need where published_at >= $2), "
            "(select count(*) from finance_claim where ended_at is null), "
            "(select count(distinct claim) from finance_clock where due <= $1 and claim <> 0)",
            now,
            midnight)
        .value_or(Counts{});
}

std::vector<Waiting> expiring_needs(const store::Snapshot& db) {
    return db.rows<Waiting>(
        "select id, expires_at from finance_need where ended_at is null and expires_at is not null "
        "and open = 1");
}

std::vector<ClaimRow> open_offers(const store::Snapshot& db) {
    return db.rows<ClaimRow>(
        sql(claim_columns, "where ended_at is null and offer is not null and accepted = 0"));
}

std::vector<NeedRow> unclaimed(const store::Snapshot& db) {
    return db.rows<NeedRow>(
        sql(need_columns,
            "where open = 1 and not exists (select 1 from finance_claim c where "
            "c.need = finance_need.id and c.ended_at is null) order by published_at, id"));
}

// Yes: credit granted, or an offer that was not taken back. No: refused, given back, or silent
// until the claim lapsed, unless the need was financed elsewhere or withdrawn in between.
std::vector<Outcome> outcomes(const store::Snapshot& db, Instant from, Instant until) {
    return db.rows<Outcome>(
        "select institution, coalesce(product, 0), sum(yes), sum(no) from (select c.institution, "
        "c.product, case when c.granted > 0 or (c.offer is not null and c.refusal is null) then 1 "
        "else 0 end as yes, case when c.granted > 0 then 0 when c.refusal is not null then 1 when "
        "c.offer is null and c.ended_at is not null and n.disbursed = 0 and not exists (select 1 "
        "from finance_line l where l.need = c.need and l.claim = 0 and l.act = 'withdraw') then 1 "
        "else 0 end as no from finance_claim c join finance_need n on n.id = c.need where "
        "c.claimed_at >= $1 and c.claimed_at < $2) as ended where yes + no > 0 "
        "group by institution, coalesce(product, 0) order by 1, 2",
        from,
        until);
}

std::vector<ClaimRow> claims_between(const store::Snapshot& db, Instant from, Instant until) {
    return db.rows<ClaimRow>(
        sql(claim_columns, "where claimed_at >= $1 and claimed_at < $2 order by id"), from, until);
}

std::vector<ClockRow> clocks_between(const store::Snapshot& db, Instant from, Instant until) {
    return db.rows<ClockRow>(
        sql(clock_columns,
            "where claim <> 0 and owner = 'institution' and started >= $1 and started < $2 "
            "order by id"),
        from,
        until);
}

std::int64_t published_between(const store::Snapshot& db, Instant from, Instant until) {
    return db
        .row<std::int64_t>(
            "select count(*) from finance_need where published_at >= $1 and published_at < $2",
            from,
            until)
        .value_or(0);
}

} // namespace finance
