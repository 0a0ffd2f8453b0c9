// What rules see of an enterprise, from every side that tells something of it.
#include "domain/dossier/quality.hpp"
#include "domain/party/county_test.hpp"

namespace dossier {
namespace {

using base::Money;

struct Archive : party::test::County {
    fact::Facts facts{*database, *policy};
    loan::Loans loans{*database, *policy};
    Id<Party> firm;

    explicit Archive(const std::string& pack = "jiashan")
        : County({&fact::declare, &loan::declare}, pack) {
        firm = enterprise(1);
    }

    void learn(const std::string& attribute, const std::string& value, Date day) {
        const fact::Learn wish{
            .enterprise = firm,
            .source = policy->attribute(attribute)->source,
            .as_of = day,
            .data = {{.attribute = attribute, .period = {}, .value = {value}}}};
        const auto done = facts.learn(command(), wish);
        ASSERT_TRUE(done) << done.error().message.en;
    }

    Id<base::Loan> borrow(Id<Party> borrower, std::int64_t wan) {
        loan::Record wish;
        wish.institution = bank;
        wish.enterprise = borrower;
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

    rule::Outcome says(const std::string& text, const rule::Row& values) const {
        const auto program = policy->compile(text);
        if (!program) throw std::runtime_error(program.error().message.en);
        return rule::decide(*program, values, Date::of(2024, 7, 15));
    }

    rule::Outcome says(const std::string& text) const {
        return says(text, *read([&](const store::Snapshot& db) { return row(db, *policy, firm); }));
    }

    int numbers = 0;
};

TEST(Dossier, a_rule_tells_who_never_borrowed_before_and_after_the_first_loan) {
    Archive archive;
    EXPECT_EQ(archive.says("!has_loan_here"), rule::Outcome::holds);
    EXPECT_EQ(archive.says("loan_balance_here == 0元"), rule::Outcome::holds);
    const auto first = archive.borrow(archive.firm, 100);
    EXPECT_EQ(archive.says("!has_loan_here"), rule::Outcome::fails);
    EXPECT_EQ(archive.says("loan_balance_here == 100万元"), rule::Outcome::holds);
    archive.borrow(archive.firm, 30);
    archive.repay(first, 100);
    EXPECT_EQ(archive.says("loan_balance_here == 30万元"), rule::Outcome::holds);
    archive.borrow(archive.enterprise(2), 7);
    EXPECT_EQ(archive.says("loan_balance_here == 30万元"), rule::Outcome::holds)
        << "another's loan";
    EXPECT_EQ(archive.says("has_loan_here"), rule::Outcome::holds);
}

TEST(Dossier, a_row_as_it_was_known_then_has_the_loans_that_were_known_then) {
    Archive archive;
    std::vector<std::pair<Instant, std::string>> moments;
    const auto moment = [&](const std::string& holds) {
        EXPECT_EQ(archive.says(holds), rule::Outcome::holds) << holds;
        moments.emplace_back(archive.clock.now(), holds);
        archive.clock.set(archive.clock.now().plus_ms(1'000));
    };
    moment("!has_loan_here && !has(employees)");
    const auto loan = archive.borrow(archive.firm, 100);
    moment("loan_balance_here == 100万元 && !has(employees)");
    archive.learn("employees", "12", Date::of(2024, 5, 1));
    archive.repay(loan, 60);
    moment("loan_balance_here == 40万元 && employees == 12");
    archive.repay(loan, 40);
    moment("has_loan_here && loan_balance_here == 0元");
    archive.read([&](const store::Snapshot& db) {
        const auto enterprise = *party::find_enterprise(db, archive.firm);
        for (const auto& [instant, holds] : moments) {
            const auto then = row(*archive.policy, known_at(db, enterprise, instant));
            EXPECT_EQ(archive.says(holds, then), rule::Outcome::holds) << holds;
        }
    });
}

// Loans at whatever institution are credit information: opened by a consent to its scope alone.
TEST(Dossier, an_institution_sees_loans_only_by_consent_and_a_department_by_its_grade) {
    Archive archive;
    archive.borrow(archive.firm, 100);
    const auto now_ = archive.clock.now();
    const auto scope = archive.policy->attribute("loan_balance_here")->scope;
    ASSERT_NE(scope, "public");
    const permission::Permit permit{
        .consent = {31},
        .enterprise = archive.firm,
        .receiver = archive.bank,
        .scopes = {scope},
        .from = now_,
        .until = now_.plus_ms(1),
        .active = true};
    const auto clerk =
        Archive::somebody(base::PartyKind::institution, archive.bank, {base::Right::fact_read});
    const auto unit = Archive::of_unit("county_finance_centre", {base::Right::fact_read});
    const auto shown = [&](const base::Actor& actor, std::vector<permission::Permit> permits) {
        const auto held = archive.read([&](const store::Snapshot& db) {
            return now(db, *party::find_enterprise(db, archive.firm));
        });
        const auto seen = portrait(*archive.policy, held, actor, permits, now_);
        const auto view =
            std::ranges::find(seen.facts, "loan_balance_here", &fact::View::attribute);
        return view->value.text;
    };
    EXPECT_EQ(shown(clerk, {}), "null") << "even at the bank that lent";
    EXPECT_EQ(shown(clerk, {permit}), "100000000");
    EXPECT_EQ(shown(unit, {}), "100000000");
}

TEST(Dossier, each_of_all_is_what_it_is_alone) {
    Archive archive;
    std::vector<Id<Party>> all{archive.firm};
    for (std::uint64_t i = 2; i <= 40; ++i)
        all.push_back(archive.enterprise(i));
    for (std::size_t i = 0; i < all.size(); i += 3)
        archive.borrow(all[i], static_cast<std::int64_t>(i) + 1);
    archive.read([&](const store::Snapshot& db) {
        std::size_t count = 0;
        each(db, [&](const Dossier& dossier) {
            ASSERT_EQ(dossier.enterprise.id, all[count]);
            EXPECT_EQ(dossier.loans.loans, count % 3 == 0 ? 1 : 0);
            EXPECT_EQ(row(*archive.policy, dossier), *row(db, *archive.policy, all[count]));
            count += 1;
        });
        EXPECT_EQ(count, all.size());
        EXPECT_EQ(
            party::test::code(row(db, *archive.policy, Id<Party>{5})), "dossier.no_enterprise");
    });
}

TEST(Dossier, the_journal_tells_whose_rows_moved) {
    Archive archive;
    const auto other = archive.enterprise(2);
    const auto since = [&](std::int64_t seq) {
        return archive.read([&](const store::Snapshot& db) { return *touched_after(db, seq); });
    };
    const auto seq = [&] { return archive.read([](const auto& db) { return db.seq(); }); };
    EXPECT_EQ(since(seq()), Touched{});
    const auto before = seq();
    const auto loan = archive.borrow(other, 10);
    EXPECT_EQ(since(before), Touched{other});
    const auto lent = seq();
    archive.repay(loan, 10);
    archive.learn("employees", "12", Date::of(2024, 5, 1));
    EXPECT_EQ(since(lent), (Touched{archive.firm, other}));
}

TEST(Quality, a_broken_rule_is_found_until_its_fact_is_mended) {
    Archive archive("qingxi");
    QualityBoard board(*archive.policy);
    const auto today = Date::of(2024, 7, 15);
    const auto count = [&] {
        return archive.read(
            [&](const store::Snapshot& db) { return board.counts(db, today).at(0); });
    };
    EXPECT_EQ(count(), 0);
    archive.learn("yearly_sales", "-1", Date::of(2024, 6, 30));
    EXPECT_EQ(count(), 1);
    const auto page = archive.read([&](const store::Snapshot& db) {
        return board.list(db, today, {.rule = "sales_not_negative"});
    });
    ASSERT_EQ(page.total, 1);
    EXPECT_EQ(page.items[0].enterprise, archive.firm);
    EXPECT_EQ(page.items[0].finding.severity, Severity::error);
    EXPECT_FALSE(page.items[0].finding.cure.zh.empty());
    archive.learn("yearly_sales", "0", Date::of(2024, 7, 1));
    EXPECT_EQ(count(), 0);
}

} // namespace
} // namespace dossier
