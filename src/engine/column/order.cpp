#include "engine/column/order.hpp"

#include "engine/column/total.hpp"

#include <algorithm>
#include <numeric>

namespace column {
namespace {

// Calls f(row, its raw, none where unknown) for every chosen row, in order.
template <class F>
void each_chosen(const Table& table, std::size_t place, const Bitmap& rows, F&& f) {
    std::vector<Raw> raws(block_rows);
    for (std::size_t number = 0; number < table.blocks().size(); ++number) {
        const auto& chunk = *table.blocks()[number]->chunks[place];
        const auto words = chunk.words();
        const std::span chosen(rows.words().data() + number * block_words, words);
        if (std::ranges::all_of(chosen, [](std::uint64_t word) { return word == 0; })) continue;
        chunk.decode(0, {raws.data(), words * word_bits});
        each_bit(chosen, [&](std::size_t i) {
            const auto row = number * block_rows + i;
            f(row, chunk.is_known(i) ? std::optional(raws[i]) : std::nullopt);
        });
    }
}

const std::string& first_text(const rule::Value& value) {
    static const std::string none;
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    const auto* texts = std::get_if<std::vector<std::string>>(&value);
    return texts == nullptr || texts->empty() ? none : texts->front();
}

// By code of the dictionary: its place among all, equal for equal ones. Choices have their own.
std::vector<Raw> ranks_of(const Table& table, std::size_t place) {
    std::vector<Raw> ranks(table.distinct(place));
    std::iota(ranks.begin(), ranks.end(), Raw{0});
    if (table.schema().at(place).type == rule::Type::choice) return ranks;
    const auto& values = table.dictionary(place);
    const auto text = [&](Raw code) -> const std::string& {
        return first_text(values.at(static_cast<Code>(code)));
    };
    auto codes = ranks;
    std::ranges::sort(codes, [&](Raw a, Raw b) { return text(a) < text(b); });
    Raw rank = 0;
    for (std::size_t i = 0; i < codes.size(); ++i) {
        if (i > 0 && text(codes[i - 1]) != text(codes[i])) rank += 1;
        ranks[static_cast<std::size_t>(codes[i])] = rank;
    }
    return ranks;
}

struct Placed {
    Raw rank = 0;
    std::size_t row = 0;
};

} // namespace

std::vector<std::size_t> sorted(
    const Table& table, std::size_t place, const Bitmap& rows, std::size_t most, Order order) {
    const auto form = form_at(table, place);
    const auto ranks = form == Form::coded ? ranks_of(table, place) : std::vector<Raw>{};
    const auto rank_of = [&](Raw raw) {
        switch (form) {
        case Form::flag:
        case Form::whole: return raw;
        case Form::decimal: return double_of(raw) == 0.0 ? 0 : ordered(raw);
        case Form::coded: return ranks[static_cast<std::size_t>(raw)];
        }
        base::bug("form out of range");
    };
    std::vector<Placed> known;
    std::vector<std::size_t> unknown;
    each_chosen(table, place, rows, [&](std::size_t row, std::optional<Raw> raw) {
        if (raw) {
            known.push_back({rank_of(*raw), row});
        } else {
            unknown.push_back(row);
        }
    });
    const auto shown = std::min(most, known.size());
    std::ranges::partial_sort(
        known, known.begin() + static_cast<std::ptrdiff_t>(shown), [&](Placed a, Placed b) {
            if (a.rank != b.rank) return (a.rank < b.rank) == (order == Order::smallest);
            return a.row < b.row;
        });
    std::vector<std::size_t> out;
    out.reserve(std::min(most, known.size() + unknown.size()));
    for (std::size_t i = 0; i < shown; ++i)
        out.push_back(known[i].row);
    for (std::size_t i = 0; i < unknown.size() && out.size() < most; ++i)
        out.push_back(unknown[i]);
    return out;
}

std::vector<Bitmap> partition(
    const Table& table,
    std::size_t place,
    const Bitmap& rows,
    const std::function<std::size_t(const rule::Value&)>& number) {
    const auto form = form_at(table, place);
    base::ensure(form == Form::flag || form == Form::coded, "these have few values");
    const auto values = form == Form::flag ? std::size_t{2} : table.distinct(place);
    std::vector<std::optional<std::size_t>> numbers(values + 1); // the last for unknown
    std::vector<Bitmap> sets;
    each_chosen(table, place, rows, [&](std::size_t row, std::optional<Raw> raw) {
        auto& found = numbers[raw ? static_cast<std::size_t>(*raw) : values];
        if (!found) {
            found = number(raw ? value_at(table, place, *raw) : rule::Value());
            while (sets.size() <= *found)
                sets.emplace_back(table.rows());
        }
        sets[*found].set(row);
    });
    return sets;
}

} // namespace column
