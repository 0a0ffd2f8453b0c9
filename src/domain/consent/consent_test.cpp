#include "domain/consent/consent.hpp"
#include "domain/party/county_test.hpp"

#include <algorithm>

namespace consent {
namespace {

using base::PartyKind;
using base::Right;
using party::test::code;

struct Office : party::test::County {
    Consents consents{*database, *policy};
    Id<Party> firm = enterprise(1);

    Office()
        : County({&consent::declare}) {}

    [[nodiscard]] base::Actor owner() const {
        return somebody(PartyKind::enterprise, firm, {Right::consent_give, Right::fact_read});
    }

    [[nodiscard]] base::Actor clerk() const {
        return somebody(PartyKind::institution, bank, {Right::need_answer, Right::fact_read});
    }

    [[nodiscard]] Give wish(Mode mode = Mode::period) const {
        return {
            .receiver = bank,
            .purpose = "loan_application",
            .scopes = {"tax"},
            .mode = mode,
            .valid_until = Date::of(2024, 8, 1),
            .need = {}};
    }

    Id<Consent> given(Mode mode = Mode::period) {
        const auto done = consents.give(command(owner()), wish(mode));
        EXPECT_TRUE(done) << code(done);
        return {std::stoll(done->subject)};
    }

    std::string change(Id<Consent> id, State wanted) {
        return code(consents.change_state(command(owner()), id, wanted, ""));
    }

    std::string look(Id<Consent> id) {
        return code(consents.record_reading(command(clerk()), firm, {id}, {"yearly_sales"}));
    }

    [[nodiscard]] Artefact held(Id<Consent> id) const {
        return *read([&](const store::Snapshot& db) { return find(db, id); });
    }

    [[nodiscard]] std::size_t permits_now() const {
        return read([&](const store::Snapshot& db) {
            const auto count = permits(db, firm, bank, clock.now()).size();
            const auto givers_wanted = count > 0 ? std::vector{firm} : std::vector<Id<Party>>{};
            EXPECT_EQ(givers(db, bank, clock.now()), givers_wanted);
            EXPECT_EQ(givers(db, {bank.value + 1}, clock.now()), std::vector<Id<Party>>{});
            return count;
        });
    }
};

TEST(Consent, a_wish_is_refused_at_the_field_that_is_wrong) {
    Office office;

    struct Case {
        const char* what;
        std::function<void(Give&)> spoil;
        const char* code;
        const char* field;
    };

    const Case cases[] = {
        {"whole", [](Give&) {}, "ok", ""},
        {"two scopes",
         [](Give& w) {
             w.scopes = {"tax", "profile"};
         },
         "ok",
         ""},
        {"until today", [](Give& w) { w.valid_until = Date::of(2024, 7, 15); }, "ok", ""},
        {"until two years on", [](Give& w) { w.valid_until = Date::of(2026, 7, 15); }, "ok", ""},
        {"until yesterday",
         [](Give& w) { w.valid_until = Date::of(2024, 7, 14); },
         "consent.validity",
         "/valid_until"},
        {"a day too long",
         [](Give& w) { w.valid_until = Date::of(2026, 7, 16); },
         "consent.validity",
         "/valid_until"},
        {"another purpose",
         [](Give& w) { w.purpose = "curiosity"; },
         "consent.purpose_unknown",
         "/purpose"},
        {"no scope", [](Give& w) { w.scopes = {}; }, "consent.nothing_asked", "/scopes"},
        {"an unknown scope",
         [](Give& w) {
             w.scopes = {"tax", "diary"};
         },
         "consent.scope_unknown",
         "/scopes/1"},
        {"nobody", [](Give& w) { w.receiver = {424'242}; }, "consent.receiver", "/receiver"},
        {"an enterprise",
         [&](Give& w) { w.receiver = office.firm; },
         "consent.receiver",
         "/receiver"},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.what);
        auto wish = office.wish();
        one.spoil(wish);
        const auto done = office.consents.give(office.command(office.owner()), wish);
        EXPECT_EQ(code(done), one.code);
        if (!done) {
            EXPECT_EQ(done.error().field, one.field);
            EXPECT_FALSE(done.error().cure.zh.empty());
            EXPECT_FALSE(done.error().cure.en.empty());
        }
    }
    EXPECT_EQ(
        code(office.consents.give(office.command(office.clerk()), office.wish())),
        "permission.denied");
}

TEST(Consent, each_state_allows_its_acts_and_no_others) {
    // From a state (columns: what is wanted) to the answer.
    struct Case {
        State from;
        const char* active;
        const char* paused;
        const char* revoked;
    };

    const Case cases[] = {
        {State::active, "consent.unchanged", "ok", "ok"},
        {State::paused, "ok", "consent.unchanged", "ok"},
        {State::revoked, "consent.ended", "consent.ended", "consent.ended"},
        {State::used, "consent.ended", "consent.ended", "consent.ended"},
    };
    Artefact consent;
    consent.valid_until = {1'000};
    for (const auto& one : cases) {
        SCOPED_TRACE(base::json::enum_name(one.from));
        consent.state = one.from;
        EXPECT_EQ(code(may_become(consent, State::active, {999})), one.active);
        EXPECT_EQ(code(may_become(consent, State::paused, {999})), one.paused);
        EXPECT_EQ(code(may_become(consent, State::revoked, {999})), one.revoked);
        // Over is over, whatever it was.
        EXPECT_EQ(code(may_become(consent, State::revoked, {1'000})), "consent.ended");
    }
}

TEST(Consent, what_a_reader_sees_follows_from_state_and_time) {
    Artefact consent;
    consent.valid_until = {1'000};
    const std::pair<State, std::array<Status, 2>> cases[] = {
        {State::active, {Status::active, Status::expired}},
        {State::paused, {Status::paused, Status::expired}},
        {State::revoked, {Status::revoked, Status::revoked}},
        {State::used, {Status::used, Status::used}},
    };
    for (const auto& [state, seen] : cases) {
        consent.state = state;
        EXPECT_EQ(status(consent, {999}), seen[0]);
        EXPECT_EQ(status(consent, {1'000}), seen[1]);
    }
}

TEST(Consent, holds_from_its_giving_to_the_last_millisecond_of_its_last_day) {
    Office office;
    const auto given_at = office.clock.now();
    const auto id = office.given();
    const auto end = *Instant::parse("2024-08-02T00:00:00+08:00");
    EXPECT_EQ(office.held(id).valid_from, given_at);
    EXPECT_EQ(office.held(id).valid_until, end);
    EXPECT_EQ(office.permits_now(), 1U);
    const auto permit = office.read(
        [&](const store::Snapshot& db) { return permits(db, office.firm, office.bank, given_at); });
    const auto allowed = [&](Instant now) {
        return permission::fact(
                   office.clerk(), {.enterprise = office.firm, .scope = "tax", .now = now}, permit)
            .allowed;
    };
    EXPECT_FALSE(allowed(given_at.plus_ms(-1)));
    EXPECT_TRUE(allowed(given_at));
    EXPECT_TRUE(allowed(end.plus_ms(-1)));
    EXPECT_FALSE(allowed(end));
    office.clock.set(end.plus_ms(-1));
    EXPECT_EQ(office.permits_now(), 1U);
    EXPECT_EQ(office.look(id), "ok");
    office.clock.set(end);
    EXPECT_EQ(office.permits_now(), 0U);
    EXPECT_EQ(office.look(id), "consent.no_longer");
    EXPECT_EQ(office.change(id, State::revoked), "consent.ended");
}

TEST(Consent, pausing_shuts_resuming_opens_and_withdrawing_ends) {
    Office office;
    const auto id = office.given();
    EXPECT_EQ(office.change(id, State::paused), "ok");
    EXPECT_EQ(office.permits_now(), 0U);
    EXPECT_EQ(office.look(id), "consent.no_longer");
    EXPECT_EQ(office.change(id, State::active), "ok");
    EXPECT_EQ(office.permits_now(), 1U);
    EXPECT_EQ(office.look(id), "ok");
    EXPECT_FALSE(office.held(id).revoked_at);
    EXPECT_EQ(office.change(id, State::revoked), "ok");
    EXPECT_EQ(office.held(id).revoked_at, office.clock.now());
    EXPECT_EQ(office.look(id), "consent.no_longer");
    EXPECT_EQ(office.change({77}, State::revoked), "consent.not_found");
    const auto stranger =
        office.somebody(PartyKind::enterprise, office.enterprise(2), {Right::consent_give});
    const auto other = office.given();
    EXPECT_EQ(
        code(office.consents.change_state(office.command(stranger), other, State::revoked, "")),
        "permission.other_party");
}

TEST(Consent, one_use_is_one_reading_and_each_reading_is_written_down) {
    Office office;
    const auto once = office.given(Mode::once);
    const auto period = office.given();
    EXPECT_EQ(office.look(once), "ok");
    EXPECT_EQ(office.look(once), "consent.no_longer");
    EXPECT_EQ(office.held(once).state, State::used);
    EXPECT_EQ(office.look(period), "ok");
    EXPECT_EQ(office.look(period), "ok");
    EXPECT_EQ(office.held(period).reads, 2);
    const auto log = office.read(
        [&](const store::Snapshot& db) { return readings(db, {.enterprise = office.firm}); });
    ASSERT_EQ(log.total, 3);
    EXPECT_EQ(log.items.front().consents, std::vector{period});
    EXPECT_EQ(log.items.back().consents, std::vector{once});
    EXPECT_EQ(log.items.back().reader, office.bank);
    EXPECT_EQ(log.items.back().person_name, "某人");
    EXPECT_EQ(log.items.back().purpose, "loan_application");
    EXPECT_EQ(log.items.back().attributes, std::vector<std::string>{"yearly_sales"});
    office.expect_rebuilds();
}

TEST(Consent, serves_its_receiver_and_its_enterprise_only) {
    Office office;
    const auto id = office.given();
    const auto other = office.enterprise(2);
    EXPECT_EQ(
        code(office.consents.record_reading(office.command(office.clerk()), other, {id}, {})),
        "consent.no_longer");
    auto rival = office.clerk();
    rival.party = {123'456};
    EXPECT_EQ(
        code(office.consents.record_reading(office.command(rival), office.firm, {id}, {})),
        "consent.no_longer");
    EXPECT_EQ(office.held(id).reads, 0);
}

TEST(Consent, those_about_to_end_are_counted) {
    Office office;
    office.given(); // ends with 2024-08-01
    const auto counted = [&](int days) {
        return office.read([&](const store::Snapshot& db) {
            return expiring(db, office.firm, office.clock.now(), days);
        });
    };
    EXPECT_EQ(counted(17), 0); // 2024-08-01 10:00
    EXPECT_EQ(counted(18), 1);
}

} // namespace
} // namespace consent
