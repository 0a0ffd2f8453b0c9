// A table of edges: columns found by heading, firms numbered as they are met.
//
//   from,to,amount,begin,end[,kind]      guarantor, guaranteed firm, 元, first and last day
#pragma once

#include "engine/graph/rows.hpp"

#include <string>
#include <unordered_map>

namespace graph {

struct Register {
    std::vector<Edge> edges;
    std::vector<std::int64_t> lines; // of the file, by edge
    std::vector<std::string> firms;  // names by number
    std::unordered_map<std::string, Node> numbers;
    std::uint64_t refused = 0;
    std::vector<Refused> first_refused; // at most twenty
};

// An empty first day means always before, an empty last day for ever. `graph.no_column` names what
// is missing and the headings there are; `graph.too_much` when all amounts together are beyond
// base::Money.
[[nodiscard]] base::Result<Register> read_register(table::RowSource& source);

} // namespace graph
