#include "edge/api/enterprise_view.hpp"

#include "domain/invoice/invoice.hpp"

namespace api {
namespace {

constexpr int trend_months = 36;

} // namespace

EnterpriseView enterprise_view(const pack::Policy& policy, const party::Enterprise& it) {
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

SeenFacts seen_facts(
    const Services& services,
    const store::Snapshot& db,
    const Call& call,
    const dossier::Dossier& known,
    std::span<const permission::Permit> permits) {
    const auto& policy = *services.policy;
    const auto id = known.enterprise.id;
    auto portrait = dossier::portrait(policy, known, call.actor, permits, call.now);
    SeenFacts seen;
    seen.view = {
        .enterprise = id, .facts = std::move(portrait.facts), .quality = {}, .disputes = {}};
    seen.looked = {id, portrait.consents_used, portrait.attributes_shown};
    const auto findings = permission::part(
        call.actor,
        {.enterprise = id, .part = permission::Part::findings, .now = call.now},
        permits);
    if (findings.extent != permission::Extent::all) return seen;
    seen.view.quality = dossier::findings(policy, known, policy.zone().date(call.now));
    seen.view.disputes = fact::disputes(db, id);
    return seen;
}

permission::PartAnswer see_part(
    const pack::Policy& policy,
    const Call& call,
    Id<base::Party> enterprise,
    permission::Part part,
    std::span<const permission::Permit> permits) {
    permission::PartQuestion question{.enterprise = enterprise, .part = part, .now = call.now};
    if (part == permission::Part::trends) {
        question.scope = "invoice";
    } else if (const auto* owed = policy.attribute(loans_attribute)) {
        question.scope = owed->scope;
        question.grade = owed->grade;
    }
    return permission::part(call.actor, question, permits);
}

const std::vector<std::string>& trend_attributes() {
    static const std::vector<std::string> names{
        "invoice_sales_12m", "invoice_purchases_12m", "invoice_count_12m", "void_rate"};
    return names;
}

Result<Trends> invoice_months(const store::Snapshot& db, Id<base::Party> enterprise) {
    const auto sold = TRY(invoice::book(db, enterprise, invoice::Direction::output));
    const auto bought = TRY(invoice::book(db, enterprise, invoice::Direction::input));
    Trends out;
    for (const auto& month : invoice::months(sold, bought, trend_months)) {
        out.months.push_back(month.month);
        out.sales.push_back(month.sales);
        out.purchases.push_back(month.purchases);
        out.invoices.push_back(month.invoices);
        out.void_rate.push_back(month.void_rate.value_or(base::Rate{}));
    }
    return out;
}

} // namespace api
