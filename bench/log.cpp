// How fast events become entries of the verifiable log, how long until a signed checkpoint covers
// them, and what checking costs.
//
//   bench_log [--folder DIR] [--seconds N] [--json]
//
// Entries are made by durable commands of one small event each, as many in flight as share a
// commit, while a signer signs the tree every 50 ms, as jobs::Sealer does. Then the log is audited
// from its tiles, and signatures are made and checked one after another on one thread.
#include "base/digest.hpp"
#include "domain/evidence/evidence.hpp"
#include "domain/evidence/keeper.hpp"
#include "engine/tlog/audit.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <thread>

namespace bench {

struct Act {
    static constexpr std::string_view kind = "bench.act";
    std::int64_t number = 0;
    std::string note;
};
BOOST_DESCRIBE_STRUCT(Act, (), (number, note))

struct Algorithm {
    std::string name;
    double sign_per_second = 0;
    double verify_per_second = 0;
};
BOOST_DESCRIBE_STRUCT(Algorithm, (), (name, sign_per_second, verify_per_second))

struct LogReport {
    double entries_per_second = 0;
    double plain_per_second = 0; // the same commands without the log
    double p50_ms = 0;           // from a command's answer to a signed checkpoint that covers it
    double p99_ms = 0;
    double most_ms = 0;
    double checkpoints_per_second = 0;
    double audit_entries_per_second = 0;
    std::int64_t entries = 0;
    std::vector<Algorithm> algorithms;
};
BOOST_DESCRIBE_STRUCT(
    LogReport,
    (),
    (entries_per_second,
     plain_per_second,
     p50_ms,
     p99_ms,
     most_ms,
     checkpoints_per_second,
     audit_entries_per_second,
     entries,
     algorithms))

static void apply(store::Transaction& /*tx*/, const Act& /*event*/) {}

namespace {

constexpr std::size_t in_flight_most = 2048;
constexpr std::int64_t seal_gap_ms = 50;
constexpr double ms_per_ns = 1e-6;
constexpr double s_per_ns = 1e-9;

// Commands one after another, at most so many waiting for their answer.
class Load {
public:
    explicit Load(store::Database& database)
        : database_(database) {}

    void run(std::int64_t until_ns) {
        for (std::int64_t number = 0; base::monotonic_ns() < until_ns; ++number) {
            std::unique_lock lock(mutex_);
            room_.wait(lock, [&] { return flying_ < in_flight_most; });
            ++flying_;
            lock.unlock();
            submit(number);
        }
        std::unique_lock lock(mutex_);
        room_.wait(lock, [&] { return flying_ == 0; });
    }

    // The times of the answers, in the order of the events.
    [[nodiscard]] const std::vector<std::int64_t>& answered() const { return answered_; }

private:
    void submit(std::int64_t number) {
        database_.submit(
            store::Command::internal("act " + std::to_string(number)),
            [number](store::Transaction& tx) -> base::Result<std::string> {
                tx.publish(
                    Act{number, "receivable confirmed by its debtor"}, std::to_string(number));
                return std::string();
            },
            [this](const base::Result<store::Receipt>& receipt) {
                base::ensure(receipt.has_value(), "the command is taken");
                const std::scoped_lock lock(mutex_);
                answered_.push_back(base::monotonic_ns());
                --flying_;
                room_.notify_one();
            });
    }

    store::Database& database_;
    std::mutex mutex_;
    std::condition_variable room_;
    std::size_t flying_ = 0;
    std::vector<std::int64_t> answered_;
};

struct Signed {
    std::uint64_t size = 0;
    std::int64_t at_ns = 0;
};

std::unique_ptr<store::Database> open_database(
    const std::filesystem::path& file, bool with_log, const base::Clock& clock) {
    store::Schema schema;
    schema.on<Act>();
    if (with_log) evidence::declare(schema);
    return *store::Database::open({.file = file}, std::move(schema), clock);
}

// Signs the tree as it stands, again and again, until told to stop and everything is covered.
std::vector<Signed> sign_on(
    store::Database& database, evidence::Keeper& keeper, const std::atomic<bool>& done) {
    std::vector<Signed> all;
    while (true) {
        const bool last = done;
        database.read([&](const store::Snapshot& db) {
            auto tree = evidence::tree(db, evidence::size(db));
            const auto made = keeper.sign(tree);
            base::ensure(made.has_value(), "the tree is signed");
            all.push_back({tree.size(), base::monotonic_ns()});
        });
        if (last) return all;
        std::this_thread::sleep_for(std::chrono::milliseconds(seal_gap_ms));
    }
}

void measure_growth(LogReport& report, const std::filesystem::path& folder, double seconds) {
    const base::SystemClock clock;
    const auto length_ns = static_cast<std::int64_t>(seconds / s_per_ns);
    {
        const auto plain = open_database(folder / "plain.sqlite", false, clock);
        Load load(*plain);
        const auto begun = base::monotonic_ns();
        load.run(begun + length_ns / 2);
        const auto taken = static_cast<double>(base::monotonic_ns() - begun) * s_per_ns;
        report.plain_per_second = static_cast<double>(load.answered().size()) / taken;
    }
    const auto database = open_database(folder / "log.sqlite", true, clock);
    base::ensure(evidence::Keeper::create(folder, "bench/log").has_value(), "keys are made");
    auto keeper = *evidence::Keeper::open(folder);
    std::atomic<bool> done = false;
    std::vector<Signed> checkpoints;
    std::thread signer([&] { checkpoints = sign_on(*database, keeper, done); });
    Load load(*database);
    const auto begun = base::monotonic_ns();
    load.run(begun + length_ns);
    const auto taken = static_cast<double>(base::monotonic_ns() - begun) * s_per_ns;
    done = true;
    signer.join();
    report.entries = static_cast<std::int64_t>(load.answered().size());
    report.entries_per_second = static_cast<double>(report.entries) / taken;
    report.checkpoints_per_second = static_cast<double>(checkpoints.size()) / taken;
    std::vector<double> waits;
    auto covering = checkpoints.begin();
    for (std::size_t i = 0; i < load.answered().size(); ++i) {
        while (covering->size <= i)
            ++covering;
        const auto wait = covering->at_ns - load.answered()[i];
        waits.push_back(std::max(0.0, static_cast<double>(wait) * ms_per_ns));
    }
    std::ranges::sort(waits);
    report.p50_ms = waits[waits.size() / 2];
    report.p99_ms = waits[waits.size() * 99 / 100];
    report.most_ms = waits.back();
    const auto trust = tlog::Trust::of(keeper.verifiers()[0]);
    const auto audit_begun = base::monotonic_ns();
    database->read([&](const store::Snapshot& db) {
        const auto audit = tlog::audit(
            [&](const std::string& path) -> base::Result<std::string> {
                if (path == "checkpoint") return tlog::note_text((*keeper.head())->note);
                return evidence::tile(db, *tlog::read_tile_path(path));
            },
            trust);
        base::ensure(audit.has_value(), "the log is sound");
    });
    const auto audited = static_cast<double>(base::monotonic_ns() - audit_begun) * s_per_ns;
    report.audit_entries_per_second = static_cast<double>(report.entries) / audited;
}

template <class F>
double rate(double seconds, F&& f) {
    const auto begun = base::monotonic_ns();
    const auto until = begun + static_cast<std::int64_t>(seconds / s_per_ns);
    std::int64_t count = 0;
    auto now = begun;
    for (; now < until; now = base::monotonic_ns(), ++count)
        f();
    return static_cast<double>(count) / (static_cast<double>(now - begun) * s_per_ns);
}

Algorithm measure_key(const char* name, seal::Algorithm algorithm, double seconds) {
    const auto key = seal::PrivateKey::generate(algorithm);
    const std::string message(160, 'm'); // about a checkpoint
    const auto signature = key.sign(message);
    return {
        .name = name,
        .sign_per_second = rate(seconds, [&] { (void)key.sign(message); }),
        .verify_per_second = rate(seconds, [&] {
            base::ensure(key.public_key().verify(message, signature), "a signature holds");
        })};
}

} // namespace
} // namespace bench

int main(int count, char** values) {
    std::filesystem::path folder = std::filesystem::temp_directory_path();
    double seconds = 4;
    bool json = false;
    for (int i = 1; i < count; ++i) {
        if (std::strcmp(values[i], "--json") == 0) json = true;
        if (i + 1 == count) break;
        if (std::strcmp(values[i], "--folder") == 0) folder = values[i + 1];
        if (std::strcmp(values[i], "--seconds") == 0) seconds = std::atof(values[i + 1]);
    }
    bench::LogReport report;
    const auto room = folder / ("bench-log-" + base::random_hex(8));
    std::filesystem::create_directories(room);
    bench::measure_growth(report, room, seconds);
    std::filesystem::remove_all(room);
    const auto share = seconds / 8;
    report.algorithms.push_back(bench::measure_key("ed25519", seal::Algorithm::ed25519, share));
    report.algorithms.push_back(bench::measure_key("sm2_sm3", seal::Algorithm::sm2_sm3, share));
    if (json) {
        std::puts(base::json::text(report).c_str());
        return 0;
    }
    std::printf(
        "%.0f entries/s (%.0f commands/s without a log), signed after %.1f ms p50, %.1f ms p99, "
        "%.1f ms at most; audit %.0f entries/s\n",
        report.entries_per_second,
        report.plain_per_second,
        report.p50_ms,
        report.p99_ms,
        report.most_ms,
        report.audit_entries_per_second);
    for (const auto& each : report.algorithms) {
        std::printf(
            "%s: %.0f signatures/s, %.0f verifications/s\n",
            each.name.c_str(),
            each.sign_per_second,
            each.verify_per_second);
    }
    return 0;
}
