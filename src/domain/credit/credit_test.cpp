#include "domain/credit/credit.hpp"
#include "domain/party/county_test.hpp"

#include <thread>

namespace credit {
namespace {

using base::PartyKind;
using base::Right;
using party::test::code;

struct Office : party::test::County {
    Credit credit{*database, *policy};
    Id<Party> firm = enterprise(1);
    std::vector<Id<Party>> banks;

    Office()
        : County({&account::declare, &credit::declare}, "jiashan") {
        read([&](const store::Snapshot& db) {
            for (const auto& each : party::all_of(db, PartyKind::institution))
                banks.push_back(each.id);
        });
    }

    [[nodiscard]] base::Actor office() const {
        return of_unit("county_finance_centre", {Right::credit_manage});
    }

    [[nodiscard]] base::Actor clerk(std::size_t which = 0) const {
        return somebody(PartyKind::institution, banks[which], {Right::loan_record});
    }

    Id<base::Agreement> agreed(Money amount) {
        const auto done = credit.sign(
            command(office()),
            {.bank = banks[0],
             .title = "战略合作协议",
             .agreed = amount,
             .signed_on = Date::of(2024, 1, 1),
             .until = Date::of(2024, 7, 15),
             .use = "制造业"});
        EXPECT_TRUE(done) << code(done);
        return {std::stoll(done->subject)};
    }

    store::Receipt must(const Result<store::Receipt>& done) {
        EXPECT_TRUE(done) << code(done);
        return done ? *done : store::Receipt{};
    }

    [[nodiscard]] Approve approval(std::int64_t wan) const {
        return {
            .name = "智能工厂",
            .industry = "digital_economy",
            .enterprise = firm,
            .amount = Money::wan(wan)};
    }

    [[nodiscard]] Grant line(std::int64_t wan) const {
        return {
            .borrower = firm,
            .amount = Money::wan(wan),
            .contract = "授信1号",
            .until = Date::of(2025, 7, 15)};
    }

    [[nodiscard]] Money used_now() const {
        return read([&](const store::Snapshot& db) { return used(db, *find_joint(db, firm)); });
    }
};

TEST(Credit, an_agreement_is_checked_at_its_fields) {
    const Sign whole{
        .title = "协议",
        .agreed = Money::yi(1),
        .signed_on = Date::of(2024, 1, 1),
        .until = Date::of(2024, 1, 1)};
    EXPECT_TRUE(check(whole));

    struct Case {
        std::function<void(Sign&)> spoil;
        const char* code;
    };

    const Case cases[] = {
        {[](Sign& w) { w.agreed = {0}; }, "credit.amount"},
        {[](Sign& w) { w.title = ""; }, "credit.title"},
        {[](Sign& w) { w.until = Date::of(2023, 12, 31); }, "credit.until"},
    };
    for (const auto& one : cases) {
        auto wish = whole;
        one.spoil(wish);
        EXPECT_EQ(code(check(wish)), one.code);
    }
}

TEST(Credit, it_is_agreed_then_approved_then_drawn_and_never_more) {
    Office office;
    const auto id = office.agreed(Money::wan(1'000));
    auto& credit = office.credit;
    const auto bank = [&] { return office.command(office.clerk()); };
    EXPECT_EQ(code(credit.approve(bank(), id, office.approval(1'001))), "credit.over_agreement");
    EXPECT_EQ(code(credit.approve(bank(), id, office.approval(0))), "credit.amount");
    auto odd = office.approval(1);
    odd.industry = "alchemy";
    EXPECT_EQ(code(credit.approve(bank(), id, odd)), "credit.industry");
    EXPECT_EQ(
        code(credit.approve(office.command(office.clerk(1)), id, office.approval(1))),
        "credit.not_found");
    const auto done = office.must(credit.approve(bank(), id, office.approval(1'000)));
    const Id<base::CreditProject> project{std::stoll(done.subject)};
    EXPECT_EQ(code(credit.approve(bank(), id, office.approval(1))), "credit.over_agreement");
    EXPECT_EQ(code(credit.draw(bank(), project, Money::wan(1'001))), "credit.over_approved");
    EXPECT_EQ(code(credit.draw(bank(), project, Money::wan(600))), "ok");
    EXPECT_EQ(code(credit.give_up(bank(), project, Money::wan(401))), "credit.over_approved");
    EXPECT_EQ(code(credit.give_up(bank(), project, Money::wan(400))), "ok");
    EXPECT_EQ(code(credit.draw(bank(), project, Money{1})), "credit.over_approved");
    EXPECT_EQ(code(credit.approve(bank(), id, office.approval(400))), "ok"); // it came back
    const auto use =
        office.read([&](const store::Snapshot& db) { return use_of(db, *find_agreement(db, id)); });
    EXPECT_EQ(use.approved, Money::wan(1'000));
    EXPECT_EQ(use.drawn, Money::wan(600));
    // The ledger and the projects say the same.
    Money approved;
    Money drawn;
    for (const auto& each :
         office.read([&](const store::Snapshot& db) { return projects(db, id); })) {
        approved += each.approved;
        drawn += each.drawn;
    }
    EXPECT_EQ(approved, use.approved);
    EXPECT_EQ(drawn, use.drawn);
    office.clock.set(office.policy->zone().at(Date::of(2024, 7, 16), 600));
    EXPECT_EQ(code(credit.approve(bank(), id, office.approval(1))), "credit.agreement_ended");
    office.expect_rebuilds();
}

TEST(Credit, a_fourth_line_above_the_joint_limit_is_refused_with_the_room_left) {
    Office office;
    office.must(office.credit.set_limit(
        office.command(office.office()),
        office.firm,
        {.limit = Money::wan(1'000), .reason = "净资产的一倍"}));
    for (std::size_t bank = 0; bank < 3; ++bank)
        office.must(office.credit.grant(office.command(office.clerk(bank)), office.line(300)));
    const auto refused = office.credit.grant(office.command(office.clerk(3)), office.line(101));
    ASSERT_EQ(code(refused), "credit.over_joint_limit");
    EXPECT_NE(refused.error().message.zh.find("余 100.00 万元"), std::string::npos)
        << refused.error().message.zh;
    EXPECT_EQ(code(office.credit.grant(office.command(office.clerk(3)), office.line(100))), "ok");
    EXPECT_EQ(office.used_now(), Money::wan(1'000));
    // A limit below what is used takes nothing back and lets nothing more in.
    office.must(office.credit.set_limit(
        office.command(office.office()),
        office.firm,
        {.limit = Money::wan(500), .reason = "复核"}));
    EXPECT_EQ(
        code(office.credit.grant(office.command(office.clerk(4)), office.line(1))),
        "credit.over_joint_limit");
    office.expect_rebuilds();
}

TEST(Credit, lowering_a_line_makes_room) {
    Office office;
    const auto done = office.must(
        office.credit.grant(office.command(office.clerk()), office.line(300))); // no limit yet
    const Id<base::CreditLine> id{std::stoll(done.subject)};
    const auto lower = [&](std::int64_t wan, std::size_t bank = 0) {
        return code(office.credit.lower(office.command(office.clerk(bank)), id, Money::wan(wan)));
    };
    EXPECT_EQ(lower(300), "credit.amount");
    EXPECT_EQ(lower(100, 1), "credit.not_found");
    EXPECT_EQ(lower(100), "ok");
    EXPECT_EQ(office.used_now(), Money::wan(100));
    EXPECT_EQ(lower(0), "ok");
    EXPECT_EQ(office.used_now(), Money{});
    EXPECT_TRUE(
        office.read([&](const store::Snapshot& db) { return find_line(db, id); })->closed_at);
}

// Sixty-four clients want a line of one; the limit has room for ten.
TEST(Credit, no_interleaving_gets_past_the_limit) {
    Office office;
    office.must(office.credit.set_limit(
        office.command(office.office()), office.firm, {.limit = Money::wan(10), .reason = "核定"}));
    std::atomic<int> granted = 0;
    std::vector<std::thread> clients;
    for (std::size_t i = 0; i < 64; ++i) {
        clients.emplace_back([&, i] {
            const auto done = office.credit.grant(
                store::Command::internal(
                    "client-" + std::to_string(i), office.clerk(i % office.banks.size())),
                office.line(1));
            if (done) ++granted;
        });
    }
    for (auto& client : clients)
        client.join();
    EXPECT_EQ(granted, 10);
    EXPECT_EQ(office.used_now(), Money::wan(10));
}

} // namespace
} // namespace credit
