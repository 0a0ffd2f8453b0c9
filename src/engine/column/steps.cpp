// The parts of Run that judge many rules at once: bare steps over planes.
#include "engine/column/run.hpp"

#include <cstring>

namespace column {

std::optional<Run::StepKind> Run::step_kind(std::uint32_t index) const {
    const auto& node = plan_.nodes()[index];
    switch (node.kind) {
    case NodeKind::whole_range: return StepKind::range;
    case NodeKind::codes: {
        const bool by_value = by_value_.contains(node.place) && answers_[index].settled;
        return by_value ? StepKind::values : StepKind::other;
    }
    case NodeKind::conjunction: {
        const auto among = [&](const Edge& arg) { return step_kinds_[arg.node].has_value(); };
        if (!std::ranges::all_of(node.args, among) || node.args.empty()) return std::nullopt;
        return StepKind::join;
    }
    case NodeKind::truth:
    case NodeKind::nothing:
    case NodeKind::flag:
    case NodeKind::known:
    case NodeKind::decimal_range: return StepKind::other;
    case NodeKind::compare:
    case NodeKind::same:
    case NodeKind::choice:
    case NodeKind::one_row: return std::nullopt;
    }
    base::bug("kind of node out of range");
}

// What a node is made of has a lower number than it has.
void Run::find_steps() {
    const auto count = static_cast<std::uint32_t>(plan_.nodes().size());
    step_kinds_.assign(count, std::nullopt);
    const bool many = plan_.roots().size() > 1;
    for (std::uint32_t i = 0; many && i < count; ++i)
        step_kinds_[i] = step_kind(i);
    mark_longhand();
    bounds_.resize(count);
    known_planes_.resize(table_.schema().size() * tile_words_);
    known_wanted_.assign(table_.schema().size(), 0);
}

void Run::mark_longhand() {
    const auto& nodes = plan_.nodes();
    longhand_.assign(nodes.size(), 0);
    told_in_full_.assign(nodes.size(), 0);
    for (const auto& root : plan_.roots())
        told_in_full_[root.node] = 1;
    for (const auto& term : plan_.terms()) {
        if (term.kind != TermKind::choice) continue;
        told_in_full_[term.condition.node] = 1;
        if (nodes[term.condition.node].uses <= 1) longhand_[term.condition.node] = 1;
    }
    for (auto i = nodes.size(); i-- > 0;) {
        if (!step_kinds_[i]) longhand_[i] = 1;
        if (longhand_[i] == 0) continue;
        for (const auto& arg : nodes[i].args) {
            told_in_full_[arg.node] = 1;
            if (nodes[arg.node].uses <= 1) longhand_[arg.node] = 1;
        }
    }
}

bool Run::is_shared(std::uint32_t index) const { return node_slot_[index] != ~std::size_t{0}; }

Word* Run::known_plane(std::size_t place) {
    known_wanted_[place] = 1;
    return known_planes_.data() + place * tile_words_;
}

// Conditions on one column stand together, while it is in the nearest cache.
void Run::make_tile_steps() {
    std::vector<std::uint32_t> shared;
    for (std::uint32_t i = 0; i < plan_.nodes().size(); ++i) {
        if (step_kinds_[i] && is_shared(i)) shared.push_back(i);
    }
    std::ranges::stable_sort(shared, {}, [&](std::uint32_t i) {
        const bool joined = step_kinds_[i] == StepKind::join;
        return std::pair(joined, joined ? 0 : plan_.nodes()[i].place);
    });
    for (const auto index : shared)
        make_step(index, slot(index), 0);
    tile_steps_ = {0, steps_.size()};
    for (const auto& root : plan_.roots()) {
        const auto from = steps_.size();
        auto planes = Planes{};
        if (step_kinds_[root.node]) {
            planes = is_shared(root.node) ? slot(root.node) : fixed_room(0);
            if (!is_shared(root.node)) make_step(root.node, planes, 1);
        }
        root_steps_.push_back({from, steps_.size()});
        root_planes_.push_back(planes);
    }
}

void Run::make_step(std::uint32_t index, Planes out, std::size_t rooms_taken) {
    const auto& node = plan_.nodes()[index];
    Step step;
    step.kind = *step_kinds_[index];
    step.node = index;
    step.out = out;
    const bool half = step.kind == StepKind::range || step.kind == StepKind::values;
    if (half) {
        known_wanted_[node.place] = 1;
        if (told_in_full_[index] == 0) step.out.no = nullptr;
    }
    if (step.kind == StepKind::range) ranges_.push_back(index);
    if (step.kind == StepKind::values) {
        const auto& answers = answers_[index];
        const bool fewer = answers.yes.size() <= answers.no.size();
        step.from = static_cast<std::uint32_t>(step_planes_.size());
        for (const auto code : fewer ? answers.yes : answers.no)
            step_planes_.push_back(by_value_[node.place].bits.data() + code * tile_words_);
        step.plain = static_cast<std::uint16_t>(step_planes_.size() - step.from);
        step.negated = fewer ? 0 : 1;
    }
    if (step.kind == StepKind::join) make_join(step, rooms_taken);
    steps_.push_back(step);
}

void Run::make_join(Step& step, std::size_t rooms_taken) {
    std::vector<const Word*> parts[3]; // pairs, plain, negated
    for (const auto& arg : plan_.nodes()[step.node].args) {
        const bool shared = is_shared(arg.node);
        const auto planes = shared ? slot(arg.node) : fixed_room(rooms_taken++);
        if (!shared) make_step(arg.node, planes, rooms_taken);
        const auto kind = *step_kinds_[arg.node];
        if (kind == StepKind::range || kind == StepKind::values) {
            auto& part = parts[arg.negated ? 2 : 1];
            part.push_back(planes.yes);
            part.push_back(known_plane(plan_.nodes()[arg.node].place));
        } else {
            parts[0].push_back(arg.negated ? planes.no : planes.yes);
            parts[0].push_back(arg.negated ? planes.yes : planes.no);
        }
    }
    step.from = static_cast<std::uint32_t>(step_planes_.size());
    for (const auto& part : parts)
        step_planes_.insert(step_planes_.end(), part.begin(), part.end());
    step.pairs = static_cast<std::uint16_t>(parts[0].size() / 2);
    step.plain = static_cast<std::uint16_t>(parts[1].size() / 2);
    step.negated = static_cast<std::uint16_t>(parts[2].size() / 2);
}

void Run::enter_block() {
    for (const auto index : ranges_) {
        const auto& node = plan_.nodes()[index];
        auto& bound = bounds_[index];
        bound.codes = codes_of(node, chunk(node.place));
        bound.binned = bins_at(index) != nullptr;
        if (bound.codes.none || !bound.binned) continue;
        const auto& group = bins_[bins_of_[index]];
        bound.least = bin_of(group, bound.codes.least);
        bound.most = bin_of(group, bound.codes.most);
    }
}

void Run::enter_steps(bool other_block) {
    if (steps_.empty()) return;
    if (other_block) enter_block();
    for (std::size_t place = 0; place < known_wanted_.size(); ++place) {
        if (known_wanted_[place] != 0)
            std::memcpy(known_plane(place), known(place), words_ * sizeof(Word));
    }
    for (auto& [place, group] : by_value_) {
        if (chunk(place).width() != 1) continue;
        const auto* codes = chunk(place).codes<std::uint8_t>() + first_ * word_bits;
        for (std::size_t code = 0; code < group.tile.size(); ++code) {
            const auto only = static_cast<std::uint8_t>(code);
            auto* const bits = group.bits.data() + code * tile_words_;
            kernel::range_of_known(codes, words_, only, only, known(place), bits);
            group.tile[code] = tile_;
        }
    }
    take(tile_steps_);
}

void Run::take_range(const Step& step) {
    const auto& bound = bounds_[step.node];
    const auto place = plan_.nodes()[step.node].place;
    const auto* const there = known_planes_.data() + place * tile_words_;
    auto* const yes = step.out.yes;
    if (bound.codes.none) {
        std::memset(yes, 0, words_ * sizeof(Word));
    } else if (bound.codes.all) {
        std::memcpy(yes, there, words_ * sizeof(Word));
    } else if (bound.binned) {
        const auto* const bins = bins_at(step.node);
        kernel::range_of_known(bins, words_, bound.least, bound.most, there, yes);
    } else {
        const auto& column = chunk(place);
        const auto first = first_ * word_bits;
        const auto& codes = bound.codes;
        const auto narrow = [&]<class T>(const T* from) {
            const auto least = static_cast<T>(codes.least);
            const auto most = static_cast<T>(codes.most);
            kernel::range_of_known(from + first, words_, least, most, there, yes);
        };
        if (column.width() == 1) return narrow(column.codes<std::uint8_t>());
        if (column.width() == 2) return narrow(column.codes<std::uint16_t>());
        range_by_bands(column, codes, nullptr, yes);
    }
}

void Run::take(const Steps& steps) {
    for (auto i = steps.from; i < steps.to; ++i) {
        const auto& step = steps_[i];
        const auto* const planes = step_planes_.data() + step.from;
        switch (step.kind) {
        case StepKind::range: take_range(step); break;
        case StepKind::values: take_values(step); break;
        case StepKind::other: compute(step.node, nullptr, step.out); continue;
        case StepKind::join:
            kernel::join(
                {planes, step.pairs, step.plain, step.negated}, words_, step.out.yes, step.out.no);
            continue;
        }
        if (step.out.no == nullptr) continue;
        const auto* const there = known(plan_.nodes()[step.node].place);
        kernel::settle(step.out.yes, there, words_, step.out.yes, step.out.no);
    }
}

void Run::take_values(const Step& step) {
    const auto place = plan_.nodes()[step.node].place;
    if (chunk(place).width() == 1) {
        const std::span planes(step_planes_.data() + step.from, step.plain);
        const auto* const there = known_planes_.data() + place * tile_words_;
        kernel::any_of_known(planes, step.negated != 0, words_, there, step.out.yes);
        return;
    }
    const Mark mark(*this);
    leaf_codes(step.node, nullptr, {step.out.yes, room()});
}

} // namespace column
