// One act on one instrument, decided: the rows it changes, its line, and what is posted to the
// ledger for it. Pure: the dossier, the wish, the actor, the day and a source of ids go in.
#pragma once

#include "domain/instrument/instrument.hpp"
#include "engine/ledger/ledger.hpp"
#include "engine/pack/policy.hpp"

#include <functional>
#include <set>

namespace instrument {

struct NewAccount {
    ledger::SeriesId series;
    Id<Party> owner;
    const char* role = "holding"; // issuer, holding, vault
    std::int64_t about = 0;       // the instrument, part or deal it serves
};

struct Decided {
    Moved event;
    std::vector<ledger::Act> chain; // for the ledger: all of it, or nothing
};

struct Scene {
    const pack::Policy& policy;
    Actor actor;
    Date today;
    Instant now;
    std::function<std::int64_t()> new_id;
    std::function<ledger::SeriesId(pack::InstrumentUnit, const std::string& label)> open_series;
    std::function<ledger::AccountId(const NewAccount&)> open_account;
    // What the reader needs to know of the one named in `to` or among `funders`.
    std::function<std::optional<party::Organisation>(Id<Party>)> organisation;
};

// A new instrument, checked before (check.hpp). `number` is its own.
[[nodiscard]] Decided issue(const Issue& wish, const std::string& number, const Scene& scene);

// The step of the kind's life that the actor takes with this act in this state. Errors:
// `instrument.act_unknown`, `instrument.not_yours`, `instrument.not_now`, `instrument.reason`.
Result<const pack::InstrumentStep*> step_for(
    const Dossier& file, const std::string& act, const Deed& deed, const Scene& scene);
// The acts open to the actor now, whatever part they would be about.
[[nodiscard]] std::vector<const pack::InstrumentStep*> open_acts(
    const Dossier& file, const Actor& actor, const pack::Policy& policy);

// Errors beside those of step_for, each at its field: `instrument.no_part`, `instrument.no_push`,
// `instrument.no_deal`, `instrument.amount`, `instrument.amount_held` (naming what is held, and for
// whom), `instrument.indivisible`, `instrument.not_transferable`, `instrument.not_pledgeable`,
// `instrument.receiver`, `instrument.past_due`, `instrument.not_due`, `instrument.frozen`,
// `instrument.not_frozen`, `instrument.terms`, `instrument.lapsed`, `instrument.push_state`,
// `instrument.notice_unread`, `instrument.not_registered`, `instrument.account_unlocked`,
// `instrument.account_locked`, `instrument.account_in_use`, `instrument.other_account`,
// `instrument.nothing_of_yours`, `instrument.no_recourse`, `instrument.sole_holder`,
// `instrument.paper`, `instrument.missing`.
Result<Decided> take(
    const Dossier& file, const std::string& act, const Deed& deed, const Scene& scene);

} // namespace instrument
