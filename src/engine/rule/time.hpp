// Timestamps and durations of CEL: how they are written, and by which calendar and clock they are
// read.
#pragma once

#include "engine/rule/datum.hpp"

namespace rule {

struct Timestamp {
    std::int64_t seconds = 0;
    std::uint32_t nanos = 0;
};

// "1h30m", "-1.5s", "100ms", "0"; also days ("30d"). Nothing when it is none or too long.
[[nodiscard]] std::optional<Duration> duration_in(std::string_view text);
[[nodiscard]] std::optional<Timestamp> timestamp_in(std::string_view text); // RFC 3339
// Seconds east of Greenwich at that moment: "UTC", "+08:00", "-09:30", "Asia/Shanghai". Names are
// looked up among the machine's zone files. Nothing when there is no such zone.
[[nodiscard]] std::optional<std::int64_t> offset_of(std::string_view zone, std::int64_t seconds);

} // namespace rule
