// An instrument as its parties see it: parts, financings, pushes, timeline, with words beside
// codes.
#pragma once

#include "domain/instrument/instrument.hpp"
#include "edge/api/naming.hpp"

namespace api {

using instrument::DealMark;
using instrument::PartMark;
using instrument::PushMark;

struct InstrumentItem {
    Id<base::Instrument> id;
    std::string number;
    Labelled kind;
    pack::InstrumentUnit unit = pack::InstrumentUnit::fen;
    NamedParty creditor;
    NamedParty debtor;
    std::int64_t face = 0; // in the unit: 分, grams, pieces
    std::int64_t redeemed = 0;
    std::int64_t mine = 0;    // what the reader's organisation holds
    std::int64_t pledged = 0; // of that
    base::Date issued_on;
    std::optional<base::Date> due;
    Labelled state;
    bool confirmed = false;
    bool ended = false;
    bool overdue = false;
    Instant uploaded_at;
};
BOOST_DESCRIBE_STRUCT(
    InstrumentItem,
    (),
    (id,
     number,
     kind,
     unit,
     creditor,
     debtor,
     face,
     redeemed,
     mine,
     pledged,
     issued_on,
     due,
     state,
     confirmed,
     ended,
     overdue,
     uploaded_at))

struct PartView {
    Id<PartMark> id;
    std::optional<Id<PartMark>> parent;
    std::string number;
    NamedParty holder;
    std::optional<NamedParty> endorser;
    Labelled act; // that made it
    std::int64_t received = 0;
    std::int64_t amount = 0;
    std::int64_t held = 0;
    std::int64_t free = 0;
    bool recourse = false;
    bool frozen = false;
    std::string order;
    std::int64_t seq = 0; // of the journal event that made it
    Instant at;
    bool ended = false;
    bool mine = false;
};
BOOST_DESCRIBE_STRUCT(
    PartView,
    (),
    (id,
     parent,
     number,
     holder,
     endorser,
     act,
     received,
     amount,
     held,
     free,
     recourse,
     frozen,
     order,
     seq,
     at,
     ended,
     mine))

// Price, contract and references are for the two sides and those who oversee; that value is pledged
// is for every party.
struct DealView {
    Id<DealMark> id;
    Id<base::Instrument> instrument;
    std::string number; // of the instrument
    Id<PartMark> part;
    std::string part_number;
    pack::InstrumentUnit unit = pack::InstrumentUnit::fen;
    instrument::Way way = instrument::Way::pledge;
    bool recourse = false;
    NamedParty client;
    NamedParty funder;
    std::int64_t amount = 0;
    std::int64_t held = 0;
    std::optional<base::Money> paid;
    std::optional<base::Rate> rate;
    std::string contract;
    std::string registration;
    std::string reference;
    base::Date day;
    instrument::DealState state = instrument::DealState::open;
    std::optional<base::Money> surplus;
    bool mine = false; // the reader's organisation is its funder
};
BOOST_DESCRIBE_STRUCT(
    DealView,
    (),
    (id,
     instrument,
     number,
     part,
     part_number,
     unit,
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
     state,
     surplus,
     mine))

struct PushView {
    Id<PushMark> id;
    Id<base::Instrument> instrument;
    std::string number;
    Labelled kind;
    pack::InstrumentUnit unit = pack::InstrumentUnit::fen;
    std::optional<base::Date> due;
    NamedParty debtor;
    Id<PartMark> part;
    NamedParty holder;
    NamedParty funder;
    std::int64_t amount = 0;
    std::string note;
    instrument::PushState state = instrument::PushState::pushed;
    std::optional<instrument::Terms> terms;
    std::string registration;
    std::string reason;
    Instant pushed_at;
    std::optional<Instant> notified_at;
    std::optional<Instant> read_at;
    std::string read_by;
};
BOOST_DESCRIBE_STRUCT(
    PushView,
    (),
    (id,
     instrument,
     number,
     kind,
     unit,
     due,
     debtor,
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
     notified_at,
     read_at,
     read_by))

struct FieldView {
    std::string name;
    Text label;
    std::string value;
};
BOOST_DESCRIBE_STRUCT(FieldView, (), (name, label, value))

struct InstrumentLineView {
    std::int64_t seq = 0;
    Instant at;
    Labelled act;
    NamedParty party;
    std::string person_name;
    std::optional<Id<PartMark>> part;
    std::optional<NamedParty> other;
    std::int64_t amount = 0;
    std::string text;
    Labelled state;
};
BOOST_DESCRIBE_STRUCT(
    InstrumentLineView, (), (seq, at, act, party, person_name, part, other, amount, text, state))

struct InstrumentActView {
    std::string act;
    Text label;
    bool reason_required = false;
};
BOOST_DESCRIBE_STRUCT(InstrumentActView, (), (act, label, reason_required))

struct InstrumentView {
    InstrumentItem item;
    std::vector<FieldView> fields;
    std::int64_t on_paper = 0;
    std::string account;
    bool account_locked = false;
    std::string term_reason;
    std::vector<pack::Law> laws;
    std::string paper;
    std::string payment_reference;
    std::optional<base::Date> payment_day;
    std::vector<PartView> parts;
    std::vector<DealView> deals;
    std::vector<PushView> pushes;
    std::vector<InstrumentLineView> lines;
    std::vector<InstrumentActView> acts; // open to the reader now; none of the past
    std::optional<Instant> as_of;
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(
    InstrumentView,
    (),
    (item,
     fields,
     on_paper,
     account,
     account_locked,
     term_reason,
     laws,
     paper,
     payment_reference,
     payment_day,
     parts,
     deals,
     pushes,
     lines,
     acts,
     as_of,
     version))

// Makes the views of one answer; names are read once.
class InstrumentViews {
public:
    InstrumentViews(const pack::Policy& policy, const store::Snapshot& db, const Call& call)
        : policy_(policy)
        , db_(db)
        , call_(call)
        , names_(db) {}

    InstrumentItem item(const instrument::InstrumentRow& row);
    InstrumentView whole(
        const instrument::Dossier& file, const std::vector<instrument::LineRow>& lines);
    // Those of the timeline that the reader is shown.
    std::vector<InstrumentLineView> lines(
        const instrument::Dossier& file, const std::vector<instrument::LineRow>& rows);
    DealView deal(const instrument::DealRow& row);
    PushView push(const instrument::PushRow& row);

private:
    [[nodiscard]] const pack::InstrumentKind& kind(const std::string& code) const;
    PartView part(const instrument::PartRow& row, const pack::InstrumentKind& kind);
    InstrumentLineView line(const instrument::LineRow& row, const pack::InstrumentKind& kind);
    [[nodiscard]] Labelled act_label(
        const std::string& act, const pack::InstrumentKind& kind) const;
    [[nodiscard]] Labelled state_label(
        const std::string& state, const pack::InstrumentKind& kind) const;
    [[nodiscard]] bool oversees() const;
    [[nodiscard]] bool shown(
        const instrument::PushRow& push, const instrument::InstrumentRow& row) const;

    const pack::Policy& policy_;
    const store::Snapshot& db_;
    const Call& call_;
    PartyNames names_;
    std::optional<std::vector<instrument::Holding>> holdings_; // of the reader
};

} // namespace api
