#include "engine/tlog/audit.hpp"

namespace tlog {
namespace {

base::Error damaged(const TilePath& tile) {
    return base::rejected(
               "tlog.damaged",
               {"文件与日志不符：" + path_of(tile),
                "A file is not what the log has there: " + path_of(tile)},
               {"请重新下载该文件；若仍如此，请保存全部文件作为证据并联系见证方。",
                "Fetch it again; if it stays so, keep all files as evidence and tell the "
                "witnesses."})
        .at(path_of(tile));
}

base::Error other_root() {
    return base::rejected(
               "tlog.root",
               {"检查点的根哈希与条目不符。", "The checkpoint's root is not that of the entries."},
               {"日志可能被改写；请保存全部文件作为证据并联系见证方。",
                "The log may have been rewritten: keep all files as evidence and tell the "
                "witnesses."})
        .at("checkpoint");
}

// Reads the entries and all tiles of one tree, from left to right.
class Auditor {
public:
    Auditor(const FetchFile& fetch, std::uint64_t size)
        : fetch_(fetch)
        , size_(size) {}

    // The root of the entries. A tile that differs from them is remembered, the first one.
    Result<Hash> read(Audit& audit) {
        for (std::uint64_t index = 0; index * tile_width < size_; ++index) {
            TRY(bundle(index, audit));
            TRY(tiles(0, index));
        }
        TRY(last_tiles());
        audit.files = files_;
        return from_entries_.root();
    }

    [[nodiscard]] Hash root_of_tiles() const { return from_tiles_.root(); }

    [[nodiscard]] const std::optional<TilePath>& differs() const { return differs_; }

    [[nodiscard]] const std::optional<TilePath>& differs_below() const { return differs_below_; }

private:
    Result<> bundle(std::uint64_t index, Audit& audit) {
        const auto path = *tile_in(level_of_entries, index, size_);
        const auto bytes = TRY(fetch_(path_of(path)));
        auto entries = read_bundle(bytes, path.width);
        if (!entries) return std::move(entries).error().at(path_of(path));
        ++files_;
        levels_.resize(std::max<std::size_t>(levels_.size(), 1));
        for (const auto& entry : *entries) {
            const auto leaf = leaf_hash(entry);
            levels_[0].push_back(leaf);
            from_entries_.append(leaf);
            ++audit.entries;
            audit.entry_bytes += entry.size();
        }
        return {};
    }

    // The tile of that level whose hashes are now known from the entries; a full one gives a hash
    // to the level above.
    Result<> tiles(int level, std::uint64_t index) {
        const auto at = static_cast<std::size_t>(level);
        const auto path = *tile_in(level, index, size_);
        const auto bytes = TRY(fetch_(path_of(path)));
        auto read = read_tile(bytes, path.width);
        if (!read) return std::move(read).error().at(path_of(path));
        ++files_;
        if (*read != levels_[at]) {
            if (!differs_) differs_ = path;
            if (level == 0 && !differs_below_)
                differs_below_ = TilePath{level_of_entries, index, path.width};
        }
        if (level == 0) {
            for (const auto& hash : *read)
                from_tiles_.append(hash);
        }
        if (path.width < tile_width) return {};
        const auto above = root_over(levels_[at]);
        levels_[at].clear();
        if (levels_.size() == at + 1) levels_.emplace_back();
        levels_[at + 1].push_back(above);
        if (levels_[at + 1].size() == tile_width) TRY(tiles(level + 1, index / tile_width));
        return {};
    }

    Result<> last_tiles() {
        for (std::size_t at = 1; at < levels_.size(); ++at) {
            const auto level = static_cast<int>(at);
            if (!levels_[at].empty()) TRY(tiles(level, hashes_at(level, size_) / tile_width));
        }
        return {};
    }

    const FetchFile& fetch_;
    std::uint64_t size_;
    std::uint64_t files_ = 0;
    Frontier from_entries_;
    Frontier from_tiles_;
    std::vector<std::vector<Hash>> levels_; // the hashes of the tile being filled at each level
    std::optional<TilePath> differs_;
    std::optional<TilePath> differs_below_; // the bundle beside the first tile of level 0 that does
};

} // namespace

Result<Audit> audit(const FetchFile& fetch, const Trust& trust) {
    Audit result;
    const auto bytes = TRY(fetch("checkpoint"));
    auto accepted = accept(bytes, trust);
    if (!accepted) return std::move(accepted).error().at("checkpoint");
    result.accepted = *std::move(accepted);
    const auto& head = result.accepted.checkpoint.checkpoint.head;
    Auditor auditor(fetch, head.size);
    const auto root = TRY(auditor.read(result));
    if (root == head.root) {
        if (auditor.differs()) return damaged(*auditor.differs());
        return result;
    }
    // The tiles agree with the checkpoint and the entries do not: an entry was changed.
    const bool tiles_good = auditor.root_of_tiles() == head.root;
    if (tiles_good && auditor.differs_below()) return damaged(*auditor.differs_below());
    return other_root();
}

} // namespace tlog
