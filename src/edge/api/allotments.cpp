// 分配: a department gives unclaimed needs to institutions. Terms, the plan with its reasons,
// prices, proof or conflict, and confirming it.
#include "domain/allotment/allotment.hpp"
#include "domain/product/product.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/naming.hpp"

#include <algorithm>

namespace api {
namespace {

using allotment::Allotment;
using base::Date;
using base::Money;
using base::Rate;

struct AllotmentView {
    Id<Allotment> id;
    allotment::Terms terms;
    allotment::State state = allotment::State::open;
    NamedParty department;
    std::string person_name;
    base::Instant opened_at;
    std::optional<base::Instant> ended_at;
    std::int64_t needs = 0;
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(
    AllotmentView,
    (),
    (id, terms, state, department, person_name, opened_at, ended_at, needs, version))

// What a department starts from: who could take part with how much room, and the groups of needs.
struct RoomView {
    NamedParty institution;
    std::int64_t open_claims = 0; // at work now
    std::int64_t suggested = 0;   // ceiling
};
BOOST_DESCRIBE_STRUCT(RoomView, (), (institution, open_claims, suggested))

struct GroupView {
    std::string group;
    Text label;
    std::int64_t needs = 0;
};
BOOST_DESCRIBE_STRUCT(GroupView, (), (group, label, needs))

struct StartView {
    std::int64_t unclaimed = 0;
    std::int64_t first_loan = 0;
    std::vector<RoomView> institutions;
    std::vector<GroupView> towns;
    std::vector<GroupView> sizes;
};
BOOST_DESCRIBE_STRUCT(StartView, (), (unclaimed, first_loan, institutions, towns, sizes))

struct QuotaView {
    NamedParty institution;
    std::int64_t floor = 0;
    std::optional<std::int64_t> ceiling;
    std::int64_t used = 0;
    Rate price; // of one place more; below 0: what the last one forced here costs
    Text sentence;
};
BOOST_DESCRIBE_STRUCT(QuotaView, (), (institution, floor, ceiling, used, price, sentence))

struct FloorView {
    std::string group;
    Text label;
    std::int64_t floor = 0;
    std::int64_t used = 0;
    Rate price;
};
BOOST_DESCRIBE_STRUCT(FloorView, (), (group, label, floor, used, price))

struct ShareView {
    NamedParty institution;
    Id<base::Product> product;
    Text product_name;
    std::int64_t units = 0;
    Rate cost;
    Rate chance;
    Rate expected;
};
BOOST_DESCRIBE_STRUCT(
    ShareView, (), (institution, product, product_name, units, cost, chance, expected))

struct WhyNotView {
    NamedParty institution;
    Text sentence;
};
BOOST_DESCRIBE_STRUCT(WhyNotView, (), (institution, sentence))

struct PlannedNeedView {
    Id<base::Need> need;
    std::string number;
    NamedParty enterprise;
    Money amount;
    Text town;
    bool first_loan = false;
    std::vector<ShareView> shares; // empty: not served
    Text sentence;                 // why there, or why nowhere
    std::vector<WhyNotView> why_not;
};
BOOST_DESCRIBE_STRUCT(
    PlannedNeedView,
    (),
    (need, number, enterprise, amount, town, first_loan, shares, sentence, why_not))

struct ConflictView {
    std::vector<Text> bounds; // in words
    std::int64_t demanded = 0;
    std::int64_t allowed = 0;
    bool proved = false;
    Text sentence;
};
BOOST_DESCRIBE_STRUCT(ConflictView, (), (bounds, demanded, allowed, proved, sentence))

struct PlanView {
    std::vector<PlannedNeedView> needs;
    std::int64_t others = 0; // further needs of the same enterprises
    std::vector<QuotaView> quotas;
    std::vector<FloorView> floors;
    std::int64_t served = 0;
    std::int64_t unserved = 0;
    std::int64_t cost = 0;
    std::int64_t bound = 0; // no assignment can cost less: equal to `cost` when proved
    bool proved = false;
    std::string digest;
    std::optional<ConflictView> conflict;
};
BOOST_DESCRIBE_STRUCT(
    PlanView,
    (),
    (needs, others, quotas, floors, served, unserved, cost, bound, proved, digest, conflict))

struct ConfirmAllotment {
    std::string digest; // of the plan that was seen
};
BOOST_DESCRIBE_STRUCT(ConfirmAllotment, (), (digest))

struct GivenView {
    Id<base::Need> need;
    std::string number;
    NamedParty enterprise;
    Money amount;
    NamedParty institution;
    Text product_name;
    std::int64_t units = 0;
    Rate cost;
    std::string reason; // code; empty: pushed
};
BOOST_DESCRIBE_STRUCT(
    GivenView,
    (),
    (need, number, enterprise, amount, institution, product_name, units, cost, reason))

constexpr std::size_t why_not_most = 8;
constexpr std::int64_t open_claims_most = 30; // a desk with so many has no more room

std::string percent(std::int64_t ppm) { return rule::display(Rate{ppm < 0 ? -ppm : ppm}).zh; }

Text family_label(const pack::Policy& policy, allotment::Family family, const std::string& group) {
    switch (family) {
    case allotment::Family::town: return town_label(policy, group);
    case allotment::Family::first_loan: return {"首贷户", "First borrowers"};
    case allotment::Family::size:
        if (group == "large") return {"大型企业", "Large enterprises"};
        if (group == "medium") return {"中型企业", "Medium enterprises"};
        if (group == "small") return {"小型企业", "Small enterprises"};
        if (group == "micro") return {"微型企业", "Micro enterprises"};
        return {"未划型企业", "Enterprises of no size"};
    case allotment::Family::none: break;
    }
    return {group, group};
}

Text bar_text(allotment::Bar bar) {
    switch (bar) {
    case allotment::Bar::exposure:
        return {"将超过授信集中度限额", "would exceed the limit on exposure"};
    case allotment::Bar::wish:
        return {"额度、期限、利率或担保方式不合", "amount, term, rate or security do not suit"};
    case allotment::Bar::unknown:
        return {"缺少判断准入所需的数据", "data are missing to judge its rule"};
    case allotment::Bar::rule: return {"不符合其产品的准入条件", "does not meet its rules"};
    case allotment::Bar::consent:
        return {"企业未授权查看其规则所需的数据", "no consent to the data its rules look at"};
    case allotment::Bar::no_product: return {"没有可用的贷款产品", "has no product to lend by"};
    }
    base::bug("bar out of range");
}

Text quota_sentence(const allotment::PlannedInstitution& each) {
    const auto price = percent(each.price_ppm);
    if (each.price_ppm > 0)
        return {
            "名额已满；再多一个名额可省 " + price + " 的年成本",
            "Its quota is full; one place more would save " + price + " a year"};
    if (each.price_ppm < 0 && each.quota.floor > 0 && each.used == each.quota.floor)
        return {
            "为保底而分配；保底每多一笔，多花 " + price + " 的年成本",
            "Held at its floor; one more would cost " + price + " a year"};
    if (each.quota.ceiling && each.used == *each.quota.ceiling)
        return {
            "名额已满，但增加名额不会更省", "Its quota is full, but more room would save nothing"};
    return {"尚有名额", "It has room left"};
}

// The plan in words.
class PlanWriter {
public:
    PlanWriter(
        const store::Snapshot& db,
        const pack::Policy& policy,
        const allotment::Terms& terms,
        Date today)
        : db_(db)
        , policy_(policy)
        , terms_(terms)
        , today_(today)
        , names_(db) {}

    PlanView write(const allotment::Plan& plan) {
        PlanView view;
        view.others = plan.others;
        view.served = plan.served;
        view.unserved = plan.unserved;
        view.cost = plan.cost;
        view.bound = plan.certificate.dual;
        view.proved = plan.certificate.holds;
        view.digest = plan.digest;
        for (const auto& each : plan.institutions)
            view.quotas.push_back(
                {names_(each.quota.institution),
                 each.quota.floor,
                 each.quota.ceiling,
                 each.used,
                 {each.price_ppm},
                 plan.conflict ? Text{} : quota_sentence(each)});
        for (const auto& each : plan.groups)
            view.floors.push_back(
                {each.group,
                 family_label(policy_, terms_.family, each.group),
                 each.floor,
                 each.used,
                 {each.price_ppm}});
        if (plan.conflict) {
            view.conflict = conflict(plan);
            return view;
        }
        for (const auto& each : plan.needs)
            view.needs.push_back(need(plan, each));
        return view;
    }

private:
    NamedParty institution(const allotment::Plan& plan, std::int32_t place) {
        return names_(plan.institutions[static_cast<std::size_t>(place)].quota.institution);
    }

    Text product_name(Id<base::Product> id) {
        const auto version = product::in_force(db_, id, today_);
        return version ? version->terms.name : Text{};
    }

    PlannedNeedView need(const allotment::Plan& plan, const allotment::PlannedNeed& each) {
        PlannedNeedView view;
        view.need = each.need.id;
        view.number = each.need.number;
        view.enterprise = names_(each.need.enterprise);
        view.amount = each.need.amount;
        view.town = town_label(policy_, each.need.town);
        view.first_loan = each.first_loan;
        for (const auto& pair : each.pairs) {
            if (pair.units > 0)
                view.shares.push_back(
                    {institution(plan, pair.institution),
                     pair.product,
                     product_name(pair.product),
                     pair.units,
                     {pair.cost_ppm},
                     {pair.chance_ppm},
                     {pair.expected_ppm}});
        }
        view.sentence = sentence(plan, each);
        for (const auto& pair : each.pairs) {
            if (pair.units > 0 || view.why_not.size() >= why_not_most) continue;
            view.why_not.push_back({institution(plan, pair.institution), why_not(each, pair)});
        }
        for (const auto& [party, bar] : each.barred) {
            if (view.why_not.size() >= why_not_most) break;
            view.why_not.push_back({names_(party), bar_text(bar)});
        }
        return view;
    }

    Text sentence(const allotment::Plan& plan, const allotment::PlannedNeed& each) {
        if (each.pairs.empty()) {
            const bool consent = std::ranges::any_of(
                each.barred, [](const auto& bar) { return bar.second == allotment::Bar::consent; });
            return consent
                       ? Text{"没有可去的机构：企业的授权不足以判断准入", "Nowhere to go: the enterprise's consents do not let us judge"}
                       : Text{
                             "没有可去的机构：各机构的原因见右",
                             "Nowhere to go: each institution's reason stands beside"};
        }
        const auto& best = each.pairs.front();
        const auto name = institution(plan, best.institution).name;
        if (best.units == 0)
            return {
                "合适的机构名额已满，且让出名额给别的需求更省",
                "Suitable institutions are full, and other needs save more by their places"};
        const auto rivals = std::ranges::count_if(
            each.pairs, [](const allotment::Pair& pair) { return pair.units == 0; });
        if (rivals == 0)
            return {"只有" + name.zh + "可以办理", "Only " + name.en + " can serve it"};
        return {
            "连同名额的边际价，" + name.zh + "的预期年成本最低（" + percent(best.expected_ppm) +
                "）",
            "With the price of a place, " + name.en + " has the least expected cost (" +
                percent(best.expected_ppm) + " a year)"};
    }

    static Text why_not(const allotment::PlannedNeed& each, const allotment::Pair& pair) {
        const auto& best = each.pairs.front();
        const auto of_best = best.units > 0 ? best.expected_ppm + best.price_ppm : each.worth_ppm;
        const auto more = pair.expected_ppm + pair.price_ppm - of_best;
        const auto cost = percent(pair.expected_ppm);
        if (pair.price_ppm > 0)
            return {
                "名额已满：预期年成本 " + cost + "，名额边际价 " + percent(pair.price_ppm),
                "Full: expected cost " + cost + " a year, and a place is worth " +
                    percent(pair.price_ppm)};
        if (more > 0)
            return {
                "预期年成本 " + cost + "，高出 " + percent(more),
                "Expected cost " + cost + " a year, " + percent(more) + " more"};
        return {"预期年成本相同（" + cost + "）", "The same expected cost (" + cost + " a year)"};
    }

    ConflictView conflict(const allotment::Plan& plan) {
        ConflictView view;
        view.demanded = plan.conflict->demanded;
        view.allowed = plan.conflict->allowed;
        view.proved = plan.conflict_proved;
        for (const auto& bound : plan.conflict->bounds)
            view.bounds.push_back(bound_text(plan, bound));
        const auto demanded = std::to_string(view.demanded);
        const auto allowed = std::to_string(view.allowed);
        view.sentence = {
            "以下条件不能同时满足：保底合计要求 " + demanded + "，而名额与可匹配的需求只容得下 " +
                allowed + "。放宽其中任何一条即可。",
            "These cannot hold together: the floors ask for " + demanded +
                ", quotas and eligible needs allow " + allowed + ". Easing any one is enough."};
        return view;
    }

    Text bound_text(const allotment::Plan& plan, const allocate::Bound& bound) {
        const auto place = static_cast<std::size_t>(bound.place);
        const auto units = std::to_string(bound.units);
        const auto name = [&]() -> Text {
            switch (bound.side) {
            case allocate::Side::need_group:
                return family_label(policy_, terms_.family, plan.groups[place].group);
            case allocate::Side::quota_group: return institution(plan, bound.place).name;
            case allocate::Side::quota:
                return product_name(Id<base::Product>{plan.problem.quotas[place].id});
            }
            base::bug("side out of range");
        }();
        if (bound.is_floor) return {name.zh + "至少 " + units, name.en + ": at least " + units};
        return {name.zh + "至多 " + units, name.en + ": at most " + units};
    }

    const store::Snapshot& db_;
    const pack::Policy& policy_;
    const allotment::Terms& terms_;
    Date today_;
    PartyNames names_;
};

base::Error no_allotment() {
    return base::not_found(
        "allotment.none",
        {"没有找到这次分配。", "There is no such allotment."},
        {"请回到分配列表刷新后重试。", "Go back to the list and refresh."});
}

AllotmentView allotment_view(const allotment::Row& row, PartyNames& names) {
    return {
        row.id,
        row.terms,
        row.state,
        names(row.department),
        row.person_name,
        row.opened_at,
        row.ended_at,
        row.needs,
        row.version};
}

bool takes_part(const party::Organisation& institution) {
    return institution.institution_kind == pack::InstitutionKind::bank ||
           institution.institution_kind == pack::InstitutionKind::guarantor ||
           institution.institution_kind == pack::InstitutionKind::leasing;
}

StartView start(const store::Snapshot& db, const pack::Policy& policy) {
    StartView view;
    std::map<std::string, std::int64_t> towns;
    std::map<std::string, std::int64_t> sizes;
    for (const auto& need : finance::unclaimed(db)) {
        ++view.unclaimed;
        ++towns[need.town];
        ++sizes[std::string(base::json::enum_name(need.size))];
        if (loan::of_enterprise(db, need.enterprise).empty()) ++view.first_loan;
    }
    for (const auto& institution : party::all_of(db, base::PartyKind::institution)) {
        if (!takes_part(institution)) continue;
        const auto open =
            static_cast<std::int64_t>(finance::claims_by(db, institution.id, true).size());
        view.institutions.push_back(
            {{institution.id, institution.name},
             open,
             std::max<std::int64_t>(0, open_claims_most - open)});
    }
    for (const auto& [town, count] : towns)
        if (!town.empty()) view.towns.push_back({town, town_label(policy, town), count});
    for (const auto& [size, count] : sizes)
        view.sizes.push_back({size, family_label(policy, allotment::Family::size, size), count});
    return view;
}

Result<std::vector<GivenView>> given_views(
    const Services& services, const store::Snapshot& db, Id<Allotment> id) {
    if (!allotment::find(db, id)) return no_allotment();
    (void)services;
    PartyNames names(db);
    std::vector<GivenView> views;
    for (const auto& row : allotment::given(db, id)) {
        const auto need = finance::find_need(db, row.need);
        const auto version = product::newest(db, row.product);
        auto& view = views.emplace_back();
        view.need = row.need;
        if (need) {
            view.number = need->number;
            view.enterprise = names(need->enterprise);
            view.amount = need->amount;
        }
        view.institution = names(row.institution);
        if (version) view.product_name = version->terms.name;
        view.units = row.units;
        view.cost = row.cost;
        view.reason = row.reason;
    }
    return views;
}

void declare_allotment_reads(Endpoints& all, Services& services) {
    all.get(
        "/v1/allotments",
        Right::need_supervise,
        {"分配列表", "Allotments"},
        [&](Call&, const Paging& paging) -> Result<Page<AllotmentView>> {
            return services.database->read([&](const store::Snapshot& db) {
                const auto found = allotment::list(db, paging.page, paging.per_page);
                auto page = page_of<AllotmentView>(paging, found.total);
                PartyNames names(db);
                for (const auto& row : found.items)
                    page.items.push_back(allotment_view(row, names));
                return page;
            });
        });
    all.get(
        "/v1/allotments/start",
        Right::need_supervise,
        {"分配的建议名额与需求概况", "Suggested quotas and what there is to give"},
        [&](Call&) -> Result<StartView> {
            return services.database->read(
                [&](const store::Snapshot& db) { return start(db, *services.policy); });
        });
    all.get(
        "/v1/allotments/{id}",
        Right::need_supervise,
        {"一次分配", "One allotment"},
        [&](Call& call) -> Result<AllotmentView> {
            const auto id = TRY(call.id<Allotment>());
            return services.database->read([&](const store::Snapshot& db) -> Result<AllotmentView> {
                const auto row = allotment::find(db, id);
                if (!row) return no_allotment();
                PartyNames names(db);
                return allotment_view(*row, names);
            });
        });
    all.get(
        "/v1/allotments/{id}/plan",
        Right::need_supervise,
        {"分配方案：去向、理由、边际价、最优性证明或冲突",
         "The plan: who goes where and why, prices, its proof, or what quarrels"},
        [&](Call& call) -> Result<PlanView> {
            const auto id = TRY(call.id<Allotment>());
            return services.database->read([&](const store::Snapshot& db) -> Result<PlanView> {
                const auto row = allotment::find(db, id);
                if (!row) return no_allotment();
                const auto& policy = *services.policy;
                const auto plan =
                    TRY(allotment::plan(db, policy, *services.products, row->terms, call.now));
                return PlanWriter(db, policy, row->terms, policy.zone().date(call.now)).write(plan);
            });
        });
}

} // namespace

void declare_allotments(Endpoints& all, Services& services) {
    all.capability("allotments");
    declare_allotment_reads(all, services);
    all.get(
           "/v1/allotments/{id}/given",
           Right::need_supervise,
           {"已确认的分配结果", "What was given"},
           [&](Call& call) -> Result<std::vector<GivenView>> {
               const auto id = TRY(call.id<Allotment>());
               return services.database->read(
                   [&](const store::Snapshot& db) { return given_views(services, db, id); });
           })
        .exportable(
            "allotment",
            {column(&GivenView::number, {"需求编号", "Need"}),
             {{"企业", "Enterprise"},
              [](const GivenView& row) -> SheetCell { return row.enterprise.name; }},
             column(&GivenView::amount, {"金额（元）", "Amount (CNY)"}),
             {{"机构", "Institution"},
              [](const GivenView& row) -> SheetCell { return row.institution.name; }},
             column(&GivenView::product_name, {"产品", "Product"}),
             column(&GivenView::units, {"份额", "Units"}),
             column(&GivenView::cost, {"年化综合成本", "All-in yearly cost"}),
             column(&GivenView::reason, {"未推送原因", "Why not pushed"})});
    all.post(
        "/v1/allotments",
        Right::need_supervise,
        {"新建分配", "Open an allotment"},
        [&](Call& call, const allotment::Terms& terms) -> Result<store::Receipt> {
            return services.allotments->open(call.command(), terms);
        });
    all.put(
           "/v1/allotments/{id}",
           Right::need_supervise,
           {"修改分配条件", "Change the terms"},
           [&](Call& call, const allotment::Terms& terms) -> Result<store::Receipt> {
               const auto id = TRY(call.id<Allotment>());
               return services.allotments->change(call.command(), id, *call.version, terms);
           })
        .edited();
    all.post(
        "/v1/allotments/{id}/confirm",
        Right::need_supervise,
        {"确认分配并推送给机构", "Confirm, and push the needs to their institutions"},
        [&](Call& call, const ConfirmAllotment& wish) -> Result<store::Receipt> {
            const auto id = TRY(call.id<Allotment>());
            return services.allotments->confirm(call.command(), id, wish.digest);
        });
    all.post(
        "/v1/allotments/{id}/cancel",
        Right::need_supervise,
        {"取消分配", "Cancel an allotment"},
        [&](Call& call) -> Result<store::Receipt> {
            const auto id = TRY(call.id<Allotment>());
            return services.allotments->cancel(call.command(), id);
        });
}

} // namespace api
