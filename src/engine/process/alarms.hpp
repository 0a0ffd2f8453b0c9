// When which clock wants attention next: an ordered set of instants, so that a hundred thousand
// open clocks cost nothing until one of them is due. Not safe to share between threads.
#pragma once

#include "base/date.hpp"

#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace process {

class Alarms {
public:
    // Sets or moves the alarm of a key.
    void set(std::int64_t key, base::Instant at) {
        clear(key);
        at_.emplace(key, at);
        order_.emplace(at, key);
    }

    void clear(std::int64_t key) {
        const auto found = at_.find(key);
        if (found == at_.end()) return;
        order_.erase({found->second, key});
        at_.erase(found);
    }

    [[nodiscard]] std::optional<base::Instant> next() const {
        if (order_.empty()) return std::nullopt;
        return order_.begin()->first;
    }

    // Takes out all that are due at `now`, earliest first.
    [[nodiscard]] std::vector<std::int64_t> take_due(base::Instant now) {
        std::vector<std::int64_t> due;
        while (!order_.empty() && order_.begin()->first <= now) {
            due.push_back(order_.begin()->second);
            at_.erase(order_.begin()->second);
            order_.erase(order_.begin());
        }
        return due;
    }

    [[nodiscard]] std::size_t size() const { return at_.size(); }

private:
    std::set<std::pair<base::Instant, std::int64_t>> order_;
    std::unordered_map<std::int64_t, base::Instant> at_;
};

} // namespace process
