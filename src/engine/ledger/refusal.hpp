// Why an act is refused: a stable code each, with a sentence and a cure.
#pragma once

#include "base/result.hpp"

#include <boost/describe/enum.hpp>

#include <cstdint>
#include <optional>

namespace ledger {

enum class Refusal : std::uint8_t {
    none,
    exists, // the very same act is there already: nothing more happens, and nothing is wrong
    exists_with_different_kind,
    exists_with_different_debit,
    exists_with_different_credit,
    exists_with_different_amount,
    exists_with_different_hold,
    exists_with_different_rest,
    exists_with_different_expiry,
    exists_with_different_code,
    exists_with_different_about,
    id_already_refused,
    id_missing,
    id_repeated, // twice in one chain
    chain_open,
    chain_broken, // another act of the chain was refused
    account_not_found,
    same_account,
    series_differ,
    amount_zero,
    amount_too_large,
    overflow,
    exceeds_debitable,
    exceeds_creditable,
    account_frozen,
    account_closed,
    account_in_use,
    not_frozen,
    already_frozen,
    hold_not_found,
    hold_posted,
    hold_released,
    hold_expired,
    hold_not_due,
    exceeds_hold,
    not_less,
    expiry_past
};
BOOST_DESCRIBE_ENUM(
    Refusal,
    none,
    exists,
    exists_with_different_kind,
    exists_with_different_debit,
    exists_with_different_credit,
    exists_with_different_amount,
    exists_with_different_hold,
    exists_with_different_rest,
    exists_with_different_expiry,
    exists_with_different_code,
    exists_with_different_about,
    id_already_refused,
    id_missing,
    id_repeated,
    chain_open,
    chain_broken,
    account_not_found,
    same_account,
    series_differ,
    amount_zero,
    amount_too_large,
    overflow,
    exceeds_debitable,
    exceeds_creditable,
    account_frozen,
    account_closed,
    account_in_use,
    not_frozen,
    already_frozen,
    hold_not_found,
    hold_posted,
    hold_released,
    hold_expired,
    hold_not_due,
    exceeds_hold,
    not_less,
    expiry_past)

// The answer to one act. `reason`: for id_already_refused, why it was refused the first time.
struct Outcome {
    Refusal refusal = Refusal::none;
    Refusal reason = Refusal::none;

    [[nodiscard]] bool fine() const {
        return refusal == Refusal::none || refusal == Refusal::exists;
    }

    friend bool operator==(const Outcome&, const Outcome&) = default;
};

[[nodiscard]] std::string_view name(Refusal refusal); // "exceeds_debitable"
[[nodiscard]] std::optional<Refusal> refusal_from(std::string_view name);
// `ledger.exceeds_debitable` and so on. Not for `none` and `exists` (a Bug).
[[nodiscard]] base::Error error(const Outcome& outcome);

} // namespace ledger
