// A log in memory, made the plain way, for the tests of this module: hashes by the recursive
// definition, tiles and bundles as a map of files.
#pragma once

#include "engine/tlog/audit.hpp"
#include "engine/tlog/proof.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace tlog_test {

using tlog::Hash;

// RFC 6962 §2.1, word for word.
inline Hash plain_root(std::span<const Hash> leaves) {
    if (leaves.empty()) return tlog::empty_root();
    if (leaves.size() == 1) return leaves[0];
    std::size_t split = 1;
    while (split * 2 < leaves.size())
        split *= 2;
    return tlog::node_hash(plain_root(leaves.first(split)), plain_root(leaves.subspan(split)));
}

inline std::vector<std::string> numbered_entries(std::uint64_t count) {
    std::vector<std::string> entries;
    for (std::uint64_t i = 0; i < count; ++i)
        entries.push_back("entry " + std::to_string(i));
    return entries;
}

inline std::vector<Hash> leaves_of(std::span<const std::string> entries) {
    std::vector<Hash> leaves;
    for (const auto& entry : entries)
        leaves.push_back(tlog::leaf_hash(entry));
    return leaves;
}

// The bytes of one tile or bundle, by the formula of tlog-tiles.
inline std::string file_of(const tlog::TilePath& tile, std::span<const std::string> entries) {
    std::string bytes;
    if (tile.level == tlog::level_of_entries) {
        for (unsigned i = 0; i < tile.width; ++i)
            EXPECT_TRUE(tlog::add_to_bundle(bytes, entries[tile.index * 256 + i]));
        return bytes;
    }
    const auto leaves = leaves_of(entries);
    const auto each = std::uint64_t{1} << static_cast<unsigned>(tile.level * 8);
    for (unsigned i = 0; i < tile.width; ++i) {
        const auto hash =
            plain_root(std::span(leaves).subspan((tile.index * 256 + i) * each, each));
        bytes += tlog::bytes_of(hash);
    }
    return bytes;
}

using Files = std::map<std::string, std::string>;

inline Files files_of(std::span<const std::string> entries, std::span<const tlog::SignerKey> keys) {
    Files files;
    for (const auto& tile : tlog::tiles_of(entries.size()))
        files[tlog::path_of(tile)] = file_of(tile, entries);
    const tlog::Checkpoint checkpoint{
        .origin = keys[0].verifier().name,
        .head = {entries.size(), plain_root(leaves_of(entries))},
        .extensions = {}};
    files["checkpoint"] = tlog::note_text(tlog::sign_checkpoint(checkpoint, keys));
    return files;
}

inline tlog::FetchFile fetch_from(const Files& files) {
    return [&files](const std::string& path) -> base::Result<std::string> {
        const auto found = files.find(path);
        if (found == files.end()) return base::not_found("test.no_file", {path, path}).at(path);
        return found->second;
    };
}

inline std::string file_text(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Published by the makers of the golden log for tests; it signs nothing else.
inline constexpr auto golden_private_key =
    "PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg";
inline constexpr auto golden_vkey =
    "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
inline constexpr auto golden_checkpoint =
    "example.com/log/testdata\n"
    "15\n"
    "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n"
    "\n"
    "\xe2\x80\x94 example.com/log/testdata "
    "M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53M"
    "vIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=\n";

inline std::vector<std::string> golden_entries() {
    return {
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eit",
        "nain",
        "ten",
        "ileven",
        "twelf",
        "threeten",
        "fourten",
        "fivten"};
}

} // namespace tlog_test
