// JSON Schemas of a pack's files for editors (completion, and red lines while typing), made from
// the described structs. docs/pack-schema/ holds them; a test keeps them current.
#pragma once

#include <map>
#include <string>

namespace pack {

// File name in docs/pack-schema, "products.json" → its text. One for each section of Pack, for
// pack.yaml, and for each national table.
[[nodiscard]] std::map<std::string, std::string> json_schemas();

} // namespace pack
