// Rules, lists, caps and records of a watch; tables read; what is generated and measured.
#include "engine/table/csv.hpp"
#include "engine/watch/feed.hpp"
#include "engine/watch/generate.hpp"
#include "engine/watch/measure.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace watch {
namespace {

Book small_book() {
    Book book;
    book.counted.push_back(
        {"day_sum", {"日金额", "day sum"}, Aggregate::sum, "amount", {"payer"}, {}, "1d", "", 0});
    book.counted.push_back(
        {"cash_count",
         {"现金次数", "cash"},
         Aggregate::count,
         "",
         {"payer"},
         {},
         "1d",
         "kind == 'cash'",
         0});
    book.lists.push_back(
        {"bad",
         {"黑名单", "the black list"},
         Colour::black,
         {{"B", "court", base::Date::of(2023, 1, 1), base::Date::of(2023, 2, 1), Appeal::none, {}},
          {"C",
           "court",
           base::Date::of(2023, 1, 1),
           {},
           Appeal::upheld,
           base::Date::of(2023, 1, 10)}}});
    book.rules.push_back({"much", {"多", "much"}, "day_sum >= 100元", "day_sum", "", false});
    book.rules.push_back({"listed", {"名单", "listed"}, "payee_on_bad", "", "", false});
    book.rules.push_back({"cash", {"现金", "cash"}, "cash_count >= 2", "cash_count", "", true});
    book.typologies.push_back(
        {"much", {"多", "much"}, {{"much", 100}, {"cash", 50}}, 100, "payer", "", 0});
    book.typologies.push_back(
        {"listed", {"名单", "listed"}, {{"listed", 100}}, 100, "payee", "", 0});
    return book;
}

struct Run {
    std::string records;
    Tally tally;
};

Run run(const Book& book, const std::string& csv, Mapping mapping = {}) {
    auto made = Watch::make(book);
    EXPECT_TRUE(made) << (made ? "" : made.error().message.en);
    const auto source = table::open_csv_text(csv);
    auto feed = Feed::open(**source, **made, book, std::move(mapping));
    EXPECT_TRUE(feed) << (feed ? "" : feed.error().message.en);
    Run done;
    Given given;
    Refused refused;
    for (;;) {
        const auto next = feed->next(given, refused);
        if (*next == Feed::Next::end) break;
        if (*next == Feed::Next::event)
            (*made)->take(
                given, [&](std::string_view line) { done.records += std::string(line) + "\n"; });
    }
    done.tally = (*made)->tally();
    return done;
}

constexpr const char* four = "id,time,payer,payee,amount,kind\n"
                             "1,2023-01-05 08:00:00,A,B,60,cash\n"
                             "2,2023-01-05 09:00:00,A,C,60,cash\n"
                             "2,2023-01-05 09:00:00,A,C,60,cash\n"
                             "3,2023-01-05 08:30:00,A,D,5,card\n";

TEST(Watch, tells_reasons_and_evidence_and_flags_what_a_late_event_supersedes) {
    const auto done = run(small_book(), four);
    EXPECT_EQ(done.tally.events, 3U);
    EXPECT_EQ(done.tally.duplicates, 1U);
    EXPECT_EQ(done.tally.late, 1U);
    EXPECT_EQ(done.tally.superseded, 1U);
    EXPECT_EQ(done.tally.by_typology.at("much"), 1U);
    EXPECT_EQ(done.tally.by_typology.at("listed"), 2U); // B, and C before its appeal was upheld
    EXPECT_EQ(done.tally.shadow.at("cash"), 1U);
    EXPECT_NE(done.records.find(R"("evidence":["1","2"])"), std::string::npos) << done.records;
    EXPECT_NE(done.records.find(R"("day_sum":12000)"), std::string::npos) << done.records;
    EXPECT_NE(
        done.records.find(R"({"kind":"superseded","event":"2","by":"3"})"), std::string::npos);
    EXPECT_EQ(done.records, run(small_book(), four).records);
}

TEST(Watch, lists_hold_as_of_the_day_of_the_event) {
    const auto on = [](const std::string& payee, const std::string& day) {
        return run(small_book(), "id,time,payer,payee,amount\n1," + day + ",A," + payee + ",1\n")
            .tally.alerts;
    };
    EXPECT_EQ(on("B", "2022-12-31"), 0U);
    EXPECT_EQ(on("B", "2023-01-31"), 1U);
    EXPECT_EQ(on("B", "2023-02-01"), 0U);
    EXPECT_EQ(on("C", "2023-01-09"), 1U);
    EXPECT_EQ(on("C", "2023-01-10"), 0U);
}

TEST(Watch, snooze_caps_and_budget_keep_the_record_and_spare_people) {
    std::string csv = "id,time,payer,payee,amount\n";
    for (int i = 0; i < 6; ++i)
        csv += std::to_string(i) + ",2023-01-05 0" + std::to_string(i) + ":00," +
               (i % 2 == 0 ? "A" : "X") + ",D,200\n";
    auto book = small_book();
    book.typologies[0].snooze = "2h30m";
    EXPECT_EQ(run(book, csv).tally.alerts, 2U);
    EXPECT_EQ(run(book, csv).tally.snoozed, 4U);
    book.typologies[0].snooze = "";
    book.typologies[0].per_day = 3;
    EXPECT_EQ(run(book, csv).tally.over_cap, 3U);
    book.alerts_per_day = 1;
    EXPECT_EQ(run(book, csv).tally.over_budget, 5U);
    book.learning = "1d";
    EXPECT_EQ(run(book, csv).tally.learning, 6U);
}

TEST(Watch, names_the_place_of_a_wrong_rule) {
    auto book = small_book();
    book.rules[0].when = "day_summ >= 100元";
    const auto made = Watch::make(book);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, "watch.rules");
    EXPECT_EQ(made.error().field, "rules/much/when");
}

TEST(Feed, reads_times_and_amounts_as_they_are_met) {
    const Mapping mapping;
    const std::pair<const char*, const char*> times[] = {
        {"2023-01-31 08:05:09", "2023-01-31T00:05:09Z"},
        {"2023/1/31 8:05", "2023-01-31T00:05:00Z"},
        {"20230131", "2023-01-30T16:00:00Z"},
        {"20230131080509", "2023-01-31T00:05:09Z"},
        {"2023-01-31T00:05:09Z", "2023-01-31T00:05:09Z"},
        {"2023-01-31T08:05:09+08:00", "2023-01-31T00:05:09Z"},
        {"1675123509", "2023-01-31T00:05:09Z"},
        {"1675123509000", "2023-01-31T00:05:09Z"},
        {"2", "1970-01-01T02:00:00Z"}};
    for (const auto& [text, want] : times) {
        const auto got = time_of(text, mapping);
        ASSERT_TRUE(got) << text;
        EXPECT_EQ(*got, base::Instant::parse(want)->ms) << text;
    }
    for (const auto* text : {"", "tomorrow", "2023-13-01", "2023-01-31 25:00"})
        EXPECT_FALSE(time_of(text, mapping)) << text;
    const std::pair<const char*, std::int64_t> amounts[] = {
        {"1,234.5", 123'450},
        {"¥12", 1'200},
        {"3.00元", 300},
        {"-0.07", -7},
        {"1.005", 101},
        {"1.0049", 100},
        {".5", 50}};
    for (const auto& [text, want] : amounts)
        EXPECT_EQ(fen_of(text), want) << text;
    for (const auto* text : {"", "-", "1e5", "12x", "99999999999999999999"})
        EXPECT_FALSE(fen_of(text)) << text;
}

TEST(Feed, finds_foreign_headings_and_says_which_are_missing) {
    const auto book = small_book();
    const auto foreign = run(book, "step,type,amount,nameOrig,nameDest\n1,cash,200.00,A,B\n");
    EXPECT_EQ(foreign.tally.events, 1U);
    EXPECT_EQ(foreign.tally.alerts, 1U);
    const auto made = Watch::make(book);
    const auto source = table::open_csv_text("when,who,amount\n1,A,2\n");
    const auto feed = Feed::open(**source, **made, book, {{{"time", "when"}}});
    ASSERT_FALSE(feed);
    EXPECT_EQ(feed.error().code, "watch.no_column");
    EXPECT_NE(feed.error().cure.en.find("--column payer="), std::string::npos);
}

TEST(Generate, is_the_same_for_a_seed_and_keeps_labels_apart) {
    Wish wish;
    wish.transactions = 5'000;
    wish.planted_ppm = 20'000;
    std::ostringstream first, first_labels, second, second_labels;
    const auto made = generate(wish, first, first_labels);
    ASSERT_TRUE(made && generate(wish, second, second_labels));
    EXPECT_EQ(first.str(), second.str());
    EXPECT_EQ(first_labels.str(), second_labels.str());
    EXPECT_GE(made->planted, 100);
    EXPECT_EQ(first.str().find("fan_in"), std::string::npos);
    EXPECT_EQ(made->patterns.size(), 10U);
}

TEST(Measure, counts_transactions_and_groups) {
    std::istringstream alerts(
        R"({"kind":"decision","action":"alert","typology":"x","evidence":["1","2","9"]})"
        "\n"
        R"({"kind":"superseded","event":"1","by":"2"})"
        "\n");
    const auto labels = table::open_csv_text("id,pattern,group\n1,fan,a\n2,fan,a\n3,fan,b\n");
    const auto measured = measure(alerts, **labels);
    ASSERT_TRUE(measured);
    EXPECT_EQ(measured->both, 2);
    EXPECT_EQ(measured->named, 3);
    EXPECT_EQ(measured->patterns.at(0).groups_found, 1);
    EXPECT_DOUBLE_EQ(measured->recall, 2.0 / 3);
}

} // namespace
} // namespace watch
