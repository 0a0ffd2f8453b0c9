// What the county counts from its loans, each figure with the rows that make it.
//
//   platform_amount, platform_count     产融合作平台融资额、笔数: disbursed through a claim here
//   first_loans                         首贷户: loans recognised as the borrower's first
//   manufacturing_balance               制造业贷款余额, by the borrower's industry (门类 C)
//   manufacturing_medium_long_balance   of these, with a term of more than a year
//   green_balance, credit_balance       绿色贷款余额, 信用贷款余额
//   inclusive_small_balance             普惠型小微: small and micro firms with at most 1000 万元
//   here inclusive_small_rate                Σ amount × rate ÷ Σ amount of what they newly received
//   npl_ratio                           (substandard + doubtful + loss) ÷ all balances
//   balance                             各项贷款余额
#pragma once

#include "domain/loan/loan.hpp"

namespace loan {

enum class Measure {
    platform_amount,
    platform_count,
    first_loans,
    balance,
    manufacturing_balance,
    manufacturing_medium_long_balance,
    green_balance,
    credit_balance,
    inclusive_small_balance,
    inclusive_small_rate,
    npl_ratio
};
BOOST_DESCRIBE_ENUM(
    Measure,
    platform_amount,
    platform_count,
    first_loans,
    balance,
    manufacturing_balance,
    manufacturing_medium_long_balance,
    green_balance,
    credit_balance,
    inclusive_small_balance,
    inclusive_small_rate,
    npl_ratio)

// From the names packs use: "loan.platform_amount" …; nothing for another name.
[[nodiscard]] std::optional<Measure> measure_named(std::string_view name);

// Whether it looks at a span (what was disbursed in it) or at a day (what is owed at its end).
[[nodiscard]] bool is_flow(Measure measure);

// 普惠型小微企业贷款: a client's whole credit here must not exceed this (银保监口径, since 2019).
inline constexpr Money inclusive_client_most = Money::wan(1000);

// Flows count loans that started in [from, until]. Stocks count what is owed at the end of `until`;
// with `from` set, only of loans that started on or after it: what is to be added to a balance
// reported for the day before.
struct Window {
    std::optional<Date> from;
    Date until;
};

// A loan as a measure sees it. `counted` is what it adds: its amount to a flow, its balance on the
// day to a stock.
struct Row {
    Id<Loan> loan;
    Id<Party> institution;
    Id<Party> enterprise;
    std::string number;
    Date start;
    Money amount;
    Rate rate;
    Money balance;
    Grade grade = Grade::normal;
    Money counted;
};
BOOST_DESCRIBE_STRUCT(
    Row, (), (loan, institution, enterprise, number, start, amount, rate, balance, grade, counted))

// Money in 分, counts in ones, rates in ppm (rounded half to even). A rate or ratio of nothing has
// no value.
struct Figure {
    std::optional<std::int64_t> value;
    Money sum;              // of what the rows count
    std::int64_t loans = 0; // how many rows
};

[[nodiscard]] Figure figure(const store::Snapshot& db, Measure measure, const Window& window);
// The same rows, newest first. For npl_ratio the rows are the non-performing ones.
[[nodiscard]] party::Page<Row> rows(
    const store::Snapshot& db,
    Measure measure,
    const Window& window,
    std::int32_t page,
    std::int32_t per_page);

struct ListFilter {
    std::optional<Id<Party>> institution;
    std::optional<Id<Party>> enterprise;
    std::optional<Id<Need>> need;
    std::optional<Date> from; // started
    std::optional<Date> to;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};

struct Listed {
    party::Page<Entry> page;
    Money sum; // of the amounts of all that were found
};

[[nodiscard]] Listed list(const store::Snapshot& db, const ListFilter& filter);

} // namespace loan
