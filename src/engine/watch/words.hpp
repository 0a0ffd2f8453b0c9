// Texts as small numbers and back, in the order in which they were first met.
//
// A stream asks for four of them an event, of millions, so what counts is how often memory beyond
// the caches is touched: once to find that a word is new, twice to find one that is known.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace watch {

class Words {
public:
    Words() = default;
    Words(const Words&) = delete;
    Words& operator=(const Words&) = delete;

    struct Met {
        std::int64_t code;
        bool first; // never met before
    };

    Met meet(std::string_view word);

    // Stays where it is for as long as there are these words.
    [[nodiscard]] std::string_view of(std::int64_t code) const {
        return words_[static_cast<std::size_t>(code)];
    }

    [[nodiscard]] std::optional<std::int64_t> find(std::string_view word) const;
    [[nodiscard]] bool knows(std::string_view word) const;

    // Asks for the memory that meet() will need of the word.
    void prefetch(std::string_view word) const {
        if (!cells_.empty()) __builtin_prefetch(&cells_[hash_of(word) & (cells_.size() - 1)], 1);
    }

    [[nodiscard]] std::size_t size() const { return words_.size(); }

private:
    struct Cell {
        std::uint32_t hash = 0;
        std::uint32_t next_code = 0; // 0 where the cell is free, otherwise the code and 1
    };

    [[nodiscard]] static std::uint32_t hash_of(std::string_view word);
    [[nodiscard]] std::size_t place_of(std::string_view word, std::uint32_t hash) const;
    [[nodiscard]] std::string_view keep(std::string_view word);
    void grow();

    std::vector<Cell> cells_; // at most half of them are used
    std::vector<std::string_view> words_;
    std::vector<std::unique_ptr<char[]>> pages_; // that hold them
    std::size_t left_ = 0;                       // bytes of the last page
    char* free_ = nullptr;                       // where they begin
};

} // namespace watch
