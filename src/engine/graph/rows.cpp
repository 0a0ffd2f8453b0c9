#include "engine/graph/rows.hpp"

namespace graph {
namespace {

base::Result<base::Date> day_of(std::string_view cell, base::Date open) {
    if (cell.empty()) return open;
    const auto day = base::Date::parse(cell);
    if (day) return *day;
    return odd_row(
        "graph.date",
        cell,
        {"不是日期", " is no day"},
        {"写成 2023-01-31；没有期限就留空", "write 2023-01-31; leave it empty when there is none"});
}

} // namespace

base::Result<Columns> columns_of(
    const table::RowSource& source, std::span<const Heading> headings, const base::Text& cure) {
    Columns columns;
    for (const auto& heading : headings) {
        columns.push_back(table::column(source, heading.names));
        if (columns.back() || !heading.needed) continue;
        std::string there;
        for (const auto& name : source.header())
            there += (there.empty() ? "" : ", ") + name;
        const std::string name = heading.name;
        return base::invalid(
            "graph.no_column",
            {"没有“" + name + "”列。文件的列：" + there,
             "There is no column “" + name + "”. The file's columns: " + there},
            cure);
    }
    return columns;
}

std::string_view cell_of(const table::Row& row, const std::optional<std::size_t>& column) {
    if (!column) return {};
    auto text = row.cells[*column];
    const auto is_blank = [](char each) { return static_cast<unsigned char>(each) <= ' '; };
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

base::Error odd_row(
    std::string code, std::string_view cell, const base::Text& is_not, base::Text cure) {
    const auto shown = "“" + std::string(cell.substr(0, 80)) + "”";
    return base::invalid(std::move(code), {shown + is_not.zh, shown + is_not.en}, std::move(cure));
}

base::Result<Days> days_of_cells(const DayCells& cells) {
    Days days;
    days.first = TRY(day_of(cells.first, base::Date::of(1900, 1, 1)));
    days.last = TRY(day_of(cells.last, base::Date::of(9999, 12, 31)));
    if (days.last >= days.first) return days;
    return odd_row(
        "graph.days",
        cells.last,
        {"早于起始日", " is before the first day"},
        {"看两个日期是否写反", "see whether the two days are the wrong way round"});
}

} // namespace graph
