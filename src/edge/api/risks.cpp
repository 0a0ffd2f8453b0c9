// Warnings: cases, what officers do with them, the graph around a subject, the rules' records.
#include "domain/permission/permission.hpp"
#include "domain/risk/signals.hpp"
#include "domain/risk/watching.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/risk_view.hpp"

#include <algorithm>
#include <set>

namespace api {
namespace {

constexpr std::int64_t graph_before_ms = 30LL * 86'400'000; // what led to the first warning

struct RiskQuery {
    std::int32_t page = 1;
    std::int32_t per_page = 50;
    std::optional<risk::State> state;
    std::optional<risk::Outcome> outcome;
    std::optional<risk::Source> source;
    std::string rule;
    std::string severity;
    std::string text;
    bool mine = false;
    bool overdue = false;
};
BOOST_DESCRIBE_STRUCT(
    RiskQuery, (), (page, per_page, state, outcome, source, rule, severity, text, mine, overdue))

struct RiskOfficer {
    Id<base::Person> id;
    std::string name;
    std::string unit;
};
BOOST_DESCRIBE_STRUCT(RiskOfficer, (), (id, name, unit))

struct RiskReasonView {
    std::string code;
    Text label;
    risk::Outcome outcome = risk::Outcome::confirmed;
};
BOOST_DESCRIBE_STRUCT(RiskReasonView, (), (code, label, outcome))

struct RiskDeskView {
    risk::Counts counts;
    std::vector<Labelled> severities;
    std::vector<Labelled> actions;
    std::vector<RiskReasonView> reasons;
    std::vector<Labelled> rules;
    std::vector<RiskOfficer> officers;
};
BOOST_DESCRIBE_STRUCT(RiskDeskView, (), (counts, severities, actions, reasons, rules, officers))

struct RiskNode {
    std::string account;
    std::int32_t hops = 0;
    bool evidence = false;  // a row behind the warning names it
    std::int64_t cases = 0; // about it
};
BOOST_DESCRIBE_STRUCT(RiskNode, (), (account, hops, evidence, cases))

struct RiskTie {
    std::string from;
    std::string to;
    std::int64_t count = 0;
    Money amount;
    Instant first_at;
    Instant last_at;
    bool evidence = false;
    std::vector<risk::Payment> payments; // the latest first, at most twenty
};
BOOST_DESCRIBE_STRUCT(RiskTie, (), (from, to, count, amount, first_at, last_at, evidence, payments))

struct RiskGraph {
    std::vector<RiskNode> nodes;
    std::vector<RiskTie> ties;
    std::int64_t left_out = 0;
};
BOOST_DESCRIBE_STRUCT(RiskGraph, (), (nodes, ties, left_out))

struct RiskRulePart {
    std::string code;
    Text label;
    std::string when;
    std::string source;
    std::int64_t weight = 0;
    bool shadow = false;
};
BOOST_DESCRIBE_STRUCT(RiskRulePart, (), (code, label, when, source, weight, shadow))

struct RiskRuleView {
    std::string code;
    Text label;
    risk::Source source = risk::Source::transactions;
    bool current = true; // in the rules of today
    std::vector<RiskRulePart> parts;
    std::int64_t alert = 0;
    std::string snooze;
    std::int64_t holding = 0; // enterprises for which a signal holds now
    std::int64_t warnings = 0;
    std::int64_t cases = 0;
    std::int64_t open = 0;
    std::int64_t confirmed = 0;
    std::int64_t false_alarm = 0;
    std::int64_t known = 0;
    std::optional<series::Proportion> precision;
};
BOOST_DESCRIBE_STRUCT(
    RiskRuleView,
    (),
    (code,
     label,
     source,
     current,
     parts,
     alert,
     snooze,
     holding,
     warnings,
     cases,
     open,
     confirmed,
     false_alarm,
     known,
     precision))

std::optional<watch::Book> book_of(const Services& services) {
    return services.watching == nullptr ? std::nullopt : services.watching->book();
}

Page<RiskListed> list_risks(const Services& services, const Call& call, const RiskQuery& query) {
    return services.database->read([&](const store::Snapshot& db) {
        risk::Filter filter{
            .state = query.state,
            .outcome = query.outcome,
            .source = query.source,
            .rule = query.rule,
            .severity = query.severity,
            .text = query.text,
            .owner = {},
            .overdue_at = {},
            .page = query.page,
            .per_page = query.per_page};
        if (query.mine) filter.owner = call.actor.person;
        if (query.overdue) filter.overdue_at = call.now;
        const auto found = risk::list(db, filter);
        auto page = page_of<RiskListed>(query, found.total);
        RiskViews views(services, db, call);
        for (const auto& it : found.items)
            page.items.push_back(views.listed(it));
        return page;
    });
}

Result<risk::Case> risk_named(const store::Snapshot& db, const Call& call) {
    const auto id = TRY(call.id<RiskCase>());
    auto found = risk::find(db, id);
    if (found && permission::reach(call.actor) == permission::Reach::all) return *std::move(found);
    return base::not_found(
        "risk.not_found",
        {"没有找到这件预警。", "There is no such case."},
        {"请回到列表刷新。", "Go back to the list and refresh."});
}

RiskDeskView desk_view(const Services& services, const Call& call) {
    return services.database->read([&](const store::Snapshot& db) {
        RiskDeskView view;
        view.counts = risk::counts(db, call.actor.person, call.now);
        for (const auto& person : risk::officers(db, *services.policy))
            view.officers.push_back({person.id, person.name, person.unit});
        if (const auto* desk = services.risks->words()) {
            for (const auto& each : desk->severities)
                view.severities.push_back({each.code, each.label});
            for (const auto& each : desk->actions)
                view.actions.push_back({each.code, each.label});
            for (const auto& each : desk->reasons)
                view.reasons.push_back({each.code, each.label, each.outcome});
        }
        if (const auto book = book_of(services)) {
            for (const auto& each : book->typologies)
                view.rules.push_back({each.code, each.label});
        }
        for (const auto& each : services.policy->pack().signals)
            view.rules.push_back({risk::rule_of(each), each.label});
        return view;
    });
}

// Where the stream is not at hand, the rows behind the warnings are what is known.
watch::Past::Web web_around(
    const Services& services,
    const watch::Past::Asked& asked,
    const std::vector<risk::Payment>& evidence) {
    if (services.watching != nullptr && services.watching->standing().ready)
        return services.watching->around(asked);
    watch::Past past;
    for (const auto& each : evidence)
        past.add({each.id, each.at.ms, each.payer, each.payee, each.amount.fen, each.kind});
    return past.around(asked);
}

Result<RiskGraph> graph_of(const Services& services, const Call& call) {
    return services.database->read([&](const store::Snapshot& db) -> Result<RiskGraph> {
        const auto it = TRY(risk_named(db, call));
        std::map<std::string, risk::Payment> evidence; // by id
        std::vector<risk::Payment> rows;
        watch::Past::Asked asked{
            .account = it.subject,
            .from_ms = it.first_at.ms - graph_before_ms,
            .until_ms = it.last_at.ms,
            .first = {}};
        std::set<std::string> named;
        std::set<std::pair<std::string, std::string>> ways;
        for (const auto& warning : risk::warnings(db, it.id)) {
            for (const auto& each : warning.payments) {
                evidence.emplace(each.id, each);
                rows.push_back(each);
                named.insert({each.payer, each.payee});
                ways.emplace(each.payer, each.payee);
            }
        }
        asked.first.assign(named.begin(), named.end());
        const auto web = web_around(services, asked, rows);
        RiskGraph graph{.nodes = {}, .ties = {}, .left_out = web.left_out};
        for (const auto& node : web.nodes) {
            graph.nodes.push_back(
                {node.account,
                 node.hops,
                 named.contains(node.account),
                 static_cast<std::int64_t>(risk::about(db, node.account).size())});
        }
        for (const auto& tie : web.ties) {
            auto& view = graph.ties.emplace_back();
            view.from = tie.from;
            view.to = tie.to;
            view.count = tie.count;
            view.amount = {tie.amount};
            view.first_at = {tie.first_ms};
            view.last_at = {tie.last_ms};
            view.evidence = ways.contains({tie.from, tie.to});
            if (services.watching != nullptr && services.watching->standing().ready) {
                view.payments = services.watching->payments(tie.of);
                continue;
            }
            for (const auto& id : tie.of)
                view.payments.push_back(evidence.at(id));
        }
        return graph;
    });
}

RiskRuleView rule_view(const watch::Book& book, const watch::Typology& typology) {
    RiskRuleView view;
    view.code = typology.code;
    view.label = typology.label;
    view.alert = typology.alert;
    view.snooze = typology.snooze;
    for (const auto& part : typology.parts) {
        const auto found = std::ranges::find(book.rules, part.rule, &watch::Rule::code);
        if (found == book.rules.end()) continue;
        view.parts.push_back(
            {found->code, found->label, found->when, found->source, part.weight, found->shadow});
    }
    return view;
}

RiskRuleView signal_view(const pack::Signal& signal) {
    RiskRuleView view;
    view.code = risk::rule_of(signal);
    view.label = signal.label;
    view.source =
        signal.kind == pack::SignalKind::list ? risk::Source::list : risk::Source::post_loan;
    const auto when = signal.watches.empty() ? signal.when : signal.watches + " && " + signal.when;
    view.parts.push_back(
        {signal.code, signal.label, when, signal.source, signal.weight, signal.trial});
    return view;
}

std::vector<RiskRuleView> rule_views(const Services& services) {
    std::vector<RiskRuleView> views;
    for (const auto& signal : services.policy->pack().signals)
        views.push_back(signal_view(signal));
    if (const auto book = book_of(services)) {
        for (const auto& typology : book->typologies)
            views.push_back(rule_view(*book, typology));
    }
    services.database->read([&](const store::Snapshot& db) {
        for (const auto& record : risk::records(db)) {
            auto at = std::ranges::find(views, record.rule, &RiskRuleView::code);
            if (at == views.end()) {
                at = views.insert(views.end(), RiskRuleView{});
                at->code = record.rule;
                at->label = risk::label_of(db, record.rule);
                at->source = risk::source_of(db, record.rule);
                // What is found of a model stands in no file of rules.
                at->current = at->source == risk::Source::model;
            }
            at->warnings = record.warnings;
            at->cases = record.cases;
            at->open = record.open;
            at->confirmed = record.confirmed;
            at->false_alarm = record.false_alarm;
            at->known = record.known;
            at->precision = risk::precision(record);
        }
        for (const auto& standing : risk::standings(db)) {
            const auto at = std::ranges::find(views, standing.rule, &RiskRuleView::code);
            if (at != views.end()) ++at->holding;
        }
    });
    return views;
}

Text source_text(risk::Source source) {
    switch (source) {
    case risk::Source::transactions: return {"交易监测", "Payments"};
    case risk::Source::post_loan: return {"贷后预警", "After lending"};
    case risk::Source::list: return {"名单命中", "List"};
    case risk::Source::model: return {"模型漂移", "Model drift"};
    }
    base::bug("source out of range");
}

Text outcome_text(const std::optional<risk::Outcome>& outcome) {
    if (!outcome) return {"未办结", "Not closed"};
    switch (*outcome) {
    case risk::Outcome::confirmed: return {"属实", "Confirmed"};
    case risk::Outcome::false_alarm: return {"误报", "False alarm"};
    case risk::Outcome::known: return {"已知", "Known"};
    }
    base::bug("outcome out of range");
}

std::vector<Column<RiskListed>> risk_columns() {
    return {
        column(&RiskListed::number, {"编号", "Number"}),
        {{"来源", "Source"},
         [](const RiskListed& row) -> SheetCell { return source_text(row.source); }},
        {{"规则", "Rule"}, [](const RiskListed& row) -> SheetCell { return row.rule.label; }},
        column(&RiskListed::subject, {"对象", "Subject"}),
        {{"等级", "Severity"},
         [](const RiskListed& row) -> SheetCell { return row.severity.label; }},
        column(&RiskListed::score, {"分值", "Score"}),
        column(&RiskListed::warnings, {"预警次数", "Warnings"}),
        column(&RiskListed::owner_name, {"经办人", "Officer"}),
        column(&RiskListed::opened_at, {"生成时间", "Opened at"}),
        column(&RiskListed::due_at, {"到期", "Due"}),
        {{"结果", "Outcome"},
         [](const RiskListed& row) -> SheetCell { return outcome_text(row.outcome); }},
        column(&RiskListed::closed_at, {"办结时间", "Closed at"})};
}

std::vector<Column<RiskRuleView>> rule_columns() {
    const auto rate = [](base::Rate series::Proportion::*part) {
        return [part](const RiskRuleView& row) -> SheetCell {
            if (!row.precision) return {};
            return (*row.precision).*part;
        };
    };
    return {
        column(&RiskRuleView::label, {"规则", "Rule"}),
        column(&RiskRuleView::holding, {"正在成立（户）", "Enterprises it holds for"}),
        column(&RiskRuleView::warnings, {"预警次数", "Warnings"}),
        column(&RiskRuleView::cases, {"预警件", "Cases"}),
        column(&RiskRuleView::open, {"未办结", "Open"}),
        column(&RiskRuleView::confirmed, {"属实", "Confirmed"}),
        column(&RiskRuleView::false_alarm, {"误报", "False alarms"}),
        column(&RiskRuleView::known, {"已知", "Known"}),
        {{"精确率", "Precision"}, rate(&series::Proportion::share)},
        {{"下限（95%）", "Low (95 %)"}, rate(&series::Proportion::low)},
        {{"上限（95%）", "High (95 %)"}, rate(&series::Proportion::high)}};
}

void declare_risk_acts(Endpoints& all, Services& services) {
    const std::string one = "/v1/risk-cases/{id}";
    all.post(
        one + "/take",
        Right::risk_handle,
        {"接手预警", "Take a case on"},
        [&](Call& call) -> Result<store::Receipt> {
            return services.risks->take(call.command(), TRY(call.id<RiskCase>()));
        });
    all.post(
        one + "/assign",
        Right::risk_handle,
        {"交办预警", "Give a case to an officer"},
        [&](Call& call, const risk::Assign& wish) -> Result<store::Receipt> {
            return services.risks->assign(call.command(), TRY(call.id<RiskCase>()), wish);
        });
    all.post(
        one + "/notes",
        Right::risk_handle,
        {"登记处置动作", "Record what was done"},
        [&](Call& call, const risk::Note& wish) -> Result<store::Receipt> {
            return services.risks->note(call.command(), TRY(call.id<RiskCase>()), wish);
        });
    all.post(
        one + "/close",
        Right::risk_handle,
        {"办结预警：属实、误报或已知", "Close a case: confirmed, a false alarm or known"},
        [&](Call& call, const risk::Close& wish) -> Result<store::Receipt> {
            return services.risks->close(call.command(), TRY(call.id<RiskCase>()), wish);
        });
    all.post(
        one + "/reopen",
        Right::risk_handle,
        {"重开预警", "Reopen a case"},
        [&](Call& call, const risk::Reopen& wish) -> Result<store::Receipt> {
            return services.risks->reopen(call.command(), TRY(call.id<RiskCase>()), wish);
        });
}

} // namespace

void declare_risks(Endpoints& all, Services& services) {
    all.capability("risks");
    all.get(
           "/v1/risk-cases",
           Right::risk_handle,
           {"风险预警", "Risk warnings"},
           [&](Call& call, const RiskQuery& query) -> Result<Page<RiskListed>> {
               return list_risks(services, call, query);
           })
        .exportable("risk-cases", risk_columns());
    all.get(
        "/v1/risk-cases/{id}",
        Right::risk_handle,
        {"一件预警：窗口、交易、理由", "One case: windows, payments, reasons"},
        [&](Call& call) -> Result<RiskWhole> {
            return services.database->read([&](const store::Snapshot& db) -> Result<RiskWhole> {
                const auto it = TRY(risk_named(db, call));
                return RiskViews(services, db, call).whole(it);
            });
        });
    all.get(
        "/v1/risk-cases/{id}/graph",
        Right::risk_handle,
        {"对象周围两层的资金关系", "Who paid whom within two payments of the subject"},
        [&](Call& call) -> Result<RiskGraph> { return graph_of(services, call); });
    declare_risk_acts(all, services);
    all.get(
           "/v1/risk-rules",
           Right::risk_handle,
           {"预警规则与精确率", "Rules and their precision"},
           [&](Call&) -> Result<std::vector<RiskRuleView>> { return rule_views(services); })
        .exportable<RiskRuleView>("risk-rules", rule_columns());
    all.get(
        "/v1/risk-desk",
        Right::risk_handle,
        {"预警台：件数、用语、经办人", "The desk: counts, words, officers"},
        [&](Call& call) -> Result<RiskDeskView> { return desk_view(services, call); });
}

} // namespace api
