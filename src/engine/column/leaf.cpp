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
    if (column.width() == 4) scan(column.codes<std::uint32_t>());
    if (column.width() == 8) scan(column.codes<std::uint64_t>());
    kernel::settle(out.yes, there, words_, out.yes, out.no);
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
    constexpr std::uint64_t most = std::uint64_t{1} << 62U; // so that doubles keep their order
    if (chunk.width() < 4 || chunk.most() > most || group.cuts.size() > 255) return;
    group.start.assign(kernel::buckets, 0);
    unsigned here = 0;
    group.steps = 0;
    std::size_t before = 0;
    std::size_t filled = 0;
    for (std::size_t i = 0; i < group.cuts.size(); ++i) {
        const auto bucket = kernel::bucket(group.cuts[i]);
        for (; filled <= bucket; ++filled)
            group.start[filled] = static_cast<std::uint8_t>(i);
        here = i > 0 && bucket == before ? here + 1 : 1;
        before = bucket;
        group.steps = std::max(group.steps, here);
    }
    for (; filled < kernel::buckets; ++filled)
        group.start[filled] = static_cast<std::uint8_t>(group.cuts.size());
    group.usable = group.steps <= 4;
    group.cuts.resize(group.cuts.size() + group.steps, ~std::uint64_t{0});
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
        group.bins.resize(tile_rows);
    }
    if (!group.usable) return nullptr;
    if (group.tile == tile_) return group.bins.data();
    group.tile = tile_;
    const auto first = first_ * word_bits;
    const auto sort = [&]<class T>(const T* codes) {
        kernel::bins(
            codes + first,
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

std::uint8_t Run::bin_of(const Bins& group, std::uint64_t code) {
    const auto end = group.cuts.end() - group.steps;
    return static_cast<std::uint8_t>(
        std::upper_bound(group.cuts.begin(), end, code) - group.cuts.begin());
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
        if (wanted.size() <= 24) {
            const auto* codes = column.codes<std::uint8_t>() + first;
            kernel::any_of(codes, words_, wanted.data(), wanted.size(), live, out.yes);
            if (fewer) {
                kernel::settle(out.yes, there, words_, out.yes, out.no);
            } else {
                kernel::settle(out.yes, there, words_, out.no, out.yes);
            }
            return;
        }
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
        auto* const bits = group.bits.data() + code * tile_words;
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
