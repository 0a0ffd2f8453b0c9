#include "engine/seal/key.hpp"

#include "base/digest.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <vector>

namespace seal {
namespace {

constexpr std::size_t ed25519_bytes = 32;
constexpr std::size_t sm2_private_bytes = 32;
constexpr std::size_t sm2_public_bytes = 65;
constexpr std::size_t sm2_half = 32; // of a signature: r, then s
constexpr std::string_view sm2_identity = "1234567812345678";

struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }

    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }

    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }

    void operator()(BIGNUM* number) const { BN_clear_free(number); }

    void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }

    void operator()(OSSL_PARAM_BLD* builder) const { OSSL_PARAM_BLD_free(builder); }

    void operator()(OSSL_PARAM* parameters) const { OSSL_PARAM_free(parameters); }

    void operator()(EC_GROUP* group) const { EC_GROUP_free(group); }

    void operator()(EC_POINT* point) const { EC_POINT_free(point); }
};

template <class T>
using Owned = std::unique_ptr<T, Free>;

const unsigned char* octets(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* octets(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

Owned<EVP_PKEY> sm2_key(std::string_view public_bytes, const BIGNUM* scalar) {
    const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
    base::ensure(builder != nullptr, "memory for a key");
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0);
    OSSL_PARAM_BLD_push_octet_string(
        builder.get(), OSSL_PKEY_PARAM_PUB_KEY, public_bytes.data(), public_bytes.size());
    if (scalar != nullptr) OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar);
    const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, "SM2", nullptr));
    base::ensure(parameters != nullptr && context != nullptr, "SM2 is available");
    EVP_PKEY* key = nullptr;
    const int selection = scalar != nullptr ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
    if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, selection, parameters.get()) != 1) {
        return nullptr;
    }
    Owned<EVP_PKEY> made(key);
    const Owned<EVP_PKEY_CTX> check(EVP_PKEY_CTX_new_from_pkey(nullptr, made.get(), nullptr));
    if (check == nullptr || EVP_PKEY_public_check(check.get()) != 1) return nullptr; // on the curve
    return made;
}

Owned<EVP_PKEY> public_key_of(Algorithm algorithm, std::string_view bytes) {
    if (algorithm == Algorithm::ed25519) {
        if (bytes.size() != ed25519_bytes) return nullptr;
        return Owned<EVP_PKEY>(
            EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(bytes), bytes.size()));
    }
    if (bytes.size() != sm2_public_bytes || bytes[0] != '\x04') return nullptr;
    return sm2_key(bytes, nullptr);
}

// The point of a scalar; empty when the scalar is no private key (0, or the group's order − 1 and
// above).
std::string sm2_point(const BIGNUM* scalar) {
    const Owned<EC_GROUP> group(EC_GROUP_new_by_curve_name(NID_sm2));
    base::ensure(group != nullptr, "the curve of SM2 is available");
    const Owned<BIGNUM> most(BN_dup(EC_GROUP_get0_order(group.get())));
    BN_sub_word(most.get(), 1);
    if (BN_is_zero(scalar) || BN_cmp(scalar, most.get()) >= 0) return {};
    const Owned<EC_POINT> point(EC_POINT_new(group.get()));
    std::string bytes(sm2_public_bytes, '\0');
    const bool made =
        point != nullptr &&
        EC_POINT_mul(group.get(), point.get(), scalar, nullptr, nullptr, nullptr) == 1 &&
        EC_POINT_point2oct(
            group.get(),
            point.get(),
            POINT_CONVERSION_UNCOMPRESSED,
            octets(bytes),
            bytes.size(),
            nullptr) == sm2_public_bytes;
    base::ensure(made, "a scalar has a point");
    return bytes;
}

std::string der_of(std::string_view signature) {
    Owned<ECDSA_SIG> parts(ECDSA_SIG_new());
    auto* r = BN_bin2bn(octets(signature), sm2_half, nullptr);
    auto* s = BN_bin2bn(octets(signature.substr(sm2_half)), sm2_half, nullptr);
    ECDSA_SIG_set0(parts.get(), r, s);
    unsigned char* der = nullptr;
    const int length = i2d_ECDSA_SIG(parts.get(), &der);
    base::ensure(length > 0, "memory for a signature");
    std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
    OPENSSL_free(der);
    return bytes;
}

std::string fixed_of(std::string_view der) {
    const auto* at = octets(der);
    const Owned<ECDSA_SIG> parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    base::ensure(parts != nullptr, "OpenSSL reads its own signature");
    std::string bytes(signature_bytes, '\0');
    BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), octets(bytes), sm2_half);
    BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), octets(bytes) + sm2_half, sm2_half);
    return bytes;
}

// Ready to sign or verify with the identity set, which must come before the digest is begun.
class Session {
public:
    Session(Algorithm algorithm, EVP_PKEY* key)
        : algorithm_(algorithm)
        , key_(key)
        , digest_(EVP_MD_CTX_new()) {
        base::ensure(digest_ != nullptr, "memory for a signature");
        if (algorithm != Algorithm::sm2_sm3) return;
        context_.reset(EVP_PKEY_CTX_new(key, nullptr));
        const bool named =
            context_ != nullptr &&
            EVP_PKEY_CTX_set1_id(
                context_.get(), sm2_identity.data(), static_cast<int>(sm2_identity.size())) == 1;
        base::ensure(named, "SM2 takes an identity");
        EVP_MD_CTX_set_pkey_ctx(digest_.get(), context_.get());
    }

    std::string sign(std::string_view message) {
        const bool begun =
            EVP_DigestSignInit(digest_.get(), nullptr, digest_name(), nullptr, key_) == 1;
        std::size_t length = 0;
        base::ensure(
            begun && EVP_DigestSign(
                         digest_.get(), nullptr, &length, octets(message), message.size()) == 1,
            "a private key signs");
        std::string signature(length, '\0');
        base::ensure(
            EVP_DigestSign(
                digest_.get(), octets(signature), &length, octets(message), message.size()) == 1,
            "a private key signs");
        signature.resize(length);
        return signature;
    }

    bool verify(std::string_view message, std::string_view signature) {
        return EVP_DigestVerifyInit(digest_.get(), nullptr, digest_name(), nullptr, key_) == 1 &&
               EVP_DigestVerify(
                   digest_.get(),
                   octets(signature),
                   signature.size(),
                   octets(message),
                   message.size()) == 1;
    }

private:
    [[nodiscard]] const EVP_MD* digest_name() const {
        return algorithm_ == Algorithm::sm2_sm3 ? EVP_sm3() : nullptr;
    }

    Algorithm algorithm_;
    EVP_PKEY* key_;
    Owned<EVP_PKEY_CTX> context_; // outlives the digest that uses it
    Owned<EVP_MD_CTX> digest_;
};

} // namespace

struct PublicKey::State {
    Algorithm algorithm = Algorithm::ed25519;
    std::string bytes;
    Owned<EVP_PKEY> key;

    [[nodiscard]] std::unique_ptr<State> copy() const {
        EVP_PKEY_up_ref(key.get());
        return std::make_unique<State>(State{algorithm, bytes, Owned<EVP_PKEY>(key.get())});
    }
};

PublicKey::PublicKey(std::unique_ptr<State> state)
    : state_(std::move(state)) {}

PublicKey::PublicKey(const PublicKey& other)
    : state_(other.state_->copy()) {}

PublicKey::PublicKey(PublicKey&&) noexcept = default;

PublicKey& PublicKey::operator=(const PublicKey& other) {
    if (this != &other) state_ = other.state_->copy();
    return *this;
}

PublicKey& PublicKey::operator=(PublicKey&&) noexcept = default;
PublicKey::~PublicKey() = default;

base::Result<PublicKey> PublicKey::read(Algorithm algorithm, std::string_view bytes) {
    auto key = public_key_of(algorithm, bytes);
    if (key == nullptr) {
        return base::invalid(
            "seal.public_key",
            {"公钥无效。", "This is not a public key of that kind."},
            {"请核对公钥是否完整。", "Check that the key is whole."});
    }
    return PublicKey(std::make_unique<State>(State{algorithm, std::string(bytes), std::move(key)}));
}

Algorithm PublicKey::algorithm() const { return state_->algorithm; }

const std::string& PublicKey::bytes() const { return state_->bytes; }

bool PublicKey::verify(std::string_view message, std::string_view signature) const {
    if (signature.size() != signature_bytes) return false;
    Session session(state_->algorithm, state_->key.get());
    if (state_->algorithm == Algorithm::ed25519) return session.verify(message, signature);
    return session.verify(message, der_of(signature));
}

struct PrivateKey::State {
    Owned<EVP_PKEY> key;
    PublicKey public_key;
    base::Secret bytes;
};

PrivateKey::PrivateKey(std::unique_ptr<State> state)
    : state_(std::move(state)) {}

PrivateKey::PrivateKey(PrivateKey&&) noexcept = default;
PrivateKey& PrivateKey::operator=(PrivateKey&&) noexcept = default;
PrivateKey::~PrivateKey() = default;

base::Result<PrivateKey> PrivateKey::read(Algorithm algorithm, const base::Secret& bytes) {
    const auto no_key = [] {
        return base::invalid(
            "seal.private_key",
            {"私钥无效。", "This is not a private key of that kind."},
            {"请核对密钥文件是否完整。", "Check that the key file is whole."});
    };
    const std::string_view raw = bytes.reveal();
    if (algorithm == Algorithm::ed25519) {
        if (raw.size() != ed25519_bytes) return no_key();
        Owned<EVP_PKEY> key(
            EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, octets(raw), raw.size()));
        base::ensure(key != nullptr, "any 32 bytes are a seed");
        std::string open(ed25519_bytes, '\0');
        std::size_t length = open.size();
        base::ensure(
            EVP_PKEY_get_raw_public_key(key.get(), octets(open), &length) == 1,
            "a seed has a public key");
        auto public_key = TRY(PublicKey::read(algorithm, open));
        return PrivateKey(
            std::make_unique<State>(State{std::move(key), std::move(public_key), bytes}));
    }
    if (raw.size() != sm2_private_bytes) return no_key();
    const Owned<BIGNUM> scalar(BN_bin2bn(octets(raw), sm2_private_bytes, nullptr));
    const auto open = sm2_point(scalar.get());
    if (open.empty()) return no_key();
    auto key = sm2_key(open, scalar.get());
    base::ensure(key != nullptr, "a scalar and its point are a key");
    auto public_key = TRY(PublicKey::read(algorithm, open));
    return PrivateKey(std::make_unique<State>(State{std::move(key), std::move(public_key), bytes}));
}

PrivateKey PrivateKey::generate(Algorithm algorithm) {
    while (true) {
        std::string raw(ed25519_bytes, '\0'); // as many as SM2 wants
        base::random_bytes(raw);
        const base::Secret secret(std::move(raw));
        auto key = read(algorithm, secret);
        if (key) return *std::move(key); // SM2 refuses one draw in 2^32 at most
    }
}

const PublicKey& PrivateKey::public_key() const { return state_->public_key; }

std::string PrivateKey::sign(std::string_view message) const {
    const auto algorithm = state_->public_key.algorithm();
    auto signature = Session(algorithm, state_->key.get()).sign(message);
    return algorithm == Algorithm::sm2_sm3 ? fixed_of(signature) : signature;
}

base::Secret PrivateKey::reveal() const { return state_->bytes; }

bool verify_sm2_digest(const PublicKey& key, std::string_view e, std::string_view signature) {
    if (key.algorithm() != Algorithm::sm2_sm3 || signature.size() != signature_bytes) return false;
    const auto open = sm2_key(key.bytes(), nullptr);
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(open.get(), nullptr));
    const auto der = der_of(signature);
    return EVP_PKEY_verify_init(context.get()) == 1 &&
           EVP_PKEY_verify(context.get(), octets(der), der.size(), octets(e), e.size()) == 1;
}

} // namespace seal
