// A small module for the store's tests: accounts whose balances add up, whatever is moved between
// them.
#pragma once

#include "store/database.hpp"

namespace bank {

struct Account;

struct Opened {
    static constexpr std::string_view kind = "bank.opened";
    base::Id<Account> account;
    std::string owner;
    base::Money balance;
};
BOOST_DESCRIBE_STRUCT(Opened, (), (account, owner, balance))

struct Moved {
    static constexpr std::string_view kind = "bank.moved";
    base::Id<Account> from;
    base::Id<Account> to;
    base::Money amount;
};
BOOST_DESCRIBE_STRUCT(Moved, (), (from, to, amount))

// Runs a statement of the test's choosing while it is applied.
struct Ran {
    static constexpr std::string_view kind = "bank.ran";
    std::string sql;
};
BOOST_DESCRIBE_STRUCT(Ran, (), (sql))

// Events that break the rules of applying.
struct Undeclared {
    static constexpr std::string_view kind = "bank.undeclared";
    std::string note;
};
BOOST_DESCRIBE_STRUCT(Undeclared, (), (note))

struct Nested {
    static constexpr std::string_view kind = "bank.nested";
    std::string note;
};
BOOST_DESCRIBE_STRUCT(Nested, (), (note))

struct MakesId {
    static constexpr std::string_view kind = "bank.makes_id";
    std::string note;
};
BOOST_DESCRIBE_STRUCT(MakesId, (), (note))

struct Row {
    base::Id<Account> account;
    std::string owner;
    base::Money balance;
    friend bool operator==(const Row&, const Row&) = default;
};
BOOST_DESCRIBE_STRUCT(Row, (), (account, owner, balance))

struct Line {
    std::int64_t seq = 0;
    base::Instant at;
    base::Id<base::Person> person;
    std::string name; // of the actor, which applying must not see
    base::Id<Account> account;
    base::Money change;
};
BOOST_DESCRIBE_STRUCT(Line, (), (seq, at, person, name, account, change))

inline void apply(store::Transaction& tx, const Opened& event) {
    tx.insert("bank_account", Row{event.account, event.owner, event.balance});
}

inline void apply(store::Transaction& tx, const Moved& event) {
    const auto line = [&](base::Id<Account> account, base::Money change) {
        tx.exec(
            "update bank_account set balance = balance + $1 where account = $2", change, account);
        tx.insert(
            "bank_line",
            Line{tx.event().seq, tx.now(), tx.actor().person, tx.actor().name, account, change});
    };
    line(event.from, base::Money{} - event.amount);
    line(event.to, event.amount);
}

inline void apply(store::Transaction& tx, const Ran& event) { tx.exec(event.sql); }

inline void apply(store::Transaction&, const Undeclared&) {}

inline void apply(store::Transaction& tx, const Nested&) { tx.publish(Ran{"select 1"}, ""); }

inline void apply(store::Transaction& tx, const MakesId&) { (void)tx.new_id<Account>(); }

inline store::Schema schema(const std::string& version = "1") {
    store::Schema schema;
    schema.module("bank", "-- version " + version + R"(
        create table bank_account (account integer primary key, owner text not null, balance integer not null);
        create table bank_line (seq integer not null, at integer not null, person integer not null, name text not null,
            account integer not null references bank_account, change integer not null, primary key (seq, account));
        create index bank_line_account on bank_line (account);)");
    schema.on<Opened>();
    schema.on<Moved>();
    schema.on<Ran>();
    schema.on<Nested>();
    schema.on<MakesId>();
    return schema;
}

inline store::Database::Work open_account(std::string owner, base::Money balance) {
    return
        [owner = std::move(owner), balance](store::Transaction& tx) -> base::Result<std::string> {
            const auto account = tx.new_id<Account>();
            tx.publish(Opened{account, owner, balance}, account);
            return std::to_string(account.value);
        };
}

inline store::Database::Work move_money(
    base::Id<Account> from, base::Id<Account> to, base::Money amount) {
    return [=](store::Transaction& tx) -> base::Result<std::string> {
        // Written before it is decided, on purpose: a refusal has something to take back.
        tx.publish(Moved{from, to, amount}, from);
        const auto left =
            tx.row<base::Money>("select balance from bank_account where account = $1", from);
        if (!left) return base::not_found("bank.no_account", {"没有这个账户", "no such account"});
        if (left->fen < 0)
            return base::rejected("bank.too_little", {"余额不足", "too little money"});
        return std::to_string(from.value);
    };
}

inline std::vector<Row> accounts(const store::Database& database) {
    return database.read([](const store::Snapshot& snapshot) {
        return snapshot.rows<Row>(
            "select account, owner, balance from bank_account order by account");
    });
}

inline base::Money total(const store::Database& database) {
    base::Money sum;
    for (const auto& row : accounts(database))
        sum += row.balance;
    return sum;
}

} // namespace bank
