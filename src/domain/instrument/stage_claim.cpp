// The debtor's and the creditor's acts, and how an instrument ends.
#include "domain/instrument/stage.hpp"

namespace instrument {

// 确权. Only the debtor's step leads here; what was promised to the first part becomes real.
Result<> Stage::confirm() {
    auto& row = file_.instrument;
    auto& first = file_.parts.front();
    first.amount = row.face;
    touch(first);
    row.confirmed_at = scene_.now;
    line_.part = first.id;
    line_.other = row.creditor;
    line_.amount = row.face;
    chain_.push_back(ledger::post({.hold = row.issue_hold, .about = row.id.value}));
    return {};
}

Result<> Stage::call_off() {
    auto& row = file_.instrument;
    auto& first = file_.parts.front();
    first.ended_at = scene_.now;
    touch(first);
    line_.part = first.id;
    line_.amount = row.face;
    chain_.push_back(ledger::release({.hold = row.issue_hold, .about = row.id.value}));
    chain_.push_back(ledger::close({.account = first.account_id}));
    chain_.push_back(ledger::close({.account = row.account_id}));
    return {};
}

namespace {

bool financed(const Dossier& file) {
    for (const auto& deal : file.deals) {
        if (deal.state == DealState::open) return true;
    }
    return false;
}

} // namespace

Result<> Stage::set_account() {
    auto& row = file_.instrument;
    if (row.account_locked) {
        return refused(
            "instrument.account_locked",
            "/account",
            {"回款账户已锁定到合同，不能更改。",
             "The repayment account is locked to the contract."},
            {"请由债务人先解锁；融资存续期间不能解锁。",
             "The debtor unlocks it first, which is not possible while it is financed."});
    }
    row.account = TRY(needed(deed_.account, "/account"));
    return {};
}

// 政采贷: the purchasing unit locks the account to the contract.
Result<> Stage::lock_account() {
    auto& row = file_.instrument;
    if (row.account.empty()) {
        return refused(
            "instrument.missing",
            "/account",
            {"尚未指定回款账户。", "No repayment account is named yet."},
            {"请先由债权人指定回款账户。", "Let the creditor name it first."});
    }
    row.account_locked = true;
    return {};
}

Result<> Stage::unlock_account() {
    if (financed(file_)) {
        return refused(
            "instrument.account_in_use",
            "",
            {"该凭证有存续的融资，回款账户不能解锁。",
             "It is financed; its repayment account stays locked."},
            {"融资结清或解除质押后再解锁。", "Unlock it once the financing is over."});
    }
    file_.instrument.account_locked = false;
    return {};
}

// The debtor says that it has paid, and by which payment; who was to be paid says whether it came.
Result<> Stage::pay() {
    auto& row = file_.instrument;
    if (!row.account.empty() && kind_.unit == pack::InstrumentUnit::fen &&
        deed_.account.value_or("") != row.account) {
        return refused(
            "instrument.other_account",
            "/account",
            {"应付至约定的回款账户 " + row.account + "。",
             "It is to be paid into the account agreed: " + row.account + "."},
            {"请付至该账户并填写该账户。", "Pay into that account, and name it."});
    }
    row.payment_reference = TRY(needed(deed_.reference, "/reference"));
    row.payment_day = TRY(day_of_payment());
    line_.text = row.payment_reference;
    line_.amount = row.face - row.redeemed;
    return {};
}

Result<> Stage::reject_payment() {
    file_.instrument.payment_reference.clear();
    file_.instrument.payment_day.reset();
    return {};
}

// 兑付: what is the actor's own goes back to the issuer, in one chain: first what a pledge gives
// it, through its vault, then what it holds free.
Result<> Stage::redeem() {
    const auto me = scene_.actor.party;
    auto& row = file_.instrument;
    std::int64_t total = 0;
    const auto to_issuer = [&](ledger::AccountId from, std::int64_t amount) {
        chain_.push_back(ledger::transfer(
            {.debit = from,
             .credit = row.account_id,
             .amount = units(amount),
             .about = row.id.value}));
        total += amount;
    };
    bool frozen = false;
    for (auto& deal : file_.deals) {
        if (deal.funder != me || deal.way != Way::pledge || deal.held == 0) continue;
        auto& of = part(deal.part);
        frozen = frozen || of.frozen;
        if (of.frozen) continue;
        chain_.push_back(ledger::post({.hold = deal.hold, .about = deal.id.value}));
        to_issuer(deal.vault, deal.held);
        chain_.push_back(ledger::close({.account = deal.vault}));
        of.held -= deal.held;
        of.amount -= deal.held;
        deal.held = 0;
        deal.state = DealState::settled;
        deal.ended_at = scene_.now;
        touch(deal);
        end_if_empty(of);
    }
    for (auto& of : file_.parts) {
        if (of.holder != me || of.free() == 0) continue;
        frozen = frozen || of.frozen;
        if (of.frozen) continue;
        const auto amount = of.free();
        to_issuer(of.account_id, amount);
        for (auto& deal : file_.deals) {
            const bool returns = deal.part == of.id && deal.way == Way::factoring && deal.recourse;
            if (!returns || deal.state != DealState::open) continue;
            deal.surplus = Money{std::max<std::int64_t>(0, amount - deal.paid.fen)};
            touch(deal);
        }
        take_from(of, amount);
    }
    if (total == 0) {
        return refused(
            frozen ? "instrument.frozen" : "instrument.nothing_of_yours",
            "",
            frozen ? Text{"您的份额已被司法冻结。", "Your part is frozen by the court."}
                   : Text{"没有应由您确认的份额。", "Nothing of it is yours to confirm."},
            {"请核对持有与质押。", "Look at what you hold and what is pledged to you."});
    }
    row.redeemed += total;
    line_.amount = total;
    line_.text = row.payment_reference;
    finish_if_all_redeemed();
    return {};
}

Result<> Stage::record_default() {
    if (file_.instrument.due && scene_.today <= *file_.instrument.due) {
        return refused(
            "instrument.not_due",
            "",
            {"尚未到期（" + file_.instrument.due->text() + "）。",
             "It falls due on " + file_.instrument.due->text() + "."},
            {"到期次日起可登记违约。", "A default is recorded from the day after."});
    }
    line_.amount = file_.instrument.face - file_.instrument.redeemed;
    return {};
}

} // namespace instrument
