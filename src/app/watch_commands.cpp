// watch generate, run, replay, measure: streams of transactions without a county.
#include "app/commands.hpp"
#include "domain/stream/stream.hpp"
#include "engine/table/csv.hpp"
#include "engine/watch/feed.hpp"
#include "engine/watch/generate.hpp"
#include "engine/watch/measure.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <fstream>
#include <functional>
#include <memory>

namespace app {
namespace {

struct RunWish {
    std::string rules;
    std::string in;
    std::string out;
    std::string state;
    std::size_t group = 4'096;
    std::vector<std::string> columns;
    std::string step = "1h";
    bool sort = false;
};

struct RunAnswer {
    watch::Tally tally;
    std::uint64_t refused = 0;
    std::vector<watch::Refused> first_refused; // at most twenty
    std::string rules_digest;
    std::string alerts;                 // the file
    std::optional<std::uint64_t> known; // with a state: rows whose id had been taken before
    std::optional<stream::Recovered> recovered;
};
BOOST_DESCRIBE_STRUCT(
    RunAnswer, (), (tally, refused, first_refused, rules_digest, alerts, known, recovered))

base::Error unwritable(const std::string& file) {
    return base::unavailable(
        "app.no_file",
        {"写不了“" + file + "”。", "“" + file + "” cannot be written."},
        {"检查目录与权限。", "Check the folder and its rights."});
}

base::Result<watch::Mapping> mapping_of(const RunWish& wish, std::int64_t zone_minutes) {
    watch::Mapping mapping;
    mapping.zone_minutes = zone_minutes;
    for (const auto& each : wish.columns) {
        const auto sign = each.find('=');
        if (sign == std::string::npos)
            return base::invalid(
                "watch.mapping",
                {"“" + each + "”应写成 字段=列名。", "“" + each + "” should read FIELD=HEADING."},
                {"例如 --column payer=付款账号", "For example --column payer=Sender"});
        mapping.columns[each.substr(0, sign)] = each.substr(sign + 1);
    }
    const auto step = TRY(rule::Duration::parse(wish.step));
    mapping.step_ms = step.seconds * 1'000;
    return mapping;
}

// An event that waits to be sorted by time.
struct Waiting {
    std::string id;
    std::int64_t time_ms;
    std::vector<std::int64_t> fields;
};

// Reads the rows of a table and gives its events to `take`, by time when that is wished.
base::Result<> read_events(
    const RunWish& wish,
    const watch::Book& book,
    watch::Watch& watched,
    RunAnswer& answer,
    const std::function<base::Result<>(const watch::Given&)>& take) {
    auto mapping = TRY(mapping_of(wish, book.zone_minutes));
    mapping.needs_id = !wish.state.empty();
    const auto source = TRY(table::open_csv_file(wish.in));
    auto feed = TRY(watch::Feed::open(*source, watched, book, mapping));
    std::vector<Waiting> waiting;
    watch::Given given;
    watch::Refused refused;
    for (;;) {
        const auto next = TRY(feed.next(given, refused));
        if (next == watch::Feed::Next::end) break;
        if (next == watch::Feed::Next::refused) {
            if (++answer.refused <= 20) answer.first_refused.push_back(refused);
        } else if (wish.sort) {
            waiting.push_back(
                {std::string(given.id), given.time_ms, {given.fields.begin(), given.fields.end()}});
        } else {
            TRY(take(given));
        }
    }
    std::ranges::stable_sort(waiting, {}, &Waiting::time_ms);
    for (const auto& each : waiting)
        TRY(take({each.id, each.time_ms, each.fields}));
    return {};
}

base::Result<RunAnswer> run_file(const RunWish& wish) {
    const auto book = TRY(watch::load(wish.rules));
    const auto made = TRY(watch::Watch::make(book));
    RunAnswer answer;
    std::ofstream out;
    const auto record = [&](std::string_view line) { out << line << '\n'; };
    const auto take = [&](const watch::Given& given) -> base::Result<> {
        if (!out.is_open()) out.open(wish.out, std::ios::binary);
        if (!out) return unwritable(wish.out);
        made->take(given, record);
        return {};
    };
    TRY(read_events(wish, book, *made, answer, take));
    if (!out.is_open()) out.open(wish.out, std::ios::binary); // nothing came
    out.close();
    if (!out) return unwritable(wish.out);
    answer.tally = made->tally();
    answer.rules_digest = made->digest();
    answer.alerts = wish.out;
    return answer;
}

// The same into a folder that outlives the process: what it has taken before is not taken again.
base::Result<RunAnswer> run_on(const RunWish& wish) {
    const auto book = TRY(watch::load(wish.rules));
    const auto opened = TRY(stream::Stream::open({.folder = wish.state}, book));
    RunAnswer answer;
    answer.known = 0;
    answer.recovered = opened->recovered();
    const auto take = [&](const watch::Given& given) -> base::Result<> {
        if (!opened->take(given)) {
            ++*answer.known;
            return {};
        }
        if (opened->waiting() < std::max<std::size_t>(wish.group, 1)) return {};
        return opened->hand_over();
    };
    const auto read = read_events(wish, book, opened->watch(), answer, take);
    // Whatever ended the reading, what was taken is kept.
    TRY(opened->keep());
    if (!read) return read.error();
    answer.tally = opened->watch().tally();
    answer.rules_digest = opened->watch().digest();
    answer.alerts = opened->decisions_file().string();
    return answer;
}

std::string run_text(const Terminal& terminal, const RunAnswer& answer) {
    const auto& tally = answer.tally;
    const auto number = [](std::uint64_t value) { return std::to_string(value); };
    auto text = terminal.of(
        {number(tally.events) + " 笔已监测，" + number(tally.alerts) + " 条预警（另有 " +
             number(tally.snoozed) + " 条并入静默期、" +
             number(tally.over_cap + tally.over_budget) + " 条超出额度、" + number(tally.learning) +
             " 条在学习期）",
         number(tally.events) + " events watched, " + number(tally.alerts) + " alerts (and " +
             number(tally.snoozed) + " snoozed, " + number(tally.over_cap + tally.over_budget) +
             " beyond caps, " + number(tally.learning) + " while learning)"});
    for (const auto& [typology, count] : tally.by_typology)
        text += "\n  " + typology + "  " + number(count);
    text += terminal.of(
        {"\n重复 " + number(tally.duplicates) + "，迟到 " + number(tally.late) + "，过迟未采用 " +
             number(tally.too_late) + "，窗口被改写的判断 " + number(tally.superseded),
         "\n" + number(tally.duplicates) + " duplicates, " + number(tally.late) + " late, " +
             number(tally.too_late) + " too late, " + number(tally.superseded) +
             " decisions superseded"});
    if (tally.too_late > tally.events / 100)
        text += terminal.of(
            {"\n文件没有按时间排列？加 --sort 再试。",
             "\nIs the file not in the order of time? Try again with --sort."});
    for (const auto& each : answer.first_refused)
        text += "\n  ✗ " + terminal.of({"第 ", "line "}) + std::to_string(each.line) +
                terminal.of({" 行：", ": "}) + terminal.of(each.message) + "（" +
                terminal.of(each.cure) + "）";
    if (answer.refused > 0)
        text += terminal.of(
            {"\n" + number(answer.refused) + " 行未采用",
             "\n" + number(answer.refused) + " rows were not taken"});
    if (answer.known)
        text += terminal.of(
            {"\n其中 " + number(*answer.known) + " 行以前已采用，没有再计",
             "\n" + number(*answer.known) +
                 " rows had been taken before and were not taken again"});
    if (answer.recovered && answer.recovered->cut_bytes > 0)
        text += terminal.of(
            {"\n上次没写完的 " + number(answer.recovered->cut_bytes) + " 字节已去掉",
             "\n" + number(answer.recovered->cut_bytes) +
                 " bytes that were being written last were cut off"});
    return text + "\n→ " + answer.alerts;
}

void add_run(CLI::App& family, Context& context) {
    auto* command = family.add_subcommand(
        "run",
        "Watch a table of transactions (CSV). Columns are found by heading; --column names the "
        "others. "
        "Example: rongqiao watch run --rules packs/jiashan/watch --in t.csv --out alerts.jsonl");
    auto wish = std::make_shared<RunWish>();
    command->add_option("--rules", wish->rules, "The folder of watch rules")->required();
    command->add_option("--in", wish->in, "Transactions, CSV")->required();
    auto* out =
        command->add_option("--out", wish->out, "Where decisions go, one JSON object a line");
    auto* state = command->add_option(
        "--state",
        wish->state,
        "Instead of --out, a folder that keeps the watch: every event taken, what the watch knows, "
        "and decisions.jsonl. Run it again with the same or the next table and it goes on where it "
        "stopped, even where it was killed; rows with an id that was taken before change nothing");
    state->excludes(out);
    command
        ->add_option(
            "--group",
            wish->group,
            "With --state: events that share one write to the disk. They and their decisions are "
            "kept, and shown in decisions.jsonl, together")
        ->needs(state)
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    command->add_option(
        "--column", wish->columns, "FIELD=HEADING, such as payer=Sender; may be repeated");
    command
        ->add_option("--step", wish->step, "What one step is, where times are small whole numbers")
        ->capture_default_str();
    command->add_flag(
        "--sort",
        wish->sort,
        "Read everything, then go by time: for files that are not in its order");
    command->callback([&context, wish] {
        context.chosen = [&context, wish] {
            if (wish->out.empty() && wish->state.empty())
                return context.terminal.fail(base::invalid(
                    "watch.no_out",
                    {"没有说判断写到哪里。", "It is not said where decisions go."},
                    {"给出 --out 文件，或 --state 目录", "give --out FILE or --state DIR"}));
            const auto answer = wish->state.empty() ? run_file(*wish) : run_on(*wish);
            if (!answer) return context.terminal.fail(answer.error());
            context.terminal.answer(*answer, run_text(context.terminal, *answer));
            return answer->tally.events == 0 ? Exit::no : Exit::done;
        };
    });
}

struct ReplayWish {
    std::string state;
    std::string rules;
    std::string out;
};

base::Result<stream::Replayed> replay_folder(const ReplayWish& wish) {
    auto book = TRY(watch::load(wish.rules));
    std::ofstream out;
    if (!wish.out.empty()) out.open(wish.out, std::ios::binary);
    auto replayed = TRY(stream::replay(
        wish.state, std::move(book), [&](std::string_view line) { out << line << '\n'; }));
    if (wish.out.empty()) return replayed;
    out.close();
    if (!out) return unwritable(wish.out);
    return replayed;
}

std::string replay_text(const Terminal& terminal, const stream::Replayed& replayed) {
    const auto events = std::to_string(replayed.tally.events);
    const auto alerts = std::to_string(replayed.tally.alerts);
    auto text = terminal.of(
        {"重放 " + events + " 笔，" + alerts + " 条预警",
         events + " events replayed, " + alerts + " alerts"});
    if (!replayed.same_rules)
        text += terminal.of({"；规则与记录时不同", "; under other rules than they were recorded"});
    else if (replayed.same_records)
        text += terminal.of(
            {"；判断与记录逐字节相同", "; the decisions are those on record, byte for byte"});
    else
        text += terminal.of({"；判断与记录不同", "; the decisions differ from those on record"});
    return text + terminal.of({"\n状态摘要 ", "\ndigest of the state "}) + replayed.state_digest;
}

void add_replay(CLI::App& family, Context& context) {
    auto* command = family.add_subcommand(
        "replay",
        "Run the events a folder of watch run --state has recorded through fresh rules: the same "
        "ones, to prove that every decision comes out byte for byte; or others, to try them. "
        "Example: rongqiao watch replay --state DIR --rules packs/jiashan/watch");
    auto wish = std::make_shared<ReplayWish>();
    command->add_option("--state", wish->state, "The folder of watch run --state")->required();
    command->add_option("--rules", wish->rules, "The folder of watch rules")->required();
    command->add_option("--out", wish->out, "Where the decisions of the replay go, if anywhere");
    command->callback([&context, wish] {
        context.chosen = [&context, wish] {
            const auto replayed = replay_folder(*wish);
            if (!replayed) return context.terminal.fail(replayed.error());
            context.terminal.answer(*replayed, replay_text(context.terminal, *replayed));
            return replayed->same_rules && !replayed->same_records ? Exit::no : Exit::done;
        };
    });
}

struct GenerateWish {
    std::int64_t transactions = 100'000;
    std::int64_t days = 120;
    std::string planted = "0.1%";
    std::uint64_t seed = 1;
    std::string out;
    std::string labels;
};

base::Result<watch::Generated> generate_files(const GenerateWish& given) {
    watch::Wish wish;
    wish.transactions = given.transactions;
    wish.days = given.days;
    wish.seed = given.seed;
    wish.planted_ppm = TRY(base::Rate::parse_percent(given.planted)).ppm;
    std::ofstream out(given.out, std::ios::binary);
    if (!out) return unwritable(given.out);
    std::ofstream labels(given.labels, std::ios::binary);
    if (!labels) return unwritable(given.labels);
    auto made = TRY(watch::generate(wish, out, labels));
    out.close();
    labels.close();
    if (!out || !labels) return unwritable(given.out);
    return made;
}

void add_generate(CLI::App& family, Context& context) {
    auto* command = family.add_subcommand(
        "generate",
        "Write synthetic transactions with planted patterns, and their labels into a file of their "
        "own. "
        "Example: rongqiao watch generate --transactions 1000000 --out t.csv --labels l.csv");
    auto wish = std::make_shared<GenerateWish>();
    command->add_option("--transactions", wish->transactions, "How many")->capture_default_str();
    command->add_option("--days", wish->days, "Over how many days from 2023-01-01")
        ->capture_default_str();
    command->add_option("--planted", wish->planted, "The planted share")->capture_default_str();
    command->add_option("--seed", wish->seed, "The same seed, the same bytes")
        ->capture_default_str();
    command->add_option("--out", wish->out, "Transactions, CSV")->required();
    command->add_option("--labels", wish->labels, "Labels, CSV")->required();
    command->callback([&context, wish] {
        context.chosen = [&context, wish] {
            const auto& terminal = context.terminal;
            const auto made = generate_files(*wish);
            if (!made) return terminal.fail(made.error());
            auto text = terminal.of(
                {std::to_string(made->transactions) + " 笔合成交易，" +
                     std::to_string(made->accounts) + " 个账户，植入 " +
                     std::to_string(made->planted) + " 笔",
                 std::to_string(made->transactions) + " synthetic transactions, " +
                     std::to_string(made->accounts) + " accounts, " +
                     std::to_string(made->planted) + " planted"});
            for (const auto& [pattern, count] : made->patterns)
                text += "\n  " + pattern + "  " + std::to_string(count) + " / " +
                        std::to_string(made->groups.at(pattern));
            terminal.answer(*made, text);
            return Exit::done;
        };
    });
}

std::string percent(double share) {
    char text[16];
    std::snprintf(text, sizeof text, "%.1f%%", share * 100);
    return text;
}

std::string measured_text(const Terminal& terminal, const watch::Measured& measured) {
    auto text = terminal.of(
        {"召回率 " + percent(measured.recall) + "，精确率 " + percent(measured.precision) +
             "（按笔：植入 " + std::to_string(measured.planted) + "，点名 " +
             std::to_string(measured.named) + "，重合 " + std::to_string(measured.both) + "）；" +
             std::to_string(measured.alerts) + " 条预警中 " + std::to_string(measured.alerts_true) +
             " 条属实",
         "recall " + percent(measured.recall) + ", precision " + percent(measured.precision) +
             " (transactions: " + std::to_string(measured.planted) + " planted, " +
             std::to_string(measured.named) + " named, " + std::to_string(measured.both) +
             " both); of " + std::to_string(measured.alerts) + " alerts " +
             std::to_string(measured.alerts_true) + " are true"});
    for (const auto& each : measured.patterns)
        text += "\n  " + each.pattern + "  " + percent(each.recall) + "  " +
                std::to_string(each.found) + "/" + std::to_string(each.planted) +
                terminal.of({" 笔，", " transactions, "}) + std::to_string(each.groups_found) +
                "/" + std::to_string(each.groups) + terminal.of({" 组", " groups"});
    for (const auto& each : measured.typologies)
        text += "\n  " + each.typology + terminal.of({"  精确率 ", "  precision "}) +
                percent(each.precision) + "  " + std::to_string(each.planted) + "/" +
                std::to_string(each.named);
    return text;
}

void add_measure(CLI::App& family, Context& context) {
    auto* command = family.add_subcommand(
        "measure",
        "Hold alerts against labels: recall of each pattern, precision of each typology");
    auto alerts = std::make_shared<std::string>();
    auto labels = std::make_shared<std::string>();
    command->add_option("--alerts", *alerts, "What watch run wrote")->required();
    command->add_option("--labels", *labels, "CSV with id, pattern and group")->required();
    command->callback([&context, alerts, labels] {
        context.chosen = [&context, alerts, labels] {
            const auto& terminal = context.terminal;
            std::ifstream in(*alerts, std::ios::binary);
            if (!in)
                return terminal.fail(base::unavailable(
                    "app.no_file",
                    {"读不了“" + *alerts + "”。", "“" + *alerts + "” cannot be read."},
                    {"检查路径。", "Check the path."}));
            const auto source = table::open_csv_file(*labels);
            if (!source) return terminal.fail(source.error());
            const auto measured = watch::measure(in, **source);
            if (!measured) return terminal.fail(measured.error());
            terminal.answer(*measured, measured_text(terminal, *measured));
            return Exit::done;
        };
    });
}

} // namespace

void add_watch_commands(CLI::App& program, Context& context) {
    auto* family = program.add_subcommand("watch", "Watch streams of transactions");
    family->require_subcommand(1);
    add_generate(*family, context);
    add_run(*family, context);
    add_replay(*family, context);
    add_measure(*family, context);
}

} // namespace app
