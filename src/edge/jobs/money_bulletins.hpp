// What a committed step of public money means to others: the unit that decides has work, the
// applicant learns how its case stands, and who lent learns what is late.
#pragma once

#include "domain/budget/budget.hpp"
#include "domain/notice/notice.hpp"
#include "edge/jobs/due_dates.hpp"

namespace jobs {

class MoneyBulletins {
public:
    MoneyBulletins(store::Database& database, const pack::Policy& policy, notice::Notices& notices)
        : database_(database)
        , policy_(policy)
        , notices_(notices) {}

    // For a relay. Writes under `budget-notice:<seq>`.
    base::Result<> handle(const store::Event& event) const;

private:
    store::Database& database_;
    const pack::Policy& policy_;
    notice::Notices& notices_;
};

// Cases whose state has a term, such as a bridge loan that is to be back.
DueSource budget_dates(
    store::Database& database, const pack::Policy& policy, budget::Budgets& budgets);

} // namespace jobs
