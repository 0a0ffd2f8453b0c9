// Data quality: what the pack's rules find in the county's data, and what enterprises dispute of
// it.
#include "domain/dossier/quality.hpp"

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
    dossier::Severity severity = dossier::Severity::warning;
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

struct DisputeQuery {
    bool open = true; // only those that wait for an answer
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};
BOOST_DESCRIBE_STRUCT(DisputeQuery, (), (open, page, per_page))

struct DisputeRow {
    std::int64_t number = 0;
    NamedParty enterprise;
    std::string attribute;
    Text label;
    Text display; // the value as it stands
    Text source_label;
    std::optional<Text> owner_name; // the unit that answers for the source
    std::string reason;
    Instant at;
    std::optional<Instant> answered_at;
    std::optional<bool> accepted;
    std::string answer;
    bool may_answer = false; // the reader's own unit answers
};
BOOST_DESCRIBE_STRUCT(
    DisputeRow,
    (),
    (number,
     enterprise,
     attribute,
     label,
     display,
     source_label,
     owner_name,
     reason,
     at,
     answered_at,
     accepted,
     answer,
     may_answer))

DisputeRow dispute_row(
    const pack::Policy& policy,
    const store::Snapshot& db,
    const Call& call,
    PartyNames& names,
    const fact::Dispute& it) {
    DisputeRow row{
        .number = it.number,
        .enterprise = names(it.enterprise),
        .attribute = it.attribute,
        .label = {it.attribute, it.attribute},
        .reason = it.reason,
        .at = it.at,
        .answered_at = it.answered_at,
        .accepted = it.accepted,
        .answer = it.answer,
        .may_answer = !it.answered_at && fact::answers_for(call.actor, policy, it.attribute)};
    const auto* attribute = policy.attribute(it.attribute);
    if (attribute == nullptr) return row;
    row.label = attribute->label;
    if (const auto* source = policy.source(attribute->source)) {
        row.source_label = source->label;
        const auto* unit = source->unit ? policy.unit(*source->unit) : nullptr;
        if (unit != nullptr) row.owner_name = unit->name;
    }
    const auto enterprise = party::find_enterprise(db, it.enterprise);
    if (!enterprise) return row;
    const auto seen =
        dossier::portrait(policy, dossier::now(db, *enterprise), call.actor, {}, call.now);
    const auto shown = std::ranges::find(seen.facts, it.attribute, &fact::View::attribute);
    if (shown != seen.facts.end()) row.display = shown->display;
    return row;
}

Page<DisputeRow> list_disputes(Services& services, const Call& call, const DisputeQuery& query) {
    return services.database->read([&](const store::Snapshot& db) {
        const auto all = fact::all_disputes(db, query.open);
        auto page = page_of<DisputeRow>(query, static_cast<std::int64_t>(all.size()));
        PartyNames names(db);
        const auto from = std::min<std::size_t>(
            all.size(), static_cast<std::size_t>(query.page - 1) * query.per_page);
        const auto to = std::min<std::size_t>(all.size(), from + query.per_page);
        for (auto i = from; i < to; ++i) {
            page.items.push_back(dispute_row(*services.policy, db, call, names, all[i]));
        }
        return page;
    });
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
    all.get(
           "/v1/disputes",
           readers,
           {"企业对数据提出的异议", "Data that enterprises dispute"},
           [&](Call& call, const DisputeQuery& query) -> Result<Page<DisputeRow>> {
               return list_disputes(services, call, query);
           })
        .exportable(
            "disputes",
            {{{"企业", "Enterprise"},
              [](const DisputeRow& row) -> SheetCell { return row.enterprise.name; }},
             column(&DisputeRow::label, {"数据", "Datum"}),
             column(&DisputeRow::display, {"现值", "Value"}),
             column(&DisputeRow::source_label, {"来源", "Source"}),
             column(&DisputeRow::owner_name, {"责任单位", "Unit"}),
             column(&DisputeRow::reason, {"异议", "Dispute"}),
             column(&DisputeRow::at, {"提出时间", "Opened"}),
             column(&DisputeRow::answered_at, {"答复时间", "Answered"}),
             column(&DisputeRow::accepted, {"是否采纳", "Accepted"}),
             column(&DisputeRow::answer, {"答复", "Answer"})});
}

} // namespace api
