#include "engine/allocate/hubs.hpp"

#include "engine/allocate/marginal.hpp"
#include "engine/allocate/swaps.hpp"

namespace allocate {
namespace {

constexpr std::size_t work_most = 4'000'000'000;
constexpr std::size_t cells_of_a_pair = 32; // memory, beside that of the pairs
constexpr std::size_t small = 1'000'000;    // cells that nobody minds

// Shortest augmenting ways (Tomizawa 1971; Edmonds & Karp 1972). Prices first, whatever they are:
// each need ships where it is cheapest at them, so that the flow is the best there is for what
// arrives at each hub, and only that is wrong: too much here, too little there. Units then go, by
// the cheapest way, from a hub with too much to one with too little, which keeps the flow the best
// for what arrives, until nothing is too much.
class Hubs {
public:
    Hubs(const Problem& problem, const Model& model)
        : problem_(problem)
        , model_(model)
        , frame_(model.frame(problem)) {}

    std::optional<Solved> run() {
        if (!swaps_.draw(problem_, model_)) return std::nullopt;
        prices_.assign(swaps_.hubs(), 0);
        // What a few needs pay for a share of the room is close to what all of them pay for it.
        for (const std::size_t stride : {16, 4}) {
            if (swaps_.needs() / stride >= sampled_at_least) settle(stride);
        }
        const auto settled = settle(1);
        if (settled == Settled::gave_up) return std::nullopt;
        return settled == Settled::yes ? answer() : Solved{};
    }

private:
    enum class Settled { yes, impossible, gave_up };

    static constexpr std::size_t sampled_at_least = 500;
    static constexpr std::size_t turns_of_a_node = 20;
    static constexpr std::int64_t unreached = Swaps::far / 2;
    static constexpr std::int32_t start = -1;
    static constexpr std::int32_t by_swap = -1;

    // The arcs between hubs: those of groups and quotas.
    struct Way {
        std::size_t from = 0;
        std::size_t to = 0;
        std::int64_t floor = 0;
        std::int64_t ceiling = 0;
        std::int64_t flow = 0;
    };

    struct Step {
        std::int32_t before = start; // hub
        std::int32_t way = by_swap;
    };

    // One in `stride` of the needs to as small a share of the bounds, from the prices there are.
    Settled settle(std::size_t stride) {
        swaps_.fill(prices_, stride);
        draw_ways(static_cast<std::int64_t>(stride));
        balance();
        for (auto turns = turns_of_a_node * (swaps_.needs() + swaps_.hubs()); turns > 0; --turns) {
            if (std::ranges::none_of(excess_, [](auto units) { return units > 0; }))
                return Settled::yes;
            if (!reach()) return Settled::impossible;
            for (const auto lack : lacks_)
                push(lack);
        }
        return Settled::gave_up;
    }

    void draw_ways(std::int64_t stride) {
        const auto first = problem_.need_groups.size();
        ways_.clear();
        around_.assign(swaps_.hubs(), {});
        for (std::size_t i = 0; i < frame_.arcs.size(); ++i) {
            if (i >= first && i < first + swaps_.needs()) continue;
            const auto& arc = frame_.arcs[i];
            const auto from = model_.hub_of(arc.from);
            const auto to = model_.hub_of(arc.to);
            around_[from].push_back(static_cast<std::int32_t>(ways_.size()));
            around_[to].push_back(static_cast<std::int32_t>(ways_.size()));
            const auto floor = arc.floor / stride;
            const auto ceiling = std::max(floor, (arc.ceiling + stride / 2) / stride);
            ways_.push_back({.from = from, .to = to, .floor = floor, .ceiling = ceiling});
        }
    }

    // A group takes from above what its needs and the groups below it take; a quota passes on what
    // comes. Then what bounds forbid is too much or too little.
    void balance() {
        excess_.assign(swaps_.hubs(), 0);
        for (std::size_t n = 0; n < swaps_.needs(); ++n) {
            for (const auto& each : swaps_.held(n)) {
                if (each.edge == Swaps::unserved) continue;
                excess_[at(each.hub)] += each.units;
                excess_[at(swaps_.home(n))] -= each.units;
            }
        }
        const auto groups = problem_.need_groups.size();
        for (const auto i : children_first()) {
            auto& way = ways_[i];
            const auto cost = prices_[way.from] - prices_[way.to];
            const auto wanted = i < groups ? -excess_[way.to] : excess_[way.from];
            way.flow = cost > 0   ? way.floor
                       : cost < 0 ? way.ceiling
                                  : std::clamp(wanted, way.floor, way.ceiling);
            excess_[way.from] -= way.flow;
            excess_[way.to] += way.flow;
        }
    }

    // Ways in such an order that all below a group come before it.
    [[nodiscard]] std::vector<std::size_t> children_first() const {
        std::vector<std::size_t> order(ways_.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        const auto groups = problem_.need_groups.size();
        // The far end of a way: the group, or the quota, it is of.
        std::vector<std::int64_t> depth(swaps_.hubs(), 0);
        const auto deepen = [&] {
            bool any = false;
            for (std::size_t i = 0; i < ways_.size(); ++i) {
                const auto below = i < groups ? ways_[i].to : ways_[i].from;
                const auto above = i < groups ? ways_[i].from : ways_[i].to;
                if (depth[below] > depth[above]) continue;
                depth[below] = depth[above] + 1;
                any = true;
            }
            return any;
        };
        while (deepen()) {
        }
        std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) {
            return depth[i < groups ? ways_[i].to : ways_[i].from];
        });
        return order;
    }

    // Dijkstra from all hubs with too much to those with too little. The prices follow, so that all
    // the steps found cost nothing more.
    bool reach() {
        const auto hubs = swaps_.hubs();
        distance_.assign(hubs, unreached);
        steps_.assign(hubs, {});
        settled_.assign(hubs, 0);
        lacks_.clear();
        for (std::size_t h = 0; h < hubs; ++h) {
            if (excess_[h] > 0) distance_[h] = 0;
        }
        auto missing = std::ranges::count_if(excess_, [](auto units) { return units < 0; });
        while (missing > 0) {
            const auto here = nearest();
            if (here == hubs) break;
            settled_[here] = 1;
            if (excess_[here] < 0) {
                lacks_.push_back(here);
                --missing;
            }
            relax(here);
        }
        if (lacks_.empty()) return false;
        const auto last = distance_[lacks_.back()];
        for (std::size_t h = 0; h < hubs; ++h) {
            if (settled_[h] != 0 && distance_[h] < last) prices_[h] += distance_[h] - last;
        }
        return true;
    }

    [[nodiscard]] std::size_t nearest() const {
        auto least = unreached;
        auto found = swaps_.hubs();
        for (std::size_t h = 0; h < swaps_.hubs(); ++h) {
            if (settled_[h] != 0 || distance_[h] >= least) continue;
            least = distance_[h];
            found = h;
        }
        return found;
    }

    void relax(std::size_t here) {
        const auto base = distance_[here] + prices_[here];
        const auto* swaps = swaps_.from(here);
        for (std::size_t h = 0; h < swaps_.hubs(); ++h) {
            const auto through = base + swaps[h] - prices_[h];
            if (through >= distance_[h]) continue;
            distance_[h] = through;
            steps_[h] = {.before = static_cast<std::int32_t>(here), .way = by_swap};
        }
        for (const auto i : around_[here]) {
            const auto& way = ways_[at(i)];
            const bool onward = way.from == here;
            if (onward ? way.flow == way.ceiling : way.flow == way.floor) continue;
            const auto there = onward ? way.to : way.from;
            const auto through = base - prices_[there];
            if (through >= distance_[there]) continue;
            distance_[there] = through;
            steps_[there] = {.before = static_cast<std::int32_t>(here), .way = i};
        }
    }

    // Along the way found, unless a push before this one has used it up.
    void push(std::size_t lack) {
        auto units = -excess_[lack];
        auto hub = lack;
        for (; units > 0 && steps_[hub].before != start; hub = at(steps_[hub].before))
            units = std::min(units, room(hub));
        units = std::min(units, excess_[hub]);
        if (units <= 0) return;
        excess_[hub] -= units;
        excess_[lack] += units;
        for (hub = lack; steps_[hub].before != start; hub = at(steps_[hub].before)) {
            const auto before = at(steps_[hub].before);
            if (steps_[hub].way == by_swap) {
                swaps_.move(before, hub, units);
            } else {
                auto& way = ways_[at(steps_[hub].way)];
                way.flow += way.from == before ? units : -units;
            }
        }
    }

    // Of the last step to this hub.
    [[nodiscard]] std::int64_t room(std::size_t hub) const {
        const auto& step = steps_[hub];
        const auto before = at(step.before);
        if (step.way == by_swap) {
            const auto length = swaps_.from(before)[hub];
            return length == prices_[hub] - prices_[before] ? swaps_.room(before, hub) : 0;
        }
        const auto& way = ways_[at(step.way)];
        return way.from == before ? way.ceiling - way.flow : way.flow - way.floor;
    }

    Solved answer() {
        Solved solved{.feasible = true, .pairs = {}, .units = {}, .potentials = {}};
        for (std::size_t n = 0; n < swaps_.needs(); ++n) {
            for (const auto& each : swaps_.held(n)) {
                if (each.edge == Swaps::unserved) continue;
                solved.pairs.push_back(each.edge);
                solved.units.push_back(each.units);
            }
        }
        const auto prices = marginal_prices();
        solved.potentials.resize(at(frame_.nodes));
        const auto first = at(model_.first_need());
        for (std::size_t node = 0; node < solved.potentials.size(); ++node) {
            solved.potentials[node] = node >= first && node < first + swaps_.needs()
                                          ? worth(node - first, prices)
                                          : prices[model_.hub_of(static_cast<std::int32_t>(node))];
        }
        return solved;
    }

    // The shortest ways from outside, as among all pairs: a way through a need is a swap.
    [[nodiscard]] std::vector<std::int64_t> marginal_prices() const {
        const auto hubs = swaps_.hubs();
        Network network{.nodes = static_cast<std::int32_t>(hubs), .arcs = {}};
        Flow flow{.feasible = true, .flow = {}, .potential = prices_};
        const auto add = [&](std::size_t from, std::size_t to, const Way& way, std::int64_t cost) {
            network.arcs.push_back(
                {.from = static_cast<std::int32_t>(from),
                 .to = static_cast<std::int32_t>(to),
                 .floor = way.floor,
                 .ceiling = way.ceiling,
                 .cost = cost});
            flow.flow.push_back(way.flow);
        };
        for (const auto& way : ways_)
            add(way.from, way.to, way, 0);
        for (std::size_t here = 0; here < hubs; ++here) {
            for (std::size_t there = 0; there < hubs; ++there) {
                const auto length = swaps_.from(here)[there];
                if (length != Swaps::far) add(here, there, Way{.ceiling = 1}, length);
            }
        }
        return marginal_potentials(network, flow);
    }

    // The price at a need: by the units it ships, or, shipping none, the best it could do.
    [[nodiscard]] std::int64_t worth(
        std::size_t need, const std::vector<std::int64_t>& prices) const {
        const auto* costs = swaps_.costs(need);
        auto least = Swaps::far;
        for (const auto& each : swaps_.held(need))
            least = std::min(least, prices[at(each.hub)] - costs[at(each.hub)]);
        if (least != Swaps::far) return least;
        auto most = -Swaps::far;
        for (std::size_t h = 0; h < swaps_.hubs(); ++h) {
            if (costs[h] != Swaps::none) most = std::max(most, prices[h] - costs[h]);
        }
        return most;
    }

    const Problem& problem_;
    const Model& model_;
    Network frame_;
    Swaps swaps_;
    std::vector<Way> ways_;
    std::vector<std::vector<std::int32_t>> around_; // ways at each hub
    std::vector<std::int64_t> excess_;
    std::vector<std::int64_t> prices_;
    std::vector<std::int64_t> distance_;
    std::vector<Step> steps_;
    std::vector<char> settled_;
    std::vector<std::size_t> lacks_; // that can be reached, the nearest first
};

} // namespace

bool few_hubs(const Problem& problem, const Model& model) {
    const auto cells = problem.needs.size() * model.hubs();
    return cells <= work_most / model.hubs() &&
           cells <= std::max(small, problem.edges.size() * cells_of_a_pair);
}

std::optional<Solved> by_hubs(const Problem& problem, const Model& model) {
    return Hubs(problem, model).run();
}

} // namespace allocate
