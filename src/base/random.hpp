// Chance that is the same on every machine: the distributions of the standard library differ
// between implementations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

namespace base {

// splitmix64 (Steele, Lea, Flood 2014): one word of state, full period.
class Random {
public:
    explicit Random(std::uint64_t seed)
        : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15U;
        auto word = state_;
        word = (word ^ (word >> 30U)) * 0xbf58476d1ce4e5b9U;
        word = (word ^ (word >> 27U)) * 0x94d049bb133111ebU;
        return word ^ (word >> 31U);
    }

    std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }

    bool chance(std::size_t percent) { return below(100) < percent; }

    template <class List>
    const auto& pick(const List& list) {
        return list[below(std::size(list))];
    }

    template <class T>
    void shuffle(std::vector<T>& items) {
        for (std::size_t left = items.size(); left > 1; --left)
            std::swap(items[left - 1], items[below(left)]);
    }

private:
    std::uint64_t state_;
};

} // namespace base
