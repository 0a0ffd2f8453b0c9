#include "domain/risk/risk.hpp"

namespace risk {
namespace {

constexpr const char* ddl = R"sql(
create table risk_case (
    id integer primary key, number text not null, source text not null, rule text not null,
    label text not null, rules text not null, subject text not null, enterprise integer not null,
    severity text not null, score integer not null, warnings integer not null,
    first_at integer not null, last_at integer not null, state text not null,
    owner integer not null, owner_name text not null, opened_at integer not null, outcome text,
    reason text not null, closed_at integer, follows integer not null, clocks text not null,
    due integer, version integer not null);
create index risk_case_by_subject on risk_case (rule, subject, id);
create index risk_case_about on risk_case (subject, id);
create index risk_case_of_enterprise on risk_case (enterprise, id);
create index risk_case_by_state on risk_case (state, id);
create table risk_warning (
    key text primary key, "of" integer not null, source text not null, rule text not null,
    label text not null, rules text not null, subject text not null, enterprise integer not null,
    at integer not null, event text not null, score integer not null, windows text not null,
    payments text not null, payments_all integer not null, superseded_by text not null);
create index risk_warning_by_case on risk_warning ("of", at, key);
create index risk_warning_by_event on risk_warning (event);
create table risk_act (
    seq integer primary key, "of" integer not null, act text not null, at integer not null,
    person_name text not null, action text not null, text text not null);
create index risk_act_by_case on risk_act ("of", seq);
create table risk_stream (
    stream text primary key, bytes integer not null, events integer not null,
    at integer not null);
create table risk_standing (
    rule text not null, enterprise integer not null, since integer not null,
    primary key (rule, enterprise));
create table risk_reminder (
    "of" integer not null, clock text not null, round integer not null, percent integer not null,
    at integer not null, primary key ("of", clock, round));
)sql";

constexpr const char* case_columns =
    "select id, number, source, rule, label, rules, subject, enterprise, severity, score, "
    "warnings, first_at, last_at, state, owner, owner_name, opened_at, outcome, reason, "
    "closed_at, follows, clocks, due, version from risk_case ";
constexpr const char* case_filter =
    "where ($1 is null or state = $1) and ($2 is null or outcome = $2) and "
    "($3 = '' or rule = $3) and ($4 = '' or severity = $4) and "
    "($5 = '' or instr(subject, $5) > 0 or instr(number, $5) > 0) and "
    "($6 is null or owner = $6) and ($7 is null or due < $7) and "
    "($8 is null or source = $8)";

void add_act(store::Transaction& tx, const Act& act) {
    tx.exec(
        "insert into risk_act (seq, \"of\", act, at, person_name, action, text) "
        "values ($1, $2, $3, $4, $5, $6, $7)",
        tx.event().seq,
        act.of,
        act.act,
        tx.now(),
        act.person_name,
        act.action,
        act.text);
}

} // namespace

void declare(store::Schema& schema) {
    schema.module("risk", ddl);
    schema.on<Raised>();
    schema.on<Moved>();
    schema.on<Followed>();
    schema.on<Superseded>();
    schema.on<Turned>();
    schema.on<Reminded>();
}

void apply(store::Transaction& tx, const Raised& event) {
    tx.upsert("risk_case", event.subject);
    tx.insert("risk_warning", event.warning);
    add_act(tx, {.of = event.subject.id, .act = "raise", .text = event.warning.key});
}

void apply(store::Transaction& tx, const Moved& event) {
    tx.upsert("risk_case", event.subject);
    add_act(tx, event.act);
}

void apply(store::Transaction& tx, const Followed& event) {
    tx.upsert("risk_stream", event.reached);
}

void apply(store::Transaction& tx, const Superseded& event) {
    tx.exec(
        "update risk_warning set superseded_by = $1 where event = $2 and rules = $3",
        event.by,
        event.event,
        event.rules);
}

void apply(store::Transaction& tx, const Turned& event) {
    if (event.holds) {
        tx.upsert("risk_standing", event.standing);
    } else {
        tx.exec(
            "delete from risk_standing where rule = $1 and enterprise = $2",
            event.standing.rule,
            event.standing.enterprise);
    }
}

void apply(store::Transaction& tx, const Reminded& event) {
    tx.upsert("risk_reminder", event.reminder);
}

std::optional<Case> find(const store::Snapshot& db, Id<RiskCase> id) {
    return db.row<Case>(std::string(case_columns) + "where id = $1", id);
}

std::optional<Case> newest(
    const store::Snapshot& db, std::string_view rule, std::string_view subject) {
    return db.row<Case>(
        std::string(case_columns) + "where rule = $1 and subject = $2 order by id desc limit 1",
        rule,
        subject);
}

party::Page<Case> list(const store::Snapshot& db, const Filter& filter) {
    party::Page<Case> page;
    const auto ask = [&](const std::string& text, auto read, const auto&... more) {
        return read(
            text,
            filter.state,
            filter.outcome,
            filter.rule,
            filter.severity,
            filter.text,
            filter.owner,
            filter.overdue_at,
            filter.source,
            more...);
    };
    page.total =
        ask(std::string("select count(*) from risk_case ") + case_filter,
            [&](const auto&... all) { return *db.row<std::int64_t>(all...); });
    // What is to be done first stands first: by its day, then the newest.
    page.items = ask(
        std::string(case_columns) + case_filter +
            " order by due is null, due, id desc limit $9 offset $10",
        [&](const auto&... all) { return db.rows<Case>(all...); },
        filter.per_page,
        static_cast<std::int64_t>(filter.page - 1) * filter.per_page);
    return page;
}

std::vector<Warning> warnings(const store::Snapshot& db, Id<RiskCase> of) {
    return db.rows<Warning>(
        "select key, \"of\", source, rule, label, rules, subject, enterprise, at, event, score, "
        "windows, payments, payments_all, superseded_by from risk_warning where \"of\" = $1 "
        "order by at desc, key",
        of);
}

std::vector<Case> about(const store::Snapshot& db, std::string_view subject) {
    return db.rows<Case>(
        std::string(case_columns) + "where subject = $1 order by id desc limit 100", subject);
}

std::vector<Case> about(const store::Snapshot& db, Id<Party> enterprise) {
    return db.rows<Case>(
        std::string(case_columns) +
            "where enterprise = $1 order by state = 'closed', due is null, due, id desc limit 100",
        enterprise);
}

std::vector<Act> acts(const store::Snapshot& db, Id<RiskCase> of) {
    return db.rows<Act>(
        "select seq, \"of\", act, at, person_name, action, text from risk_act "
        "where \"of\" = $1 order by seq",
        of);
}

std::optional<Reached> reached(const store::Snapshot& db, std::string_view stream) {
    return db.row<Reached>(
        "select stream, bytes, events, at from risk_stream where stream = $1", stream);
}

std::optional<Reached> newest_stream(const store::Snapshot& db) {
    return db.row<Reached>(
        "select stream, bytes, events, at from risk_stream order by at desc, stream limit 1");
}

bool known(const store::Snapshot& db, std::string_view key) {
    return db.row<std::int64_t>("select 1 from risk_warning where key = $1", key).has_value();
}

std::vector<Standing> standings(const store::Snapshot& db) {
    return db.rows<Standing>(
        "select rule, enterprise, since from risk_standing order by rule, enterprise");
}

std::optional<Standing> standing(
    const store::Snapshot& db, std::string_view rule, Id<Party> enterprise) {
    return db.row<Standing>(
        "select rule, enterprise, since from risk_standing where rule = $1 and enterprise = $2",
        rule,
        enterprise);
}

std::vector<Reminder> reminders(const store::Snapshot& db, Id<RiskCase> of) {
    return db.rows<Reminder>(
        "select \"of\", clock, round, percent, at from risk_reminder where \"of\" = $1", of);
}

std::vector<Id<RiskCase>> unclosed(const store::Snapshot& db) {
    return db.rows<Id<RiskCase>>("select id from risk_case where state <> 'closed' order by id");
}

Counts counts(const store::Snapshot& db, Id<Person> person, Instant now) {
    return *db.row<Counts>(
        "select coalesce(sum(case when state = 'open' then 1 else 0 end), 0), "
        "coalesce(sum(case when state = 'in_hand' then 1 else 0 end), 0), "
        "coalesce(sum(case when due < $1 then 1 else 0 end), 0), "
        "coalesce(sum(case when owner = $2 then 1 else 0 end), 0) "
        "from risk_case where state <> 'closed'",
        now,
        person);
}

std::vector<Record> records(const store::Snapshot& db) {
    return db.rows<Record>("select rule, sum(warnings), count(*), "
                           "sum(case when state <> 'closed' then 1 else 0 end), "
                           "sum(case when outcome = 'confirmed' then 1 else 0 end), "
                           "sum(case when outcome = 'false_alarm' then 1 else 0 end), "
                           "sum(case when outcome = 'known' then 1 else 0 end) "
                           "from risk_case group by rule order by rule");
}

Text label_of(const store::Snapshot& db, std::string_view rule) {
    const auto found =
        db.row<Case>(std::string(case_columns) + "where rule = $1 order by id desc limit 1", rule);
    return found ? found->label : Text{std::string(rule), std::string(rule)};
}

Source source_of(const store::Snapshot& db, std::string_view rule) {
    const auto found = db.row<Source>(
        "select source from risk_case where rule = $1 order by id desc limit 1", rule);
    return found.value_or(Source::transactions);
}

} // namespace risk
