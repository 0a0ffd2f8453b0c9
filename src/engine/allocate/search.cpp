#include "engine/allocate/search.hpp"

#include "engine/allocate/hubs.hpp"
#include "engine/allocate/marginal.hpp"

#include <algorithm>

namespace allocate {
namespace {

// Few pairs at first, those of each need that look cheapest at the prices of a sample; then those
// that would pay at the prices found, until there are none. What is left out then does not pay, so
// the answer is that of all pairs.
constexpr std::size_t pairs_at_once = 200'000;
constexpr std::int64_t sampled_of = 8;       // needs
constexpr std::size_t sampled_cheapest = 24; // pairs of each
constexpr std::size_t sampled_others = 40;   // spread over the rest
constexpr std::size_t first_of_a_need = 5;
constexpr std::size_t added_of_a_need = 4; // in one turn

// Floors as rewards, so that a turn has a solution whatever pairs it sees. When every reward is
// earned, the answer is that of the floors.
class Soft {
public:
    explicit Soft(Network& network)
        : network_(network)
        , first_(network.arcs.size()) {
        std::int64_t dearest = 1;
        for (const auto& arc : network.arcs)
            dearest = std::max({dearest, arc.cost, -arc.cost});
        for (std::size_t i = 0; i < first_; ++i) {
            auto& arc = network.arcs[i];
            if (arc.floor == 0) continue;
            auto reward = arc;
            reward.ceiling = arc.floor;
            reward.floor = 0;
            reward.cost = -8 * dearest;
            arc.ceiling -= arc.floor;
            arc.floor = 0;
            floored_.push_back(i);
            network.arcs.push_back(reward);
        }
    }

    // False when some floor is not met.
    bool join(Flow& flow) const {
        bool met = true;
        for (std::size_t i = 0; i < floored_.size(); ++i) {
            const auto units = flow.flow[first_ + i];
            met = met && units == network_.arcs[first_ + i].ceiling;
            flow.flow[floored_[i]] += units;
        }
        flow.flow.resize(first_);
        return met;
    }

private:
    Network& network_;
    std::size_t first_;
    std::vector<std::size_t> floored_;
};

class Search {
public:
    Search(const Problem& problem, const Model& model)
        : problem_(problem)
        , model_(model)
        , all_(model.pairs())
        , used_(problem.edges.size(), 0) {}

    Solved run() {
        if (all_.size() <= pairs_at_once) return whole();
        take_first(sample_prices());
        for (;;) {
            auto drawn = draw();
            const auto frame = drawn.network.arcs.size() - drawn.pairs.size();
            const Soft soft(drawn.network);
            auto flow = cheapest(drawn.network);
            const bool met = soft.join(flow);
            if (take_paying(flow.potential)) continue;
            // A floor out of reach of all pairs: let the floors themselves say so.
            return met ? answer(drawn.pairs, frame, flow) : whole();
        }
    }

private:
    // The frame and the pairs in use.
    struct Drawn {
        Network network;
        std::vector<std::int32_t> pairs; // the last arcs
    };

    [[nodiscard]] Drawn draw() const {
        Drawn drawn{.network = model_.frame(problem_), .pairs = {}};
        for (const auto edge : all_) {
            if (used_[at(edge)] == 0) continue;
            drawn.pairs.push_back(edge);
            drawn.network.arcs.push_back(model_.pair(edge));
        }
        return drawn;
    }

    Solved whole() {
        std::ranges::fill(used_, 1);
        const auto drawn = draw();
        const auto flow = cheapest(drawn.network);
        if (!flow.feasible) return {};
        return answer(drawn.pairs, drawn.network.arcs.size() - drawn.pairs.size(), flow);
    }

    [[nodiscard]] Solved answer(
        const std::vector<std::int32_t>& pairs, std::size_t frame, const Flow& flow) const {
        const auto first = static_cast<std::ptrdiff_t>(frame);
        Solved solved{
            .feasible = true,
            .pairs = pairs,
            .units = {flow.flow.begin() + first, flow.flow.end()},
            .potentials = {}};
        // All pairs once more: those left out have prices to keep to as well.
        std::vector<std::int64_t> units(problem_.edges.size(), 0);
        for (std::size_t i = 0; i < pairs.size(); ++i)
            units[at(pairs[i])] = solved.units[i];
        auto network = model_.frame(problem_);
        Flow every{
            .feasible = true,
            .flow = {flow.flow.begin(), flow.flow.begin() + first},
            .potential = flow.potential};
        for (std::size_t i = 0; i < units.size(); ++i) {
            network.arcs.push_back(model_.pair(static_cast<std::int32_t>(i)));
            every.flow.push_back(units[i]);
        }
        solved.potentials = marginal_potentials(network, every);
        return solved;
    }

    // What each node costs when every eighth need competes for an eighth of the room.
    std::vector<std::int64_t> sample_prices() {
        auto network = model_.frame(problem_);
        const auto first_need = at(model_.first_need());
        for (auto& arc : network.arcs) {
            const bool of_a_need = at(arc.to) >= first_need && at(arc.to) < first_need + needs();
            if (of_a_need) continue;
            arc.floor /= sampled_of;
            arc.ceiling = std::max(arc.floor, (arc.ceiling + sampled_of / 2) / sampled_of);
        }
        each_need([&](auto& pairs) {
            const auto need = at(model_.pair(pairs.front().second).from) - first_need;
            if (need % static_cast<std::size_t>(sampled_of) != 0) return;
            const auto stride = pairs.size() / sampled_others + 1;
            for (std::size_t i = 0; i < pairs.size(); ++i) {
                if (i < sampled_cheapest || (i + need) % stride == 0)
                    network.arcs.push_back(model_.pair(pairs[i].second));
            }
        });
        const Soft soft(network);
        return cheapest(network).potential;
    }

    [[nodiscard]] std::size_t needs() const { return problem_.needs.size(); }

    // Visits each need's pairs, which stand together in all_.
    void each_need(auto&& visit) {
        std::vector<std::pair<std::int64_t, std::int32_t>> pairs; // of one need
        std::int32_t need = -1;
        for (const auto edge : all_) {
            const auto& each = problem_.edges[at(edge)];
            if (each.need != need && !pairs.empty()) {
                visit(pairs);
                pairs.clear();
            }
            need = each.need;
            if (used_[at(edge)] == 0) pairs.emplace_back(each.cost, edge);
        }
        if (!pairs.empty()) visit(pairs);
    }

    void take(std::vector<std::pair<std::int64_t, std::int32_t>>& pairs, std::size_t most) {
        most = std::min(pairs.size(), most);
        std::ranges::partial_sort(pairs, pairs.begin() + static_cast<std::ptrdiff_t>(most));
        for (std::size_t i = 0; i < most; ++i)
            used_[at(pairs[i].second)] = 1;
    }

    void take_first(const std::vector<std::int64_t>& potential) {
        each_need([&](auto& pairs) {
            for (auto& [cost, edge] : pairs)
                cost -= potential[at(model_.quota_node(problem_.edges[at(edge)].quota))];
            take(pairs, first_of_a_need);
        });
    }

    bool take_paying(const std::vector<std::int64_t>& potential) {
        bool any = false;
        each_need([&](auto& pairs) {
            for (auto& [cost, edge] : pairs) {
                const auto& each = problem_.edges[at(edge)];
                cost += potential[at(model_.need_node(each.need))] -
                        potential[at(model_.quota_node(each.quota))];
            }
            std::erase_if(pairs, [](const auto& pair) { return pair.first >= 0; });
            any = any || !pairs.empty();
            take(pairs, added_of_a_need);
        });
        return any;
    }

    const Problem& problem_;
    const Model& model_;
    std::vector<std::int32_t> all_;
    std::vector<char> used_;
};

} // namespace

Solved by_simplex(const Problem& problem, const Model& model) {
    return Search(problem, model).run();
}

Solved search(const Problem& problem, const Model& model) {
    if (few_hubs(problem, model)) {
        if (auto solved = by_hubs(problem, model)) return std::move(*solved);
    }
    return by_simplex(problem, model);
}

} // namespace allocate
