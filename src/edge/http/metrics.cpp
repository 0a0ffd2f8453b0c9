#include "edge/http/metrics.hpp"

#include "base/json.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace http {
namespace {

std::string label_value(std::string_view text) {
    std::string out;
    base::json::write_text(out, text);
    return out;
}

void heading(
    std::string& out, std::string_view name, std::string_view kind, std::string_view help) {
    out.append("# HELP ").append(name).append(" ").append(help).append("\n");
    out.append("# TYPE ").append(name).append(" ").append(kind).append("\n");
}

// Never in scientific notation: a bucket's bound is a label, compared as text.
std::string seconds(std::int64_t microseconds) {
    char buffer[64];
    const auto value = static_cast<double>(microseconds) / 1e6;
    const auto end =
        std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed).ptr;
    return {buffer, end};
}

} // namespace

void Metrics::endpoints(std::vector<std::string> names) {
    names_ = std::move(names);
    series_ = std::make_unique<Series[]>(names_.size());
}

void Metrics::gauge(std::string name, std::string help, std::function<double()> value) {
    gauges_.push_back({std::move(name), std::move(help), std::move(value)});
}

void Metrics::request(std::size_t endpoint, int status, std::int64_t nanoseconds) {
    if (endpoint >= names_.size()) return;
    auto& series = series_[endpoint];
    const auto add = [](Counter& counter, std::int64_t count) {
        counter.fetch_add(count, std::memory_order_relaxed);
    };
    add(series.by_class[static_cast<std::size_t>(std::clamp(status / 100, 0, 5))], 1);
    const auto* bound = std::ranges::lower_bound(bounds_us, nanoseconds / 1000);
    add(series.buckets[static_cast<std::size_t>(bound - bounds_us.begin())], 1);
    add(series.sum_ns, nanoseconds);
}

void Metrics::commit(std::size_t events) {
    commits_.fetch_add(1, std::memory_order_relaxed);
    committed_events_.fetch_add(static_cast<std::int64_t>(events), std::memory_order_relaxed);
}

void Metrics::write_requests(std::string& out) const {
    heading(out, "rongqiao_requests_total", "counter", "Requests answered.");
    for (std::size_t i = 0; i < names_.size(); ++i) {
        for (std::size_t group = 1; group < 6; ++group) {
            const auto count = series_[i].by_class[group].load(std::memory_order_relaxed);
            if (count == 0) continue;
            out += "rongqiao_requests_total{endpoint=" + label_value(names_[i]) + ",status=\"" +
                   std::to_string(group) + "xx\"} " + std::to_string(count) + "\n";
        }
    }
    heading(out, "rongqiao_request_seconds", "histogram", "Time from complete head to answer.");
    for (std::size_t i = 0; i < names_.size(); ++i) {
        std::int64_t total = 0;
        const auto label = "{endpoint=" + label_value(names_[i]);
        std::string lines;
        for (std::size_t k = 0; k <= bounds_us.size(); ++k) {
            total += series_[i].buckets[k].load(std::memory_order_relaxed);
            const auto bound = k < bounds_us.size() ? seconds(bounds_us[k]) : "+Inf";
            lines += "rongqiao_request_seconds_bucket" + label + ",le=\"" + bound + "\"} " +
                     std::to_string(total) + "\n";
        }
        if (total == 0) continue;
        const auto sum_us = series_[i].sum_ns.load(std::memory_order_relaxed) / 1000;
        out += lines;
        out += "rongqiao_request_seconds_sum" + label + "} " + seconds(sum_us) + "\n";
        out += "rongqiao_request_seconds_count" + label + "} " + std::to_string(total) + "\n";
    }
}

std::string Metrics::text() const {
    std::string out;
    write_requests(out);
    heading(out, "rongqiao_commits_total", "counter", "Durable group commits.");
    out += "rongqiao_commits_total " + std::to_string(commits()) + "\n";
    heading(out, "rongqiao_events_total", "counter", "Events committed.");
    out += "rongqiao_events_total " +
           std::to_string(committed_events_.load(std::memory_order_relaxed)) + "\n";
    for (const auto& [name, help, value] : gauges_) {
        heading(out, name, "gauge", help);
        out += name + " ";
        base::json::write_double(out, value());
        out += "\n";
    }
    return out;
}

std::int64_t resident_bytes() {
    // /proc/self/statm: total and resident size in pages.
    std::ifstream in("/proc/self/statm");
    std::int64_t total = 0;
    std::int64_t resident = 0;
    in >> total >> resident;
    return resident * sysconf(_SC_PAGESIZE);
}

} // namespace http
