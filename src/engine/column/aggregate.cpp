#include "engine/column/total.hpp"

#include <algorithm>

namespace column {

Form form_at(const Table& table, std::size_t place) {
    return form_of(table.schema().at(place).type);
}

bool can_be_summed(const Table& table, std::size_t place) {
    return form_at(table, place) == Form::whole || form_at(table, place) == Form::decimal;
}

rule::Value value_at(const Table& table, std::size_t place, Raw raw) {
    if (form_at(table, place) == Form::coded)
        return table.dictionary(place).at(static_cast<Code>(raw));
    return value_of(table.schema().at(place).type, raw);
}

Summary finished(const Table& table, std::size_t place, std::int64_t rows, const Total& running) {
    const auto type = table.schema().at(place).type;
    Summary out;
    out.rows = rows;
    out.known = running.known;
    const bool decimal = form_at(table, place) == Form::decimal;
    const auto known = static_cast<double>(running.known);
    if (running.known > 0) {
        out.least = value_of(type, decimal ? ordered(running.least) : running.least);
        out.most = value_of(type, decimal ? ordered(running.most) : running.most);
        out.average = (decimal ? running.decimals : static_cast<double>(running.sum)) / known;
    }
    if (decimal) {
        out.sum = rule::Value(running.decimals);
    } else if (type != rule::Type::date) {
        const Sum most = type == rule::Type::money ? Sum{base::Money::limit_fen}
                                                   : Sum{std::numeric_limits<std::int64_t>::max()};
        out.total = running.sum;
        if (running.sum <= most && running.sum >= -most)
            out.sum = value_of(type, static_cast<Raw>(running.sum));
    }
    return out;
}

Span span_of(const Table& table, std::size_t place) {
    if (form_at(table, place) == Form::flag) return {0, 1};
    if (form_at(table, place) == Form::coded)
        return {0, static_cast<Raw>(std::max<std::size_t>(table.distinct(place), 1) - 1)};
    Span span;
    bool first = true;
    for (const auto& block : table.blocks()) {
        const auto& chunk = *block->chunks[place];
        const auto most = static_cast<Raw>(
            static_cast<std::uint64_t>(chunk.base()) + chunk.scale() * chunk.most());
        span.least = first ? chunk.base() : std::min(span.least, chunk.base());
        span.most = first ? most : std::max(span.most, most);
        first = false;
    }
    return span;
}

namespace {

// Calls f(raws, rows that are chosen and known, first row) for every batch of 64 × batch_words rows
// that has any.
template <class F>
void each_batch(const Table& table, std::size_t place, const Bitmap& rows, F&& f) {
    std::vector<Raw> raws(batch_rows);
    std::uint64_t wanted[batch_words];
    for (std::size_t block = 0; block < table.blocks().size(); ++block) {
        const auto& chunk = *table.blocks()[block]->chunks[place];
        for (std::size_t first = 0; first < chunk.words(); first += batch_words) {
            const auto words = std::min(batch_words, chunk.words() - first);
            std::uint64_t any = 0;
            for (std::size_t w = 0; w < words; ++w) {
                wanted[w] =
                    rows.words()[block * block_words + first + w] & chunk.known()[first + w];
                any |= wanted[w];
            }
            if (any == 0) continue;
            chunk.decode(first * word_bits, {raws.data(), words * word_bits});
            f(std::span<const Raw>(raws.data(), words * word_bits),
              std::span<const std::uint64_t>(wanted, words),
              block * block_rows + first * word_bits);
        }
    }
}

template <class F>
void each_known(const Table& table, std::size_t place, const Bitmap& rows, F&& f) {
    each_batch(table, place, rows, [&](auto raws, auto wanted, std::size_t first) {
        each_bit(wanted, [&](std::size_t i) { f(first + i, raws[i]); });
    });
}

std::vector<Raw> known_raws(const Table& table, std::size_t place, const Bitmap& rows) {
    std::vector<Raw> raws;
    raws.reserve(rows.count());
    const bool decimal = form_at(table, place) == Form::decimal;
    each_known(table, place, rows, [&](std::size_t, Raw raw) {
        raws.push_back(decimal ? ordered(raw) : raw);
    });
    return raws;
}

constexpr std::uint64_t bitmap_most = std::uint64_t{1} << 27U; // 16 MiB

} // namespace

std::string text(Sum sum) {
    std::string digits;
    // Towards zero, so that the least number of all needs no positive counterpart.
    for (auto left = sum; left != 0 || digits.empty(); left /= 10) {
        const auto digit = static_cast<int>(left % 10);
        digits += static_cast<char>('0' + (digit < 0 ? -digit : digit));
    }
    if (sum < 0) digits += '-';
    std::ranges::reverse(digits);
    return digits;
}

Bitmap all_rows(const Table& table) { return Bitmap(table.rows(), true); }

Summary summarize(const Table& table, std::size_t place, const Bitmap& rows) {
    base::ensure(can_be_summed(table, place), "only numbers, amounts and dates are summed up");
    Total running;
    if (form_at(table, place) == Form::decimal) {
        each_known(table, place, rows, [&](std::size_t, Raw raw) { running.add_decimal(raw); });
    } else {
        each_known(table, place, rows, [&](std::size_t, Raw raw) { running.add_whole(raw); });
    }
    return finished(table, place, static_cast<std::int64_t>(rows.count()), running);
}

std::int64_t distinct(const Table& table, std::size_t place, const Bitmap& rows) {
    const auto span = form_at(table, place) == Form::decimal
                          ? Span{std::numeric_limits<Raw>::min(), std::numeric_limits<Raw>::max()}
                          : span_of(table, place);
    if (span.width() < bitmap_most) {
        Bitmap seen(span.width() + 1);
        const auto least = static_cast<std::uint64_t>(span.least);
        each_known(table, place, rows, [&](std::size_t, Raw raw) {
            seen.set(static_cast<std::uint64_t>(raw) - least);
        });
        return static_cast<std::int64_t>(seen.count());
    }
    auto raws = known_raws(table, place, rows);
    std::ranges::sort(raws);
    auto end = std::unique(raws.begin(), raws.end());
    // 0.0 and -0.0 are one value.
    const bool zeros = form_at(table, place) == Form::decimal &&
                       std::binary_search(raws.begin(), end, ordered(std::bit_cast<Raw>(-0.0))) &&
                       std::binary_search(raws.begin(), end, Raw{0});
    return end - raws.begin() - (zeros ? 1 : 0);
}

std::optional<rule::Value> quantile(
    const Table& table, std::size_t place, const Bitmap& rows, std::int64_t share_ppm) {
    base::ensure(can_be_summed(table, place), "only numbers, amounts and dates have quantiles");
    base::ensure(share_ppm >= 0 && share_ppm <= 1'000'000, "a share");
    auto raws = known_raws(table, place, rows);
    if (raws.empty()) return std::nullopt;
    const auto rank = (static_cast<Sum>(raws.size()) * share_ppm + 999'999) / 1'000'000;
    const auto at = raws.begin() + static_cast<std::ptrdiff_t>(std::max<Sum>(rank, 1) - 1);
    std::nth_element(raws.begin(), at, raws.end());
    const bool decimal = form_at(table, place) == Form::decimal;
    return value_of(table.schema().at(place).type, decimal ? ordered(*at) : *at);
}

std::vector<std::size_t> top(
    const Table& table, std::size_t place, const Bitmap& rows, std::size_t count, Order order) {
    base::ensure(can_be_summed(table, place), "only numbers, amounts and dates have an order");
    const bool decimal = form_at(table, place) == Form::decimal;

    struct Place {
        Raw raw = 0;
        std::size_t row = 0;
    };

    // Better ones come first; the heap keeps the worst of the best on top.
    const auto better = [order](const Place& a, const Place& b) {
        if (a.raw != b.raw) return order == Order::largest ? a.raw > b.raw : a.raw < b.raw;
        return a.row < b.row;
    };
    std::vector<Place> best;
    each_known(table, place, rows, [&](std::size_t row, Raw raw) {
        const auto negative_zero = decimal && double_of(raw) == 0.0;
        const Place found{negative_zero ? 0 : decimal ? ordered(raw) : raw, row};
        if (best.size() < count) {
            best.push_back(found);
            std::ranges::push_heap(best, better);
        } else if (count > 0 && better(found, best.front())) {
            std::ranges::pop_heap(best, better);
            best.back() = found;
            std::ranges::push_heap(best, better);
        }
    });
    std::ranges::sort_heap(best, better);
    std::vector<std::size_t> out;
    for (const auto& each : best)
        out.push_back(each.row);
    return out;
}

} // namespace column
