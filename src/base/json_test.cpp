#include "base/finding.hpp"
#include "base/json.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace json = base::json;
using base::Date;
using base::Id;
using base::Instant;
using base::Money;
using base::Period;
using base::Rate;

namespace base_json_test {

enum class Kind { stock, flow };
BOOST_DESCRIBE_ENUM(Kind, stock, flow)

struct Line {
    Money amount;
    std::optional<Rate> rate;
    friend bool operator==(const Line&, const Line&) = default;
};
BOOST_DESCRIBE_STRUCT(Line, (), (amount, rate))

struct Everything {
    Id<base::Need> id;
    std::string name;
    bool open = false;
    double share = 0;
    std::int32_t count = 0;
    Kind kind = Kind::stock;
    Date day;
    Instant at;
    Period period;
    base::Text text;
    std::vector<Line> lines;
    std::map<std::string, Line> by_name;
    std::optional<std::string> note;
    friend bool operator==(const Everything&, const Everything&) = default;
};
BOOST_DESCRIBE_STRUCT(
    Everything,
    (),
    (id, name, open, share, count, kind, day, at, period, text, lines, by_name, note))

struct Small {
    std::int8_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Small, (), (number))

} // namespace base_json_test

namespace {

using base_json_test::Everything;
using base_json_test::Kind;
using base_json_test::Line;
using base_json_test::Small;

Everything sample() {
    Everything all;
    all.id = {9'007'199'254'740'993}; // more than a double holds, so ids travel as text
    all.name = "引号\" 反斜\\ \n\t\x01 😀";
    all.open = true;
    all.share = 0.1;
    all.count = -7;
    all.kind = Kind::flow;
    all.day = Date::of(2023, 7, 15);
    all.at = *Instant::parse("2023-07-15T01:30:00.250Z");
    all.period = *Period::parse("2023Q3");
    all.text = {"中", "en"};
    all.lines = {{Money::yuan(12), Rate::basis_points(385)}, {Money{-1}, std::nullopt}};
    all.by_name = {{"a/b", {Money{1}, std::nullopt}}, {"", {Money{2}, std::nullopt}}};
    return all;
}

TEST(Json, a_described_struct_reads_back) {
    const auto all = sample();
    const auto text = json::text(all);
    EXPECT_EQ(json::from_text<Everything>(text), all);
    EXPECT_NE(text.find("\"id\":\"9007199254740993\""), std::string::npos);
    EXPECT_NE(text.find("\"note\":null"), std::string::npos);
    EXPECT_NE(text.find("\\u0001"), std::string::npos);
    EXPECT_EQ(json::text(base::Raw{"[1]"}), "[1]");
}

TEST(Json, numbers_read_back) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    for (int round = 0; round < 20'000; ++round) {
        const auto number = std::bit_cast<double>(random());
        if (!std::isnormal(number)) continue;
        const auto text = json::text(number);
        const auto back = json::from_text<double>(text);
        ASSERT_TRUE(back) << text;
        // Boost.JSON 1.81 may miss the last binary digits; what must be exact travels as an integer
        // or as text.
        ASSERT_LE(std::abs(*back - number), std::abs(number) * 0x1p-50) << text;
    }
    EXPECT_EQ(json::text(std::numeric_limits<double>::infinity()), "null");
    EXPECT_EQ(json::text(std::numeric_limits<double>::quiet_NaN()), "null");
}

TEST(Json, every_wrong_place_is_named_by_its_pointer) {
    struct Case {
        const char* from;
        const char* to;
        const char* pointer;
    };

    const auto good = json::text(sample());
    const Case cases[] = {
        {"\"count\":-7", "\"count\":2147483648", "/count"},
        {"\"count\":-7", "\"count\":1.5", "/count"},
        {"\"count\":-7", "\"count\":1e400", "/count"},
        {"\"count\":-7", "\"count\":\"7\"", "/count"},
        {"\"count\":-7,", "", "/count"},
        {"\"share\":0.1", "\"share\":1e400", "/share"},
        {"\"share\":0.1", "\"share\":-1e400", "/share"},
        {"\"share\":0.1", "\"share\":null", "/share"},
        {"\"open\":true", "\"open\":1", "/open"},
        {"\"kind\":\"flow\"", "\"kind\":\"fluss\"", "/kind"},
        {"\"2023-07-15\"", "\"2023-02-30\"", "/day"},
        {"\"2023Q3\"", "\"2023Q9\"", "/period"},
        {"\"en\":\"en\"", "\"en\":5", "/text/en"},
        {"\"amount\":1200", "\"amount\":9000000000000001", "/lines/0/amount"},
        {"\"amount\":-1", "\"amount\":12.5", "/lines/1/amount"},
        {"\"amount\":-1", "\"amount\":9000000000000000001", "/lines/1/amount"},
        {"\"rate\":38500", "\"rate\":\"3.85\"", "/lines/0/rate"},
        {"\"a/b\":{\"amount\":1", "\"a\":{\"amount\":true", "/by_name/a/amount"},
        {"\"lines\":[", "\"lines\":[7,", "/lines/0"},
        {"\"9007199254740993\"", "\"-1\"", "/id"},
        {"\"9007199254740993\"", "9007199254740993", "/id"},
        {"\"9007199254740993\"", "\"9223372036854775808\"", "/id"},
    };
    for (const auto& [from, to, pointer] : cases) {
        auto bad = good;
        const auto place = bad.find(from);
        ASSERT_NE(place, std::string::npos) << from;
        bad.replace(place, std::string_view(from).size(), to);
        const auto read = json::from_text<Everything>(bad);
        ASSERT_FALSE(read) << to;
        EXPECT_EQ(read.error().code, "json.shape") << to;
        EXPECT_EQ(read.error().field, pointer) << to;
    }
    const auto several = json::from_text<Line>("{\"amount\":\"x\",\"rate\":\"y\"}");
    EXPECT_NE(several.error().message.en.find("/amount"), std::string::npos);
    EXPECT_NE(several.error().message.en.find("/rate"), std::string::npos);
    EXPECT_EQ(json::from_text<Small>("{\"number\":128}").error().field, "/number");
    EXPECT_EQ(json::from_text<Small>("[]").error().field, "");
}

TEST(Json, text_that_is_no_json_is_refused) {
    const std::string cases[] = {
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "nul",
        "01",
        "+1",
        "1.",
        ".5",
        "'a'",
        "{a:1}",
        "[1] x",
        "\"\t\"",
        "\"\\ud800\"",
        "\"\xC0\x80\"",
        "\"\xED\xA0\x80\"",
        "NaN",
        "Infinity",
        "//\n1",
        "\xEF\xBB\xBF"
        "1",
        std::string(100, '['),
        "[1]" + std::string(1, '\0')};
    for (const auto& text : cases) {
        const auto value = json::parse(text);
        ASSERT_FALSE(value) << text;
        EXPECT_EQ(value.error().code, "json.syntax");
        EXPECT_TRUE(value.error().field.starts_with("byte "));
    }
}

TEST(Json, depth_is_limited_without_recursion) {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_TRUE(json::parse(nested(32)));
    EXPECT_FALSE(json::parse(nested(33)));
    EXPECT_FALSE(json::parse(nested(1'000'000)));
    std::string objects;
    for (int i = 0; i < 100'000; ++i)
        objects += "{\"a\":";
    EXPECT_FALSE(json::parse(objects));
}

TEST(Findings, become_one_error_that_names_every_place) {
    const auto error = base::findings_error(
        "x.y", {{"/a", {"甲", "A"}, {"改", "mend"}}, {"", {"乙", "B"}, {"改二", "mend two"}}});
    EXPECT_EQ(error.code, "x.y");
    EXPECT_EQ(error.field, "/a");
    EXPECT_EQ(error.message.en, "/a: A; /: B");
    EXPECT_EQ(error.cure.en, "mend");
}

} // namespace
