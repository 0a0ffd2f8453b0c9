#include "edge/api/sheet.hpp"

#include "edge/api/endpoint.hpp"
#include "engine/table/xlsx.hpp"

namespace api {
namespace {

constexpr base::Zone county_zone; // China has one

table::Cell table_cell(const SheetCell& cell, Language language) {
    const auto turn = [&](const auto& value) -> table::Cell {
        using Given = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::same_as<Given, double>) {
            std::string text;
            base::json::write_double(text, value);
            return text;
        } else if constexpr (std::same_as<Given, bool>) {
            return http::in(language, value ? Text{"是", "yes"} : Text{"否", "no"});
        } else if constexpr (std::same_as<Given, base::Text>) {
            return http::in(language, value);
        } else if constexpr (std::same_as<Given, Instant>) {
            const auto shifted = value.plus_ms(std::int64_t{county_zone.offset_minutes} * 60'000);
            const auto text = shifted.text(); // 2026-11-23T20:15:00…
            return text.substr(0, 10) + " " + text.substr(11, 8);
        } else {
            return value;
        }
    };
    return std::visit(turn, cell);
}

// A column is of the kind of its first value.
table::ColumnKind kind_of(const Sheet& sheet, std::size_t column) {
    for (const auto& row : sheet.rows) {
        const auto& cell = row[column];
        if (std::holds_alternative<std::monostate>(cell)) continue;
        if (std::holds_alternative<std::int64_t>(cell)) return table::ColumnKind::integer;
        if (std::holds_alternative<base::Money>(cell)) return table::ColumnKind::money_yuan;
        if (std::holds_alternative<base::Rate>(cell)) return table::ColumnKind::percent;
        if (std::holds_alternative<base::Date>(cell)) return table::ColumnKind::date;
        break;
    }
    return table::ColumnKind::text;
}

} // namespace

Result<std::string> xlsx(const Sheet& sheet, Language language) {
    std::vector<table::Column> columns;
    for (std::size_t i = 0; i < sheet.titles.size(); ++i) {
        columns.push_back(
            {.title = http::in(language, sheet.titles[i]), .kind = kind_of(sheet, i)});
    }
    table::XlsxWriter writer(sheet.name, std::move(columns));
    std::vector<table::Cell> cells;
    for (const auto& row : sheet.rows) {
        cells.clear();
        for (const auto& cell : row)
            cells.push_back(table_cell(cell, language));
        writer.add(cells);
    }
    return writer.finish();
}

Result<http::Response> detail::sheet_response(const Sheet& sheet, Language language) {
    auto bytes = TRY(xlsx(sheet, language));
    return file_response(
        {.name = sheet.name + ".xlsx", .content_type = xlsx_type, .bytes = std::move(bytes)});
}

} // namespace api
