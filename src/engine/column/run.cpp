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
    , tile_words_(plan.roots().size() > 1 ? shared_tile_words : single_tile_words)
    , row_(table.schema()) {
    base::ensure(&table.schema() == &plan.schema(), "a plan and its table have one schema");
    prepare();
}

void Run::prepare() {
    const auto count = plan_.nodes().size();
    node_tile_.assign(count, 0);
    answers_.resize(count);
    recipes_.resize(count);
    bins_of_.assign(count, no_group);
    for (std::uint32_t i = 0; i < count; ++i) {
        if (plan_.nodes()[i].kind == NodeKind::codes) bind_codes(i);
    }
    term_raws_.resize(plan_.terms().size());
    term_known_.resize(plan_.terms().size());
    term_tile_.assign(plan_.terms().size(), 0);
    coded_terms_.resize(plan_.terms().size());
    for (std::uint32_t i = 0; i < plan_.terms().size(); ++i) {
        if (plan_.terms()[i].kind == TermKind::coded) bind_term(i);
    }
    group_columns();
    find_steps();
    place_nodes();
    make_tile_steps();
    make_recipes();
}

void Run::make_recipes() {
    const auto missing = [&](std::uint32_t index) {
        return plan_.nodes()[index].kind == NodeKind::conjunction && longhand_[index] != 0 &&
               recipes_[index].seen.empty();
    };
    // Nothing is pending when these begin, so they may all use the first rooms.
    for (const auto index : scheduled_) {
        if (missing(index)) make_recipe(index, 0);
    }
    for (const auto& root : plan_.roots()) {
        if (missing(root.node)) make_recipe(root.node, 0);
    }
    // Others are asked for in the middle of something. What contains a node has a higher number.
    for (auto i = static_cast<std::uint32_t>(plan_.nodes().size()); i-- > 0;) {
        if (missing(i)) make_recipe(i, fixed_rooms_.size());
    }
}

bool Run::is_cheap(std::uint32_t index) const { return plan_.nodes()[index].cost < dear_cost; }

void Run::place_nodes() {
    const auto count = plan_.nodes().size();
    node_slot_.assign(count, ~std::size_t{0});
    is_scheduled_.assign(count, 0);
    std::size_t slots = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (plan_.nodes()[i].uses <= 1) continue;
        node_slot_[i] = tile_words_ * slots;
        const auto step = step_kinds_[i];
        const bool half =
            (step == StepKind::range || step == StepKind::values) && told_in_full_[i] == 0;
        slots += half ? 1 : 2;
        if (step) {
            is_scheduled_[i] = 1;
            continue;
        }
        if (!is_cheap(i)) continue;
        // What a node is made of has a lower number: the schedule is in order of need.
        scheduled_.push_back(i);
        is_scheduled_[i] = 1;
    }
    slots_.resize(tile_words_ * (slots + 1)); // so that every slot has a second plane behind it
}

Planes Run::slot(std::uint32_t index) {
    auto* const at = slots_.data() + node_slot_[index];
    return {at, at + tile_words_};
}

Planes Run::fixed_room(std::size_t number) {
    while (fixed_rooms_.size() <= number)
        fixed_rooms_.push_back(std::make_unique<Word[]>(2 * tile_words_));
    auto* const at = fixed_rooms_[number].get();
    return {at, at + tile_words_};
}

// With many rules, masking the rows that still matter costs more than judging all of them does.
void Run::make_recipe(std::uint32_t index, std::size_t rooms_taken) {
    const auto& node = plan_.nodes()[index];
    auto& recipe = recipes_[index];
    const bool many = plan_.roots().size() > 1;
    recipe.seen.assign(node.args.size(), 1);
    recipe.settled.assign(node.args.size(), 0.5);
    for (std::uint32_t k = 0; k < node.args.size(); ++k) {
        const auto& arg = node.args[k];
        const bool shared = node_slot_[arg.node] != ~std::size_t{0};
        if (!is_cheap(arg.node) || (!shared && !many)) {
            recipe.order.push_back(k);
            continue;
        }
        if (!shared) recipe.nested.push_back({arg.node, fixed_room(rooms_taken++)});
        const auto planes = shared ? slot(arg.node) : recipe.nested.back().planes;
        recipe.all.push_back(arg.negated ? planes.no : planes.yes);
        recipe.any.push_back(arg.negated ? planes.yes : planes.no);
    }
    for (const auto& nested : recipe.nested) {
        if (plan_.nodes()[nested.node].kind == NodeKind::conjunction)
            make_recipe(nested.node, rooms_taken);
    }
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
        group.bits.resize(distinct * tile_words_);
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
    const bool other_block = block_ == nullptr || block_number_ != block;
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
    depth_ = 0;
    enter_steps(other_block);
    for (const auto index : scheduled_)
        compute(index, nullptr, slot(index));
}

Word* Run::room() {
    if (depth_ == rooms_.size()) rooms_.push_back(std::make_unique<Word[]>(tile_words_));
    return rooms_[depth_++].get();
}

Planes Run::root(std::size_t program) {
    depth_ = 0;
    const auto edge = plan_.roots()[program];
    auto planes = root_planes_[program];
    if (planes.yes != nullptr) {
        take(root_steps_[program]);
    } else {
        planes = node(edge.node, nullptr);
    }
    return edge.negated ? Planes{planes.no, planes.yes} : planes;
}

// A node that several need is computed for all rows, once; others for the rows that matter.
Planes Run::node(std::uint32_t index, const Word* live) {
    if (node_slot_[index] == ~std::size_t{0}) {
        const Planes out{room(), room()};
        compute(index, live, out);
        return out;
    }
    const auto out = slot(index);
    if (is_scheduled_[index] == 0 && node_tile_[index] != tile_) {
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
void Run::sort_parts(const Node& node, Recipe& recipe) {
    if (recipe.block == block_number_ || recipe.order.size() < 2) return;
    recipe.block = block_number_;
    const auto price = [&](std::uint32_t part) {
        const auto share = recipe.settled[part] / recipe.seen[part];
        return (plan_.nodes()[node.args[part].node].cost + 0.01) / (share + 1e-4);
    };
    std::ranges::stable_sort(recipe.order, {}, price);
}

void Run::conjunction(std::uint32_t index, const Word* live, Planes out) {
    auto& recipe = recipes_[index];
    for (const auto& nested : recipe.nested)
        compute(nested.node, nullptr, nested.planes);
    if (recipe.all.empty()) {
        std::memcpy(out.yes, valid_, words_ * sizeof(Word));
        std::memset(out.no, 0, words_ * sizeof(Word));
    } else {
        kernel::meet(
            recipe.all.data(), recipe.any.data(), recipe.all.size(), words_, out.yes, out.no);
    }
    if (recipe.order.empty()) return;
    const auto& node = plan_.nodes()[index];
    sort_parts(node, recipe);
    const Mark mark(*this);
    auto* const open = room();
    for (const auto part : recipe.order) {
        const auto left = kernel::open(live == nullptr ? valid_ : live, out.no, words_, open);
        if (left == 0) return;
        const Mark inner(*this);
        const auto& arg = node.args[part];
        auto planes = this->node(arg.node, open);
        if (arg.negated) std::swap(planes.yes, planes.no);
        recipe.seen[part] += static_cast<double>(left);
        recipe.settled[part] += static_cast<double>(
            kernel::absorb(planes.yes, planes.no, open, words_, out.yes, out.no));
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
