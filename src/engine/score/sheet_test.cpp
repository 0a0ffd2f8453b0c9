#include "engine/score/frame.hpp"
#include "engine/score/number.hpp"

#include <gtest/gtest.h>

namespace score {
namespace {

using Rows = std::vector<std::vector<std::string>>; // the names first

Rows rows_of(const Sheet& sheet) {
    Rows rows{sheet.names};
    for (std::size_t row = 0; row < sheet.rows(); ++row) {
        auto& cells = rows.emplace_back();
        for (const auto& column : sheet.cells)
            cells.emplace_back(column[row]);
    }
    return rows;
}

TEST(Sheet, every_dialect_reads_as_the_same_table) {
    const Rows want{{"a", "b", "y"}, {"1", "x z", "0"}, {"2.5", "", "1"}};
    const std::string texts[] = {
        "a,b,y\n1,x z,0\n2.5,,1\n",
        "\xef\xbb\xbf"
        "a;b;y\r\n1;x z;0\r\n2.5;NA;1",
        "a\tb\ty\n1\tx z\t0\n2.5\t?\t1\n",
        "a|b|y\n1|x z|0\n2.5|null|1\n",
        "a b y\n1 'x z' 0\n2.5 NaN 1\n",
        "  a   b  y\n 1   \"x z\"  0\n 2.5 . 1\n",
        "\"a\",\"b\",\"y\"\r1,\"x z\",0\r2.5,N/A,1\r",
        "'a','b','y'\n'1','x z','0'\n'2.5','','1'\n",
        "sep=;\na;b;y\n1;x z;0\n2.5;;1\n",
        "a,b,y\n\n1,x z,0\n2.5,,1\n\n",
        "% made by hand\n@RELATION r\n@attribute a numeric\n@ATTRIBUTE 'b' string\n"
        "@attribute y {0,1}\n@DATA\n1,'x z',0\n2.5,?,1\n",
        "@relation r\n@attribute a real\n@attribute b {'x z', w}\n@attribute y {0,1}\n@data\n"
        "{0 1}\n{0 2.5, 1 ?, 2 1}\n"};
    for (const auto& text : texts) {
        const auto sheet = read_sheet(text);
        ASSERT_TRUE(sheet) << text << sheet.error().code;
        EXPECT_EQ(rows_of(*sheet), want) << text;
    }
}

TEST(Sheet, quoted_cells_hold_separators_quotes_and_line_ends) {
    const auto sheet = read_sheet("name,y\n\"A, \"\"B\"\"\nC\",1\nO'Brien,0\n'tis,1\n");
    ASSERT_TRUE(sheet);
    const Rows want{{"name", "y"}, {"A, \"B\"\nC", "1"}, {"O'Brien", "0"}, {"'tis", "1"}};
    EXPECT_EQ(rows_of(*sheet), want);
    EXPECT_EQ(sheet->lines, (std::vector<std::size_t>{2, 4, 5}));
}

TEST(Sheet, a_first_line_with_numbers_is_a_row_unless_it_has_the_wanted_name) {
    const auto bare = read_sheet("1,a,0\n2,b,1\n");
    ASSERT_TRUE(bare);
    EXPECT_EQ(bare->names, (std::vector<std::string>{"c1", "c2", "c3"}));
    EXPECT_EQ(bare->rows(), 2U);
    const auto named = read_sheet("1,a,y\n2,b,1\n", "y");
    ASSERT_TRUE(named);
    EXPECT_EQ(named->rows(), 1U);
    const auto letters = read_sheet("p,x,x,p,x\ne,x,p,p,x\n");
    ASSERT_TRUE(letters);
    EXPECT_EQ(letters->rows(), 2U);
    EXPECT_EQ(*column_place(*bare, "3"), 2U);
    EXPECT_EQ(*column_place(*bare, "last"), 2U);
}

TEST(Sheet, names_that_repeat_or_lack_are_told_apart) {
    const auto sheet = read_sheet(",x,x\n1,2,3\n");
    ASSERT_TRUE(sheet);
    EXPECT_EQ(sheet->names, (std::vector<std::string>{"c1", "x", "x_2"}));
}

TEST(Sheet, few_uneven_lines_are_named_and_many_are_an_error) {
    std::string text = "a,b\n";
    for (int i = 0; i < 200; ++i)
        text += "1,2\n";
    const auto few = read_sheet(text + "1,2,3\n");
    ASSERT_TRUE(few);
    EXPECT_EQ(few->uneven, (std::vector<std::size_t>{202}));
    const auto many = read_sheet("a,b\n1,2\n1,2,3\n");
    ASSERT_FALSE(many);
    EXPECT_EQ(many.error().code, "score.table_uneven");
    EXPECT_EQ(many.error().field, "line 3");
    EXPECT_FALSE(many.error().cure.zh.empty());
}

TEST(Sheet, what_is_no_table_is_refused_with_a_code_and_a_line) {
    const std::pair<std::string, std::string> cases[] = {
        {"", "score.table_empty"},
        {"\n\n", "score.table_empty"},
        {"PK\x03\x04rest", "score.table_binary"},
        {std::string("a,b\n\0,1\n", 8), "score.table_binary"},
        {"@relation r\n@data\n1\n", "score.arff"},
        {"@relation r\n@attribute a\n@data\n1\n", "score.arff"},
        {"@relation r\n@attribute a real\n@data\n", "score.arff"},
        {"@relation r\n@attribute a real\n@data\n{7 1}\n", "score.arff"},
        {"@relation r\n@attribute a real\n@data\n'1\n", "score.arff"},
        {"a,b\n\"1,2\n3,4,5\n", "score.quote_open"}};
    for (const auto& [text, code] : cases) {
        const auto sheet = read_sheet(text);
        ASSERT_FALSE(sheet) << text;
        EXPECT_EQ(sheet.error().code, code) << text;
        EXPECT_TRUE(sheet.error().field.starts_with("line ")) << text;
    }
}

TEST(Sheet, ends_an_arff_row_at_its_weight) {
    for (const std::string row : {"1,a {5}", "1 a {5}", "1 a}5 6", "1 a{"}) {
        const auto sheet =
            read_sheet("@relation r\n@attribute x real\n@attribute y {a,b}\n@data\n" + row + "\n");
        ASSERT_TRUE(sheet) << row;
        ASSERT_EQ(sheet->rows(), 1U) << row;
        EXPECT_EQ(sheet->cells[0][0], "1") << row;
        EXPECT_EQ(sheet->cells[1][0], "a") << row;
    }
}

TEST(Sheet, bytes_of_another_encoding_do_not_stop_the_reading) {
    const auto sheet = read_sheet("a,y\ncaf\xe9,1\nok,0\n");
    ASSERT_TRUE(sheet);
    EXPECT_EQ(sheet->cells[0][0], "caf\xef\xbf\xbd");
}

TEST(Number, numbers_are_read_as_tables_write_them) {
    const std::pair<std::string_view, std::optional<double>> cases[] = {
        {"12", 12},
        {"+7", 7},
        {"-3.5", -3.5},
        {"1e-4", 1e-4},
        {"$1,234,567.50 ", 1234567.5},
        {"(12)", -12},
        {"-$5", -5},
        {"¥3", 3},
        {"12.5%", 0.125},
        {".5", 0.5},
        {"1,23", std::nullopt},
        {"1,2345", std::nullopt},
        {"1.5,000", std::nullopt},
        {"inf", std::nullopt},
        {"nan", std::nullopt},
        {"1e999", std::nullopt},
        {"12a", std::nullopt},
        {"--5", std::nullopt},
        {"", std::nullopt},
        {"%", std::nullopt},
        {"()", std::nullopt}};
    for (const auto& [text, want] : cases)
        EXPECT_EQ(parse_number(text), want) << text;
    EXPECT_EQ(parse_decimal_comma("1,5"), 1.5);
    EXPECT_EQ(parse_decimal_comma("1,5,0"), std::nullopt);
}

TEST(Number, days_are_read_in_three_orders) {
    EXPECT_EQ(parse_day("1970-01-02", DayOrder::year_first), 1);
    EXPECT_EQ(parse_day("1970/1/2 10:00", DayOrder::year_first), 1);
    EXPECT_EQ(parse_day("19700102", DayOrder::year_first), 1);
    EXPECT_EQ(parse_day("1/2/1970", DayOrder::month_first), 1);
    EXPECT_EQ(parse_day("2.1.1970", DayOrder::day_first), 1);
    EXPECT_EQ(parse_day("13/2/1970", DayOrder::month_first), std::nullopt);
    EXPECT_EQ(parse_day("1970-02-30", DayOrder::year_first), std::nullopt);
    EXPECT_EQ(parse_day("197001", DayOrder::year_first), std::nullopt);
}

std::string table_of(const std::string& header, int rows, auto line) {
    std::string text = header + "\n";
    for (int i = 0; i < rows; ++i)
        text += line(i) + "\n";
    return text;
}

TEST(Frame, columns_have_kinds_and_those_that_say_nothing_are_named) {
    const auto text = table_of("id,same,blank,amount,town,on,name,y", 100, [](int i) {
        return std::to_string(i + 1) + ",7,," + std::to_string(i % 9) + ".5,T" +
               std::to_string(i % 3) + "," + std::to_string(i % 12 + 1) + "/28/2020,firm " +
               std::to_string(i) + "," + (i % 4 == 0 ? "yes" : "no");
    });
    const auto sheet = read_sheet(text);
    const auto frame = make_frame(*sheet, {.target = "y"});
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->positive, "yes"); // the rarer
    EXPECT_EQ(frame->positives(), 25U);
    ASSERT_EQ(frame->columns.size(), 3U);
    EXPECT_EQ(frame->columns[0].name, "amount");
    EXPECT_EQ(frame->columns[0].kind, Kind::number);
    EXPECT_EQ(frame->columns[1].name, "town");
    EXPECT_EQ(frame->columns[1].kind, Kind::category);
    EXPECT_EQ(frame->columns[2].form, Form::month_first);
    std::string out;
    for (const auto& [column, why] : frame->left_out)
        out += column + ":" + why + " ";
    EXPECT_EQ(out, "id:running_number same:constant blank:empty name:text ");
}

TEST(Frame, codes_in_digits_are_numbers_and_categories) {
    const auto text = table_of("naics,y", 600, [](int i) {
        return std::to_string(451121 + i % 40 * 13) + "," + std::to_string(i % 5 == 0 ? 1 : 0);
    });
    const auto frame = make_frame(*read_sheet(text), {.target = "y"});
    ASSERT_TRUE(frame);
    ASSERT_EQ(frame->columns.size(), 2U);
    EXPECT_TRUE(frame->columns[1].twin);
}

TEST(Frame, the_positive_is_found_in_any_spelling) {
    const std::string text = "x,y\n1,Bad \n2,good\n3,bad\n4,good\n5,\n";
    const auto sheet = read_sheet(text);
    const auto frame = make_frame(*sheet, {.target = "Y", .positive = "BAD"});
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->positives(), 2U);
    EXPECT_EQ(frame->unlabelled, 1U);
    EXPECT_EQ(frame->rows(), 4U);
    const auto numbers =
        make_frame(*read_sheet("x,y\n1,1.0\n2,0\n"), {.target = "y", .positive = "1"});
    ASSERT_TRUE(numbers);
    EXPECT_EQ(numbers->positives(), 1U);
}

TEST(Frame, what_cannot_be_learned_is_refused_with_a_cure) {
    const std::tuple<std::string, std::string, std::string, std::string> cases[] = {
        {"x,y\n1,0\n2,1\n", "z", "", "score.no_column"},
        {"x,y\n1,0\n2,1\n", "y", "7", "score.no_positive"},
        {"x,y\n1,a\n2,b\n3,c\n", "y", "", "score.no_positive"},
        {"x,y\n1,1\n2,1\n", "y", "1", "score.one_class"},
        {"x,y\n1,0\n1,1\n", "y", "1", "score.no_features"}};
    for (const auto& [text, target, positive, code] : cases) {
        const auto frame = make_frame(*read_sheet(text), {.target = target, .positive = positive});
        ASSERT_FALSE(frame) << text;
        EXPECT_EQ(frame.error().code, code);
        EXPECT_FALSE(frame.error().cure.en.empty());
    }
}

} // namespace
} // namespace score
