// A synthetic county's payments with laundering patterns planted among them. Everything is made up
// and says nothing of any real account; what it is good for is measuring a detector at any scale.
//
// The labels go to a stream of their own: no column, no name and no order of the transactions
// tells.
#pragma once

#include "base/json.hpp"

#include <cstdint>
#include <ostream>

namespace watch {

struct Wish {
    std::int64_t transactions = 100'000;
    std::int64_t planted_ppm = 1'000; // of the transactions
    std::int64_t days = 120;
    base::Date first = base::Date::of(2023, 1, 1);
    std::uint64_t seed = 1;
};

// For so many days nothing is planted: whoever watches learns who pays whom.
inline constexpr std::int64_t quiet_days = 31;

struct Generated {
    std::int64_t transactions = 0;
    std::int64_t planted = 0;
    std::int64_t accounts = 0;
    std::map<std::string, std::int64_t> patterns; // planted transactions of each
    std::map<std::string, std::int64_t> groups;
};
BOOST_DESCRIBE_STRUCT(Generated, (), (transactions, planted, accounts, patterns, groups))

// CSV: id, time (+08:00), payer, payee, amount, kind (transfer, card, cash, guarantee); payer or
// payee is empty for cash. Labels: id, pattern, group. `watch.wish` for fewer than 40 days or 1,000
// transactions.
[[nodiscard]] base::Result<Generated> generate(
    const Wish& wish, std::ostream& transactions, std::ostream& labels);

} // namespace watch
