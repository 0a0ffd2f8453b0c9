// 凭证: receivables, warehouse receipts, bills, letters of credit, factoring contracts, equipment:
// amounts somebody owes or keeps for somebody, which can be divided, passed on, pledged and
// redeemed, and never twice.
//
// Kinds, fields, lives and term rules are the pack's instruments.yaml. An instrument is one series
// of the ledger: an account of its issuer, from which everything comes and into which everything
// returns, and one account for each *part*. A part has one holder for ever; passing on makes a new
// part out of an old one, so that the parts are the chain of holders, without a gap by
// construction. A pledge is a hold on a part's account and counts against it, so that the same
// value cannot be pledged, passed on or redeemed a second time whatever this module thinks. Title
// (discount, factoring) moves; security (pledge) holds: the two are never the same thing.
//
// The acts this module knows, and whose they are in the usual life:
//   debtor      confirm · dispute · read_notice · lock_account · unlock_account · pay
//   creditor    withdraw · set_account
//   holder      split · transfer · push · recall · accept · pledge · recourse · retire · reissue
//   funder      intend · decline · notify · register · pledge · discount · factor · release ·
//   enforce payee       redeem · reject_payment · default (holder of a part, or funder with
//   security in it) department  freeze · unfreeze
// An act the pack has and this list has not changes the state and nothing else. Money is never
// moved here: payments are recorded with a reference (银发〔2025〕77号).
#pragma once

#include "domain/party/party.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace instrument {

using base::Actor;
using base::Date;
using base::Id;
using base::Instant;
using base::Instrument;
using base::Money;
using base::Party;
using base::Person;
using base::Rate;
using base::Result;
using base::Text;
using pack::InstrumentSide;

struct PartMark; // names the ids of parts
struct PushMark; // of pushes to funders
struct DealMark; // of financings

// What comes in ----------------------------------------------------------------------------------

struct FieldValue {
    std::string name;
    std::string value; // as text, read by the field's type
    friend bool operator==(const FieldValue&, const FieldValue&) = default;
};
BOOST_DESCRIBE_STRUCT(FieldValue, (), (name, value))

// Uploaded by its creditor, who then waits for the debtor, or by its debtor, whose upload is the
// confirmation.
struct Issue {
    std::string kind;
    Id<Party> creditor;
    Id<Party> debtor;
    std::int64_t face = 0; // in the kind's unit: 分, grams, pieces
    Date issued_on;
    std::optional<Date> due;
    std::vector<FieldValue> fields;
    std::optional<std::string> account;     // into which the debtor pays
    std::optional<std::string> term_reason; // why it runs longer than usual
};
BOOST_DESCRIBE_STRUCT(
    Issue, (), (kind, creditor, debtor, face, issued_on, due, fields, account, term_reason))

enum class Way { pledge, discount, factoring };
BOOST_DESCRIBE_ENUM(Way, pledge, discount, factoring)

// The content of any act; each act says what it needs.
struct Deed {
    std::optional<Id<PartMark>> part;
    std::optional<Id<PushMark>> push;
    std::optional<Id<DealMark>> deal;
    std::optional<std::int64_t> amount;            // in the kind's unit; all that is free otherwise
    std::optional<Id<Party>> to;                   // transfer, pledge
    std::optional<std::vector<Id<Party>>> funders; // push
    std::optional<Way> way;                        // intend
    std::optional<bool> recourse;                  // intend, transfer
    std::optional<Money> paid;                     // what the client gets: intend, pledge
    std::optional<Rate> rate;                      // a year: intend, pledge
    std::optional<Date> valid_until;               // intend
    std::optional<Date> day;                       // when it was paid; today otherwise
    std::optional<std::string> contract;           // pledge, discount, factor
    std::optional<std::string> registration;       // register, pledge, discount, factor
    std::optional<std::string> reference; // of the payment: discount, factor, pay, recourse
    std::optional<std::string> account;   // set_account, pay
    std::optional<std::string> paper;     // number of the paper: retire, reissue
    std::optional<std::string> order;     // of the court: freeze, unfreeze
    std::optional<std::string> reason;
    std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(
    Deed,
    (),
    (part,
     push,
     deal,
     amount,
     to,
     funders,
     way,
     recourse,
     paid,
     rate,
     valid_until,
     day,
     contract,
     registration,
     reference,
     account,
     paper,
     order,
     reason,
     note))

// What is stored ---------------------------------------------------------------------------------

// instrument_instrument
struct InstrumentRow {
    Id<Instrument> id;
    std::string number; // PZ2023000008
    std::string kind;
    Id<Party> creditor;
    Id<Party> debtor;
    std::int64_t face = 0;
    std::int64_t redeemed = 0;
    std::int64_t on_paper = 0; // what left for paper: face = Σ parts + redeemed + on_paper
    Date issued_on;
    std::optional<Date> due;
    std::vector<FieldValue> fields;
    std::string key; // of the fields that tell one from another; the same is not taken twice
    std::string state;
    std::string account; // into which the debtor pays
    bool account_locked = false;
    std::string term_reason; // why it runs longer than the rule's usual months
    std::string term_law;    // the rule it was measured by; empty when none was in force
    std::string paper;       // number of the paper
    Id<Party> paper_holder;
    std::string payment_reference; // as the debtor declared it
    std::optional<Date> payment_day;
    Id<base::Series> series;       // in the ledger
    Id<base::Account> account_id;  // of the issuer, in the ledger
    Id<base::Transfer> issue_hold; // that confirming posts
    std::int32_t parts = 0;        // made so far; numbers them
    Id<Party> uploaded_by;
    Instant uploaded_at;
    std::optional<Instant> confirmed_at;
    std::optional<Instant> ended_at;
    Instant changed_at;
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(
    InstrumentRow,
    (),
    (id,
     number,
     kind,
     creditor,
     debtor,
     face,
     redeemed,
     on_paper,
     issued_on,
     due,
     fields,
     key,
     state,
     account,
     account_locked,
     term_reason,
     term_law,
     paper,
     paper_holder,
     payment_reference,
     payment_day,
     series,
     account_id,
     issue_hold,
     parts,
     uploaded_by,
     uploaded_at,
     confirmed_at,
     ended_at,
     changed_at,
     version))

// instrument_part: so much of an instrument, in the hands of one holder for ever.
struct PartRow {
    Id<PartMark> id;
    Id<Instrument> instrument;
    Id<PartMark> parent; // the part it came out of; none for the first
    std::string number;  // PZ2023000008-02
    Id<Party> holder;
    Id<Party> endorser;        // from whom; none for the first
    std::string act;           // that made it: issue, split, transfer, discount …
    std::int64_t received = 0; // when it was made
    std::int64_t amount = 0;   // now
    std::int64_t held = 0;     // of that, by pledges
    bool recourse = false;     // its holder may turn to the endorser
    bool frozen = false;
    std::string court_order;      // that froze it
    Id<base::Account> account_id; // in the ledger
    std::int64_t seq = 0;         // of the journal event that made it
    Instant created_at;
    std::optional<Instant> ended_at; // nothing left

    [[nodiscard]] std::int64_t free() const { return amount - held; }
};
BOOST_DESCRIBE_STRUCT(
    PartRow,
    (),
    (id,
     instrument,
     parent,
     number,
     holder,
     endorser,
     act,
     received,
     amount,
     held,
     recourse,
     frozen,
     court_order,
     account_id,
     seq,
     created_at,
     ended_at))

// Open: the security stands, or the funder has the title and has not been paid.
enum class DealState { open, released, enforced, settled, recoursed };
BOOST_DESCRIBE_ENUM(DealState, open, released, enforced, settled, recoursed)

// instrument_deal: a financing.
struct DealRow {
    Id<DealMark> id;
    Id<Instrument> instrument;
    Id<PartMark> part; // pledge: the part that is held; otherwise the part the funder got
    Way way = Way::pledge;
    bool recourse = false;
    Id<Party> client;
    Id<Party> funder;
    std::int64_t amount = 0; // financed
    std::int64_t held = 0;   // pledge: what is still held
    Money paid;              // to the client
    std::optional<Rate> rate;
    std::string contract;
    std::string registration; // of the security or the transfer; empty: not registered yet
    std::string reference;    // of the payment
    Date day;
    std::optional<Id<PushMark>> push;
    Id<base::Transfer> hold; // in the ledger
    Id<base::Account> vault; // account the hold goes to when it is enforced or redeemed
    DealState state = DealState::open;
    Money surplus; // factoring with recourse: what was received above `paid` (民法典 art. 766)
    Instant made_at;
    std::optional<Instant> ended_at;
};
BOOST_DESCRIBE_STRUCT(
    DealRow,
    (),
    (id,
     instrument,
     part,
     way,
     recourse,
     client,
     funder,
     amount,
     held,
     paid,
     rate,
     contract,
     registration,
     reference,
     day,
     push,
     hold,
     vault,
     state,
     surplus,
     made_at,
     ended_at))

enum class PushState { pushed, intended, accepted, notified, read, concluded, declined, recalled };
BOOST_DESCRIBE_ENUM(
    PushState, pushed, intended, accepted, notified, read, concluded, declined, recalled)

struct Terms { // 融资意向
    Way way = Way::pledge;
    bool recourse = false;
    std::int64_t amount = 0;
    Money paid;
    Rate rate;
    Date valid_until;
    std::string note;
};
BOOST_DESCRIBE_STRUCT(Terms, (), (way, recourse, amount, paid, rate, valid_until, note))

// instrument_push: a holder's wish, before one funder.
struct PushRow {
    Id<PushMark> id;
    Id<Instrument> instrument;
    Id<PartMark> part;
    Id<Party> holder;
    Id<Party> funder;
    std::int64_t amount = 0;
    std::string note;
    PushState state = PushState::pushed;
    std::optional<Terms> terms;
    std::string registration;
    std::string reason; // of the funder who declined, or the holder who took it back
    Instant pushed_at;
    std::optional<Instant> intended_at;
    std::optional<Instant> accepted_at;
    std::optional<Instant> notified_at;
    std::optional<Instant> read_at;
    std::string read_by; // who signed for the notice
    std::optional<Instant> ended_at;
};
BOOST_DESCRIBE_STRUCT(
    PushRow,
    (),
    (id,
     instrument,
     part,
     holder,
     funder,
     amount,
     note,
     state,
     terms,
     registration,
     reason,
     pushed_at,
     intended_at,
     accepted_at,
     notified_at,
     read_at,
     read_by,
     ended_at))

// instrument_line: the timeline; one line an event.
struct LineRow {
    std::int64_t seq = 0;
    Id<Instrument> instrument;
    Instant at;
    std::string act;
    Id<Party> party;
    std::string person_name;
    Id<PartMark> part;
    Id<Party> other; // to whom, or whose
    std::int64_t amount = 0;
    std::string text;
    std::string state; // after it
};
BOOST_DESCRIBE_STRUCT(
    LineRow, (), (seq, instrument, at, act, party, person_name, part, other, amount, text, state))

// An instrument with all that hangs on it: what decisions see.
struct Dossier {
    InstrumentRow instrument;
    std::vector<PartRow> parts;  // by id
    std::vector<DealRow> deals;  // by id
    std::vector<PushRow> pushes; // by id
};

// Events -----------------------------------------------------------------------------------------

// What one act did: its line, and the rows it changed as they are now.
struct Moved {
    static constexpr std::string_view kind = "instrument.moved";
    LineRow line; // `seq` and `at` are the event's
    InstrumentRow instrument;
    std::vector<PartRow> parts; // `seq` of new ones is the event's
    std::vector<DealRow> deals;
    std::vector<PushRow> pushes;
};
BOOST_DESCRIBE_STRUCT(Moved, (), (line, instrument, parts, deals, pushes))

void apply(store::Transaction& tx, const Moved& event);
void declare(store::Schema& schema);

// Reads ------------------------------------------------------------------------------------------

std::optional<InstrumentRow> find(const store::Snapshot& db, Id<Instrument> id);
std::optional<Dossier> dossier(const store::Snapshot& db, Id<Instrument> id);
std::vector<LineRow> lines(const store::Snapshot& db, Id<Instrument> id);
std::optional<Id<Instrument>> find_key(
    const store::Snapshot& db, Id<Party> debtor, const std::string& key);

// `instrument.none` (not_found, so that ids cannot be probed) unless the actor is a party to the
// instrument (creditor, debtor, holder now or before, funder of it or asked to be) or oversees.
Result<> may_see(const Actor& actor, const Dossier& file);

// The dossier as it stood at an instant, and its timeline until then, from the journal. Nothing
// when it was not there yet.
struct Past {
    Dossier file;
    std::vector<LineRow> lines;
};

std::optional<Past> as_of(const store::Snapshot& db, Id<Instrument> id, Instant then);

enum class View { all, held, owed, pledged, funded };
BOOST_DESCRIBE_ENUM(View, all, held, owed, pledged, funded)

struct Filter {
    View view = View::all;
    std::string kind;
    std::string state;
    std::string text; // in the number or a field
    bool open_only = false;
    std::optional<Date> due_until;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};

// Those the actor may see, newest first.
party::Page<InstrumentRow> list(
    const store::Snapshot& db, const Actor& actor, const Filter& filter);

// Of these instruments, what the party holds, and how much of that is pledged.
struct Holding {
    Id<Instrument> instrument;
    std::int64_t amount = 0;
    std::int64_t held = 0;
};
BOOST_DESCRIBE_STRUCT(Holding, (), (instrument, amount, held))
std::vector<Holding> holdings(const store::Snapshot& db, Id<Party> holder);

struct PushFilter {
    std::optional<Id<Party>> funder;
    std::optional<Id<Party>> holder;
    std::optional<Id<Party>> debtor;
    std::optional<PushState> state;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};

party::Page<PushRow> pushes(const store::Snapshot& db, const PushFilter& filter);

struct DealFilter {
    std::optional<Id<Party>> funder;
    std::optional<Id<Party>> client;
    std::optional<DealState> state;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};

party::Page<DealRow> deals(const store::Snapshot& db, const DealFilter& filter);

// 应收账款融资额: paid to clients from `from` to `until`, both included.
std::int64_t financed_fen(const store::Snapshot& db, std::optional<Date> from, Date until);

// Whether the sender may upload for others than itself: imports on their behalf.
enum class Entrusted { no, yes };

// Use cases --------------------------------------------------------------------------------------

class Instruments {
public:
    Instruments(store::Database& database, const pack::Policy& policy)
        : database_(database)
        , policy_(policy) {}

    // Errors at the field: `instrument.kind_unknown`, `instrument.not_party` (the uploader is
    // neither creditor nor debtor), `instrument.same_party`, `instrument.no_party`,
    // `instrument.face`, `instrument.dates`, `instrument.term_too_long`, `instrument.term_reason`,
    // `instrument.field`, `instrument.uploaded_already`.
    Result<store::Receipt> issue(const store::Command& command, const Issue& wish);
    // Several at once, all or none; an error names its place ("/3/due").
    Result<store::Receipt> issue_all(const store::Command& command, const std::vector<Issue>& all);
    // One within a transaction.
    Result<Id<Instrument>> issue_in(
        store::Transaction& tx, const Issue& wish, Entrusted entrusted = Entrusted::no) const;

    // Any other act. `instrument.none`, `instrument.act_unknown`, `instrument.not_yours`,
    // `instrument.not_now`, `instrument.reason`, those of turn.hpp, and the ledger's own.
    Result<store::Receipt> act(
        const store::Command& command, Id<Instrument> id, const std::string& act, const Deed& deed);

private:
    store::Database& database_;
    const pack::Policy& policy_;
};

} // namespace instrument
