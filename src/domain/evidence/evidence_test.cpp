#include "domain/evidence/evidence.hpp"
#include "domain/evidence/keeper.hpp"
#include "engine/tlog/audit.hpp"
#include "engine/tlog/proof.hpp"
#include "store/file.hpp"

#include <gtest/gtest.h>

#include <fstream>

// A thing of another module, whose events must each have an entry.
namespace other {

struct Noted {
    static constexpr std::string_view kind = "other.noted";
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Noted, (), (text))

static void apply(store::Transaction& /*tx*/, const Noted& /*event*/) {}

} // namespace other

namespace evidence {
namespace {

using other::Noted;

store::Schema schema_with_other() {
    store::Schema schema;
    schema.on<Noted>();
    declare(schema);
    return schema;
}

class EvidenceTest : public testing::Test {
protected:
    void reopen() {
        database = nullptr;
        database = *store::Database::open(
            {.file = scratch.folder() / "cell.sqlite", .durable = false},
            schema_with_other(),
            clock);
    }

    store::Receipt note(const std::string& text) {
        const auto id = "note " + std::to_string(++notes);
        const auto receipt = database->write(
            store::Command::internal(id), [&](store::Transaction& tx) -> Result<std::string> {
                tx.publish(Noted{text}, std::to_string(notes));
                if (text == "refused") return base::rejected("other.no", {"不", "no"});
                return std::string();
            });
        return receipt.value_or(store::Receipt{});
    }

    template <class F>
    auto read(F&& f) {
        return database->read(std::forward<F>(f));
    }

    std::uint64_t entries() {
        return read([](const store::Snapshot& db) { return size(db); });
    }

    tlog::Head head() {
        return read([](const store::Snapshot& db) {
            auto all = tree(db, size(db));
            return tlog::Head{all.size(), *all.root()};
        });
    }

    Result<tlog::SignedCheckpoint> sign(Keeper& keeper) {
        return read([&](const store::Snapshot& db) {
            auto all = tree(db, size(db));
            return keeper.sign(all);
        });
    }

    std::filesystem::path folder() { return scratch.folder(); }

    store::Scratch scratch;
    base::ManualClock clock{{1'700'000'000'123}};
    std::unique_ptr<store::Database> database;
    int notes = 0;

    EvidenceTest() { reopen(); }
};

TEST_F(EvidenceTest, every_event_has_one_entry_and_a_refused_command_has_none) {
    const auto first = note("first");
    note("refused");
    const auto second = note("second");
    EXPECT_EQ(entries(), 2U);
    read([&](const store::Snapshot& db) {
        EXPECT_EQ(find(db, first.seq)->index, 0U);
        EXPECT_EQ(find(db, second.seq)->index, 1U);
        EXPECT_FALSE(find(db, second.seq + 1));
        EXPECT_FALSE(entry(db, 2));
    });
}

TEST_F(EvidenceTest, an_entry_is_digests_of_the_act_file_and_not_the_document) {
    const auto receipt = note("应收账款 12,000.00");
    read([&](const store::Snapshot& db) {
        const auto placed = find(db, receipt.seq);
        const auto document = act(db, receipt.seq);
        const auto digests = seal::digests(*document);
        EXPECT_EQ(
            placed->entry,
            "rongqiao.entry/1\nevent 1\nat 2023-11-14T22:13:20.123Z\nkind other.noted\nsubject "
            "1\nsha256 " +
                base::hex(digests.sha256) + "\nsm3 " + base::hex(digests.sm3) + "\n");
        EXPECT_NE(document->find("应收账款 12,000.00"), std::string::npos);
        EXPECT_NE(document->find("\nopening "), std::string::npos);
        EXPECT_FALSE(act(db, receipt.seq + 1));
    });
}

TEST_F(EvidenceTest, the_same_document_twice_looks_different_to_outsiders) {
    const auto first = note("one and the same");
    const auto second = note("one and the same");
    read([&](const store::Snapshot& db) {
        EXPECT_NE(opening(db.file_secret(), first.seq), opening(db.file_secret(), second.seq));
        EXPECT_EQ(opening(db.file_secret(), 1).size(), 32U);
    });
}

TEST_F(EvidenceTest, tiles_grow_with_the_tree_and_a_rebuild_makes_the_same_again) {
    std::vector<std::string> texts;
    tlog::Frontier frontier;
    for (int i = 0; i < 600; ++i)
        note("note " + std::to_string(i));
    read([&](const store::Snapshot& db) {
        for (std::uint64_t i = 0; i < 600; ++i)
            frontier.append(tlog::leaf_hash(*entry(db, i)));
    });
    EXPECT_EQ(head().root, frontier.root());
    EXPECT_EQ(head().size, 600U);
    const auto digest = database->projection_digest();
    ASSERT_TRUE(database->rebuild());
    EXPECT_EQ(database->projection_digest(), digest);
    reopen();
    EXPECT_EQ(head().root, frontier.root());
    note("one more");
    EXPECT_EQ(entries(), 601U);
}

TEST_F(EvidenceTest, an_outsider_verifies_the_log_and_an_act_from_files_alone) {
    ASSERT_TRUE(Keeper::create(folder(), "example.org/log"));
    auto keeper = Keeper::open(folder());
    ASSERT_TRUE(keeper) << keeper.error().message.en;
    store::Receipt one;
    for (int i = 0; i < 300; ++i)
        one = note("act " + std::to_string(i));
    const auto checkpoint = sign(*keeper);
    ASSERT_TRUE(checkpoint) << checkpoint.error().message.en;
    const auto text = tlog::note_text(checkpoint->note);
    for (const auto& key : keeper->verifiers()) {
        const auto trust = tlog::Trust::of(key);
        read([&](const store::Snapshot& db) {
            const auto fetch = [&](const std::string& path) -> Result<std::string> {
                if (path == "checkpoint") return text;
                return tile(db, *tlog::read_tile_path(path));
            };
            const auto audit = tlog::audit(fetch, trust);
            ASSERT_TRUE(audit) << audit.error().message.en;
            EXPECT_EQ(audit->entries, 300U);
            const auto placed = *find(db, one.seq);
            auto all = tree(db, 300);
            const tlog::Proof proof{
                .extra = placed.entry,
                .index = placed.index,
                .hashes = *all.inclusion(placed.index),
                .checkpoint = text};
            EXPECT_TRUE(tlog::check_proof(proof, tlog::leaf_hash(placed.entry), trust));
        });
    }
}

TEST_F(EvidenceTest, a_seal_stands_before_the_signature_and_holds_the_root_of_the_balances) {
    Evidence evidence(*database, [](store::Transaction&) { return std::string(64, 'a'); });
    EXPECT_EQ(*evidence.seal(), 0U);
    note("first");
    EXPECT_EQ(*evidence.seal(), 2U);
    EXPECT_EQ(*evidence.seal(), 2U); // nothing came since
    read([&](const store::Snapshot& db) {
        EXPECT_NE(entry(db, 1)->find("\nstate " + std::string(64, 'a') + "\n"), std::string::npos);
    });
    note("second");
    EXPECT_EQ(*evidence.seal(), 4U);
}

TEST_F(EvidenceTest, tiles_beyond_the_log_are_not_there) {
    for (int i = 0; i < 257; ++i)
        note("x");
    read([&](const store::Snapshot& db) {
        EXPECT_TRUE(tile(db, {0, 0, 256}));
        EXPECT_TRUE(tile(db, {0, 1, 1}));
        EXPECT_TRUE(tile(db, {1, 0, 1}));
        EXPECT_TRUE(tile(db, {tlog::level_of_entries, 1, 1}));
        for (const tlog::TilePath path :
             {tlog::TilePath{0, 1, 2},
              {0, 2, 1},
              {1, 0, 2},
              {2, 0, 1},
              {0, 1U << 30U, 256},
              {tlog::level_of_entries, 1, 256}}) {
            EXPECT_FALSE(tile(db, path)) << tlog::path_of(path);
        }
    });
}

class KeeperTest : public EvidenceTest {
protected:
    KeeperTest() { EXPECT_TRUE(Keeper::create(folder(), "example.org/log")); }
};

TEST_F(KeeperTest, keys_are_their_owner_s_alone_and_made_once) {
    const auto mode = std::filesystem::status(folder() / "log.key").permissions();
    EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    EXPECT_EQ(Keeper::create(folder(), "example.org/log").error().code, "evidence.key_exists");
    EXPECT_EQ(Keeper::create(folder() / "none", "a b").error().code, "evidence.origin");
    std::filesystem::permissions(
        folder() / "log.key",
        std::filesystem::perms::group_read,
        std::filesystem::perm_options::add);
    EXPECT_EQ(Keeper::open(folder()).error().code, "evidence.key_open");
    EXPECT_EQ(Keeper::open(folder() / "none").error().code, "evidence.no_key");
}

TEST_F(KeeperTest, signs_each_size_once_and_never_less) {
    auto keeper = *Keeper::open(folder());
    note("one");
    const auto first = sign(keeper);
    ASSERT_TRUE(first);
    EXPECT_EQ(tlog::note_text(sign(keeper)->note), tlog::note_text(first->note));
    note("two");
    EXPECT_EQ(sign(keeper)->checkpoint.head.size, 2U);
    read([&](const store::Snapshot& db) {
        auto shorter = tree(db, 1);
        EXPECT_EQ(keeper.sign(shorter).error().code, "evidence.behind");
    });
    EXPECT_EQ((*keeper.head())->checkpoint.head.size, 2U);
}

TEST_F(KeeperTest, two_programs_on_one_folder_sign_one_history) {
    auto keeper = *Keeper::open(folder());
    auto second = *Keeper::open(folder());
    note("one");
    ASSERT_TRUE(sign(keeper));
    note("two");
    ASSERT_TRUE(sign(second));
    note("three");
    EXPECT_EQ(sign(keeper)->checkpoint.head.size, 3U); // looks at what the other has signed
    const auto turn = store::FileLock::take(folder() / "log.lock");
    ASSERT_TRUE(turn);
    note("four");
    EXPECT_EQ(sign(keeper).error().code, "store.locked");
}

TEST_F(KeeperTest, an_older_backup_and_another_history_are_not_signed) {
    auto keeper = *Keeper::open(folder());
    note("one");
    ASSERT_TRUE(database->backup(folder() / "older.sqlite"));
    note("two");
    ASSERT_TRUE(sign(keeper));
    database = nullptr;
    for (const auto* suffix : {"", "-wal", "-shm"})
        std::filesystem::remove((folder() / "cell.sqlite").string() + suffix);
    ASSERT_TRUE(store::restore(folder() / "older.sqlite", folder() / "cell.sqlite"));
    reopen();
    EXPECT_EQ(sign(keeper).error().code, "evidence.behind");
    note("another two");
    EXPECT_EQ(sign(keeper).error().code, "evidence.fork");
    note("and a third");
    EXPECT_EQ(sign(keeper).error().code, "evidence.fork");
}

TEST_F(KeeperTest, a_changed_head_is_noticed) {
    auto keeper = *Keeper::open(folder());
    note("one");
    ASSERT_TRUE(sign(keeper));
    auto text = **store::read_whole(folder() / "log.head");
    text.replace(text.find("\n1\n"), 3, "\n0\n");
    ASSERT_TRUE(store::replace_whole(folder() / "log.head", text));
    EXPECT_EQ(sign(keeper).error().code, "evidence.head");
}

TEST_F(KeeperTest, a_new_key_signs_beside_the_old_one_while_they_overlap) {
    auto text = **store::read_whole(folder() / "log.key");
    const auto fresh = tlog::SignerKey::generate("example.org/log", tlog::KeyKind::ed25519);
    ASSERT_TRUE(store::replace_whole(folder() / "log.key", text + fresh.reveal().reveal() + "\n"));
    auto keeper = *Keeper::open(folder());
    note("one");
    const auto signed_by_three = sign(keeper);
    EXPECT_EQ(signed_by_three->note.signatures.size(), 3U);
    const std::vector<tlog::VerifierKey> only_new{fresh.verifier()};
    EXPECT_TRUE(tlog::verify_note(signed_by_three->note, only_new));
    const auto stranger = tlog::SignerKey::generate("another", tlog::KeyKind::ed25519);
    ASSERT_TRUE(
        store::replace_whole(folder() / "log.key", text + stranger.reveal().reveal() + "\n"));
    EXPECT_EQ(Keeper::open(folder()).error().code, "evidence.key");
}

} // namespace
} // namespace evidence
