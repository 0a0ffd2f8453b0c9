// The tables of 借据, and the figures that are counted from them.
#include "domain/loan/measures.hpp"

#include <algorithm>

namespace loan {
namespace {

constexpr auto ddl = R"(
create table loan_loan(
  id integer primary key, institution integer not null, number text not null,
  enterprise integer not null, need integer, claim integer, amount integer not null,
  rate integer not null, price text, term_months integer not null, start text not null,
  due text not null, guarantee_mode text not null, repayment_mode text not null, use text not null,
  green integer not null, credit_loan integer not null, first_loan integer not null,
  industry text not null, manufacturing integer not null, medium_long integer not null,
  size text not null, balance integer not null, grade text not null,
  through_platform integer not null, recorded_at integer not null);
create unique index loan_loan_number on loan_loan(institution, number);
create index loan_loan_enterprise on loan_loan(enterprise);
create index loan_loan_need on loan_loan(need) where need is not null;
create index loan_loan_claim on loan_loan(claim) where claim is not null;
create index loan_loan_start on loan_loan(start);
create table loan_event(
  seq integer primary key, loan integer not null, kind text not null, day text not null,
  amount integer, balance integer not null, grade text, at integer not null);
create index loan_event_loan on loan_event(loan, day);
)";

constexpr auto entry_columns =
    "select id, institution, number, enterprise, need, claim, amount, rate, price, term_months, "
    "start, due, guarantee_mode, repayment_mode, use, green, credit_loan, first_loan, industry, "
    "manufacturing, medium_long, size, balance, grade, through_platform, recorded_at "
    "from loan_loan ";

std::string select_entry(std::string_view rest) { return entry_columns + std::string(rest); }

// A loan as it stood at the end of a day ($1): what was repaid later is still owed, a grade given
// later is not yet given.
constexpr auto held_on = R"(
select l.id, l.institution, l.enterprise, l.number, l.start, l.amount, l.rate,
  l.amount - coalesce((select sum(e.amount) from loan_event e
    where e.loan = l.id and e.kind = 'repaid' and e.day <= $1), 0) as balance,
  coalesce((select e.grade from loan_event e
    where e.loan = l.id and e.kind = 'graded' and e.day <= $1
    order by e.day desc, e.seq desc limit 1), 'normal') as grade
from loan_loan l where l.start <= $1 and l.start >= $2)";

// Small and micro borrowers whose loans here, still owed on the day, were not more than the limit.
constexpr auto inclusive = R"( and l.size in ('small', 'micro') and $3 >= coalesce((
  select sum(c.amount) from loan_loan c where c.enterprise = l.enterprise and c.start <= $1
    and c.amount > coalesce((select sum(e.amount) from loan_event e
      where e.loan = c.id and e.kind = 'repaid' and e.day <= $1), 0)), 0))";

// What of all loans a measure looks at.
std::string chosen(Measure measure) {
    switch (measure) {
    case Measure::platform_amount:
    case Measure::platform_count: return " and l.through_platform = 1";
    case Measure::first_loans: return " and l.first_loan = 1";
    case Measure::balance:
    case Measure::npl_ratio: return "";
    case Measure::manufacturing_balance: return " and l.manufacturing = 1";
    case Measure::manufacturing_medium_long_balance:
        return " and l.manufacturing = 1 and l.medium_long = 1";
    case Measure::green_balance: return " and l.green = 1";
    case Measure::credit_balance: return " and l.credit_loan = 1";
    case Measure::inclusive_small_balance:
    case Measure::inclusive_small_rate: return inclusive;
    }
    base::bug("measure out of range");
}

struct HeldRow { // the columns of held_on
    Id<Loan> loan;
    Id<Party> institution;
    Id<Party> enterprise;
    std::string number;
    Date start;
    Money amount;
    Rate rate;
    Money balance;
    Grade grade = Grade::normal;
};
BOOST_DESCRIBE_STRUCT(
    HeldRow, (), (loan, institution, enterprise, number, start, amount, rate, balance, grade))

bool non_performing(Grade grade) { return grade >= Grade::substandard; }

void each_held(
    const store::Snapshot& db,
    Measure measure,
    const Window& window,
    const std::function<void(const Row&)>& visit) {
    std::string sql = held_on;
    sql += chosen(measure);
    // Every statement names all three places, so that one list of arguments fits all.
    sql += " and $3 is not null order by l.start desc, l.id desc";
    const bool flow = is_flow(measure);
    db.each<HeldRow>(
        sql,
        [&](HeldRow&& held) {
            if (!flow && held.balance.fen == 0) return;
            visit(
                {.loan = held.loan,
                 .institution = held.institution,
                 .enterprise = held.enterprise,
                 .number = std::move(held.number),
                 .start = held.start,
                 .amount = held.amount,
                 .rate = held.rate,
                 .balance = held.balance,
                 .grade = held.grade,
                 .counted = flow ? held.amount : held.balance});
        },
        window.until,
        window.from.value_or(Date::of(1900, 1, 1)),
        inclusive_client_most);
}

__extension__ using Wide = __int128;

// Half to even, of non-negative numbers.
std::optional<std::int64_t> ratio_ppm(Wide part, Wide whole) {
    if (whole == 0) return std::nullopt;
    const Wide quotient = part / whole;
    const Wide rest = (part % whole) * 2;
    const bool up = rest > whole || (rest == whole && quotient % 2 == 1);
    return static_cast<std::int64_t>(quotient + (up ? 1 : 0));
}

} // namespace

void declare(store::Schema& schema) {
    schema.module("loan", ddl);
    schema.on<Recorded>();
    schema.on<Linked>();
    schema.on<Repaid>();
    schema.on<Graded>();
}

void apply(store::Transaction& tx, const Recorded& event) {
    tx.insert("loan_loan", event.loan);
    for (const auto id : event.no_longer_first)
        tx.exec("update loan_loan set first_loan = 0 where id = $1", id);
    tx.insert(
        "loan_event",
        History{
            .seq = tx.event().seq,
            .loan = event.loan.id,
            .kind = Happening::disbursed,
            .day = event.loan.start,
            .amount = event.loan.amount,
            .balance = event.loan.amount,
            .grade = {},
            .at = tx.now()});
}

void apply(store::Transaction& tx, const Linked& event) {
    tx.exec(
        "update loan_loan set need = $2, claim = $3, through_platform = 1 where id = $1",
        event.loan,
        event.need,
        event.claim);
}

void apply(store::Transaction& tx, const Repaid& event) {
    tx.exec("update loan_loan set balance = balance - $2 where id = $1", event.loan, event.amount);
    const auto after =
        tx.row<Money>("select balance from loan_loan where id = $1", event.loan).value_or(Money{});
    tx.insert(
        "loan_event",
        History{
            .seq = tx.event().seq,
            .loan = event.loan,
            .kind = Happening::repaid,
            .day = event.day,
            .amount = event.amount,
            .balance = after,
            .grade = {},
            .at = tx.now()});
}

void apply(store::Transaction& tx, const Graded& event) {
    const auto balance =
        tx.row<Money>("select balance from loan_loan where id = $1", event.loan).value_or(Money{});
    tx.insert(
        "loan_event",
        History{
            .seq = tx.event().seq,
            .loan = event.loan,
            .kind = Happening::graded,
            .day = event.day,
            .amount = {},
            .balance = balance,
            .grade = event.grade,
            .at = tx.now()});
    // A grade for an earlier day must not overwrite a later one.
    tx.exec(
        "update loan_loan set grade = (select grade from loan_event where loan = $1 and "
        "kind = 'graded' order by day desc, seq desc limit 1) where id = $1",
        event.loan);
}

std::optional<Entry> find(const store::Snapshot& db, Id<Loan> id) {
    return db.row<Entry>(select_entry("where id = $1"), id);
}

std::optional<Entry> find_number(
    const store::Snapshot& db, Id<Party> institution, std::string_view number) {
    return db.row<Entry>(
        select_entry("where institution = $1 and number = $2"), institution, number);
}

std::vector<Entry> of_enterprise(const store::Snapshot& db, Id<Party> enterprise) {
    return db.rows<Entry>(select_entry("where enterprise = $1 order by start, id"), enterprise);
}

std::vector<Entry> of_need(const store::Snapshot& db, Id<Need> need) {
    return db.rows<Entry>(select_entry("where need = $1 order by start, id"), need);
}

std::vector<Entry> of_claim(const store::Snapshot& db, Id<Claim> claim) {
    return db.rows<Entry>(select_entry("where claim = $1 order by start, id"), claim);
}

std::vector<History> history(const store::Snapshot& db, Id<Loan> loan) {
    return db.rows<History>(
        "select seq, loan, kind, day, amount, balance, grade, at from loan_event "
        "where loan = $1 order by seq",
        loan);
}

Money balance_on(const store::Snapshot& db, Id<Loan> loan, Date day) {
    return db
        .row<Money>(
            "select case when start > $2 then 0 else amount - coalesce((select sum(e.amount) from "
            "loan_event e where e.loan = $1 and e.kind = 'repaid' and e.day <= $2), 0) end "
            "from loan_loan where id = $1",
            loan,
            day)
        .value_or(Money{});
}

Standing standing(const store::Snapshot& db, Id<Party> enterprise) {
    return db
        .row<Standing>(
            "select count(*), coalesce(sum(balance), 0) from loan_loan where enterprise = $1",
            enterprise)
        .value_or(Standing{});
}

Standing standing_known_at(const store::Snapshot& db, Id<Party> enterprise, Instant instant) {
    return db
        .row<Standing>(
            "select count(*), coalesce(sum(l.amount - coalesce((select sum(e.amount) from "
            "loan_event e where e.loan = l.id and e.kind = 'repaid' and e.at <= $2), 0)), 0) "
            "from loan_loan l where l.enterprise = $1 and l.recorded_at <= $2",
            enterprise,
            instant)
        .value_or(Standing{});
}

std::vector<BorrowerStanding> standings(const store::Snapshot& db) {
    return db.rows<BorrowerStanding>(
        "select enterprise, count(*), sum(balance) from loan_loan group by enterprise "
        "order by enterprise");
}

std::optional<Id<Party>> borrower(const store::Snapshot& db, Id<Loan> loan) {
    return db.row<Id<Party>>("select enterprise from loan_loan where id = $1", loan);
}

std::optional<Measure> measure_named(std::string_view name) {
    constexpr std::string_view module = "loan.";
    if (!name.starts_with(module)) return std::nullopt;
    return base::json::enum_from<Measure>(name.substr(module.size()));
}

bool is_flow(Measure measure) {
    switch (measure) {
    case Measure::platform_amount:
    case Measure::platform_count:
    case Measure::first_loans:
    case Measure::inclusive_small_rate: return true;
    case Measure::balance:
    case Measure::manufacturing_balance:
    case Measure::manufacturing_medium_long_balance:
    case Measure::green_balance:
    case Measure::credit_balance:
    case Measure::inclusive_small_balance:
    case Measure::npl_ratio: return false;
    }
    base::bug("measure out of range");
}

Figure figure(const store::Snapshot& db, Measure measure, const Window& window) {
    Figure out;
    Wide weighted = 0;
    Wide non_performing_sum = 0;
    each_held(db, measure, window, [&](const Row& row) {
        ++out.loans;
        out.sum += row.counted;
        weighted += Wide{row.counted.fen} * row.rate.ppm;
        if (non_performing(row.grade)) non_performing_sum += row.counted.fen;
    });
    switch (measure) {
    case Measure::platform_count:
    case Measure::first_loans: out.value = out.loans; break;
    case Measure::inclusive_small_rate: out.value = ratio_ppm(weighted, out.sum.fen); break;
    case Measure::npl_ratio:
        out.value = ratio_ppm(non_performing_sum * 1'000'000, out.sum.fen);
        break;
    case Measure::platform_amount:
    case Measure::balance:
    case Measure::manufacturing_balance:
    case Measure::manufacturing_medium_long_balance:
    case Measure::green_balance:
    case Measure::credit_balance:
    case Measure::inclusive_small_balance: out.value = out.sum.fen; break;
    }
    return out;
}

party::Page<Row> rows(
    const store::Snapshot& db,
    Measure measure,
    const Window& window,
    std::int32_t page,
    std::int32_t per_page) {
    party::Page<Row> out;
    const auto size = std::clamp(per_page, 1, 200);
    const auto first = std::int64_t{std::max(page, 1) - 1} * size;
    each_held(db, measure, window, [&](const Row& row) {
        if (measure == Measure::npl_ratio && !non_performing(row.grade)) return;
        if (out.total >= first && out.total < first + size) out.items.push_back(row);
        ++out.total;
    });
    return out;
}

Listed list(const store::Snapshot& db, const ListFilter& filter) {
    std::string where = "where 1 = 1";
    std::vector<store::Value> values;
    const auto add = [&](std::string_view condition, store::Value value) {
        values.push_back(std::move(value));
        where += " and " + std::string(condition) + " $" + std::to_string(values.size());
    };
    if (filter.institution) add("institution =", store::to_value(*filter.institution));
    if (filter.enterprise) add("enterprise =", store::to_value(*filter.enterprise));
    if (filter.need) add("need =", store::to_value(*filter.need));
    if (filter.from) add("start >=", store::to_value(*filter.from));
    if (filter.to) add("start <=", store::to_value(*filter.to));
    Listed out;
    const auto totals = db.rows_with<Standing>(
        "select count(*), coalesce(sum(amount), 0) from loan_loan " + where, values);
    out.page.total = totals.front().loans;
    out.sum = totals.front().balance;
    const auto size = std::clamp(filter.per_page, 1, 200);
    values.push_back(std::int64_t{size});
    values.push_back(std::int64_t{std::max(filter.page, 1) - 1} * size);
    out.page.items = db.rows_with<Entry>(
        select_entry(
            where + " order by start desc, id desc limit $" + std::to_string(values.size() - 1) +
            " offset $" + std::to_string(values.size())),
        values);
    return out;
}

} // namespace loan
