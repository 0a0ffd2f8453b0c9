// 企业档案: what the platform holds of one enterprise at one moment, and the row that rules see of
// it. The register's entry, the facts that sources told, and what the platform's own records say
// (loans) are put together here and nowhere else, so that one enterprise asked alone, all of them
// as columns, and an index can only ever answer alike.
//
// Who may see what is not decided here. What comes from the platform's own records is an attribute
// of the catalogue as every other, with its consent scope and its grade: permission::fact opens it.
// So an institution learns of loans at other institutions only from an enterprise that consented.
#pragma once

#include "domain/fact/fact.hpp"
#include "domain/loan/loan.hpp"

#include <set>

namespace dossier {

using base::Date;
using base::Id;
using base::Instant;
using base::Party;
using base::Result;
using base::Text;

struct Dossier {
    party::Enterprise enterprise;
    fact::CurrentFacts facts;
    loan::Standing loans;
};

[[nodiscard]] rule::Row row(const pack::Policy& policy, const Dossier& dossier);

// As a reader may see it, decided attribute by attribute.
[[nodiscard]] fact::Portrait portrait(
    const pack::Policy& policy,
    const Dossier& dossier,
    const base::Actor& actor,
    std::span<const permission::Permit> permits,
    Instant now);

// Reads -------------------------------------------------------------------------------------------

Dossier now(const store::Snapshot& db, party::Enterprise enterprise);
// The facts and loans that were known at that instant, beside the register's entry of today.
Dossier known_at(const store::Snapshot& db, party::Enterprise enterprise, Instant instant);
// `dossier.no_enterprise` (not_found) when there is none.
Result<rule::Row> row(const store::Snapshot& db, const pack::Policy& policy, Id<Party> enterprise);
// Every enterprise, in order of id.
void each(const store::Snapshot& db, const std::function<void(const Dossier&)>& f);

// Following ---------------------------------------------------------------------------------------

// Whose row an event may have changed: an enterprise, or else the borrower of a loan.
struct Touch {
    std::int64_t seq = 0;
    Id<Party> enterprise;
    Id<base::Loan> loan;
};

[[nodiscard]] std::optional<Touch> touched_by(const store::Event& event);
// Nothing for a loan that this view does not contain.
std::optional<Id<Party>> enterprise_of(const store::Snapshot& db, const Touch& touch);

using Touched = std::set<Id<Party>>;
// Those whose rows events after that number may have changed, read from the journal; nothing when
// all enterprises may as well be read again.
std::optional<Touched> touched_after(const store::Snapshot& db, std::int64_t seq);

} // namespace dossier
