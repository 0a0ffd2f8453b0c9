#include "edge/jobs/instrument_bulletins.hpp"

#include "domain/instrument/check.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace jobs {
namespace {

using base::Id;
using base::Party;
using base::Text;
using notice::Level;

enum class Whom { creditor, debtor, other, holders, secured };

// Whom an act concerns, and whether they have to do something.
struct Telling {
    std::string_view act;
    Whom whom = Whom::other;
    Level level = Level::news;
};

constexpr auto tellings = std::to_array<Telling>({
    {"confirm", Whom::creditor, Level::news},  {"dispute", Whom::creditor, Level::work},
    {"withdraw", Whom::debtor, Level::news},   {"lock_account", Whom::creditor, Level::news},
    {"transfer", Whom::other, Level::news},    {"push", Whom::other, Level::work},
    {"intend", Whom::other, Level::work},      {"decline", Whom::other, Level::news},
    {"accept", Whom::other, Level::work},      {"notify", Whom::debtor, Level::work},
    {"read_notice", Whom::other, Level::work}, {"pledge", Whom::other, Level::news},
    {"pledge", Whom::debtor, Level::news},     {"discount", Whom::other, Level::news},
    {"discount", Whom::debtor, Level::news},   {"factor", Whom::other, Level::news},
    {"factor", Whom::debtor, Level::news},     {"release", Whom::other, Level::news},
    {"enforce", Whom::other, Level::news},     {"pay", Whom::holders, Level::work},
    {"pay", Whom::secured, Level::work},       {"reject_payment", Whom::debtor, Level::work},
    {"default", Whom::debtor, Level::overdue}, {"default", Whom::creditor, Level::news},
    {"recourse", Whom::other, Level::news},    {"freeze", Whom::holders, Level::news},
    {"freeze", Whom::secured, Level::news},    {"unfreeze", Whom::holders, Level::news},
});

void add_receivers(
    std::set<Id<Party>>& all,
    Whom whom,
    const instrument::Moved& moved,
    const instrument::Dossier& file) {
    switch (whom) {
    case Whom::creditor: all.insert(moved.instrument.creditor); return;
    case Whom::debtor: all.insert(moved.instrument.debtor); return;
    case Whom::other:
        all.insert(moved.line.other);
        // A push goes before several at once.
        if (moved.line.act != "push") return;
        for (const auto& push : moved.pushes)
            all.insert(push.funder);
        return;
    case Whom::holders:
        for (const auto& part : file.parts) {
            if (!part.ended_at) all.insert(part.holder);
        }
        return;
    case Whom::secured:
        for (const auto& deal : file.deals) {
            if (deal.held > 0) all.insert(deal.funder);
        }
        return;
    }
    base::bug("receiver out of range");
}

Text label_of(
    const std::string& act, const pack::Policy& policy, const pack::InstrumentKind& kind) {
    const auto& steps = policy.life(kind).steps;
    const auto found = std::ranges::find(steps, act, &pack::InstrumentStep::act);
    return found != steps.end() ? found->label : Text{act, act};
}

} // namespace

std::vector<notice::Post> bulletins_of(
    const instrument::Moved& moved, const instrument::Dossier& file, const pack::Policy& policy) {
    const auto* kind = policy.instrument(moved.instrument.kind);
    if (kind == nullptr) return {};
    const auto& row = moved.instrument;
    auto label = label_of(moved.line.act, policy, *kind);
    std::vector<notice::Post> posts;
    std::set<Id<Party>> told{moved.line.party, Id<Party>{}};
    const auto tell = [&](Id<Party> party, Level level) {
        if (!told.insert(party).second) return;
        auto amount = instrument::amount_text(kind->unit, moved.line.amount);
        if (moved.line.amount == 0) amount = {};
        posts.push_back(
            {.party = party,
             .level = level,
             .title = {row.number + "：" + label.zh, row.number + ": " + label.en},
             .body =
                 {kind->label.zh + (amount.zh.empty() ? "" : "，" + amount.zh),
                  kind->label.en + (amount.en.empty() ? "" : ", " + amount.en)},
             .path = "/instruments/" + std::to_string(row.id.value)});
    };
    if (moved.line.act == "issue") {
        label = row.confirmed_at ? Text{"收到凭证", "An instrument for you"}
                                 : Text{"请确权", "Waits for your confirmation"};
        tell(moved.line.other, row.confirmed_at ? Level::news : Level::work);
        return posts;
    }
    for (const auto& telling : tellings) {
        if (telling.act != moved.line.act) continue;
        std::set<Id<Party>> receivers;
        add_receivers(receivers, telling.whom, moved, file);
        for (const auto party : receivers)
            tell(party, telling.level);
    }
    return posts;
}

base::Result<> InstrumentBulletins::handle(const store::Event& event) const {
    if (event.kind != instrument::Moved::kind) return {};
    const auto moved = TRY(base::json::from_text<instrument::Moved>(event.body));
    const auto posts = database_.read([&](const store::Snapshot& db) {
        const auto file = instrument::dossier(db, moved.instrument.id);
        return bulletins_of(moved, file.value_or(instrument::Dossier{}), policy_);
    });
    if (posts.empty()) return {};
    TRY(notices_.post(store::Command::internal("notice:" + std::to_string(event.seq)), posts));
    return {};
}

} // namespace jobs
