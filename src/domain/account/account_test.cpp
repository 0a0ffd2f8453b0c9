#include "domain/account/account.hpp"

#include <gtest/gtest.h>

namespace account {
namespace {

using base::Clock;
using base::ManualClock;
using ledger::Kind;
using ledger::Refusal;
using store::Command;
using store::Database;
using store::Transaction;

store::Schema only_accounts() {
    store::Schema schema;
    declare(schema);
    return schema;
}

// A throw-away database with one series and four accounts: `funds` may go below zero, the others
// may not.
class AccountTest : public testing::Test {
protected:
    AccountTest() {
        write([&](Transaction& tx) -> Result<std::string> {
            series = open_series(tx, {.unit = Unit::fen, .label = "测试"});
            funds = open(tx, {.series = series, .role = "funds"}).value();
            for (auto* one : {&a, &b, &c}) {
                *one = open(
                           tx,
                           {.series = series,
                            .owner = {7},
                            .role = "holding",
                            .about = one - &a,
                            .debit_limit = 0})
                           .value();
            }
            return "";
        });
    }

    std::string write(Database::Work work) {
        const auto answer =
            database->write(Command::internal("c" + std::to_string(++commands)), std::move(work));
        return answer ? "" : answer.error().code;
    }

    std::string post(std::vector<ledger::Act> chain) {
        return write([&](Transaction& tx) -> Result<std::string> {
            done = TRY(account::post(tx, chain));
            return "";
        });
    }

    ledger::Account at(AccountId id) {
        return database->read([&](const store::Snapshot& db) { return *balance(db, id); });
    }

    std::optional<ledger::Hold> hold_at(TransferId id) {
        return database->read([&](const store::Snapshot& db) { return hold(db, id); });
    }

    base::Digest root_now() {
        return database->read([](const store::Snapshot& db) { return root(db); });
    }

    // Everything that must hold whatever was done.
    void check() {
        const auto before = database->projection_digest();
        ASSERT_TRUE(database->rebuild());
        EXPECT_EQ(database->projection_digest(), before);
    }

    ManualClock clock{{1'700'000'000'000}};
    std::unique_ptr<Database> database = Database::open({}, only_accounts(), clock).value();
    int commands = 0;
    SeriesId series;
    AccountId funds;
    AccountId a;
    AccountId b;
    AccountId c;
    Done done;
};

TEST_F(AccountTest, many_accounts_open_at_once_or_none) {
    const auto open_all = [&](const std::vector<Open>& wishes) {
        std::string field;
        const auto code = write([&](Transaction& tx) -> Result<std::string> {
            const auto made = open_many(tx, wishes);
            if (made) return std::to_string(made->front().value);
            field = made.error().field;
            return made.error();
        });
        return code + field;
    };
    const Open one{.series = series, .owner = {8}, .role = "holding", .about = 1, .debit_limit = 0};
    auto two = one;
    two.about = 2;
    auto taken = one; // a's place
    taken.owner = {7};
    taken.about = 0;
    auto astray = one;
    astray.series = {99};
    auto huge = two;
    huge.debit_limit = ledger::amount_most + 1;
    EXPECT_EQ(open_all({}), "account.open_count");
    EXPECT_EQ(open_all(std::vector(ledger::batch_most + 1, one)), "account.open_count");
    EXPECT_EQ(open_all({one, two, one}), "account.open_already/2");
    EXPECT_EQ(open_all({one, taken}), "account.open_already/1");
    EXPECT_EQ(open_all({astray, one}), "account.series_not_found/0");
    EXPECT_EQ(open_all({one, huge}), "ledger.amount_too_large/1");
    EXPECT_EQ(open_all({one, two}), "");
    EXPECT_EQ(open_all({two}), "account.open_already/0");
    const AccountId first{c.value + 1};
    EXPECT_EQ(at(first).debit_limit, 0U);
    EXPECT_EQ(post({ledger::transfer({.debit = funds, .credit = first, .amount = 5})}), "");
    EXPECT_EQ(
        post({ledger::transfer({.debit = first, .credit = {first.value + 1}, .amount = 6})}),
        "ledger.exceeds_debitable");
    check();
}

TEST_F(AccountTest, a_chain_happens_wholly_or_not_at_all) {
    EXPECT_EQ(post({ledger::transfer({.debit = funds, .credit = a, .amount = 100})}), "");
    EXPECT_EQ(
        post(
            {ledger::transfer({.debit = a, .credit = b, .amount = 60}),
             ledger::transfer({.debit = a, .credit = c, .amount = 41})}),
        "ledger.exceeds_debitable");
    EXPECT_EQ(at(a).debitable(), 100U);
    EXPECT_EQ(
        post(
            {ledger::transfer({.debit = a, .credit = b, .amount = 60}),
             ledger::transfer({.debit = a, .credit = c, .amount = 40})}),
        "");
    EXPECT_EQ(at(a).debitable(), 0U);
    EXPECT_EQ(at(b).debitable(), 60U);
    check();
}

TEST_F(AccountTest, what_is_held_cannot_be_held_again_and_is_resolved_once) {
    EXPECT_EQ(post({ledger::transfer({.debit = funds, .credit = a, .amount = 100})}), "");
    EXPECT_EQ(post({ledger::hold({.debit = a, .credit = b, .amount = 70})}), "");
    const auto held = done.ids.front();
    EXPECT_EQ(
        post({ledger::hold({.debit = a, .credit = c, .amount = 31})}), "ledger.exceeds_debitable");
    EXPECT_EQ(post({ledger::adjust({.hold = held, .stays = 50})}), "");
    EXPECT_EQ(post({ledger::hold({.debit = a, .credit = c, .amount = 31})}), "");
    EXPECT_EQ(post({ledger::post({.hold = held, .amount = 20, .rest = ledger::Rest::keep})}), "");
    EXPECT_EQ(hold_at(held)->held, 30U);
    EXPECT_EQ(post({ledger::post({.hold = held, .amount = 10})}), "");
    EXPECT_EQ(hold_at(held)->state, ledger::HoldState::posted);
    EXPECT_EQ(post({ledger::release({.hold = held})}), "ledger.hold_posted");
    EXPECT_EQ(at(b).debitable(), 30U);
    EXPECT_EQ(at(a).debitable(), 39U);
    check();
}

TEST_F(AccountTest, a_hold_expires_by_the_ledgers_time) {
    EXPECT_EQ(post({ledger::transfer({.debit = funds, .credit = a, .amount = 100})}), "");
    EXPECT_EQ(
        post({ledger::hold(
            {.debit = a, .credit = b, .amount = 70, .expires = clock.now().plus_ms(1000)})}),
        "");
    const auto held = done.ids.front();
    clock.advance_ms(999);
    EXPECT_EQ(
        post({ledger::transfer({.debit = a, .credit = c, .amount = 31})}),
        "ledger.exceeds_debitable");
    clock.advance_ms(1);
    EXPECT_EQ(post({ledger::post({.hold = held})}), "ledger.hold_expired");
    EXPECT_EQ(post({ledger::transfer({.debit = a, .credit = c, .amount = 100})}), "");
    EXPECT_EQ(hold_at(held)->state, ledger::HoldState::expired);
    check();
}

TEST_F(AccountTest, the_state_root_follows_every_change_and_a_seal_keeps_it) {
    const auto empty = root_now();
    EXPECT_EQ(post({ledger::transfer({.debit = funds, .credit = a, .amount = 100})}), "");
    const auto moved = root_now();
    EXPECT_NE(moved, empty);
    base::Digest sealed{};
    EXPECT_EQ(
        write([&](Transaction& tx) -> Result<std::string> {
            sealed = seal(tx);
            return "";
        }),
        "");
    EXPECT_EQ(sealed, moved);
    EXPECT_EQ(root_now(), moved);
    check();
}

} // namespace
} // namespace account
