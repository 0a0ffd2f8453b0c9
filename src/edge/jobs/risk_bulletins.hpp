// Clocks of risk cases: whoever has a case is reminded when its time passes a rung of the desk, and
// of a case that nobody has, those who may take it.
#pragma once

#include "domain/notice/notice.hpp"
#include "domain/risk/risk.hpp"
#include "edge/jobs/due_dates.hpp"

namespace jobs {

class RiskBulletins {
public:
    RiskBulletins(
        store::Database& database,
        const pack::Policy& policy,
        const risk::Risks& risks,
        notice::Notices& notices)
        : database_(database)
        , policy_(policy)
        , risks_(risks)
        , notices_(notices) {}

    // For a relay. Writes under `risk-notice:<seq>`.
    base::Result<> handle(const store::Event& event) const;

private:
    [[nodiscard]] std::vector<notice::Post> posts(
        const store::Snapshot& db, const risk::Reminder& reminder) const;

    store::Database& database_;
    const pack::Policy& policy_;
    const risk::Risks& risks_;
    notice::Notices& notices_;
};

DueSource risk_dates(store::Database& database, const pack::Policy& policy, risk::Risks& risks);

} // namespace jobs
