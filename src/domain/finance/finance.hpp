// 融资对接: a need (融资需求) an enterprise posts, the claims (对接) institutions make on it, and
// the clocks on both.
//
// The states, who may act and how long it may take are the pack's process.yaml. This module knows
// the acts, because some of them carry content or have effects:
//
//   need, by the enterprise   submit · withdraw · complain · reroute (a further round, only after a
//                             pre-check against today's products)
//   need, by a department     urge · escalate (one level up, at most 3) · feed_back · reroute
//   need, by the platform     publish (right after submit, when the process lets it) · expire ·
//                             fulfil (financed as asked, or all claims over with money paid) ·
//                             exhaust (all claims over, nothing paid, no place left) · reopen (the
//                             same with places left) · and each act of a claim that the process
//                             also gives the need: claim, offer, choose, disburse, repair, repaired
//   claim, by the platform    push (a claim made for an institution the enterprise or an allotment
//   chose) · lapse
//                             (need over, or offer past its day) · repair (after a refusal whose
//                             reason can be repaired)
//   claim, by the institution claim · accept · due_diligence · request_documents · offer · grant ·
//                             contract · disburse (by recording a loan) · settle · refuse ·
//                             withdraw
//   claim, by the enterprise  supply_documents · choose · decline · repaired
//   claim, by a department    repaired
//
// An act the process has and this list has not changes the state and nothing else. Every command is
// one event with the acts it led to, in order; each act is a line of the timeline with who, when
// and why.
#pragma once

#include "domain/loan/loan.hpp"
#include "domain/party/party.hpp"
#include "engine/process/clock.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace product {
class Products;
}

namespace finance {

using base::Actor;
using base::Claim;
using base::Date;
using base::Id;
using base::Instant;
using base::Money;
using base::Need;
using base::Party;
using base::PartyKind;
using base::Product;
using base::Rate;
using base::Result;
using base::Text;

struct ClockMark; // names the ids of clocks

enum class Urgency { normal, urgent };
BOOST_DESCRIBE_ENUM(Urgency, normal, urgent)

// What comes in
// ------------------------------------------------------------------------------------------------

struct DraftNeed {
    Money amount;
    std::int32_t term_months = 0;
    std::string purpose; // code of the pack's loan_uses
    std::string purpose_text;
    std::optional<Rate> rate_most;
    std::vector<std::string> guarantee_modes;
    std::vector<std::string> repayment_modes;
    Urgency urgency = Urgency::normal;
    bool first_loan = false; // as the enterprise says; loans say it again when they are recorded
    std::vector<std::string> tags;
    std::vector<Id<Product>> products;   // directed: only these products' institutions are asked
    std::vector<Id<Party>> institutions; // directed: only these
    std::vector<std::string> scopes;     // data the enterprise is ready to open
};
BOOST_DESCRIBE_STRUCT(
    DraftNeed,
    (),
    (amount,
     term_months,
     purpose,
     purpose_text,
     rate_most,
     guarantee_modes,
     repayment_modes,
     urgency,
     first_loan,
     tags,
     products,
     institutions,
     scopes))

struct ConsentWish { // given to every institution that takes the need on
    std::vector<std::string> scopes;
    Date valid_until;
};
BOOST_DESCRIBE_STRUCT(ConsentWish, (), (scopes, valid_until))

struct Officer { // 客户经理
    std::string name;
    std::string phone;
    friend bool operator==(const Officer&, const Officer&) = default;
};
BOOST_DESCRIBE_STRUCT(Officer, (), (name, phone))

// The content of any act on a claim; each act says what it needs (check.cpp).
struct Deed {
    std::optional<Officer> officer;                    // accept
    std::optional<std::string> note;                   // due_diligence, supply_documents, offer
    std::optional<std::vector<std::string>> documents; // request_documents
    std::optional<std::string> reason; // request_documents, decline, withdraw; refuse: a code
    std::optional<std::string> text;   // refuse, repaired
    std::optional<Money> amount;       // offer, grant
    std::optional<pack::PriceBase> base;
    std::optional<std::int32_t> spread_bp;
    std::optional<std::int32_t> term_months;
    std::optional<std::string> guarantee_mode;
    std::optional<std::string> repayment_mode;
    std::optional<Rate> fee_rate;
    std::optional<Date> valid_until;
    std::optional<std::string> number; // contract
    std::optional<Instant> at;         // due_diligence: when the visit is
};
BOOST_DESCRIBE_STRUCT(
    Deed,
    (),
    (officer,
     note,
     documents,
     reason,
     text,
     amount,
     base,
     spread_bp,
     term_months,
     guarantee_mode,
     repayment_mode,
     fee_rate,
     valid_until,
     number,
     at))

struct RecordLoan { // under a claim
    std::string number;
    Money amount;
    Rate rate;
    Date start;
    Date due;
    std::string guarantee_mode;
    std::string repayment_mode;
    std::string use;
    bool green = false;
};
BOOST_DESCRIBE_STRUCT(
    RecordLoan, (), (number, amount, rate, start, due, guarantee_mode, repayment_mode, use, green))

// What is stored
// -----------------------------------------------------------------------------------------------

// finance_need. Intention, credit granted and money disbursed are three different amounts.
struct NeedRow {
    Id<Need> id;
    std::string number; // XQ2023000008
    Id<Party> enterprise;
    std::string state;
    DraftNeed wish;
    std::optional<ConsentWish> consent;
    Money amount;         // asked; the wish's
    std::string industry; // the enterprise's, as of submission
    std::string town;
    party::Size size = party::Size::unknown;
    std::int32_t round = 1; // of claims; rerouting begins the next
    bool directed = false;  // this round is for chosen institutions only
    bool open = false;      // any institution may claim now
    std::int32_t escalation = 0;
    std::int32_t complaints = 0;
    Money intended; // Σ of offers that stand or were chosen
    Money granted;
    Money disbursed;
    Instant drafted_at;
    std::optional<Instant> submitted_at;
    Id<base::Person> submitted_by; // whose consent goes with it
    std::optional<Instant> published_at;
    std::optional<Instant> expires_at; // when nobody has taken it on by then
    std::optional<Instant> ended_at;
    std::int64_t version = 1; // for If-Match
    Instant changed_at;
};
BOOST_DESCRIBE_STRUCT(
    NeedRow,
    (),
    (id,
     number,
     enterprise,
     state,
     wish,
     consent,
     amount,
     industry,
     town,
     size,
     round,
     directed,
     open,
     escalation,
     complaints,
     intended,
     granted,
     disbursed,
     drafted_at,
     submitted_at,
     submitted_by,
     published_at,
     expires_at,
     ended_at,
     version,
     changed_at))

struct Offer {
    Money amount;
    Rate rate; // a year, at the LPR of `lpr_date`
    pack::PriceBase base = pack::PriceBase::lpr_1y;
    std::int32_t spread_bp = 0;
    std::optional<Date> lpr_date; // none for a fixed rate
    std::int32_t term_months = 0;
    std::string guarantee_mode;
    std::string repayment_mode;
    Rate fee_rate;
    Date valid_until;
    std::string note;
};
BOOST_DESCRIBE_STRUCT(
    Offer,
    (),
    (amount,
     rate,
     base,
     spread_bp,
     lpr_date,
     term_months,
     guarantee_mode,
     repayment_mode,
     fee_rate,
     valid_until,
     note))

struct Refused {
    std::string reason; // code of the pack's refusals
    std::string text;   // what the institution writes to the enterprise
    bool repairable = false;
    std::optional<std::string> owner; // unit that helps to repair
    std::string repair_text;          // what was done
};
BOOST_DESCRIBE_STRUCT(Refused, (), (reason, text, repairable, owner, repair_text))

// finance_claim
struct ClaimRow {
    Id<Claim> id;
    Id<Need> need;
    Id<Party> enterprise;
    Id<Party> institution;
    std::string state;
    std::int32_t round = 1;
    std::optional<Id<Product>> product;
    std::optional<Officer> officer;
    Instant claimed_at;                 // or pushed
    std::optional<Instant> answered_at; // first offer or refusal
    std::optional<Instant> ended_at;
    std::optional<Offer> offer;
    bool accepted = false; // the enterprise chose the offer
    std::optional<Refused> refusal;
    std::optional<std::string> contract;
    std::vector<std::string> documents; // asked for and not yet supplied
    Money granted;
    Money disbursed;
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(
    ClaimRow,
    (),
    (id,
     need,
     enterprise,
     institution,
     state,
     round,
     product,
     officer,
     claimed_at,
     answered_at,
     ended_at,
     offer,
     accepted,
     refusal,
     contract,
     documents,
     granted,
     disbursed,
     version))

struct Fired {
    std::int32_t percent = 0;
    Instant at;
};
BOOST_DESCRIBE_STRUCT(Fired, (), (percent, at))

// finance_clock: process::Clock and whose it is. Whether it is overdue is not stored: it follows
// from `due` and the time.
struct ClockRow {
    Id<ClockMark> id;
    Id<Need> need;
    Id<Claim> claim;   // 0 for a clock of the need
    std::string owner; // institution, enterprise, or a unit's code
    Id<Party> party;   // of the institution or enterprise; 0 for a unit
    std::string rule;
    std::int32_t round = 1;
    process::Phase phase = process::Phase::running;
    Instant started;
    std::optional<Instant> stopped;
    std::int64_t budget_ms = 0;
    bool charges_elapsed = false;
    std::int64_t used_ms = 0;
    Instant since;
    std::optional<Instant> due;
    std::vector<process::Pause> pauses;
    std::vector<Fired> fired;

    [[nodiscard]] process::Clock clock() const;
    void set(const process::Clock& clock);
};
BOOST_DESCRIBE_STRUCT(
    ClockRow,
    (),
    (id,
     need,
     claim,
     owner,
     party,
     rule,
     round,
     phase,
     started,
     stopped,
     budget_ms,
     charges_elapsed,
     used_ms,
     since,
     due,
     pauses,
     fired))

// One act, within an event.
struct Line {
    std::string act;
    Id<Claim> claim; // 0: on the need
    PartyKind side = PartyKind::platform;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Line, (), (act, claim, side, text))

// finance_line: the timeline.
struct LineRow {
    std::int64_t seq = 0;
    std::int32_t place = 0; // within the event
    Id<Need> need;
    Id<Claim> claim;
    Instant at;
    std::string act;
    PartyKind side = PartyKind::platform;
    Id<Party> party;
    std::string person_name; // empty for the platform
    std::string text;
};
BOOST_DESCRIBE_STRUCT(
    LineRow, (), (seq, place, need, claim, at, act, side, party, person_name, text))

// A need with all that hangs on it: what decisions see.
struct Case {
    NeedRow need;
    std::vector<ClaimRow> claims; // of all rounds, by id
    std::vector<ClockRow> clocks; // by id
};

// Events
// ------------------------------------------------------------------------------------------------

struct NeedDrafted { // or drafted again
    static constexpr std::string_view kind = "finance.need_drafted";
    NeedRow need;
};
BOOST_DESCRIBE_STRUCT(NeedDrafted, (), (need))

// Everything one command did: the acts, and the rows they changed as they are now.
struct Moved {
    static constexpr std::string_view kind = "finance.moved";
    std::string person_name;
    std::vector<Line> lines;
    NeedRow need;
    std::vector<ClaimRow> claims;
    std::vector<ClockRow> clocks;
};
BOOST_DESCRIBE_STRUCT(Moved, (), (person_name, lines, need, claims, clocks))

struct RungFired {
    static constexpr std::string_view kind = "finance.rung_fired";
    ClockRow clock; // as it is now
    std::int32_t percent = 0;
    std::string notify;
    std::int32_t level = 0;
    std::int32_t escalation = 0; // of the need, now
    std::string text;
};
BOOST_DESCRIBE_STRUCT(RungFired, (), (clock, percent, notify, level, escalation, text))

void apply(store::Transaction& tx, const NeedDrafted& event);
void apply(store::Transaction& tx, const Moved& event);
void apply(store::Transaction& tx, const RungFired& event);
void declare(store::Schema& schema);

// Reads
// --------------------------------------------------------------------------------------------------

std::optional<NeedRow> find_need(const store::Snapshot& db, Id<Need> id);
std::optional<ClaimRow> find_claim(const store::Snapshot& db, Id<Claim> id);
std::optional<ClockRow> find_clock(const store::Snapshot& db, Id<ClockMark> id);
std::vector<ClaimRow> claims_of(const store::Snapshot& db, Id<Need> need);
std::vector<ClockRow> clocks_of(const store::Snapshot& db, Id<Need> need);
std::optional<Case> find_case(const store::Snapshot& db, Id<Need> need);
std::vector<LineRow> timeline(const store::Snapshot& db, Id<Need> need);
std::vector<LineRow> recent_lines(const store::Snapshot& db, std::int32_t most);

// Whether the actor may see a need: its enterprise, an institution it is open to or that has a
// claim on it, departments. `finance.no_need` (not_found) otherwise, so that ids cannot be probed.
Result<> may_see(const store::Snapshot& db, const Actor& actor, const NeedRow& need);

struct NeedFilter {
    std::optional<std::string> state;
    std::string text; // in the number, the purpose or the enterprise's name
    std::string town;
    std::vector<Id<Party>> enterprises; // those whose name contains `text`
    std::vector<std::string> divisions; // of an industry section
    std::string industry;               // leading digits
    std::optional<bool> breached;       // some running clock is past its due time
    bool mine = false;                  // an institution: only with a claim of its own
    bool open_only = false;             // published and not over
    std::optional<Instant> from;        // drafted
    std::optional<Instant> to;
    std::string sort; // number, amount, published_at, disbursed; a leading minus descends
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};

party::Page<NeedRow> list_needs(
    const store::Snapshot& db, const Actor& actor, const NeedFilter& filter, Instant now);
std::vector<ClaimRow> claims_by(const store::Snapshot& db, Id<Party> institution, bool open_only);
std::vector<ClaimRow> claims_for(const store::Snapshot& db, Id<Party> enterprise, bool open_only);
std::vector<ClockRow> open_clocks(const store::Snapshot& db);
// Running clocks of an institution, an enterprise, or (code given) a unit, earliest due first.
std::vector<ClockRow> clocks_of_party(const store::Snapshot& db, Id<Party> party);
std::vector<ClockRow> clocks_of_unit(const store::Snapshot& db, std::string_view unit);

struct Counts {
    std::int64_t needs_open = 0;
    std::int64_t needs_breached = 0;
    std::int64_t needs_today = 0;
    std::int64_t claims_open = 0;
    std::int64_t claims_breached = 0;
};
BOOST_DESCRIBE_STRUCT(
    Counts, (), (needs_open, needs_breached, needs_today, claims_open, claims_breached))
Counts counts(const store::Snapshot& db, Instant now, Instant midnight);

// What is waiting for an instant: needs that expire and offers that lapse.
struct Waiting {
    std::int64_t id = 0;
    Instant at;
};
BOOST_DESCRIBE_STRUCT(Waiting, (), (id, at))
std::vector<Waiting> expiring_needs(const store::Snapshot& db);
std::vector<ClaimRow> open_offers(const store::Snapshot& db);
// Needs open to all that no institution is at work on, the longest waiting first.
std::vector<NeedRow> unclaimed(const store::Snapshot& db);
std::vector<ClaimRow> claims_between(const store::Snapshot& db, Instant from, Instant until);
std::vector<ClockRow> clocks_between(const store::Snapshot& db, Instant from, Instant until);
std::int64_t published_between(const store::Snapshot& db, Instant from, Instant until);

// Use cases
// ----------------------------------------------------------------------------------------------

class Book; // the process, compiled: book.hpp

// By a department: an open need given to an institution, which then has to answer.
struct Push {
    Id<Need> need;
    Id<Party> institution;
    std::optional<Id<Product>> product;
    std::string text; // on the timeline
};

class Finance {
public:
    Finance(
        store::Database& database,
        const pack::Policy& policy,
        loan::Loans& loans,
        product::Products& products);
    ~Finance();

    [[nodiscard]] const Book& book() const { return *book_; }

    // By the enterprise. A draft may be incomplete, but what it says must make sense.
    Result<store::Receipt> draft(const store::Command& command, const DraftNeed& wish);
    Result<store::Receipt> redraft(
        const store::Command& command, Id<Need> need, std::int64_t version, const DraftNeed& wish);
    // Complete needs are published in the same breath when the process lets the platform do so.
    // `finance.incomplete` names what is missing.
    Result<store::Receipt> submit(
        const store::Command& command, Id<Need> need, const std::optional<ConsentWish>& consent);
    // withdraw, complain, urge, escalate, feed_back, reroute …; `finance.by_itself` for acts that
    // the platform does.
    Result<store::Receipt> act_on_need(
        const store::Command& command,
        Id<Need> need,
        const std::string& act,
        const std::string& reason);

    // An institution takes a need on. `finance.taken` when N others were faster.
    Result<store::Receipt> claim(
        const store::Command& command, Id<Need> need, std::optional<Id<Product>> product);
    Result<store::Receipt> act_on_claim(
        const store::Command& command, Id<Claim> claim, const std::string& act, const Deed& deed);
    // Records the loan and moves claim and need, in one transaction. The receipt's subject is the
    // loan. `finance.over_grant` when more would be paid than was granted.
    Result<store::Receipt> disburse(
        const store::Command& command, Id<Claim> claim, const RecordLoan& wish);

    // Within a transaction of an allotment. `finance.not_open`, `finance.already_claimed`.
    Result<> push_in(store::Transaction& tx, const Push& wish);

    // By the clock timer. Each may find that nothing is due any more and then changes nothing.
    Result<store::Receipt> fire_rung(Id<ClockMark> clock, std::int32_t percent, Instant asked);
    Result<store::Receipt> expire(Id<Need> need, std::int32_t round);
    Result<store::Receipt> lapse_offer(Id<Claim> claim, std::int64_t version);

private:
    store::Database& database_;
    const pack::Policy& policy_;
    loan::Loans& loans_;
    product::Products& products_;
    std::unique_ptr<const Book> book_;
};

} // namespace finance
