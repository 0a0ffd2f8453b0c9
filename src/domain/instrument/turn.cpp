#include "domain/instrument/turn.hpp"

#include "domain/instrument/check.hpp"
#include "domain/instrument/stage.hpp"

#include <algorithm>

namespace instrument {
namespace {

using Side = InstrumentSide;

bool holds_any(const Dossier& file, Id<Party> party) {
    return std::ranges::any_of(
               file.parts,
               [&](const PartRow& part) { return part.holder == party && !part.ended_at; }) ||
           (file.instrument.on_paper > 0 && file.instrument.paper_holder == party);
}

bool funds_any(const Dossier& file, Id<Party> party) {
    return std::ranges::any_of(
               file.pushes, [&](const PushRow& push) { return push.funder == party; }) ||
           std::ranges::any_of(file.deals, [&](const DealRow& deal) {
               return deal.funder == party && deal.way == Way::pledge;
           });
}

bool stands_as(const Dossier& file, const Actor& actor, Side side) {
    const auto& rights = actor.rights;
    const bool acts_for_itself =
        rights.has(base::Right::instrument_hold) || rights.has(base::Right::instrument_fund);
    switch (side) {
    case Side::creditor: return acts_for_itself && file.instrument.creditor == actor.party;
    case Side::debtor: return acts_for_itself && file.instrument.debtor == actor.party;
    case Side::holder: return acts_for_itself && holds_any(file, actor.party);
    case Side::funder:
        return rights.has(base::Right::instrument_fund) && funds_any(file, actor.party);
    case Side::department:
        return rights.has(base::Right::instrument_oversee) &&
               actor.kind == base::PartyKind::department;
    }
    base::bug("side out of range");
}

bool stands_as_any(const Dossier& file, const Actor& actor, const pack::InstrumentStep& step) {
    return std::ranges::any_of(step.by, [&](Side side) { return stands_as(file, actor, side); });
}

const pack::InstrumentLife& life_of(const Dossier& file, const pack::Policy& policy) {
    const auto* kind = policy.instrument(file.instrument.kind);
    base::ensure(kind != nullptr, "an instrument's kind stays in the pack");
    return policy.life(*kind);
}

bool names(const std::vector<std::string>& words, const std::string& word) {
    return std::ranges::find(words, word) != words.end();
}

Text sides_text(const std::vector<Side>& sides, const pack::InstrumentKind& kind) {
    Text all;
    for (const auto side : sides) {
        Text word;
        switch (side) {
        case Side::creditor: word = kind.creditor; break;
        case Side::debtor: word = kind.debtor; break;
        case Side::holder: word = {"持有人", "the holder"}; break;
        case Side::funder: word = {"被推送或持有担保的机构", "its funder"}; break;
        case Side::department: word = {"监管部门", "a department"}; break;
        }
        all.zh += (all.zh.empty() ? "" : "、") + word.zh;
        all.en += (all.en.empty() ? "" : ", ") + word.en;
    }
    return all;
}

base::Error not_now(
    const pack::InstrumentLife& life, const std::string& state, const pack::InstrumentStep& step) {
    Text allowed;
    Text now{state, state};
    for (const auto& one : life.states) {
        if (one.code == state) now = one.label;
        if (!names(step.from, one.code)) continue;
        allowed.zh += (allowed.zh.empty() ? "" : "、") + one.label.zh;
        allowed.en += (allowed.en.empty() ? "" : ", ") + one.label.en;
    }
    return base::rejected(
        "instrument.not_now",
        {"当前为“" + now.zh + "”，不能" + step.label.zh + "。",
         step.label.en + " is not possible while the state is: " + now.en + "."},
        {"可办理的状态：" + allowed.zh + "。", "It is possible in: " + allowed.en + "."});
}

} // namespace

Result<const pack::InstrumentStep*> step_for(
    const Dossier& file, const std::string& act, const Deed& deed, const Scene& scene) {
    const auto* kind = scene.policy.instrument(file.instrument.kind);
    base::ensure(kind != nullptr, "an instrument's kind stays in the pack");
    const auto& life = scene.policy.life(*kind);
    const pack::InstrumentStep* known = nullptr;
    const pack::InstrumentStep* own = nullptr;
    for (const auto& step : life.steps) {
        if (step.act != act || act == "finish") continue; // what redeeming leads to by itself
        known = &step;
        if (!stands_as_any(file, scene.actor, step)) continue;
        own = &step;
        if (!names(step.from, file.instrument.state)) continue;
        if (step.reason_required && deed.reason.value_or("").empty()) {
            return base::invalid(
                       "instrument.reason",
                       {"请说明理由。", "A reason is needed."},
                       {"请填写理由。", "Give the reason."})
                .at("/reason");
        }
        return own;
    }
    if (known == nullptr) {
        return base::invalid(
            "instrument.act_unknown",
            {"“" + kind->label.zh + "”没有这个动作：" + act,
             kind->label.en + " has no such act: " + act},
            {"请按页面列出的动作办理。", "Use an act that is listed."});
    }
    if (own != nullptr) return not_now(life, file.instrument.state, *own);
    const auto sides = sides_text(known->by, *kind);
    return base::rejected(
        "instrument.not_yours",
        {"“" + known->label.zh + "”应由" + sides.zh + "办理。",
         known->label.en + " is for: " + sides.en + "."},
        {"请由该方办理。", "Let that side do it."});
}

std::vector<const pack::InstrumentStep*> open_acts(
    const Dossier& file, const Actor& actor, const pack::Policy& policy) {
    std::vector<const pack::InstrumentStep*> open;
    for (const auto& step : life_of(file, policy).steps) {
        if (step.act == "finish" || !names(step.from, file.instrument.state)) continue;
        if (stands_as_any(file, actor, step)) open.push_back(&step);
    }
    return open;
}

Decided issue(const Issue& wish, const std::string& number, const Scene& scene) {
    const auto* kind = scene.policy.instrument(wish.kind);
    base::ensure(kind != nullptr, "checked before");
    const auto& life = scene.policy.life(*kind);
    InstrumentRow row;
    row.id = {scene.new_id()};
    row.number = number;
    row.kind = wish.kind;
    row.creditor = wish.creditor;
    row.debtor = wish.debtor;
    row.face = wish.face;
    row.issued_on = wish.issued_on;
    row.due = wish.due;
    row.fields = wish.fields;
    row.key = key_of(*kind, wish.fields);
    row.state = life.states.front().code;
    row.account = wish.account.value_or("");
    row.term_reason = wish.term_reason.value_or("");
    if (const auto* rule = term_rule(*kind, wish.issued_on)) row.term_law = rule->law;
    row.uploaded_by = scene.actor.party;
    row.uploaded_at = scene.now;
    return found(std::move(row), *kind, scene);
}

Result<Decided> take(
    const Dossier& file, const std::string& act, const Deed& deed, const Scene& scene) {
    const auto* step = TRY(step_for(file, act, deed, scene));
    Stage stage(file, *step, deed, scene);
    TRY(stage.perform());
    return stage.decided();
}

} // namespace instrument
