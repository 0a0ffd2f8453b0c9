// Random commands against a naive model, and many threads at once.
#include "store/bank_test.hpp"

#include <gtest/gtest.h>

#include <future>
#include <random>
#include <thread>

namespace store {
namespace {

using bank::Account;
using base::Id;
using base::Money;

// What the platform should answer, kept as plainly as can be.
struct Model {
    std::map<std::int64_t, std::int64_t> balances;
    std::map<std::string, std::string> answers; // command id → subject or error code
    std::int64_t seq = 0;

    std::int64_t some_account(std::mt19937& random) const {
        if (balances.empty()) return 7;
        return std::next(balances.begin(), static_cast<std::ptrdiff_t>(random() % balances.size()))
            ->first;
    }

    std::string open(const std::string& id, std::int64_t fen) {
        if (answers.contains(id)) return answers[id];
        const auto account = ++seq * 1024;
        balances[account] = fen;
        return answers[id] = std::to_string(account);
    }

    std::string move(const std::string& id, std::int64_t from, std::int64_t to, std::int64_t fen) {
        if (answers.contains(id)) return answers[id];
        // A movement to an account that is not there breaks a reference: a fault, which is not
        // remembered.
        if (!balances.contains(from) || !balances.contains(to)) return "store.fault";
        if (balances[from] < fen) return answers[id] = "bank.too_little";
        balances[from] -= fen;
        balances[to] += fen;
        ++seq;
        return answers[id] = std::to_string(from);
    }
};

std::string text_of(const base::Result<Receipt>& answer) {
    return answer ? answer->subject : answer.error().code;
}

TEST(ModelTest, random_commands_answer_as_the_model_and_a_rebuild_changes_nothing) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::cout << "seed " << seed << '\n';
    std::mt19937 random(seed);
    const auto below = [&](int limit) {
        return static_cast<std::int64_t>(random() % static_cast<unsigned>(limit));
    };
    base::ManualClock clock({1'700'000'000'000});
    const auto database = Database::open({}, bank::schema(), clock).value();
    Model model;
    // Sent without waiting, so that turns hold many of them and one that fails has others around
    // it.
    std::vector<std::pair<std::future<std::string>, std::string>> sent;
    const auto send = [&](const std::string& id, Database::Work work, std::string expected) {
        std::promise<std::string> answer;
        sent.emplace_back(answer.get_future(), std::move(expected));
        database->submit(
            Command::internal(id),
            std::move(work),
            [answer = std::move(answer)](const base::Result<Receipt>& result) mutable {
                answer.set_value(text_of(result));
            });
    };
    for (int step = 0; step < 6000; ++step) {
        if (below(20) == 0) {
            for (auto& [answer, expected] : std::exchange(sent, {}))
                ASSERT_EQ(answer.get(), expected) << "before step " << step;
            clock.advance_ms(below(1000));
        }
        const bool opening = below(10) == 0;
        // One id in five is an old one, sent again by the same kind of command.
        const auto number = below(5) == 0 ? below(step + 1) : step;
        const auto id = (opening ? "open " : "move ") + std::to_string(number);
        const auto fen = below(1000);
        if (opening) {
            send(id, bank::open_account("x", Money{fen}), model.open(id, fen));
        } else {
            // One in fifty names an account that is not there. (The two differ: a line's key is its
            // account.)
            const auto from = model.some_account(random);
            auto to = below(50) == 0 ? 7 : model.some_account(random);
            if (to == from) to = 7;
            send(id, bank::move_money({from}, {to}, Money{fen}), model.move(id, from, to, fen));
        }
    }
    for (auto& [answer, expected] : sent)
        ASSERT_EQ(answer.get(), expected);
    std::map<std::int64_t, std::int64_t> balances;
    for (const auto& row : bank::accounts(*database))
        balances[row.account.value] = row.balance.fen;
    EXPECT_EQ(balances, model.balances);
    const auto digest = database->projection_digest();
    EXPECT_EQ(database->rebuild().value(), model.seq);
    EXPECT_EQ(database->projection_digest(), digest);
}

TEST(ModelTest, many_threads_write_and_read_and_the_sum_holds_at_every_moment) {
    constexpr int threads = 8;
    constexpr int rounds = 200;
    base::ManualClock clock({1'700'000'000'000});
    const auto database =
        Database::open({.file = {}, .batch_most = 5}, bank::schema(), clock).value();
    std::vector<Id<Account>> accounts;
    for (int i = 0; i < threads; ++i) {
        const auto opened = database->write(
            Command::internal("open " + std::to_string(i)), bank::open_account("x", Money{100}));
        accounts.push_back({std::stoll(opened.value().subject)});
    }
    std::atomic<bool> over = false;
    std::atomic<int> told = 0;
    std::atomic<std::int64_t> heard = 0;
    database->listen([&](std::span<const Event> events) { heard += std::ssize(events); });
    std::vector<std::thread> running;
    for (std::size_t i = 0; i < threads; ++i) {
        running.emplace_back([&, i] {
            for (int round = 0; round < rounds; ++round) {
                const auto id = std::to_string(i) + " " + std::to_string(round);
                auto work =
                    bank::move_money(accounts[i], accounts[(i + 1) % threads], Money{round % 7});
                if (round % 2 == 0) {
                    (void)database->write(Command::internal(id), std::move(work));
                    ++told;
                } else {
                    database->submit(
                        Command::internal(id), std::move(work), [&](const base::Result<Receipt>&) {
                            ++told;
                        });
                }
            }
        });
    }
    std::thread reader([&] {
        while (!over)
            EXPECT_EQ(bank::total(*database), Money{100 * threads});
    });
    std::thread rebuilder([&] {
        for (int i = 0; i < 3; ++i)
            EXPECT_TRUE(database->rebuild());
    });
    for (auto& thread : running)
        thread.join();
    rebuilder.join();
    over = true;
    reader.join();
    // Behind everything that was submitted.
    ASSERT_TRUE(database->set_cursor("end", 1));
    EXPECT_EQ(told.load(), threads * rounds);
    EXPECT_EQ(heard.load() + threads, std::ssize(database->events_after(0, 100'000)));
    const auto digest = database->projection_digest();
    ASSERT_TRUE(database->rebuild());
    EXPECT_EQ(database->projection_digest(), digest);
}

} // namespace
} // namespace store
