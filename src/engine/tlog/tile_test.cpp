#include "engine/tlog/log_test.hpp"

#include <random>

namespace {

using namespace tlog_test;
using tlog::TilePath;

} // namespace

TEST(TilePath, has_one_spelling) {
    struct Case {
        TilePath tile;
        std::string path;
    };

    const Case cases[] = {
        {{0, 0, 256}, "tile/0/000"},
        {{0, 0, 1}, "tile/0/000.p/1"},
        {{0, 1234067, 256}, "tile/0/x001/x234/067"},
        {{3, 999, 255}, "tile/3/999.p/255"},
        {{63, 1000, 17}, "tile/63/x001/000.p/17"},
        {{tlog::level_of_entries, 273, 112}, "tile/entries/273.p/112"},
        {{tlog::level_of_entries, 1000000, 256}, "tile/entries/x001/x000/000"},
    };
    for (const auto& each : cases) {
        EXPECT_EQ(tlog::path_of(each.tile), each.path);
        const auto read = tlog::read_tile_path(each.path);
        ASSERT_TRUE(read) << each.path;
        EXPECT_EQ(*read, each.tile);
    }
}

TEST(TilePath, refuses_every_other) {
    for (const auto* path :
         {"",
          "tile",
          "tile/",
          "tile/0",
          "tile/0/",
          "tile/0/0",
          "tile/0/00",
          "tile/0/0000",
          "tile/00/000",
          "tile/64/000",
          "tile/-1/000",
          "tile/0/x000/000",
          "tile/0/001/000",
          "tile/0/x01/000",
          "tile/0/x001",
          "tile/0/x001/",
          "tile/0/000.p/0",
          "tile/0/000.p/256",
          "tile/0/000.p/01",
          "tile/0/000.p/",
          "tile/0/000.p",
          "tile/0/000/",
          "/tile/0/000",
          "tile/entries/",
          "tile/entries/x",
          "tile/Entries/000",
          "tile/0/000.p/1/",
          "tile/0/0a0",
          "tile/0/../000",
          "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
          "tile/+1/000"}) {
        EXPECT_FALSE(tlog::read_tile_path(path)) << path;
    }
}

TEST(TilePath, survives_going_there_and_back) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 20'000; ++i) {
        const TilePath tile{
            .level = static_cast<int>(random() % 65) - 1,
            .index = random() >> (6 + random() % 58),
            .width = 1 + static_cast<unsigned>(random() % 256)};
        const auto read = tlog::read_tile_path(tlog::path_of(tile));
        ASSERT_TRUE(read) << tlog::path_of(tile);
        ASSERT_EQ(*read, tile);
    }
}

TEST(Tiles, are_those_of_the_specification_for_seventy_thousand) {
    int full_low = 0;
    std::vector<std::string> partial;
    int entries = 0;
    for (const auto& tile : tlog::tiles_of(70'000)) {
        if (tile.level == tlog::level_of_entries) ++entries;
        if (tile.level == 0 && tile.width == 256) ++full_low;
        if (tile.level >= 0 && tile.width < 256) partial.push_back(tlog::path_of(tile));
    }
    EXPECT_EQ(full_low, 273);
    EXPECT_EQ(entries, 274);
    const std::vector<std::string> expected{
        "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"};
    EXPECT_EQ(partial, expected);
    std::vector<std::string> of_256;
    for (const auto& tile : tlog::tiles_of(256))
        of_256.push_back(tlog::path_of(tile));
    const std::vector<std::string> two{"tile/0/000", "tile/1/000.p/1", "tile/entries/000"};
    EXPECT_EQ(of_256, two);
    EXPECT_EQ(tlog::tiles_of(0).size(), 0U);
    EXPECT_FALSE(tlog::tile_in(0, 1, 256));
    EXPECT_FALSE(tlog::tile_in(0, 2, 300));
}

TEST(Tiles, give_roots_and_proofs) {
    for (const std::uint64_t size : {1U, 2U, 255U, 256U, 257U, 700U}) {
        const auto entries = numbered_entries(size);
        const auto leaves = leaves_of(entries);
        tlog::TileNodes tree(size, [&](const TilePath& tile) -> base::Result<std::string> {
            return file_of(tile, entries);
        });
        const auto root = plain_root(leaves);
        const auto index = size / 2;
        EXPECT_EQ(*tree.root(), root) << size;
        EXPECT_TRUE(
            tlog::verify_inclusion(index, size, leaves[index], *tree.inclusion(index), root));
        const auto old = size - size / 3;
        EXPECT_TRUE(tlog::verify_consistency(
            {old, *tree.root_at(old)}, {size, root}, *tree.consistency(old)));
    }
}

TEST(Bundles, hold_entries_up_to_their_limit) {
    std::string bundle;
    const std::string longest(tlog::entry_bytes_most, 'x');
    ASSERT_TRUE(tlog::add_to_bundle(bundle, ""));
    ASSERT_TRUE(tlog::add_to_bundle(bundle, longest));
    EXPECT_FALSE(tlog::add_to_bundle(bundle, longest + "x"));
    const auto read = tlog::read_bundle(bundle, 2);
    ASSERT_TRUE(read);
    EXPECT_EQ((*read)[0], "");
    EXPECT_EQ((*read)[1], longest);
    EXPECT_FALSE(tlog::read_bundle(bundle, 1));
    EXPECT_FALSE(tlog::read_bundle(bundle, 3));
    EXPECT_FALSE(tlog::read_bundle(bundle.substr(0, bundle.size() - 1), 2));
}

TEST(Golden, log_is_reproduced_bit_for_bit) {
    const auto key = tlog::SignerKey::read(base::Secret(golden_private_key));
    ASSERT_TRUE(key);
    EXPECT_EQ(key->verifier().text(), golden_vkey);
    const auto entries = golden_entries();
    std::string checkpoints;
    std::string tiles;
    std::string bundles;
    for (std::size_t size = 0; size <= entries.size(); ++size) {
        const auto files = files_of(std::span(entries).first(size), {&*key, 1});
        checkpoints += files.at("checkpoint");
        if (size == 0) continue;
        tiles += files.at("tile/0/000.p/" + std::to_string(size));
        bundles += files.at("tile/entries/000.p/" + std::to_string(size));
    }
    EXPECT_TRUE(checkpoints.ends_with(golden_checkpoint));
    // SHA-256 over the files of the published log (transparency-dev/tessera, testdata/log), in the
    // order of their sizes.
    EXPECT_EQ(
        base::hex(base::sha256(checkpoints)),
        "c366c82fdd7c77311b8141fbd3769670884dba48445f343867c348455de269fd");
    EXPECT_EQ(
        base::hex(base::sha256(tiles)),
        "6147d997134c4e075c775d78f068c9f0f34bde798afab9b0629bf9d4d052c883");
    EXPECT_EQ(
        base::hex(base::sha256(bundles)),
        "7fed63ecf907418a98f8b444962460fa32b8db032e83f18d185be8fb1e498370");
}

TEST(Audit, accepts_a_whole_log_and_names_the_file_of_any_flipped_bit) {
    const auto key = tlog::SignerKey::generate("example.org/log", tlog::KeyKind::ed25519);
    const auto trust = tlog::Trust::of(key.verifier());
    const auto entries = numbered_entries(520);
    auto files = files_of(entries, {&key, 1});
    const auto whole = tlog::audit(fetch_from(files), trust);
    ASSERT_TRUE(whole) << whole.error().message.en;
    EXPECT_EQ(whole->entries, 520U);
    EXPECT_EQ(whole->files + 1, files.size());
    std::mt19937_64 random(11);
    for (auto& [path, bytes] : files) {
        for (int i = 0; i < 12; ++i) {
            const auto bit = random() % (bytes.size() * 8);
            auto& byte = bytes[bit / 8];
            const auto before = byte;
            byte = static_cast<char>(byte ^ (1 << bit % 8));
            const auto refused = tlog::audit(fetch_from(files), trust);
            ASSERT_FALSE(refused) << path << " bit " << bit;
            EXPECT_EQ(refused.error().field, path) << bit;
            byte = before;
        }
        const auto held = bytes;
        bytes += 'x';
        EXPECT_FALSE(tlog::audit(fetch_from(files), trust)) << path;
        bytes = held;
    }
}

TEST(Audit, refuses_a_rewritten_log_signed_by_another_key) {
    const auto key = tlog::SignerKey::generate("example.org/log", tlog::KeyKind::ed25519);
    const auto thief = tlog::SignerKey::generate("example.org/log", tlog::KeyKind::ed25519);
    const auto entries = numbered_entries(10);
    const auto files = files_of(entries, {&thief, 1});
    const auto refused = tlog::audit(fetch_from(files), tlog::Trust::of(key.verifier()));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "tlog.unsigned");
}
