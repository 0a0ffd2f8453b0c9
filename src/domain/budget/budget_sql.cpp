#include "domain/budget/budget.hpp"

namespace budget {
namespace {

constexpr const char* ddl = R"sql(
create table budget_case (
    id integer primary key, number text not null, programme text not null, year integer not null,
    applicant integer not null, enterprise integer not null, bank integer not null,
    object text not null, once text not null, counts integer not null, figures text not null,
    asked integer not null, granted integer not null, state text not null, since integer not null,
    due_on text, overdue_told integer not null, hold integer not null, paid_at integer,
    back_at integer, applied_at integer not null, version integer not null);
create index budget_case_by_object on budget_case (once, year, object);
create index budget_case_by_programme on budget_case (programme, year, id);
create index budget_case_by_applicant on budget_case (applicant, id);
create table budget_act (
    seq integer primary key, "of" integer not null, act text not null, at integer not null,
    party integer not null, person_name text not null, "to" text not null, amount integer not null,
    text text not null);
create index budget_act_by_case on budget_act ("of", seq);
create table budget_year (
    programme text not null, year integer not null, budget integer not null,
    series integer not null, line integer not null, paid integer not null,
    primary key (programme, year));
create table budget_pool (
    programme text not null, bank integer not null, loan text not null, enterprise integer not null,
    amount integer not null, filed_on text not null, primary key (programme, bank, loan));
)sql";

constexpr const char* case_columns =
    "select id, number, programme, year, applicant, enterprise, bank, object, once, counts, "
    "figures, asked, granted, state, since, due_on, overdue_told, hold, paid_at, back_at, "
    "applied_at, version from budget_case ";
constexpr const char* case_filter =
    "where ($1 is null or applicant = $1 or enterprise = $1 or bank = $1) and "
    "($2 = '' or programme = $2) and ($3 = '' or state = $3) and ($4 is null or year = $4)";
constexpr const char* year_columns =
    "select programme, year, budget, series, line, paid from budget_year ";

} // namespace

void declare(store::Schema& schema) {
    schema.module("budget", ddl);
    schema.on<Moved>();
    schema.on<YearOpened>();
    schema.on<LoanFiled>();
    schema.on<FellDue>();
}

void apply(store::Transaction& tx, const Moved& event) {
    tx.upsert("budget_case", event.subject);
    const auto& deed = event.deed;
    tx.exec(
        "insert into budget_act (seq, \"of\", act, at, party, person_name, \"to\", amount, text) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tx.event().seq,
        deed.of,
        deed.act,
        tx.now(),
        deed.party,
        deed.person_name,
        deed.to,
        deed.amount,
        deed.text);
}

void apply(store::Transaction& tx, const YearOpened& event) {
    tx.upsert("budget_year", event.year);
}

void apply(store::Transaction& tx, const LoanFiled& event) {
    tx.insert("budget_pool", event.pooled);
}

void apply(store::Transaction& tx, const FellDue& event) {
    tx.exec("update budget_case set overdue_told = 1 where id = $1", event.subject);
}

std::optional<Case> find(const store::Snapshot& db, Id<base::BudgetCase> id) {
    return db.row<Case>(std::string(case_columns) + "where id = $1", id);
}

party::Page<Case> list(const store::Snapshot& db, const Filter& filter) {
    party::Page<Case> page;
    page.total = *db.row<std::int64_t>(
        std::string("select count(*) from budget_case ") + case_filter,
        filter.party,
        filter.programme,
        filter.state,
        filter.year);
    page.items = db.rows<Case>(
        std::string(case_columns) + case_filter + " order by id desc limit $5 offset $6",
        filter.party,
        filter.programme,
        filter.state,
        filter.year,
        filter.per_page,
        static_cast<std::int64_t>(filter.page - 1) * filter.per_page);
    return page;
}

std::vector<Deed> deeds(const store::Snapshot& db, Id<base::BudgetCase> id) {
    return db.rows<Deed>(
        "select seq, \"of\", act, at, party, person_name, \"to\", amount, text from budget_act "
        "where \"of\" = $1 order by seq",
        id);
}

std::optional<Year> find_year(
    const store::Snapshot& db, std::string_view programme, std::int32_t year) {
    return db.row<Year>(
        std::string(year_columns) + "where programme = $1 and year = $2", programme, year);
}

std::vector<Case> with_due_day(const store::Snapshot& db) {
    return db.rows<Case>(
        std::string(case_columns) + "where due_on is not null and overdue_told = 0 order by id");
}

std::vector<Pooled> pooled(const store::Snapshot& db, std::string_view programme, Id<Party> bank) {
    return db.rows<Pooled>(
        "select programme, bank, loan, enterprise, amount, filed_on from budget_pool "
        "where programme = $1 and bank = $2 order by filed_on, loan",
        programme,
        bank);
}

std::vector<BankInPool> banks_in_pool(const store::Snapshot& db, std::string_view programme) {
    std::vector<BankInPool> all;
    for (const auto bank : db.rows<std::int64_t>(
             "select distinct bank from budget_pool where programme = $1 order by bank",
             programme)) {
        all.push_back(
            {{bank},
             {*db.row<std::int64_t>(
                 "select sum(amount) from budget_pool where programme = $1 and bank = $2",
                 programme,
                 bank)},
             // Reserved counts as well; what came back does not.
             {*db.row<std::int64_t>(
                 "select coalesce(sum(granted), 0) from budget_case where programme = $1 and "
                 "applicant = $2 and back_at is null",
                 programme,
                 bank)}});
    }
    return all;
}

std::optional<std::string> claimed_by(const store::Snapshot& db, const Case& subject) {
    if (subject.once.empty()) return std::nullopt;
    return db.row<std::string>(
        "select number from budget_case where once = $1 and year = $2 and object = $3 and "
        "counts = 1 and id <> $4 order by id limit 1",
        subject.once,
        subject.year,
        subject.object,
        subject.id);
}

Money of_enterprise(const store::Snapshot& db, const Case& subject) {
    return {*db.row<std::int64_t>(
        "select coalesce(sum(case when granted > 0 then granted else asked end), 0) "
        "from budget_case where programme = $1 and year = $2 and enterprise = $3 and counts = 1 "
        "and id <> $4",
        subject.programme,
        subject.year,
        subject.enterprise,
        subject.id)};
}

} // namespace budget
