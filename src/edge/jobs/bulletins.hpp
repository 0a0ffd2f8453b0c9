// What a committed event of financing means to others: notices for the organisations that should
// know or act, and the consents an enterprise gave in advance to whoever takes its need on.
#pragma once

#include "domain/consent/consent.hpp"
#include "domain/finance/finance.hpp"
#include "domain/notice/notice.hpp"

namespace jobs {

class Bulletins {
public:
    Bulletins(
        store::Database& database,
        const pack::Policy& policy,
        const finance::Book& book,
        notice::Notices& notices,
        consent::Consents& consents)
        : database_(database)
        , policy_(policy)
        , book_(book)
        , notices_(notices)
        , consents_(consents) {}

    // For a relay. Writes under `notice:<seq>` and `consent:<claim>`.
    base::Result<> handle(const store::Event& event) const;

private:
    [[nodiscard]] std::vector<notice::Post> of_moved(
        const store::Snapshot& db, const finance::Moved& moved) const;
    [[nodiscard]] std::vector<notice::Post> of_rung(
        const store::Snapshot& db, const finance::RungFired& rung) const;
    base::Result<> give_consents(const finance::Moved& moved) const;

    store::Database& database_;
    const pack::Policy& policy_;
    const finance::Book& book_;
    notice::Notices& notices_;
    consent::Consents& consents_;
};

} // namespace jobs
