// Features of firms from their VAT invoices, one row a firm: how much, how steadily, with whom, and
// how much of it was taken back.
#pragma once

#include "engine/score/sheet.hpp"

#include <map>
#include <string>
#include <vector>

namespace score {

// The columns of the bureau's export; the first name that is there is taken.
struct InvoiceColumns {
    std::vector<std::string> firm{"企业代号", "firm"};
    std::vector<std::string> day{"开票日期", "day"};
    std::vector<std::string> amount{"金额", "amount"};
    std::vector<std::string> tax{"税额", "tax"};
    std::vector<std::string> status{"发票状态", "status"};
    std::vector<std::string> partner{"销方单位代号", "购方单位代号", "partner"};
};

struct FirmFeatures {
    std::vector<std::string> names;                     // prefix_count, prefix_amount, …
    std::map<std::string, std::vector<double>> by_firm; // NaN where it cannot be said
};

// Of one direction. Voided invoices count only towards the voided share, red letters (negative
// amounts) are netted. A row whose day or amount cannot be read is `score.invoice` with its line.
[[nodiscard]] base::Result<FirmFeatures> invoice_features(
    const Sheet& invoices, const std::string& prefix, const InvoiceColumns& columns = {});

// The firms' table with the features of both directions beside it, as CSV. Firms without invoices
// have empty cells.
[[nodiscard]] base::Result<std::string> join_features(
    const Sheet& firms,
    const std::string& firm_column,
    const FirmFeatures& bought,
    const FirmFeatures& sold);

} // namespace score
