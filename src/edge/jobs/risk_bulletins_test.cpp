// Clocks of cases, followed by due dates and told by the relay.
#include "base/secret.hpp"
#include "domain/party/county_test.hpp"
#include "edge/jobs/relay.hpp"
#include "edge/jobs/risk_bulletins.hpp"

namespace jobs {
namespace {

constexpr std::int64_t case_day_ms = 86'400'000;

struct Bureau : party::test::County {
    notice::Notices notices{*database};
    risk::Risks risks{*database, *policy, *risk::load_desk(SOURCE_DIR "/packs/qingxi")};
    identity::Identity people{*database, clock, policy->pack().roles};
    RiskBulletins bulletins{*database, *policy, risks, notices};
    base::Id<base::Party> department;
    base::Actor officer;

    Bureau()
        : County({&identity::declare, &notice::declare, &risk::declare}) {
        const auto unit = read([](const store::Snapshot& db) {
            return party::all_of(db, base::PartyKind::department).front();
        });
        department = unit.id;
        const auto made = people.register_person(
            command(),
            {.login = "officer",
             .name = "某人",
             .party = unit.id,
             .kind = base::PartyKind::department,
             .unit = unit.code,
             .roles = {"supervisor"},
             .must_change = false},
            base::Secret("Qingxi-2024-bamboo"));
        if (!made) throw std::runtime_error(made.error().message.en);
        officer = somebody(base::PartyKind::department, unit.id, {base::Right::risk_handle});
        officer.person = {std::stoll(made->subject)};
    }

    base::Id<base::RiskCase> raised() {
        risk::Warning warning;
        warning.key = "1";
        warning.rule = "fan_in";
        warning.label = {"集中转入", "fan-in"};
        warning.subject = "A1";
        warning.at = clock.now();
        warning.score = 100;
        risk::Risks::Wish wish;
        wish.warnings.push_back(warning);
        EXPECT_TRUE(risks.raise(command(), wish));
        return read([](const store::Snapshot& db) { return risk::newest(db, "fan_in", "A1"); })->id;
    }

    std::vector<notice::Row> inbox() {
        Relay relay(*database, "risk_bulletins", {[this](const store::Event& event) {
            return bulletins.handle(event);
        }});
        relay.run();
        return read([&](const store::Snapshot& db) {
                   return notice::list(
                       db, {.party = department, .unread = false, .page = 1, .per_page = 100});
               })
            .items;
    }
};

TEST(RiskBulletins, those_who_may_take_a_case_and_later_who_has_it_are_reminded_at_its_rungs) {
    Bureau bureau;
    DueDates dates(
        *bureau.database,
        {risk_dates(*bureau.database, *bureau.policy, bureau.risks)},
        bureau.clock);
    EXPECT_EQ(dates.waiting(), 0U);
    const auto id = bureau.raised();
    dates.run_due();
    EXPECT_EQ(dates.waiting(), 1U);
    EXPECT_TRUE(bureau.inbox().empty());
    bureau.clock.set(bureau.clock.now().plus_ms(2 * case_day_ms)); // nobody took it on in a day
    dates.run_due();
    auto told = bureau.inbox();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].level, notice::Level::overdue);
    EXPECT_TRUE(told[0].title.zh.starts_with("风险预警接手已超时：FX")) << told[0].title.zh;
    EXPECT_EQ(told[0].body.en, "fan-in, A1 (nobody has it)");
    EXPECT_EQ(told[0].path, "/risks/" + std::to_string(id.value));
    ASSERT_TRUE(bureau.risks.take(bureau.command(bureau.officer), id));
    dates.run_due();
    bureau.clock.set(bureau.clock.now().plus_ms(6 * case_day_ms)); // more than half of ten days
    dates.run_due();
    told = bureau.inbox();
    ASSERT_EQ(told.size(), 2U);
    const auto half = std::ranges::find(told, notice::Level::work, &notice::Row::level);
    ASSERT_NE(half, told.end());
    EXPECT_TRUE(half->title.en.starts_with("Settle: 50% of its time: FX")) << half->title.en;
    EXPECT_EQ(half->body.zh, "集中转入，A1（某人）");
    ASSERT_TRUE(bureau.risks.close(
        bureau.command(bureau.officer),
        id,
        {risk::Outcome::false_alarm, "ordinary_business", "核实过"}));
    bureau.clock.set(bureau.clock.now().plus_ms(60 * case_day_ms));
    dates.run_due();
    EXPECT_EQ(dates.waiting(), 0U);
    EXPECT_EQ(bureau.inbox().size(), 2U);
}

} // namespace
} // namespace jobs
