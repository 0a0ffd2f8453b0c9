// 模型漂移: what was found of a use's champion opens cases, as what rules find does.
//
// A kind of finding is a rule of its own (drift.level_off, drift.column_moved:sales), the use is
// what the case is about: so a finding that is still there when somebody looks again, or is there
// in another vintage, joins the open case, and what officers decide is the record of that kind.
#pragma once

#include "domain/risk/risk.hpp"
#include "domain/scoring/scoring.hpp"
#include "engine/score/drift.hpp"

namespace risk {

struct Heed { // what a look at a table found
    scoring::EntryId model;
    std::string table_sha256;
    score::Drift drift;
};

// One a finding. The key names model, table and finding: the same table looked at twice warns once.
[[nodiscard]] std::vector<Warning> warnings_of(
    const scoring::Entry& champion, const Heed& wish, Instant now);

class Drifts {
public:
    Drifts(store::Database& database, Risks& risks)
        : database_(database)
        , risks_(risks) {}

    // `risk.not_champion` when the model is not (or no longer) what its use is scored by: what
    // becomes of the others concerns nobody. `risk.no_desk`.
    Result<Risks::Done> heed(const store::Command& command, const Heed& wish, Instant now);

private:
    store::Database& database_;
    Risks& risks_;
};

} // namespace risk
