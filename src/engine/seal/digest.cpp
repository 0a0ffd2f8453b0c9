#include "engine/seal/digest.hpp"

#include "base/result.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace seal {

base::Digest sm3(std::string_view bytes) {
    base::Digest digest{};
    unsigned length = 0;
    const int done =
        EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sm3(), nullptr);
    base::ensure(done == 1 && length == digest.size(), "SM3 is available");
    return digest;
}

Digests digests(std::string_view bytes) {
    return {.sha256 = base::sha256(bytes), .sm3 = sm3(bytes)};
}

base::Digest keyed(std::string_view key, std::string_view bytes) {
    base::Digest digest{};
    unsigned length = 0;
    const auto* message = reinterpret_cast<const unsigned char*>(bytes.data());
    const auto* done = HMAC(
        EVP_sha256(),
        key.data(),
        static_cast<int>(key.size()),
        message,
        bytes.size(),
        digest.data(),
        &length);
    base::ensure(done != nullptr && length == digest.size(), "HMAC-SHA-256 is available");
    return digest;
}

} // namespace seal
