#include "domain/budget/budget.hpp"
#include "domain/party/county_test.hpp"

#include <thread>

namespace budget {
namespace {

using base::PartyKind;
using base::Right;
using party::test::code;

const pack::Policy& qingxi() {
    static const auto policy = *pack::Policy::load(SOURCE_DIR "/packs/qingxi");
    return *policy;
}

struct Sum {
    const char* what;
    const char* programme;
    Figures figures;
    const char* code; // "ok", or why not
    std::int64_t fen;
};

// The one-year LPR is 3.45 %: 35 % of it is 1.2075 %.
const Sum sums[] = {
    {"interest below the ceiling",
     "tea_interest",
     {.principal = Money::wan(100), .rate = {10'000}, .days = 365},
     "ok",
     Money::wan(1).fen},
    {"interest at the ceiling",
     "tea_interest",
     {.principal = Money::wan(100), .rate = {50'000}, .days = 365},
     "ok",
     1'207'500},
    {"part of a year, rounded down",
     "tea_interest",
     {.principal = Money::wan(100), .rate = {50'000}, .days = 100},
     "ok",
     330'821},
    {"principal above what is subsidised, and the amount of a case",
     "tea_interest",
     {.principal = Money::wan(10'000), .rate = {50'000}, .days = 365},
     "ok",
     Money::wan(5).fen},
    {"days at the most",
     "tea_interest",
     {.principal = Money::wan(1), .rate = {1}, .days = 365},
     "ok",
     1},
    {"a day more",
     "tea_interest",
     {.principal = Money::wan(1), .rate = {10'000}, .days = 366},
     "budget.days",
     0},
    {"no day", "tea_interest", {.principal = Money::wan(1), .rate = {10'000}}, "budget.days", 0},
    {"no principal", "tea_interest", {.rate = {10'000}, .days = 1}, "budget.principal", 0},
    {"less than a fen",
     "tea_interest",
     {.principal = Money{100}, .rate = {10'000}, .days = 1},
     "budget.nothing",
     0},
    {"a loss", "tea_risk", {.loss = Money::wan(10)}, "ok", Money::wan(4).fen},
    {"no loss", "tea_risk", {}, "budget.loss", 0},
    {"premium at the rate",
     "tea_machine",
     {.premium = Money::wan(2), .insured = Money::wan(100), .level = "nation"},
     "ok",
     1'600'000},
    {"premium above the rate",
     "tea_machine",
     {.premium = Money::wan(3), .insured = Money::wan(100), .level = "nation"},
     "ok",
     1'600'000},
    {"second year",
     "tea_machine",
     {.premium = Money::wan(2), .insured = Money::wan(100), .level = "nation", .policy_year = 2},
     "ok",
     1'200'000},
    {"third year",
     "tea_machine",
     {.premium = Money::wan(2), .insured = Money::wan(100), .level = "nation", .policy_year = 3},
     "budget.level_over",
     0},
    {"year nought",
     "tea_machine",
     {.premium = Money::wan(2), .insured = Money::wan(100), .level = "nation", .policy_year = 0},
     "budget.level_over",
     0},
    {"another level",
     "tea_machine",
     {.premium = Money::wan(2), .insured = Money::wan(100), .level = "moon"},
     "budget.level",
     0},
    {"bridge at its most",
     "tea_bridge",
     {.principal = Money::wan(300), .days = 10},
     "ok",
     Money::wan(300).fen},
    {"a fen more",
     "tea_bridge",
     {.principal = Money{Money::wan(300).fen + 1}, .days = 10},
     "budget.case_most",
     0},
    {"a day more", "tea_bridge", {.principal = Money::wan(300), .days = 11}, "budget.days", 0},
};

TEST(Budget, amounts_are_what_the_programme_says_at_every_bound) {
    for (const auto& one : sums) {
        SCOPED_TRACE(one.what);
        const auto amount = entitled(*qingxi().programme(one.programme), one.figures, Rate{34'500});
        ASSERT_EQ(code(amount), one.code);
        if (!amount) continue;
        EXPECT_EQ(amount->fen, one.fen);
    }
}

TEST(Budget, the_stop_line_holds_at_its_bound_and_refuses_a_hair_above) {
    const auto& risk = *qingxi().programme("tea_risk"); // 3 %
    const Standing standing{
        .today = Date::of(2024, 7, 15),
        .applicant = PartyKind::institution,
        .pool = Money{1'000'000},
        .compensated = Money{20'000}};
    EXPECT_EQ(code(check(risk, "L1", Money{10'000}, standing)), "ok");
    EXPECT_EQ(code(check(risk, "L1", Money{10'001}, standing)), "budget.stop_line");
    auto empty = standing;
    empty.pool = {};
    EXPECT_EQ(code(check(risk, "L1", Money{1}, empty)), "budget.stop_line");
    auto stray = standing;
    stray.pooled = false;
    EXPECT_EQ(code(check(risk, "L1", Money{1}, stray)), "budget.not_pooled");
}

TEST(Budget, days_applicants_and_yearly_limits) {
    const auto& interest = *qingxi().programme("tea_interest"); // 8 万 a year and enterprise
    Standing standing{.today = Date::of(2024, 1, 1), .of_enterprise = Money::wan(3)};
    EXPECT_EQ(code(check(interest, "L1", Money::wan(5), standing)), "ok");
    EXPECT_EQ(
        code(check(interest, "L1", Money{Money::wan(5).fen + 1}, standing)),
        "budget.enterprise_most");
    EXPECT_EQ(code(check(interest, "", Money{1}, standing)), "budget.object");
    standing.claimed_by = "ZJ2024-1";
    EXPECT_EQ(code(check(interest, "L1", Money{1}, standing)), "budget.claimed_already");
    standing.claimed_by.reset();
    standing.applicant = PartyKind::institution;
    EXPECT_EQ(code(check(interest, "L1", Money{1}, standing)), "budget.applicant");
    standing.applicant = PartyKind::enterprise;
    standing.today = Date::of(2023, 12, 31);
    EXPECT_EQ(code(check(interest, "L1", Money{1}, standing)), "budget.not_in_force");
    standing.today = Date::of(2026, 1, 1); // no budget of that year
    EXPECT_EQ(code(check(interest, "L1", Money{1}, standing)), "budget.not_in_force");
}

struct Office : party::test::County {
    Budgets budgets{*database, *policy};
    Id<Party> firm = enterprise(1);

    Office()
        : County({&account::declare, &budget::declare}) {}

    [[nodiscard]] base::Actor owner(Id<Party> of) const {
        return somebody(PartyKind::enterprise, of, {Right::need_post});
    }

    [[nodiscard]] base::Actor lender() const {
        return somebody(PartyKind::institution, bank, {Right::loan_record});
    }

    [[nodiscard]] base::Actor reviewer() const {
        return of_unit("finance_office", {Right::budget_decide});
    }

    [[nodiscard]] base::Actor treasurer() const {
        return of_unit("finance_office", {Right::budget_pay});
    }

    // A case of interest of 5 万 for that loan.
    Result<store::Receipt> asked(const std::string& loan, Id<Party> of) {
        return budgets.apply(
            command(owner(of)),
            {.programme = "tea_interest",
             .object = loan,
             .figures = {.principal = Money::wan(500), .rate = {50'000}, .days = 365}});
    }

    std::string act(
        Id<base::BudgetCase> id,
        const std::string& what,
        const base::Actor& who,
        std::optional<Money> amount = {},
        const std::string& reason = "理由") {
        return code(
            budgets.act(command(who), id, {.act = what, .reason = reason, .amount = amount}));
    }

    [[nodiscard]] Use use(const char* programme) const {
        return read([&](const store::Snapshot& db) {
            return use_of(db, *policy->programme(programme), 2024);
        });
    }

    static Id<base::BudgetCase> id_of(const Result<store::Receipt>& done) {
        EXPECT_TRUE(done) << code(done);
        return {done ? std::stoll(done->subject) : 0};
    }
};

TEST(Budget, it_is_reserved_then_paid_and_the_budget_says_so) {
    Office office;
    const auto id = office.id_of(office.asked("L1", office.firm));
    EXPECT_EQ(office.use("tea_interest").left, Money::wan(50));
    EXPECT_EQ(office.act(id, "pay", office.treasurer()), "process.not_now");
    EXPECT_EQ(office.act(id, "approve", office.treasurer()), "permission.denied");
    auto elsewhere = office.reviewer();
    elsewhere.unit = "tax_bureau";
    EXPECT_EQ(office.act(id, "approve", elsewhere), "budget.not_yours");
    EXPECT_EQ(office.act(id, "approve", office.reviewer(), Money::wan(6)), "budget.granted");
    EXPECT_EQ(office.act(id, "approve", office.reviewer(), Money::wan(4)), "ok");
    EXPECT_EQ(office.use("tea_interest").reserved, Money::wan(4));
    EXPECT_EQ(office.act(id, "pay", office.reviewer()), "permission.denied");
    EXPECT_EQ(office.act(id, "pay", office.treasurer()), "ok");
    const auto use = office.use("tea_interest");
    EXPECT_EQ(use.reserved, Money{});
    EXPECT_EQ(use.paid, Money::wan(4));
    EXPECT_EQ(use.left, Money::wan(46));
    EXPECT_EQ(office.act(id, "pay", office.treasurer()), "process.not_now");
    office.expect_rebuilds();
}

TEST(Budget, the_same_object_is_paid_for_once_a_year) {
    Office office;
    const auto id = office.id_of(office.asked("L1", office.firm));
    EXPECT_EQ(code(office.asked("L1", office.firm)), "budget.claimed_already");
    EXPECT_EQ(code(office.asked("L1", office.enterprise(2))), "budget.claimed_already");
    EXPECT_EQ(office.act(id, "refuse", office.reviewer(), {}, ""), "budget.reason");
    EXPECT_EQ(office.act(id, "refuse", office.reviewer()), "ok");
    EXPECT_EQ(code(office.asked("L1", office.enterprise(3))), "ok"); // a refusal leaves it free
    office.clock.set(office.policy->zone().at(Date::of(2025, 1, 2), 600));
    EXPECT_EQ(code(office.asked("L1", office.firm)), "ok"); // another year
}

TEST(Budget, what_is_overturned_comes_back) {
    Office office;
    const auto id = office.id_of(office.asked("L1", office.firm));
    EXPECT_EQ(office.act(id, "approve", office.reviewer()), "ok");
    EXPECT_EQ(office.use("tea_interest").left, Money::wan(45));
    EXPECT_EQ(office.act(id, "overturn", office.reviewer()), "ok");
    EXPECT_EQ(office.use("tea_interest").left, Money::wan(50));
    EXPECT_EQ(office.act(id, "approve", office.reviewer()), "process.not_now");
}

// Ten cases of 5 万 fill 50 万; the eleventh finds nothing, until one is overturned.
TEST(Budget, never_beyond_the_year) {
    Office office;
    std::vector<Id<base::BudgetCase>> ids;
    for (std::uint64_t i = 0; i < 11; ++i) {
        const auto firm = office.enterprise(100 + i);
        ids.push_back(office.id_of(office.asked("L" + std::to_string(i), firm)));
    }
    for (std::size_t i = 0; i < 10; ++i)
        EXPECT_EQ(office.act(ids[i], "approve", office.reviewer()), "ok");
    EXPECT_EQ(office.act(ids[10], "approve", office.reviewer()), "budget.exhausted");
    EXPECT_EQ(office.act(ids[10], "approve", office.reviewer(), Money{1}), "budget.exhausted");
    EXPECT_EQ(office.act(ids[0], "pay", office.treasurer()), "ok");
    EXPECT_EQ(office.act(ids[10], "approve", office.reviewer()), "budget.exhausted");
    EXPECT_EQ(office.act(ids[1], "overturn", office.reviewer()), "ok");
    EXPECT_EQ(office.act(ids[10], "approve", office.reviewer()), "ok");
    EXPECT_EQ(office.use("tea_interest").left, Money{});
    office.expect_rebuilds();
}

TEST(Budget, a_bridge_loan_comes_back_and_is_told_when_late) {
    Office office;
    const auto id = office.id_of(office.budgets.apply(
        office.command(office.owner(office.firm)),
        {.programme = "tea_bridge",
         .object = "L1",
         .bank = office.bank,
         .figures = {.principal = Money::wan(300), .days = 8}}));
    EXPECT_EQ(office.act(id, "approve", office.reviewer()), "process.not_now");
    EXPECT_EQ(office.act(id, "commit", office.lender()), "ok");
    EXPECT_EQ(office.act(id, "approve", office.reviewer()), "ok");
    EXPECT_EQ(office.act(id, "lend", office.treasurer()), "ok");
    const auto held = [&] {
        return *office.read([&](const store::Snapshot& db) { return find(db, id); });
    };
    EXPECT_EQ(held().due_on->text(), "2024-07-23");
    EXPECT_EQ(office.use("tea_bridge").left, Money::wan(200));
    EXPECT_EQ(code(office.budgets.fell_due(id, Date::of(2024, 7, 23))), "ok");
    EXPECT_FALSE(held().overdue_told);
    EXPECT_EQ(code(office.budgets.fell_due(id, Date::of(2024, 7, 23))), "ok");
    office.clock.set(office.policy->zone().at(Date::of(2024, 7, 24), 0));
    EXPECT_EQ(office.act(id, "renew", office.lender()), "ok");
    EXPECT_EQ(office.act(id, "give_back", office.treasurer()), "ok");
    EXPECT_EQ(office.use("tea_bridge").left, Money::wan(500));
    office.expect_rebuilds();
}

TEST(Budget, a_pool_stops_at_its_line) {
    Office office;
    const auto file = [&](const std::string& loan, std::int64_t wan) {
        return code(office.budgets.file_loan(
            office.command(office.lender()),
            {.programme = "tea_risk",
             .loan = loan,
             .enterprise = office.firm,
             .amount = Money::wan(wan)}));
    };
    EXPECT_EQ(file("L1", 100), "ok");
    EXPECT_EQ(file("L1", 100), "budget.pooled_already");
    EXPECT_EQ(file("L2", 100), "ok"); // 200 万 in the pool: 6 万 at 3 %
    const auto ask = [&](const std::string& loan, std::int64_t wan) {
        return office.budgets.apply(
            office.command(office.lender()),
            {.programme = "tea_risk",
             .object = loan,
             .enterprise = office.firm,
             .figures = {.loss = Money::wan(wan)}});
    };
    EXPECT_EQ(code(ask("L9", 10)), "budget.not_pooled");
    EXPECT_EQ(code(ask("L1", 16)), "budget.stop_line");
    const auto first = office.id_of(ask("L1", 10)); // 4 万
    EXPECT_EQ(office.act(first, "approve", office.reviewer()), "ok");
    EXPECT_EQ(code(ask("L2", 6)), "budget.stop_line"); // 2.4 万 more
    const auto second = office.id_of(ask("L2", 5));    // 2 万 more: 3 % exactly
    EXPECT_EQ(office.act(second, "approve", office.reviewer()), "ok");
    EXPECT_EQ(office.act(first, "pay", office.treasurer()), "ok");
    EXPECT_EQ(office.act(first, "give_back", office.lender()), "ok");
    EXPECT_EQ(office.use("tea_risk").paid, Money{});
}

// Sixty-four offices approve a case of 5 万 each at once; the budget has room for ten.
TEST(Budget, no_interleaving_spends_a_yuan_twice) {
    Office office;
    std::vector<Id<base::BudgetCase>> ids;
    for (std::uint64_t i = 0; i < 64; ++i) {
        ids.push_back(
            office.id_of(office.asked("L" + std::to_string(i), office.enterprise(200 + i))));
    }
    std::atomic<int> approved = 0;
    std::vector<std::thread> clients;
    for (std::size_t i = 0; i < 64; ++i) {
        clients.emplace_back([&, i] {
            const auto command =
                store::Command::internal("approve-" + std::to_string(i), office.reviewer());
            // Each is sent twice: the same command answers the same and reserves nothing more.
            const auto done = office.budgets.act(command, ids[i], {.act = "approve"});
            const auto again = office.budgets.act(command, ids[i], {.act = "approve"});
            EXPECT_EQ(code(done), code(again));
            if (done) ++approved;
        });
    }
    for (auto& client : clients)
        client.join();
    EXPECT_EQ(approved, 10);
    EXPECT_EQ(office.use("tea_interest").reserved, Money::wan(50));
    EXPECT_EQ(office.use("tea_interest").left, Money{});
    office.expect_rebuilds();
}

} // namespace
} // namespace budget
