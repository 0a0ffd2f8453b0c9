#include "engine/allocate/swaps.hpp"

namespace allocate {

bool Swaps::draw(const Problem& problem, const Model& model) {
    problem_ = &problem;
    hubs_ = model.hubs();
    needs_.resize(problem.needs.size());
    cost_.assign(needs_.size() * hubs_, none);
    edge_.assign(needs_.size() * hubs_, no_edge);
    for (std::size_t i = 0; i < problem.needs.size(); ++i) {
        const auto& need = problem.needs[i];
        const auto rank = model.need_rank(static_cast<std::int32_t>(i));
        auto& mine = needs_[rank];
        mine.home = model.need_group(need.group);
        mine.units = need.units;
        cost_[rank * hubs_ + at(mine.home)] = static_cast<std::int32_t>(need.penalty);
        edge_[rank * hubs_ + at(mine.home)] = unserved;
    }
    for (std::size_t i = 0; i < problem.edges.size(); ++i) {
        const auto& edge = problem.edges[i];
        if (edge.most == 0) continue;
        const auto cell =
            model.need_rank(edge.need) * hubs_ + model.hub_of(model.quota_node(edge.quota));
        if (edge_[cell] != no_edge) return false;
        cost_[cell] = static_cast<std::int32_t>(edge.cost);
        edge_[cell] = static_cast<std::int32_t>(i);
    }
    return true;
}

void Swaps::fill(const std::vector<std::int64_t>& prices, std::size_t stride) {
    holders_.assign(hubs_, {});
    best_.assign(hubs_ * hubs_, far);
    mover_.assign(hubs_ * hubs_, no_edge);
    for (auto& need : needs_)
        need.held.clear();
    for (std::size_t n = 0; n < needs_.size(); n += stride)
        fill_need(n, prices);
}

void Swaps::fill_need(std::size_t n, const std::vector<std::int64_t>& prices) {
    auto& need = needs_[n];
    for (auto left = need.units; left > 0;) {
        auto cheapest = far;
        std::size_t where = 0;
        for (std::size_t h = 0; h < hubs_; ++h) {
            if (costs(n)[h] == none || costs(n)[h] - prices[h] >= cheapest) continue;
            if (!need.held.empty() && holding(n, h) != nullptr) continue;
            cheapest = costs(n)[h] - prices[h];
            where = h;
        }
        const auto most = most_of(n, where);
        need.held.push_back(
            {.hub = static_cast<std::int32_t>(where),
             .edge = edge_[n * hubs_ + where],
             .units = std::min(left, most),
             .most = most});
        holders_[where].push_back(static_cast<std::int32_t>(n));
        left -= std::min(left, most);
    }
    for (const auto& each : need.held)
        offer_all(at(each.hub), n);
}

std::int64_t Swaps::most_of(std::size_t need, std::size_t hub) const {
    const auto edge = edge_[need * hubs_ + hub];
    return edge == unserved ? needs_[need].units : problem_->edges[at(edge)].most;
}

bool Swaps::has_room(std::size_t need, std::size_t hub) const {
    for (const auto& each : needs_[need].held) {
        if (at(each.hub) == hub) return each.units < each.most;
    }
    return true;
}

Swaps::Holding* Swaps::holding(std::size_t need, std::size_t hub) {
    for (auto& each : needs_[need].held) {
        if (at(each.hub) == hub) return &each;
    }
    return nullptr;
}

void Swaps::offer(std::size_t here, std::size_t there, std::size_t need) {
    const auto length = std::int64_t{costs(need)[there]} - costs(need)[here];
    if (length >= best_[here * hubs_ + there]) return;
    best_[here * hubs_ + there] = length;
    mover_[here * hubs_ + there] = static_cast<std::int32_t>(need);
}

void Swaps::offer_all(std::size_t here, std::size_t need) {
    const bool alone = needs_[need].held.size() == 1;
    const auto* cost = costs(need);
    for (std::size_t there = 0; there < hubs_; ++there) {
        if (cost[there] == none || there == here) continue;
        if (alone || has_room(need, there)) offer(here, there, need);
    }
}

void Swaps::seek(std::size_t here, std::size_t there) {
    best_[here * hubs_ + there] = far;
    mover_[here * hubs_ + there] = no_edge;
    for (const auto holder : holders_[here]) {
        const auto need = at(holder);
        if (costs(need)[there] != none && has_room(need, there)) offer(here, there, need);
    }
}

std::int64_t Swaps::room(std::size_t here, std::size_t there) const {
    const auto need = at(mover_[here * hubs_ + there]);
    std::int64_t units = 0;
    auto room = most_of(need, there);
    for (const auto& each : held(need)) {
        if (at(each.hub) == here) units = each.units;
        if (at(each.hub) == there) room = each.most - each.units;
    }
    return std::min(units, room);
}

void Swaps::leave(std::size_t need, std::size_t hub) {
    std::erase_if(needs_[need].held, [&](const Holding& each) { return at(each.hub) == hub; });
    std::erase(holders_[hub], static_cast<std::int32_t>(need));
    for (std::size_t there = 0; there < hubs_; ++there) {
        if (mover_[hub * hubs_ + there] == static_cast<std::int32_t>(need)) seek(hub, there);
    }
}

void Swaps::move(std::size_t here, std::size_t there, std::int64_t units) {
    const auto mover = mover_[here * hubs_ + there];
    const auto need = at(mover);
    auto* source = holding(need, here);
    const bool was_full = source->units == source->most;
    source->units -= units;
    const bool left = source->units == 0;
    auto* target = holding(need, there);
    const bool came = target == nullptr;
    if (came) {
        needs_[need].held.push_back(
            {.hub = static_cast<std::int32_t>(there),
             .edge = edge_[need * hubs_ + there],
             .units = 0,
             .most = most_of(need, there)});
        target = &needs_[need].held.back();
        holders_[there].push_back(mover);
    }
    target->units += units;
    const bool is_full = target->units == target->most;
    if (left) leave(need, here);
    for (const auto& each : needs_[need].held) {
        const auto hub = at(each.hub);
        if (was_full && hub != here) offer(hub, here, need);
        if (is_full && hub != there && mover_[hub * hubs_ + there] == mover) seek(hub, there);
    }
    if (came) offer_all(there, need);
}

} // namespace allocate
