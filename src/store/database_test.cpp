#include "store/answers.hpp"
#include "store/bank_test.hpp"
#include "store/file.hpp"

#include <gtest/gtest.h>

#include <future>

namespace store {
namespace {

using bank::Account;
using base::Id;
using base::Money;

Id<Account> account_of(const base::Result<Receipt>& receipt) {
    return {std::stoll(receipt.value().subject)};
}

base::Result<std::string> allowed(Transaction&) { return std::string("allowed"); }

Database::Work direct(void (*doing)(Transaction&)) {
    return [doing](Transaction& tx) -> base::Result<std::string> {
        doing(tx);
        return std::string();
    };
}

Database::Work run_sql(std::string sql) {
    return [sql = std::move(sql)](Transaction& tx) -> base::Result<std::string> {
        tx.publish(bank::Ran{sql}, "");
        return std::string();
    };
}

// Commands that wait together behind one that is held, and so make one turn of the writer.
class OneTurn {
public:
    explicit OneTurn(Database& database)
        : database_(database) {
        static int count = 0;
        database_.submit(
            Command::internal("hold " + std::to_string(++count)),
            [this](Transaction&) -> base::Result<std::string> {
                held_.set_value();
                go_.get_future().wait();
                return std::string();
            },
            [this](const base::Result<Receipt>&) { done_.set_value(); });
        held_.get_future().wait();
    }

    OneTurn(const OneTurn&) = delete;
    OneTurn& operator=(const OneTurn&) = delete;

    ~OneTurn() { done_.get_future().wait(); }

    std::future<base::Result<Receipt>> add(const std::string& id, Database::Work work) {
        std::promise<base::Result<Receipt>> promise;
        auto answer = promise.get_future();
        database_.submit(
            Command::internal(id),
            std::move(work),
            [told = std::move(promise)](base::Result<Receipt> result) mutable {
                told.set_value(std::move(result));
            });
        return answer;
    }

    void start() { go_.set_value(); }

private:
    Database& database_;
    std::promise<void> held_;
    std::promise<void> go_;
    std::promise<void> done_;
};

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

    OneTurn one_turn() { return OneTurn(*database); }

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
    EXPECT_EQ(write("move", allowed).error(), refused);
    EXPECT_EQ(move("again", Money::yuan(1)).value().seq, 3);
}

TEST_F(DatabaseTest, an_error_that_may_pass_is_not_remembered) {
    const auto later = [](Transaction&) -> base::Result<std::string> {
        return base::unavailable("bank.closed", {"暂停营业", "closed for now"});
    };
    EXPECT_EQ(write("later", later).error().code, "bank.closed");
    EXPECT_EQ(write("later", allowed).value().subject, "allowed");
}

TEST_F(DatabaseTest, a_command_without_events_has_an_answer_too) {
    const auto once = write("look", allowed).value();
    EXPECT_EQ(once.seq, 0);
    EXPECT_EQ(write("look", bank::open_account("never", {})).value(), once);
}

TEST_F(DatabaseTest, command_ids_are_printable_and_of_bounded_length) {
    const std::string good[] = {"a", "0f1e-22", "a b", std::string(128, '~')};
    const std::string bad[] = {"", std::string(129, 'a'), "tab\t", "编号", std::string("nul\0", 4)};
    for (const auto& id : good)
        EXPECT_TRUE(write(id, allowed)) << id;
    for (const auto& id : bad)
        EXPECT_EQ(write(id, allowed).error().code, "store.command_id") << id;
}

TEST_F(DatabaseTest, a_fault_is_its_own_command_s_only_and_may_be_tried_again) {
    const std::pair<const char*, Database::Work (*)()> faulty[] = {
        {"throws",
         [] { return Database::Work([](Transaction&) -> base::Result<std::string> { throw 5; }); }},
        {"constraint", [] { return run_sql("insert into bank_line values (1, 1, 1, '', 99, 1)"); }},
        {"syntax", [] { return run_sql("insert nonsense"); }},
        {"outside apply",
         [] { return direct([](Transaction& tx) { tx.exec("delete from bank_account"); }); }},
        {"undeclared",
         [] { return direct([](Transaction& tx) { tx.publish(bank::Undeclared{}, ""); }); }},
        {"nested", [] { return direct([](Transaction& tx) { tx.publish(bank::Nested{}, ""); }); }},
        {"id inside apply",
         [] { return direct([](Transaction& tx) { tx.publish(bank::MakesId{}, ""); }); }},
    };
    for (const auto& [name, work] : faulty) {
        auto turn = one_turn();
        auto before = turn.add(
            "before " + std::string(name), bank::move_money(first, second, Money::yuan(1)));
        auto fault = turn.add(name, work());
        auto after =
            turn.add("after " + std::string(name), bank::move_money(first, second, Money::yuan(1)));
        turn.start();
        EXPECT_TRUE(before.get()) << name;
        EXPECT_EQ(fault.get().error().code, "store.fault") << name;
        EXPECT_TRUE(after.get()) << name;
        EXPECT_TRUE(write(name, allowed)) << name;
    }
    EXPECT_EQ(bank::accounts(*database)[1].balance, Money::yuan(2 * std::ssize(faulty)));
    EXPECT_EQ(database->events_after(0, 100).back().seq, 2 + 2 * std::ssize(faulty));
}

TEST_F(DatabaseTest, what_came_before_a_failure_in_its_turn_stays_as_it_was_answered) {
    auto turn = one_turn();
    std::vector<std::pair<std::string, std::future<base::Result<Receipt>>>> sent;
    const auto send = [&](const std::string& id, Database::Work work) {
        sent.emplace_back(id, turn.add(id, std::move(work)));
    };
    std::thread relay([&] { EXPECT_TRUE(database->set_cursor("mail", 2)); });
    std::this_thread::sleep_for(std::chrono::milliseconds(50)); // so that it is in the turn
    send("one", bank::move_money(first, second, Money::yuan(1)));
    send("new", bank::open_account("third", Money::yuan(5)));
    send("one", bank::move_money(first, second, Money::yuan(1)));
    send("nothing written", direct([](Transaction&) {}));
    send("much", bank::move_money(first, second, Money::yuan(1000)));
    send("two", bank::move_money(first, second, Money::yuan(2)));
    send("much more", bank::move_money(first, second, Money::yuan(2000)));
    send("three", bank::move_money(second, first, Money::yuan(1)));
    turn.start();
    std::vector<base::Result<Receipt>> answers;
    for (auto& [id, answer] : sent)
        answers.push_back(answer.get());
    relay.join();
    const std::vector<bool> well{true, true, true, true, false, true, false, true};
    for (std::size_t i = 0; i < sent.size(); ++i) {
        EXPECT_EQ(answers[i].has_value(), well[i]) << sent[i].first;
        const auto again = write(sent[i].first, allowed);
        ASSERT_EQ(again.has_value(), well[i]) << sent[i].first;
        if (again) {
            EXPECT_EQ(*again, *answers[i]) << sent[i].first;
        } else {
            EXPECT_EQ(again.error(), answers[i].error()) << sent[i].first;
        }
    }
    EXPECT_EQ(database->cursor("mail"), 2);
    EXPECT_EQ(bank::accounts(*database)[1].balance, Money::yuan(2));
    std::vector<std::string> commands;
    for (const auto& event : database->events_after(2, 100))
        commands.push_back(event.command);
    EXPECT_EQ(commands, (std::vector<std::string>{"one", "new", "two", "three"}));
    const auto digest = database->projection_digest();
    EXPECT_EQ(database->rebuild().value(), 6);
    EXPECT_EQ(database->projection_digest(), digest);
}

TEST_F(DatabaseTest, the_same_id_twice_in_one_turn_happens_once) {
    auto turn = one_turn();
    auto one = turn.add("twin", bank::move_money(first, second, Money::yuan(1)));
    auto two = turn.add("twin", bank::move_money(first, second, Money::yuan(1)));
    auto refused = turn.add("much", bank::move_money(first, second, Money::yuan(1000)));
    auto again = turn.add("much", allowed);
    turn.start();
    EXPECT_EQ(one.get().value(), two.get().value());
    EXPECT_EQ(refused.get().error(), again.get().error());
    EXPECT_EQ(bank::accounts(*database)[1].balance, Money::yuan(1));
}

TEST_F(DatabaseTest, ids_of_one_hash_are_told_apart) {
    std::unordered_map<std::uint32_t, std::string> seen;
    std::string one;
    std::string other;
    for (int i = 0; one.empty(); ++i) {
        const auto id = "id " + std::to_string(i);
        const auto [place, fresh] = seen.emplace(Answers::hash_of(id), id);
        if (!fresh) std::tie(one, other) = std::pair(place->second, id);
    }
    const auto first_answer = write(one, allowed).value();
    const auto account = write(other, bank::open_account("other", {})).value();
    EXPECT_EQ(account.seq, 3);
    EXPECT_EQ(write(one, allowed).value(), first_answer);
    EXPECT_EQ(write(other, allowed).value(), account);
}

TEST_F(DatabaseTest, more_new_things_than_fit_one_number_stay_unique) {
    std::set<std::int64_t> seen;
    const auto many = [&](Transaction& tx) -> base::Result<std::string> {
        for (int i = 0; i < 3000; ++i)
            seen.insert(tx.new_id<Account>().value);
        const auto last = tx.new_id<Account>();
        seen.insert(last.value);
        tx.publish(bank::Opened{last, "many", {}}, last);
        return std::string();
    };
    const auto receipt = write("many", many).value();
    EXPECT_EQ(seen.size(), 3001U);
    EXPECT_EQ(receipt.seq, 5);
    EXPECT_FALSE(seen.contains(account_of(write("next", bank::open_account("next", {}))).value));
}

TEST_F(DatabaseTest, a_transaction_reads_its_own_writes_and_their_number) {
    const auto work = [&](Transaction& tx) -> base::Result<std::string> {
        tx.publish(bank::Moved{first, second, Money::yuan(5)}, first);
        const auto left =
            tx.row<Money>("select balance from bank_account where account = $1", first);
        return std::to_string(tx.seq()) + ":" + left.value().yuan_text();
    };
    EXPECT_EQ(write("look", work).value().subject, "3:95.00");
    EXPECT_EQ(database->read([](const Snapshot& snapshot) { return snapshot.seq(); }), 3);
}

TEST_F(DatabaseTest, a_snapshot_stays_as_it_was) {
    database->read([&](const Snapshot& snapshot) {
        EXPECT_EQ(snapshot.seq(), 2);
        EXPECT_TRUE(move("move", Money::yuan(1)));
        EXPECT_EQ(snapshot.seq(), 2);
        EXPECT_EQ(
            snapshot.row<Money>("select balance from bank_account where account = $1", second),
            Money{});
    });
    EXPECT_EQ(bank::accounts(*database)[1].balance, Money::yuan(1));
}

TEST_F(DatabaseTest, the_same_statement_can_run_inside_itself) {
    const auto sql = "select account from bank_account order by account";
    int pairs = 0;
    database->read([&](const Snapshot& snapshot) {
        snapshot.each<std::int64_t>(sql, [&](std::int64_t) {
            snapshot.each<std::int64_t>(sql, [&](std::int64_t) { ++pairs; });
        });
    });
    EXPECT_EQ(pairs, 4);
}

TEST_F(DatabaseTest, listeners_hear_every_event_once_in_order_and_may_submit) {
    std::vector<std::int64_t> heard;
    std::promise<void> followed;
    database->listen([&](std::span<const Event> events) {
        for (const auto& event : events)
            heard.push_back(event.seq);
        if (events.front().command != "move") return;
        database->submit(Command::internal("follow"), allowed, [&](base::Result<Receipt>) {
            followed.set_value();
        });
    });
    ASSERT_TRUE(move("move", Money::yuan(1)));
    ASSERT_FALSE(move("much", Money::yuan(1000)));
    ASSERT_TRUE(move("move again", Money::yuan(1)));
    followed.get_future().wait();
    EXPECT_EQ(heard, (std::vector<std::int64_t>{3, 4}));
}

TEST_F(DatabaseTest, what_the_store_waits_for_does_not_wait_for_the_store) {
    std::vector<std::string> caught;
    const auto attempt = [&](const std::function<void()>& doing) {
        try {
            doing();
            caught.emplace_back("nothing");
        } catch (const std::logic_error& bug) {
            caught.emplace_back(bug.what());
        }
    };
    const auto look = [&] { (void)bank::accounts(*database); };
    const auto send = [&] { (void)write("inside", allowed); };
    database->listen([&](std::span<const Event>) {
        attempt(look);
        attempt(send);
    });
    ASSERT_TRUE(move("alone", Money::yuan(1)));
    {
        auto turn = one_turn();
        auto handed_over = turn.add("with others", [&](Transaction& tx) {
            attempt(send);
            return bank::move_money(first, second, Money::yuan(1))(tx);
        });
        std::thread other([&] { EXPECT_TRUE(database->set_cursor("mail", 2)); });
        turn.start();
        EXPECT_TRUE(handed_over.get());
        other.join();
    }
    ASSERT_EQ(caught.size(), 5U);
    for (const auto& bug : caught)
        EXPECT_NE(bug.find("does not wait for"), std::string::npos) << bug;
}

TEST_F(DatabaseTest, too_many_waiting_commands_are_turned_away) {
    auto small = Database::open({.file = {}, .queue_most = 2}, bank::schema(), clock).value();
    std::promise<void> held;
    std::promise<void> go;
    const auto hold = [&](Transaction&) -> base::Result<std::string> {
        held.set_value();
        go.get_future().wait();
        return std::string();
    };
    std::vector<std::string> answers;
    const auto note = [&](const base::Result<Receipt>& answer) {
        answers.push_back(answer ? "ok" : answer.error().code);
    };
    small->submit(Command::internal("hold"), hold, note);
    held.get_future().wait();
    for (const auto* id : {"1", "2", "3"})
        small->submit(Command::internal(id), allowed, note);
    EXPECT_EQ(answers, std::vector<std::string>{"store.busy"});
    go.set_value();
    small.reset();
    EXPECT_EQ(answers, (std::vector<std::string>{"store.busy", "ok", "ok", "ok"}));
}

TEST_F(DatabaseTest, relays_remember_how_far_they_came) {
    EXPECT_EQ(database->cursor("mail"), 0);
    ASSERT_TRUE(database->set_cursor("mail", 2));
    EXPECT_EQ(database->cursor("mail"), 2);
    EXPECT_EQ(database->cursor("other"), 0);
    const auto events = database->events_after(1, 10);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, "bank.opened");
    EXPECT_EQ(events[0].command, "open-2");
    EXPECT_EQ(events[0].subject, "2048");
}

TEST(Every, event_is_followed_within_its_transaction_and_again_when_rebuilding) {
    auto schema = bank::schema();
    schema.module("trail", "create table trail_line (seq integer primary key, kind text not null)");
    schema.every([](Transaction& tx, const Event& event) -> base::Result<> {
        tx.exec("insert into trail_line values ($1, $2)", event.seq, event.kind);
        return {};
    });
    const base::ManualClock clock({1'000});
    const auto database = *Database::open({}, std::move(schema), clock);
    const auto lines = [&] {
        return database->read([](const Snapshot& db) {
            return *db.row<std::string>("select group_concat(seq || kind) from trail_line");
        });
    };
    const auto one =
        account_of(database->write(Command::internal("a"), bank::open_account("a", Money{100})));
    const auto two =
        account_of(database->write(Command::internal("b"), bank::open_account("b", Money{0})));
    EXPECT_TRUE(database->write(Command::internal("c"), bank::move_money(one, two, Money{30})));
    EXPECT_FALSE(database->write(Command::internal("d"), bank::move_money(one, two, Money{300})));
    const std::string expected = "1bank.opened,2bank.opened,3bank.moved";
    EXPECT_EQ(lines(), expected); // what was refused left no line
    EXPECT_EQ(*database->rebuild(), 3);
    EXPECT_EQ(lines(), expected);
}

TEST(Secret, of_a_file_stays_with_it_and_is_another_for_every_file) {
    const base::ManualClock clock({1'000});
    const Scratch scratch;
    const auto secret = [&](const char* name) {
        const auto database = *Database::open(
            {.file = scratch.folder() / name, .durable = false}, bank::schema(), clock);
        return database->read([](const Snapshot& db) { return db.file_secret(); });
    };
    const auto first = secret("one");
    EXPECT_EQ(first.size(), 64U);
    EXPECT_EQ(secret("one"), first);
    EXPECT_NE(secret("two"), first);
}

TEST_F(DatabaseTest, a_rebuild_sees_the_event_s_time_and_actor_and_never_the_clock) {
    auto command = Command::internal("move");
    command.actor.person = {42};
    ASSERT_TRUE(database->write(command, bank::move_money(first, second, Money::yuan(1))));
    const auto digest = database->projection_digest();
    clock.advance_ms(1'000'000);
    EXPECT_EQ(database->rebuild().value(), 3);
    EXPECT_EQ(database->projection_digest(), digest);
    ASSERT_TRUE(move("another", Money::yuan(1)));
    EXPECT_NE(database->projection_digest(), digest);
}

} // namespace
} // namespace store
