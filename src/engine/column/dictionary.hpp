// The distinct values of one column, numbered in the order they came. It only grows, and no value
// ever moves: a reader that knows how many there were when its version was made may look at those
// while more are added.
#pragma once

#include "engine/rule/value.hpp"

#include <array>
#include <deque>
#include <memory>
#include <string_view>
#include <unordered_map>

namespace column {

using Code = std::uint32_t;

class Dictionary {
public:
    // Choices are there from the beginning, in their order.
    explicit Dictionary(const rule::Attribute& attribute);

    // For the editor alone.
    Code code_of(const rule::Value& value);

    [[nodiscard]] std::size_t size() const { return size_; }

    // For everybody, for codes below a size that was seen in a version.
    [[nodiscard]] const rule::Value& at(Code code) const;

private:
    rule::Value& place(Code code) const;
    Code add(const rule::Value& value);

    // The first holds 256 values, each next twice as many: the list of segments never moves either.
    std::array<std::unique_ptr<rule::Value[]>, 24> segments_;
    std::size_t size_ = 0;
    std::unordered_map<std::string_view, Code> texts_;
    std::deque<std::string> keys_; // of values that are no texts
    std::unordered_map<std::string_view, Code> others_;
};

} // namespace column
