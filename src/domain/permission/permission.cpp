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

PartAnswer hidden(base::Text why) {
    return {.extent = Extent::none, .by = {}, .why = std::move(why)};
}

PartAnswer with_right(const Actor& actor, Right right, Extent extent) {
    if (actor.rights.has(right)) return {.extent = extent, .by = {}, .why = {}};
    return hidden({"您的角色不含此项权限。", "Your role does not have the right for this."});
}

// Warnings and lists by rule: for departments.
PartAnswer of_departments(const Actor& actor, Right right) {
    if (actor.kind == PartyKind::department || actor.kind == PartyKind::platform)
        return with_right(actor, right, Extent::all);
    return hidden(
        {"供主管部门处置使用，不对企业和机构展示。",
         "For the departments' own work; neither enterprises nor institutions see it."});
}

// As the lists of the same rows ask for.
PartAnswer to_department(const Actor& actor, Part part) {
    switch (part) {
    case Part::loans:
    case Part::guarantees:
        if (actor.rights.has(Right::need_supervise)) break;
        return with_right(actor, Right::indicator_read, Extent::all);
    case Part::lines: return with_right(actor, Right::credit_manage, Extent::all);
    case Part::securities: return with_right(actor, Right::registry_search, Extent::all);
    case Part::products: return with_right(actor, Right::need_supervise, Extent::all);
    default: break;
    }
    return {.extent = Extent::all, .by = {}, .why = {}};
}

PartAnswer to_institution(
    const Actor& actor, const PartQuestion& question, std::span<const Permit> permits) {
    switch (question.part) {
    case Part::findings:
        return hidden(
            {"数据质量问题只供企业和主管部门查看。",
             "What is odd about the data is for the enterprise and the departments."});
    case Part::products: return with_right(actor, Right::need_answer, Extent::own);
    case Part::securities: // the register is open to whoever may search it
        if (actor.rights.has(Right::registry_search))
            return {.extent = Extent::all, .by = {}, .why = {}};
        return {
            .extent = Extent::own,
            .by = {},
            .why = {
                "只显示本机构的登记；查询全部登记须有查询权限。",
                "Your own registrations only; searching all needs the right to search."}};
    default: break;
    }
    FactAnswer answer{.allowed = false, .by = {}, .why = {}};
    if (!question.scope.empty()) {
        answer = fact(
            actor,
            {.enterprise = question.enterprise,
             .scope = question.scope,
             .grade = question.grade,
             .now = question.now},
            permits);
    }
    if (question.part == Part::trends) {
        if (answer.allowed) return {.extent = Extent::all, .by = answer.by, .why = {}};
        return hidden(
            {"企业尚未授权查看此项数据。",
             "The enterprise has not consented to your seeing this."});
    }
    if (answer.allowed) {
        return {
            .extent = Extent::sums,
            .by = answer.by,
            .why = {
                "明细为本机构业务，合计含其他机构。",
                "Rows are your own; sums include other institutions."}};
    }
    return {
        .extent = Extent::own,
        .by = {},
        .why = {
            "企业尚未授权，只显示本机构业务。",
            "The enterprise has not consented: only what you did yourself."}};
}

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

PartAnswer part(const Actor& actor, const PartQuestion& question, std::span<const Permit> permits) {
    if (question.part == Part::warnings) return of_departments(actor, Right::risk_handle);
    if (question.part == Part::rosters) return of_departments(actor, Right::need_supervise);
    switch (actor.kind) {
    case PartyKind::platform:
    case PartyKind::department: return to_department(actor, question.part);
    case PartyKind::institution: return to_institution(actor, question, permits);
    case PartyKind::enterprise: break;
    }
    if (actor.party != question.enterprise) {
        return hidden({"只能查看本企业的数据。", "An enterprise sees its own data only."});
    }
    if (question.part == Part::products) return with_right(actor, Right::need_post, Extent::all);
    return {.extent = Extent::all, .by = {}, .why = {}};
}

} // namespace permission
