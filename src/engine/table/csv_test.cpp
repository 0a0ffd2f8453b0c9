#include "base/clock.hpp"
#include "base/json.hpp"
#include "engine/table/csv.hpp"
#include "engine/table/rows.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>

namespace {

using table::open_csv_text;
using table::Row;

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
    std::vector<std::string> faults; // code of each row's fault, empty for none
    std::string error;               // code, when reading stopped
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
        if (!more) {
            all.error = more.error().code;
            return all;
        }
        if (!*more) return all;
        all.rows.emplace_back(row.cells.begin(), row.cells.end());
        all.lines.push_back(row.line);
        all.faults.push_back(row.fault ? row.fault->code : "");
    }
}

Read read_text(std::string text) { return read_all(open_csv_text(std::move(text))); }

// The same bytes, a few at a time: every boundary must be seen through.
Read read_dripping(const std::string& text, std::size_t step) {
    return read_all(table::open_csv(
        [text, step, done = std::size_t{0}](
            std::span<char> buffer) mutable -> base::Result<std::size_t> {
            const auto count = std::min({step, buffer.size(), text.size() - done});
            std::memcpy(buffer.data(), text.data() + done, count);
            done += count;
            return count;
        }));
}

TEST(Csv, reads_what_is_met_outside) {
    struct Case {
        const char* name;
        std::string text;
        Cells header;
        std::vector<Cells> rows;
    };

    const Case cases[] = {
        {"plain", "a,b\n1,2\n3,4\n", {"a", "b"}, {{"1", "2"}, {"3", "4"}}},
        {"no end of line", "a,b\n1,2", {"a", "b"}, {{"1", "2"}}},
        {"crlf", "a,b\r\n1,2\r\n", {"a", "b"}, {{"1", "2"}}},
        {"cr alone", "a,b\r1,2\r", {"a", "b"}, {{"1", "2"}}},
        {"byte-order mark", "\xEF\xBB\xBF名称,金额\n甲,1\n", {"名称", "金额"}, {{"甲", "1"}}},
        {"quotes", "a,b\n\"x, y\",\"say \"\"hi\"\"\"\n", {"a", "b"}, {{"x, y", "say \"hi\""}}},
        {"line break in quotes", "a,b\n\"x\r\ny\",2\n", {"a", "b"}, {{"x\r\ny", "2"}}},
        {"quote within plain text", "a,b\n5\" pipe,2\n", {"a", "b"}, {{"5\" pipe", "2"}}},
        {"text after a closing quote", "a,b\n\"x\" y,2\n", {"a", "b"}, {{"x y", "2"}}},
        {"empty quoted", "a,b\n\"\",2\n", {"a", "b"}, {{"", "2"}}},
        {"only a doubled quote", "a\n\"\"\"\"\n", {"a"}, {{"\""}}},
        {"tabs", "a\tb\n1,5\t2\n", {"a", "b"}, {{"1,5", "2"}}},
        {"semicolons", "a;b\n1,5;2\n", {"a", "b"}, {{"1,5", "2"}}},
        {"blank lines", "\n\na,b\n\n1,2\n\n", {"a", "b"}, {{"1", "2"}}},
        {"blanks around names", " a , b　\n1, 2\n", {"a", "b"}, {{"1", " 2"}}},
        {"surplus empty cells", "a,b,\n1,2,,\n", {"a", "b"}, {{"1", "2"}}},
        {"header only", "a,b\n", {"a", "b"}, {}},
    };
    for (const auto& [name, text, header, rows] : cases) {
        const auto all = read_text(text);
        EXPECT_EQ(all.error, "") << name;
        EXPECT_EQ(all.header, header) << name;
        EXPECT_EQ(all.rows, rows) << name;
        for (const auto& fault : all.faults)
            EXPECT_EQ(fault, "") << name;
        for (const std::size_t step : {1U, 2U, 3U, 7U}) {
            EXPECT_EQ(read_dripping(text, step).rows, rows) << name << " by " << step;
        }
    }
}

TEST(Csv, faults_belong_to_their_row_and_reading_goes_on) {
    const auto all = read_text("a,b,c\n1,2\n1,2,3,4\n\"x\ny\",2,3\n7,8,9\n\"open,1,2\n3,4,5\n");
    const Cells faults = {"table.row_short", "table.row_long", "", "", "table.quote_open"};
    EXPECT_EQ(all.faults, faults);
    EXPECT_EQ(all.lines, (std::vector<std::int64_t>{2, 3, 4, 6, 7}));
    EXPECT_EQ(all.rows[0], (Cells{"1", "2", ""}));
    EXPECT_EQ(all.rows[1], (Cells{"1", "2", "3"}));
    EXPECT_EQ(all.rows[4][0], "open,1,2\n3,4,5\n");
}

TEST(Csv, what_cannot_be_read_is_refused_with_a_cure) {
    const std::string gbk = "\xC3\xFB\xB3\xC6,b\n1,2\n"; // 名称 in GBK
    const std::pair<std::string, const char*> cases[] = {
        {"", "table.empty"},
        {"\n\r\n,,\n", "table.empty"},
        {gbk, "table.not_utf8"},
        {"\xFF\xFE"
         "a\0b",
         "table.not_utf8"},
        {"PK\x03\x04rest", "table.not_csv"},
        {"\xD0\xCF\x11\xE0rest", "table.not_csv"},
        {"\"a,b\n1,2\n", "table.quote_open"},
        {"a\n" + std::string((1U << 20U) + 1, 'x'), "table.cell_too_long"},
        {"a\n\"" + std::string(5U << 20U, 'x'), "table.cell_too_long"},
        {"a\n" + std::string(5'000, ','), "table.too_many_columns"},
        {"a,b\n1,\xED\xA0\x80\n", "table.not_utf8"},
        {"a,b\n\"\xC0\x80\",1\n", "table.not_utf8"},
    };
    for (const auto& [text, code] : cases) {
        auto opened = open_csv_text(text);
        EXPECT_EQ(read_all(std::move(opened)).error, code) << text.substr(0, 20);
    }
    auto opened = open_csv_text("a,b\n1,2\n3,\xC3\xFB\n");
    Row row;
    EXPECT_TRUE(*(*opened)->next(row));
    const auto bad = (*opened)->next(row);
    EXPECT_EQ(bad.error().field, "line 3");
    EXPECT_NE(bad.error().message.zh.find("第 2 列"), std::string::npos);
    EXPECT_FALSE(bad.error().cure.en.empty());
    EXPECT_EQ(table::open_csv_file("/nonexistent/file.csv").error().code, "table.file");
    // A cell of exactly the limit passes.
    EXPECT_EQ(read_text("a\n" + std::string(1U << 20U, 'x')).error, "");
}

// The grammar at the head of csv.hpp, one character at a time.
std::vector<Cells> naive(const std::string& text) {
    std::vector<Cells> rows;
    Cells row;
    std::string cell;
    bool quoted = false;
    bool closed = false;
    const auto end_row = [&] {
        row.push_back(std::exchange(cell, {}));
        quoted = closed = false;
        bool content = false;
        for (const auto& each : row)
            content = content || !each.empty();
        if (content) rows.push_back(row);
        row.clear();
    };
    bool fresh = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && !closed) {
            if (c != '"')
                cell += c;
            else if (i + 1 < text.size() && text[i + 1] == '"')
                cell += text[++i];
            else
                closed = true;
            continue;
        }
        if (c == '"' && fresh) {
            quoted = true;
            fresh = false;
            continue;
        }
        fresh = c == ',' || c == '\n' || c == '\r';
        if (c == ',') {
            row.push_back(std::exchange(cell, {}));
            quoted = closed = false;
        } else if (c == '\n' || c == '\r') {
            if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
            end_row();
        } else {
            cell += c;
        }
    }
    end_row();
    return rows;
}

TEST(Csv, agrees_with_a_reader_of_one_character_at_a_time) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const char* pieces[] = {
        ",",
        ",",
        "\n",
        "\r\n",
        "\r",
        "\"",
        "\"\"",
        "a",
        "bc",
        "企业",
        " ",
        "0123456789012345678901234567890123456789"};
    std::uniform_int_distribution<std::size_t> pick(0, std::size(pieces) - 1);
    std::uniform_int_distribution<int> length(0, 120);
    for (int round = 0; round < 3'000; ++round) {
        std::string text = "h1,h2,h3\n";
        for (int i = length(random); i > 0; --i)
            text += pieces[pick(random)];
        auto want = naive(text);
        want.erase(want.begin());
        for (auto& row : want)
            row.resize(3);
        const auto all = read_text(text);
        ASSERT_EQ(all.error, "") << text;
        ASSERT_EQ(all.rows, want) << text;
        ASSERT_EQ(read_dripping(text, 1 + seed % 13).rows, want) << text;
    }
}

TEST(Csv, what_is_written_reads_back) {
    std::ifstream file(shared() / "data/vec-naughty-strings/blns.json");
    if (!file) GTEST_SKIP() << "no shared data: set RONGQIAO_SHARED";
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const auto list = base::json::from_text<std::vector<std::string>>(text);
    ASSERT_TRUE(list);
    std::string written = "id,text\r\n";
    for (const auto& each : *list) {
        const std::string_view cells[] = {"x", each};
        table::write_csv_row(written, cells);
    }
    const auto all = read_text(written);
    ASSERT_EQ(all.error, "");
    ASSERT_EQ(all.rows.size(), list->size());
    int guarded = 0;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const auto& got = all.rows[i][1];
        const auto& want = (*list)[i];
        const bool apostrophe = got == '\'' + want;
        guarded += apostrophe ? 1 : 0;
        EXPECT_TRUE(got == want || apostrophe) << want;
        // Nothing that a spreadsheet would run stands at the front.
        const bool number = want.find_first_not_of("+-0123456789.") == std::string::npos;
        if (got.empty() || number) continue;
        EXPECT_EQ(std::string("=+-@").find(got[0]), std::string::npos) << got;
    }
    EXPECT_GT(guarded, 3);
}

TEST(Csv, agrees_with_csv_spectrum) {
    const auto folder = shared() / "data/vec-csv-spectrum";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no shared data: set RONGQIAO_SHARED";
    int compared = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "csvs")) {
        auto source = table::open_csv_file(entry.path());
        ASSERT_TRUE(source) << entry.path();
        if (entry.path().stem() == "location_coordinates") {
            // Its JSON is of another row, so only the shape can be compared.
            EXPECT_EQ(read_all(std::move(source)).rows.size(), 1U);
            continue;
        }
        const auto header = (*source)->header();
        const auto all = read_all(std::move(source));
        std::ifstream file(folder / "json" / (entry.path().stem().string() + ".json"));
        const std::string text((std::istreambuf_iterator<char>(file)), {});
        const auto want =
            base::json::from_text<std::vector<std::map<std::string, std::string>>>(text);
        ASSERT_TRUE(want) << entry.path();
        ASSERT_EQ(all.rows.size(), want->size()) << entry.path();
        for (std::size_t i = 0; i < want->size(); ++i) {
            for (std::size_t k = 0; k < header.size(); ++k) {
                // The files named crlf have lost their carriage returns on the way; their JSON has
                // not.
                auto cell = want->at(i).at(header[k]);
                std::erase(cell, '\r');
                EXPECT_EQ(all.rows[i][k], cell) << entry.path();
            }
        }
        ++compared;
    }
    EXPECT_GE(compared, 10);
}

TEST(Csv, a_real_file_with_a_mark_tabs_and_trailing_commas) {
    const auto path = shared() / "data/cn-lpr/LPR_raw.csv";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no shared data: set RONGQIAO_SHARED";
    const auto all = read_all(table::open_csv_file(path));
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.rows.size(), 85U);
    EXPECT_EQ(all.header.size(), 3U);
    for (const auto& fault : all.faults)
        EXPECT_EQ(fault, "");
}

TEST(Csv, columns_are_found_by_any_of_their_names) {
    const auto source = *open_csv_text("企业 名称,Credit Code,金额\n甲,x,1\n");
    EXPECT_EQ(table::column(*source, {"企业名称"}), 0U);
    EXPECT_EQ(table::column(*source, {"统一社会信用代码", "credit code"}), 1U);
    EXPECT_EQ(table::column(*source, {"日期"}), std::nullopt);
}

TEST(Csv, simple_rows_are_read_fast) {
    std::string text = "date,code,amount,rate,kind\n";
    constexpr int rows = 400'000;
    for (int i = 0; i < rows; ++i)
        text += "2023-07-15,91330421,1200.50,3.85,A\n";
    const auto started = base::monotonic_ns();
    auto source = *open_csv_text(std::move(text));
    Row row;
    int count = 0;
    std::size_t bytes = 0;
    while (*source->next(row)) {
        count += 1;
        bytes += row.cells[2].size();
    }
    const auto seconds = static_cast<double>(base::monotonic_ns() - started) / 1e9;
    std::cout << "rows/s " << static_cast<std::int64_t>(rows / seconds) << '\n';
    EXPECT_EQ(count, rows);
    EXPECT_EQ(bytes, rows * 7U);
}

TEST(Utf8, takes_what_the_standard_takes) {
    const std::pair<std::string_view, bool> cases[] = {
        {"plain", true},
        {"企业", true},
        {"\xF0\x9F\x98\x80", true},
        {"\xC0\x80", false},
        {"\xE0\x80\x80", false},
        {"\xED\xA0\x80", false},
        {"\xF4\x90\x80\x80", false},
        {"\xF8\x88\x80\x80\x80", false},
        {"\xE4\xBC", false},
        {"12345678\xFF", false},
        {"\x80", false},
        {"\xEF\xBF\xBF", true}};
    for (const auto& [bytes, want] : cases)
        EXPECT_EQ(table::is_utf8(bytes), want);
}

} // namespace
