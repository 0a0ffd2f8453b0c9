// Where in a rule's text a finding points.
#pragma once

#include "engine/lint/lint.hpp"
#include "engine/rule/tree.hpp"

namespace lint {

[[nodiscard]] Finding placed(const rule::Tree& tree, rule::NodeIndex index, Kind kind);

} // namespace lint
