#include "edge/jobs/sealer.hpp"
#include "store/file.hpp"

#include <gtest/gtest.h>

namespace sealed {

struct Noted {
    static constexpr std::string_view kind = "sealed.noted";
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Noted, (), (text))

static void apply(store::Transaction& /*tx*/, const Noted& /*event*/) {}

} // namespace sealed

namespace jobs {
namespace {

class SealerTest : public testing::Test {
protected:
    SealerTest() {
        EXPECT_TRUE(evidence::Keeper::create(scratch.folder(), "example.org/log"));
        open();
    }

    void open() {
        store::Schema schema;
        schema.on<sealed::Noted>();
        evidence::declare(schema);
        database = nullptr;
        database = *store::Database::open(
            {.file = scratch.folder() / "cell.sqlite", .durable = false}, std::move(schema), clock);
        evidence.emplace(*database, evidence::StateRoot());
    }

    void note(const std::string& id) {
        EXPECT_TRUE(database->write(
            store::Command::internal(id), [&](store::Transaction& tx) -> base::Result<std::string> {
                tx.publish(sealed::Noted{id}, id);
                return std::string();
            }));
    }

    std::unique_ptr<Sealer> sealer(const std::string& trust = "quorum none\n") {
        return std::make_unique<Sealer>(
            *database,
            *evidence,
            *evidence::Keeper::open(scratch.folder()),
            *tlog::Trust::read(trust),
            clock,
            Sealer::Options{.gap_ms = 5, .witness_ms = 200});
    }

    store::Scratch scratch;
    base::ManualClock clock{{1'700'000'000'000}};
    std::unique_ptr<store::Database> database;
    std::optional<evidence::Evidence> evidence;
};

TEST_F(SealerTest, signs_when_something_came_and_shows_it_again_after_a_restart) {
    std::string shown;
    {
        const auto one = sealer();
        EXPECT_FALSE(*one->sign()); // nothing there
        EXPECT_EQ(one->published(), nullptr);
        note("a");
        EXPECT_TRUE(*one->sign());
        EXPECT_FALSE(*one->sign());
        ASSERT_NE(one->published(), nullptr);
        EXPECT_EQ(one->published()->head.size, 2U); // the event and its seal
        shown = one->published()->note;
    }
    const auto again = sealer();
    ASSERT_NE(again->published(), nullptr);
    EXPECT_EQ(again->published()->note, shown);
}

TEST_F(SealerTest, signs_by_itself_after_commits) {
    const auto one = sealer();
    one->start();
    for (int i = 0; i < 20; ++i)
        note("note " + std::to_string(i));
    const auto covered = [&] {
        const auto now = one->published();
        return now && now->head.size > 20;
    };
    for (int i = 0; i < 2'000 && !covered(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_TRUE(covered());
}

TEST_F(SealerTest, publishes_nothing_while_the_quorum_is_silent) {
    const auto key = tlog::SignerKey::generate("w", tlog::KeyKind::cosignature).verifier().text();
    const auto one = sealer("witness w " + key + " http://127.0.0.1:1\nquorum w\n");
    note("a");
    EXPECT_TRUE(*one->sign());
    one->ask_witnesses();
    EXPECT_EQ(one->published(), nullptr);
    EXPECT_FALSE(one->halted());
}

TEST_F(SealerTest, data_from_before_what_was_signed_are_never_signed) {
    note("a");
    ASSERT_TRUE(database->backup(scratch.folder() / "older.sqlite"));
    {
        const auto one = sealer();
        note("b");
        EXPECT_TRUE(*one->sign());
    }
    evidence.reset();
    database = nullptr;
    for (const auto* suffix : {"", "-wal", "-shm"})
        std::filesystem::remove((scratch.folder() / "cell.sqlite").string() + suffix);
    ASSERT_TRUE(
        store::restore(scratch.folder() / "older.sqlite", scratch.folder() / "cell.sqlite"));
    open();
    const auto one = sealer();
    note("c");
    EXPECT_EQ(one->sign().error().code, "evidence.fork");
    EXPECT_EQ(one->published()->head.size, 3U); // what was shown before is shown still
}

} // namespace
} // namespace jobs
