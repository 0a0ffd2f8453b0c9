// A graph that grows an edge at a time and says at once what each new edge closes.
#pragma once

#include "engine/graph/circles.hpp"

namespace graph {

// A circle that a new edge has closed, or lengthened in time.
struct Closed {
    std::vector<Node> firms; // in turn, from the smallest number
    std::vector<Days> days;  // on which all its ties hold now
    bool widened = false;    // it was a circle before, on fewer days
    friend auto operator<=>(const Closed&, const Closed&) = default;
};

struct Growth {
    std::vector<Closed> circles; // in order
    bool joined = false;         // two parts have become one
    std::size_t part = 1;        // firms of the part, directions aside
};

class Growing {
public:
    explicit Growing(const Graph& known);

    // Loops and edges without days change nothing. Every node is below the number of nodes.
    Growth add(const Edge& edge);

    [[nodiscard]] Node part_of(Node node) const; // one firm of it stands for all

private:
    struct Arc {
        Node node;
        std::vector<Days> days;
    };

    struct Following;

    bool join(Node one, Node other);
    [[nodiscard]] bool measure_back(const Edge& edge);
    void follow(Following& following, Node node, std::size_t depth);

    std::vector<std::vector<Arc>> out_; // by firm, each other firm once
    std::vector<std::vector<Node>> in_;
    mutable std::vector<Node> parents_;
    std::vector<std::size_t> sizes_; // of the part, where the firm stands for it
    std::vector<std::uint64_t> stamp_;
    std::vector<std::uint8_t> hops_;
    std::uint64_t round_ = 0;
};

} // namespace graph
