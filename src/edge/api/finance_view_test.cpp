#include "domain/finance/league.hpp"
#include "domain/finance/town_test.hpp"
#include "edge/api/finance_view.hpp"

#include <algorithm>

namespace api {
namespace {

using finance::testing::Town;

NeedView seen_by(Town& town, const base::Actor& actor, Id<Need> need) {
    const http::Request request;
    Call call{.request = request};
    call.actor = actor;
    call.now = town.clock.now();
    return town.read([&](const store::Snapshot& db) {
        return FinanceViews(town.finance->book(), db, call).need(*finance::find_case(db, need));
    });
}

std::vector<std::string> acts(const std::vector<ActView>& views) {
    std::vector<std::string> names;
    for (const auto& view : views)
        names.push_back(view.act);
    return names;
}

bool offers(const std::vector<ActView>& views, std::string_view act) {
    return std::ranges::any_of(views, [&](const ActView& view) { return view.act == act; });
}

TEST(FinanceViews, an_institution_learns_the_name_when_it_takes_the_need_on) {
    Town town;
    const auto need = town.posted(Town::wish());
    const auto before = seen_by(town, town.bank, need);
    EXPECT_FALSE(before.enterprise.id);
    EXPECT_TRUE(before.enterprise.credit_code.empty());
    EXPECT_EQ(before.enterprise.name.find("清溪"), std::string::npos);
    EXPECT_EQ(acts(before.acts), std::vector<std::string>{"claim"});
    town.claimed(need, town.bank);
    const auto after = seen_by(town, town.bank, need);
    EXPECT_EQ(after.enterprise.id, town.enterprise.party);
    EXPECT_FALSE(after.enterprise.credit_code.empty());
    EXPECT_TRUE(after.acts.empty());
    ASSERT_EQ(after.claims.size(), 1u);
    EXPECT_TRUE(offers(after.claims[0].acts, "accept"));
    EXPECT_EQ(seen_by(town, town.enterprise, need).enterprise.id, town.enterprise.party);
}

TEST(FinanceViews, what_happened_names_the_enterprise_only_to_who_has_taken_the_need_on) {
    Town town;
    const auto need = town.posted(Town::wish());
    const auto posted_by = [&](const base::Actor& actor) {
        const http::Request request;
        Call call{.request = request};
        call.actor = actor;
        call.now = town.clock.now();
        return town.read([&](const store::Snapshot& db) {
            FinanceViews views(town.finance->book(), db, call);
            const auto row = *finance::find_need(db, need);
            return views.line(row, finance::timeline(db, need).at(0), {}).actor;
        });
    };
    const auto firm = posted_by(town.enterprise);
    EXPECT_FALSE(firm.name.empty());
    EXPECT_EQ(posted_by(town.bank).name, "");
    EXPECT_EQ(posted_by(town.bank).organisation.zh, "接单后可见");
    EXPECT_EQ(posted_by(town.office).organisation.zh, firm.organisation.zh);
    town.claimed(need, town.bank);
    EXPECT_EQ(posted_by(town.bank).organisation.zh, firm.organisation.zh);
    EXPECT_EQ(posted_by(town.bank).name, firm.name);
    EXPECT_EQ(posted_by(town.bank_2).organisation.zh, "接单后可见");
}

TEST(FinanceViews, institutions_do_not_see_each_others_claims) {
    Town town;
    const auto need = town.posted(Town::wish());
    town.claimed(need, town.bank);
    town.claimed(need, town.bank_2);
    EXPECT_EQ(seen_by(town, town.bank, need).claims.size(), 1u);
    EXPECT_EQ(seen_by(town, town.enterprise, need).claims.size(), 2u);
    EXPECT_EQ(seen_by(town, town.office, need).claims.size(), 2u);
}

TEST(FinanceViews, a_clock_says_what_is_left_stands_still_and_turns_to_breached) {
    Town town;
    const auto need = town.posted(Town::wish());
    const auto claim = town.claimed(need, town.bank);
    const auto clock = [&](std::string_view code) {
        const auto view = seen_by(town, town.enterprise, need);
        const auto& clocks = view.claims.at(0).clocks;
        return *std::ranges::find_if(
            clocks, [&](const ClockView& each) { return each.code == code; });
    };
    EXPECT_EQ(clock("accept").state, ClockState::running);
    EXPECT_EQ(clock("accept").budget_display.zh, "1 个工作日");
    const auto due = *clock("accept").due_at;
    town.clock.set(due.plus_ms(-90 * 60'000));
    EXPECT_EQ(clock("accept").left_display.zh, "剩余 1 小时 30 分钟");
    town.clock.set(due);
    EXPECT_EQ(clock("accept").state, ClockState::breached);
    EXPECT_EQ(clock("accept").used.ppm, 1'000'000);
    town.act(town.bank, claim, "accept", Town::acceptance());
    EXPECT_EQ(clock("accept").state, ClockState::stopped);
    finance::Deed asking;
    asking.documents = {{"报表"}};
    asking.reason = "核实";
    town.act(town.bank, claim, "request_documents", asking);
    EXPECT_EQ(clock("decide").state, ClockState::paused);
    ASSERT_EQ(clock("decide").pauses.size(), 1u);
    EXPECT_EQ(clock("decide").pauses[0].reason.zh, "等待企业补件");
    EXPECT_EQ(clock("supply").owner, "enterprise");
}

TEST(League, silence_and_waiting_are_counted) {
    Town town;
    const auto first = town.posted(Town::wish());
    const auto second = town.posted(Town::wish());
    const auto quick = town.claimed(first, town.bank);
    town.claimed(second, town.bank_2); // never answers
    town.act(town.bank, quick, "accept", Town::acceptance());
    finance::Deed asking;
    asking.documents = {{"报表"}};
    asking.reason = "核实";
    town.act(town.bank, quick, "request_documents", asking); // 10:00 on Tuesday
    town.go_to("2024-03-06 10:00");
    town.act(town.enterprise, quick, "supply_documents", {});
    town.go_to("2024-03-06 11:00");
    town.act(town.bank, quick, "refuse", Town::refusing("other"));
    town.go_to("2024-03-11 10:00");
    const auto rows = town.read([&](const store::Snapshot& db) {
        return finance::league(
            db, town.policy->calendar(), {0}, town.clock.now(), town.clock.now());
    });
    ASSERT_TRUE(rows);
    ASSERT_EQ(rows->size(), 2u);
    const auto& answered = (*rows)[0].institution == town.bank.party ? (*rows)[0] : (*rows)[1];
    const auto& silent = (*rows)[0].institution == town.bank.party ? (*rows)[1] : (*rows)[0];
    EXPECT_EQ(answered.median_answer_minutes, 60); // the day it waited is the enterprise's
    EXPECT_GT(answered.paused_minutes, 60);
    EXPECT_EQ(answered.overdue, 0);
    EXPECT_EQ(answered.refusals.at("other"), 1);
    EXPECT_EQ(silent.answered, 0);
    EXPECT_EQ(silent.open, 1);
    EXPECT_FALSE(silent.median_answer_minutes);
    EXPECT_EQ(silent.overdue, 1);
    EXPECT_GT(silent.overdue_minutes, 0);
}

} // namespace
} // namespace api
