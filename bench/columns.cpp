// Rules over all firms at once, and figures over them. Firms and rules are made up from a seed;
// what is made is described in README.md and is the same on every machine. A second is one of
// processor time of the one thread that works, so that other work on the machine counts little; the
// best of several runs is kept.
//
//   bench_columns pairs  [--rows N] [--rules N] [--folder DIR]   every rule for every firm
//   bench_columns single [--rows N] [--rules N]                  one rule after another
//   bench_columns sweep  [--rows N]                              how much the share of hits matters
//   bench_columns memory [--rows N]                              room and time of a whole rebuild
//   bench_columns groups [--rows N] [--folder DIR]               figures by group
//
// With --folder, the same firms and questions are written there for other programs to answer.
#include "engine/column/aggregate.hpp"
#include "engine/column/decide.hpp"
#include "firms.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <set>

namespace bench {

struct Figure {
    std::string what;
    double value = 0;
    std::string unit;
};
BOOST_DESCRIBE_STRUCT(Figure, (), (what, value, unit))

struct Answer {
    std::string sql;
    std::int64_t holds = 0;
    std::int64_t unknown = 0;
};
BOOST_DESCRIBE_STRUCT(Answer, (), (sql, holds, unknown))

struct GroupAnswer {
    std::string sql;
    double ms = 0;
    std::vector<std::string> rows; // comma-separated, sorted
};
BOOST_DESCRIBE_STRUCT(GroupAnswer, (), (sql, ms, rows))

struct Report {
    std::int64_t rows = 0;
    std::vector<Figure> figures;
    std::vector<Answer> answers;
    std::vector<GroupAnswer> groups;
    std::string table; // create table, for SQL
};
BOOST_DESCRIBE_STRUCT(Report, (), (rows, figures, answers, groups, table))

namespace {

struct Settings {
    std::string part;
    std::size_t rows = 0;
    std::size_t rules = 0;
    std::string folder;
};

double cpu_ms() {
    timespec spent{};
    base::ensure(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent) == 0, "a thread has a clock");
    return static_cast<double>(spent.tv_sec) * 1e3 + static_cast<double>(spent.tv_nsec) / 1e6;
}

template <class F>
double best_ms(int times, F&& work) {
    double best = 1e300;
    for (int i = 0; i < times; ++i) {
        const auto start = cpu_ms();
        work();
        best = std::min(best, cpu_ms() - start);
    }
    return best;
}

// Bytes a millisecond that this thread can read in order from memory, and write.
struct Streaming {
    double read = 0;
    double write = 0;
};

Streaming streaming() {
    std::vector<std::uint64_t> room(std::size_t{32} << 20U, 1); // 256 MiB
    const auto bytes = static_cast<double>(room.size() * sizeof room[0]);
    volatile std::uint64_t seen = 0;
    const auto read = best_ms(5, [&] {
        std::uint64_t sums[8] = {};
        for (std::size_t i = 0; i < room.size(); i += 8) {
            for (std::size_t k = 0; k < 8; ++k)
                sums[k] += room[i + k];
        }
        for (const auto sum : sums)
            seen = seen + sum;
    });
    const auto write = best_ms(5, [&] { std::memset(room.data(), 2, room.size() * 8); });
    return {bytes / read, bytes / write};
}

struct Loaded {
    column::Shared<column::Table> table;
    double build_ms = 0;
};

Loaded load(const Firms& firms, std::size_t rows) {
    constexpr std::size_t batch = 1'024;
    column::Editor editor(firms.schema());
    std::vector<rule::Row> made(batch, rule::Row(firms.schema()));
    Loaded loaded;
    for (std::size_t first = 0; first < rows; first += batch) {
        const auto count = std::min(batch, rows - first);
        for (std::size_t i = 0; i < count; ++i)
            firms.fill(first + i, made[i]);
        const auto start = cpu_ms();
        for (std::size_t i = 0; i < count; ++i)
            editor.append(made[i]);
        loaded.build_ms += cpu_ms() - start;
    }
    const auto start = cpu_ms();
    loaded.table = editor.version();
    loaded.build_ms += cpu_ms() - start;
    return loaded;
}

struct RuleSet {
    std::vector<Condition> written;
    std::vector<rule::Program> programs;
    std::vector<const rule::Program*> pointers;
};

RuleSet compiled(const Firms& firms, std::size_t count) {
    RuleSet set;
    set.written = firms.rules(count);
    for (const auto& each : set.written) {
        auto program = rule::compile(each.text, firms.schema());
        base::ensure(program.has_value(), program ? "" : program.error().message.en);
        set.programs.push_back(*std::move(program));
    }
    for (const auto& program : set.programs)
        set.pointers.push_back(&program);
    return set;
}

void pairs(const Settings& settings, Report& report) {
    const Firms firms;
    const auto loaded = load(firms, settings.rows);
    const auto& table = *loaded.table;
    const auto set = compiled(firms, settings.rules);
    std::optional<column::Plan> plan;
    const auto prepare =
        best_ms(5, [&] { plan.emplace(firms.schema(), set.pointers, Firms::today); });
    std::vector<column::Tally> tallies;
    const auto counting = best_ms(9, [&] { tallies = column::tally(table, *plan); });
    // Results go where those of the run before went, so that what is measured is the judging and
    // the writing, not the first touch of memory that the system hands out.
    std::vector<column::Verdicts> verdicts;
    const auto deciding = best_ms(9, [&] { column::decide(table, *plan, verdicts); });
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        const auto holds = static_cast<std::int64_t>(verdicts[i].holds.count());
        base::ensure(holds == tallies[i].holds, "both ways find the same");
    }
    const auto all = static_cast<double>(settings.rows * settings.rules);
    const auto stream = streaming();
    const auto results = all / 8 * 2;
    const auto bound = static_cast<double>(table.bytes()) / stream.read + results / stream.write;
    report.figures = {
        {"prepare", prepare, "ms to make one graph of all rules"},
        {"nodes", static_cast<double>(plan->nodes().size()), "nodes"},
        {"tally", counting, "ms to count"},
        {"tally.rate", all / counting * 1e3, "pairs/s"},
        {"decide", deciding, "ms to keep both bitmaps"},
        {"decide.rate", all / deciding * 1e3, "pairs/s"},
        {"columns", static_cast<double>(table.bytes()), "bytes"},
        {"stream.read", stream.read * 1e3, "bytes/s"},
        {"stream.write", stream.write * 1e3, "bytes/s"},
        {"bound", bound, "ms to read the columns once and write the results"},
        {"bound.share", bound / deciding, "of the bound"}};
    for (std::size_t i = 0; i < settings.rules; ++i)
        report.answers.push_back({set.written[i].sql, tallies[i].holds, tallies[i].unknown});
    if (settings.folder.empty()) return;
    report.table = firms.write(std::filesystem::path(settings.folder) / "firms.csv", settings.rows);
}

// Bytes of a column that a rule about it cannot do without: where codes have bands, those.
double looked_at(const column::Chunk& chunk) {
    const auto rows = chunk.words() * column::word_bits;
    return static_cast<double>(chunk.bands() == nullptr ? chunk.bytes() : rows + rows / 8);
}

void single(const Settings& settings, Report& report) {
    const Firms firms;
    const auto loaded = load(firms, settings.rows);
    const auto set = compiled(firms, settings.rules);
    std::vector<double> times;
    double touched = 0;
    for (const auto* program : set.pointers) {
        times.push_back(best_ms(5, [&] {
            const auto verdicts = column::decide(*loaded.table, *program, Firms::today);
            base::ensure(verdicts.holds.size() == settings.rows, "an answer for every firm");
        }));
        for (const auto place : program->places()) {
            for (const auto& block : loaded.table->blocks())
                touched += looked_at(*block->chunks[place]);
        }
    }
    const auto stream = streaming();
    double sum = 0;
    for (const auto time : times)
        sum += time;
    std::ranges::sort(times);
    const auto count = static_cast<double>(times.size());
    const auto bound =
        touched / count / stream.read + static_cast<double>(settings.rows) / 4 / stream.write;
    report.figures = {
        {"mean", sum / count, "ms a rule"},
        {"p50", times[times.size() / 2], "ms a rule"},
        {"p99", times[times.size() * 99 / 100], "ms a rule"},
        {"most", times.back(), "ms a rule"},
        {"bound", bound, "ms to stream what a rule looks at"},
        {"bound.share", bound / (sum / count), "of the bound"}};
}

void sweep(const Settings& settings, Report& report) {
    const Firms firms;
    const auto loaded = load(firms, settings.rows);
    for (const int per_mille : {1, 10, 100, 500, 900, 990}) {
        for (const std::size_t parts : {std::size_t{1}, std::size_t{4}, std::size_t{12}}) {
            const auto text = firms.of_share(per_mille, parts);
            const auto program = rule::compile(text, firms.schema());
            base::ensure(program.has_value(), "a sweep's rule compiles");
            const auto time = best_ms(7, [&] {
                base::ensure(
                    column::decide(*loaded.table, *program, Firms::today).holds.size() > 0, "rows");
            });
            report.figures.push_back(
                {std::to_string(parts) + " of " + std::to_string(per_mille) + " per mille",
                 time / static_cast<double>(settings.rows) * 1e6,
                 "ns a firm"});
        }
    }
}

double resident_bytes() {
    std::ifstream file("/proc/self/statm");
    double pages = 0;
    file >> pages >> pages;
    return pages * 4'096;
}

void memory(const Settings& settings, Report& report) {
    const Firms firms;
    const auto before = resident_bytes();
    const auto loaded = load(firms, settings.rows);
    report.figures = {
        {"columns", static_cast<double>(loaded.table->bytes()), "bytes"},
        {"resident", resident_bytes() - before, "bytes more than without"},
        {"a firm",
         static_cast<double>(loaded.table->bytes()) / static_cast<double>(settings.rows),
         "bytes"},
        {"rebuild", loaded.build_ms / 1e3, "s from rows"}};
}

std::string shown(const rule::Value& value) {
    if (!rule::known(value)) return "";
    auto text = rule::to_json(value).text;
    std::erase(text, '"');
    return text;
}

void groups(const Settings& settings, Report& report) {
    const Firms firms;
    const auto loaded = load(firms, settings.rows);
    const auto& table = *loaded.table;
    const auto rows = column::all_rows(table);
    for (const auto& wish : firms.groupings()) {
        std::vector<column::Group> found;
        const auto time = best_ms(5, [&] {
            found = column::group_by(table, {wish.keys, wish.measures}, rows);
        });
        GroupAnswer answer{wish.sql, time, {}};
        for (const auto& group : found) {
            std::string line;
            for (const auto& key : group.keys)
                line += shown(key) + ',';
            line += std::to_string(group.rows);
            for (const auto& measure : group.measures)
                line += ',' + (measure.known > 0 ? column::text(*measure.total) : "");
            answer.rows.push_back(std::move(line));
        }
        report.groups.push_back(std::move(answer));
    }
    const auto money = firms.money_place();
    report.figures = {
        {"quantile",
         best_ms(3, [&] { (void)column::quantile(table, money, rows, 900'000); }),
         "ms"},
        {"distinct", best_ms(3, [&] { (void)column::distinct(table, money, rows); }), "ms"},
        {"top 100",
         best_ms(3, [&] { (void)column::top(table, money, rows, 100, column::Order::largest); }),
         "ms"},
        {"summary", best_ms(3, [&] { (void)column::summarize(table, money, rows); }), "ms"}};
    if (settings.folder.empty()) return;
    std::set<std::size_t> places;
    for (const auto& wish : firms.groupings()) {
        places.insert(wish.keys.begin(), wish.keys.end());
        places.insert(wish.measures.begin(), wish.measures.end());
    }
    report.table = firms.write(
        std::filesystem::path(settings.folder) / "firms.csv",
        settings.rows,
        {places.begin(), places.end()});
}

Settings settings_of(int count, char** arguments) {
    Settings settings;
    for (int i = 1; i < count; ++i) {
        const std::string_view word = arguments[i];
        const bool more = i + 1 < count;
        if (word == "--rows" && more) {
            settings.rows = std::strtoull(arguments[++i], nullptr, 10);
        } else if (word == "--rules" && more) {
            settings.rules = std::strtoull(arguments[++i], nullptr, 10);
        } else if (word == "--folder" && more) {
            settings.folder = arguments[++i];
        } else {
            settings.part = word;
        }
    }
    return settings;
}

int run(Settings settings) {
    Report report;
    const auto with = [&](std::size_t rows, std::size_t rules, auto part) {
        if (settings.rows == 0) settings.rows = rows;
        if (settings.rules == 0) settings.rules = rules;
        part(settings, report);
    };
    if (settings.part == "pairs")
        with(100'000, 1'000, pairs);
    else if (settings.part == "single")
        with(1'000'000, 60, single);
    else if (settings.part == "sweep")
        with(1'000'000, 1, sweep);
    else if (settings.part == "memory")
        with(1'000'000, 1, memory);
    else if (settings.part == "groups")
        with(1'000'000, 1, groups);
    else {
        std::fputs(
            "usage: bench_columns pairs|single|sweep|memory|groups [--rows N] [--rules N] "
            "[--folder DIR]\n",
            stderr);
        return 2;
    }
    report.rows = static_cast<std::int64_t>(settings.rows);
    std::puts(base::json::text(report).c_str());
    return 0;
}

} // namespace
} // namespace bench

int main(int count, char** arguments) { return bench::run(bench::settings_of(count, arguments)); }
