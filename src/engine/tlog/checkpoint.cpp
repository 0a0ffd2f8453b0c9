#include "engine/tlog/checkpoint.hpp"

#include <algorithm>

namespace tlog {
namespace {

base::Error no_checkpoint(const char* zh, const char* en) {
    return base::invalid(
        "tlog.checkpoint",
        {std::string("不是有效的检查点：") + zh, std::string("Not a checkpoint: ") + en},
        {"请使用未经改动的原文件。", "Use the file as it was issued."});
}

} // namespace

Result<Checkpoint> Checkpoint::read(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return no_checkpoint("缺少换行", "a line has no end");
        if (end == 0) return no_checkpoint("有空行", "a line is empty");
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    if (lines.size() < 3) return no_checkpoint("少于三行", "fewer than three lines");
    const auto size = decimal(lines[1]);
    if (!size) return no_checkpoint("大小不是十进制数", "the size is no decimal number");
    const auto root = hash_from_base64(lines[2]);
    if (!root) return no_checkpoint("根哈希无效", "the root is no hash");
    Checkpoint read{.origin = std::move(lines[0]), .head = {*size, *root}, .extensions = {}};
    read.extensions.assign(
        std::make_move_iterator(lines.begin() + 3), std::make_move_iterator(lines.end()));
    return read;
}

std::string Checkpoint::text() const {
    auto out = origin + '\n' + std::to_string(head.size) + '\n' + base64_of(head.root) + '\n';
    for (const auto& line : extensions)
        out += line + '\n';
    return out;
}

Result<SignedCheckpoint> SignedCheckpoint::read(std::string_view bytes) {
    auto note = TRY(read_note(bytes));
    auto checkpoint = TRY(Checkpoint::read(note.text));
    return SignedCheckpoint{std::move(note), std::move(checkpoint)};
}

Note sign_checkpoint(const Checkpoint& checkpoint, std::span<const SignerKey> keys) {
    Note note{.text = checkpoint.text(), .signatures = {}};
    for (const auto& key : keys)
        note.signatures.push_back(key.sign(note.text));
    return note;
}

Result<SignedCheckpoint> open_checkpoint(
    std::string_view bytes, std::span<const VerifierKey> log_keys) {
    auto opened = TRY(SignedCheckpoint::read(bytes));
    const auto found = TRY(verify_note(opened.note, log_keys));
    const bool named = std::ranges::any_of(found, [&](const Signed& each) {
        return log_keys[each.key].name == opened.checkpoint.origin;
    });
    if (named) return opened;
    return base::rejected(
        "tlog.origin",
        {"检查点属于另一部日志：" + opened.checkpoint.origin,
         "The checkpoint is of another log: " + opened.checkpoint.origin},
        {"请换用该日志的公钥。", "Use the key of that log."});
}

} // namespace tlog
