// Signed notes, C2SP signed-note v1.0.0: text under one or more signature lines.
//
//   text, ending in a newline
//   (an empty line; the last one of the note)
//   — name base64(key id[4] || signature)
//
// Three kinds of signature are made and checked here; every other is passed over, as the
// specification asks.
//
//   kind          type byte      key                signature
//   ed25519       01             32                 64, over the text
//   cosignature   04             32, Ed25519        8 (time) || 64, over time and text
//   sm2_sm3       ff "SM2-SM3"   65, a point        64 (r || s), over the text
//
// The last is this project's own (type ff is for private use): a signature by 国密 algorithms
// beside the international one, which other verifiers ignore.
#pragma once

#include "engine/seal/key.hpp"
#include "engine/tlog/hash.hpp"

#include <boost/describe/enum.hpp>

#include <span>
#include <vector>

namespace tlog {

enum class KeyKind : std::uint8_t { ed25519, cosignature, sm2_sm3 };
BOOST_DESCRIBE_ENUM(KeyKind, ed25519, cosignature, sm2_sm3)

inline constexpr std::size_t note_bytes_most = 1U << 20U;
inline constexpr std::size_t signatures_most = 128;

struct SignatureLine {
    std::string name;
    std::uint32_t key_id = 0;
    std::string bytes; // after the key id
    friend bool operator==(const SignatureLine&, const SignatureLine&) = default;
};

struct Note {
    std::string text;
    std::vector<SignatureLine> signatures;
};

// `tlog.note` for anything the specification does not allow.
Result<Note> read_note(std::string_view bytes);
[[nodiscard]] std::string note_text(const Note& note);
[[nodiscard]] std::string line_text(const SignatureLine& line);
// Signature lines alone, as a witness answers. `tlog.note`.
Result<std::vector<SignatureLine>> read_lines(std::string_view bytes);
// Not empty, no space of any kind, no plus, valid UTF-8.
[[nodiscard]] bool is_key_name(std::string_view name);

struct VerifierKey {
    std::string name;
    std::uint32_t key_id = 0;
    KeyKind kind = KeyKind::ed25519;
    seal::PublicKey key;

    // `tlog.key` for text that is no key, `tlog.key_kind` for a kind that is not checked here.
    static Result<VerifierKey> read(std::string_view vkey);
    static VerifierKey of(std::string name, KeyKind kind, seal::PublicKey key);

    [[nodiscard]] std::string text() const;                   // name+hex key id+base64 key
    [[nodiscard]] bool made(const SignatureLine& line) const; // by name and key id
    // The time of a cosignature in seconds, 0 of other kinds; nothing when it does not verify.
    [[nodiscard]] std::optional<std::uint64_t> verify(
        std::string_view text, const SignatureLine& line) const;
};

// Never printed: its text comes out by reveal() alone.
class SignerKey {
public:
    static SignerKey generate(std::string name, KeyKind kind);
    // `PRIVATE+KEY+name+hex key id+base64(type || private key)`; `tlog.private_key`.
    static Result<SignerKey> read(const base::Secret& text);

    [[nodiscard]] base::Secret reveal() const;

    [[nodiscard]] const VerifierKey& verifier() const { return verifier_; }

    // Ed25519 keys can also cosign: the same private key, under another key id.
    [[nodiscard]] Result<SignerKey> as_cosigner() const;
    [[nodiscard]] SignatureLine sign(std::string_view text) const;
    [[nodiscard]] SignatureLine cosign(std::string_view text, std::uint64_t seconds) const;

private:
    SignerKey(std::string name, KeyKind kind, seal::PrivateKey key);

    seal::PrivateKey key_;
    VerifierKey verifier_;
};

struct Signed {
    std::size_t key = 0;       // its place among the keys asked about
    std::uint64_t seconds = 0; // of a cosignature
};

// The signatures by `keys`, each once. A known key whose signature fails refuses the whole note
// (`tlog.signature`), as does a note that none of them signed (`tlog.unsigned`).
Result<std::vector<Signed>> verify_note(const Note& note, std::span<const VerifierKey> keys);

} // namespace tlog
