#include "engine/reference/credit_code.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

namespace {

using reference::CodeOutcome;
using reference::CreditCode;
using reference::read_code;

std::filesystem::path shared() {
    const char* set = std::getenv("RONGQIAO_SHARED");
    return set != nullptr ? std::filesystem::path(set)
                          : std::filesystem::path(SOURCE_DIR).parent_path() / "shared";
}

TEST(CreditCode, known_codes_come_out_as_they_should) {
    struct Case {
        const char* text;
        CodeOutcome want;
        const char* code;
    };

    const Case cases[] = {
        {"91350100M000100Y43", CodeOutcome::valid, "91350100M000100Y43"}, // GB 32100-2015, annex
        {"91440101MA5CJQ4N59", CodeOutcome::valid, "91440101MA5CJQ4N59"},
        {"91350200MA31E12PXF", CodeOutcome::valid, "91350200MA31E12PXF"}, // inner check X
        {"11330700002592599F", CodeOutcome::valid, "11330700002592599F"},
        {" 91440101ma5cjq4n59\r\n", CodeOutcome::valid, "91440101MA5CJQ4N59"},
        {"９１４４０１０１ＭＡ５ＣＪＱ４Ｎ５９　", CodeOutcome::valid, "91440101MA5CJQ4N59"},
        // Issued in the pilot years, legally valid, wrong check character: a warning.
        {"91350100M0001TGQXM", CodeOutcome::check_digit_mismatch, "91350100M0001TGQXM"},
        {"91350211M0000XUF46", CodeOutcome::check_digit_mismatch, "91350211M0000XUF46"},
        {"91440101MA5CJQ4N58", CodeOutcome::check_digit_mismatch, "91440101MA5CJQ4N58"},
        {"91440101MA5CJQ4N5", CodeOutcome::malformed, ""},
        {"91440101MA5CJQ4N590", CodeOutcome::malformed, ""},
        {"914401O1MA5CJQ4N59", CodeOutcome::malformed, ""}, // the letter O in the area
        {"91440101MI5CJQ4N59", CodeOutcome::malformed, ""}, // the letter I
        {"914401A1MA5CJQ4N59", CodeOutcome::malformed, ""}, // areas are digits
        {"91440101MA5CJQ4N5\0", CodeOutcome::malformed, ""},
        {"统一社会信用代码", CodeOutcome::malformed, ""},
        {"", CodeOutcome::malformed, ""},
    };
    for (const auto& [text, want, code] : cases) {
        const auto reading = read_code(text);
        EXPECT_EQ(reading.outcome, want) << text;
        EXPECT_EQ(reading.code, code) << text;
        EXPECT_EQ(CreditCode::parse(text).has_value(), want != CodeOutcome::malformed) << text;
        EXPECT_EQ(reading.cure.zh.empty(), want == CodeOutcome::valid) << text;
        EXPECT_EQ(reading.cure.en.empty(), want == CodeOutcome::valid) << text;
    }
}

TEST(CreditCode, a_refusal_points_at_the_character) {
    EXPECT_NE(read_code("914401O1MA5CJQ4N59").message.en.find("Character 7 "), std::string::npos);
    EXPECT_NE(read_code("91440101MI5CJQ4N59").message.zh.find("第 10 位"), std::string::npos);
    EXPECT_EQ(CreditCode::parse("x").error().code, "reference.credit_code");
}

TEST(CreditCode, parts_and_offices_are_named) {
    const auto reading = read_code("11330700002592599F");
    EXPECT_EQ(reading.department.zh, "机构编制");
    EXPECT_EQ(reading.category.zh, "机关");
    EXPECT_EQ(reading.area, "330700");
    const auto code = *CreditCode::parse("91440101MA5CJQ4N59");
    EXPECT_EQ(code.organisation(), "MA5CJQ4N5");
    EXPECT_EQ(read_code(code.text()).category.zh, "企业");
}

TEST(CreditCode, a_mismatch_shows_the_code_that_would_be_right) {
    const auto reading = read_code("91440101MA5CJQ4N58");
    EXPECT_EQ(reading.expected_code, "91440101MA5CJQ4N59");
    EXPECT_EQ(read_code(reading.expected_code).outcome, CodeOutcome::valid);
}

TEST(CreditCode, one_wrong_character_never_goes_unseen) {
    // 3 is a primitive root modulo 31, so any change of one character changes the sum.
    const auto code = std::string("91440101MA5CJQ4N59");
    constexpr std::string_view letters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    for (std::size_t i = 0; i < code.size(); ++i) {
        for (const char letter : letters) {
            auto changed = code;
            changed[i] = letter;
            if (changed == code) continue;
            EXPECT_NE(read_code(changed).outcome, CodeOutcome::valid) << changed;
        }
    }
}

TEST(CreditCode, synthetic_codes_are_valid_distinct_and_repeatable) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::set<std::string> seen;
    for (std::uint64_t i = 0; i < 20'000; ++i) {
        const auto code = reference::synthetic_code({.seed = seed / 16 + i});
        ASSERT_EQ(code.outcome(), CodeOutcome::valid) << code.text();
        ASSERT_EQ(code.area(), "330421");
        ASSERT_TRUE(seen.insert(code.text()).second) << code.text();
    }
    EXPECT_EQ(reference::synthetic_code({.seed = 7}), reference::synthetic_code({.seed = 7}));
    const auto shop = reference::synthetic_code(
        {.department = '9', .category = '2', .area = "320509", .seed = 7});
    EXPECT_EQ(read_code(shop.text()).category.zh, "个体工商户");
}

TEST(CreditCode, agrees_with_published_vectors) {
    std::ifstream file(shared() / "data/cn-uscc-vectors/uscc_samples.csv");
    if (!file) GTEST_SKIP() << "no shared data: set RONGQIAO_SHARED";
    std::string line;
    std::getline(file, line);
    int codes = 0;
    while (std::getline(file, line)) {
        if (line.size() < 18) continue;
        const auto code = line.substr(0, 18);
        const auto after = line.find(',', 19);
        const bool final_holds = line.compare(19, 4, "True") == 0;
        const bool organisation_holds = line.compare(after + 1, 4, "True") == 0;
        const auto parsed = CreditCode::parse(code);
        ASSERT_TRUE(parsed) << code; // a real code is never refused
        EXPECT_EQ(parsed->final_check_holds(), final_holds) << code;
        EXPECT_EQ(parsed->organisation_check_holds(), organisation_holds) << code;
        ++codes;
    }
    EXPECT_GE(codes, 40);
}

} // namespace
