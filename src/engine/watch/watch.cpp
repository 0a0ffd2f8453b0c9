#include "engine/watch/watch.hpp"

namespace watch {
namespace {

rule::Value value_made(rule::Type type, std::int64_t whole, const Words& words) {
    if (whole == nothing) return {};
    if (type == rule::Type::money) {
        const auto most = base::Money::limit_fen; // a sum beyond it is unknown
        return whole > most || whole < -most ? rule::Value{} : rule::Value{base::Money{whole}};
    }
    if (type == rule::Type::text) return std::string(words.of(whole));
    if (type == rule::Type::duration) return rule::Duration{whole / 1'000, 0};
    return whole;
}

} // namespace

// On the day: from its first day until its last, or until an appeal was upheld.
bool Watch::on_list(std::size_t list, std::int64_t word, base::Date day) const {
    const auto found = members_[list].find(word);
    if (found == members_[list].end()) return false;
    return std::ranges::any_of(found->second, [&](std::size_t at) {
        const auto& entry = book_.lists[list].entries[at];
        const bool ended = entry.to && day >= *entry.to;
        const bool lifted =
            entry.appeal == Appeal::upheld && (!entry.decided || day >= *entry.decided);
        return day >= entry.from && !ended && !lifted;
    });
}

rule::Value Watch::value_of(const Asked& asked, const Given& given, const Flows::Seen& seen) const {
    switch (asked.from) {
    case Asked::From::field: return value_made(asked.type, given.fields[asked.place], words_);
    case Asked::From::window: {
        const auto& reading = readings_[asked.place];
        if (asked.type != rule::Type::number) return value_made(asked.type, reading.whole, words_);
        return reading.whole == nothing ? rule::Value{} : rule::Value{reading.real};
    }
    case Asked::From::sight: return value_made(asked.type, seen[asked.place], words_);
    case Asked::From::hour:
        return static_cast<std::int64_t>(zone_.minute_of_day({given.time_ms}) / 60);
    case Asked::From::payer_list:
    case Asked::From::payee_list: {
        const auto word = given.fields[asked.from == Asked::From::payer_list ? 0 : 1];
        if (word == nothing) return {};
        return on_list(asked.place, word, zone_.date({given.time_ms}));
    }
    }
    base::bug("attribute out of range");
}

void Watch::fill(const Given& given, const Flows::Seen& seen) {
    for (const auto& asked : asked_)
        row_->put(asked.attribute, value_of(asked, given, seen));
}

void Watch::prefetch(std::span<const Given> coming) const {
    const auto event = [&](std::size_t at) {
        return Event{0, coming[at].time_ms, coming[at].fields};
    };
    if (coming.size() > 24) {
        ids_.prefetch(coming[24].id);
        windows_->prefetch(event(24), Ahead::far);
    }
    if (coming.size() > 16) windows_->prefetch(event(16), Ahead::middle);
    if (coming.size() > 8) windows_->prefetch(event(8), Ahead::near);
}

void Watch::take(const Given& given, const Record& record) {
    const auto met = ids_.meet(given.id);
    if (!met.first) {
        ++tally_.duplicates;
        return;
    }
    Event event{static_cast<std::uint64_t>(met.code), given.time_ms, given.fields};
    Flows::Seen seen{};
    if (!filters_.empty()) {
        for (const auto& asked : filter_asked_)
            event_row_->put(asked.attribute, value_of(asked, given, seen));
        const auto day = zone_.date({given.time_ms});
        for (const auto& [series, program] : filters_) {
            if (rule::decide(program, *event_row_, day) != rule::Outcome::holds)
                event.belongs &= ~(std::uint64_t{1} << series);
        }
    }
    const auto taken = windows_->take(event, readings_, superseded_);
    if (taken == Taken::too_late) {
        ++tally_.too_late;
        record(base::json::text(std::map<std::string, std::string>{
            {"event", std::string(given.id)},
            {"kind", "too_late"},
            {"time", base::Instant{given.time_ms}.text()}}));
        return;
    }
    if (first_ms_ == nothing) first_ms_ = given.time_ms;
    ++tally_.events;
    if (taken == Taken::late) ++tally_.late;
    tally_.superseded += superseded_.size();
    for (const auto number : superseded_) {
        if (decided_.contains(number))
            record(base::json::text(Superseded{
                .event = std::string(ids_.of(static_cast<std::int64_t>(number))),
                .by = std::string(given.id)}));
    }
    Payment payment;
    payment.time_ms = given.time_ms;
    payment.number = event.number;
    payment.payer = given.fields[0];
    payment.payee = given.fields[1];
    payment.amount = given.fields[2] == nothing ? 0 : given.fields[2];
    payment.guarantee = given.fields[3] == guarantee_word_;
    if (sees_flows_ && payment.payer != nothing && payment.payee != nothing)
        flows_->take(payment, seen);
    fill(given, seen);
    score(event, payment, taken == Taken::late, record);
}

void Watch::score(const Event& event, const Payment& payment, bool late, const Record& record) {
    const auto day = zone_.date({event.time_ms});
    for (std::size_t i = 0; i < judged_.size(); ++i) {
        outcomes_[i] = rule::decide(judged_[i].program, *row_, day);
        if (outcomes_[i] == rule::Outcome::holds && book_.rules[i].shadow)
            ++tally_.shadow[book_.rules[i].code];
    }
    for (std::size_t i = 0; i < scored_.size(); ++i) {
        std::int64_t sum = 0;
        for (const auto& [rule, weight] : scored_[i].parts) {
            if (outcomes_[rule] == rule::Outcome::holds && !book_.rules[rule].shadow) sum += weight;
        }
        if (sum >= book_.typologies[i].alert) decide(i, sum, event, payment, late, record);
    }
}

// Snooze first: it continues an alert people have seen. Then the typology's cap, then the budget.
Action Watch::act(
    Scored& scored, const Typology& typology, std::int64_t subject, std::int64_t time_ms) {
    if (time_ms < first_ms_ + learning_ms_) return Action::learning;
    const auto day = zone_.date({time_ms}).days;
    if (scored.snooze_ms > 0) {
        const auto quiet = scored.quiet_until_ms.find(subject);
        if (quiet != scored.quiet_until_ms.end() && time_ms < quiet->second) {
            quiet->second = std::max(quiet->second, time_ms + scored.snooze_ms);
            return Action::snoozed;
        }
    }
    if (scored.day != day) scored.today = 0;
    scored.day = day;
    if (typology.per_day > 0 && scored.today >= typology.per_day) return Action::over_cap;
    if (budget_day_ != day) budget_used_ = 0;
    budget_day_ = day;
    if (book_.alerts_per_day > 0 && budget_used_ >= book_.alerts_per_day)
        return Action::over_budget;
    ++scored.today;
    ++budget_used_;
    if (scored.snooze_ms > 0) scored.quiet_until_ms[subject] = time_ms + scored.snooze_ms;
    return Action::alert;
}

std::vector<std::uint64_t> Watch::evidence_of(
    const Rule& rule, const Event& event, const Payment& payment) {
    for (std::size_t i = 0; i < sights; ++i) {
        if (name_of(static_cast<Sight>(i)) == rule.shows)
            return flows_->evidence(static_cast<Sight>(i), payment);
    }
    for (std::size_t i = 0; i < features_.size(); ++i) {
        if (book_.counted[i].name == rule.shows) return windows_->inside(features_[i], event);
    }
    return {};
}

void Watch::decide(
    std::size_t typology,
    std::int64_t sum,
    const Event& event,
    const Payment& payment,
    bool late,
    const Record& record) {
    const auto& of = book_.typologies[typology];
    auto& scored = scored_[typology];
    const auto subject = event.values[scored.subject];
    Decision made;
    made.event = ids_.of(static_cast<std::int64_t>(event.number));
    made.number = event.number;
    made.time = base::Instant{event.time_ms}.text();
    made.watermark = base::Instant{windows_->watermark_ms()}.text();
    made.late = late;
    made.typology = of.code;
    made.label = of.label;
    if (subject != nothing) made.subject = words_.of(subject);
    made.score = sum;
    made.action = act(scored, of, subject, event.time_ms);
    made.rules_digest = digest_;
    std::vector<std::uint64_t> evidence{event.number};
    for (const auto& [at, weight] : scored.parts) {
        if (outcomes_[at] == rule::Outcome::fails) continue;
        const auto& rule = book_.rules[at];
        auto& told = made.rules.emplace_back();
        told.rule = rule.code;
        told.label = rule.label;
        told.outcome = outcomes_[at] == rule::Outcome::holds ? "holds" : "unknown";
        told.weight = weight;
        told.shadow = rule.shadow;
        for (const auto attribute : judged_[at].asked)
            told.values[schema_->at(attribute).name] = rule::to_json((*row_)[attribute]);
        if (outcomes_[at] != rule::Outcome::holds || rule.shadow || rule.shows.empty()) continue;
        const auto shown = evidence_of(rule, event, payment);
        evidence.insert(evidence.end(), shown.begin(), shown.end());
    }
    std::ranges::sort(evidence);
    evidence.erase(std::ranges::unique(evidence).begin(), evidence.end());
    for (const auto number : evidence)
        made.evidence.emplace_back(ids_.of(static_cast<std::int64_t>(number)));
    decided_.insert(event.number);
    switch (made.action) {
    case Action::alert:
        ++tally_.alerts;
        ++tally_.by_typology[of.code];
        break;
    case Action::snoozed: ++tally_.snoozed; break;
    case Action::over_cap: ++tally_.over_cap; break;
    case Action::over_budget: ++tally_.over_budget; break;
    case Action::learning: ++tally_.learning; break;
    }
    record(base::json::text(made));
}

} // namespace watch
