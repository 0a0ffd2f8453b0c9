// What needs, offers and refusals must say to be taken.
#pragma once

#include "domain/finance/finance.hpp"

namespace finance {

// What a draft says must make sense: known codes, amounts and terms in bounds. Errors at the field.
Result<> check_draft(const DraftNeed& wish, const pack::Policy& policy);
// What publishing needs besides: `finance.incomplete`, at the first field that is missing.
Result<> check_complete(const DraftNeed& wish);
Result<> check_consent(const ConsentWish& wish, const pack::Policy& policy, Date today);

// The offer with its rate by today's LPR. `finance.offer_…` at the field.
Result<Offer> make_offer(
    const Deed& deed, const NeedRow& need, const pack::Policy& policy, Date today);
// `finance.refusal_reason`, `finance.refusal_text` (at least ten characters).
Result<Refused> make_refusal(const Deed& deed, const pack::Policy& policy);

// Puts the content of a deed on the claim, before the act: officer, documents, offer, refusal,
// amounts. `finance.act_needs` names what the act lacks.
Result<> put_deed(
    ClaimRow& claim,
    const Case& of,
    const std::string& act,
    const Deed& deed,
    const pack::Policy& policy,
    Instant now);
// What the timeline says of it.
[[nodiscard]] std::string deed_text(const std::string& act, const Deed& deed);

} // namespace finance
