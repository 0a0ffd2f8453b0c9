#include "domain/registry/registry.hpp"

#include "domain/registry/certificate.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>

namespace registry {
namespace {

base::Error no_such_registration() {
    return base::not_found(
        "registry.not_found",
        {"没有找到这笔登记。", "There is no such registration."},
        {"请回到登记列表刷新后重试。", "Go back to the list and refresh."});
}

std::string compact(Date day) {
    auto text = day.text();
    std::erase(text, '-');
    return text;
}

Deed deed_of(const store::Transaction& tx, const Entry& entry, Act act, Text text) {
    return {
        .registration = entry.id,
        .act = act,
        .party = tx.actor().party,
        .person_name = tx.actor().name,
        .text = std::move(text)};
}

} // namespace

Result<const pack::SecurityRegime*> Registry::regime(Date day) const {
    const auto* found = policy_.security_regime(day);
    if (found != nullptr) return found;
    return base::rejected(
        "registry.no_regime",
        {"政策包没有当日施行的登记规则。", "The pack has no rules of registration for that day."},
        {"请系统管理员补充 security.yaml。", "Have the pack's security.yaml completed."});
}

Result<store::Receipt> Registry::enter(const store::Command& command, const Register& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        TRY(permission::require(tx.actor(), base::Right::registry_register));
        const auto today = policy_.zone().date(tx.now());
        const auto* rules = TRY(regime(today));
        TRY(check(wish, *rules, tx.now()));
        const auto debtor = party::find_enterprise_code(tx, wish.debtor_code);
        if (!debtor && wish.debtor_name.empty()) {
            return base::invalid(
                       "registry.debtor",
                       {"本县没有这家企业，请填写担保人名称。",
                        "It is no enterprise of this county: give its name."},
                       {"名称应与营业执照一致。", "As its business licence says."})
                .at("/debtor_name");
        }
        Registered event;
        auto& entry = event.entry;
        entry.id = tx.new_id<Registration>();
        entry.number = "DJ" + compact(today) + "-" + std::to_string(entry.id.value);
        entry.kind = wish.kind;
        entry.regime = rules->code;
        entry.secured = tx.actor().party;
        entry.debtor = debtor ? debtor->id : Id<Party>{};
        entry.debtor_code = wish.debtor_code;
        entry.debtor_name = debtor ? debtor->name : wish.debtor_name;
        entry.claim = wish.claim;
        entry.contract = wish.contract;
        entry.items = wish.items;
        entry.registered_at = tx.now();
        entry.expires_on = today.plus_months(wish.term_months);
        entry.purchase_money = wish.purchase_money;
        entry.delivered_at = wish.delivered_at;
        entry.notified_at = wish.notified_at;
        entry.filing = wish.filing;
        event.person_name = tx.actor().name;
        tx.publish(event, entry.id);
        return std::to_string(entry.id.value);
    });
}

Result<Entry> Registry::mine(const store::Transaction& tx, Id<Registration> id) const {
    TRY(permission::require(tx.actor(), base::Right::registry_register));
    auto found = find(tx, id);
    if (!found || found->secured != tx.actor().party) return no_such_registration();
    return *std::move(found);
}

// One act of the secured party: load, decide, publish.
Result<store::Receipt> Registry::move(
    const store::Command& command,
    Id<Registration> id,
    std::move_only_function<Result<std::pair<Entry, Deed>>(const store::Transaction&, Entry)>
        decide) {
    return database_.write(
        command,
        [this, id, decide = std::move(decide)](
            store::Transaction& tx) mutable -> Result<std::string> {
            auto entry = TRY(mine(tx, id));
            TRY(is_open(entry, policy_.zone().date(tx.now())));
            auto [next, deed] = TRY(decide(tx, std::move(entry)));
            ++next.version;
            tx.publish(Moved{.entry = std::move(next), .deed = std::move(deed)}, id);
            return std::to_string(id.value);
        });
}

Result<store::Receipt> Registry::change(
    const store::Command& command,
    Id<Registration> id,
    std::int64_t version,
    const Change& change) {
    return move(
        command,
        id,
        [this, version, change](
            const store::Transaction& tx, const Entry& entry) -> Result<std::pair<Entry, Deed>> {
            if (entry.version != version) {
                return base::conflict(
                    "registry.version",
                    {"登记已被他人修改。", "Somebody else changed the registration."},
                    {"请刷新后再改。", "Refresh, then change it."});
            }
            const auto* rules = TRY(regime(policy_.zone().date(tx.now())));
            auto next = TRY(changed(entry, change, *rules));
            return std::pair{next, deed_of(tx, next, Act::change, {})};
        });
}

Result<store::Receipt> Registry::extend(
    const store::Command& command, Id<Registration> id, std::int32_t months) {
    return move(
        command,
        id,
        [this, months](
            const store::Transaction& tx, const Entry& entry) -> Result<std::pair<Entry, Deed>> {
            const auto today = policy_.zone().date(tx.now());
            const auto* rules = TRY(regime(today));
            auto next = TRY(extended(entry, months, *rules, today));
            const auto until = next.expires_on.text();
            return std::pair{
                next, deed_of(tx, next, Act::extend, {"展期至 " + until, "extended to " + until})};
        });
}

Result<store::Receipt> Registry::file(
    const store::Command& command, Id<Registration> id, const Filing& filing) {
    return move(
        command,
        id,
        [this, filing](
            const store::Transaction& tx, const Entry& entry) -> Result<std::pair<Entry, Deed>> {
            const auto* rules = TRY(regime(policy_.zone().date(tx.now())));
            TRY(check_filing(filing, *rules, tx.now(), ""));
            auto next = entry;
            next.filing = filing;
            return std::pair{next, deed_of(tx, next, Act::file, {filing.number, filing.number})};
        });
}

Result<store::Receipt> Registry::end_claim(
    const store::Command& command, Id<Registration> id, Date ended_on) {
    return move(
        command,
        id,
        [this, ended_on](
            const store::Transaction& tx, const Entry& entry) -> Result<std::pair<Entry, Deed>> {
            const auto today = policy_.zone().date(tx.now());
            const auto* rules = TRY(regime(today));
            if (ended_on > today || ended_on < policy_.zone().date(entry.registered_at)) {
                return base::invalid(
                           "registry.claim_end",
                           {"主债权消灭日应在登记日与今天之间。",
                            "The claim ended between the day of registration and today."},
                           {"请核对日期。", "Check the day."})
                    .at("/ended_on");
            }
            auto next = entry;
            next.claim_ended_on = ended_on;
            next.discharge_by =
                TRY(policy_.calendar().plus_working_days(ended_on, rules->discharge_days));
            const auto by = next.discharge_by->text();
            return std::pair{
                next,
                deed_of(
                    tx,
                    next,
                    Act::end_claim,
                    {"主债权消灭，应于 " + by + " 前注销",
                     "the claim has ended: to be discharged by " + by})};
        });
}

Result<store::Receipt> Registry::discharge(
    const store::Command& command, Id<Registration> id, const std::string& reason) {
    // An expired registration may still be discharged: the record then says so.
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        auto entry = TRY(mine(tx, id));
        if (entry.discharged_at) TRY(is_open(entry, policy_.zone().date(tx.now())));
        entry.discharged_at = tx.now();
        ++entry.version;
        auto deed = deed_of(tx, entry, Act::discharge, {reason, reason});
        tx.publish(Moved{.entry = entry, .deed = std::move(deed)}, id);
        return std::to_string(id.value);
    });
}

namespace {

Result<Entry> against_me(const store::Transaction& tx, Id<Registration> id) {
    TRY(permission::require(tx.actor(), base::Right::fact_dispute));
    auto found = find(tx, id);
    if (!found || !found->debtor || found->debtor != tx.actor().party)
        return no_such_registration();
    return *std::move(found);
}

} // namespace

Result<store::Receipt> Registry::object(
    const store::Command& command, Id<Registration> id, const std::string& reason) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        auto entry = TRY(against_me(tx, id));
        if (entry.objected_at) {
            return base::conflict(
                "registry.objected",
                {"这笔登记已有异议。", "An objection stands already."},
                {"撤销后可以重新提出。", "Withdraw it to make another."});
        }
        if (reason.empty()) {
            return base::invalid(
                       "registry.reason",
                       {"请说明异议理由。", "Give the reason of the objection."},
                       {"理由会送达登记的机构。", "It is sent to the secured party."})
                .at("/reason");
        }
        entry.objected_at = tx.now();
        ++entry.version;
        auto deed = deed_of(tx, entry, Act::object, {reason, reason});
        tx.publish(Moved{.entry = entry, .deed = std::move(deed)}, id);
        return std::to_string(id.value);
    });
}

Result<store::Receipt> Registry::withdraw_objection(
    const store::Command& command, Id<Registration> id, const std::string& reason) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        auto entry = TRY(against_me(tx, id));
        if (!entry.objected_at) {
            return base::conflict(
                "registry.no_objection",
                {"没有待处理的异议。", "There is no objection."},
                {"请刷新页面。", "Refresh the page."});
        }
        entry.objected_at.reset();
        ++entry.version;
        auto deed = deed_of(tx, entry, Act::withdraw_objection, {reason, reason});
        tx.publish(Moved{.entry = entry, .deed = std::move(deed)}, id);
        return std::to_string(id.value);
    });
}

Result<store::Receipt> Registry::certify(
    const store::Command& command, const std::string& debtor_code, Instant now) {
    TRY(permission::require(command.actor, base::Right::registry_search));
    // The paper tells the state of a snapshot; drawing it keeps no writer waiting.
    auto proof = TRY(database_.read([&](const store::Snapshot& db) {
        return draw_certificate(
            db, policy_, {.debtor_code = debtor_code, .command = command.id, .at = now});
    }));
    proof.party = command.actor.party;
    proof.person_name = command.actor.name;
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        proof.id = tx.new_id<Certificate>();
        tx.publish(Certified{.proof = proof}, proof.id);
        return std::to_string(proof.id.value);
    });
}

Result<store::Receipt> Registry::rename(
    const store::Command& command, Id<Party> debtor, const std::string& name, Date since) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        const auto* rules = TRY(regime(since));
        const auto found =
            list(tx, {.debtor = debtor, .state = "active", .today = since, .per_page = 10'000});
        for (auto entry : found.items) {
            if (entry.debtor_name == name || entry.rename_by) continue;
            entry.renamed_on = since;
            entry.rename_by = since.plus_months(rules->name_change_months);
            ++entry.version;
            auto deed = deed_of(tx, entry, Act::renamed, {name, name});
            tx.publish(Moved{.entry = entry, .deed = std::move(deed)}, entry.id);
        }
        return std::to_string(debtor.value);
    });
}

Result<store::Receipt> Registry::remind(Id<Registration> id, const std::string& what, Date today) {
    const auto command =
        store::Command::internal("registry-remind:" + std::to_string(id.value) + ":" + what);
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        const auto entry = find(tx, id);
        if (!entry) return std::string();
        const auto* rules = TRY(regime(today));
        for (const auto& duty : duties(*entry, *rules, policy_.zone(), today)) {
            const bool told = std::ranges::find(entry->reminded, what) != entry->reminded.end();
            if (duty.what != what || duty.from > today || told) continue;
            tx.publish(
                Reminded{
                    .registration = id, .what = what, .text = duty.text, .overdue = duty.overdue},
                id);
        }
        return std::to_string(id.value);
    });
}

Ranking ranking(
    const store::Snapshot& db, const pack::Policy& policy, const Entry& entry, Date today) {
    const auto* rules = policy.security_regime(today);
    if (rules == nullptr) return {};
    std::vector<Contender> contenders;
    for (const auto& other : against(db, entry.debtor_code)) {
        if (status(other, today) != Status::active) continue;
        if (other.id != entry.id && !overlap(entry, other)) continue;
        const auto holder = party::find(db, other.secured);
        contenders.push_back(
            contender(other, holder ? holder->name : Text{}, *rules, policy.calendar()));
    }
    return rank(contenders, on_receivables(entry, *rules), policy.zone());
}

} // namespace registry
