// All rows of a schema, column by column, in blocks. A Table is one version: it never changes, and
// shares what it has in common with other versions. The Editor makes the next version; a reader
// keeps the one it has for as long as it likes.
#pragma once

#include "engine/column/chunk.hpp"
#include "engine/column/dictionary.hpp"

namespace column {

// tidy-allow(sharing): versions have blocks, chunks and dictionaries in common; the last one frees
template <class T>
using Shared = std::shared_ptr<const T>;

struct Block {
    std::size_t rows = 0;
    std::vector<Shared<Chunk>> chunks; // by place

    [[nodiscard]] std::size_t words() const { return words_for(rows); }
};

class Table {
public:
    explicit Table(const rule::Schema& schema);

    [[nodiscard]] const rule::Schema& schema() const { return *schema_; }

    [[nodiscard]] std::size_t rows() const { return rows_; }

    [[nodiscard]] const std::vector<Shared<Block>>& blocks() const { return blocks_; }

    // Only for coded columns.
    [[nodiscard]] const Dictionary& dictionary(std::size_t place) const {
        return *dictionaries_[place];
    }

    // How many of its values are of this version.
    [[nodiscard]] std::size_t distinct(std::size_t place) const { return distinct_[place]; }

    [[nodiscard]] rule::Value at(std::size_t row, std::size_t place) const;
    [[nodiscard]] rule::Row row(std::size_t row) const;
    // Chunks, without dictionaries.
    [[nodiscard]] std::size_t bytes() const;

private:
    friend class Editor;
    const rule::Schema* schema_;
    std::size_t rows_ = 0;
    std::vector<Shared<Block>> blocks_;
    std::vector<Shared<Dictionary>> dictionaries_; // by place; none where not coded
    std::vector<std::size_t> distinct_;
};

// One thread changes; each version() may be handed to any number of readers. The schema must
// outlive the editor and all versions.
class Editor {
public:
    explicit Editor(const rule::Schema& schema);

    [[nodiscard]] std::size_t rows() const { return rows_; }

    std::size_t append(const rule::Row& row); // the number of the new row
    void put(std::size_t row, const rule::Row& values);
    // Everything so far. Costs as much as the blocks and columns that have changed.
    Shared<Table> version();

private:
    struct Open { // a block that is being changed
        std::size_t rows = 0;
        std::vector<std::optional<Values>> columns; // those that differ from what was published
        std::vector<std::vector<Change>> changes;   // of others: a few rows that differ
    };

    void write(std::size_t row, std::size_t place, const rule::Value& value);
    Open& open(std::size_t block);
    Values& values(std::size_t block, std::size_t place);
    [[nodiscard]] bool same(std::size_t block, std::size_t place, const Change& change) const;
    // Whether the change could be kept beside the chunk that is there.
    bool keep_beside(std::size_t block, std::size_t place, const Change& change);
    [[nodiscard]] Shared<Chunk> closed(std::size_t block, std::size_t place);
    void close(std::size_t block);

    const rule::Schema& schema_;
    std::vector<Form> forms_;
    std::vector<Dictionary*> dictionaries_; // those of next_
    std::size_t rows_ = 0;
    std::vector<Shared<Block>> blocks_;
    std::map<std::size_t, Open> open_;
    std::vector<Shared<Dictionary>> kept_;
};

} // namespace column
