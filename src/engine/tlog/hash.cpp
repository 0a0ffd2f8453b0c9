#include "engine/tlog/hash.hpp"

#include "base/base64.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <limits>

namespace tlog {
namespace {

constexpr std::size_t small_entry_bytes = 4095; // hashed from the stack

} // namespace

Hash leaf_hash(std::string_view entry) {
    if (entry.size() <= small_entry_bytes) {
        std::array<char, small_entry_bytes + 1> buffer; // the first byte says: a leaf
        buffer[0] = 0;
        std::memcpy(buffer.data() + 1, entry.data(), entry.size());
        return base::sha256({buffer.data(), entry.size() + 1});
    }
    std::string buffer(1, '\0');
    buffer += entry;
    return base::sha256(buffer);
}

Hash node_hash(const Hash& left, const Hash& right) {
    std::array<char, 1 + 2 * hash_bytes> buffer;
    buffer[0] = 1;
    std::memcpy(buffer.data() + 1, left.data(), hash_bytes);
    std::memcpy(buffer.data() + 1 + hash_bytes, right.data(), hash_bytes);
    return base::sha256({buffer.data(), buffer.size()});
}

Hash empty_root() { return base::sha256({}); }

std::string_view bytes_of(const Hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

Hash hash_at(std::string_view bytes, std::size_t at) {
    base::ensure(
        bytes.size() >= hash_bytes && at <= bytes.size() - hash_bytes, "32 bytes are there");
    Hash hash{};
    std::memcpy(hash.data(), bytes.data() + at, hash_bytes);
    return hash;
}

// The decoder below is lenient about unused bits and white space; two spellings of one signature
// would be two files with one meaning.
Result<std::string> strict_base64(std::string_view text) {
    auto bytes = base::from_base64(text);
    if (bytes && base::base64(*bytes) == text) return bytes;
    return base::invalid(
        "tlog.base64",
        {"不是规范的 Base64 文本。", "Not Base64 in its one spelling."},
        {"请使用未经改动的原文件。", "Use the file as it was issued."});
}

Result<Hash> hash_from_base64(std::string_view text) {
    const auto bytes = strict_base64(text);
    if (bytes && bytes->size() == hash_bytes) return hash_at(*bytes, 0);
    return base::invalid(
        "tlog.hash",
        {"不是 32 字节的哈希值。", "Not a hash of 32 bytes."},
        {"请使用未经改动的原文件。", "Use the file as it was issued."});
}

std::string base64_of(const Hash& hash) { return base::base64(bytes_of(hash)); }

std::optional<std::uint64_t> decimal(std::string_view text) {
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (text.empty() || (text.size() > 1 && text[0] == '0')) return std::nullopt;
    if (text[0] < '0' || text[0] > '9') return std::nullopt;
    std::uint64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end || number > most) return std::nullopt;
    return number;
}

} // namespace tlog
