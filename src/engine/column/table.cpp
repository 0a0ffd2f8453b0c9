#include "engine/column/table.hpp"

namespace column {

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
    }
    values->raws.resize(opened.rows);
    values->known.resize(words_for(opened.rows));
    return *values;
}

bool Editor::same(
    std::size_t block, std::size_t row, std::size_t place, bool known, Raw raw) const {
    const auto found = open_.find(block);
    if (found != open_.end() && found->second.columns[place]) {
        const auto& values = *found->second.columns[place];
        if (row >= values.raws.size()) return false;
        const bool was = (values.known[row / word_bits] >> (row % word_bits) & 1U) != 0;
        return was == known && (!known || values.raws[row] == raw);
    }
    if (block >= blocks_.size() || row >= blocks_[block]->rows) return false;
    const auto& chunk = *blocks_[block]->chunks[place];
    return chunk.is_known(row) == known && (!known || chunk.at(row) == raw);
}

void Editor::write(std::size_t row, std::size_t place, const rule::Value& value) {
    const bool known = rule::known(value);
    Raw raw = 0;
    if (known)
        raw = forms_[place] == Form::coded ? Raw{dictionaries_[place]->code_of(value)}
                                           : raw_of(value);
    const auto block = row / block_rows;
    const auto offset = row % block_rows;
    if (same(block, offset, place, known, raw)) return;
    auto& column = values(block, place);
    column.raws[offset] = raw;
    const auto bit = std::uint64_t{1} << (offset % word_bits);
    auto& word = column.known[offset / word_bits];
    word = known ? word | bit : word & ~bit;
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

void Editor::close(std::size_t block) {
    const auto found = open_.find(block);
    if (found == open_.end()) return;
    auto made = std::make_unique<Block>();
    made->rows = found->second.rows;
    made->chunks.resize(schema_.size());
    for (std::size_t place = 0; place < schema_.size(); ++place) {
        const bool grown = block >= blocks_.size() || blocks_[block]->rows != made->rows;
        if (!found->second.columns[place] && !grown) {
            made->chunks[place] = blocks_[block]->chunks[place];
            continue;
        }
        made->chunks[place] =
            Shared<Chunk>(std::make_unique<Chunk>(forms_[place], values(block, place)));
    }
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
