#include "domain/invoice/book.hpp"

#include <zstd.h>

#include <algorithm>
#include <unordered_map>

namespace invoice {
namespace {

constexpr std::uint64_t rows_most = 10'000'000;
constexpr std::size_t bytes_most = std::size_t{1} << 30U;
constexpr int compression_level = 3;
// 0001-01-01 and 9999-12-31, as days since 1970-01-01: what Date::parse can give.
constexpr std::int64_t first_day = -719'162;
constexpr std::int64_t last_day = 2'932'896;

void put_unsigned(std::string& out, std::uint64_t value) {
    while (value >= 0x80) {
        out += static_cast<char>((value & 0x7FU) | 0x80U);
        value >>= 7U;
    }
    out += static_cast<char>(value);
}

void put_signed(std::string& out, std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    put_unsigned(out, (bits << 1U) ^ static_cast<std::uint64_t>(value >> 63));
}

void put_text(std::string& out, std::string_view text) {
    put_unsigned(out, text.size());
    out += text;
}

// Reads what the functions above wrote; `good` turns false at the first thing that cannot be.
struct Reader {
    std::string_view rest;
    bool good = true;

    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && !rest.empty(); shift += 7) {
            const auto byte = static_cast<unsigned char>(rest.front());
            rest.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
            if (byte < 0x80) return value;
        }
        good = false;
        return 0;
    }

    std::int64_t signed_number() {
        const auto bits = number();
        return static_cast<std::int64_t>(bits >> 1U) ^ -static_cast<std::int64_t>(bits & 1U);
    }

    std::string_view text() {
        const auto size = number();
        if (size > rest.size()) good = false;
        if (!good) return {};
        const auto found = rest.substr(0, size);
        rest.remove_prefix(size);
        return found;
    }
};

base::Error damaged() {
    return base::invalid(
        "invoice.book_damaged",
        {"发票账数据已损坏。", "The book of invoices is damaged."},
        {"请用 rongqiao doctor 检查数据库，并从备份恢复。",
         "Check the database with rongqiao doctor and restore it from a backup."});
}

Result<std::string> decompressed(std::string_view bytes) {
    const auto size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > bytes_most) {
        return damaged();
    }
    std::string plain(size, '\0');
    const auto done = ZSTD_decompress(plain.data(), plain.size(), bytes.data(), bytes.size());
    if (ZSTD_isError(done) != 0U || done != size) return damaged();
    return plain;
}

Money read_amount(Reader& in) {
    const Money amount{in.signed_number()};
    if (amount.fen > Money::limit_fen || amount.fen < -Money::limit_fen) in.good = false;
    return amount;
}

void read_counterparties(Reader& in, Invoices& out) {
    std::vector<std::string_view> distinct;
    for (auto& one : out) {
        const auto place = in.number();
        if (place == distinct.size()) {
            distinct.push_back(in.text());
        } else if (place > distinct.size()) {
            in.good = false;
        }
        if (!in.good) return;
        one.counterparty = distinct[place];
    }
}

} // namespace

std::string pack_book(Invoices invoices) {
    std::ranges::sort(invoices);
    std::string plain;
    put_unsigned(plain, invoices.size());
    std::int32_t before = 0;
    for (const auto& one : invoices) {
        put_signed(plain, one.date.days - before);
        before = one.date.days;
    }
    for (const auto& one : invoices)
        put_signed(plain, one.net.fen);
    for (const auto& one : invoices)
        put_signed(plain, one.tax.fen);
    for (const auto& one : invoices)
        put_signed(plain, one.gross.fen);
    for (const auto& one : invoices)
        plain += static_cast<char>(one.state);
    for (const auto& one : invoices)
        put_text(plain, one.number);
    std::unordered_map<std::string_view, std::size_t> places;
    for (const auto& one : invoices) {
        const auto [place, fresh] = places.try_emplace(one.counterparty, places.size());
        put_unsigned(plain, place->second);
        if (fresh) put_text(plain, one.counterparty);
    }
    std::string bytes(ZSTD_compressBound(plain.size()), '\0');
    const auto size =
        ZSTD_compress(bytes.data(), bytes.size(), plain.data(), plain.size(), compression_level);
    base::ensure(ZSTD_isError(size) == 0U, "a book compresses");
    bytes.resize(size);
    return bytes;
}

Result<Invoices> unpack_book(std::string_view bytes) {
    const auto plain = TRY(decompressed(bytes));
    Reader in{plain};
    const auto count = in.number();
    if (!in.good || count > rows_most || count > plain.size()) return damaged();
    Invoices out(count);
    std::int64_t day = 0;
    for (auto& one : out) {
        const auto step = in.signed_number();
        if (step < first_day - last_day || step > last_day - first_day) return damaged();
        day += step;
        if (day < first_day || day > last_day) return damaged();
        one.date = {static_cast<std::int32_t>(day)};
    }
    for (auto& one : out)
        one.net = read_amount(in);
    for (auto& one : out)
        one.tax = read_amount(in);
    for (auto& one : out)
        one.gross = read_amount(in);
    for (auto& one : out) {
        const auto state = in.rest.empty() ? 2U : static_cast<unsigned char>(in.rest.front());
        if (state > 1 || !in.good) return damaged();
        one.state = static_cast<State>(state);
        in.rest.remove_prefix(1);
    }
    for (auto& one : out)
        one.number = in.text();
    read_counterparties(in, out);
    if (!in.good || !in.rest.empty() || !std::ranges::is_sorted(out)) return damaged();
    return out;
}

Invoices beyond(const Invoices& incoming, const Invoices& held) {
    Invoices added;
    std::ranges::set_difference(incoming, held, std::back_inserter(added));
    return added;
}

Invoices merged(const Invoices& held, const Invoices& added) {
    Invoices all;
    all.reserve(held.size() + added.size());
    std::ranges::merge(held, added, std::back_inserter(all));
    return all;
}

} // namespace invoice
