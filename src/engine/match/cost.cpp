#include "engine/match/cost.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace match {
namespace {

constexpr std::int32_t months_most = 600;

double share(base::Rate rate) { return static_cast<double>(rate.ppm) / 1e6; }

// What is paid at the end of each month for a principal of 1; place 0 is the beginning.
std::vector<double> payments(const LoanTerms& terms, std::int32_t months) {
    const double interest = share(terms.rate) / 12;
    const double fee = share(terms.fee_rate);
    const double subsidy = share(terms.subsidy_rate) / 12;
    const double count = months;
    const double instalment =
        interest > 0 ? interest / (1 - std::pow(1 + interest, -count)) : 1 / count;
    std::vector<double> paid(static_cast<std::size_t>(months) + 1, 0.0);
    double owed = 1;
    double subsidised = 0;
    for (std::int32_t month = 0; month < months; ++month) {
        const auto next = static_cast<std::size_t>(month) + 1;
        // A year begun is paid for by its months, so that a loan of half a year costs half the fee.
        if (month % 12 == 0) paid[next - 1] += owed * fee * std::min(12, months - month) / 12;
        subsidised += owed * subsidy;
        if (next == paid.size() - 1 || next % 12 == 0) {
            paid[next] -= subsidised;
            subsidised = 0;
        }
        const bool last = month + 1 == months;
        double principal = last ? owed : 0;
        switch (terms.repaid) {
        case Repaid::monthly_interest: paid[next] += owed * interest; break;
        case Repaid::equal_instalments:
            if (!last) principal = instalment - owed * interest;
            paid[next] += owed * interest;
            break;
        case Repaid::equal_principal:
            if (!last) principal = 1 / count;
            paid[next] += owed * interest;
            break;
        case Repaid::at_the_end:
            if (last) paid[next] += interest * count;
            break;
        }
        paid[next] += principal;
        owed -= principal;
    }
    return paid;
}

double worth(const std::vector<double>& paid, double monthly) {
    double sum = 0;
    double factor = 1;
    for (const auto each : paid) {
        sum += each * factor;
        factor /= 1 + monthly;
    }
    return sum;
}

} // namespace

Repaid repaid_by(std::string_view mode) {
    if (mode == "equal_instalments") return Repaid::equal_instalments;
    // Staged repayment has parts of its own; equal ones are the nearest that can be said
    // beforehand.
    if (mode == "equal_principal" || mode == "staged") return Repaid::equal_principal;
    if (mode == "single_payment") return Repaid::at_the_end;
    return Repaid::monthly_interest;
}

base::Rate yearly_cost(const LoanTerms& terms) {
    // Nothing but monthly interest: the rate of the contract.
    const bool plain = terms.fee_rate.ppm == 0 && terms.subsidy_rate.ppm == 0 &&
                       terms.repaid != Repaid::at_the_end;
    if (plain) return std::max(base::Rate{}, terms.rate);
    const auto paid = payments(terms, std::clamp(terms.months, 1, months_most));
    if (worth(paid, 0) <= 1) return {}; // nothing is paid beyond the principal
    double low = 0;
    double high = 1; // 1,200 % a year
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (worth(paid, middle) > 1 ? low : high) = middle;
    }
    return {std::llround(high * 12 * 1e6)};
}

} // namespace match
