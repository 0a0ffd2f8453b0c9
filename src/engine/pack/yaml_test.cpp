#include "engine/pack/checker.hpp"
#include "engine/pack/load.hpp"
#include "engine/pack/omissions.hpp"
#include "engine/pack/yaml.hpp"

#include <gtest/gtest.h>

namespace pack {
namespace {

template <class T>
T read(std::string_view text, std::vector<Finding>& findings, Places* places = nullptr) {
    T value{};
    Places own;
    if (const auto root = yaml::parse("a.yaml", text, findings)) {
        std::string pointer;
        yaml::Reader reader("a.yaml", findings, places == nullptr ? own : *places);
        reader.read(*root, value, pointer);
    }
    return value;
}

TEST(yaml, reads_every_shape) {
    std::vector<Finding> findings;
    const auto product = read<Product>(
        "code: a_loan\ninstitution: \"a_bank\"\nname: {zh: 甲贷, en: A loan}\nkind: k\n"
        "summary: {zh: 概要, en: Summary}\neligibility: >\n  x >= 1\n  && y\n"
        "amount_min: 5万元\namount_max: 1.2亿元\nprice: {spread_bp: -15}\nfee_rate: 0.5%\n"
        "guarantee_modes:\n- credit\n- pledge\nvalid_from: 2024-02-29\nvalid_to:\n",
        findings);
    EXPECT_TRUE(findings.empty()) << report(findings, Language::en);
    EXPECT_EQ(product.amount_min, Money::wan(5));
    EXPECT_EQ(product.amount_max, Money::wan(12'000));
    EXPECT_EQ(product.price.spread_bp, -15);
    EXPECT_EQ(product.price.base, PriceBase::lpr_1y);
    EXPECT_EQ(product.fee_rate, Rate::basis_points(50));
    EXPECT_EQ(product.eligibility, "x >= 1 && y\n");
    EXPECT_EQ(product.guarantee_modes, (std::vector<std::string>{"credit", "pledge"}));
    EXPECT_EQ(product.valid_from, Date::of(2024, 2, 29));
    EXPECT_FALSE(product.valid_to);
    EXPECT_EQ(product.answer_days, 3); // its natural default
}

TEST(yaml, places_count_characters_not_bytes) {
    std::vector<Finding> findings;
    Places places;
    read<std::vector<Choice>>("- {code: a, label: {zh: 中文字, en: E}}\n", findings, &places);
    EXPECT_EQ(places.of("/0/label/zh"), (Place{"a.yaml", 1, 25}));
    EXPECT_EQ(places.of("/0/label/en"), (Place{"a.yaml", 1, 34}));
    EXPECT_EQ(places.of("/0/label/en/deeper"), places.of("/0/label/en"));
}

struct Fault {
    const char* text;
    const char* code;
    int line;
    int column;
};

TEST(yaml, says_what_is_wrong_and_where) {
    const Fault faults[] = {
        {"- {code: a}\n", "pack.missing_key", 1, 3},
        {"- code: a\n  label: {zh: 甲, en: A}\n  lable: x\n", "pack.unknown_key", 3, 3},
        {"- code: [a]\n  label: {zh: 甲, en: A}\n", "pack.type", 1, 9},
        {"- code: a\n  label: 甲\n", "pack.language", 2, 10},
        {"- code: a\n  label: {zh: 甲, en: \"\"}\n", "pack.language", 2, 10},
        {"code: a\n", "pack.type", 1, 1},
        {"- code: a\n  label: {zh: 甲, en: A\n", "pack.yaml_syntax", 3, 1},
        {"- code: 'a\n", "pack.yaml_syntax", 1, 9},
        {"- code: \"a\\\"\n", "pack.yaml_syntax", 1, 9},
        {"- &a {code: a}\n- *a\n", "pack.yaml_alias", 1, 3},
        {"- *a\n", "pack.yaml_syntax", 1, 3},
        {"- [1]: 2\n", "pack.yaml_syntax", 1, 3},
        {"[]\n---\n[]\n", "pack.yaml_syntax", 3, 1},
        {"- code: \xFF\n", "pack.encoding", 1, 1},
    };
    for (const auto& fault : faults) {
        std::vector<Finding> findings;
        read<std::vector<Choice>>(fault.text, findings);
        ASSERT_FALSE(findings.empty()) << fault.text;
        EXPECT_EQ(findings[0].code, fault.code) << fault.text;
        EXPECT_EQ(findings[0].line, fault.line) << fault.text;
        EXPECT_EQ(findings[0].column, fault.column) << fault.text;
        EXPECT_FALSE(findings[0].cure.zh.empty() || findings[0].cure.en.empty()) << fault.text;
    }
}

TEST(yaml, refuses_what_is_too_deep_too_long_or_too_large) {
    std::string many = "[";
    for (std::size_t i = 0; i <= yaml::node_limit; ++i)
        many += "1,";
    const std::string texts[] = {
        std::string(30, '[') + std::string(30, ']'),
        many + "]",
        std::string(yaml::file_limit_bytes + 1, ' ')};
    for (const auto& text : texts) {
        std::vector<Finding> findings;
        EXPECT_FALSE(yaml::parse("a.yaml", text, findings));
        ASSERT_EQ(findings.size(), 1U);
        EXPECT_EQ(findings[0].code, "pack.yaml_limit");
    }
}

TEST(figures, become_exact_integers) {
    struct Row {
        FigureKind kind;
        const char* printed;
        const char* unit;
        std::optional<std::int64_t> want;
    };

    const Row rows[] = {
        {FigureKind::money, "714", "亿元", 7'140'000'000'000},
        {FigureKind::money, "53.55", "亿元", 535'500'000'000},
        {FigureKind::money, "4,049", "万元", 4'049'000'000},
        {FigureKind::money, "超过 300 亿元", "亿元", 3'000'000'000'000},
        {FigureKind::money, "0.001", "元", std::nullopt}, // finer than 分
        {FigureKind::money, "714", "%", std::nullopt},
        {FigureKind::money, "9000000", "亿元", std::nullopt}, // beyond what Money holds
        {FigureKind::rate, "12.5", "%", 125'000},
        {FigureKind::rate, "-3", "%", -30'000},
        {FigureKind::rate, "4.90", "%", 49'000},
        {FigureKind::rate, "9", "亿元", std::nullopt},
        {FigureKind::count, "474", "个", 474},
        {FigureKind::count, "1.5", "万户", 15'000},
        {FigureKind::count, "1.5", "家", std::nullopt},
        {FigureKind::count, "3", "元", std::nullopt},
        {FigureKind::count, "翻番", "倍", std::nullopt},
        {FigureKind::count, "20 240", "支", std::nullopt}, // two numbers
    };
    for (const auto& row : rows)
        EXPECT_EQ(figure_value(row.kind, row.printed, row.unit), row.want)
            << row.printed << ' ' << row.unit;
}

// The expression stands in a file in each of YAML's ways to write text; its second line's last word
// is found in all of them.
TEST(locate, finds_the_place_in_every_kind_of_scalar) {
    const char* files[] = {
        "e: 甲 >= 1 &&\n   乙\n",
        "e: \"甲 >= 1 &&\n   乙\"\n",
        "e: '甲 >= 1 &&\n   乙'\n",
        "e: |\n  甲 >= 1 &&\n   乙\n",
        "e: >-\n  甲 >= 1 &&\n   乙\n"};
    for (const std::string text : files) {
        std::vector<Finding> findings;
        Loaded loaded;
        loaded.files["a.yaml"] = text;
        const auto value =
            read<std::map<std::string, std::string>>(text, findings, &loaded.places).at("e");
        const auto end = value.find("乙");
        int line = 1;
        int column = 1;
        for (std::size_t i = 0; i < end; ++i) {
            const bool starts = (static_cast<unsigned char>(value[i]) & 0xC0U) != 0x80U;
            column = value[i] == '\n' ? 1 : column + (starts ? 1 : 0);
            line += value[i] == '\n' ? 1 : 0;
        }
        const auto place = place_inside(loaded, loaded.places.of("/e"), value, line, column);
        const int want_line = text.starts_with("e: |") || text.starts_with("e: >") ? 3 : 2;
        EXPECT_EQ(place, (Place{"a.yaml", want_line, 4})) << text;
    }
}

TEST(places, adopt_replaces_what_stood_there_and_nothing_beside_it) {
    Places local;
    local.put("/products/0", {"b.yaml", 9, 1});
    local.put("/products/0/name", {"b.yaml", 10, 1});
    Places places;
    places.put("/products/1", {"a.yaml", 1, 1});
    places.put("/products/1/fee_rate", {"a.yaml", 2, 1});
    places.put("/products/10/fee_rate", {"a.yaml", 3, 1});
    places.adopt(local, "/products/0", "/products/1");
    EXPECT_EQ(places.of("/products/1/name").line, 10);
    EXPECT_EQ(places.of("/products/1/fee_rate").line, 9); // of the nearest thing around it
    EXPECT_EQ(places.of("/products/10/fee_rate").line, 3);
}

} // namespace
} // namespace pack
