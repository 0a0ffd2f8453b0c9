#include "engine/column/table.hpp"

#include <algorithm>

namespace column {
namespace {

// Changes of one column of a block that are kept beside its chunk; with more it is made anew.
constexpr std::size_t changes_most = 256;

void set(Values& values, const Change& change) {
    values.raws[change.row] = change.known ? change.raw : 0;
    const auto bit = std::uint64_t{1} << (change.row % word_bits);
    auto& word = values.known[change.row / word_bits];
    word = change.known ? word | bit : word & ~bit;
}

} // namespace

Table::Table(const rule::Schema& schema)
    : schema_(&schema)
    , dictionaries_(schema.size())
    , distinct_(schema.size()) {}

rule::Value Table::at(std::size_t row, std::size_t place) const {
    const auto& chunk = *blocks_[row / block_rows]->chunks[place];
    const auto offset = row % block_rows;
    if (!chunk.is_known(offset)) return {};
    const auto raw = chunk.at(offset);
    if (dictionaries_[place]) return dictionaries_[place]->at(static_cast<Code>(raw));
    return value_of(schema_->at(place).type, raw);
}

rule::Row Table::row(std::size_t row) const {
    rule::Row out(*schema_);
    for (std::size_t place = 0; place < schema_->size(); ++place)
        out.put(place, at(row, place));
    return out;
}

std::size_t Table::bytes() const {
    std::size_t total = 0;
    for (const auto& block : blocks_) {
        for (const auto& chunk : block->chunks)
            total += chunk->bytes();
    }
    return total;
}

Editor::Editor(const rule::Schema& schema)
    : schema_(schema)
    , dictionaries_(schema.size())
    , kept_(schema.size()) {
    for (std::size_t place = 0; place < schema.size(); ++place) {
        forms_.push_back(form_of(schema.at(place).type));
        if (forms_.back() != Form::coded) continue;
        auto made = std::make_unique<Dictionary>(schema.at(place));
        dictionaries_[place] = made.get();
        kept_[place] = std::move(made);
    }
}

Editor::Open& Editor::open(std::size_t block) {
    auto& opened = open_[block];
    if (opened.columns.empty()) {
        opened.columns.resize(schema_.size());
        opened.changes.resize(schema_.size());
        if (block < blocks_.size()) opened.rows = blocks_[block]->rows;
    }
    return opened;
}

Values& Editor::values(std::size_t block, std::size_t place) {
    auto& opened = open(block);
    auto& values = opened.columns[place];
    if (!values) {
        if (block < blocks_.size()) {
            values = blocks_[block]->chunks[place]->values(blocks_[block]->rows);
        } else {
            values.emplace();
        }
        for (const auto& change : std::exchange(opened.changes[place], {}))
            set(*values, change);
    }
    values->raws.resize(opened.rows);
    values->known.resize(words_for(opened.rows));
    return *values;
}

bool Editor::same(std::size_t block, std::size_t place, const Change& change) const {
    const auto as_it_is = [&](bool known, Raw raw) {
        return known == change.known && (!known || raw == change.raw);
    };
    const auto found = open_.find(block);
    if (found != open_.end() && found->second.columns[place]) {
        const auto& values = *found->second.columns[place];
        if (change.row >= values.raws.size()) return false;
        const auto word = values.known[change.row / word_bits];
        return as_it_is((word >> (change.row % word_bits) & 1U) != 0, values.raws[change.row]);
    }
    if (found != open_.end()) {
        const auto& changes = found->second.changes[place];
        const auto later = std::ranges::find(changes, change.row, &Change::row);
        if (later != changes.end()) return as_it_is(later->known, later->raw);
    }
    if (block >= blocks_.size() || change.row >= blocks_[block]->rows) return false;
    const auto& chunk = *blocks_[block]->chunks[place];
    return as_it_is(chunk.is_known(change.row), chunk.at(change.row));
}

bool Editor::keep_beside(std::size_t block, std::size_t place, const Change& change) {
    if (block >= blocks_.size() || change.row >= blocks_[block]->rows) return false;
    auto& opened = open(block);
    auto& changes = opened.changes[place];
    if (opened.columns[place]) return false;
    const auto earlier = std::ranges::find(changes, change.row, &Change::row);
    if (earlier != changes.end()) {
        *earlier = change;
        return true;
    }
    if (changes.size() >= changes_most) return false;
    changes.push_back(change);
    return true;
}

void Editor::write(std::size_t row, std::size_t place, const rule::Value& value) {
    Change change{.row = row % block_rows, .known = rule::known(value)};
    if (change.known)
        change.raw = forms_[place] == Form::coded ? Raw{dictionaries_[place]->code_of(value)}
                                                  : raw_of(value);
    const auto block = row / block_rows;
    if (same(block, place, change) || keep_beside(block, place, change)) return;
    set(values(block, place), change);
}

std::size_t Editor::append(const rule::Row& row) {
    const auto number = rows_;
    const auto block = number / block_rows;
    // A full block is not touched again by those that follow: let it go narrow.
    if (number % block_rows == 0 && block > 0) close(block - 1);
    open(block).rows += 1;
    rows_ += 1;
    for (std::size_t place = 0; place < schema_.size(); ++place)
        write(number, place, row[place]);
    return number;
}

void Editor::put(std::size_t row, const rule::Row& values) {
    base::ensure(row < rows_, "a row of the table");
    for (std::size_t place = 0; place < schema_.size(); ++place)
        write(row, place, values[place]);
}

// The chunk of a block as it is to be published.
Shared<Chunk> Editor::closed(std::size_t block, std::size_t place) {
    const auto& opened = open_.at(block);
    const bool grown = block >= blocks_.size() || blocks_[block]->rows != opened.rows;
    if (!opened.columns[place] && !grown) {
        const auto& changes = opened.changes[place];
        const auto& before = blocks_[block]->chunks[place];
        if (changes.empty()) return before;
        if (auto changed = before->changed(changes)) return changed;
    }
    return std::make_unique<Chunk>(forms_[place], values(block, place));
}

void Editor::close(std::size_t block) {
    const auto found = open_.find(block);
    if (found == open_.end()) return;
    auto made = std::make_unique<Block>();
    made->rows = found->second.rows;
    for (std::size_t place = 0; place < schema_.size(); ++place)
        made->chunks.push_back(closed(block, place));
    open_.erase(found);
    if (block >= blocks_.size()) blocks_.emplace_back();
    blocks_[block] = std::move(made);
}

Shared<Table> Editor::version() {
    while (!open_.empty())
        close(open_.begin()->first);
    auto table = std::make_unique<Table>(schema_);
    table->rows_ = rows_;
    table->blocks_ = blocks_;
    table->dictionaries_ = kept_;
    for (std::size_t place = 0; place < schema_.size(); ++place) {
        if (kept_[place]) table->distinct_[place] = kept_[place]->size();
    }
    return table;
}

} // namespace column
