// What must hold after any acts, looked at apart from how they were decided.
#pragma once

#include "engine/ledger/book.hpp"

namespace ledger {

// Accounts and holds of a book as they were before some acts.
struct Before {
    std::vector<Account> accounts;
    std::vector<Hold> holds;
};

// A Bug when the acts since then created or lost an amount, went beyond a limit, let go of a hold
// twice, or moved anything of an account that was closed.
void ensure_kept(const Before& before, const Book& after);

} // namespace ledger
