// Enterprises: the register, and what is known of each: facts, their history, disputes, trends.
#include "domain/consent/consent.hpp"
#include "domain/finance/finance.hpp"
#include "domain/loan/loan.hpp"
#include "domain/loan/measures.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/enterprise_view.hpp"

namespace api {
namespace {

using base::Party;

struct EnterpriseRow {
    Id<Party> id;
    std::string credit_code;
    std::string name;
    std::string industry;
    Text industry_label;
    Text town_label;
    party::Size size = party::Size::unknown;
    base::Date founded;
    std::int64_t needs = 0;
    std::int64_t loans = 0;
};
BOOST_DESCRIBE_STRUCT(
    EnterpriseRow,
    (),
    (id, credit_code, name, industry, industry_label, town_label, size, founded, needs, loans))

struct EnterpriseQuery {
    std::string text;
    std::string industry;
    std::string town;
    std::optional<party::Size> size;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};
BOOST_DESCRIBE_STRUCT(EnterpriseQuery, (), (text, industry, town, size, page, per_page))

struct FactsQuery {
    std::optional<base::Date> as_of; // what was known at the end of that day
};
BOOST_DESCRIBE_STRUCT(FactsQuery, (), (as_of))

struct HistoryView {
    base::Raw value;
    Text display;
    std::optional<base::Period> period;
    Text source_label;
    Instant learned_at;
    bool superseded = false;
};
BOOST_DESCRIBE_STRUCT(
    HistoryView, (), (value, display, period, source_label, learned_at, superseded))

struct StateFacts {
    std::map<std::string, base::Raw> values;
};
BOOST_DESCRIBE_STRUCT(StateFacts, (), (values))

struct DisputeWish {
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(DisputeWish, (), (reason))

struct DisputeAnswerWish {
    bool accepted = false;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(DisputeAnswerWish, (), (accepted, text))

std::int64_t needs_of(const store::Snapshot& db, Id<Party> enterprise, Instant now) {
    base::Actor owner; // an enterprise's reach is its own needs
    owner.kind = base::PartyKind::enterprise;
    owner.party = enterprise;
    return finance::list_needs(db, owner, {.per_page = 1}, now).total;
}

Page<EnterpriseRow> list_enterprises(
    const Services& services, const EnterpriseQuery& query, Instant now) {
    return services.database->read([&](const store::Snapshot& db) {
        const auto found = party::list_enterprises(
            db,
            {.text = query.text,
             .industry = query.industry,
             .town = query.town,
             .size = query.size,
             .page = query.page,
             .per_page = query.per_page});
        auto page = page_of<EnterpriseRow>(query, found.total);
        for (const auto& it : found.items) {
            loan::ListFilter loans{.enterprise = it.id, .per_page = 1};
            page.items.push_back(
                {.id = it.id,
                 .credit_code = it.credit_code,
                 .name = it.name,
                 .industry = it.industry,
                 .industry_label = industry_label(*services.policy, it.industry),
                 .town_label = town_label(*services.policy, it.town),
                 .size = it.size,
                 .founded = it.founded,
                 .needs = needs_of(db, it.id, now),
                 .loans = loan::list(db, loans).page.total});
        }
        return page;
    });
}

// What was known then, or what is known now.
dossier::Dossier dossier_at(
    const store::Snapshot& db,
    const pack::Policy& policy,
    const party::Enterprise& enterprise,
    std::optional<base::Date> as_of) {
    if (!as_of) return dossier::now(db, enterprise);
    return dossier::known_at(db, enterprise, policy.zone().at(as_of->plus_days(1), 0).plus_ms(-1));
}

Result<FactsView> facts(Services& services, const Call& call, const FactsQuery& query) {
    const auto id = TRY(call.id<Party>());
    auto seen = services.database->read([&](const store::Snapshot& db) -> Result<SeenFacts> {
        const auto enterprise = TRY(visible_enterprise(db, call.actor, id));
        const auto known = dossier_at(db, *services.policy, enterprise, query.as_of);
        const auto permits = consent::permits(db, id, call.actor.party, call.now);
        return seen_facts(services, db, call, known, permits);
    });
    if (!seen) return std::move(seen).error();
    TRY(write_down(services, call, {seen->looked}));
    return std::move(seen->view);
}

Result<std::vector<HistoryView>> history(Services& services, const Call& call) {
    const auto id = TRY(call.id<Party>());
    const auto name = call.text("attribute");
    const auto& policy = *services.policy;
    const auto place = policy.schema().find(name);
    const auto* attribute = policy.attribute(name);
    if (!place || attribute == nullptr) return std::vector<HistoryView>{};
    Looked looked{.enterprise = id, .consents = {}, .attributes = {}};
    auto views =
        services.database->read([&](const store::Snapshot& db) -> Result<std::vector<HistoryView>> {
            const auto enterprise = TRY(visible_enterprise(db, call.actor, id));
            const auto permits = consent::permits(db, id, call.actor.party, call.now);
            const auto answer = permission::fact(
                call.actor,
                {.enterprise = id,
                 .scope = attribute->scope,
                 .grade = attribute->grade,
                 .now = call.now},
                permits);
            if (!answer.allowed) return base::forbidden("permission.fact", answer.why);
            looked.add(answer.by, {name});
            std::vector<HistoryView> out;
            for (const auto& stored : fact::history(db, id, attribute->name)) {
                HistoryView one{
                    .value = stored.value,
                    .period = stored.period,
                    .learned_at = stored.learned_at,
                    .superseded = !out.empty()};
                const auto json = base::json::parse(stored.value.text);
                const auto value = json ? rule::from_json(policy.schema().at(*place), *json)
                                        : Result<rule::Value>(rule::Value{});
                if (value) one.display = rule::display(*value, policy.schema().at(*place));
                const auto* source = policy.source(stored.source);
                one.source_label =
                    source == nullptr ? Text{stored.source, stored.source} : source->label;
                out.push_back(std::move(one));
            }
            return out;
        });
    if (!views) return views;
    TRY(write_down(services, call, {looked}));
    return views;
}

Result<Trends> trends(Services& services, const Call& call) {
    const auto id = TRY(call.id<Party>());
    Looked looked{.enterprise = id, .consents = {}, .attributes = {}};
    auto view = services.database->read([&](const store::Snapshot& db) -> Result<Trends> {
        TRY(visible_enterprise(db, call.actor, id));
        const auto permits = consent::permits(db, id, call.actor.party, call.now);
        const auto answer = see_part(*services.policy, call, id, permission::Part::trends, permits);
        if (answer.extent != permission::Extent::all)
            return base::forbidden("permission.fact", answer.why);
        looked.add(answer.by, trend_attributes());
        return invoice_months(db, id);
    });
    if (!view) return view;
    TRY(write_down(services, call, {looked}));
    return view;
}

void declare_register(Endpoints& all, Services& services) {
    all.get(
           "/v1/enterprises",
           Access::any_of(
               {Right::need_supervise,
                Right::fact_import,
                Right::indicator_read,
                Right::audit_read}),
           {"企业列表", "Enterprises"},
           [&](Call& call, const EnterpriseQuery& query) -> Result<Page<EnterpriseRow>> {
               return list_enterprises(services, query, call.now);
           })
        .exportable(
            "enterprises",
            {column(&EnterpriseRow::credit_code, {"统一社会信用代码", "Credit code"}),
             column(&EnterpriseRow::name, {"企业名称", "Name"}),
             column(&EnterpriseRow::industry_label, {"行业", "Industry"}),
             column(&EnterpriseRow::town_label, {"镇街", "Town"}),
             column(&EnterpriseRow::size, {"规模", "Size"}),
             column(&EnterpriseRow::needs, {"需求数", "Needs"}),
             column(&EnterpriseRow::loans, {"贷款数", "Loans"})});
    all.get(
        "/v1/enterprises/{id}",
        Right::fact_read,
        {"一家企业的登记信息", "An enterprise's registration"},
        [&](Call& call) -> Result<EnterpriseView> {
            const auto id = TRY(call.id<Party>());
            return services.database->read(
                [&](const store::Snapshot& db) -> Result<EnterpriseView> {
                    return enterprise_view(
                        *services.policy, TRY(visible_enterprise(db, call.actor, id)));
                });
        });
    all.post(
        "/v1/enterprises",
        Right::fact_import,
        {"登记企业", "Register an enterprise"},
        [&](Call& call, const party::RegisterEnterprise& wish) {
            return services.parties->register_enterprise(call.command(), wish);
        });
    all.put(
           "/v1/enterprises/{id}",
           Access::any_of({Right::fact_import, Right::fact_dispute}),
           {"修改企业登记信息", "Change an enterprise's registration"},
           [&](Call& call, const party::RegisterEnterprise& wish) -> Result<store::Receipt> {
               const auto id = TRY(call.id<Party>());
               return services.parties->change_enterprise(call.command(), id, *call.version, wish);
           })
        .edited();
}

void declare_facts(Endpoints& all, Services& services) {
    all.get(
        "/v1/enterprises/{id}/facts",
        Right::fact_read,
        {"企业数据（机构须有授权，查看留痕）",
         "Facts (institutions need consent; each look is recorded)"},
        [&](Call& call, const FactsQuery& query) { return facts(services, call, query); });
    all.get(
        "/v1/enterprises/{id}/facts/{attribute}/history",
        Right::fact_read,
        {"一项数据的历史", "One fact's history"},
        [&](Call& call) { return history(services, call); });
    all.get(
        "/v1/enterprises/{id}/trends",
        Right::fact_read,
        {"按月的开票走势", "Invoices by month"},
        [&](Call& call) { return trends(services, call); });
    all.put(
        "/v1/enterprises/{id}/facts",
        Right::fact_dispute,
        {"企业自行填报可填报项", "The enterprise states what it may state"},
        [&](Call& call, const StateFacts& wish) -> Result<store::Receipt> {
            const auto id = TRY(call.id<Party>());
            return services.facts->state(call.command(), id, wish.values);
        });
    all.post(
        "/v1/enterprises/{id}/facts/{attribute}/disputes",
        Right::fact_dispute,
        {"对数据提出异议", "Dispute a fact"},
        [&](Call& call, const DisputeWish& wish) -> Result<store::Receipt> {
            const auto id = TRY(call.id<Party>());
            return services.facts->dispute(call.command(), id, call.text("attribute"), wish.reason);
        });
    all.post(
        "/v1/enterprises/{id}/facts/{attribute}/disputes/{number}/answer",
        Right::fact_import,
        {"答复数据异议", "Answer a dispute"},
        [&](Call& call, const DisputeAnswerWish& wish) -> Result<store::Receipt> {
            const auto number = TRY(call.number("number"));
            return services.facts->answer_dispute(
                call.command(), {.number = number, .accepted = wish.accepted, .text = wish.text});
        });
}

} // namespace

void declare_enterprises(Endpoints& all, Services& services) {
    all.capability("enterprises");
    declare_register(all, services);
    declare_facts(all, services);
}

} // namespace api
