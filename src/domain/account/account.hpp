// 账本的账户: who has which account, and what is posted to it; engine/ledger decides, this module
// keeps.
//
// Whatever must never be overspent or pledged twice (a voucher's holdings, a credit line, a budget)
// is a balance here. Another capability's use case opens accounts and posts chains of acts inside
// its own transaction, so that its own event and the ledger's commit together:
//
//     const auto series = account::open_series(tx, {.unit = Unit::fen, .label = "…"});
//     const auto line = TRY(account::open(tx, {.series = series, .owner = bank, .role = "line",
//                                              .debit_limit = 0}));
//     const auto done = TRY(account::post(tx, {ledger::hold({.debit = line, .credit = drawn,
//                                                            .amount = 500})}));
//     done.ids.front() is the hold's id, to be posted or released later.
//
// What is refused comes back as an Error (`ledger.exceeds_debitable` …) and nothing has happened.
#pragma once

#include "base/digest.hpp"
#include "engine/ledger/book.hpp"
#include "store/database.hpp"

namespace account {

using base::Id;
using base::Instant;
using base::Party;
using base::Result;
using ledger::AccountId;
using ledger::Amount;
using ledger::SeriesId;
using ledger::TransferId;

enum class Unit { fen, gram, piece };
BOOST_DESCRIBE_ENUM(Unit, fen, gram, piece)

// account_series: what one ledger counts (one voucher, one lot of goods, one budget). Acts move
// amounts within a series only, so each series nets to zero.
struct Series {
    SeriesId id; // 1, 2, 3 …
    Unit unit = Unit::fen;
    std::string label;
    Instant opened_at;
};
BOOST_DESCRIBE_STRUCT(Series, (), (id, unit, label, opened_at))

// account_account: what does not change of an account.
struct Account {
    AccountId id; // 1, 2, 3 …
    SeriesId series;
    Id<Party> owner;        // 0: the platform's own, such as the far side of a budget
    std::string role;       // the opener's word: "holding", "line", "vault" …
    std::int64_t about = 0; // the thing it serves: an id of the opener's; 0: none
    std::string label;
    Instant opened_at;
};
BOOST_DESCRIBE_STRUCT(Account, (), (id, series, owner, role, about, label, opened_at))

struct OpenSeries {
    Unit unit = Unit::fen;
    std::string label;
};

struct Open {
    SeriesId series;
    Id<Party> owner;
    std::string role;
    std::int64_t about = 0;
    std::string label;
    Amount debit_limit = ledger::unlimited; // 0: never debited beyond its posted credits
    Amount credit_limit = ledger::unlimited;
};

// Events ------------------------------------------------------------------------------------------

struct SeriesOpened {
    static constexpr std::string_view kind = "account.series_opened";
    Series series;
};
BOOST_DESCRIBE_STRUCT(SeriesOpened, (), (series))

struct Opened {
    static constexpr std::string_view kind = "account.opened";
    Account account;
    std::optional<Amount> debit_limit; // none: unlimited
    std::optional<Amount> credit_limit;
};
BOOST_DESCRIBE_STRUCT(Opened, (), (account, debit_limit, credit_limit))

// Many accounts at once: their ids follow one another.
struct OpenedMany {
    static constexpr std::string_view kind = "account.opened_many";
    std::vector<Opened> accounts;
};
BOOST_DESCRIBE_STRUCT(OpenedMany, (), (accounts))

// Acts that happened, and ids that were used up by refusals, in order; as text of
// engine/ledger/text.hpp, since a batch has thousands. The first is at `stamp`, the others at the
// moments after it.
struct Posted {
    static constexpr std::string_view kind = "account.posted";
    ledger::Stamp stamp = 0;
    std::string acts;
    const ledger::Book* worked = nullptr; // what deciding has computed already; not in the journal
};
BOOST_DESCRIBE_STRUCT(Posted, (), (stamp, acts))

// The state root is brought up to date, and stands in the journal from here on.
struct Sealed {
    static constexpr std::string_view kind = "account.sealed";
    std::string root; // hexadecimal
};
BOOST_DESCRIBE_STRUCT(Sealed, (), (root))

void apply(store::Transaction& tx, const SeriesOpened& event);
void apply(store::Transaction& tx, const Opened& event);
void apply(store::Transaction& tx, const OpenedMany& event);
void apply(store::Transaction& tx, const Posted& event);
void apply(store::Transaction& tx, const Sealed& event);
void declare(store::Schema& schema);

// Inside another use case's transaction -----------------------------------------------------------

SeriesId open_series(store::Transaction& tx, const OpenSeries& wish);
// `account.series_not_found`, `account.open_already` (same series, owner, role and `about`).
Result<AccountId> open(store::Transaction& tx, const Open& wish);
// As many calls of `open` in one event, all or none, for imports and the first day of a ledger: up
// to ledger::batch_most of them, their ids one after the other. The first that is refused is the
// error, with its place (`/1`) as the field. `account.open_count`.
Result<std::vector<AccountId>> open_many(store::Transaction& tx, std::span<const Open> wishes);
// The account of this series, owner, role and `about`, opened when there is none.
Result<AccountId> find_or_open(store::Transaction& tx, const Open& wish);

struct Done {
    std::vector<TransferId> ids; // one an act, those given here included
    ledger::Stamp stamp = 0;     // of the first act
};

// One chain: wholly or not at all. Holds whose time is over are expired first. The first act that
// is refused is the error, with its place in the chain (`/1`) as the field. A chain that was posted
// before, under the same ids, changes nothing and is no error.
Result<Done> post(store::Transaction& tx, std::vector<ledger::Act> chain);

// Many chains at once (Act::linked), each for itself; one outcome an act. Ids are the sender's;
// what is refused uses up its id. `account.batch_size`, `account.no_wish` (the kind `refused`).
Result<std::vector<ledger::Outcome>> post_batch(
    store::Transaction& tx, std::span<const ledger::Act> acts);

// Expires what is due; the number of holds. Every post does it by itself.
std::int64_t expire_due(store::Transaction& tx);

// Brings the state root up to date as an event and answers it; without an event when nothing has
// changed since the last time. For the log's checkpoints.
base::Digest seal(store::Transaction& tx);

// Reads -------------------------------------------------------------------------------------------

// The state root: over all accounts and all open holds; docs/ledger.md has the format.
[[nodiscard]] base::Digest root(const store::Snapshot& db);

std::optional<Series> find_series(const store::Snapshot& db, SeriesId id);
std::optional<Account> find(const store::Snapshot& db, AccountId id);
std::optional<AccountId> find(
    const store::Snapshot& db,
    SeriesId series,
    Id<Party> owner,
    std::string_view role,
    std::int64_t about = 0);
// Limits, state and sums now.
std::optional<ledger::Account> balance(const store::Snapshot& db, AccountId id);
std::optional<ledger::Hold> hold(const store::Snapshot& db, TransferId id);
// What was done with an id; `kind` refused, with the refusal as `code`, when it was used up.
std::optional<ledger::Act> act(const store::Snapshot& db, TransferId id);

template <class T>
struct Page {
    std::int64_t total = 0;
    std::vector<T> items;
};

// Whether some hold's time is over and it is still open.
[[nodiscard]] bool any_due(const store::Snapshot& db, Instant now);

struct Held {
    ledger::Account balance;
    Account account;
};

struct Filter {
    std::optional<Id<Party>> owner;
    std::optional<SeriesId> series;
    std::optional<std::string> role;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};

Page<Held> list(const store::Snapshot& db, const Filter& filter);
// Of one account, newest first.
Page<ledger::Hold> holds(
    const store::Snapshot& db, AccountId id, std::int32_t page, std::int32_t per_page);

// What was done at an account, one line an act, with the account as it was after it.
struct Entry {
    ledger::Line line;
    ledger::Account after;
};

// Newest first.
Page<Entry> history(
    const store::Snapshot& db, AccountId id, std::int32_t page, std::int32_t per_page);
// As it was at the end of that millisecond of the ledger's time. None before it was opened.
std::optional<ledger::Account> balance_at(const store::Snapshot& db, AccountId id, Instant at);
// The journal's number of the event that holds the act; 0 when there is none.
std::int64_t event_of(const store::Snapshot& db, TransferId id);
// What became of acts that were sent before.
std::vector<ledger::Outcome> outcomes_of(
    const store::Snapshot& db, std::span<const ledger::Act> acts);

// All accounts and open holds as engine/ledger/export.hpp has them, piece by piece.
void write_export(const store::Snapshot& db, const std::function<void(std::string_view)>& piece);

// Looks at the whole ledger: sums against acts and holds, series against zero, the state root
// against one computed from scratch. Sentences, none when all is well.
std::vector<base::Text> check(const store::Snapshot& db);

// The state root by the plain definition, from every account and hold.
[[nodiscard]] base::Digest root_from_scratch(const store::Snapshot& db);

// Use cases ---------------------------------------------------------------------------------------

// What other capabilities do inside their own commands, as commands.
class Accounts {
public:
    explicit Accounts(store::Database& database)
        : database_(database) {}

    // As account::post_batch; `outcomes` is filled however often the command is sent.
    Result<store::Receipt> post_batch(
        const store::Command& command,
        std::span<const ledger::Act> acts,
        std::vector<ledger::Outcome>& outcomes);
    // The subject is how many.
    Result<store::Receipt> expire(const store::Command& command);
    // The subject is the state root.
    Result<store::Receipt> seal(const store::Command& command);

private:
    store::Database& database_;
};

} // namespace account
