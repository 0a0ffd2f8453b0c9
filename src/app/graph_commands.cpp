// graph circles: guarantee circles of a table of guarantees, without a county.
#include "app/commands.hpp"
#include "app/refused_rows.hpp"
#include "engine/graph/cut.hpp"
#include "engine/graph/exposure.hpp"
#include "engine/graph/read.hpp"
#include "engine/table/csv.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

namespace app {
namespace {

struct CirclesWish {
    std::string in;
    std::string on;
    std::string fails;
    std::string passed_on = "50%";
    std::size_t most = 1'000'000;
};

// All guarantees of one firm for another, and the lines they stand on.
struct TieView {
    std::string from;
    std::string to;
    base::Money amount;
    std::vector<std::int64_t> lines;
};
BOOST_DESCRIBE_STRUCT(TieView, (), (from, to, amount, lines))

struct CircleView {
    std::vector<TieView> ties; // in turn
    std::vector<graph::Days> days;
};
BOOST_DESCRIBE_STRUCT(CircleView, (), (ties, days))

struct GroupView {
    std::vector<std::string> firms;
    std::vector<CircleView> circles;
    std::vector<TieView> cut;
    base::Money cut_amount;
    bool cut_exact = true;
    std::uint64_t cut_at_least = 0;
};
BOOST_DESCRIBE_STRUCT(GroupView, (), (firms, circles, cut, cut_amount, cut_exact, cut_at_least))

struct ExposedView {
    std::string firm;
    base::Money at_risk;
    base::Rate fails;
};
BOOST_DESCRIBE_STRUCT(ExposedView, (), (firm, at_risk, fails))

struct CirclesAnswer {
    std::uint64_t firms = 0;
    std::uint64_t guarantees = 0; // taken
    std::uint64_t ties = 0;
    std::uint64_t circles = 0;
    bool complete = true;
    std::uint64_t largest_component = 0;
    std::uint64_t largest_core = 0; // its number
    std::uint64_t core_firms = 0;
    std::uint64_t bridges = 0;
    std::uint64_t joints = 0;
    std::vector<GroupView> groups;
    std::vector<ExposedView> exposed;
    std::uint64_t refused = 0;
    std::vector<graph::Refused> first_refused;
};
BOOST_DESCRIBE_STRUCT(
    CirclesAnswer,
    (),
    (firms,
     guarantees,
     ties,
     circles,
     complete,
     largest_component,
     largest_core,
     core_firms,
     bridges,
     joints,
     groups,
     exposed,
     refused,
     first_refused))

TieView tie_view(const graph::Register& read, const graph::Graph& graph, graph::Place place) {
    const auto& tie = graph.ties[place];
    TieView view{read.firms[tie.from], read.firms[tie.to], graph.amount(tie), {}};
    for (const auto edge : graph.edges_of(tie))
        view.lines.push_back(read.lines[edge]);
    return view;
}

GroupView group_view(
    const graph::Register& read,
    const graph::Graph& graph,
    const graph::Circles& circles,
    const graph::Group& group) {
    GroupView view{
        .cut_amount = group.cut.amount,
        .cut_exact = group.cut.exact,
        .cut_at_least = group.cut.at_least};
    for (const auto firm : group.firms)
        view.firms.push_back(read.firms[firm]);
    for (const auto place : group.circles) {
        const auto& circle = circles.list[place];
        auto& shown = view.circles.emplace_back();
        const auto days = circles.days_of(circle);
        shown.days.assign(days.begin(), days.end());
        for (const auto tie : circle.all())
            shown.ties.push_back(tie_view(read, graph, tie));
    }
    for (const auto tie : group.cut.ties)
        view.cut.push_back(tie_view(read, graph, tie));
    return view;
}

// Edges that do not hold on the day keep their place, so that lines stay theirs, but have no day.
base::Result<graph::Graph> graph_of(const graph::Register& read, const CirclesWish& wish) {
    auto edges = read.edges;
    if (!wish.on.empty()) {
        const auto on = TRY(base::Date::parse(wish.on));
        for (auto& edge : edges)
            if (on < edge.days.first || on > edge.days.last) edge.days = {on, on.plus_days(-1)};
    }
    return graph::Graph::make(static_cast<graph::Node>(read.firms.size()), std::move(edges));
}

base::Result<std::vector<ExposedView>> exposed_by(
    const graph::Register& read, const graph::Graph& graph, const CirclesWish& wish) {
    std::vector<ExposedView> views;
    if (wish.fails.empty()) return views;
    const auto passed_on = TRY(base::Rate::parse_percent(wish.passed_on));
    if (passed_on.ppm < 0 || passed_on > base::Rate::percent(100))
        return base::invalid(
            "graph.passed_on",
            {"“" + wish.passed_on + "”不是份额。", "“" + wish.passed_on + "” is no share."},
            {"写 0% 到 100%，例如 --passed-on 50%",
             "Between 0% and 100%, such as --passed-on 50%"});
    const auto firm = read.numbers.find(wish.fails);
    if (firm == read.numbers.end())
        return base::invalid(
            "graph.no_such_firm",
            {"表中没有“" + wish.fails + "”。", "“" + wish.fails + "” is not in the table."},
            {"照表中的写法给出企业", "Name the firm as the table does"});
    for (const auto& each : graph::expose(graph, firm->second, passed_on))
        views.push_back({read.firms[each.firm], each.at_risk, each.fails});
    std::ranges::stable_sort(views, std::ranges::greater{}, &ExposedView::at_risk);
    return views;
}

base::Result<CirclesAnswer> analyse(const CirclesWish& wish) {
    const auto source = TRY(table::open_csv_file(wish.in));
    const auto read = TRY(graph::read_register(*source));
    const auto graph = TRY(graph_of(read, wish));
    const auto strong = graph::strong_components(graph);
    const auto circles = graph::find_circles(graph, strong, wish.most);
    const auto cores = graph::core_numbers(graph);
    const auto weak = graph::weak_places(graph, cores);
    CirclesAnswer answer;
    answer.firms = read.firms.size();
    answer.guarantees = graph.order.size();
    answer.ties = graph.ties.size();
    answer.circles = circles.list.size();
    answer.complete = circles.complete;
    for (const auto size : strong.sizes)
        answer.largest_component = std::max<std::uint64_t>(answer.largest_component, size);
    for (const auto core : cores)
        answer.largest_core = std::max<std::uint64_t>(answer.largest_core, core);
    answer.core_firms = static_cast<std::uint64_t>(
        std::ranges::count_if(cores, [&](auto core) { return core == answer.largest_core; }));
    answer.bridges = weak.bridges.size();
    answer.joints = weak.joints.size();
    for (const auto& group : graph::break_circles(graph, circles))
        answer.groups.push_back(group_view(read, graph, circles, group));
    answer.exposed = TRY(exposed_by(read, graph, wish));
    answer.refused = read.refused;
    answer.first_refused = read.first_refused;
    return answer;
}

std::string circle_text(const CircleView& circle) {
    std::string text = "\n    ";
    for (const auto& tie : circle.ties)
        text += tie.from + " → ";
    text += circle.ties.front().from;
    for (const auto& days : circle.days)
        text += "  " + days.first.text() + "…" + days.last.text();
    return text;
}

std::string group_text(const Terminal& terminal, const GroupView& group) {
    constexpr std::size_t shown_most = 10;
    const auto count = [](std::size_t value) { return std::to_string(value); };
    auto text = terminal.of(
        {"\n  " + count(group.firms.size()) + " 家企业，" + count(group.circles.size()) + " 个圈",
         "\n  " + count(group.firms.size()) + " firms, " + count(group.circles.size()) +
             " circles"});
    for (std::size_t i = 0; i < std::min(shown_most, group.circles.size()); ++i)
        text += circle_text(group.circles[i]);
    if (group.circles.size() > shown_most)
        text += terminal.of({"\n    ……其余见 --json", "\n    … the others are shown by --json"});
    text += terminal.of({"\n    解开：", "\n    To break: "});
    for (const auto& tie : group.cut)
        text += tie.from + " → " + tie.to + " ¥" + tie.amount.yuan_text() + "  ";
    text += group.cut_exact
                ? terminal.of({"（已证明最少）", "(proven to be the fewest)"})
                : terminal.of(
                      {"（未证明最少，至少需 " + count(group.cut_at_least) + " 条）",
                       "(not proven; at least " + count(group.cut_at_least) + " are needed)"});
    return text;
}

std::string circles_text(const Terminal& terminal, const CirclesAnswer& answer) {
    const auto number = [](std::uint64_t value) { return std::to_string(value); };
    auto text = terminal.of(
        {number(answer.firms) + " 家企业，" + number(answer.guarantees) + " 笔担保，" +
             number(answer.circles) + " 个担保圈（" + number(answer.groups.size()) +
             " 组）；最大强连通分量 " + number(answer.largest_component) + " 家，" +
             number(answer.largest_core) + " 核 " + number(answer.core_firms) + " 家，桥 " +
             number(answer.bridges) + "，割点 " + number(answer.joints),
         number(answer.firms) + " firms, " + number(answer.guarantees) + " guarantees, " +
             number(answer.circles) + " circles in " + number(answer.groups.size()) +
             " groups; largest strong component " + number(answer.largest_component) +
             " firms, core " + number(answer.largest_core) + " of " + number(answer.core_firms) +
             ", " + number(answer.bridges) + " bridges, " + number(answer.joints) + " joints"});
    if (!answer.complete)
        text += terminal.of(
            {"\n担保圈不止这些：加大 --most", "\nThere are more circles: raise --most"});
    constexpr std::size_t shown_most = 50;
    for (std::size_t i = 0; i < std::min(shown_most, answer.groups.size()); ++i)
        text += group_text(terminal, answer.groups[i]);
    if (answer.groups.size() > shown_most)
        text += terminal.of({"\n  ……其余各组见 --json", "\n  … the other groups: --json"});
    for (const auto& each : answer.exposed)
        text += "\n  " + each.firm + "  ¥" + each.at_risk.yuan_text() +
                terminal.of({"  传导 ", "  passes on "}) + each.fails.percent_text() + "%";
    return text + refused_text(terminal, {}, answer.first_refused, answer.refused);
}

} // namespace

void add_graph_commands(CLI::App& program, Context& context) {
    auto* family = program.add_subcommand("graph", "Who stands behind whom");
    family->require_subcommand(1);
    add_shell_command(*family, context);
    auto* command = family->add_subcommand(
        "circles",
        "Guarantee circles of 2 to 6 firms at the same time, and what to end so that none is left. "
        "CSV with from (guarantor), to (guaranteed firm), amount (yuan), begin, end. "
        "Example: rongqiao graph circles --in guarantees.csv --fails FIRM");
    auto wish = std::make_shared<CirclesWish>();
    command->add_option("--in", wish->in, "Guarantees, CSV")->required();
    command->add_option("--on", wish->on, "Only what holds on this day, such as 2023-06-30");
    command->add_option("--fails", wish->fails, "A firm; what others must pay when it fails");
    command
        ->add_option(
            "--passed-on",
            wish->passed_on,
            "How far a guarantor fails from whom everything is called")
        ->capture_default_str();
    command->add_option("--most", wish->most, "At most so many circles")->capture_default_str();
    command->callback([&context, wish] {
        context.chosen = [&context, wish] {
            const auto answer = analyse(*wish);
            if (!answer) return context.terminal.fail(answer.error());
            context.terminal.answer(*answer, circles_text(context.terminal, *answer));
            return answer->guarantees == 0 ? Exit::no : Exit::done;
        };
    });
}

} // namespace app
