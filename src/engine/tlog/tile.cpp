#include "engine/tlog/tile.hpp"

#include <bit>

namespace tlog {
namespace {

constexpr int level_most = 63;
constexpr std::string_view tile_folder = "tile/";
constexpr std::string_view entries_folder = "entries/";
constexpr std::string_view partial_mark = ".p/";
constexpr std::size_t group_digits = 3;

base::Error no_tile_path() {
    return base::invalid(
        "tlog.tile_path",
        {"不是瓦片路径。", "Not the path of a tile."},
        {"路径形如 tile/0/x001/234.p/17。", "A path looks like tile/0/x001/234.p/17."});
}

// "x001/x234/067"; nothing for another spelling.
std::optional<std::uint64_t> read_index(std::string_view text) {
    std::uint64_t number = 0;
    bool first = true;
    while (true) {
        const bool last = text.find('/') == std::string_view::npos;
        if (!last) {
            if (!text.starts_with('x')) return std::nullopt;
            text.remove_prefix(1);
        }
        const auto group = text.substr(0, last ? text.size() : text.find('/'));
        if (group.size() != group_digits) return std::nullopt;
        if (first && !last && group == "000") return std::nullopt; // a leading group says something
        std::uint64_t value = 0;
        for (const char digit : group) {
            if (digit < '0' || digit > '9') return std::nullopt;
            value = value * 10 + static_cast<std::uint64_t>(digit - '0');
        }
        if (number > (std::uint64_t{1} << 62U) / 1000) return std::nullopt;
        number = number * 1000 + value;
        if (last) return number;
        text.remove_prefix(group_digits + 1);
        first = false;
    }
}

std::string index_text(std::uint64_t index) {
    auto digits = std::to_string(index);
    digits.insert(0, (group_digits - digits.size() % group_digits) % group_digits, '0');
    std::string out;
    for (std::size_t at = 0; at < digits.size(); at += group_digits) {
        if (at + group_digits < digits.size()) {
            out += 'x' + digits.substr(at, group_digits) + '/';
        } else {
            out += digits.substr(at);
        }
    }
    return out;
}

} // namespace

std::string path_of(const TilePath& tile) {
    std::string out(tile_folder);
    out += tile.level == level_of_entries ? std::string(entries_folder)
                                          : std::to_string(tile.level) + '/';
    out += index_text(tile.index);
    if (tile.width < tile_width) out += std::string(partial_mark) + std::to_string(tile.width);
    return out;
}

Result<TilePath> read_tile_path(std::string_view path) {
    TilePath tile;
    if (!path.starts_with(tile_folder)) return no_tile_path();
    path.remove_prefix(tile_folder.size());
    if (path.starts_with(entries_folder)) {
        tile.level = level_of_entries;
        path.remove_prefix(entries_folder.size());
    } else {
        const auto slash = path.find('/');
        if (slash == std::string_view::npos) return no_tile_path();
        const auto level = decimal(path.substr(0, slash));
        if (!level || *level > level_most) return no_tile_path();
        tile.level = static_cast<int>(*level);
        path.remove_prefix(slash + 1);
    }
    if (const auto mark = path.find(partial_mark); mark != std::string_view::npos) {
        const auto width = decimal(path.substr(mark + partial_mark.size()));
        if (!width || *width == 0 || *width >= tile_width) return no_tile_path();
        tile.width = static_cast<unsigned>(*width);
        path = path.substr(0, mark);
    }
    const auto index = read_index(path);
    if (!index) return no_tile_path();
    tile.index = *index;
    return tile;
}

std::uint64_t hashes_at(int level, std::uint64_t size) {
    const auto shift = level == level_of_entries ? 0U : static_cast<unsigned>(level) * tile_height;
    return shift >= 64 ? 0 : size >> shift;
}

std::optional<TilePath> tile_in(int level, std::uint64_t index, std::uint64_t size) {
    const auto count = hashes_at(level, size);
    if (index > count / tile_width) return std::nullopt;
    const auto width = std::min(count - index * tile_width, tile_width);
    if (width == 0) return std::nullopt;
    return TilePath{.level = level, .index = index, .width = static_cast<unsigned>(width)};
}

std::vector<TilePath> tiles_of(std::uint64_t size) {
    std::vector<TilePath> all;
    const auto add = [&](int level) {
        const auto count = hashes_at(level, size);
        for (std::uint64_t index = 0; index * tile_width < count; ++index)
            all.push_back(*tile_in(level, index, size));
    };
    for (int level = 0; hashes_at(level, size) > 0; ++level)
        add(level);
    add(level_of_entries);
    return all;
}

Hash root_over(std::span<const Hash> hashes) {
    base::ensure(!hashes.empty() && hashes.size() <= tile_width, "a tile is not empty");
    Frontier frontier;
    for (const auto& hash : hashes)
        frontier.append(hash);
    return frontier.root();
}

Result<std::vector<Hash>> read_tile(std::string_view bytes, unsigned width) {
    if (bytes.size() != width * hash_bytes) {
        return base::rejected(
            "tlog.tile",
            {"瓦片长度不对。", "A tile has the wrong length."},
            {"请重新下载该文件；若仍如此，日志已损坏。",
             "Fetch the file again; if it stays so, the log is damaged."});
    }
    std::vector<Hash> hashes;
    for (unsigned i = 0; i < width; ++i)
        hashes.push_back(hash_at(bytes, i * hash_bytes));
    return hashes;
}

std::string tile_bytes(std::span<const Hash> hashes) {
    std::string bytes;
    bytes.reserve(hashes.size() * hash_bytes);
    for (const auto& hash : hashes)
        bytes += bytes_of(hash);
    return bytes;
}

Result<> add_to_bundle(std::string& bundle, std::string_view entry) {
    if (entry.size() > entry_bytes_most) {
        return base::invalid(
            "tlog.entry",
            {"条目超过 65535 字节。", "The entry is longer than 65,535 bytes."},
            {"请只写入摘要，不要写入文件本身。", "Log a digest, not the document."});
    }
    bundle += static_cast<char>(entry.size() >> 8U);
    bundle += static_cast<char>(entry.size() & 255U);
    bundle += entry;
    return {};
}

Result<std::vector<std::string_view>> read_bundle(std::string_view bundle, unsigned width) {
    std::vector<std::string_view> entries;
    while (bundle.size() >= 2 && entries.size() < width) {
        const auto length = static_cast<std::size_t>(static_cast<unsigned char>(bundle[0])) << 8U |
                            static_cast<unsigned char>(bundle[1]);
        if (bundle.size() - 2 < length) break;
        entries.push_back(bundle.substr(2, length));
        bundle.remove_prefix(2 + length);
    }
    if (!bundle.empty() || entries.size() != width) {
        return base::rejected(
            "tlog.bundle",
            {"条目包残缺。", "An entry bundle is not whole."},
            {"请重新下载该文件；若仍如此，日志已损坏。",
             "Fetch the file again; if it stays so, the log is damaged."});
    }
    return entries;
}

Nodes TileNodes::nodes() {
    return [this](unsigned level, std::uint64_t index) { return node(level, index); };
}

Result<const std::vector<Hash>*> TileNodes::tile(int level, std::uint64_t index) {
    const auto held = tiles_.find({level, index});
    if (held != tiles_.end()) return &held->second;
    const auto path = tile_in(level, index, size_);
    base::ensure(path.has_value(), "a tile of this tree");
    const auto bytes = TRY(fetch_(*path));
    auto hashes = read_tile(bytes, path->width);
    if (!hashes) return std::move(hashes).error().at(path_of(*path));
    return &tiles_.emplace(std::pair{level, index}, *std::move(hashes)).first->second;
}

Result<Hash> TileNodes::node(unsigned level, std::uint64_t index) {
    const auto below = level % tile_height;
    const auto first = index << below;
    const auto* hashes = TRY(tile(static_cast<int>(level / tile_height), first / tile_width));
    const auto at = first % tile_width;
    const auto count = std::uint64_t{1} << below;
    base::ensure(at + count <= hashes->size(), "a complete subtree of this tree");
    return root_over(std::span(*hashes).subspan(at, count));
}

Result<Hash> TileNodes::root() { return root_at(size_); }

Result<Hash> TileNodes::root_at(std::uint64_t size) {
    base::ensure(size <= size_, "no root of a tree that is not there");
    return subtree_root(0, size, nodes());
}

Result<std::vector<Hash>> TileNodes::inclusion(std::uint64_t index) {
    return inclusion_proof(index, size_, nodes());
}

Result<std::vector<Hash>> TileNodes::consistency(std::uint64_t old_size) {
    return consistency_proof(old_size, size_, nodes());
}

} // namespace tlog
