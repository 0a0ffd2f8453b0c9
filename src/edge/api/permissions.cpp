// docs/permissions.md: who may call what, from the declarations and the pack's roles.
#include "edge/api/api.hpp"
#include "engine/pack/pack.hpp"

#include <algorithm>

namespace api {
namespace {

std::string rights_cell(const Access& access) {
    switch (access.kind) {
    case Access::Kind::open: return "anybody 任何人";
    case Access::Kind::signed_in: return "signed in 已登录";
    case Access::Kind::rights: break;
    }
    std::string out;
    for (const auto right : access.any)
        out += (out.empty() ? "`" : ", `") + std::string(base::json::enum_name(right)) + "`";
    return out;
}

bool may_call(const pack::Role& role, const Access& access) {
    return std::ranges::any_of(access.any, [&](Right right) {
        return std::ranges::find(role.rights, base::json::enum_name(right)) != role.rights.end();
    });
}

std::string roles_cell(const Access& access, std::span<const pack::Role> roles) {
    if (access.kind != Access::Kind::rights) return "all 全部";
    std::string out;
    for (const auto& role : roles) {
        if (!may_call(role, access)) continue;
        out += (out.empty() ? "" : "、") + role.label.zh + " (`" + role.code + "`)";
    }
    return out.empty() ? "none 无" : out;
}

} // namespace

std::string permissions(const Endpoints& all, std::span<const pack::Role> roles) {
    std::string out =
        "# Who may call what 权限表\n\n"
        "Generated from the declared endpoints and the roles of `packs/jiashan`; a test fails when "
        "it is out of date, `./dev docs` writes it anew.\n"
        "Which rows and which data of an enterprise an answer shows is decided by "
        "`src/domain/permission`.\n";
    std::string capability;
    for (const auto& endpoint : all.list()) {
        if (endpoint.capability != capability) {
            capability = endpoint.capability;
            out += "\n## " + capability +
                   "\n\n| Endpoint 接口 | What it does 作用 | Right 权限 | Roles 角色 |\n"
                   "|---|---|---|---|\n";
        }
        out += "| `" + std::string(http::text(endpoint.method)) + " " + endpoint.path + "` | " +
               endpoint.summary.zh + " · " + endpoint.summary.en + " | " +
               rights_cell(endpoint.access) + " | " + roles_cell(endpoint.access, roles) + " |\n";
    }
    out += "\n## Roles and their rights 角色与权限\n\n"
           "| Role 角色 | Of 单位类型 | Rights 权限 | Excludes 互斥 |\n|---|---|---|---|\n";
    for (const auto& role : roles) {
        std::string rights;
        for (const auto& right : role.rights)
            rights += (rights.empty() ? "`" : ", `") + right + "`";
        std::string excludes;
        for (const auto& other : role.excludes)
            excludes += (excludes.empty() ? "`" : ", `") + other + "`";
        out += "| " + role.label.zh + " · " + role.label.en + " (`" + role.code + "`) | " +
               std::string(base::json::enum_name(role.kind)) + " | " + rights + " | " + excludes +
               " |\n";
    }
    return out;
}

} // namespace api
