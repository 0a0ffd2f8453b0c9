#include "engine/tlog/note.hpp"

#include "base/base64.hpp"

#include <algorithm>
#include <charconv>

namespace tlog {
namespace {

constexpr std::string_view dash = "\xe2\x80\x94 "; // U+2014 and a space begin a signature line
constexpr std::string_view private_mark = "PRIVATE+KEY+";
constexpr std::string_view sm2_mark = "SM2-SM3";
constexpr std::size_t key_id_bytes = 4;
constexpr std::size_t time_bytes = 8;

base::Error no_note(const char* zh, const char* en) {
    return base::invalid(
        "tlog.note",
        {std::string("不是有效的签名文本：") + zh, std::string("Not a signed note: ") + en},
        {"请使用未经改动的原文件（UTF-8，换行为 LF）。",
         "Use the file as it was issued (UTF-8, lines ended by LF)."});
}

base::Error no_key() {
    return base::invalid(
        "tlog.key",
        {"不是有效的验证公钥。", "Not a verifier key."},
        {"公钥形如 名称+8 位十六进制+Base64，请完整复制。",
         "A key looks like name+8 hex digits+Base64; copy the whole of it."});
}

base::Error no_private_key() {
    return base::invalid(
        "tlog.private_key",
        {"不是有效的签名私钥。", "Not a private note key."},
        {"私钥形如 PRIVATE+KEY+名称+8 位十六进制+Base64，可用 rongqiao log key 生成。",
         "A key looks like PRIVATE+KEY+name+8 hex digits+Base64; rongqiao log key makes one."});
}

// One code point of valid UTF-8 (RFC 3629) off the front; nothing when it is none.
std::optional<char32_t> take_code_point(std::string_view& text) {
    const auto byte = [&](std::size_t at) {
        return static_cast<char32_t>(static_cast<unsigned char>(text[at]));
    };
    const auto lead = byte(0);
    std::size_t length = 1;
    char32_t point = lead;
    char32_t least = 0;
    if (lead >= 0x80) {
        if (lead >= 0xC2 && lead < 0xE0) {
            length = 2, point = lead & 0x1FU, least = 0x80;
        } else if (lead >= 0xE0 && lead < 0xF0) {
            length = 3, point = lead & 0x0FU, least = 0x800;
        } else if (lead >= 0xF0 && lead < 0xF5) {
            length = 4, point = lead & 0x07U, least = 0x10000;
        } else {
            return std::nullopt;
        }
    }
    if (text.size() < length) return std::nullopt;
    for (std::size_t at = 1; at < length; ++at) {
        if ((byte(at) & 0xC0U) != 0x80) return std::nullopt;
        point = point << 6U | (byte(at) & 0x3FU);
    }
    const bool surrogate = point >= 0xD800 && point < 0xE000;
    if (point < least || surrogate || point > 0x10FFFF) return std::nullopt;
    text.remove_prefix(length);
    return point;
}

// The property White_Space of Unicode.
bool is_space(char32_t point) {
    return (point >= 0x09 && point <= 0x0D) || point == 0x20 || point == 0x85 || point == 0xA0 ||
           point == 0x1680 || (point >= 0x2000 && point <= 0x200A) || point == 0x2028 ||
           point == 0x2029 || point == 0x202F || point == 0x205F || point == 0x3000;
}

bool is_note_text(std::string_view text) {
    while (!text.empty()) {
        const auto point = take_code_point(text);
        if (!point || (*point < 0x20 && *point != '\n')) return false;
    }
    return true;
}

std::string big_endian(std::uint64_t number, std::size_t bytes) {
    std::string out(bytes, '\0');
    for (auto at = bytes; at > 0; --at, number >>= 8U)
        out[at - 1] = static_cast<char>(number & 255U);
    return out;
}

std::uint64_t from_big_endian(std::string_view bytes) {
    std::uint64_t number = 0;
    for (const char byte : bytes)
        number = number << 8U | static_cast<unsigned char>(byte);
    return number;
}

std::string type_of(KeyKind kind) {
    switch (kind) {
    case KeyKind::ed25519: return "\x01";
    case KeyKind::cosignature: return "\x04";
    case KeyKind::sm2_sm3: return "\xff" + std::string(sm2_mark);
    }
    base::bug("key kind out of range");
}

seal::Algorithm algorithm_of(KeyKind kind) {
    return kind == KeyKind::sm2_sm3 ? seal::Algorithm::sm2_sm3 : seal::Algorithm::ed25519;
}

std::uint32_t key_id_of(std::string_view name, std::string_view type_and_key) {
    std::string text(name);
    text += '\n';
    text += type_and_key;
    const auto digest = base::sha256(text);
    return static_cast<std::uint32_t>(from_big_endian(bytes_of(digest).substr(0, key_id_bytes)));
}

std::string key_id_text(std::uint32_t key_id) {
    return base::hex(std::string_view(big_endian(key_id, key_id_bytes)));
}

struct KeyParts {
    std::string name;
    std::uint32_t key_id = 0;
    std::string type_and_key;
};

// name+hex+base64. The base64 may hold plus signs, the name may not.
std::optional<KeyParts> read_parts(std::string_view text) {
    const auto first = text.find('+');
    if (first == std::string_view::npos) return std::nullopt;
    const auto hex = text.substr(first + 1, 2 * key_id_bytes);
    const auto rest = text.substr(first + 1);
    if (rest.size() <= hex.size() + 1 || rest[hex.size()] != '+') return std::nullopt;
    std::uint32_t key_id = 0;
    const auto [stop, error] = std::from_chars(hex.data(), hex.data() + hex.size(), key_id, 16);
    if (error != std::errc{} || stop != hex.data() + hex.size()) return std::nullopt;
    if (key_id_text(key_id) != hex) return std::nullopt; // lower case
    auto bytes = strict_base64(rest.substr(hex.size() + 1));
    KeyParts parts{std::string(text.substr(0, first)), key_id, {}};
    if (!bytes || bytes->size() < 2 || !is_key_name(parts.name)) return std::nullopt;
    parts.type_and_key = *std::move(bytes);
    return parts;
}

// The kind by the type at the front, which is taken off.
std::optional<KeyKind> take_type(std::string_view& type_and_key) {
    for (const auto kind : {KeyKind::ed25519, KeyKind::cosignature, KeyKind::sm2_sm3}) {
        const auto type = type_of(kind);
        if (!type_and_key.starts_with(type)) continue;
        type_and_key.remove_prefix(type.size());
        return kind;
    }
    return std::nullopt;
}

std::optional<SignatureLine> read_line(std::string_view line) {
    if (!line.starts_with(dash)) return std::nullopt;
    line.remove_prefix(dash.size());
    const auto space = line.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    const auto bytes = strict_base64(line.substr(space + 1));
    SignatureLine read{.name = std::string(line.substr(0, space)), .key_id = 0, .bytes = {}};
    if (!bytes || bytes->size() <= key_id_bytes || !is_key_name(read.name)) return std::nullopt;
    const std::string_view all = *bytes;
    read.key_id = static_cast<std::uint32_t>(from_big_endian(all.substr(0, key_id_bytes)));
    read.bytes = all.substr(key_id_bytes);
    return read;
}

std::string cosigned_message(std::string_view text, std::uint64_t seconds) {
    return "cosignature/v1\ntime " + std::to_string(seconds) + "\n" + std::string(text);
}

} // namespace

bool is_key_name(std::string_view name) {
    if (name.empty()) return false;
    while (!name.empty()) {
        const auto point = take_code_point(name);
        if (!point || is_space(*point) || *point == '+' || *point < 0x20) return false;
    }
    return true;
}

Result<std::vector<SignatureLine>> read_lines(std::string_view bytes) {
    std::vector<SignatureLine> lines;
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        if (end == std::string_view::npos) return no_note("签名行不完整", "a line has no end");
        auto line = read_line(bytes.substr(0, end));
        if (!line) return no_note("签名行格式不对", "a signature line is malformed");
        if (lines.size() == signatures_most) return no_note("签名过多", "too many signatures");
        lines.push_back(*std::move(line));
        bytes.remove_prefix(end + 1);
    }
    if (lines.empty()) return no_note("没有签名", "it has no signature");
    return lines;
}

Result<Note> read_note(std::string_view bytes) {
    if (bytes.size() > note_bytes_most) return no_note("文本过长", "it is too long");
    if (!is_note_text(bytes)) return no_note("含有不允许的字符", "it has forbidden characters");
    const auto gap = bytes.rfind("\n\n");
    if (gap == std::string_view::npos) return no_note("没有签名部分", "it has no signatures");
    Note note;
    note.text = bytes.substr(0, gap + 1);
    note.signatures = TRY(read_lines(bytes.substr(gap + 2)));
    return note;
}

std::string line_text(const SignatureLine& line) {
    const auto bytes = big_endian(line.key_id, key_id_bytes) + line.bytes;
    return std::string(dash) + line.name + ' ' + base::base64(bytes) + '\n';
}

std::string note_text(const Note& note) {
    auto out = note.text + '\n';
    for (const auto& line : note.signatures)
        out += line_text(line);
    return out;
}

VerifierKey VerifierKey::of(std::string name, KeyKind kind, seal::PublicKey key) {
    const auto key_id = key_id_of(name, type_of(kind) + key.bytes());
    return {.name = std::move(name), .key_id = key_id, .kind = kind, .key = std::move(key)};
}

Result<VerifierKey> VerifierKey::read(std::string_view vkey) {
    const auto parts = read_parts(vkey);
    if (!parts || parts->key_id != key_id_of(parts->name, parts->type_and_key)) return no_key();
    std::string_view rest = parts->type_and_key;
    const auto kind = take_type(rest);
    if (!kind) {
        return base::invalid(
            "tlog.key_kind",
            {"不支持这种签名算法的公钥。", "A key of this algorithm is not supported."},
            {"支持 Ed25519（01、04）与 SM2-SM3（ff）。", "Ed25519 (01, 04) and SM2-SM3 (ff) are."});
    }
    auto key = seal::PublicKey::read(algorithm_of(*kind), rest);
    if (!key) return no_key();
    return VerifierKey{
        .name = parts->name, .key_id = parts->key_id, .kind = *kind, .key = *std::move(key)};
}

std::string VerifierKey::text() const {
    return name + '+' + key_id_text(key_id) + '+' + base::base64(type_of(kind) + key.bytes());
}

bool VerifierKey::made(const SignatureLine& line) const {
    return line.key_id == key_id && line.name == name;
}

std::optional<std::uint64_t> VerifierKey::verify(
    std::string_view text, const SignatureLine& line) const {
    std::string_view bytes = line.bytes;
    if (kind != KeyKind::cosignature) {
        return key.verify(text, bytes) ? std::optional<std::uint64_t>(0) : std::nullopt;
    }
    if (bytes.size() != time_bytes + seal::signature_bytes) return std::nullopt;
    const auto seconds = from_big_endian(bytes.substr(0, time_bytes));
    const bool in_range = seconds >> 63U == 0;
    const auto signature = bytes.substr(time_bytes);
    if (!in_range || !key.verify(cosigned_message(text, seconds), signature)) return std::nullopt;
    return seconds;
}

SignerKey::SignerKey(std::string name, KeyKind kind, seal::PrivateKey key)
    : key_(std::move(key))
    , verifier_(VerifierKey::of(std::move(name), kind, key_.public_key())) {}

SignerKey SignerKey::generate(std::string name, KeyKind kind) {
    base::ensure(is_key_name(name), "a key has a name");
    return {std::move(name), kind, seal::PrivateKey::generate(algorithm_of(kind))};
}

Result<SignerKey> SignerKey::read(const base::Secret& text) {
    std::string_view rest = text.reveal();
    if (!rest.starts_with(private_mark)) return no_private_key();
    rest.remove_prefix(private_mark.size());
    const auto parts = read_parts(rest);
    if (!parts) return no_private_key();
    std::string_view bytes = parts->type_and_key;
    const auto kind = take_type(bytes);
    if (!kind) return no_private_key();
    auto key = seal::PrivateKey::read(algorithm_of(*kind), base::Secret(std::string(bytes)));
    if (!key) return no_private_key();
    SignerKey signer(parts->name, *kind, *std::move(key));
    if (signer.verifier_.key_id != parts->key_id) return no_private_key();
    return signer;
}

base::Secret SignerKey::reveal() const {
    const auto bytes = type_of(verifier_.kind) + key_.reveal().reveal();
    return base::Secret(
        std::string(private_mark) + verifier_.name + '+' + key_id_text(verifier_.key_id) + '+' +
        base::base64(bytes));
}

Result<SignerKey> SignerKey::as_cosigner() const {
    if (verifier_.kind == KeyKind::sm2_sm3) return no_private_key();
    auto key = TRY(seal::PrivateKey::read(seal::Algorithm::ed25519, key_.reveal()));
    return SignerKey(verifier_.name, KeyKind::cosignature, std::move(key));
}

SignatureLine SignerKey::sign(std::string_view text) const {
    base::ensure(verifier_.kind != KeyKind::cosignature, "a cosigner signs with the time");
    return {.name = verifier_.name, .key_id = verifier_.key_id, .bytes = key_.sign(text)};
}

SignatureLine SignerKey::cosign(std::string_view text, std::uint64_t seconds) const {
    base::ensure(verifier_.kind == KeyKind::cosignature, "only a cosigner signs with the time");
    return {
        .name = verifier_.name,
        .key_id = verifier_.key_id,
        .bytes = big_endian(seconds, time_bytes) + key_.sign(cosigned_message(text, seconds))};
}

Result<std::vector<Signed>> verify_note(const Note& note, std::span<const VerifierKey> keys) {
    std::vector<Signed> found;
    for (const auto& line : note.signatures) {
        const auto key =
            std::ranges::find_if(keys, [&](const auto& each) { return each.made(line); });
        if (key == keys.end()) continue;
        const auto seconds = key->verify(note.text, line);
        if (!seconds) {
            return base::rejected(
                       "tlog.signature",
                       {"签名不成立：" + line.name, "The signature of " + line.name + " fails."},
                       {"内容或签名被改动；请向签发方重新索取。",
                        "The text or the signature was changed; ask the issuer again."})
                .at(line.name);
        }
        const auto place = static_cast<std::size_t>(key - keys.begin());
        const bool seen =
            std::ranges::any_of(found, [&](const auto& each) { return each.key == place; });
        if (!seen) found.push_back({.key = place, .seconds = *seconds});
    }
    if (found.empty()) {
        return base::rejected(
            "tlog.unsigned",
            {"没有受信任的签名。", "No key that is trusted has signed this."},
            {"请核对所用公钥是否为该日志的公钥。",
             "Check that the key given is the key of this log."});
    }
    return found;
}

} // namespace tlog
