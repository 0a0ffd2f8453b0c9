// 年化综合融资成本: what a loan costs its borrower a year, all in, from its cash flows.
//
// The People's Bank's notice 〔2021〕第3号 defines a loan's yearly rate as all that the borrower
// pays over the principal it actually has the use of, made yearly; by compounding (the internal
// rate of return) or simply, and then saying so. Here: the internal rate a month of the flows
// below, times twelve (单利), so that a loan without fees shows the rate of its contract.
//
//   month 0            principal received; guarantee fee (or premium) of the first year paid
//   month 12, 24 …     fee of the year that begins, on what is still owed
//   each month         interest on what is owed, and the principal the mode of repayment asks for
//   month 12, 24 …, n  interest subsidy on what was owed, paid back afterwards
#pragma once

#include "base/money.hpp"

#include <boost/describe/enum.hpp>

#include <string_view>

namespace match {

enum class Repaid {
    monthly_interest,  // 按期付息到期还本, and all modes in which the principal stays out
    equal_instalments, // 等额本息
    equal_principal,   // 等额本金
    at_the_end         // 一次性还本付息
};
BOOST_DESCRIBE_ENUM(Repaid, monthly_interest, equal_instalments, equal_principal, at_the_end)

struct LoanTerms {
    base::Rate rate;         // a year
    base::Rate fee_rate;     // guarantee fee or premium a year, paid in advance
    base::Rate subsidy_rate; // interest subsidy a year, paid afterwards
    std::int32_t months = 12;
    Repaid repaid = Repaid::monthly_interest;
};

// By the code of the national table of repayment modes (packs/china/repayment_modes.yaml).
[[nodiscard]] Repaid repaid_by(std::string_view mode);

// Not below 0. Months outside 1 … 600 count as the nearest of these.
[[nodiscard]] base::Rate yearly_cost(const LoanTerms& terms);

} // namespace match
