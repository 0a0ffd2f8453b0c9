// How a round is worked out: who may go where, as a problem for engine/allocate, and back.
#include "base/digest.hpp"
#include "domain/allotment/allotment.hpp"
#include "domain/consent/consent.hpp"
#include "domain/dossier/dossier.hpp"
#include "domain/product/product.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>
#include <map>

namespace allotment {
namespace {

constexpr std::int64_t fen_in_unit = 1'000'000; // 1 万元

std::size_t place_of(std::int32_t i) { return static_cast<std::size_t>(i); }

struct Goods { // one product on offer
    product::Version version;
    const rule::Program* eligibility = nullptr;
    match::Offer offer;
    std::vector<std::string> scopes; // consents its rule and the product itself ask for
    std::int32_t institution = 0;    // place in the plan
};

std::int64_t units_of(Measure measure, Money amount) {
    switch (measure) {
    case Measure::needs: return 1;
    case Measure::amount:
        return std::max<std::int64_t>(1, (amount.fen + fen_in_unit - 1) / fen_in_unit);
    }
    base::bug("measure out of range");
}

bool lends(const party::Organisation& institution) {
    if (!institution.institution_kind) return false;
    switch (*institution.institution_kind) {
    case pack::InstitutionKind::bank:
    case pack::InstitutionKind::leasing:
    case pack::InstitutionKind::guarantor:
    case pack::InstitutionKind::bridge_lender: return true;
    case pack::InstitutionKind::insurer:
    case pack::InstitutionKind::fund:
    case pack::InstitutionKind::broker: return false;
    }
    base::bug("kind of institution out of range");
}

class Planner {
public:
    Planner(
        const store::Snapshot& db,
        const pack::Policy& policy,
        const product::Products& products,
        const Terms& terms,
        Instant now)
        : db_(db)
        , policy_(policy)
        , products_(products)
        , terms_(terms)
        , now_(now)
        , today_(policy.calendar().zone().date(now)) {}

    Result<Plan> run() {
        TRY(list_goods());
        list_needs();
        for (auto& planned : plan_.needs)
            TRY(pair_up(planned));
        draw();
        TRY(solve());
        return std::move(plan_);
    }

private:
    Result<> list_goods() {
        const auto past = TRY(finance::track(db_, policy_, now_));
        for (const auto& quota : terms_.institutions)
            plan_.institutions.push_back({.quota = quota});
        for (auto& version : product::list(db_, {}, today_)) {
            const auto quota = std::ranges::find(
                terms_.institutions, version.institution, &InstitutionQuota::institution);
            if (quota == terms_.institutions.end()) continue;
            const auto institution = party::find(db_, version.institution);
            const auto* program = products_.eligibility(version);
            if (!institution || !lends(*institution) || program == nullptr) continue;
            Goods one;
            one.eligibility = program;
            one.institution = static_cast<std::int32_t>(quota - terms_.institutions.begin());
            one.offer = TRY(policy_.offer(version.terms, program, today_));
            one.offer.id = version.product.value;
            past.put(one.offer, version.product, version.institution, version.terms.kind);
            one.scopes = version.terms.scopes;
            for (const auto& name : rule::needs(*program)) {
                const auto* attribute = policy_.attribute(name);
                if (attribute != nullptr && attribute->scope != "public")
                    one.scopes.push_back(attribute->scope);
            }
            one.version = std::move(version);
            goods_.push_back(std::move(one));
        }
        return {};
    }

    // One need of an enterprise, the longest waiting; so every limit on an enterprise is one on a
    // need.
    void list_needs() {
        std::set<Id<Party>> seen;
        for (auto& need : finance::unclaimed(db_)) {
            if (!terms_.town.empty() && need.town != terms_.town) continue;
            const bool first = loan::of_enterprise(db_, need.enterprise).empty();
            if (terms_.over == Over::first_loan && !first) continue;
            if (!seen.insert(need.enterprise).second) {
                ++plan_.others;
                continue;
            }
            PlannedNeed planned;
            planned.first_loan = first;
            planned.units = units_of(terms_.measure, need.amount);
            planned.need = std::move(need);
            plan_.needs.push_back(std::move(planned));
        }
    }

    struct Owed {
        Money all;
        std::map<Id<Party>, Money> by_institution;
    };

    Owed owed_by(Id<Party> enterprise) const {
        Owed owed;
        for (const auto& entry : loan::of_enterprise(db_, enterprise)) {
            owed.all += entry.balance;
            owed.by_institution[entry.institution] += entry.balance;
        }
        return owed;
    }

    // What may still be lent, in 分; the need's own amount when nothing limits it.
    Money headroom(const Owed& owed, Id<Party> institution, Money asked) const {
        auto most = asked;
        if (terms_.pair_most) {
            const auto found = owed.by_institution.find(institution);
            const auto there = found != owed.by_institution.end() ? found->second : Money{};
            most = std::min(most, *terms_.pair_most - there);
        }
        if (terms_.enterprise_most) most = std::min(most, *terms_.enterprise_most - owed.all);
        return std::max(Money{}, most);
    }

    // The need's own consent, given to whoever takes it on, or one to this institution.
    bool consented(const finance::NeedRow& need, const Goods& goods) const {
        std::vector<std::string> open;
        if (need.consent && need.consent->valid_until >= today_) open = need.consent->scopes;
        for (const auto& permit :
             consent::permits(db_, need.enterprise, goods.version.institution, now_))
            if (permit.active) open.insert(open.end(), permit.scopes.begin(), permit.scopes.end());
        return std::ranges::all_of(goods.scopes, [&](const std::string& scope) {
            return std::ranges::find(open, scope) != open.end();
        });
    }

    // Nothing when the pair is allowed.
    std::optional<Bar> bar_of(
        const finance::NeedRow& need,
        const Goods& goods,
        const rule::Row& row,
        const match::Wish& wish) const {
        if (!consented(need, goods)) return Bar::consent;
        const auto look = match::look(goods.offer, row, wish, today_, {});
        if (look.outcome == rule::Outcome::fails) return Bar::rule;
        switch (look.standing) {
        case match::Standing::eligible: return std::nullopt;
        case match::Standing::nearly: return Bar::wish;
        case match::Standing::unknown: return Bar::unknown;
        case match::Standing::not_eligible: return Bar::unknown;
        }
        base::bug("standing out of range");
    }

    match::Wish wish_of(const finance::NeedRow& need, const match::Offer& offer, Money most) const {
        match::Wish wish;
        wish.amount = need.amount;
        if (terms_.measure == Measure::amount) { // a share is enough
            wish.amount = std::min(need.amount, most);
            if (offer.amount_max.fen > 0) wish.amount = std::min(*wish.amount, offer.amount_max);
        }
        if (need.wish.term_months > 0) wish.term_months = need.wish.term_months;
        if (need.wish.guarantee_modes.size() == 1)
            wish.guarantee_mode = need.wish.guarantee_modes.front();
        wish.rate_most = need.wish.rate_most;
        return wish;
    }

    Result<> pair_up(PlannedNeed& planned) {
        const auto row = TRY(dossier::row(db_, policy_, planned.need.enterprise));
        const auto owed = owed_by(planned.need.enterprise);
        std::vector<Bar> nearest(plan_.institutions.size(), Bar::no_product);
        for (const auto& goods : goods_) {
            const auto at = place_of(goods.institution);
            const auto most = headroom(owed, goods.version.institution, planned.need.amount);
            const bool whole = terms_.measure == Measure::needs;
            const bool fits = whole ? most >= planned.need.amount : most.fen >= fen_in_unit;
            const auto wish = wish_of(planned.need, goods.offer, most);
            auto bar = bar_of(planned.need, goods, row, wish);
            if (!bar && !fits) bar = Bar::exposure;
            if (bar) {
                nearest[at] = std::min(nearest[at], *bar);
                continue;
            }
            add_pair(planned, goods, wish);
        }
        for (std::size_t i = 0; i < nearest.size(); ++i) {
            const bool paired = std::ranges::any_of(
                planned.pairs, [&](const Pair& pair) { return place_of(pair.institution) == i; });
            if (!paired)
                planned.barred.emplace_back(plan_.institutions[i].quota.institution, nearest[i]);
        }
        return {};
    }

    // A shared need keeps the cheapest product of each institution, so that a limit on the pair is
    // a limit on one edge.
    void add_pair(PlannedNeed& planned, const Goods& goods, const match::Wish& wish) {
        Pair pair;
        pair.institution = goods.institution;
        pair.product = goods.version.product;
        pair.cost_ppm = match::all_in_cost(goods.offer, wish).ppm;
        pair.chance_ppm = goods.offer.chance ? goods.offer.chance->mean_ppm : 500'000;
        const auto part = [](std::int64_t share, std::int64_t of) {
            return share * of / 1'000'000;
        };
        pair.expected_ppm = part(pair.chance_ppm, pair.cost_ppm) +
                            part(1'000'000 - pair.chance_ppm, terms_.penalty.ppm);
        limits_[{planned.need.id, pair.product}] =
            units_of(terms_.measure, wish.amount.value_or(planned.need.amount));
        if (terms_.measure == Measure::amount) {
            const auto same =
                std::ranges::find(planned.pairs, pair.institution, &Pair::institution);
            if (same != planned.pairs.end()) {
                if (pair.expected_ppm < same->expected_ppm) *same = pair;
                return;
            }
        }
        planned.pairs.push_back(pair);
    }

    std::string group_of(const PlannedNeed& planned) const {
        switch (terms_.family) {
        case Family::none: return {};
        case Family::town: return planned.need.town;
        case Family::size: return std::string(base::json::enum_name(planned.need.size));
        case Family::first_loan: return planned.first_loan ? "first_loan" : "";
        }
        base::bug("family out of range");
    }

    void draw() {
        auto& problem = plan_.problem;
        std::map<std::string, std::int32_t> groups;
        for (const auto& floor : terms_.floors) {
            groups[floor.group] = static_cast<std::int32_t>(problem.need_groups.size());
            problem.need_groups.push_back(
                {.id = static_cast<std::int64_t>(problem.need_groups.size()),
                 .parent = allocate::no_group,
                 .bounds = {.floor = floor.floor, .ceiling = {}}});
            plan_.groups.push_back({.group = floor.group, .floor = floor.floor});
        }
        for (const auto& each : plan_.institutions)
            problem.quota_groups.push_back(
                {.id = each.quota.institution.value,
                 .parent = allocate::no_group,
                 .bounds = {.floor = each.quota.floor, .ceiling = each.quota.ceiling}});
        std::map<Id<Product>, std::int32_t> places;
        for (const auto& goods : goods_) {
            places[goods.version.product] = static_cast<std::int32_t>(problem.quotas.size());
            auto& quota = problem.quotas.emplace_back();
            quota.id = goods.version.product.value;
            quota.group = goods.institution;
            const auto limit =
                std::ranges::find(terms_.products, goods.version.product, &ProductQuota::product);
            if (limit != terms_.products.end()) quota.bounds.ceiling = limit->ceiling;
        }
        for (std::size_t n = 0; n < plan_.needs.size(); ++n) {
            const auto& planned = plan_.needs[n];
            const auto group = groups.find(group_of(planned));
            problem.needs.push_back(
                {.id = planned.need.id.value,
                 .group = group != groups.end() ? group->second : allocate::no_group,
                 .units = planned.units,
                 .penalty = terms_.penalty.ppm});
            for (const auto& pair : planned.pairs)
                problem.edges.push_back(
                    {.need = static_cast<std::int32_t>(n),
                     .quota = places[pair.product],
                     .cost = pair.expected_ppm,
                     .most = std::min(planned.units, limits_[{planned.need.id, pair.product}])});
        }
    }

    Result<> solve() {
        auto outcome = TRY(allocate::solve(plan_.problem));
        if (outcome.conflict) {
            plan_.conflict_proved = allocate::proves(plan_.problem, *outcome.conflict);
            plan_.conflict = std::move(outcome.conflict);
            return {};
        }
        const auto& solution = *outcome.solution;
        plan_.certificate = allocate::certify(plan_.problem, solution);
        plan_.cost = solution.cost + solution.penalty;
        plan_.served = solution.served;
        plan_.unserved = solution.unserved;
        for (std::size_t i = 0; i < plan_.institutions.size(); ++i)
            plan_.institutions[i].price_ppm = solution.prices.quota_groups[i];
        for (std::size_t i = 0; i < plan_.groups.size(); ++i)
            plan_.groups[i].price_ppm = solution.prices.need_groups[i];
        read_flows(solution);
        sign();
        return {};
    }

    void read_flows(const allocate::Solution& solution) {
        std::size_t edge = 0;
        for (std::size_t n = 0; n < plan_.needs.size(); ++n) {
            auto& planned = plan_.needs[n];
            planned.worth_ppm = solution.prices.needs[n];
            const auto group = plan_.problem.needs[n].group;
            for (auto& pair : planned.pairs) {
                const auto quota = place_of(plan_.problem.edges[edge].quota);
                pair.units = solution.flow[edge++];
                pair.price_ppm = solution.prices.quotas[quota] +
                                 solution.prices.quota_groups[place_of(pair.institution)];
                plan_.institutions[place_of(pair.institution)].used += pair.units;
                if (group != allocate::no_group) plan_.groups[place_of(group)].used += pair.units;
            }
            std::ranges::stable_sort(planned.pairs, std::less{}, [](const Pair& pair) {
                return std::tuple(
                    pair.units == 0, pair.expected_ppm + pair.price_ppm, pair.product.value);
            });
        }
    }

    void sign() {
        std::string text;
        for (const auto& planned : plan_.needs) {
            for (const auto& pair : planned.pairs) {
                if (pair.units > 0)
                    text += std::to_string(planned.need.id.value) + ">" +
                            std::to_string(pair.product.value) + ":" + std::to_string(pair.units) +
                            ";";
            }
        }
        plan_.digest = base::hex(base::sha256(text)).substr(0, 16);
    }

    const store::Snapshot& db_;
    const pack::Policy& policy_;
    const product::Products& products_;
    const Terms& terms_;
    Instant now_;
    Date today_;
    std::vector<Goods> goods_;
    std::map<std::pair<Id<Need>, Id<Product>>, std::int64_t> limits_;
    Plan plan_;
};

} // namespace

Result<Plan> plan(
    const store::Snapshot& db,
    const pack::Policy& policy,
    const product::Products& products,
    const Terms& terms,
    Instant now) {
    return Planner(db, policy, products, terms, now).run();
}

} // namespace allotment
