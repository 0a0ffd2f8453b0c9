// Counters of the running program in Prometheus' text format (version 0.0.4).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace http {

class Metrics {
public:
    // Upper bounds of the latency histogram, in microseconds.
    static constexpr std::array<std::int64_t, 10> bounds_us{
        100, 250, 500, 1'000, 2'500, 5'000, 10'000, 50'000, 250'000, 1'000'000};

    // Before the first observation: one name an endpoint, "GET /v1/needs/{id}".
    void endpoints(std::vector<std::string> names);
    // A value asked for when the metrics are read.
    void gauge(std::string name, std::string help, std::function<double()> value);

    void request(std::size_t endpoint, int status, std::int64_t nanoseconds);
    void commit(std::size_t events);

    [[nodiscard]] std::int64_t commits() const { return commits_.load(std::memory_order_relaxed); }

    [[nodiscard]] std::string text() const;

private:
    using Counter = std::atomic<std::int64_t>;

    struct Series {
        std::array<Counter, 6> by_class{}; // index: status / 100
        std::array<Counter, bounds_us.size() + 1> buckets{};
        Counter sum_ns{0};
    };

    struct Gauge {
        std::string name;
        std::string help;
        std::function<double()> value;
    };

    void write_requests(std::string& out) const;

    std::vector<std::string> names_;
    std::unique_ptr<Series[]> series_;
    std::vector<Gauge> gauges_;
    Counter commits_{0};
    Counter committed_events_{0};
};

// Resident memory of this process in bytes.
[[nodiscard]] std::int64_t resident_bytes();

} // namespace http
