// Signals begin, stand and end as a plain reading of every enterprise says, and a case is opened
// once while one stands.
#include "domain/identity/identity.hpp"
#include "domain/party/county_test.hpp"
#include "domain/risk/drifts.hpp"
#include "domain/risk/listings.hpp"
#include "domain/risk/signals.hpp"
#include "engine/table/csv.hpp"

#include <random>

namespace risk {
namespace {

using base::Date;
using base::Money;
using party::test::code;

constexpr std::int64_t one_day_ms = 86'400'000;

struct Ward : party::test::County {
    fact::Facts facts{*database, *policy};
    loan::Loans loans{*database, *policy};
    census::Census census{*database, *policy};
    Risks risks{*database, *policy, *load_desk(SOURCE_DIR "/packs/jiashan")};
    std::optional<Signals> signals;
    int numbers = 0;

    Ward()
        : County(
              {&identity::declare,
               &fact::declare,
               &loan::declare,
               &scoring::declare,
               &risk::declare},
              "jiashan") {
        restart();
    }

    void restart() { signals.emplace(*database, *policy, risks, census, 3); }

    Signals::Looked look() {
        const auto done = signals->look(clock.now());
        EXPECT_TRUE(done) << code(done);
        return done.value_or(Signals::Looked{});
    }

    void learn(Id<Party> firm, const std::string& attribute, const std::string& value) {
        const fact::Learn wish{
            .enterprise = firm,
            .source = policy->attribute(attribute)->source,
            .as_of = policy->zone().date(clock.now()),
            .data = {{.attribute = attribute, .period = {}, .value = {value}}}};
        const auto done = facts.learn(command(), wish);
        ASSERT_TRUE(done) << done.error().message.en;
    }

    Id<base::Loan> lend(Id<Party> firm, std::int64_t wan) {
        loan::Record wish;
        wish.institution = bank;
        wish.enterprise = firm;
        wish.number = "JJ" + std::to_string(++numbers);
        wish.amount = Money::wan(wan);
        wish.rate = base::Rate::basis_points(400);
        wish.start = Date::of(2024, 3, 1);
        wish.due = Date::of(2025, 3, 1);
        wish.guarantee_mode = "credit";
        wish.repayment_mode = "interest_then_principal";
        wish.use = policy->pack().loan_uses.front().code;
        const auto done = loans.record(command(), wish);
        if (!done) throw std::runtime_error(done.error().message.en);
        return {std::stoll(done->subject)};
    }

    void repay(Id<base::Loan> loan, std::int64_t wan) {
        const auto done = loans.repay(command(), loan, Date::of(2024, 6, 1), Money::wan(wan));
        ASSERT_TRUE(done) << done.error().message.en;
    }

    [[nodiscard]] std::optional<Case> newest(const std::string& rule, Id<Party> firm) const {
        return read([&](const store::Snapshot& db) {
            return risk::newest(db, rule, party::find_enterprise(db, firm)->credit_code);
        });
    }

    [[nodiscard]] std::int64_t count(const char* what) const {
        return read([&](const store::Snapshot& db) {
            return *db.row<std::int64_t>(std::string("select count(*) from ") + what);
        });
    }

    void close(Id<RiskCase> id, Outcome outcome, const char* reason) {
        const auto officer = of_unit("finance_office", {base::Right::risk_handle});
        const auto done = risks.close(command(officer), id, {outcome, reason, "核实过"});
        ASSERT_TRUE(done) << code(done);
    }
};

TEST(Signals, one_that_begins_to_hold_opens_a_case_with_its_values_once) {
    Ward ward;
    const auto firm = ward.enterprise(1);
    ward.learn(firm, "tax_arrears", "2000000"); // 2 万元
    EXPECT_EQ(ward.look().began, 0) << "nobody lends to it";
    const auto loan = ward.lend(firm, 100);
    EXPECT_EQ(ward.look().opened, 1);
    EXPECT_EQ(ward.look().began, 0);
    const auto it = ward.newest("signal.tax_arrears", firm);
    ASSERT_TRUE(it);
    EXPECT_EQ(it->source, Source::post_loan);
    EXPECT_EQ(it->enterprise, firm);
    EXPECT_EQ(it->severity, "serious");
    const auto found =
        ward.read([&](const store::Snapshot& db) { return risk::warnings(db, it->id); });
    ASSERT_EQ(found.size(), 1U);
    ASSERT_EQ(found[0].windows.size(), 2U); // whom it watches, and when
    EXPECT_EQ(found[0].windows[0].value.zh, "100万元");
    EXPECT_EQ(found[0].windows[1].value.zh, "2万元");
    EXPECT_EQ(found[0].windows[1].bound.zh, "不低于 1万元");
    ward.learn(firm, "tax_arrears", "3000000"); // still
    EXPECT_EQ(ward.look().began, 0);
    ward.restart();
    EXPECT_EQ(ward.look().began, 0) << "a restart finds what stands";
    ward.repay(loan, 100);
    EXPECT_EQ(ward.look().ended, 1) << "no loan lives any more";
    EXPECT_EQ(ward.count("risk_standing"), 0);
    ward.expect_rebuilds();
}

TEST(Signals, while_its_case_is_open_or_known_it_joins_and_afterwards_opens_another) {
    Ward ward;
    const auto firm = ward.enterprise(1);
    ward.lend(firm, 100);
    const auto again = [&] {
        ward.learn(firm, "under_enforcement", "false");
        ward.look();
        ward.learn(firm, "under_enforcement", "true");
        return ward.look();
    };
    EXPECT_EQ(again().opened, 1);
    ward.clock.set(ward.clock.now().plus_ms(200 * one_day_ms)); // far beyond the days of joining
    EXPECT_EQ(again().joined, 1);
    const auto first = *ward.newest("signal.under_enforcement", firm);
    ward.close(first.id, Outcome::known, "handled_before");
    EXPECT_EQ(ward.look().began, 0) << "it holds, and was settled";
    EXPECT_EQ(again().joined, 1) << "known, so it sleeps for the desk's days";
    ward.clock.set(ward.clock.now().plus_ms(40 * one_day_ms));
    EXPECT_EQ(again().opened, 1);
    const auto second = *ward.newest("signal.under_enforcement", firm);
    EXPECT_EQ(second.follows, first.id);
    ward.close(second.id, Outcome::confirmed, "distress");
    EXPECT_EQ(again().opened, 1);
    const auto records = ward.read([](const store::Snapshot& db) { return risk::records(db); });
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].confirmed, 1);
    EXPECT_EQ(records[0].known, 1);
    EXPECT_EQ(precision(records[0])->share.ppm, 1'000'000);
}

TEST(Signals, days_that_pass_bring_what_a_rule_says_of_days) {
    Ward ward;
    const auto firm = ward.enterprise(1);
    ward.lend(firm, 100);
    ward.learn(firm, "last_invoice_on", "\"2024-07-01\"");
    EXPECT_EQ(ward.look().began, 0);
    const auto on = [&](const char* day) {
        ward.clock.set(ward.policy->zone().at(*Date::parse(day), 60));
        return ward.look();
    };
    EXPECT_EQ(on("2024-09-29").began, 0); // the 90th day
    EXPECT_EQ(on("2024-09-30").opened, 1);
    EXPECT_TRUE(ward.newest("signal.invoices_stop", firm));
}

TEST(Signals, a_list_is_for_everybody_and_one_on_trial_opens_nothing) {
    Ward ward;
    const auto firm = ward.enterprise(1);
    ward.learn(firm, "on_black_list", "true");
    EXPECT_EQ(ward.look().opened, 1);
    EXPECT_EQ(ward.newest("signal.on_black_list", firm)->source, Source::list);
    ward.lend(firm, 50);
    ward.learn(firm, "legal_representative_changed_on", "\"2024-07-01\"");
    const auto looked = ward.look();
    EXPECT_EQ(looked.began, 1);
    EXPECT_EQ(looked.opened, 0);
    EXPECT_EQ(ward.count("risk_standing where rule = 'trial.legal_representative_changed'"), 1);
}

// What stands, said plainly: read every enterprise's row and ask every signal of it; a signal that
// holds stands, one that fails does not, and one that is unknown stays as it was.
struct Plain {
    std::set<std::pair<std::string, std::int64_t>> standing;
    std::int64_t began = 0;

    void look(const Ward& ward, const std::vector<Id<Party>>& firms) {
        for (const auto firm : firms) {
            const auto row = *ward.read(
                [&](const store::Snapshot& db) { return dossier::row(db, *ward.policy, firm); });
            for (const auto& signal : ward.policy->pack().signals) {
                const auto day = ward.policy->zone().date(ward.clock.now());
                const auto said = rule::decide(*ward.policy->signal(signal.code), row, day);
                const std::pair what(rule_of(signal), firm.value);
                if (said == rule::Outcome::holds) began += standing.insert(what).second ? 1 : 0;
                if (said == rule::Outcome::fails) standing.erase(what);
            }
        }
    }
};

TEST(Signals, what_stands_is_what_a_plain_reading_says) {
    const std::pair<const char*, std::vector<const char*>> told[] = {
        {"tax_arrears", {"0", "900000", "1000000", "null"}},
        {"social_insurance_arrears", {"true", "false", "null"}},
        {"social_insurance_months_12m", {"12", "8", "null"}},
        {"invoice_sales_growth", {"-300000", "-150000", "50000", "null"}},
        {"next_maturity_on", {"\"2024-08-01\"", "\"2024-10-01\"", "null"}},
        {"overdue_now", {"true", "false"}},
        {"external_guarantee_balance", {"0", "50000001", "null"}},
        {"total_assets", {"100000000", "200000000", "null"}},
        {"on_black_list", {"true", "false"}}};
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed); // tidy-allow(randomness): printed
        const auto pick = [&](std::uint64_t of) { return random() % of; };
        Ward ward;
        Plain plain;
        std::vector<Id<Party>> firms;
        std::vector<Id<base::Loan>> loans;
        std::int64_t began = 0;
        for (int step = 0; step < 60; ++step) {
            if (firms.size() < 4 || pick(12) == 0)
                firms.push_back(ward.enterprise(firms.size() + 1));
            const auto firm = firms[pick(firms.size())];
            const auto what = pick(10);
            if (what == 0 || loans.empty()) {
                loans.push_back(ward.lend(firm, 10));
            } else if (what == 1) {
                ward.repay(loans.back(), 10);
                loans.pop_back();
            } else if (what == 2) {
                ward.clock.set(
                    ward.clock.now().plus_ms(static_cast<std::int64_t>(1 + pick(9)) * one_day_ms));
            } else if (what == 3) {
                ward.restart();
            } else {
                const auto& [attribute, values] = told[pick(std::size(told))];
                ward.learn(firm, attribute, values[pick(values.size())]);
            }
            if (pick(3) == 0) continue; // several things happen between two looks
            began += ward.look().began;
            plain.look(ward, firms);
            std::set<std::pair<std::string, std::int64_t>> standing;
            for (const auto& each :
                 ward.read([](const store::Snapshot& db) { return risk::standings(db); }))
                standing.emplace(each.rule, each.enterprise.value);
            ASSERT_EQ(standing, plain.standing) << "step " << step;
            ASSERT_EQ(began, plain.began) << "step " << step;
        }
        EXPECT_EQ(ward.count("risk_warning"), began); // every one warned, once
        EXPECT_GT(began, 0);
        ward.expect_rebuilds();
    }
}

TEST(Drifts, a_finding_of_the_champion_opens_a_case_and_joins_it_while_it_is_open) {
    scoring::Entry champion;
    champion.id = {7};
    champion.use = "post-loan";
    champion.sha256 = std::string(64, 'a');
    score::DriftFinding moved{
        .kind = score::DriftKind::column_moved,
        .gravity = score::Gravity::act,
        .column = "sales",
        .vintage = "",
        .figure = 0.31,
        .limit = 0.25,
        .reason = {"变了", "moved"}};
    score::DriftFinding level{
        .kind = score::DriftKind::level_off,
        .gravity = score::Gravity::look,
        .column = "",
        .vintage = "2024Q1",
        .figure = 1.3,
        .limit = 1.25,
        .reason = {"多了", "more"}};
    Heed wish{.model = champion.id, .table_sha256 = "t1", .drift = {}};
    wish.drift.findings = {moved, level};
    Ward ward;
    const auto raise = [&] {
        Risks::Wish raised;
        raised.warnings = warnings_of(champion, wish, ward.clock.now());
        return ward.risks.raise(ward.command(), raised).value_or(Risks::Done{});
    };
    EXPECT_EQ(raise().opened, 2);
    EXPECT_EQ(raise().opened + raise().joined, 0) << "the same table";
    wish.table_sha256 = "t2";
    wish.drift.findings[1].vintage = "2024Q2";
    EXPECT_EQ(raise().joined, 2);
    const auto it = *ward.read([](const store::Snapshot& db) {
        return risk::newest(db, "drift.column_moved:sales", "post-loan");
    });
    EXPECT_EQ(it.source, Source::model);
    EXPECT_EQ(it.label.en, "A column has moved: sales");
    EXPECT_EQ(it.severity, "serious");
    const auto windows =
        ward.read([&](const store::Snapshot& db) { return risk::warnings(db, it.id); })
            .front()
            .windows;
    ASSERT_EQ(windows.size(), 1U);
    EXPECT_EQ(windows[0].value.en, "0.310");
    Drifts drifts(*ward.database, ward.risks);
    EXPECT_EQ(code(drifts.heed(ward.command(), wish, ward.clock.now())), "risk.not_champion");
}

TEST(Listings, an_entry_that_names_a_firm_opens_a_case_once_and_a_red_list_none) {
    Ward ward;
    const auto first = ward.enterprise(1);
    const auto second = ward.enterprise(2);
    const auto code_of = [&](Id<Party> firm) {
        return ward.read([&](const store::Snapshot& db) {
            return party::find_enterprise(db, firm)->credit_code;
        });
    };
    Listings listings(*ward.database, *ward.policy, ward.risks, SOURCE_DIR "/packs/jiashan");
    const auto officer = Ward::of_unit("finance_office", {base::Right::risk_handle});
    const auto head = std::string("code,list,source,basis,from,until,appeal\n");
    const auto take = [&](const std::string& lines, const base::Actor& who) {
        const auto rows = table::open_csv_text(head + lines);
        return listings.take(ward.command(who), **rows, screen::List::watch, ward.clock.now());
    };
    const auto black = code_of(first) + ",black,县法院,判决,2024-01-01,2026-01-01,\n";
    const auto red = code_of(second) + ",red,县税务局,,2024-01-01,,\n";
    const auto over = code_of(second) + ",black,县法院,,2020-01-01,2021-01-01,\n";
    const auto upheld = code_of(second) + ",black,县法院,,2024-01-01,,upheld\n";
    EXPECT_EQ(code(take(black, Ward::of_unit("finance_office", {}))), "permission.denied");
    const auto done = take(black + red + over + upheld, officer);
    ASSERT_TRUE(done) << code(done);
    EXPECT_EQ(done->entries, 4);
    EXPECT_EQ(done->holding, 2);
    EXPECT_EQ(done->hits, 1);
    EXPECT_EQ(done->opened, 1);
    const auto it = ward.newest("list.black", first);
    ASSERT_TRUE(it);
    EXPECT_EQ(it->source, Source::list);
    EXPECT_EQ(it->severity, "grave");
    const auto windows =
        ward.read([&](const store::Snapshot& db) { return risk::warnings(db, it->id); })[0].windows;
    EXPECT_TRUE(
        windows[0].sentence.zh.contains("列入机关 县法院，依据 判决，2024-01-01 至 2026-01-01"))
        << windows[0].sentence.zh;
    EXPECT_EQ(windows[1].value.en, "1000 points");
    const auto longer = code_of(first) + ",black,县法院,判决,2024-01-01,2027-01-01,\n";
    EXPECT_EQ(take(longer, officer)->opened, 0) << "the same entry, in a newer edition";
    const auto other = code_of(first) + ",,县市场监管局,,2024-05-01,,pending\n";
    EXPECT_EQ(take(other + longer, officer)->opened, 1) << "of another list: watch";
    EXPECT_FALSE(ward.newest("list.black", second));
    EXPECT_EQ(ward.count("risk_case"), 2);
    ward.expect_rebuilds();
}

} // namespace
} // namespace risk
