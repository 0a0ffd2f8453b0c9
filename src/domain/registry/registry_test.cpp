#include "base/base64.hpp"
#include "domain/party/county_test.hpp"
#include "domain/registry/registry.hpp"

namespace registry {
namespace {

using base::PartyKind;
using base::Right;
using party::test::code;

struct Office : party::test::County {
    Registry registry{*database, *policy};
    Id<Party> firm = enterprise(1);
    std::string firm_code = read(
        [&](const store::Snapshot& db) { return party::find_enterprise(db, firm)->credit_code; });
    Id<Party> other_bank = read([](const store::Snapshot& db) {
        return party::all_of(db, PartyKind::department).front().id;
    });

    Office()
        : County({&registry::declare}) {}

    [[nodiscard]] base::Actor operator_of(Id<Party> institution) const {
        return somebody(
            PartyKind::institution,
            institution,
            {Right::registry_register, Right::registry_search});
    }

    [[nodiscard]] base::Actor owner() const {
        return somebody(PartyKind::enterprise, firm, {Right::fact_dispute, Right::registry_search});
    }

    [[nodiscard]] Register wish() const {
        return {
            .kind = "movables_mortgage",
            .debtor_code = firm_code,
            .debtor_name = "",
            .claim = Money::wan(300),
            .contract = "抵字2024-001",
            .items = {{"equipment", "数控机床一台", "SN-1"}},
            .term_months = 12};
    }

    Id<Registration> entered(const Register& wish, Id<Party> by) {
        const auto done = registry.enter(command(operator_of(by)), wish);
        EXPECT_TRUE(done) << code(done);
        return {done ? std::stoll(done->subject) : 0};
    }

    Id<Registration> entered() { return entered(wish(), bank); }

    [[nodiscard]] Entry held(Id<Registration> id) const {
        return *read([&](const store::Snapshot& db) { return find(db, id); });
    }

    [[nodiscard]] const pack::SecurityRegime& rules() const {
        return *policy->security_regime(Date::of(2024, 7, 15));
    }

    void on_day(Date day) { clock.set(policy->zone().at(day, 600)); }
};

TEST(Registry, a_wish_is_refused_at_the_field_that_is_wrong) {
    Office office;

    struct Case {
        const char* what;
        std::function<void(Register&)> spoil;
        const char* code;
        const char* field;
    };

    const Case wrongs[] = {
        {"whole", [](Register&) {}, "ok", ""},
        {"another kind", [](Register& w) { w.kind = "mystery"; }, "registry.kind_unknown", "/kind"},
        {"a vehicle", [](Register& w) { w.kind = "motor_vehicle"; }, "registry.excluded", "/kind"},
        {"a ship as property",
         [](Register& w) { w.items[0].asset = "ship"; },
         "registry.excluded",
         "/items/0/asset"},
        {"equity",
         [](Register& w) { w.items[0].asset = "equity"; },
         "registry.excluded",
         "/items/0/asset"},
        {"bonds",
         [](Register& w) { w.items[0].asset = "bond"; },
         "registry.excluded",
         "/items/0/asset"},
        {"fund units", [](Register& w) { w.kind = "fund_unit"; }, "registry.excluded", "/kind"},
        {"an aircraft", [](Register& w) { w.kind = "aircraft"; }, "registry.excluded", "/kind"},
        {"a patent",
         [](Register& w) { w.kind = "intellectual_property"; },
         "registry.excluded",
         "/kind"},
        {"a receivable under a mortgage",
         [](Register& w) { w.items[0].asset = "receivables"; },
         "registry.asset",
         "/items/0/asset"},
        {"no description",
         [](Register& w) { w.items[0].description = ""; },
         "registry.asset",
         "/items/0/description"},
        {"no property", [](Register& w) { w.items = {}; }, "registry.nothing", "/items"},
        {"201 pieces",
         [](Register& w) { w.items.resize(201, w.items[0]); },
         "registry.nothing",
         "/items"},
        {"200 pieces", [](Register& w) { w.items.resize(200, w.items[0]); }, "ok", ""},
        {"no month", [](Register& w) { w.term_months = 0; }, "registry.term", "/term_months"},
        {"one month", [](Register& w) { w.term_months = 1; }, "ok", ""},
        {"thirty years", [](Register& w) { w.term_months = 360; }, "ok", ""},
        {"a month more", [](Register& w) { w.term_months = 361; }, "registry.term", "/term_months"},
        {"no claim", [](Register& w) { w.claim = {0}; }, "registry.claim", "/claim"},
        {"no contract", [](Register& w) { w.contract = ""; }, "registry.contract", "/contract"},
        {"a short code",
         [](Register& w) { w.debtor_code = "123"; },
         "registry.debtor",
         "/debtor_code"},
        {"a stranger without a name",
         [](Register& w) { w.debtor_code = "91310118MA1JL00000"; },
         "registry.debtor",
         "/debtor_name"},
        {"a stranger with a name",
         [](Register& w) {
             w.debtor_code = "91310118MA1JL00000";
             w.debtor_name = "青浦某公司";
         },
         "ok",
         ""},
        {"a filing from tomorrow",
         [&](Register& w) {
             w.filing = Filing{"zhongdengwang", "1", office.clock.now().plus_ms(1)};
         },
         "registry.filing",
         "/filing"},
        {"a filing of now",
         [&](Register& w) {
             w.filing = Filing{"zhongdengwang", "1", office.clock.now()};
         },
         "ok",
         ""},
        {"an unknown registrar",
         [&](Register& w) {
             w.filing = Filing{"attic", "1", office.clock.now()};
         },
         "registry.filing",
         "/filing"},
        {"purchase money without delivery",
         [](Register& w) { w.purchase_money = true; },
         "registry.purchase_money",
         "/delivered_at"},
    };
    for (const auto& one : wrongs) {
        SCOPED_TRACE(one.what);
        auto wish = office.wish();
        one.spoil(wish);
        const auto done =
            office.registry.enter(office.command(office.operator_of(office.bank)), wish);
        EXPECT_EQ(code(done), one.code);
        if (done) continue;
        EXPECT_EQ(done.error().field, one.field);
        EXPECT_FALSE(done.error().cure.zh.empty() || done.error().cure.en.empty());
    }
}

TEST(Registry, an_administrator_neither_registers_nor_searches) {
    Office office;
    const auto administrator =
        office.somebody(PartyKind::institution, office.bank, {Right::people_manage});
    EXPECT_EQ(
        code(office.registry.enter(office.command(administrator), office.wish())),
        "permission.denied");
    EXPECT_EQ(
        code(office.registry.certify(
            office.command(administrator), office.firm_code, office.clock.now())),
        "permission.denied");
    const std::vector<std::string> both{"account_manager", "registrar"};
    EXPECT_EQ(code(office.policy->may_hold(PartyKind::institution, both)), "pack.roles_exclude");
}

TEST(Registry, it_is_extended_within_ninety_days_before_its_end_and_again) {
    Office office;
    const auto id = office.entered(); // 2024-07-15 to 2025-07-15

    struct Case {
        Date day;
        std::int32_t months;
        const char* code;
        const char* until;
    };

    const Case days[] = {
        {Date::of(2025, 4, 15), 12, "registry.too_early", "2025-07-15"}, // 91 days before
        {Date::of(2025, 4, 16), 0, "registry.term", "2025-07-15"},       // 90 days before
        {Date::of(2025, 4, 16), 361, "registry.term", "2025-07-15"},
        {Date::of(2025, 4, 16), 1, "ok", "2025-08-15"},
        {Date::of(2025, 8, 15), 12, "ok", "2026-08-15"}, // its last day
        {Date::of(2026, 8, 16), 12, "registry.over", "2026-08-15"},
    };
    for (const auto& one : days) {
        SCOPED_TRACE(one.day.text());
        office.on_day(one.day);
        EXPECT_EQ(
            code(office.registry.extend(
                office.command(office.operator_of(office.bank)), id, one.months)),
            one.code);
        EXPECT_EQ(office.held(id).expires_on.text(), one.until);
    }
    EXPECT_EQ(status(office.held(id), Date::of(2026, 8, 15)), Status::active);
    EXPECT_EQ(status(office.held(id), Date::of(2026, 8, 16)), Status::expired);
    office.expect_rebuilds();
}

TEST(Registry, new_property_needs_a_registration_of_its_own) {
    Office office;
    auto wish = office.wish();
    wish.items.push_back({"equipment", "注塑机", "SN-2"});
    const auto id = office.entered(wish, office.bank);
    const auto change = [&](const Change& wanted) {
        const auto version = office.held(id).version;
        return code(office.registry.change(
            office.command(office.operator_of(office.bank)), id, version, wanted));
    };
    EXPECT_EQ(
        change(
            {.items =
                 std::vector<Item>{
                     {"equipment", "数控机床", "SN-1"}, {"equipment", "叉车", "SN-3"}}}),
        "registry.new_collateral");
    EXPECT_EQ(change({.items = std::vector<Item>{}}), "registry.nothing");
    EXPECT_EQ(change({}), "registry.unchanged");
    EXPECT_EQ(change({.claim = Money{0}}), "registry.claim");
    EXPECT_EQ(
        change(
            {.claim = Money::wan(200),
             .items = std::vector<Item>{{"equipment", "数控机床", "SN-1"}}}),
        "ok");
    EXPECT_EQ(office.held(id).items.size(), 1U);
    EXPECT_EQ(office.held(id).claim, Money::wan(200));
    EXPECT_EQ(
        code(office.registry.change(
            office.command(office.operator_of(office.bank)), id, 1, {.claim = Money::wan(1)})),
        "registry.version");
    EXPECT_EQ(
        code(office.registry.change(
            office.command(office.operator_of(office.other_bank)),
            id,
            2,
            {.claim = Money::wan(1)})),
        "registry.not_found");
}

TEST(Registry, after_the_claim_it_is_discharged_within_ten_working_days) {
    Office office;
    const auto id = office.entered();
    const auto bank = office.operator_of(office.bank);
    EXPECT_EQ(
        code(office.registry.end_claim(office.command(bank), id, Date::of(2024, 7, 16))),
        "registry.claim_end"); // tomorrow
    EXPECT_EQ(
        code(office.registry.end_claim(office.command(bank), id, Date::of(2024, 7, 14))),
        "registry.claim_end"); // before it was registered
    EXPECT_EQ(
        code(office.registry.end_claim(office.command(bank), id, Date::of(2024, 7, 15))), "ok");
    EXPECT_EQ(office.held(id).discharge_by->text(), "2024-07-29"); // Monday and ten working days

    const auto due = [&](Date day) {
        std::string all;
        for (const auto& duty : duties(office.held(id), office.rules(), office.policy->zone(), day))
            if (duty.from <= day) all += duty.what.substr(0, duty.what.find(':')) + " ";
        return all;
    };
    EXPECT_EQ(due(Date::of(2024, 7, 29)), "discharge ");
    EXPECT_EQ(due(Date::of(2024, 7, 30)), "discharge discharge_overdue ");
    EXPECT_EQ(code(office.registry.discharge(office.command(bank), id, "已结清")), "ok");
    EXPECT_EQ(due(Date::of(2024, 7, 30)), "");
    EXPECT_EQ(code(office.registry.discharge(office.command(bank), id, "")), "registry.over");
    EXPECT_EQ(code(office.registry.extend(office.command(bank), id, 1)), "registry.over");
}

TEST(Registry, the_debtor_objects_and_nobody_else) {
    Office office;
    const auto id = office.entered();
    const auto stranger =
        office.somebody(PartyKind::enterprise, office.enterprise(2), {Right::fact_dispute});
    EXPECT_EQ(
        code(office.registry.object(office.command(stranger), id, "不是我的")),
        "registry.not_found");
    EXPECT_EQ(
        code(office.registry.object(office.command(office.owner()), id, "")), "registry.reason");
    EXPECT_EQ(code(office.registry.object(office.command(office.owner()), id, "设备已卖")), "ok");
    EXPECT_EQ(
        code(office.registry.object(office.command(office.owner()), id, "再说一次")),
        "registry.objected");
    EXPECT_TRUE(office.held(id).objected_at);
    EXPECT_EQ(
        code(office.registry.withdraw_objection(office.command(office.owner()), id, "说明清楚了")),
        "ok");
    EXPECT_EQ(
        code(office.registry.withdraw_objection(office.command(office.owner()), id, "")),
        "registry.no_objection");
    office.read([&](const store::Snapshot& db) { EXPECT_EQ(deeds(db, id).size(), 3U); });
}

TEST(Registry, a_new_name_is_followed_within_four_months) {
    Office office;
    const auto id = office.entered();
    EXPECT_EQ(
        code(
            office.registry.rename(office.command(), office.firm, "新名称", Date::of(2024, 7, 15))),
        "ok");
    EXPECT_EQ(office.held(id).rename_by->text(), "2024-11-15");
    const auto late = [&](Date day) {
        for (const auto& duty : duties(office.held(id), office.rules(), office.policy->zone(), day))
            if (duty.what.starts_with("rename_overdue") && duty.from <= day) return true;
        return false;
    };
    EXPECT_FALSE(late(Date::of(2024, 11, 15)));
    EXPECT_TRUE(late(Date::of(2024, 11, 16)));
    EXPECT_EQ(
        code(office.registry.change(
            office.command(office.operator_of(office.bank)),
            id,
            office.held(id).version,
            {.debtor_name = "新名称"})),
        "ok");
    EXPECT_FALSE(late(Date::of(2024, 11, 16)));
    EXPECT_EQ(office.held(id).debtor_name, "新名称");
}

TEST(Registry, it_reminds_once_at_ninety_and_at_thirty_days) {
    Office office;
    const auto id = office.entered();
    const auto due = [&](Date day) {
        std::vector<std::string> all;
        for (const auto& duty :
             duties(office.held(id), office.rules(), office.policy->zone(), day)) {
            if (duty.from <= day) all.push_back(duty.what);
        }
        return all;
    };
    EXPECT_TRUE(due(Date::of(2025, 4, 15)).empty());
    ASSERT_EQ(due(Date::of(2025, 4, 16)).size(), 1U);
    EXPECT_EQ(due(Date::of(2025, 4, 16))[0], "expiry:2025-07-15:90");
    EXPECT_EQ(due(Date::of(2025, 6, 14)).size(), 1U);
    EXPECT_EQ(due(Date::of(2025, 6, 15)).size(), 2U);
    EXPECT_EQ(due(Date::of(2025, 7, 16)), std::vector<std::string>{"expired:2025-07-15"});
    office.on_day(Date::of(2025, 4, 16));
    for (int again = 0; again < 2; ++again)
        EXPECT_EQ(
            code(office.registry.remind(id, "expiry:2025-07-15:90", Date::of(2025, 4, 16))), "ok");
    EXPECT_EQ(office.held(id).reminded.size(), 1U);
    EXPECT_EQ(
        code(office.registry.remind(id, "expiry:2025-07-15:30", Date::of(2025, 4, 16))), "ok");
    EXPECT_EQ(office.held(id).reminded.size(), 1U); // not due yet
    office.expect_rebuilds();
}

TEST(Registry, only_a_statutory_filing_ranks_as_registered) {
    Office office;
    const auto first = office.entered(); // here first, but nowhere in law
    auto wish = office.wish();
    wish.filing = Filing{"zhongdengwang", "1234567890", office.clock.now()};
    const auto second = office.entered(wish, office.other_bank);
    auto elsewhere = office.wish();
    elsewhere.items[0].mark = "SN-9"; // another machine
    office.entered(elsewhere, office.other_bank);
    auto floating = office.wish();
    floating.items[0].mark = ""; // everything of its kind
    floating.filing = Filing{"partner_platform", "QP-1", office.clock.now().plus_ms(-1'000)};
    const auto third = office.entered(floating, office.other_bank);
    const auto today = Date::of(2024, 7, 15);
    const auto ranking = office.read([&](const store::Snapshot& db) {
        return registry::ranking(db, *office.policy, *find(db, first), today);
    });
    ASSERT_EQ(ranking.order.size(), 3U);
    EXPECT_EQ(ranking.order[0].number, office.held(second).number);
    EXPECT_EQ(ranking.order[1].rank, 2);
    EXPECT_EQ(ranking.order[2].rank, 2);
    EXPECT_EQ(
        code(office.registry.file(
            office.command(office.operator_of(office.bank)),
            first,
            {"zhongdengwang", "1234567000", office.clock.now().plus_ms(-3'600'000)})),
        "ok");
    const auto after = office.read([&](const store::Snapshot& db) {
        return registry::ranking(db, *office.policy, *find(db, third), today);
    });
    ASSERT_EQ(after.order.size(), 4U); // the floating one meets the other machine too
    EXPECT_EQ(after.order[0].number, office.held(first).number);
    EXPECT_EQ(after.order[1].number, office.held(second).number);
}

// Delivered on Friday 2024-09-20: the tenth day is Monday 09-30, a working day; delivered on the
// 21st it is 10-01, a holiday until the 7th, so that the period ends on the 8th (art. 203).
TEST(Registry, purchase_money_has_ten_days_and_the_next_working_day) {
    Office office;
    const auto until = [&](Date delivered) {
        Entry entry;
        entry.kind = "movables_mortgage";
        entry.purchase_money = true;
        entry.delivered_at = office.policy->zone().at(delivered, 600);
        return contender(entry, {}, office.rules(), office.policy->calendar())
            .purchase_money_until->text();
    };
    EXPECT_EQ(until(Date::of(2024, 9, 20)), "2024-09-30");
    EXPECT_EQ(until(Date::of(2024, 9, 21)), "2024-10-08");
}

TEST(Registry, a_search_gives_a_certificate_whose_digest_is_in_the_journal) {
    Office office;
    office.entered();
    const auto done = office.registry.certify(
        office.command(office.owner()), office.firm_code, office.clock.now());
    ASSERT_TRUE(done) << code(done);
    const auto proof = office.read([&](const store::Snapshot& db) {
        return *find_certificate(db, {std::stoll(done->subject)});
    });
    EXPECT_EQ(proof.found, 1);
    const auto bytes = *base::from_base64(proof.pdf);
    EXPECT_TRUE(bytes.starts_with("%PDF-"));
    EXPECT_EQ(base::hex(base::sha256(bytes)), proof.digest);
    EXPECT_LT(bytes.size(), 80'000U);
    const auto none = office.registry.certify(
        office.command(office.owner()), "91310118MA1JL00000", office.clock.now());
    ASSERT_TRUE(none); // nothing found is an answer too
    EXPECT_EQ(
        code(office.registry.certify(office.command(office.owner()), "12", office.clock.now())),
        "registry.debtor");
    office.expect_rebuilds();
}

} // namespace
} // namespace registry
