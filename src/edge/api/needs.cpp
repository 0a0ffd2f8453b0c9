// Financing needs: posting, following, supervising; the institutions that take them on.
#include "base/clock.hpp"
#include "domain/permission/permission.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/finance_view.hpp"

namespace api {
namespace {

struct NeedQuery {
    std::int32_t page = 1;
    std::int32_t per_page = 50;
    std::optional<std::string> sort;
    std::optional<std::string> state;
    std::string text;
    std::string industry; // a section letter, or leading digits
    std::string town;
    std::optional<bool> breached;
    bool mine = false;
    std::optional<Date> from;
    std::optional<Date> to;
};
BOOST_DESCRIBE_STRUCT(
    NeedQuery, (), (page, per_page, sort, state, text, industry, town, breached, mine, from, to))

struct SubmitNeed {
    std::optional<finance::ConsentWish> consent;
};
BOOST_DESCRIBE_STRUCT(SubmitNeed, (), (consent))

struct NeedAct {
    std::optional<std::string> reason;
    std::optional<std::string> to; // whom an escalation is meant for, as the reader names it
};
BOOST_DESCRIBE_STRUCT(NeedAct, (), (reason, to))

struct ClaimNeed {
    std::optional<Id<Product>> product;
};
BOOST_DESCRIBE_STRUCT(ClaimNeed, (), (product))

const Access& readers() {
    static const auto access =
        Access::any_of({Right::need_post, Right::need_answer, Right::need_supervise});
    return access;
}

// The two-digit divisions of a section letter.
std::vector<std::string> divisions_of(const pack::Policy& policy, const std::string& section) {
    std::vector<std::string> divisions;
    for (const auto& row : policy.industries().table().divisions) {
        if (policy.industries().within(row.code, section)) divisions.push_back(row.code);
    }
    return divisions;
}

finance::NeedFilter filter_of(
    const store::Snapshot& db, const pack::Policy& policy, const NeedQuery& query) {
    finance::NeedFilter filter;
    filter.sort = query.sort.value_or("");
    filter.state = query.state;
    filter.text = query.text;
    filter.town = query.town;
    filter.breached = query.breached;
    filter.mine = query.mine;
    filter.page = query.page;
    filter.per_page = query.per_page;
    const bool section = query.industry.size() == 1 && query.industry[0] >= 'A';
    if (section) {
        filter.divisions = divisions_of(policy, query.industry);
    } else {
        filter.industry = query.industry;
    }
    if (!query.text.empty()) {
        const auto found =
            party::list_enterprises(db, {.text = query.text, .page = 1, .per_page = 200});
        for (const auto& enterprise : found.items)
            filter.enterprises.push_back(enterprise.id);
    }
    const auto zone = policy.calendar().zone();
    if (query.from) filter.from = zone.at(*query.from, 0);
    if (query.to) filter.to = zone.at(query.to->plus_days(1), 0);
    return filter;
}

Page<NeedListed> needs_page(const Services& services, const Call& call, const NeedQuery& query) {
    return services.database->read([&](const store::Snapshot& db) {
        FinanceViews views(services.finance->book(), db, call);
        auto filter = filter_of(db, *services.policy, query);
        // An institution must not find out by searching for a name whose need it has not claimed.
        if (call.actor.kind == base::PartyKind::institution) filter.enterprises.clear();
        const auto found = finance::list_needs(db, call.actor, filter, call.now);
        auto page = page_of<NeedListed>(query, found.total);
        for (const auto& row : found.items)
            page.items.push_back(views.listed(row));
        return page;
    });
}

Result<finance::Case> seen_case(const store::Snapshot& db, const Call& call, Id<Need> id) {
    auto all = finance::find_case(db, id);
    if (!all) {
        return base::not_found(
            "finance.no_need",
            {"没有找到该需求，或您无权查看。", "No such need, or it is not yours to see."},
            {"请核对编号。", "Check the number."});
    }
    TRY(finance::may_see(db, call.actor, all->need));
    return *std::move(all);
}

std::vector<TimelineEntry> timeline(
    const finance::Book& book,
    const store::Snapshot& db,
    const Call& call,
    const finance::Case& all) {
    FinanceViews views(book, db, call);
    std::vector<TimelineEntry> entries;
    Instant before;
    for (const auto& row : finance::timeline(db, all.need.id)) {
        const bool other =
            row.claim && call.actor.kind == base::PartyKind::institution &&
            std::ranges::none_of(all.claims, [&](const auto& claim) {
                return claim.id == row.claim && claim.institution == call.actor.party;
            });
        if (other) continue;
        entries.push_back(views.line(all.need, row, before));
        before = row.at;
    }
    return entries;
}

void declare_need_reads(Endpoints& all, Services& services) {
    all.get(
           "/v1/needs",
           readers(),
           {"融资需求列表", "Financing needs"},
           [&](Call& call, const NeedQuery& query) -> Result<Page<NeedListed>> {
               return needs_page(services, call, query);
           })
        .exportable(
            "needs",
            {{{"编号", "Number"}, [](const NeedListed& row) -> SheetCell { return row.number; }},
             {{"企业", "Enterprise"},
              [](const NeedListed& row) -> SheetCell { return row.enterprise.name; }},
             {{"状态", "State"},
              [](const NeedListed& row) -> SheetCell { return row.state_label; }},
             {{"金额（元）", "Amount (CNY)"},
              [](const NeedListed& row) -> SheetCell { return row.amount; }},
             {{"期限（月）", "Term (months)"},
              [](const NeedListed& row) -> SheetCell {
                  return static_cast<std::int64_t>(row.term_months);
              }},
             {{"用途", "Purpose"},
              [](const NeedListed& row) -> SheetCell { return row.purpose_label; }},
             {{"授信（元）", "Granted (CNY)"},
              [](const NeedListed& row) -> SheetCell { return row.granted; }},
             {{"放款（元）", "Disbursed (CNY)"},
              [](const NeedListed& row) -> SheetCell { return row.disbursed; }},
             {{"对接数", "Claims"},
              [](const NeedListed& row) -> SheetCell { return row.claims_count; }},
             {{"发布时间", "Published"},
              [](const NeedListed& row) -> SheetCell { return sheet_cell(row.published_at); }}});
    all.get(
        "/v1/needs/{id}",
        readers(),
        {"融资需求", "A financing need"},
        [&](Call& call) -> Result<NeedView> {
            const auto id = TRY(call.id<Need>());
            return services.database->read([&](const store::Snapshot& db) -> Result<NeedView> {
                const auto found = TRY(seen_case(db, call, id));
                return FinanceViews(services.finance->book(), db, call).need(found);
            });
        });
    all.get(
        "/v1/needs/{id}/timeline",
        readers(),
        {"需求办理过程", "What happened to a need, when and why"},
        [&](Call& call) -> Result<std::vector<TimelineEntry>> {
            const auto id = TRY(call.id<Need>());
            return services.database->read(
                [&](const store::Snapshot& db) -> Result<std::vector<TimelineEntry>> {
                    const auto found = TRY(seen_case(db, call, id));
                    return timeline(services.finance->book(), db, call, found);
                });
        });
}

} // namespace

void declare_needs(Endpoints& all, Services& services) {
    all.capability("needs");
    declare_need_reads(all, services);
    all.post(
        "/v1/needs",
        Right::need_post,
        {"新建需求草稿", "Draft a need"},
        [&](Call& call, const finance::DraftNeed& wish) -> Result<store::Receipt> {
            return services.finance->draft(call.command(), wish);
        });
    all.put(
           "/v1/needs/{id}",
           Right::need_post,
           {"修改需求草稿", "Change a draft"},
           [&](Call& call, const finance::DraftNeed& wish) -> Result<store::Receipt> {
               const auto id = TRY(call.id<Need>());
               return services.finance->redraft(call.command(), id, *call.version, wish);
           })
        .edited();
    all.post(
        "/v1/needs/{id}/submit",
        Right::need_post,
        {"提交并发布需求", "Submit a need; it is published when complete"},
        [&](Call& call, const SubmitNeed& wish) -> Result<store::Receipt> {
            const auto id = TRY(call.id<Need>());
            return services.finance->submit(call.command(), id, wish.consent);
        });
    all.post(
        "/v1/needs/{id}/acts/{act}",
        Access::any_of({Right::need_post, Right::need_supervise}),
        {"办理需求：撤回、投诉、督办、升级、反馈、重新推送",
         "Act on a need: withdraw, complain, urge, escalate, feed_back, reroute"},
        [&](Call& call, const NeedAct& wish) -> Result<store::Receipt> {
            const auto id = TRY(call.id<Need>());
            auto reason = wish.reason.value_or("");
            if (wish.to && !wish.to->empty()) reason += " → " + *wish.to;
            return services.finance->act_on_need(call.command(), id, call.text("act"), reason);
        });
    all.post(
        "/v1/needs/{id}/claims",
        Right::need_answer,
        {"机构接单", "Take a need on"},
        [&](Call& call, const ClaimNeed& wish) -> Result<store::Receipt> {
            const auto id = TRY(call.id<Need>());
            return services.finance->claim(call.command(), id, wish.product);
        });
}

} // namespace api
