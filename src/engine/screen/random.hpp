// Chance that is the same on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace screen {

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

private:
    std::uint64_t state_;
};

} // namespace screen
