#include "engine/tlog/witnessing.hpp"

#include <algorithm>

namespace tlog {
namespace {

constexpr std::string_view old_mark = "old ";
constexpr std::size_t witness_hashes_most = 63;

base::Error no_request(const char* zh, const char* en) {
    return base::invalid(
        "tlog.add_checkpoint",
        {std::string("见证请求无效：") + zh, std::string("Not a request to a witness: ") + en},
        {"格式见 c2sp.org/tlog-witness。", "c2sp.org/tlog-witness has the format."});
}

WitnessAnswer refusal(int status, std::string_view why) {
    WitnessAnswer answer;
    answer.status = status;
    answer.body = std::string(why) + '\n';
    return answer;
}

// What the rules say once origin and signature are good; nothing: it is consistent.
std::optional<WitnessAnswer> inconsistency(
    const AddCheckpoint& wish, const Head& newer, const Head& held) {
    if (wish.old_size > newer.size) return refusal(400, "old size above the checkpoint's");
    if (wish.old_size != held.size) {
        auto answer = refusal(409, std::to_string(held.size));
        answer.content_type = "text/x.tlog.size";
        return answer;
    }
    if (newer.size == 0 && newer.root != empty_root())
        return refusal(422, "the empty tree has another root");
    if (wish.old_size == 0) {
        if (!wish.proof.empty()) return refusal(422, "no proof is due from size 0");
        return std::nullopt;
    }
    if (wish.old_size == newer.size && held.root != newer.root)
        return refusal(422, "another root at the same size");
    if (!verify_consistency(held, newer, wish.proof))
        return refusal(422, "the consistency proof fails");
    return std::nullopt;
}

} // namespace

Result<AddCheckpoint> AddCheckpoint::read(std::string_view bytes) {
    const auto take = [&]() -> std::optional<std::string_view> {
        const auto end = bytes.find('\n');
        if (end == std::string_view::npos) return std::nullopt;
        const auto line = bytes.substr(0, end);
        bytes.remove_prefix(end + 1);
        return line;
    };
    AddCheckpoint wish;
    auto line = take();
    const bool has_size = line && line->starts_with(old_mark);
    const auto size = has_size ? decimal(line->substr(old_mark.size())) : std::nullopt;
    if (!size) return no_request("缺少 old 行", "there is no old line");
    wish.old_size = *size;
    while (true) {
        line = take();
        if (!line) return no_request("缺少检查点", "there is no checkpoint");
        if (line->empty()) break;
        const auto hash = hash_from_base64(*line);
        if (!hash) return no_request("哈希行无效", "a line is no hash");
        if (wish.proof.size() == witness_hashes_most)
            return no_request("哈希过多", "it has too many hashes");
        wish.proof.push_back(*hash);
    }
    wish.checkpoint = bytes;
    return wish;
}

std::string AddCheckpoint::text() const {
    auto out = std::string(old_mark) + std::to_string(old_size) + '\n';
    for (const auto& hash : proof)
        out += base64_of(hash) + '\n';
    return out + '\n' + checkpoint;
}

WitnessAnswer decide_add_checkpoint(
    std::string_view body, std::span<const VerifierKey> logs, const HeldHead& held) {
    const auto wish = AddCheckpoint::read(body);
    if (!wish) return refusal(400, wish.error().message.en);
    auto opened = SignedCheckpoint::read(wish->checkpoint);
    if (!opened) return refusal(400, opened.error().message.en);
    const auto& origin = opened->checkpoint.origin;
    std::vector<VerifierKey> trusted;
    std::ranges::copy_if(logs, std::back_inserter(trusted), [&](const VerifierKey& key) {
        return key.name == origin;
    });
    if (trusted.empty()) return refusal(404, "unknown log");
    const auto signatures = verify_note(opened->note, trusted);
    if (!signatures) return refusal(403, signatures.error().message.en);
    const auto before = held(origin).value_or(Head{.size = 0, .root = empty_root()});
    if (auto refused = inconsistency(*wish, opened->checkpoint.head, before))
        return *std::move(refused);
    WitnessAnswer answer;
    opened->note = only_by(opened->note, trusted);
    answer.next = *std::move(opened);
    return answer;
}

Note only_by(const Note& note, std::span<const VerifierKey> keys) {
    Note kept{.text = note.text, .signatures = {}};
    for (const auto& line : note.signatures) {
        const bool made =
            std::ranges::any_of(keys, [&](const VerifierKey& key) { return key.made(line); });
        if (made) kept.signatures.push_back(line);
    }
    return kept;
}

} // namespace tlog
