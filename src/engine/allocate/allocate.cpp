#include "engine/allocate/allocate.hpp"

#include "engine/allocate/conflict.hpp"
#include "engine/allocate/search.hpp"

#include <algorithm>

namespace allocate {
namespace {

base::Error misshapen(const std::string& where) {
    return base::invalid(
               "allocate.shape",
               {"分配问题的数据有误：位置、上下限或数量不合要求。",
                "The problem is not well formed: a place, a bound or a number is wrong."},
               {"请检查该处的下限不高于上限、数量不为负。",
                "Check that the floor is not above the ceiling and that no number is negative."})
        .at(where);
}

base::Error too_large(const std::string& where) {
    return base::invalid(
               "allocate.too_large",
               {"分配问题的数字过大。", "A number of the problem is too large."},
               {"请用较大的单位（如万元）或减少参与的需求。",
                "Use a larger unit (万元, say) or fewer needs."})
        .at(where);
}

std::string pointer(const char* list, std::size_t i) {
    return "/" + std::string(list) + "/" + std::to_string(i);
}

bool proper(const Bounds& bounds) {
    if (bounds.floor < 0 || bounds.floor > units_most) return false;
    return !bounds.ceiling || (*bounds.ceiling >= bounds.floor && *bounds.ceiling <= units_most);
}

bool refers(std::int32_t place, std::size_t count) {
    return place == no_group || (place >= 0 && at(place) < count);
}

base::Result<> check_groups(const std::vector<Group>& groups, const char* list) {
    for (std::size_t i = 0; i < groups.size(); ++i) {
        // Parents stand above their children, so there is no circle.
        if (!refers(groups[i].parent, i) || !proper(groups[i].bounds))
            return misshapen(pointer(list, i));
    }
    return {};
}

Prices prices_of(
    const Problem& problem, const Model& model, const std::vector<std::int64_t>& potential) {
    Prices prices;
    const auto drop = [&](std::int32_t from, std::int32_t to) {
        return potential[at(to)] - potential[at(from)];
    };
    for (std::size_t i = 0; i < problem.need_groups.size(); ++i) {
        const auto place = static_cast<std::int32_t>(i);
        prices.need_groups.push_back(
            drop(model.need_group(problem.need_groups[i].parent), model.need_group(place)));
    }
    for (std::size_t i = 0; i < problem.needs.size(); ++i) {
        const auto& need = problem.needs[i];
        const auto worth =
            need.penalty +
            drop(model.need_group(need.group), model.need_node(static_cast<std::int32_t>(i)));
        prices.needs.push_back(std::max<std::int64_t>(0, worth));
    }
    for (std::size_t i = 0; i < problem.quotas.size(); ++i)
        prices.quotas.push_back(drop(
            model.quota_node(static_cast<std::int32_t>(i)),
            model.quota_group(problem.quotas[i].group)));
    for (std::size_t i = 0; i < problem.quota_groups.size(); ++i)
        prices.quota_groups.push_back(drop(
            model.quota_group(static_cast<std::int32_t>(i)),
            model.quota_group(problem.quota_groups[i].parent)));
    return prices;
}

Solution solution_of(const Problem& problem, const Model& model, const Solved& solved) {
    Solution solution;
    solution.flow.resize(problem.edges.size());
    for (const auto& need : problem.needs) {
        solution.unserved += need.units;
        solution.penalty += need.penalty * need.units;
    }
    for (std::size_t i = 0; i < solved.pairs.size(); ++i) {
        const auto units = solved.units[i];
        const auto& edge = problem.edges[at(solved.pairs[i])];
        solution.flow[at(solved.pairs[i])] = units;
        solution.cost += edge.cost * units;
        solution.penalty -= problem.needs[at(edge.need)].penalty * units;
        solution.served += units;
        solution.unserved -= units;
    }
    solution.prices = prices_of(problem, model, solved.potentials);
    return solution;
}

} // namespace

base::Result<> check(const Problem& problem) {
    TRY(check_groups(problem.need_groups, "need_groups"));
    TRY(check_groups(problem.quota_groups, "quota_groups"));
    std::int64_t units = 0;
    for (std::size_t i = 0; i < problem.needs.size(); ++i) {
        const auto& need = problem.needs[i];
        if (!refers(need.group, problem.need_groups.size()) || need.units < 0 || need.penalty < 0)
            return misshapen(pointer("needs", i));
        if (need.units > units_most - units || need.penalty > cost_most)
            return too_large(pointer("needs", i));
        units += need.units;
    }
    for (std::size_t i = 0; i < problem.quotas.size(); ++i) {
        const auto& quota = problem.quotas[i];
        if (!refers(quota.group, problem.quota_groups.size()) || !proper(quota.bounds))
            return misshapen(pointer("quotas", i));
    }
    for (std::size_t i = 0; i < problem.edges.size(); ++i) {
        const auto& edge = problem.edges[i];
        const bool there = edge.need >= 0 && at(edge.need) < problem.needs.size() &&
                           edge.quota >= 0 && at(edge.quota) < problem.quotas.size();
        if (!there || edge.most < 0) return misshapen(pointer("edges", i));
        if (edge.cost > cost_most || edge.cost < -cost_most || edge.most > units_most)
            return too_large(pointer("edges", i));
    }
    const auto nodes = problem.need_groups.size() + problem.needs.size() + problem.quotas.size() +
                       problem.quota_groups.size();
    if (nodes > nodes_most) return too_large("/needs");
    if (problem.edges.size() > edges_most) return too_large("/edges");
    return {};
}

base::Result<Outcome> solve(const Problem& problem) {
    TRY(check(problem));
    const Model model(problem);
    const auto solved = search(problem, model);
    Outcome outcome;
    if (solved.feasible) {
        outcome.solution = solution_of(problem, model, solved);
    } else {
        outcome.conflict = find_conflict(problem, model);
    }
    return outcome;
}

} // namespace allocate
