// The two trees of the state root as they lie in the tables, and what changed in them since.
#pragma once

#include "base/digest.hpp"
#include "store/database.hpp"

namespace account {

// Leaves are marked as changed by runs of so many, which is a node of level 2: a batch marks few
// rows, and a seal computes whole runs.
inline constexpr std::int64_t dirty_width = 256;

enum class Tree : std::uint8_t { accounts, holds };

struct TreeNode {
    Tree tree = Tree::accounts;
    std::int32_t level = 0;
    std::int64_t place = 0;
    base::Digest digest{};
};

// Every complete node above changed leaves, computed again, and the root that follows.
struct Refreshed {
    std::vector<TreeNode> nodes;
    base::Digest root{};
};

[[nodiscard]] Refreshed refresh(const store::Snapshot& db);

} // namespace account
