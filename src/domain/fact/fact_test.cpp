#include "domain/fact/fact.hpp"
#include "domain/party/county_test.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>
#include <random>

namespace fact {
namespace {

using base::PartyKind;
using base::Right;
using party::test::code;

struct Archive : party::test::County {
    Facts facts{*database, *policy};
    Id<Party> firm = enterprise(1);

    explicit Archive(const std::string& pack = "qingxi")
        : County({&fact::declare}, pack) {}

    [[nodiscard]] base::Actor owner() const {
        return somebody(PartyKind::enterprise, firm, {Right::fact_read, Right::fact_dispute});
    }

    [[nodiscard]] Learn wish(
        const std::string& attribute,
        const std::string& value,
        Date as_of = Date::of(2024, 6, 30)) const {
        const auto* known = policy->attribute(attribute);
        return {
            .enterprise = firm,
            .source = known == nullptr ? "enterprise" : known->source,
            .as_of = as_of,
            .data = {{.attribute = attribute, .period = {}, .value = {value}}}};
    }

    std::string learn(const Learn& what) { return code(facts.learn(command(), what)); }

    [[nodiscard]] CurrentFacts now() const {
        return read([&](const store::Snapshot& db) { return current(db, firm); });
    }

    [[nodiscard]] std::size_t stored(std::string_view attribute) const {
        return read([&](const store::Snapshot& db) { return history(db, firm, attribute).size(); });
    }
};

TEST(Fact, what_a_source_says_is_checked_against_the_catalogue) {
    Archive archive;

    struct Case {
        const char* what;
        std::function<void(Learn&)> spoil;
        const char* code;
        const char* field;
    };

    const auto set = [](const char* attribute, std::optional<Period> period, const char* value) {
        return [=](Learn& w) { w.data = {{attribute, period, {value}}}; };
    };
    const Period year{base::PeriodKind::year, 2023, 1};
    const Period month{base::PeriodKind::month, 2023, 5};
    const Case cases[] = {
        {"a year's sales", set("yearly_sales", year, "120000000"), "ok", ""},
        {"sales without a period", set("yearly_sales", {}, "130000000"), "ok", ""},
        {"known to be missing", set("yearly_sales", year, "null"), "ok", ""},
        {"a month's sales", set("yearly_sales", month, "1"), "fact.period", "/data/0/period"},
        {"staff of a year", set("staff", year, "10"), "fact.period", "/data/0/period"},
        {"a text for money",
         set("yearly_sales", year, "\"much\""),
         "rule.value_type",
         "/data/0/value"},
        {"no such grade", set("tax_grade", {}, "\"Z\""), "rule.value_choice", "/data/0/value"},
        {"no such attribute",
         set("shoe_size", {}, "42"),
         "fact.attribute_unknown",
         "/data/0/attribute"},
        {"the register's own",
         set("founded_on", {}, "\"2015-01-01\""),
         "fact.attribute_of_register",
         "/data/0/attribute"},
        {"no such source", [](Learn& w) { w.source = "gossip"; }, "fact.source_unknown", "/source"},
        {"no such enterprise", [](Learn& w) { w.enterprise = {5}; }, "fact.no_enterprise", ""},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.what);
        auto what = archive.wish("yearly_sales", "1");
        one.spoil(what);
        const auto done = archive.facts.learn(archive.command(), what);
        EXPECT_EQ(code(done), one.code);
        if (!done) {
            EXPECT_EQ(done.error().field, one.field);
        }
    }
    EXPECT_EQ(
        code(archive.facts.learn(
            archive.command(archive.owner()), archive.wish("yearly_sales", "1"))),
        "permission.denied");
}

TEST(Fact, a_later_period_or_a_later_day_takes_the_place_of_what_was_held) {
    Archive archive;
    const auto sales = [&](int year, const char* value, Date as_of) {
        auto what = archive.wish("yearly_sales", value, as_of);
        what.data[0].period = Period{base::PeriodKind::year, year, 1};
        EXPECT_EQ(archive.learn(what), "ok");
        return archive.now().at("yearly_sales").value.text;
    };
    EXPECT_EQ(sales(2022, "220", Date::of(2023, 3, 1)), "220");
    EXPECT_EQ(sales(2023, "230", Date::of(2024, 3, 1)), "230");
    // An earlier year that arrives later is kept, and does not stand.
    EXPECT_EQ(sales(2021, "210", Date::of(2024, 5, 1)), "230");
    // A correction of the same year stands when it is of no earlier day.
    EXPECT_EQ(sales(2023, "231", Date::of(2024, 3, 1)), "231");
    EXPECT_EQ(sales(2023, "232", Date::of(2024, 2, 1)), "231");
    EXPECT_EQ(archive.stored("yearly_sales"), 5U);
    archive.expect_rebuilds();
}

TEST(Fact, the_same_said_again_is_nothing_new_even_after_something_later) {
    Archive archive;
    const auto earlier = archive.wish("yearly_sales", "10", Date::of(2024, 1, 31));
    const auto later = archive.wish("yearly_sales", "20", Date::of(2024, 2, 29));
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(archive.learn(earlier), "ok");
        EXPECT_EQ(archive.learn(later), "ok");
        EXPECT_EQ(archive.stored("yearly_sales"), 2U);
    }
    // Said otherwise, and then as at first: both are new.
    EXPECT_EQ(archive.learn(archive.wish("yearly_sales", "11", Date::of(2024, 1, 31))), "ok");
    EXPECT_EQ(archive.learn(earlier), "ok");
    EXPECT_EQ(archive.stored("yearly_sales"), 4U);
    EXPECT_EQ(archive.now().at("yearly_sales").value.text, "20");
}

TEST(Fact, several_periods_of_one_attribute_may_be_learned_together) {
    Archive archive;
    auto what = archive.wish("yearly_sales", "0");
    what.data.clear();
    for (int year = 2020; year <= 2023; ++year)
        what.data.push_back(
            {"yearly_sales", Period{base::PeriodKind::year, year, 1}, {std::to_string(year)}});
    EXPECT_EQ(archive.learn(what), "ok");
    EXPECT_EQ(archive.stored("yearly_sales"), 4U);
    EXPECT_EQ(archive.now().at("yearly_sales").value.text, "2023");
}

// One thing learned, for a model that replays them all each time.
struct Told {
    std::string attribute;
    std::optional<Period> period;
    std::string value;
    Date as_of;
    Instant at;
};

std::map<std::string, std::string> replayed(const std::vector<Told>& all, Instant until) {
    std::map<std::string, const Told*> held;
    for (const auto& one : all) {
        if (one.at > until) break;
        auto& place = held[one.attribute];
        const bool later_period =
            place != nullptr && one.period && place->period && *one.period != *place->period;
        if (place == nullptr || (later_period ? one.period->last_day() > place->period->last_day()
                                              : one.as_of >= place->as_of))
            place = &one;
    }
    std::map<std::string, std::string> out;
    for (const auto& [name, one] : held)
        out[name] = one->value;
    return out;
}

TEST(Fact, reading_as_of_an_instant_is_replaying_what_was_learned_until_then) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    const auto draw = [&](int most) {
        return static_cast<int>(random() % static_cast<unsigned>(most));
    };
    Archive archive;
    std::vector<Told> all;
    std::vector<Instant> moments{archive.clock.now().plus_ms(-1)};
    for (int i = 0; i < 120; ++i) {
        archive.clock.advance_ms(1 + draw(3));
        auto what = archive.wish(
            draw(2) == 0 ? "yearly_sales" : "tax_grade",
            "",
            Date::of(2024, 1, 1).plus_days(draw(20)));
        auto& datum = what.data[0];
        datum.value = {
            datum.attribute == "tax_grade" ? (draw(2) == 0 ? "\"A\"" : "\"B\"")
                                           : std::to_string(draw(4))};
        if (draw(3) > 0) datum.period = Period{base::PeriodKind::year, 2020 + draw(4), 1};
        const auto before = archive.stored(datum.attribute);
        ASSERT_EQ(archive.learn(what), "ok");
        if (archive.stored(datum.attribute) != before)
            all.push_back(
                {datum.attribute, datum.period, datum.value.text, what.as_of, archive.clock.now()});
        moments.push_back(archive.clock.now());
    }
    ASSERT_GT(all.size(), 20U);
    const auto values = [](const CurrentFacts& facts) {
        std::map<std::string, std::string> out;
        for (const auto& [name, one] : facts)
            out[name] = one.value.text;
        return out;
    };
    for (const auto moment : moments) {
        const auto known = archive.read(
            [&](const store::Snapshot& db) { return known_at(db, archive.firm, moment); });
        EXPECT_EQ(values(known), replayed(all, moment)) << moment.text();
    }
    EXPECT_EQ(values(archive.now()), replayed(all, archive.clock.now()));
    archive.expect_rebuilds();
}

TEST(Fact, is_stale_on_the_day_after_its_sources_bound) {
    Archive archive;
    const Date as_of = Date::of(2023, 1, 1);
    const Current one{
        .value = {"1"}, .period = {}, .source = "tax_office", .as_of = as_of, .learned_at = {}};
    EXPECT_FALSE(stale(one, *archive.policy, as_of.plus_days(400)));
    EXPECT_TRUE(stale(one, *archive.policy, as_of.plus_days(401)));
}

TEST(Fact, an_enterprise_states_only_what_it_may) {
    Archive archive;
    const auto state = [&](const base::Actor& actor, std::map<std::string, Raw> values) {
        return archive.facts.state(archive.command(actor), archive.firm, values);
    };
    EXPECT_EQ(code(state(archive.owner(), {{"staff", {"12"}}})), "ok");
    EXPECT_EQ(archive.now().at("staff").value.text, "12");
    EXPECT_EQ(archive.now().at("staff").source, "enterprise");

    struct Case {
        const char* name;
        const char* value;
        const char* code;
    };

    const Case cases[] = {
        {"yearly_sales", "1", "fact.not_editable"},
        {"shoe_size", "42", "fact.attribute_unknown"},
        {"staff", "\"many\"", "rule.value_type"},
    };
    for (const auto& one : cases) {
        const auto done = state(archive.owner(), {{one.name, {one.value}}});
        ASSERT_FALSE(done) << one.name;
        EXPECT_EQ(done.error().code, one.code);
        EXPECT_EQ(done.error().field, "/values/" + std::string(one.name));
    }
    // All or nothing: the good value beside a bad one is not taken.
    EXPECT_EQ(
        code(state(archive.owner(), {{"staff", {"99"}}, {"yearly_sales", {"1"}}})),
        "fact.not_editable");
    EXPECT_EQ(archive.now().at("staff").value.text, "12");
    auto stranger = archive.owner();
    stranger.party = archive.enterprise(2);
    EXPECT_EQ(code(state(stranger, {{"staff", {"1"}}})), "permission.other_party");
}

TEST(Fact, a_dispute_stays_until_it_is_answered) {
    Archive archive;
    ASSERT_EQ(archive.learn(archive.wish("yearly_sales", "10")), "ok");
    const auto dispute = [&](const std::string& attribute, const std::string& reason) {
        return archive.facts.dispute(
            archive.command(archive.owner()), archive.firm, attribute, reason);
    };
    EXPECT_EQ(code(dispute("tax_grade", "wrong")), "fact.nothing_to_dispute");
    EXPECT_EQ(code(dispute("yearly_sales", "")), "fact.dispute_reason");
    const auto first = dispute("yearly_sales", "少了一个月");
    const auto second = dispute("yearly_sales", "币种不对");
    ASSERT_TRUE(first && second);
    const auto disputed = [&] { return archive.now().at("yearly_sales").disputed; };
    EXPECT_TRUE(disputed());
    // The same value confirmed on a later day answers nothing.
    EXPECT_EQ(archive.learn(archive.wish("yearly_sales", "10", Date::of(2024, 7, 10))), "ok");
    EXPECT_TRUE(disputed());
    const auto* source = archive.policy->source(archive.policy->attribute("yearly_sales")->source);
    ASSERT_TRUE(source != nullptr && source->unit);
    auto clerk = Archive::somebody(PartyKind::department, Id<Party>{77}, {Right::fact_import});
    clerk.unit = *source->unit;
    auto stranger = clerk;
    stranger.unit = "another_unit";
    const auto answer = [&](const store::Receipt& opened,
                            const base::Actor& actor,
                            const std::string& text = "已更正") {
        return code(archive.facts.answer_dispute(
            archive.command(actor),
            {.number = std::stoll(opened.subject), .accepted = true, .text = text}));
    };
    const auto open = [&] {
        return archive.read(
            [](const store::Snapshot& db) { return all_disputes(db, true).size(); });
    };
    EXPECT_EQ(answer(*first, stranger), "fact.dispute_of_other_unit");
    EXPECT_EQ(answer(*first, clerk, ""), "fact.dispute_answer");
    EXPECT_EQ(open(), 2U);
    EXPECT_EQ(answer(*first, clerk), "ok");
    EXPECT_TRUE(disputed()) << "the second is still open";
    EXPECT_EQ(answer(*first, clerk), "fact.dispute_closed");
    EXPECT_EQ(answer(*second, clerk), "ok");
    EXPECT_EQ(open(), 0U);
    EXPECT_FALSE(disputed());
    EXPECT_EQ(
        code(archive.facts.answer_dispute(
            archive.command(), {.number = 1, .accepted = false, .text = ""})),
        "fact.dispute_closed");
    const auto all =
        archive.read([&](const store::Snapshot& db) { return disputes(db, archive.firm); });
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[1].answer, "已更正");
    archive.expect_rebuilds();
}

TEST(Fact, the_size_class_moves_with_its_facts) {
    Archive archive("jiashan");
    const auto size = [&] {
        return archive.read([&](const store::Snapshot& db) {
            return party::find_enterprise(db, archive.firm)->size;
        });
    };
    EXPECT_EQ(archive.learn(archive.wish("employees", "500", Date::of(2024, 6, 1))), "ok");
    EXPECT_EQ(size(), party::Size::unknown) << "revenue is missing";
    EXPECT_EQ(archive.learn(archive.wish("employees", "19")), "ok");
    EXPECT_EQ(archive.learn(archive.wish("annual_revenue", "30000000000")), "ok"); // 3 亿元
    EXPECT_EQ(size(), party::Size::micro) << "industry: below 20 people is micro";
    EXPECT_EQ(archive.learn(archive.wish("employees", "20", Date::of(2024, 7, 1))), "ok");
    EXPECT_EQ(size(), party::Size::small);
    EXPECT_EQ(archive.learn(archive.wish("employees", "1000", Date::of(2024, 7, 2))), "ok");
    EXPECT_EQ(size(), party::Size::medium) << "large needs 4 亿元 too";
    archive.expect_rebuilds();
}

TEST(Fact, a_portrait_shows_each_attribute_as_the_permission_says) {
    Archive archive("jiashan");
    ASSERT_EQ(archive.learn(archive.wish("annual_revenue", "100")), "ok");
    ASSERT_EQ(archive.learn(archive.wish("tax_paid_12m", "5")), "ok");
    const auto now = archive.clock.now();
    const auto enterprise = *archive.read(
        [&](const store::Snapshot& db) { return party::find_enterprise(db, archive.firm); });
    const auto known = archive.now();
    rule::Row row(archive.policy->schema());
    fill(row, *archive.policy, enterprise, known);
    const permission::Permit permit{
        .consent = {31},
        .enterprise = archive.firm,
        .receiver = archive.bank,
        .scopes = {"tax"},
        .from = now,
        .until = now.plus_ms(1),
        .active = true};
    const auto clerk = archive.somebody(PartyKind::institution, archive.bank, {Right::fact_read});
    const std::pair<base::Actor, std::vector<permission::Permit>> readers[] = {
        {archive.owner(), {}},
        {clerk, {}},
        {clerk, {permit}},
        {archive.of_unit("tax_bureau", {Right::fact_read}), {}}};
    for (const auto& [actor, permits] : readers) {
        const auto seen = portrait(*archive.policy, {enterprise, known, row}, actor, permits, now);
        ASSERT_EQ(seen.facts.size(), archive.policy->pack().attributes.size());
        for (const auto& view : seen.facts) {
            const auto* attribute = archive.policy->attribute(view.attribute);
            const auto answer = permission::fact(
                actor,
                {.enterprise = archive.firm,
                 .scope = attribute->scope,
                 .grade = attribute->grade,
                 .now = now},
                permits);
            EXPECT_EQ(view.allowed, answer.allowed) << view.attribute;
            EXPECT_EQ(view.why.has_value(), !answer.allowed);
            if (!view.allowed) {
                EXPECT_EQ(view.value.text, "null") << view.attribute;
                EXPECT_FALSE(view.learned_at) << view.attribute;
            }
        }
        const bool by_consent = !permits.empty();
        EXPECT_EQ(seen.consents_used.size(), by_consent ? 1U : 0U);
        const bool shown =
            std::ranges::find(seen.attributes_shown, "tax_paid_12m") != seen.attributes_shown.end();
        EXPECT_EQ(shown, by_consent);
        EXPECT_EQ(
            std::ranges::find(seen.attributes_shown, "annual_revenue"), seen.attributes_shown.end())
            << "another scope";
    }
}

// More enterprises than are read at once, with and without facts.
TEST(Fact, every_enterprise_comes_with_what_is_known_of_it) {
    Archive archive("jiashan");
    std::vector<Id<Party>> all{archive.firm};
    for (std::uint64_t i = 2; i <= 1'200; ++i)
        all.push_back(archive.enterprise(i));
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i % 7 == 3) continue;
        auto wish = archive.wish("employees", std::to_string(i));
        wish.enterprise = all[i];
        ASSERT_EQ(archive.learn(wish), "ok");
    }
    archive.read([&](const store::Snapshot& db) {
        std::size_t count = 0;
        each_current(db, [&](const party::Enterprise& enterprise, const CurrentFacts& facts) {
            ASSERT_EQ(enterprise.id, all[count]);
            ASSERT_EQ(facts.size(), count % 7 == 3 ? 0U : 1U);
            if (!facts.empty()) {
                EXPECT_EQ(facts.at("employees").value.text, std::to_string(count));
            }
            count += 1;
        });
        EXPECT_EQ(count, all.size());
    });
}

} // namespace
} // namespace fact
