// SHA-256 and random bytes, by OpenSSL.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace base {

using Digest = std::array<std::uint8_t, 32>;

[[nodiscard]] Digest sha256(std::string_view bytes);
[[nodiscard]] std::string hex(std::string_view bytes);
[[nodiscard]] std::string hex(const Digest& digest);
// Cryptographically random, as lower-case hexadecimal: two characters a byte.
[[nodiscard]] std::string random_hex(std::size_t bytes);

} // namespace base
