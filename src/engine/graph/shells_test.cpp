// Shell clusters: small cases, random ones of at most twelve firms against a naive count, and
// planted ones among ordinary firms, agents and incubators.
#include "engine/graph/holdings.hpp"
#include "engine/table/csv.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <map>
#include <numeric>
#include <random>

namespace graph {
namespace {

constexpr std::array same_kinds{
    Kind::same_person, Kind::same_phone, Kind::same_address, Kind::same_account};

Days from_to(int first, int last) { return {{first}, {last}}; }

// --- small cases

TEST(Shells, two_identifiers_link_and_one_does_not) {
    Shells shells;
    const auto person = shells.add_mark(Kind::same_person);
    const auto phone = shells.add_mark(Kind::same_phone);
    for (const Node firm : {0U, 1U, 2U})
        shells.add({firm, person, from_to(0, 9)});
    for (const Node firm : {0U, 1U})
        shells.add({firm, phone, from_to(9, 20)});
    const std::vector<Link> wanted{{1, base::Rate::percent(110), {person, phone}}};
    EXPECT_EQ(shells.links_of(0), wanted);
    EXPECT_TRUE(shells.links_of(2).empty());
    EXPECT_TRUE(shells.clusters().empty()) << "two firms are no cluster";
    shells.add({2, phone, from_to(0, 8)}); // had it before the others
    EXPECT_TRUE(shells.links_of(2).empty());
    shells.add({2, phone, from_to(9, 9)});
    EXPECT_EQ(shells.clusters(), (std::vector<std::vector<Node>>{{0, 1, 2}}));
    EXPECT_EQ(shells.features(2), (ShellFeatures{3, 2, base::Rate::percent(110), 2, 0}));
}

TEST(Shells, an_agents_phone_and_an_incubators_address_link_nobody) {
    Shells shells;
    const auto phone = shells.add_mark(Kind::same_phone);
    const auto address = shells.add_mark(Kind::same_address);
    const auto person = shells.add_mark(Kind::same_person);
    const auto has = [&](Node firm, Mark mark) { shells.add({firm, mark, from_to(0, 9)}); };
    for (Node firm = 0; firm < 20; ++firm) {
        has(firm, phone);
        has(firm, address);
    }
    EXPECT_EQ(shells.clusters().size(), 1U) << "twenty firms are not many";
    for (Node firm = 20; firm < 100; ++firm) {
        has(firm, phone);
        has(firm, address);
    }
    EXPECT_EQ(shells.weight(phone).ppm, 100'000);
    EXPECT_TRUE(shells.clusters().empty());
    has(3, person);
    has(4, person);
    EXPECT_TRUE(shells.links_of(3).empty()) << "0.6 and twice 0.1";
    for (Node firm = 100; firm < 201; ++firm)
        has(firm, phone);
    EXPECT_TRUE(shells.is_hub(phone));
    EXPECT_EQ(shells.weight(phone).ppm, 0);
    EXPECT_EQ(shells.features(3), (ShellFeatures{.hubs = 1}));
}

TEST(Shells, a_table_of_identifiers_is_read_row_by_row) {
    const auto source = table::open_csv_text("企业,标识种类,标识,起始日,到期日\n"
                                             "甲,法定代表人,张三,2023-01-01,2023-12-31\n"
                                             "乙,person,张三,,\n"
                                             "甲,电话,0573-8812 3456,,\n"
                                             "乙,手机,057388123456,,\n"
                                             ",电话,1,,\n"
                                             "丙,邮箱,a@b,,\n"
                                             "丙,电话, - ,,\n"
                                             "丙,地址,大道 1-2 号,昨天,\n"
                                             "丙,地址,大道 1-2 号,2023-02-01,2023-01-01\n");
    ASSERT_TRUE(source);
    const auto read = read_holdings(**source);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->lines, (std::vector<std::int64_t>{2, 3, 4, 5}));
    EXPECT_EQ(read->firms, (std::vector<std::string>{"甲", "乙"}));
    EXPECT_EQ(read->values, (std::vector<std::string>{"张三", "057388123456"}));
    std::vector<std::string> codes;
    for (const auto& each : read->first_refused)
        codes.push_back(each.code);
    EXPECT_EQ(
        codes,
        (std::vector<std::string>{
            "graph.no_firm", "graph.kind", "graph.no_value", "graph.date", "graph.days"}));
    Shells shells;
    for (const auto kind : read->kinds)
        shells.add_mark(kind);
    for (const auto& holding : read->list)
        shells.add(holding);
    EXPECT_EQ(shells.links_of(0).size(), 1U);
    EXPECT_EQ(
        read_holdings(**table::open_csv_text("企业,标识\n甲,1\n")).error().code, "graph.no_column");
}

// --- random ones against a naive count

struct Drawn {
    Node firms = 0;
    std::vector<Kind> marks;
    std::vector<Holding> holdings;
    ShellWeights weights;
};

Drawn draw(std::mt19937_64& random) {
    Drawn drawn;
    drawn.firms = static_cast<Node>(1 + random() % 12);
    for (auto marks = 1 + random() % 8; marks > 0; --marks)
        drawn.marks.push_back(same_kinds[random() % same_kinds.size()]);
    for (auto holdings = random() % 50; holdings > 0; --holdings) {
        const auto first = static_cast<int>(random() % 30);
        drawn.holdings.push_back(
            {static_cast<Node>(random() % drawn.firms),
             static_cast<Mark>(random() % drawn.marks.size()),
             from_to(first, std::min(31, first + static_cast<int>(random() % 25) - 1))});
    }
    drawn.weights.calm = static_cast<std::uint32_t>(1 + random() % 5);
    drawn.weights.hub = drawn.weights.calm + static_cast<std::uint32_t>(random() % 8);
    drawn.weights.least = static_cast<std::uint32_t>(1 + random() % 4);
    return drawn;
}

std::int64_t full_weight(Kind kind) {
    const std::map<Kind, std::int64_t> weights{
        {Kind::same_person, 600'000},
        {Kind::same_account, 700'000},
        {Kind::same_phone, 500'000},
        {Kind::same_address, 500'000}};
    return weights.at(kind);
}

// Days of each firm and identifier as bits.
std::map<std::pair<Node, Mark>, std::uint32_t> held_naively(std::span<const Holding> holdings) {
    std::map<std::pair<Node, Mark>, std::uint32_t> held;
    for (const auto& each : holdings)
        for (auto day = each.days.first.days; day <= each.days.last.days; ++day)
            held[{each.firm, each.mark}] |= 1U << static_cast<unsigned>(day);
    return held;
}

std::int64_t weight_naively(
    const Drawn& drawn, std::span<const Holding> holdings, Node one, Node other) {
    const auto held = held_naively(holdings);
    std::int64_t sum = 0;
    for (Mark mark = 0; mark < drawn.marks.size(); ++mark) {
        const auto holders = std::ranges::count_if(
            held, [&](const auto& each) { return each.first.second == mark; });
        const auto a = held.find({one, mark});
        const auto b = held.find({other, mark});
        if (a == held.end() || b == held.end() || (a->second & b->second) == 0) continue;
        if (holders > drawn.weights.hub) continue;
        const auto full = full_weight(drawn.marks[mark]);
        const std::int64_t calm = drawn.weights.calm;
        sum += holders <= calm ? full : full * calm / holders;
    }
    return sum;
}

// Each firm takes the smallest number of those it is linked to, until nothing changes.
std::vector<std::vector<Node>> clusters_naively(
    const Drawn& drawn, std::span<const Holding> holdings) {
    std::vector<Node> of(drawn.firms);
    std::iota(of.begin(), of.end(), Node{0});
    for (bool changed = true; changed;) {
        changed = false;
        for (Node one = 0; one < drawn.firms; ++one)
            for (Node other = 0; other < drawn.firms; ++other) {
                if (one == other || of[other] >= of[one]) continue;
                if (weight_naively(drawn, holdings, one, other) < 1'000'000) continue;
                of[one] = of[other];
                changed = true;
            }
    }
    std::map<Node, std::vector<Node>> parts;
    for (Node firm = 0; firm < drawn.firms; ++firm)
        parts[of[firm]].push_back(firm);
    std::vector<std::vector<Node>> clusters;
    for (const auto& [first, firms] : parts)
        if (firms.size() >= drawn.weights.least) clusters.push_back(firms);
    std::ranges::stable_sort(
        clusters, [](const auto& a, const auto& b) { return a.size() > b.size(); });
    return clusters;
}

// After every holding, so that what grew equals what was made at once.
std::string fault(const Drawn& drawn) {
    Shells shells(drawn.weights);
    for (const auto kind : drawn.marks)
        shells.add_mark(kind);
    shells.add({drawn.firms - 1, 0, from_to(1, 0)}); // known, without days
    for (std::size_t count = 0; count <= drawn.holdings.size(); ++count) {
        const std::span<const Holding> known(drawn.holdings.data(), count);
        if (count > 0) shells.add(known.back());
        if (count % 5 != 0 && count != drawn.holdings.size()) continue;
        if (shells.clusters() != clusters_naively(drawn, known)) return "clusters";
        for (Node one = 0; one < drawn.firms; ++one) {
            std::map<Node, std::int64_t> wanted;
            for (Node other = 0; other < drawn.firms; ++other) {
                const auto weight = one == other ? 0 : weight_naively(drawn, known, one, other);
                if (weight >= 1'000'000) wanted[other] = weight;
            }
            std::map<Node, std::int64_t> got;
            for (const auto& link : shells.links_of(one))
                got[link.other] = link.weight.ppm;
            if (got != wanted) return "links";
        }
    }
    return "";
}

TEST(Shells, equal_a_naive_count_on_small_random_tables) {
    const char* given = std::getenv("RONGQIAO_SEED"); // NOLINT(concurrency-mt-unsafe)
    const auto seed = given == nullptr ? 1 : std::strtoull(given, nullptr, 10);
    const char* wanted = std::getenv("RONGQIAO_GRAPHS"); // NOLINT(concurrency-mt-unsafe)
    const auto tables = wanted == nullptr ? 12 : std::atoi(wanted);
    std::mt19937_64 random(seed);
    for (int i = 0; i < tables; ++i) {
        auto drawn = draw(random);
        auto found = fault(drawn);
        if (found.empty()) continue;
        for (std::size_t at = 0; at < drawn.holdings.size();) { // leaves out what need not be there
            auto fewer = drawn;
            fewer.holdings.erase(fewer.holdings.begin() + static_cast<std::ptrdiff_t>(at));
            if (fault(fewer).empty()) {
                ++at;
            } else {
                drawn = fewer;
            }
        }
        std::string shown;
        for (const auto& each : drawn.holdings)
            shown += " " + std::to_string(each.firm) + "#" + std::to_string(each.mark) + "[" +
                     std::to_string(each.days.first.days) + ".." +
                     std::to_string(each.days.last.days) + "]";
        FAIL() << found << ", seed " << seed << ", table " << i << ":" << shown;
    }
}

// --- planted ones

// Ordinary firms have identifiers of their own; agents' phones (40 for 10,000 firms) serve 60 to
// 300 of them each, incubators' addresses (30) as many; some owners have two firms in one place,
// some four in different ones. A planted cluster draws three or four kinds for each firm from a
// small pool.
class Town {
public:
    Town(std::uint64_t seed, Node ordinary)
        : random_(seed) {
        for (Node firm = 0; firm < ordinary; ++firm)
            for (const auto kind : same_kinds)
                if (chance(85)) own(firm, kind);
        for (int agent = 0; agent < static_cast<int>(ordinary / 250); ++agent)
            serve(shells.add_mark(Kind::same_phone), ordinary);
        for (int incubator = 0; incubator < static_cast<int>(ordinary / 333); ++incubator)
            serve(shells.add_mark(Kind::same_address), ordinary);
        for (int owner = 0; owner < static_cast<int>(ordinary * 3 / 100); ++owner)
            share(ordinary, 2, {Kind::same_person, Kind::same_address, Kind::same_phone});
        for (int owner = 0; owner < static_cast<int>(ordinary * 2 / 100); ++owner)
            share(ordinary, 4, {Kind::same_person});
        truth.assign(ordinary, 0);
        for (int cluster = 1; cluster <= static_cast<int>(ordinary * 6 / 1'000); ++cluster)
            plant(static_cast<Node>(4 + random_() % 12), cluster);
        serve(shells.add_mark(Kind::same_phone), shells.firms()); // shells have agents too
    }

    Shells shells;
    std::vector<int> truth; // by firm: its cluster, or 0

private:
    bool chance(std::uint64_t percent) { return random_() % 100 < percent; }

    void has(Node firm, Mark mark) { shells.add({firm, mark, from_to(0, 999)}); }

    void own(Node firm, Kind kind) { has(firm, shells.add_mark(kind)); }

    void serve(Mark mark, Node among) {
        for (auto count = 60 + random_() % 241; count > 0; --count)
            has(static_cast<Node>(random_() % among), mark);
    }

    void share(Node among, int firms, std::initializer_list<Kind> kinds) {
        std::vector<Mark> marks;
        for (const auto kind : kinds)
            marks.push_back(shells.add_mark(kind));
        for (; firms > 0; --firms) {
            const auto firm = static_cast<Node>(random_() % among);
            for (const auto mark : marks)
                has(firm, mark);
        }
    }

    void plant(Node firms, int cluster) {
        std::map<Kind, std::vector<Mark>> pool;
        for (const auto kind : same_kinds)
            for (int i = 0; i < 2; ++i)
                pool[kind].push_back(shells.add_mark(kind));
        for (; firms > 0; --firms) {
            const auto firm = shells.firms();
            truth.push_back(cluster);
            const auto without = random_() % 8; // half have all four kinds
            for (std::size_t i = 0; i < same_kinds.size(); ++i) {
                auto& marks = pool[same_kinds[i]];
                if (i == without) {
                    own(firm, same_kinds[i]);
                } else {
                    has(firm, marks[random_() % 10 < 7 ? 0 : 1]);
                }
            }
        }
    }

    std::mt19937_64 random_;
};

TEST(Shells, planted_clusters_are_found_among_agents_and_incubators) {
    // RONGQIAO_TOWN=10000 tries three towns; in smaller ones the figures vary more.
    const char* given = std::getenv("RONGQIAO_TOWN"); // NOLINT(concurrency-mt-unsafe)
    const auto ordinary = static_cast<Node>(given == nullptr ? 10'000 : std::atoi(given));
    for (std::uint64_t seed = 1; seed <= (given == nullptr ? 1U : 3U); ++seed) {
        const Town town(seed, ordinary);
        std::size_t named = 0;
        std::size_t right = 0;
        std::size_t mixed = 0; // clusters that join two planted ones
        for (const auto& cluster : town.shells.clusters()) {
            std::map<int, int> of;
            for (const auto firm : cluster) {
                ++named;
                if (town.truth[firm] != 0) ++right;
                if (town.truth[firm] != 0) ++of[town.truth[firm]];
            }
            if (of.size() > 1) ++mixed;
        }
        const auto planted =
            std::ranges::count_if(town.truth, [](int cluster) { return cluster != 0; });
        const auto recall = static_cast<double>(right) / static_cast<double>(planted);
        const auto precision = static_cast<double>(right) / static_cast<double>(named);
        std::cout << "seed " << seed << ": planted " << planted << ", named " << named << ", right "
                  << right << ", recall " << recall << ", precision " << precision << '\n';
        EXPECT_GE(recall, 0.95) << seed;
        EXPECT_GE(precision, 0.90) << seed;
        EXPECT_EQ(mixed, 0U) << seed;
    }
}

} // namespace
} // namespace graph
