// Between the holder and its funders: pushed, intended, accepted, notified, registered, financed.
#include "domain/instrument/check.hpp"
#include "domain/instrument/stage.hpp"

#include <algorithm>

namespace instrument {
namespace {

constexpr std::size_t funders_most = 10;
constexpr auto rate_most = Rate::percent(36);

base::Error wrong_push(const PushRow& push, Text cure) {
    static constexpr std::pair<PushState, const char*> words[] = {
        {PushState::pushed, "待机构反馈"},
        {PushState::intended, "机构已反馈意向"},
        {PushState::accepted, "已接受意向"},
        {PushState::notified, "已通知债务人"},
        {PushState::read, "债务人已签收"},
        {PushState::concluded, "已办结"},
        {PushState::declined, "机构未办理"},
        {PushState::recalled, "已收回"}};
    const auto* found =
        std::ranges::find(words, push.state, [](const auto& pair) { return pair.first; });
    const auto english = std::string(base::json::enum_name(push.state));
    return refused(
        "instrument.push_state",
        "/push",
        {std::string("这次推送当前为“") + found->second + "”。",
         "This push is at the stage: " + english + "."},
        std::move(cure));
}

} // namespace

// 推送: a wish, not a promise; nothing is held until a financing is made.
Result<> Stage::push() {
    const auto* of = TRY(own_part());
    TRY(not_past_due());
    const auto amount = TRY(amount_of(*of));
    const auto funders = deed_.funders.value_or(std::vector<Id<Party>>{});
    if (funders.empty() || funders.size() > funders_most) {
        return base::invalid(
                   "instrument.receiver",
                   {"请选择 1 至 10 家机构。", "Choose one to ten institutions."},
                   {"请选择机构。", "Choose them."})
            .at("/funders");
    }
    for (const auto funder : funders) {
        const auto found = TRY(receiver(funder, "/funders"));
        const bool asked = std::ranges::any_of(file_.pushes, [&](const PushRow& push) {
            return push.part == of->id && push.funder == funder && !push.ended_at;
        });
        if (found.kind != base::PartyKind::institution || asked) {
            return base::invalid(
                       "instrument.receiver",
                       asked
                           ? Text{"已推送给" + found.name.zh + "。", "It is before " + found.name.en + " already."}
                           : Text{found.name.zh + "不是金融机构。", found.name.en + " is no institution."},
                       {"请选择其他机构。", "Choose another."})
                .at("/funders");
        }
        PushRow made;
        made.id = {scene_.new_id()};
        made.instrument = file_.instrument.id;
        made.part = of->id;
        made.holder = of->holder;
        made.funder = funder;
        made.amount = amount;
        made.note = deed_.note.value_or("");
        made.pushed_at = scene_.now;
        touch(made);
        file_.pushes.push_back(std::move(made));
        line_.other = funder;
    }
    return {};
}

Result<> Stage::recall() {
    auto* one = TRY(push_of(&PushRow::holder));
    one->state = PushState::recalled;
    one->reason = deed_.reason.value_or("");
    one->ended_at = scene_.now;
    line_.other = one->funder;
    return {};
}

Result<> Stage::decline() {
    auto* one = TRY(push_of(&PushRow::funder));
    one->state = PushState::declined;
    one->reason = deed_.reason.value_or("");
    one->ended_at = scene_.now;
    line_.other = one->holder;
    return {};
}

Result<> Stage::intend() {
    auto* one = TRY(push_of(&PushRow::funder));
    if (one->state != PushState::pushed && one->state != PushState::intended)
        return wrong_push(*one, {"意向已被接受，不能更改。", "It has been accepted already."});
    Terms terms;
    terms.way = deed_.way.value_or(Way::pledge);
    terms.recourse =
        deed_.recourse.value_or(false) || (kind_.recourse_by_law && terms.way != Way::pledge);
    terms.amount = deed_.amount.value_or(one->amount);
    terms.paid = deed_.paid.value_or(Money{});
    terms.rate = deed_.rate.value_or(Rate{});
    terms.valid_until = deed_.valid_until.value_or(scene_.today.plus_days(7));
    terms.note = deed_.note.value_or("");
    const bool way_fits = terms.way == Way::pledge ? kind_.pledgeable : kind_.transferable;
    if (!way_fits) {
        return refused(
            terms.way == Way::pledge ? "instrument.not_pledgeable" : "instrument.not_transferable",
            "/way",
            {"“" + kind_.label.zh + "”不能以这种方式融资。",
             kind_.label.en + " cannot be financed in this way."},
            {"请改用其他方式。", "Choose another way."});
    }
    const auto bad = [](const char* field, Text message) {
        return base::invalid("instrument.terms", std::move(message), {"请核对。", "Check it."})
            .at(field);
    };
    if (terms.amount <= 0 || terms.amount > one->amount)
        return bad(
            "/amount",
            {"金额应大于零且不超过推送的金额。", "More than nothing, at most what was pushed."});
    const bool money = kind_.unit == pack::InstrumentUnit::fen;
    if (terms.paid.fen <= 0 || (money && terms.paid.fen > terms.amount))
        return bad(
            "/paid",
            {"融资款应大于零且不超过凭证金额。", "More than nothing, at most the amount."});
    if (terms.rate.ppm < 0 || terms.rate > rate_most)
        return bad("/rate", {"年利率应为 0 至 36%。", "A yearly rate of 0 to 36 %."});
    if (terms.valid_until < scene_.today)
        return bad("/valid_until", {"有效期应不早于今天。", "Valid until today at least."});
    one->terms = terms;
    one->state = PushState::intended;
    one->intended_at = scene_.now;
    line_.other = one->holder;
    line_.amount = terms.amount;
    return {};
}

Result<> Stage::accept() {
    auto* one = TRY(push_of(&PushRow::holder));
    if (one->state != PushState::intended)
        return wrong_push(
            *one, {"机构反馈意向后才能接受。", "Accept once an intention is stated."});
    if (one->terms->valid_until < scene_.today) {
        return refused(
            "instrument.lapsed",
            "/push",
            {"该意向已于 " + one->terms->valid_until.text() + " 失效。",
             "The intention was good until " + one->terms->valid_until.text() + "."},
            {"请机构重新反馈。", "Ask the institution to state it again."});
    }
    one->state = PushState::accepted;
    one->accepted_at = scene_.now;
    line_.other = one->funder;
    line_.amount = one->terms->amount;
    return {};
}

Result<> Stage::notify() {
    auto* one = TRY(push_of(&PushRow::funder));
    if (one->state != PushState::accepted)
        return wrong_push(
            *one, {"持有人接受意向后才能通知。", "Notify once the holder has accepted."});
    one->state = PushState::notified;
    one->notified_at = scene_.now;
    line_.other = file_.instrument.debtor;
    line_.amount = one->terms->amount;
    return {};
}

Result<> Stage::read_notice() {
    for (auto& one : file_.pushes) {
        const bool meant = !deed_.push || *deed_.push == one.id;
        if (!meant || one.state != PushState::notified) continue;
        one.state = PushState::read;
        one.read_at = scene_.now;
        one.read_by = scene_.actor.name;
        line_.part = one.part;
        line_.other = one.funder;
        line_.amount = one.terms->amount;
        touch(one);
        return {};
    }
    return base::invalid(
               "instrument.no_push",
               {"没有待签收的通知。", "No notice waits to be signed for."},
               {"请刷新页面。", "Look again."})
        .at("/push");
}

// 中登网: of a push before the financing, or of a financing that is there.
Result<> Stage::record_registration() {
    const auto number = TRY(needed(deed_.registration, "/registration"));
    line_.text = number;
    if (deed_.push) {
        auto* one = TRY(push_of(&PushRow::funder));
        one->registration = number;
        return {};
    }
    for (auto& deal : file_.deals) {
        const bool meant = !deed_.deal || *deed_.deal == deal.id;
        if (!meant || deal.funder != scene_.actor.party) continue;
        deal.registration = number;
        line_.part = deal.part;
        touch(deal);
        return {};
    }
    return base::invalid(
               "instrument.no_deal",
               {"没有您办理的这笔融资。", "There is no such financing of yours."},
               {"请从列表中选择。", "Choose one from the list."})
        .at("/deal");
}

// What must have happened before a funder finances what was pushed to it.
Result<> Stage::may_finance(const PushRow& push, const std::string& registration) {
    const bool agreed = push.state == PushState::accepted || push.state == PushState::notified ||
                        push.state == PushState::read;
    if (!agreed)
        return wrong_push(push, {"持有人接受意向后才能办理。", "The holder accepts it first."});
    if (kind_.notice_first && push.state != PushState::read) {
        return refused(
            "instrument.notice_unread",
            "/push",
            {"债务人尚未签收通知；未经通知，对债务人不发生效力（民法典第五百四十六条）。",
             "The debtor has not signed for the notice, without which nothing binds the debtor "
             "(Civil Code art. 546)."},
            {"请先通知债务人并等待签收。", "Notify the debtor, and wait for the receipt."});
    }
    if (kind_.registered && registration.empty()) {
        return refused(
            "instrument.not_registered",
            "/registration",
            {"该种凭证融资应先在动产融资统一登记公示系统登记。",
             "Financing of this kind is registered in the national register first."},
            {"请填写登记编号。", "Give the number of the registration."});
    }
    if (kind_.locked_account && !file_.instrument.account_locked) {
        return refused(
            "instrument.account_unlocked",
            "",
            {"回款账户尚未锁定到采购合同。",
             "The repayment account is not locked to the contract yet."},
            {"请由采购单位锁定回款账户。", "Let the purchasing unit lock it."});
    }
    return not_past_due();
}

// 质押: a hold. By a funder as agreed, or by the holder straight for an institution.
Result<> Stage::pledge() {
    if (!kind_.pledgeable) {
        return refused(
            "instrument.not_pledgeable",
            "",
            {"“" + kind_.label.zh + "”不能质押。", kind_.label.en + " cannot be pledged."},
            {"请改用其他方式。", "Choose another way."});
    }
    DealRow deal;
    deal.way = Way::pledge;
    if (deed_.push) {
        auto* one = TRY(push_of(&PushRow::funder));
        TRY(agree(deal, *one));
    } else {
        const auto* of = TRY(own_part());
        TRY(not_past_due());
        const auto to = TRY(receiver(deed_.to.value_or(Id<Party>{}), "/to"));
        if (to.kind != base::PartyKind::institution ||
            (kind_.locked_account && !file_.instrument.account_locked)) {
            return refused(
                to.kind != base::PartyKind::institution ? "instrument.receiver"
                                                        : "instrument.account_unlocked",
                "/to",
                {"质权人应是金融机构，回款账户应已锁定（如该种类要求）。",
                 "A pledge is given to an institution, with the account locked where the kind "
                 "asks."},
                {"请核对。", "Check it."});
        }
        deal.part = of->id;
        deal.client = of->holder;
        deal.funder = to.id;
        deal.amount = TRY(amount_of(*of));
        deal.paid = deed_.paid.value_or(Money{});
        deal.rate = deed_.rate;
        deal.registration = deed_.registration.value_or("");
        deal.day = TRY(day_of_payment());
    }
    deal.contract = TRY(needed(deed_.contract, "/contract"));
    deal.reference = deed_.reference.value_or("");
    auto& of = part(deal.part);
    of.held += deal.amount;
    touch(of);
    deal.held = deal.amount;
    deal.id = {scene_.new_id()};
    deal.vault = scene_.open_account(
        {.series = file_.instrument.series,
         .owner = deal.funder,
         .role = "vault",
         .about = deal.id.value});
    deal.hold = {scene_.new_id()};
    chain_.push_back(ledger::hold(
        {.debit = of.account_id,
         .credit = deal.vault,
         .amount = units(deal.amount),
         .about = of.id.value,
         .id = deal.hold}));
    add(std::move(deal));
    return {};
}

// 贴现, 保理: title passes to the funder; with recourse its client stands for it.
Result<> Stage::take_title(Way way) {
    auto* one = TRY(push_of(&PushRow::funder));
    DealRow deal;
    deal.way = way;
    TRY(agree(deal, *one));
    deal.contract = TRY(needed(deed_.contract, "/contract"));
    deal.reference = TRY(needed(deed_.reference, "/reference"));
    const auto from_id = deal.part;
    auto& made = new_part(part(from_id), deal.funder, deal.amount);
    made.recourse = deal.recourse;
    auto& from = part(from_id);
    to_part(from, made, deal.amount);
    deal.part = made.id;
    take_from(from, deal.amount);
    add(std::move(deal));
    return {};
}

// The terms that the holder accepted, as a financing; the push is over with it.
Result<> Stage::agree(DealRow& deal, PushRow& push) {
    const auto registration = deed_.registration.value_or(push.registration);
    TRY(may_finance(push, registration));
    const auto& terms = *push.terms;
    if (terms.way != deal.way) {
        return refused(
            "instrument.terms",
            "/push",
            {"持有人接受的不是这种融资方式。", "The holder accepted another way of financing."},
            {"请按接受的意向办理。", "Do as was accepted."});
    }
    auto& of = part(push.part);
    if (of.frozen) {
        return refused(
            "instrument.frozen",
            "/push",
            {"份额 " + of.number + " 已被司法冻结。",
             "Part " + of.number + " is frozen by the court."},
            {"解除冻结后方可办理。", "It can be done once the freeze is lifted."});
    }
    if (terms.amount > of.free()) {
        const auto free = amount_text(kind_.unit, of.free());
        return refused(
            "instrument.amount_held",
            "/push",
            {"份额 " + of.number + " 可用 " + free.zh + "，" + holders_text(of) +
                 "；同一价值不能重复质押或转让。",
             "Of part " + of.number + " only " + free.en +
                 " is free. The same value is not used twice."},
            {"请与持有人核对。", "Speak with the holder."});
    }
    deal.part = push.part;
    deal.client = push.holder;
    deal.funder = push.funder;
    deal.recourse = terms.recourse && deal.way != Way::pledge;
    deal.amount = terms.amount;
    deal.paid = terms.paid;
    deal.rate = terms.rate;
    deal.registration = registration;
    deal.day = TRY(day_of_payment());
    deal.push = push.id;
    push.registration = registration;
    push.state = PushState::concluded;
    push.ended_at = scene_.now;
    return {};
}

void Stage::add(DealRow deal) {
    if (!deal.id) deal.id = {scene_.new_id()};
    deal.instrument = file_.instrument.id;
    deal.made_at = scene_.now;
    line_.part = deal.part;
    line_.amount = deal.amount;
    line_.other = deal.funder == scene_.actor.party ? deal.client : deal.funder;
    if (line_.text.empty()) line_.text = deal.contract;
    touch(deal);
    file_.deals.push_back(std::move(deal));
}

// 部分解除: what stays held is adjusted downward, never upward.
Result<> Stage::release() {
    auto* deal = TRY(own_pledge());
    const auto amount = deed_.amount.value_or(deal->held);
    if (amount <= 0 || amount > deal->held) {
        return refused(
            "instrument.amount",
            "/amount",
            {"解除的金额应大于零且不超过尚质押的 " + amount_text(kind_.unit, deal->held).zh + "。",
             "Release more than nothing and at most the " + amount_text(kind_.unit, deal->held).en +
                 " held."},
            {"请核对金额。", "Check the amount."});
    }
    auto& of = part(deal->part);
    if (of.frozen && amount < deal->held) {
        return refused(
            "instrument.frozen",
            "/amount",
            {"份额已被司法冻结，期间只能全部解除质押。",
             "The part is frozen by the court; meanwhile a pledge is given up as a whole only."},
            {"请全部解除，或等待解除冻结。",
             "Release all of it, or wait for the freeze to be lifted."});
    }
    of.held -= amount;
    touch(of);
    deal->held -= amount;
    line_.amount = amount;
    if (deal->held > 0) {
        chain_.push_back(ledger::adjust(
            {.hold = deal->hold, .stays = units(deal->held), .about = deal->id.value}));
        return {};
    }
    deal->state = DealState::released;
    deal->ended_at = scene_.now;
    chain_.push_back(ledger::release({.hold = deal->hold, .about = deal->id.value}));
    chain_.push_back(ledger::close({.account = deal->vault}));
    return {};
}

// 实现质权: what was held becomes the funder's own part, in the account that was its vault.
Result<> Stage::enforce() {
    auto* deal = TRY(own_pledge());
    const auto from_id = deal->part;
    if (part(from_id).frozen) {
        return refused(
            "instrument.frozen",
            "/deal",
            {"该份额已被司法冻结。", "The part is frozen by the court."},
            {"解除冻结后方可办理。", "It can be done once the freeze is lifted."});
    }
    const auto amount = deal->held;
    chain_.push_back(ledger::post({.hold = deal->hold, .about = deal->id.value}));
    new_part(part(from_id), deal->funder, amount, deal->vault);
    deal->held = 0;
    deal->state = DealState::enforced;
    deal->ended_at = scene_.now;
    auto& from = part(from_id);
    from.held -= amount;
    take_from(from, amount);
    return {};
}

} // namespace instrument
