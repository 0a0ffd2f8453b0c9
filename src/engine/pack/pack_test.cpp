// Whole packs: those of the repository, the broken ones of tests/packs, and what a policy answers.
#include "engine/pack/check.hpp"
#include "engine/pack/checker.hpp"
#include "engine/pack/policy.hpp"
#include "engine/pack/schema.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace pack {
namespace {

namespace fs = std::filesystem;

const fs::path source = SOURCE_DIR;

std::string text_of(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

// Folders of this run alone, gone after it.
class Rooms {
public:
    Rooms() {
        auto name = testing::TempDir() + "rongqiao_packs_XXXXXX";
        base::ensure(::mkdtemp(name.data()) != nullptr, "there is room for a folder");
        path_ = name;
    }

    ~Rooms() {
        std::error_code left;
        fs::remove_all(path_, left);
    }

    Rooms(const Rooms&) = delete;
    Rooms& operator=(const Rooms&) = delete;

    fs::path operator/(const fs::path& name) const { return path_ / name; }

private:
    fs::path path_;
};

const Rooms& rooms() {
    static const Rooms all;
    return all;
}

// A folder with the good pack, changed by an overlay, beside the national tables.
fs::path laid_over(const fs::path& overlay) {
    const auto room = rooms() / overlay.filename();
    fs::remove_all(room);
    fs::create_directories(room);
    fs::copy(source / "tests/packs/good", room / "good", fs::copy_options::recursive);
    fs::copy(
        overlay, room / "good", fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    fs::create_directory_symlink(source / "packs/china", room / "china");
    return room / "good";
}

std::size_t errors(const std::vector<Finding>& findings) {
    return static_cast<std::size_t>(
        std::ranges::count(findings, Severity::error, &Finding::severity));
}

TEST(packs, those_of_the_repository_are_sound) {
    for (const auto* name : {"china", "qingxi", "jiashan"}) {
        const auto folder = source / "packs" / name;
        if (!fs::exists(folder / "pack.yaml")) continue;
        const auto findings = examine(folder);
        EXPECT_EQ(errors(findings), 0U) << report(findings, Language::en);
    }
    const auto good = examine(laid_over(source / "tests/packs/good"));
    EXPECT_EQ(errors(good), 0U) << report(good, Language::en);
}

TEST(packs, every_broken_one_is_found_at_its_line_with_a_cure) {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(source / "tests/packs/broken")) {
        const auto folder = laid_over(entry.path());
        auto wanted = text_of(entry.path() / "expect.txt");
        while (wanted.ends_with('\n'))
            wanted.pop_back();
        const auto findings = examine(folder);
        bool found = false;
        for (const auto& one : findings) {
            const auto file = fs::path(one.file).lexically_relative(folder).generic_string();
            const auto seen = file + ":" + std::to_string(one.line) + " " + one.code;
            if (one.severity != Severity::error || seen != wanted) continue;
            found = true;
            EXPECT_GE(one.column, 1) << wanted;
            EXPECT_FALSE(one.message.zh.empty() || one.message.en.empty()) << wanted;
            EXPECT_FALSE(one.cure.zh.empty() || one.cure.en.empty()) << wanted;
        }
        EXPECT_TRUE(found) << entry.path().filename() << " wants " << wanted << "\n"
                           << report(findings, Language::en);
        ++count;
    }
    EXPECT_GE(count, 30U);
}

TEST(packs, a_broken_one_gives_no_policy) {
    const auto policy =
        Policy::load(laid_over(source / "tests/packs/broken/23_unknown_institution"));
    ASSERT_FALSE(policy);
    EXPECT_EQ(policy.error().code, "pack.refused");
    EXPECT_TRUE(policy.error().field.ends_with("good/products/stream_bank.yaml:2"))
        << policy.error().field;
    EXPECT_EQ(policy.error().cure.en, "write stream_bank");
}

TEST(packs, contradictions_of_the_plan_are_notes_and_no_errors) {
    const auto findings = examine(source / "packs/qingxi");
    ASSERT_EQ(findings.size(), 1U) << report(findings, Language::en);
    EXPECT_EQ(findings[0].severity, Severity::note);
    EXPECT_EQ(findings[0].code, "pack.flag");
    EXPECT_EQ(
        findings[0].message.en,
        "Balance and growth agree: 2025, the values grow by 20.00%, the printed growth is 18.00%");
}

// What the plan of 2021 says twice and differently: every one is told, and nothing else is.
TEST(packs, the_contradictions_of_jiashans_plan_are_all_told) {
    const auto folder = source / "packs/jiashan";
    std::map<std::string, std::size_t> told;
    for (const auto& one : examine(folder)) {
        if (one.code == "pack.flag") ++told[one.message.zh.substr(0, one.message.zh.find("："))];
    }
    const std::map<std::string, std::size_t> wanted{
        {"工业企业利润的数值与增速", 2},
        {"制造业贷款余额的数值与增速", 1},
        {"制造业贷款占比须超过 25%", 1},
        {"担保余额与担保资金是两个口径", 1},
        {"担保余额新增与担保资金是两个口径", 1},
        {"产业投资基金与股权投资基金是两个范围", 1},
        {"撮合融资与平台融资额期间不同", 1},
        {"贷款贴息资金大于财政资金总额", 3},
        {"融资担保资金大于财政资金总额", 3},
        {"研发费用增长正文与附件不同", 1}};
    EXPECT_EQ(told, wanted);
}

TEST(packs, a_folder_that_is_none_is_said_so) {
    const auto policy = Policy::load(source / "packs/nowhere");
    ASSERT_FALSE(policy);
    EXPECT_EQ(policy.error().code, "pack.refused");
    EXPECT_TRUE(policy.error().field.ends_with("packs/nowhere/pack.yaml:1"))
        << policy.error().field;
}

TEST(packs, upper_pack_wins_by_code_and_by_table) {
    const auto loaded = load(source / "packs/qingxi");
    EXPECT_EQ(loaded.pack.header.code, "qingxi");
    EXPECT_EQ(loaded.tables.areas.areas.size(), 4U); // its own file, not the nation's
    EXPECT_GT(loaded.tables.lpr.fixings.size(), 40U);
    EXPECT_TRUE(
        loaded.places.of("/tables/areas/areas/2").file.ends_with("packs/qingxi/areas.yaml"));
    EXPECT_TRUE(loaded.places.of("/tables/lpr/fixings/0").file.ends_with("packs/china/lpr.yaml"));
}

void put(const fs::path& path, std::string_view text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

constexpr std::string_view header =
    "version: '1'\ntitle: {zh: 甲, en: A}\ncounty: {zh: 甲, en: A}\narea: '330424'\n"
    "effective_from: 2024-01-01\n";

TEST(packs, upper_pack_overrides_one_product_and_keeps_the_others) {
    const auto good = laid_over(source / "tests/packs/good");
    const auto upper = good.parent_path() / "upper";
    put(upper / "pack.yaml", "code: upper\nextends: good\n" + std::string(header));
    auto products = text_of(good / "products/stream_bank.yaml");
    products = products.substr(0, products.find("- code: workshop_loan"));
    products.replace(products.find("100万元\n  term_min"), 9, "200万元");
    put(upper / "products.yaml", products);
    const auto findings = examine(upper);
    EXPECT_EQ(errors(findings), 0U) << report(findings, Language::en);
    const auto loaded = load(upper);
    ASSERT_EQ(loaded.pack.products.size(), 2U);
    EXPECT_EQ(loaded.pack.products[0].amount_max, Money::wan(200));
    EXPECT_TRUE(loaded.places.of("/products/0/amount_max").file.ends_with("upper/products.yaml"));
    EXPECT_TRUE(loaded.places.of("/products/1/amount_max")
                    .file.ends_with("good/products/stream_bank.yaml"));
}

TEST(packs, a_circle_of_extends_is_an_error_and_ends) {
    const auto room = rooms() / "circle";
    put(room / "a/pack.yaml", "code: a\nextends: b\n" + std::string(header));
    put(room / "b/pack.yaml", "code: b\nextends: a\n" + std::string(header));
    const auto findings = examine(room / "a");
    ASSERT_EQ(errors(findings), 1U) << report(findings, Language::en);
    EXPECT_EQ(findings[0].code, "pack.extends");
    EXPECT_EQ(findings[0].line, 2);
}

TEST(packs, a_report_says_place_words_code_and_cure_in_one_language) {
    const std::vector<Finding> findings{
        finding(
            Severity::error,
            {"a/units.yaml", 3, 9},
            "pack.reference",
            {"没有", "none"},
            {"改", "change"}),
        finding(Severity::note, {"a/checks.yaml", 1, 1}, "pack.flag", {"不符", "differs"}, {})};
    EXPECT_EQ(
        report(findings, Language::en),
        "a/units.yaml:3:9: error: none [pack.reference]\n    cure: change\n"
        "a/checks.yaml:1:1: note: differs [pack.flag]\n1 errors, 0 warnings, 1 notes\n");
    EXPECT_TRUE(report(findings, Language::zh)
                    .starts_with("a/units.yaml:3:9: 错误: 没有 [pack.reference]\n    办法：改\n"));
}

TEST(contradiction, is_found_only_where_it_is_certain) {
    std::vector<rule::Attribute> attributes(6);
    const rule::Type types[] = {
        rule::Type::integer,
        rule::Type::number,
        rule::Type::money,
        rule::Type::choice,
        rule::Type::boolean,
        rule::Type::date};
    for (std::size_t i = 0; i < attributes.size(); ++i) {
        attributes[i].name = std::string(1, static_cast<char>('a' + i));
        attributes[i].label = {"字" + attributes[i].name, attributes[i].name};
        attributes[i].type = types[i];
    }
    attributes[3].choices = {{"x", {"叉", "x"}}, {"y", {"丫", "y"}}, {"z", {"之", "z"}}};
    const auto schema = rule::Schema::make(attributes);
    ASSERT_TRUE(schema) << schema.error().message.en;
    const std::pair<const char*, const char*> cases[] = {
        {"a >= 5 && a <= 5", ""},
        {"a > 5 && a < 7", ""},
        {"a > 5 && a < 6", "a < 6"},
        {"b > 5.0 && b < 6.0", ""},
        {"a >= 5 && b < 5.0", ""},
        {"a >= 5 || a < 5 && a > 9", ""}, // only one of the alternatives
        {"a >= 5 && (b > 1.0 && a < 5)", "a < 5"},
        {"5 > a && a == 5", "a == 5"},
        {"a != 5 && a == 5", "a == 5"},
        {"c >= 300万元 && c < 200万元", "c < 200万元"},
        {"c >= 3亿元 && c < 3亿元", "c < 3亿元"},
        {"d == \"x\" && d == \"y\"", "d == \"y\""},
        {"d in [\"x\", \"y\"] && d != \"x\"", ""},
        {"d in [\"x\", \"y\"] && d != \"x\" && d != \"y\"", "d != \"y\""},
        {"e && !e", "!e"},
        {"f >= date(\"2024-01-02\") && f < date(\"2024-01-01\")", "f < date(\"2024-01-01\")"},
    };
    for (const auto& [text, want] : cases) {
        const auto program = rule::compile(text, *schema);
        ASSERT_TRUE(program) << text << ": " << program.error().message.en;
        const auto found = contradiction(*program);
        EXPECT_EQ(found ? found->clause : "", want) << text;
    }
}

class policy : public testing::Test {
protected:
    void SetUp() override {
        auto loaded = Policy::load(source / "packs/qingxi");
        ASSERT_TRUE(loaded) << loaded.error().message.en;
        policy_ = *std::move(loaded);
    }

    std::unique_ptr<const Policy> policy_;
};

TEST_F(policy, finds_by_code_name_and_alias) {
    EXPECT_EQ(policy_->unit("tax_bureau"), policy_->unit("县税务局"));
    EXPECT_EQ(policy_->unit("县金融服务办")->code, "finance_office");
    EXPECT_EQ(policy_->unit("县发改局"), nullptr);
    EXPECT_EQ(policy_->attribute("员工人数"), policy_->attribute("staff"));
    EXPECT_EQ(policy_->product("workshop_loan")->amount_max, Money::wan(300));
    EXPECT_EQ(policy_->indicator("loan_balance")->targets[1].value, 120'000'000'000);
    EXPECT_EQ(policy_->text("welcome").en, "Welcome to Qingxi");
    EXPECT_EQ(policy_->text("nothing"), Text{});
    EXPECT_EQ(policy_->clock("accept")->owner, "institution");
    EXPECT_EQ(policy_->claim_state("nowhere"), nullptr);
    EXPECT_TRUE(policy_->version().starts_with("qingxi 2024.1 "));
}

TEST_F(policy, compiled_rules_decide) {
    const auto* program = policy_->eligibility("workshop_loan");
    ASSERT_NE(program, nullptr);
    rule::Row row(policy_->schema());
    ASSERT_TRUE(row.set("staff", std::int64_t{5}));
    EXPECT_EQ(rule::decide(*program, row, Date::of(2024, 6, 1)), rule::Outcome::unknown);
    ASSERT_TRUE(row.set("tax_grade", std::string("B")));
    EXPECT_EQ(rule::decide(*program, row, Date::of(2024, 6, 1)), rule::Outcome::holds);
    // Ranked best first in the pack: M stands below B, C below M.
    ASSERT_TRUE(row.set("tax_grade", std::string("M")));
    EXPECT_EQ(rule::decide(*program, row, Date::of(2024, 6, 1)), rule::Outcome::fails);
    EXPECT_EQ(policy_->must("sales_not_negative")->source(), "yearly_sales >= 0元");
    EXPECT_TRUE(policy_->compile("staff > 3"));
    EXPECT_FALSE(policy_->compile("staf > 3"));
}

TEST_F(policy, prices_an_offer_by_the_lpr_of_the_day) {
    const auto& product = *policy_->product("tea_season_loan");
    const auto offer =
        policy_->offer(product, policy_->eligibility(product.code), Date::of(2021, 10, 11));
    ASSERT_TRUE(offer);
    EXPECT_EQ(offer->rate, Rate::basis_points(385 + 40));
    const auto fixed =
        policy_->offer(*policy_->product("workshop_loan"), nullptr, Date::of(2021, 10, 11));
    ASSERT_TRUE(fixed);
    EXPECT_EQ(fixed->rate, Rate::basis_points(480));
    EXPECT_EQ(fixed->fee_rate, Rate::basis_points(50));
    EXPECT_FALSE(policy_->offer(product, nullptr, Date::of(2018, 1, 1)));
}

TEST_F(policy, roles_give_rights_and_exclude_each_other) {
    const std::vector<std::string> supervisor{"supervisor"};
    EXPECT_TRUE(policy_->rights_of(supervisor).has(base::Right::need_supervise));
    EXPECT_FALSE(policy_->rights_of(supervisor).has(base::Right::need_post));
    EXPECT_EQ(policy_->rights_of(std::vector<std::string>{"nobody"}), base::Rights{});
    EXPECT_TRUE(policy_->may_hold(PartyKind::department, supervisor));
    EXPECT_EQ(policy_->may_hold(PartyKind::enterprise, supervisor).error().code, "pack.role_kind");
    // The exclusion is written at one of the two only, and holds in either order.
    const std::vector<std::string> two{"auditor", "system_administrator"};
    EXPECT_EQ(policy_->may_hold(PartyKind::platform, two).error().code, "pack.roles_exclude");
    const std::vector<std::string> none{"nobody"};
    EXPECT_EQ(policy_->may_hold(PartyKind::platform, none).error().code, "pack.role_unknown");
}

TEST(schemas, those_for_editors_are_current) {
    for (const auto& [name, text] : json_schemas()) {
        EXPECT_TRUE(base::json::parse(text)) << name;
        if (text_of(source / "docs/pack-schema" / name) == text) continue;
        const auto fresh = fs::path(testing::TempDir()) / "pack-schema";
        fs::create_directories(fresh);
        std::ofstream(fresh / name, std::ios::binary) << text;
        ADD_FAILURE() << "docs/pack-schema/" << name << " is not current; copy it from "
                      << fresh / name;
    }
}

} // namespace
} // namespace pack
