// The first page of each audience: what needs me today, overdue first.
#include "base/clock.hpp"
#include "domain/consent/consent.hpp"
#include "domain/finance/book.hpp"
#include "domain/indicator/indicator.hpp"
#include "domain/loan/measures.hpp"
#include "domain/notice/notice.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/finance_view.hpp"

#include <algorithm>

namespace api {
namespace {

constexpr std::int32_t recent_most = 12;
constexpr std::size_t due_most = 20;
constexpr int expiring_days = 30;

struct DueItem {
    std::string kind; // the clock's code
    Text title;
    Instant at;
    std::string path;
    bool overdue = false;
};
BOOST_DESCRIBE_STRUCT(DueItem, (), (kind, title, at, path, overdue))

struct NeedCounts {
    std::int64_t open = 0;
    std::int64_t breached = 0;
    std::int64_t today = 0;
};
BOOST_DESCRIBE_STRUCT(NeedCounts, (), (open, breached, today))

struct ClaimCounts {
    std::int64_t open = 0;
    std::int64_t breached = 0;
};
BOOST_DESCRIBE_STRUCT(ClaimCounts, (), (open, breached))

struct LightCounts {
    std::int32_t reached = 0;
    std::int32_t near = 0;
    std::int32_t behind = 0;
    std::int32_t total = 0;
};
BOOST_DESCRIBE_STRUCT(LightCounts, (), (reached, near, behind, total))

struct NeedName {
    Id<Need> id;
    std::string number;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(NeedName, (), (id, number, name))

struct RecentEntry : TimelineEntry {
    NeedName need;
};
BOOST_DESCRIBE_STRUCT(RecentEntry, (TimelineEntry), (need))

struct Overview {
    NeedCounts needs;
    ClaimCounts claims;
    Money disbursed_month;
    std::int64_t loans_month = 0;
    std::int64_t first_loans_year = 0;
    std::vector<DueItem> due;
    LightCounts indicators;
    std::vector<RecentEntry> recent;
};
BOOST_DESCRIBE_STRUCT(
    Overview,
    (),
    (needs, claims, disbursed_month, loans_month, first_loans_year, due, indicators, recent))

struct Desk {
    std::vector<DueItem> due;
    std::int64_t needs_open = 0;
    std::vector<ClaimView> claims;
    std::vector<ClaimView> offers; // waiting for the enterprise's choice
    std::int64_t notices = 0;
    std::int64_t consents_expiring = 0;
};
BOOST_DESCRIBE_STRUCT(Desk, (), (due, needs_open, claims, offers, notices, consents_expiring))

// Running clocks as work: the earliest due first, at most so many.
std::vector<DueItem> due_items(
    const store::Snapshot& db,
    const pack::Policy& policy,
    const std::vector<finance::ClockRow>& clocks,
    Instant now) {
    std::vector<DueItem> out;
    for (const auto& clock : clocks) {
        if (!clock.due || out.size() == due_most) continue;
        const auto need = finance::find_need(db, clock.need);
        if (!need) continue;
        const auto* rule = policy.clock(clock.rule);
        const auto label = rule == nullptr ? Text{clock.rule, clock.rule} : rule->label;
        out.push_back(
            {.kind = clock.rule,
             .title = {need->number + " · " + label.zh, need->number + " · " + label.en},
             .at = *clock.due,
             .path = "/needs/" + std::to_string(clock.need.value),
             .overdue = *clock.due <= now});
    }
    return out;
}

std::vector<RecentEntry> recent(FinanceViews& views, const store::Snapshot& db) {
    std::vector<RecentEntry> out;
    for (const auto& line : finance::recent_lines(db, recent_most)) {
        const auto need = finance::find_need(db, line.need);
        if (!need) continue;
        RecentEntry entry;
        static_cast<TimelineEntry&>(entry) = views.line(*need, line, line.at);
        const auto brief = views.brief(*need);
        entry.need = {.id = need->id, .number = need->number, .name = brief.enterprise.name};
        out.push_back(std::move(entry));
    }
    return out;
}

LightCounts lights(const Services& services, const store::Snapshot& db, base::Date today) {
    const auto board = services.indicators->board(db, today.year(), today);
    const auto& all = board.groups.front();
    return {.reached = all.reached, .near = all.near, .behind = all.behind, .total = all.total};
}

Overview overview(const Services& services, const Call& call) {
    const auto& policy = *services.policy;
    const auto today = policy.zone().date(call.now);
    const auto month = base::Period::containing(today, base::PeriodKind::month).first_day();
    const auto year = base::Period::containing(today, base::PeriodKind::year).first_day();
    return services.database->read([&](const store::Snapshot& db) {
        FinanceViews views(services.finance->book(), db, call);
        const auto counts = finance::counts(db, call.now, policy.zone().at(today, 0));
        const auto disbursed =
            loan::figure(db, loan::Measure::platform_amount, {.from = month, .until = today});
        const auto first =
            loan::figure(db, loan::Measure::first_loans, {.from = year, .until = today});
        Overview out{
            .needs = {counts.needs_open, counts.needs_breached, counts.needs_today},
            .claims = {counts.claims_open, counts.claims_breached},
            .disbursed_month = disbursed.sum,
            .loans_month = disbursed.loans,
            .first_loans_year = first.loans};
        auto clocks = finance::open_clocks(db);
        std::erase_if(clocks, [](const finance::ClockRow& clock) { return !clock.due; });
        std::ranges::sort(clocks, {}, [](const finance::ClockRow& clock) { return *clock.due; });
        out.due = due_items(db, policy, clocks, call.now);
        out.indicators = lights(services, db, today);
        out.recent = recent(views, db);
        return out;
    });
}

Desk desk(const Services& services, const Call& call) {
    const auto& actor = call.actor;
    return services.database->read([&](const store::Snapshot& db) {
        FinanceViews views(services.finance->book(), db, call);
        Desk out;
        out.due =
            due_items(db, *services.policy, finance::clocks_of_party(db, actor.party), call.now);
        out.notices = notice::unread(db, actor);
        const bool enterprise = actor.kind == base::PartyKind::enterprise;
        const auto claims = enterprise ? finance::claims_for(db, actor.party, true)
                                       : finance::claims_by(db, actor.party, true);
        for (const auto& claim : claims) {
            auto view = views.claim(claim, finance::clocks_of(db, claim.need));
            if (claim.state == "offered") out.offers.push_back(view);
            out.claims.push_back(std::move(view));
        }
        out.needs_open =
            finance::list_needs(db, actor, {.open_only = true, .per_page = 1}, call.now).total;
        if (enterprise)
            out.consents_expiring = consent::expiring(db, actor.party, call.now, expiring_days);
        return out;
    });
}

} // namespace

void declare_overview(Endpoints& all, Services& services) {
    all.capability("overview");
    all.get(
        "/v1/overview",
        Access::any_of({Right::indicator_read, Right::need_supervise}),
        {"县域总览", "The county at a glance"},
        [&](Call& call) -> Result<Overview> { return overview(services, call); });
    all.get(
        "/v1/desk",
        Access::any_of({Right::need_post, Right::need_answer}),
        {"我的工作台", "My desk"},
        [&](Call& call) -> Result<Desk> { return desk(services, call); });
}

} // namespace api
