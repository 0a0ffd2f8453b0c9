// The league table of institutions.
#include "domain/finance/league.hpp"

#include "base/clock.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/finance_view.hpp"

#include <algorithm>

namespace api {
namespace {

struct LeagueQuery {
    std::optional<Date> from; // claimed on or after; the year's first day when not given
    std::optional<Date> to;   // and on this day at the latest
};
BOOST_DESCRIBE_STRUCT(LeagueQuery, (), (from, to))

struct RefusalCount {
    std::string reason;
    Text label;
    std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(RefusalCount, (), (reason, label, count))

struct LeagueView {
    InstitutionName institution;
    std::int64_t published = 0; // needs published in the period, the same for all
    std::int64_t claimed = 0;
    std::int64_t answered = 0;
    std::optional<std::int64_t> median_answer_minutes;
    std::optional<std::int64_t> median_upper;
    std::int64_t open = 0;
    std::int64_t overdue = 0;
    std::int64_t overdue_minutes = 0;
    std::int64_t paused_minutes = 0;
    std::int64_t offers = 0;
    std::int64_t refused = 0;
    std::vector<RefusalCount> refusals;
    Rate conversion; // claims that ended in money, of all
    Money granted;
    Money disbursed;
    std::int64_t first_loans = 0;
};
BOOST_DESCRIBE_STRUCT(
    LeagueView,
    (),
    (institution,
     published,
     claimed,
     answered,
     median_answer_minutes,
     median_upper,
     open,
     overdue,
     overdue_minutes,
     paused_minutes,
     offers,
     refused,
     refusals,
     conversion,
     granted,
     disbursed,
     first_loans))

Result<std::vector<LeagueView>> league(
    const Services& services, const Call& call, const LeagueQuery& query) {
    const auto& policy = *services.policy;
    const auto zone = policy.calendar().zone();
    const auto today = zone.date(call.now);
    const auto from = zone.at(query.from.value_or(Date::of(today.year(), 1, 1)), 0);
    const auto until = zone.at(query.to.value_or(today).plus_days(1), 0);
    return services.database->read(
        [&](const store::Snapshot& db) -> Result<std::vector<LeagueView>> {
            const auto published = finance::published_between(db, from, until);
            std::vector<LeagueView> views;
            const bool own_only = call.actor.kind == base::PartyKind::institution;
            for (auto& row : TRY(finance::league(db, policy.calendar(), from, until, call.now))) {
                if (own_only && row.institution != call.actor.party) continue;
                LeagueView view;
                const auto found = party::find(db, row.institution);
                view.institution = {
                    row.institution,
                    found ? found->name : Text{},
                    found ? found->institution_kind : std::nullopt};
                view.published = published;
                view.claimed = row.claimed;
                view.answered = row.answered;
                view.median_answer_minutes = row.median_answer_minutes;
                view.median_upper = row.median_upper;
                view.open = row.open;
                view.overdue = row.overdue;
                view.overdue_minutes = row.overdue_minutes;
                view.paused_minutes = row.paused_minutes;
                view.offers = row.offers;
                for (const auto& [reason, count] : row.refusals) {
                    const auto* known = policy.refusal(reason);
                    view.refusals.push_back(
                        {reason, known != nullptr ? known->label : Text{reason, reason}, count});
                    view.refused += count;
                }
                view.conversion = {row.paid * 1'000'000 / std::max<std::int64_t>(1, row.claimed)};
                view.granted = row.granted;
                view.disbursed = row.disbursed;
                view.first_loans = row.first_loans;
                views.push_back(std::move(view));
            }
            std::ranges::stable_sort(views, [](const LeagueView& a, const LeagueView& b) {
                return a.disbursed > b.disbursed;
            });
            return views;
        });
}

} // namespace

void declare_league(Endpoints& all, Services& services) {
    all.capability("league");
    all.get(
           "/v1/league",
           Access::any_of({Right::need_supervise, Right::indicator_read, Right::need_answer}),
           {"机构榜单；机构只看自己的一行",
            "The league table of institutions; an institution sees its own row"},
           [&](Call& call, const LeagueQuery& query) -> Result<std::vector<LeagueView>> {
               return league(services, call, query);
           })
        .exportable(
            "league",
            {{{"机构", "Institution"},
              [](const LeagueView& row) -> SheetCell { return row.institution.name; }},
             column(&LeagueView::claimed, {"接单", "Claimed"}),
             column(&LeagueView::answered, {"已答复", "Answered"}),
             column(
                 &LeagueView::median_answer_minutes,
                 {"答复中位数（工作分钟）", "Median answer (working minutes)"}),
             column(&LeagueView::open, {"未答复", "Open"}),
             column(&LeagueView::overdue, {"超时次数", "Overdue"}),
             column(
                 &LeagueView::overdue_minutes, {"超时（工作分钟）", "Overdue (working minutes)"}),
             column(
                 &LeagueView::paused_minutes,
                 {"等待企业（工作分钟）", "Waiting for enterprises (working minutes)"}),
             column(&LeagueView::refused, {"拒绝", "Refused"}),
             column(&LeagueView::conversion, {"转化率", "Conversion"}),
             column(&LeagueView::granted, {"授信（元）", "Granted (CNY)"}),
             column(&LeagueView::disbursed, {"放款（元）", "Disbursed (CNY)"}),
             column(&LeagueView::first_loans, {"首贷户", "First loans"})});
}

} // namespace api
