// Data quality: what the pack's rules find in the county's data.
#include "domain/fact/quality.hpp"

#include "edge/api/capabilities.hpp"
#include "edge/api/naming.hpp"

namespace api {
namespace {

struct QualityQuery {
    std::string rule;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};
BOOST_DESCRIBE_STRUCT(QualityQuery, (), (rule, page, per_page))

struct QualityRow {
    NamedParty enterprise;
    std::string rule;
    Text label;
    fact::Severity severity = fact::Severity::warning;
    std::vector<std::string> attributes;
    Text message;
    Text cure;
    std::optional<std::string> owner;
    std::optional<Text> owner_name;
};
BOOST_DESCRIBE_STRUCT(
    QualityRow,
    (),
    (enterprise, rule, label, severity, attributes, message, cure, owner, owner_name))

struct QualityCount {
    std::string rule;
    Text label;
    std::int64_t count = 0;
    pack::QualityKind kind = pack::QualityKind::range;
    std::optional<Text> owner_name;
};
BOOST_DESCRIBE_STRUCT(QualityCount, (), (rule, label, count, kind, owner_name))

std::optional<Text> owner_name(const pack::Policy& policy, const pack::QualityRule& rule) {
    const auto* unit = rule.owner ? policy.unit(*rule.owner) : nullptr;
    return unit == nullptr ? std::nullopt : std::optional(unit->name);
}

Page<QualityRow> list_quality(Services& services, const Call& call, const QualityQuery& query) {
    const auto& policy = *services.policy;
    return services.database->read([&](const store::Snapshot& db) {
        const auto found = services.quality->list(
            db,
            policy.zone().date(call.now),
            {.rule = query.rule, .page = query.page, .per_page = query.per_page});
        auto page = page_of<QualityRow>(query, found.total);
        for (const auto& it : found.items) {
            QualityRow row{
                .enterprise = {.id = it.enterprise, .name = {it.name, it.name}},
                .rule = it.finding.rule,
                .label = it.finding.label,
                .severity = it.finding.severity,
                .attributes = it.finding.attributes,
                .message = it.finding.message,
                .cure = it.finding.cure};
            if (const auto* rule = policy.quality_rule(it.finding.rule)) {
                row.owner = rule->owner;
                row.owner_name = owner_name(policy, *rule);
            }
            page.items.push_back(std::move(row));
        }
        return page;
    });
}

std::vector<QualityCount> summary(Services& services, const Call& call) {
    const auto& policy = *services.policy;
    const auto counts = services.database->read([&](const store::Snapshot& db) {
        return services.quality->counts(db, policy.zone().date(call.now));
    });
    std::vector<QualityCount> out;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const auto& rule = policy.pack().quality[i];
        out.push_back(
            {.rule = rule.code,
             .label = rule.label,
             .count = counts[i],
             .kind = rule.kind,
             .owner_name = owner_name(policy, rule)});
    }
    return out;
}

} // namespace

void declare_quality(Endpoints& all, Services& services) {
    all.capability("quality");
    const auto readers = Access::any_of({Right::fact_import, Right::need_supervise});
    all.get(
           "/v1/quality",
           readers,
           {"数据质量问题", "Findings of data quality"},
           [&](Call& call, const QualityQuery& query) -> Result<Page<QualityRow>> {
               return list_quality(services, call, query);
           })
        .exportable(
            "quality",
            {{{"企业", "Enterprise"},
              [](const QualityRow& row) -> SheetCell { return row.enterprise.name; }},
             column(&QualityRow::label, {"规则", "Rule"}),
             column(&QualityRow::severity, {"级别", "Severity"}),
             column(&QualityRow::message, {"问题", "Finding"}),
             column(&QualityRow::cure, {"办法", "Cure"}),
             column(&QualityRow::owner_name, {"责任单位", "Unit"})});
    all.get(
        "/v1/quality/summary",
        readers,
        {"各规则的问题数", "Findings by rule"},
        [&](Call& call) -> Result<std::vector<QualityCount>> { return summary(services, call); });
}

} // namespace api
