// A map from positive numbers to places in a vector: open addressing in one block of memory, so
// that a look-up is one cache miss however many there are. Nothing is ever taken out.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace ledger {

class Index {
public:
    [[nodiscard]] std::optional<std::uint32_t> find(std::int64_t key) const {
        if (slots_.empty()) return std::nullopt;
        for (auto at = start(key);; at = (at + 1) & mask_) {
            if (slots_[at].key == key) return slots_[at].place;
            if (slots_[at].key == 0) return std::nullopt;
        }
    }

    // False when the key is there already.
    bool put(std::int64_t key, std::uint32_t place) {
        if (2 * (count_ + 1) > slots_.size()) grow();
        for (auto at = start(key);; at = (at + 1) & mask_) {
            if (slots_[at].key == key) return false;
            if (slots_[at].key != 0) continue;
            slots_[at] = {key, place};
            ++count_;
            return true;
        }
    }

    // Lets a key that is there point elsewhere.
    void move(std::int64_t key, std::uint32_t place) {
        for (auto at = start(key);; at = (at + 1) & mask_) {
            if (slots_[at].key != key) continue;
            slots_[at].place = place;
            return;
        }
    }

private:
    struct Slot {
        std::int64_t key = 0; // 0: free
        std::uint32_t place = 0;
    };

    [[nodiscard]] std::size_t start(std::int64_t key) const {
        // Fibonacci hashing: neighbouring numbers end up far from each other.
        return (static_cast<std::uint64_t>(key) * 0x9E37'79B9'7F4A'7C15U) >> shift_;
    }

    void grow() {
        auto before = std::move(slots_);
        const auto size = before.empty() ? std::size_t{64} : 2 * before.size();
        slots_.assign(size, {});
        mask_ = size - 1;
        shift_ = 64;
        for (auto bits = size; bits > 1; bits /= 2)
            --shift_;
        count_ = 0;
        for (const auto& slot : before) {
            if (slot.key != 0) put(slot.key, slot.place);
        }
    }

    std::vector<Slot> slots_;
    std::size_t mask_ = 0;
    std::size_t count_ = 0;
    int shift_ = 64;
};

} // namespace ledger
