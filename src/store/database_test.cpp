#include "store/bank_test.hpp"

#include <gtest/gtest.h>

namespace store {
namespace {

using bank::Account;
using base::Id;
using base::Money;

Id<Account> account_of(const base::Result<Receipt>& receipt) {
    return {std::stoll(receipt.value().subject)};
}

class DatabaseTest : public ::testing::Test {
protected:
    DatabaseTest()
        : database(std::move(Database::open({}, bank::schema(), clock).value())) {
        first = account_of(write("open-1", bank::open_account("first", Money::yuan(100))));
        second = account_of(write("open-2", bank::open_account("second", Money::yuan(0))));
    }

    base::Result<Receipt> write(const std::string& id, Database::Work work) {
        return database->write(Command::internal(id), std::move(work));
    }

    base::Result<Receipt> move(const std::string& id, Money amount) {
        return write(id, bank::move_money(first, second, amount));
    }

    base::ManualClock clock{base::Instant{1'700'000'000'000}};
    std::unique_ptr<Database> database;
    Id<Account> first;
    Id<Account> second;
};

TEST_F(DatabaseTest, answers_the_number_of_the_last_event_and_the_subject) {
    clock.advance_ms(5);
    const auto receipt = move("move", Money::yuan(1)).value();
    EXPECT_EQ(receipt.seq, 3);
    EXPECT_EQ(receipt.subject, std::to_string(first.value));
    EXPECT_EQ(receipt.at, base::Instant{1'700'000'000'005});
    EXPECT_EQ(first.value, 1024);
    EXPECT_EQ(second.value, 2048);
}

TEST_F(DatabaseTest, the_same_command_gets_its_first_answer_and_happens_once) {
    const auto once = move("move", Money::yuan(30)).value();
    clock.advance_ms(1000);
    EXPECT_EQ(move("move", Money::yuan(30)).value(), once);
    EXPECT_EQ(bank::accounts(*database)[1].balance, Money::yuan(30));
}

TEST_F(DatabaseTest, a_command_id_with_other_content_or_another_actor_is_a_conflict) {
    ASSERT_TRUE(move("move", Money::yuan(1)));
    auto other = Command::internal("move");
    other.digest = base::sha256("something else");
    EXPECT_EQ(
        database->write(other, bank::move_money(first, second, Money::yuan(1))).error().code,
        "store.command_reused");
    auto stranger = Command::internal("move");
    stranger.actor.party = {7};
    EXPECT_EQ(
        database->write(stranger, bank::move_money(first, second, Money::yuan(1))).error().kind,
        base::ErrorKind::conflict);
    EXPECT_EQ(bank::accounts(*database)[1].balance, Money::yuan(1));
}

TEST_F(DatabaseTest, a_refused_command_leaves_nothing_and_stays_refused) {
    const auto refused = move("move", Money::yuan(101)).error();
    EXPECT_EQ(refused.code, "bank.too_little");
    EXPECT_EQ(bank::accounts(*database)[0].balance, Money::yuan(100));
    EXPECT_EQ(database->events_after(0, 10).size(), 2U);
    const auto fund = bank::open_account("third", Money::yuan(1000));
    EXPECT_EQ(
        write("move", [](Transaction&) -> base::Result<std::string> { return "now allowed"; })
            .error(),
        refused);
    EXPECT_EQ(move("again", Money::yuan(1)).value().seq, 3);
}

} // namespace
} // namespace store
