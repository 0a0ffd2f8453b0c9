// One column of one block of rows, in the least room its values allow.
#pragma once

#include "engine/column/bitmap.hpp"
#include "engine/rule/value.hpp"

#include <memory>
#include <optional>
#include <span>

namespace column {

inline constexpr std::size_t block_rows = 16'384;
inline constexpr std::size_t block_words = block_rows / word_bits;

// How the values of an attribute are kept.
enum class Form {
    flag,    // boolean: one bit
    whole,   // integer, money, rate, date, duration: base + scale × code, codes as narrow as fits
    decimal, // number: a double
    coded    // everything else: a code of the column's dictionary
};
[[nodiscard]] Form form_of(rule::Type type);

// A value as 64 bits: the number itself, 0 or 1, the bits of a double, or a code.
using Raw = std::int64_t;
// Not for coded values, which need their dictionary.
[[nodiscard]] Raw raw_of(const rule::Value& value);
[[nodiscard]] rule::Value value_of(rule::Type type, Raw raw);

// Memory aligned for the widest loads.
class Room {
public:
    Room() = default;
    explicit Room(std::size_t bytes);

    [[nodiscard]] std::size_t bytes() const { return bytes_; }

    [[nodiscard]] Room copy() const;

    template <class T>
    [[nodiscard]] T* as() const {
        return static_cast<T*>(static_cast<void*>(bytes_at_.get()));
    }

private:
    struct Free {
        void operator()(std::byte* at) const;
    };

    std::unique_ptr<std::byte, Free> bytes_at_;
    std::size_t bytes_ = 0;
};

// Values of one block while they are read or changed.
struct Values {
    std::vector<Raw> raws;            // 0 where unknown
    std::vector<std::uint64_t> known; // a bit a row
};

// What one row of a block is to become.
struct Change {
    std::size_t row = 0;
    bool known = false;
    Raw raw = 0;
};

class Chunk {
public:
    // As many rows as there are raws.
    Chunk(Form form, const Values& values);

    // A copy with some rows changed, when it can hold their values as it is: its form, narrow or
    // not, is kept, so that this costs next to nothing beside a chunk made anew. Null otherwise.
    [[nodiscard]] std::unique_ptr<Chunk> changed(std::span<const Change> changes) const;

    [[nodiscard]] std::size_t words() const { return known_.size(); }

    [[nodiscard]] const std::uint64_t* known() const { return known_.data(); }

    // Bytes of a code: 0 when all known values are one, 1, 2, 4 or 8. Flags have none.
    [[nodiscard]] unsigned width() const { return width_; }

    [[nodiscard]] Raw base() const { return base_; }

    [[nodiscard]] std::uint64_t scale() const { return scale_; }

    [[nodiscard]] std::uint64_t most() const { return most_; } // the largest code

    template <class T>
    [[nodiscard]] const T* codes() const {
        return room_.as<const T>();
    }

    // Wide codes (4 or 8 bytes) have a byte a row beside them that says in which of at most 256
    // bands of much the same number of rows a code lies: how many of the ascending cuts are at or
    // below it. A bound is thus decided without the code for all rows but those of one band.
    // Null for all others.
    [[nodiscard]] const std::uint8_t* bands() const { return bands_.as<const std::uint8_t>(); }

    [[nodiscard]] const std::vector<std::uint64_t>& cuts() const { return cuts_; }

    [[nodiscard]] std::uint8_t band_of(std::uint64_t code) const;

    [[nodiscard]] bool is_known(std::size_t row) const {
        return (known_[row / word_bits] >> (row % word_bits) & 1U) != 0;
    }

    [[nodiscard]] Raw at(std::size_t row) const; // meaningless where unknown
    // Rows from `first`, a multiple of 64; out has room for them. Unknown rows give something.
    void decode(std::size_t first, std::span<Raw> out) const;
    [[nodiscard]] Values values(std::size_t rows) const;
    [[nodiscard]] std::size_t bytes() const;

private:
    void keep_flags(const Values& values);
    void keep_decimals(const Values& values);
    void keep_whole(const Values& values);
    void keep_codes(const Values& values);
    template <class T>
    void fill(const Values& values);
    template <class T>
    void keep_bands(std::size_t rows);
    [[nodiscard]] std::unique_ptr<Chunk> copy() const;
    // The code a value would have here; none when this chunk has no room for it.
    [[nodiscard]] std::optional<std::uint64_t> code_for(Raw raw) const;
    void put_code(std::size_t row, std::uint64_t code);

    Chunk() = default;

    Form form_ = Form::whole;
    std::uint8_t width_ = 0;
    Raw base_ = 0;
    std::uint64_t scale_ = 1;
    std::uint64_t most_ = 0;
    std::vector<std::uint64_t> known_;
    Room room_; // codes; for flags, a bit a row
    Room bands_;
    std::vector<std::uint64_t> cuts_;
};

} // namespace column
