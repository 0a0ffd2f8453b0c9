#include "engine/column/run.hpp"

#include <cstring>

namespace column {
namespace {

constexpr std::size_t bins_from = 12;     // ranges on a column, from which bins pay
constexpr std::size_t by_value_from = 8;  // conditions on a dictionary, from which bitmaps pay
constexpr std::size_t by_value_most = 64; // values of a narrow dictionary
constexpr std::uint32_t no_group = ~std::uint32_t{0};
constexpr double dear_cost = 20; // ns a row: what costs more is never computed in vain

} // namespace

Run::Run(const Table& table, const Plan& plan)
    : table_(table)
    , plan_(plan)
    , row_(table.schema()) {
    base::ensure(&table.schema() == &plan.schema(), "a plan and its table have one schema");
    prepare();
}

void Run::prepare() {
    const auto count = plan_.nodes().size();
    node_tile_.assign(count, 0);
    node_slot_.assign(count, 0);
    answers_.resize(count);
    learned_.resize(count);
    bins_of_.assign(count, no_group);
    std::size_t slots = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto& node = plan_.nodes()[i];
        if (node.uses > 1) node_slot_[i] = 2 * tile_words * slots++;
        if (node.kind == NodeKind::codes) bind_codes(i);
        auto& learned = learned_[i];
        learned.seen.assign(node.args.size(), 1);
        learned.settled.assign(node.args.size(), 0.5);
        if (node.kind != NodeKind::conjunction) continue;
        for (std::uint32_t k = 0; k < node.args.size(); ++k) {
            const auto& part = plan_.nodes()[node.args[k].node];
            const bool together = part.uses > 1 && part.cost < dear_cost;
            (together ? learned.together : learned.order).push_back(k);
        }
    }
    slots_.resize(2 * tile_words * slots);
    term_raws_.resize(plan_.terms().size());
    term_known_.resize(plan_.terms().size());
    term_tile_.assign(plan_.terms().size(), 0);
    coded_terms_.resize(plan_.terms().size());
    for (std::uint32_t i = 0; i < plan_.terms().size(); ++i) {
        if (plan_.terms()[i].kind == TermKind::coded) bind_term(i);
    }
    group_columns();
}

void Run::group_columns() {
    std::map<std::size_t, std::vector<std::uint32_t>> ranges;
    std::map<std::size_t, std::size_t> conditions;
    for (std::uint32_t i = 0; i < plan_.nodes().size(); ++i) {
        const auto& node = plan_.nodes()[i];
        if (node.kind == NodeKind::whole_range) ranges[node.place].push_back(i);
        if (node.kind == NodeKind::codes) conditions[node.place] += 1;
    }
    for (auto& [place, nodes] : ranges) {
        // Two cuts a range, and a bin is a byte.
        if (nodes.size() < bins_from || nodes.size() > 120) continue;
        for (const auto node : nodes)
            bins_of_[node] = static_cast<std::uint32_t>(bins_.size());
        bins_.emplace_back().nodes = std::move(nodes);
    }
    for (const auto& [place, count] : conditions) {
        const auto distinct = table_.distinct(place);
        if (count < by_value_from || distinct > by_value_most) continue;
        auto& group = by_value_[place];
        group.bits.resize(distinct * tile_words);
        group.tile.assign(distinct, 0);
    }
}

void Run::bind_codes(std::uint32_t index) {
    const auto& node = plan_.nodes()[index];
    auto& answers = answers_[index];
    const auto distinct = table_.distinct(node.place);
    answers.table.assign(std::max<std::size_t>(distinct, 256), 0);
    if (!node.literals.empty()) {
        bind_literals(node, answers);
    } else {
        for (std::size_t code = 0; code < distinct; ++code) {
            row_.put(node.place, table_.dictionary(node.place).at(static_cast<Code>(code)));
            const auto outcome =
                rule::decide_at(*node.spot.tree, node.spot.index, row_, plan_.today());
            answers.table[code] = outcome == rule::Outcome::holds   ? 1
                                  : outcome == rule::Outcome::fails ? 2
                                                                    : 0;
        }
    }
    for (std::size_t code = 0; code < distinct; ++code) {
        const auto answer = answers.table[code];
        if (answer == 0) answers.settled = false;
        if (code < 256 && answer == 1) answers.yes.push_back(static_cast<std::uint8_t>(code));
        if (code < 256 && answer == 2) answers.no.push_back(static_cast<std::uint8_t>(code));
    }
}

void Run::bind_literals(const Node& node, Answers& answers) const {
    const auto& dictionary = table_.dictionary(node.place);
    for (std::size_t code = 0; code < table_.distinct(node.place); ++code) {
        const auto* text = std::get_if<std::string>(&dictionary.at(static_cast<Code>(code)));
        const bool found = text != nullptr && std::ranges::binary_search(node.literals, *text);
        answers.table[code] = found ? 1 : 2;
    }
}

void Run::enter(std::size_t block, std::size_t first, std::size_t words) {
    block_ = table_.blocks()[block].get();
    block_number_ = block;
    first_ = first;
    words_ = words;
    tile_ += 1;
    for (std::size_t w = 0; w < words; ++w) {
        const auto from = (first + w) * word_bits;
        const auto rest = block_->rows - std::min(block_->rows, from);
        valid_[w] = rest >= word_bits ? ~Word{0} : (Word{1} << rest) - 1;
    }
}

Word* Run::room() {
    if (depth_ == rooms_.size()) rooms_.push_back(std::make_unique<Word[]>(tile_words));
    return rooms_[depth_++].get();
}

Planes Run::root(std::size_t program) {
    depth_ = 0;
    const auto edge = plan_.roots()[program];
    const auto planes = node(edge.node, nullptr);
    return edge.negated ? Planes{planes.no, planes.yes} : planes;
}

// A node that several need is computed for all rows, once; others for the rows that matter.
Planes Run::node(std::uint32_t index, const Word* live) {
    if (plan_.nodes()[index].uses <= 1) {
        const Planes out{room(), room()};
        compute(index, live, out);
        return out;
    }
    auto* const at = slots_.data() + node_slot_[index];
    const Planes out{at, at + tile_words};
    if (node_tile_[index] != tile_) {
        compute(index, nullptr, out);
        node_tile_[index] = tile_;
    }
    return out;
}

void Run::compute(std::uint32_t index, const Word* live, Planes out) {
    const auto& node = plan_.nodes()[index];
    const auto bytes = words_ * sizeof(Word);
    switch (node.kind) {
    case NodeKind::truth:
        std::memcpy(out.yes, valid_, bytes);
        std::memset(out.no, 0, bytes);
        return;
    case NodeKind::nothing:
        std::memset(out.yes, 0, bytes);
        std::memset(out.no, 0, bytes);
        return;
    case NodeKind::flag: return leaf_flag(node, out);
    case NodeKind::known: return leaf_known(node, out);
    case NodeKind::whole_range: return leaf_range(index, live, out);
    case NodeKind::decimal_range: return leaf_decimals(node, live, out);
    case NodeKind::codes: return leaf_codes(index, live, out);
    case NodeKind::compare: return compare(node, live, out);
    case NodeKind::same: return same(node, live, out);
    case NodeKind::choice: return choice(node, live, out);
    case NodeKind::conjunction: return conjunction(index, live, out);
    case NodeKind::one_row: return one_row(node, live, out);
    }
    base::bug("kind of node out of range");
}

void Run::same(const Node& node, const Word* live, Planes out) {
    const Mark mark(*this);
    Planes sides[2];
    for (std::size_t i = 0; i < 2; ++i) {
        sides[i] = this->node(node.args[i].node, live);
        if (node.args[i].negated) std::swap(sides[i].yes, sides[i].no);
    }
    const auto& [a, b] = sides;
    for (std::size_t w = 0; w < words_; ++w) {
        out.yes[w] = (a.yes[w] & b.yes[w]) | (a.no[w] & b.no[w]);
        out.no[w] = (a.yes[w] & b.no[w]) | (a.no[w] & b.yes[w]);
    }
}

void Run::choice(const Node& node, const Word* live, Planes out) {
    const Mark mark(*this);
    Planes parts[3];
    for (std::size_t i = 0; i < 3; ++i) {
        parts[i] = this->node(node.args[i].node, live);
        if (node.args[i].negated) std::swap(parts[i].yes, parts[i].no);
    }
    const auto& [when, then, otherwise] = parts;
    for (std::size_t w = 0; w < words_; ++w) {
        out.yes[w] = (when.yes[w] & then.yes[w]) | (when.no[w] & otherwise.yes[w]);
        out.no[w] = (when.yes[w] & then.no[w]) | (when.no[w] & otherwise.no[w]);
    }
}

// The part that settles most rows for the least work goes first.
void Run::sort_parts(const Node& node, Learned& learned) {
    if (learned.block == block_number_) return;
    learned.block = block_number_;
    const auto price = [&](std::uint32_t part) {
        const auto share = learned.settled[part] / learned.seen[part];
        return (plan_.nodes()[node.args[part].node].cost + 0.01) / (share + 1e-4);
    };
    std::ranges::stable_sort(learned.order, {}, price);
}

void Run::take_together(const Node& node, const Learned& learned, Planes out) {
    all_.clear();
    any_.clear();
    // Shared nodes stay where they are, so their planes may be gathered before they are used; but
    // computing one may itself gather, so all are computed first.
    for (const auto part : learned.together)
        this->node(node.args[part].node, nullptr);
    all_.clear();
    any_.clear();
    for (const auto part : learned.together) {
        const auto& arg = node.args[part];
        const auto* at = slots_.data() + node_slot_[arg.node];
        all_.push_back(arg.negated ? at + tile_words : at);
        any_.push_back(arg.negated ? at : at + tile_words);
    }
    kernel::meet(all_.data(), any_.data(), all_.size(), words_, out.yes, out.no);
}

void Run::conjunction(std::uint32_t index, const Word* live, Planes out) {
    const auto& node = plan_.nodes()[index];
    auto& learned = learned_[index];
    sort_parts(node, learned);
    if (learned.together.empty()) {
        std::memcpy(out.yes, valid_, words_ * sizeof(Word));
        std::memset(out.no, 0, words_ * sizeof(Word));
    } else {
        take_together(node, learned, out);
    }
    const Mark mark(*this);
    auto* const open = room();
    for (const auto part : learned.order) {
        Word left = 0;
        for (std::size_t w = 0; w < words_; ++w) {
            open[w] = (live == nullptr ? valid_[w] : live[w]) & ~out.no[w];
            left |= open[w];
        }
        if (left == 0) return;
        const Mark inner(*this);
        const auto& arg = node.args[part];
        auto planes = this->node(arg.node, open);
        if (arg.negated) std::swap(planes.yes, planes.no);
        Word settled = 0;
        std::size_t hit = 0;
        for (std::size_t w = 0; w < words_; ++w) {
            settled = planes.no[w] & open[w];
            hit += static_cast<std::size_t>(std::popcount(settled));
            out.yes[w] &= planes.yes[w];
            out.no[w] |= settled;
        }
        learned.seen[part] += static_cast<double>(kernel::count(open, words_));
        learned.settled[part] += static_cast<double>(hit);
    }
}

void Run::fill_row(const std::vector<std::size_t>& places, std::size_t row) {
    for (const auto place : places) {
        const auto& from = chunk(place);
        if (!from.is_known(row)) {
            row_.put(place, {});
        } else if (form_of(table_.schema().at(place).type) == Form::coded) {
            row_.put(place, table_.dictionary(place).at(static_cast<Code>(from.at(row))));
        } else {
            row_.put(place, value_of(table_.schema().at(place).type, from.at(row)));
        }
    }
}

void Run::one_row(const Node& node, const Word* live, Planes out) {
    for (std::size_t w = 0; w < words_; ++w) {
        out.yes[w] = 0;
        out.no[w] = 0;
        for (auto rest = live == nullptr ? valid_[w] : live[w]; rest != 0; rest &= rest - 1) {
            const auto bit = static_cast<std::size_t>(std::countr_zero(rest));
            fill_row(node.places, (first_ + w) * word_bits + bit);
            const auto outcome =
                rule::decide_at(*node.spot.tree, node.spot.index, row_, plan_.today());
            if (outcome == rule::Outcome::holds) out.yes[w] |= Word{1} << bit;
            if (outcome == rule::Outcome::fails) out.no[w] |= Word{1} << bit;
        }
    }
}

} // namespace column
