#include "domain/finance/book.hpp"

#include "engine/pack/policy.hpp"

#include <algorithm>

namespace finance {
namespace {

process::Machine machine(
    const std::vector<pack::State>& states, const std::vector<pack::Step>& steps) {
    std::vector<process::State> machine_states;
    for (const auto& state : states)
        machine_states.push_back({state.code, state.ends});
    std::vector<process::Step> machine_steps;
    for (const auto& step : steps)
        machine_steps.push_back({step.act, step.from, step.to, step.by, step.reason_required});
    auto made = process::Machine::make(std::move(machine_states), std::move(machine_steps));
    base::ensure(made.has_value(), "the pack check lets no faulty process pass");
    return *std::move(made);
}

process::BudgetUnit unit_of(pack::BudgetUnit unit) {
    switch (unit) {
    case pack::BudgetUnit::working_minutes: return process::BudgetUnit::working_minutes;
    case pack::BudgetUnit::working_days: return process::BudgetUnit::working_days;
    case pack::BudgetUnit::calendar_days: return process::BudgetUnit::calendar_days;
    }
    base::bug("budget unit out of range");
}

Timing timing_of(const pack::ClockRule& clock) {
    Timing timing;
    timing.rule.code = clock.code;
    timing.rule.starts = clock.starts;
    timing.rule.stops = clock.stops;
    timing.rule.pauses = clock.pauses;
    timing.rule.budget = clock.budget;
    timing.rule.unit = unit_of(clock.unit);
    for (const auto& rung : clock.rungs)
        timing.rule.rungs.push_back(rung.percent);
    timing.label = clock.label;
    timing.on_claim = clock.on == "claim";
    timing.owner = clock.owner;
    timing.rungs = clock.rungs;
    return timing;
}

} // namespace

Book::Book(const pack::Policy& policy)
    : policy_(policy)
    , need_(machine(policy.pack().process.need_states, policy.pack().process.need_steps))
    , claim_(machine(policy.pack().process.claim_states, policy.pack().process.claim_steps)) {
    for (const auto& clock : policy.pack().process.clocks)
        timings_.push_back(timing_of(clock));
    // From where a claim takes the need on, and where it and an offer lead: a chosen offer closes
    // the need to others.
    for (const auto& step : need_.steps()) {
        if (step.act == "claim")
            open_states_.insert(open_states_.end(), step.from.begin(), step.from.end());
        if ((step.act == "claim" || step.act == "offer") && !step.to.empty())
            open_states_.push_back(step.to);
    }
}

const Timing* Book::timing(std::string_view rule) const {
    const auto found = std::ranges::find_if(
        timings_, [&](const Timing& timing) { return timing.rule.code == rule; });
    return found != timings_.end() ? &*found : nullptr;
}

bool Book::open_state(std::string_view state) const {
    return std::ranges::find(open_states_, state) != open_states_.end();
}

base::Text Book::need_state(std::string_view code) const {
    const auto* state = policy_.need_state(code);
    return state != nullptr ? state->label : base::Text{std::string(code), std::string(code)};
}

base::Text Book::claim_state(std::string_view code) const {
    const auto* state = policy_.claim_state(code);
    return state != nullptr ? state->label : base::Text{std::string(code), std::string(code)};
}

base::Text Book::act_label(std::string_view act, bool on_claim) const {
    const auto& process = policy_.pack().process;
    for (const auto& step : on_claim ? process.claim_steps : process.need_steps) {
        if (step.act == act) return step.label;
    }
    if (act == "rung") return {"时限提醒", "Clock reminder"};
    return {std::string(act), std::string(act)};
}

} // namespace finance
