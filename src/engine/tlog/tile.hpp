// Tiles and entry bundles, C2SP tlog-tiles v0.1.0: the log as a finite set of files that never
// change.
//
//   tile/<L>/<N>[.p/<W>]        hashes of level L, 32 bytes each, 256 to a full tile
//   tile/entries/<N>[.p/<W>]    entries, each after its length in two bytes, big endian
//
// L is 0…63; N is written in groups of three digits, all but the last after an `x` (1234067 is
// x001/x234/067); W, 1…255, stands for a partial tile at the right edge of the tree.
#pragma once

#include "engine/tlog/tree.hpp"

#include <compare>
#include <map>

namespace tlog {

inline constexpr std::uint64_t tile_width = 256;
inline constexpr unsigned tile_height = 8; // levels of the tree from one level of tiles to the next
inline constexpr std::size_t entry_bytes_most = 65'535;
inline constexpr int level_of_entries = -1;

struct TilePath {
    int level = 0; // or level_of_entries
    std::uint64_t index = 0;
    unsigned width = tile_width; // below it: a partial tile

    friend auto operator<=>(const TilePath&, const TilePath&) = default;
};

[[nodiscard]] std::string path_of(const TilePath& tile); // "tile/0/x001/234.p/17"
// `tlog.tile_path` for anything but the one spelling of a path.
Result<TilePath> read_tile_path(std::string_view path);

// How many hashes of that level the tree has: size / 256^level.
[[nodiscard]] std::uint64_t hashes_at(int level, std::uint64_t size);
// The tile as a tree of that size has it, full or partial; nothing when it has none there.
[[nodiscard]] std::optional<TilePath> tile_in(int level, std::uint64_t index, std::uint64_t size);
// Every tile and bundle of a tree of that size, in the order levels of hashes upward, then entries.
[[nodiscard]] std::vector<TilePath> tiles_of(std::uint64_t size);

// The root over 1…256 hashes side by side. For a full tile: one hash of the level above.
[[nodiscard]] Hash root_over(std::span<const Hash> hashes);
// The hashes in a tile's bytes. `tlog.tile` when they are not `width` of them.
Result<std::vector<Hash>> read_tile(std::string_view bytes, unsigned width);
[[nodiscard]] std::string tile_bytes(std::span<const Hash> hashes);

// `tlog.entry` above entry_bytes_most.
Result<> add_to_bundle(std::string& bundle, std::string_view entry);
// Views into `bundle`. `tlog.bundle` when it is not exactly `width` entries.
Result<std::vector<std::string_view>> read_bundle(std::string_view bundle, unsigned width);

// Complete subtrees out of tiles that `fetch` gives, each asked for once.
class TileNodes {
public:
    using Fetch = std::function<Result<std::string>(const TilePath&)>;

    TileNodes(std::uint64_t size, Fetch fetch)
        : size_(size)
        , fetch_(std::move(fetch)) {}

    [[nodiscard]] std::uint64_t size() const { return size_; }

    Result<Hash> node(unsigned level, std::uint64_t index);
    Result<Hash> root(); // of the whole tree
    Result<Hash> root_at(std::uint64_t size);
    Result<std::vector<Hash>> inclusion(std::uint64_t index);
    Result<std::vector<Hash>> consistency(std::uint64_t old_size);

private:
    Result<const std::vector<Hash>*> tile(int level, std::uint64_t index);
    [[nodiscard]] Nodes nodes();

    std::uint64_t size_;
    Fetch fetch_;
    std::map<std::pair<int, std::uint64_t>, std::vector<Hash>> tiles_;
};

} // namespace tlog
