#include "engine/score/invoices.hpp"

#include "engine/score/frame.hpp"
#include "engine/score/number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace score {
namespace {

using base::Result;

constexpr double days_a_month = 30.4375;

Result<std::size_t> one_of(const Sheet& sheet, const std::vector<std::string>& names) {
    for (const auto& name : names)
        if (const auto place = column_place(sheet, name)) return *place;
    return column_place(sheet, names.front()).error();
}

struct Book {
    double valid = 0;
    double voided = 0;
    double red = 0;
    double amount = 0;
    double red_amount = 0; // above nought
    double tax = 0;
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    std::int64_t last = std::numeric_limits<std::int64_t>::min();
    std::map<std::int64_t, double> by_month;
    std::map<std::string_view, double> by_partner;
};

struct Places {
    std::size_t firm, day, amount, tax, status, partner;
};

base::Error invoice_error(std::size_t line) {
    return sheet_error(
        "score.invoice",
        line,
        {"发票的日期或金额无法识别。", "The day or the amount of an invoice cannot be read."},
        {"请改正该行，或将其删除。", "Put the line right, or take it out."});
}

Result<void> enter(Book& book, const Sheet& sheet, const Places& at, std::size_t row) {
    const auto status = sheet.cells[at.status][row];
    if (status.find("作废") != std::string_view::npos || status == "void") {
        book.voided += 1;
        return {};
    }
    const auto day = parse_day(sheet.cells[at.day][row], DayOrder::year_first);
    const auto amount = parse_number(sheet.cells[at.amount][row]);
    if (!day || !amount) return invoice_error(sheet.lines[row]);
    book.valid += 1;
    book.amount += *amount;
    book.tax += parse_number(sheet.cells[at.tax][row]).value_or(0);
    if (*amount < 0) {
        book.red += 1;
        book.red_amount -= *amount;
    }
    book.first = std::min(book.first, *day);
    book.last = std::max(book.last, *day);
    const auto month = static_cast<std::int64_t>(static_cast<double>(*day) / days_a_month);
    book.by_month[month] += *amount;
    book.by_partner[sheet.cells[at.partner][row]] += std::max(0.0, *amount);
    return {};
}

double log_of(double amount) { return std::log1p(std::max(0.0, amount)); }

const std::vector<std::string> feature_names = {
    "count",        // valid invoices, in logarithms like all sizes
    "amount",       // their net sum
    "mean",         // amount of one
    "voided_share", // of all invoices
    "red_share",    // of valid ones
    "red_amount_share",
    "tax_rate",      // tax over amount
    "months",        // with any invoice
    "active_share",  // of the months from its first to the table's last day
    "unsteadiness",  // deviation of the months' amounts over their mean
    "partners",      // how many
    "concentration", // Σ squared shares of partners (Herfindahl)
    "growth",        // later half of its time over both halves
    "silent_days"};  // from its last invoice to the table's last day

std::vector<double> features_of(const Book& book, std::int64_t end) {
    const double none = std::nan("");
    const double all = book.valid + book.voided;
    if (book.valid == 0) {
        std::vector<double> made(feature_names.size(), none);
        made[0] = 0;
        return made;
    }
    const auto span = std::max<std::int64_t>(
        1, std::llround(static_cast<double>(end - book.first) / days_a_month) + 1);
    const double mean = book.amount / static_cast<double>(span);
    double squares = 0;
    double later = 0;
    double whole = 0;
    const auto middle = static_cast<std::int64_t>(
        static_cast<double>(book.first + (end - book.first) / 2) / days_a_month);
    for (const auto& [month, amount] : book.by_month) {
        squares += (amount - mean) * (amount - mean);
        whole += std::fabs(amount);
        if (month > middle) later += std::fabs(amount);
    }
    squares += mean * mean *
               std::max(0.0, static_cast<double>(span) - static_cast<double>(book.by_month.size()));
    double partners = 0;
    double concentration = 0;
    for (const auto& [partner, amount] : book.by_partner)
        partners += amount;
    for (const auto& [partner, amount] : book.by_partner)
        concentration += partners > 0 ? amount * amount / partners / partners : 0;
    const auto active = static_cast<double>(book.by_month.size());
    return {
        log_of(book.valid),
        log_of(book.amount),
        log_of(book.amount / book.valid),
        book.voided / all,
        book.red / book.valid,
        book.red_amount / std::max(1.0, book.amount + book.red_amount),
        book.amount > 0 ? book.tax / book.amount : none,
        active,
        std::min(1.0, active / static_cast<double>(span)),
        mean > 0 ? std::sqrt(squares / static_cast<double>(span)) / mean : none,
        log_of(static_cast<double>(book.by_partner.size())),
        concentration,
        whole > 0 ? later / whole : none,
        static_cast<double>(end - book.last)};
}

void write_cell(std::string& out, std::string_view cell) {
    if (cell.find_first_of(",\"\n\r") == std::string_view::npos) {
        out += cell;
        return;
    }
    out += '"';
    for (const char letter : cell) {
        if (letter == '"') out += '"';
        out += letter;
    }
    out += '"';
}

void write_number(std::string& out, double number) {
    if (std::isnan(number)) return;
    char buffer[32];
    out.append(
        buffer, std::to_chars(buffer, buffer + sizeof buffer, static_cast<float>(number)).ptr);
}

} // namespace

Result<FirmFeatures> invoice_features(
    const Sheet& invoices, const std::string& prefix, const InvoiceColumns& columns) {
    const Places at{
        TRY(one_of(invoices, columns.firm)),
        TRY(one_of(invoices, columns.day)),
        TRY(one_of(invoices, columns.amount)),
        TRY(one_of(invoices, columns.tax)),
        TRY(one_of(invoices, columns.status)),
        TRY(one_of(invoices, columns.partner))};
    std::map<std::string_view, Book> books;
    for (std::size_t row = 0; row < invoices.rows(); ++row)
        TRY(enter(books[invoices.cells[at.firm][row]], invoices, at, row));
    std::int64_t end = std::numeric_limits<std::int64_t>::min();
    for (const auto& [firm, book] : books)
        end = std::max(end, book.last);
    FirmFeatures made;
    for (const auto& name : feature_names)
        made.names.push_back(prefix + "_" + name);
    for (const auto& [firm, book] : books)
        made.by_firm.emplace(firm, features_of(book, end));
    return made;
}

Result<std::string> join_features(
    const Sheet& firms,
    const std::string& firm_column,
    const FirmFeatures& bought,
    const FirmFeatures& sold) {
    const auto place = TRY(column_place(firms, firm_column));
    std::string out;
    for (const auto& name : firms.names) {
        if (!out.empty()) out += ',';
        write_cell(out, name);
    }
    for (const auto* side : {&bought, &sold})
        for (const auto& name : side->names)
            write_cell(out += ',', name);
    // How much of what came in went out again; a trader's margin.
    out += ",sold_over_bought\n";
    for (std::size_t row = 0; row < firms.rows(); ++row) {
        for (std::size_t column = 0; column < firms.names.size(); ++column) {
            if (column > 0) out += ',';
            write_cell(out, firms.cells[column][row]);
        }
        double amounts[2] = {std::nan(""), std::nan("")};
        std::size_t which = 0;
        for (const auto* side : {&bought, &sold}) {
            const auto found = side->by_firm.find(std::string(firms.cells[place][row]));
            for (std::size_t i = 0; i < side->names.size(); ++i) {
                out += ',';
                if (found != side->by_firm.end()) write_number(out, found->second[i]);
            }
            if (found != side->by_firm.end()) amounts[which] = found->second[1];
            ++which;
        }
        out += ',';
        write_number(out, amounts[1] - amounts[0]); // both are logarithms
        out += '\n';
    }
    return out;
}

} // namespace score
