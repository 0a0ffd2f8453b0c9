// screen: names and codes against lists; generate, perturb, measure: how well that goes.
#include "app/commands.hpp"
#include "app/refused_rows.hpp"
#include "base/clock.hpp"
#include "engine/screen/generate.hpp"
#include "engine/screen/read.hpp"
#include "engine/table/csv.hpp"
#include "engine/table/xlsx.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <memory>

namespace app {
namespace {

struct ScreenWish {
    std::string list;
    std::string kind = "watch";
    std::string in;
    std::string name;
    std::string code;
    std::string on;
    std::string out;
    std::string truth;
    std::string found;
    std::vector<std::string> columns;
    std::vector<std::string> list_columns;
    std::size_t most = 10;
    std::size_t each = 500;
    std::size_t names = 100'000;
    std::uint64_t seed = 1;
};

struct ListedView {
    int score = 0;
    screen::Entry entry;
    std::vector<screen::Feature> features;
};
BOOST_DESCRIBE_STRUCT(ListedView, (), (score, entry, features))

struct AskedView {
    std::int64_t line = 0;
    std::string name;
    std::string code;
    std::vector<ListedView> hits;
    std::uint64_t more = 0; // beyond --most
};
BOOST_DESCRIBE_STRUCT(AskedView, (), (line, name, code, hits, more))

struct NotesView {
    std::uint64_t refused = 0;
    std::uint64_t remarks = 0;
    std::vector<screen::Noted> first;
};
BOOST_DESCRIBE_STRUCT(NotesView, (), (refused, remarks, first))

struct ScreenAnswer {
    base::Date on;
    std::uint64_t entries = 0; // of the list
    std::uint64_t holding = 0; // on the day
    std::uint64_t asked = 0;
    std::uint64_t hit = 0;
    std::vector<AskedView> found; // names with hits
    NotesView list_notes;
    NotesView notes;
};
BOOST_DESCRIBE_STRUCT(
    ScreenAnswer, (), (on, entries, holding, asked, hit, found, list_notes, notes))

struct WrittenAnswer {
    std::uint64_t rows = 0;
    std::string out;
    std::string truth;
};
BOOST_DESCRIBE_STRUCT(WrittenAnswer, (), (rows, out, truth))

base::Result<std::unique_ptr<table::RowSource>> open_table(const std::string& file) {
    if (file.ends_with(".xlsx")) return table::open_xlsx_file(file);
    return table::open_csv_file(file);
}

base::Result<screen::Mapping> headings_of(const std::vector<std::string>& columns) {
    screen::Mapping mapping;
    for (const auto& each : columns) {
        const auto sign = each.find('=');
        if (sign == std::string::npos)
            return base::invalid(
                "screen.mapping",
                {"“" + each + "”应写成 字段=列名。", "“" + each + "” should read FIELD=HEADING."},
                {"例如 --column name=客户名称", "For example --column name=Customer"});
        mapping[each.substr(0, sign)] = each.substr(sign + 1);
    }
    return mapping;
}

base::Result<screen::EntriesRead> entries_of(const ScreenWish& wish) {
    const auto kind = base::json::enum_from<screen::List>(wish.kind);
    if (!kind)
        return base::invalid(
            "screen.list",
            {"“" + wish.kind + "”不是名单种类", "“" + wish.kind + "” is no kind of list"},
            {"写 black、red、white 或 watch", "write black, red, white or watch"});
    const auto mapping = TRY(headings_of(wish.list_columns));
    const auto source = TRY(open_table(wish.list));
    return screen::read_entries(*source, mapping, *kind);
}

base::Result<screen::QuestionsRead> questions_of(const ScreenWish& wish) {
    if (wish.in.empty()) {
        // One name from the command line goes the way of a table of one row.
        std::string text = "name,code\r\n";
        const std::array<std::string_view, 2> cells{wish.name, wish.code};
        table::write_csv_row(text, cells);
        const auto source = TRY(table::open_csv_text(text));
        return screen::read_questions(*source, {});
    }
    const auto mapping = TRY(headings_of(wish.columns));
    const auto source = TRY(open_table(wish.in));
    return screen::read_questions(*source, mapping);
}

NotesView notes_view(const screen::Notes& notes) {
    return {notes.refused, notes.remarks, notes.first};
}

base::Error screen_unwritable(const std::string& file) {
    return base::unavailable(
        "app.no_file",
        {"写不了“" + file + "”。", "“" + file + "” cannot be written."},
        {"检查目录与权限。", "Check the folder and its rights."});
}

base::Result<> write_file(const std::string& file, std::string_view text) {
    std::ofstream out(file, std::ios::binary);
    out << text;
    out.close();
    if (!out) return screen_unwritable(file);
    return {};
}

void add_row(std::string& text, const std::vector<std::string>& cells) {
    const std::vector<std::string_view> views(cells.begin(), cells.end());
    table::write_csv_row(text, views);
}

// A line a hit.
base::Result<> write_hits(
    const Terminal& terminal, const ScreenAnswer& answer, const std::string& file) {
    std::string text;
    add_row(
        text,
        {"line",
         "name",
         "code",
         "score",
         "list",
         "listed_name",
         "listed_code",
         "source",
         "basis",
         "from",
         "until",
         "appeal",
         "listed_line",
         "why"});
    for (const auto& asked : answer.found) {
        for (const auto& hit : asked.hits) {
            std::string why;
            for (const auto& feature : hit.features)
                why += (why.empty() ? "" : "; ") + terminal.of(feature.why) + " " +
                       std::to_string(feature.points);
            add_row(
                text,
                {std::to_string(asked.line),
                 asked.name,
                 asked.code,
                 std::to_string(hit.score),
                 std::string(base::json::enum_name(hit.entry.list)),
                 hit.entry.name,
                 hit.entry.code,
                 hit.entry.source,
                 hit.entry.basis,
                 hit.entry.from.text(),
                 hit.entry.until.text(),
                 std::string(base::json::enum_name(hit.entry.appeal)),
                 std::to_string(hit.entry.line),
                 why});
        }
    }
    return write_file(file, text);
}

base::Result<ScreenAnswer> screen_table(const Context& context, const ScreenWish& wish) {
    if (wish.list.empty() || (wish.in.empty() && wish.name.empty() && wish.code.empty()))
        return base::invalid(
            "screen.no_table",
            {"要有名单和要查的名称。", "A list and names to screen are needed."},
            {"例如 rongqiao screen --list 名单.csv --in 企业.csv",
             "For example rongqiao screen --list list.csv --in firms.csv"});
    ScreenAnswer answer;
    answer.on = wish.on.empty() ? base::Zone{}.date(base::SystemClock().now())
                                : TRY(base::Date::parse(wish.on));
    const auto vocabulary = TRY(screen::load_words(pack_folder(context)));
    const screen::Names names(vocabulary);
    auto read = TRY(entries_of(wish));
    const auto questions = TRY(questions_of(wish));
    const screen::Screen screen(names, std::move(read.entries));
    answer.entries = screen.entries().size();
    for (const auto& entry : screen.entries())
        answer.holding += entry.holds(answer.on) ? 1 : 0;
    answer.list_notes = notes_view(read.notes);
    answer.notes = notes_view(questions.notes);
    screen::Screen::Work work;
    for (const auto& row : questions.rows) {
        ++answer.asked;
        auto found = screen.ask(row.question, answer.on, wish.most, work);
        if (found.hits.empty()) continue;
        ++answer.hit;
        auto& view = answer.found.emplace_back(
            AskedView{row.line, row.question.name, row.question.code, {}, found.more});
        for (auto& hit : found.hits)
            view.hits.push_back({hit.score, screen.entries()[hit.entry], std::move(hit.features)});
    }
    if (!wish.out.empty()) TRY(write_hits(context.terminal, answer, wish.out));
    return answer;
}

std::string screen_text(const Terminal& terminal, const ScreenAnswer& answer) {
    const auto number = [](std::uint64_t value) { return std::to_string(value); };
    auto text = terminal.of(
        {answer.on.text() + "：名单 " + number(answer.entries) + " 条（当日有效 " +
             number(answer.holding) + " 条），查 " + number(answer.asked) + " 个名称，命中 " +
             number(answer.hit) + " 个",
         answer.on.text() + ": " + number(answer.entries) + " entries (" + number(answer.holding) +
             " hold on that day), " + number(answer.asked) + " names screened, " +
             number(answer.hit) + " hit"});
    constexpr std::size_t shown_most = 50;
    for (std::size_t i = 0; i < std::min(shown_most, answer.found.size()); ++i) {
        const auto& asked = answer.found[i];
        text += "\n" + number(static_cast<std::uint64_t>(asked.line)) + "  " + asked.name + "  " +
                asked.code;
        for (const auto& hit : asked.hits) {
            text += "\n    " + std::to_string(hit.score) + "  " + hit.entry.name + "  " +
                    hit.entry.code + "  " + std::string(base::json::enum_name(hit.entry.list)) +
                    "  " + hit.entry.source + "  " + hit.entry.basis;
            for (const auto& feature : hit.features)
                text += "\n        " + std::to_string(feature.points) + "/" +
                        std::to_string(feature.most) + "  " + terminal.of(feature.why);
        }
        if (asked.more > 0)
            text += terminal.of(
                {"\n    另有 " + number(asked.more) + " 条",
                 "\n    and " + number(asked.more) + " more"});
    }
    if (answer.found.size() > shown_most)
        text += terminal.of(
            {"\n……其余见 --json 或 --out", "\n… the others are shown by --json or --out"});
    text += refused_text(
        terminal, {"名单", "list"}, answer.list_notes.first, answer.list_notes.refused);
    return text +
           refused_text(terminal, {"所查", "names"}, answer.notes.first, answer.notes.refused);
}

void add_screening(CLI::App& family, const std::shared_ptr<ScreenWish>& wish, Context& context) {
    family.add_option("--list", wish->list, "The list, CSV or Excel");
    family
        .add_option(
            "--kind", wish->kind, "What rows are on that do not say: black, red, white, watch")
        ->capture_default_str();
    family.add_option("--in", wish->in, "Names to screen, CSV or Excel");
    family.add_option("--name", wish->name, "One name instead of a table");
    family.add_option("--code", wish->code, "Its unified social credit code");
    family.add_option("--as-of", wish->on, "The day, such as 2023-06-30; today if not given");
    family.add_option("--out", wish->out, "Hits as CSV, a line each");
    family.add_option("--column", wish->columns, "FIELD=HEADING of the names; may be repeated");
    family.add_option(
        "--list-column", wish->list_columns, "FIELD=HEADING of the list; may be repeated");
    family.add_option("--most", wish->most, "At most so many hits a name")->capture_default_str();
    family.callback([&context, &family, wish] {
        if (!family.get_subcommands().empty()) return; // that one has chosen
        context.chosen = [&context, wish] {
            const auto answer = screen_table(context, *wish);
            if (!answer) return context.terminal.fail(answer.error());
            context.terminal.answer(*answer, screen_text(context.terminal, *answer));
            return answer->hit == 0 ? Exit::no : Exit::done;
        };
    });
}

base::Result<WrittenAnswer> generate_list(const Context& context, const ScreenWish& wish) {
    const auto vocabulary = TRY(screen::load_words(pack_folder(context)));
    const screen::Names names(vocabulary);
    std::string text;
    add_row(text, {"name", "list", "source"});
    for (const auto& entry : screen::generate_entries(names, wish.names, wish.seed))
        add_row(text, {entry.name, std::string(base::json::enum_name(entry.list)), entry.source});
    TRY(write_file(wish.out, text));
    return WrittenAnswer{wish.names, wish.out, {}};
}

base::Result<WrittenAnswer> perturb_list(const Context& context, const ScreenWish& wish) {
    const auto vocabulary = TRY(screen::load_words(pack_folder(context)));
    const screen::Names names(vocabulary);
    const auto read = TRY(entries_of(wish));
    const auto slips = screen::perturb(names, read.entries, wish.each, wish.seed);
    std::string asked;
    std::string truth;
    add_row(asked, {"name"});
    add_row(truth, {"line", "kind", "listed_line"});
    std::int64_t line = 1;
    for (const auto& slip : slips) {
        add_row(asked, {slip.name});
        add_row(
            truth,
            {std::to_string(++line),
             std::string(base::json::enum_name(slip.kind)),
             slip.line == 0 ? "" : std::to_string(slip.line)});
    }
    TRY(write_file(wish.out, asked));
    TRY(write_file(wish.truth, truth));
    return WrittenAnswer{slips.size(), wish.out, wish.truth};
}

// The rows of a CSV file by the columns that are asked for.
base::Result<std::vector<std::vector<std::string>>> rows_of(
    const std::string& file, const std::vector<std::string>& columns) {
    const auto source = TRY(table::open_csv_file(file));
    std::vector<std::size_t> places;
    for (const auto& name : columns) {
        const auto place = table::column(*source, {name});
        if (!place)
            return base::invalid(
                "screen.no_column",
                {"“" + file + "”没有“" + name + "”列",
                 "“" + file + "” has no column “" + name + "”"},
                {"用 screen perturb 与 screen --out 写出的文件",
                 "use what screen perturb and screen --out wrote"});
        places.push_back(*place);
    }
    std::vector<std::vector<std::string>> made;
    table::Row row;
    while (TRY(source->next(row))) {
        auto& cells = made.emplace_back();
        for (const auto place : places)
            cells.emplace_back(row.cells[place]);
    }
    return made;
}

base::Result<screen::Measured> measure_files(const ScreenWish& wish) {
    std::map<std::string, std::vector<std::string>> hits; // line asked → lines of the list
    const auto found_rows = TRY(rows_of(wish.found, {"line", "listed_line"}));
    for (const auto& row : found_rows)
        hits[row[0]].push_back(row[1]);
    screen::Measure measure;
    const auto truth_rows = TRY(rows_of(wish.truth, {"line", "kind", "listed_line"}));
    for (const auto& row : truth_rows) {
        const auto kind = base::json::enum_from<screen::Kind>(row[1]);
        if (!kind)
            return base::invalid(
                "screen.kind",
                {"“" + row[1] + "”不是扰动种类", "“" + row[1] + "” is no kind of slip"},
                {"用 screen perturb 写出的 --truth 文件",
                 "use the --truth file of screen perturb"});
        const auto found = hits.find(row[0]);
        const bool any = found != hits.end();
        measure.count(
            *kind,
            any && (row[2].empty() ||
                    std::ranges::find(found->second, row[2]) != found->second.end()));
    }
    return measure.measured();
}

std::string recall_text(const Terminal& terminal, const screen::Measured& measured) {
    const auto share = [](std::uint64_t found, std::uint64_t asked) {
        return std::to_string(found) + "/" + std::to_string(asked);
    };
    auto text = terminal.of(
        {"应命中 " + share(measured.listed_found, measured.listed) + "，随意改动的 " +
             share(measured.blind_found, measured.blind) + "，误报 " +
             share(measured.others_found, measured.others),
         "found " + share(measured.listed_found, measured.listed) + ", of blind slips " +
             share(measured.blind_found, measured.blind) + ", false positives " +
             share(measured.others_found, measured.others)});
    for (const auto& row : measured.kinds)
        text += "\n  " + std::string(base::json::enum_name(row.kind)) + "  " +
                share(row.found, row.asked);
    return text;
}

template <class Answer, class Text>
Exit say(const Context& context, const base::Result<Answer>& answer, const Text& text) {
    if (!answer) return context.terminal.fail(answer.error());
    context.terminal.answer(*answer, text(*answer));
    return Exit::done;
}

std::string written_text(const WrittenAnswer& answer) {
    return std::to_string(answer.rows) + " → " + answer.out +
           (answer.truth.empty() ? "" : ", " + answer.truth);
}

void add_generate_list(CLI::App& family, Context& context) {
    auto* command = family.add_subcommand(
        "generate",
        "Write a synthetic list. Example: rongqiao screen generate --names 100000 --out list.csv");
    auto wish = std::make_shared<ScreenWish>();
    command->add_option("--names", wish->names, "How many")->capture_default_str();
    command->add_option("--seed", wish->seed, "Same seed, same list")->capture_default_str();
    command->add_option("--out", wish->out, "The list, CSV")->required();
    command->callback([&context, wish] {
        context.chosen = [&context, wish] {
            return say(context, generate_list(context, *wish), written_text);
        };
    });
}

void add_perturb(CLI::App& family, Context& context) {
    auto* command = family.add_subcommand(
        "perturb",
        "Write names with slips, and other firms that are not listed; what is what goes into a "
        "file of its own. Example: rongqiao screen perturb --list list.csv --out asked.csv "
        "--truth truth.csv");
    auto wish = std::make_shared<ScreenWish>();
    command->add_option("--list", wish->list, "The list, CSV or Excel")->required();
    command->add_option("--list-column", wish->list_columns, "FIELD=HEADING of the list");
    command->add_option("--each", wish->each, "So many of each kind")->capture_default_str();
    command->add_option("--seed", wish->seed, "Same seed, same names")->capture_default_str();
    command->add_option("--out", wish->out, "The names, CSV")->required();
    command->add_option("--truth", wish->truth, "Kind and line of the list, CSV")->required();
    command->callback([&context, wish] {
        context.chosen = [&context, wish] {
            return say(context, perturb_list(context, *wish), written_text);
        };
    });
}

void add_recall(CLI::App& family, Context& context) {
    auto* command = family.add_subcommand(
        "measure",
        "Hold the hits of such names against the truth, by kind. "
        "Example: rongqiao screen measure --truth truth.csv --found hits.csv");
    auto wish = std::make_shared<ScreenWish>();
    command->add_option("--truth", wish->truth, "Of screen perturb")->required();
    command->add_option("--found", wish->found, "What screen --out wrote")->required();
    command->callback([&context, wish] {
        context.chosen = [&context, wish] {
            return say(context, measure_files(*wish), [&context](const auto& measured) {
                return recall_text(context.terminal, measured);
            });
        };
    });
}

} // namespace

void add_screen_commands(CLI::App& program, Context& context) {
    auto* family = program.add_subcommand(
        "screen",
        "Who of a table is on a list, by code and by name, with reasons. "
        "Example: rongqiao screen --list list.csv --in firms.csv --as-of 2023-06-30");
    family->require_subcommand(0, 1);
    add_screening(*family, std::make_shared<ScreenWish>(), context);
    add_generate_list(*family, context);
    add_perturb(*family, context);
    add_recall(*family, context);
}

} // namespace app
