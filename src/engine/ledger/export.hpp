// A ledger's balances and open holds as lines of text, from which anybody computes the state root
// again:
//
//   rongqiao ledger 1
//   accounts 2
//   holds 7                                  (ever made; those that are over have no line)
//   account 1 1 open - - 0 500 0 0           (leaf_text of root.hpp, in the order of numbers)
//   account 2 1 open 0 - 0 0 0 500
//   hold 7 8389632 1 2 100 0
#pragma once

#include "base/result.hpp"
#include "engine/ledger/root.hpp"

namespace ledger {

[[nodiscard]] std::string export_head(std::int64_t accounts, std::int64_t holds);

// The root of such text. `ledger.export` with the line that is wrong as the field.
base::Result<Digest> root_of_export(std::string_view text);

} // namespace ledger
