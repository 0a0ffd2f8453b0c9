#include "domain/finance/course.hpp"

#include "engine/pack/policy.hpp"

#include <algorithm>

namespace finance {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

Result<> with_reason(const process::Step& step, const std::string& text) {
    if (!step.reason_required || !text.empty()) return {};
    return base::invalid(
               "finance.reason_required",
               {"办理此事须说明理由。", "This needs a reason."},
               {"请填写理由，对方和监管部门可以看到。",
                "Write the reason; the other side and the supervisors see it."})
        .at("/reason");
}

base::Error taken() {
    return base::conflict(
        "finance.taken",
        {"该需求的对接名额已满。", "Other institutions have taken this need on already."},
        {"如企业重新推送，您可以在下一轮接单。", "You may claim it if a further round opens."});
}

} // namespace

Course::Course(const Book& book, Case start, Instant now, NextId next_id)
    : book_(book)
    , case_(std::move(start))
    , now_(now)
    , next_id_(std::move(next_id)) {}

ClaimRow& Course::claim(Id<Claim> id) {
    const auto found =
        std::ranges::find_if(case_.claims, [&](const ClaimRow& row) { return row.id == id; });
    base::ensure(found != case_.claims.end(), "a claim of the case");
    changed_claims_.insert(id);
    return *found;
}

Result<> Course::act(const std::string& act, PartyKind by, const std::string& text) {
    auto& row = case_.need;
    const auto* step = TRY(book_.need().step(row.state, act, by));
    TRY(with_reason(*step, text));
    row.state = process::Machine::after(*step, row.state);
    if (book_.need().ends(row.state)) {
        if (!row.ended_at) row.ended_at = now_;
    } else {
        row.ended_at.reset();
    }
    lines_.push_back({.act = act, .claim = {}, .side = by, .text = text});
    return turn_clocks({}, act);
}

Result<> Course::act(Id<Claim> id, const std::string& act, PartyKind by, const std::string& text) {
    auto& row = claim(id);
    const auto* step = TRY(book_.claim().step(row.state, act, by));
    TRY(with_reason(*step, text));
    row.state = process::Machine::after(*step, row.state);
    ++row.version;
    if (book_.claim().ends(row.state) && !row.ended_at) row.ended_at = now_;
    lines_.push_back({.act = act, .claim = id, .side = by, .text = text});
    TRY(turn_clocks(id, act));
    return follow_up(id, act);
}

// The need goes along where the process says so; a refusal that can be repaired opens the repair.
Result<> Course::follow_up(Id<Claim> id, const std::string& act) {
    TRY(follow(act, ""));
    const auto& row = claim(id);
    if (act == "refuse" && row.refusal && row.refusal->repairable) {
        // The need has to have ended first where this was its last claim.
        TRY(settle());
        TRY(follow(id, "repair", row.refusal->owner.value_or("")));
    }
    return {};
}

Result<bool> Course::follow(const std::string& act, const std::string& text) {
    const auto& machine = book_.need();
    if (!machine.step(case_.need.state, act, PartyKind::platform)) return false;
    TRY(this->act(act, PartyKind::platform, text));
    return true;
}

Result<bool> Course::follow(Id<Claim> id, const std::string& act, const std::string& text) {
    if (!book_.claim().step(claim(id).state, act, PartyKind::platform)) return false;
    TRY(this->act(id, act, PartyKind::platform, text));
    return true;
}

std::int32_t Course::places_used() const {
    return static_cast<std::int32_t>(std::ranges::count_if(
        case_.claims, [&](const ClaimRow& row) { return row.round == case_.need.round; }));
}

Result<Id<Claim>> Course::open(const Target& target, const std::string& act) {
    const auto mine = std::ranges::find_if(case_.claims, [&](const ClaimRow& row) {
        return row.round == case_.need.round && row.institution == target.institution;
    });
    if (mine != case_.claims.end()) {
        return base::conflict(
            "finance.already_claimed",
            {"贵机构本轮已接过这个需求。", "Your institution has claimed this need already."},
            {"请在“我的对接”中继续办理。", "Go on with it among your claims."});
    }
    if (act == "claim" && !case_.need.open) return taken();
    ClaimRow row;
    row.id = {next_id_()};
    row.need = case_.need.id;
    row.enterprise = case_.need.enterprise;
    row.institution = target.institution;
    row.state = book_.claim().first();
    row.round = case_.need.round;
    row.product = target.product;
    row.claimed_at = now_;
    const auto id = row.id;
    case_.claims.push_back(std::move(row));
    changed_claims_.insert(id);
    if (act == "claim") {
        // A process without a waiting state for pushed claims begins with the claim itself.
        if (book_.claim().step(book_.claim().first(), act, PartyKind::institution)) {
            TRY(this->act(id, act, PartyKind::institution, ""));
        } else {
            lines_.push_back({.act = act, .claim = id, .side = PartyKind::institution, .text = ""});
            TRY(turn_clocks(id, act));
            TRY(follow_up(id, act));
        }
    } else if (!TRY(follow(id, act, target.text))) {
        lines_.push_back(
            {.act = act, .claim = id, .side = PartyKind::platform, .text = target.text});
        TRY(turn_clocks(id, act));
    }
    return id;
}

Result<> Course::publish(const std::vector<Target>& targets) {
    if (!TRY(follow("publish", ""))) return {};
    auto& row = case_.need;
    row.published_at = now_;
    row.expires_at = now_.plus_ms(day_ms * book_.policy().pack().process.need_open_days);
    row.directed = !targets.empty();
    for (const auto& target : targets)
        TRY(open(target, "push"));
    return {};
}

Result<> Course::reroute(PartyKind by, const std::string& text) {
    auto& row = case_.need;
    ++row.round;
    row.directed = false;
    TRY(act("reroute", by, text));
    row.published_at = now_;
    row.expires_at = now_.plus_ms(day_ms * book_.policy().pack().process.need_open_days);
    return {};
}

// A repair lasts as long as the reason of the refusal says, not as the rule does.
process::ClockRule Course::rule_for(const Timing& timing, Id<Claim> id) const {
    auto rule = timing.rule;
    if (!id || std::ranges::find(rule.starts, "repair") == rule.starts.end()) return rule;
    for (const auto& row : case_.claims) {
        if (row.id != id || !row.refusal) continue;
        const auto* refusal = book_.policy().refusal(row.refusal->reason);
        if (refusal != nullptr && refusal->repair_days > 0) {
            rule.budget = refusal->repair_days;
            rule.unit = process::BudgetUnit::working_days;
        }
    }
    return rule;
}

void Course::own(ClockRow& row, const Timing& timing) const {
    row.owner = timing.owner;
    const auto& need = case_.need;
    const auto claim = std::ranges::find_if(
        case_.claims, [&](const ClaimRow& each) { return each.id == row.claim; });
    const bool has_claim = claim != case_.claims.end();
    const bool repairs =
        std::ranges::find(timing.rule.starts, "repair") != timing.rule.starts.end();
    if (repairs && has_claim && claim->refusal)
        row.owner = claim->refusal->owner.value_or("enterprise");
    if (row.owner == "platform") row.owner = book_.policy().pack().process.supervisor;
    if (row.owner == "enterprise") row.party = need.enterprise;
    if (row.owner == "institution" && has_claim) row.party = claim->institution;
}

Result<> Course::turn_clocks(Id<Claim> id, const std::string& act) {
    const process::Moment moment{
        .at = now_, .act = act, .state = id ? claim(id).state : case_.need.state};
    for (const auto& timing : book_.timings()) {
        if (timing.on_claim == static_cast<bool>(id)) TRY(turn_clock(timing, id, moment));
    }
    return {};
}

Result<> Course::turn_clock(const Timing& timing, Id<Claim> id, const process::Moment& moment) {
    ClockRow* newest = nullptr;
    for (auto& row : case_.clocks) {
        if (row.claim == id && row.rule == timing.rule.code &&
            (newest == nullptr || row.round > newest->round))
            newest = &row;
    }
    std::optional<process::Clock> before;
    if (newest != nullptr) before = newest->clock();
    const auto after =
        TRY(process::advance(before, rule_for(timing, id), moment, book_.policy().calendar()));
    if (after == before) return {};
    if (newest == nullptr || after->round != newest->round) {
        newest = &case_.clocks.emplace_back();
        newest->id = {next_id_()};
        newest->need = case_.need.id;
        newest->claim = id;
        own(*newest, timing);
    }
    newest->set(*after);
    changed_clocks_.insert(newest->id);
    return {};
}

void Course::recount() {
    auto& need = case_.need;
    need.intended = need.granted = need.disbursed = Money{};
    for (const auto& row : case_.claims) {
        const bool stands = row.accepted || !book_.claim().ends(row.state);
        if (row.offer && stands) need.intended += row.offer->amount;
        need.granted += row.granted;
        need.disbursed += row.disbursed;
    }
}

Result<> Course::lapse_rest(const std::string& text) {
    for (std::size_t i = 0; i < case_.claims.size(); ++i) {
        const auto id = case_.claims[i].id;
        if (!book_.claim().ends(case_.claims[i].state)) TRY(follow(id, "lapse", text));
    }
    return {};
}

// The round is over when each of its claims is: paid at least in part, with nothing paid and no
// place left, or with places left for others.
Result<> Course::end_round() {
    const bool any_live = std::ranges::any_of(case_.claims, [&](const ClaimRow& row) {
        return row.round == case_.need.round && !book_.claim().ends(row.state);
    });
    const auto used = places_used();
    if (any_live || used == 0) return {};
    if (case_.need.disbursed.fen > 0) {
        TRY(follow("fulfil", "部分融资 partly financed"));
    } else if (case_.need.directed || used >= book_.policy().pack().process.claims_most) {
        TRY(follow("exhaust", ""));
    } else {
        TRY(follow("reopen", ""));
    }
    return {};
}

Result<> Course::settle() {
    recount();
    auto& need = case_.need;
    if (!book_.need().ends(need.state)) {
        if (need.amount.fen > 0 && need.disbursed >= need.amount) {
            TRY(follow("fulfil", ""));
        } else if (need.published_at) {
            TRY(end_round());
        }
    }
    if (book_.need().ends(need.state)) TRY(lapse_rest("需求已结束 the need has ended"));
    recount();
    need.open = need.published_at && !need.directed && book_.open_state(need.state) &&
                places_used() < book_.policy().pack().process.claims_most;
    return {};
}

Moved Course::take(std::string person_name) {
    Moved moved;
    moved.person_name = std::move(person_name);
    moved.lines = std::move(lines_);
    ++case_.need.version;
    case_.need.changed_at = now_;
    moved.need = case_.need;
    for (const auto& row : case_.claims) {
        if (changed_claims_.contains(row.id)) moved.claims.push_back(row);
    }
    for (const auto& row : case_.clocks) {
        if (changed_clocks_.contains(row.id)) moved.clocks.push_back(row);
    }
    return moved;
}

process::Clock ClockRow::clock() const {
    return {
        .rule = rule,
        .round = round,
        .phase = phase,
        .started = started,
        .stopped = stopped,
        .budget_ms = budget_ms,
        .charges_elapsed = charges_elapsed,
        .used_ms = used_ms,
        .since = since,
        .due = due,
        .pauses = pauses};
}

void ClockRow::set(const process::Clock& clock) {
    rule = clock.rule;
    round = clock.round;
    phase = clock.phase;
    started = clock.started;
    stopped = clock.stopped;
    budget_ms = clock.budget_ms;
    charges_elapsed = clock.charges_elapsed;
    used_ms = clock.used_ms;
    since = clock.since;
    due = clock.due;
    pauses = clock.pauses;
}

} // namespace finance
