#include "engine/allocate/conflict.hpp"

namespace allocate {
namespace {

// The same problem with only some of its bounds.
Problem with_bounds(const Problem& problem, const std::vector<Bound>& kept) {
    Problem only = problem;
    for (auto* groups : {&only.need_groups, &only.quota_groups})
        for (auto& group : *groups)
            group.bounds = {};
    for (auto& quota : only.quotas)
        quota.bounds = {};
    const auto bounds_at = [&](const Bound& bound) -> Bounds& {
        switch (bound.side) {
        case Side::need_group: return only.need_groups[at(bound.place)].bounds;
        case Side::quota_group: return only.quota_groups[at(bound.place)].bounds;
        case Side::quota: return only.quotas[at(bound.place)].bounds;
        }
        base::bug("side out of range");
    };
    for (const auto& bound : kept) {
        if (bound.is_floor) {
            bounds_at(bound).floor = bound.units;
        } else {
            bounds_at(bound).ceiling = bound.units;
        }
    }
    return only;
}

class Trouble {
public:
    Trouble(const Problem& problem, const Model& model)
        : problem_(problem)
        , model_(model) {}

    // Every bound in the way is taken off once; what has to stay is the conflict.
    Conflict find() {
        auto inside = cut(problem_);
        auto bounds = bounds_in(inside, problem_);
        for (std::size_t i = 0; i < bounds.size();) {
            auto fewer = bounds;
            fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
            const auto relaxed = with_bounds(problem_, fewer);
            const auto still = cut(relaxed);
            if (still.empty()) {
                ++i;
                continue;
            }
            // What was needed stays needed, so the bounds before `i` keep their places.
            bounds = bounds_in(still, relaxed);
        }
        const auto only = with_bounds(problem_, bounds);
        return conflict_of(cut(only), only);
    }

private:
    [[nodiscard]] std::vector<char> cut(const Problem& bounds) const {
        auto network = model_.frame(bounds);
        for (std::size_t i = 0; i < problem_.edges.size(); ++i)
            network.arcs.push_back(model_.pair(static_cast<std::int32_t>(i)));
        return bottleneck(network);
    }

    // Floors that lead into the cut and ceilings that lead out of it, with the sums on both sides.
    void visit(const std::vector<char>& inside, const Problem& bounds, auto&& each) const {
        const auto in = [&](std::int32_t node) { return inside[at(node)] != 0; };
        const auto arc = [&](std::int32_t from,
                             std::int32_t to,
                             Side side,
                             std::size_t i,
                             const Bounds& limits) {
            const auto place = static_cast<std::int32_t>(i);
            if (in(to) && !in(from) && limits.floor > 0)
                each(Bound{side, place, true, limits.floor});
            if (in(from) && !in(to) && limits.ceiling)
                each(Bound{side, place, false, *limits.ceiling});
        };
        for (std::size_t i = 0; i < bounds.need_groups.size(); ++i) {
            const auto& group = bounds.need_groups[i];
            arc(model_.need_group(group.parent),
                model_.need_group(static_cast<std::int32_t>(i)),
                Side::need_group,
                i,
                group.bounds);
        }
        for (std::size_t i = 0; i < bounds.quotas.size(); ++i) {
            const auto& quota = bounds.quotas[i];
            arc(model_.quota_node(static_cast<std::int32_t>(i)),
                model_.quota_group(quota.group),
                Side::quota,
                i,
                quota.bounds);
        }
        for (std::size_t i = 0; i < bounds.quota_groups.size(); ++i) {
            const auto& group = bounds.quota_groups[i];
            arc(model_.quota_group(static_cast<std::int32_t>(i)),
                model_.quota_group(group.parent),
                Side::quota_group,
                i,
                group.bounds);
        }
    }

    [[nodiscard]] std::vector<Bound> bounds_in(
        const std::vector<char>& inside, const Problem& bounds) const {
        std::vector<Bound> found;
        visit(inside, bounds, [&](const Bound& bound) { found.push_back(bound); });
        return found;
    }

    [[nodiscard]] Conflict conflict_of(
        const std::vector<char>& inside, const Problem& bounds) const {
        Conflict conflict;
        visit(inside, bounds, [&](const Bound& bound) {
            conflict.bounds.push_back(bound);
            (bound.is_floor ? conflict.demanded : conflict.allowed) += bound.units;
        });
        const auto in = [&](std::int32_t node) { return inside[at(node)]; };
        conflict.outside = in(0) != 0;
        for (std::size_t i = 0; i < problem_.need_groups.size(); ++i)
            conflict.need_groups.push_back(in(model_.need_group(static_cast<std::int32_t>(i))));
        for (std::size_t i = 0; i < problem_.quota_groups.size(); ++i)
            conflict.quota_groups.push_back(in(model_.quota_group(static_cast<std::int32_t>(i))));
        for (std::size_t i = 0; i < problem_.quotas.size(); ++i)
            conflict.quotas.push_back(in(model_.quota_node(static_cast<std::int32_t>(i))));
        for (std::size_t i = 0; i < problem_.needs.size(); ++i) {
            const auto inner = in(model_.need_node(static_cast<std::int32_t>(i)));
            conflict.needs.push_back(inner);
            if (in(model_.need_group(problem_.needs[i].group)) != 0 && inner == 0)
                conflict.allowed += problem_.needs[i].units;
        }
        for (const auto& edge : problem_.edges) {
            if (in(model_.need_node(edge.need)) != 0 && in(model_.quota_node(edge.quota)) == 0)
                conflict.allowed += edge.most;
        }
        return conflict;
    }

    const Problem& problem_;
    const Model& model_;
};

} // namespace

Conflict find_conflict(const Problem& problem, const Model& model) {
    return Trouble(problem, model).find();
}

} // namespace allocate
