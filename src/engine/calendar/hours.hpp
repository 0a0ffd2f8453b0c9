// The one reading of "09:00", shared by the check and the calendar; of no use outside this module.
#pragma once

#include "engine/calendar/calendar.hpp"

#include <optional>
#include <string_view>

namespace calendar {

// Minutes after midnight for "00:00" to "24:00"; none for any other text.
[[nodiscard]] std::optional<int> minute_of(std::string_view text);

} // namespace calendar
