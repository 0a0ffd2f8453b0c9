// A table of identifiers: who has which, from when until when.
//
//   firm,kind,value[,begin,end]     kind: person, phone, address or account; first and last day
//
// Blanks and hyphens in phones and accounts do not count.
#pragma once

#include "engine/graph/rows.hpp"
#include "engine/graph/shells.hpp"

#include <unordered_map>

namespace graph {

struct Holdings {
    std::vector<Holding> list;
    std::vector<std::int64_t> lines; // of the file, by holding
    std::vector<std::string> firms;  // names by number
    std::unordered_map<std::string, Node> numbers;
    std::vector<Kind> kinds; // of identifiers
    std::vector<std::string> values;
    std::uint64_t refused = 0;
    std::vector<Refused> first_refused; // at most twenty
};

// `graph.no_column`. Rows refused: `graph.no_firm`, `graph.no_value`, `graph.kind`, `graph.date`,
// `graph.days`.
[[nodiscard]] base::Result<Holdings> read_holdings(table::RowSource& source);

} // namespace graph
