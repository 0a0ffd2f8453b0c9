// What the acts share.
#include "domain/instrument/stage.hpp"

#include "domain/instrument/check.hpp"

#include <algorithm>
#include <array>

namespace instrument {

using base::invalid;

base::Error refused(const char* code, const char* field, Text message, Text cure) {
    return base::rejected(code, std::move(message), std::move(cure)).at(field);
}

namespace {

std::string part_number(InstrumentRow& row) {
    row.parts += 1;
    const auto ordinal = std::to_string(row.parts);
    return row.number + "-" + (ordinal.size() < 2 ? "0" : "") + ordinal;
}

template <class Row>
std::vector<Row> changed(const std::vector<Row>& rows, const std::set<std::int64_t>& ids) {
    std::vector<Row> out;
    for (const auto& row : rows) {
        if (ids.contains(row.id.value)) out.push_back(row);
    }
    return out;
}

const pack::InstrumentStep* confirm_step(const pack::InstrumentLife& life) {
    const auto found = std::ranges::find(life.steps, "confirm", &pack::InstrumentStep::act);
    return found == life.steps.end() ? nullptr : &*found;
}

} // namespace

Decided found(InstrumentRow row, const pack::InstrumentKind& kind, const Scene& scene) {
    Decided out;
    row.series = scene.open_series(kind.unit, row.number);
    row.account_id = scene.open_account(
        {.series = row.series, .owner = row.debtor, .role = "issuer", .about = row.id.value});
    PartRow part;
    part.id = {scene.new_id()};
    part.instrument = row.id;
    part.number = part_number(row);
    part.holder = row.creditor;
    part.act = "issue";
    part.received = row.face;
    part.account_id =
        scene.open_account({.series = row.series, .owner = part.holder, .about = part.id.value});
    part.created_at = scene.now;
    const bool by_debtor = scene.actor.party == row.debtor;
    if (by_debtor) {
        part.amount = row.face;
        row.state = confirm_step(scene.policy.life(kind))->to;
        row.confirmed_at = scene.now;
        out.chain.push_back(ledger::transfer(
            {.debit = row.account_id,
             .credit = part.account_id,
             .amount = units(row.face),
             .about = row.id.value}));
    } else {
        row.issue_hold = {scene.new_id()};
        out.chain.push_back(ledger::hold(
            {.debit = row.account_id,
             .credit = part.account_id,
             .amount = units(row.face),
             .about = row.id.value,
             .id = row.issue_hold}));
    }
    row.changed_at = scene.now;
    out.event.line = {
        .instrument = row.id,
        .act = "issue",
        .party = scene.actor.party,
        .person_name = scene.actor.name,
        .part = part.id,
        .other = by_debtor ? row.creditor : row.debtor,
        .amount = row.face,
        .text = row.term_reason,
        .state = row.state};
    out.event.instrument = std::move(row);
    out.event.parts.push_back(std::move(part));
    return out;
}

struct Stage::Named {
    std::string_view act;
    Result<> (Stage::*perform)();
};

Result<> Stage::perform() {
    static constexpr auto acts = std::to_array<Named>({
        {"confirm", &Stage::confirm},
        {"dispute", &Stage::call_off},
        {"withdraw", &Stage::call_off},
        {"set_account", &Stage::set_account},
        {"lock_account", &Stage::lock_account},
        {"unlock_account", &Stage::unlock_account},
        {"pay", &Stage::pay},
        {"reject_payment", &Stage::reject_payment},
        {"redeem", &Stage::redeem},
        {"default", &Stage::record_default},
        {"split", &Stage::split},
        {"transfer", &Stage::transfer},
        {"recourse", &Stage::recourse},
        {"freeze", &Stage::freeze},
        {"unfreeze", &Stage::unfreeze},
        {"retire", &Stage::retire},
        {"reissue", &Stage::reissue},
        {"push", &Stage::push},
        {"recall", &Stage::recall},
        {"intend", &Stage::intend},
        {"decline", &Stage::decline},
        {"accept", &Stage::accept},
        {"notify", &Stage::notify},
        {"read_notice", &Stage::read_notice},
        {"register", &Stage::record_registration},
        {"pledge", &Stage::pledge},
        {"release", &Stage::release},
        {"enforce", &Stage::enforce},
    });
    line_.instrument = file_.instrument.id;
    line_.act = step_.act;
    line_.party = scene_.actor.party;
    line_.person_name = scene_.actor.name;
    line_.text = deed_.reason ? *deed_.reason : deed_.note.value_or("");
    if (step_.act == "discount") return take_title(Way::discount);
    if (step_.act == "factor") return take_title(Way::factoring);
    const auto* found = std::ranges::find(acts, step_.act, &Named::act);
    if (found == acts.end()) return {}; // the county's own act
    return (this->*found->perform)();
}

Decided Stage::decided() {
    auto& row = file_.instrument;
    if (!state_.empty()) {
        row.state = state_;
    } else if (!step_.to.empty()) {
        row.state = step_.to;
    }
    for (const auto& state : scene_.policy.life(kind_).states) {
        if (state.code == row.state && state.ends) row.ended_at = scene_.now;
    }
    row.changed_at = scene_.now;
    row.version += 1;
    line_.state = row.state;
    // What was pushed of a part that is gone is nobody's to finance any more.
    for (auto& push : file_.pushes) {
        const bool over = row.ended_at || part(push.part).ended_at;
        if (push.ended_at || !over) continue;
        push.state = PushState::recalled;
        push.ended_at = scene_.now;
        touch(push);
    }
    Decided out;
    out.event.line = line_;
    out.event.instrument = row;
    out.event.parts = changed(file_.parts, parts_);
    out.event.deals = changed(file_.deals, deals_);
    out.event.pushes = changed(file_.pushes, pushes_);
    out.chain = std::move(chain_);
    return out;
}

PartRow& Stage::part(Id<PartMark> id) {
    const auto found = std::ranges::find(file_.parts, id, &PartRow::id);
    base::ensure(found != file_.parts.end(), "a row names a part of its own instrument");
    return *found;
}

// The part the act is about: the actor's own. Left out when there is one only.
Result<PartRow*> Stage::own_part() {
    PartRow* only = nullptr;
    std::size_t count = 0;
    for (auto& one : file_.parts) {
        if (one.holder != scene_.actor.party || one.ended_at) continue;
        if (deed_.part && one.id != *deed_.part) continue;
        only = &one;
        ++count;
    }
    if (count != 1) {
        return invalid(
                   "instrument.no_part",
                   count == 0 ? Text{"您不持有这一份额。", "You do not hold this part."}
                              : Text{"您持有多份，请指明哪一份。", "You hold several; say which."},
                   {"请从您持有的份额中选择。", "Choose one of those you hold."})
            .at("/part");
    }
    if (only->frozen) {
        return refused(
            "instrument.frozen",
            "/part",
            {"份额 " + only->number + " 已被司法冻结（" + only->court_order + "）。",
             "Part " + only->number + " is frozen by the court (" + only->court_order + ")."},
            {"解除冻结后方可办理。", "It can be done once the freeze is lifted."});
    }
    line_.part = only->id;
    return only;
}

Result<PushRow*> Stage::push_of(Id<Party> PushRow::*whose) {
    for (auto& one : file_.pushes) {
        const bool meant = !deed_.push || *deed_.push == one.id;
        if (!meant || one.ended_at) continue;
        if (whose != nullptr && one.*whose != scene_.actor.party) continue;
        line_.part = one.part;
        touch(one);
        return &one;
    }
    return invalid(
               "instrument.no_push",
               {"没有与您有关的这次推送，或它已结束。",
                "There is no such push of yours, or it is over."},
               {"请从列表中选择。", "Choose one from the list."})
        .at("/push");
}

Result<DealRow*> Stage::own_pledge() {
    for (auto& one : file_.deals) {
        const bool meant = !deed_.deal || *deed_.deal == one.id;
        const bool own = one.funder == scene_.actor.party && one.way == Way::pledge;
        if (!meant || !own || one.state != DealState::open) continue;
        line_.part = one.part;
        line_.other = one.client;
        touch(one);
        return &one;
    }
    return invalid(
               "instrument.no_deal",
               {"没有您名下仍有效的这笔质押。", "There is no such pledge of yours that stands."},
               {"请从列表中选择。", "Choose one from the list."})
        .at("/deal");
}

std::string Stage::holders_text(const PartRow& of) const {
    std::string all;
    for (const auto& deal : file_.deals) {
        if (deal.part != of.id || deal.way != Way::pledge || deal.held == 0) continue;
        const auto funder = scene_.organisation(deal.funder);
        all += (all.empty() ? "" : "、") + (funder ? funder->name.zh : "") + " " +
               amount_text(kind_.unit, deal.held).zh;
    }
    return all;
}

// What of the part the act takes: the amount asked for, or all that is free.
Result<std::int64_t> Stage::amount_of(const PartRow& of) {
    const auto wanted = deed_.amount.value_or(of.free());
    if (deed_.amount && *deed_.amount <= 0) {
        return invalid(
                   "instrument.amount",
                   {"金额或数量应大于零。", "The amount is more than nothing."},
                   {"请核对。", "Check it."})
            .at("/amount");
    }
    if (wanted > of.free() || wanted == 0) {
        const auto has = amount_text(kind_.unit, of.amount);
        const auto held = amount_text(kind_.unit, of.held);
        const auto free = amount_text(kind_.unit, of.free());
        const auto whom = holders_text(of);
        return refused(
            "instrument.amount_held",
            "/amount",
            {"份额 " + of.number + " 现有 " + has.zh + "，已质押 " + held.zh +
                 (whom.empty() ? "" : "（" + whom + "）") + "，可用 " + free.zh +
                 "；同一价值不能重复质押或转让。",
             "Part " + of.number + " holds " + has.en + ", of which " + held.en + " is pledged; " +
                 free.en + " is free. The same value is not used twice."},
            {"请减少金额，或先解除质押。", "Ask for less, or have the pledge released first."});
    }
    if (!kind_.divisible && wanted != of.amount) {
        return refused(
            "instrument.indivisible",
            "/amount",
            {"“" + kind_.label.zh + "”不可分割。", kind_.label.en + " is not divisible."},
            {"请办理全部金额。", "Take the whole amount."});
    }
    line_.amount = wanted;
    return wanted;
}

Result<> Stage::not_past_due() {
    if (!file_.instrument.due || scene_.today <= *file_.instrument.due) return {};
    return refused(
        "instrument.past_due",
        "",
        {"已过到期日 " + file_.instrument.due->text() + "，不能再转让或融资。",
         "It fell due on " + file_.instrument.due->text() + " and moves no more."},
        {"请办理兑付，或登记违约后追索。", "Have it redeemed, or record the default."});
}

Result<std::string> Stage::needed(const std::optional<std::string>& text, const char* field) {
    if (text && !text->empty() && text->size() <= 200) return *text;
    return invalid(
               "instrument.missing",
               {"缺少必填内容，或内容过长。", "Something needed is missing, or too long."},
               {"请填写。", "Fill it in."})
        .at(field);
}

Result<Id<Party>> Stage::needed_party() {
    const auto to = deed_.to.value_or(Id<Party>{});
    TRY(receiver(to, "/to"));
    return to;
}

Result<Date> Stage::day_of_payment() {
    const auto day = deed_.day.value_or(scene_.today);
    if (day <= scene_.today && day >= file_.instrument.issued_on) return day;
    return invalid(
               "instrument.dates",
               {"付款日应在开立日与今天之间。",
                "The day of payment lies between the issue and today."},
               {"请核对日期。", "Check the day."})
        .at("/day");
}

Result<party::Organisation> Stage::receiver(Id<Party> id, const char* field) {
    auto found = scene_.organisation(id);
    const bool fits = found && (found->kind == base::PartyKind::enterprise ||
                                found->kind == base::PartyKind::institution);
    const bool other = id != scene_.actor.party && id != file_.instrument.debtor;
    if (fits && other) return *std::move(found);
    return invalid(
               "instrument.receiver",
               {"对方应是平台上的企业或机构，且不是本方或债务人。",
                "The other side is an enterprise or institution here, neither yourself nor the "
                "debtor."},
               {"请重新选择。", "Choose another."})
        .at(field);
}

// References into the parts do not survive this.
PartRow& Stage::new_part(
    const PartRow& from,
    Id<Party> holder,
    std::int64_t amount,
    std::optional<ledger::AccountId> account) {
    PartRow made;
    made.id = {scene_.new_id()};
    made.instrument = file_.instrument.id;
    made.parent = from.id;
    made.number = part_number(file_.instrument);
    made.holder = holder;
    made.endorser = from.holder;
    made.act = step_.act;
    made.received = amount;
    made.amount = amount;
    made.account_id =
        account ? *account
                : scene_.open_account(
                      {.series = file_.instrument.series, .owner = holder, .about = made.id.value});
    made.created_at = scene_.now;
    touch(made);
    line_.part = made.id;
    line_.amount = amount;
    return file_.parts.emplace_back(std::move(made));
}

void Stage::to_part(const PartRow& from, const PartRow& to, std::int64_t amount) {
    chain_.push_back(ledger::transfer(
        {.debit = from.account_id,
         .credit = to.account_id,
         .amount = units(amount),
         .about = to.id.value}));
}

void Stage::end(PartRow& of) {
    of.ended_at = scene_.now;
    // Whoever bought it is paid, or has passed it on.
    for (auto& deal : file_.deals) {
        if (deal.part != of.id || deal.way == Way::pledge || deal.state != DealState::open)
            continue;
        deal.state = step_.act == "recourse" ? DealState::recoursed : DealState::settled;
        deal.ended_at = scene_.now;
        touch(deal);
    }
    chain_.push_back(ledger::close({.account = of.account_id, .about = of.id.value}));
}

void Stage::end_if_empty(PartRow& of) {
    touch(of);
    if (of.amount == 0 && !of.ended_at) end(of);
}

void Stage::take_from(PartRow& of, std::int64_t amount) {
    of.amount -= amount;
    end_if_empty(of);
}

void Stage::finish_if_all_redeemed() {
    auto& row = file_.instrument;
    if (row.redeemed != row.face) return;
    for (const auto& step : scene_.policy.life(kind_).steps) {
        if (step.act == "finish" && std::ranges::find(step.from, row.state) != step.from.end())
            state_ = step.to;
    }
    chain_.push_back(ledger::close({.account = row.account_id, .about = row.id.value}));
}

} // namespace instrument
