// Whether an answer is right, found without knowing how it was found: sums over the problem's own
// numbers, no solver and no network.
#pragma once

#include "engine/allocate/allocate.hpp"

namespace allocate {

// A proof of optimality by linear programming duality. `holds` when
//   every flow is within its limit and every sum within its floor and ceiling,
//   a price is above zero only at a ceiling that is reached and below zero only at such a floor,
//   no pair left aside would pay: its cost, less the penalty, plus the prices on its way, is not
//   below zero; and none that is used costs more than zero by the same sum,
//   and both sides of the duality come to the same total.
struct Certificate {
    bool holds = false;
    std::int64_t primal = 0; // cost and penalties of the assignment
    std::int64_t dual = 0;   // no assignment can cost less than this
    std::string fault;       // the first check that fails, for the log
};

[[nodiscard]] Certificate certify(const Problem& problem, const Solution& solution);

// That the conflict's bounds cannot hold together: Hoffman's condition on its cut, counted from the
// problem with every bound the conflict does not name taken away.
[[nodiscard]] bool proves(const Problem& problem, const Conflict& conflict);

} // namespace allocate
