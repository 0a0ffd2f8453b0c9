#include "edge/api/naming.hpp"

#include "domain/permission/permission.hpp"

namespace api {

NamedParty PartyNames::operator()(Id<base::Party> id) {
    const auto held = names_.find(id);
    if (held != names_.end()) return {.id = id, .name = held->second};
    Text name{"平台", "The platform"};
    if (id) {
        const auto found = party::find(db_, id);
        name = found ? found->name : Text{"（未知）", "(unknown)"};
    }
    names_.emplace(id, name);
    return {.id = id, .name = name};
}

Text town_label(const pack::Policy& policy, std::string_view town) {
    if (town.empty()) return {};
    const auto found = policy.areas().find(town, policy.pack().header.effective_from);
    return found ? found->name : Text{std::string(town), std::string(town)};
}

Text industry_label(const pack::Policy& policy, std::string_view industry) {
    if (industry.empty()) return {"未登记", "Not registered"};
    const auto place = policy.industries().place(industry);
    return place ? place->name : Text{std::string(industry), std::string(industry)};
}

Result<party::Enterprise> visible_enterprise(
    const store::Snapshot& db, const base::Actor& actor, Id<base::Party> id) {
    // Institutions may open any enterprise's page: what they see of it there, consents decide.
    if (actor.kind == base::PartyKind::enterprise) TRY(permission::own_row(actor, id));
    const auto found = party::find_enterprise(db, id);
    if (!found) {
        return base::not_found(
            "party.unknown",
            {"没有找到这家企业。", "There is no such enterprise."},
            {"请从企业列表中选择。", "Choose it from the list of enterprises."});
    }
    return *found;
}

} // namespace api
