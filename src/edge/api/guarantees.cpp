// Guarantees: what a guarantor may still guarantee, what is in force, compensations, recoveries.
#include "domain/guarantee/guarantee.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/naming.hpp"

#include <algorithm>

namespace api {
namespace {

using base::Date;
using base::Guarantee;
using base::Money;
using base::Party;
using base::Rate;

struct GuarantorView {
    NamedParty guarantor;
    Money net_assets;
    Date as_of;
    Money outstanding;
    Money outstanding_small;
    std::int32_t multiple = 10; // that holds for what is in force
    Money capacity;
    Money room;
    std::int64_t used_times_ppm = 0; // 放大倍数: outstanding over net assets, in ppm
    Money single_most;
    Money related_most;
    Money compensated_this_year;
    std::optional<Rate> compensation_rate;
    Rate tolerance;
    Rate fee_most;
    std::int64_t contracts = 0;
};
BOOST_DESCRIBE_STRUCT(
    GuarantorView,
    (),
    (guarantor,
     net_assets,
     as_of,
     outstanding,
     outstanding_small,
     multiple,
     capacity,
     room,
     used_times_ppm,
     single_most,
     related_most,
     compensated_this_year,
     compensation_rate,
     tolerance,
     fee_most,
     contracts))

struct BorneView {
    Labelled bearer;
    Rate share;
    Money compensated;
    Money recovered;
};
BOOST_DESCRIBE_STRUCT(BorneView, (), (bearer, share, compensated, recovered))

struct GuaranteeView {
    Id<Guarantee> id;
    std::string number;
    NamedParty guarantor;
    NamedParty client;
    std::optional<NamedParty> group; // head of its group, when it has one
    std::optional<NamedParty> bank;
    bool small = false;
    Money amount;
    Money outstanding;
    Rate fee;
    std::string paper;
    Date from;
    Date until;
    guarantee::State state = guarantee::State::in_force;
    Money compensated;
    Money recovered;
    Instant issued_at;
};
BOOST_DESCRIBE_STRUCT(
    GuaranteeView,
    (),
    (id,
     number,
     guarantor,
     client,
     group,
     bank,
     small,
     amount,
     outstanding,
     fee,
     paper,
     from,
     until,
     state,
     compensated,
     recovered,
     issued_at))

struct GuaranteeDeed {
    Instant at;
    guarantee::Act act = guarantee::Act::issue;
    Money amount;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(GuaranteeDeed, (), (at, act, amount, text))

struct GuaranteeWithDeeds : GuaranteeView {
    std::vector<BorneView> borne;
    std::vector<GuaranteeDeed> deeds;
};
BOOST_DESCRIBE_STRUCT(GuaranteeWithDeeds, (GuaranteeView), (borne, deeds))

struct GuaranteeQuery {
    std::int32_t page = 1;
    std::int32_t per_page = 50;
    std::optional<guarantee::State> state;
};
BOOST_DESCRIBE_STRUCT(GuaranteeQuery, (), (page, per_page, state))

struct GuaranteeAmount {
    Money amount;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(GuaranteeAmount, (), (amount, reason))

struct GuaranteeReason {
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(GuaranteeReason, (), (reason))

GuarantorView guarantor_view(
    const Services& services,
    const store::Snapshot& db,
    PartyNames& names,
    const guarantee::Guarantor& it,
    Instant now) {
    const auto today = services.policy->zone().date(now);
    const auto place = guarantee::position(db, it, {}, {}, today.year());
    GuarantorView view{
        .guarantor = names(it.id),
        .net_assets = it.net_assets,
        .as_of = it.as_of,
        .outstanding = place.outstanding,
        .outstanding_small = place.outstanding_small,
        .compensated_this_year = place.compensated_this_year,
        .compensation_rate = guarantee::compensation_rate(place)};
    view.contracts =
        guarantee::list(
            db, {.guarantor = it.id, .state = guarantee::State::in_force, .per_page = 1})
            .total;
    const auto* rules = services.policy->guarantee_rules(today);
    if (rules == nullptr) return view;
    view.multiple = guarantee::multiple(*rules, place.outstanding, place.outstanding_small);
    view.capacity = {it.net_assets.fen * view.multiple};
    view.room = place.outstanding < view.capacity ? view.capacity - place.outstanding : Money{};
    view.used_times_ppm =
        it.net_assets.fen == 0 ? 0 : place.outstanding.fen / (it.net_assets.fen / 10'000 + 1) * 100;
    view.single_most = it.net_assets.share(rules->single_most, base::Rounding::down);
    view.related_most = it.net_assets.share(rules->related_most, base::Rounding::down);
    view.tolerance = rules->tolerance;
    view.fee_most = rules->fee_most;
    return view;
}

GuaranteeView guarantee_view(PartyNames& names, const guarantee::Contract& it) {
    GuaranteeView view{
        .id = it.id,
        .number = it.number,
        .guarantor = names(it.guarantor),
        .client = names(it.client),
        .small = it.small,
        .amount = it.amount,
        .outstanding = it.outstanding,
        .fee = it.fee,
        .paper = it.paper,
        .from = it.from,
        .until = it.until,
        .state = it.state,
        .compensated = it.compensated,
        .recovered = it.recovered,
        .issued_at = it.issued_at};
    if (it.head != it.client) view.group = names(it.head);
    if (it.bank) view.bank = names(it.bank);
    return view;
}

bool guarantee_concerns(const base::Actor& actor, const guarantee::Contract& it) {
    return permission::reach(actor) == permission::Reach::all || it.guarantor == actor.party ||
           it.client == actor.party || it.bank == actor.party;
}

Result<GuaranteeWithDeeds> one_guarantee(
    const Services& services, const Call& call, Id<Guarantee> id) {
    return services.database->read([&](const store::Snapshot& db) -> Result<GuaranteeWithDeeds> {
        const auto found = guarantee::find(db, id);
        if (!found || !guarantee_concerns(call.actor, *found)) {
            return base::not_found(
                "guarantee.not_found",
                {"没有找到这笔担保。", "There is no such guarantee."},
                {"请回到列表刷新。", "Go back to the list and refresh."});
        }
        PartyNames names(db);
        GuaranteeWithDeeds view;
        static_cast<GuaranteeView&>(view) = guarantee_view(names, *found);
        const auto* rules =
            services.policy->guarantee_rules(services.policy->zone().date(found->issued_at));
        const auto paid = guarantee::borne(*found, found->compensated);
        const auto back = guarantee::borne(*found, found->recovered);
        for (std::size_t i = 0; i < found->bearers.size(); ++i) {
            const auto& bearer = found->bearers[i];
            Text label{bearer.code, bearer.code};
            if (rules != nullptr) {
                const auto known =
                    std::ranges::find(rules->shares, bearer.code, &pack::RiskShare::code);
                if (known != rules->shares.end()) label = known->label;
            }
            view.borne.push_back({{bearer.code, label}, bearer.share, paid[i], back[i]});
        }
        for (const auto& deed : guarantee::deeds(db, id))
            view.deeds.push_back({deed.at, deed.act, deed.amount, deed.text});
        return view;
    });
}

Page<GuaranteeView> list_guarantees(
    const Services& services, const Call& call, const GuaranteeQuery& query) {
    return services.database->read([&](const store::Snapshot& db) {
        guarantee::Filter filter{
            .state = query.state, .page = query.page, .per_page = query.per_page};
        switch (call.actor.kind) {
        case base::PartyKind::enterprise: filter.client = call.actor.party; break;
        case base::PartyKind::institution:
            if (guarantee::find_guarantor(db, call.actor.party)) {
                filter.guarantor = call.actor.party;
            } else {
                filter.bank = call.actor.party;
            }
            break;
        case base::PartyKind::department:
        case base::PartyKind::platform: break;
        }
        PartyNames names(db);
        const auto found = guarantee::list(db, filter);
        auto page = page_of<GuaranteeView>(query, found.total);
        for (const auto& it : found.items)
            page.items.push_back(guarantee_view(names, it));
        return page;
    });
}

std::vector<Column<GuaranteeView>> guarantee_columns() {
    return {
        column(&GuaranteeView::number, {"编号", "Number"}),
        {{"担保机构", "Guarantor"},
         [](const GuaranteeView& row) -> SheetCell { return row.guarantor.name; }},
        {{"被担保人", "Client"},
         [](const GuaranteeView& row) -> SheetCell { return row.client.name; }},
        column(&GuaranteeView::amount, {"担保金额（元）", "Amount (CNY)"}),
        column(&GuaranteeView::outstanding, {"在保余额（元）", "In force (CNY)"}),
        column(&GuaranteeView::fee, {"年化费率（%）", "Fee a year (%)"}),
        column(&GuaranteeView::until, {"到期日", "Until"}),
        column(&GuaranteeView::state, {"状态", "State"}),
        column(&GuaranteeView::compensated, {"代偿（元）", "Compensated (CNY)"}),
        column(&GuaranteeView::recovered, {"已追回（元）", "Recovered (CNY)"})};
}

void declare_guarantee_acts(Endpoints& all, Services& services) {
    const auto act = [&](const char* name, Text summary, auto function) {
        all.post(
            std::string("/v1/guarantees/{id}/") + name,
            Right::guarantee_issue,
            std::move(summary),
            [function](Call& call, const GuaranteeAmount& wish) -> Result<store::Receipt> {
                return function(call, TRY(call.id<Guarantee>()), wish);
            });
    };
    act("release",
        {"解除担保", "Release a guarantee"},
        [&](Call& call, Id<Guarantee> id, const GuaranteeAmount& wish) {
            return services.guarantees->release(call.command(), id, wish.amount);
        });
    act("compensate",
        {"登记代偿", "Record a compensation"},
        [&](Call& call, Id<Guarantee> id, const GuaranteeAmount& wish) {
            return services.guarantees->compensate(
                call.command(), id, wish.amount, wish.reason.value_or(""));
        });
    act("recover",
        {"登记追偿", "Record a recovery"},
        [&](Call& call, Id<Guarantee> id, const GuaranteeAmount& wish) {
            return services.guarantees->recover(call.command(), id, wish.amount);
        });
    all.post(
        "/v1/guarantees/{id}/write-off",
        Right::guarantee_issue,
        {"核销代偿", "Write off a compensation"},
        [&](Call& call, const GuaranteeReason& wish) -> Result<store::Receipt> {
            return services.guarantees->write_off(
                call.command(), TRY(call.id<Guarantee>()), wish.reason);
        });
}

} // namespace

void declare_guarantees(Endpoints& all, Services& services) {
    all.capability("guarantees");
    all.get(
           "/v1/guarantors",
           Access::any_of({Right::guarantee_issue, Right::indicator_read, Right::credit_manage}),
           {"担保机构能力", "Capacity of guarantors"},
           [&](Call& call) -> Result<std::vector<GuarantorView>> {
               return services.database->read([&](const store::Snapshot& db) {
                   PartyNames names(db);
                   std::vector<GuarantorView> rows;
                   const bool all_of_them = permission::reach(call.actor) == permission::Reach::all;
                   for (const auto& it : guarantee::guarantors(db)) {
                       if (all_of_them || it.id == call.actor.party)
                           rows.push_back(guarantor_view(services, db, names, it, call.now));
                   }
                   return rows;
               });
           })
        .exportable<GuarantorView>(
            "guarantors",
            {{{"担保机构", "Guarantor"},
              [](const GuarantorView& row) -> SheetCell { return row.guarantor.name; }},
             column(&GuarantorView::net_assets, {"净资产（元）", "Net assets (CNY)"}),
             column(&GuarantorView::outstanding, {"在保余额（元）", "In force (CNY)"}),
             column(&GuarantorView::multiple, {"倍数上限", "Multiple"}),
             column(&GuarantorView::room, {"余额（元）", "Room (CNY)"}),
             column(&GuarantorView::compensation_rate, {"代偿率（%）", "Compensations (%)"})});
    all.post(
        "/v1/guarantors/assets",
        Right::guarantee_issue,
        {"填报净资产", "State the net assets"},
        [&](Call& call, const guarantee::Assets& wish) {
            return services.guarantees->state_assets(call.command(), wish);
        });
    const auto readers = Access::any_of(
        {Right::guarantee_issue, Right::need_post, Right::loan_record, Right::indicator_read});
    all.get(
           "/v1/guarantees",
           readers,
           {"担保业务", "Guarantees"},
           [&](Call& call, const GuaranteeQuery& query) -> Result<Page<GuaranteeView>> {
               return list_guarantees(services, call, query);
           })
        .exportable("guarantees", guarantee_columns());
    all.get(
        "/v1/guarantees/{id}",
        readers,
        {"一笔担保", "A guarantee"},
        [&](Call& call) -> Result<GuaranteeWithDeeds> {
            return one_guarantee(services, call, TRY(call.id<Guarantee>()));
        });
    all.post(
        "/v1/guarantees",
        Right::guarantee_issue,
        {"出具担保", "Issue a guarantee"},
        [&](Call& call, const guarantee::Issue& wish) {
            return services.guarantees->issue(call.command(), wish);
        });
    declare_guarantee_acts(all, services);
}

} // namespace api
