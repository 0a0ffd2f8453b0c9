#include "edge/jobs/replay.hpp"

#include "base/log.hpp"
#include "engine/table/csv.hpp"
#include "engine/watch/generate.hpp"

#include <sstream>

namespace jobs {
namespace {

// Small enough to be played in seconds, with every pattern planted at least once.
constexpr std::int64_t replay_rows = 12'000;
constexpr std::int64_t replay_days = 45;
constexpr std::int64_t replay_planted_ppm = 10'000;
constexpr std::uint64_t replay_seed = 7;
constexpr std::int64_t replay_steps = 40;

struct Rows {
    std::string heading; // with its line end
    std::vector<std::string> quiet;
    std::vector<std::string> busy; // from when patterns are planted
};

base::Result<Rows> make_rows(base::Date today) {
    const auto first = today.plus_days(-replay_days); // the last day is yesterday
    std::ostringstream rows;
    std::ostringstream labels; // the watch does not see them
    TRY(watch::generate(
        {.transactions = replay_rows,
         .planted_ppm = replay_planted_ppm,
         .days = replay_days,
         .first = first,
         .seed = replay_seed},
        rows,
        labels));
    const auto begins = first.plus_days(static_cast<std::int32_t>(watch::quiet_days)).text();
    Rows made;
    std::istringstream in(std::move(rows).str());
    for (std::string line; std::getline(in, line);) {
        line += '\n';
        if (made.heading.empty()) {
            made.heading = line;
            continue;
        }
        const auto time = line.find(',') + 1;
        auto& into = line.compare(time, begins.size(), begins) < 0 ? made.quiet : made.busy;
        into.push_back(std::move(line));
    }
    return made;
}

base::Result<> send(
    risk::Watching& watching,
    const base::Actor& actor,
    const std::string& heading,
    std::span<const std::string> lines) {
    auto text = heading;
    for (const auto& line : lines)
        text += line;
    const auto source = TRY(table::open_csv_text(std::move(text)));
    TRY(watching.take(actor, *source, {}));
    return {};
}

} // namespace

Replay::Replay(risk::Watching& watching, base::Zone zone, const base::Clock& clock)
    : watching_(watching)
    , zone_(zone)
    , clock_(clock) {}

Replay::~Replay() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        wake_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

std::optional<base::Rate> Replay::progress() const {
    const std::scoped_lock lock(mutex_);
    return progress_;
}

base::Result<> Replay::start(const base::Actor& actor, std::int64_t over_ms) {
    TRY(watching_.open());
    const std::scoped_lock lock(mutex_);
    if (progress_) {
        return base::conflict(
            "risk.replaying",
            {"正在重放，请稍候。", "It is being played already."},
            {"预警会陆续出现在列表中。", "Its warnings appear in the list."});
    }
    if (watching_.standing().events > 0) {
        return base::conflict(
            "risk.replayed",
            {"监测流水中已有交易，不能再放演示流水。", "The stream has rows already."},
            {"请上传新的交易流水。", "Upload further rows instead."});
    }
    if (thread_.joinable()) thread_.join();
    progress_ = base::Rate{};
    thread_ = std::thread([this, actor, over_ms] { play(actor, over_ms); });
    return {};
}

// A thread of its own: what fails is logged, and what was sent stays.
void Replay::play(const base::Actor& actor, std::int64_t over_ms) {
    const auto run = [&]() -> base::Result<> {
        const auto rows = TRY(make_rows(zone_.date(clock_.now())));
        TRY(send(watching_, actor, rows.heading, rows.quiet));
        const auto busy = std::ssize(rows.busy);
        for (std::int64_t step = 0; step < replay_steps; ++step) {
            const auto from = busy * step / replay_steps;
            const auto to = busy * (step + 1) / replay_steps;
            TRY(send(
                watching_,
                actor,
                rows.heading,
                std::span(rows.busy).subspan(
                    static_cast<std::size_t>(from), static_cast<std::size_t>(to - from))));
            std::unique_lock lock(mutex_);
            progress_ = base::Rate{(step + 1) * 1'000'000 / replay_steps};
            wake_.wait_for(
                lock, std::chrono::milliseconds(over_ms / replay_steps), [&] { return stopping_; });
            if (stopping_) return {};
        }
        return {};
    };
    try {
        if (const auto done = run(); !done)
            base::log::error("risk.replay_refused", {{"code", done.error().code}});
    } catch (const std::exception& fault) {
        base::log::error("risk.replay_fault", {{"what", fault.what()}});
    }
    const std::scoped_lock lock(mutex_);
    progress_.reset();
}

} // namespace jobs
