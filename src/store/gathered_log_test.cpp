#include "store/connection.hpp"
#include "store/file.hpp"

#include <gtest/gtest.h>

#include <random>

namespace store {
namespace {

namespace fs = std::filesystem;

using Content = std::map<std::int64_t, std::string>;

Content content_of(Connection& connection) {
    Content found;
    connection.run("select n, text from piece", {}, [&](Connection::Row row) {
        found.emplace(row[0].integer, row[1].text);
        return true;
    });
    return found;
}

std::string checked(Connection& connection) {
    std::string answer;
    connection.run("pragma integrity_check", {}, [&](Connection::Row row) {
        answer += row[0].text;
        return true;
    });
    return answer;
}

// Transactions that are larger than what the connection may keep of them in memory, so that pages
// go to the log before the commit, are read from it again, and are written there once more; with
// pieces taken back, and whole transactions.
class Changing {
public:
    Changing(Connection& connection, std::uint32_t seed)
        : connection_(connection)
        , random_(seed) {}

    // What is to be in the table after it.
    Content transaction(const Content& before) {
        now_ = before;
        connection_.run("begin immediate", {});
        for (auto steps = below(60); steps > 0; --steps)
            step();
        if (below(4) == 0) {
            connection_.run("rollback", {});
            return before;
        }
        connection_.run("commit", {});
        return now_;
    }

private:
    std::int64_t below(std::int64_t limit) { return static_cast<std::int64_t>(random_()) % limit; }

    void step() {
        const auto before = now_;
        connection_.mark();
        for (auto changes = below(8); changes > 0; --changes)
            change();
        if (below(5) == 0) {
            connection_.undo();
            now_ = before;
        } else {
            connection_.keep();
        }
    }

    void change() {
        const auto n = below(400);
        if (below(5) == 0) {
            connection_.run("delete from piece where n = $1", std::vector<Value>{n});
            now_.erase(n);
            return;
        }
        const std::string text(
            static_cast<std::size_t>(below(3000)), static_cast<char>('a' + n % 26));
        connection_.run(
            "insert or replace into piece values ($1, $2)", std::vector<Value>{n, text});
        now_[n] = text;
    }

    Connection& connection_;
    std::mt19937 random_;
    Content now_;
};

// The file with its log, as a power failure at this moment might leave them; opened by SQLite's own
// files.
Content content_of_copy(const fs::path& file, const fs::path& copy) {
    for (const auto* suffix : {"", "-wal"})
        fs::copy_file(
            file.string() + suffix, copy.string() + suffix, fs::copy_options::overwrite_existing);
    fs::remove(copy.string() + "-shm");
    {
        Connection opened(copy, Connection::Access::write);
        EXPECT_EQ(checked(opened), "ok");
    }
    Connection reader(copy, Connection::Access::read);
    return content_of(reader);
}

TEST(GatheredLogTest, readers_and_copies_see_each_commit_whole_and_nothing_else) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Scratch scratch;
    const auto file = scratch.folder() / "pieces.db";
    Connection writer(file, Connection::Access::write);
    writer.script("pragma cache_size=10; pragma cache_spill=10; pragma synchronous=normal;"
                  "create table piece (n integer primary key, text text not null)");
    Connection reader(file, Connection::Access::read);
    Changing changing(writer, seed);
    Content expected;
    for (int round = 0; round < 60; ++round) {
        expected = changing.transaction(expected);
        ASSERT_EQ(content_of(reader), expected) << "round " << round;
        // The log begins anew now and then, as it does when it has gone back into the file.
        if (round % 20 == 10) {
            ASSERT_TRUE(writer.empty_log());
        }
        if (round % 10 == 0) {
            const auto copied = content_of_copy(file, scratch.folder() / "copy.db");
            ASSERT_EQ(copied, expected) << "round " << round;
        }
    }
    EXPECT_EQ(checked(reader), "ok");
}

} // namespace
} // namespace store
