// Matching: products for an enterprise, with reasons; enterprises for a product.
#include "base/clock.hpp"
#include "domain/census/census.hpp"
#include "domain/consent/consent.hpp"
#include "domain/finance/track.hpp"
#include "domain/permission/permission.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/fits.hpp"
#include "edge/api/product_view.hpp"
#include "engine/column/aggregate.hpp"
#include "engine/match/index.hpp"
#include "engine/match/standings.hpp"

#include <algorithm>

namespace api {
namespace {

struct MatchQuery {
    std::optional<Id<base::Need>> need;
    std::optional<Id<Party>> enterprise;
    std::optional<Money> amount;
    std::optional<std::int32_t> term_months;
    std::optional<std::string> guarantee_mode;
    std::optional<std::string> purpose;
};
BOOST_DESCRIBE_STRUCT(
    MatchQuery, (), (need, enterprise, amount, term_months, guarantee_mode, purpose))

struct MissingView {
    std::string attribute;
    Text label;
    std::string scope;
    Text scope_label;
    Text how;
};
BOOST_DESCRIBE_STRUCT(MissingView, (), (attribute, label, scope, scope_label, how))

struct ChangeView {
    std::string attribute;
    Text label;
    Text from;
    Text to;
    Text gap;
};
BOOST_DESCRIBE_STRUCT(ChangeView, (), (attribute, label, from, to, gap))

struct ComponentView {
    std::string code;
    Text label;
    Rate value;
    Rate weight;
    Text display;
};
BOOST_DESCRIBE_STRUCT(ComponentView, (), (code, label, value, weight, display))

struct MatchView {
    ProductView product;
    match::Standing outcome = match::Standing::unknown;
    Text sentence;
    std::vector<ClauseView> clauses;
    std::vector<MissingView> missing;
    std::vector<ChangeView> changes;
    std::vector<Text> misfits; // where the wish, not the enterprise, does not suit
    std::int64_t rank = 0;     // 1 is best
    Rate score;
    Rate all_in_cost;
    std::vector<ComponentView> components;
};
BOOST_DESCRIBE_STRUCT(
    MatchView,
    (),
    (product,
     outcome,
     sentence,
     clauses,
     missing,
     changes,
     misfits,
     rank,
     score,
     all_in_cost,
     components))

struct LprView {
    Date date;
    Rate one_year;
    Rate five_year;
};
BOOST_DESCRIBE_STRUCT(LprView, (), (date, one_year, five_year))

struct WeightView {
    std::string code;
    Text label;
    Rate weight;
};
BOOST_DESCRIBE_STRUCT(WeightView, (), (code, label, weight))

struct MatchesView {
    Date today;
    std::optional<LprView> lpr;
    std::vector<WeightView> weights;
    std::vector<MatchView> matches;
    std::int64_t took_us = 0;
};
BOOST_DESCRIBE_STRUCT(MatchesView, (), (today, lpr, weights, matches, took_us))

struct EnterpriseMatch {
    NamedParty enterprise;
    match::Standing outcome = match::Standing::unknown;
    std::vector<ClauseView> clauses;
};
BOOST_DESCRIBE_STRUCT(EnterpriseMatch, (), (enterprise, outcome, clauses))

struct ProductEnterprises {
    std::int64_t eligible = 0;
    std::int64_t nearly = 0;
    std::int64_t unknown = 0;
    std::int64_t not_eligible = 0;
    std::vector<EnterpriseMatch> items;
};
BOOST_DESCRIBE_STRUCT(ProductEnterprises, (), (eligible, nearly, unknown, not_eligible, items))

constexpr std::size_t items_most = 200;
constexpr std::size_t changes_sought_most = 2'000;

base::Error no_consent() {
    return base::forbidden(
        "matching.no_consent",
        {"企业的授权不包含该产品规则所需的数据。",
         "The enterprise's consents do not cover the data these rules look at."},
        {"请联系企业补充授权范围。", "Ask the enterprise to consent to the scopes."});
}

struct Question {
    Id<Party> enterprise;
    match::Wish wish;
};

Result<Question> question(const store::Snapshot& db, const Call& call, const MatchQuery& query) {
    Question asked;
    asked.enterprise = call.actor.kind == base::PartyKind::enterprise
                           ? call.actor.party
                           : query.enterprise.value_or(Id<Party>{});
    if (query.need) {
        const auto need = finance::find_need(db, *query.need);
        if (!need) {
            return base::not_found(
                "finance.no_need",
                {"没有找到该需求，或您无权查看。", "No such need, or it is not yours to see."},
                {"请核对编号。", "Check the number."});
        }
        TRY(finance::may_see(db, call.actor, *need));
        asked.enterprise = need->enterprise;
        const auto& wish = need->wish;
        if (wish.amount.fen > 0) asked.wish.amount = wish.amount;
        if (wish.term_months > 0) asked.wish.term_months = wish.term_months;
        if (wish.guarantee_modes.size() == 1)
            asked.wish.guarantee_mode = wish.guarantee_modes.front();
        asked.wish.rate_most = wish.rate_most;
    }
    if (query.amount) asked.wish.amount = query.amount;
    if (query.term_months) asked.wish.term_months = query.term_months;
    if (query.guarantee_mode) asked.wish.guarantee_mode = query.guarantee_mode;
    if (query.purpose) asked.wish.purpose = query.purpose;
    return asked;
}

// The scopes that a rule's data belong to, without what is open to all.
std::vector<std::string> scopes_of(const pack::Policy& policy, const rule::Program* program) {
    std::vector<std::string> scopes;
    if (program == nullptr) return scopes;
    for (const auto& name : rule::needs(*program)) {
        const auto* attribute = policy.attribute(name);
        if (attribute != nullptr && attribute->scope != "public")
            scopes.push_back(attribute->scope);
    }
    return scopes;
}

// Consents that let the institution look at every attribute of the rule; nothing when some datum
// is not covered.
std::optional<std::vector<Id<base::Consent>>> covered(
    const std::vector<std::string>& scopes, const std::vector<permission::Permit>& permits) {
    std::vector<Id<base::Consent>> used;
    for (const auto& scope : scopes) {
        const auto found = std::ranges::find_if(permits, [&](const auto& permit) {
            return permit.active && std::ranges::find(permit.scopes, scope) != permit.scopes.end();
        });
        if (found == permits.end()) return std::nullopt;
        if (std::ranges::find(used, found->consent) == used.end()) used.push_back(found->consent);
    }
    return used;
}

MatchView match_view(
    const match::Verdict& verdict, ProductView product, const pack::Policy& policy) {
    MatchView view;
    view.product = std::move(product);
    view.outcome = verdict.standing;
    view.sentence = verdict.sentence;
    if (verdict.explanation) view.clauses = clause_views(*verdict.explanation);
    for (const auto& name : verdict.missing) {
        auto& missing = view.missing.emplace_back();
        missing.attribute = name;
        const auto* attribute = policy.attribute(name);
        if (attribute == nullptr) continue;
        missing.label = attribute->label;
        missing.scope = attribute->scope;
        if (const auto* scope = policy.scope(attribute->scope)) missing.scope_label = scope->label;
        const auto* source = policy.source(attribute->source);
        const auto from = source != nullptr ? source->label : Text{};
        missing.how = attribute->editable
                          ? Text{"可由企业自行填写", "The enterprise may state it itself"}
                          : Text{"由" + from.zh + "提供", "Provided by " + from.en};
    }
    if (verdict.change) {
        for (const auto& step : verdict.change->steps)
            view.changes.push_back(
                {step.name, step.label, step.from_shown, step.to_shown, step.gap});
    }
    for (const auto& misfit : verdict.misfits)
        view.misfits.push_back(misfit.sentence);
    view.score = {verdict.score_ppm};
    view.all_in_cost = verdict.all_in_cost;
    for (const auto& component : verdict.components) {
        view.components.push_back(
            {std::string(base::json::enum_name(component.part)),
             component.label,
             {component.value_ppm},
             {component.weight_ppm},
             component.shown});
    }
    return view;
}

// The products this reader may match, and what it would look at.
Result<std::vector<product::Version>> candidates(
    const Services& services,
    const store::Snapshot& db,
    const Call& call,
    Id<Party> enterprise,
    Date today,
    std::vector<Looked>& looked) {
    product::Filter filter;
    const bool institution = call.actor.kind == base::PartyKind::institution;
    if (institution) filter.institution = call.actor.party;
    auto versions = product::list(db, filter, today);
    if (!institution) return versions;
    const auto permits = consent::permits(db, enterprise, call.actor.party, call.now);
    Looked reading{.enterprise = enterprise, .consents = {}, .attributes = {}};
    std::erase_if(versions, [&](const product::Version& version) {
        const auto* program = services.products->eligibility(version);
        const auto used = covered(scopes_of(*services.policy, program), permits);
        if (!used || program == nullptr) return true;
        reading.consents.insert(reading.consents.end(), used->begin(), used->end());
        const auto names = rule::needs(*program);
        reading.attributes.insert(reading.attributes.end(), names.begin(), names.end());
        return false;
    });
    if (versions.empty()) return no_consent();
    for (auto* list : {&reading.attributes}) {
        std::ranges::sort(*list);
        list->erase(std::unique(list->begin(), list->end()), list->end());
    }
    std::ranges::sort(reading.consents);
    reading.consents.erase(
        std::unique(reading.consents.begin(), reading.consents.end()), reading.consents.end());
    looked.push_back(std::move(reading));
    return versions;
}

// Premiums, fees and hoped-for returns are no interest: among products of one standing, those that
// lend come first, so that a cheap insurance does not outrank every loan.
bool lends(const store::Snapshot& db, Id<Party> institution) {
    const auto found = party::find(db, institution);
    if (!found || !found->institution_kind) return true;
    switch (*found->institution_kind) {
    case pack::InstitutionKind::bank:
    case pack::InstitutionKind::leasing:
    case pack::InstitutionKind::bridge_lender: return true;
    case pack::InstitutionKind::insurer:
    case pack::InstitutionKind::guarantor:
    case pack::InstitutionKind::fund:
    case pack::InstitutionKind::broker: return false;
    }
    base::bug("kind of institution out of range");
}

void lenders_first(
    const store::Snapshot& db,
    const std::vector<product::Version>& versions,
    std::vector<match::Verdict>& verdicts) {
    std::vector<char> lending;
    for (const auto& version : versions)
        lending.push_back(lends(db, version.institution) ? 1 : 0);
    std::ranges::stable_sort(verdicts, [&](const match::Verdict& a, const match::Verdict& b) {
        // Standings keep their order, best first.
        if (a.standing != b.standing) return a.standing < b.standing;
        return lending[a.offer] > lending[b.offer];
    });
}

Result<MatchesView> matches_at(
    const Services& services,
    const store::Snapshot& db,
    const Call& call,
    const Question& asked,
    std::vector<Looked>& looked) {
    const auto& policy = *services.policy;
    const auto today = policy.calendar().zone().date(call.now);
    const auto row = TRY(dossier::row(db, policy, asked.enterprise));
    const auto versions = TRY(candidates(services, db, call, asked.enterprise, today, looked));
    std::vector<match::Offer> offers;
    const auto past = TRY(services.tracks->at(db, call.now));
    for (const auto& version : versions) {
        auto& offer = offers.emplace_back(offer_of(version, *services.products, policy, today));
        past.put(offer, version.product, version.institution, version.terms.kind);
    }
    const auto indexed = services.products->indexed(versions);
    match::Workspace workspace;
    auto ranked =
        match::match({*indexed.index, workspace, indexed.ids}, offers, row, asked.wish, today);
    lenders_first(db, versions, ranked.verdicts);
    MatchesView view;
    view.today = today;
    if (const auto lpr = policy.lpr().on(today))
        view.lpr = LprView{lpr->from, lpr->one_year, lpr->five_years};
    PartyNames names(db);
    for (const auto& verdict : ranked.verdicts) {
        auto& each = view.matches.emplace_back(match_view(
            verdict, product_view(versions[verdict.offer], policy, names, today), policy));
        each.rank = static_cast<std::int64_t>(view.matches.size());
    }
    if (!view.matches.empty()) {
        for (const auto& component : view.matches.front().components)
            view.weights.push_back({component.code, component.label, component.weight});
    }
    return view;
}

Result<MatchesView> matches(const Services& services, const Call& call, const MatchQuery& query) {
    const auto started = base::monotonic_ns();
    std::vector<Looked> looked;
    auto found = services.database->read([&](const store::Snapshot& db) -> Result<MatchesView> {
        return matches_at(services, db, call, TRY(question(db, call, query)), looked);
    });
    if (!found) return found;
    TRY(write_down(services, call, looked));
    found->took_us = (base::monotonic_ns() - started) / 1'000;
    return found;
}

Result<product::Version> offered(
    const store::Snapshot& db, const Call& call, Id<Product> id, Date today) {
    auto version = product::in_force(db, id, today);
    const bool institution = call.actor.kind == base::PartyKind::institution;
    if (!version || (institution && version->institution != call.actor.party)) {
        return base::not_found(
            "product.none",
            {"没有找到该产品，或它不属于贵机构。", "No such product, or it is not yours."},
            {"请核对编号。", "Check the number."});
    }
    return *std::move(version);
}

// The first enterprises that the rule does not refuse, as far as this reader may see them.
std::vector<EnterpriseMatch> first_matches(
    const Services& services,
    const Call& call,
    const store::Snapshot& db,
    const census::Version& county,
    const match::Standings& standings,
    const rule::Program& rule,
    std::vector<Looked>& looked) {
    const auto today = services.policy->zone().date(call.now);
    const bool institution = call.actor.kind == base::PartyKind::institution;
    const auto scopes = scopes_of(*services.policy, &rule);
    // Who gave none need not be asked for what it covers.
    std::vector<Id<Party>> givers;
    if (institution) givers = consent::givers(db, call.actor.party, call.now);
    std::vector<EnterpriseMatch> items;
    auto shown = column::all_rows(*county.table);
    shown -= standings.of(match::Standing::not_eligible);
    shown.each([&](std::size_t row) {
        if (items.size() >= items_most) return;
        const auto borrower = (*county.enterprises)[row];
        if (institution) {
            if (!std::ranges::binary_search(givers, borrower)) return;
            const auto used =
                covered(scopes, consent::permits(db, borrower, call.actor.party, call.now));
            if (!used || used->empty()) return;
            looked.push_back({borrower, *used, rule::needs(rule)});
        }
        const auto enterprise = party::find_enterprise(db, borrower);
        base::ensure(enterprise.has_value(), "the census and the register are of one moment");
        items.push_back(
            {{borrower, {enterprise->name, enterprise->name}},
             standings.at(row),
             clause_views(rule::explain(rule, county.table->row(row), today))});
    });
    return items;
}

Result<ProductEnterprises> enterprises(const Services& services, const Call& call, Id<Product> id) {
    std::vector<Looked> looked;
    auto found = services.census->read(
        [&](const store::Snapshot& db,
            const census::Version& county) -> Result<ProductEnterprises> {
            const auto& policy = *services.policy;
            const auto today = policy.zone().date(call.now);
            const auto version = TRY(offered(db, call, id, today));
            const auto offer = offer_of(version, *services.products, policy, today);
            base::ensure(offer.eligibility != nullptr, "a published rule compiles");
            const match::Standings standings(*county.table, offer, today, changes_sought_most);
            ProductEnterprises out;
            out.eligible = standings.count(match::Standing::eligible);
            out.nearly = standings.count(match::Standing::nearly);
            out.unknown = standings.count(match::Standing::unknown);
            out.not_eligible = standings.count(match::Standing::not_eligible);
            out.items =
                first_matches(services, call, db, county, standings, *offer.eligibility, looked);
            return out;
        });
    if (found) TRY(write_down(services, call, looked));
    return found;
}

} // namespace

Result<std::vector<FitView>> fits(
    const Services& services,
    const store::Snapshot& db,
    const Call& call,
    Id<Party> enterprise,
    Looked& looked) {
    std::vector<Looked> looks;
    auto found = TRY(matches_at(services, db, call, {enterprise, {}}, looks));
    for (const auto& look : looks)
        looked.add(look);
    std::vector<FitView> out;
    for (auto& it : found.matches) {
        if (out.size() == fits_most) break;
        if (it.outcome == match::Standing::not_eligible) continue;
        FitView fit{
            .product = it.product.id,
            .name = it.product.name,
            .kind_label = it.product.kind_label,
            .institution = it.product.institution,
            .outcome = it.outcome,
            .sentence = it.sentence,
            .gaps = {},
            .all_in_cost = it.all_in_cost};
        for (const auto& change : it.changes)
            fit.gaps.push_back(change.gap);
        for (const auto& missing : it.missing)
            fit.gaps.push_back(missing.label);
        out.push_back(std::move(fit));
    }
    return out;
}

void declare_matching(Endpoints& all, Services& services) {
    all.capability("matching");
    all.get(
        "/v1/matches",
        Access::any_of({Right::need_post, Right::need_answer, Right::need_supervise}),
        {"为企业匹配产品", "Products for an enterprise, ranked, with reasons"},
        [&](Call& call, const MatchQuery& query) -> Result<MatchesView> {
            return matches(services, call, query);
        });
    all.get(
        "/v1/products/{id}/enterprises",
        Access::any_of({Right::product_edit, Right::need_answer, Right::need_supervise}),
        {"产品可服务的企业", "Enterprises for a product"},
        [&](Call& call) -> Result<ProductEnterprises> {
            const auto id = TRY(call.id<Product>());
            return enterprises(services, call, id);
        });
}

} // namespace api
