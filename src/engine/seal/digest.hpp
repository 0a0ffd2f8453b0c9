// SM3 (GB/T 32905) beside base's SHA-256. Both digests have 32 bytes.
#pragma once

#include "base/digest.hpp"

namespace seal {

[[nodiscard]] base::Digest sm3(std::string_view bytes);

// The two digests that stand beside each other wherever the platform gives its word on a document.
struct Digests {
    base::Digest sha256{};
    base::Digest sm3{};
    friend bool operator==(const Digests&, const Digests&) = default;
};

[[nodiscard]] Digests digests(std::string_view bytes);

// HMAC-SHA-256 (RFC 2104): values that only who knows the key can make.
[[nodiscard]] base::Digest keyed(std::string_view key, std::string_view bytes);

} // namespace seal
