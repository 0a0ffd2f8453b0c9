#include "domain/permission/permission.hpp"

#include "base/json.hpp"

#include <algorithm>

namespace permission {
namespace {

using base::PartyKind;

constexpr int grade_shown_most = 3;

bool covers(const Permit& permit, const Actor& actor, const FactQuestion& question) {
    return permit.active && permit.enterprise == question.enterprise &&
           permit.receiver == actor.party && permit.from <= question.now &&
           question.now < permit.until &&
           std::ranges::find(permit.scopes, question.scope) != permit.scopes.end();
}

FactAnswer allowed(base::Id<base::Consent> by = {}) {
    return {.allowed = true, .by = by, .why = {}};
}

FactAnswer refused(base::Text why) { return {.allowed = false, .by = {}, .why = std::move(why)}; }

} // namespace

Result<> require(const Actor& actor, Right right) {
    if (!actor.person && actor.kind != PartyKind::platform) {
        return base::unauthenticated(
            "permission.not_signed_in",
            {"您还没有登录。", "You are not signed in."},
            {"请登录后重试。", "Sign in and try again."});
    }
    if (actor.rights.has(right)) return {};
    const auto name = std::string(base::json::enum_name(right));
    return base::forbidden(
        "permission.denied",
        {"您的角色没有此项权限（" + name + "）。",
         "Your role does not have the right for this (" + name + ")."},
        {"请联系本单位管理员开通。", "Ask your organisation's administrator for it."});
}

Reach reach(const Actor& actor) {
    switch (actor.kind) {
    case PartyKind::enterprise:
    case PartyKind::institution: return Reach::own;
    case PartyKind::department:
    case PartyKind::platform: return Reach::all;
    }
    base::bug("party kind out of range");
}

Result<> own_row(const Actor& actor, base::Id<base::Party> owner) {
    if (reach(actor) == Reach::all || (actor.party && actor.party == owner)) return {};
    return base::not_found(
        "permission.other_party",
        {"没有找到这条记录，或您无权查看。", "No such record, or it is not yours to see."},
        {"请核对编号，或联系记录所属单位。",
         "Check the number, or ask the organisation it belongs to."});
}

FactAnswer fact(const Actor& actor, const FactQuestion& question, std::span<const Permit> permits) {
    if (question.grade > grade_shown_most) {
        return refused(
            {"该数据为四级以上敏感数据，平台不展示。", "Data of grade 4 and above are not shown."});
    }
    switch (actor.kind) {
    case PartyKind::platform:
    case PartyKind::department: return allowed();
    case PartyKind::enterprise:
        if (actor.party == question.enterprise) return allowed();
        return refused({"只能查看本企业的数据。", "An enterprise sees its own data only."});
    case PartyKind::institution: {
        if (question.scope == "public") return allowed();
        const auto found = std::ranges::find_if(
            permits, [&](const Permit& permit) { return covers(permit, actor, question); });
        if (found != permits.end()) return allowed(found->consent);
        return refused(
            {"企业尚未授权查看此项数据。",
             "The enterprise has not consented to your seeing this."});
    }
    }
    base::bug("party kind out of range");
}

} // namespace permission
