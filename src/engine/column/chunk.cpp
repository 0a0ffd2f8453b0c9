#include "engine/column/chunk.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <numeric>

namespace column {
namespace {

constexpr std::align_val_t alignment{64};
constexpr std::size_t bands_most = 256;    // a band is a byte
constexpr std::size_t sample_rows = 2'048; // of a block, to find bands of equal size

// Ascending. A value that fills more than a band has one of its own.
std::vector<std::uint64_t> cuts_of(std::vector<std::uint64_t> sample) {
    std::ranges::sort(sample);
    std::vector<std::uint64_t> cuts;
    for (std::size_t i = 1; i < bands_most && !sample.empty(); ++i) {
        const auto cut = sample[i * sample.size() / bands_most];
        const auto last = cuts.empty() ? 0 : cuts.back();
        if (cut > last) cuts.push_back(cut);
        if (cut == last && cut + 1 > last) cuts.push_back(cut + 1);
    }
    return cuts;
}

} // namespace

Form form_of(rule::Type type) {
    using rule::Type;
    if (type == Type::boolean) return Form::flag;
    if (type == Type::number) return Form::decimal;
    const bool whole = type == Type::integer || type == Type::money || type == Type::rate ||
                       type == Type::date || type == Type::duration;
    return whole ? Form::whole : Form::coded;
}

Raw raw_of(const rule::Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
    if (const auto* money = std::get_if<base::Money>(&value)) return money->fen;
    if (const auto* rate = std::get_if<base::Rate>(&value)) return rate->ppm;
    if (const auto* date = std::get_if<base::Date>(&value)) return date->days;
    if (const auto* duration = std::get_if<rule::Duration>(&value)) return duration->seconds;
    if (const auto* number = std::get_if<double>(&value)) return std::bit_cast<Raw>(*number);
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? 1 : 0;
    base::bug("a value that only a dictionary holds");
}

rule::Value value_of(rule::Type type, Raw raw) {
    using rule::Type;
    if (type == Type::integer) return raw;
    if (type == Type::money) return base::Money{raw};
    if (type == Type::rate) return base::Rate{raw};
    if (type == Type::date) return base::Date{static_cast<std::int32_t>(raw)};
    if (type == Type::duration) return rule::Duration{raw};
    if (type == Type::number) return std::bit_cast<double>(raw);
    if (type == Type::boolean) return raw != 0;
    base::bug("a value that only a dictionary holds");
}

Room::Room(std::size_t bytes)
    : bytes_at_(bytes == 0 ? nullptr : new (alignment) std::byte[bytes]())
    , bytes_(bytes) {}

Room Room::copy() const {
    Room out(bytes_);
    if (bytes_ > 0) std::memcpy(out.bytes_at_.get(), bytes_at_.get(), bytes_);
    return out;
}

void Room::Free::operator()(std::byte* at) const { ::operator delete[](at, alignment); }

Chunk::Chunk(Form form, const Values& values)
    : form_(form)
    , known_(values.known) {
    switch (form) {
    case Form::flag: keep_flags(values); break;
    case Form::whole: keep_whole(values); break;
    case Form::decimal: keep_decimals(values); break;
    case Form::coded: keep_codes(values); break;
    }
}

void Chunk::keep_flags(const Values& values) {
    most_ = 1;
    room_ = Room(words() * sizeof(std::uint64_t));
    auto* bits = room_.as<std::uint64_t>();
    for (std::size_t row = 0; row < values.raws.size(); ++row)
        bits[row / word_bits] |= static_cast<std::uint64_t>(values.raws[row] & 1)
                                 << (row % word_bits);
}

void Chunk::keep_decimals(const Values& values) {
    width_ = 8;
    room_ = Room(words() * word_bits * sizeof(double));
    auto* numbers = room_.as<double>();
    for (std::size_t row = 0; row < values.raws.size(); ++row)
        numbers[row] = std::bit_cast<double>(values.raws[row]);
}

// The smallest value becomes code 0; what all distances are multiples of (fen that are whole yuan,
// seconds that are whole days) is divided out.
void Chunk::keep_whole(const Values& values) {
    Raw least = 0;
    Raw largest = 0;
    bool any = false;
    for (std::size_t row = 0; row < values.raws.size(); ++row) {
        if (!is_known(row)) continue;
        const auto raw = values.raws[row];
        least = any ? std::min(least, raw) : raw;
        largest = any ? std::max(largest, raw) : raw;
        any = true;
    }
    base_ = least;
    const auto distance = [&](Raw raw) {
        return static_cast<std::uint64_t>(raw) - static_cast<std::uint64_t>(least);
    };
    std::uint64_t divisor = 0;
    for (std::size_t row = 0; row < values.raws.size() && divisor != 1; ++row) {
        if (!is_known(row)) continue;
        const auto far = distance(values.raws[row]);
        if (divisor == 0 || far % divisor != 0) divisor = std::gcd(divisor, far);
    }
    scale_ = divisor == 0 ? 1 : divisor;
    most_ = distance(largest) / scale_;
    width_ = most_ == 0             ? 0
             : most_ <= 0xFF        ? 1
             : most_ <= 0xFFFF      ? 2
             : most_ <= 0xFFFF'FFFF ? 4
                                    : 8;
    if (width_ == 1) fill<std::uint8_t>(values);
    if (width_ == 2) fill<std::uint16_t>(values);
    if (width_ == 4) fill<std::uint32_t>(values);
    if (width_ == 8) fill<std::uint64_t>(values);
    if (width_ == 4) keep_bands<std::uint32_t>(values.raws.size());
    if (width_ == 8) keep_bands<std::uint64_t>(values.raws.size());
}

// Codes of a dictionary are kept as they are, so that one table of the dictionary serves all
// blocks.
void Chunk::keep_codes(const Values& values) {
    for (std::size_t row = 0; row < values.raws.size(); ++row) {
        if (is_known(row)) most_ = std::max(most_, static_cast<std::uint64_t>(values.raws[row]));
    }
    width_ = most_ <= 0xFF ? 1 : most_ <= 0xFFFF ? 2 : 4;
    if (width_ == 1) fill<std::uint8_t>(values);
    if (width_ == 2) fill<std::uint16_t>(values);
    if (width_ == 4) fill<std::uint32_t>(values);
}

template <class T>
void Chunk::fill(const Values& values) {
    room_ = Room(words() * word_bits * sizeof(T));
    auto* codes = room_.as<T>();
    const auto base = static_cast<std::uint64_t>(base_);
    for (std::size_t row = 0; row < values.raws.size(); ++row) {
        if (!is_known(row)) continue;
        const auto far = static_cast<std::uint64_t>(values.raws[row]) - base;
        codes[row] = static_cast<T>(scale_ == 1 ? far : far / scale_);
    }
}

template <class T>
void Chunk::keep_bands(std::size_t rows) {
    const auto* const from = codes<T>();
    std::vector<std::uint64_t> sample;
    // An odd stride, so that no rhythm of the rows decides.
    const auto stride = rows / sample_rows | 1U;
    for (std::size_t row = 0; row < rows; row += stride) {
        if (is_known(row)) sample.push_back(from[row]);
    }
    cuts_ = cuts_of(std::move(sample));
    bands_ = Room(words() * word_bits);
    auto* const bands = bands_.as<std::uint8_t>();
    for (std::size_t row = 0; row < rows; ++row)
        bands[row] = band_of(from[row]);
}

std::unique_ptr<Chunk> Chunk::copy() const {
    std::unique_ptr<Chunk> out(new Chunk); // the constructor is private
    out->form_ = form_;
    out->width_ = width_;
    out->base_ = base_;
    out->scale_ = scale_;
    out->most_ = most_;
    out->known_ = known_;
    out->room_ = room_.copy();
    out->bands_ = bands_.copy();
    out->cuts_ = cuts_;
    return out;
}

std::optional<std::uint64_t> Chunk::code_for(Raw raw) const {
    if (form_ == Form::flag || form_ == Form::decimal) return static_cast<std::uint64_t>(raw);
    if (raw < base_) return std::nullopt;
    const auto far = static_cast<std::uint64_t>(raw) - static_cast<std::uint64_t>(base_);
    const auto code = far / scale_;
    const auto room = width_ == 0   ? std::uint64_t{0}
                      : width_ == 8 ? ~std::uint64_t{0}
                                    : (std::uint64_t{1} << (8U * width_)) - 1;
    if (far % scale_ != 0 || code > room) return std::nullopt;
    return code;
}

void Chunk::put_code(std::size_t row, std::uint64_t code) {
    if (form_ == Form::flag) {
        auto& word = room_.as<std::uint64_t>()[row / word_bits];
        const auto bit = std::uint64_t{1} << (row % word_bits);
        word = code != 0 ? word | bit : word & ~bit;
        return;
    }
    if (form_ == Form::decimal) {
        room_.as<double>()[row] = std::bit_cast<double>(code);
        return;
    }
    if (width_ == 1) room_.as<std::uint8_t>()[row] = static_cast<std::uint8_t>(code);
    if (width_ == 2) room_.as<std::uint16_t>()[row] = static_cast<std::uint16_t>(code);
    if (width_ == 4) room_.as<std::uint32_t>()[row] = static_cast<std::uint32_t>(code);
    if (width_ == 8) room_.as<std::uint64_t>()[row] = code;
    most_ = std::max(most_, code);
    if (bands() != nullptr) bands_.as<std::uint8_t>()[row] = band_of(code);
}

std::unique_ptr<Chunk> Chunk::changed(std::span<const Change> changes) const {
    for (const auto& change : changes) {
        if (change.known && !code_for(change.raw)) return nullptr;
    }
    auto out = copy();
    for (const auto& change : changes) {
        auto& word = out->known_[change.row / word_bits];
        const auto bit = std::uint64_t{1} << (change.row % word_bits);
        word = change.known ? word | bit : word & ~bit;
        // What an unknown row holds is of no meaning, and stays.
        if (change.known) out->put_code(change.row, *code_for(change.raw));
    }
    return out;
}

// Without a branch to mispredict.
std::uint8_t Chunk::band_of(std::uint64_t code) const {
    if (cuts_.empty()) return 0;
    const auto* const start = cuts_.data();
    const auto* at = start;
    for (auto left = cuts_.size(); left > 1;) {
        const auto half = left / 2;
        at += at[half - 1] <= code ? half : 0;
        left -= half;
    }
    return static_cast<std::uint8_t>(at - start + (*at <= code ? 1 : 0));
}

namespace {

template <class T>
void decode_from(const T* codes, std::uint64_t base, std::uint64_t scale, std::span<Raw> out) {
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<Raw>(base + scale * codes[i]);
}

} // namespace

void Chunk::decode(std::size_t first, std::span<Raw> out) const {
    const auto base = static_cast<std::uint64_t>(base_);
    if (form_ == Form::flag) {
        const auto* bits = codes<std::uint64_t>();
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] =
                static_cast<Raw>(bits[(first + i) / word_bits] >> ((first + i) % word_bits) & 1U);
        return;
    }
    if (form_ == Form::decimal) {
        std::memcpy(out.data(), codes<double>() + first, out.size_bytes());
        return;
    }
    switch (width_) {
    case 1: return decode_from(codes<std::uint8_t>() + first, base, scale_, out);
    case 2: return decode_from(codes<std::uint16_t>() + first, base, scale_, out);
    case 4: return decode_from(codes<std::uint32_t>() + first, base, scale_, out);
    case 8: return decode_from(codes<std::uint64_t>() + first, base, scale_, out);
    default: std::fill(out.begin(), out.end(), base_);
    }
}

Raw Chunk::at(std::size_t row) const {
    if (form_ == Form::flag)
        return static_cast<Raw>(codes<std::uint64_t>()[row / word_bits] >> (row % word_bits) & 1U);
    if (form_ == Form::decimal) return std::bit_cast<Raw>(codes<double>()[row]);
    const auto code = width_ == 1   ? codes<std::uint8_t>()[row]
                      : width_ == 2 ? codes<std::uint16_t>()[row]
                      : width_ == 4 ? codes<std::uint32_t>()[row]
                      : width_ == 8 ? codes<std::uint64_t>()[row]
                                    : std::uint64_t{0};
    return static_cast<Raw>(static_cast<std::uint64_t>(base_) + scale_ * code);
}

Values Chunk::values(std::size_t rows) const {
    Values out{std::vector<Raw>(rows), known_};
    decode(0, out.raws);
    for (std::size_t row = 0; row < rows; ++row) {
        if (!is_known(row)) out.raws[row] = 0;
    }
    return out;
}

std::size_t Chunk::bytes() const {
    return sizeof *this + (known_.capacity() + cuts_.capacity()) * sizeof(std::uint64_t) +
           room_.bytes() + bands_.bytes();
}

} // namespace column
