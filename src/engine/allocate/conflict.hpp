// Which bounds quarrel when there is no assignment.
#pragma once

#include "engine/allocate/model.hpp"

namespace allocate {

// Of a problem without a solution.
[[nodiscard]] Conflict find_conflict(const Problem& problem, const Model& model);

} // namespace allocate
