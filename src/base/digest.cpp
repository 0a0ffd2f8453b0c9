#include "base/digest.hpp"

#include "base/result.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

namespace base {

Digest sha256(std::string_view bytes) {
    Digest digest{};
    unsigned length = 0;
    const int done =
        EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
    ensure(done == 1 && length == digest.size(), "SHA-256 is available");
    return digest;
}

struct Hasher::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
};

Hasher::Hasher()
    : state_(std::make_unique<State>()) {
    const bool ready = state_->context != nullptr &&
                       EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) == 1;
    ensure(ready, "SHA-256 is available");
}

Hasher::~Hasher() { EVP_MD_CTX_free(state_->context); }

void Hasher::add(std::string_view bytes) {
    ensure(
        EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1, "SHA-256 takes bytes");
}

Digest Hasher::finish() {
    Digest digest{};
    unsigned length = 0;
    const int done = EVP_DigestFinal_ex(state_->context, digest.data(), &length);
    ensure(done == 1 && length == digest.size(), "SHA-256 ends once");
    return digest;
}

std::string hex(std::string_view bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        out += digits[value >> 4U];
        out += digits[value & 15U];
    }
    return out;
}

std::string hex(const Digest& digest) {
    std::string bytes;
    for (const auto byte : digest)
        bytes += static_cast<char>(byte);
    return hex(std::string_view(bytes));
}

void random_bytes(std::string& bytes) {
    auto* data = reinterpret_cast<unsigned char*>(bytes.data());
    ensure(RAND_bytes(data, static_cast<int>(bytes.size())) == 1, "the random source works");
}

std::string random_hex(std::size_t bytes) {
    std::string buffer(bytes, '\0');
    random_bytes(buffer);
    return hex(std::string_view(buffer));
}

} // namespace base
