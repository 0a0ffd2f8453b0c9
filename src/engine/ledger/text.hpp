// Acts as text: what stands in the journal and in files of acts. One act is
//
//   t id debit credit amount          transfer            f id account          freeze
//   h id debit credit amount expires  hold                u id account          unfreeze
//   p id hold amount rest             post                c id account          close
//   r id hold                         release             d id account limit    debit limit
//   a id hold stays                   adjust              l id account limit    credit limit
//   e id hold                         expire              x id refusal          refused for good
//
// with `code` and `about` after it unless both are 0, and `+` after the letter when the next act
// belongs to the same chain. Fields are parted by one space, acts by `;`. Numbers are decimal
// without leading zeros; `expires` is in ms since 1970; `rest` is 0 (release) or 1 (keep); a limit
// is a number or `-` (none); a refusal is its name. No text is no act.
#pragma once

#include "engine/ledger/ledger.hpp"
#include "engine/ledger/refusal.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ledger {

[[nodiscard]] std::string write_acts(std::span<const Act> acts);
void write_act(std::string& out, const Act& act);

// The act with nothing in it that its text does not say: what its kind has no use for is left out.
[[nodiscard]] Act plain(Act act);

// At most `most` acts. `ledger.text` with the act's place ("act 7") as its field.
base::Result<std::vector<Act>> read_acts(std::string_view text, std::size_t most = batch_most);

} // namespace ledger
