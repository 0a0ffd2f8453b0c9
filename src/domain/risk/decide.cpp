#include "domain/risk/risk.hpp"

#include <algorithm>

namespace risk {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::size_t text_most = 2'000; // bytes of a note

process::ClockRule clock_rule(const Timing& clock) {
    return {
        .code = clock.code,
        .starts = clock.starts,
        .stops = clock.stops,
        .pauses = {},
        .budget = clock.working_days,
        .unit = process::BudgetUnit::working_days,
        .rungs = {}};
}

Result<> turn_clocks(
    Case& subject,
    std::string_view act,
    const Desk& desk,
    Instant now,
    const calendar::BusinessCalendar& days) {
    subject.due.reset();
    for (const auto& each : desk.clocks) {
        const auto at = std::ranges::find(subject.clocks, each.code, &process::Clock::rule);
        std::optional<process::Clock> last;
        if (at != subject.clocks.end()) last = *at;
        auto next = TRY(process::advance(
            std::move(last),
            clock_rule(each),
            {.at = now, .act = std::string(act), .state = {}},
            days));
        if (!next) continue;
        if (next->due && (!subject.due || *next->due < *subject.due)) subject.due = next->due;
        if (at == subject.clocks.end()) {
            subject.clocks.push_back(*std::move(next));
        } else {
            *at = *std::move(next);
        }
    }
    return {};
}

Result<> check_text(const std::string& text, bool needed) {
    if (text.size() <= text_most && (!needed || !text.empty())) return {};
    return base::invalid(
               "risk.text",
               {"请写明情况，不超过 2000 字节。", "Say what was found, in at most 2,000 bytes."},
               {"请填写说明。", "Fill in the text."})
        .at("/text");
}

} // namespace

bool joins(const Warning& warning, const Case& newest, const Desk& desk) {
    const bool takes = newest.state != State::closed || newest.outcome == Outcome::known;
    if (newest.state != State::closed && newest.source != Source::transactions) return true;
    const auto span = desk.join_days * day_ms;
    return takes && warning.at.ms <= newest.last_at.ms + span &&
           warning.at.ms >= newest.first_at.ms - span;
}

std::string severity_of(const Desk& desk, std::int64_t score) {
    std::string found;
    for (const auto& severity : desk.severities) {
        if (found.empty() || score >= severity.least) found = severity.code;
    }
    return found;
}

Result<Case> raised(
    std::optional<Case> joined,
    const Warning& warning,
    const Desk& desk,
    Instant now,
    const calendar::BusinessCalendar& days) {
    Case made;
    if (joined) {
        made = *std::move(joined);
        ++made.warnings;
        ++made.version;
        made.first_at = std::min(made.first_at, warning.at);
        made.last_at = std::max(made.last_at, warning.at);
    } else {
        made.source = warning.source;
        made.rule = warning.rule;
        made.label = warning.label;
        made.subject = warning.subject;
        made.enterprise = warning.enterprise;
        made.first_at = warning.at;
        made.last_at = warning.at;
        made.opened_at = now;
        TRY(turn_clocks(made, "raise", desk, now, days));
    }
    made.rules = warning.rules;
    made.score = std::max(made.score, warning.score);
    made.severity = severity_of(desk, made.score);
    return made;
}

Result<Case> moved(
    Case subject,
    std::string_view act,
    const Desk& desk,
    Instant now,
    const calendar::BusinessCalendar& days) {
    const bool reopens = act == "reopen";
    if (reopens && subject.state != State::closed) {
        return base::conflict(
            "risk.not_closed",
            {"这件预警没有办结，不需要重开。", "This case is not closed."},
            {"请刷新后查看当前状态。", "Refresh to see how it stands."});
    }
    if (!reopens && subject.state == State::closed) {
        return base::conflict(
            "risk.closed",
            {"这件预警已经办结。", "This case has been closed."},
            {"要继续处置，请先重开。", "Reopen it to go on."});
    }
    TRY(turn_clocks(subject, act, desk, now, days));
    if (act == "take" || act == "assign") subject.state = State::in_hand;
    if (act == "close") {
        subject.state = State::closed;
        subject.closed_at = now;
    }
    if (reopens) {
        subject.state = subject.owner ? State::in_hand : State::open;
        subject.outcome.reset();
        subject.reason.clear();
        subject.closed_at.reset();
    }
    ++subject.version;
    return subject;
}

Result<> check(const Desk& desk, const Note& wish) {
    const bool known =
        std::ranges::find(desk.actions, wish.action, &Action::code) != desk.actions.end();
    if (!known) {
        return base::invalid(
                   "risk.action",
                   {"没有这种处置动作。", "There is no such action."},
                   {"请从列表中选择。", "Choose it from the list."})
            .at("/action");
    }
    return check_text(wish.text, true);
}

Result<> check(const Desk& desk, const Close& wish) {
    const auto found = std::ranges::find(desk.reasons, wish.reason, &Reason::code);
    if (found == desk.reasons.end() || found->outcome != wish.outcome) {
        return base::invalid(
                   "risk.reason",
                   {"请选择与结果相应的办结理由。", "Choose a reason that belongs to the outcome."},
                   {"先选结果，再选理由。", "Choose the outcome first, then its reason."})
            .at("/reason");
    }
    return check_text(wish.text, wish.outcome == Outcome::confirmed);
}

Result<> check(const Reopen& wish) { return check_text(wish.text, true); }

namespace {

struct Rung {
    const process::Clock& clock;
    std::int32_t percent = 0;
    Instant at;
};

// Those of running clocks that nobody was reminded of, by clock and percent.
Result<std::vector<Rung>> rungs_left(
    const Case& subject,
    const std::vector<Reminder>& told,
    const Desk& desk,
    const calendar::BusinessCalendar& days) {
    std::vector<Rung> left;
    for (const auto& clock : subject.clocks) {
        const auto rule = std::ranges::find(desk.clocks, clock.rule, &Timing::code);
        if (rule == desk.clocks.end()) continue;
        const auto last = std::ranges::find_if(told, [&](const Reminder& each) {
            return each.clock == clock.rule && each.round == clock.round;
        });
        for (const auto percent : rule->rungs) {
            if (last != told.end() && percent <= last->percent) continue;
            const auto at = TRY(process::reaches(clock, percent, days));
            if (at) left.push_back({clock, percent, *at});
        }
    }
    return left;
}

} // namespace

Result<std::optional<Instant>> next_rung(
    const Case& subject,
    const std::vector<Reminder>& told,
    const Desk& desk,
    const calendar::BusinessCalendar& days) {
    std::optional<Instant> next;
    for (const auto& rung : TRY(rungs_left(subject, told, desk, days)))
        if (!next || rung.at < *next) next = rung.at;
    return next;
}

Result<std::vector<Reminder>> passed_rungs(
    const Case& subject,
    const std::vector<Reminder>& told,
    const Desk& desk,
    Instant now,
    const calendar::BusinessCalendar& days) {
    std::vector<Reminder> passed;
    for (const auto& rung : TRY(rungs_left(subject, told, desk, days))) {
        if (rung.at > now) continue;
        if (passed.empty() || passed.back().clock != rung.clock.rule) passed.emplace_back();
        passed.back() = {subject.id, rung.clock.rule, rung.clock.round, rung.percent, now};
    }
    return passed;
}

std::optional<series::Proportion> precision(const Record& record) {
    return series::proportion(record.confirmed, record.confirmed + record.false_alarm);
}

} // namespace risk
