// How long something typically takes when some of it has not ended yet: the Kaplan–Meier median
// (Kaplan & Meier 1958). A mean of what has ended flatters whoever leaves the hard cases open.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace process {

struct Observation {
    std::int64_t minutes = 0; // until it ended, or until now
    bool ended = false;       // false: still open, it takes at least that long
};

struct Median {
    std::optional<std::int64_t> minutes; // none: more than half are still open
    // The upper end of the 95 % interval by Greenwood's formula on the log-log scale; none when the
    // data do not bound it.
    std::optional<std::int64_t> upper;
};

[[nodiscard]] Median median_time(std::vector<Observation> observations);

} // namespace process
