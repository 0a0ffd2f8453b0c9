#include "edge/api/finance_view.hpp"

#include "domain/product/product.hpp"

#include <algorithm>

namespace api {
namespace {

using base::PartyKind;
using process::Phase;

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t hour_minutes = 60;

// The right that an act of the reader's side takes.
bool may_act(const base::Actor& actor) {
    switch (actor.kind) {
    case PartyKind::enterprise: return actor.rights.has(Right::need_post);
    case PartyKind::institution: return actor.rights.has(Right::need_answer);
    case PartyKind::department: return actor.rights.has(Right::need_supervise);
    case PartyKind::platform: return false;
    }
    base::bug("party kind out of range");
}

Text budget_text(const finance::Timing* timing, std::int64_t budget_ms) {
    if (timing == nullptr) return duration_text(budget_ms);
    const auto count = std::to_string(timing->rule.budget);
    switch (timing->rule.unit) {
    case process::BudgetUnit::working_minutes:
        return {count + " 个工作分钟", count + " working minutes"};
    case process::BudgetUnit::working_days: return {count + " 个工作日", count + " working days"};
    case process::BudgetUnit::calendar_days: return {count + " 天", count + " days"};
    }
    base::bug("budget unit out of range");
}

Text left_text(const process::Clock& row, std::int64_t used) {
    if (row.phase == Phase::stopped) {
        const auto taken = duration_text(used);
        return {"用时 " + taken.zh, "took " + taken.en};
    }
    const auto left = row.budget_ms - used;
    const auto text = duration_text(std::abs(left));
    if (left <= 0) return {"超时 " + text.zh, text.en + " overdue"};
    if (row.phase == Phase::paused)
        return {"已暂停，剩余 " + text.zh, "paused, " + text.en + " left"};
    return {"剩余 " + text.zh, text.en + " left"};
}

ClockState state_of(const process::Clock& row, std::int64_t used) {
    if (row.phase == Phase::stopped) return ClockState::stopped;
    if (used >= row.budget_ms) return ClockState::breached;
    return row.phase == Phase::paused ? ClockState::paused : ClockState::running;
}

OfferView offer_view(const finance::Offer& offer) {
    return {
        .amount = offer.amount,
        .rate = offer.rate,
        .price = {offer.base, offer.spread_bp, offer.lpr_date},
        .term_months = offer.term_months,
        .guarantee_mode = offer.guarantee_mode,
        .repayment_mode = offer.repayment_mode,
        .fee_rate = offer.fee_rate,
        .valid_until = offer.valid_until,
        .note = offer.note};
}

} // namespace

Text duration_text(std::int64_t ms) {
    const auto minutes = ms / minute_ms;
    const auto hours = minutes / hour_minutes;
    const auto rest = std::to_string(minutes % hour_minutes);
    if (hours == 0) return {rest + " 分钟", rest + " min"};
    const auto whole = std::to_string(hours);
    if (minutes % hour_minutes == 0) return {whole + " 小时", whole + " h"};
    return {whole + " 小时 " + rest + " 分钟", whole + " h " + rest + " min"};
}

FinanceViews::FinanceViews(const finance::Book& book, const store::Snapshot& db, const Call& call)
    : book_(book)
    , db_(db)
    , call_(call)
    , names_(db) {}

ClockView clock_view(
    const process::Clock& clock,
    const Text& label,
    const Text& budget,
    Instant now,
    const calendar::BusinessCalendar& days) {
    // Without a calendar for this year the time up to the last act is all that is certain.
    const auto used = process::used_ms(clock, now, days).value_or(clock.used_ms);
    ClockView view;
    view.code = clock.rule;
    view.label = label;
    view.state = state_of(clock, used);
    view.started_at = clock.started;
    view.due_at = clock.due;
    view.stopped_at = clock.stopped;
    view.used = process::share(clock, used);
    view.budget_display = budget;
    view.left_display = left_text(clock, used);
    view.paused_total_ms = process::paused_ms(clock, now);
    return view;
}

ClockView FinanceViews::clock(const finance::ClockRow& row) const {
    const auto* timing = book_.timing(row.rule);
    auto view = clock_view(
        row.clock(),
        timing != nullptr ? timing->label : Text{row.rule, row.rule},
        row.rule == "repair" ? duration_text(row.budget_ms) : budget_text(timing, row.budget_ms),
        call_.now,
        book_.policy().calendar());
    view.owner = row.owner;
    for (const auto& pause : row.pauses) {
        view.pauses.push_back(
            {pause.from,
             pause.until,
             row.claim ? book_.claim_state(pause.state) : book_.need_state(pause.state)});
    }
    if (timing != nullptr) {
        for (const auto percent : timing->rule.rungs) {
            auto& rung = view.rungs.emplace_back(RungView{.percent = percent, .fired_at = {}});
            for (const auto& fired : row.fired) {
                if (fired.percent == percent) rung.fired_at = fired.at;
            }
        }
    }
    return view;
}

// Who the enterprise is, an institution learns when it takes the need on; until then the demand
// without the name is enough to decide (JR/T 0197-2020, grade 2).
bool FinanceViews::knows_name(const finance::NeedRow& row) const {
    if (call_.actor.kind != PartyKind::institution) return true;
    return std::ranges::any_of(
        finance::claims_of(db_, row.id),
        [&](const finance::ClaimRow& claim) { return claim.institution == call_.actor.party; });
}

NeedBrief FinanceViews::brief(const finance::NeedRow& row) {
    const auto& policy = book_.policy();
    const bool known = knows_name(row);
    NeedBrief view;
    view.id = row.id;
    view.number = row.number;
    view.enterprise.industry_label = industry_label(policy, row.industry);
    view.enterprise.town_label = town_label(policy, row.town);
    view.enterprise.size = row.size;
    view.enterprise.name = "（接单后可见 shown after claiming）";
    if (const auto found = party::find_enterprise(db_, row.enterprise); found && known) {
        view.enterprise.id = row.enterprise;
        view.enterprise.name = found->name;
        view.enterprise.credit_code = found->credit_code;
    }
    view.state = row.state;
    view.state_label = book_.need_state(row.state);
    view.amount = row.amount;
    view.term_months = row.wish.term_months;
    view.purpose = row.wish.purpose;
    const auto* purpose = policy.loan_use(row.wish.purpose);
    view.purpose_label =
        purpose != nullptr ? purpose->label : Text{row.wish.purpose, row.wish.purpose};
    view.purpose_text = row.wish.purpose_text;
    view.rate_most = row.wish.rate_most;
    view.guarantee_modes = row.wish.guarantee_modes;
    view.repayment_modes = row.wish.repayment_modes;
    view.urgency = row.wish.urgency;
    view.first_loan = row.wish.first_loan;
    view.tags = row.wish.tags;
    view.products = row.wish.products;
    view.institutions = row.wish.institutions;
    view.scopes = row.wish.scopes;
    view.posted_at = row.submitted_at;
    view.published_at = row.published_at;
    view.ended_at = row.ended_at;
    view.intended = row.intended;
    view.granted = row.granted;
    view.disbursed = row.disbursed;
    view.escalation = row.escalation;
    view.round = row.round;
    view.version = row.version;
    return view;
}

NeedListed FinanceViews::listed(const finance::NeedRow& row) {
    NeedListed view{brief(row), 0, std::nullopt};
    view.claims_count = static_cast<std::int64_t>(finance::claims_of(db_, row.id).size());
    for (const auto& clock_row : finance::clocks_of(db_, row.id)) {
        if (clock_row.phase == Phase::stopped) continue;
        auto shown = clock(clock_row);
        if (!view.worst_clock || shown.used > view.worst_clock->used)
            view.worst_clock = std::move(shown);
    }
    return view;
}

NeedView FinanceViews::need(const finance::Case& all) {
    NeedView view{brief(all.need), {}, {}, {}};
    for (const auto& row : all.clocks) {
        if (!row.claim) view.clocks.push_back(clock(row));
    }
    for (const auto& row : all.claims) {
        // Institutions do not see each other's terms.
        const bool hidden =
            call_.actor.kind == PartyKind::institution && row.institution != call_.actor.party;
        if (!hidden) view.claims.push_back(claim(row, all.clocks));
    }
    view.acts = need_acts(all);
    return view;
}

RefusalView FinanceViews::refusal(
    const finance::ClaimRow& row, const std::vector<finance::ClockRow>& clocks) const {
    const auto& policy = book_.policy();
    const auto* reason = policy.refusal(row.refusal->reason);
    RefusalView view;
    view.reason = row.refusal->reason;
    view.label = reason != nullptr ? reason->label : Text{view.reason, view.reason};
    view.text = row.refusal->text;
    view.repairable = row.refusal->repairable;
    view.owner = row.refusal->owner;
    if (view.owner) {
        const auto* unit = policy.unit(*view.owner);
        view.owner_name = unit != nullptr ? unit->name : Text{*view.owner, *view.owner};
    }
    for (const auto& clock_row : clocks) {
        if (clock_row.claim != row.id || clock_row.rule != "repair") continue;
        view.repair_due = clock_row.due;
        view.repair_state = row.state;
    }
    if (reason != nullptr) view.cure = reason->cure;
    return view;
}

ClaimView FinanceViews::claim(
    const finance::ClaimRow& row, const std::vector<finance::ClockRow>& clocks) {
    ClaimView view;
    view.id = row.id;
    view.need = row.need;
    if (const auto need = finance::find_need(db_, row.need)) view.need_number = need->number;
    view.institution = {row.institution, names_(row.institution).name, {}};
    if (const auto found = party::find(db_, row.institution))
        view.institution.kind = found->institution_kind;
    view.state = row.state;
    view.state_label = book_.claim_state(row.state);
    view.round = row.round;
    view.officer = row.officer;
    if (row.product) {
        const auto version = product::newest(db_, *row.product);
        view.product = ProductName{*row.product, version ? version->terms.name : Text{}};
    }
    view.claimed_at = row.claimed_at;
    view.answered_at = row.answered_at;
    view.ended_at = row.ended_at;
    if (row.offer) view.offer = offer_view(*row.offer);
    view.accepted = row.accepted;
    if (row.refusal) view.refusal = refusal(row, clocks);
    view.contract = row.contract;
    view.documents = row.documents;
    view.granted = row.granted;
    view.disbursed = row.disbursed;
    for (const auto& clock_row : clocks) {
        if (clock_row.claim == row.id) view.clocks.push_back(clock(clock_row));
    }
    view.acts = claim_acts(row);
    return view;
}

std::vector<ActView> FinanceViews::need_acts(const finance::Case& all) const {
    const auto& actor = call_.actor;
    std::vector<ActView> acts;
    if (!may_act(actor)) return acts;
    if (actor.kind == PartyKind::institution) {
        const bool has_claim = std::ranges::any_of(all.claims, [&](const auto& claim) {
            return claim.institution == actor.party && claim.round == all.need.round;
        });
        if (all.need.open && !has_claim)
            acts.push_back({"claim", book_.act_label("claim", false), false, ActTarget::need});
        return acts;
    }
    if (actor.kind == PartyKind::enterprise && actor.party != all.need.enterprise) return acts;
    for (const auto* step : book_.need().open_to(all.need.state, actor.kind)) {
        acts.push_back(
            {step->act, book_.act_label(step->act, false), step->reason_required, ActTarget::need});
    }
    return acts;
}

std::vector<ActView> FinanceViews::claim_acts(const finance::ClaimRow& row) const {
    const auto& actor = call_.actor;
    std::vector<ActView> acts;
    const bool own = (actor.kind == PartyKind::enterprise && actor.party == row.enterprise) ||
                     (actor.kind == PartyKind::institution && actor.party == row.institution) ||
                     actor.kind == PartyKind::department;
    if (!own || !may_act(actor)) return acts;
    for (const auto* step : book_.claim().open_to(row.state, actor.kind)) {
        acts.push_back(
            {step->act, book_.act_label(step->act, true), step->reason_required, ActTarget::claim});
    }
    return acts;
}

TimelineEntry FinanceViews::line(
    const finance::NeedRow& need, const finance::LineRow& row, Instant before) {
    TimelineEntry entry;
    entry.at = row.at;
    entry.act = row.act;
    entry.label = book_.act_label(row.act, static_cast<bool>(row.claim));
    // The line that says who posted would give away the name that the need itself still keeps.
    if (row.party == need.enterprise && !knows_name(need))
        entry.actor = {"", {"接单后可见", "Shown after claiming"}};
    else
        entry.actor = {row.person_name, names_(row.party).name};
    entry.text = {row.text, row.text};
    entry.elapsed_ms = before.ms == 0 ? 0 : row.at.ms - before.ms;
    if (row.claim) entry.claim = row.claim;
    return entry;
}

} // namespace api
