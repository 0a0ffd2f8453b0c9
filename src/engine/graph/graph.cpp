#include "engine/graph/graph.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace graph {
namespace {

// What sorting and tying an edge needs, so that the edges themselves are read once.
struct Brief {
    Node to;
    Days days;
    Place edge;

    friend bool operator<(const Brief& one, const Brief& other) {
        return std::tuple(one.to, one.days.first, one.edge) <
               std::tuple(other.to, other.days.first, other.edge);
    }
};

// From counts by node, each one place further on, to where each node begins.
void add_up(std::vector<Place>& counts) {
    std::partial_sum(counts.begin(), counts.end(), counts.begin());
}

struct Dealt {
    std::vector<Place> begin; // of each node, where its briefs begin; more at the end
    std::vector<Brief> briefs;
};

// By from, then to, then first day: dealt to their guarantors, of whom most have few.
Dealt deal(const Graph& graph, Kind kind) {
    const auto is_taken = [kind](const Edge& edge) {
        return edge.kind == kind && edge.from != edge.to && edge.days.first <= edge.days.last;
    };
    // Where the next edge of a node goes stands one place behind the node, so that in the end
    // every node has the place where it begins.
    std::vector<Place> next(graph.nodes + std::size_t{2}, 0);
    for (const auto& edge : graph.edges) {
        base::ensure(
            edge.from < graph.nodes && edge.to < graph.nodes, "an edge's firm is beyond the nodes");
        if (is_taken(edge)) ++next[edge.from + std::size_t{2}];
    }
    add_up(next);
    std::vector<Brief> briefs(next.back());
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        const auto& edge = graph.edges[i];
        if (is_taken(edge))
            briefs[next[edge.from + std::size_t{1}]++] = {
                edge.to, edge.days, static_cast<Place>(i)};
    }
    for (Node node = 0; node < graph.nodes; ++node)
        if (next[node + 1] - next[node] > 1)
            std::sort(
                briefs.begin() + static_cast<std::ptrdiff_t>(next[node]),
                briefs.begin() + static_cast<std::ptrdiff_t>(next[node + 1]));
    return {std::move(next), std::move(briefs)};
}

// The edges of one firm for another, from `begin` to `end`.
void add_tie(Graph& graph, Node from, std::span<const Brief> briefs, Place begin, Place end) {
    Tie made{.from = from, .to = briefs[begin].to, .edge = begin, .edges = end - begin};
    made.stretch = static_cast<Place>(graph.days.size());
    if (made.edges == 1) {
        graph.days.push_back(briefs[begin].days);
    } else {
        std::vector<Days> union_of;
        for (auto i = begin; i < end; ++i)
            add_days(union_of, briefs[i].days);
        graph.days.insert(graph.days.end(), union_of.begin(), union_of.end());
    }
    made.stretches = static_cast<std::uint32_t>(graph.days.size() - made.stretch);
    graph.ties.push_back(made);
    graph.out_nodes.push_back(made.to);
}

void tie_up(Graph& graph, const Dealt& dealt) {
    const auto& briefs = dealt.briefs;
    graph.order.reserve(briefs.size());
    for (const auto& brief : briefs)
        graph.order.push_back(brief.edge);
    graph.ties.reserve(briefs.size());
    graph.out_nodes.reserve(briefs.size());
    graph.days.reserve(briefs.size());
    graph.out.reserve(graph.nodes + std::size_t{1});
    for (Node node = 0; node < graph.nodes; ++node) {
        graph.out.push_back(static_cast<Place>(graph.ties.size()));
        const auto last = dealt.begin[node + 1];
        for (auto begin = dealt.begin[node]; begin < last;) {
            auto end = begin + 1;
            while (end < last && briefs[end].to == briefs[begin].to)
                ++end;
            add_tie(graph, node, briefs, begin, end);
            begin = end;
        }
    }
    graph.out.push_back(static_cast<Place>(graph.ties.size()));
}

void turn_round(Graph& graph) {
    graph.in.assign(graph.nodes + std::size_t{2}, 0);
    for (const auto to : graph.out_nodes)
        ++graph.in[to + std::size_t{2}];
    add_up(graph.in);
    graph.in_ties.resize(graph.ties.size());
    graph.in_nodes.resize(graph.ties.size());
    for (std::size_t i = 0; i < graph.ties.size(); ++i) {
        const auto& tie = graph.ties[i];
        const auto at = graph.in[tie.to + std::size_t{1}]++;
        graph.in_ties[at] = static_cast<Place>(i);
        graph.in_nodes[at] = tie.from;
    }
    graph.in.pop_back();
}

void join_neighbours(Graph& graph) {
    graph.near.resize(graph.nodes + std::size_t{1});
    graph.neighbours.resize(2 * graph.ties.size());
    auto* made = graph.neighbours.data();
    for (Node node = 0; node < graph.nodes; ++node) {
        graph.near[node] = static_cast<Place>(made - graph.neighbours.data());
        made = std::ranges::set_union(graph.out_of(node), graph.into(node), made).out;
    }
    graph.near[graph.nodes] = static_cast<Place>(made - graph.neighbours.data());
    graph.neighbours.resize(graph.near[graph.nodes]);
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
    tie_up(graph, deal(graph, kind));
    turn_round(graph);
    join_neighbours(graph);
    return graph;
}

} // namespace graph
