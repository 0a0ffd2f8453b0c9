// Accounts and lines as bytes, for tables that keep many of them in one row. Numbers are LEB128,
// those that may be negative or lie near each other as zigzag differences. The bytes are the
// program's own: what does not read back is a Bug.
#pragma once

#include "engine/ledger/ledger.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ledger {

// All but its id, which the place says.
void pack(std::string& out, const Account& account);
// Accounts one after the other, the first of them with that id.
[[nodiscard]] std::vector<Account> unpack_accounts(std::string_view bytes, AccountId first);

// All but the stamps: lines that follow each other have stamps without a gap.
[[nodiscard]] std::string pack(std::span<const Line> lines);
[[nodiscard]] std::vector<Line> unpack_lines(std::string_view bytes, Stamp first);

} // namespace ledger
