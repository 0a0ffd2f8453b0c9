// SHA-256 and random bytes, by OpenSSL.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace base {

using Digest = std::array<std::uint8_t, 32>;

[[nodiscard]] Digest sha256(std::string_view bytes);

// SHA-256 of what comes piece by piece.
class Hasher {
public:
    Hasher();
    ~Hasher();
    Hasher(const Hasher&) = delete;
    Hasher& operator=(const Hasher&) = delete;

    void add(std::string_view bytes);
    [[nodiscard]] Digest finish(); // once

private:
    struct State;
    std::unique_ptr<State> state_;
};

[[nodiscard]] std::string hex(std::string_view bytes);
[[nodiscard]] std::string hex(const Digest& digest);
// Fills with cryptographically random bytes.
void random_bytes(std::string& bytes);
// Cryptographically random, as lower-case hexadecimal: two characters a byte.
[[nodiscard]] std::string random_hex(std::size_t bytes);

} // namespace base
