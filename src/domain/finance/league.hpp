// 机构榜单: how institutions answer. Silence counts: open claims enter the median as taking at
// least so long (Kaplan–Meier), overdue time is summed, and time an institution spent waiting for
// the enterprise is taken out of its answer and shown beside it.
#pragma once

#include "domain/finance/finance.hpp"

#include <map>

namespace finance {

struct LeagueRow {
    Id<Party> institution;
    std::int64_t claimed = 0;
    std::int64_t answered = 0;                         // with an offer or a refusal
    std::optional<std::int64_t> median_answer_minutes; // working minutes
    std::optional<std::int64_t> median_upper;
    std::int64_t open = 0;    // neither answered nor over
    std::int64_t overdue = 0; // clocks that used more than their time
    std::int64_t overdue_minutes = 0;
    std::int64_t paused_minutes = 0;
    std::int64_t offers = 0;
    std::map<std::string, std::int64_t> refusals; // by reason
    std::int64_t paid = 0;                        // claims with money disbursed
    Money granted;
    Money disbursed;
    std::int64_t first_loans = 0;
};

// What was claimed in [from, until), as it stands at `now`. Errors: `calendar.year_not_loaded`.
Result<std::vector<LeagueRow>> league(
    const store::Snapshot& db,
    const calendar::BusinessCalendar& days,
    Instant from,
    Instant until,
    Instant now);

} // namespace finance
