#include "engine/tlog/proof.hpp"

#include "base/base64.hpp"

namespace tlog {
namespace {

constexpr std::string_view first_line = "c2sp.org/tlog-proof@v1\n";
constexpr std::string_view extra_mark = "extra ";
constexpr std::string_view index_mark = "index ";
constexpr std::size_t proof_hashes_most = 63;

base::Error no_proof(const char* zh, const char* en) {
    return base::invalid(
        "tlog.proof",
        {std::string("不是有效的证明文件：") + zh, std::string("Not a proof file: ") + en},
        {"请使用未经改动的 .tlog-proof 文件。", "Use the .tlog-proof file as it was issued."});
}

// The line at the front, taken off with its newline; nothing when there is none.
std::optional<std::string_view> take_line(std::string_view& bytes) {
    const auto end = bytes.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    return line;
}

} // namespace

Result<Proof> Proof::read(std::string_view bytes) {
    if (bytes.size() > 2 * note_bytes_most || !bytes.starts_with(first_line))
        return no_proof("第一行不符", "the first line is not c2sp.org/tlog-proof@v1");
    bytes.remove_prefix(first_line.size());
    Proof proof;
    auto line = take_line(bytes);
    if (line && line->starts_with(extra_mark)) {
        auto extra = strict_base64(line->substr(extra_mark.size()));
        if (!extra) return no_proof("extra 行不是 Base64", "the extra line is not Base64");
        proof.extra = *std::move(extra);
        line = take_line(bytes);
    }
    const bool has_index = line && line->starts_with(index_mark);
    const auto index = has_index ? decimal(line->substr(index_mark.size())) : std::nullopt;
    if (!index) return no_proof("缺少 index 行", "there is no index line");
    proof.index = *index;
    while (true) {
        line = take_line(bytes);
        if (!line) return no_proof("缺少检查点", "there is no checkpoint");
        if (line->empty()) break;
        const auto hash = hash_from_base64(*line);
        if (!hash) return no_proof("哈希行无效", "a line is no hash");
        if (proof.hashes.size() == proof_hashes_most)
            return no_proof("哈希过多", "it has too many hashes");
        proof.hashes.push_back(*hash);
    }
    proof.checkpoint = bytes;
    TRY(SignedCheckpoint::read(bytes));
    return proof;
}

std::string Proof::text() const {
    std::string out(first_line);
    if (extra) out += std::string(extra_mark) + base::base64(*extra) + '\n';
    out += std::string(index_mark) + std::to_string(index) + '\n';
    for (const auto& hash : hashes)
        out += base64_of(hash) + '\n';
    return out + '\n' + checkpoint;
}

Result<Accepted> check_proof(const Proof& proof, const Hash& leaf, const Trust& trust) {
    auto accepted = TRY(accept(proof.checkpoint, trust));
    const auto& head = accepted.checkpoint.checkpoint.head;
    TRY(verify_inclusion(proof.index, head.size, leaf, proof.hashes, head.root));
    return accepted;
}

} // namespace tlog
