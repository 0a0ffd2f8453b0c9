#include "engine/ledger/invariant.hpp"

#include <map>

namespace ledger {
namespace {

// Debits less credits. As many bits as any sum of balances needs.
struct Net {
    __extension__ __int128 posted = 0;
    __extension__ __int128 pending = 0;

    void add(const Account& account, int sign) {
        posted += sign * (signed_of(account.debits_posted) - signed_of(account.credits_posted));
        pending += sign * (signed_of(account.debits_pending) - signed_of(account.credits_pending));
    }

private:
    static std::int64_t signed_of(Amount amount) { return static_cast<std::int64_t>(amount); }
};

// How far an account is beyond a limit; never, unless the limit was lowered.
Amount beyond(Amount limit, Amount used, Amount funds) {
    if (limit == unlimited || used <= funds + limit) return 0;
    return used - funds - limit;
}

void ensure_within(const Account& before, const Account& after) {
    const auto debit = [](const Account& account) {
        return beyond(
            account.debit_limit,
            account.debits_posted + account.debits_pending,
            account.credits_posted);
    };
    const auto credit = [](const Account& account) {
        return beyond(
            account.credit_limit,
            account.credits_posted + account.credits_pending,
            account.debits_posted);
    };
    if (before.debit_limit == after.debit_limit)
        base::ensure(debit(after) <= debit(before), "no act goes beyond a debit limit");
    if (before.credit_limit == after.credit_limit)
        base::ensure(credit(after) <= credit(before), "no act goes beyond a credit limit");
}

void ensure_sane(const Account& account) {
    for (const auto sum :
         {account.debits_posted + account.debits_pending,
          account.credits_posted + account.credits_pending})
        base::ensure(sum <= amount_most, "a sum is within what a ledger counts");
}

} // namespace

void ensure_kept(const Before& before, const Book& after) {
    std::map<SeriesId, Net> nets;
    for (const auto& was : before.accounts) {
        const auto& is = *after.find(was.id);
        nets[was.series].add(was, -1);
        nets[was.series].add(is, 1);
        ensure_within(was, is);
        ensure_sane(is);
        if (was.state == State::closed)
            base::ensure(is == was, "nothing moves in a closed account");
    }
    for (const auto& [series, net] : nets)
        base::ensure(net.posted == 0 && net.pending == 0, "debits and credits change alike");
    for (const auto& was : before.holds) {
        const auto& is = *after.find_hold(was.id);
        if (was.state != HoldState::open) base::ensure(is == was, "a hold is resolved once");
        base::ensure(is.held <= was.held, "a hold never grows");
    }
}

} // namespace ledger
