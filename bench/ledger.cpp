// The ledger: acts a second in memory, durable in batches, one by one, on time, signed; and what a
// rebuild and a larger ledger cost. Every act is decided against accounts that may not go below
// zero, and its id is looked for among those used before.
//
//   bench_ledger [--folder DIR] [--seconds N] [--accounts N] [--grow N[,N…]] [--rebuild] [--acts N]
//                [--json]
//
// --accounts: in the durable ledger (100,000). --grow: the same batches with so many accounts.
// --rebuild: opens again and makes all tables again from the journal at the end; after so many
// --acts.
#include "domain/account/account.hpp"
#include "engine/ledger/text.hpp"
#include "engine/seal/key.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <random>
#include <thread>

namespace bench {
namespace {

namespace fs = std::filesystem;
using ledger::AccountId;
using ledger::Act;

struct Figure {
    std::string what;
    std::int64_t accounts = 0;
    std::int64_t acts = 0;
    double per_second = 0;
    double cpu_us = 0; // of one act, all threads together
    double p50_ms = 0;
    double p99_ms = 0;
};
BOOST_DESCRIBE_STRUCT(Figure, (), (what, accounts, acts, per_second, cpu_us, p50_ms, p99_ms))

struct Report {
    double syncs_per_second = 0;
    double sync_p50_ms = 0;
    double sync_p99_ms = 0;
    std::vector<Figure> figures;
};
BOOST_DESCRIBE_STRUCT(Report, (), (syncs_per_second, sync_p50_ms, sync_p99_ms, figures))

struct Settings {
    fs::path folder = fs::temp_directory_path();
    double seconds = 3;
    std::int64_t accounts = 100'000;
    std::vector<std::int64_t> grow;
    bool rebuild = false;
    std::int64_t acts = 0;
    bool json = false;
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

// Starts counting when it is made.
class Watch {
public:
    [[nodiscard]] double seconds() const { return seconds_since(start_ns_); }

    [[nodiscard]] Figure figure(std::string what, std::int64_t accounts, std::int64_t acts) const {
        const auto count = static_cast<double>(acts);
        return {
            .what = std::move(what),
            .accounts = accounts,
            .acts = acts,
            .per_second = count / seconds(),
            .cpu_us = (cpu_us() - cpu_us_) / count};
    }

private:
    std::int64_t start_ns_ = base::monotonic_ns();
    double cpu_us_ = cpu_us();
};

void put_waits(Figure& figure, std::vector<double>& waits_ms) {
    std::ranges::sort(waits_ms);
    figure.p50_ms = waits_ms[waits_ms.size() / 2];
    figure.p99_ms = waits_ms[waits_ms.size() * 99 / 100];
}

// The disk asked for nothing but to sync 4 KiB.
void measure_syncs(const Settings& settings, Report& report) {
    const auto file = settings.folder / "bench-sync";
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
    base::ensure(descriptor >= 0, "the folder takes a file");
    const std::vector<char> piece(4096, 'x');
    constexpr int pieces = 512;
    for (int i = 0; i < pieces; ++i)
        (void)!::write(descriptor, piece.data(), piece.size());
    ::fsync(descriptor);
    std::vector<double> waits_ms;
    for (const Watch watch; watch.seconds() < settings.seconds / 2;) {
        const Watch one;
        (void)!::pwrite(
            descriptor, piece.data(), piece.size(), std::ssize(waits_ms) % pieces * 4096);
        ::fdatasync(descriptor);
        waits_ms.push_back(one.seconds() * 1e3);
    }
    ::close(descriptor);
    fs::remove(file);
    report.syncs_per_second = static_cast<double>(waits_ms.size()) / (settings.seconds / 2);
    Figure figure;
    put_waits(figure, waits_ms);
    report.sync_p50_ms = figure.p50_ms;
    report.sync_p99_ms = figure.p99_ms;
}

// Transfers between accounts 2 … n; account 1 has funded them all. `hot`: every one is credited to
// account 2.
class Transfers {
public:
    Transfers(std::int64_t accounts, bool hot)
        : accounts_(accounts)
        , hot_(hot) {}

    Act next(std::int64_t id) {
        const auto some = [&] {
            const auto number = random_() % static_cast<std::uint64_t>(accounts_ - 2);
            return AccountId{3 + static_cast<std::int64_t>(number)};
        };
        const auto debit = some();
        auto credit = hot_ ? AccountId{2} : some();
        if (credit == debit) credit = {2};
        return ledger::transfer({.debit = debit, .credit = credit, .amount = 1, .id = {id}});
    }

private:
    std::mt19937_64 random_{20'261'126};
    std::int64_t accounts_;
    bool hot_;
};

constexpr ledger::Amount funds_of_each = 1'000'000;

Figure in_memory(const Settings& settings, std::int64_t accounts, bool hot) {
    ledger::Book book;
    for (std::int64_t id = 1; id <= accounts; ++id) {
        book.put(ledger::Account{
            .id = {id},
            .series = {1},
            .debit_limit = id == 1 ? ledger::unlimited : 0,
            .credits_posted = id == 1 ? 0 : funds_of_each});
    }
    Transfers source(accounts, hot);
    std::vector<std::vector<Act>> batches(200);
    std::int64_t next = 1;
    for (auto& batch : batches) {
        for (std::size_t i = 0; i < ledger::batch_most; ++i)
            batch.push_back(source.next(next++));
    }
    std::vector<ledger::Outcome> outcomes;
    std::int64_t count = 0;
    ledger::Stamp stamp = 1;
    const Watch watch;
    for (const auto& batch : batches) {
        book.post(batch, stamp, outcomes);
        base::ensure(book.lines().size() == batch.size() && outcomes.back().fine(), "all are done");
        book.forget_lines();
        stamp += std::ssize(batch);
        count += std::ssize(batch);
        if (watch.seconds() > settings.seconds) break;
    }
    return watch.figure(hot ? "memory, one hot account" : "memory", accounts, count);
}

// A durable ledger of its own, which goes with the object.
class Durable {
public:
    Durable(const Settings& settings, std::int64_t accounts)
        : file_(settings.folder / ("bench-" + base::random_hex(8) + ".db"))
        , accounts_(accounts) {
        open();
        fund();
    }

    Durable(const Durable&) = delete;
    Durable& operator=(const Durable&) = delete;

    ~Durable() {
        database_.reset();
        for (const auto* suffix : {"", "-wal", "-shm", ".lock"})
            fs::remove(file_.string() + suffix);
    }

    void open() {
        store::Schema schema;
        account::declare(schema);
        database_ = store::Database::open({.file = file_}, std::move(schema), clock_).value();
    }

    void close() { database_.reset(); }

    [[nodiscard]] store::Database& database() { return *database_; }

    [[nodiscard]] std::int64_t accounts() const { return accounts_; }

    std::int64_t next_id() { return next_id_++; }

    Figure batches(double seconds, bool hot) {
        const Watch watch;
        const auto count = post_while([&](std::int64_t) { return watch.seconds() < seconds; }, hot);
        return watch.figure(
            hot ? "durable batches, one hot account" : "durable batches", accounts_, count);
    }

    // Until the ledger has so many acts.
    void post_until(std::int64_t acts) {
        const auto before = next_id_ - first_id;
        (void)post_while([&](std::int64_t count) { return before + count < acts; }, false);
    }

private:
    // Batches from two clients, each of which waits for its own; the number of acts.
    std::int64_t post_while(const std::function<bool(std::int64_t)>& more, bool hot) {
        std::atomic<std::int64_t> count = 0;
        std::mutex mutex;
        Transfers source(accounts_, hot);
        const auto client = [&] {
            account::Accounts accounts(*database_);
            std::vector<ledger::Outcome> outcomes;
            while (more(count)) {
                std::vector<Act> acts;
                {
                    const std::lock_guard lock(mutex);
                    while (acts.size() < ledger::batch_most)
                        acts.push_back(source.next(next_id()));
                }
                const auto id = "batch " + std::to_string(acts.front().id.value);
                const auto done = accounts.post_batch(store::Command::internal(id), acts, outcomes);
                base::ensure(done.has_value() && outcomes.front().fine(), "a batch is posted");
                count += std::ssize(acts);
            }
        };
        std::thread other(client);
        client();
        other.join();
        return count;
    }

    void fund() {
        for (std::int64_t opened = 0; opened < accounts_;) {
            const auto until = std::min(accounts_, opened + std::int64_t{ledger::batch_most});
            const auto work = [&](store::Transaction& tx) -> base::Result<std::string> {
                if (opened == 0) (void)account::open_series(tx, {.label = "bench"});
                std::vector<account::Open> wishes;
                for (auto id = opened + 1; id <= until; ++id) {
                    wishes.push_back(
                        {.series = {1},
                         .role = "holding",
                         .about = id,
                         .debit_limit = id == 1 ? ledger::unlimited : 0});
                }
                const auto ids = TRY(account::open_many(tx, wishes));
                std::vector<Act> acts;
                for (const auto id : ids) {
                    if (id.value == 1) continue;
                    acts.push_back(ledger::transfer(
                        {.debit = {1}, .credit = id, .amount = funds_of_each, .id = {next_id()}}));
                }
                (void)TRY(account::post(tx, std::move(acts)));
                return std::string();
            };
            const auto done =
                database_->write(store::Command::internal("fund " + std::to_string(opened)), work);
            base::ensure(done.has_value(), "accounts are funded");
            opened = until;
        }
    }

    fs::path file_;
    base::SystemClock clock_;
    std::int64_t accounts_;
    static constexpr std::int64_t first_id = std::int64_t{1} << 62;
    std::int64_t next_id_ = first_id;
    std::unique_ptr<store::Database> database_;
};

store::Database::Work post_one(Act act) {
    return [act](store::Transaction& tx) -> base::Result<std::string> {
        auto done = account::post(tx, {act});
        if (!done) return std::move(done).error();
        return std::string();
    };
}

store::Command command_for(const Act& act) {
    store::Command command;
    command.id = "act " + std::to_string(act.id.value);
    return command;
}

// Counts answers, and lets one thread wait for them.
class Answers {
public:
    void put(double wait_ms) {
        const std::lock_guard lock(mutex_);
        waits_ms_.push_back(wait_ms);
        changed_.notify_one();
    }

    // Until all but `most` of `sent` are answered.
    void wait(std::int64_t sent, std::int64_t most) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return sent - std::ssize(waits_ms_) <= most; });
    }

    [[nodiscard]] std::vector<double>& waits_ms() { return waits_ms_; }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<double> waits_ms_;
};

// One act a command, at most `waiting` of them unanswered.
Figure one_by_one(Durable& durable, double seconds, std::int64_t waiting) {
    Transfers source(durable.accounts(), true);
    Answers answers;
    std::int64_t sent = 0;
    const Watch watch;
    while (watch.seconds() < seconds) {
        const auto act = source.next(durable.next_id());
        const Watch one;
        durable.database().submit(
            command_for(act),
            post_one(act),
            [&answers, one](const base::Result<store::Receipt>& done) {
                base::ensure(done.has_value(), "a transfer is posted");
                answers.put(one.seconds() * 1e3);
            });
        answers.wait(++sent, waiting - 1);
    }
    answers.wait(sent, 0);
    auto figure = watch.figure(
        "one by one, " + std::to_string(waiting) + " waiting", durable.accounts(), sent);
    put_waits(figure, answers.waits_ms());
    return figure;
}

// So many acts a second, whatever becomes of those before: a wait is counted from the moment the
// act was due to be sent, so that a pause of the program counts for all who came meanwhile.
Figure on_time(Durable& durable, double seconds, double per_second) {
    Transfers source(durable.accounts(), true);
    Answers answers;
    const auto start = base::monotonic_ns();
    const auto count = static_cast<std::int64_t>(seconds * per_second);
    const Watch watch;
    for (std::int64_t i = 0; i < count; ++i) {
        const auto due =
            start + static_cast<std::int64_t>(static_cast<double>(i) * 1e9 / per_second);
        if (const auto early = due - base::monotonic_ns(); early > 0)
            std::this_thread::sleep_for(std::chrono::nanoseconds(early));
        const auto act = source.next(durable.next_id());
        durable.database().submit(
            command_for(act),
            post_one(act),
            [&answers, due](const base::Result<store::Receipt>& done) {
                base::ensure(done.has_value(), "a transfer is posted");
                answers.put(seconds_since(due) * 1e3);
            });
    }
    answers.wait(count, 0);
    auto figure = watch.figure("on time, 1,000 a second", durable.accounts(), count);
    put_waits(figure, answers.waits_ms());
    return figure;
}

struct Request {
    std::string text; // the act, as engine/ledger/text.hpp writes it
    std::string signature;
};

// Requests signed by an institution's Ed25519 key: two threads verify and read them and hand them
// to the one writer.
Figure signed_requests(Durable& durable, double seconds) {
    const auto key = seal::PrivateKey::generate(seal::Algorithm::ed25519);
    Transfers source(durable.accounts(), true);
    std::vector<Request> requests(static_cast<std::size_t>(seconds * 12'000));
    for (auto& request : requests) {
        ledger::write_act(request.text, source.next(durable.next_id()));
        request.signature = key.sign(request.text);
    }
    Answers answers;
    std::atomic<std::size_t> next = 0;
    std::atomic<std::int64_t> sent = 0;
    const Watch watch;
    const auto verify = [&] {
        for (auto i = next++; i < requests.size() && watch.seconds() < seconds; i = next++) {
            const auto& request = requests[i];
            base::ensure(
                key.public_key().verify(request.text, request.signature), "the signature holds");
            const auto act = ledger::read_acts(request.text).value().front();
            ++sent;
            durable.database().submit(
                command_for(act), post_one(act), [&](const base::Result<store::Receipt>& done) {
                    base::ensure(done.has_value(), "a signed transfer is posted");
                    answers.put(0);
                });
        }
    };
    std::thread other(verify);
    verify();
    other.join();
    answers.wait(sent, 0);
    return watch.figure("signed, one by one", durable.accounts(), sent);
}

std::vector<Figure> rebuild(Durable& durable) {
    std::int64_t acts = 0;
    acts = durable.database().read([](const store::Snapshot& db) {
        return *db.row<std::int64_t>("select sum(acts) from account_line");
    });
    const Watch opening;
    durable.close();
    durable.open();
    auto opened = opening.figure("open", durable.accounts(), acts);
    opened.p50_ms = opening.seconds() * 1e3;
    const Watch watch;
    base::ensure(durable.database().rebuild().has_value(), "the tables are made again");
    return {opened, watch.figure("rebuild", durable.accounts(), acts)};
}

Settings settings_of(int count, char** arguments) {
    Settings settings;
    for (int i = 1; i < count; ++i) {
        const std::string_view word = arguments[i];
        const char* next = i + 1 < count ? arguments[i + 1] : nullptr;
        if (word == "--json") {
            settings.json = true;
        } else if (word == "--rebuild") {
            settings.rebuild = true;
        } else if (next == nullptr) {
            std::fprintf(stderr, "bench_ledger: what is %s?\n", arguments[i]);
            std::exit(2);
        } else {
            ++i;
            if (word == "--folder") settings.folder = next;
            if (word == "--seconds") settings.seconds = std::strtod(next, nullptr);
            if (word == "--acts") settings.acts = std::strtoll(next, nullptr, 10);
            if (word == "--accounts") settings.accounts = std::strtoll(next, nullptr, 10);
            for (const char* at = word == "--grow" ? next : ""; *at != 0;) {
                char* end = nullptr;
                settings.grow.push_back(std::strtoll(at, &end, 10));
                at = *end == ',' ? end + 1 : "";
            }
        }
    }
    return settings;
}

void print(const Report& report) {
    std::printf(
        "raw fdatasync: %.0f/s, p50 %.2f ms, p99 %.2f ms\n",
        report.syncs_per_second,
        report.sync_p50_ms,
        report.sync_p99_ms);
    for (const auto& figure : report.figures) {
        std::printf(
            "%-34s %9lld accounts %9lld acts %10.0f/s  cpu %7.3f us  p50 %8.2f ms  p99 %8.2f ms\n",
            figure.what.c_str(),
            static_cast<long long>(figure.accounts),
            static_cast<long long>(figure.acts),
            figure.per_second,
            figure.cpu_us,
            figure.p50_ms,
            figure.p99_ms);
    }
}

void run(const Settings& settings) {
    Report report;
    measure_syncs(settings, report);
    auto& figures = report.figures;
    for (const bool hot : {false, true})
        figures.push_back(in_memory(settings, settings.accounts, hot));
    {
        Durable durable(settings, settings.accounts);
        for (const bool hot : {false, true})
            figures.push_back(durable.batches(settings.seconds, hot));
        for (const std::int64_t waiting : {1, 64})
            figures.push_back(one_by_one(durable, settings.seconds, waiting));
        figures.push_back(on_time(durable, settings.seconds, 1000));
        figures.push_back(signed_requests(durable, settings.seconds));
        if (settings.rebuild) {
            durable.post_until(settings.acts);
            for (auto& figure : rebuild(durable))
                figures.push_back(std::move(figure));
        }
    }
    for (const auto accounts : settings.grow) {
        figures.push_back(in_memory(settings, accounts, false));
        Durable durable(settings, accounts);
        figures.push_back(durable.batches(settings.seconds, false));
        figures.push_back(durable.batches(settings.seconds, true));
    }
    if (settings.json) {
        std::puts(base::json::text(report).c_str());
    } else {
        print(report);
    }
}

} // namespace
} // namespace bench

int main(int count, char** arguments) {
    bench::run(bench::settings_of(count, arguments));
    return 0;
}
