// Leaks planted in made tables, and those known in published ones.
#include "engine/score/leak.hpp"
#include "engine/score/random.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace score {
namespace {

std::string named(const Frame& frame) {
    std::string names;
    for (const auto& leak : check_leaks(frame).leaks)
        names += leak.column + ":" + std::to_string(static_cast<int>(leak.kind)) + " ";
    return names;
}

Frame frame_of(std::string text, const Wish& wish) {
    const auto sheet = read_sheet(std::move(text), wish.target);
    EXPECT_TRUE(sheet);
    auto frame = make_frame(*sheet, wish);
    EXPECT_TRUE(frame) << (frame ? "" : frame.error().message.en);
    return *std::move(frame);
}

TEST(Leak, planted_leaks_are_named_and_honest_columns_are_not) {
    Random random(6);
    std::string text = "honest,strong,paid_off_on,recovered,term,a1,a2,a3,covered_by_a,y\n";
    for (int i = 0; i < 3000; ++i) {
        const bool bad = random.below(5) == 0;
        const bool covered = random.below(100) < (bad ? 70U : 30U);
        const auto number = [&](double at, double wide) {
            return std::to_string(at + wide * random.unit());
        };
        text += number(bad ? 0.3 : 0, 1) + "," + number(bad ? 0.6 : 0, 1) + ",";
        text += (bad == (random.below(100) != 0) ? "2020-01-0" + std::to_string(1 + random.below(9))
                                                 : "") +
                ",";
        text += (bad ? number(100, 900) : "0") + ",";
        // Whole years unless the loan ended early.
        text +=
            std::to_string(
                bad && random.below(10) < 8 ? 12 + random.below(72) : 12 * (1 + random.below(7))) +
            ",";
        for (int k = 0; k < 3; ++k)
            text += (covered ? number(0, 1) : "") + ",";
        text += std::string(covered ? "1" : "0") + "," + (bad ? "1" : "0") + "\n";
    }
    auto frame = frame_of(text, {.target = "y", .positive = "1"});
    EXPECT_EQ(named(frame), "paid_off_on:2 recovered:0 term:1 a1:3 a2:3 a3:3 covered_by_a:4 ");
    const auto leaks = check_leaks(frame).leaks;
    const std::vector<std::string> allowed{"TERM"};
    EXPECT_EQ(refuse_leaks(frame, leaks, allowed).size(), 6U);
    EXPECT_EQ(frame.columns.size(), 3U);
    const std::vector<std::string> all{"all"};
    EXPECT_TRUE(refuse_leaks(frame, leaks, all).empty());
}

// The shared data, which are not ours to ship.
std::optional<std::string> shared_text(const std::string& file) {
    const auto* folder = std::getenv("RONGQIAO_SHARED");
    const auto path =
        std::string(folder != nullptr ? folder : SOURCE_DIR "/../shared") + "/data/" + file;
    if (!std::ifstream(path)) return std::nullopt;
    if (!path.ends_with(".zst")) {
        std::ostringstream text;
        text << std::ifstream(path, std::ios::binary).rdbuf();
        return text.str();
    }
    auto* pipe = popen(("zstd -dcq '" + path + "'").c_str(), "r");
    std::string text;
    char buffer[65536];
    while (const auto size = std::fread(buffer, 1, sizeof buffer, pipe))
        text.append(buffer, size);
    if (pclose(pipe) != 0) return std::nullopt;
    return text;
}

TEST(Leak, the_rating_of_the_invoices_and_what_a_lender_writes_after_a_loss) {
    const auto rated = shared_text("cn-sme-vat-invoices/credit_enterprises.csv");
    const auto loans = shared_text("sba-loans/SBAnational_head.csv.zst");
    if (!rated || !loans) GTEST_SKIP() << "the shared data are not here";
    const Wish wish{.target = "MIS_Status", .positive = "CHGOFF"};
    EXPECT_EQ(named(frame_of(*rated, {.target = "是否违约", .positive = "是"})), "信誉评级:0 ");
    EXPECT_EQ(named(frame_of(*loans, wish)), "Term:0 ChgOffDate:2 ChgOffPrinGr:0 ");
}

TEST(Leak, honest_published_tables_lose_nothing) {
    const auto german = shared_text("german-credit/german.data");
    const auto card = shared_text("uci-default-credit-card/UCI_Credit_Card.csv.zst");
    const auto polish = shared_text("polish-bankruptcy/1year.arff.zst");
    if (!german || !card || !polish) GTEST_SKIP() << "the shared data are not here";
    EXPECT_EQ(named(frame_of(*german, {.target = "CLASSIFICATION", .positive = "0"})), "");
    EXPECT_EQ(named(frame_of(*card, {.target = "last", .positive = "1"})), "");
    EXPECT_EQ(named(frame_of(*polish, {.target = "class", .positive = "1"})), "");
}

// Modules joined to a list of firms: whether a module knows a firm differs by the outcome.
TEST(Leak, coverage_of_joined_modules) {
    const auto firms = shared_text("cn-illegal-fundraising-bdci2020/entprise_info.csv.zst");
    const auto annual = shared_text("cn-illegal-fundraising-bdci2020/annual_report_info.csv.zst");
    if (!firms || !annual) GTEST_SKIP() << "the shared data are not here";
    const auto list = read_sheet(*firms, "label");
    const auto reports = read_sheet(*annual, "id");
    ASSERT_TRUE(list && reports);
    std::map<std::string_view, std::size_t> row_of;
    for (std::size_t row = 0; row < reports->rows(); ++row)
        row_of.emplace(reports->cells[0][row], row);
    std::string text = "id";
    const std::size_t columns = std::min<std::size_t>(reports->names.size(), 6);
    for (std::size_t place = 1; place < columns; ++place)
        text += "," + reports->names[place];
    text += ",has_annual,label\n";
    for (std::size_t row = 0; row < list->rows(); ++row) {
        const auto found = row_of.find(list->cells[0][row]);
        text += std::string(list->cells[0][row]);
        for (std::size_t place = 1; place < columns; ++place)
            text += "," + std::string(
                              found == row_of.end() ? std::string_view()
                                                    : reports->cells[place][found->second]);
        text += std::string(found == row_of.end() ? ",0," : ",1,") +
                std::string(list->cells[1][row]) + "\n";
    }
    const auto leaks = check_leaks(frame_of(text, {.target = "label", .positive = "1"})).leaks;
    const auto flag = std::ranges::find(leaks, "has_annual", &Leak::column);
    ASSERT_NE(flag, leaks.end());
    EXPECT_EQ(flag->kind, LeakKind::coverage_flag);
}

} // namespace
} // namespace score
