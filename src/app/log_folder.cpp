#include "app/log_folder.hpp"

#include "edge/http/client.hpp"
#include "store/file.hpp"

#include <fstream>

namespace app {
namespace {

constexpr std::int64_t fetch_ms = 30'000;
constexpr auto checkpoint_name = "checkpoint";

base::Error no_file(const std::string& path) {
    return base::not_found(
               "tlog.no_file",
               {"日志缺少文件：" + path, "The log lacks a file: " + path},
               {"请核对位置；若确实缺少，日志不完整。",
                "Check the place; if the file is missing, the log is not whole."})
        .at(path);
}

base::Result<std::string> from_folder(
    const std::filesystem::path& folder, const std::string& path) {
    std::error_code none;
    if (!std::filesystem::is_regular_file(folder / path, none)) return no_file(path);
    auto bytes = TRY(store::read_whole(folder / path));
    if (!bytes) return no_file(path);
    return *std::move(bytes);
}

base::Result<std::string> from_address(const std::string& address, const std::string& path) {
    const auto slash = address.ends_with('/') ? "" : "/";
    auto answer =
        TRY(http::fetch({.url = address + slash + path, .body = {}, .most_ms = fetch_ms}));
    if (answer.status != 200) return no_file(path);
    return std::move(answer.body);
}

} // namespace

bool is_address(const std::string& place) {
    return place.starts_with("http://") || place.starts_with("https://");
}

tlog::FetchFile log_files(const std::string& place) {
    if (is_address(place))
        return [place](const std::string& path) { return from_address(place, path); };
    return [place](const std::string& path) { return from_folder(place, path); };
}

base::Result<std::uint64_t> check_older_tiles(
    const std::filesystem::path& folder, std::uint64_t size) {
    std::uint64_t checked = 0;
    std::error_code none;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "tile", none)) {
        if (!entry.is_regular_file()) continue;
        const auto path = std::filesystem::relative(entry.path(), folder).generic_string();
        auto tile = tlog::read_tile_path(path);
        if (!tile) return std::move(tile).error().at(path);
        const auto now = tlog::tile_in(tile->level, tile->index, size);
        if (now == *tile) continue;
        const auto bytes = TRY(from_folder(folder, path));
        const bool covered = now && now->width > tile->width;
        const auto whole = covered ? TRY(from_folder(folder, tlog::path_of(*now))) : std::string();
        bool good = covered && whole.starts_with(bytes);
        if (good && tile->level == tlog::level_of_entries) {
            good = tlog::read_bundle(bytes, tile->width).has_value();
        } else if (good) {
            good = bytes.size() == tile->width * tlog::hash_bytes;
        }
        if (!good) {
            return base::rejected(
                       "tlog.damaged",
                       {"旧的部分瓦片与日志不符：" + path,
                        "An older partial tile is not what the log has there: " + path},
                       {"请删除该文件或重新下载。", "Delete the file, or fetch it again."})
                .at(path);
        }
        ++checked;
    }
    return checked;
}

base::Result<LogWriter> LogWriter::open(
    std::filesystem::path folder, const std::string& origin, const tlog::SignerKey& key) {
    if (origin != key.verifier().name) {
        return base::invalid(
            "tlog.origin",
            {"--origin 与密钥的名称不同：" + key.verifier().name,
             "--origin is not the name of the key: " + key.verifier().name},
            {"请使用同一名称。", "Use the same name for both."});
    }
    LogWriter writer(std::move(folder), key);
    const auto text = TRY(store::read_whole(writer.folder_ / checkpoint_name));
    if (!text) return writer;
    const std::vector<tlog::VerifierKey> keys{key.verifier()};
    const auto opened = TRY(tlog::open_checkpoint(*text, keys));
    TRY(writer.load(opened.checkpoint.head.size));
    if (writer.frontier_.root() == opened.checkpoint.head.root) return writer;
    return base::rejected(
               "tlog.root",
               {"目录中的瓦片与检查点不符。",
                "The folder's tiles are not those of its checkpoint."},
               {"请先用 rongqiao log verify 找出损坏的文件。",
                "Find the damaged file with rongqiao log verify."})
        .at(checkpoint_name);
}

base::Result<> LogWriter::load(std::uint64_t size) {
    const auto fetch = log_files(folder_.string());
    tlog::TileNodes tree(
        size, [&](const tlog::TilePath& tile) { return fetch(tlog::path_of(tile)); });
    // The frontier is made from the roots of complete subtrees, largest first.
    size_ = size;
    frontier_ = TRY(tlog::Frontier::of(
        size, [&](unsigned level, std::uint64_t index) { return tree.node(level, index); }));
    for (int level = 0; tlog::hashes_at(level, size) > 0; ++level) {
        auto& hashes = levels_.emplace_back();
        const auto tile =
            tlog::tile_in(level, tlog::hashes_at(level, size) / tlog::tile_width, size);
        if (!tile) continue;
        const auto bytes = TRY(fetch(tlog::path_of(*tile)));
        hashes = TRY(tlog::read_tile(bytes, tile->width));
    }
    levels_.erase(levels_.begin());
    if (levels_.empty()) levels_.emplace_back();
    const auto bundle = tlog::tile_in(tlog::level_of_entries, size / tlog::tile_width, size);
    if (bundle) bundle_ = TRY(fetch(tlog::path_of(*bundle)));
    return {};
}

base::Result<> LogWriter::put(const std::string& path, std::string_view bytes) const {
    std::error_code error;
    std::filesystem::create_directories((folder_ / path).parent_path(), error);
    return store::replace_public(folder_ / path, bytes);
}

// A full tile is written at once and gives one hash to the level above.
base::Result<> LogWriter::add(std::string_view entry) {
    TRY(tlog::add_to_bundle(bundle_, entry));
    const auto leaf = tlog::leaf_hash(entry);
    frontier_.append(leaf);
    levels_[0].push_back(leaf);
    ++size_;
    if (levels_[0].size() < tlog::tile_width) return {};
    const auto index = size_ / tlog::tile_width - 1;
    TRY(put(tlog::path_of({.level = tlog::level_of_entries, .index = index}), bundle_));
    bundle_.clear();
    for (std::size_t level = 0; levels_[level].size() == tlog::tile_width; ++level) {
        const auto number = tlog::hashes_at(static_cast<int>(level), size_) / tlog::tile_width - 1;
        TRY(write_tile(static_cast<int>(level), number));
        if (levels_.size() == level + 1) levels_.emplace_back();
        levels_[level + 1].push_back(tlog::root_over(levels_[level]));
        levels_[level].clear();
    }
    return {};
}

base::Result<> LogWriter::write_tile(int level, std::uint64_t index) {
    const auto& hashes = levels_[static_cast<std::size_t>(level)];
    const tlog::TilePath path{
        .level = level, .index = index, .width = static_cast<unsigned>(hashes.size())};
    return put(tlog::path_of(path), tlog::tile_bytes(hashes));
}

base::Result<tlog::Checkpoint> LogWriter::integrate(bool kept) {
    for (std::size_t at = 0; at < levels_.size(); ++at) {
        const auto level = static_cast<int>(at);
        if (!levels_[at].empty())
            TRY(write_tile(level, tlog::hashes_at(level, size_) / tlog::tile_width));
    }
    if (!bundle_.empty()) {
        const auto path = tlog::tile_in(tlog::level_of_entries, size_ / tlog::tile_width, size_);
        TRY(put(tlog::path_of(*path), bundle_));
    }
    tlog::Checkpoint made{
        .origin = key_->verifier().name, .head = {size_, frontier_.root()}, .extensions = {}};
    const auto text = tlog::note_text(tlog::sign_checkpoint(made, {key_, 1}));
    if (kept) TRY(put(checkpoint_name + ("." + std::to_string(size_)), text));
    TRY(put(checkpoint_name, text));
    return made;
}

} // namespace app
