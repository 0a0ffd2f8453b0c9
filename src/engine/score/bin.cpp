#include "engine/score/bin.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace score {
namespace {

constexpr std::size_t cells_most = 64;
constexpr double impossible = -1e300;

struct Prefix {
    std::vector<Tally> sums; // sums[i] is all before cell i

    explicit Prefix(std::span<const Tally> cells) {
        sums.emplace_back();
        for (const auto& cell : cells)
            sums.push_back(
                {sums.back().positives + cell.positives, sums.back().negatives + cell.negatives});
    }

    [[nodiscard]] Tally between(std::size_t from, std::size_t end) const {
        return {
            sums[end].positives - sums[from].positives, sums[end].negatives - sums[from].negatives};
    }
};

double rows_of(const Tally& tally) { return tally.positives + tally.negatives; }

double share_of(const Tally& tally) { return tally.positives / std::max(1e-300, rows_of(tally)); }

double woe_of(const Tally& bin, const Tally& all) {
    return std::log(
        (bin.positives + 0.5) / (all.positives + 0.5) * (all.negatives + 0.5) /
        (bin.negatives + 0.5));
}

double iv_of(const Tally& bin, const Tally& all) {
    return (bin.positives / std::max(1.0, all.positives) -
            bin.negatives / std::max(1.0, all.negatives)) *
           woe_of(bin, all);
}

struct Path {
    double value = impossible;
    std::size_t before = 0; // where the bin before the last begins
};

// best[k][i][j]: the greatest IV of k + 1 bins over the first j cells, the last from i to j.
struct Search {
    std::span<const Tally> cells;
    Prefix prefix;
    bool rising;
    bool free;
    double rows_least;
    std::size_t n;
    std::vector<std::vector<Path>> best;

    [[nodiscard]] bool follows(const Tally& lower, const Tally& upper) const {
        return free ||
               (rising ? share_of(lower) <= share_of(upper) : share_of(lower) >= share_of(upper));
    }

    void extend(std::size_t k) {
        const auto all = prefix.sums.back();
        best.emplace_back((n + 1) * (n + 1));
        for (std::size_t i = k; i < n; ++i) {
            for (std::size_t j = i + 1; j <= n; ++j) {
                const auto last = prefix.between(i, j);
                if (rows_of(last) < rows_least) continue;
                const double own = iv_of(last, all);
                auto& path = best[k][i * (n + 1) + j];
                if (k == 0) {
                    if (i == 0) path.value = own;
                    continue;
                }
                for (std::size_t h = k - 1; h < i; ++h) {
                    const auto& earlier = best[k - 1][h * (n + 1) + i];
                    if (earlier.value == impossible || !follows(prefix.between(h, i), last))
                        continue;
                    if (earlier.value + own > path.value) path = {earlier.value + own, h};
                }
            }
        }
    }

    [[nodiscard]] std::vector<std::size_t> ends(std::size_t k, std::size_t begin) const {
        std::vector<std::size_t> made{n};
        std::size_t end = n;
        for (std::size_t left = k; left > 0; --left) {
            made.push_back(begin);
            const auto earlier = best[left][begin * (n + 1) + end].before;
            end = begin;
            begin = earlier;
        }
        std::ranges::reverse(made);
        return made;
    }
};

struct Found {
    double value = impossible;
    std::vector<std::size_t> ends;
};

Found search(std::span<const Tally> cells, Trend trend, std::size_t bins_most, double rows_least) {
    Search search{
        cells,
        Prefix(cells),
        trend == Trend::rising,
        trend == Trend::any,
        rows_least,
        cells.size(),
        {}};
    Found found{.value = impossible, .ends = {cells.size()}};
    for (std::size_t k = 0; k < bins_most && k < cells.size(); ++k) {
        search.extend(k);
        for (std::size_t i = k; i < cells.size(); ++i) {
            const auto& path = search.best[k][i * (cells.size() + 1) + cells.size()];
            if (path.value > found.value + 1e-12) found = {path.value, search.ends(k, i)};
        }
    }
    return found;
}

struct Valued {
    float value;
    bool positive;
};

// The upper ends of up to 64 cells of equal count.
std::vector<float> fine_cuts(const std::vector<Valued>& sorted) {
    std::vector<float> cuts;
    for (std::size_t i = 1; i < cells_most; ++i) {
        const auto place = i * sorted.size() / cells_most;
        if (place == 0) continue;
        const float cut = sorted[place - 1].value;
        if ((cuts.empty() || cut > cuts.back()) && cut < sorted.back().value) cuts.push_back(cut);
    }
    return cuts;
}

void finish(Binning& binning) {
    Tally all;
    for (const auto& tally : binning.tallies) {
        all.positives += tally.positives;
        all.negatives += tally.negatives;
    }
    binning.iv = 0;
    for (const auto& tally : binning.tallies) {
        binning.woe.push_back(rows_of(tally) == 0 ? 0.0 : woe_of(tally, all));
        binning.iv += rows_of(tally) == 0 ? 0.0 : iv_of(tally, all);
    }
}

void count(
    Binning& binning,
    const Column& column,
    std::span<const std::size_t> rows,
    std::span<const std::uint8_t> target) {
    for (const auto row : rows) {
        auto& tally = binning.tallies[binning.bin_of(column, row)];
        (target[row] != 0 ? tally.positives : tally.negatives) += 1;
    }
    finish(binning);
}

Binning bin_numbers(
    const Column& column,
    std::span<const std::size_t> rows,
    std::span<const std::uint8_t> target,
    const BinWish& wish) {
    Binning binning{.kind = Kind::number, .specials = wish.specials};
    std::vector<Valued> sorted;
    for (const auto row : rows) {
        const float value = column.numbers[row];
        if (std::isnan(value) || std::ranges::find(wish.specials, value) != wish.specials.end())
            continue;
        sorted.push_back({value, target[row] != 0});
    }
    std::ranges::sort(sorted, {}, &Valued::value);
    if (!sorted.empty()) {
        const auto cuts = fine_cuts(sorted);
        std::vector<Tally> cells(cuts.size() + 1);
        for (const auto& [value, positive] : sorted) {
            const auto place = std::ranges::lower_bound(cuts, value) - cuts.begin();
            auto& cell = cells[static_cast<std::size_t>(place)];
            (positive ? cell.positives : cell.negatives) += 1;
        }
        const auto ends = best_ends(
            cells, wish.trend, wish.bins_most, wish.share_least * static_cast<double>(rows.size()));
        for (std::size_t i = 0; i + 1 < ends.size(); ++i)
            binning.cuts.push_back(cuts[ends[i] - 1]);
    }
    binning.tallies.resize(binning.cuts.size() + 2 + binning.specials.size());
    count(binning, column, rows, target);
    return binning;
}

// Levels in the order of their share of positives (drawn towards the mean where they are rare),
// then cut like numbers. The rarest share the last bin, which is also that of levels never seen.
Binning bin_categories(
    const Column& column,
    std::span<const std::size_t> rows,
    std::span<const std::uint8_t> target,
    const BinWish& wish) {
    Binning binning{.kind = Kind::category};
    std::vector<Tally> by_level(column.levels.size());
    Tally all;
    for (const auto row : rows) {
        const auto code = column.codes[row];
        (target[row] != 0 ? all.positives : all.negatives) += 1;
        if (code < 0 || static_cast<std::size_t>(code) >= by_level.size()) continue;
        auto& tally = by_level[static_cast<std::size_t>(code)];
        (target[row] != 0 ? tally.positives : tally.negatives) += 1;
    }
    const double rare = std::min(20.0, 0.01 * rows_of(all));
    const double mean = share_of(all);
    std::vector<std::size_t> order;
    for (std::size_t level = 0; level < by_level.size() && order.size() < cells_most; ++level)
        if (rows_of(by_level[level]) >= rare) order.push_back(level);
    const auto shrunken = [&](std::size_t level) {
        return (by_level[level].positives + 20 * mean) / (rows_of(by_level[level]) + 20);
    };
    std::ranges::stable_sort(
        order, [&](std::size_t a, std::size_t b) { return shrunken(a) < shrunken(b); });
    std::vector<Tally> cells;
    for (const auto level : order)
        cells.push_back(by_level[level]);
    std::size_t bins = 0;
    binning.bin_of_code.assign(by_level.size(), -1);
    if (!cells.empty()) {
        const auto ends =
            best_ends(cells, Trend::any, wish.bins_most, wish.share_least * rows_of(all));
        for (std::size_t cell = 0; cell < cells.size(); ++cell) {
            const auto bin = std::ranges::upper_bound(ends, cell) - ends.begin();
            binning.bin_of_code[order[cell]] = static_cast<std::int32_t>(bin);
        }
        bins = ends.size();
    }
    for (auto& bin : binning.bin_of_code)
        if (bin < 0) bin = static_cast<std::int32_t>(bins);
    binning.tallies.resize(bins + 2);
    count(binning, column, rows, target);
    return binning;
}

} // namespace

std::vector<std::size_t> best_ends(
    std::span<const Tally> cells, Trend trend, std::size_t bins_most, double rows_least) {
    if (trend != Trend::either) return search(cells, trend, bins_most, rows_least).ends;
    auto rising = search(cells, Trend::rising, bins_most, rows_least);
    auto falling = search(cells, Trend::falling, bins_most, rows_least);
    return rising.value >= falling.value ? std::move(rising.ends) : std::move(falling.ends);
}

double information_value(std::span<const Tally> bins) {
    Tally all;
    for (const auto& bin : bins) {
        all.positives += bin.positives;
        all.negatives += bin.negatives;
    }
    return std::accumulate(bins.begin(), bins.end(), 0.0, [&](double sum, const Tally& bin) {
        return sum + iv_of(bin, all);
    });
}

std::size_t Binning::bin_of(float value) const {
    if (std::isnan(value)) return tallies.size() - 1;
    for (std::size_t i = 0; i < specials.size(); ++i)
        if (value == specials[i]) return cuts.size() + 1 + i;
    return static_cast<std::size_t>(std::ranges::lower_bound(cuts, value) - cuts.begin());
}

std::size_t Binning::bin_of(const Column& column, std::size_t row) const {
    if (kind == Kind::number) return bin_of(column.numbers[row]);
    const auto code = column.codes[row];
    if (code < 0) return tallies.size() - 1;
    if (static_cast<std::size_t>(code) >= bin_of_code.size()) return tallies.size() - 2;
    return static_cast<std::size_t>(bin_of_code[static_cast<std::size_t>(code)]);
}

Binning learn_binning(
    const Column& column,
    std::span<const std::size_t> rows,
    std::span<const std::uint8_t> target,
    const BinWish& wish) {
    return column.kind == Kind::number ? bin_numbers(column, rows, target, wish)
                                       : bin_categories(column, rows, target, wish);
}

} // namespace score
