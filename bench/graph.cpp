// Guarantees of many firms with planted circles: the whole analysis, and new edges one by one.
#include "engine/graph/cut.hpp"
#include "engine/graph/growing.hpp"

#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/strong_components.hpp>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <functional>
#include <iostream>
#include <limits>
#include <random>
#include <string>

namespace {

// Of processor time: what others do on the machine is not measured.
double milliseconds(const std::function<void()>& work) {
    const auto now = [] {
        timespec time{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
    };
    const auto begun = now();
    work();
    return now() - begun;
}

struct County {
    std::mt19937_64 random;
    graph::Node firms;
    std::vector<graph::Edge> edges{};

    graph::Edge draw(graph::Node from, graph::Node to) {
        const auto first = static_cast<std::int32_t>(random() % 1'500);
        const auto length = static_cast<std::int32_t>(180 + random() % 900);
        return {
            from,
            to,
            base::Money::wan(static_cast<std::int64_t>(10 + random() % 990)),
            {{first}, {first + length}}};
    }

    graph::Node firm() { return static_cast<graph::Node>(random() % firms); }

    // A neighbour mostly, sometimes anybody; one in fifty stands behind a firm of its own again.
    graph::Edge any() {
        const auto from = firm();
        const auto near = static_cast<graph::Node>((from + 1 + random() % 40) % firms);
        const auto to = random() % 4 == 0 ? firm() : near;
        return random() % 50 == 0 ? draw(to, from) : draw(from, to);
    }

    // So many firms in turn, all at the same time.
    void plant(std::size_t length) {
        std::vector<graph::Node> ring;
        while (ring.size() < length) {
            const auto next = firm();
            if (std::ranges::find(ring, next) == ring.end()) ring.push_back(next);
        }
        for (std::size_t i = 0; i < length; ++i) {
            edges.push_back(draw(ring[i], ring[(i + 1) % length]));
            edges.back().days = {{600}, {900}};
        }
    }
};

struct Analysis {
    graph::Graph graph;
    graph::Components strong;
    graph::Circles circles;
    std::vector<graph::Group> groups;
    std::vector<std::uint32_t> cores;
    graph::Weak weak;
};

using Plain = boost::compressed_sparse_row_graph<boost::directedS>;

Plain plain_of(const graph::Graph& graph) {
    std::vector<std::pair<graph::Node, graph::Node>> pairs;
    for (const auto& tie : graph.ties)
        pairs.emplace_back(tie.from, tie.to);
    return {boost::edges_are_sorted, pairs.begin(), pairs.end(), graph.nodes};
}

// `prepare` is not measured.
double least_of(
    int turns, const std::function<void()>& work, const std::function<void()>& prepare = [] {}) {
    auto least = std::numeric_limits<double>::max();
    for (int turn = 0; turn < turns; ++turn) {
        prepare();
        least = std::min(least, milliseconds(work));
    }
    return least;
}

void say(const char* name, double value) { std::cout << ",\"" << name << "\":" << value; }

// New edges on what is known already: the middle, the 99th of a hundred and the slowest.
void grow(const Analysis& known, County& county, std::size_t edges) {
    graph::Growing growing(known.graph);
    std::vector<double> times;
    std::size_t closed = 0;
    for (std::size_t i = 0; i < edges; ++i) {
        const auto edge = county.any();
        times.push_back(milliseconds([&] { closed += growing.add(edge).circles.size(); }));
    }
    std::ranges::sort(times);
    say("edge_p50_us", times[times.size() / 2] * 1'000);
    say("edge_p99_us", times[times.size() * 99 / 100] * 1'000);
    say("edge_most_us", times.back() * 1'000);
    say("edge_circles", static_cast<double>(closed));
}

} // namespace

int main(int count, char** words) {
    graph::Node firms = 200'000;
    std::uint64_t seed = 1;
    int turns = 9;
    for (int i = 1; i + 1 < count; ++i) {
        if (std::strcmp(words[i], "--firms") == 0)
            firms = static_cast<graph::Node>(std::stoul(words[i + 1]));
        if (std::strcmp(words[i], "--seed") == 0) seed = std::stoull(words[i + 1]);
        if (std::strcmp(words[i], "--turns") == 0) turns = std::stoi(words[i + 1]);
    }
    County county{.random = std::mt19937_64(seed), .firms = firms};
    const auto background = firms * std::size_t{147} / 100;
    while (county.edges.size() < background)
        county.edges.push_back(county.any());
    const auto planted = firms / 1'000;
    for (std::size_t i = 0; i < planted; ++i)
        county.plant(2 + i % 5);

    // A graph takes its edges over.
    std::vector<graph::Edge> edges;
    const auto take = [&] { edges = county.edges; };
    Analysis made;
    const auto analyse = [&] {
        made.graph = graph::Graph::make(firms, std::move(edges));
        made.strong = graph::strong_components(made.graph);
        made.circles = graph::find_circles(made.graph, made.strong);
        made.groups = graph::break_circles(made.graph, made.circles);
        made.cores = graph::core_numbers(made.graph);
        made.weak = graph::weak_places(made.graph, made.cores);
    };
    const auto whole = least_of(turns, analyse, take);
    std::cout << "{\"firms\":" << firms << ",\"edges\":" << county.edges.size()
              << ",\"planted\":" << planted << ",\"circles\":" << made.circles.list.size()
              << ",\"groups\":" << made.groups.size() << ",\"exact\":"
              << std::ranges::count_if(made.groups, [](const auto& each) { return each.cut.exact; })
              << ",\"largest_component\":" << *std::ranges::max_element(made.strong.sizes);
    say("whole_ms", whole);
    const auto make = [&] { (void)graph::Graph::make(firms, std::move(edges)); };
    say("make_ms", least_of(turns, make, take));
    say("strong_ms", least_of(turns, [&] { (void)graph::strong_components(made.graph); }));
    say("circles_ms", least_of(turns, [&] { (void)graph::find_circles(made.graph, made.strong); }));
    say("cut_ms", least_of(turns, [&] { (void)graph::break_circles(made.graph, made.circles); }));
    say("core_ms", least_of(turns, [&] { (void)graph::core_numbers(made.graph); }));
    say("weak_ms", least_of(turns, [&] { (void)graph::weak_places(made.graph, made.cores); }));
    const auto plain = plain_of(made.graph);
    std::vector<graph::Node> component(firms);
    std::size_t parts = 0;
    say("boost_strong_ms", least_of(turns, [&] {
            parts = boost::strong_components(
                plain,
                boost::make_iterator_property_map(
                    component.begin(), get(boost::vertex_index, plain)));
        }));
    say("same_components", parts == made.strong.sizes.size() ? 1 : 0);
    grow(made, county, 20'000);
    std::cout << "}\n";
}
