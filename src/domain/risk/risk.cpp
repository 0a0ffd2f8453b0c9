#include "domain/risk/risk.hpp"

#include "domain/permission/permission.hpp"
#include "engine/pack/policy.hpp"

namespace risk {
namespace {

base::Error no_such_case() {
    return base::not_found(
        "risk.not_found",
        {"没有找到这件预警。", "There is no such case."},
        {"请回到列表刷新后重试。", "Go back to the list and refresh."});
}

Result<Case> open_for(store::Transaction& tx, Id<RiskCase> id) {
    TRY(permission::require(tx.actor(), base::Right::risk_handle));
    auto found = find(tx, id);
    if (!found || permission::reach(tx.actor()) != permission::Reach::all) return no_such_case();
    return *std::move(found);
}

bool may_handle(const identity::Person& person, const pack::Policy& policy) {
    return person.kind == base::PartyKind::department &&
           person.state == identity::PersonState::active &&
           policy.rights_of(person.roles).has(base::Right::risk_handle);
}

void publish(
    store::Transaction& tx,
    const Case& subject,
    const char* act,
    const std::string& action,
    const std::string& text) {
    tx.publish(
        Moved{
            .subject = subject,
            .act =
                {.of = subject.id,
                 .act = act,
                 .person_name = tx.actor().name,
                 .action = action,
                 .text = text}},
        subject.id);
}

} // namespace

std::vector<identity::Person> officers(const store::Snapshot& db, const pack::Policy& policy) {
    std::vector<identity::Person> found;
    identity::PersonFilter filter{.party = {}, .text = {}, .page = 1, .per_page = 500};
    for (;; ++filter.page) {
        auto page = identity::list(db, filter);
        if (page.items.empty()) return found;
        for (auto& person : page.items)
            if (may_handle(person, policy)) found.push_back(std::move(person));
    }
}

Result<const Desk*> Risks::desk() const {
    if (desk_) return &*desk_;
    return base::rejected(
        "risk.no_desk",
        {"政策包没有规定风险预警如何处置。", "The pack does not say how warnings are handled."},
        {"请系统管理员补充 risk/desk.yaml。", "Have the pack's risk/desk.yaml completed."});
}

Result<bool> Risks::put(store::Transaction& tx, Warning warning, bool may_open, Done& done) {
    if (known(tx, warning.key)) return false;
    const auto* rules = TRY(desk());
    auto last = newest(tx, warning.rule, warning.subject);
    const bool join = last && joins(warning, *last, *rules);
    if (!join && !may_open) return false;
    if (!warning.enterprise) {
        if (const auto firm = party::find_enterprise_code(tx, warning.subject))
            warning.enterprise = firm->id;
    }
    const auto follows = last && !join ? last->id : Id<RiskCase>{};
    std::optional<Case> joined;
    if (join) joined = std::move(last);
    auto subject = TRY(raised(std::move(joined), warning, *rules, tx.now(), policy_.calendar()));
    if (!join) {
        subject.id = tx.new_id<RiskCase>();
        const auto year = policy_.zone().date(tx.now()).year();
        subject.number = "FX" + std::to_string(year) + "-" + std::to_string(subject.id.value);
        subject.follows = follows;
    }
    warning.of = subject.id;
    ++(join ? done.joined : done.opened);
    tx.publish(
        Raised{.warning = std::move(warning), .subject = subject, .opened = !join}, subject.id);
    return true;
}

Result<Risks::Done> Risks::raise(const store::Command& command, const Wish& wish) {
    Done done;
    const auto written =
        database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
            done = {};
            for (const auto& each : wish.warnings)
                TRY(put(tx, each, true, done));
            for (const auto& each : wish.continued)
                TRY(put(tx, each, false, done));
            for (const auto& each : wish.superseded)
                tx.publish(each, each.event);
            for (const auto& each : wish.turned)
                tx.publish(each, each.standing.enterprise);
            if (wish.reached) {
                auto reached = *wish.reached;
                reached.at = tx.now();
                tx.publish(Followed{reached}, reached.stream);
            }
            return std::string();
        });
    if (!written) return written.error();
    return done;
}

Result<store::Receipt> Risks::take(const store::Command& command, Id<RiskCase> id) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        auto subject = TRY(open_for(tx, id));
        const auto* rules = TRY(desk());
        subject = TRY(moved(std::move(subject), "take", *rules, tx.now(), policy_.calendar()));
        subject.owner = tx.actor().person;
        subject.owner_name = tx.actor().name;
        publish(tx, subject, "take", {}, {});
        return std::to_string(id.value);
    });
}

Result<store::Receipt> Risks::assign(
    const store::Command& command, Id<RiskCase> id, const Assign& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        auto subject = TRY(open_for(tx, id));
        const auto person = identity::find(tx, wish.person);
        if (!person || !may_handle(*person, policy_)) {
            return base::invalid(
                       "risk.person",
                       {"这个人不能处置风险预警。", "This person cannot handle warnings."},
                       {"请选择有风险处置权限的人员。", "Choose somebody who has the right to."})
                .at("/person");
        }
        // Whoever is given a case has it in hand: the clock of taking it on stops.
        const auto* rules = TRY(desk());
        subject = TRY(moved(std::move(subject), "take", *rules, tx.now(), policy_.calendar()));
        subject.owner = person->id;
        subject.owner_name = person->name;
        publish(tx, subject, "assign", {}, person->name);
        return std::to_string(id.value);
    });
}

Result<store::Receipt> Risks::note(
    const store::Command& command, Id<RiskCase> id, const Note& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        auto subject = TRY(open_for(tx, id));
        const auto* rules = TRY(desk());
        TRY(check(*rules, wish));
        subject = TRY(moved(std::move(subject), "note", *rules, tx.now(), policy_.calendar()));
        publish(tx, subject, "note", wish.action, wish.text);
        return std::to_string(id.value);
    });
}

Result<store::Receipt> Risks::close(
    const store::Command& command, Id<RiskCase> id, const Close& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        auto subject = TRY(open_for(tx, id));
        const auto* rules = TRY(desk());
        TRY(check(*rules, wish));
        subject = TRY(moved(std::move(subject), "close", *rules, tx.now(), policy_.calendar()));
        subject.outcome = wish.outcome;
        subject.reason = wish.reason;
        publish(tx, subject, "close", {}, wish.text);
        return std::to_string(id.value);
    });
}

Result<store::Receipt> Risks::reopen(
    const store::Command& command, Id<RiskCase> id, const Reopen& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        auto subject = TRY(open_for(tx, id));
        const auto* rules = TRY(desk());
        TRY(check(wish));
        subject = TRY(moved(std::move(subject), "reopen", *rules, tx.now(), policy_.calendar()));
        publish(tx, subject, "reopen", {}, wish.text);
        return std::to_string(id.value);
    });
}

Result<store::Receipt> Risks::remind(const store::Command& command, Id<RiskCase> id) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        const auto subject = find(tx, id);
        if (!subject) return no_such_case();
        const auto* rules = TRY(desk());
        const auto passed =
            TRY(passed_rungs(*subject, reminders(tx, id), *rules, tx.now(), policy_.calendar()));
        for (const auto& each : passed)
            tx.publish(Reminded{each}, id);
        return std::to_string(id.value);
    });
}

} // namespace risk
