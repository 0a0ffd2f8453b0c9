#include "domain/risk/signals.hpp"

#include "base/digest.hpp"
#include "domain/risk/windows.hpp"
#include "engine/column/decide.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>

namespace risk {
namespace {

constexpr std::size_t digest_digits = 16;

Source source_of(pack::SignalKind kind) {
    switch (kind) {
    case pack::SignalKind::post_loan: return Source::post_loan;
    case pack::SignalKind::list: return Source::list;
    }
    base::bug("kind of signal out of range");
}

} // namespace

std::string rule_of(const pack::Signal& signal) {
    return (signal.trial ? "trial." : "signal.") + signal.code;
}

Signals::Signals(
    store::Database& database,
    const pack::Policy& policy,
    Risks& risks,
    census::Census& census,
    std::size_t piece)
    : database_(database)
    , policy_(policy)
    , risks_(risks)
    , census_(census)
    , piece_(piece) {}

Result<Signals::Looked> Signals::look(Instant now) {
    const std::scoped_lock lock(mutex_);
    Looked looked;
    if (risks_.words() == nullptr) return looked;
    if (!held_) {
        held_.emplace();
        for (const auto& each : database_.read([](const auto& db) { return standings(db); }))
            (*held_)[each.rule].insert(each.enterprise);
    }
    if (policy_.pack().signals.empty() && held_->empty()) return looked;
    const auto day = policy_.zone().date(now);
    column::Shared<column::Table> table;
    const auto found = census_.read([&](const store::Snapshot& db, const census::Version& county) {
        table = county.table;
        if (table == seen_ && day == day_) return std::vector<Turn>();
        return turns(db, county, now);
    });
    for (std::size_t from = 0; from < found.size(); from += piece_) {
        const auto count = std::min(piece_, found.size() - from);
        if (const auto put_all = put(std::span(found).subspan(from, count), looked); !put_all) {
            held_.reset(); // whatever the journal says now
            seen_.reset();
            return put_all.error();
        }
    }
    seen_ = std::move(table);
    day_ = day;
    return looked;
}

std::vector<Signals::Turn> Signals::turns(
    const store::Snapshot& db, const census::Version& county, Instant now) const {
    std::vector<Turn> found;
    std::set<std::string, std::less<>> rules;
    for (const auto& signal : policy_.pack().signals) {
        rules.insert(rule_of(signal));
        add_turns(db, county, signal, now, found);
    }
    // Of a signal that the pack no longer has, or has on trial now.
    for (const auto& [rule, held] : *held_) {
        if (rules.contains(rule)) continue;
        for (const auto id : held)
            found.push_back({{.standing = {rule, id, now}, .holds = false}, {}});
    }
    return found;
}

void Signals::add_turns(
    const store::Snapshot& db,
    const census::Version& county,
    const pack::Signal& signal,
    Instant now,
    std::vector<Turn>& turns) const {
    const auto rule = rule_of(signal);
    const auto verdicts =
        column::decide(*county.table, *policy_.signal(signal.code), policy_.zone().date(now));
    const auto found = held_->find(rule);
    static const Held none;
    const auto& held = found == held_->end() ? none : found->second;
    verdicts.holds.each([&](std::size_t row) {
        const auto id = (*county.enterprises)[row];
        if (held.contains(id)) return;
        auto& turn = turns.emplace_back();
        turn.turned = {.standing = {rule, id, now}, .holds = true};
        if (signal.trial) return;
        const auto enterprise = party::find_enterprise(db, id);
        base::ensure(enterprise.has_value(), "the census and the register are of one moment");
        turn.warning = warning(signal, *enterprise, county.table->row(row), now);
        turn.warning->key =
            rule + ":" + std::to_string(id.value) + ":" + std::to_string(county.seq);
    });
    const auto& all = *county.enterprises;
    for (const auto id : held) {
        const auto place = std::ranges::lower_bound(all, id);
        if (place == all.end() || *place != id) continue;
        const auto row = static_cast<std::size_t>(place - all.begin());
        if (verdicts.holds.test(row) || verdicts.unknown.test(row)) continue;
        turns.push_back({{.standing = {rule, id, now}, .holds = false}, {}});
    }
}

Warning Signals::warning(
    const pack::Signal& signal,
    const party::Enterprise& enterprise,
    const rule::Row& row,
    Instant now) const {
    const auto* program = policy_.signal(signal.code);
    Warning made;
    made.source = source_of(signal.kind);
    made.rule = rule_of(signal);
    made.label = signal.label;
    made.rules = base::hex(base::sha256(program->source())).substr(0, digest_digits);
    made.subject = enterprise.credit_code;
    made.enterprise = enterprise.id;
    made.at = now;
    made.score = signal.weight;
    Window like;
    like.rule = made.rule;
    like.rule_label = signal.label;
    const auto told = rule::explain(*program, row, policy_.zone().date(now));
    add_windows(told.clauses, like, made.windows);
    return made;
}

Result<> Signals::put(std::span<const Turn> turns, Looked& looked) {
    Risks::Wish wish;
    for (const auto& turn : turns) {
        wish.turned.push_back(turn.turned);
        if (turn.warning) wish.warnings.push_back(*turn.warning);
    }
    const auto done =
        TRY(risks_.raise(store::Command::internal("risk.signals:" + base::random_hex(8)), wish));
    for (const auto& [turned, warning] : turns) {
        const auto& [rule, enterprise, since] = turned.standing;
        if (turned.holds) {
            (*held_)[rule].insert(enterprise);
        } else {
            (*held_)[rule].erase(enterprise);
            if ((*held_)[rule].empty()) held_->erase(rule);
        }
        ++(turned.holds ? looked.began : looked.ended);
    }
    looked.opened += done.opened;
    looked.joined += done.joined;
    return {};
}

} // namespace risk
