#include "engine/column/total.hpp"

#include <algorithm>
#include <unordered_map>

namespace column {
namespace {

// Gives each combination of keys a number: in the order of the keys where the combinations are few,
// otherwise as it is first met.
class Slots {
public:
    Slots(const Table& table, const std::vector<std::size_t>& keys)
        : table_(table)
        , keys_(keys) {
        Sum all = 1;
        strides_.resize(keys.size());
        for (const auto place : keys) {
            base::ensure(
                form_at(table, place) != Form::decimal, "doubles are no keys: band them first");
            spans_.push_back(span_of(table, place));
        }
        // The last key counts by ones, so that numbers have the order of the keys.
        for (std::size_t k = keys.size(); k-- > 0;) {
            const Sum values = Sum{spans_[k].width()} + 2; // and unknown
            strides_[k] = static_cast<std::uint64_t>(all);
            fits_ = fits_ && values <= (Sum{1} << 62U) && all * values < (Sum{1} << 62U);
            all = fits_ ? all * values : 1;
        }
        dense_ = fits_ && all <= dense_most;
        if (dense_) count_ = static_cast<std::size_t>(all);
    }

    static constexpr Sum dense_most = 1 << 20;

    [[nodiscard]] bool dense() const { return dense_; }

    [[nodiscard]] std::size_t count() const { return count_; }

    // The slots of `rows` of a batch, into out.
    void find(
        const Block& block,
        std::size_t first_word,
        std::span<const std::uint64_t> wanted,
        std::span<std::uint32_t> out) {
        const auto rows = wanted.size() * word_bits;
        raws_.resize(rows);
        if (!fits_) return find_wide(block, first_word, wanted, out);
        if (dense_) return find_dense(block, first_word, out.first(rows));
        marks_.assign(rows, 0);
        for (std::size_t k = 0; k < keys_.size(); ++k) {
            const auto& chunk = *block.chunks[keys_[k]];
            chunk.decode(first_word * word_bits, {raws_.data(), rows});
            const auto least = static_cast<std::uint64_t>(spans_[k].least);
            const auto unknown = spans_[k].width() + 1;
            for (std::size_t w = 0; w < wanted.size(); ++w) {
                const auto known = chunk.known()[first_word + w];
                for (std::size_t i = 0; i < word_bits; ++i) {
                    const auto row = w * word_bits + i;
                    const auto mark = static_cast<std::uint64_t>(raws_[row]) - least;
                    marks_[row] += strides_[k] * ((known >> i & 1U) != 0 ? mark : unknown);
                }
            }
        }
        each_bit(wanted, [&](std::size_t row) { out[row] = slot_of(marks_[row]); });
    }

    [[nodiscard]] std::vector<std::optional<Raw>> key(std::size_t slot) const {
        if (!fits_) return wide_keys_[slot];
        auto mark = dense_ ? static_cast<std::uint64_t>(slot) : marks_of_[slot];
        std::vector<std::optional<Raw>> out;
        for (std::size_t k = 0; k < spans_.size(); ++k) {
            const auto& span = spans_[k];
            const auto here = mark / strides_[k];
            mark %= strides_[k];
            out.push_back(
                here == span.width() + 1 ? std::nullopt
                                         : std::optional(static_cast<Raw>(
                                               static_cast<std::uint64_t>(span.least) + here)));
        }
        return out;
    }

private:
    // Every row as if it were known, which needs no branch, and then those that are not once more.
    void find_dense(const Block& block, std::size_t first_word, std::span<std::uint32_t> out) {
        std::ranges::fill(out, 0U);
        for (std::size_t k = 0; k < keys_.size(); ++k) {
            const auto& chunk = *block.chunks[keys_[k]];
            chunk.decode(first_word * word_bits, {raws_.data(), out.size()});
            const auto least = static_cast<std::uint32_t>(spans_[k].least);
            const auto stride = static_cast<std::uint32_t>(strides_[k]);
            const auto* const raws = raws_.data();
            for (std::size_t row = 0; row < out.size(); ++row)
                out[row] += stride * (static_cast<std::uint32_t>(raws[row]) - least);
            const auto unknown = static_cast<std::uint32_t>(spans_[k].width() + 1);
            for (std::size_t w = 0; w < out.size() / word_bits; ++w) {
                const auto missing = ~chunk.known()[first_word + w];
                each_bit({&missing, 1}, [&](std::size_t i) {
                    const auto row = w * word_bits + i;
                    const auto taken = static_cast<std::uint32_t>(raws[row]) - least;
                    out[row] += stride * (unknown - taken);
                });
            }
        }
    }

    // Open addressing; half of the cells stay empty.
    std::uint32_t slot_of(std::uint64_t mark) {
        if (2 * (count_ + 1) > cells_.size()) grow();
        auto at = spread(mark);
        while (cells_[at] != empty) {
            if (marks_of_[cells_[at]] == mark) return cells_[at];
            at = (at + 1) & (cells_.size() - 1);
        }
        cells_[at] = static_cast<std::uint32_t>(count_++);
        marks_of_.push_back(mark);
        return cells_[at];
    }

    [[nodiscard]] std::size_t spread(std::uint64_t mark) const {
        auto mixed = mark * 0x9e3779b97f4a7c15U;
        mixed ^= mixed >> 32U;
        return static_cast<std::size_t>(mixed) & (cells_.size() - 1);
    }

    void grow() {
        cells_.assign(std::max<std::size_t>(1'024, 2 * cells_.size()), empty);
        for (std::uint32_t slot = 0; slot < count_; ++slot) {
            auto at = spread(marks_of_[slot]);
            while (cells_[at] != empty)
                at = (at + 1) & (cells_.size() - 1);
            cells_[at] = slot;
        }
    }

    // Keys whose combinations 64 bits cannot number.
    void find_wide(
        const Block& block,
        std::size_t first_word,
        std::span<const std::uint64_t> wanted,
        std::span<std::uint32_t> out) {
        each_bit(wanted, [&](std::size_t row) {
            std::vector<std::optional<Raw>> key;
            for (const auto place : keys_) {
                const auto& chunk = *block.chunks[place];
                const auto at = first_word * word_bits + row;
                key.push_back(chunk.is_known(at) ? std::optional(chunk.at(at)) : std::nullopt);
            }
            const auto [found, fresh] =
                wide_.try_emplace(std::move(key), static_cast<std::uint32_t>(count_));
            if (fresh) {
                wide_keys_.push_back(found->first);
                count_ += 1;
            }
            out[row] = found->second;
        });
    }

    static constexpr std::uint32_t empty = ~std::uint32_t{0};

    const Table& table_;
    const std::vector<std::size_t>& keys_;
    std::vector<Span> spans_;
    std::vector<std::uint64_t> strides_;
    bool fits_ = true;
    bool dense_ = false;
    std::size_t count_ = 0;
    std::vector<Raw> raws_;
    std::vector<std::uint64_t> marks_;
    std::vector<std::uint32_t> cells_;
    std::vector<std::uint64_t> marks_of_;
    std::map<std::vector<std::optional<Raw>>, std::uint32_t> wide_;
    std::vector<std::vector<std::optional<Raw>>> wide_keys_;
};

// Four sums a slot, so that neighbours of one group need not wait for each other.
constexpr std::size_t lanes = 4;
constexpr std::size_t lanes_slots_most = 4'096;

// A total in half a cache line, since many groups are many of them. What 64 bits cannot hold is
// carried elsewhere, which next to no sum ever needs.
struct Running {
    std::int64_t known = 0;
    Raw sum = 0; // of doubles: the bits of a double
    Raw least = std::numeric_limits<Raw>::max();
    Raw most = std::numeric_limits<Raw>::min();
};

struct Measured {
    std::vector<Running> running;
    std::unordered_map<std::size_t, Sum> carried;

    void add_whole(std::size_t slot, Raw raw) {
        auto& at = running[slot];
        at.known += 1;
        Raw sum = 0;
        if (__builtin_add_overflow(at.sum, raw, &sum)) {
            carried[slot] += at.sum;
            sum = raw;
        }
        at.sum = sum;
        at.least = std::min(at.least, raw);
        at.most = std::max(at.most, raw);
    }

    void add_decimal(std::size_t slot, Raw raw) {
        auto& at = running[slot];
        at.known += 1;
        at.sum = std::bit_cast<Raw>(double_of(at.sum) + double_of(raw));
        at.least = std::min(at.least, ordered(raw));
        at.most = std::max(at.most, ordered(raw));
    }

    [[nodiscard]] Total total(std::size_t slot, std::size_t spread, bool decimal) const {
        Total all;
        for (std::size_t lane = 0; lane < spread; ++lane) {
            const auto& one = running[slot * spread + lane];
            const auto more = carried.find(slot * spread + lane);
            all.known += one.known;
            if (decimal) {
                all.decimals += double_of(one.sum);
            } else {
                all.sum += one.sum + (more == carried.end() ? Sum{0} : more->second);
            }
            all.least = std::min(all.least, one.least);
            all.most = std::max(all.most, one.most);
        }
        return all;
    }
};

struct Totals {
    std::vector<std::int64_t> rows;
    std::vector<Measured> measures;
    std::size_t spread = 1;

    void reach(std::size_t slots) {
        if (rows.size() >= slots * spread) return;
        rows.resize(std::max(slots * spread, 2 * rows.size()));
        for (auto& measure : measures)
            measure.running.resize(rows.size());
    }
};

template <bool decimal>
void add_measure(
    std::span<const std::uint64_t> wanted,
    const std::uint64_t* known,
    const Raw* raws,
    const std::uint32_t* slots,
    std::size_t spread,
    Measured& totals) {
    std::uint64_t both[batch_words];
    for (std::size_t w = 0; w < wanted.size(); ++w)
        both[w] = wanted[w] & known[w];
    each_bit({both, wanted.size()}, [&](std::size_t row) {
        const auto slot = slots[row] * spread + (row & (spread - 1));
        if constexpr (decimal) {
            totals.add_decimal(slot, raws[row]);
        } else {
            totals.add_whole(slot, raws[row]);
        }
    });
}

class Grouper {
public:
    Grouper(const Table& table, const Grouping& grouping)
        : table_(table)
        , grouping_(grouping)
        , slots_(table, grouping.keys) {
        for (const auto place : grouping.measures)
            base::ensure(
                can_be_summed(table, place), "only numbers, amounts and dates are summed up");
        totals_.measures.resize(grouping.measures.size());
        if (slots_.dense() && slots_.count() <= lanes_slots_most) totals_.spread = lanes;
        totals_.reach(slots_.count());
    }

    void add(const Block& block, std::size_t first, std::span<const std::uint64_t> wanted) {
        std::uint64_t any = 0;
        for (const auto word : wanted)
            any |= word;
        if (any == 0) return;
        slots_.find(block, first, wanted, found_);
        totals_.reach(slots_.count());
        const auto spread = totals_.spread;
        each_bit(wanted, [&](std::size_t row) {
            totals_.rows[found_[row] * spread + (row & (spread - 1))] += 1;
        });
        for (std::size_t m = 0; m < grouping_.measures.size(); ++m) {
            const auto place = grouping_.measures[m];
            const auto& chunk = *block.chunks[place];
            chunk.decode(first * word_bits, {raws_.data(), wanted.size() * word_bits});
            const auto add =
                form_at(table_, place) == Form::decimal ? add_measure<true> : add_measure<false>;
            add(wanted,
                chunk.known() + first,
                raws_.data(),
                found_.data(),
                spread,
                totals_.measures[m]);
        }
    }

    [[nodiscard]] std::vector<Group> groups() const {
        struct Made {
            std::vector<std::optional<Raw>> key;
            std::size_t slot = 0;
            std::int64_t rows = 0;
        };

        std::vector<Made> made;
        for (std::size_t slot = 0; slot < slots_.count(); ++slot) {
            std::int64_t rows = 0;
            for (std::size_t lane = 0; lane < totals_.spread; ++lane)
                rows += totals_.rows[slot * totals_.spread + lane];
            if (rows > 0) made.push_back({slots_.key(slot), slot, rows});
        }
        const auto before = [](const Made& a, const Made& b) {
            for (std::size_t k = 0; k < a.key.size(); ++k) {
                if (a.key[k] == b.key[k]) continue;
                if (!a.key[k] || !b.key[k]) return a.key[k].has_value();
                return *a.key[k] < *b.key[k];
            }
            return false;
        };
        if (!slots_.dense()) std::ranges::sort(made, before);
        std::vector<Group> out;
        out.reserve(made.size());
        for (const auto& each : made) {
            auto& group = out.emplace_back();
            group.rows = each.rows;
            for (std::size_t k = 0; k < each.key.size(); ++k)
                group.keys.push_back(
                    each.key[k] ? value_at(table_, grouping_.keys[k], *each.key[k])
                                : rule::Value());
            for (std::size_t m = 0; m < grouping_.measures.size(); ++m)
                group.measures.push_back(summary(m, each.slot, each.rows));
        }
        return out;
    }

private:
    [[nodiscard]] Summary summary(std::size_t m, std::size_t slot, std::int64_t rows) const {
        const auto place = grouping_.measures[m];
        const bool decimal = form_at(table_, place) == Form::decimal;
        const auto total = totals_.measures[m].total(slot, totals_.spread, decimal);
        return finished(table_, place, rows, total);
    }

    const Table& table_;
    const Grouping& grouping_;
    Slots slots_;
    Totals totals_;
    std::vector<std::uint32_t> found_ = std::vector<std::uint32_t>(batch_rows);
    std::vector<Raw> raws_ = std::vector<Raw>(batch_rows);
};

} // namespace

std::vector<Group> group_by(const Table& table, const Grouping& grouping, const Bitmap& rows) {
    Grouper grouper(table, grouping);
    for (std::size_t number = 0; number < table.blocks().size(); ++number) {
        const auto& block = *table.blocks()[number];
        for (std::size_t first = 0; first < block.words(); first += batch_words) {
            const auto words = std::min(batch_words, block.words() - first);
            const auto* chosen = rows.words().data() + number * block_words + first;
            grouper.add(block, first, {chosen, words});
        }
    }
    return grouper.groups();
}

} // namespace column
