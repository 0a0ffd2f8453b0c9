// The holder's acts on its title, and what a court orders.
#include "domain/instrument/stage.hpp"

#include <algorithm>

namespace instrument {

// 拆分: a part of its own out of a part, for the same holder.
Result<> Stage::split() {
    auto* of = TRY(own_part());
    if (!kind_.divisible) {
        return refused(
            "instrument.indivisible",
            "/part",
            {"“" + kind_.label.zh + "”不可分割。", kind_.label.en + " is not divisible."},
            {"请整体办理。", "Deal with it as a whole."});
    }
    const auto amount = TRY(amount_of(*of));
    if (amount == of->amount) {
        return refused(
            "instrument.amount",
            "/amount",
            {"拆出的金额应小于该份额。", "What is split off is less than the part."},
            {"请减少金额。", "Ask for less."});
    }
    const auto from = *of;
    take_from(*of, amount);
    auto& made = new_part(from, from.holder, amount);
    made.endorser = from.endorser;
    made.recourse = from.recourse;
    to_part(from, made, amount);
    return {};
}

// 背书转让: the receiver's part comes out of the holder's, whatever its holder keeps stays.
Result<> Stage::transfer() {
    auto* of = TRY(own_part());
    if (!kind_.transferable) {
        return refused(
            "instrument.not_transferable",
            "",
            {"“" + kind_.label.zh + "”不可转让。", kind_.label.en + " is not transferable."},
            {"可以质押融资。", "It may be pledged."});
    }
    TRY(not_past_due());
    const auto to = TRY(needed_party());
    const auto amount = TRY(amount_of(*of));
    const auto from_id = of->id;
    auto& made = new_part(*of, to, amount);
    made.recourse = kind_.recourse_by_law || deed_.recourse.value_or(false);
    line_.other = to;
    auto& from = part(from_id);
    to_part(from, made, amount);
    take_from(from, amount);
    return {};
}

// 追索: the endorser has paid the holder and stands in its place again.
Result<> Stage::recourse() {
    auto* of = TRY(own_part());
    if (!of->recourse || !of->endorser) {
        return refused(
            "instrument.no_recourse",
            "/part",
            {"该份额没有约定或法定的追索权。", "No recourse goes with this part."},
            {"请向债务人主张。", "Turn to the debtor."});
    }
    line_.text = TRY(needed(deed_.reference, "/reference"));
    const auto amount = TRY(amount_of(*of));
    const auto from_id = of->id;
    const auto endorser = of->endorser;
    // What the endorser had before, with the recourse it had itself.
    auto before = of->parent;
    while (before && part(before).holder != endorser)
        before = part(before).parent;
    const auto earlier = before ? part(before) : PartRow{};
    auto& made = new_part(*of, endorser, amount);
    made.endorser = earlier.endorser;
    made.recourse = earlier.recourse;
    line_.other = endorser;
    auto& from = part(from_id);
    to_part(from, made, amount);
    take_from(from, amount);
    return {};
}

// One part when it is named, otherwise every one that is open.
Result<> Stage::freeze() {
    const auto order = TRY(needed(deed_.order, "/order"));
    line_.text = order;
    for (auto& one : file_.parts) {
        if (one.ended_at || one.frozen || (deed_.part && one.id != *deed_.part)) continue;
        one.frozen = true;
        one.court_order = order;
        line_.amount += one.amount;
        if (deed_.part) line_.part = one.id;
        touch(one);
        chain_.push_back(ledger::freeze({.account = one.account_id, .about = one.id.value}));
    }
    if (!parts_.empty()) return {};
    return refused(
        "instrument.frozen",
        "/part",
        {"没有可冻结的份额，或已经冻结。", "Nothing is left to freeze, or it is frozen already."},
        {"请核对份额。", "Check the part."});
}

Result<> Stage::unfreeze() {
    line_.text = TRY(needed(deed_.order, "/order"));
    for (auto& one : file_.parts) {
        if (!one.frozen || (deed_.part && one.id != *deed_.part)) continue;
        one.frozen = false;
        one.court_order.clear();
        line_.amount += one.amount;
        if (deed_.part) line_.part = one.id;
        touch(one);
        chain_.push_back(ledger::unfreeze({.account = one.account_id, .about = one.id.value}));
    }
    if (!parts_.empty()) return {};
    return refused(
        "instrument.not_frozen",
        "/part",
        {"没有被冻结的份额。", "No part of it is frozen."},
        {"请核对份额。", "Check the part."});
}

// 介质转换 (MLETR art. 17, 18): the electronic one ends before the paper begins, and the other way
// round, so that never both are good.
Result<> Stage::retire() {
    auto* of = TRY(own_part());
    auto& row = file_.instrument;
    if (of->held != 0 || of->amount != row.face - row.redeemed) {
        return refused(
            "instrument.sole_holder",
            "",
            {"只有未质押的全部份额由一方持有时才能转为纸质。",
             "Only the sole holder of all of it, with nothing pledged, changes it to paper."},
            {"请先收回其余份额，解除质押。",
             "Bring the parts together and have pledges released."});
    }
    row.paper = TRY(needed(deed_.paper, "/paper"));
    row.paper_holder = of->holder;
    row.on_paper = of->amount;
    line_.amount = of->amount;
    line_.text = row.paper;
    chain_.push_back(ledger::transfer(
        {.debit = of->account_id,
         .credit = row.account_id,
         .amount = units(of->amount),
         .about = row.id.value}));
    take_from(*of, of->amount);
    return {};
}

Result<> Stage::reissue() {
    auto& row = file_.instrument;
    if (TRY(needed(deed_.paper, "/paper")) != row.paper || row.on_paper == 0) {
        return refused(
            "instrument.paper",
            "/paper",
            {"纸质凭证编号与登记的不符。", "That is not the number of the paper."},
            {"请核对收回的纸质凭证。", "Check the paper that was handed back."});
    }
    // The newest part of that holder is the one that was retired.
    const auto last = std::ranges::find(
        file_.parts.rbegin(), file_.parts.rend(), row.paper_holder, &PartRow::holder);
    base::ensure(last != file_.parts.rend(), "paper comes from a part");
    const auto retired = *last;
    auto& made = new_part(retired, row.paper_holder, row.on_paper);
    made.endorser = retired.endorser;
    made.recourse = retired.recourse;
    chain_.push_back(ledger::transfer(
        {.debit = row.account_id,
         .credit = made.account_id,
         .amount = units(row.on_paper),
         .about = made.id.value}));
    line_.text = row.paper;
    row.on_paper = 0;
    row.paper.clear();
    row.paper_holder = {};
    return {};
}

} // namespace instrument
