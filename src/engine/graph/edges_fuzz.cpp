#include "engine/graph/cut.hpp"
#include "engine/graph/growing.hpp"
#include "engine/graph/holdings.hpp"
#include "engine/graph/read.hpp"
#include "engine/table/csv.hpp"

#include <algorithm>

namespace {

// What is taken once and what is added edge by edge hang together alike.
void analyse(const graph::Register& read) {
    const auto nodes = static_cast<graph::Node>(read.firms.size());
    const auto known = graph::Graph::make(nodes, read.edges);
    const auto strong = graph::strong_components(known);
    const auto circles = graph::find_circles(known, strong, 2'000);
    for (const auto& circle : circles.list)
        for (const auto tie : circle.all())
            base::ensure(
                strong.of[known.ties[tie].from] == strong.of[known.ties[tie].to],
                "a circle is within one component");
    for (const auto& group : graph::break_circles(known, circles, 10'000))
        base::ensure(
            group.cut.ties.size() >= group.cut.at_least, "a cut is no less than its floor");
    const auto weak = graph::weak_places(known, graph::core_numbers(known));
    base::ensure(std::ranges::is_sorted(weak.bridges), "bridges are in order");
    graph::Growing growing(graph::Graph::make(nodes, {}));
    for (const auto& edge : read.edges)
        if (edge.kind == graph::Kind::guarantee) (void)growing.add(edge);
    const graph::Growing begun(known);
    for (const auto& tie : known.ties) {
        base::ensure(growing.part_of(tie.from) == growing.part_of(tie.to), "a tie joins its ends");
        base::ensure(begun.part_of(tie.from) == begun.part_of(tie.to), "a tie joins its ends");
    }
}

// The same bytes as a table of identifiers: a link is seen from both ends, and is within a cluster.
void share(std::string_view bytes) {
    const auto source = table::open_csv_text(std::string(bytes));
    if (!source) return;
    const auto read = graph::read_holdings(**source);
    if (!read) {
        base::ensure(!read.error().cure.zh.empty(), "a refusal names its cure");
        return;
    }
    base::ensure(read->list.size() == read->lines.size(), "a holding has its line");
    for (const auto& refused : read->first_refused)
        base::ensure(!refused.cure.zh.empty() && !refused.cure.en.empty(), "a row names its cure");
    if (read->list.size() > 200) return;
    graph::Shells shells({.calm = 2, .hub = 4});
    for (const auto kind : read->kinds)
        shells.add_mark(kind);
    for (const auto& holding : read->list)
        shells.add(holding);
    for (graph::Node firm = 0; firm < shells.firms(); ++firm) {
        const auto cluster = shells.cluster_of(firm);
        for (const auto& link : shells.links_of(firm)) {
            base::ensure(
                std::ranges::binary_search(cluster, link.other), "a link is within a cluster");
            const auto back = shells.links_of(link.other);
            const auto same = std::ranges::find(back, firm, &graph::Link::other);
            base::ensure(same != back.end() && same->weight == link.weight, "a link has two ends");
        }
    }
}

} // namespace

// Any bytes as a table of edges: edges between numbered firms, on days that are not the wrong way
// round, or rows refused with a cure; and what is taken can be analysed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    share({reinterpret_cast<const char*>(bytes), size});
    const auto source = table::open_csv_text({reinterpret_cast<const char*>(bytes), size});
    if (!source) return 0;
    const auto read = graph::read_register(**source);
    if (!read) {
        base::ensure(!read.error().cure.zh.empty(), "a refusal names its cure");
        return 0;
    }
    base::ensure(read->edges.size() == read->lines.size(), "an edge has its line");
    base::ensure(read->firms.size() == read->numbers.size(), "a firm has one number");
    base::ensure(
        read->first_refused.size() == std::min<std::uint64_t>(read->refused, 20),
        "the first refused rows are shown");
    for (const auto& refused : read->first_refused)
        base::ensure(!refused.cure.zh.empty() && !refused.cure.en.empty(), "a row names its cure");
    for (const auto& edge : read->edges) {
        base::ensure(
            edge.from != edge.to && edge.from < read->firms.size() && edge.to < read->firms.size(),
            "an edge is between two firms");
        base::ensure(edge.days.first <= edge.days.last && edge.amount.fen >= 0, "an edge is sound");
    }
    if (read->edges.size() <= 60) analyse(*read);
    return 0;
}
