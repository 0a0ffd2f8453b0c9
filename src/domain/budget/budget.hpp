// 财政资金: subsidies, risk compensation, premium subsidies, bridge loans and quotas, each out of a
// budget a year, never beyond it and never twice for the same object.
//
// A programme is the pack's (pack/public_money.hpp): what it pays, for how much, by which course.
// A case goes its course act by act; an act may reserve its amount from the year's budget, pay
// what is reserved, give the reserve back, or take back what was paid. The budget is one ledger
// account whose debit limit is the year's amount: budget → reserved (a hold) → paid, so that two
// offices that approve the last yuan at once cannot both succeed.
#pragma once

#include "domain/account/account.hpp"
#include "domain/party/party.hpp"
#include "domain/permission/permission.hpp"

namespace budget {

using account::AccountId;
using account::SeriesId;
using account::TransferId;
using base::Date;
using base::Id;
using base::Instant;
using base::Money;
using base::Party;
using base::Rate;
using base::Result;
using base::Text;

// What the amount is worked out from; which of them count depends on the programme's kind.
struct Figures {
    Money principal; // of the loan, the bridge loan, the quota
    Rate rate;       // paid a year
    std::int32_t days = 0;
    Money loss;
    Money premium;
    Money insured;
    std::string level; // code of the programme's levels
    std::int32_t policy_year = 1;
};
BOOST_DESCRIBE_STRUCT(
    Figures, (), (principal, rate, days, loss, premium, insured, level, policy_year))

// budget_case
struct Case {
    Id<base::BudgetCase> id;
    std::string number;
    std::string programme;
    std::int32_t year = 0;
    Id<Party> applicant;
    Id<Party> enterprise; // whom it is for; 0: none of this county
    Id<Party> bank;       // the institution concerned; 0: none
    std::string object;
    std::string once;   // group in which the object is paid for once a year
    bool counts = true; // against a second claim: false once it ended without money
    Figures figures;
    Money asked;   // what the figures give
    Money granted; // reserved or paid
    std::string state;
    Instant since;              // in that state
    std::optional<Date> due_on; // of that state
    bool overdue_told = false;
    TransferId hold;
    std::optional<Instant> paid_at;
    std::optional<Instant> back_at;
    Instant applied_at;
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(
    Case,
    (),
    (id,
     number,
     programme,
     year,
     applicant,
     enterprise,
     bank,
     object,
     once,
     counts,
     figures,
     asked,
     granted,
     state,
     since,
     due_on,
     overdue_told,
     hold,
     paid_at,
     back_at,
     applied_at,
     version))

// budget_act
struct Deed {
    std::int64_t seq = 0;
    Id<base::BudgetCase> of;
    std::string act;
    Instant at;
    Id<Party> party;
    std::string person_name;
    std::string to;
    Money amount;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Deed, (), (seq, of, act, at, party, person_name, to, amount, text))

// budget_year: the accounts of a programme's year.
struct Year {
    std::string programme;
    std::int32_t year = 0;
    Money budget;
    SeriesId series;
    AccountId line; // its debit limit is the budget
    AccountId paid;
};
BOOST_DESCRIBE_STRUCT(Year, (), (programme, year, budget, series, line, paid))

// budget_pool: a loan that a bank filed into a risk pool before anything went wrong (备案入池).
struct Pooled {
    std::string programme;
    Id<Party> bank;
    std::string loan;
    Id<Party> enterprise;
    Money amount;
    Date filed_on;
};
BOOST_DESCRIBE_STRUCT(Pooled, (), (programme, bank, loan, enterprise, amount, filed_on))

struct Apply {
    std::string programme;
    std::string object;
    std::optional<Id<Party>> enterprise; // needed when an institution applies
    std::optional<Id<Party>> bank;       // the institution concerned
    Figures figures;
};
BOOST_DESCRIBE_STRUCT(Apply, (), (programme, object, enterprise, bank, figures))

struct FileLoan {
    std::string programme;
    std::string loan;
    Id<Party> enterprise;
    Money amount;
};
BOOST_DESCRIBE_STRUCT(FileLoan, (), (programme, loan, enterprise, amount))

struct Wish { // an act on a case
    std::string act;
    std::string reason;
    std::optional<Money> amount; // less than asked, when an act reserves
};
BOOST_DESCRIBE_STRUCT(Wish, (), (act, reason, amount))

// Events ----------------------------------------------------------------------------------------

struct Moved { // applied for, or moved on; `seq` and `at` of the deed are the event's
    static constexpr std::string_view kind = "budget.moved";
    Case subject;
    Deed deed;
};
BOOST_DESCRIBE_STRUCT(Moved, (), (subject, deed))

struct YearOpened { // or its budget changed
    static constexpr std::string_view kind = "budget.year_opened";
    Year year;
};
BOOST_DESCRIBE_STRUCT(YearOpened, (), (year))

struct LoanFiled {
    static constexpr std::string_view kind = "budget.loan_filed";
    Pooled pooled;
};
BOOST_DESCRIBE_STRUCT(LoanFiled, (), (pooled))

struct FellDue {
    static constexpr std::string_view kind = "budget.fell_due";
    Id<base::BudgetCase> subject;
};
BOOST_DESCRIBE_STRUCT(FellDue, (), (subject))

void apply(store::Transaction& tx, const Moved& event);
void apply(store::Transaction& tx, const YearOpened& event);
void apply(store::Transaction& tx, const LoanFiled& event);
void apply(store::Transaction& tx, const FellDue& event);
void declare(store::Schema& schema);

// Decisions (check.cpp) -------------------------------------------------------------------------

// What the figures give under the programme. `budget.principal`, `budget.days`, `budget.loss`,
// `budget.premium`, `budget.level`, `budget.level_over` (the level pays no longer in that year),
// `budget.case_most`, `budget.nothing` (it comes to less than a 分).
Result<Money> entitled(const pack::Programme& programme, const Figures& figures, Rate lpr_1y);

// What is known beside the wish when a case begins or money is reserved.
struct Standing {
    Date today;
    base::PartyKind applicant = base::PartyKind::enterprise;
    std::optional<std::string> claimed_by; // number of the case that has the object this year
    Money of_enterprise; // asked or granted in this programme and year by others of its cases
    Money pool;          // the bank's loans in the pool
    Money compensated;   // to that bank so far, net of what came back
    bool pooled = true;  // the object was filed into the pool
};

// `budget.not_in_force`, `budget.applicant`, `budget.object`, `budget.claimed_already`,
// `budget.enterprise_most`, `budget.not_pooled`, `budget.stop_line`.
Result<> check(
    const pack::Programme& programme,
    const std::string& object,
    Money amount,
    const Standing& standing);
// `budget.exhausted`, with what is left.
Result<> within(const pack::Programme& programme, std::int32_t year, Money left, Money amount);
// Who may take a step: the applicant, the institution concerned, or the unit that decides or pays.
// `budget.not_yours`, `budget.not_found`, `permission.denied`.
Result<> may_act(
    const base::Actor& actor,
    const pack::Policy& policy,
    const pack::Programme& programme,
    const pack::CourseStep& step,
    const Case& subject);
[[nodiscard]] std::optional<Money> budget_of(const pack::Programme& programme, std::int32_t year);
// Compensations over the pool, after `more`: nothing when there is no pool.
[[nodiscard]] std::optional<Rate> pool_ratio(Money pool, Money compensated, Money more);

// Reads -----------------------------------------------------------------------------------------

std::optional<Case> find(const store::Snapshot& db, Id<base::BudgetCase> id);

struct Filter {
    std::optional<Id<Party>> party; // applicant, enterprise or bank
    std::string programme;
    std::string state;
    std::optional<std::int32_t> year;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};

party::Page<Case> list(const store::Snapshot& db, const Filter& filter);
std::vector<Deed> deeds(const store::Snapshot& db, Id<base::BudgetCase> id);
std::optional<Year> find_year(
    const store::Snapshot& db, std::string_view programme, std::int32_t year);
std::vector<Case> with_due_day(const store::Snapshot& db);

struct Use { // 预算、已预留、已支付、余额
    Money budget;
    Money reserved;
    Money paid;
    Money left;
};
BOOST_DESCRIBE_STRUCT(Use, (), (budget, reserved, paid, left))
[[nodiscard]] Use use_of(
    const store::Snapshot& db, const pack::Programme& programme, std::int32_t year);

// The number of another case that has the same object in this group and year.
std::optional<std::string> claimed_by(const store::Snapshot& db, const Case& subject);
// Granted, or asked where nothing is granted yet, to the same enterprise in the same programme and
// year by other cases.
[[nodiscard]] Money of_enterprise(const store::Snapshot& db, const Case& subject);
std::vector<Pooled> pooled(const store::Snapshot& db, std::string_view programme, Id<Party> bank);

struct BankInPool {
    Id<Party> bank;
    Money pool;
    Money compensated;
};

std::vector<BankInPool> banks_in_pool(const store::Snapshot& db, std::string_view programme);

// Use cases -------------------------------------------------------------------------------------

class Budgets {
public:
    Budgets(store::Database& database, const pack::Policy& policy)
        : database_(database)
        , policy_(policy) {}

    Result<store::Receipt> apply(const store::Command& command, const Apply& wish);
    // An act of the case's course, by whom the course says. `budget.not_yours`, those of
    // process::Machine::step, `budget.reason`, those of within() and check().
    Result<store::Receipt> act(
        const store::Command& command, Id<base::BudgetCase> id, const Wish& wish);
    // By a bank. `budget.pooled_already`.
    Result<store::Receipt> file_loan(const store::Command& command, const FileLoan& wish);
    // Tells once that the case's day has passed.
    Result<store::Receipt> fell_due(Id<base::BudgetCase> id, Date today);

private:
    Result<Year> year_of(
        store::Transaction& tx, const pack::Programme& programme, std::int32_t year);
    Result<> move_money(
        store::Transaction& tx,
        const pack::Programme& programme,
        pack::MoneyEffect effect,
        const std::optional<Money>& amount,
        Case& subject);
    Result<Standing> standing(
        const store::Transaction& tx, const pack::Programme& programme, const Case& subject) const;

    store::Database& database_;
    const pack::Policy& policy_;
};

} // namespace budget
