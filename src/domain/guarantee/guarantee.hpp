// 融资担保: how much a guarantor may guarantee, and what becomes of it.
//
// 融资担保公司监督管理条例 arts. 15, 16: what is in force is at most a multiple of the net assets,
// one client at most a share of them, a client with its related parties at most another; the fee
// and the tolerance for compensations (代偿) are policy. All of it is the pack's, with the clause
// that a refusal quotes (pack/public_money.hpp).
//
// A guarantee in force is three holds of one ledger series: on the guarantor's capacity, on its
// room for the client, and on its room for the client's group. They are made together or not at
// all, lowered together when part of the loan is repaid, and given back at the end: two guarantees
// that are issued at once cannot both take the last room.
#pragma once

#include "domain/account/account.hpp"
#include "domain/party/party.hpp"
#include "domain/permission/permission.hpp"

namespace guarantee {

using account::AccountId;
using account::SeriesId;
using account::TransferId;
using base::Date;
using base::Id;
using base::Instant;
using base::Money;
using base::Party;
using base::Rate;
using base::Result;
using base::Text;

// guarantee_guarantor
struct Guarantor {
    Id<Party> id;
    Money net_assets;
    Date as_of;
    SeriesId series;
    AccountId capacity;
    AccountId relief; // the far side of every hold
};
BOOST_DESCRIBE_STRUCT(Guarantor, (), (id, net_assets, as_of, series, capacity, relief))

enum class State { in_force, released, compensated, closed };
BOOST_DESCRIBE_ENUM(State, in_force, released, compensated, closed)

struct Bearer { // who bears which part of a compensation
    std::string code;
    Rate share;
};
BOOST_DESCRIBE_STRUCT(Bearer, (), (code, share))

// guarantee_contract
struct Contract {
    Id<base::Guarantee> id;
    std::string number;
    Id<Party> guarantor;
    Id<Party> client;
    Id<Party> head;     // of the client's group; itself when it has no related parties
    Id<Party> bank;     // whose loan is guaranteed; 0: not of this county
    bool small = false; // a small firm or a farmer
    Money amount;
    Money outstanding;
    Rate fee;          // a year
    std::string paper; // the contract's number at the guarantor
    Date from;
    Date until;
    std::vector<Bearer> bearers;
    std::vector<TransferId> holds; // capacity, client, group
    State state = State::in_force;
    Money compensated;
    Money recovered;
    Instant issued_at;
    std::optional<Instant> ended_at;
};
BOOST_DESCRIBE_STRUCT(
    Contract,
    (),
    (id,
     number,
     guarantor,
     client,
     head,
     bank,
     small,
     amount,
     outstanding,
     fee,
     paper,
     from,
     until,
     bearers,
     holds,
     state,
     compensated,
     recovered,
     issued_at,
     ended_at))

enum class Act { issue, release, compensate, recover, write_off };
BOOST_DESCRIBE_ENUM(Act, issue, release, compensate, recover, write_off)

// guarantee_act
struct Deed {
    std::int64_t seq = 0;
    Id<base::Guarantee> contract;
    Id<Party> guarantor;
    Act act = Act::issue;
    Date on;
    Instant at;
    Money amount;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Deed, (), (seq, contract, guarantor, act, on, at, amount, text))

struct Issue {
    Id<Party> client;
    std::optional<Id<Party>> related_to; // head of its group
    std::optional<Id<Party>> bank;
    Money amount;
    Rate fee;
    std::string paper;
    Date from;
    Date until;
};
BOOST_DESCRIBE_STRUCT(Issue, (), (client, related_to, bank, amount, fee, paper, from, until))

struct Assets {
    Money net_assets;
    Date as_of;
};
BOOST_DESCRIBE_STRUCT(Assets, (), (net_assets, as_of))

// Events ----------------------------------------------------------------------------------------

struct AssetsStated {
    static constexpr std::string_view kind = "guarantee.assets_stated";
    Guarantor guarantor;
};
BOOST_DESCRIBE_STRUCT(AssetsStated, (), (guarantor))

struct Moved { // the contract as it then is, and the deed; `seq` and `at` are the event's
    static constexpr std::string_view kind = "guarantee.moved";
    Contract contract;
    Deed deed;
};
BOOST_DESCRIBE_STRUCT(Moved, (), (contract, deed))

void apply(store::Transaction& tx, const AssetsStated& event);
void apply(store::Transaction& tx, const Moved& event);
void declare(store::Schema& schema);

// Decisions -------------------------------------------------------------------------------------

// Where a guarantor stands before the guarantee in question.
struct Position {
    Money net_assets;
    Money outstanding;
    Money outstanding_small;
    Money of_client;
    Money of_group;
    Money released_this_year; // compensated ones included (代偿率's denominator)
    Money compensated_this_year;
};
BOOST_DESCRIBE_STRUCT(
    Position,
    (),
    (net_assets,
     outstanding,
     outstanding_small,
     of_client,
     of_group,
     released_this_year,
     compensated_this_year))

// The multiple that holds for what is in force: the larger one when enough of it is small.
[[nodiscard]] std::int32_t multiple(
    const pack::GuaranteeRules& rules, Money outstanding, Money outstanding_small);
// 代偿率; nothing when nothing was released yet.
[[nodiscard]] std::optional<Rate> compensation_rate(const Position& position);
// `guarantee.capacity`, `guarantee.single_client`, `guarantee.related`, `guarantee.fee`,
// `guarantee.tolerance`: each quotes the clause and says what room is left. `guarantee.amount`,
// `guarantee.term`, `guarantee.paper`.
Result<> check(
    const Issue& wish, bool small, const Position& position, const pack::GuaranteeRules& rules);
// The parts of an amount that its bearers bear, in their order; they add up to it.
[[nodiscard]] std::vector<Money> borne(const Contract& contract, Money amount);

// Reads -----------------------------------------------------------------------------------------

std::optional<Guarantor> find_guarantor(const store::Snapshot& db, Id<Party> id);
std::vector<Guarantor> guarantors(const store::Snapshot& db);
std::optional<Contract> find(const store::Snapshot& db, Id<base::Guarantee> id);

struct Filter {
    std::optional<Id<Party>> guarantor;
    std::optional<Id<Party>> client;
    std::optional<Id<Party>> bank;
    std::optional<State> state;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};

party::Page<Contract> list(const store::Snapshot& db, const Filter& filter);
std::vector<Deed> deeds(const store::Snapshot& db, Id<base::Guarantee> id);
// With `client` and `head` 0: of the guarantor as a whole.
Position position(
    const store::Snapshot& db,
    const Guarantor& guarantor,
    Id<Party> client,
    Id<Party> head,
    std::int32_t year);
// In force, of all guarantors, at the end of a day.
[[nodiscard]] Money in_force(const store::Snapshot& db);

// Use cases -------------------------------------------------------------------------------------

class Guarantees {
public:
    Guarantees(store::Database& database, const pack::Policy& policy)
        : database_(database)
        , policy_(policy) {}

    // By the guarantor itself. `guarantee.not_guarantor`, `guarantee.no_assets`.
    Result<store::Receipt> state_assets(const store::Command& command, const Assets& wish);
    Result<store::Receipt> issue(const store::Command& command, const Issue& wish);
    // Part of the loan was repaid, or all: the room comes back. `guarantee.beyond`.
    Result<store::Receipt> release(
        const store::Command& command, Id<base::Guarantee> id, Money amount);
    // 代偿: the guarantor has paid for the client.
    Result<store::Receipt> compensate(
        const store::Command& command,
        Id<base::Guarantee> id,
        Money amount,
        const std::string& reason);
    Result<store::Receipt> recover(
        const store::Command& command, Id<base::Guarantee> id, Money amount);
    Result<store::Receipt> write_off(
        const store::Command& command, Id<base::Guarantee> id, const std::string& reason);

private:
    Result<Contract> mine(const store::Transaction& tx, Id<base::Guarantee> id, State wanted) const;
    Result<const pack::GuaranteeRules*> rules(Date day) const;
    void publish(
        store::Transaction& tx,
        const Contract& contract,
        Act act,
        Money amount,
        const std::string& text) const;

    store::Database& database_;
    const pack::Policy& policy_;
};

} // namespace guarantee
