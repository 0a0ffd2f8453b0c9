#include "edge/api/risk_view.hpp"

#include <algorithm>

namespace api {
namespace {

const risk::Desk& no_desk() {
    static const risk::Desk none;
    return none;
}

template <class T>
Text risk_label(const std::vector<T>& all, const std::string& code) {
    const auto found = std::ranges::find(all, code, &T::code);
    return found == all.end() ? Text{code, code} : found->label;
}

Text risk_act_label(const risk::Desk& desk, const risk::Act& it) {
    if (it.act == "raise") return {"规则预警", "Warned by the rule"};
    if (it.act == "take") return {"接手", "Taken on"};
    if (it.act == "assign") return {"交办给", "Given to"};
    if (it.act == "note") return risk_label(desk.actions, it.action);
    if (it.act == "close") return {"办结", "Closed"};
    return {"重开", "Reopened"};
}

} // namespace

RiskViews::RiskViews(const Services& services, const store::Snapshot& db, const Call& call)
    : policy_(*services.policy)
    , desk_(services.risks->words() == nullptr ? no_desk() : *services.risks->words())
    , db_(db)
    , call_(call)
    , names_(db) {}

ClockView RiskViews::clock(const process::Clock& it) const {
    const auto found = std::ranges::find(desk_.clocks, it.rule, &risk::Timing::code);
    Text budget = duration_text(it.budget_ms);
    if (found != desk_.clocks.end()) {
        const auto days = std::to_string(found->working_days);
        budget = {days + " 个工作日", days + " working days"};
    }
    return clock_view(it, risk_label(desk_.clocks, it.rule), budget, call_.now, policy_.calendar());
}

RiskListed RiskViews::listed(const risk::Case& it) {
    RiskListed view{
        .id = it.id,
        .number = it.number,
        .source = it.source,
        .rule = {it.rule, it.label},
        .subject = it.subject,
        .severity =
            {.code = it.severity,
             .label = risk_label(desk_.severities, it.severity),
             .rank = 0,
             .of = static_cast<std::int32_t>(desk_.severities.size())},
        .score = it.score,
        .warnings = it.warnings,
        .state = it.state,
        .owner_name = it.owner_name,
        .mine = it.owner && it.owner == call_.actor.person,
        .opened_at = it.opened_at,
        .first_at = it.first_at,
        .last_at = it.last_at,
        .due_at = it.due,
        .overdue = it.due && *it.due < call_.now,
        .outcome = it.outcome,
        .closed_at = it.closed_at};
    for (std::size_t i = 0; i < desk_.severities.size(); ++i) {
        if (desk_.severities[i].code == it.severity)
            view.severity.rank = static_cast<std::int32_t>(i);
    }
    if (it.enterprise) view.enterprise = names_(it.enterprise);
    const auto first = std::ranges::find(it.clocks, it.due, &process::Clock::due);
    if (it.due && first != it.clocks.end()) view.clock = clock(*first);
    return view;
}

RiskActView RiskViews::act(const risk::Act& it) const {
    return {
        .at = it.at,
        .act = it.act,
        .label = risk_act_label(desk_, it),
        .person_name = it.person_name,
        .text = it.act == "raise" ? std::string() : it.text};
}

void RiskViews::add_near(const risk::Case& it, RiskWhole& view) const {
    for (const auto& other : risk::about(db_, it.subject)) {
        if (other.id == it.id) continue;
        view.near.push_back(
            {other.id, other.number, {other.rule, other.label}, other.state, other.outcome});
    }
}

RiskWhole RiskViews::whole(const risk::Case& it) {
    RiskWhole view;
    static_cast<RiskListed&>(view) = listed(it);
    view.version = it.version;
    for (const auto& each : it.clocks)
        view.clocks.push_back(clock(each));
    for (auto& each : risk::warnings(db_, it.id)) {
        if (view.found.size() == warnings_shown) break;
        view.found.push_back(
            {.at = each.at,
             .score = each.score,
             .rules = each.rules,
             .windows = std::move(each.windows),
             .payments = std::move(each.payments),
             .payments_all = each.payments_all,
             .superseded = !each.superseded_by.empty(),
             .superseded_by = each.superseded_by});
    }
    for (const auto& each : risk::acts(db_, it.id))
        view.acts.push_back(act(each));
    if (!it.reason.empty()) view.reason = Labelled{it.reason, risk_label(desk_.reasons, it.reason)};
    if (const auto standing = risk::standing(db_, it.rule, it.enterprise))
        view.holds_since = standing->since;
    add_near(it, view);
    return view;
}

} // namespace api
