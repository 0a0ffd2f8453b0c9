// Durable small commands a second, by the number of clients that wait for them, beside what the
// same disk does when it is asked for nothing but to sync. A small command is one event and one row
// of a projection.
//
//   bench_commands [--folder DIR] [--seconds N] [--json] [--grow ROWS] [--clients N]
//
// --clients measures so many only, instead of 1, 8 and 64. --grow fills the journal with so many
// events first, and says what a rebuild of them takes.
#include "store/database.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <thread>

namespace bench {

struct Noted {
    static constexpr std::string_view kind = "bench.noted";
    std::int64_t client = 0;
    std::string note;
};
BOOST_DESCRIBE_STRUCT(Noted, (), (client, note))

struct Row {
    std::int64_t seq = 0;
    std::int64_t client = 0;
    base::Instant at;
};
BOOST_DESCRIBE_STRUCT(Row, (), (seq, client, at))

struct Figure {
    std::string what;
    std::int64_t clients = 0;
    double per_second = 0;
    double per_sync = 0; // commands in one commit
    double cpu_us =
        0; // of one command, clients and writer together; says more than the rate on a busy machine
    double p50_ms = 0;
    double p99_ms = 0;
};
BOOST_DESCRIBE_STRUCT(Figure, (), (what, clients, per_second, per_sync, cpu_us, p50_ms, p99_ms))

struct Report {
    double syncs_per_second = 0;
    double sync_ms = 0;
    std::vector<Figure> figures;
};
BOOST_DESCRIBE_STRUCT(Report, (), (syncs_per_second, sync_ms, figures))

static void apply(store::Transaction& tx, const Noted& event) {
    tx.insert("bench_note", Row{.seq = tx.event().seq, .client = event.client, .at = tx.now()});
}

namespace {

namespace fs = std::filesystem;

struct Settings {
    fs::path folder = fs::temp_directory_path();
    double seconds = 3;
    bool json = false;
    std::int64_t grow = 0;
    std::vector<std::int64_t> clients{1, 8, 64};
};

double seconds_since(std::int64_t start_ns) {
    return static_cast<double>(base::monotonic_ns() - start_ns) / 1e9;
}

double cpu_us() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto us = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
    };
    return us(used.ru_utime) + us(used.ru_stime);
}

// A file that was written once is overwritten piece by piece, each followed by fdatasync, as a log
// is.
double syncs_per_second(const Settings& settings) {
    const auto file = settings.folder / "bench-sync";
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
    base::ensure(descriptor >= 0, "the folder takes a file");
    const std::vector<char> piece(4096, 'x');
    constexpr int pieces = 2048;
    for (int i = 0; i < pieces; ++i)
        (void)!::write(descriptor, piece.data(), piece.size());
    ::fsync(descriptor);
    const auto start = base::monotonic_ns();
    std::int64_t count = 0;
    while (seconds_since(start) < settings.seconds / 2) {
        (void)!::pwrite(
            descriptor, piece.data(), piece.size(), (count % pieces) * std::ssize(piece));
        ::fdatasync(descriptor);
        ++count;
    }
    const double rate = static_cast<double>(count) / seconds_since(start);
    ::close(descriptor);
    fs::remove(file);
    return rate;
}

// What the clients of one measurement share.
struct Measurement {
    store::Database& database;
    std::int64_t end_ns;
    std::string mark; // makes command ids unique among measurements
    std::mutex mutex;
    std::vector<double> waits_ms;
};

store::Command command_of(
    const Measurement& measurement, std::int64_t client, std::int64_t number) {
    store::Command command;
    command.id = measurement.mark + std::to_string(client) + '-' + std::to_string(number);
    return command;
}

store::Database::Work note(std::int64_t client) {
    return [client](store::Transaction& tx) -> base::Result<std::string> {
        tx.publish(
            Noted{
                .client = client,
                .note = "about as long as a small event is: a hundred characters or so"},
            "");
        return std::string();
    };
}

void keep_waits(Measurement& measurement, const std::vector<double>& waits_ms) {
    const std::lock_guard lock(measurement.mutex);
    measurement.waits_ms.insert(measurement.waits_ms.end(), waits_ms.begin(), waits_ms.end());
}

// A thread a client, blocked in write().
void run_blocked(Measurement& measurement, std::int64_t clients) {
    std::vector<std::thread> threads;
    for (std::int64_t client = 0; client < clients; ++client) {
        threads.emplace_back([&measurement, client] {
            std::vector<double> waits_ms;
            for (std::int64_t number = 0; base::monotonic_ns() < measurement.end_ns; ++number) {
                const auto start = base::monotonic_ns();
                const auto answer = measurement.database.write(
                    command_of(measurement, client, number), note(client));
                base::ensure(answer.has_value(), "a small command succeeds");
                waits_ms.push_back(seconds_since(start) * 1e3);
            }
            keep_waits(measurement, waits_ms);
        });
    }
    for (auto& thread : threads)
        thread.join();
}

// Clients as an event loop has them: an answer goes back to the one thread that serves all clients,
// and the client's next command is sent from there.
void run_looped(Measurement& measurement, std::int64_t clients) {
    std::mutex mutex;
    std::condition_variable some;
    std::vector<std::int64_t> answered;
    std::vector<std::int64_t> numbers(static_cast<std::size_t>(clients));
    std::vector<std::int64_t> starts(static_cast<std::size_t>(clients));
    std::vector<double> waits_ms;
    const auto send = [&](std::int64_t client) {
        const auto place = static_cast<std::size_t>(client);
        starts[place] = base::monotonic_ns();
        auto done = [&, client](const base::Result<store::Receipt>& answer) {
            base::ensure(answer.has_value(), "a small command succeeds");
            // Notified under the lock: the loop may end, and with it what is notified, as soon as
            // it is let go.
            const std::lock_guard lock(mutex);
            answered.push_back(client);
            if (answered.size() == 1) some.notify_one();
        };
        measurement.database.submit(
            command_of(measurement, client, numbers[place]++), note(client), std::move(done));
    };
    for (std::int64_t client = 0; client < clients; ++client)
        send(client);
    auto running = clients;
    std::vector<std::int64_t> taken;
    while (running > 0) {
        taken.clear();
        {
            std::unique_lock lock(mutex);
            some.wait(lock, [&] { return !answered.empty(); });
            taken.swap(answered);
        }
        for (const auto client : taken) {
            waits_ms.push_back(seconds_since(starts[static_cast<std::size_t>(client)]) * 1e3);
            if (base::monotonic_ns() < measurement.end_ns) {
                send(client);
            } else {
                --running;
            }
        }
    }
    keep_waits(measurement, waits_ms);
}

using Run = void (*)(Measurement&, std::int64_t);

// The database under measurement, and how often it has committed.
struct Bench {
    Settings settings;
    std::unique_ptr<store::Database> database;
    std::atomic<std::int64_t> commits = 0;
    std::int64_t answers = 0; // given by it so far
};

Figure measure(Bench& bench, const char* what, Run run, std::int64_t clients) {
    const auto commits = bench.commits.load();
    const auto start = base::monotonic_ns();
    Measurement measurement{
        .database = *bench.database,
        .end_ns = start + static_cast<std::int64_t>(bench.settings.seconds * 1e9),
        .mark = base::random_hex(8) + '-',
        .mutex = {},
        .waits_ms = {}};
    const double cpu_before_us = cpu_us();
    run(measurement, clients);
    const double took = seconds_since(start);
    auto& waits = measurement.waits_ms;
    std::ranges::sort(waits);
    const auto count = static_cast<double>(waits.size());
    bench.answers += std::ssize(waits);
    return {
        .what = what,
        .clients = clients,
        .per_second = count / took,
        .per_sync = count / static_cast<double>(bench.commits - commits),
        .cpu_us = (cpu_us() - cpu_before_us) / count,
        .p50_ms = waits[waits.size() / 2],
        .p99_ms = waits[waits.size() * 99 / 100]};
}

// Fills the journal through commands, a thousand events each; events a second.
Figure grow(Bench& bench) {
    const auto start = base::monotonic_ns();
    const auto many = [](store::Transaction& tx) -> base::Result<std::string> {
        for (int i = 0; i < 1000; ++i)
            tx.publish(Noted{.client = i, .note = "one of many"}, "");
        return std::string();
    };
    const auto mark = base::random_hex(8);
    for (std::int64_t i = 0; i < bench.settings.grow / 1000; ++i) {
        (void)bench.database->write(store::Command::internal(mark + std::to_string(i)), many);
    }
    const auto rows = static_cast<double>(bench.settings.grow);
    return {.what = "grow", .clients = 1, .per_second = rows / seconds_since(start)};
}

Figure rebuild(Bench& bench) {
    const auto start = base::monotonic_ns();
    const auto count = bench.database->rebuild();
    return {
        .what = "rebuild",
        .clients = 1,
        .per_second = static_cast<double>(count.value()) / seconds_since(start)};
}

// Opening reads every answer that was ever given; answers a second.
Figure reopen(Bench& bench, const fs::path& file, const std::function<store::Schema()>& schema) {
    static const base::SystemClock clock;
    bench.database.reset();
    const auto start = base::monotonic_ns();
    bench.database = store::Database::open({.file = file}, schema(), clock).value();
    const double took = seconds_since(start);
    return {
        .what = "open",
        .clients = 1,
        .per_second = static_cast<double>(bench.answers) / took,
        .p50_ms = took * 1e3};
}

Settings settings_of(int count, char** arguments) {
    Settings settings;
    for (int i = 1; i < count; ++i) {
        const std::string_view word = arguments[i];
        const bool more = i + 1 < count;
        if (word == "--json") {
            settings.json = true;
        } else if (word == "--folder" && more) {
            settings.folder = arguments[++i];
        } else if (word == "--seconds" && more) {
            settings.seconds = std::strtod(arguments[++i], nullptr);
        } else if (word == "--grow" && more) {
            settings.grow = std::strtoll(arguments[++i], nullptr, 10);
        } else if (word == "--clients" && more) {
            settings.clients = {std::strtoll(arguments[++i], nullptr, 10)};
        } else {
            std::fputs(
                "usage: bench_commands [--folder DIR] [--seconds N] [--json] [--grow ROWS] "
                "[--clients N]\n",
                stderr);
            std::exit(2);
        }
    }
    return settings;
}

void print(const Report& report) {
    std::printf("raw fdatasync: %.0f/s (%.3f ms)\n", report.syncs_per_second, report.sync_ms);
    for (const auto& figure : report.figures) {
        std::printf(
            "%-8s %3d clients %9.0f/s  %5.1f a commit  %5.1f × the sync rate  cpu %5.1f us  p50 "
            "%.3f ms  p99 %.3f ms\n",
            figure.what.c_str(),
            static_cast<int>(figure.clients),
            figure.per_second,
            figure.per_sync,
            figure.per_second / report.syncs_per_second,
            figure.cpu_us,
            figure.p50_ms,
            figure.p99_ms);
    }
}

void run(const Settings& settings) {
    const auto file = settings.folder / ("bench-" + base::random_hex(8) + ".db");
    const auto schema = [] {
        store::Schema made;
        made.module(
            "bench",
            "create table bench_note (seq integer primary key, client integer not null, at integer "
            "not null)");
        made.on<Noted>();
        return made;
    };
    const base::SystemClock clock;
    Bench bench{.settings = settings, .database = nullptr, .commits = 0, .answers = 0};
    bench.database = store::Database::open({.file = file}, schema(), clock).value();
    bench.database->listen([&](std::span<const store::Event>) { ++bench.commits; });
    Report report;
    report.syncs_per_second = syncs_per_second(settings);
    report.sync_ms = 1e3 / report.syncs_per_second;
    if (settings.grow > 0) report.figures.push_back(grow(bench));
    for (const auto clients : settings.clients) {
        report.figures.push_back(measure(bench, "blocked", run_blocked, clients));
        report.figures.push_back(measure(bench, "looped", run_looped, clients));
    }
    if (settings.grow > 0) report.figures.push_back(rebuild(bench));
    report.figures.push_back(reopen(bench, file, schema));
    if (settings.json) {
        std::puts(base::json::text(report).c_str());
    } else {
        print(report);
    }
    bench.database.reset();
    for (const auto* suffix : {"", "-wal", "-shm", ".lock"})
        fs::remove(file.string() + suffix);
}

} // namespace
} // namespace bench

int main(int count, char** arguments) {
    bench::run(bench::settings_of(count, arguments));
    return 0;
}
