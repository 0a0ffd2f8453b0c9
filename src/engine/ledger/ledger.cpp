#include "engine/ledger/ledger.hpp"

namespace ledger {
namespace {

Act for_hold(Kind kind, const OfHold& wish) {
    return {.kind = kind, .code = wish.code, .id = wish.id, .hold = wish.hold, .about = wish.about};
}

Act for_account(Kind kind, const OfAccount& wish) {
    return {
        .kind = kind, .code = wish.code, .id = wish.id, .debit = wish.account, .about = wish.about};
}

Act for_limit(Kind kind, const SetLimit& wish) {
    return {
        .kind = kind,
        .code = wish.code,
        .id = wish.id,
        .debit = wish.account,
        .amount = wish.limit,
        .about = wish.about};
}

void change_by(Amount& sum, std::int64_t change) { sum += static_cast<Amount>(change); }

} // namespace

void follow(Account& account, const Line& line) {
    account.last = line.act.id;
    ++account.lines;
    if (account.id != line.debit) {
        change_by(account.credits_pending, line.pending);
        change_by(account.credits_posted, line.posted);
        return;
    }
    change_by(account.debits_pending, line.pending);
    change_by(account.debits_posted, line.posted);
    switch (line.act.kind) {
    case Kind::freeze: account.state = State::frozen; return;
    case Kind::unfreeze: account.state = State::open; return;
    case Kind::close: account.state = State::closed; return;
    case Kind::debit_limit: account.debit_limit = line.act.amount; return;
    case Kind::credit_limit: account.credit_limit = line.act.amount; return;
    case Kind::transfer:
    case Kind::hold:
    case Kind::post:
    case Kind::release:
    case Kind::adjust:
    case Kind::expire:
    case Kind::refused: return;
    }
}

Act transfer(const Move& wish) {
    return {
        .kind = Kind::transfer,
        .code = wish.code,
        .id = wish.id,
        .debit = wish.debit,
        .credit = wish.credit,
        .amount = wish.amount,
        .about = wish.about};
}

Act hold(const HoldMove& wish) {
    return {
        .kind = Kind::hold,
        .code = wish.code,
        .id = wish.id,
        .debit = wish.debit,
        .credit = wish.credit,
        .amount = wish.amount,
        .expires = wish.expires.ms,
        .about = wish.about};
}

Act post(const PostHold& wish) {
    return {
        .kind = Kind::post,
        .keep = wish.rest == Rest::keep,
        .code = wish.code,
        .id = wish.id,
        .amount = wish.amount,
        .hold = wish.hold,
        .about = wish.about};
}

Act release(const OfHold& wish) { return for_hold(Kind::release, wish); }

Act adjust(const AdjustHold& wish) {
    return {
        .kind = Kind::adjust,
        .code = wish.code,
        .id = wish.id,
        .amount = wish.stays,
        .hold = wish.hold,
        .about = wish.about};
}

Act expire(const OfHold& wish) { return for_hold(Kind::expire, wish); }

Act freeze(const OfAccount& wish) { return for_account(Kind::freeze, wish); }

Act unfreeze(const OfAccount& wish) { return for_account(Kind::unfreeze, wish); }

Act close(const OfAccount& wish) { return for_account(Kind::close, wish); }

Act set_debit_limit(const SetLimit& wish) { return for_limit(Kind::debit_limit, wish); }

Act set_credit_limit(const SetLimit& wish) { return for_limit(Kind::credit_limit, wish); }

} // namespace ledger
