// Exact sliding windows: events a second with twelve aggregates each, one thread; beside them what
// goes through the key's own events anew for every event, as a query does that has an index of the
// key. With --folder also a whole watch with those windows and a rule, kept on disk, beside what
// the disk does in the same minute: groups of as many bytes appended and flushed.
#include "domain/stream/stream.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <ctime>
#include <iostream>
#include <random>
#include <sstream>
#include <string>
#include <unordered_set>
#include <vector>

namespace {

constexpr std::int64_t hour_ms = 3'600'000;

double cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

struct Stream {
    std::vector<std::int64_t> times;
    std::vector<std::int64_t> values; // three an event: payer, amount, payee
};

// `keys` accounts over ninety days, a few of them far busier than the rest.
Stream stream_of(std::size_t events, std::size_t keys) {
    Stream stream;
    std::mt19937_64 random(1);
    std::int64_t time = 0;
    const auto step = 90 * 24 * hour_ms / static_cast<std::int64_t>(events);
    for (std::size_t i = 0; i < events; ++i) {
        time += static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(2 * step + 1));
        const auto payer = random() % 10 == 0 ? random() % (keys / 100 + 1) : random() % keys;
        stream.times.push_back(time);
        stream.values.push_back(static_cast<std::int64_t>(payer));
        stream.values.push_back(static_cast<std::int64_t>(random() % 10'000'000));
        stream.values.push_back(static_cast<std::int64_t>(random() % keys));
    }
    return stream;
}

std::vector<watch::Feature> features() {
    std::vector<watch::Feature> made;
    for (const auto length : {hour_ms, 24 * hour_ms, 30 * 24 * hour_ms}) {
        made.push_back({0, watch::Aggregate::count, length, 0, 1});
        made.push_back({0, watch::Aggregate::sum, length, 1, 1});
        made.push_back({0, watch::Aggregate::max, length, 1, 1});
        made.push_back({0, watch::Aggregate::distinct, length, 2, 1});
    }
    return made;
}

struct Run {
    std::int64_t check = 0; // the sum of all readings
    double seconds = 0;
    double cpu_seconds = 0;
};

template <class Work>
Run timed(Work work) {
    Run run;
    const auto begun = std::chrono::steady_clock::now();
    const auto cpu = cpu_seconds();
    run.check = work();
    run.cpu_seconds = cpu_seconds() - cpu;
    run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    return run;
}

std::int64_t by_windows(const Stream& stream, std::size_t events) {
    watch::Windows windows({{{0}, {0}, true, false}}, features(), 24 * hour_ms);
    std::vector<watch::Reading> readings(12);
    std::vector<std::uint64_t> superseded;
    std::int64_t check = 0;
    const auto event = [&](std::size_t i) {
        return watch::Event{i, stream.times[i], std::span(&stream.values[i * 3], 3)};
    };
    for (std::size_t i = 0; i < events; ++i) {
        if (i + 24 < events) windows.prefetch(event(i + 24), watch::Ahead::far);
        if (i + 16 < events) windows.prefetch(event(i + 16), watch::Ahead::middle);
        if (i + 8 < events) windows.prefetch(event(i + 8), watch::Ahead::near);
        (void)windows.take(event(i), readings, superseded);
        for (const auto& reading : readings)
            check += reading.whole;
    }
    return check;
}

std::int64_t by_going_through(const Stream& stream, std::size_t events, std::size_t keys) {
    std::vector<std::vector<std::size_t>> own(keys);
    std::unordered_set<std::int64_t> payees;
    std::int64_t check = 0;
    for (std::size_t i = 0; i < events; ++i) {
        auto& mine = own[static_cast<std::size_t>(stream.values[i * 3])];
        mine.push_back(i);
        for (const auto length : {hour_ms, 24 * hour_ms, 30 * 24 * hour_ms}) {
            std::int64_t count = 0;
            std::int64_t sum = 0;
            std::int64_t most = 0;
            payees.clear();
            for (auto at = mine.size(); at > 0; --at) {
                const auto each = mine[at - 1];
                if (stream.times[each] <= stream.times[i] - length) break;
                count += 1;
                sum += stream.values[each * 3 + 1];
                most = std::max(most, stream.values[each * 3 + 1]);
                payees.insert(stream.values[each * 3 + 2]);
            }
            check += count + sum + most + static_cast<std::int64_t>(payees.size());
        }
    }
    return check;
}

watch::Book book_of_twelve() {
    watch::Book book;
    const char* const lengths[] = {"1h", "24h", "30d"};
    for (const std::string length : lengths) {
        const auto add = [&](watch::Aggregate of, const std::string& field) {
            watch::Counted counted;
            counted.name = "w" + length + std::to_string(book.counted.size());
            counted.of = of;
            counted.field = field;
            counted.key = {"payer"};
            counted.length = length;
            book.counted.push_back(counted);
        };
        add(watch::Aggregate::count, "");
        add(watch::Aggregate::sum, "amount");
        add(watch::Aggregate::max, "amount");
        add(watch::Aggregate::distinct, "payee");
    }
    book.rules.push_back({"busy", {"忙", "busy"}, "w1h0 >= 8", "w1h0", "", false});
    book.typologies.push_back({"busy", {"忙", "busy"}, {{"busy", 100}}, 100, "payer", "1d", 0});
    return book;
}

// Events that are there together, as a sender of a message has them.
constexpr std::size_t block_events = 256;

struct Block {
    explicit Block(std::size_t events)
        : given(events)
        , ids(events)
        , fields(events) {}

    void put(std::size_t at, const Stream& stream, std::size_t number, watch::Watch& watch) {
        ids[at] = "T" + std::to_string(20'230'000'000'000 + number);
        const auto account = [&](std::int64_t code) {
            return watch.meet("6228480" + std::to_string(10'000'000 + code));
        };
        fields[at] = {
            account(stream.values[number * 3]),
            account(stream.values[number * 3 + 2]),
            stream.values[number * 3 + 1],
            watch::nothing};
        given[at] = {ids[at], 1'672'531'200'000 + stream.times[number], fields[at]};
    }

    std::vector<watch::Given> given;
    std::vector<std::string> ids;
    std::vector<std::array<std::int64_t, 4>> fields;
};

// The same stream as ids, accounts and amounts, through a watch that is kept.
Run durably(const Stream& stream, std::size_t events, const std::filesystem::path& folder) {
    std::filesystem::remove_all(folder);
    auto opened = stream::Stream::open({.folder = folder}, book_of_twelve()).value();
    const auto done = timed([&]() -> std::int64_t {
        Block block(block_events);
        for (std::size_t i = 0; i < events; i += block.given.size()) {
            block.given.resize(std::min(block_events, events - i));
            for (std::size_t at = 0; at < block.given.size(); ++at)
                block.put(at, stream, i + at, opened->watch());
            opened->take(std::span<const watch::Given>(block.given));
            if (opened->waiting() == 4'096) opened->hand_over().value();
        }
        opened->commit().value();
        return static_cast<std::int64_t>(opened->watch().tally().alerts);
    });
    return done;
}

// Flushes a second, each of so many bytes at the end of a file.
double flushes(const std::filesystem::path& folder, std::size_t bytes) {
    const auto file = folder / "raw";
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const std::string piece(bytes, 'x');
    std::size_t count = 0;
    const auto begun = std::chrono::steady_clock::now();
    const auto passed = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    };
    while (passed() < 1) {
        if (::write(descriptor, piece.data(), bytes) < 0 || ::fdatasync(descriptor) != 0) break;
        ++count;
    }
    const auto rate = static_cast<double>(count) / passed();
    ::close(descriptor);
    std::filesystem::remove(file);
    return rate;
}

std::string durable_report(
    const Stream& stream, std::size_t events, const std::filesystem::path& top) {
    const auto folder = top / "watch";
    const auto run = durably(stream, events, folder);
    std::uint64_t log_bytes = 0;
    for (const auto& each : std::filesystem::directory_iterator(folder)) {
        if (each.path().extension() == ".log") log_bytes += each.file_size();
    }
    const auto group_bytes = log_bytes / (events / 4'096 + 1);
    const auto rate = flushes(top, group_bytes);
    std::filesystem::remove_all(folder);
    const auto n = static_cast<double>(events);
    std::ostringstream out;
    out << ",\"durable_per_second\":" << n / run.seconds
        << ",\"durable_per_cpu_second\":" << n / run.cpu_seconds
        << ",\"log_bytes_per_event\":" << static_cast<double>(log_bytes) / n
        << ",\"group\":4096,\"group_bytes\":" << group_bytes << ",\"flushes_per_second\":" << rate;
    return out.str();
}

} // namespace

int main(int count, char** words) {
    std::size_t events = 2'000'000;
    std::size_t keys = 10'000;
    std::filesystem::path folder;
    for (int i = 1; i + 1 < count; ++i) {
        if (std::strcmp(words[i], "--events") == 0) events = std::stoul(words[i + 1]);
        if (std::strcmp(words[i], "--keys") == 0) keys = std::stoul(words[i + 1]);
        if (std::strcmp(words[i], "--folder") == 0) folder = words[i + 1];
    }
    const auto stream = stream_of(events, keys);
    const auto some = events / 10; // of the slow way, which must say the same of them
    const auto through = timed([&] { return by_going_through(stream, some, keys); });
    if (by_windows(stream, some) != through.check) {
        std::cerr << "the windows and a recomputation differ\n";
        return 1;
    }
    const auto whole = timed([&] { return by_windows(stream, events); });
    const auto n = static_cast<double>(events);
    std::cout << "{\"events\":" << events << ",\"keys\":" << keys
              << ",\"per_second\":" << n / whole.seconds
              << ",\"per_cpu_second\":" << n / whole.cpu_seconds
              << ",\"through_per_cpu_second\":" << static_cast<double>(some) / through.cpu_seconds
              << ",\"check\":" << whole.check
              << (folder.empty() ? "" : durable_report(stream, events, folder)) << "}\n";
}
