// Enterprises: the register, and what is known of each: facts, their history, disputes, trends.
#include "domain/consent/consent.hpp"
#include "domain/dossier/quality.hpp"
#include "domain/finance/finance.hpp"
#include "domain/invoice/invoice.hpp"
#include "domain/loan/loan.hpp"
#include "domain/loan/measures.hpp"
#include "domain/permission/permission.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/naming.hpp"

namespace api {
namespace {

using base::Party;

constexpr int trend_months = 36;

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

struct EnterpriseView {
    Id<Party> id;
    std::string credit_code;
    std::string name;
    std::string industry;
    Text industry_label;
    std::string town;
    Text town_label;
    base::Date founded;
    std::string legal_representative;
    std::string contact;
    std::string phone;
    base::Money registered_capital;
    party::Size size = party::Size::unknown;
    std::optional<std::string> code_override;
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(
    EnterpriseView,
    (),
    (id,
     credit_code,
     name,
     industry,
     industry_label,
     town,
     town_label,
     founded,
     legal_representative,
     contact,
     phone,
     registered_capital,
     size,
     code_override,
     version))

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

struct FactsView {
    Id<Party> enterprise;
    std::vector<fact::View> facts;
    std::vector<dossier::Finding> quality;
    std::vector<fact::Dispute> disputes;
};
BOOST_DESCRIBE_STRUCT(FactsView, (), (enterprise, facts, quality, disputes))

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

struct Trends {
    std::vector<base::Period> months;
    std::vector<base::Money> sales;
    std::vector<base::Money> purchases;
    std::vector<std::int64_t> invoices;
    std::vector<base::Rate> void_rate;
};
BOOST_DESCRIBE_STRUCT(Trends, (), (months, sales, purchases, invoices, void_rate))

EnterpriseView view_of(const pack::Policy& policy, const party::Enterprise& it) {
    return {
        .id = it.id,
        .credit_code = it.credit_code,
        .name = it.name,
        .industry = it.industry,
        .industry_label = industry_label(policy, it.industry),
        .town = it.town,
        .town_label = town_label(policy, it.town),
        .founded = it.founded,
        .legal_representative = it.legal_representative,
        .contact = it.contact,
        .phone = it.phone,
        .registered_capital = it.registered_capital,
        .size = it.size,
        .code_override = it.code_override,
        .version = it.version};
}

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

// An institution's look is written down before it sees anything.
Result<> record_reading(
    Services& services,
    const Call& call,
    Id<Party> id,
    const std::vector<Id<base::Consent>>& used,
    const std::vector<std::string>& attributes) {
    if (call.actor.kind != base::PartyKind::institution || used.empty()) return {};
    const auto command = store::Command::internal("reading:" + call.request_id, call.actor);
    TRY(services.consents->record_reading(command, id, used, attributes));
    return {};
}

std::vector<Id<base::Consent>> used_by(const permission::FactAnswer& answer) {
    if (!answer.by) return {};
    return {answer.by};
}

Result<FactsView> facts(Services& services, const Call& call, const FactsQuery& query) {
    const auto id = TRY(call.id<Party>());
    const auto& policy = *services.policy;
    fact::Portrait portrait;
    auto view = services.database->read([&](const store::Snapshot& db) -> Result<FactsView> {
        const auto enterprise = TRY(visible_enterprise(db, call.actor, id));
        const auto known = dossier_at(db, policy, enterprise, query.as_of);
        const auto permits = consent::permits(db, id, call.actor.party, call.now);
        portrait = dossier::portrait(policy, known, call.actor, permits, call.now);
        FactsView out{.enterprise = id, .facts = portrait.facts};
        if (call.actor.kind == base::PartyKind::institution) return out;
        out.quality = dossier::findings(policy, known, policy.zone().date(call.now));
        out.disputes = fact::disputes(db, id);
        return out;
    });
    if (!view) return view;
    TRY(record_reading(services, call, id, portrait.consents_used, portrait.attributes_shown));
    return view;
}

Result<std::vector<HistoryView>> history(Services& services, const Call& call) {
    const auto id = TRY(call.id<Party>());
    const auto name = call.text("attribute");
    const auto& policy = *services.policy;
    const auto place = policy.schema().find(name);
    const auto* attribute = policy.attribute(name);
    if (!place || attribute == nullptr) return std::vector<HistoryView>{};
    permission::FactAnswer answer;
    auto views =
        services.database->read([&](const store::Snapshot& db) -> Result<std::vector<HistoryView>> {
            const auto enterprise = TRY(visible_enterprise(db, call.actor, id));
            const auto permits = consent::permits(db, id, call.actor.party, call.now);
            answer = permission::fact(
                call.actor,
                {.enterprise = id,
                 .scope = attribute->scope,
                 .grade = attribute->grade,
                 .now = call.now},
                permits);
            if (!answer.allowed) return base::forbidden("permission.fact", answer.why);
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
    TRY(record_reading(services, call, id, used_by(answer), {name}));
    return views;
}

// The attributes that the months add up to.
const std::vector<std::string> trend_attributes = {
    "invoice_sales_12m", "invoice_purchases_12m", "invoice_count_12m", "void_rate"};

Result<Trends> trends(Services& services, const Call& call) {
    const auto id = TRY(call.id<Party>());
    permission::FactAnswer answer;
    auto view = services.database->read([&](const store::Snapshot& db) -> Result<Trends> {
        const auto enterprise = TRY(visible_enterprise(db, call.actor, id));
        const auto permits = consent::permits(db, id, call.actor.party, call.now);
        answer = permission::fact(
            call.actor,
            {.enterprise = id, .scope = "invoice", .grade = 3, .now = call.now},
            permits);
        if (!answer.allowed) return base::forbidden("permission.fact", answer.why);
        const auto sold = TRY(invoice::book(db, id, invoice::Direction::output));
        const auto bought = TRY(invoice::book(db, id, invoice::Direction::input));
        Trends out;
        for (const auto& month : invoice::months(sold, bought, trend_months)) {
            out.months.push_back(month.month);
            out.sales.push_back(month.sales);
            out.purchases.push_back(month.purchases);
            out.invoices.push_back(month.invoices);
            out.void_rate.push_back(month.void_rate.value_or(base::Rate{}));
        }
        return out;
    });
    if (!view) return view;
    TRY(record_reading(services, call, id, used_by(answer), trend_attributes));
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
                    return view_of(*services.policy, TRY(visible_enterprise(db, call.actor, id)));
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
