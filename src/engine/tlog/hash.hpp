// Hashes of the log's tree, RFC 6962 §2.1 (= RFC 9162 §2.1) with SHA-256, and the two spellings the
// C2SP formats have for numbers and hashes.
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tlog {

using base::Result;
using Hash = base::Digest;

inline constexpr std::size_t hash_bytes = 32;

[[nodiscard]] Hash leaf_hash(std::string_view entry);              // SHA-256(00 || entry)
[[nodiscard]] Hash node_hash(const Hash& left, const Hash& right); // SHA-256(01 || left || right)
[[nodiscard]] Hash empty_root();                                   // SHA-256 of nothing

[[nodiscard]] std::string_view bytes_of(const Hash& hash);
[[nodiscard]] Hash hash_at(std::string_view bytes, std::size_t at); // 32 bytes from `at`

// RFC 4648 §4, and nothing but the one spelling of the bytes. `tlog.base64`.
Result<std::string> strict_base64(std::string_view text);
// Exactly 32 bytes. `tlog.hash`.
Result<Hash> hash_from_base64(std::string_view text);
[[nodiscard]] std::string base64_of(const Hash& hash);

// ASCII digits without a leading zero, at most 2^63 − 1.
[[nodiscard]] std::optional<std::uint64_t> decimal(std::string_view text);

} // namespace tlog
