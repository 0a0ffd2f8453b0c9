// A problem as a network of arcs.
#pragma once

#include "engine/allocate/allocate.hpp"
#include "engine/allocate/flow.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <tuple>

namespace allocate {

inline std::size_t at(std::int32_t place) { return static_cast<std::size_t>(place); }

// Nodes: 0 outside, then need groups, needs, quotas, quota groups. Arcs: the same without outside,
// then the pairs in use. Everything in the order of ids, so that ties do not depend on the caller.
class Model {
public:
    explicit Model(const Problem& problem)
        : problem_(problem)
        , needs_(sorted(problem.needs))
        , quotas_(sorted(problem.quotas))
        , need_groups_(sorted(problem.need_groups))
        , quota_groups_(sorted(problem.quota_groups))
        , need_ranks_(ranks(needs_))
        , quota_ranks_(ranks(quotas_))
        , need_group_ranks_(ranks(need_groups_))
        , quota_group_ranks_(ranks(quota_groups_))
        , unlimited_(limit_of(problem)) {}

    // The whole network but for the pairs; `bounds` as given or as kept of a conflict.
    [[nodiscard]] Network frame(const Problem& bounds) const {
        Network network;
        network.nodes = static_cast<std::int32_t>(
            1 + need_groups_.size() + needs_.size() + quotas_.size() + quota_groups_.size());
        for (const auto i : need_groups_) {
            const auto& group = bounds.need_groups[at(i)];
            network.arcs.push_back(arc(need_group(group.parent), need_group(i), group.bounds));
        }
        for (const auto i : needs_) {
            const auto& need = problem_.needs[at(i)];
            network.arcs.push_back(
                {.from = need_group(need.group),
                 .to = need_node(i),
                 .floor = 0,
                 .ceiling = need.units,
                 .cost = -need.penalty});
        }
        for (const auto i : quotas_) {
            const auto& quota = bounds.quotas[at(i)];
            network.arcs.push_back(arc(quota_node(i), quota_group(quota.group), quota.bounds));
        }
        for (const auto i : quota_groups_) {
            const auto& group = bounds.quota_groups[at(i)];
            network.arcs.push_back(arc(quota_group(i), quota_group(group.parent), group.bounds));
        }
        return network;
    }

    [[nodiscard]] Arc pair(std::int32_t edge) const {
        const auto& each = problem_.edges[at(edge)];
        return {
            .from = need_node(each.need),
            .to = quota_node(each.quota),
            .floor = 0,
            .ceiling = each.most,
            .cost = each.cost};
    }

    // All pairs, those of one need together, in the order of need, then cost, then quota.
    [[nodiscard]] std::vector<std::int32_t> pairs() const {
        std::vector<std::int32_t> all(problem_.edges.size());
        std::iota(all.begin(), all.end(), 0);
        const auto key = [&](std::int32_t i) {
            const auto& each = problem_.edges[at(i)];
            return std::tuple(
                problem_.needs[at(each.need)].id,
                each.need,
                each.cost,
                problem_.quotas[at(each.quota)].id,
                i);
        };
        std::ranges::sort(all, std::less{}, key);
        return all;
    }

    [[nodiscard]] std::int32_t need_group(std::int32_t i) const {
        return i == no_group ? 0 : 1 + i;
    }

    [[nodiscard]] std::int32_t first_need() const { return 1 + count(need_groups_); }

    [[nodiscard]] std::int32_t need_node(std::int32_t i) const {
        return 1 + count(need_groups_) + need_ranks_[at(i)];
    }

    [[nodiscard]] std::int32_t quota_node(std::int32_t i) const {
        return 1 + count(need_groups_) + count(needs_) + quota_ranks_[at(i)];
    }

    [[nodiscard]] std::int32_t quota_group(std::int32_t i) const {
        if (i == no_group) return 0;
        return 1 + count(need_groups_) + count(needs_) + count(quotas_) + quota_group_ranks_[at(i)];
    }

    // Nodes that are no needs, numbered alike.
    [[nodiscard]] std::size_t hubs() const {
        return 1 + need_groups_.size() + quotas_.size() + quota_groups_.size();
    }

    [[nodiscard]] std::size_t hub_of(std::int32_t node) const {
        return at(node < first_need() ? node : node - count(needs_));
    }

    [[nodiscard]] std::size_t need_rank(std::int32_t i) const { return at(need_ranks_[at(i)]); }

private:
    // Above every sum of units and floors: never narrow.
    static std::int64_t limit_of(const Problem& problem) {
        std::int64_t sum = 1;
        for (const auto& need : problem.needs)
            sum += need.units;
        for (const auto& group : problem.need_groups)
            sum += group.bounds.floor;
        for (const auto& group : problem.quota_groups)
            sum += group.bounds.floor;
        for (const auto& quota : problem.quotas)
            sum += quota.bounds.floor;
        return sum;
    }

    [[nodiscard]] Arc arc(std::int32_t from, std::int32_t to, const Bounds& bounds) const {
        return {
            .from = from,
            .to = to,
            .floor = bounds.floor,
            .ceiling = bounds.ceiling.value_or(unlimited_),
            .cost = 0};
    }

    static std::int32_t count(const std::vector<std::int32_t>& order) {
        return static_cast<std::int32_t>(order.size());
    }

    static std::vector<std::int32_t> ranks(const std::vector<std::int32_t>& order) {
        std::vector<std::int32_t> found(order.size());
        for (std::size_t rank = 0; rank < order.size(); ++rank)
            found[at(order[rank])] = static_cast<std::int32_t>(rank);
        return found;
    }

    static std::vector<std::int32_t> sorted(const auto& items) {
        std::vector<std::int32_t> order(items.size());
        std::iota(order.begin(), order.end(), 0);
        std::ranges::stable_sort(
            order, std::less{}, [&](std::int32_t i) { return items[at(i)].id; });
        return order;
    }

    const Problem& problem_;
    std::vector<std::int32_t> needs_;
    std::vector<std::int32_t> quotas_;
    std::vector<std::int32_t> need_groups_;
    std::vector<std::int32_t> quota_groups_;
    std::vector<std::int32_t> need_ranks_; // a node's number follows its rank, not its place
    std::vector<std::int32_t> quota_ranks_;
    std::vector<std::int32_t> need_group_ranks_;
    std::vector<std::int32_t> quota_group_ranks_;
    std::int64_t unlimited_;
};

} // namespace allocate
