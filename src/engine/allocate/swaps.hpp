// What it costs to move a unit of some need from one hub to another, for all pairs of hubs.
#pragma once

#include "engine/allocate/model.hpp"

#include <limits>

namespace allocate {

// A hub is a node that is not a need: outside, a group or a quota. A need ships all its units to
// hubs: to quotas at the cost of the pair, or, unserved, to its own group at the penalty. Then what
// needs mean to hubs is one number for each two of them: the cheapest move of a unit from here to
// there. The table follows every move, so a way through ten thousand needs is a way through the few
// hundred hubs.
class Swaps {
public:
    static constexpr std::int64_t far = std::int64_t{1} << 61U; // no move

    struct Holding {
        std::int32_t hub = 0;
        std::int32_t edge = no_edge;
        std::int64_t units = 0; // above zero
        std::int64_t most = 0;
    };

    static constexpr std::int32_t no_edge = -1;  // no such pair
    static constexpr std::int32_t unserved = -2; // the need's own group

    // False for what it cannot tell apart: two edges between one need and one quota.
    bool draw(const Problem& problem, const Model& model);

    // Every `stride`th need takes what is cheapest to it where a unit at hub h is worth
    // `prices[h]`.
    void fill(const std::vector<std::int64_t>& prices, std::size_t stride);

    [[nodiscard]] std::size_t needs() const { return needs_.size(); }

    [[nodiscard]] std::size_t hubs() const { return hubs_; }

    [[nodiscard]] const std::vector<Holding>& held(std::size_t need) const {
        return needs_[need].held;
    }

    [[nodiscard]] std::int32_t home(std::size_t need) const { return needs_[need].home; }

    // What each hub costs this need, `none` where it may not go.
    static constexpr std::int32_t none = std::numeric_limits<std::int32_t>::max();

    [[nodiscard]] const std::int32_t* costs(std::size_t need) const { return &cost_[need * hubs_]; }

    // The cheapest moves out of a hub, one a hub.
    [[nodiscard]] const std::int64_t* from(std::size_t hub) const { return &best_[hub * hubs_]; }

    // The most units of the cheapest move.
    [[nodiscard]] std::int64_t room(std::size_t here, std::size_t there) const;
    void move(std::size_t here, std::size_t there, std::int64_t units);

private:
    void fill_need(std::size_t need, const std::vector<std::int64_t>& prices);

    struct Shipper {
        std::int32_t home = 0;
        std::int64_t units = 0;
        std::vector<Holding> held;
    };

    [[nodiscard]] std::int64_t most_of(std::size_t need, std::size_t hub) const;
    [[nodiscard]] bool has_room(std::size_t need, std::size_t hub) const;
    Holding* holding(std::size_t need, std::size_t hub);
    void offer(std::size_t here, std::size_t there, std::size_t need);
    void offer_all(std::size_t here, std::size_t need);
    void seek(std::size_t here, std::size_t there);
    void leave(std::size_t need, std::size_t hub);

    std::size_t hubs_ = 0;
    const Problem* problem_ = nullptr;
    std::vector<Shipper> needs_;                     // in the order of ids
    std::vector<std::int32_t> cost_;                 // needs × hubs
    std::vector<std::int32_t> edge_;                 // needs × hubs
    std::vector<std::vector<std::int32_t>> holders_; // needs with units at each hub
    std::vector<std::int64_t> best_;                 // hubs × hubs
    std::vector<std::int32_t> mover_;                // hubs × hubs: whose move it is
};

} // namespace allocate
