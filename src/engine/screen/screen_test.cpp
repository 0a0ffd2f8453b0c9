// Names in parts, pairs that are and are not the same firm, and the index against judging every
// entry.
#include "engine/reference/credit_code.hpp"
#include "engine/screen/generate.hpp"
#include "engine/screen/read.hpp"
#include "engine/table/csv.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <numeric>

namespace screen {
namespace {

const Names& names() {
    static const Names made = [] {
        const auto vocabulary = load_words(SOURCE_DIR "/packs/jiashan");
        EXPECT_TRUE(vocabulary) << (vocabulary ? "" : vocabulary.error().message.en);
        return Names(*vocabulary);
    }();
    return made;
}

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const auto* text = std::getenv(name);
    return text == nullptr ? otherwise : std::stoull(text);
}

const base::Date today = base::Date::of(2023, 6, 30);

struct SplitRow {
    const char* text;
    const char* division;
    const char* trade;
    const char* industry;
    const char* form;
};

TEST(Name, is_told_in_its_parts) {
    const std::vector<SplitRow> rows{
        {"嘉兴蔚禾纺织有限公司", "嘉兴", "蔚禾", "纺织", "有限公司"},
        {"浙江省嘉兴市蔚禾纺织有限责任公司", "嘉兴", "蔚禾", "纺织", "有限公司"},
        {"嘉善县蔚禾纺织股份有限公司", "嘉善", "蔚禾", "纺织", "股份有限公司"},
        {"蔚禾（嘉兴）纺织有限公司", "嘉兴", "蔚禾", "纺织", "有限公司"},
        {"蔚禾 [嘉興] 紡織有限公司", "嘉兴", "蔚禾", "纺织", "有限公司"},
        {"嘉兴蔚禾纺织有线公司", "嘉兴", "蔚禾", "纺织", "有限公司"},
        {"嘉兴蔚禾纺织限公司", "嘉兴", "蔚禾", "纺织", "有限公司"},
        {"嘉兴蔚禾纺织", "嘉兴", "蔚禾", "纺织", ""},
        {"桐庐县蔚禾纺织厂", "桐庐", "蔚禾", "纺织", "厂"},
        {"大云镇蔚禾纺织厂", "大云镇", "蔚禾", "纺织", "厂"},
        {"大云纺织厂", "", "大云", "纺织", "厂"},
        {"长春藤科技有限公司", "长春", "藤科技", "", "有限公司"},
        {"佳美超市有限公司", "", "佳美", "超市", "有限公司"},
        {"天安区块链科技有限公司", "", "天安区块", "链科技", "有限公司"},
        {"嘉兴蔚禾投资合伙企业（有限合伙）", "嘉兴", "蔚禾", "投资", "合伙企业"},
        {"嘉兴蔚禾纺织有限公司（自然人独资）", "嘉兴", "蔚禾", "纺织", "有限公司"},
        {"ＡＢＣ（中国）有限公司", "中国", "abc", "", "有限公司"},
        {"嘉兴市第一建筑工程有限公司", "嘉兴", "第一", "建筑工程", "有限公司"},
        {"有限公司", "", "有限公司", "", ""},
        {"公司", "", "公司", "", ""},
        {"北京", "", "北京", "", ""},
        {"（）", "", "", "", ""},
        {"", "", "", "", ""},
    };
    for (const auto& row : rows) {
        SCOPED_TRACE(row.text);
        const auto name = names().split(row.text);
        EXPECT_EQ(text_of(name.division), row.division);
        EXPECT_EQ(text_of(name.trade), row.trade);
        EXPECT_EQ(text_of(name.industry), row.industry);
        EXPECT_EQ(name.form < 0 ? "" : names().form(name.form).name, row.form);
    }
}

TEST(Name, of_a_branch_leads_to_its_firm) {
    const auto name = names().split("嘉兴蔚禾纺织有限公司平湖分公司");
    EXPECT_EQ(text_of(name.trade), "蔚禾");
    EXPECT_EQ(name.branch, "平湖分公司");
}

struct PairRow {
    const char* kept;
    const char* asked;
    bool hit;
};

TEST(Screening, finds_slips_and_tells_other_firms_apart) {
    const std::vector<PairRow> rows{
        {"嘉兴蔚禾纺织有限公司", "嘉兴蔚禾纺织有限公司", true},
        {"嘉兴蔚禾纺织有限公司", "嘉興蔚禾紡織有限公司", true},
        {"嘉兴蔚禾纺织有限公司", "蔚禾纺织", true},
        {"嘉兴蔚禾纺织有限公司", "浙江蔚禾纺织有限公司", true}, // 嘉兴 is in 浙江
        {"嘉兴蔚禾纺织有限公司", "苏州蔚禾纺织有限公司", false},
        {"嘉兴蔚禾纺织有限公司", "嘉兴卫和纺织有限公司", true}, // both sound the same
        {"嘉兴蔚禾纺织有限公司", "加兴蔚禾纺织有限公司", true},
        {"嘉兴蔚禾纺织有限公司", "嘉兴禾蔚纺织有限公司", true},
        {"嘉兴蔚禾纺织有限公司", "嘉兴蔚禾禾纺织有限公司", true},
        {"嘉兴蔚禾纺织有限公司", "嘉兴蔚□纺织有限公司", true},
        {"嘉兴蔚禾纺织有限公司", "嘉兴蔚朗纺织有限公司", false},
        {"嘉兴蔚禾纺织有限公司", "嘉兴蔚禾食品有限公司", false},
        {"嘉兴市第一建筑工程有限公司", "嘉兴市第二建筑工程有限公司", false},
        {"嘉兴未来纺织有限公司", "嘉兴末来纺织有限公司", true}, // looks the same
        {"嘉兴蔚禾纺织有限公司", "嘉兴蔚禾纺织有限公司嘉善分公司", true},
        {"嘉兴蔚禾纺织有限公司", "嘉兴蔚禾纺织股份有限公司", true},
        {"嘉兴新华联商贸有限公司", "嘉兴新华锦商贸有限公司", false},
    };
    for (const auto& row : rows) {
        SCOPED_TRACE(std::string(row.kept) + " / " + row.asked);
        const Screen screen(names(), {Entry{.name = row.kept}});
        Screen::Work work;
        const auto answer = screen.ask({row.asked, {}}, today, 5, work);
        EXPECT_EQ(!answer.hits.empty(), row.hit)
            << (answer.hits.empty() ? 0 : answer.hits.front().score);
    }
}

TEST(Screening, goes_by_code_first_and_by_day) {
    const auto valid = reference::synthetic_code({.seed = 1}).text();
    const auto other = reference::synthetic_code({.seed = 2}).text();
    std::vector<Entry> entries(4);
    entries[0] = {.name = "嘉兴蔚禾纺织有限公司", .code = valid};
    entries[1] = {.name = "嘉兴蔚禾纺织有限公司", .code = other};
    entries[2] = {.name = "嘉兴蔚禾纺织有限公司", .until = base::Date::of(2023, 6, 29)};
    entries[3] = {.name = "嘉兴蔚禾纺织有限公司", .appeal = Appeal::upheld};
    const Screen screen(names(), entries);
    Screen::Work work;
    const auto by_code = screen.ask({"完全不同的名称", valid}, today, 5, work);
    ASSERT_EQ(by_code.hits.size(), 1U);
    EXPECT_EQ(by_code.hits[0].entry, 0U);
    EXPECT_EQ(by_code.hits[0].features[0].part, Part::code);
    // Another sound code is another firm, whatever its name.
    EXPECT_EQ(screen.ask({"嘉兴蔚禾纺织有限公司", valid}, today, 5, work).hits.size(), 1U);
    EXPECT_EQ(screen.ask({"嘉兴蔚禾纺织有限公司", {}}, today, 5, work).hits.size(), 2U);
    const auto before =
        screen.ask({"嘉兴蔚禾纺织有限公司", {}}, base::Date::of(2023, 6, 29), 5, work);
    EXPECT_EQ(before.hits.size(), 3U);
}

// The same hits, scores and reasons as judging every entry; reasons add up to the score.
TEST(Screening, by_index_is_judging_every_entry) {
    const auto rounds = number_from("RONGQIAO_SCREENS", 3);
    const auto seed = number_from("RONGQIAO_SEED", 1);
    for (std::uint64_t round = 0; round < rounds; ++round) {
        SCOPED_TRACE("RONGQIAO_SEED=" + std::to_string(seed + round) + " RONGQIAO_SCREENS=1");
        const auto entries = generate_entries(names(), 400, seed + round);
        const Screen screen(names(), entries);
        Screen::Work work;
        std::size_t hits = 0;
        for (const auto& slip : perturb(names(), entries, 4, seed + round)) {
            SCOPED_TRACE(slip.name);
            const auto answer = screen.ask({slip.name, {}}, today, entries.size(), work);
            std::map<std::uint32_t, int> found;
            for (const auto& hit : answer.hits) {
                found[hit.entry] = hit.score;
                EXPECT_EQ(
                    std::accumulate(
                        hit.features.begin(),
                        hit.features.end(),
                        0,
                        [](int sum, const Feature& each) { return sum + each.points; }),
                    hit.score);
            }
            std::map<std::uint32_t, int> judged;
            for (std::uint32_t i = 0; i < entries.size(); ++i)
                if (const auto hit = screen.judge(i, {slip.name, {}}, today, work))
                    judged[i] = hit->score;
            ASSERT_EQ(found, judged);
            hits += found.size();
        }
        EXPECT_GT(hits, 40U);
    }
}

TEST(Perturbed, names_are_found_and_others_are_not) {
    const auto entries = generate_entries(names(), 2'000, 7);
    const Screen screen(names(), entries);
    Screen::Work work;
    Measure measure;
    for (const auto& slip : perturb(names(), entries, 40, 8)) {
        const auto answer = screen.ask({slip.name, {}}, today, 50, work);
        const bool found = slip.line == 0 ? !answer.hits.empty()
                                          : std::ranges::any_of(answer.hits, [&](const Hit& hit) {
                                                return entries[hit.entry].line == slip.line;
                                            });
        measure.count(slip.kind, found);
        if (std::getenv("RONGQIAO_TELL") != nullptr && found == (slip.line == 0))
            std::cout << base::json::enum_name(slip.kind) << ' ' << slip.name << " ← "
                      << (answer.hits.empty() ? "" : entries[answer.hits[0].entry].name) << ' '
                      << (answer.hits.empty() ? 0 : answer.hits[0].score) << '\n';
    }
    const auto measured = measure.measured();
    for (const auto& row : measured.kinds)
        std::cout << base::json::enum_name(row.kind) << ' ' << row.found << '/' << row.asked
                  << '\n';
    EXPECT_GE(measured.listed_found * 100, measured.listed * 98);
    EXPECT_LE(measured.others_found * 100, measured.others * 2);
    EXPECT_EQ(perturb(names(), entries, 3, 5), perturb(names(), entries, 3, 5));
}

TEST(Reading, keeps_good_rows_and_names_the_others) {
    auto source =
        table::open_csv_text("企业名称,统一社会信用代码,名单,来源,列入日期,移出日期,异议\n"
                             "嘉兴蔚禾纺织有限公司,,黑名单,法院,2023-01-31,,\n"
                             ",,黑名单,法院,,,\n"
                             "嘉兴蔚禾纺织有限公司,123,红名单,税务局,,,处理中\n"
                             "嘉兴蔚禾纺织有限公司,,绿名单,,,,\n"
                             "嘉兴蔚禾纺织有限公司,,,,2023-13-01,,\n"
                             "嘉兴蔚禾纺织有限公司,,,,2023-02-01,2023-01-01,\n"
                             "嘉兴蔚禾纺织有限公司,,,,,,也许\n");
    ASSERT_TRUE(source);
    const auto read = read_entries(**source, {}, List::watch);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->entries.size(), 2U);
    EXPECT_EQ(read->entries[0].from, base::Date::of(2023, 1, 31));
    EXPECT_EQ(read->entries[1].list, List::red);
    EXPECT_EQ(read->entries[1].appeal, Appeal::pending);
    EXPECT_EQ(read->notes.refused, 5U);
    EXPECT_EQ(read->notes.remarks, 1U);
    std::vector<std::string> codes;
    for (const auto& noted : read->notes.first) {
        codes.push_back(std::to_string(noted.line) + " " + noted.code);
        EXPECT_FALSE(noted.cure.zh.empty() || noted.cure.en.empty());
    }
    EXPECT_EQ(
        codes,
        (std::vector<std::string>{
            "3 screen.no_name",
            "4 screen.code",
            "5 screen.list",
            "6 screen.date",
            "7 screen.days",
            "8 screen.appeal"}));
    auto other = table::open_csv_text("a,b\n1,2\n");
    ASSERT_TRUE(other);
    const auto none = read_entries(**other, {}, List::watch);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, "screen.no_column");
    auto mapped = table::open_csv_text("a,b\n嘉兴蔚禾纺织有限公司,2\n");
    EXPECT_EQ(read_questions(**mapped, {{"name", "a"}})->rows.size(), 1U);
}

TEST(Words, without_a_file_are_asked_for) {
    const auto none = load_words(SOURCE_DIR "/docs");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, "screen.no_words");
}

} // namespace
} // namespace screen
