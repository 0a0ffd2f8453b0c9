// What both readers need: whether bytes are UTF-8, the header's names, and the faults of rows that
// do not fit it.
#pragma once

#include "engine/table/row_source.hpp"

namespace table {

// RFC 3629: no overlong forms, no surrogates, nothing past U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view bytes);

[[nodiscard]] std::string_view trimmed(std::string_view text); // ASCII and ideographic blanks

// Trimmed names without the empty ones at the end.
[[nodiscard]] std::vector<std::string> header_names(std::span<const std::string_view> cells);

[[nodiscard]] Fault row_short(std::size_t had, std::size_t wanted);
[[nodiscard]] Fault row_long(std::size_t column, std::size_t wanted);

} // namespace table
