// graph shells: firms that share several identifiers, of a table of who has which.
#include "app/commands.hpp"
#include "app/refused_rows.hpp"
#include "engine/graph/holdings.hpp"
#include "engine/table/csv.hpp"
#include "store/file.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <memory>

namespace app {
namespace {

struct ShellsWish {
    std::string in;
    std::string on;
    std::string firm;
    std::string features;
};

struct MarkView {
    graph::Kind kind = graph::Kind::same_person;
    std::string value;
    std::uint64_t firms = 0; // that have it
    base::Rate weight;
    std::vector<std::int64_t> lines; // of the file, of the two firms
};
BOOST_DESCRIBE_STRUCT(MarkView, (), (kind, value, firms, weight, lines))

struct LinkView {
    std::string one;
    std::string other;
    base::Rate weight;
    std::vector<MarkView> shared;
};
BOOST_DESCRIBE_STRUCT(LinkView, (), (one, other, weight, shared))

struct ClusterView {
    std::vector<std::string> firms;
    std::vector<LinkView> links;
};
BOOST_DESCRIBE_STRUCT(ClusterView, (), (firms, links))

struct ShellsAnswer {
    std::uint64_t firms = 0;
    std::uint64_t holdings = 0; // taken
    std::uint64_t identifiers = 0;
    std::vector<ClusterView> clusters;
    std::vector<MarkView> hubs; // those of most firms first
    std::uint64_t refused = 0;
    std::vector<graph::Refused> first_refused;
};
BOOST_DESCRIBE_STRUCT(
    ShellsAnswer, (), (firms, holdings, identifiers, clusters, hubs, refused, first_refused))

// The table, and where in it each firm's holdings are.
struct Table {
    graph::Holdings read;
    graph::Shells shells;
    std::vector<std::vector<std::size_t>> of_firm;
};

base::Result<Table> table_of(const ShellsWish& wish) {
    const auto source = TRY(table::open_csv_file(wish.in));
    Table table{TRY(graph::read_holdings(*source)), graph::Shells(), {}};
    std::optional<base::Date> on;
    if (!wish.on.empty()) on = TRY(base::Date::parse(wish.on));
    for (const auto kind : table.read.kinds)
        table.shells.add_mark(kind);
    table.of_firm.resize(table.read.firms.size());
    for (std::size_t at = 0; at < table.read.list.size(); ++at) {
        auto holding = table.read.list[at];
        const bool holds = !on || (holding.days.first <= *on && *on <= holding.days.last);
        if (holds) {
            table.of_firm[holding.firm].push_back(at);
        } else {
            holding.days = {*on, on->plus_days(-1)}; // the firm is known all the same
        }
        table.shells.add(holding);
    }
    return table;
}

MarkView mark_view(const Table& table, graph::Mark mark) {
    return {
        table.read.kinds[mark],
        table.read.values[mark],
        table.shells.holders(mark),
        table.shells.weight(mark),
        {}};
}

LinkView link_view(const Table& table, graph::Node one, const graph::Link& link) {
    LinkView view{table.read.firms[one], table.read.firms[link.other], link.weight, {}};
    for (const auto mark : link.shared) {
        auto& shown = view.shared.emplace_back(mark_view(table, mark));
        for (const auto firm : {one, link.other})
            for (const auto at : table.of_firm[firm])
                if (table.read.list[at].mark == mark) shown.lines.push_back(table.read.lines[at]);
    }
    return view;
}

ClusterView cluster_view(const Table& table, const std::vector<graph::Node>& firms) {
    ClusterView view;
    for (const auto firm : firms) {
        view.firms.push_back(table.read.firms[firm]);
        for (const auto& link : table.shells.links_of(firm))
            if (firm < link.other) view.links.push_back(link_view(table, firm, link));
    }
    return view;
}

base::Result<std::vector<std::vector<graph::Node>>> clusters_wanted(
    const Table& table, const ShellsWish& wish) {
    if (wish.firm.empty()) return table.shells.clusters();
    const auto firm = table.read.numbers.find(wish.firm);
    if (firm == table.read.numbers.end())
        return base::invalid(
            "graph.no_such_firm",
            {"表中没有“" + wish.firm + "”。", "“" + wish.firm + "” is not in the table."},
            {"照表中的写法给出企业", "Name the firm as the table does"});
    return std::vector<std::vector<graph::Node>>{table.shells.cluster_of(firm->second)};
}

std::string features_csv(const Table& table) {
    std::string text;
    const std::array<std::string_view, 6> head{
        "firm", "shell_cluster", "shell_links", "shell_strongest", "shell_shared", "shell_hubs"};
    table::write_csv_row(text, head);
    for (graph::Node firm = 0; firm < table.shells.firms(); ++firm) {
        const auto of = table.shells.features(firm);
        const std::array<std::string, 5> figures{
            std::to_string(of.cluster),
            std::to_string(of.links),
            of.strongest.percent_text(),
            std::to_string(of.shared),
            std::to_string(of.hubs)};
        const std::array<std::string_view, 6> cells{
            table.read.firms[firm], figures[0], figures[1], figures[2], figures[3], figures[4]};
        table::write_csv_row(text, cells);
    }
    return text;
}

base::Result<ShellsAnswer> find_shells(const ShellsWish& wish) {
    const auto table = TRY(table_of(wish));
    ShellsAnswer answer;
    answer.firms = table.read.firms.size();
    answer.holdings = table.read.list.size();
    answer.identifiers = table.read.kinds.size();
    for (const auto& firms : TRY(clusters_wanted(table, wish)))
        answer.clusters.push_back(cluster_view(table, firms));
    for (graph::Mark mark = 0; mark < table.read.kinds.size(); ++mark)
        if (table.shells.is_hub(mark)) answer.hubs.push_back(mark_view(table, mark));
    std::ranges::stable_sort(answer.hubs, std::ranges::greater{}, &MarkView::firms);
    if (!wish.features.empty()) TRY(store::write_whole(wish.features, features_csv(table)));
    answer.refused = table.read.refused;
    answer.first_refused = table.read.first_refused;
    return answer;
}

base::Text kind_label(graph::Kind kind) {
    switch (kind) {
    case graph::Kind::same_person: return {"法定代表人", "person"};
    case graph::Kind::same_phone: return {"电话", "phone"};
    case graph::Kind::same_address: return {"地址", "address"};
    case graph::Kind::same_account: return {"账户", "account"};
    case graph::Kind::guarantee:
    case graph::Kind::shareholding:
    case graph::Kind::payment:
    case graph::Kind::invoice: break;
    }
    base::bug("a kind that is no identifier");
}

std::string cluster_text(const Terminal& terminal, const ClusterView& cluster) {
    constexpr std::size_t shown_most = 10;
    auto text = terminal.of(
        {"\n  " + std::to_string(cluster.firms.size()) + " 家：",
         "\n  " + std::to_string(cluster.firms.size()) + " firms: "});
    for (std::size_t i = 0; i < cluster.firms.size(); ++i)
        text += (i == 0 ? "" : terminal.of({"、", ", "})) + cluster.firms[i];
    for (std::size_t i = 0; i < std::min(shown_most, cluster.links.size()); ++i) {
        const auto& link = cluster.links[i];
        text += "\n    " + link.one + " — " + link.other + "  " + link.weight.percent_text() + "%";
        for (const auto& shared : link.shared)
            text += "  " + terminal.of(kind_label(shared.kind)) + " " + shared.value;
    }
    if (cluster.links.size() > shown_most)
        text += terminal.of({"\n    ……其余见 --json", "\n    … the others are shown by --json"});
    return text;
}

std::string shells_text(const Terminal& terminal, const ShellsAnswer& answer) {
    constexpr std::size_t shown_most = 50;
    const auto number = [](std::uint64_t value) { return std::to_string(value); };
    auto text = terminal.of(
        {number(answer.firms) + " 家企业，" + number(answer.identifiers) + " 个标识，" +
             number(answer.clusters.size()) + " 个团伙",
         number(answer.firms) + " firms, " + number(answer.identifiers) + " identifiers, " +
             number(answer.clusters.size()) + " clusters"});
    for (std::size_t i = 0; i < std::min(shown_most, answer.clusters.size()); ++i)
        text += cluster_text(terminal, answer.clusters[i]);
    if (answer.clusters.size() > shown_most)
        text += terminal.of({"\n  ……其余见 --json", "\n  … the others: --json"});
    for (std::size_t i = 0; i < std::min<std::size_t>(10, answer.hubs.size()); ++i) {
        const auto& hub = answer.hubs[i];
        text +=
            terminal.of({"\n  枢纽（不计）：", "\n  A hub, not counted: "}) +
            terminal.of(kind_label(hub.kind)) + " " + hub.value +
            terminal.of({"，" + number(hub.firms) + " 家", ", " + number(hub.firms) + " firms"});
    }
    return text + refused_text(terminal, {}, answer.first_refused, answer.refused);
}

} // namespace

void add_shell_command(CLI::App& family, Context& context) {
    auto* command = family.add_subcommand(
        "shells",
        "Firms that share several identifiers, such as the legal person and a phone; what very "
        "many firms have counts little. CSV with firm, kind (person, phone, address, account), "
        "value, begin, end. Example: rongqiao graph shells --in identifiers.csv");
    auto wish = std::make_shared<ShellsWish>();
    command->add_option("--in", wish->in, "Who has which identifier, CSV")->required();
    command->add_option("--on", wish->on, "Only what holds on this day, such as 2023-06-30");
    command->add_option("--firm", wish->firm, "Only the cluster of this firm");
    command->add_option(
        "--features", wish->features, "A CSV file for what rules and models ask of every firm");
    command->callback([&context, wish] {
        context.chosen = [&context, wish] {
            const auto answer = find_shells(*wish);
            if (!answer) return context.terminal.fail(answer.error());
            context.terminal.answer(*answer, shells_text(context.terminal, *answer));
            return answer->holdings == 0 ? Exit::no : Exit::done;
        };
    });
}

} // namespace app
