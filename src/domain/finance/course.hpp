// How one command moves a case: each act changes a state and the clocks, and may lead to others (a
// refusal ends a claim, the last claim ends the need, a repairable reason opens the repair). Pure:
// what comes in is the case and the time, what goes out is the event.
#pragma once

#include "domain/finance/book.hpp"
#include "domain/finance/finance.hpp"

#include <functional>
#include <set>

namespace finance {

// For whom a claim is opened when a need is published to chosen institutions.
struct Target {
    Id<Party> institution;
    std::optional<Id<Product>> product;
    std::string text; // why, on the timeline
};

class Course {
public:
    using NextId = std::function<std::int64_t()>;

    Course(const Book& book, Case start, Instant now, NextId next_id);

    [[nodiscard]] const Case& now_is() const { return case_; }

    [[nodiscard]] NeedRow& need() { return case_.need; }

    [[nodiscard]] ClaimRow& claim(Id<Claim> id); // counts as changed; a Bug when it is not here

    // Takes one step: `process.…` when the process does not allow it, `finance.reason_required`,
    // `calendar.year_not_loaded` when a clock cannot be set.
    Result<> act(const std::string& act, PartyKind by, const std::string& text);
    Result<> act(Id<Claim> claim, const std::string& act, PartyKind by, const std::string& text);
    // The platform's step, when the process has one from here; else nothing happens.
    Result<bool> follow(const std::string& act, const std::string& text);
    Result<bool> follow(Id<Claim> claim, const std::string& act, const std::string& text);

    // A claim by `act` (push or claim). `finance.taken` when the round has no place left,
    // `finance.already_claimed` when the institution has one in this round.
    Result<Id<Claim>> open(const Target& target, const std::string& act);
    // Publishes: by the platform's step, to the targets or to all.
    Result<> publish(const std::vector<Target>& targets);
    // Begins another round, open to all.
    Result<> reroute(PartyKind by, const std::string& text);

    // After the acts: amounts, and the endings that follow. Then take() once.
    Result<> settle();
    [[nodiscard]] Moved take(std::string person_name);

private:
    Result<> follow_up(Id<Claim> claim, const std::string& act);
    Result<> turn_clocks(Id<Claim> claim, const std::string& act);
    Result<> turn_clock(const Timing& timing, Id<Claim> claim, const process::Moment& moment);
    [[nodiscard]] process::ClockRule rule_for(const Timing& timing, Id<Claim> claim) const;
    void own(ClockRow& row, const Timing& timing) const;
    Result<> end_round();
    Result<> lapse_rest(const std::string& text);
    void recount();
    [[nodiscard]] std::int32_t places_used() const;

    const Book& book_;
    Case case_;
    Instant now_;
    NextId next_id_;
    std::vector<Line> lines_;
    std::set<Id<Claim>> changed_claims_;
    std::set<Id<ClockMark>> changed_clocks_;
};

} // namespace finance
