// Signatures behind one face: Ed25519 (RFC 8032), and SM2 with SM3 (GB/T 32918.2).
//
// Keys and signatures are bytes of fixed length, so that one signature has one spelling:
//
//   algorithm   private key   public key                     signature
//   ed25519     32 (seed)     32                             64
//   sm2_sm3     32 (scalar)   65 (04 || x || y, the point)   64 (r || s, big endian)
//
// SM2 signs for the identity `1234567812345678`, the default of GM/T 0009, whatever the name of the
// key's owner: names are bound by what is signed.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace seal {

enum class Algorithm : std::uint8_t { ed25519, sm2_sm3 };

inline constexpr std::size_t signature_bytes = 64;

// Safe to use from many threads at once; copies share one key.
class PublicKey {
public:
    // `seal.public_key` when the bytes are no key of that algorithm.
    static base::Result<PublicKey> read(Algorithm algorithm, std::string_view bytes);

    PublicKey(const PublicKey& other);
    PublicKey(PublicKey&&) noexcept;
    PublicKey& operator=(const PublicKey& other);
    PublicKey& operator=(PublicKey&&) noexcept;
    ~PublicKey();

    [[nodiscard]] Algorithm algorithm() const;
    [[nodiscard]] const std::string& bytes() const;
    [[nodiscard]] bool verify(std::string_view message, std::string_view signature) const;

private:
    struct State;
    explicit PublicKey(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// Cannot be copied or printed. Its bytes come out by reveal() alone, as a Secret.
class PrivateKey {
public:
    static PrivateKey generate(Algorithm algorithm);
    // `seal.private_key` when the bytes are no key of that algorithm.
    static base::Result<PrivateKey> read(Algorithm algorithm, const base::Secret& bytes);

    PrivateKey(PrivateKey&&) noexcept;
    PrivateKey& operator=(PrivateKey&&) noexcept;
    ~PrivateKey();

    [[nodiscard]] const PublicKey& public_key() const;
    // Ed25519 gives the same signature for the same message every time; SM2 a new one.
    [[nodiscard]] std::string sign(std::string_view message) const;
    [[nodiscard]] base::Secret reveal() const;

private:
    struct State;
    explicit PrivateKey(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// The raw verification of SM2 over a digest e = SM3(Z || M) that the caller has made. Only for
// comparing with published vectors, which give e.
[[nodiscard]] bool verify_sm2_digest(
    const PublicKey& key, std::string_view e, std::string_view signature);

} // namespace seal
