#include "domain/intake/reading.hpp"

#include "engine/table/csv.hpp"
#include "engine/table/xlsx.hpp"

#include <algorithm>
#include <fstream>

namespace intake {
namespace {

constexpr std::size_t shown_bytes_most = 200;
constexpr std::int64_t reading_share_ppm = 900'000;

} // namespace

Result<std::unique_ptr<table::RowSource>> open(const File& file) {
    std::ifstream in(file.path, std::ios::binary);
    char first[2] = {};
    in.read(first, sizeof first);
    if (in && first[0] == 'P' && first[1] == 'K') return table::open_xlsx_file(file.path.string());
    return table::open_csv_file(file.path.string());
}

Result<std::size_t> need_column(
    const table::RowSource& source, std::initializer_list<std::string_view> names) {
    if (const auto found = table::column(source, names)) return *found;
    std::string header;
    for (const auto& name : source.header())
        header += (header.empty() ? "" : "、") + name;
    const std::string wanted(*names.begin());
    return base::invalid(
        "intake.column_missing",
        {"缺少“" + wanted + "”列。表头为：" + header,
         "The column " + wanted + " is missing. The header is: " + header},
        {"请下载导入模板，对照表头修改。", "Download the template and compare the header."});
}

Result<> each_row(
    table::RowSource& source,
    const File& file,
    Progress& progress,
    const std::function<void(const table::Row&)>& take) {
    const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(file.path));
    std::int64_t seen = 0;
    std::int64_t count = 0;
    table::Row row;
    while (TRY(source.next(row))) {
        take(row);
        for (const auto cell : row.cells)
            seen += static_cast<std::int64_t>(cell.size()) + 1;
        if (++count % 1'000 != 0) continue;
        if (progress.cancelled) return {};
        const auto part =
            bytes == 0
                ? 0
                : std::min<std::int64_t>(seen * reading_share_ppm / bytes, reading_share_ppm);
        progress.done_ppm = part;
    }
    progress.done_ppm = reading_share_ppm;
    return {};
}

Line line(
    const table::RowSource& source,
    const table::Row& row,
    std::optional<std::size_t> column,
    const char* code,
    Severity severity) {
    Line out{.row = row.line, .code = code, .severity = severity};
    if (!column) return out;
    out.column = static_cast<std::int32_t>(*column) + 1;
    out.column_label = source.header()[*column];
    auto cell = row.cells[*column];
    if (cell.size() > shown_bytes_most) {
        cell = cell.substr(0, shown_bytes_most);
        // Not in the middle of a character.
        while (!cell.empty() && (static_cast<unsigned char>(cell.back()) & 0xC0U) == 0x80U)
            cell.remove_suffix(1);
        if (!cell.empty()) cell.remove_suffix(1);
    }
    out.value = cell;
    return out;
}

std::string_view trimmed(std::string_view cell) {
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    while (!cell.empty() && blank(cell.front()))
        cell.remove_prefix(1);
    while (!cell.empty() && blank(cell.back()))
        cell.remove_suffix(1);
    return cell;
}

std::optional<base::Money> read_fen(std::string_view cell) {
    auto text = trimmed(cell);
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    std::int64_t fen = 0;
    int digits = 0;
    int decimals = -1; // none until the point
    for (const char c : text) {
        if (c == ',' && decimals < 0) continue;
        if (c == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (c < '0' || c > '9') return std::nullopt;
        if (decimals >= 2) {
            if (c != '0') return std::nullopt; // less than a fen: not an amount of money
            continue;
        }
        if (++digits > 15) return std::nullopt;
        fen = fen * 10 + (c - '0');
        decimals += decimals >= 0 ? 1 : 0;
    }
    if (digits == 0) return std::nullopt;
    for (int i = std::max(decimals, 0); i < 2; ++i)
        fen *= 10;
    if (fen > base::Money::limit_fen) return std::nullopt;
    return base::Money{negative ? -fen : fen};
}

} // namespace intake
