#include "engine/process/clock.hpp"

#include <algorithm>

namespace process {
namespace {

bool among(const std::vector<std::string>& words, const std::string& word) {
    return std::ranges::find(words, word) != words.end();
}

// Charged time between two instants by the clock's own way of counting.
Result<std::int64_t> charge(
    bool elapsed, Instant from, Instant until, const BusinessCalendar& days) {
    if (until <= from) return std::int64_t{0};
    if (elapsed) return until.ms - from.ms;
    return days.business_ms_between(from, until);
}

Result<Instant> later(bool elapsed, Instant from, std::int64_t span, const BusinessCalendar& days) {
    if (span <= 0) return from;
    if (elapsed) return from.plus_ms(span);
    return days.add_business_ms(from, span);
}

Result<std::int64_t> budget_of(const ClockRule& rule, Instant start, const BusinessCalendar& days) {
    base::ensure(rule.budget >= 1, "a clock's budget is at least one");
    switch (rule.unit) {
    case BudgetUnit::working_minutes: return std::int64_t{rule.budget} * 60'000;
    case BudgetUnit::working_days: {
        const auto end = TRY(days.add_business_days(start, rule.budget));
        return days.business_ms_between(start, end);
    }
    case BudgetUnit::calendar_days: {
        const auto end = TRY(days.add_calendar_days(start, rule.budget));
        return end.ms - start.ms;
    }
    }
    base::bug("budget unit out of range");
}

Result<Clock> begun(
    const ClockRule& rule, const Moment& moment, std::int32_t round, const BusinessCalendar& days) {
    Clock clock;
    clock.rule = rule.code;
    clock.round = round;
    clock.started = moment.at;
    clock.since = moment.at;
    clock.charges_elapsed = rule.unit == BudgetUnit::calendar_days;
    clock.budget_ms = TRY(budget_of(rule, moment.at, days));
    if (among(rule.pauses, moment.state)) {
        clock.phase = Phase::paused;
        clock.pauses.push_back({.from = moment.at, .until = {}, .state = moment.state});
    } else {
        clock.due = TRY(later(clock.charges_elapsed, moment.at, clock.budget_ms, days));
    }
    return clock;
}

Result<Clock> moved(
    Clock clock, const ClockRule& rule, const Moment& moment, const BusinessCalendar& days) {
    const bool stop = among(rule.stops, moment.act);
    const bool waits = among(rule.pauses, moment.state);
    const bool was_paused = clock.phase == Phase::paused;
    if (!stop && waits == was_paused) return clock;
    if (was_paused) {
        clock.pauses.back().until = moment.at;
    } else {
        clock.used_ms += TRY(charge(clock.charges_elapsed, clock.since, moment.at, days));
    }
    clock.since = moment.at;
    clock.due.reset();
    if (stop) {
        clock.phase = Phase::stopped;
        clock.stopped = moment.at;
    } else if (waits) {
        clock.phase = Phase::paused;
        clock.pauses.push_back({.from = moment.at, .until = {}, .state = moment.state});
    } else {
        clock.phase = Phase::running;
        const auto left = clock.budget_ms - clock.used_ms;
        clock.due = TRY(later(clock.charges_elapsed, moment.at, left, days));
    }
    return clock;
}

// The moments of one round: from its start act up to and with its stop act.
struct Round {
    std::size_t from = 0;
    std::size_t until = 0; // one past the last
    bool stopped = false;
};

std::vector<Round> rounds_of(const std::vector<Moment>& moments, const ClockRule& rule) {
    std::vector<Round> rounds;
    for (std::size_t i = 0; i < moments.size(); ++i) {
        const bool open = !rounds.empty() && !rounds.back().stopped;
        if (!open) {
            if (among(rule.starts, moments[i].act)) rounds.push_back({i, i + 1, false});
            continue;
        }
        rounds.back().until = i + 1;
        if (among(rule.stops, moments[i].act)) rounds.back().stopped = true;
    }
    return rounds;
}

} // namespace

Result<std::optional<Clock>> advance(
    std::optional<Clock> last,
    const ClockRule& rule,
    const Moment& moment,
    const BusinessCalendar& days) {
    const bool open = last && last->phase != Phase::stopped;
    if (open) {
        auto next = TRY(moved(*std::move(last), rule, moment, days));
        return std::optional<Clock>(std::move(next));
    }
    if (!among(rule.starts, moment.act)) return last;
    auto next = TRY(begun(rule, moment, last ? last->round + 1 : 1, days));
    return std::optional<Clock>(std::move(next));
}

// Cuts each round into stretches of constant state, then sums the charged ones: no step of it is
// shared with `advance` but the reading of the budget.
Result<std::vector<Clock>> replay(
    const std::vector<Moment>& moments, const ClockRule& rule, const BusinessCalendar& days) {
    std::vector<Clock> clocks;
    for (const auto& round : rounds_of(moments, rule)) {
        Clock clock;
        clock.rule = rule.code;
        clock.round = static_cast<std::int32_t>(clocks.size()) + 1;
        clock.started = moments[round.from].at;
        clock.charges_elapsed = rule.unit == BudgetUnit::calendar_days;
        clock.budget_ms = TRY(budget_of(rule, clock.started, days));
        std::size_t i = round.from;
        bool waits = among(rule.pauses, moments[i].state);
        while (true) {
            const Instant from = moments[i].at;
            std::size_t next = i + 1;
            while (next < round.until && among(rule.pauses, moments[next].state) == waits &&
                   !(round.stopped && next + 1 == round.until)) {
                ++next;
            }
            const bool last = next >= round.until;
            if (waits)
                clock.pauses.push_back({.from = from, .until = {}, .state = moments[i].state});
            clock.since = from;
            clock.phase = waits ? Phase::paused : Phase::running;
            if (last) break;
            const Instant end = moments[next].at;
            if (waits) {
                clock.pauses.back().until = end;
            } else {
                clock.used_ms += TRY(charge(clock.charges_elapsed, from, end, days));
            }
            i = next;
            waits = among(rule.pauses, moments[i].state);
            if (round.stopped && i + 1 == round.until) {
                clock.since = end;
                clock.stopped = end;
                clock.phase = Phase::stopped;
                break;
            }
        }
        if (clock.phase == Phase::running) {
            const auto left = clock.budget_ms - clock.used_ms;
            clock.due = TRY(later(clock.charges_elapsed, clock.since, left, days));
        }
        clocks.push_back(std::move(clock));
    }
    return clocks;
}

Result<std::int64_t> used_ms(const Clock& clock, Instant now, const BusinessCalendar& days) {
    if (clock.phase != Phase::running) return clock.used_ms;
    const auto running = TRY(charge(clock.charges_elapsed, clock.since, now, days));
    return clock.used_ms + running;
}

Rate share(const Clock& clock, std::int64_t used) {
    // A clock of calendar days that starts after closing on its last worked day could have no time.
    if (clock.budget_ms <= 0) return {used > 0 ? 2'000'000 : 1'000'000};
    __extension__ const auto wide = static_cast<__int128>(used) * 1'000'000 / clock.budget_ms;
    return {static_cast<std::int64_t>(wide)};
}

std::int64_t paused_ms(const Clock& clock, Instant now) {
    std::int64_t sum = 0;
    for (const auto& pause : clock.pauses)
        sum += std::max<std::int64_t>(0, pause.until.value_or(now).ms - pause.from.ms);
    return sum;
}

Result<std::optional<Instant>> reaches(
    const Clock& clock, std::int32_t percent, const BusinessCalendar& days) {
    if (clock.phase != Phase::running) return std::optional<Instant>{};
    // Rounded up: a rung never fires before its share is used.
    const auto needed = (clock.budget_ms * percent + 99) / 100;
    const auto at = TRY(later(clock.charges_elapsed, clock.since, needed - clock.used_ms, days));
    return std::optional<Instant>(at);
}

} // namespace process
