// Passwords: what is good enough, and how they are kept.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace identity {

// argon2id (RFC 9106). The default is the smallest of the OWASP Password Storage Cheat Sheet's
// equal choices with one lane: 19 MiB, two passes; about 30 ms on the machine of bench/README.md.
struct HashCost {
    std::uint32_t memory_kib = 19 * 1024;
    std::uint32_t passes = 2;
};

// At least 8 characters of three of: lower case, upper case, digits, others; at most 128 bytes;
// without the login in it. `identity.password_weak` names what is missing.
base::Result<> check_password(const base::Secret& password, std::string_view login);

// The encoded form of RFC 9106's reference: `$argon2id$v=19$m=…,t=…,p=1$salt$hash`, a new 16-byte
// salt each time.
[[nodiscard]] std::string hash_password(const base::Secret& password, const HashCost& cost);

// Compares in constant time. Work for unknown people is done by verifying against `nobody_hash`.
[[nodiscard]] bool verify_password(const base::Secret& password, const std::string& encoded);

} // namespace identity
