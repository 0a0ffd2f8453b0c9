// Chance with fractions, which only engines reckon with.
#pragma once

#include "base/random.hpp"

namespace score {

class Random : public base::Random {
public:
    using base::Random::Random;

    // In [0, 1).
    double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
};

} // namespace score
