// Chance that is the same on every machine: the distributions of the standard library differ
// between implementations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace score {

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

    // In [0, 1).
    double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

    template <class T>
    void shuffle(std::vector<T>& items) {
        for (std::size_t left = items.size(); left > 1; --left)
            std::swap(items[left - 1], items[below(left)]);
    }

private:
    std::uint64_t state_;
};

} // namespace score
