#include "domain/guarantee/guarantee.hpp"
#include "domain/party/county_test.hpp"

#include <thread>

namespace guarantee {
namespace {

using base::PartyKind;
using base::Right;
using party::test::code;

const pack::GuaranteeRules rules{
    .code = "2017",
    .multiple = 10,
    .multiple_small = 15,
    .small_share = Rate::percent(50),
    .multiple_clause = {"条例第十五条", "art. 15"},
    .single_most = Rate::percent(10),
    .single_clause = {"条例第十六条", "art. 16"},
    .related_most = Rate::percent(15),
    .related_clause = {"条例第十六条", "art. 16"},
    .fee_most = Rate::percent(1),
    .fee_clause = {"费率", "fee"},
    .tolerance = Rate::percent(5),
    .tolerance_clause = {"容忍度", "tolerance"}};

Issue wish(std::int64_t fen) {
    return {
        .client = {1},
        .amount = {fen},
        .fee = Rate::percent(1),
        .paper = "委保1号",
        .from = Date::of(2024, 1, 1),
        .until = Date::of(2025, 1, 1)};
}

struct Bound {
    const char* what;
    Position position;
    bool small;
    std::int64_t fen;
    const char* code;
};

// Net assets of 1,000; the limits are 10,000 or 15,000 in all, 100 a client, 150 a group.
const Bound bounds[] = {
    {"at 10×", {.net_assets = {1'000}, .outstanding = {9'900}}, false, 100, "ok"},
    {"over 10×", {.net_assets = {1'000}, .outstanding = {9'901}}, false, 100, "guarantee.capacity"},
    {"half of it small: at 15×",
     {.net_assets = {1'000}, .outstanding = {14'900}, .outstanding_small = {7'500}},
     false,
     100,
     "ok"},
    {"over 15×",
     {.net_assets = {1'000}, .outstanding = {14'901}, .outstanding_small = {14'901}},
     true,
     100,
     "guarantee.capacity"},
    {"a hair under half: 10× again",
     {.net_assets = {1'000}, .outstanding = {14'900}, .outstanding_small = {7'499}},
     false,
     100,
     "guarantee.capacity"},
    {"the guarantee itself brings it to half",
     {.net_assets = {1'000}, .outstanding = {9'950}, .outstanding_small = {4'925}},
     true,
     100,
     "ok"},
    {"one client at 10 %",
     {.net_assets = {1'000}, .of_client = {50}, .of_group = {50}},
     false,
     50,
     "ok"},
    {"one client over 10 %",
     {.net_assets = {1'000}, .of_client = {50}, .of_group = {50}},
     false,
     51,
     "guarantee.single_client"},
    {"its group at 15 %", {.net_assets = {1'000}, .of_group = {100}}, false, 50, "ok"},
    {"its group over 15 %",
     {.net_assets = {1'000}, .of_group = {100}},
     false,
     51,
     "guarantee.related"},
    {"compensations at 5 %",
     {.net_assets = {1'000}, .released_this_year = {1'000'000}, .compensated_this_year = {50'000}},
     false,
     50,
     "ok"},
    {"compensations over 5 %",
     {.net_assets = {1'000}, .released_this_year = {1'000'000}, .compensated_this_year = {50'001}},
     false,
     50,
     "guarantee.tolerance"},
    {"nothing", {.net_assets = {1'000}}, false, 0, "guarantee.amount"},
};

TEST(Guarantee, every_limit_holds_at_its_bound_and_refuses_above) {
    for (const auto& one : bounds) {
        SCOPED_TRACE(one.what);
        const auto answer = check(wish(one.fen), one.small, one.position, rules);
        EXPECT_EQ(code(answer), one.code);
        if (answer || answer.error().kind != base::ErrorKind::rejected) continue;
        EXPECT_FALSE(answer.error().message.zh.empty() || answer.error().cure.en.empty());
    }
    auto dear = wish(50);
    dear.fee = {10'001};
    EXPECT_EQ(code(check(dear, false, {.net_assets = {1'000}}, rules)), "guarantee.fee");
    auto endless = wish(50);
    endless.until = endless.from;
    EXPECT_EQ(code(check(endless, false, {.net_assets = {1'000}}, rules)), "guarantee.term");
    auto bare = wish(50);
    bare.paper = "";
    EXPECT_EQ(code(check(bare, false, {.net_assets = {1'000}}, rules)), "guarantee.paper");
}

TEST(Guarantee, a_refusal_quotes_its_clause) {
    const auto refused = check(wish(101), false, {.net_assets = {1'000}}, rules);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.zh.find("条例第十六条"), std::string::npos);
}

struct Office : party::test::County {
    Guarantees guarantees{*database, *policy};
    Id<Party> firm = enterprise(1);
    Id<Party> sister = enterprise(2);
    Id<Party> me = read([](const store::Snapshot& db) {
        return party::find_code(db, PartyKind::institution, "shanxin_guarantee")->id;
    });

    Office()
        : County({&account::declare, &guarantee::declare}, "jiashan") {
        EXPECT_EQ(
            code(guarantees.state_assets(
                command(clerk()),
                {.net_assets = Money::wan(1'000), .as_of = Date::of(2024, 6, 30)})),
            "ok");
    }

    [[nodiscard]] base::Actor clerk() const {
        return somebody(PartyKind::institution, me, {Right::guarantee_issue});
    }

    Result<store::Receipt> issue(
        Id<Party> client, std::int64_t wan, std::optional<Id<Party>> head = {}) {
        return guarantees.issue(
            command(clerk()),
            {.client = client,
             .related_to = head,
             .bank = bank,
             .amount = Money::wan(wan),
             .fee = Rate::basis_points(80),
             .paper = "委保1号",
             .from = Date::of(2024, 7, 15),
             .until = Date::of(2025, 7, 15)});
    }

    Id<base::Guarantee> issued(Id<Party> client, std::int64_t wan) {
        const auto done = issue(client, wan);
        EXPECT_TRUE(done) << code(done);
        return {done ? std::stoll(done->subject) : 0};
    }

    // What the three accounts hold: capacity, this client's room, its group's room.
    [[nodiscard]] std::vector<std::int64_t> held(Id<Party> client, Id<Party> head) const {
        return read([&](const store::Snapshot& db) {
            const auto guarantor = *find_guarantor(db, me);
            std::vector<std::int64_t> sums{static_cast<std::int64_t>(
                account::balance(db, guarantor.capacity)->debits_pending)};
            for (const auto& [role, owner] :
                 {std::pair{"client", client}, std::pair{"group", head}}) {
                const auto room = account::find(db, guarantor.series, owner, role);
                sums.push_back(
                    room ? static_cast<std::int64_t>(account::balance(db, *room)->debits_pending)
                         : -1);
            }
            return sums;
        });
    }
};

TEST(Guarantee, it_is_held_thrice_lowered_and_given_back) {
    Office office;
    const auto id = office.issued(office.firm, 100);
    const auto hundred = Money::wan(100).fen;
    EXPECT_EQ(
        office.held(office.firm, office.firm),
        (std::vector<std::int64_t>{hundred, hundred, hundred}));
    EXPECT_EQ(code(office.issue(office.firm, 1)), "guarantee.single_client");
    const auto release = [&](std::int64_t wan) {
        return code(office.guarantees.release(office.command(office.clerk()), id, Money::wan(wan)));
    };
    EXPECT_EQ(release(101), "guarantee.beyond");
    EXPECT_EQ(release(40), "ok");
    const auto sixty = Money::wan(60).fen;
    EXPECT_EQ(
        office.held(office.firm, office.firm), (std::vector<std::int64_t>{sixty, sixty, sixty}));
    EXPECT_EQ(code(office.issue(office.firm, 41)), "guarantee.single_client");
    EXPECT_EQ(code(office.issue(office.firm, 40)), "ok");
    EXPECT_EQ(release(60), "ok");
    EXPECT_EQ(release(1), "guarantee.state");
    office.expect_rebuilds();
}

TEST(Guarantee, a_group_shares_its_room_and_stays_a_group) {
    Office office;
    EXPECT_EQ(code(office.issue(office.firm, 100)), "ok");
    EXPECT_EQ(code(office.issue(office.sister, 51, office.firm)), "guarantee.related");
    EXPECT_EQ(code(office.issue(office.sister, 50, office.firm)), "ok");
    EXPECT_EQ(code(office.issue(office.sister, 1)), "guarantee.related"); // not said again
}

TEST(Guarantee, compensations_are_borne_together_and_recovered) {
    Office office;
    const auto id = office.issued(office.firm, 100);
    const auto clerk = [&] { return office.command(office.clerk()); };
    auto& guarantees = office.guarantees;
    EXPECT_EQ(
        code(guarantees.compensate(clerk(), id, Money::wan(101), "逾期")), "guarantee.beyond");
    EXPECT_EQ(code(guarantees.recover(clerk(), id, Money::wan(1))), "guarantee.state");
    EXPECT_EQ(code(guarantees.compensate(clerk(), id, Money{90'000'001}, "逾期")), "ok");
    const auto contract = *office.read([&](const store::Snapshot& db) { return find(db, id); });
    const auto parts = borne(contract, contract.compensated);
    ASSERT_EQ(parts.size(), 4U); // 20, 20, 40, 20 %
    EXPECT_EQ(parts[0] + parts[1] + parts[2] + parts[3], contract.compensated);
    EXPECT_EQ(parts[2].fen, 36'000'001); // the largest remainder takes the odd 分
    EXPECT_EQ(office.held(office.firm, office.firm), (std::vector<std::int64_t>{0, 0, 0}));
    // A whole year's releases were this compensation: the rate is 100 %.
    EXPECT_EQ(code(office.issue(office.sister, 1)), "guarantee.tolerance");
    EXPECT_EQ(code(guarantees.recover(clerk(), id, Money{90'000'002})), "guarantee.beyond");
    EXPECT_EQ(code(guarantees.recover(clerk(), id, Money{90'000'001})), "ok");
    EXPECT_EQ(code(guarantees.write_off(clerk(), id, "")), "guarantee.state"); // closed already
    office.clock.set(office.policy->zone().at(Date::of(2025, 1, 2), 600));
    EXPECT_EQ(code(office.issue(office.sister, 1)), "ok"); // another year
    office.expect_rebuilds();
}

TEST(Guarantee, only_a_guarantor_issues) {
    Office office;
    auto other = office.clerk();
    other.party = office.bank;
    EXPECT_EQ(
        code(office.guarantees.state_assets(
            office.command(other), {.net_assets = Money::wan(1), .as_of = Date::of(2024, 6, 30)})),
        "guarantee.not_guarantor");
    other.rights = {};
    EXPECT_EQ(
        code(office.guarantees.state_assets(
            office.command(other), {.net_assets = Money::wan(1), .as_of = Date::of(2024, 6, 30)})),
        "permission.denied");
}

// Sixty-four clients each want ten of the hundred that one client may have.
TEST(Guarantee, no_interleaving_gets_past_a_room) {
    Office office;
    std::atomic<int> issued = 0;
    std::vector<std::thread> clients;
    for (int i = 0; i < 64; ++i) {
        clients.emplace_back([&, i] {
            const auto done = office.guarantees.issue(
                store::Command::internal("client-" + std::to_string(i), office.clerk()),
                {.client = office.firm,
                 .amount = Money::wan(10),
                 .fee = {},
                 .paper = "委保",
                 .from = Date::of(2024, 7, 15),
                 .until = Date::of(2025, 7, 15)});
            if (done) ++issued;
        });
    }
    for (auto& client : clients)
        client.join();
    EXPECT_EQ(issued, 10);
    const auto hundred = Money::wan(100).fen;
    EXPECT_EQ(
        office.held(office.firm, office.firm),
        (std::vector<std::int64_t>{hundred, hundred, hundred}));
}

} // namespace
} // namespace guarantee
