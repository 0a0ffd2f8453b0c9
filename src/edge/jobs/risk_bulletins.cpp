#include "edge/jobs/risk_bulletins.hpp"

#include "base/digest.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>

namespace jobs {
namespace {

// The organisations of whoever is to be told, each once.
std::set<base::Id<base::Party>> told_parties(
    const store::Snapshot& db, const pack::Policy& policy, const risk::Case& subject) {
    std::set<base::Id<base::Party>> parties;
    if (const auto owner = identity::find(db, subject.owner)) {
        parties.insert(owner->party);
        return parties;
    }
    for (const auto& person : risk::officers(db, policy))
        parties.insert(person.party);
    return parties;
}

} // namespace

std::vector<notice::Post> RiskBulletins::posts(
    const store::Snapshot& db, const risk::Reminder& reminder) const {
    const auto subject = risk::find(db, reminder.of);
    if (!subject || subject->state == risk::State::closed || risks_.words() == nullptr) return {};
    const auto& clocks = risks_.words()->clocks;
    const auto rule = std::ranges::find(clocks, reminder.clock, &risk::Timing::code);
    if (rule == clocks.end()) return {};
    const bool late = reminder.percent >= 100;
    const auto share = std::to_string(reminder.percent) + "%";
    const base::Text passed = late ? base::Text{"已超时", " is late"}
                                   : base::Text{"已用时限 " + share, ": " + share + " of its time"};
    const auto who = subject->owner_name.empty()
                         ? base::Text{"无人接手", "nobody has it"}
                         : base::Text{subject->owner_name, subject->owner_name};
    std::vector<notice::Post> all;
    for (const auto party : told_parties(db, policy_, *subject)) {
        all.push_back(
            {.party = party,
             .level = late ? notice::Level::overdue : notice::Level::work,
             .title =
                 {"风险预警" + rule->label.zh + passed.zh + "：" + subject->number,
                  rule->label.en + passed.en + ": " + subject->number},
             .body =
                 {subject->label.zh + "，" + subject->subject + "（" + who.zh + "）",
                  subject->label.en + ", " + subject->subject + " (" + who.en + ")"},
             .path = "/risks/" + std::to_string(subject->id.value)});
    }
    return all;
}

base::Result<> RiskBulletins::handle(const store::Event& event) const {
    if (event.kind != risk::Reminded::kind) return {};
    const auto reminded = TRY(base::json::from_text<risk::Reminded>(event.body));
    const auto all =
        database_.read([&](const store::Snapshot& db) { return posts(db, reminded.reminder); });
    if (all.empty()) return {};
    TRY(notices_.post(store::Command::internal("risk-notice:" + std::to_string(event.seq)), all));
    return {};
}

DueSource risk_dates(store::Database& database, const pack::Policy& policy, risk::Risks& risks) {
    DueSource source;
    source.events = {std::string(risk::Raised::kind), std::string(risk::Moved::kind)};
    source.watched = [](const store::Snapshot& db) {
        std::vector<std::int64_t> all;
        for (const auto id : risk::unclosed(db))
            all.push_back(id.value);
        return all;
    };
    source.next = [&policy, &risks](const store::Snapshot& db, std::int64_t id, base::Instant)
        -> std::optional<base::Instant> {
        const auto subject = risk::find(db, {id});
        if (!subject || risks.words() == nullptr) return std::nullopt;
        // A year that the calendar lacks: looked at again when the case changes.
        return risk::next_rung(
                   *subject, risk::reminders(db, {id}), *risks.words(), policy.calendar())
            .value_or(std::nullopt);
    };
    source.fire = [&database, &risks](std::int64_t id, base::Instant) -> base::Result<> {
        const auto there = database.read(
            [&](const store::Snapshot& db) { return risk::find(db, {id}).has_value(); });
        if (there)
            TRY(risks.remind(
                store::Command::internal(
                    "risk.remind:" + std::to_string(id) + ":" + base::random_hex(4)),
                {id}));
        return {};
    };
    return source;
}

} // namespace jobs
