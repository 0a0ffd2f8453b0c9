// Chance for the demo county: the same seed gives the same county on every machine.
#pragma once

#include "base/random.hpp"

#include <string_view>

namespace app::demo {

class Random : public base::Random {
public:
    using base::Random::Random;

    // A stream of its own for a thing with a name: what is drawn for it does not depend on what
    // was drawn before.
    Random(std::uint64_t seed, std::string_view name)
        : base::Random(named(seed, name)) {}

    // Both ends included. The bias of the remainder is below 2⁻⁴⁰ for the ranges used here.
    std::int64_t between(std::int64_t least, std::int64_t most) {
        return least +
               static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(most - least + 1));
    }

private:
    static std::uint64_t named(std::uint64_t seed, std::string_view name) {
        for (const auto letter : name)
            seed = (seed ^ static_cast<unsigned char>(letter)) * 0x100000001b3U; // FNV-1a
        return seed;
    }
};

} // namespace app::demo
