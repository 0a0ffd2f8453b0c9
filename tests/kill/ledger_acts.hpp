// What the kill tests do to a ledger: accounts that may not go below zero, funded when they are
// opened, and movements between them by a hold that is posted in two parts.
#pragma once

#include "domain/account/account.hpp"

#include <cstdio>

namespace kills {

inline store::Schema schema() {
    store::Schema made;
    account::declare(made);
    return made;
}

inline constexpr account::SeriesId series{1};
inline constexpr account::AccountId funds{1};

// Once: the series and the account that funds come from.
inline bool set_up(store::Database& database) {
    const auto work = [](store::Transaction& tx) -> base::Result<std::string> {
        (void)account::open_series(tx, {.label = "kill"});
        (void)TRY(account::open(tx, {.series = series, .role = "funds"}));
        return std::string();
    };
    return database.write(store::Command::internal("set up"), work).has_value();
}

inline store::Database::Work open_account(account::Amount amount) {
    return [amount](store::Transaction& tx) -> base::Result<std::string> {
        const auto opened = TRY(account::open(
            tx, {.series = series, .role = "holding", .about = tx.seq() + 1, .debit_limit = 0}));
        (void)TRY(account::post(
            tx, {ledger::transfer({.debit = funds, .credit = opened, .amount = amount})}));
        return std::to_string(opened.value);
    };
}

// One chain: hold, post a part, keep the rest, post it. Every eighth brings the state root up to
// date.
inline store::Database::Work move_amount(
    account::AccountId from, account::AccountId to, account::Amount amount) {
    return [=](store::Transaction& tx) -> base::Result<std::string> {
        const auto held = tx.new_id<base::Transfer>();
        std::vector<ledger::Act> chain{
            ledger::hold({.debit = from, .credit = to, .amount = amount, .id = held}),
            ledger::post({.hold = held, .amount = (amount + 1) / 2, .rest = ledger::Rest::keep})};
        if (amount > 1) chain.push_back(ledger::post({.hold = held}));
        (void)TRY(account::post(tx, std::move(chain)));
        if (tx.seq() % 8 == 0) (void)account::seal(tx);
        return std::to_string(from.value);
    };
}

// What the accounts but the first can spend.
inline account::Amount total(const store::Database& database) {
    return database.read([](const store::Snapshot& db) {
        account::Amount sum = 0;
        const auto found = account::list(db, {.series = series, .per_page = 1'000'000});
        for (const auto& held : found.items) {
            if (held.account.id != funds) sum += held.balance.debitable();
        }
        return sum;
    });
}

// The tables are those of the journal, and every sum is right. Says what is not.
inline bool sound(store::Database& database) {
    bool fine = true;
    database.read([&](const store::Snapshot& db) {
        for (const auto& wrong : account::check(db)) {
            std::fprintf(stderr, "%s\n", wrong.en.c_str());
            fine = false;
        }
    });
    const auto before = database.projection_digest();
    if (!database.rebuild() || database.projection_digest() != before) {
        std::fputs("the tables differ from a rebuild\n", stderr);
        fine = false;
    }
    return fine;
}

// Events of the kind account.posted, by command.
inline std::map<std::string, std::int64_t> postings(const store::Database& database) {
    std::map<std::string, std::int64_t> found;
    for (const auto& event : database.events_after(0, 100'000'000)) {
        if (event.kind == account::Posted::kind) ++found[event.command];
    }
    return found;
}

} // namespace kills
