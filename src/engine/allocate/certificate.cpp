#include "engine/allocate/certificate.hpp"

namespace allocate {
namespace {

std::size_t index_of(std::int32_t place) { return static_cast<std::size_t>(place); }

// What flows through every group and quota, and what each need gets.
struct Usage {
    std::vector<std::int64_t> need_groups;
    std::vector<std::int64_t> quota_groups;
    std::vector<std::int64_t> quotas;
    std::vector<std::int64_t> needs;
};

void climb(
    const std::vector<Group>& groups,
    std::int32_t from,
    std::int64_t units,
    std::vector<std::int64_t>& sums) {
    for (auto place = from; place != no_group; place = groups[index_of(place)].parent)
        sums[index_of(place)] += units;
}

Usage usage_of(const Problem& problem, const std::vector<std::int64_t>& flow) {
    Usage usage{
        .need_groups = std::vector<std::int64_t>(problem.need_groups.size()),
        .quota_groups = std::vector<std::int64_t>(problem.quota_groups.size()),
        .quotas = std::vector<std::int64_t>(problem.quotas.size()),
        .needs = std::vector<std::int64_t>(problem.needs.size())};
    for (std::size_t i = 0; i < problem.edges.size(); ++i) {
        const auto& edge = problem.edges[i];
        usage.needs[index_of(edge.need)] += flow[i];
        usage.quotas[index_of(edge.quota)] += flow[i];
        climb(
            problem.need_groups,
            problem.needs[index_of(edge.need)].group,
            flow[i],
            usage.need_groups);
        climb(
            problem.quota_groups,
            problem.quotas[index_of(edge.quota)].group,
            flow[i],
            usage.quota_groups);
    }
    return usage;
}

// Within the bounds, and a price only where its bound is reached.
const char* fault_of(const Bounds& bounds, std::int64_t used, std::int64_t price) {
    if (used < bounds.floor) return "a floor is not met";
    if (bounds.ceiling && used > *bounds.ceiling) return "a ceiling is exceeded";
    if (price > 0 && (!bounds.ceiling || used != *bounds.ceiling))
        return "a ceiling that is not reached has a price";
    if (price < 0 && used != bounds.floor) return "a floor that is not reached has a price";
    return nullptr;
}

std::int64_t bound_value(const Bounds& bounds, std::int64_t price) {
    return price > 0 ? -price * *bounds.ceiling : -price * bounds.floor;
}

std::int64_t along(
    const std::vector<Group>& groups, std::int32_t from, const std::vector<std::int64_t>& prices) {
    std::int64_t sum = 0;
    for (auto place = from; place != no_group; place = groups[index_of(place)].parent)
        sum += prices[index_of(place)];
    return sum;
}

class Check {
public:
    Check(const Problem& problem, const Solution& solution)
        : problem_(problem)
        , solution_(solution) {}

    Certificate run() {
        const auto& prices = solution_.prices;
        if (solution_.flow.size() != problem_.edges.size() ||
            prices.need_groups.size() != problem_.need_groups.size() ||
            prices.quota_groups.size() != problem_.quota_groups.size() ||
            prices.quotas.size() != problem_.quotas.size() ||
            prices.needs.size() != problem_.needs.size())
            return fail("the answer has not the problem's shape");
        usage_ = usage_of(problem_, solution_.flow);
        bounds(problem_.need_groups, usage_.need_groups, prices.need_groups);
        bounds(problem_.quota_groups, usage_.quota_groups, prices.quota_groups);
        bounds(problem_.quotas, usage_.quotas, prices.quotas);
        needs();
        edges();
        totals();
        certificate_.holds = certificate_.fault.empty();
        return certificate_;
    }

private:
    Certificate fail(const char* fault) {
        if (certificate_.fault.empty()) certificate_.fault = fault;
        return certificate_;
    }

    void bounds(
        const auto& bounded,
        const std::vector<std::int64_t>& used,
        const std::vector<std::int64_t>& prices) {
        for (std::size_t i = 0; i < bounded.size(); ++i) {
            const auto& limits = bounded[i].bounds;
            if (const auto* fault = fault_of(limits, used[i], prices[i])) {
                fail(fault);
                return;
            }
            certificate_.dual += bound_value(limits, prices[i]);
        }
    }

    void needs() {
        for (std::size_t i = 0; i < problem_.needs.size(); ++i) {
            const auto& need = problem_.needs[i];
            const auto price = solution_.prices.needs[i];
            const auto served = usage_.needs[i];
            if (served > need.units) fail("a need gets more than it asks for");
            if (price < 0) fail("a need's price is below zero");
            if (price > 0 && served != need.units) fail("a need with a price is not served");
            served_ += served;
            unserved_ += need.units - served;
            penalty_ += need.penalty * (need.units - served);
            certificate_.dual += (need.penalty - price) * need.units;
        }
    }

    // Reduced cost: what a unit more on this pair would cost when everything on its way is paid
    // for.
    void edges() {
        const auto& prices = solution_.prices;
        for (std::size_t i = 0; i < problem_.edges.size(); ++i) {
            const auto& edge = problem_.edges[i];
            const auto& need = problem_.needs[index_of(edge.need)];
            const auto& quota = problem_.quotas[index_of(edge.quota)];
            const auto reduced = edge.cost - need.penalty + prices.needs[index_of(edge.need)] +
                                 prices.quotas[index_of(edge.quota)] +
                                 along(problem_.need_groups, need.group, prices.need_groups) +
                                 along(problem_.quota_groups, quota.group, prices.quota_groups);
            const auto flow = solution_.flow[i];
            if (flow < 0 || flow > edge.most) fail("a pair's limit is exceeded");
            if (reduced > 0 && flow != 0) fail("a pair is used that does not pay");
            if (reduced < 0 && flow != edge.most) fail("a pair that would pay is not used");
            cost_ += edge.cost * flow;
            if (reduced < 0) certificate_.dual += reduced * edge.most;
        }
    }

    void totals() {
        certificate_.primal = cost_ + penalty_;
        if (cost_ != solution_.cost || penalty_ != solution_.penalty ||
            served_ != solution_.served || unserved_ != solution_.unserved)
            fail("the totals are not those of the flow");
        if (certificate_.primal != certificate_.dual) fail("the two sides differ");
    }

    const Problem& problem_;
    const Solution& solution_;
    Usage usage_;
    Certificate certificate_;
    std::int64_t cost_ = 0;
    std::int64_t penalty_ = 0;
    std::int64_t served_ = 0;
    std::int64_t unserved_ = 0;
};

// The conflict's own bounds and no others.
struct Kept {
    std::int64_t floor = 0;
    std::optional<std::int64_t> ceiling;
};

std::optional<std::vector<Kept>> kept_of(const auto& bounded, const Conflict& conflict, Side side) {
    std::vector<Kept> kept(bounded.size());
    for (const auto& bound : conflict.bounds) {
        if (bound.side != side) continue;
        if (bound.place < 0 || index_of(bound.place) >= bounded.size()) return std::nullopt;
        const auto& given = bounded[index_of(bound.place)].bounds;
        auto& mine = kept[index_of(bound.place)];
        if (bound.is_floor) {
            if (bound.units != given.floor) return std::nullopt;
            mine.floor = bound.units;
        } else {
            if (!given.ceiling || bound.units != *given.ceiling) return std::nullopt;
            mine.ceiling = bound.units;
        }
    }
    return kept;
}

// Floors that lead into the cut, and room that leads out of it; no room means no limit.
struct Sums {
    std::int64_t demanded = 0;
    std::int64_t allowed = 0;
    bool unlimited = false;

    void arc(bool from_inside, bool to_inside, const Kept& kept) {
        if (to_inside && !from_inside) demanded += kept.floor;
        if (!from_inside || to_inside) return;
        unlimited = unlimited || !kept.ceiling;
        allowed += kept.ceiling.value_or(0);
    }
};

bool within(const Conflict& conflict, const std::vector<char>& inside, std::int32_t place) {
    return place == no_group ? conflict.outside : inside[index_of(place)] != 0;
}

} // namespace

Certificate certify(const Problem& problem, const Solution& solution) {
    return Check(problem, solution).run();
}

bool proves(const Problem& problem, const Conflict& conflict) {
    if (conflict.need_groups.size() != problem.need_groups.size() ||
        conflict.quota_groups.size() != problem.quota_groups.size() ||
        conflict.quotas.size() != problem.quotas.size() ||
        conflict.needs.size() != problem.needs.size())
        return false;
    const auto groups = kept_of(problem.need_groups, conflict, Side::need_group);
    const auto towards = kept_of(problem.quota_groups, conflict, Side::quota_group);
    const auto quotas = kept_of(problem.quotas, conflict, Side::quota);
    if (!groups || !towards || !quotas) return false;
    // Units run: outside → group → need → quota → group → outside.
    Sums sums;
    for (std::size_t i = 0; i < groups->size(); ++i)
        sums.arc(
            within(conflict, conflict.need_groups, problem.need_groups[i].parent),
            conflict.need_groups[i] != 0,
            (*groups)[i]);
    for (std::size_t i = 0; i < problem.needs.size(); ++i)
        sums.arc(
            within(conflict, conflict.need_groups, problem.needs[i].group),
            conflict.needs[i] != 0,
            {.floor = 0, .ceiling = problem.needs[i].units});
    for (const auto& edge : problem.edges)
        sums.arc(
            conflict.needs[index_of(edge.need)] != 0,
            conflict.quotas[index_of(edge.quota)] != 0,
            {.floor = 0, .ceiling = edge.most});
    for (std::size_t i = 0; i < quotas->size(); ++i)
        sums.arc(
            conflict.quotas[i] != 0,
            within(conflict, conflict.quota_groups, problem.quotas[i].group),
            (*quotas)[i]);
    for (std::size_t i = 0; i < towards->size(); ++i)
        sums.arc(
            conflict.quota_groups[i] != 0,
            within(conflict, conflict.quota_groups, problem.quota_groups[i].parent),
            (*towards)[i]);
    return !sums.unlimited && sums.demanded > sums.allowed && sums.demanded == conflict.demanded &&
           sums.allowed == conflict.allowed;
}

} // namespace allocate
