// What an upload must say, decided without a database.
#pragma once

#include "domain/instrument/instrument.hpp"
#include "engine/pack/policy.hpp"

namespace instrument {

// The term rule an instrument issued on that day is measured by; null when none was in force.
[[nodiscard]] const pack::InstrumentTerm* term_rule(const pack::InstrumentKind& kind, Date issued);

// `instrument.term_too_long` beyond the rule's longest; `instrument.term_reason` beyond its usual
// months without a reason. Both name the law.
Result<> check_term(
    const pack::InstrumentKind& kind, const Issue& wish, const pack::Policy& policy);

// Required ones are there, each is one of the kind's and of its type: `instrument.field` at
// "/fields/NAME".
Result<> check_fields(const pack::InstrumentKind& kind, const std::vector<FieldValue>& fields);

// All of the above, and `instrument.kind_unknown`, `instrument.not_party`, `instrument.same_party`,
// `instrument.face`, `instrument.dates`. The platform may upload for others (imports).
Result<> check(const Issue& wish, const Actor& actor, const pack::Policy& policy, Date today);

// "contract=HT-1;invoice=0001": empty when the kind has no keys.
[[nodiscard]] std::string key_of(
    const pack::InstrumentKind& kind, const std::vector<FieldValue>& fields);

// "1234.50 元", "12500 克", "3 件".
[[nodiscard]] Text amount_text(pack::InstrumentUnit unit, std::int64_t amount);

} // namespace instrument
