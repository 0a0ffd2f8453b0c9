// Who stands behind whom, as values: typed, dated, weighted edges between firms, and the graph of
// them that the analyses of this module read.
//
// An edge leads from the guarantor to the firm it guarantees. All guarantees of one firm for
// another together are a tie; its days are the union of theirs.
#pragma once

#include "base/date.hpp"
#include "base/form.hpp"
#include "base/money.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace graph {

using Node = std::uint32_t;  // a firm, counted from 0
using Place = std::uint32_t; // of an edge, a tie or a circle, counted from 0

enum class Kind : std::uint8_t {
    guarantee,
    shareholding,
    same_person,
    same_phone,
    same_address,
    same_account,
    payment,
    invoice
};
BOOST_DESCRIBE_ENUM(
    Kind,
    guarantee,
    shareholding,
    same_person,
    same_phone,
    same_address,
    same_account,
    payment,
    invoice)

// Days from the first to the last, both included; never empty where one is kept.
struct Days {
    base::Date first;
    base::Date last;
    friend auto operator<=>(const Days&, const Days&) = default;
};
BOOST_DESCRIBE_STRUCT(Days, (), (first, last))

struct Edge {
    Node from = 0;
    Node to = 0;
    base::Money amount;
    Days days;
    Kind kind = Kind::guarantee;
    friend bool operator==(const Edge&, const Edge&) = default;
};

// What lies in both, in order of time. Each list is in order, its stretches apart.
void meet(std::span<const Days> one, std::span<const Days> other, std::vector<Days>& both);
// Adds a stretch; what then overlaps or adjoins becomes one.
void add_days(std::vector<Days>& list, Days more);

struct Tie {
    Node from = 0;
    Node to = 0;
    Place edge = 0; // where its edges begin in Graph::order
    std::uint32_t edges = 0;
    Place stretch = 0; // where its days begin in Graph::days
    std::uint32_t stretches = 0;
};

// The edges of one kind. Loops are left out, as are edges whose last day is before their first.
struct Graph {
    Node nodes = 0;
    std::vector<Edge> edges;    // as given
    std::vector<Place> order;   // places of edges, by from, then to, then first day
    std::vector<Tie> ties;      // by from, then to
    std::vector<Days> days;     // of ties
    std::vector<Place> out;     // of each node, where its ties begin; one more at the end
    std::vector<Place> in;      // of each node, where its ties begin in in_ties; one more
    std::vector<Place> in_ties; // places of ties, by to, then from
    // What walks read, without the rest of a tie: whom each of `ties` leads to, and from whom each
    // of `in_ties` comes.
    std::vector<Node> out_nodes;
    std::vector<Node> in_nodes;
    // Both directions of ties as plain neighbours, each once: where those of a node begin, and
    // they.
    std::vector<Place> near;
    std::vector<Node> neighbours;

    // Every node of an edge is below `nodes`; amounts are not negative and add up to no more than
    // Money holds.
    static Graph make(Node nodes, std::vector<Edge> edges, Kind kind = Kind::guarantee);

    [[nodiscard]] std::span<const Days> days_of(const Tie& tie) const {
        return std::span(days).subspan(tie.stretch, tie.stretches);
    }

    [[nodiscard]] std::span<const Place> edges_of(const Tie& tie) const {
        return std::span(order).subspan(tie.edge, tie.edges);
    }

    [[nodiscard]] std::span<const Node> out_of(Node node) const {
        return std::span(out_nodes).subspan(out[node], out[node + 1] - out[node]);
    }

    [[nodiscard]] std::span<const Node> into(Node node) const {
        return std::span(in_nodes).subspan(in[node], in[node + 1] - in[node]);
    }

    [[nodiscard]] std::span<const Node> near_to(Node node) const {
        return std::span(neighbours).subspan(near[node], near[node + 1] - near[node]);
    }

    [[nodiscard]] base::Money amount(const Tie& tie) const;
};

} // namespace graph
