#include "edge/api/instrument_view.hpp"

#include "domain/instrument/turn.hpp"

#include <algorithm>

namespace api {

using instrument::DealRow;
using instrument::InstrumentRow;
using instrument::PartRow;
using instrument::PushRow;

const pack::InstrumentKind& InstrumentViews::kind(const std::string& code) const {
    const auto* found = policy_.instrument(code);
    base::ensure(found != nullptr, "an instrument's kind stays in the pack");
    return *found;
}

bool InstrumentViews::oversees() const { return call_.actor.rights.has(Right::instrument_oversee); }

Labelled InstrumentViews::act_label(
    const std::string& act, const pack::InstrumentKind& kind) const {
    if (act == "issue") return {act, {"上传", "Uploaded"}};
    for (const auto& step : policy_.life(kind).steps) {
        if (step.act == act) return {act, step.label};
    }
    return {act, {act, act}};
}

Labelled InstrumentViews::state_label(
    const std::string& state, const pack::InstrumentKind& kind) const {
    for (const auto& one : policy_.life(kind).states) {
        if (one.code == state) return {state, one.label};
    }
    return {state, {state, state}};
}

InstrumentItem InstrumentViews::item(const InstrumentRow& row) {
    const auto& of = kind(row.kind);
    if (!holdings_) holdings_ = instrument::holdings(db_, call_.actor.party);
    const auto mine = std::ranges::find(*holdings_, row.id, &instrument::Holding::instrument);
    const bool holds = mine != holdings_->end();
    return {
        .id = row.id,
        .number = row.number,
        .kind = {of.code, of.label},
        .unit = of.unit,
        .creditor = names_(row.creditor),
        .debtor = names_(row.debtor),
        .face = row.face,
        .redeemed = row.redeemed,
        .mine = holds ? mine->amount : 0,
        .pledged = holds ? mine->held : 0,
        .issued_on = row.issued_on,
        .due = row.due,
        .state = state_label(row.state, of),
        .confirmed = row.confirmed_at.has_value(),
        .ended = row.ended_at.has_value(),
        .overdue = row.due && !row.ended_at && *row.due < policy_.zone().date(call_.now),
        .uploaded_at = row.uploaded_at};
}

PartView InstrumentViews::part(const PartRow& row, const pack::InstrumentKind& of) {
    PartView view{
        .id = row.id,
        .number = row.number,
        .holder = names_(row.holder),
        .act = act_label(row.act, of),
        .received = row.received,
        .amount = row.amount,
        .held = row.held,
        .free = row.free(),
        .recourse = row.recourse,
        .frozen = row.frozen,
        .order = row.court_order,
        .seq = row.seq,
        .at = row.created_at,
        .ended = row.ended_at.has_value(),
        .mine = row.holder == call_.actor.party};
    if (row.parent) view.parent = row.parent;
    if (row.endorser) view.endorser = names_(row.endorser);
    return view;
}

DealView InstrumentViews::deal(const DealRow& row) {
    const auto me = call_.actor.party;
    DealView view{
        .id = row.id,
        .instrument = row.instrument,
        .part = row.part,
        .way = row.way,
        .recourse = row.recourse,
        .client = names_(row.client),
        .funder = names_(row.funder),
        .amount = row.amount,
        .held = row.held,
        .registration = row.registration,
        .day = row.day,
        .state = row.state,
        .mine = row.funder == me};
    if (me == row.funder || me == row.client || oversees()) {
        view.paid = row.paid;
        view.rate = row.rate;
        view.contract = row.contract;
        view.reference = row.reference;
        if (row.surplus.fen > 0) view.surplus = row.surplus;
    }
    if (const auto whole = instrument::find(db_, row.instrument)) {
        view.number = whole->number;
        view.unit = kind(whole->kind).unit;
    }
    return view;
}

PushView InstrumentViews::push(const PushRow& row) {
    PushView view{
        .id = row.id,
        .instrument = row.instrument,
        .part = row.part,
        .holder = names_(row.holder),
        .funder = names_(row.funder),
        .amount = row.amount,
        .note = row.note,
        .state = row.state,
        .terms = row.terms,
        .registration = row.registration,
        .reason = row.reason,
        .pushed_at = row.pushed_at,
        .notified_at = row.notified_at,
        .read_at = row.read_at,
        .read_by = row.read_by};
    if (const auto whole = instrument::find(db_, row.instrument)) {
        const auto& of = kind(whole->kind);
        view.number = whole->number;
        view.kind = {of.code, of.label};
        view.unit = of.unit;
        view.due = whole->due;
        view.debtor = names_(whole->debtor);
        const auto me = call_.actor.party;
        // The debtor is told of whom the money shall go to, not of the price.
        const bool only_debtor = me == whole->debtor && me != row.holder && me != row.funder;
        if (only_debtor && view.terms) {
            view.terms->paid = {};
            view.terms->rate = {};
        }
    }
    return view;
}

// What one funder offers is not for another's eyes.
bool InstrumentViews::shown(const PushRow& push, const InstrumentRow& row) const {
    const auto me = call_.actor.party;
    return me == push.holder || me == push.funder || oversees() ||
           (me == row.debtor && push.notified_at);
}

InstrumentLineView InstrumentViews::line(
    const instrument::LineRow& row, const pack::InstrumentKind& of) {
    InstrumentLineView view{
        .seq = row.seq,
        .at = row.at,
        .act = act_label(row.act, of),
        .party = names_(row.party),
        .person_name = row.person_name,
        .amount = row.amount,
        .text = row.text,
        .state = state_label(row.state, of)};
    if (row.part) view.part = row.part;
    if (row.other) view.other = names_(row.other);
    return view;
}

namespace {

// Steps between one holder and one funder are theirs, and stay out of what the others read.
bool between_two(const std::string& act) {
    static constexpr std::string_view acts[] = {
        "push", "recall", "intend", "decline", "accept", "register"};
    return std::ranges::find(acts, act) != std::end(acts);
}

} // namespace

std::vector<InstrumentLineView> InstrumentViews::lines(
    const instrument::Dossier& file, const std::vector<instrument::LineRow>& rows) {
    const auto me = call_.actor.party;
    std::vector<InstrumentLineView> shown;
    for (const auto& one : rows) {
        const bool theirs = one.party == me || one.other == me || oversees();
        if (!between_two(one.act) || theirs) shown.push_back(line(one, kind(file.instrument.kind)));
    }
    return shown;
}

InstrumentView InstrumentViews::whole(
    const instrument::Dossier& file, const std::vector<instrument::LineRow>& lines) {
    const auto& row = file.instrument;
    const auto& of = kind(row.kind);
    InstrumentView view;
    view.item = item(row);
    for (const auto& field : of.fields) {
        const auto given = std::ranges::find(row.fields, field.name, &instrument::FieldValue::name);
        if (given != row.fields.end())
            view.fields.push_back({field.name, field.label, given->value});
    }
    view.on_paper = row.on_paper;
    view.account = row.account;
    view.account_locked = row.account_locked;
    view.term_reason = row.term_reason;
    for (const auto& code : of.laws) {
        if (const auto* law = policy_.law(code)) view.laws.push_back(*law);
    }
    view.paper = row.paper;
    view.payment_reference = row.payment_reference;
    view.payment_day = row.payment_day;
    for (const auto& one : file.parts)
        view.parts.push_back(part(one, of));
    for (const auto& one : file.deals) {
        auto& made = view.deals.emplace_back(deal(one));
        const auto found = std::ranges::find(file.parts, one.part, &PartRow::id);
        if (found != file.parts.end()) made.part_number = found->number;
    }
    for (const auto& one : file.pushes) {
        if (shown(one, row)) view.pushes.push_back(push(one));
    }
    view.lines = this->lines(file, lines);
    for (const auto* step : instrument::open_acts(file, call_.actor, policy_))
        view.acts.push_back({step->act, step->label, step->reason_required});
    view.version = row.version;
    return view;
}

} // namespace api
