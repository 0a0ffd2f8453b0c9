// What happens to the file: reopening, crashes of the disk, other programs, copies.
#include "store/bank_test.hpp"
#include "store/file.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

namespace store {
namespace {

using bank::Account;
using base::Id;
using base::Money;
namespace fs = std::filesystem;

class FileTest : public ::testing::Test {
protected:
    FileTest() {
        auto name = (fs::temp_directory_path() / "rongqiao-test-XXXXXX").string();
        base::ensure(::mkdtemp(name.data()) != nullptr, "a folder for the test");
        folder = name;
        file = folder / "cell.db";
    }

    ~FileTest() override { fs::remove_all(folder); }

    base::Result<std::unique_ptr<Database>> open(const std::string& version = "1") {
        return Database::open({.file = file}, bank::schema(version), clock);
    }

    // Three accounts and some movements, the third of them refused.
    static void fill(Database& database) {
        std::vector<Id<Account>> accounts;
        for (const auto* owner : {"a", "b", "c"}) {
            const auto opened = database.write(
                Command::internal(std::string("open ") + owner),
                bank::open_account(owner, Money::yuan(10)));
            accounts.push_back({std::stoll(opened.value().subject)});
        }
        for (int i = 0; i < 4; ++i) {
            const auto amount = Money::yuan(i == 2 ? 100 : 1);
            (void)database.write(
                Command::internal("move " + std::to_string(i)),
                bank::move_money(accounts[0], accounts[1], amount));
        }
    }

    void change_file(const std::string& sql) {
        Connection(file, Connection::Access::write).script(sql);
    }

    base::ManualClock clock{base::Instant{1'700'000'000'000}};
    fs::path folder;
    fs::path file;
};

TEST_F(
    FileTest, what_was_answered_is_there_after_reopening_and_rebuilt_only_when_declared_otherwise) {
    auto database = open().value();
    fill(*database);
    const auto digest = database->projection_digest();
    database.reset();
    change_file("update bank_account set owner = 'changed behind the program' where owner = 'c'");
    database = open().value();
    EXPECT_EQ(bank::accounts(*database)[2].owner, "changed behind the program");
    EXPECT_EQ(
        database
            ->write(Command::internal("move 2"), bank::move_money({1024}, {2048}, Money::yuan(1)))
            .error()
            .code,
        "bank.too_little");
    database.reset();
    database = open("2").value();
    EXPECT_EQ(database->projection_digest(), digest);
    EXPECT_EQ(bank::total(*database), Money::yuan(30));
}

TEST_F(FileTest, thousands_of_answers_are_found_again_after_reopening) {
    constexpr int many = 5000;
    std::vector<std::string> first;
    auto database = Database::open({.file = file, .durable = false}, bank::schema(), clock).value();
    const auto send = [&](int i) {
        // Every third is refused: the account it moves from has nothing.
        auto work = i % 3 == 0 ? bank::move_money({1024}, {2048}, Money::yuan(1000))
                               : bank::open_account("x", Money{});
        const auto answer =
            database->write(Command::internal("command " + std::to_string(i)), std::move(work));
        return answer ? base::json::text(*answer) : answer.error().code;
    };
    first.push_back({});
    for (int i = 1; i < many; ++i)
        first.push_back(send(i));
    database.reset();
    database = open().value();
    for (int i = 1; i < many; ++i)
        EXPECT_EQ(send(i), first[static_cast<std::size_t>(i)]) << i;
}

// Every shape of an answer: with no event, one, one of another subject than the answer's, many, and
// a refusal.
std::vector<std::pair<std::string, Database::Work>> shapes() {
    const auto opened = [](std::int64_t count, std::string subject) -> Database::Work {
        return [count, subject](Transaction& tx) -> base::Result<std::string> {
            for (std::int64_t i = 0; i < count; ++i) {
                const auto account = tx.new_id<bank::Account>();
                tx.publish(bank::Opened{account, "x", {}}, account);
            }
            return subject;
        };
    };
    std::vector<std::pair<std::string, Database::Work>> made;
    made.emplace_back("none", opened(0, "nothing"));
    made.emplace_back("one", bank::open_account("x", {}));
    made.emplace_back("other subject", opened(1, "other"));
    made.emplace_back("many", opened(3, "many"));
    made.emplace_back("refused", bank::move_money({1}, {2}, Money::yuan(1)));
    made.emplace_back("one more", bank::open_account("y", {}));
    return made;
}

std::vector<std::string> send_shapes(Database& database) {
    std::vector<std::string> answers;
    for (auto& [id, work] : shapes()) {
        const auto answer = database.write(Command::internal(id), std::move(work));
        answers.push_back(answer ? base::json::text(*answer) : answer.error().code);
    }
    return answers;
}

TEST_F(FileTest, answers_of_every_shape_are_found_again_after_reopening) {
    auto database = open().value();
    const auto first = send_shapes(*database);
    EXPECT_EQ(send_shapes(*database), first);
    database.reset();
    database = open().value();
    EXPECT_EQ(send_shapes(*database), first);
    auto other = Command::internal("one");
    other.actor.person = {7};
    const auto reused = database->write(other, bank::open_account("x", {}));
    EXPECT_EQ(reused.error().code, "store.command_reused");
}

TEST_F(FileTest, a_file_of_the_first_format_keeps_its_answers) {
    auto database = open().value();
    const auto first = send_shapes(*database);
    const auto digest = database->projection_digest();
    database.reset();
    change_file(
        "insert into command select (select max(n) from command) + seq, command, digest, person, "
        "party, seq, subject, at, null from journal where digest is not null and command not in "
        "(select id from command); alter table journal drop column digest; pragma user_version = "
        "1");
    for (const int opening : {1, 2}) {
        database = open().value();
        EXPECT_EQ(send_shapes(*database), first) << opening;
        EXPECT_EQ(database->projection_digest(), digest) << opening;
        database.reset();
    }
}

TEST_F(FileTest, a_second_opening_is_refused_while_the_first_lives) {
    auto database = open().value();
    EXPECT_EQ(open().error().code, "store.locked");
    database.reset();
    EXPECT_TRUE(open());
}

TEST_F(FileTest, a_second_process_is_refused_until_the_first_is_killed) {
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const auto child = ::fork();
    if (child == 0) {
        const auto database = open();
        const char word = database ? 'y' : 'n';
        (void)!::write(ready[1], &word, 1);
        for (;;)
            ::pause();
    }
    char word = 0;
    ASSERT_EQ(::read(ready[0], &word, 1), 1);
    EXPECT_EQ(word, 'y');
    EXPECT_EQ(open().error().code, "store.locked");
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_TRUE(open());
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST_F(FileTest, files_of_newer_and_other_programs_are_refused_untouched) {
    { fill(*open().value()); }
    change_file("pragma user_version = 3");
    EXPECT_EQ(open().error().code, "store.newer");
    change_file("pragma user_version = 2; update journal set kind = 'bank.future' where seq = 2");
    EXPECT_TRUE(open());
    EXPECT_EQ(open("2").error().code, "store.newer");
    EXPECT_TRUE(open("1")) << "a failed rebuild leaves the tables as they were";
    change_file("pragma application_id = 1");
    EXPECT_EQ(open().error().code, "store.damaged");
}

TEST_F(FileTest, what_is_no_database_is_damaged) {
    std::ofstream(file) << std::string(10'000, 'x');
    EXPECT_EQ(open().error().code, "store.damaged");
}

TEST_F(FileTest, an_event_that_cannot_be_read_stops_the_rebuild) {
    { fill(*open().value()); }
    change_file("update journal set body = '{\"account\": 7}' where seq = 3");
    EXPECT_EQ(open("2").error().code, "store.damaged");
}

TEST_F(FileTest, a_folder_that_is_not_there_is_unavailable) {
    file = folder / "none" / "cell.db";
    EXPECT_EQ(open().error().code, "store.unavailable");
}

// While the file may not grow, nothing is acknowledged; when it may again, the same commands go
// through.
TEST_F(FileTest, a_full_disk_acknowledges_nothing_and_passes) {
    auto database = open().value();
    fill(*database);
    const auto digest = database->projection_digest();
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    // Below where the log's next page goes, whatever room its file has.
    const rlimit tight{.rlim_cur = 4096, .rlim_max = before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
    const auto owner = std::string(20'000, 'x');
    const auto refused =
        database->write(Command::internal("late"), bank::open_account(owner, Money::yuan(1)));
    const auto second =
        database->write(Command::internal("later"), bank::open_account(owner, Money::yuan(1)));
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "store.unavailable");
    EXPECT_EQ(second.error().code, "store.unavailable");
    EXPECT_EQ(database->projection_digest(), digest);
    EXPECT_TRUE(
        database->write(Command::internal("late"), bank::open_account(owner, Money::yuan(1))));
    EXPECT_EQ(bank::total(*database), Money::yuan(31));
    EXPECT_EQ(database->rebuild().value(), 7);
}

TEST_F(FileTest, a_command_too_big_for_the_file_is_turned_away_and_the_next_goes_through) {
    auto database = open().value();
    fill(*database);
    const auto cap = [](Transaction& tx) -> base::Result<std::string> {
        tx.publish(bank::Ran{"pragma max_page_count = 1"}, ""); // no lower than what there is
        return std::string();
    };
    ASSERT_TRUE(database->write(Command::internal("cap"), cap));
    const auto big = database->write(
        Command::internal("big"), bank::open_account(std::string(1'000'000, 'x'), Money::yuan(1)));
    EXPECT_EQ(big.error().code, "store.unavailable");
    EXPECT_TRUE(
        database->write(Command::internal("small"), bank::open_account("s", Money::yuan(1))));
}

TEST_F(FileTest, a_backup_restores_to_the_same_and_damage_is_found) {
    auto database = open().value();
    fill(*database);
    const auto digest = database->projection_digest();
    const auto copy = folder / "copy.db";
    ASSERT_TRUE(database->backup(copy));
    EXPECT_EQ(database->backup(copy).error().code, "store.exists");
    database->write(Command::internal("after"), bank::open_account("after", Money::yuan(1)))
        .value();
    EXPECT_EQ(restore(copy, file).error().code, "store.exists");
    const auto place = folder / "restored.db";
    ASSERT_TRUE(restore(copy, place));
    const auto restored = Database::open({.file = place}, bank::schema(), clock).value();
    EXPECT_EQ(restored->projection_digest(), digest);
    {
        std::fstream change(copy, std::ios::in | std::ios::out | std::ios::binary);
        change.seekp(5000);
        change << "damage";
    }
    EXPECT_EQ(restore(copy, folder / "third.db").error().code, "store.damaged");
    EXPECT_FALSE(fs::exists(folder / "third.db"));
    fs::remove(copy.string() + ".sha256");
    EXPECT_EQ(restore(copy, folder / "third.db").error().code, "store.damaged");
    EXPECT_EQ(
        restore(folder / "none.db", folder / "third.db").error().kind,
        base::ErrorKind::unavailable);
}

TEST(Lengthen, adds_zeros_behind_what_is_there_and_never_takes_away) {
    const Scratch scratch;
    const auto file = scratch.folder() / "log";
    EXPECT_FALSE(lengthen(file, 10));
    EXPECT_FALSE(std::filesystem::exists(file));
    ASSERT_TRUE(write_whole(file, "abc"));
    for (const auto& [wanted, length] : {std::pair{2, 3}, {3, 3}, {10, 10}, {3 << 20, 3 << 20}}) {
        ASSERT_TRUE(lengthen(file, wanted));
        std::string expected = "abc";
        expected.resize(static_cast<std::size_t>(length));
        EXPECT_EQ(read_whole(file).value(), expected) << wanted;
    }
}

} // namespace

} // namespace store
