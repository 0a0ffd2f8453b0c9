#include "engine/graph/graph.hpp"

#include <algorithm>

namespace graph {
namespace {

// Places by a key below `keys`, those of one key in the order they had.
template <class KeyOf>
std::vector<Place> dealt(std::span<const Place> places, Node keys, KeyOf key_of) {
    std::vector<Place> begin(keys + 1, 0);
    for (const auto place : places)
        ++begin[key_of(place) + 1];
    for (Node key = 0; key < keys; ++key)
        begin[key + 1] += begin[key];
    std::vector<Place> made(places.size());
    for (const auto place : places)
        made[begin[key_of(place)]++] = place;
    return made;
}

template <class KeyOf>
std::vector<Place> begins(std::size_t count, Node keys, KeyOf key_of) {
    std::vector<Place> begin(keys + 1, 0);
    for (std::size_t i = 0; i < count; ++i)
        ++begin[key_of(i) + 1];
    for (Node key = 0; key < keys; ++key)
        begin[key + 1] += begin[key];
    return begin;
}

void tie_up(Graph& graph) {
    const auto& edges = graph.edges;
    auto& order = graph.order;
    graph.ties.reserve(order.size());
    graph.days.reserve(order.size());
    std::vector<Days> union_of;
    for (std::size_t begin = 0; begin < order.size();) {
        const auto& first = edges[order[begin]];
        auto end = begin + 1;
        while (end < order.size() && edges[order[end]].from == first.from &&
               edges[order[end]].to == first.to)
            ++end;
        union_of.assign(1, first.days);
        if (end - begin > 1) {
            std::sort(
                order.begin() + static_cast<std::ptrdiff_t>(begin),
                order.begin() + static_cast<std::ptrdiff_t>(end),
                [&](Place a, Place b) {
                    return std::pair(edges[a].days.first, a) < std::pair(edges[b].days.first, b);
                });
            union_of.clear();
            for (auto i = begin; i < end; ++i)
                add_days(union_of, edges[order[i]].days);
        }
        graph.ties.push_back(
            {first.from,
             first.to,
             static_cast<Place>(begin),
             static_cast<std::uint32_t>(end - begin),
             static_cast<Place>(graph.days.size()),
             static_cast<std::uint32_t>(union_of.size())});
        graph.days.insert(graph.days.end(), union_of.begin(), union_of.end());
        begin = end;
    }
}

void join_neighbours(Graph& graph) {
    graph.near.reserve(graph.nodes + std::size_t{1});
    graph.neighbours.reserve(2 * graph.ties.size());
    for (Node node = 0; node < graph.nodes; ++node) {
        graph.near.push_back(static_cast<Place>(graph.neighbours.size()));
        auto out = graph.out[node];
        auto in = graph.in[node];
        const auto out_end = graph.out[node + 1];
        const auto in_end = graph.in[node + 1];
        while (out < out_end || in < in_end) {
            const auto no_node = graph.nodes;
            const auto to = out < out_end ? graph.ties[out].to : no_node;
            const auto from = in < in_end ? graph.ties[graph.in_ties[in]].from : no_node;
            graph.neighbours.push_back(std::min(to, from));
            if (to <= from) ++out;
            if (from <= to) ++in;
        }
    }
    graph.near.push_back(static_cast<Place>(graph.neighbours.size()));
}

} // namespace

void meet(std::span<const Days> one, std::span<const Days> other, std::vector<Days>& both) {
    both.clear();
    for (std::size_t i = 0, j = 0; i < one.size() && j < other.size();) {
        const Days common{
            std::max(one[i].first, other[j].first), std::min(one[i].last, other[j].last)};
        if (common.first <= common.last) both.push_back(common);
        if (one[i].last < other[j].last) {
            ++i;
        } else {
            ++j;
        }
    }
}

void add_days(std::vector<Days>& list, Days more) {
    // The first stretch that reaches the day before, and the first that begins past the day after.
    const auto from = std::ranges::find_if(
        list, [&](const Days& each) { return each.last.days + 1 >= more.first.days; });
    auto until = from;
    while (until != list.end() && until->first.days <= more.last.days + 1) {
        more.first = std::min(more.first, until->first);
        more.last = std::max(more.last, until->last);
        ++until;
    }
    list.insert(list.erase(from, until), more);
}

base::Money Graph::amount(const Tie& tie) const {
    base::Money sum;
    for (const auto place : edges_of(tie))
        sum += edges[place].amount;
    return sum;
}

Graph Graph::make(Node nodes, std::vector<Edge> edges, Kind kind) {
    Graph graph{.nodes = nodes, .edges = std::move(edges)};
    std::vector<Place> taken;
    taken.reserve(graph.edges.size());
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        const auto& edge = graph.edges[i];
        base::ensure(edge.from < nodes && edge.to < nodes, "an edge's firm is beyond the nodes");
        if (edge.kind == kind && edge.from != edge.to && edge.days.first <= edge.days.last)
            taken.push_back(static_cast<Place>(i));
    }
    taken = dealt(taken, nodes, [&](Place place) { return graph.edges[place].to; });
    graph.order = dealt(taken, nodes, [&](Place place) { return graph.edges[place].from; });
    tie_up(graph);
    const auto& ties = graph.ties;
    graph.out = begins(ties.size(), nodes, [&](std::size_t i) { return ties[i].from; });
    graph.in = begins(ties.size(), nodes, [&](std::size_t i) { return ties[i].to; });
    auto next = graph.in;
    graph.in_ties.resize(ties.size());
    for (std::size_t i = 0; i < ties.size(); ++i)
        graph.in_ties[next[ties[i].to]++] = static_cast<Place>(i);
    join_neighbours(graph);
    return graph;
}

} // namespace graph
