// The parts of Run that look at one column.
#include "engine/column/run.hpp"

#include <cstring>

namespace column {

void Run::leaf_flag(const Node& node, Planes out) {
    const auto* bits = chunk(node.place).codes<Word>() + first_;
    kernel::settle(bits, known(node.place), words_, out.yes, out.no);
}

void Run::leaf_known(const Node& node, Planes out) {
    const auto* there = known(node.place);
    for (std::size_t w = 0; w < words_; ++w) {
        out.yes[w] = there[w];
        out.no[w] = valid_[w] & ~there[w];
    }
}

// The values between least and most are base + scale × code for the codes between these.
Run::CodeRange Run::codes_of(const Node& node, const Chunk& chunk) {
    CodeRange range;
    const auto base = chunk.base();
    if (node.least > node.most || node.most < base) {
        range.none = true;
        return range;
    }
    const auto distance = [&](std::int64_t value) {
        return static_cast<std::uint64_t>(value) - static_cast<std::uint64_t>(base);
    };
    if (node.least > base) {
        const auto far = distance(node.least);
        range.least = far / chunk.scale() + (far % chunk.scale() == 0 ? 0 : 1);
    }
    range.most = std::min(distance(node.most) / chunk.scale(), chunk.most());
    range.none = range.least > range.most;
    range.all = range.least == 0 && range.most == chunk.most();
    return range;
}

void Run::leaf_range(std::uint32_t index, const Word* live, Planes out) {
    const auto& node = plan_.nodes()[index];
    const auto& column = chunk(node.place);
    const auto range = codes_of(node, column);
    const auto* there = known(node.place);
    if (range.none || range.all) {
        std::memcpy(range.all ? out.yes : out.no, there, words_ * sizeof(Word));
        std::memset(range.all ? out.no : out.yes, 0, words_ * sizeof(Word));
        return;
    }
    if (live == nullptr && by_bins(index, range, out)) return;
    const auto first = first_ * word_bits;
    const auto scan = [&]<class T>(const T* codes) {
        kernel::range(codes + first, words_, range.least, range.most, live, out.yes);
    };
    if (column.width() == 1) scan(column.codes<std::uint8_t>());
    if (column.width() == 2) scan(column.codes<std::uint16_t>());
    if (column.bands() != nullptr) range_by_bands(column, range, live, out.yes);
    kernel::settle(out.yes, there, words_, out.yes, out.no);
}

void Run::range_by_bands(
    const Chunk& column, const CodeRange& range, const Word* live, Word* out) const {
    kernel::BandRange bands{range.least, range.most};
    const auto& cuts = column.cuts();
    bands.low = column.band_of(range.least);
    bands.high = column.band_of(range.most);
    bands.all_of_low = range.least == (bands.low == 0 ? 0 : cuts[bands.low - 1U]);
    bands.all_of_high =
        range.most == (bands.high == cuts.size() ? column.most() : cuts[bands.high] - 1);
    const auto scan = [&]<class T>(const T* codes) {
        const auto first = first_ * word_bits;
        const auto* const there = column.known() + first_;
        kernel::range_by_bands(
            codes + first, column.bands() + first, words_, bands, there, live, out);
    };
    if (column.width() == 4) {
        scan(column.codes<std::uint32_t>());
    } else {
        scan(column.codes<std::uint64_t>());
    }
}

// The cuts of all ranges over this column, in the codes of this block.
void Run::fill_bins(Bins& group, const Chunk& chunk) {
    group.cuts.clear();
    for (const auto node : group.nodes) {
        const auto range = codes_of(plan_.nodes()[node], chunk);
        if (range.none) continue;
        if (range.least > 0) group.cuts.push_back(range.least);
        if (range.most < chunk.most()) group.cuts.push_back(range.most + 1);
    }
    std::ranges::sort(group.cuts);
    group.cuts.erase(std::unique(group.cuts.begin(), group.cuts.end()), group.cuts.end());
    group.usable = false;
    if (chunk.bands() == nullptr || group.cuts.size() > 255) return;
    if (chunk.most() == ~std::uint64_t{0}) return; // no sentinel is beyond it
    const auto reached = [&](std::uint64_t code) { return bin_of(group.cuts, code); };
    const auto& bands = chunk.cuts();
    group.start.clear();
    group.steps = 0;
    for (std::size_t band = 0; band <= bands.size(); ++band) {
        const auto first = reached(band == 0 ? 0 : bands[band - 1]);
        const auto last = reached(band == bands.size() ? chunk.most() : bands[band] - 1);
        group.start.push_back(first);
        group.steps = std::max<unsigned>(group.steps, last - first);
    }
    group.usable = group.steps <= kernel::steps_most;
    group.cuts.resize(group.cuts.size() + kernel::steps_most, ~std::uint64_t{0});
}

// Null when its column is not sorted into bins.
const std::uint8_t* Run::bins_at(std::uint32_t index) {
    const auto number = bins_of_[index];
    if (number >= bins_.size()) return nullptr;
    auto& group = bins_[number];
    const auto& column = chunk(plan_.nodes()[index].place);
    if (group.block != block_number_) {
        fill_bins(group, column);
        group.block = block_number_;
        group.bins.resize(tile_words_ * word_bits);
    }
    if (!group.usable) return nullptr;
    if (group.tile == tile_) return group.bins.data();
    group.tile = tile_;
    const auto first = first_ * word_bits;
    const auto sort = [&]<class T>(const T* codes) {
        kernel::bins(
            codes + first,
            column.bands() + first,
            words_ * word_bits,
            group.start.data(),
            group.cuts.data(),
            group.steps,
            group.bins.data());
    };
    if (column.width() == 4) {
        sort(column.codes<std::uint32_t>());
    } else {
        sort(column.codes<std::uint64_t>());
    }
    return group.bins.data();
}

std::uint8_t Run::bin_of(std::span<const std::uint64_t> cuts, std::uint64_t code) {
    return static_cast<std::uint8_t>(std::ranges::upper_bound(cuts, code) - cuts.begin());
}

std::uint8_t Run::bin_of(const Bins& group, std::uint64_t code) {
    return bin_of(std::span(group.cuts).first(group.cuts.size() - kernel::steps_most), code);
}

bool Run::by_bins(std::uint32_t index, const CodeRange& range, Planes out) {
    const auto* const bins = bins_at(index);
    if (bins == nullptr) return false;
    const auto& group = bins_[bins_of_[index]];
    kernel::range(
        bins, words_, bin_of(group, range.least), bin_of(group, range.most), nullptr, out.yes);
    const auto* there = known(plan_.nodes()[index].place);
    kernel::settle(out.yes, there, words_, out.yes, out.no);
    return true;
}

void Run::leaf_decimals(const Node& node, const Word* live, Planes out) {
    const auto* numbers = chunk(node.place).codes<double>() + first_ * word_bits;
    kernel::range(numbers, words_, node.least_number, node.most_number, live, out.yes);
    kernel::settle(out.yes, known(node.place), words_, out.yes, out.no);
}

void Run::leaf_codes(std::uint32_t index, const Word* live, Planes out) {
    const auto& node = plan_.nodes()[index];
    const auto& answers = answers_[index];
    const auto& column = chunk(node.place);
    const auto* there = known(node.place);
    const auto first = first_ * word_bits;
    if (answers.settled && column.width() == 1) {
        if (live == nullptr && by_value_.contains(node.place)) return by_value(index, out);
        const bool fewer = answers.yes.size() <= answers.no.size();
        const auto& wanted = fewer ? answers.yes : answers.no;
        const auto* codes = column.codes<std::uint8_t>() + first;
        kernel::any_of(codes, words_, wanted.data(), wanted.size(), live, out.yes);
        if (fewer) {
            kernel::settle(out.yes, there, words_, out.yes, out.no);
        } else {
            kernel::settle(out.yes, there, words_, out.no, out.yes);
        }
        return;
    }
    const auto* table = answers.table.data();
    const auto look = [&]<class T>(const T* codes) {
        kernel::look_up(codes + first, words_, table, live, out.yes, out.no);
    };
    if (column.width() == 1) look(column.codes<std::uint8_t>());
    if (column.width() == 2) look(column.codes<std::uint16_t>());
    if (column.width() == 4) look(column.codes<std::uint32_t>());
    for (std::size_t w = 0; w < words_; ++w) {
        out.yes[w] &= there[w];
        out.no[w] &= there[w];
    }
}

void Run::by_value(std::uint32_t index, Planes out) {
    const auto& node = plan_.nodes()[index];
    const auto& answers = answers_[index];
    auto& group = by_value_.find(node.place)->second;
    const auto* codes = chunk(node.place).codes<std::uint8_t>() + first_ * word_bits;
    const bool fewer = answers.yes.size() <= answers.no.size();
    const auto& wanted = fewer ? answers.yes : answers.no;
    all_.clear();
    any_.clear();
    for (const auto code : wanted) {
        auto* const bits = group.bits.data() + code * tile_words_;
        if (group.tile[code] != tile_) {
            kernel::range(codes, words_, code, code, nullptr, bits);
            group.tile[code] = tile_;
        }
        all_.push_back(bits);
        any_.push_back(bits);
    }
    auto* const found = fewer ? out.yes : out.no;
    auto* const other = fewer ? out.no : out.yes;
    kernel::meet(all_.data(), any_.data(), any_.size(), words_, other, found);
    kernel::settle(found, known(node.place), words_, found, other);
}

} // namespace column
