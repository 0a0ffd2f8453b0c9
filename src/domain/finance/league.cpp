#include "domain/finance/league.hpp"

#include "engine/process/survival.hpp"

#include <algorithm>

namespace finance {
namespace {

constexpr std::int64_t minute_ms = 60'000;

struct Standing {
    LeagueRow row;
    std::vector<process::Observation> answers;
};

// Working time within the longest list of pauses among a claim's clocks: all its clocks stand still
// in the same waiting states or not at all.
Result<std::int64_t> paused_minutes(
    const std::vector<const ClockRow*>& clocks,
    const calendar::BusinessCalendar& days,
    Instant until) {
    std::int64_t most = 0;
    for (const auto* clock : clocks) {
        std::int64_t sum = 0;
        for (const auto& pause : clock->pauses) {
            const auto end = std::min(pause.until.value_or(until), until);
            if (pause.from < end) sum += TRY(days.business_minutes_between(pause.from, end));
        }
        most = std::max(most, sum);
    }
    return most;
}

Result<> add_clock(
    LeagueRow& row, const ClockRow& clock, const calendar::BusinessCalendar& days, Instant now) {
    const auto used = TRY(process::used_ms(clock.clock(), now, days));
    if (used <= clock.budget_ms) return {};
    ++row.overdue;
    row.overdue_minutes += (used - clock.budget_ms) / minute_ms;
    return {};
}

Result<> add_claim(
    Standing& standing,
    const store::Snapshot& db,
    const ClaimRow& claim,
    const std::vector<const ClockRow*>& clocks,
    const calendar::BusinessCalendar& days,
    Instant now) {
    auto& row = standing.row;
    ++row.claimed;
    row.answered += claim.answered_at ? 1 : 0;
    row.open += !claim.answered_at && !claim.ended_at ? 1 : 0;
    row.offers += claim.offer ? 1 : 0;
    row.paid += claim.disbursed.fen > 0 ? 1 : 0;
    row.granted += claim.granted;
    row.disbursed += claim.disbursed;
    if (claim.refusal) ++row.refusals[claim.refusal->reason];
    const auto end = claim.answered_at.value_or(claim.ended_at.value_or(now));
    const auto waited = TRY(paused_minutes(clocks, days, end));
    const auto whole = TRY(days.business_minutes_between(claim.claimed_at, end));
    row.paused_minutes += waited;
    standing.answers.push_back(
        {.minutes = std::max<std::int64_t>(0, whole - waited),
         .ended = claim.answered_at.has_value()});
    for (const auto* clock : clocks) {
        if (clock->owner == "institution") TRY(add_clock(row, *clock, days, now));
    }
    for (const auto& entry : loan::of_claim(db, claim.id))
        row.first_loans += entry.first_loan ? 1 : 0;
    return {};
}

} // namespace

Result<std::vector<LeagueRow>> league(
    const store::Snapshot& db,
    const calendar::BusinessCalendar& days,
    Instant from,
    Instant until,
    Instant now) {
    std::map<Id<Party>, Standing> standings;
    for (const auto& claim : claims_between(db, from, until)) {
        const auto all = clocks_of(db, claim.need);
        std::vector<const ClockRow*> clocks;
        for (const auto& clock : all) {
            if (clock.claim == claim.id) clocks.push_back(&clock);
        }
        auto& standing = standings[claim.institution];
        standing.row.institution = claim.institution;
        TRY(add_claim(standing, db, claim, clocks, days, now));
    }
    std::vector<LeagueRow> rows;
    for (auto& [institution, standing] : standings) {
        const auto median = process::median_time(std::move(standing.answers));
        standing.row.median_answer_minutes = median.minutes;
        standing.row.median_upper = median.upper;
        rows.push_back(std::move(standing.row));
    }
    return rows;
}

} // namespace finance
