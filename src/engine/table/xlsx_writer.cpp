#include "engine/table/xlsx.hpp"

#include <unistd.h>
#include <xlsxwriter.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace table {

using base::Result;

namespace {

// Whole characters of UTF-8, at most 31 of them, without those that Excel refuses.
std::string sheet_name(std::string_view wanted) {
    constexpr int characters_most = 31;
    std::string name;
    int characters = 0;
    for (const char c : wanted) {
        const bool starts = (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
        if (starts && ++characters > characters_most) break;
        name += std::string_view("[]:*?/\\'").find(c) == std::string_view::npos ? c : ' ';
    }
    return name.empty() ? "Sheet1" : name;
}

const char* number_format(ColumnKind kind) {
    switch (kind) {
    case ColumnKind::text: return "@";
    case ColumnKind::integer: return "#,##0";
    case ColumnKind::money_yuan: return "#,##0.00";
    case ColumnKind::money_wan: return "#,##0.00####";
    case ColumnKind::percent: return "0.00##%";
    case ColumnKind::date: return "yyyy-mm-dd";
    }
    base::bug("column kind out of range");
}

} // namespace

// This version of the library writes to a path only, so the bytes go through a file of our own that
// nobody else reads.
struct XlsxWriter::Book {
    Book() = default;
    Book(const Book&) = delete;
    Book& operator=(const Book&) = delete;

    ~Book() {
        if (workbook != nullptr) workbook_close(workbook);
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }

    void take(lxw_error error) { failed = failed || error != LXW_NO_ERROR; }

    std::string path;
    lxw_workbook* workbook = nullptr;
    lxw_worksheet* worksheet = nullptr;
    std::vector<Column> columns;
    std::vector<lxw_format*> formats;
    lxw_row_t row = 0;
    bool failed = false;
};

namespace {

// Creates the file with the owner's rights only, so that its name cannot be taken by another.
std::string fresh_path() {
    auto path = (std::filesystem::temp_directory_path() / "table-XXXXXX.xlsx").string();
    const int file = mkstemps(path.data(), 5);
    if (file < 0) throw std::runtime_error("no temporary file for a workbook");
    close(file);
    return path;
}

lxw_datetime datetime_of(base::Date date) {
    return {
        .year = date.year(),
        .month = static_cast<int>(date.month()),
        .day = static_cast<int>(date.day()),
        .hour = 0,
        .min = 0,
        .sec = 0};
}

double shown(base::Money money, ColumnKind kind) {
    const auto unit =
        kind == ColumnKind::money_wan ? base::Money::wan(1).fen : base::Money::yuan(1).fen;
    return static_cast<double>(money.fen) / static_cast<double>(unit);
}

} // namespace

XlsxWriter::XlsxWriter(std::string_view sheet, std::vector<Column> columns)
    : book_(std::make_unique<Book>()) {
    base::ensure(!columns.empty() && columns.size() <= columns_most, "a sheet has columns");
    book_->path = fresh_path();
    lxw_workbook_options options = {};
    options.constant_memory = LXW_TRUE;
    book_->workbook = workbook_new_opt(book_->path.c_str(), &options);
    base::ensure(book_->workbook != nullptr, "a workbook can be made");
    book_->worksheet = workbook_add_worksheet(book_->workbook, sheet_name(sheet).c_str());
    base::ensure(book_->worksheet != nullptr, "the sheet's name is allowed");
    auto* bold = workbook_add_format(book_->workbook);
    format_set_bold(bold);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        auto* format = workbook_add_format(book_->workbook);
        format_set_num_format(format, number_format(columns[i].kind));
        book_->formats.push_back(format);
        const auto place = static_cast<lxw_col_t>(i);
        book_->take(
            worksheet_set_column(book_->worksheet, place, place, columns[i].width, nullptr));
        book_->take(
            worksheet_write_string(book_->worksheet, 0, place, columns[i].title.c_str(), bold));
    }
    worksheet_freeze_panes(book_->worksheet, 1, 0);
    book_->columns = std::move(columns);
    book_->row = 1;
}

XlsxWriter::~XlsxWriter() = default;

void XlsxWriter::add(std::span<const Cell> cells) {
    base::ensure(cells.size() == book_->columns.size(), "a row has a cell for each column");
    for (std::size_t i = 0; i < cells.size(); ++i) {
        auto* sheet = book_->worksheet;
        auto* format = book_->formats[i];
        const auto kind = book_->columns[i].kind;
        const auto row = book_->row;
        const auto place = static_cast<lxw_col_t>(i);
        const auto number = [&](double value) {
            book_->take(worksheet_write_number(sheet, row, place, value, format));
        };
        if (const auto* text = std::get_if<std::string>(&cells[i])) {
            book_->take(worksheet_write_string(sheet, row, place, text->c_str(), format));
        } else if (const auto* whole = std::get_if<std::int64_t>(&cells[i])) {
            base::ensure(kind == ColumnKind::integer, "whole numbers go into integer columns");
            number(static_cast<double>(*whole));
        } else if (const auto* money = std::get_if<base::Money>(&cells[i])) {
            base::ensure(
                kind == ColumnKind::money_yuan || kind == ColumnKind::money_wan,
                "money goes into money columns");
            number(shown(*money, kind));
        } else if (const auto* rate = std::get_if<base::Rate>(&cells[i])) {
            base::ensure(kind == ColumnKind::percent, "rates go into percent columns");
            number(static_cast<double>(rate->ppm) / 1e6);
        } else if (const auto* date = std::get_if<base::Date>(&cells[i])) {
            base::ensure(kind == ColumnKind::date, "days go into date columns");
            auto day = datetime_of(*date);
            book_->take(worksheet_write_datetime(sheet, row, place, &day, format));
        }
    }
    book_->row += 1;
}

Result<std::string> XlsxWriter::finish() {
    base::ensure(book_->workbook != nullptr, "a workbook is finished once");
    book_->take(workbook_close(std::exchange(book_->workbook, nullptr)));
    std::ifstream file(book_->path, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(file)), {});
    if (!book_->failed && file && !bytes.empty()) return bytes;
    return base::unavailable(
        "table.xlsx_not_written",
        {"导出的表格过大，或磁盘空间不足。",
         "The table is too long for a sheet, or the disk is full."},
        {"缩小导出范围后重试。", "Export fewer rows and try again."});
}

} // namespace table
