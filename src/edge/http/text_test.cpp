#include "edge/http/text.hpp"

#include <gtest/gtest.h>

namespace http {
namespace {

TEST(Text, decode_reads_percent_escapes_and_refuses_what_is_no_text) {
    struct Case {
        std::string_view given;
        std::optional<std::string> want;
        bool plus = false;
    };

    const Case cases[] = {
        {.given = "abc", .want = "abc"},
        {.given = "a%20b", .want = "a b"},
        {.given = "a+b", .want = "a+b"},
        {.given = "a+b", .want = "a b", .plus = true},
        {.given = "%E5%98%89%E5%96%84", .want = "嘉善"},
        {.given = "%e5%98%89", .want = "嘉"},
        {.given = "%", .want = {}},
        {.given = "%4", .want = {}},
        {.given = "%zz", .want = {}},
        {.given = "%00", .want = {}},
        {.given = "%ff", .want = {}},
        {.given = "%C0%AF", .want = {}},       // an overlong slash
        {.given = "%ED%A0%80", .want = {}},    // a surrogate
        {.given = "%F4%90%80%80", .want = {}}, // above U+10FFFF
        {.given = "%F0%9F%98%80", .want = "😀"},
    };
    for (const auto& each : cases)
        EXPECT_EQ(decode(each.given, each.plus), each.want) << each.given;
}

TEST(Text, query_reads_names_and_values_in_order) {
    const auto found = parse_query("a=1&&b=x%20y&c&a=2&d=%E5%98%89");
    ASSERT_TRUE(found);
    const std::vector<Parameter> want{{"a", "1"}, {"b", "x y"}, {"c", ""}, {"a", "2"}, {"d", "嘉"}};
    EXPECT_EQ(*found, want);
    EXPECT_EQ(parse_query("a=%").error().code, "http.query");
    std::string many = "x=1";
    for (int i = 0; i < 64; ++i)
        many += "&x=1";
    EXPECT_EQ(parse_query(many).error().code, "http.query");
}

TEST(Text, cookie_finds_the_whole_name_only) {
    EXPECT_EQ(cookie("a=1; rongqiao=tok; b=2", "rongqiao"), "tok");
    EXPECT_EQ(cookie("xrongqiao=1", "rongqiao"), "");
    EXPECT_EQ(cookie("rongqiao=a=b", "rongqiao"), "a=b");
    EXPECT_EQ(cookie("rongqiao=first; rongqiao=second", "rongqiao"), "first");
    EXPECT_EQ(cookie("", "rongqiao"), "");
}

TEST(Text, language_follows_the_weights_and_falls_back_to_chinese) {
    EXPECT_EQ(language_of(""), Language::zh);
    EXPECT_EQ(language_of("en"), Language::en);
    EXPECT_EQ(language_of("en-GB,zh;q=0.9"), Language::en);
    EXPECT_EQ(language_of("en;q=0.5, zh-CN;q=0.8"), Language::zh);
    EXPECT_EQ(language_of("fr, de;q=0.9"), Language::zh);
    EXPECT_EQ(language_of("zh;q=0.1,en;q=0.25"), Language::en);
    EXPECT_EQ(language_of("zh,en"), Language::zh);
}

TEST(Text, entity_tags_compare_weakly) {
    EXPECT_TRUE(tag_matches("\"a\"", "\"a\""));
    EXPECT_TRUE(tag_matches("W/\"a\", \"b\"", "\"a\""));
    EXPECT_TRUE(tag_matches("*", "\"a\""));
    EXPECT_FALSE(tag_matches("\"b\"", "\"a\""));
    EXPECT_FALSE(tag_matches("", "\"a\""));
    EXPECT_EQ(version_of("\"7\""), 7);
    EXPECT_EQ(version_of("W/\"12\""), 12);
    for (const auto* wrong : {"", "*", "7", "\"\"", "\"x\"", "\"7", "\"7x\"", "\"1\",\"2\""})
        EXPECT_EQ(version_of(wrong), std::nullopt) << wrong;
}

} // namespace
} // namespace http
