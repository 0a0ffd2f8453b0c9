// The best flow where few hubs stand between very many pairs.
#pragma once

#include "engine/allocate/search.hpp"

#include <optional>

namespace allocate {

// Work that grows as needs × hubs², whatever the pairs: nothing where that is too much.
[[nodiscard]] bool few_hubs(const Problem& problem, const Model& model);

// Nothing where it gives up: two edges between one need and one quota, or too many turns.
[[nodiscard]] std::optional<Solved> by_hubs(const Problem& problem, const Model& model);

} // namespace allocate
