// 账本: what a ledger consists of. Amounts are counts of the series' unit (分, grams, pieces).
//
// Every movement debits one account and credits another of the same series by the same amount, so a
// series always nets to zero. A hold (预留, 冻结额) reserves an amount: it counts against the limit
// at once and is resolved at most once, by posting, releasing or expiring. That is what keeps an
// asset from being pledged twice and a budget from being spent twice.
#pragma once

#include "base/date.hpp"
#include "base/id.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <limits>

namespace ledger {

using Amount = std::uint64_t;
using AccountId = base::Id<base::Account>;
using TransferId = base::Id<base::Transfer>;
using SeriesId = base::Id<base::Series>;

// No balance exceeds it, so that every one is exact in JSON readers and is a base::Money.
inline constexpr Amount amount_most = 9'000'000'000'000'000;
inline constexpr Amount unlimited = std::numeric_limits<Amount>::max();
// Acts in one batch.
inline constexpr std::size_t batch_most = 8'191;

// frozen (司法冻结 and the like): only holds may be released and the account unfrozen. closed: for
// good.
enum class State : std::uint8_t { open, frozen, closed };
BOOST_DESCRIBE_ENUM(State, open, frozen, closed)

struct Account {
    AccountId id;
    SeriesId series;
    State state = State::open;
    // What may be debited beyond the posted credits (debit_limit), or credited beyond the posted
    // debits (credit_limit), holds included. Pending amounts never count as funds. 0: never below
    // zero.
    Amount debit_limit = unlimited;
    Amount credit_limit = unlimited;
    Amount debits_pending = 0;
    Amount debits_posted = 0;
    Amount credits_pending = 0;
    Amount credits_posted = 0;
    TransferId last;        // the newest act that touched it
    std::int64_t lines = 0; // how many did

    // What may still be debited, or credited.
    [[nodiscard]] Amount debitable() const {
        return left(debit_limit, credits_posted, debits_posted + debits_pending);
    }

    [[nodiscard]] Amount creditable() const {
        return left(credit_limit, debits_posted, credits_posted + credits_pending);
    }

    friend bool operator==(const Account&, const Account&) = default;

private:
    static Amount left(Amount limit, Amount funds, Amount used) {
        if (limit == unlimited) return amount_most;
        return funds + limit > used ? funds + limit - used : 0;
    }
};
BOOST_DESCRIBE_STRUCT(
    Account,
    (),
    (id,
     series,
     state,
     debit_limit,
     credit_limit,
     debits_pending,
     debits_posted,
     credits_pending,
     credits_posted,
     last,
     lines))

enum class HoldState : std::uint8_t { open, posted, released, expired };
BOOST_DESCRIBE_ENUM(HoldState, open, posted, released, expired)

struct Hold {
    std::int64_t number = 0; // 1, 2, 3 … in the order of making
    TransferId id;           // of the act that made it
    AccountId debit;
    AccountId credit;
    Amount amount = 0;        // as made
    Amount held = 0;          // still held
    Amount posted = 0;        // so far
    std::int64_t expires = 0; // ms since 1970; 0: never
    HoldState state = HoldState::open;
    friend bool operator==(const Hold&, const Hold&) = default;
};
BOOST_DESCRIBE_STRUCT(Hold, (), (number, id, debit, credit, amount, held, posted, expires, state))

// The acts. `refused` only ever stands in a record: an id that is used up without effect.
enum class Kind : std::uint8_t {
    transfer, // 转账
    hold,     // 预留
    post,     // 入账: of a hold, all or part
    release,  // 释放: of a hold, what is still held
    adjust,   // 调减: of a hold, to what shall stay held
    expire,   // 到期释放, by ledger time
    freeze,
    unfreeze,
    close,
    debit_limit, // 调整限额
    credit_limit,
    refused
};
BOOST_DESCRIBE_ENUM(
    Kind,
    transfer,
    hold,
    post,
    release,
    adjust,
    expire,
    freeze,
    unfreeze,
    close,
    debit_limit,
    credit_limit,
    refused)

// One act as its sender wishes it; make it by the functions below. `linked`: the next act of the
// batch belongs to the same chain, which happens wholly or not at all.
struct Act {
    Kind kind = Kind::transfer;
    bool linked = false;
    bool keep = false;        // post: what is not posted stays held, instead of being released
    std::uint32_t code = 0;   // which act of the sender's business; refused: the Refusal
    TransferId id;            // once and for good
    AccountId debit;          // transfer, hold; the one account of freeze, close, …
    AccountId credit;         // transfer, hold
    Amount amount = 0;        // post: 0 is all; adjust: what stays held; limits: the limit
    TransferId hold;          // post, release, adjust, expire
    std::int64_t expires = 0; // hold: ms since 1970; 0: never
    std::int64_t about = 0;   // the thing it is about: an id of the sender's
    friend bool operator==(const Act&, const Act&) = default;
};

// An id that is left out is given by account::post.
struct Move {
    AccountId debit;
    AccountId credit;
    Amount amount = 0;
    std::uint32_t code = 0;
    std::int64_t about = 0;
    TransferId id{};
};

struct HoldMove {
    AccountId debit;
    AccountId credit;
    Amount amount = 0;
    base::Instant expires{}; // 0: never
    std::uint32_t code = 0;
    std::int64_t about = 0;
    TransferId id{};
};

enum class Rest : std::uint8_t { release, keep };

struct PostHold {
    TransferId hold;
    Amount amount = 0; // 0: all that is held
    Rest rest = Rest::release;
    std::uint32_t code = 0;
    std::int64_t about = 0;
    TransferId id{};
};

struct OfHold {
    TransferId hold;
    std::uint32_t code = 0;
    std::int64_t about = 0;
    TransferId id{};
};

struct AdjustHold {
    TransferId hold;
    Amount stays = 0;
    std::uint32_t code = 0;
    std::int64_t about = 0;
    TransferId id{};
};

struct OfAccount {
    AccountId account;
    std::uint32_t code = 0;
    std::int64_t about = 0;
    TransferId id{};
};

struct SetLimit {
    AccountId account;
    Amount limit = unlimited;
    std::uint32_t code = 0;
    std::int64_t about = 0;
    TransferId id{};
};

[[nodiscard]] Act transfer(const Move& wish);
[[nodiscard]] Act hold(const HoldMove& wish);
[[nodiscard]] Act post(const PostHold& wish);
[[nodiscard]] Act release(const OfHold& wish);
[[nodiscard]] Act adjust(const AdjustHold& wish);
[[nodiscard]] Act expire(const OfHold& wish);
[[nodiscard]] Act freeze(const OfAccount& wish);
[[nodiscard]] Act unfreeze(const OfAccount& wish);
[[nodiscard]] Act close(const OfAccount& wish);
// A limit lowered below what is used refuses what would use more, and takes nothing back.
[[nodiscard]] Act set_debit_limit(const SetLimit& wish);
[[nodiscard]] Act set_credit_limit(const SetLimit& wish);

// A moment of the ledger: nanoseconds since 1970, another and a later one for every act.
using Stamp = std::int64_t;
inline constexpr Stamp stamps_per_ms = 1'000'000;

// What an act did: everything a projection writes down. `pending` and `posted` are the changes of
// the debit account's debits and of the credit account's credits alike.
struct Line {
    Act act;
    Stamp stamp = 0;
    AccountId debit; // those of the hold where the act names a hold
    AccountId credit;
    std::int64_t pending = 0;
    std::int64_t posted = 0;
    TransferId debit_previous; // the act before, of the same account
    TransferId credit_previous;
};

// What a line did to one of its accounts.
void follow(Account& account, const Line& line);

// An account as it was after every so many lines, so that older balances are found by few steps.
inline constexpr std::int64_t lines_per_mark = 32;

struct Mark {
    Account account;
    Stamp stamp = 0;
};

} // namespace ledger
