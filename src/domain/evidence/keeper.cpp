#include "domain/evidence/keeper.hpp"

#include "store/file.hpp"

namespace evidence {
namespace {

constexpr auto key_file = "log.key";
constexpr auto head_file = "log.head";
constexpr auto published_file = "log.published";
constexpr auto trust_file = "log.trust";
constexpr auto turn_file = "log.lock";

base::Error no_key(const std::filesystem::path& file) {
    return base::unavailable(
        "evidence.no_key",
        {"没有日志密钥：" + file.string(), "There is no log key: " + file.string()},
        {"请从保管处放回密钥文件；新建县域时由 rongqiao init 生成。",
         "Put the key file back from where it is kept; rongqiao init makes the one of a new "
         "county."});
}

base::Error unreadable(const char* code, const std::filesystem::path& file) {
    return base::unavailable(
        code,
        {"文件内容无效：" + file.string(), "The file is not what it should be: " + file.string()},
        {"请从保管处恢复原文件。", "Put the original back from where it is kept."});
}

Result<std::vector<tlog::SignerKey>> read_keys(const std::filesystem::path& file) {
    auto text = TRY(store::read_whole(file));
    if (!text) return no_key(file);
    const base::Secret all(*std::move(text));
    std::vector<tlog::SignerKey> keys;
    std::string_view rest = all.reveal();
    while (!rest.empty()) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const auto line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.empty() || line.starts_with('#')) continue;
        auto key = tlog::SignerKey::read(base::Secret(std::string(line)));
        const bool signs = key && key->verifier().kind != tlog::KeyKind::cosignature;
        const bool same = keys.empty() || (key && key->verifier().name == keys[0].verifier().name);
        if (!signs || !same) return unreadable("evidence.key", file);
        keys.push_back(*std::move(key));
    }
    if (keys.empty()) return unreadable("evidence.key", file);
    return keys;
}

} // namespace

Keeper::Keeper(std::filesystem::path folder, std::vector<tlog::SignerKey> keys)
    : folder_(std::move(folder))
    , keys_(std::move(keys)) {
    for (const auto& key : keys_)
        verifiers_.push_back(key.verifier());
}

bool Keeper::exists(const std::filesystem::path& folder) {
    std::error_code none;
    return std::filesystem::exists(folder / key_file, none);
}

Result<> Keeper::create(const std::filesystem::path& folder, const std::string& origin) {
    if (!tlog::is_key_name(origin)) {
        return base::invalid(
            "evidence.origin",
            {"日志名称不能为空，也不能含空格或加号。",
             "The log's name may not be empty nor hold spaces or plus signs."},
            {"可用不带协议的网址，如 rq.example.gov.cn/log。",
             "Use an address without its scheme, as rq.example.gov.cn/log."});
    }
    std::error_code none;
    for (const auto* name : {key_file, head_file}) {
        if (!std::filesystem::exists(folder / name, none)) continue;
        return base::conflict(
            "evidence.key_exists",
            {"该目录已有日志：" + (folder / name).string(),
             "There is a log in that folder: " + (folder / name).string()},
            {"一部日志只用一套密钥；轮换办法见 docs/log.md。",
             "A log keeps its keys; docs/log.md tells how to rotate them."});
    }
    std::string text = "# The private keys of the log. Whoever has them speaks for the county.\n";
    for (const auto kind : {tlog::KeyKind::ed25519, tlog::KeyKind::sm2_sm3})
        text += tlog::SignerKey::generate(origin, kind).reveal().reveal() + '\n';
    const base::Secret all(std::move(text));
    return store::replace_whole(folder / key_file, all.reveal());
}

Result<Keeper> Keeper::open(const std::filesystem::path& folder) {
    const auto file = folder / key_file;
    std::error_code none;
    const auto mode = std::filesystem::status(file, none).permissions();
    using std::filesystem::perms;
    const auto others = perms::group_all | perms::others_all;
    if (std::filesystem::exists(file, none) && (mode & others) != perms::none) {
        return base::unavailable(
            "evidence.key_open",
            {"密钥文件可被他人读取：" + file.string(),
             "Others may read the key file: " + file.string()},
            {"请执行 chmod 600 后重试。", "Run chmod 600 on it and try again."});
    }
    auto keys = TRY(read_keys(file));
    return Keeper(folder, std::move(keys));
}

Result<std::optional<tlog::SignedCheckpoint>> Keeper::head() const {
    const auto text = TRY(store::read_whole(folder_ / head_file));
    if (!text) return std::optional<tlog::SignedCheckpoint>();
    auto opened = tlog::open_checkpoint(*text, verifiers_);
    if (!opened) return unreadable("evidence.head", folder_ / head_file);
    return std::optional(*std::move(opened));
}

Result<> Keeper::continues(tlog::TileNodes& tree, const tlog::Checkpoint& signed_before) {
    const auto& before = signed_before.head;
    const base::Text cure{
        "请停用本库，从更新的备份恢复；若无更新备份，须以新名称另立日志并公告（见 docs/log.md）。",
        "Stop using this database and restore a newer backup; without one, begin a log under a new "
        "name and say so in public (docs/log.md)."};
    if (before.size > tree.size()) {
        return base::conflict(
            "evidence.behind",
            {"数据比已签名的日志旧：已签 " + std::to_string(before.size) + " 条，现有 " +
                 std::to_string(tree.size()) + " 条。",
             "The data are older than what was signed: " + std::to_string(before.size) +
                 " entries signed, " + std::to_string(tree.size()) + " there."},
            cure);
    }
    if (TRY(tree.root_at(before.size)) == before.root) return {};
    return base::conflict(
        "evidence.fork",
        {"数据与已签名的日志不是同一部：大小 " + std::to_string(before.size) + " 时根哈希不同。",
         "The data are not those that were signed: another root at size " +
             std::to_string(before.size) + "."},
        cure);
}

Result<tlog::SignedCheckpoint> Keeper::sign(tlog::TileNodes& tree) {
    const auto turn = TRY(store::FileLock::take(folder_ / turn_file));
    auto before = TRY(head());
    if (before) {
        TRY(continues(tree, before->checkpoint));
        if (before->checkpoint.head.size == tree.size()) return *std::move(before);
    }
    tlog::SignedCheckpoint made;
    made.checkpoint = {
        .origin = origin(), .head = {tree.size(), TRY(tree.root())}, .extensions = {}};
    made.note = tlog::sign_checkpoint(made.checkpoint, keys_);
    TRY(store::replace_whole(folder_ / head_file, tlog::note_text(made.note)));
    return made;
}

Result<std::optional<std::string>> Keeper::published() const {
    return store::read_whole(folder_ / published_file);
}

Result<> Keeper::keep_published(const std::string& note) const {
    return store::replace_whole(folder_ / published_file, note);
}

Result<std::string> Keeper::trust_text() const {
    return TRY(store::read_whole(folder_ / trust_file)).value_or(std::string());
}

} // namespace evidence
