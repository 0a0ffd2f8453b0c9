// Random histories through the real database, beside a naive ledger; and sixty-four clients at
// once.
#include "domain/account/account.hpp"
#include "engine/ledger/export.hpp"
#include "engine/ledger/naive_test.hpp"
#include "engine/ledger/text.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace account {
namespace {

using base::ManualClock;
using store::Command;
using store::Database;
using store::Transaction;
using Naive = ledger::naive::Ledger;
using ledger::naive::Big;

constexpr std::int64_t chosen_ids = std::int64_t{1} << 61; // above all that the journal makes

store::Schema model_schema() {
    store::Schema schema;
    declare(schema);
    return schema;
}

// One database and its naive double.
class Pair {
public:
    explicit Pair(std::uint64_t seed)
        : source_(seed, chosen_ids) {
        run([&](Transaction& tx) -> Result<std::string> {
            for (int series = 1; series <= 2; ++series)
                (void)open_series(tx, {.unit = Unit::gram, .label = std::to_string(series)});
            return std::string();
        });
        for (int i = 0; i < 5; ++i)
            open_some();
    }

    void step() {
        clock_.advance_ms(source_.below(4) * source_.below(9));
        if (source_.one_in(40) && naive_.accounts.size() < 40) open_some();
        if (source_.one_in(50)) expire_now();
        if (source_.one_in(20)) seal_now();
        if (source_.one_in(3)) {
            post_chain();
        } else {
            post_many();
        }
    }

    // Moves the clock on, so that what is seen now stays what was at this moment.
    void compare() {
        look();
        clock_.advance_ms(1);
    }

    void finish() {
        database_->read([&](const store::Snapshot& db) {
            for (const auto& wrong : check(db))
                ADD_FAILURE() << wrong.en;
            std::string text;
            write_export(db, [&](std::string_view piece) { text += piece; });
            EXPECT_EQ(ledger::root_of_export(text).value(), root(db));
            compare_past(db);
        });
        const auto digest = database_->projection_digest();
        EXPECT_TRUE(database_->rebuild());
        EXPECT_EQ(database_->projection_digest(), digest);
    }

private:
    void look() {
        database_->read([&](const store::Snapshot& db) {
            for (const auto& [id, naive] : naive_.accounts) {
                const auto real = *balance(db, {id});
                EXPECT_TRUE(
                    Big{real.debits_posted} == naive.out && Big{real.credits_posted} == naive.in);
                EXPECT_TRUE(
                    Big{real.debits_pending} == naive.held_out &&
                    Big{real.credits_pending} == naive.held_in);
                EXPECT_EQ(base::json::enum_name(real.state), naive.state);
                past_[id].emplace_back(clock_.now().ms, real);
            }
            for (const auto& [id, naive] : naive_.holds) {
                const auto real = *hold(db, {id});
                EXPECT_TRUE(Big{real.held} == naive.held);
                EXPECT_EQ(base::json::enum_name(real.state), naive.state);
            }
            EXPECT_EQ(root(db), root_from_scratch(db));
        });
    }

    std::string run(Database::Work work) {
        const auto answer =
            database_->write(Command::internal(std::to_string(++commands_)), std::move(work));
        return answer ? std::string("none") : answer.error().code;
    }

    // One by one and many at once, both as other modules do it.
    void open_some() {
        std::vector<Open> wishes;
        const auto most = source_.one_in(3) ? 1 + source_.below(5) : 1;
        for (std::int64_t i = 0; i < most; ++i)
            wishes.push_back(wish_for(std::ssize(naive_.accounts) + 1));
        const auto first = wishes.front().about;
        const auto said = run([&](Transaction& tx) -> Result<std::string> {
            if (wishes.size() == 1) {
                EXPECT_EQ(TRY(open(tx, wishes.front())).value, first);
                return std::string();
            }
            const auto made = TRY(open_many(tx, wishes));
            EXPECT_EQ(made.size(), wishes.size());
            EXPECT_EQ(made.front().value, first);
            EXPECT_EQ(made.back().value, wishes.back().about);
            return std::string();
        });
        EXPECT_EQ(said, "none");
        refuse_to_open(wishes);
    }

    Open wish_for(std::int64_t id) {
        ledger::naive::Account naive{.series = 1 + source_.below(2)};
        if (id > 1 && !source_.one_in(4)) naive.debit_limit = 0;
        if (source_.one_in(9)) naive.credit_limit = 150;
        naive_.accounts[id] = naive;
        return {
            .series = {naive.series},
            .owner = {9},
            .role = "model",
            .about = id,
            .debit_limit = naive.debit_limit < 0 ? ledger::unlimited : 0,
            .credit_limit = naive.credit_limit < 0 ? ledger::unlimited : 150};
    }

    // One that is there already, among many that are not: none is opened, and the numbers go on as
    // if nothing had been asked for.
    void refuse_to_open(std::vector<Open> wishes) {
        auto fresh = wishes.front();
        fresh.about = -1;
        wishes.insert(wishes.begin(), fresh);
        const auto said = run([&](Transaction& tx) -> Result<std::string> {
            const auto made = open_many(tx, wishes);
            EXPECT_FALSE(made);
            EXPECT_EQ(made.error().field, "/1");
            (void)TRY(std::move(made));
            return std::string();
        });
        EXPECT_EQ(said, "account.open_already");
    }

    // What the ledger does by itself before every act.
    void naive_expiry() {
        for (const auto id : naive_.due(clock_.now().ms)) {
            const auto answers = naive_.batch(
                {ledger::expire({.hold = {id}, .id = {++naive_expiries_}})}, clock_.now().ms);
            EXPECT_EQ(answers.front(), "none");
        }
    }

    void expire_now() {
        run([](Transaction& tx) -> Result<std::string> { return std::to_string(expire_due(tx)); });
        naive_expiry();
    }

    void seal_now() {
        run([](Transaction& tx) -> Result<std::string> { return base::hex(seal(tx)); });
    }

    void post_many() {
        // Now and then one that fills several rows of lines.
        const auto most = source_.one_in(25) ? 300 : 9;
        const auto acts = source_.batch(naive_.accounts.size(), clock_.now().ms, most);
        naive_expiry();
        const auto answers = naive_.batch(acts, clock_.now().ms);
        Accounts accounts(*database_);
        std::vector<ledger::Outcome> outcomes;
        const auto command = Command::internal(std::to_string(++commands_));
        ASSERT_TRUE(accounts.post_batch(command, acts, outcomes));
        ASSERT_EQ(outcomes.size(), answers.size());
        for (std::size_t i = 0; i < outcomes.size(); ++i)
            EXPECT_EQ(ledger::name(outcomes[i].refusal), answers[i]) << ledger::write_acts(acts);
    }

    // As another capability's use case posts: refused, nothing of its command is left, and no id
    // is used up but the command's.
    void post_chain() {
        auto acts = source_.batch(naive_.accounts.size(), clock_.now().ms, 3);
        for (auto& act : acts) {
            act.linked = &act != &acts.back();
            if (!act.id) act.id = {chosen_ids * 2 - 1 - ++given_};
        }
        const auto before = naive_;
        naive_expiry();
        const auto answers = naive_.batch(acts, clock_.now().ms);
        std::string wanted = "none";
        for (const auto& answer : answers) {
            if (answer == "none" || answer == "exists") continue;
            if (wanted == "none" || answer != "chain_broken") wanted = "ledger." + answer;
            if (answer != "chain_broken") break;
        }
        const auto said = run([&](Transaction& tx) -> Result<std::string> {
            (void)TRY(post(tx, acts));
            return std::string();
        });
        EXPECT_EQ(said, wanted) << ledger::write_acts(acts);
        if (wanted != "none") naive_ = before;
    }

    // Every balance that was seen is found again as of its moment; unless something more was done
    // in that millisecond.
    void compare_past(const store::Snapshot& db) {
        for (const auto& [id, seen] : past_) {
            for (std::size_t i = 0; i < seen.size(); i += 7) {
                const auto& [at, real] = seen[i];
                if (i + 1 < seen.size() && seen[i + 1].first == at) continue;
                EXPECT_EQ(balance_at(db, {id}, {at}), real);
            }
            const auto now = *balance(db, {id});
            const auto page = history(db, {id}, 2, 7);
            EXPECT_EQ(page.total, now.lines);
            auto lines = now.lines - 7;
            for (const auto& entry : page.items)
                EXPECT_EQ(entry.after.lines, lines--);
            const auto all = history(db, {id}, 1, 100'000);
            ASSERT_EQ(std::ssize(all.items), now.lines);
            if (!all.items.empty()) {
                EXPECT_EQ(all.items.front().after, now);
            }
        }
    }

    ManualClock clock_{{1'700'000'000'000}};
    std::unique_ptr<Database> database_ = Database::open({}, model_schema(), clock_).value();
    ledger::naive::Source source_;
    Naive naive_;
    std::map<std::int64_t, std::vector<std::pair<std::int64_t, ledger::Account>>> past_;
    std::int64_t commands_ = 0;
    std::int64_t naive_expiries_ = 0;
    std::int64_t given_ = 0;
};

TEST(AccountModel, random_histories_are_kept_as_a_naive_ledger_has_them) {
    const auto seed = ledger::naive::seed();
    const auto steps =
        static_cast<std::int64_t>(ledger::naive::number_from("RONGQIAO_CASES", 1500));
    constexpr std::int64_t steps_of_a_pair = 500;
    for (std::int64_t done = 0; done < steps && !HasFailure(); done += steps_of_a_pair) {
        SCOPED_TRACE("seed " + std::to_string(seed) + " after " + std::to_string(done));
        Pair pair(seed * 1'000'003 + static_cast<std::uint64_t>(done));
        for (std::int64_t step = 0; step < steps_of_a_pair && !HasFailure(); ++step) {
            pair.step();
            if (step % 5 == 0) pair.compare();
        }
        pair.finish();
    }
}

// Sixty-four clients pledge parts of the same few vouchers at once, let go of some and pledge
// again: whatever the order, no more is ever pledged than there is.
TEST(AccountModel, sixty_four_clients_never_pledge_more_than_there_is) {
    constexpr int clients = 64;
    constexpr int vouchers = 4;
    constexpr Amount face = 1000;
    ManualClock clock({1'700'000'000'000});
    const auto database = Database::open({}, model_schema(), clock).value();
    const auto write = [&](const std::string& id, Database::Work work) {
        return database->write(Command::internal(id), std::move(work));
    };
    std::vector<AccountId> holdings;
    AccountId vault;
    ASSERT_TRUE(write("set up", [&](Transaction& tx) -> Result<std::string> {
        const auto series = open_series(tx, {.label = "vouchers"});
        const auto issuer = TRY(open(tx, {.series = series, .role = "issuer"}));
        vault = TRY(open(tx, {.series = series, .role = "vault"}));
        for (int i = 0; i < vouchers; ++i) {
            holdings.push_back(TRY(
                open(tx, {.series = series, .role = "holding", .about = i + 1, .debit_limit = 0})));
            (void)TRY(post(
                tx,
                {ledger::transfer({.debit = issuer, .credit = holdings.back(), .amount = face})}));
        }
        return std::string();
    }));
    std::atomic<std::int64_t> pledged = 0;
    std::atomic<std::int64_t> refused = 0;
    std::atomic<bool> over = false;
    const auto client = [&](int number) {
        ledger::naive::Source source(static_cast<std::uint64_t>(number));
        for (int round = 0; round < 12; ++round) {
            const auto id = std::to_string(number) + " " + std::to_string(round);
            const auto from = holdings[static_cast<std::size_t>(source.below(vouchers))];
            const auto amount = static_cast<Amount>(1 + source.below(300));
            TransferId held;
            const auto done = write(id, [&](Transaction& tx) -> Result<std::string> {
                const auto posted = TRY(
                    post(tx, {ledger::hold({.debit = from, .credit = vault, .amount = amount})}));
                held = posted.ids.front();
                return std::to_string(held.value);
            });
            if (!done) {
                EXPECT_EQ(done.error().code, "ledger.exceeds_debitable");
                ++refused;
                continue;
            }
            pledged += static_cast<std::int64_t>(amount);
            if (source.one_in(2)) continue;
            const auto act = source.one_in(3)
                                 ? ledger::post({.hold = held, .amount = (amount + 1) / 2})
                                 : ledger::release({.hold = held});
            EXPECT_TRUE(write(id + " end", [&](Transaction& tx) -> Result<std::string> {
                (void)TRY(post(tx, {act}));
                return std::string();
            }));
        }
    };
    std::thread looking([&] {
        while (!over) {
            database->read([&](const store::Snapshot& db) {
                for (const auto id : holdings) {
                    const auto account = *balance(db, id);
                    EXPECT_LE(account.debits_posted + account.debits_pending, face);
                }
            });
        }
    });
    std::vector<std::thread> threads;
    for (int i = 0; i < clients; ++i)
        threads.emplace_back(client, i);
    for (auto& thread : threads)
        thread.join();
    over = true;
    looking.join();
    EXPECT_GT(pledged, 0);
    EXPECT_GT(refused, 0);
    database->read([&](const store::Snapshot& db) { EXPECT_TRUE(check(db).empty()); });
    const auto digest = database->projection_digest();
    ASSERT_TRUE(database->rebuild());
    EXPECT_EQ(database->projection_digest(), digest);
}

} // namespace
} // namespace account
