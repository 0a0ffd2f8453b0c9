#include "base/clock.hpp"
#include "base/json.hpp"
#include "engine/table/cell_format.hpp"
#include "engine/table/xlsx.hpp"

#include <gtest/gtest.h>
#include <minizip/zip.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace {

using base::Date;
using base::Money;
using base::Rate;
using table::Cell;
using table::ColumnKind;
using table::NumberKind;
using table::open_xlsx_bytes;
using table::Row;
using table::XlsxWriter;

using Cells = std::vector<std::string>;

std::filesystem::path shared() {
    const char* set = std::getenv("RONGQIAO_SHARED");
    return set != nullptr ? std::filesystem::path(set)
                          : std::filesystem::path(SOURCE_DIR).parent_path() / "shared";
}

struct Read {
    Cells header;
    std::vector<Cells> rows;
    std::vector<std::int64_t> lines;
    std::vector<std::string> faults;
    std::string error;
};

Read read_all(base::Result<std::unique_ptr<table::RowSource>> source) {
    Read all;
    if (!source) {
        all.error = source.error().code;
        return all;
    }
    all.header = (*source)->header();
    Row row;
    while (true) {
        const auto more = (*source)->next(row);
        if (!more) all.error = more.error().code;
        if (!more || !*more) return all;
        all.rows.emplace_back(row.cells.begin(), row.cells.end());
        all.lines.push_back(row.line);
        all.faults.push_back(row.fault ? row.fault->code : "");
    }
}

// An archive of the parts given, made beneath the temporary folder.
std::string zipped(const std::vector<std::pair<std::string, std::string>>& parts) {
    const auto path = std::filesystem::temp_directory_path() /
                      ("xlsx-test-" + std::to_string(base::monotonic_ns()));
    auto* file = zipOpen64(path.c_str(), APPEND_STATUS_CREATE);
    for (const auto& [name, content] : parts) {
        zipOpenNewFileInZip64(
            file, name.c_str(), nullptr, nullptr, 0, nullptr, 0, nullptr, Z_DEFLATED, 9, 0);
        zipWriteInFileInZip(file, content.data(), static_cast<unsigned>(content.size()));
        zipCloseFileInZip(file);
    }
    zipClose(file, nullptr);
    std::ifstream made(path, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(made)), {});
    std::filesystem::remove(path);
    return bytes;
}

// A workbook around one sheet's rows, with a date style (1), a date-and-time style (2) and three
// shared strings.
std::string workbook(const std::string& rows, const std::string& properties = "") {
    const std::string relations =
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    return zipped(
        {{"xl/workbook.xml",
          "<workbook xmlns:r='" + relations + "'>" + properties +
              "<sheets><sheet name='数据' sheetId='1' r:id='a'/></sheets></workbook>"},
         {"xl/_rels/workbook.xml.rels",
          "<Relationships><Relationship Id='a' Type='" + relations +
              "/worksheet' Target='worksheets/one.xml'/><Relationship Id='b' Type='" + relations +
              "/sharedStrings' Target='/xl/texts.xml'/><Relationship Id='c' Type='" + relations +
              "/styles' Target='styles.xml'/></Relationships>"},
         {"xl/texts.xml",
          "<sst><si><t>名称</t></si><si><r><t>融</t></r><r><t xml:space='preserve'>桥 </t></r>"
          "<rPh sb='0' eb='1'><t>róng</t></rPh></si><si><t>a_x000D_b &amp; "
          "&#x4E2D;</t></si></sst>"},
         {"xl/styles.xml",
          "<styleSheet><numFmts><numFmt numFmtId='170' formatCode='yyyy\"年\"m\"月\"d\"日\" "
          "hh:mm'/></numFmts>"
          "<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs>"
          "<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf "
          "numFmtId='170'/></cellXfs></styleSheet>"},
         {"xl/worksheets/one.xml", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>"}});
}

const std::string head =
    "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='inlineStr'><is><t>b</t></is></c>"
    "<c r='C1' t='str'><v>c</v></c></row>";

TEST(Xlsx, cells_of_every_type_read_as_text) {
    struct Case {
        const char* cell;
        const char* want;
    };

    const Case cases[] = {
        {"<c r='A2' t='s'><v>1</v></c>", "融桥 "}, // phonetic text is left out
        {"<c r='A2' t='s'><v>2</v></c>", "a\rb & 中"},
        {"<c r='A2' t='s'><v>99</v></c>", ""},
        {"<c r='A2'><v>1200.5</v></c>", "1200.5"},
        {"<c r='A2'><v>0.30000000000000004</v></c>", "0.3"},
        {"<c r='A2'><v>1E-5</v></c>", "0.00001"},
        {"<c r='A2'><v>123456789012345680</v></c>", "123456789012346000"},
        {"<c r='A2' s='1'><v>45122</v></c>", "2023-07-15"},
        {"<c r='A2' s='2'><v>45122.395833333336</v></c>", "2023-07-15T09:30:00"},
        {"<c r='A2' s='77'><v>45122</v></c>", "45122"},
        {"<c r='A2' t='b'><v>1</v></c>", "true"},
        {"<c r='A2' t='b'><v>0</v></c>", "false"},
        {"<c r='A2' t='d'><v>2023-07-15</v></c>", "2023-07-15"},
        {"<c r='A2' t='str'><f>A1&amp;B1</f><v>x</v></c>", "x"},
        {"<c r='A2' t='inlineStr'><is><r><t>in</t></r><r><t>line</t></r></is></c>", "inline"},
        {"<x:c xmlns:x='y' r='A2'><x:v>7</x:v></x:c>", "7"},
    };
    for (const auto& [cell, want] : cases) {
        const auto all = read_all(open_xlsx_bytes(
            workbook(head + "<row r='2'>" + cell + "<c r='C2'><v>1</v></c></row>")));
        EXPECT_EQ(all.error, "") << cell;
        ASSERT_EQ(all.rows.size(), 1U) << cell;
        EXPECT_EQ(all.rows[0], (Cells{want, "", "1"})) << cell;
    }
}

TEST(Xlsx, gaps_blank_rows_and_errors_keep_their_place) {
    const auto all = read_all(open_xlsx_bytes(workbook(
        "<row/>" + head +
        "<row r='4'><c r='B4'><v>1</v></c></row><row r='5'><c r='A5'/></row>"
        "<row r='9'><c t='e'><v>#N/A</v></c><c><v>2</v></c></row><row><c "
        "r='D10'><v>3</v></c></row>")));
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.header, (Cells{"名称", "b", "c"}));
    EXPECT_EQ(all.rows, (std::vector<Cells>{{"", "1", ""}, {"#N/A", "2", ""}, {"", "", ""}}));
    EXPECT_EQ(all.lines, (std::vector<std::int64_t>{4, 9, 10}));
    EXPECT_EQ(all.faults, (Cells{"", "table.cell_error", "table.row_long"}));
}

TEST(Xlsx, the_date_system_of_1904_is_followed) {
    const auto rows = head + "<row><c s='1'><v>0</v></c></row><row><c s='1'><v>43660</v></c></row>";
    const auto all = read_all(open_xlsx_bytes(workbook(rows, "<workbookPr date1904='1'/>")));
    EXPECT_EQ(all.rows[0][0], "1904-01-01");
    EXPECT_EQ(all.rows[1][0], "2023-07-15");
}

TEST(Xlsx, unsafe_and_broken_files_are_refused_with_a_cure) {
    const auto deep = [] {
        std::string open;
        for (int i = 0; i < 200; ++i)
            open += "<x>";
        return open;
    };
    std::string columns;
    for (int i = 0; i < 5'000; ++i)
        columns += "<c><v>1</v></c>";
    const std::pair<std::string, const char*> cases[] = {
        {"", "table.not_xlsx"},
        {"a,b\n", "table.not_xlsx"},
        {"\xD0\xCF\x11\xE0 old or encrypted", "table.xlsx_encrypted"},
        {"PK\x03\x04 cut off", "table.xlsx_broken"},
        {zipped({{"word/document.xml", "<document/>"}}), "table.not_xlsx"},
        {workbook(""), "table.empty"},
        {workbook(head + "<row><c></row>"), "table.xlsx_broken"},
        {workbook(head + deep()), "table.xlsx_unsafe"},
        {workbook(head + "<row>" + columns + "</row>"), "table.too_many_columns"},
        {workbook(head + "<row><c r='ZZZ1'><v>1</v></c></row>"), "table.too_many_columns"},
        {workbook(head + "<row><c><v>" + std::string((1U << 20U) + 1, '1') + "</v></c></row>"),
         "table.cell_too_long"},
        {workbook(head + "<row a='" + std::string(20U << 20U, 'x') + "'/>"), "table.xlsx_unsafe"},
        {zipped({{"xl/workbook.xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><workbook>&a;</workbook>"}}),
         "table.xlsx_unsafe"},
    };
    for (const auto& [bytes, code] : cases) {
        auto opened = open_xlsx_bytes(bytes);
        EXPECT_TRUE(opened || !opened.error().cure.zh.empty()) << code;
        EXPECT_EQ(read_all(std::move(opened)).error, code) << bytes.size();
    }
    EXPECT_EQ(open_xlsx_bytes(workbook(head), "没有").error().code, "table.no_sheet");
    EXPECT_EQ(read_all(open_xlsx_bytes(workbook(head), "数据")).error, "");
    EXPECT_EQ(table::open_xlsx_file("/nonexistent.xlsx").error().code, "table.file");
}

TEST(Xlsx, a_damaged_byte_never_reads_as_other_data) {
    const auto good = workbook(head + "<row><c><v>123456</v></c><c><v>7</v></c></row>");
    const auto want = read_all(open_xlsx_bytes(good)).rows;
    for (std::size_t i = 0; i < good.size(); ++i) {
        auto bad = good;
        bad[i] = static_cast<char>(bad[i] ^ 0x5A);
        const auto all = read_all(open_xlsx_bytes(bad));
        // Either an error, or the damage was outside what is read (names of unused parts, times,
        // comments).
        if (!all.error.empty() || all.header.size() != 3) continue;
        EXPECT_EQ(all.rows, want) << "byte " << i;
    }
}

TEST(Xlsx, formats_tell_dates_from_numbers) {
    const std::pair<const char*, NumberKind> cases[] = {
        {"General", NumberKind::number},
        {"0.00%", NumberKind::number},
        {"#,##0.00\"元\"", NumberKind::number},
        {"yyyy-mm-dd", NumberKind::date},
        {"[$-804]yyyy\"年\"m\"月\";@", NumberKind::date},
        {"d/m", NumberKind::date},
        {"mmm", NumberKind::date},
        {"hh:mm", NumberKind::time},
        {"[h]:mm", NumberKind::number},
        {"[Red]0", NumberKind::number},
        {"0\\d", NumberKind::number},
        {"0\"day\"", NumberKind::number},
        {"[DBNum1]0", NumberKind::number},
        {"", NumberKind::number},
        {"\"open", NumberKind::number}};
    for (const auto& [code, want] : cases)
        EXPECT_EQ(table::kind_of_format(code), want) << code;
    const std::pair<int, NumberKind> ids[] = {
        {0, NumberKind::number},
        {4, NumberKind::number},
        {14, NumberKind::date},
        {22, NumberKind::date},
        {20, NumberKind::time},
        {31, NumberKind::date},
        {46, NumberKind::number},
        {49, NumberKind::number},
        {57, NumberKind::date}};
    for (const auto& [id, want] : ids)
        EXPECT_EQ(table::kind_of_format(id), want) << id;
}

TEST(Xlsx, serials_read_as_excel_shows_them) {
    struct Case {
        const char* stored;
        NumberKind kind;
        const char* want;
    };

    const Case cases[] = {
        {"1", NumberKind::date, "1900-01-01"},
        {"59", NumberKind::date, "1900-02-28"},
        {"60", NumberKind::date, "1900-03-01"},
        {"61", NumberKind::date, "1900-03-01"},
        {"36526", NumberKind::date, "2000-01-01"},
        {"2958465", NumberKind::date, "9999-12-31"},
        {"2958466", NumberKind::date, "2958466"},
        {"-1", NumberKind::date, "-1"},
        {"1e300", NumberKind::date, "1e+300"},
        {"0.5", NumberKind::time, "12:00:00"},
        {"45122.99999999", NumberKind::date, "2023-07-16"},
        {"x", NumberKind::date, "x"},
        {"0.75", NumberKind::number, "0.75"},
    };
    for (const auto& [stored, kind, want] : cases)
        EXPECT_EQ(table::serial_text(stored, kind, false), want) << stored;
}

TEST(Xlsx, what_is_written_reads_back) {
    XlsxWriter writer(
        "台账[2023]/年",
        {{"名称"},
         {"户数", ColumnKind::integer},
         {"金额（元）", ColumnKind::money_yuan},
         {"金额（万元）", ColumnKind::money_wan},
         {"利率", ColumnKind::percent},
         {"日期", ColumnKind::date}});
    const Cell first[] = {
        std::string("=1+1"),
        std::int64_t{12},
        Money{123'456},
        Money::wan(4'049),
        Rate::basis_points(385),
        Date::of(2023, 7, 15)};
    const Cell second[] = {std::string("甲\n乙 <&>"), {}, {}, Money{1}, {}, Date::of(2000, 2, 29)};
    writer.add(first);
    writer.add(second);
    const auto bytes = writer.finish();
    ASSERT_TRUE(bytes);
    const auto all = read_all(open_xlsx_bytes(*bytes, "台账 2023  年"));
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.header, (Cells{"名称", "户数", "金额（元）", "金额（万元）", "利率", "日期"}));
    EXPECT_EQ(all.rows[0], (Cells{"=1+1", "12", "1234.56", "4049", "0.0385", "2023-07-15"}));
    EXPECT_EQ(all.rows[1], (Cells{"甲\n乙 <&>", "", "", "0.000001", "", "2000-02-29"}));
}

TEST(Xlsx, naughty_strings_come_back_as_they_went) {
    std::ifstream file(shared() / "data/vec-naughty-strings/blns.json");
    if (!file) GTEST_SKIP() << "no shared data: set RONGQIAO_SHARED";
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const auto list = base::json::from_text<std::vector<std::string>>(text);
    ASSERT_TRUE(list);
    XlsxWriter writer("naughty", {{"id", ColumnKind::integer}, {"text"}});
    std::int64_t id = 0;
    for (const auto& each : *list) {
        const Cell cells[] = {++id, each};
        writer.add(cells);
    }
    const auto all = read_all(open_xlsx_bytes(*writer.finish()));
    ASSERT_EQ(all.error, "");
    ASSERT_EQ(all.rows.size(), list->size());
    for (std::size_t i = 0; i < list->size(); ++i)
        EXPECT_EQ(all.rows[i][1], (*list)[i]) << i;
}

TEST(Xlsx, files_of_other_programs_are_read_or_refused) {
    const auto folder = shared() / "data/vec-xlsx-calamine/tests";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no shared data: set RONGQIAO_SHARED";
    int read = 0;
    int refused = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const auto extension = entry.path().extension();
        if (extension != ".xlsx" && extension != ".xlsm") continue;
        const auto sheets = table::xlsx_sheets(entry.path());
        if (!sheets) {
            std::cout << "refused " << entry.path().filename() << ' ' << sheets.error().code
                      << '\n';
            EXPECT_FALSE(sheets.error().cure.zh.empty());
            ++refused;
            continue;
        }
        for (const auto& sheet : *sheets) {
            const auto all = read_all(table::open_xlsx_file(entry.path(), sheet));
            if (!all.error.empty() && all.error != "table.empty") {
                std::cout << entry.path().filename() << " [" << sheet << "] " << all.error << '\n';
            }
            ++read;
        }
    }
    EXPECT_GT(read, 60);
    EXPECT_LT(refused, 6);
}

TEST(Xlsx, known_files_give_their_known_cells) {
    const auto folder = shared() / "data/vec-xlsx-calamine/tests";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no shared data: set RONGQIAO_SHARED";
    const auto first_rows = [&](const char* file) {
        const auto all = read_all(table::open_xlsx_file(folder / file));
        auto rows = all.rows;
        rows.insert(rows.begin(), all.header);
        return rows;
    };
    const auto dates = first_rows("date_quoted_format.xlsx");
    ASSERT_FALSE(dates.empty());
    EXPECT_EQ(dates[0][0], "2021-01-01");
    const auto early = first_rows("date_1904.xlsx");
    ASSERT_FALSE(early.empty());
    EXPECT_EQ(early[0][0], "2021-01-01");
    const auto prefixed = first_rows("nonstandard-xml-ns-prefix.xlsx");
    ASSERT_FALSE(prefixed.empty());
    EXPECT_FALSE(prefixed[0][0].empty());
    const auto temperature = first_rows("temperature.xlsx");
    ASSERT_GE(temperature.size(), 3U);
    EXPECT_EQ(temperature[1], (Cells{"celsius", "22.2222"}));
}

TEST(Xlsx, rows_are_written_and_read_fast) {
    constexpr int rows = 50'000;
    XlsxWriter writer(
        "invoices",
        {{"日期", ColumnKind::date},
         {"代码"},
         {"金额", ColumnKind::money_yuan},
         {"户数", ColumnKind::integer}});
    const auto started = base::monotonic_ns();
    for (int i = 0; i < rows; ++i) {
        const Cell cells[] = {
            Date{19'000 + i % 365},
            std::string("91330421MAAY4CL123"),
            Money{i * 101LL},
            std::int64_t{i}};
        writer.add(cells);
    }
    const auto bytes = *writer.finish();
    const auto written = base::monotonic_ns();
    const auto all = read_all(open_xlsx_bytes(bytes));
    const auto read = base::monotonic_ns();
    EXPECT_EQ(all.rows.size(), static_cast<std::size_t>(rows));
    EXPECT_EQ(all.rows[49'999][2], "50498.99");
    std::cout << "rows/s written "
              << static_cast<std::int64_t>(rows * 1e9 / static_cast<double>(written - started))
              << ", read "
              << static_cast<std::int64_t>(rows * 1e9 / static_cast<double>(read - written))
              << '\n';
}

} // namespace
