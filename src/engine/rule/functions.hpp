// The library's functions over values. Arguments are known and free of faults.
#pragma once

#include "engine/rule/cell.hpp"
#include "engine/rule/library.hpp"

#include <span>

namespace rule {

struct Calling {
    const Tree& tree;
    Scratch& scratch;
};

using Cells = std::span<const Cell>;

[[nodiscard]] Cell call_function(const Calling& calling, Call call, Cells args);

// One file each; what one does not know it leaves.
[[nodiscard]] std::optional<Cell> conversion(const Calling& calling, Call call, Cells args);
[[nodiscard]] std::optional<Cell> text_function(const Calling& calling, Call call, Cells args);
[[nodiscard]] std::optional<Cell> number_function(const Calling& calling, Call call, Cells args);
[[nodiscard]] std::optional<Cell> optional_function(const Calling& calling, Call call, Cells args);
[[nodiscard]] std::optional<Cell> time_function(const Calling& calling, Call call, Cells args);
[[nodiscard]] Cell formatted(const Calling& calling, const Cell& pattern, const Cell& values);

// list[i] and map[key]; nothing when there is no such place or key.
[[nodiscard]] std::optional<Cell> item_at(
    const Cell& receiver, const Cell& place, Scratch& scratch);
// Text of a value as string() gives it; nothing for lists and the like.
[[nodiscard]] std::optional<std::string> plain_string(const Cell& cell);
[[nodiscard]] bool valid_utf8(std::string_view text);
[[nodiscard]] std::int64_t characters(std::string_view view);

} // namespace rule
