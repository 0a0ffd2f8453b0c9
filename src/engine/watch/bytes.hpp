// State as bytes and back: little-endian base-128 numbers and counted texts. What is read was
// written by this program and stands under a digest; all the same no bytes do harm: lengths and
// numbers out of bounds are refused.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace watch {

// What a state may speak of; a number beyond it would lead outside of what there is.
struct Bounds {
    struct Field {
        std::int64_t least = std::numeric_limits<std::int64_t>::min();
        std::int64_t most = std::numeric_limits<std::int64_t>::max();
    };

    std::uint64_t events = std::numeric_limits<std::uint64_t>::max(); // numbers lie below
    std::vector<Field> fields;                                        // by field; none: any value
};

inline constexpr std::int64_t time_most_ms = 253'402'300'799'000; // the end of the year 9999

[[nodiscard]] constexpr bool possible_time(std::int64_t time_ms) {
    return time_ms >= -time_most_ms && time_ms <= time_most_ms;
}

class ByteWriter {
public:
    void number(std::uint64_t value) {
        for (; value >= 0x80U; value >>= 7U)
            bytes_ += static_cast<char>((value & 0x7FU) | 0x80U);
        bytes_ += static_cast<char>(value);
    }

    // Small magnitudes of either sign stay short.
    void whole(std::int64_t value) {
        const auto bits = static_cast<std::uint64_t>(value);
        number((bits << 1U) ^ (value < 0 ? ~std::uint64_t{0} : 0));
    }

    void text(std::string_view value) {
        number(value.size());
        bytes_ += value;
    }

    [[nodiscard]] const std::string& bytes() const { return bytes_; }

    [[nodiscard]] std::string take() { return std::move(bytes_); }

private:
    std::string bytes_;
};

class ByteReader {
public:
    explicit ByteReader(std::string_view bytes)
        : bytes_(bytes) {}

    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            if (at_ == bytes_.size()) break;
            const auto byte = static_cast<unsigned char>(bytes_[at_++]);
            value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
            if (byte < 0x80U) return value;
        }
        failed_ = true;
        return 0;
    }

    std::int64_t whole() {
        const auto bits = number();
        return static_cast<std::int64_t>((bits >> 1U) ^ (~(bits & 1U) + 1U));
    }

    std::string_view text() {
        const auto size = number();
        if (size > bytes_.size() - at_) {
            failed_ = true;
            return {};
        }
        const auto value = bytes_.substr(at_, size);
        at_ += size;
        return value;
    }

    // How many items of at least one byte each may still follow; bounds what is reserved.
    std::uint64_t count() {
        const auto value = number();
        if (value <= bytes_.size() - at_) return value;
        failed_ = true;
        return 0;
    }

    [[nodiscard]] bool failed() const { return failed_; }

    [[nodiscard]] bool done() const { return at_ == bytes_.size() && !failed_; }

private:
    std::string_view bytes_;
    std::size_t at_ = 0;
    bool failed_ = false;
};

} // namespace watch
