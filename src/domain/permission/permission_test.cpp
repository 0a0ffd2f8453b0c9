#include "domain/permission/permission.hpp"

#include <gtest/gtest.h>

namespace permission {
namespace {

using base::Id;
using base::Party;
using base::PartyKind;

constexpr Id<Party> factory{1};
constexpr Id<Party> bank{2};
constexpr Id<Party> other_bank{3};

Actor actor_of(PartyKind kind, Id<Party> party) {
    Actor actor;
    actor.kind = kind;
    actor.party = party;
    actor.person = {9};
    return actor;
}

Permit permit_to(Id<Party> receiver) {
    return {
        .consent = {7},
        .enterprise = factory,
        .receiver = receiver,
        .scopes = {"tax"},
        .from = {100},
        .until = {200},
        .active = true};
}

struct FactCase {
    const char* name;
    Actor actor;
    std::string_view scope;
    int grade;
    std::int64_t now_ms;
    bool active;
    bool want;
};

TEST(Permission, facts_open_only_to_their_owner_a_consented_receiver_or_a_department) {
    const FactCase cases[] = {
        {"own data", actor_of(PartyKind::enterprise, factory), "tax", 3, 150, true, true},
        {"another enterprise",
         actor_of(PartyKind::enterprise, other_bank),
         "tax",
         1,
         150,
         true,
         false},
        {"consented bank", actor_of(PartyKind::institution, bank), "tax", 3, 150, true, true},
        {"bank without consent",
         actor_of(PartyKind::institution, other_bank),
         "tax",
         3,
         150,
         true,
         false},
        {"another scope", actor_of(PartyKind::institution, bank), "power", 3, 150, true, false},
        {"public scope",
         actor_of(PartyKind::institution, other_bank),
         "public",
         1,
         150,
         true,
         true},
        {"first instant", actor_of(PartyKind::institution, bank), "tax", 3, 100, true, true},
        {"before validity", actor_of(PartyKind::institution, bank), "tax", 3, 99, true, false},
        {"at expiry", actor_of(PartyKind::institution, bank), "tax", 3, 200, true, false},
        {"revoked", actor_of(PartyKind::institution, bank), "tax", 3, 150, false, false},
        {"department", actor_of(PartyKind::department, {5}), "tax", 3, 150, true, true},
        {"grade four", actor_of(PartyKind::department, {5}), "tax", 4, 150, true, false},
    };
    for (const auto& c : cases) {
        auto permit = permit_to(bank);
        permit.active = c.active;
        const auto answer = fact(
            c.actor,
            {.enterprise = factory, .scope = c.scope, .grade = c.grade, .now = {c.now_ms}},
            std::span(&permit, 1));
        EXPECT_EQ(answer.allowed, c.want) << c.name;
        EXPECT_EQ(answer.why.zh.empty(), c.want) << c.name;
    }
}

struct PortraitReader {
    const char* name;
    Actor actor;
    bool consented; // to the bank, for the scope asked about
    // By Part: trends findings loans lines guarantees securities warnings rosters products; each
    // - (none), o(wn), s(ums) or a(ll).
    const char* want;
};

Actor with_rights(Actor actor, base::Rights rights) {
    actor.rights = rights;
    return actor;
}

TEST(Permission, each_reader_sees_its_parts_of_a_portrait) {
    const auto owner = actor_of(PartyKind::enterprise, factory);
    const auto officer = actor_of(PartyKind::institution, bank);
    const auto clerk = actor_of(PartyKind::department, {5});
    const PortraitReader readers[] = {
        {"the enterprise itself", with_rights(owner, {Right::need_post}), false, "aaaaaa--a"},
        {"without the right to post", owner, false, "aaaaaa---"},
        {"another enterprise",
         with_rights(actor_of(PartyKind::enterprise, other_bank), {Right::need_post}),
         false,
         "---------"},
        {"a bank under consent", with_rights(officer, {Right::need_answer}), true, "a-ssso--o"},
        {"a bank without consent", with_rights(officer, {Right::need_answer}), false, "--oooo--o"},
        {"a bank's viewer", officer, true, "a-ssso---"},
        {"a bank that searches the register",
         with_rights(officer, {Right::need_answer, Right::registry_search}),
         false,
         "--oooa--o"},
        {"a bank cannot supervise",
         with_rights(officer, {Right::need_supervise, Right::credit_manage}),
         false,
         "--oooo---"},
        {"another bank's consent opens nothing",
         with_rights(actor_of(PartyKind::institution, other_bank), {Right::need_answer}),
         true,
         "--oooo--o"},
        {"a department's supervisor",
         with_rights(
             clerk,
             {Right::need_supervise,
              Right::risk_handle,
              Right::credit_manage,
              Right::registry_search}),
         false,
         "aaaaaaaaa"},
        {"a department that only handles warnings",
         with_rights(clerk, {Right::risk_handle}),
         false,
         "aa----a--"},
        {"a department's reporter",
         with_rights(clerk, {Right::indicator_read}),
         false,
         "aaa-a----"},
        {"a department that imports data",
         with_rights(clerk, {Right::fact_import}),
         false,
         "aa-------"},
    };
    for (const auto& reader : readers) {
        const auto permit = permit_to(bank);
        std::string got;
        for (int number = 0; reader.want[number] != '\0'; ++number) {
            const auto answer = part(
                reader.actor,
                {.enterprise = factory,
                 .part = static_cast<Part>(number),
                 .scope = "tax",
                 .now = {150}},
                std::span(&permit, reader.consented ? 1 : 0));
            got += "-osa"[static_cast<int>(answer.extent)];
            EXPECT_EQ(answer.why.zh.empty(), answer.why.en.empty()) << reader.name << number;
            EXPECT_TRUE(answer.extent != Extent::none || !answer.why.zh.empty()) << reader.name;
            // Only what a consent opened is written down as a reading.
            const bool opened = reader.actor.kind == PartyKind::institution &&
                                (answer.extent == Extent::sums || (number == 0 && got[0] == 'a'));
            EXPECT_EQ(bool(answer.by), opened) << reader.name << number;
        }
        EXPECT_EQ(got, reader.want) << reader.name;
    }
}

TEST(Permission, a_part_that_no_scope_opens_stays_the_readers_own) {
    const auto permit = permit_to(bank);
    const PartQuestion question{.enterprise = factory, .part = Part::loans, .now = {150}};
    const auto answer =
        part(actor_of(PartyKind::institution, bank), question, std::span(&permit, 1));
    EXPECT_EQ(answer.extent, Extent::own);
    EXPECT_FALSE(answer.by);
}

TEST(Permission, a_right_must_be_held) {
    auto clerk = actor_of(PartyKind::department, {5});
    clerk.rights = {Right::indicator_read};
    EXPECT_TRUE(require(clerk, Right::indicator_read));
    EXPECT_EQ(require(clerk, Right::audit_read).error().code, "permission.denied");
    Actor nobody;
    nobody.kind = PartyKind::enterprise;
    EXPECT_EQ(require(nobody, Right::indicator_read).error().code, "permission.not_signed_in");
}

TEST(Permission, rows_of_others_look_as_if_they_were_not_there) {
    EXPECT_TRUE(own_row(actor_of(PartyKind::enterprise, factory), factory));
    EXPECT_TRUE(own_row(actor_of(PartyKind::department, {5}), factory));
    EXPECT_EQ(
        own_row(actor_of(PartyKind::institution, bank), factory).error().kind,
        base::ErrorKind::not_found);
}

} // namespace
} // namespace permission
