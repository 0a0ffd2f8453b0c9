// What a year of invoices says about a firm: the facts that rules speak of, and the months for a
// chart.
#pragma once

#include "domain/fact/fact.hpp"
#include "domain/invoice/book.hpp"

namespace invoice {

// Windows are of whole months that end with the month of `as_of`: the last twelve, and the twelve
// before them. Sales and purchases are net of tax, over valid invoices, red letters (negative ones)
// taken off.
struct Features {
    Date as_of; // the last day of the month of the newest invoice in either book
    Money sales;
    Money sales_previous;
    Money purchases;
    std::int64_t sold_count = 0;               // valid output invoices
    std::optional<base::Rate> growth;          // none without earlier sales
    std::optional<base::Rate> void_rate;       // voided ÷ all output invoices
    std::optional<base::Rate> red_letter_rate; // amount of red letters ÷ amount of the others
    std::int64_t active_months = 0;            // months with a valid output invoice
    std::int64_t customers = 0;
    std::int64_t suppliers = 0;
    std::optional<base::Rate> top_customer;  // share of sales; customers with positive sums only
    std::optional<base::Rate> top_customers; // of the five largest
    std::optional<base::Rate> top_supplier;
    std::optional<base::Rate> seasonality; // the largest month's share of the year's sales
    std::int64_t months_since_first = 0;   // by output invoices
    std::optional<Date> last_on;           // newest valid output invoice
};

[[nodiscard]] std::optional<Features> features(
    const Invoices& output, const Invoices& input); // none when both are empty

// As facts, for those attributes that the catalogue has. What has no value is said to be missing,
// so that it takes the place of a value that an earlier, smaller book gave.
[[nodiscard]] std::vector<fact::Learn> facts_of(
    const Features& features, base::Id<base::Party> enterprise, const pack::Policy& policy);

struct Month {
    base::Period month;
    Money sales;
    Money purchases;
    std::int64_t invoices = 0; // output invoices, voided ones too
    std::optional<base::Rate> void_rate;
};
BOOST_DESCRIBE_STRUCT(Month, (), (month, sales, purchases, invoices, void_rate))

// The last `count` months up to the newest invoice's.
[[nodiscard]] std::vector<Month> months(const Invoices& output, const Invoices& input, int count);

} // namespace invoice
