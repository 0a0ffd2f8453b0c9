// A process as data: states, and the acts that lead from one to another. Who may do what, and when,
// is read from here by the screens (which buttons) and by the decisions (which acts are refused).
#pragma once

#include "base/actor.hpp"
#include "base/result.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace process {

// One permitted act. `to` empty: the act leaves the state as it is (urging, complaining).
struct Step {
    std::string act;
    std::vector<std::string> from;
    std::string to;
    base::PartyKind by = base::PartyKind::institution;
    bool reason_required = false;
    friend bool operator==(const Step&, const Step&) = default;
};

struct State {
    std::string code;
    bool ends = false;
    friend bool operator==(const State&, const State&) = default;
};

class Machine {
public:
    // `states` in the order people read them; the first is where a case begins. Errors:
    // `process.state_unknown` (a step names a state that is not listed), `process.step_twice` (one
    // party has two steps of the same act from one state), `process.no_states`.
    static base::Result<Machine> make(std::vector<State> states, std::vector<Step> steps);

    [[nodiscard]] const std::string& first() const { return states_.front().code; }

    [[nodiscard]] bool has_state(std::string_view code) const { return ends_.contains(code); }

    // A Bug for a state the machine does not have.
    [[nodiscard]] bool ends(std::string_view code) const;

    // The step that `by` takes with `act` from `state`. Errors: `process.act_unknown`,
    // `process.not_yours` (another kind of party does this), `process.not_now` (the state does not
    // allow it; the cure names the states that do).
    [[nodiscard]] base::Result<const Step*> step(
        std::string_view state, std::string_view act, base::PartyKind by) const;

    // The state after a step.
    [[nodiscard]] static const std::string& after(const Step& step, const std::string& state) {
        return step.to.empty() ? state : step.to;
    }

    // What a party may do from a state, in the order the process lists it.
    [[nodiscard]] std::vector<const Step*> open_to(
        std::string_view state, base::PartyKind by) const;

    [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }

    [[nodiscard]] const std::vector<State>& states() const { return states_; }

private:
    Machine() = default;
    std::vector<State> states_;
    std::vector<Step> steps_;
    std::map<std::string, bool, std::less<>> ends_;
};

} // namespace process
