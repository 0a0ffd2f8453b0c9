// The national tables as packs/china has them: whole, sound, and equal to what others publish.
#include "engine/calendar/calendar.hpp"
#include "engine/reference/area.hpp"
#include "engine/reference/grades.hpp"
#include "engine/reference/lpr.hpp"
#include "engine/reference/size.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

namespace {

using base::Date;
using base::Money;
using base::Rate;
namespace json = base::json;

const std::filesystem::path china = std::filesystem::path(SOURCE_DIR) / "packs/china";

std::filesystem::path shared() {
    const char* set = std::getenv("RONGQIAO_SHARED");
    return set != nullptr ? std::filesystem::path(set)
                          : std::filesystem::path(SOURCE_DIR).parent_path() / "shared";
}

json::Value value_of(const YAML::Node& node) {
    if (node.IsMap()) {
        boost::json::object object;
        for (const auto& entry : node)
            object[entry.first.as<std::string>()] = value_of(entry.second);
        return object;
    }
    if (node.IsSequence()) {
        boost::json::array array;
        for (const auto& entry : node)
            array.push_back(value_of(entry));
        return array;
    }
    const auto text = node.Scalar();
    if (node.Tag() == "!") return boost::json::string(text); // quoted
    if (text == "true" || text == "false") return text == "true";
    const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    if (digits) return node.as<std::int64_t>();
    return boost::json::string(text);
}

template <class T>
T load(const std::string& file) {
    auto table = json::read<T>(value_of(YAML::LoadFile(china / file)));
    if (!table) throw std::runtime_error(file + ": " + table.error().message.en);
    return *std::move(table);
}

template <class T>
T need(base::Result<T> made) {
    if (!made) throw std::runtime_error(made.error().message.en);
    return *std::move(made);
}

Date date(const std::string& text) { return *Date::parse(text); }

calendar::BusinessCalendar business_calendar() {
    std::vector<calendar::YearRow> years;
    for (int year = 2019; year <= 2026; ++year) {
        years.push_back(load<calendar::YearRow>("calendar/" + std::to_string(year) + ".yaml"));
    }
    return need(
        calendar::BusinessCalendar::make(load<calendar::WeekRow>("calendar/week.yaml"), years));
}

reference::Industries industries() {
    return need(reference::Industries::make(load<reference::IndustryTable>("industries.yaml")));
}

TEST(ChinaPack, every_day_of_every_year_agrees_with_the_published_holidays) {
    const auto folder = shared() / "data/cn-holidays";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no shared data: set RONGQIAO_SHARED";
    const auto days = business_calendar();
    std::map<std::string, bool> off; // day → off or worked, where it differs from the week
    for (int year = 2019; year <= 2027; ++year) {
        std::ifstream file(folder / (std::to_string(year) + ".json"));
        const std::string text((std::istreambuf_iterator<char>(file)), {});
        const auto value = json::parse(text);
        ASSERT_TRUE(value) << year;
        for (const auto& day : value->at("days").as_array()) {
            off[day.at("date").as_string().c_str()] = day.at("isOffDay").as_bool();
        }
    }
    int compared = 0;
    for (auto day = date("2019-01-01"); day <= date("2026-12-31"); day = day.plus_days(1)) {
        const auto published = off.find(day.text());
        const bool want = published == off.end() ? day.weekday() <= 5 : !published->second;
        const auto worked = days.is_working_day(day);
        ASSERT_TRUE(worked);
        EXPECT_EQ(*worked, want) << day.text();
        ++compared;
    }
    EXPECT_EQ(compared, 2922);
    EXPECT_FALSE(days.is_working_day(date("2027-01-04")));
}

TEST(ChinaPack, a_deadline_over_the_autumn_holidays_of_2023) {
    const auto days = business_calendar();
    // 28 September was the last day before 中秋 and 国庆; 7 and 8 October, a weekend, were worked.
    const auto start = *base::Instant::parse("2023-09-28T16:00:00+08:00");
    EXPECT_EQ(days.add_business_minutes(start, 120)->text(), "2023-10-07T02:00:00.000Z");
    EXPECT_EQ(days.add_business_days(start, 3)->text(), "2023-10-09T09:00:00.000Z");
}

TEST(ChinaPack, lpr_by_day) {
    const auto lpr = need(reference::LprHistory::make(load<reference::LprTable>("lpr.yaml")));

    struct Case {
        const char* day;
        const char* from;
        const char* one_year;
        const char* five_years;
        bool stale;
    };

    const Case cases[] = {
        {"2019-08-20", "2019-08-20", "4.25", "4.85", false},
        {"2020-04-19", "2020-03-20", "4.05", "4.75", false},
        {"2020-04-20", "2020-04-20", "3.85", "4.65", false},
        {"2021-12-19", "2021-11-22", "3.85", "4.65", false},
        {"2021-12-20", "2021-12-20", "3.80", "4.65", false},
        {"2022-05-20", "2022-05-20", "3.70", "4.45", false},
        {"2023-08-20", "2023-07-20", "3.55", "4.20", false},
        {"2023-08-21", "2023-08-21", "3.45", "4.20", false},
        {"2024-02-20", "2024-02-20", "3.45", "3.95", false},
        {"2024-10-21", "2024-10-21", "3.10", "3.60", false},
        {"2025-05-20", "2025-05-20", "3.00", "3.50", false},
        {"2026-02-05", "2025-12-22", "3.00", "3.50", false},
        {"2026-02-06", "2025-12-22", "3.00", "3.50", true},
    };
    for (const auto& want : cases) {
        const auto fixing = lpr.on(date(want.day));
        ASSERT_TRUE(fixing) << want.day;
        EXPECT_EQ(fixing->from, date(want.from)) << want.day;
        EXPECT_EQ(fixing->rate(reference::LprTerm::one_year).percent_text(), want.one_year)
            << want.day;
        EXPECT_EQ(fixing->rate(reference::LprTerm::five_years).percent_text(), want.five_years)
            << want.day;
        EXPECT_EQ(fixing->stale, want.stale) << want.day;
    }
    EXPECT_EQ(lpr.on(date("2019-08-19")).error().code, "reference.lpr_unknown");
}

TEST(ChinaPack, lpr_was_announced_on_the_20th_or_the_next_working_day) {
    const auto lpr = need(reference::LprHistory::make(load<reference::LprTable>("lpr.yaml")));
    const auto days = business_calendar();
    auto month = Date::of(2019, 8, 20);
    for (const auto& fixing : lpr.fixings()) {
        EXPECT_EQ(days.plus_working_days(month, 0), fixing.from) << month.text();
        month = month.plus_months(1);
    }
}

TEST(ChinaPack, lpr_agrees_with_the_published_series) {
    std::ifstream file(shared() / "data/cn-lpr/lpr_clean.csv");
    if (!file) GTEST_SKIP() << "no shared data: set RONGQIAO_SHARED";
    const auto lpr = need(reference::LprHistory::make(load<reference::LprTable>("lpr.yaml")));
    std::string line;
    std::getline(file, line);
    std::size_t compared = 0;
    while (std::getline(file, line) && compared < lpr.fixings().size()) {
        const auto& fixing = lpr.fixings()[compared++];
        EXPECT_EQ(fixing.from.text(), line.substr(0, 10));
        EXPECT_EQ(fixing.one_year.percent_text(), line.substr(11, 4)) << line;
        EXPECT_EQ(fixing.five_years.percent_text(), line.substr(16, 4)) << line;
    }
    EXPECT_EQ(compared, lpr.fixings().size());
}

TEST(ChinaPack, industries_have_their_place) {
    const auto table = industries();
    EXPECT_EQ(table.table().sections.size(), 20U);
    EXPECT_EQ(table.table().divisions.size(), 97U);

    struct Case {
        const char* code;
        const char* section; // empty: refused
        const char* division;
        bool named;
        bool manufacturing;
    };

    const Case cases[] = {
        {"C", "C", "", true, true},
        {"13", "C", "13", true, true},
        {"12", "B", "12", true, false},
        {"43", "C", "43", true, true},
        {"44", "D", "44", true, false},
        {"3311", "C", "33", true, true},
        {"C3311", "C", "33", true, true},
        {"3319", "C", "33", false, true},
        {"331", "C", "33", false, true},
        {"0111", "A", "01", false, false},
        {"A3311", "", "", false, false},
        {"98", "", "", false, false},
        {"00", "", "", false, false},
        {"U", "", "", false, false},
        {"3", "", "", false, false},
        {"33111", "", "", false, false},
        {"", "", "", false, false},
        {"33a1", "", "", false, false},
    };
    for (const auto& want : cases) {
        const auto place = table.place(want.code);
        ASSERT_EQ(place.has_value(), *want.section != '\0') << want.code;
        EXPECT_EQ(table.is_manufacturing(want.code), want.manufacturing) << want.code;
        if (!place) continue;
        EXPECT_EQ(place->section, want.section) << want.code;
        EXPECT_EQ(place->division, want.division) << want.code;
        EXPECT_EQ(place->named, want.named) << want.code;
        EXPECT_FALSE(place->name.zh.empty()) << want.code;
    }
    EXPECT_TRUE(table.within("3311", "C"));
    EXPECT_TRUE(table.within("3311", "33"));
    EXPECT_FALSE(table.within("33", "3311"));
    EXPECT_FALSE(table.within("C", "33"));
    int manufacturing = 0;
    for (const auto& row : table.table().classes)
        manufacturing += table.is_manufacturing(row.code) ? 1 : 0;
    EXPECT_GE(manufacturing, 60);
}

TEST(ChinaPack, names_of_industries_agree_with_the_standard) {
    std::ifstream file(shared() / "data/cn-gbt4754-2017/gbt4754_2017.csv");
    if (!file) GTEST_SKIP() << "no shared data: set RONGQIAO_SHARED";
    const auto table = load<reference::IndustryTable>("industries.yaml");
    std::map<std::string, std::string> names; // of levels 1, 2 and 4
    std::string line;
    while (std::getline(file, line)) {
        const auto code_end = line.find(',', 2);
        if (line.size() < 4 || line[1] != ',' || line[0] == '3' || code_end == std::string::npos)
            continue;
        const auto parent_end = line.find(',', code_end + 1);
        auto name = line.substr(parent_end + 1, line.find(',', parent_end + 1) - parent_end - 1);
        if (name.starts_with('"'))
            name = line.substr(parent_end + 2, line.find('"', parent_end + 2) - parent_end - 2);
        names[line.substr(2, code_end - 2)] = name;
    }
    for (const auto& row : table.sections)
        EXPECT_EQ(names[row.code], row.name.zh) << row.code;
    for (const auto& row : table.divisions)
        EXPECT_EQ(names[row.code], row.name.zh) << row.code;
    for (const auto& row : table.classes)
        EXPECT_EQ(names[row.code], row.name.zh) << row.code;
}

using reference::Size;
using reference::SizeFacts;
using reference::SizeIndex;
using reference::SizeOutcome;

void set(SizeFacts& facts, SizeIndex index, std::int64_t amount) {
    switch (index) {
    case SizeIndex::employees: facts.employees = amount; return;
    case SizeIndex::revenue: facts.revenue = Money{amount}; return;
    case SizeIndex::assets: facts.assets = Money{amount}; return;
    }
}

// The published table once more, by hand from the notice, so that a slip in sizes.yaml shows. An
// industry to ask, then per index: large, medium, small.
struct Published {
    const char* industry;
    std::vector<reference::SizeBoundRow> bounds;
};

std::vector<Published> published() {
    constexpr auto x = SizeIndex::employees;
    constexpr auto y = SizeIndex::revenue;
    constexpr auto z = SizeIndex::assets;
    return {
        {"0141", {{y, 20'000, 500, 50}}},
        {"0610", {{x, 1'000, 300, 20}, {y, 40'000, 2'000, 300}}},
        {"3311", {{x, 1'000, 300, 20}, {y, 40'000, 2'000, 300}}},
        {"4620", {{x, 1'000, 300, 20}, {y, 40'000, 2'000, 300}}},
        {"4710", {{y, 80'000, 6'000, 300}, {z, 80'000, 5'000, 300}}},
        {"5137", {{x, 200, 20, 5}, {y, 40'000, 5'000, 1'000}}},
        {"5211", {{x, 300, 50, 10}, {y, 20'000, 500, 100}}},
        {"5431", {{x, 1'000, 300, 20}, {y, 30'000, 3'000, 200}}},
        {"5821", {{x, 1'000, 300, 20}, {y, 30'000, 3'000, 200}}},
        {"5990", {{x, 200, 100, 20}, {y, 30'000, 1'000, 100}}},
        {"6020", {{x, 1'000, 300, 20}, {y, 30'000, 2'000, 100}}},
        {"6110", {{x, 300, 100, 10}, {y, 10'000, 2'000, 100}}},
        {"6210", {{x, 300, 100, 10}, {y, 10'000, 2'000, 100}}},
        {"6312", {{x, 2'000, 100, 10}, {y, 100'000, 1'000, 100}}},
        {"6513", {{x, 300, 100, 10}, {y, 10'000, 1'000, 50}}},
        {"7010", {{y, 200'000, 1'000, 100}, {z, 10'000, 5'000, 2'000}}},
        {"7020", {{x, 1'000, 300, 100}, {y, 5'000, 1'000, 500}}},
        {"7111", {{x, 300, 100, 10}, {z, 120'000, 8'000, 100}}},
        {"7212", {{x, 300, 100, 10}, {z, 120'000, 8'000, 100}}},
        {"7030", {{x, 300, 100, 10}}},
        {"7090", {{x, 300, 100, 10}}},
        {"7320", {{x, 300, 100, 10}}},
        {"7721", {{x, 300, 100, 10}}},
        {"8010", {{x, 300, 100, 10}}},
        {"8512", {{x, 300, 100, 10}}},
        {"8810", {{x, 300, 100, 10}}},
    };
}

TEST(ChinaPack, every_bound_of_the_size_table_holds_to_the_last_fen) {
    const auto standard =
        need(reference::SizeStandard::make(load<reference::SizeTable>("sizes.yaml")));
    const auto places = industries();
    int asked = 0;
    for (const auto& [industry, bounds] : published()) {
        for (const auto& tested : bounds) {
            const std::int64_t unit = tested.index == SizeIndex::employees ? 1 : Money::wan(1).fen;
            const std::pair<std::int64_t, Size> steps[] = {
                {tested.large, Size::large},
                {tested.medium, Size::medium},
                {tested.small, Size::small}};
            for (const auto& [bound, at_bound] : steps) {
                // The other indexes are far above every bound, so only this one decides.
                for (const auto& [amount, want] :
                     {std::pair(bound * unit, at_bound),
                      std::pair(
                          bound * unit - 1, static_cast<Size>(static_cast<int>(at_bound) + 1))}) {
                    SizeFacts facts;
                    for (const auto& other : bounds)
                        set(facts, other.index, 900'000LL * 1'000'000);
                    set(facts, tested.index, amount);
                    const auto verdict = standard.judge(places, industry, facts);
                    ASSERT_TRUE(verdict) << industry;
                    EXPECT_EQ(verdict->outcome, SizeOutcome::judged) << industry;
                    EXPECT_EQ(verdict->size, want) << industry << ' ' << amount;
                    ++asked;
                }
            }
        }
    }
    EXPECT_EQ(asked, 44 * 6); // 44 lines of bounds above, three bounds each, on it and just below
}

TEST(ChinaPack, size_is_the_smallest_grade_and_says_what_is_missing) {
    const auto standard =
        need(reference::SizeStandard::make(load<reference::SizeTable>("sizes.yaml")));
    const auto places = industries();
    // 1,000 people but 1,999 万元 revenue: large by people, small by revenue, so small.
    const auto mixed = standard.judge(places, "C3311", {1'000, Money::wan(1'999), std::nullopt});
    EXPECT_EQ(mixed->size, Size::small);
    EXPECT_EQ(mixed->decided_by, SizeIndex::revenue);
    // 19 people are enough to know a micro firm; 20 are not.
    EXPECT_EQ(standard.judge(places, "3311", {19, std::nullopt, std::nullopt})->size, Size::micro);
    const auto open = standard.judge(places, "3311", {20, std::nullopt, std::nullopt});
    EXPECT_EQ(open->outcome, SizeOutcome::missing_facts);
    EXPECT_EQ(open->size, std::nullopt);
    EXPECT_EQ(open->missing, std::vector{SizeIndex::revenue});
    for (const auto* industry : {"5310", "6621", "7040", "8310", "8411", "9221", "9700"}) {
        const auto verdict = standard.judge(places, industry, {10, Money::wan(10), Money::wan(10)});
        ASSERT_TRUE(verdict) << industry;
        EXPECT_EQ(verdict->outcome, SizeOutcome::not_applicable) << industry;
        EXPECT_FALSE(verdict->reason.en.empty()) << industry;
    }
    EXPECT_EQ(standard.judge(places, "70", {}).error().code, "reference.size_row");
    EXPECT_EQ(standard.judge(places, "9999", {}).error().code, "reference.industry");
}

TEST(ChinaPack, areas_by_day_and_by_place) {
    const auto areas = need(reference::Areas::make(load<reference::AreaTable>("areas.yaml")));
    const auto today = date("2023-01-01");
    EXPECT_EQ(areas.find("330402", date("2004-01-01"))->name.zh, "秀城区");
    EXPECT_EQ(areas.find("330402", today)->name.zh, "南湖区");
    EXPECT_EQ(areas.inside("330421", today).size(), 9U);
    std::string names;
    for (const auto& row : areas.path("330421103", today))
        names += row.name.zh;
    EXPECT_EQ(names, "浙江省嘉兴市嘉善县西塘镇");
    EXPECT_EQ(areas.find("330499", today).error().code, "reference.area");
    EXPECT_TRUE(reference::Areas::within("330421103", "3304"));
    EXPECT_EQ(areas.inside("3304", today).size(), 7U);
}

TEST(ChinaPack, grades_follow_the_rules_of_their_day) {
    const auto grades =
        need(reference::TaxGrades::make(load<reference::TaxGradeTable>("tax_grades.yaml")));
    EXPECT_FALSE(grades.find("M", date("2018-03-31")));
    EXPECT_TRUE(grades.find("M", date("2018-04-01")));
    EXPECT_EQ(grades.on(date("2025-06-30"))->code, "2018");
    EXPECT_EQ(grades.on(date("2025-07-01"))->code, "2025");
    EXPECT_EQ(grades.on(date("2014-09-30")).error().code, "reference.no_version");
    const auto day = date("2023-05-01");

    struct Case {
        const char* grade;
        int score;
        bool want;
    };

    const Case cases[] = {
        {"A", 90, true},
        {"A", 89, false},
        {"B", 89, true},
        {"B", 90, false},
        {"B", 69, false},
        {"C", 69, true},
        {"C", 39, false},
        {"D", 95, true},
        {"M", 70, true}};
    for (const auto& [grade, score, want] : cases) {
        EXPECT_EQ(grades.fits(grade, score, day), want) << grade << score;
    }
    EXPECT_EQ(grades.find("E", day).error().code, "reference.tax_grade");

    const auto classes =
        need(reference::LoanClasses::make(load<reference::LoanClassTable>("loan_classes.yaml")));
    EXPECT_EQ(classes.on(date("2023-06-30"))->code, "2007");
    const std::pair<int, const char*> floors[] = {
        {0, "pass"},
        {7, "pass"},
        {8, "special_mention"},
        {90, "special_mention"},
        {91, "substandard"},
        {270, "substandard"},
        {271, "doubtful"},
        {360, "doubtful"},
        {361, "loss"}};
    for (const auto& [overdue_days, want] : floors) {
        EXPECT_EQ(classes.floor_for_overdue(overdue_days, date("2023-07-01"))->code, want)
            << overdue_days;
        EXPECT_EQ(classes.floor_for_overdue(overdue_days, date("2023-06-30"))->code, "pass");
    }
    EXPECT_TRUE(classes.find("substandard", day)->non_performing);
    EXPECT_FALSE(classes.find("special_mention", day)->non_performing);

    const auto modes = need(reference::RepaymentModes::make(
        load<reference::RepaymentModeTable>("repayment_modes.yaml")));
    EXPECT_TRUE(modes.find("renewal_without_repayment")->rolls_over);
    EXPECT_EQ(modes.find("x").error().code, "reference.repayment_mode");

    const auto green = need(reference::GreenCatalogues::make(
        load<reference::GreenCatalogueTable>("green_catalogues.yaml")));
    EXPECT_EQ(green.on(date("2023-12-31"))->groups.size(), 6U);
    EXPECT_EQ(green.on(date("2024-06-01"))->groups.size(), 7U);
    EXPECT_EQ(green.on(date("2025-10-01"))->code, "finance_2025");
}

TEST(ChinaPack, spoilt_tables_are_found_where_they_are) {
    const auto first = [](const std::vector<base::Finding>& findings) {
        return findings.empty() ? std::string("none") : findings.front().pointer;
    };
    auto sizes = load<reference::SizeTable>("sizes.yaml");
    sizes.rows[1].bounds[0].medium = 1'000;
    EXPECT_EQ(first(check(sizes)), "/rows/1/bounds/0");
    sizes = load<reference::SizeTable>("sizes.yaml");
    sizes.rows[2].industries = {"C"};
    EXPECT_EQ(first(check(sizes)), "/rows/2/industries");
    auto lpr = load<reference::LprTable>("lpr.yaml");
    lpr.fixings[3].one_year_percent = "415";
    EXPECT_EQ(first(check(lpr)), "/fixings/3/one_year_percent");
    lpr = load<reference::LprTable>("lpr.yaml");
    std::swap(lpr.fixings[3], lpr.fixings[4]);
    EXPECT_EQ(first(check(lpr)), "/fixings/4/from");
    auto areas = load<reference::AreaTable>("areas.yaml");
    areas.areas[8].from.reset();
    EXPECT_EQ(first(check(areas)), "/areas/8");
    auto table = load<reference::IndustryTable>("industries.yaml");
    table.divisions[5].code = "6";
    EXPECT_EQ(first(check(table)), "/divisions/5/code");
    table = load<reference::IndustryTable>("industries.yaml");
    table.sections[3].first = "43";
    EXPECT_EQ(first(check(table)), "/sections/3");
    auto classes = load<reference::LoanClassTable>("loan_classes.yaml");
    classes.versions[1].classes[3].overdue_more_than_days = 90;
    EXPECT_EQ(first(check(classes)), "/versions/1/classes/3/overdue_more_than_days");
    auto grades = load<reference::TaxGradeTable>("tax_grades.yaml");
    grades.versions[0].grades[1].code = "A";
    EXPECT_EQ(first(check(grades)), "/versions/0/grades/1/code");
    auto green = load<reference::GreenCatalogueTable>("green_catalogues.yaml");
    std::swap(green.versions[0], green.versions[1]);
    EXPECT_EQ(first(check(green)), "/versions/1/from");
}

} // namespace
