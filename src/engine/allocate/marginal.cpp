#include "engine/allocate/marginal.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <queue>

namespace allocate {
namespace {

std::size_t place_of(std::int32_t node) { return static_cast<std::size_t>(node); }

// The prices of one unit more: shortest ways from outside through what room the flow leaves (the
// residual network), by Dijkstra over the reduced costs of the simplex.
class Marginal {
public:
    Marginal(const Network& network, const Flow& flow)
        : network_(network)
        , flow_(flow)
        , far_(std::numeric_limits<std::int64_t>::max())
        , distance_(static_cast<std::size_t>(network.nodes), far_)
        , starts_(static_cast<std::size_t>(network.nodes) + 1, 0) {
        list_ways();
    }

    std::vector<std::int64_t> potentials() {
        walk();
        std::vector<std::int64_t> found(distance_.size());
        const auto here = flow_.potential[0];
        for (std::size_t i = 0; i < found.size(); ++i) {
            if (distance_[i] == far_) continue;
            found[i] = distance_[i] + flow_.potential[i] - here;
        }
        lift_unreached(found, here);
        return found;
    }

private:
    struct Way {
        std::int32_t to = 0;
        std::int64_t length = 0;
    };

    std::int64_t reduced(const Arc& arc) const {
        return arc.cost + flow_.potential[place_of(arc.from)] - flow_.potential[place_of(arc.to)];
    }

    void each_way(auto&& visit) const {
        for (std::size_t i = 0; i < network_.arcs.size(); ++i) {
            const auto& arc = network_.arcs[i];
            if (flow_.flow[i] < arc.ceiling) visit(arc.from, arc.to, reduced(arc));
            if (flow_.flow[i] > arc.floor) visit(arc.to, arc.from, -reduced(arc));
        }
    }

    void list_ways() {
        each_way(
            [&](std::int32_t from, std::int32_t, std::int64_t) { ++starts_[place_of(from) + 1]; });
        std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
        ways_.resize(starts_.back());
        auto next = starts_;
        each_way([&](std::int32_t from, std::int32_t to, std::int64_t length) {
            ways_[next[place_of(from)]++] = {to, length};
        });
    }

    void walk() {
        using Stop = std::pair<std::int64_t, std::int32_t>;
        std::priority_queue<Stop, std::vector<Stop>, std::greater<>> queue;
        distance_[0] = 0;
        queue.emplace(0, 0);
        while (!queue.empty()) {
            const auto [length, node] = queue.top();
            queue.pop();
            if (length > distance_[place_of(node)]) continue;
            for (auto i = starts_[place_of(node)]; i < starts_[place_of(node) + 1]; ++i) {
                const auto through = length + ways_[i].length;
                if (through >= distance_[place_of(ways_[i].to)]) continue;
                distance_[place_of(ways_[i].to)] = through;
                queue.emplace(through, ways_[i].to);
            }
        }
    }

    // Nothing more can be brought there at any cost, so room there is worth nothing. They keep the
    // simplex's prices among themselves, lifted until their ways back are no shorter than they may
    // be and none of them lies below outside.
    void lift_unreached(std::vector<std::int64_t>& found, std::int64_t here) const {
        auto lift = std::numeric_limits<std::int64_t>::min();
        each_way([&](std::int32_t from, std::int32_t to, std::int64_t length) {
            if (distance_[place_of(from)] == far_ && distance_[place_of(to)] != far_)
                lift = std::max(lift, distance_[place_of(to)] - length);
        });
        for (std::size_t i = 0; i < found.size(); ++i) {
            if (distance_[i] == far_) lift = std::max(lift, here - flow_.potential[i]);
        }
        for (std::size_t i = 0; i < found.size(); ++i) {
            if (distance_[i] == far_) found[i] = flow_.potential[i] - here + lift;
        }
    }

    const Network& network_;
    const Flow& flow_;
    std::int64_t far_;
    std::vector<std::int64_t> distance_;
    std::vector<std::size_t> starts_;
    std::vector<Way> ways_;
};

} // namespace

std::vector<std::int64_t> marginal_potentials(const Network& network, const Flow& flow) {
    return Marginal(network, flow).potentials();
}

} // namespace allocate
