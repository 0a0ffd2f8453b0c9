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
