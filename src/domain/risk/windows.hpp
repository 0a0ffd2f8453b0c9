// Conditions as a warning keeps them; of no use outside this module.
#pragma once

#include "domain/risk/risk.hpp"
#include "engine/rule/rule.hpp"

namespace risk {

// One window a clause; `like` has what they share: the rule, its label, whether it is on trial.
void add_windows(
    const std::vector<rule::Clause>& clauses, const Window& like, std::vector<Window>& windows);

} // namespace risk
