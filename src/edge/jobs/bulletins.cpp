#include "edge/jobs/bulletins.hpp"

#include "domain/finance/book.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>
#include <array>

namespace jobs {
namespace {

using base::Id;
using base::Party;
using base::PartyKind;
using base::Result;
using base::Text;
using notice::Level;
using notice::Post;

enum class To { enterprise, institution, supervisor, repairer, claimants };

// Whom an act concerns, and whether they have to do something.
struct Routing {
    std::string_view act;
    bool on_claim = false;
    To to = To::enterprise;
    Level level = Level::news;
};

constexpr auto routings = std::to_array<Routing>({
    {"publish", false, To::supervisor, Level::news},
    {"complain", false, To::supervisor, Level::work},
    {"exhaust", false, To::supervisor, Level::work},
    {"exhaust", false, To::enterprise, Level::work},
    {"expire", false, To::enterprise, Level::work},
    {"expire", false, To::supervisor, Level::news},
    {"fulfil", false, To::enterprise, Level::news},
    {"urge", false, To::claimants, Level::work},
    {"escalate", false, To::claimants, Level::work},
    {"escalate", false, To::supervisor, Level::work},
    {"feed_back", false, To::enterprise, Level::news},
    {"push", true, To::institution, Level::work},
    {"claim", true, To::enterprise, Level::news},
    {"accept", true, To::enterprise, Level::news},
    {"due_diligence", true, To::enterprise, Level::news},
    {"request_documents", true, To::enterprise, Level::work},
    {"supply_documents", true, To::institution, Level::work},
    {"offer", true, To::enterprise, Level::work},
    {"choose", true, To::institution, Level::work},
    {"decline", true, To::institution, Level::news},
    {"grant", true, To::enterprise, Level::news},
    {"contract", true, To::enterprise, Level::news},
    {"disburse", true, To::enterprise, Level::news},
    {"refuse", true, To::enterprise, Level::work},
    {"withdraw", true, To::enterprise, Level::news},
    {"lapse", true, To::institution, Level::news},
    {"repair", true, To::repairer, Level::work},
    {"repaired", true, To::enterprise, Level::work},
});

Id<Party> unit_party(const store::Snapshot& db, std::string_view code) {
    const auto found = party::find_code(db, PartyKind::department, code);
    return found ? found->id : Id<Party>{};
}

std::string path_of(Id<base::Need> need) { return "/needs/" + std::to_string(need.value); }

const finance::ClaimRow* claim_of(const finance::Moved& moved, Id<base::Claim> id) {
    const auto found = std::ranges::find_if(
        moved.claims, [&](const finance::ClaimRow& claim) { return claim.id == id; });
    return found != moved.claims.end() ? &*found : nullptr;
}

std::vector<Id<Party>> receivers(
    const store::Snapshot& db,
    const pack::Policy& policy,
    const finance::Moved& moved,
    const finance::Line& line,
    To to) {
    const auto& need = moved.need;
    const auto* claim = claim_of(moved, line.claim);
    switch (to) {
    case To::enterprise: return {need.enterprise};
    case To::institution:
        if (claim == nullptr) return {};
        return {claim->institution};
    case To::supervisor: return {unit_party(db, policy.pack().process.supervisor)};
    case To::repairer:
        if (claim == nullptr || !claim->refusal) return {};
        if (!claim->refusal->owner) return {need.enterprise};
        return {unit_party(db, *claim->refusal->owner), need.enterprise};
    case To::claimants: {
        std::vector<Id<Party>> all;
        for (const auto& row : finance::claims_of(db, need.id)) {
            if (!row.ended_at) all.push_back(row.institution);
        }
        return all;
    }
    }
    base::bug("receiver out of range");
}

} // namespace

std::vector<Post> Bulletins::of_moved(
    const store::Snapshot& db, const finance::Moved& moved) const {
    std::vector<Post> posts;
    for (const auto& line : moved.lines) {
        const bool on_claim = static_cast<bool>(line.claim);
        const auto label = book_.act_label(line.act, on_claim);
        for (const auto& routing : routings) {
            if (routing.act != line.act || routing.on_claim != on_claim) continue;
            for (const auto party : receivers(db, policy_, moved, line, routing.to)) {
                if (!party) continue;
                posts.push_back(
                    {.party = party,
                     .level = routing.level,
                     .title =
                         {moved.need.number + "：" + label.zh, moved.need.number + ": " + label.en},
                     .body = {line.text, line.text},
                     .path = path_of(moved.need.id)});
            }
        }
    }
    return posts;
}

std::vector<Post> Bulletins::of_rung(
    const store::Snapshot& db, const finance::RungFired& rung) const {
    const auto need = finance::find_need(db, rung.clock.need);
    if (!need) return {};
    auto to = rung.notify == "owner" ? rung.clock.owner : rung.notify;
    Id<Party> party;
    if (const auto* role = policy_.role(to); role != nullptr) {
        const auto claim = finance::find_claim(db, rung.clock.claim);
        if (role->kind == PartyKind::institution && claim) party = claim->institution;
        if (role->kind == PartyKind::enterprise) party = need->enterprise;
        if (role->kind == PartyKind::department)
            party = unit_party(db, policy_.pack().process.supervisor);
    } else if (rung.notify == "owner" && rung.clock.party) {
        party = rung.clock.party;
    } else {
        party = unit_party(db, to);
    }
    if (!party) return {};
    const auto percent = std::to_string(rung.percent) + "%";
    const auto* timing = book_.timing(rung.clock.rule);
    const auto label = timing != nullptr ? timing->label : Text{rung.clock.rule, rung.clock.rule};
    return {
        {.party = party,
         .level = rung.percent >= 100 ? Level::overdue : Level::work,
         .title =
             {need->number + "：" + label.zh + "已用时 " + percent,
              need->number + ": " + label.en + " has used " + percent + " of its time"},
         .body =
             {rung.level > 0 ? "已升级至第 " + std::to_string(rung.level) + " 级督办"
                             : "请尽快办理",
              rung.level > 0 ? "Escalated to level " + std::to_string(rung.level)
                             : "Please act soon"},
         .path = path_of(need->id)}};
}

// The enterprise consented when it posted the need; the artefact is made for each institution that
// takes it on, for the pack's first purpose.
Result<> Bulletins::give_consents(const finance::Moved& moved) const {
    const auto& purposes = policy_.pack().purposes;
    if (!moved.need.consent || moved.need.consent->scopes.empty() || purposes.empty()) return {};
    for (const auto& line : moved.lines) {
        const auto* claim = claim_of(moved, line.claim);
        if (claim == nullptr || line.act != "claim") continue;
        base::Actor giver;
        giver.party = moved.need.enterprise;
        giver.kind = PartyKind::enterprise;
        giver.rights = {base::Right::consent_give};
        giver.person = moved.need.submitted_by;
        const auto command =
            store::Command::internal("consent:" + std::to_string(claim->id.value), giver);
        TRY(consents_.give(
            command,
            {.receiver = claim->institution,
             .purpose = purposes.front().code,
             .scopes = moved.need.consent->scopes,
             .mode = consent::Mode::period,
             .valid_until = moved.need.consent->valid_until,
             .need = moved.need.id}));
    }
    return {};
}

Result<> Bulletins::handle(const store::Event& event) const {
    std::vector<Post> posts;
    if (event.kind == finance::Moved::kind) {
        const auto moved = TRY(base::json::from_text<finance::Moved>(event.body));
        TRY(give_consents(moved));
        posts = database_.read([&](const store::Snapshot& db) { return of_moved(db, moved); });
    } else if (event.kind == finance::RungFired::kind) {
        const auto rung = TRY(base::json::from_text<finance::RungFired>(event.body));
        posts = database_.read([&](const store::Snapshot& db) { return of_rung(db, rung); });
    }
    if (posts.empty()) return {};
    TRY(notices_.post(store::Command::internal("notice:" + std::to_string(event.seq)), posts));
    return {};
}

} // namespace jobs
