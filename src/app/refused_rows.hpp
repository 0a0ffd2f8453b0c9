// Rows of a table that were not taken, or taken with a remark, for a person.
#pragma once

#include "app/terminal.hpp"

#include <cstdint>

namespace app {

// Of `table`, when a command reads several; else empty. `rows` have a line, a message and a cure,
// and `taken` where a row can be taken all the same.
template <class Rows>
std::string refused_text(
    const Terminal& terminal, const base::Text& table, const Rows& rows, std::uint64_t refused) {
    const auto& name = terminal.of(table);
    std::string text;
    for (const auto& each : rows) {
        bool taken = false;
        if constexpr (requires { each.taken; }) taken = each.taken;
        text += std::string("\n  ") + (taken ? "! " : "✗ ") + (name.empty() ? "" : name + " ") +
                terminal.of({"第 ", "line "}) + std::to_string(each.line) +
                terminal.of({" 行：", ": "}) + terminal.of(each.message) + "（" +
                terminal.of(each.cure) + "）";
    }
    if (refused > 0)
        text += "\n" + (name.empty() ? "" : name + terminal.of({"：", ": "})) +
                std::to_string(refused) + terminal.of({" 行未采用", " rows were not taken"});
    return text;
}

} // namespace app
