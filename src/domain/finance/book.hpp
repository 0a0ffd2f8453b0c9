// The financing process of the pack, made ready: machines, clock rules and their words.
#pragma once

#include "engine/pack/pack.hpp"
#include "engine/process/clock.hpp"
#include "engine/process/machine.hpp"

namespace pack {
class Policy;
}

namespace finance {

// A clock rule with the process' words for it.
struct Timing {
    process::ClockRule rule;
    base::Text label;
    bool on_claim = false;
    std::string owner; // institution, enterprise, platform, or a unit's code
    std::vector<pack::Rung> rungs;
};

class Book {
public:
    explicit Book(const pack::Policy& policy); // a Bug when the checked pack's process has a fault

    [[nodiscard]] const pack::Policy& policy() const { return policy_; }

    [[nodiscard]] const process::Machine& need() const { return need_; }

    [[nodiscard]] const process::Machine& claim() const { return claim_; }

    [[nodiscard]] const std::vector<Timing>& timings() const { return timings_; }

    // Null for a rule the pack no longer has (a clock outlives the pack it was started by).
    [[nodiscard]] const Timing* timing(std::string_view rule) const;

    // States of a need in which a further institution may still take it on.
    [[nodiscard]] bool open_state(std::string_view state) const;

    // Words for people; the code itself when the pack no longer has it.
    [[nodiscard]] base::Text need_state(std::string_view code) const;
    [[nodiscard]] base::Text claim_state(std::string_view code) const;
    [[nodiscard]] base::Text act_label(std::string_view act, bool on_claim) const;

private:
    const pack::Policy& policy_;
    process::Machine need_;
    process::Machine claim_;
    std::vector<Timing> timings_;
    std::vector<std::string> open_states_;
};

} // namespace finance
