// 授信: what banks have promised the county, and what they may lend one borrower together.
//
// 战略合作授信 (the plan's 5700 亿): an agreement says how much a bank will lend; for a project it
// approves a part of that; for an approved project it pays out. Agreed, approved and drawn are
// balances of one ledger series: agreement → project → drawn, so that no yuan is approved twice
// and none is drawn that was not approved.
//
// 联合授信: the credit lines of all banks to one borrower count against one limit. A line that
// would exceed it is refused with the room that is left; the ledger's account of the borrower has
// that limit, so that no interleaving of banks gets past it.
#pragma once

#include "domain/account/account.hpp"
#include "domain/party/party.hpp"
#include "domain/permission/permission.hpp"

namespace credit {

using account::AccountId;
using account::SeriesId;
using base::Date;
using base::Id;
using base::Instant;
using base::Money;
using base::Party;
using base::Result;
using base::Text;

// credit_agreement
struct Agreement {
    Id<base::Agreement> id;
    std::string number;
    Id<Party> bank;
    std::string title;
    Money agreed;
    Date signed_on;
    Date until;      // the last day on which it may be approved from
    std::string use; // what it is for
    SeriesId series;
    AccountId line; // its debit limit is what was agreed
    AccountId drawn;
};
BOOST_DESCRIBE_STRUCT(
    Agreement, (), (id, number, bank, title, agreed, signed_on, until, use, series, line, drawn))

// credit_project: what was approved out of an agreement, and drawn.
struct Project {
    Id<base::CreditProject> id;
    Id<base::Agreement> agreement;
    Id<Party> bank;
    std::string name;
    std::string industry; // 主导产业: code of the pack's tags
    Id<Party> enterprise; // 0: none of this county
    Money approved;
    Money drawn;
    AccountId account;
    Instant at;
};
BOOST_DESCRIBE_STRUCT(
    Project, (), (id, agreement, bank, name, industry, enterprise, approved, drawn, account, at))

// credit_joint: a borrower whose lines are counted together.
struct Joint {
    Id<Party> borrower;
    std::optional<Money> limit; // none: counted, not limited
    std::string reason;         // how the limit was found
    Date set_on;
    SeriesId series;
    AccountId line; // its debit limit is the joint limit
};
BOOST_DESCRIBE_STRUCT(Joint, (), (borrower, limit, reason, set_on, series, line))

// credit_line: one bank's credit line to one borrower.
struct Line {
    Id<base::CreditLine> id;
    Id<Party> borrower;
    Id<Party> bank;
    Money amount; // now
    std::string contract;
    Date until;
    AccountId account; // the bank's, credited by its lines
    Instant at;
    std::optional<Instant> closed_at;
};
BOOST_DESCRIBE_STRUCT(
    Line, (), (id, borrower, bank, amount, contract, until, account, at, closed_at))

struct Sign {
    Id<Party> bank;
    std::string title;
    Money agreed;
    Date signed_on;
    Date until;
    std::string use;
};
BOOST_DESCRIBE_STRUCT(Sign, (), (bank, title, agreed, signed_on, until, use))

struct Approve {
    std::string name;
    std::string industry;
    Id<Party> enterprise; // 0: none
    Money amount;
};
BOOST_DESCRIBE_STRUCT(Approve, (), (name, industry, enterprise, amount))

struct SetLimit {
    Money limit;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(SetLimit, (), (limit, reason))

struct Grant {
    Id<Party> borrower;
    Money amount;
    std::string contract;
    Date until;
};
BOOST_DESCRIBE_STRUCT(Grant, (), (borrower, amount, contract, until))

// Events ----------------------------------------------------------------------------------------

struct Signed {
    static constexpr std::string_view kind = "credit.signed";
    Agreement agreement;
};
BOOST_DESCRIBE_STRUCT(Signed, (), (agreement))

struct Approved {
    static constexpr std::string_view kind = "credit.approved";
    Project project;
};
BOOST_DESCRIBE_STRUCT(Approved, (), (project))

struct Drawn { // or given up, when `amount` is negative: then of what was approved
    static constexpr std::string_view kind = "credit.drawn";
    Project project; // as it then is
    Money amount;
};
BOOST_DESCRIBE_STRUCT(Drawn, (), (project, amount))

struct LimitSet {
    static constexpr std::string_view kind = "credit.limit_set";
    Joint joint;
};
BOOST_DESCRIBE_STRUCT(LimitSet, (), (joint))

struct Granted {
    static constexpr std::string_view kind = "credit.granted";
    Line line;
};
BOOST_DESCRIBE_STRUCT(Granted, (), (line))

struct Lowered { // to zero when it is closed
    static constexpr std::string_view kind = "credit.lowered";
    Line line; // as it then is
};
BOOST_DESCRIBE_STRUCT(Lowered, (), (line))

void apply(store::Transaction& tx, const Signed& event);
void apply(store::Transaction& tx, const Approved& event);
void apply(store::Transaction& tx, const Drawn& event);
void apply(store::Transaction& tx, const LimitSet& event);
void apply(store::Transaction& tx, const Granted& event);
void apply(store::Transaction& tx, const Lowered& event);
void declare(store::Schema& schema);

// Decisions -------------------------------------------------------------------------------------

// `credit.amount`, `credit.until`, `credit.bank`, `credit.title`.
Result<> check(const Sign& wish);
// `credit.over_agreement` with what is left, `credit.agreement_ended`, `credit.amount`,
// `credit.industry`, `credit.name`.
Result<> check(
    const Approve& wish,
    const Agreement& agreement,
    Money left,
    const pack::Pack& pack,
    Date today);
// `credit.over_joint_limit` with the limit, what is used and the room left.
Result<> fits(const Joint& joint, Money used, Money wanted);

// Reads -----------------------------------------------------------------------------------------

std::optional<Agreement> find_agreement(const store::Snapshot& db, Id<base::Agreement> id);
std::vector<Agreement> agreements(const store::Snapshot& db, std::optional<Id<Party>> bank);
std::optional<Project> find_project(const store::Snapshot& db, Id<base::CreditProject> id);
std::vector<Project> projects(const store::Snapshot& db, std::optional<Id<base::Agreement>> of);

// Approved out of it, and drawn: the ledger's balances.
struct Use {
    Money approved;
    Money drawn;
};

[[nodiscard]] Use use_of(const store::Snapshot& db, const Agreement& agreement);

std::optional<Joint> find_joint(const store::Snapshot& db, Id<Party> borrower);
std::vector<Joint> joints(const store::Snapshot& db);
// The sum of a borrower's open lines: the ledger's balance.
[[nodiscard]] Money used(const store::Snapshot& db, const Joint& joint);
std::optional<Line> find_line(const store::Snapshot& db, Id<base::CreditLine> id);

struct LineFilter {
    std::optional<Id<Party>> borrower;
    std::optional<Id<Party>> bank;
};

std::vector<Line> lines(const store::Snapshot& db, const LineFilter& filter);

// Use cases -------------------------------------------------------------------------------------

class Credit {
public:
    Credit(store::Database& database, const pack::Policy& policy)
        : database_(database)
        , policy_(policy) {}

    // By a department.
    Result<store::Receipt> sign(const store::Command& command, const Sign& wish);
    Result<store::Receipt> set_limit(
        const store::Command& command, Id<Party> borrower, const SetLimit& wish);
    // By the bank itself.
    Result<store::Receipt> approve(
        const store::Command& command, Id<base::Agreement> id, const Approve& wish);
    // `credit.over_approved` with what is left of the project.
    Result<store::Receipt> draw(
        const store::Command& command, Id<base::CreditProject> id, Money amount);
    // Gives up what was approved and not drawn: it can be approved for others again.
    Result<store::Receipt> give_up(
        const store::Command& command, Id<base::CreditProject> id, Money amount);
    Result<store::Receipt> grant(const store::Command& command, const Grant& wish);
    // To a smaller amount; zero closes it.
    Result<store::Receipt> lower(
        const store::Command& command, Id<base::CreditLine> id, Money amount);

private:
    Result<Joint> joint_of(store::Transaction& tx, Id<Party> borrower);
    Result<Project> own_project(const store::Transaction& tx, Id<base::CreditProject> id) const;

    store::Database& database_;
    const pack::Policy& policy_;
};

} // namespace credit
