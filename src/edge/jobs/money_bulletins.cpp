#include "edge/jobs/money_bulletins.hpp"

#include "engine/pack/policy.hpp"

#include <algorithm>

namespace jobs {
namespace {

using base::Id;
using base::Party;
using base::Text;
using notice::Level;
using notice::Post;

Id<Party> department_of(
    const store::Snapshot& db, const pack::Policy& policy, const std::string& code) {
    const auto* unit = policy.unit(code);
    if (unit == nullptr) return {};
    const auto found = party::find_code(db, base::PartyKind::department, unit->code);
    return found ? found->id : Id<Party>{};
}

Post case_post(const budget::Case& subject, Id<Party> party, Level level, Text title, Text body) {
    return {
        .party = party,
        .level = level,
        .title = std::move(title),
        .body = std::move(body),
        .path = "/money/" + std::to_string(subject.id.value)};
}

Text state_label(const pack::Policy& policy, const budget::Case& subject) {
    const auto* programme = policy.programme(subject.programme);
    const auto* course = programme == nullptr ? nullptr : policy.course(programme->course);
    if (course != nullptr) {
        const auto found =
            std::ranges::find(course->states, subject.state, &pack::CourseState::code);
        if (found != course->states.end()) return found->label;
    }
    return {subject.state, subject.state};
}

std::vector<Post> case_posts(
    const store::Snapshot& db, const pack::Policy& policy, const budget::Moved& moved) {
    const auto& subject = moved.subject;
    const auto* programme = policy.programme(subject.programme);
    if (programme == nullptr) return {};
    const auto state = state_label(policy, subject);
    const Text title{programme->label.zh + "：" + state.zh, programme->label.en + ": " + state.en};
    const Text body{subject.number + " " + moved.deed.text, subject.number + " " + moved.deed.text};
    std::vector<Post> posts;
    if (moved.deed.act == "apply") {
        posts.push_back(case_post(
            subject, department_of(db, policy, programme->decides), Level::work, title, body));
        if (subject.bank && subject.bank != subject.applicant)
            posts.push_back(case_post(subject, subject.bank, Level::work, title, body));
        return posts;
    }
    if (moved.deed.party != subject.applicant)
        posts.push_back(case_post(subject, subject.applicant, Level::news, title, body));
    // Reserved and not yet paid: now the unit that pays has the work.
    if (subject.granted.fen > 0 && !subject.paid_at)
        posts.push_back(case_post(
            subject, department_of(db, policy, programme->pays), Level::work, title, body));
    return posts;
}

} // namespace

base::Result<> MoneyBulletins::handle(const store::Event& event) const {
    if (event.kind != budget::Moved::kind && event.kind != budget::FellDue::kind) return {};
    auto posts = database_.read([&](const store::Snapshot& db) -> std::vector<Post> {
        if (event.kind == budget::Moved::kind) {
            const auto moved = base::json::from_text<budget::Moved>(event.body);
            return moved ? case_posts(db, policy_, *moved) : std::vector<Post>{};
        }
        const auto subject = budget::find(db, {std::stoll(event.subject)});
        const auto* programme = subject ? policy_.programme(subject->programme) : nullptr;
        if (programme == nullptr) return {};
        const Text title{
            programme->label.zh + "已逾期：" + subject->number,
            programme->label.en + " is late: " + subject->number};
        const auto state = state_label(policy_, *subject);
        std::vector<Post> all;
        for (const auto party :
             {department_of(db, policy_, programme->pays), subject->applicant, subject->bank}) {
            all.push_back(case_post(*subject, party, Level::overdue, title, state));
        }
        return all;
    });
    std::erase_if(posts, [](const Post& post) { return !post.party; });
    if (posts.empty()) return {};
    TRY(notices_.post(
        store::Command::internal("budget-notice:" + std::to_string(event.seq)), posts));
    return {};
}

DueSource budget_dates(
    store::Database& database, const pack::Policy& policy, budget::Budgets& budgets) {
    DueSource source;
    source.events = {"budget.moved"};
    source.watched = [](const store::Snapshot& db) {
        std::vector<std::int64_t> all;
        for (const auto& subject : budget::with_due_day(db))
            all.push_back(subject.id.value);
        return all;
    };
    source.next = [&policy](const store::Snapshot& db, std::int64_t id, base::Instant) {
        const auto subject = budget::find(db, {id});
        std::optional<base::Instant> at;
        if (subject && subject->due_on && !subject->overdue_told)
            at = policy.zone().at(subject->due_on->plus_days(1), 0);
        return at;
    };
    source.fire =
        [&database, &policy, &budgets](std::int64_t id, base::Instant now) -> base::Result<> {
        const auto there = database.read(
            [&](const store::Snapshot& db) { return budget::find(db, {id}).has_value(); });
        if (there) TRY(budgets.fell_due({id}, policy.zone().date(now)));
        return {};
    };
    return source;
}

} // namespace jobs
