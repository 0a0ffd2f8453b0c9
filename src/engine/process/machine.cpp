#include "engine/process/machine.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace process {
namespace {

bool starts_from(const Step& step, std::string_view state) {
    return std::ranges::find(step.from, state) != step.from.end();
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
    std::string out;
    for (const auto& word : words) {
        if (!out.empty()) out += between;
        out += word;
    }
    return out;
}

base::Error state_unknown(const std::string& act, const std::string& state) {
    return base::invalid(
        "process.state_unknown",
        {"步骤“" + act + "”引用了流程没有的状态“" + state + "”。",
         "Step '" + act + "' names the state '" + state + "', which the process lacks."},
        {"请在状态表中补上该状态，或更正步骤。", "List the state, or correct the step."});
}

} // namespace

base::Result<Machine> Machine::make(std::vector<State> states, std::vector<Step> steps) {
    if (states.empty()) {
        return base::invalid(
            "process.no_states",
            {"流程没有任何状态。", "The process has no states."},
            {"请至少列出一个起始状态。", "List at least the state a case begins in."});
    }
    Machine machine;
    for (const auto& state : states)
        machine.ends_[state.code] = state.ends;
    std::set<std::tuple<std::string, std::string, base::PartyKind>> seen;
    for (const auto& step : steps) {
        if (!step.to.empty() && !machine.has_state(step.to))
            return state_unknown(step.act, step.to);
        for (const auto& from : step.from) {
            if (!machine.has_state(from)) return state_unknown(step.act, from);
            if (!seen.emplace(step.act, from, step.by).second) {
                return base::invalid(
                    "process.step_twice",
                    {"从状态“" + from + "”出发的步骤“" + step.act + "”重复。",
                     "Step '" + step.act + "' from state '" + from + "' is given twice."},
                    {"请只保留一个。", "Keep one of them."});
            }
        }
    }
    machine.states_ = std::move(states);
    machine.steps_ = std::move(steps);
    return machine;
}

bool Machine::ends(std::string_view code) const {
    const auto found = ends_.find(code);
    base::ensure(found != ends_.end(), "a state of the process");
    return found->second;
}

base::Result<const Step*> Machine::step(
    std::string_view state, std::string_view act, base::PartyKind by) const {
    bool known = false;
    std::vector<std::string> from;
    for (const auto& step : steps_) {
        if (step.act != act) continue;
        known = true;
        if (step.by != by) continue;
        if (starts_from(step, state)) return &step;
        from.insert(from.end(), step.from.begin(), step.from.end());
    }
    const std::string name(act);
    if (!known) {
        return base::invalid(
            "process.act_unknown",
            {"流程没有“" + name + "”这一步。", "The process has no act '" + name + "'."},
            {"请从可办事项中选择。", "Choose one of the acts that are offered."});
    }
    if (from.empty()) {
        return base::forbidden(
            "process.not_yours",
            {"“" + name + "”不由您这一方办理。", "'" + name + "' is not for your side to do."},
            {"请由流程规定的一方办理。", "Ask the party that the process names."});
    }
    return base::rejected(
        "process.not_now",
        {"当前状态不能办理“" + name + "”。", "'" + name + "' is not possible in this state."},
        {"该事项可在以下状态办理：" + joined(from, "、") + "。请刷新后查看最新状态。",
         "It is possible in: " + joined(from, ", ") + ". Reload to see the present state."});
}

std::vector<const Step*> Machine::open_to(std::string_view state, base::PartyKind by) const {
    std::vector<const Step*> open;
    for (const auto& step : steps_) {
        if (step.by == by && starts_from(step, state)) open.push_back(&step);
    }
    return open;
}

} // namespace process
