#include "engine/graph/exposure.hpp"

#include <algorithm>
#include <deque>
#include <map>

namespace graph {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t whole_ppm = 1'000'000;

std::int64_t part_of(std::int64_t amount, std::int64_t part, std::int64_t whole) {
    return static_cast<std::int64_t>(Wide{amount} * part / whole);
}

struct Reached {
    std::int64_t fails_ppm = 0;
    std::int64_t at_risk = 0;
    bool waits = false;
};

} // namespace

std::vector<Exposure> expose(const Graph& graph, Node failed, base::Rate passed_on) {
    base::ensure(
        passed_on.ppm >= 0 && passed_on.ppm <= whole_ppm, "a share passed on is beyond the whole");
    // A map, since most failures reach few firms of many.
    std::map<Node, Reached> reached;
    std::deque<Node> queue{failed};
    reached[failed].fails_ppm = whole_ppm;
    const auto recount = [&](Node guarantor) {
        std::int64_t called = 0;
        std::int64_t guaranteed = 0;
        for (auto place = graph.out[guarantor]; place < graph.out[guarantor + 1]; ++place) {
            const auto amount = graph.amount(graph.ties[place]).fen;
            guaranteed += amount;
            const auto found = reached.find(graph.ties[place].to);
            if (found != reached.end())
                called += part_of(amount, found->second.fails_ppm, whole_ppm);
        }
        auto& own = reached[guarantor];
        own.at_risk = called;
        const auto fails = guaranteed == 0 ? 0 : part_of(passed_on.ppm, called, guaranteed);
        if (fails <= own.fails_ppm) return;
        own.fails_ppm = fails;
        if (!own.waits) queue.push_back(guarantor);
        own.waits = true;
    };
    while (!queue.empty()) {
        const auto node = queue.front();
        queue.pop_front();
        reached[node].waits = false;
        for (auto at = graph.in[node]; at < graph.in[node + 1]; ++at) {
            const auto guarantor = graph.ties[graph.in_ties[at]].from;
            if (guarantor != failed) recount(guarantor);
        }
    }
    std::vector<Exposure> exposures;
    for (const auto& [firm, each] : reached)
        if (firm != failed && each.at_risk > 0)
            exposures.push_back({firm, {each.at_risk}, {each.fails_ppm}});
    return exposures;
}

} // namespace graph
