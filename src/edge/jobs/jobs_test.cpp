#include "domain/account/account.hpp"
#include "domain/finance/town_test.hpp"
#include "edge/jobs/bulletins.hpp"
#include "edge/jobs/clock_timer.hpp"
#include "edge/jobs/relay.hpp"

#include <chrono>
#include <thread>

namespace jobs {
namespace {

using base::Instant;
using finance::Deed;
using finance::testing::Town;

// A town with notices, consents and the bulletins that fill them.
struct County {
    Town town{[](store::Schema& schema) {
        account::declare(schema);
        consent::declare(schema);
        notice::declare(schema);
    }};
    notice::Notices notices{*town.database};
    consent::Consents consents{*town.database, *town.policy};
    Bulletins bulletins{*town.database, *town.policy, town.finance->book(), notices, consents};

    std::unique_ptr<Relay> relay() {
        return std::make_unique<Relay>(
            *town.database,
            "notices",
            std::vector<Relay::Handle>{
                [this](const store::Event& event) { return bulletins.handle(event); }});
    }

    std::vector<notice::Row> inbox(const base::Actor& actor) {
        return town
            .read([&](const store::Snapshot& db) {
                return notice::list(
                    db, {.party = actor.party, .unread = false, .page = 1, .per_page = 200});
            })
            .items;
    }

    std::int64_t badge(const base::Actor& actor) {
        return town.read([&](const store::Snapshot& db) { return notice::unread(db, actor); });
    }
};

TEST(Relay, posts_each_notice_once_however_often_it_runs) {
    County county;
    auto& town = county.town;
    const auto need = town.posted(Town::wish());
    const auto claim = town.claimed(need, town.bank);
    town.act(town.bank, claim, "accept", Town::acceptance());
    town.act(town.bank, claim, "offer", town.offering(100'000));
    {
        const auto relay = county.relay();
        EXPECT_GT(relay->run(), 0u);
        EXPECT_EQ(relay->run(), 0u);
    }
    const auto notices = county.inbox(town.enterprise);
    ASSERT_EQ(notices.size(), 3u); // claimed, accepted, offered
    EXPECT_EQ(notices[0].level, notice::Level::work);
    EXPECT_EQ(notices[0].title.zh, "XQ2024000001：报价");
    EXPECT_EQ(county.badge(town.enterprise), 1);
    // A relay that lost its cursor after the work: everything again, nothing twice.
    ASSERT_TRUE(town.database->set_cursor("notices", 0));
    const auto again = county.relay();
    EXPECT_GT(again->run(), 0u);
    EXPECT_EQ(county.inbox(town.enterprise).size(), 3u);
    ASSERT_TRUE(county.notices.read(town.by(town.enterprise), notices[0].id));
    EXPECT_EQ(county.badge(town.enterprise), 0);
    EXPECT_EQ(county.notices.read(town.by(town.bank), notices[1].id).error().code, "notice.none");
}

TEST(Bulletins, a_consent_given_with_the_need_reaches_whoever_takes_it_on) {
    County county;
    auto& town = county.town;
    const auto drafted = town.finance->draft(town.by(town.enterprise), Town::wish());
    const base::Id<base::Need> need{std::stoll(drafted->subject)};
    ASSERT_TRUE(town.finance->submit(
        town.by(town.enterprise),
        need,
        finance::ConsentWish{.scopes = {"tax"}, .valid_until = base::Date::of(2024, 6, 30)}));
    town.claimed(need, town.bank);
    const auto relay = county.relay();
    relay->run();
    const auto permits = [&](const base::Actor& actor) {
        return town.read([&](const store::Snapshot& db) {
            return consent::permits(db, town.enterprise.party, actor.party, town.clock.now());
        });
    };
    ASSERT_EQ(permits(town.bank).size(), 1u);
    EXPECT_EQ(permits(town.bank)[0].scopes, std::vector<std::string>{"tax"});
    EXPECT_TRUE(permits(town.bank_2).empty());
}

TEST(ClockTimer, fires_each_rung_at_its_time_and_tells_the_supervisors) {
    County county;
    auto& town = county.town;
    ClockTimer timer(*town.database, *town.policy, *town.finance, town.clock);
    const auto need = town.posted(Town::wish());
    const auto claim = town.claimed(need, town.bank);
    EXPECT_EQ(timer.run_due(), 0u);
    const auto clock = town.clock_of(need, claim, "accept");
    const auto fired = [&] { return town.clock_of(need, claim, "accept").fired.size(); };

    const struct {
        std::int32_t percent;
        std::size_t fired;
    } steps[] = {{50, 1}, {80, 2}, {100, 3}, {150, 4}};

    for (const auto& step : steps) {
        const auto at = **process::reaches(clock.clock(), step.percent, town.policy->calendar());
        town.clock.set(at.plus_ms(-1));
        timer.run_due();
        EXPECT_EQ(fired(), step.fired - 1) << step.percent;
        town.clock.set(at);
        timer.run_due();
        EXPECT_EQ(fired(), step.fired) << step.percent;
    }
    county.relay()->run();
    EXPECT_EQ(county.inbox(town.bank).size(), 2u); // 50 and 80 %
    bool told = false;
    for (const auto& notice : county.inbox(town.office))
        told = told || notice.level == notice::Level::overdue;
    EXPECT_TRUE(told);
    EXPECT_EQ(town.need_row(need).escalation, 2);
}

TEST(ClockTimer, stands_still_with_the_clock_and_goes_on_with_it) {
    County county;
    auto& town = county.town;
    ClockTimer timer(*town.database, *town.policy, *town.finance, town.clock);
    const auto need = town.posted(Town::wish());
    const auto claim = town.claimed(need, town.bank);
    town.act(town.bank, claim, "accept", Town::acceptance());
    const auto decide = town.clock_of(need, claim, "decide");
    Deed asking;
    asking.documents = {"报表"};
    asking.reason = "核实";
    town.act(town.bank, claim, "request_documents", asking);
    town.clock.set(decide.due->plus_ms(1));
    timer.run_due();
    EXPECT_TRUE(town.clock_of(need, claim, "decide").fired.empty());
    town.act(town.enterprise, claim, "supply_documents", {});
    const auto later = **process::reaches(
        town.clock_of(need, claim, "decide").clock(), 50, town.policy->calendar());
    town.clock.set(later);
    timer.run_due();
    ASSERT_EQ(town.clock_of(need, claim, "decide").fired.size(), 1u);
}

TEST(ClockTimer, takes_up_after_a_restart_what_became_due_meanwhile) {
    County county;
    auto& town = county.town;
    const auto need = town.posted(Town::wish());
    const auto other = town.posted(Town::wish());
    const auto claim = town.claimed(other, town.bank);
    town.act(town.bank, claim, "accept", Town::acceptance());
    town.act(town.bank, claim, "offer", town.offering(100'000));
    town.clock.set(town.need_row(need).expires_at->plus_ms(5));
    ClockTimer timer(*town.database, *town.policy, *town.finance, town.clock);
    EXPECT_GT(timer.waiting(), 0u);
    timer.run_due();
    EXPECT_EQ(town.need_row(need).state, "expired");
    EXPECT_EQ(town.claim_row(claim).state, "expired");
}

// The clock of the town runs with the machine's from just before the due instant.
TEST(ClockTimer, shows_a_breach_within_a_second) {
    County county;
    auto& town = county.town;
    ClockTimer timer(*town.database, *town.policy, *town.finance, town.clock);
    const auto need = town.posted(Town::wish());
    const auto claim = town.claimed(need, town.bank);
    const auto due = *town.clock_of(need, claim, "accept").due;
    town.clock.set(due.plus_ms(-400));
    timer.start();
    const auto relay = county.relay();
    relay->start();
    const auto started = std::chrono::steady_clock::now();
    const auto passed = [&] {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::steady_clock::now() - started)
            .count();
    };
    bool seen = false;
    while (!seen && passed() < 5'000) {
        town.clock.set(due.plus_ms(-400 + passed()));
        for (const auto& notice : county.inbox(town.office))
            seen = seen || notice.level == notice::Level::overdue;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    const auto late_ms = passed() - 400;
    std::printf("breach visible %lld ms after it\n", static_cast<long long>(late_ms));
    EXPECT_TRUE(seen);
    EXPECT_LT(late_ms, 1'000);
}

TEST(ClockTimer, holds_a_hundred_thousand_open_clocks_without_looking_at_them) {
    process::Alarms alarms;
    for (std::int64_t key = 0; key < 100'000; ++key)
        alarms.set(key, {1'000'000 + key});
    const auto started = std::chrono::steady_clock::now();
    for (int look = 0; look < 100'000; ++look)
        EXPECT_TRUE(alarms.take_due({look}).empty());
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(2));
}

} // namespace
} // namespace jobs
