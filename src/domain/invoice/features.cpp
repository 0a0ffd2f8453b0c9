#include "domain/invoice/features.hpp"

#include "engine/pack/policy.hpp"

#include <algorithm>
#include <unordered_map>

namespace invoice {
namespace {

using base::Period;
using base::PeriodKind;
using base::Rate;

__extension__ using Wide = __int128;

constexpr int window_months = 12;

// Months since year 0, for arithmetic.
int month_number(Date date) { return date.year() * 12 + static_cast<int>(date.month()) - 1; }

std::optional<Rate> share(std::int64_t part, std::int64_t whole) {
    if (whole <= 0) return std::nullopt;
    return Rate{static_cast<std::int64_t>(static_cast<Wide>(part) * 1'000'000 / whole)};
}

// Sums by counterparty, largest first; those that come out negative after red letters are no
// customers.
std::vector<std::int64_t> positive_sums(
    const std::unordered_map<std::string_view, std::int64_t>& by_party) {
    std::vector<std::int64_t> sums;
    for (const auto& [party, sum] : by_party) {
        if (sum > 0) sums.push_back(sum);
    }
    std::ranges::sort(sums, std::greater{});
    return sums;
}

std::optional<Rate> top_share(const std::vector<std::int64_t>& sums, std::size_t first) {
    std::int64_t top = 0;
    std::int64_t all = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        all += sums[i];
        if (i < first) top += sums[i];
    }
    return share(top, all);
}

struct Sold {
    std::int64_t voided = 0;
    std::int64_t all = 0;
    std::int64_t red_fen = 0;
    std::int64_t black_fen = 0;
    std::map<int, std::int64_t> by_month;
    std::unordered_map<std::string_view, std::int64_t> by_customer;
};

void count_sold(const Invoice& one, int age, Sold& sold, Features& out) {
    if (age >= 2 * window_months) return;
    if (one.state == State::valid && age >= window_months) {
        out.sales_previous += one.net;
        return;
    }
    if (age >= window_months) return;
    sold.all += 1;
    if (one.state == State::voided) {
        sold.voided += 1;
        return;
    }
    out.sold_count += 1;
    out.sales += one.net;
    (one.net.fen < 0 ? sold.red_fen : sold.black_fen) += one.net.fen;
    sold.by_month[age] += one.net.fen;
    sold.by_customer[one.counterparty] += one.net.fen;
}

void finish_sold(const Sold& sold, Features& out) {
    out.active_months = static_cast<std::int64_t>(sold.by_month.size());
    out.void_rate = share(sold.voided, sold.all);
    out.red_letter_rate = share(-sold.red_fen, sold.black_fen);
    const auto customers = positive_sums(sold.by_customer);
    out.customers = static_cast<std::int64_t>(customers.size());
    out.top_customer = top_share(customers, 1);
    out.top_customers = top_share(customers, 5);
    std::int64_t largest = 0;
    for (const auto& [month, sum] : sold.by_month)
        largest = std::max(largest, sum);
    out.seasonality = share(largest, out.sales.fen);
    if (out.sales_previous.fen > 0) {
        out.growth = share(out.sales.fen - out.sales_previous.fen, out.sales_previous.fen);
    }
}

std::optional<Date> newest(const Invoices& a, const Invoices& b) {
    std::optional<Date> found;
    for (const auto* book : {&a, &b}) {
        if (!book->empty() && (!found || book->back().date > *found)) found = book->back().date;
    }
    return found;
}

} // namespace

std::optional<Features> features(const Invoices& output, const Invoices& input) {
    const auto last = newest(output, input);
    if (!last) return std::nullopt;
    Features out;
    out.as_of = Period::containing(*last, PeriodKind::month).last_day();
    const int last_month = month_number(out.as_of);
    Sold sold;
    for (const auto& one : output) {
        count_sold(one, last_month - month_number(one.date), sold, out);
        if (one.state == State::valid) out.last_on = one.date;
    }
    finish_sold(sold, out);
    if (!output.empty()) out.months_since_first = last_month - month_number(output.front().date);
    std::unordered_map<std::string_view, std::int64_t> by_supplier;
    for (const auto& one : input) {
        if (one.state == State::voided || last_month - month_number(one.date) >= window_months)
            continue;
        out.purchases += one.net;
        by_supplier[one.counterparty] += one.net.fen;
    }
    const auto suppliers = positive_sums(by_supplier);
    out.suppliers = static_cast<std::int64_t>(suppliers.size());
    out.top_supplier = top_share(suppliers, 1);
    return out;
}

std::vector<fact::Learn> facts_of(
    const Features& features, base::Id<base::Party> enterprise, const pack::Policy& policy) {
    std::vector<fact::Datum> data;
    const auto add = [&](std::string_view name, const rule::Value& value) {
        // A county's catalogue may leave out what its rules do not use.
        const auto place = policy.schema().find(name);
        if (!place || !rule::fits(policy.schema().at(*place), value)) return;
        data.push_back(
            {.attribute = std::string(name), .period = {}, .value = rule::to_json(value)});
    };
    const auto rate = [](const std::optional<Rate>& value) {
        return value ? rule::Value(*value) : rule::Value();
    };
    add("invoice_sales_12m", features.sales);
    add("invoice_sales_previous_12m", features.sales_previous);
    add("invoice_sales_growth", rate(features.growth));
    add("invoice_purchases_12m", features.purchases);
    add("invoice_count_12m", features.sold_count);
    add("void_rate", rate(features.void_rate));
    add("red_letter_rate", rate(features.red_letter_rate));
    add("active_months_12m", features.active_months);
    add("customer_count_12m", features.customers);
    add("top_customer_share", rate(features.top_customer));
    add("top_five_customer_share", rate(features.top_customers));
    add("supplier_count_12m", features.suppliers);
    add("top_supplier_share", rate(features.top_supplier));
    add("seasonality", rate(features.seasonality));
    add("months_since_first_invoice", features.months_since_first);
    add("last_invoice_on", features.last_on ? rule::Value(*features.last_on) : rule::Value());
    return fact::by_source(policy, enterprise, features.as_of, data);
}

std::vector<Month> months(const Invoices& output, const Invoices& input, int count) {
    const auto last = newest(output, input);
    if (!last) return {};
    std::vector<Month> out(static_cast<std::size_t>(count));
    const int last_month = month_number(*last);
    auto month = Period::containing(*last, PeriodKind::month);
    for (auto i = out.size(); i-- > 0; month = month.previous())
        out[i].month = month;
    std::vector<std::int64_t> voided(out.size());
    const auto place = [&](Date date) -> std::optional<std::size_t> {
        const int age = last_month - month_number(date);
        if (age < 0 || age >= count) return std::nullopt;
        return static_cast<std::size_t>(count - 1 - age);
    };
    for (const auto& one : output) {
        const auto at = place(one.date);
        if (!at) continue;
        out[*at].invoices += 1;
        if (one.state == State::voided) {
            voided[*at] += 1;
        } else {
            out[*at].sales += one.net;
        }
    }
    for (const auto& one : input) {
        if (const auto at = place(one.date); at && one.state == State::valid)
            out[*at].purchases += one.net;
    }
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i].void_rate = share(voided[i], out[i].invoices);
    return out;
}

} // namespace invoice
