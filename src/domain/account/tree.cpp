#include "domain/account/tree.hpp"

#include "domain/account/account_sql.hpp"

namespace account {
namespace {

using base::Digest;
using ledger::node_width;

constexpr std::int64_t nodes_per_run = dirty_width / node_width;

// One tree: nodes computed now before nodes stored before.
class Growing {
public:
    Growing(const store::Snapshot& db, Tree tree)
        : db_(db)
        , tree_(tree)
        , leaves_(leaves(db, tree)) {}

    void refresh() {
        std::vector<std::int64_t> places;
        for (const auto run : dirty_places(db_, tree_)) {
            for (auto place = run * nodes_per_run; place < (run + 1) * nodes_per_run; ++place)
                places.push_back(place);
        }
        std::int64_t span = node_width; // leaves below a node of this level
        for (std::int32_t level = 1; !places.empty(); ++level, span *= node_width) {
            std::vector<std::int64_t> above;
            for (const auto place : places) {
                if ((place + 1) * span > leaves_) continue; // not complete yet
                const auto children =
                    digests({.level = level - 1, .first = place * node_width, .count = node_width});
                fresh_[{level, place}] = ledger::node(children);
                if (above.empty() || above.back() != place / node_width)
                    above.push_back(place / node_width);
            }
            places = std::move(above);
        }
    }

    [[nodiscard]] Digest root() const {
        const auto shape = ledger::remainders(leaves_);
        std::vector<Digest> nodes;
        for (const auto& part : shape) {
            const auto found = digests(part);
            nodes.insert(nodes.end(), found.begin(), found.end());
        }
        return ledger::root_of(shape, nodes);
    }

    [[nodiscard]] std::int64_t size() const { return leaves_; }

    void append_to(std::vector<TreeNode>& nodes) const {
        for (const auto& [key, digest] : fresh_)
            nodes.push_back(
                {.tree = tree_, .level = key.first, .place = key.second, .digest = digest});
    }

private:
    [[nodiscard]] std::vector<Digest> digests(const ledger::Remainder& range) const {
        if (range.level == 0) return leaf_digests(db_, tree_, range.first, range.count);
        std::vector<Digest> found(static_cast<std::size_t>(range.count));
        std::int64_t seen = 0;
        const auto put = [&](std::int64_t place, const Digest& digest) {
            found[static_cast<std::size_t>(place - range.first)] = digest;
        };
        read_nodes(db_, tree_, range, [&](std::int64_t place, const Digest& digest) {
            if (!fresh_.contains({range.level, place})) ++seen;
            put(place, digest);
        });
        const auto end = fresh_.lower_bound({range.level, range.first + range.count});
        for (auto node = fresh_.lower_bound({range.level, range.first}); node != end; ++node) {
            put(node->first.second, node->second);
            ++seen;
        }
        base::ensure(seen == range.count, "a complete node is stored or was just computed");
        return found;
    }

    const store::Snapshot& db_;
    Tree tree_;
    std::int64_t leaves_;
    std::map<std::pair<std::int32_t, std::int64_t>, Digest> fresh_;
};

} // namespace

Refreshed refresh(const store::Snapshot& db) {
    Growing accounts(db, Tree::accounts);
    Growing holds(db, Tree::holds);
    accounts.refresh();
    holds.refresh();
    Refreshed refreshed;
    accounts.append_to(refreshed.nodes);
    holds.append_to(refreshed.nodes);
    refreshed.root = ledger::state_root(
        {.accounts = accounts.size(),
         .accounts_root = accounts.root(),
         .holds = holds.size(),
         .holds_root = holds.root()});
    return refreshed;
}

} // namespace account
