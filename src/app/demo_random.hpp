// Chance for the demo county: the same seed gives the same county on every machine, so the
// distributions of the standard library, which differ between implementations, are not used.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace app::demo {

// splitmix64 (Steele, Lea, Flood 2014): one word of state, full period.
class Random {
public:
    explicit Random(std::uint64_t seed)
        : state_(seed) {}

    // A stream of its own for a thing with a name: what is drawn for it does not depend on what
    // was drawn before.
    Random(std::uint64_t seed, std::string_view name)
        : state_(seed) {
        for (const auto letter : name)
            state_ = (state_ ^ static_cast<unsigned char>(letter)) * 0x100000001b3U; // FNV-1a
    }

    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15U;
        auto word = state_;
        word = (word ^ (word >> 30U)) * 0xbf58476d1ce4e5b9U;
        word = (word ^ (word >> 27U)) * 0x94d049bb133111ebU;
        return word ^ (word >> 31U);
    }

    // 0 … count − 1. The bias of the remainder is below 2⁻⁴⁰ for the counts used here.
    std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }

    // Both ends included.
    std::int64_t between(std::int64_t least, std::int64_t most) {
        return least +
               static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(most - least + 1));
    }

    bool chance(std::int64_t percent) { return between(1, 100) <= percent; }

    template <class List>
    const auto& pick(const List& list) {
        return list[below(std::size(list))];
    }

private:
    std::uint64_t state_;
};

} // namespace app::demo
