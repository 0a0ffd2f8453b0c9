// Known small graphs, and random ones of at most twelve firms against enumeration of everything.
#include "engine/graph/cut.hpp"
#include "engine/graph/exposure.hpp"
#include "engine/graph/growing.hpp"
#include "engine/graph/read.hpp"
#include "engine/table/csv.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <numeric>
#include <random>
#include <set>

namespace graph {
namespace {

using Path = std::vector<Node>;

Days days(int first, int last) { return {{first}, {last}}; }

Edge edge(Node from, Node to, std::int64_t fen = 100, Days during = days(0, 99)) {
    return {from, to, {fen}, during, Kind::guarantee};
}

// --- naively

// Days 0 … 31 as bits.
std::uint32_t bits(const Days& stretch) {
    std::uint32_t made = 0;
    for (auto day = std::max(stretch.first.days, 0); day <= std::min(stretch.last.days, 31); ++day)
        made |= 1U << static_cast<unsigned>(day);
    return made;
}

std::uint32_t bits(std::span<const Days> list) {
    std::uint32_t made = 0;
    for (const auto& each : list)
        made |= bits(each);
    return made;
}

using Held = std::map<std::pair<Node, Node>, std::uint32_t>; // days on which one stands for other

Held held_of(std::span<const Edge> edges) {
    Held held;
    for (const auto& each : edges)
        if (each.from != each.to && each.kind == Kind::guarantee && bits(each.days) != 0)
            held[{each.from, each.to}] |= bits(each.days);
    return held;
}

// Each circle from its smallest firm, with its days.
std::map<Path, std::uint32_t> circles_naively(const Held& held, Node nodes) {
    std::map<Path, std::uint32_t> found;
    Path path;
    const std::function<void(std::uint32_t)> extend = [&](std::uint32_t common) {
        for (Node to = path.front(); to < nodes; ++to) {
            const auto tie = held.find({path.back(), to});
            if (tie == held.end() || (common & tie->second) == 0) continue;
            if (to == path.front()) found[path] = common & tie->second;
            if (path.size() == longest_circle || std::ranges::find(path, to) != path.end())
                continue;
            path.push_back(to);
            extend(common & tie->second);
            path.pop_back();
        }
    };
    for (Node start = 0; start < nodes; ++start) {
        path.assign(1, start);
        extend(0xffff'ffff);
    }
    return found;
}

using Reach = std::vector<std::vector<bool>>;

Reach reach_naively(const Held& held, Node nodes) {
    Reach reach(nodes, std::vector<bool>(nodes, false));
    for (const auto& [tie, unused] : held)
        reach[tie.first][tie.second] = true;
    for (Node via = 0; via < nodes; ++via)
        for (Node from = 0; from < nodes; ++from)
            for (Node to = 0; to < nodes; ++to)
                if (reach[from][via] && reach[via][to]) reach[from][to] = true;
    return reach;
}

using Lines = std::set<std::pair<Node, Node>>;

Lines lines_of(const Held& held) {
    Lines lines;
    for (const auto& [tie, unused] : held)
        lines.insert(std::minmax(tie.first, tie.second));
    return lines;
}

// Parts of the firms that are there, directions aside.
std::size_t parts_naively(const Lines& lines, const std::vector<bool>& there) {
    std::vector<Node> part(there.size());
    std::iota(part.begin(), part.end(), Node{0});
    for (std::size_t round = 0; round < there.size(); ++round)
        for (const auto& [one, other] : lines)
            if (there[one] && there[other])
                part[one] = part[other] = std::min(part[one], part[other]);
    std::set<Node> parts;
    for (Node node = 0; node < there.size(); ++node)
        if (there[node]) parts.insert(part[node]);
    return parts.size();
}

std::vector<std::uint32_t> cores_naively(const Lines& lines, Node nodes) {
    std::vector<std::uint32_t> cores(nodes, 0);
    for (std::uint32_t k = 1; k < nodes; ++k) {
        std::vector<bool> there(nodes, true);
        for (bool changed = true; changed;) {
            changed = false;
            for (Node node = 0; node < nodes; ++node) {
                const auto degree = std::ranges::count_if(lines, [&](const auto& line) {
                    return there[line.first] && there[line.second] &&
                           (line.first == node || line.second == node);
                });
                if (!there[node] || degree >= static_cast<std::ptrdiff_t>(k)) continue;
                there[node] = false;
                changed = true;
            }
        }
        for (Node node = 0; node < nodes; ++node)
            if (there[node]) cores[node] = k;
    }
    return cores;
}

// Firms, ties and circles of every group broken at least cost, by trying all sets of ties.
std::pair<std::size_t, std::int64_t> cut_naively(
    const std::map<Path, std::uint32_t>& circles,
    const std::map<std::pair<Node, Node>, std::int64_t>& fen) {
    std::vector<std::pair<Node, Node>> ties;
    std::vector<std::uint32_t> masks;
    for (const auto& [path, unused] : circles) {
        std::uint32_t mask = 0;
        for (std::size_t i = 0; i < path.size(); ++i) {
            const std::pair tie(path[i], path[(i + 1) % path.size()]);
            auto at = std::ranges::find(ties, tie);
            if (at == ties.end()) at = ties.insert(at, tie);
            mask |= 1U << static_cast<unsigned>(at - ties.begin());
        }
        masks.push_back(mask);
    }
    if (ties.size() > 14) return {99, 0}; // too many to try
    std::pair<std::size_t, std::int64_t> best{98, 0};
    for (std::uint32_t chosen = 0; chosen < 1U << ties.size(); ++chosen) {
        if (!std::ranges::all_of(masks, [&](auto mask) { return (mask & chosen) != 0; })) continue;
        std::pair<std::size_t, std::int64_t> cost{0, 0};
        for (std::size_t i = 0; i < ties.size(); ++i)
            if ((chosen >> i & 1U) != 0) cost = {cost.first + 1, cost.second + fen.at(ties[i])};
        best = std::min(best, cost);
    }
    return best;
}

std::map<Node, std::pair<std::int64_t, std::int64_t>> exposed_naively(
    const std::map<std::pair<Node, Node>, std::int64_t>& fen,
    Node nodes,
    Node failed,
    std::int64_t passed_on) {
    std::vector<std::int64_t> fails(nodes, 0);
    std::vector<std::int64_t> called(nodes, 0);
    fails[failed] = 1'000'000;
    for (bool changed = true; changed;) {
        changed = false;
        const auto before = fails;
        for (Node node = 0; node < nodes; ++node) {
            if (node == failed) continue;
            std::int64_t sum = 0;
            std::int64_t all = 0;
            for (const auto& [tie, amount] : fen) {
                if (tie.first != node) continue;
                sum += amount * before[tie.second] / 1'000'000;
                all += amount;
            }
            called[node] = sum;
            fails[node] = all == 0 ? 0 : passed_on * sum / all;
        }
        changed = fails != before;
    }
    std::map<Node, std::pair<std::int64_t, std::int64_t>> exposed;
    for (Node node = 0; node < nodes; ++node)
        if (called[node] > 0) exposed[node] = {called[node], fails[node]};
    return exposed;
}

// --- random graphs

std::uint64_t seed_wanted() {
    const char* given = std::getenv("RONGQIAO_SEED"); // NOLINT(concurrency-mt-unsafe)
    return given == nullptr ? 1 : std::strtoull(given, nullptr, 10);
}

int graphs_wanted() {
    const char* given = std::getenv("RONGQIAO_GRAPHS"); // NOLINT(concurrency-mt-unsafe)
    return given == nullptr ? 300 : std::atoi(given);
}

struct Drawn {
    Node nodes;
    std::vector<Edge> edges;
};

Drawn draw(std::mt19937_64& random) {
    Drawn drawn{.nodes = static_cast<Node>(2 + random() % 11), .edges = {}};
    const auto edges = random() % (drawn.nodes * 3ULL);
    const bool dated = random() % 3 != 0;
    for (std::uint64_t i = 0; i < edges; ++i) {
        const auto first = dated ? static_cast<int>(random() % 30) : 0;
        const auto last = dated ? first + static_cast<int>(random() % 20) - 1 : 31;
        auto& made = drawn.edges.emplace_back(edge(
            static_cast<Node>(random() % drawn.nodes),
            static_cast<Node>(random() % drawn.nodes),
            static_cast<std::int64_t>(random() % 1'000),
            days(first, std::min(last, 31))));
        if (random() % 20 == 0) made.kind = Kind::payment;
    }
    return drawn;
}

std::string shown(const Drawn& drawn) {
    std::string text = std::to_string(drawn.nodes) + " firms";
    for (const auto& each : drawn.edges)
        text += " " + std::to_string(each.from) + ">" + std::to_string(each.to) + "[" +
                std::to_string(each.days.first.days) + ".." + std::to_string(each.days.last.days) +
                "]" + std::to_string(each.amount.fen);
    return text;
}

Path firms_of(const Graph& graph, const Circle& circle) {
    Path path;
    for (const auto tie : circle.all())
        path.push_back(graph.ties[tie].from);
    return path;
}

std::map<Path, std::uint32_t> circles_of(const Graph& graph, const Circles& circles) {
    std::map<Path, std::uint32_t> made;
    for (const auto& circle : circles.list)
        made[firms_of(graph, circle)] = bits(circles.days_of(circle));
    EXPECT_EQ(made.size(), circles.list.size()) << "a circle is there twice";
    return made;
}

// What differs from enumeration; empty when nothing does.
std::string structure_fault(const Drawn& drawn) {
    const auto graph = Graph::make(drawn.nodes, drawn.edges);
    const auto held = held_of(drawn.edges);
    const auto lines = lines_of(held);
    const auto reach = reach_naively(held, drawn.nodes);
    const auto strong = strong_components(graph);
    for (Node one = 0; one < drawn.nodes; ++one)
        for (Node other = 0; other < drawn.nodes; ++other) {
            const bool together = one == other || (reach[one][other] && reach[other][one]);
            if ((strong.of[one] == strong.of[other]) != together) return "strong components";
            if (reach[one][other] && strong.of[one] > strong.of[other]) return "their order";
        }
    if (core_numbers(graph) != cores_naively(lines, drawn.nodes)) return "cores";
    Weak weak;
    const std::vector<bool> all(drawn.nodes, true);
    const auto whole = parts_naively(lines, all);
    for (const auto& line : lines) {
        auto fewer = lines;
        fewer.erase(line);
        if (parts_naively(fewer, all) > whole) weak.bridges.push_back({line.first, line.second});
    }
    for (Node node = 0; node < drawn.nodes; ++node) {
        auto there = all;
        there[node] = false;
        const bool alone = std::ranges::none_of(
            lines, [&](const auto& line) { return line.first == node || line.second == node; });
        if (parts_naively(lines, there) > whole - (alone ? 1U : 0U)) weak.joints.push_back(node);
    }
    const auto got = weak_places(graph, core_numbers(graph));
    if (got.bridges != weak.bridges) return "bridges";
    return got.joints == weak.joints ? "" : "joints";
}

std::string circles_fault(const Drawn& drawn) {
    const auto graph = Graph::make(drawn.nodes, drawn.edges);
    const auto held = held_of(drawn.edges);
    const auto circles = find_circles(graph, strong_components(graph));
    const auto wanted = circles_naively(held, drawn.nodes);
    if (circles_of(graph, circles) != wanted) return "circles";
    std::map<std::pair<Node, Node>, std::int64_t> fen;
    for (const auto& each : drawn.edges)
        if (held.contains({each.from, each.to}) && each.kind == Kind::guarantee &&
            bits(each.days) != 0)
            fen[{each.from, each.to}] += each.amount.fen;
    std::size_t seen = 0;
    for (const auto& group : break_circles(graph, circles)) {
        std::map<Path, std::uint32_t> own;
        std::set<Node> firms;
        for (const auto place : group.circles) {
            const auto path = firms_of(graph, circles.list[place]);
            own[path] = 1;
            firms.insert(path.begin(), path.end());
        }
        seen += own.size();
        if (Path(firms.begin(), firms.end()) != group.firms) return "firms of a group";
        const auto cost = cut_naively(own, fen);
        if (cost.first == 99) continue;
        if (!group.cut.exact || group.cut.at_least != group.cut.ties.size()) return "no exact cut";
        if (std::pair(group.cut.ties.size(), group.cut.amount.fen) != cost) return "cut";
        for (const auto place : group.circles)
            if (std::ranges::none_of(circles.list[place].all(), [&](Place tie) {
                    return std::ranges::find(group.cut.ties, tie) != group.cut.ties.end();
                }))
                return "a circle that is not cut";
    }
    if (seen != wanted.size()) return "circles of groups";
    for (Node failed = 0; failed < drawn.nodes; ++failed)
        for (const std::int64_t passed_on : {0, 500'000, 1'000'000}) {
            std::map<Node, std::pair<std::int64_t, std::int64_t>> got;
            for (const auto& each : expose(graph, failed, {passed_on}))
                got[each.firm] = {each.at_risk.fen, each.fails.ppm};
            if (got != exposed_naively(fen, drawn.nodes, failed, passed_on)) return "exposure";
        }
    return "";
}

// Begins with some edges at once, then adds the others one by one.
std::string growing_fault(const Drawn& drawn) {
    const auto at_once = drawn.edges.size() / 3;
    std::vector<Edge> known(
        drawn.edges.begin(), drawn.edges.begin() + static_cast<std::ptrdiff_t>(at_once));
    const auto begun = Graph::make(drawn.nodes, known);
    Growing growing(begun);
    auto before = circles_naively(held_of(known), drawn.nodes);
    for (auto i = at_once; i < drawn.edges.size(); ++i) {
        if (drawn.edges[i].kind != Kind::guarantee) continue;
        known.push_back(drawn.edges[i]);
        const auto growth = growing.add(known.back());
        const auto held = held_of(known);
        const auto now = circles_naively(held, drawn.nodes);
        std::map<Path, std::pair<std::uint32_t, bool>> wanted;
        for (const auto& [path, common] : now)
            if (!before.contains(path) || before.at(path) != common)
                wanted[path] = {common, before.contains(path)};
        std::map<Path, std::pair<std::uint32_t, bool>> got;
        for (const auto& each : growth.circles)
            got[each.firms] = {bits(each.days), each.widened};
        if (got != wanted || got.size() != growth.circles.size()) return "new circles";
        std::set<Node> parts;
        for (Node node = 0; node < drawn.nodes; ++node)
            parts.insert(growing.part_of(node));
        const std::vector<bool> all(drawn.nodes, true);
        const auto lines = lines_of(held);
        if (parts.size() != parts_naively(lines, all)) return "parts";
        for (const auto& [one, other] : lines)
            if (growing.part_of(one) != growing.part_of(other)) return "firms of a part";
        before = now;
    }
    return "";
}

// Leaves out edges as long as the fault stays.
Drawn shrunk(Drawn drawn, const std::function<std::string(const Drawn&)>& fault) {
    for (std::size_t i = 0; i < drawn.edges.size();) {
        auto fewer = drawn;
        fewer.edges.erase(fewer.edges.begin() + static_cast<std::ptrdiff_t>(i));
        if (fault(fewer).empty()) {
            ++i;
        } else {
            drawn = fewer;
        }
    }
    return drawn;
}

void try_graphs(const std::function<std::string(const Drawn&)>& fault) {
    const auto seed = seed_wanted();
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
    std::mt19937_64 random(seed);
    for (int i = 0; i < graphs_wanted(); ++i) {
        const auto drawn = draw(random);
        if (fault(drawn).empty()) continue;
        const auto least = shrunk(drawn, fault);
        FAIL() << fault(least) << ", graph " << i << " of seed " << seed << ": " << shown(least);
    }
}

TEST(Graph, hangs_together_as_enumeration_says) { try_graphs(structure_fault); }

TEST(Graph, circles_cuts_and_exposure_are_those_of_enumeration) { try_graphs(circles_fault); }

TEST(Graph, growing_by_an_edge_says_what_it_closes) { try_graphs(growing_fault); }

// --- known graphs

struct Known {
    const char* what;
    Node nodes;
    std::vector<Edge> edges;
    std::size_t circles;
    std::size_t cut; // ties of all groups together
    std::size_t largest_component;
    std::uint32_t core;
    std::size_t bridges;
    std::size_t joints;
};

std::vector<Edge> ring(Node nodes) {
    std::vector<Edge> edges;
    for (Node node = 0; node < nodes; ++node)
        edges.push_back(edge(node, (node + 1) % nodes));
    return edges;
}

std::vector<Edge> everyone(Node nodes) {
    std::vector<Edge> edges;
    for (Node from = 0; from < nodes; ++from)
        for (Node to = 0; to < nodes; ++to)
            if (from != to) edges.push_back(edge(from, to));
    return edges;
}

const Known known[] = {
    {"nobody", 3, {}, 0, 0, 1, 0, 0, 0},
    {"a chain", 3, {edge(0, 1), edge(1, 2)}, 0, 0, 1, 1, 2, 1},
    {"two for each other", 2, {edge(0, 1), edge(1, 0)}, 1, 1, 2, 1, 1, 0},
    {"the same twice", 2, {edge(0, 1), edge(0, 1), edge(1, 0)}, 1, 1, 2, 1, 1, 0},
    {"for itself", 1, {edge(0, 0)}, 0, 0, 1, 0, 0, 0},
    {"never at the same time",
     2,
     {edge(0, 1, 1, days(0, 9)), edge(1, 0, 1, days(10, 19))},
     0,
     0,
     2,
     1,
     1,
     0},
    {"on one day", 2, {edge(0, 1, 1, days(0, 10)), edge(1, 0, 1, days(10, 19))}, 1, 1, 2, 1, 1, 0},
    {"ring of six", 6, ring(6), 1, 1, 6, 2, 0, 0},
    {"ring of seven, too long", 7, ring(7), 0, 0, 7, 2, 0, 0},
    // Σ 4!/(4−k)!/k: 6 of two, 8 of three, 6 of four; acyclic by taking away one of each pair.
    {"everyone for everyone, four", 4, everyone(4), 20, 6, 4, 3, 0, 0},
    {"two rings that share a firm",
     5,
     {edge(0, 1), edge(1, 2), edge(2, 0), edge(0, 3), edge(3, 4), edge(4, 0)},
     2,
     2,
     5,
     2,
     0,
     1},
    {"two rings that share a tie",
     4,
     {edge(0, 1), edge(1, 2), edge(2, 0), edge(1, 3), edge(3, 0)},
     2,
     1,
     4,
     2,
     0,
     0},
};

TEST(Graph, known_graphs_are_seen_as_they_are) {
    for (const auto& each : known) {
        SCOPED_TRACE(each.what);
        const auto graph = Graph::make(each.nodes, each.edges);
        const auto strong = strong_components(graph);
        const auto circles = find_circles(graph, strong);
        std::size_t cut = 0;
        for (const auto& group : break_circles(graph, circles))
            cut += group.cut.ties.size();
        const auto cores = core_numbers(graph);
        const auto weak = weak_places(graph, cores);
        EXPECT_EQ(circles.list.size(), each.circles);
        EXPECT_EQ(cut, each.cut);
        EXPECT_EQ(*std::ranges::max_element(strong.sizes), each.largest_component);
        EXPECT_EQ(*std::ranges::max_element(cores), each.core);
        EXPECT_EQ(weak.bridges.size(), each.bridges);
        EXPECT_EQ(weak.joints.size(), each.joints);
    }
}

TEST(Graph, a_cut_prefers_the_least_amount_among_the_fewest_ties) {
    const auto graph = Graph::make(3, {edge(0, 1, 500), edge(1, 2, 300), edge(2, 0, 400)});
    const auto groups = break_circles(graph, find_circles(graph, strong_components(graph)));
    ASSERT_EQ(groups.size(), 1U);
    ASSERT_EQ(groups[0].cut.ties.size(), 1U);
    EXPECT_EQ(graph.ties[groups[0].cut.ties[0]].from, 1U);
    EXPECT_EQ(groups[0].cut.amount.fen, 300);
}

TEST(Graph, a_search_that_was_ended_says_so_and_still_breaks_every_circle) {
    // Everybody stands for those 1, 2 and 4 further on in a ring of seven.
    std::vector<Edge> edges;
    for (Node node = 0; node < 7; ++node)
        for (const Node step : {1U, 2U, 4U})
            edges.push_back(edge(node, (node + step) % 7));
    const auto graph = Graph::make(7, edges);
    const auto circles = find_circles(graph, strong_components(graph));
    const auto proven = break_circles(graph, circles).at(0).cut;
    EXPECT_TRUE(proven.exact);
    const auto cut = break_circles(graph, circles, 1).at(0).cut;
    EXPECT_FALSE(cut.exact);
    EXPECT_LE(cut.at_least, proven.ties.size());
    EXPECT_GE(cut.ties.size(), proven.ties.size());
    for (const auto& circle : circles.list)
        EXPECT_TRUE(std::ranges::any_of(circle.all(), [&](Place tie) {
            return std::ranges::find(cut.ties, tie) != cut.ties.end();
        }));
}

TEST(Graph, more_circles_than_asked_for_are_not_kept_silently) {
    const auto graph = Graph::make(6, everyone(6));
    const auto circles = find_circles(graph, strong_components(graph), 100);
    EXPECT_EQ(find_circles(graph, strong_components(graph)).list.size(), 409U); // 15+40+90+144+120
    EXPECT_EQ(circles.list.size(), 100U);
    EXPECT_FALSE(circles.complete);
}

TEST(Graph, a_failure_is_passed_on_by_shares) {
    // 2 stands for 1 with all it guarantees, for 0 with nothing; 3 for 2 with half.
    const auto graph =
        Graph::make(5, {edge(1, 0, 1'000), edge(2, 1, 600), edge(3, 2, 400), edge(3, 4, 400)});
    const std::vector<Exposure> wanted = {
        {1, {1'000}, {500'000}}, {2, {300}, {250'000}}, {3, {100}, {62'500}}};
    EXPECT_EQ(expose(graph, 0), wanted);
}

// --- tables

TEST(Graph, a_table_is_read_row_by_row) {
    const auto source = table::open_csv_text("担保人,被担保人,担保金额,起始日,到期日\n"
                                             "甲,乙,120万元,2023-01-01,2023-12-31\n"
                                             "乙,甲,3.5,,\n"
                                             "丙,丙,1,,\n"
                                             "丙,,1,,\n"
                                             "丙,甲,-1,,\n"
                                             "丙,甲,1,昨天,\n"
                                             "丙,甲,1,2023-02-01,2023-01-01\n");
    ASSERT_TRUE(source);
    const auto taken = read_register(**source);
    ASSERT_TRUE(taken) << taken.error().message.en;
    EXPECT_EQ(taken->firms, (std::vector<std::string>{"甲", "乙"}));
    ASSERT_EQ(taken->edges.size(), 2U);
    EXPECT_EQ(taken->edges[0].amount, base::Money::wan(120));
    EXPECT_EQ(taken->edges[1].days.last, base::Date::of(9999, 12, 31));
    EXPECT_EQ(taken->lines, (std::vector<std::int64_t>{2, 3}));
    std::vector<std::string> codes;
    for (const auto& each : taken->first_refused)
        codes.push_back(std::to_string(each.line) + " " + each.code);
    EXPECT_EQ(
        codes,
        (std::vector<std::string>{
            "4 graph.self", "5 graph.no_firm", "6 graph.amount", "7 graph.date", "8 graph.days"}));
}

TEST(Graph, a_table_without_its_columns_or_beyond_all_money_is_refused) {
    const struct {
        const char* text;
        const char* code;
    } cases[] = {
        {"from,to,amount,begin\na,b,1,\n", "graph.no_column"},
        {"from,to,amount,begin,end\na,b,80000000000000,,\nb,a,20000000000000,,\n",
         "graph.too_much"}};

    for (const auto& each : cases) {
        const auto source = table::open_csv_text(each.text);
        ASSERT_TRUE(source);
        const auto taken = read_register(**source);
        ASSERT_FALSE(taken);
        EXPECT_EQ(taken.error().code, each.code);
        EXPECT_FALSE(taken.error().cure.zh.empty());
    }
}

TEST(Graph, kinds_are_kept_apart) {
    const auto source = table::open_csv_text(
        "from,to,amount,begin,end,kind\na,b,1,,,\nb,a,1,,,payment\nb,a,1,,,friendship\n");
    ASSERT_TRUE(source);
    const auto taken = read_register(**source);
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->refused, 1U);
    EXPECT_EQ(Graph::make(2, taken->edges).ties.size(), 1U);
    EXPECT_EQ(Graph::make(2, taken->edges, Kind::payment).ties.size(), 1U);
}

} // namespace
} // namespace graph
