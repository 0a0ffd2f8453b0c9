// 借据: every loan once, by institution and number (借据号). What the county counts as financed is
// counted from here, and each figure opens to its rows (measures.hpp).
//
// The institution reports; the platform never makes up a balance or a class. Recording the same
// loan again is harmless; recording it with other content is a conflict that names what differs.
#pragma once

#include "domain/party/party.hpp"
#include "engine/rule/rule.hpp"

#include <optional>
#include <string>
#include <vector>

namespace loan {

using base::Claim;
using base::Date;
using base::Id;
using base::Instant;
using base::Loan;
using base::Money;
using base::Need;
using base::Party;
using base::Rate;
using base::Result;

// 五级分类, best first, as the bank gives them (银监发〔2007〕54号, since 2023-07-01
// 商业银行金融资产 风险分类办法).
enum class Grade { normal, attention, substandard, doubtful, loss };
BOOST_DESCRIBE_ENUM(Grade, normal, attention, substandard, doubtful, loss)

// The guarantee mode whose loans count as 信用贷款: neither collateral nor a third party's promise.
// Packs must call it so.
inline constexpr std::string_view credit_mode = "credit";

struct Price { // LPR ± bp on the day of the contract
    pack::PriceBase base = pack::PriceBase::lpr_1y;
    std::int32_t spread_bp = 0;
    friend bool operator==(const Price&, const Price&) = default;
};
BOOST_DESCRIBE_STRUCT(Price, (), (base, spread_bp))

// loan_loan
struct Entry {
    Id<Loan> id;
    Id<Party> institution;
    std::string number; // 借据号
    Id<Party> enterprise;
    std::optional<Id<Need>> need; // through the platform when it has a claim
    std::optional<Id<Claim>> claim;
    Money amount;
    Rate rate; // a year, all of it interest
    std::optional<Price> price;
    std::int32_t term_months = 0; // started months, from the dates
    Date start;                   // disbursed on
    Date due;
    std::string guarantee_mode;
    std::string repayment_mode;
    std::string use;
    bool green = false; // by the catalogue in force on `start`, as the bank says
    bool credit_loan = false;
    bool first_loan = false;
    std::string industry; // the borrower's, and the next ones too, as of recording
    bool manufacturing = false;
    bool medium_long = false; // more than a year
    party::Size size = party::Size::unknown;
    Money balance; // now
    Grade grade = Grade::normal;
    bool through_platform = false;
    Instant recorded_at;
};
BOOST_DESCRIBE_STRUCT(
    Entry,
    (),
    (id,
     institution,
     number,
     enterprise,
     need,
     claim,
     amount,
     rate,
     price,
     term_months,
     start,
     due,
     guarantee_mode,
     repayment_mode,
     use,
     green,
     credit_loan,
     first_loan,
     industry,
     manufacturing,
     medium_long,
     size,
     balance,
     grade,
     through_platform,
     recorded_at))

// loan_event: what happened to a loan, by day.
enum class Happening { disbursed, repaid, graded };
BOOST_DESCRIBE_ENUM(Happening, disbursed, repaid, graded)

struct History {
    std::int64_t seq = 0;
    Id<Loan> loan;
    Happening kind = Happening::disbursed;
    Date day;
    std::optional<Money> amount;
    Money balance; // after it
    std::optional<Grade> grade;
    Instant at; // when it was reported
};
BOOST_DESCRIBE_STRUCT(History, (), (seq, loan, kind, day, amount, balance, grade, at))

// What comes in
// ------------------------------------------------------------------------------------------------

struct Record {
    Id<Party> institution;
    Id<Party> enterprise;
    std::optional<Id<Need>> need;
    std::optional<Id<Claim>> claim;
    std::string number;
    Money amount;
    Rate rate;
    std::optional<Price> price;
    Date start;
    Date due;
    std::string guarantee_mode;
    std::string repayment_mode;
    std::string use;
    bool green = false;
};
BOOST_DESCRIBE_STRUCT(
    Record,
    (),
    (institution,
     enterprise,
     need,
     claim,
     number,
     amount,
     rate,
     price,
     start,
     due,
     guarantee_mode,
     repayment_mode,
     use,
     green))

// Events
// -------------------------------------------------------------------------------------------------

struct Recorded {
    static constexpr std::string_view kind = "loan.recorded";
    Entry loan;
    std::vector<Id<Loan>> no_longer_first; // an earlier loan of the borrower has turned up
};
BOOST_DESCRIBE_STRUCT(Recorded, (), (loan, no_longer_first))

struct Linked { // a loan known before is found to come from a claim
    static constexpr std::string_view kind = "loan.linked";
    Id<Loan> loan;
    Id<Need> need;
    Id<Claim> claim;
};
BOOST_DESCRIBE_STRUCT(Linked, (), (loan, need, claim))

struct Repaid {
    static constexpr std::string_view kind = "loan.repaid";
    Id<Loan> loan;
    Date day;
    Money amount;
};
BOOST_DESCRIBE_STRUCT(Repaid, (), (loan, day, amount))

struct Graded {
    static constexpr std::string_view kind = "loan.graded";
    Id<Loan> loan;
    Date day;
    Grade grade = Grade::normal;
};
BOOST_DESCRIBE_STRUCT(Graded, (), (loan, day, grade))

void apply(store::Transaction& tx, const Recorded& event);
void apply(store::Transaction& tx, const Linked& event);
void apply(store::Transaction& tx, const Repaid& event);
void apply(store::Transaction& tx, const Graded& event);
void declare(store::Schema& schema);

// Decisions
// ----------------------------------------------------------------------------------------------

// `loan.number`, `loan.amount`, `loan.rate`, `loan.dates`, `loan.guarantee_mode`,
// `loan.repayment_mode`, `loan.use`, each at its field.
Result<> check(const Record& wish, const pack::Policy& policy, Date today);

// The fields in which a wish differs from the loan that has its number; empty for the same loan.
[[nodiscard]] std::vector<std::string> differences(const Entry& known, const Record& wish);

struct Borrower {
    party::Enterprise enterprise;
    std::vector<Entry> loans;      // all that are here, of any institution
    bool had_loans_before = false; // as facts say (has_loan_ever)
};

// What the loans here say of a borrower: all that were ever recorded, paid off or not, and what is
// still owed.
struct Standing {
    std::int64_t loans = 0;
    Money balance;
    friend bool operator==(const Standing&, const Standing&) = default;
};
BOOST_DESCRIBE_STRUCT(Standing, (), (loans, balance))
// Puts the reserved attributes has_loan_here and loan_balance_here into a row, where the catalogue
// has them. Both are always known: the platform has every loan that was reported to it.
void fill(rule::Row& row, const pack::Policy& policy, const Standing& standing);

[[nodiscard]] Recorded decide(
    const Record& wish, const Borrower& borrower, bool manufacturing, Instant now);

// Reads
// --------------------------------------------------------------------------------------------------

std::optional<Entry> find(const store::Snapshot& db, Id<Loan> id);
std::optional<Entry> find_number(
    const store::Snapshot& db, Id<Party> institution, std::string_view number);
std::vector<Entry> of_enterprise(const store::Snapshot& db, Id<Party> enterprise);
std::vector<Entry> of_need(const store::Snapshot& db, Id<Need> need);
std::vector<Entry> of_claim(const store::Snapshot& db, Id<Claim> claim);
std::vector<History> history(const store::Snapshot& db, Id<Loan> loan);
Money balance_on(const store::Snapshot& db, Id<Loan> loan, Date day); // at the end of that day

Standing standing(const store::Snapshot& db, Id<Party> enterprise);
// As what was recorded and reported until that instant had it.
Standing standing_known_at(const store::Snapshot& db, Id<Party> enterprise, Instant instant);

struct BorrowerStanding {
    Id<Party> enterprise;
    std::int64_t loans = 0;
    Money balance;
};
BOOST_DESCRIBE_STRUCT(BorrowerStanding, (), (enterprise, loans, balance))
// Of everyone who ever borrowed here, in order of id.
std::vector<BorrowerStanding> standings(const store::Snapshot& db);
std::optional<Id<Party>> borrower(const store::Snapshot& db, Id<Loan> loan);

// Use cases
// ----------------------------------------------------------------------------------------------

class Loans {
public:
    Loans(store::Database& database, const pack::Policy& policy)
        : database_(database)
        , policy_(policy) {}

    // Inside another use case's transaction: recording through a claim, imports. `id` is of the
    // loan now known; `fresh` is false when it was known already with the same content. Errors:
    // those of check(), `loan.differs` (conflict), `loan.no_enterprise`, `loan.no_institution`.
    struct Outcome {
        Id<Loan> id;
        bool fresh = false;
    };

    Result<Outcome> record_in(store::Transaction& tx, const Record& wish) const;

    // The actor's own institution records, or the platform for any (imports).
    Result<store::Receipt> record(const store::Command& command, const Record& wish);
    // `loan.repaid_too_much`, `loan.day`.
    Result<store::Receipt> repay(
        const store::Command& command, Id<Loan> loan, Date day, Money amount);
    Result<store::Receipt> grade(
        const store::Command& command, Id<Loan> loan, Date day, Grade grade);

private:
    store::Database& database_;
    const pack::Policy& policy_;
};

} // namespace loan
