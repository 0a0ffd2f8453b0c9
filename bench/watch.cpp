// Exact sliding windows: events a second with twelve aggregates each, one thread.
#include "engine/watch/windows.hpp"

#include <chrono>
#include <cstring>
#include <ctime>
#include <iostream>
#include <random>
#include <string>

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

} // namespace

int main(int count, char** words) {
    std::size_t events = 2'000'000;
    std::size_t keys = 10'000;
    for (int i = 1; i + 1 < count; ++i) {
        if (std::strcmp(words[i], "--events") == 0) events = std::stoul(words[i + 1]);
        if (std::strcmp(words[i], "--keys") == 0) keys = std::stoul(words[i + 1]);
    }
    const auto stream = stream_of(events, keys);
    watch::Windows windows({{{0}, {0}, true, false}}, features(), 24 * hour_ms);
    std::vector<watch::Reading> readings(12);
    std::vector<std::uint64_t> superseded;
    std::int64_t check = 0;
    const auto event = [&](std::size_t i) {
        return watch::Event{i, stream.times[i], std::span(&stream.values[i * 3], 3)};
    };
    const auto begun = std::chrono::steady_clock::now();
    const auto cpu = cpu_seconds();
    for (std::size_t i = 0; i < events; ++i) {
        if (i + 24 < events) windows.prefetch(event(i + 24), watch::Ahead::far);
        if (i + 16 < events) windows.prefetch(event(i + 16), watch::Ahead::middle);
        if (i + 8 < events) windows.prefetch(event(i + 8), watch::Ahead::near);
        (void)windows.take(event(i), readings, superseded);
        for (const auto& reading : readings)
            check += reading.whole;
    }
    const auto spent = cpu_seconds() - cpu;
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
    const auto n = static_cast<double>(events);
    std::cout << "{\"events\":" << events << ",\"keys\":" << keys
              << ",\"per_second\":" << n / wall.count() << ",\"per_cpu_second\":" << n / spent
              << ",\"check\":" << check << "}\n";
}
