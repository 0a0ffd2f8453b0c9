#include "domain/finance/town_test.hpp"

namespace finance {
namespace {

using testing::Town;

std::vector<std::string> acts(Town& town, Id<Need> need) {
    std::vector<std::string> found;
    for (const auto& line :
         town.read([&](const store::Snapshot& db) { return timeline(db, need); }))
        found.push_back(line.act);
    return found;
}

TEST(Finance, a_loan_comes_of_a_need_and_every_step_is_on_the_timeline) {
    Town town;
    const auto need = town.posted(Town::wish());
    EXPECT_EQ(town.need_row(need).state, "published");
    EXPECT_EQ(town.need_row(need).number, "XQ2024000001");
    EXPECT_TRUE(town.need_row(need).open);
    const auto claim = town.claimed(need, town.bank);
    EXPECT_EQ(town.need_row(need).state, "claimed");
    EXPECT_EQ(town.act(town.bank, claim, "accept", Town::acceptance()), "accepted");
    EXPECT_EQ(town.act(town.bank, claim, "due_diligence", {}), "due_diligence");
    EXPECT_EQ(town.act(town.bank, claim, "offer", town.offering(400'000)), "offered");
    // LPR of 2024-03-05 is 3.45 %, and 40 basis points.
    EXPECT_EQ(town.claim_row(claim).offer->rate.ppm, 38'500);
    EXPECT_EQ(town.need_row(need).intended, Money::yuan(400'000));
    EXPECT_EQ(town.act(town.enterprise, claim, "choose", {}), "chosen");
    EXPECT_EQ(town.need_row(need).state, "accepted");
    EXPECT_FALSE(town.need_row(need).open);
    EXPECT_EQ(town.act(town.bank, claim, "grant", Town::of_amount(400'000)), "granted");
    Deed contract;
    contract.number = "HT-1";
    EXPECT_EQ(town.act(town.bank, claim, "contract", contract), "contracted");
    EXPECT_EQ(town.need_row(need).disbursed, Money{});
    const auto paid =
        town.finance->disburse(town.by(town.bank), claim, town.loan_of("JJ-1", 400'000));
    ASSERT_TRUE(paid) << paid.error().message.en;
    const auto row = town.need_row(need);
    EXPECT_EQ(row.disbursed, Money::yuan(400'000));
    EXPECT_EQ(row.granted, Money::yuan(400'000));
    EXPECT_EQ(row.state, "financing");
    const auto entry =
        town.read([&](const store::Snapshot& db) { return loan::of_claim(db, claim); });
    ASSERT_EQ(entry.size(), 1u);
    EXPECT_TRUE(entry[0].first_loan);
    EXPECT_TRUE(entry[0].through_platform);
    EXPECT_EQ(town.act(town.bank, claim, "settle", {}), "settled");
    EXPECT_EQ(town.need_row(need).state, "financed");
    const std::vector<std::string> expected = {
        "submit",
        "publish",
        "claim",
        "claim",
        "accept",
        "due_diligence",
        "offer",
        "offer",
        "choose",
        "choose",
        "grant",
        "contract",
        "disburse",
        "disburse",
        "settle",
        "fulfil"};
    EXPECT_EQ(acts(town, need), expected);
}

TEST(Finance, a_need_ends_when_what_was_asked_is_disbursed_and_the_other_claims_lapse) {
    Town town;
    const auto need = town.posted(Town::wish(300'000));
    const auto claim = town.claimed(need, town.bank);
    const auto other = town.claimed(need, town.bank_2);
    town.act(town.bank, claim, "accept", Town::acceptance());
    town.act(town.bank, claim, "offer", town.offering(300'000));
    town.act(town.enterprise, claim, "choose", {});
    town.act(town.bank, claim, "grant", Town::of_amount(300'000));
    ASSERT_TRUE(town.finance->disburse(town.by(town.bank), claim, town.loan_of("JJ-1", 100'000)));
    EXPECT_EQ(town.need_row(need).state, "financing");
    EXPECT_EQ(
        town.finance->disburse(town.by(town.bank), claim, town.loan_of("JJ-2", 250'000))
            .error()
            .code,
        "finance.over_grant");
    ASSERT_TRUE(town.finance->disburse(town.by(town.bank), claim, town.loan_of("JJ-3", 200'000)));
    EXPECT_EQ(town.need_row(need).state, "financed");
    EXPECT_EQ(town.claim_row(other).state, "expired");
    EXPECT_TRUE(town.claim_row(other).ended_at);
    for (const auto& clock : town.clocks(need)) {
        if (clock.claim != other) continue;
        EXPECT_EQ(clock.phase, process::Phase::stopped) << clock.rule;
    }
}

TEST(Finance, the_first_institutions_take_a_need_and_the_next_comes_too_late) {
    Town town;
    const auto need = town.posted(Town::wish());
    town.claimed(need, town.bank);
    town.claimed(need, town.bank_2);
    EXPECT_EQ(
        town.finance->claim(town.by(town.bank_2), need, std::nullopt).error().code,
        "finance.already_claimed");
    town.claimed(need, town.bank_3);
    const auto fourth = Town::actor(PartyKind::institution, town.join("far_bank"), 14, "far_bank");
    EXPECT_EQ(
        town.finance->claim(town.by(fourth), need, std::nullopt).error().code, "finance.no_need");
    EXPECT_FALSE(town.need_row(need).open);
}

TEST(Finance, a_directed_need_is_pushed_to_its_institutions_only) {
    Town town;
    auto wish = Town::wish();
    wish.institutions = {town.bank_2.party};
    const auto need = town.posted(wish);
    EXPECT_EQ(
        town.finance->claim(town.by(town.bank), need, std::nullopt).error().code,
        "finance.no_need");
    const auto claims = town.read([&](const store::Snapshot& db) { return claims_of(db, need); });
    ASSERT_EQ(claims.size(), 1u);
    EXPECT_EQ(claims[0].state, "pushed");
    EXPECT_EQ(town.clock_of(need, claims[0].id, "accept").phase, process::Phase::running);
    EXPECT_EQ(town.claimed(need, town.bank_2), claims[0].id);
    EXPECT_EQ(town.claim_row(claims[0].id).state, "claimed");
    // The push started the clock; taking the need on does not start it again.
    EXPECT_EQ(town.clock_of(need, claims[0].id, "accept").round, 1);
}

TEST(Finance, a_refusal_needs_a_coded_reason_and_ten_characters) {
    Town town;
    const auto need = town.posted(Town::wish());
    const auto claim = town.claimed(need, town.bank);
    auto deed = Town::refusing("no_such_reason");
    EXPECT_EQ(town.act(town.bank, claim, "refuse", deed), "finance.refusal_reason");
    deed.reason = "other";
    deed.text = "不符合要求啊啊啊啊"; // nine
    EXPECT_EQ(town.act(town.bank, claim, "refuse", deed), "finance.refusal_text");
    deed.text = "不符合要求啊啊啊啊啊"; // ten
    EXPECT_EQ(town.act(town.bank, claim, "refuse", deed), "refused");
    // Places are left: the need opens again.
    EXPECT_EQ(town.need_row(need).state, "published");
    EXPECT_TRUE(town.need_row(need).open);
}

TEST(Finance, a_repairable_refusal_goes_to_its_owner_and_a_new_round_needs_a_passed_precheck) {
    Town town;
    auto wish = Town::wish();
    wish.institutions = {town.bank.party};
    const auto need = town.posted(wish);
    const auto claim = town.claimed(need, town.bank);
    EXPECT_EQ(town.act(town.bank, claim, "refuse", Town::refusing("tax_grade_low")), "repairing");
    EXPECT_EQ(town.need_row(need).state, "repairing");
    const auto clock = town.clock_of(need, claim, "repair");
    EXPECT_EQ(clock.owner, "tax_bureau");
    // Fifteen working days, as the reason says, not the rule's ten: 03-06 … 03-26.
    EXPECT_EQ(clock.due->text().substr(0, 10), "2024-03-26");
    EXPECT_EQ(town.act(town.enterprise, need, "reroute", ""), "process.not_now");
    Deed repaired;
    EXPECT_EQ(town.act(town.office, claim, "repaired", repaired), "finance.reason_required");
    repaired.text = "已完成纳税信用修复";
    auto stranger = town.office;
    stranger.unit = "forestry_bureau";
    EXPECT_EQ(town.act(stranger, claim, "repaired", repaired), "finance.not_the_repairer");
    EXPECT_EQ(town.act(town.office, claim, "repaired", repaired), "repaired");
    EXPECT_EQ(town.need_row(need).state, "ended_unmet");
    // What the tea loan asks is not known of this enterprise, so the pre-check lets it try again.
    EXPECT_EQ(town.act(town.enterprise, need, "reroute", "再试一次"), "published");
    EXPECT_EQ(town.need_row(need).round, 2);
    EXPECT_TRUE(town.need_row(need).open);
    EXPECT_TRUE(town.claimed(need, town.bank));
}

TEST(Finance, a_new_round_is_refused_when_no_product_would_admit_the_enterprise) {
    Town town;
    fact::Facts facts(*town.database, *town.policy);
    const auto learned = facts.learn(
        store::Command::internal("facts"),
        {.enterprise = town.enterprise.party,
         .source = "tax_office",
         .as_of = testing::Date::of(2024, 3, 1),
         .data = {
             {"tax_grade", *base::Period::parse("2023"), {"\"D\""}},
             {"yearly_sales", *base::Period::parse("2023"), {"100"}}}});
    ASSERT_TRUE(learned) << learned.error().message.en;
    const auto need = town.posted(Town::wish());
    for (const auto* bank : {&town.bank, &town.bank_2, &town.bank_3}) {
        const auto claim = town.claimed(need, *bank);
        EXPECT_EQ(town.act(*bank, claim, "refuse", Town::refusing("other")), "refused");
    }
    EXPECT_EQ(town.need_row(need).state, "ended_unmet");
    EXPECT_EQ(town.act(town.enterprise, need, "reroute", ""), "finance.precheck");
}

TEST(Finance, waiting_for_documents_stops_the_institutions_clock_and_starts_the_enterprises) {
    Town town;
    const auto need = town.posted(Town::wish());
    const auto claim = town.claimed(need, town.bank);
    town.act(town.bank, claim, "accept", Town::acceptance());
    Deed asking;
    asking.documents = {"近三年财务报表"};
    asking.reason = "核实经营情况";
    EXPECT_EQ(town.act(town.bank, claim, "request_documents", asking), "waiting_documents");
    EXPECT_EQ(town.clock_of(need, claim, "decide").phase, process::Phase::paused);
    EXPECT_FALSE(town.clock_of(need, claim, "decide").due);
    EXPECT_EQ(town.clock_of(need, claim, "supply").owner, "enterprise");
    EXPECT_EQ(town.clock_of(need, claim, "supply").party, town.enterprise.party);
    EXPECT_EQ(town.act(town.bank, claim, "supply_documents", {}), "process.not_yours");
    town.go_to("2024-03-08 15:00");
    EXPECT_EQ(town.act(town.enterprise, claim, "supply_documents", {}), "due_diligence");
    const auto decide = town.clock_of(need, claim, "decide");
    EXPECT_EQ(decide.phase, process::Phase::running);
    EXPECT_EQ(decide.used_ms, 0);
    ASSERT_EQ(decide.pauses.size(), 1u);
    EXPECT_EQ(decide.pauses[0].state, "waiting_documents");
}

TEST(Finance, a_rung_fires_once_tells_who_and_raises_the_need) {
    Town town;
    const auto need = town.posted(Town::wish());
    const auto claim = town.claimed(need, town.bank);
    const auto clock = town.clock_of(need, claim, "accept");
    const auto before = town.database->read([](const store::Snapshot& db) { return db.seq(); });
    const auto ask = [&](std::int32_t percent) {
        EXPECT_TRUE(town.finance->fire_rung(clock.id, percent, town.clock.now()));
    };
    // Too early: nothing happens, and it may be asked for again.
    town.clock.set(clock.due->plus_ms(-1));
    ask(100);
    EXPECT_TRUE(town.clock_of(need, claim, "accept").fired.empty());
    ask(50);
    EXPECT_EQ(town.need_row(need).escalation, 0);
    town.clock.set(*clock.due);
    ask(100);
    town.clock.advance_ms(1);
    ask(100);
    EXPECT_EQ(town.need_row(need).escalation, 1);
    town.clock.set(**process::reaches(clock.clock(), 150, town.policy->calendar()));
    ask(150);
    EXPECT_EQ(town.need_row(need).escalation, 2);
    const auto fired = town.clock_of(need, claim, "accept").fired;
    ASSERT_EQ(fired.size(), 3u);
    EXPECT_EQ(fired[0].percent, 50);
    EXPECT_EQ(fired[1].percent, 100);
    EXPECT_EQ(fired[2].percent, 150);
    std::int64_t rungs = 0;
    for (const auto& event : town.database->events_after(before, 1000))
        rungs += event.kind == RungFired::kind ? 1 : 0;
    EXPECT_EQ(rungs, 3);
}

TEST(Finance, an_overdue_clock_is_found_at_once_without_any_stored_flag) {
    Town town;
    const auto need = town.posted(Town::wish());
    const auto claim = town.claimed(need, town.bank);
    const auto due = *town.clock_of(need, claim, "accept").due;
    const auto breached = [&] {
        NeedFilter filter;
        filter.breached = true;
        return town.read([&](const store::Snapshot& db) {
            return list_needs(db, town.office, filter, town.clock.now()).total;
        });
    };
    town.clock.set(due.plus_ms(-1));
    EXPECT_EQ(breached(), 0);
    town.clock.set(due);
    EXPECT_EQ(breached(), 1);
    town.act(town.bank, claim, "accept", Town::acceptance());
    EXPECT_EQ(breached(), 0);
}

TEST(Finance, an_unanswered_need_expires_and_an_offer_lapses_after_its_day) {
    Town town;
    const auto need = town.posted(Town::wish());
    ASSERT_TRUE(town.finance->expire(need, 2)); // another round's command: nothing
    EXPECT_EQ(town.need_row(need).state, "published");
    const auto other = town.posted(Town::wish());
    const auto claim = town.claimed(other, town.bank);
    town.act(town.bank, claim, "accept", Town::acceptance());
    town.act(town.bank, claim, "offer", town.offering(100'000));
    town.go_to("2024-03-16 00:01"); // the day after the offer's last
    EXPECT_EQ(town.act(town.enterprise, claim, "choose", {}), "finance.offer_lapsed");
    ASSERT_TRUE(town.finance->lapse_offer(claim, town.claim_row(claim).version));
    EXPECT_EQ(town.claim_row(claim).state, "expired");
    town.clock.set(*town.need_row(need).expires_at);
    ASSERT_TRUE(town.finance->expire(need, 1));
    EXPECT_EQ(town.need_row(need).state, "expired");
    EXPECT_TRUE(town.need_row(need).ended_at);
}

TEST(Finance, what_is_refused_and_why) {
    Town town;
    const auto need = town.posted(Town::wish());
    const auto claim = town.claimed(need, town.bank);
    auto too_much = town.offering(500'001);
    EXPECT_EQ(town.act(town.bank, claim, "offer", too_much), "process.not_now");
    EXPECT_EQ(town.act(town.bank, claim, "accept", {}), "finance.act_needs");
    town.act(town.bank, claim, "accept", Town::acceptance());
    EXPECT_EQ(town.act(town.bank, claim, "offer", too_much), "finance.offer_amount");
    EXPECT_EQ(town.act(town.bank_2, claim, "offer", town.offering(1)), "finance.no_claim");
    EXPECT_EQ(town.act(town.enterprise, need, "withdraw", ""), "finance.reason_required");
    EXPECT_EQ(town.act(town.bank, need, "withdraw", "x"), "finance.no_need");
    EXPECT_EQ(town.act(town.enterprise, need, "publish", ""), "finance.by_itself");
    EXPECT_EQ(town.act(town.enterprise, need, "urge", "x"), "process.not_yours");
    EXPECT_EQ(town.act(town.office, need, "urge", "请尽快"), "claimed");
    EXPECT_EQ(town.act(town.office, need, "escalate", "超时"), "claimed");
    EXPECT_EQ(town.need_row(need).escalation, 1);
    EXPECT_EQ(town.act(town.enterprise, need, "withdraw", "已自行解决"), "withdrawn");
    EXPECT_EQ(town.claim_row(claim).state, "expired");
    auto incomplete = Town::wish();
    incomplete.purpose = "";
    const auto draft = town.finance->draft(town.by(town.enterprise), incomplete);
    ASSERT_TRUE(draft);
    const auto refused =
        town.finance->submit(town.by(town.enterprise), {std::stoll(draft->subject)}, std::nullopt);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "finance.incomplete");
    EXPECT_EQ(refused.error().field, "/purpose");
}

TEST(Finance, a_draft_is_kept_and_changed_by_its_version_and_unseen_by_others) {
    Town town;
    const auto drafted = town.finance->draft(town.by(town.enterprise), Town::wish(1));
    const Id<Need> id{std::stoll(drafted->subject)};
    ASSERT_TRUE(town.finance->redraft(town.by(town.enterprise), id, 1, Town::wish(200'000)));
    EXPECT_EQ(
        town.finance->redraft(town.by(town.enterprise), id, 1, Town::wish(3)).error().code,
        "finance.version");
    EXPECT_EQ(town.need_row(id).amount, Money::yuan(200'000));
    const auto seen = [&](const Actor& actor) {
        return town.read([&](const store::Snapshot& db) {
            return list_needs(db, actor, {}, town.clock.now()).total;
        });
    };
    EXPECT_EQ(seen(town.enterprise), 1);
    EXPECT_EQ(seen(town.office), 0);
    EXPECT_EQ(seen(town.bank), 0);
    ASSERT_TRUE(town.finance->submit(town.by(town.enterprise), id, std::nullopt));
    EXPECT_EQ(seen(town.office), 1);
    EXPECT_EQ(seen(town.bank), 1);
}

TEST(Finance, the_stored_clocks_equal_those_recomputed_from_the_timeline) {
    Town town;
    const auto need = town.posted(Town::wish());
    const auto claim = town.claimed(need, town.bank);
    town.go_to("2024-03-05 16:40");
    town.act(town.bank, claim, "accept", Town::acceptance());
    town.go_to("2024-03-06 11:00");
    Deed asking;
    asking.documents = {"报表"};
    asking.reason = "核实";
    town.act(town.bank, claim, "request_documents", asking);
    town.go_to("2024-03-09 11:00");
    town.act(town.enterprise, claim, "supply_documents", {});
    town.go_to("2024-03-12 09:30");
    town.act(town.bank, claim, "offer", town.offering(100'000));
    const auto lines = town.read([&](const store::Snapshot& db) { return timeline(db, need); });
    std::vector<process::Moment> moments;
    std::string state = town.finance->book().claim().first();
    for (const auto& line : lines) {
        if (line.claim != claim) continue;
        const auto step = town.finance->book().claim().step(state, line.act, line.side);
        if (step) state = process::Machine::after(**step, state);
        moments.push_back({line.at, line.act, state});
    }
    for (const auto& row : town.clocks(need)) {
        if (row.claim != claim) continue;
        const auto again = process::replay(
            moments, town.finance->book().timing(row.rule)->rule, town.policy->calendar());
        ASSERT_TRUE(again);
        EXPECT_EQ(again->back(), row.clock()) << row.rule;
    }
}

TEST(Finance, replaying_the_journal_gives_the_same_tables) {
    Town town;
    const auto need = town.posted(Town::wish(300'000));
    const auto claim = town.claimed(need, town.bank);
    town.act(town.bank, claim, "accept", Town::acceptance());
    town.act(town.bank, claim, "offer", town.offering(300'000));
    town.act(town.enterprise, claim, "choose", {});
    town.act(town.bank, claim, "grant", Town::of_amount(300'000));
    ASSERT_TRUE(town.finance->disburse(town.by(town.bank), claim, town.loan_of("JJ-1", 300'000)));
    const auto before = town.database->projection_digest();
    ASSERT_TRUE(town.database->rebuild());
    EXPECT_EQ(town.database->projection_digest(), before);
}

} // namespace
} // namespace finance
