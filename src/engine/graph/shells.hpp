// Shell clusters (空壳企业团伙): firms that share several identifiers, such as the legal person and
// a phone. An identifier of very many firms, an agent's phone or an incubator's address, is a hub
// (枢纽): it says little of any two of them.
//
// Nothing is kept of pairs. A firm's links are counted from its identifiers when they are asked
// for, so a new holding costs nothing and what follows from it is never out of date.
#pragma once

#include "engine/graph/graph.hpp"

namespace graph {

using Mark = std::uint32_t; // an identifier, counted from 0

// That a firm has an identifier on these days.
struct Holding {
    Node firm = 0;
    Mark mark = 0;
    Days days;
};

struct ShellWeights {
    base::Rate same_person = base::Rate::percent(60);
    base::Rate same_account = base::Rate::percent(70);
    base::Rate same_phone = base::Rate::percent(50);
    base::Rate same_address = base::Rate::percent(50);
    base::Rate linked = base::Rate::percent(100); // the least sum that links two firms
    std::uint32_t calm = 20; // an identifier of more firms counts by calm ÷ firms
    std::uint32_t hub = 200; // and of more than these not at all
    std::uint32_t least = 3; // firms of a cluster
};

// Two firms that share identifiers, each on at least one common day.
struct Link {
    Node other = 0;
    base::Rate weight;
    std::vector<Mark> shared; // in order
    friend bool operator==(const Link&, const Link&) = default;
};

// What a rule or a model asks of one firm.
struct ShellFeatures {
    std::uint32_t cluster = 1; // firms linked to one another, itself among them
    std::uint32_t links = 0;   // firms it is linked to
    base::Rate strongest;      // of its links
    std::uint32_t shared = 0;  // its identifiers that carry a link
    std::uint32_t hubs = 0;    // its identifiers that are hubs
    friend bool operator==(const ShellFeatures&, const ShellFeatures&) = default;
};
BOOST_DESCRIBE_STRUCT(ShellFeatures, (), (cluster, links, strongest, shared, hubs))

class Shells {
public:
    explicit Shells(const ShellWeights& weights = {});

    Mark add_mark(Kind kind); // same_person, same_phone, same_address or same_account
    // A firm beyond those known makes them known. A holding without days changes nothing.
    void add(const Holding& holding);

    [[nodiscard]] Node firms() const { return static_cast<Node>(held_.size()); }

    // Firms that have it; a hub says nothing of two of them.
    [[nodiscard]] std::size_t holders(Mark mark) const { return holders_[mark].size(); }

    [[nodiscard]] bool is_hub(Mark mark) const { return holders(mark) > weights_.hub; }

    [[nodiscard]] Kind kind(Mark mark) const { return kinds_[mark]; }

    // How much sharing it counts.
    [[nodiscard]] base::Rate weight(Mark mark) const;
    // In order of the others; the weight is at least `linked`.
    [[nodiscard]] std::vector<Link> links_of(Node firm) const;
    // Whoever is reached over links, in order, the firm itself among them.
    [[nodiscard]] std::vector<Node> cluster_of(Node firm) const;
    // All of at least `least` firms, the largest first, then by their first firm.
    [[nodiscard]] std::vector<std::vector<Node>> clusters() const;
    [[nodiscard]] ShellFeatures features(Node firm) const;

private:
    struct Held {
        std::uint32_t of = 0; // a mark, or a firm
        std::vector<Days> days;
    };

    static std::vector<Days>& days_of(std::vector<Held>& list, std::uint32_t of);
    void reach(Node firm, std::vector<bool>& seen, std::vector<Node>& found) const;

    ShellWeights weights_;
    std::vector<Kind> kinds_;
    std::vector<std::vector<Held>> holders_; // firms by mark, ascending
    std::vector<std::vector<Held>> held_;    // marks by firm, ascending
};

} // namespace graph
