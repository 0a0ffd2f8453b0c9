// What a committed registration means to others: the debtor learns what is registered against it,
// the secured party of objections, reminders and new names.
#pragma once

#include "domain/notice/notice.hpp"
#include "domain/registry/registry.hpp"
#include "edge/jobs/due_dates.hpp"

namespace jobs {

class SecurityBulletins {
public:
    SecurityBulletins(
        store::Database& database,
        const pack::Policy& policy,
        notice::Notices& notices,
        registry::Registry& registry)
        : database_(database)
        , policy_(policy)
        , notices_(notices)
        , registry_(registry) {}

    // For a relay. Writes under `registry-notice:<seq>` and `registry-name:<seq>`.
    base::Result<> handle(const store::Event& event) const;

private:
    [[nodiscard]] std::vector<notice::Post> posts(
        const store::Snapshot& db, const store::Event& event) const;

    store::Database& database_;
    const pack::Policy& policy_;
    notice::Notices& notices_;
    registry::Registry& registry_;
};

// Registrations as things with due dates: reminders at the pack's days before the end, the end,
// discharges and new names that are late.
DueSource registration_dates(
    store::Database& database, const pack::Policy& policy, registry::Registry& registry);

} // namespace jobs
