// A set of row numbers, one bit a row.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace column {

inline constexpr std::size_t word_bits = 64;

[[nodiscard]] constexpr std::size_t words_for(std::size_t bits) {
    return (bits + word_bits - 1) / word_bits;
}

// Bits beyond size() are zero, so that whole words can be counted and compared.
class Bitmap {
public:
    Bitmap() = default;

    explicit Bitmap(std::size_t bits, bool value = false)
        : bits_(bits)
        , words_(words_for(bits), value ? ~std::uint64_t{0} : 0) {
        trim();
    }

    [[nodiscard]] std::size_t size() const { return bits_; }

    [[nodiscard]] const std::vector<std::uint64_t>& words() const { return words_; }

    // For writing whole words; call trim() when bits beyond size() may have been set.
    [[nodiscard]] std::uint64_t* data() { return words_.data(); }

    [[nodiscard]] bool test(std::size_t bit) const {
        return (words_[bit / word_bits] >> (bit % word_bits) & 1U) != 0;
    }

    void set(std::size_t bit) { words_[bit / word_bits] |= std::uint64_t{1} << (bit % word_bits); }

    void reset(std::size_t bit) {
        words_[bit / word_bits] &= ~(std::uint64_t{1} << (bit % word_bits));
    }

    [[nodiscard]] std::size_t count() const {
        std::size_t found = 0;
        for (const auto word : words_)
            found += static_cast<std::size_t>(std::popcount(word));
        return found;
    }

    Bitmap& operator&=(const Bitmap& other) {
        for (std::size_t i = 0; i < words_.size(); ++i)
            words_[i] &= other.words_[i];
        return *this;
    }

    Bitmap& operator|=(const Bitmap& other) {
        for (std::size_t i = 0; i < words_.size(); ++i)
            words_[i] |= other.words_[i];
        return *this;
    }

    Bitmap& operator-=(const Bitmap& other) {
        for (std::size_t i = 0; i < words_.size(); ++i)
            words_[i] &= ~other.words_[i];
        return *this;
    }

    // Calls f(row) for every set bit, in order.
    template <class F>
    void each(F&& f) const {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            for (auto word = words_[i]; word != 0; word &= word - 1)
                f(i * word_bits + static_cast<std::size_t>(std::countr_zero(word)));
        }
    }

    void trim() {
        const auto rest = bits_ % word_bits;
        if (rest != 0) words_.back() &= (std::uint64_t{1} << rest) - 1;
    }

    friend bool operator==(const Bitmap&, const Bitmap&) = default;

private:
    std::size_t bits_ = 0;
    std::vector<std::uint64_t> words_;
};

} // namespace column
