#include "base/json.hpp"
#include "engine/tlog/log_test.hpp"

#include <boost/json.hpp>

#include <bit>
#include <cstdlib>
#include <iostream>
#include <random>

namespace {

using namespace tlog_test;
using tlog::Head;

std::filesystem::path shared_folder() {
    const char* told = std::getenv("RONGQIAO_SHARED");
    return told != nullptr ? told : SOURCE_DIR "/../shared";
}

tlog::Nodes nodes_of(std::span<const Hash> leaves) {
    return [leaves](unsigned level, std::uint64_t index) -> base::Result<Hash> {
        const auto width = std::uint64_t{1} << level;
        return plain_root(leaves.subspan(index * width, width));
    };
}

std::vector<Hash> random_leaves(std::mt19937_64& random, std::size_t count) {
    std::vector<Hash> leaves(count);
    for (auto& leaf : leaves) {
        for (auto& byte : leaf)
            byte = static_cast<std::uint8_t>(random());
    }
    return leaves;
}

std::uint64_t seed_from_environment() {
    const char* told = std::getenv("RONGQIAO_SEED");
    return told != nullptr ? std::strtoull(told, nullptr, 10) : 20261126;
}

// Every change of one bit, one hash less, one more, must be refused.
template <class Verify>
void expect_only_this(std::vector<Hash> proof, std::mt19937_64& random, const Verify& verify) {
    ASSERT_TRUE(verify(proof));
    auto longer = proof;
    longer.push_back(tlog::empty_root());
    EXPECT_FALSE(verify(longer));
    if (proof.empty()) return;
    auto shorter = proof;
    shorter.pop_back();
    EXPECT_FALSE(verify(shorter));
    const auto bit = random() % (proof.size() * 256);
    auto& byte = proof[bit / 256][bit % 256 / 8];
    byte = static_cast<std::uint8_t>(byte ^ (1U << bit % 8));
    EXPECT_FALSE(verify(proof));
}

struct Vectors {
    int files = 0;
    int valid = 0;
    int wrong = 0;
};

// The proofs of one folder of the shared vectors, each decided by `decide`.
template <class Decide>
Vectors judge(const std::string& folder, const Decide& decide) {
    Vectors result;
    const auto all = shared_folder() / "data/vec-merkle-transparency/testdata" / folder;
    std::error_code absent;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(all, absent)) {
        if (entry.path().extension() != ".json") continue;
        ++result.files;
        const auto value = boost::json::parse(file_text(entry.path())).as_object();
        const bool valid = !value.at("wantErr").as_bool();
        result.valid += valid ? 1 : 0;
        if (decide(value) == valid) continue;
        ++result.wrong;
        ADD_FAILURE() << entry.path() << " should be " << (valid ? "accepted" : "refused");
    }
    return result;
}

// Any hash that is not exactly 32 bytes, and any number below zero, is a refusal.
class Fields {
public:
    explicit Fields(const boost::json::object& value)
        : value_(value) {}

    std::uint64_t number(const char* name) {
        const auto& found = value_.at(name);
        if (found.is_int64() && found.as_int64() < 0) sound = false;
        return found.is_int64() ? static_cast<std::uint64_t>(found.as_int64()) : found.as_uint64();
    }

    Hash hash(const char* name) { return read(value_.at(name)); }

    std::vector<Hash> proof() {
        std::vector<Hash> hashes;
        if (value_.at("proof").is_null()) return hashes;
        for (const auto& each : value_.at("proof").as_array())
            hashes.push_back(read(each));
        return hashes;
    }

    bool sound = true;

private:
    Hash read(const boost::json::value& text) {
        const auto hash = text.is_string() ? tlog::hash_from_base64(std::string(text.as_string()))
                                           : base::Result<Hash>(base::invalid("", {}));
        if (!hash) sound = false;
        return hash ? *hash : Hash{};
    }

    const boost::json::object& value_;
};

} // namespace

TEST(Tree, has_the_roots_that_implementations_share) {
    const std::string entries[] = {
        "",
        std::string(1, '\0'),
        "\x10",
        "\x20\x21",
        "\x30\x31",
        "\x40\x41\x42\x43",
        "\x50\x51\x52\x53\x54\x55\x56\x57",
        "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
    const std::string roots[] = {
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    tlog::Frontier frontier;
    EXPECT_EQ(base::hex(frontier.root()), roots[0]);
    for (std::size_t i = 0; i < 8; ++i) {
        frontier.append(tlog::leaf_hash(entries[i]));
        EXPECT_EQ(base::hex(frontier.root()), roots[i + 1]);
    }
}

TEST(Tree, decides_the_shared_inclusion_vectors) {
    const auto seen = judge("inclusion", [](const boost::json::object& value) {
        Fields fields(value);
        const auto index = fields.number("leafIdx");
        const auto size = fields.number("treeSize");
        const auto leaf = fields.hash("leafHash");
        const auto root = fields.hash("root");
        const auto proof = fields.proof();
        return fields.sound && tlog::verify_inclusion(index, size, leaf, proof, root);
    });
    std::cout << seen.files << " vectors\n";
    if (seen.files == 0) GTEST_SKIP() << "no shared vectors here";
    EXPECT_GE(seen.valid, 1);
    EXPECT_GT(seen.files, 4 * seen.valid);
}

TEST(Tree, decides_the_shared_consistency_vectors) {
    const auto seen = judge("consistency", [](const boost::json::object& value) {
        Fields fields(value);
        const Head older{fields.number("size1"), fields.hash("root1")};
        const Head newer{fields.number("size2"), fields.hash("root2")};
        const auto proof = fields.proof();
        return fields.sound && tlog::verify_consistency(older, newer, proof);
    });
    std::cout << seen.files << " vectors\n";
    if (seen.files == 0) GTEST_SKIP() << "no shared vectors here";
    EXPECT_GE(seen.valid, 1);
    EXPECT_GT(seen.files, 4 * seen.valid);
}

TEST(Tree, decides_the_shared_subtree_inclusion_vectors) {
    const auto seen = judge("subtreeinclusion", [](const boost::json::object& value) {
        Fields fields(value);
        const auto index = fields.number("leafIdx");
        const tlog::Subtree subtree{
            fields.number("start"), fields.number("end"), fields.hash("root")};
        const auto leaf = fields.hash("leafHash");
        const auto proof = fields.proof();
        return fields.sound && tlog::verify_subtree_inclusion(index, subtree, leaf, proof);
    });
    std::cout << seen.files << " vectors\n";
    if (seen.files == 0) GTEST_SKIP() << "no shared vectors here";
    EXPECT_GE(seen.valid, 1);
    EXPECT_GT(seen.files, 4 * seen.valid);
}

TEST(Tree, decides_the_shared_subtree_consistency_vectors) {
    const auto seen = judge("subtreeconsistency", [](const boost::json::object& value) {
        Fields fields(value);
        const tlog::Subtree subtree{
            fields.number("start"), fields.number("end"), fields.hash("root1")};
        const Head tree{fields.number("size"), fields.hash("root2")};
        const auto proof = fields.proof();
        return fields.sound && tlog::verify_subtree_consistency(subtree, tree, proof);
    });
    std::cout << seen.files << " vectors\n";
    if (seen.files == 0) GTEST_SKIP() << "no shared vectors here";
    EXPECT_GE(seen.valid, 1);
    EXPECT_GT(seen.files, 4 * seen.valid);
}

TEST(Tree, proves_every_leaf_of_every_small_tree) {
    std::mt19937_64 random(seed_from_environment());
    const auto leaves = random_leaves(random, 300);
    tlog::Frontier frontier;
    for (std::uint64_t size = 1; size <= leaves.size(); ++size) {
        frontier.append(leaves[size - 1]);
        const auto tree = std::span(leaves).first(size);
        const auto root = frontier.root();
        const bool checked_plainly = size < 40 || size % 29 == 0;
        if (checked_plainly) {
            ASSERT_EQ(root, plain_root(tree)) << size;
        }
        std::map<std::pair<unsigned, std::uint64_t>, Hash> held;
        const auto plain = nodes_of(tree);
        const tlog::Nodes nodes = [&](unsigned level, std::uint64_t index) -> base::Result<Hash> {
            const auto [place, fresh] = held.try_emplace({level, index});
            if (fresh) place->second = *plain(level, index);
            return place->second;
        };
        for (std::uint64_t index = 0; index < size; ++index) {
            const auto proof = *tlog::inclusion_proof(index, size, nodes);
            ASSERT_TRUE(tlog::verify_inclusion(index, size, leaves[index], proof, root))
                << index << " of " << size;
        }
    }
}

TEST(Tree, proves_every_small_tree_to_follow_from_every_smaller_one) {
    std::mt19937_64 random(seed_from_environment() + 1);
    constexpr std::uint64_t most = 300;
    const auto leaves = random_leaves(random, most);
    std::vector<Hash> roots;
    tlog::Frontier frontier;
    for (const auto& leaf : leaves) {
        frontier.append(leaf);
        roots.push_back(frontier.root());
    }
    std::map<std::pair<unsigned, std::uint64_t>, Hash> held; // complete subtrees never change
    const auto plain = nodes_of(leaves);
    const tlog::Nodes nodes = [&](unsigned level, std::uint64_t index) -> base::Result<Hash> {
        const auto [place, fresh] = held.try_emplace({level, index});
        if (fresh) place->second = *plain(level, index);
        return place->second;
    };
    for (std::uint64_t size = 1; size <= most; ++size) {
        for (std::uint64_t old = 1; old <= size; ++old) {
            const auto proof = *tlog::consistency_proof(old, size, nodes);
            const Head older{old, roots[old - 1]};
            const Head newer{size, roots[size - 1]};
            ASSERT_TRUE(tlog::verify_consistency(older, newer, proof)) << old << " to " << size;
        }
    }
}

TEST(Tree, proofs_of_larger_trees_hold_and_no_others) {
    const auto seed = seed_from_environment();
    std::cout << "seed " << seed << '\n';
    std::mt19937_64 random(seed);
    const auto leaves = random_leaves(random, 5000);
    for (int round = 0; round < 40; ++round) {
        const auto size = 1 + random() % leaves.size();
        const auto index = random() % size;
        const auto old = 1 + random() % size;
        const auto tree = std::span(leaves).first(size);
        const auto nodes = nodes_of(tree);
        const Head newer{size, plain_root(tree)};
        const Head older{old, plain_root(tree.first(old))};
        expect_only_this(
            *tlog::inclusion_proof(index, size, nodes), random, [&](const auto& proof) {
                return tlog::verify_inclusion(index, size, leaves[index], proof, newer.root)
                    .has_value();
            });
        expect_only_this(
            *tlog::consistency_proof(old, size, nodes), random, [&](const auto& proof) {
                return tlog::verify_consistency(older, newer, proof).has_value();
            });
    }
}

TEST(Tree, a_proof_from_nothing_shows_nothing) {
    const Head empty{0, tlog::empty_root()};
    const Head one{1, tlog::leaf_hash("a")};
    EXPECT_FALSE(tlog::verify_consistency(empty, one, {}));
    EXPECT_FALSE(tlog::verify_consistency(empty, empty, {}));
    EXPECT_TRUE(tlog::verify_consistency(one, one, {}));
    EXPECT_FALSE(tlog::verify_consistency({2, one.root}, one, {}));
    EXPECT_FALSE(tlog::verify_inclusion(0, 0, one.root, {}, one.root));
}
