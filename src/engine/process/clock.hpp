// Clocks on a case: how much of its time a party has used, when it is due, and which reminders have
// come due.
//
// A clock is a pure function of the acts on its case, its rule and the business calendar. `advance`
// takes one act more; `replay` computes the same from the whole list by another way, and a property
// test holds the two equal. Time in a waiting state (等待企业补件) is not charged, and every pause
// stays visible with its state, begin and end.
//
// A budget in days becomes open time when the clock starts: the open time from the start to the end
// of the last day, as 民法典 §201 and §203 count days. Calendar days are charged in elapsed time,
// working days and working minutes in open time.
#pragma once

#include "base/date.hpp"
#include "base/json.hpp"
#include "base/money.hpp"
#include "engine/calendar/calendar.hpp"

#include <optional>
#include <string>
#include <vector>

namespace process {

using base::Instant;
using base::Rate;
using base::Result;

enum class BudgetUnit { working_minutes, working_days, calendar_days };
BOOST_DESCRIBE_ENUM(BudgetUnit, working_minutes, working_days, calendar_days)

struct ClockRule {
    std::string code;
    std::vector<std::string> starts; // acts
    std::vector<std::string> stops;  // acts
    std::vector<std::string> pauses; // states
    std::int32_t budget = 1;         // at least 1
    BudgetUnit unit = BudgetUnit::working_days;
    std::vector<std::int32_t> rungs; // percent of the budget, ascending
};

// One act on the case, and the state the case was in after it.
struct Moment {
    Instant at;
    std::string act;
    std::string state;
};

struct Pause {
    Instant from;
    std::optional<Instant> until; // none: it still stands still
    std::string state;
    friend bool operator==(const Pause&, const Pause&) = default;
};
BOOST_DESCRIBE_STRUCT(Pause, (), (from, until, state))

enum class Phase { running, paused, stopped };
BOOST_DESCRIBE_ENUM(Phase, running, paused, stopped)

// One run of a clock. A rule whose start act happens again after a stop begins a further round.
struct Clock {
    std::string rule;
    std::int32_t round = 1;
    Phase phase = Phase::running;
    Instant started;
    std::optional<Instant> stopped;
    std::int64_t budget_ms = 0;   // charged time the party has
    bool charges_elapsed = false; // calendar days; otherwise open time only
    std::int64_t used_ms = 0;     // charged up to `since`
    Instant since;                // of the last act that changed it
    std::optional<Instant> due;   // none while paused or stopped
    std::vector<Pause> pauses;
    friend bool operator==(const Clock&, const Clock&) = default;
};
BOOST_DESCRIBE_STRUCT(
    Clock,
    (),
    (rule, round, phase, started, stopped, budget_ms, charges_elapsed, used_ms, since, due, pauses))

using calendar::BusinessCalendar;

// The clock after one act more: `last` is the newest round, or nothing before the first. Answers
// what it was given when the act does not concern it. Errors: `calendar.year_not_loaded`.
[[nodiscard]] Result<std::optional<Clock>> advance(
    std::optional<Clock> last,
    const ClockRule& rule,
    const Moment& moment,
    const BusinessCalendar& days);

// All rounds from the whole list, in order.
[[nodiscard]] Result<std::vector<Clock>> replay(
    const std::vector<Moment>& moments, const ClockRule& rule, const BusinessCalendar& days);

// Charged time until `now`, frozen while paused and after the stop.
[[nodiscard]] Result<std::int64_t> used_ms(
    const Clock& clock, Instant now, const BusinessCalendar& days);
// The same as a share of the budget; above 100 % when overdue.
[[nodiscard]] Rate share(const Clock& clock, std::int64_t used);
[[nodiscard]] std::int64_t paused_ms(const Clock& clock, Instant now); // elapsed, not open, time

// When that percentage of the budget will be used, if nothing stops the clock; nothing unless it
// runs. 50 % of a clock that has used 70 % answers an instant in the past or `since`.
[[nodiscard]] Result<std::optional<Instant>> reaches(
    const Clock& clock, std::int32_t percent, const BusinessCalendar& days);

} // namespace process
