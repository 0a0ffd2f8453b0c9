// That nothing is told before it is on the disk, whatever the disk does.
#include "store/bank_test.hpp"
#include "store/file.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <random>
#include <thread>

namespace store {
namespace {

using base::Id;
using base::Money;

base::Result<std::string> allowed(Transaction&) { return std::string("allowed"); }

class SettlingTest : public ::testing::Test {
protected:
    std::filesystem::path file() const { return scratch.folder() / "bank.db"; }

    std::unique_ptr<Database> open(std::function<bool()> flush) {
        return Database::open({.file = file(), .flush = std::move(flush)}, bank::schema(), clock)
            .value();
    }

    static base::Result<Receipt> open_account(Database& database, const std::string& id) {
        return database.write(Command::internal(id), bank::open_account(id, Money::yuan(1)));
    }

    static std::future<base::Result<Receipt>> submit(
        Database& database, const std::string& id, Database::Work work) {
        std::promise<base::Result<Receipt>> promise;
        auto answer = promise.get_future();
        database.submit(
            Command::internal(id),
            std::move(work),
            [promise = std::move(promise)](base::Result<Receipt> result) mutable {
                promise.set_value(std::move(result));
            });
        return answer;
    }

    base::ManualClock clock{base::Instant{1'700'000'000'000}};
    Scratch scratch;
};

// A disk that keeps what it is given when it is told to; a power failure leaves that.
class Disk {
public:
    explicit Disk(std::filesystem::path file)
        : file_(std::move(file)) {}

    bool flush() {
        auto log = read_whole(file_.string() + "-wal").value().value_or("");
        auto tables = read_whole(file_).value().value_or("");
        std::this_thread::sleep_for(std::chrono::microseconds(500));
        const std::lock_guard lock(mutex_);
        log_ = std::move(log);
        tables_ = std::move(tables);
        ++flushes_;
        return true;
    }

    // The files as a power failure at this moment leaves them.
    void leave(const std::filesystem::path& as) const {
        const std::lock_guard lock(mutex_);
        ASSERT_TRUE(write_whole(as, tables_));
        ASSERT_TRUE(write_whole(as.string() + "-wal", log_));
    }

    int flushes() const {
        const std::lock_guard lock(mutex_);
        return flushes_;
    }

private:
    std::filesystem::path file_;
    mutable std::mutex mutex_;
    std::string log_;
    std::string tables_;
    int flushes_ = 0;
};

TEST_F(SettlingTest, what_was_answered_survives_a_power_failure_at_any_moment) {
    constexpr int commands = 800;
    constexpr int at_once = 16;
    constexpr int failures = 8;

    struct Left {
        std::filesystem::path file;
        std::map<std::string, Receipt> answered;
    };

    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    Disk disk(file());
    std::vector<Left> left;
    {
        const auto database = open([&] { return disk.flush(); });
        std::mutex mutex;
        std::condition_variable some;
        int running = 0;
        std::map<std::string, Receipt> answered;
        for (int i = 0; i < commands; ++i) {
            std::unique_lock lock(mutex);
            some.wait(lock, [&] { return running < at_once; });
            ++running;
            lock.unlock();
            const auto id = "open " + std::to_string(i);
            database->submit(
                Command::internal(id),
                bank::open_account(id, Money::yuan(1)),
                [&, id](const base::Result<Receipt>& answer) {
                    const std::lock_guard told(mutex);
                    answered.emplace(id, answer.value());
                    if (random() % (commands / failures) == 0) {
                        left.push_back(
                            {scratch.folder() / ("left " + std::to_string(left.size())), answered});
                        disk.leave(left.back().file);
                    }
                    --running;
                    some.notify_one();
                });
        }
        std::unique_lock lock(mutex);
        some.wait(lock, [&] { return running == 0; });
        left.push_back({scratch.folder() / "at the end", answered});
        disk.leave(left.back().file);
    }
    EXPECT_LT(disk.flushes(), commands / 2) << "several commands share a flush";
    for (const auto& [file, answered] : left) {
        const auto database = Database::open({.file = file}, bank::schema(), clock).value();
        for (const auto& [id, receipt] : answered)
            ASSERT_EQ(database->write(Command::internal(id), allowed).value(), receipt) << id;
        const auto events = database->events_after(0, 2 * commands);
        ASSERT_GE(events.size(), answered.size());
        ASSERT_EQ(events.back().seq, std::ssize(events)) << "a beginning, without gaps";
        const auto digest = database->projection_digest();
        ASSERT_TRUE(database->rebuild());
        ASSERT_EQ(database->projection_digest(), digest);
    }
}

// Holds the first flush that comes after hold(), until let_go().
class HeldDisk {
public:
    bool flush() {
        if (!hold_.exchange(false)) return true;
        held_.set_value();
        go_.get_future().wait();
        return true;
    }

    void hold() { hold_ = true; }

    void wait_until_held() { held_.get_future().wait(); }

    void let_go() { go_.set_value(); }

private:
    std::atomic<bool> hold_ = false;
    std::promise<void> held_;
    std::promise<void> go_;
};

TEST_F(
    SettlingTest, nobody_is_told_what_is_not_on_the_disk_and_the_next_turn_is_decided_meanwhile) {
    HeldDisk disk;
    const auto database = open([&] { return disk.flush(); });
    std::atomic<int> heard = 0;
    database->listen(
        [&](std::span<const Event> events) { heard += static_cast<int>(events.size()); });
    ASSERT_TRUE(open_account(*database, "before"));

    // Two turns: what is submitted while the first is worked on waits for the second.
    disk.hold();
    std::promise<void> first_at_work;
    std::promise<void> second_waits;
    auto first = submit(*database, "first", [&](Transaction& tx) {
        first_at_work.set_value();
        second_waits.get_future().wait();
        return bank::open_account("first", Money::yuan(1))(tx);
    });
    first_at_work.get_future().wait();
    std::promise<void> second_at_work;
    auto second = submit(*database, "second", [&](Transaction& tx) {
        second_at_work.set_value();
        return bank::open_account("second", Money::yuan(1))(tx);
    });
    second_waits.set_value();
    disk.wait_until_held();
    second_at_work.get_future().wait(); // decided while the first is on its way

    auto seen = std::async(std::launch::async, [&] { return bank::accounts(*database).size(); });
    const auto moment = std::chrono::milliseconds(50);
    EXPECT_EQ(first.wait_for(moment), std::future_status::timeout);
    EXPECT_EQ(second.wait_for(moment), std::future_status::timeout);
    EXPECT_EQ(seen.wait_for(moment), std::future_status::timeout);
    EXPECT_EQ(heard.load(), 1);
    disk.let_go();
    EXPECT_TRUE(first.get());
    EXPECT_TRUE(second.get());
    EXPECT_GE(seen.get(), 2U);
    EXPECT_EQ(heard.load(), 3);
}

TEST_F(SettlingTest, a_disk_that_refuses_once_costs_an_answer_and_nothing_else) {
    std::atomic<bool> refuse = false;
    const auto database = open([&] { return !refuse.exchange(false); });
    std::vector<std::string> heard;
    database->listen([&](std::span<const Event> events) {
        for (const auto& event : events)
            heard.push_back(event.command);
    });
    const auto one = open_account(*database, "one").value();
    refuse = true;
    EXPECT_EQ(open_account(*database, "two").error().code, "store.unavailable");
    EXPECT_EQ(heard, std::vector<std::string>{"one"});
    const auto three = open_account(*database, "three").value();
    EXPECT_EQ(three.seq, one.seq + 2);
    EXPECT_EQ(open_account(*database, "two").value().seq, one.seq + 1) << "sent again";
    EXPECT_EQ(heard, (std::vector<std::string>{"one", "two", "three"}));
    EXPECT_EQ(bank::accounts(*database).size(), 3U);
}

TEST_F(SettlingTest, nothing_is_taken_on_top_of_what_the_disk_refused) {
    std::atomic<bool> refuse = false;
    const auto database = open([&] { return !refuse; });
    ASSERT_TRUE(open_account(*database, "one"));
    database->read([&](const Snapshot& snapshot) {
        EXPECT_EQ(snapshot.seq(), 1); // keeps the log from going back into the file
        refuse = true;
        EXPECT_EQ(open_account(*database, "two").error().code, "store.unavailable");
        refuse = false;
        for (const auto* id : {"three", "two"})
            EXPECT_EQ(open_account(*database, id).error().code, "store.unavailable");
    });
    EXPECT_EQ(open_account(*database, "three").value().seq, 3);
    EXPECT_EQ(open_account(*database, "two").value().seq, 2);
}

} // namespace
} // namespace store
