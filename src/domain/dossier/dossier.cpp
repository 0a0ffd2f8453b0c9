#include "domain/dossier/dossier.hpp"

#include "engine/pack/policy.hpp"

namespace dossier {
namespace {

// Reading so many lines of the journal costs about what reading ten thousand enterprises does.
constexpr std::int64_t lines_most = 20'000;

} // namespace

rule::Row row(const pack::Policy& policy, const Dossier& dossier) {
    rule::Row out(policy.schema());
    fact::fill(out, policy, dossier.enterprise, dossier.facts);
    loan::fill(out, policy, dossier.loans);
    return out;
}

fact::Portrait portrait(
    const pack::Policy& policy,
    const Dossier& dossier,
    const base::Actor& actor,
    std::span<const permission::Permit> permits,
    Instant now) {
    const auto& [enterprise, facts, loans] = dossier;
    return fact::portrait(policy, {enterprise, facts, row(policy, dossier)}, actor, permits, now);
}

Dossier now(const store::Snapshot& db, party::Enterprise enterprise) {
    const auto id = enterprise.id;
    return {std::move(enterprise), fact::current(db, id), loan::standing(db, id)};
}

Dossier known_at(const store::Snapshot& db, party::Enterprise enterprise, Instant instant) {
    const auto id = enterprise.id;
    return {
        std::move(enterprise),
        fact::known_at(db, id, instant),
        loan::standing_known_at(db, id, instant)};
}

Result<rule::Row> row(const store::Snapshot& db, const pack::Policy& policy, Id<Party> enterprise) {
    auto found = party::find_enterprise(db, enterprise);
    if (!found) {
        return base::not_found(
            "dossier.no_enterprise",
            {"没有找到这家企业。", "There is no such enterprise."},
            {"请核对企业编号。", "Check the enterprise's number."});
    }
    return row(policy, now(db, *std::move(found)));
}

void each(const store::Snapshot& db, const std::function<void(const Dossier&)>& f) {
    // Beside the scan of the facts, without a question for every enterprise.
    const auto borrowers = loan::standings(db);
    auto next = borrowers.begin();
    fact::each_current(
        db, [&](const party::Enterprise& enterprise, const fact::CurrentFacts& facts) {
            loan::Standing loans;
            if (next != borrowers.end() && next->enterprise == enterprise.id) {
                loans = {next->loans, next->balance};
                ++next;
            }
            f({enterprise, facts, loans});
        });
}

std::optional<Touch> touched_by(const store::Event& event) {
    // The subject of all of these is the number of the enterprise, or of the loan.
    if (event.kind == fact::Learned::kind || event.kind == party::EnterpriseRegistered::kind ||
        event.kind == party::EnterpriseChanged::kind)
        return Touch{.seq = event.seq, .enterprise = {std::stoll(event.subject)}, .loan = {}};
    if (event.kind == loan::Recorded::kind || event.kind == loan::Repaid::kind)
        return Touch{.seq = event.seq, .enterprise = {}, .loan = {std::stoll(event.subject)}};
    return std::nullopt;
}

std::optional<Id<Party>> enterprise_of(const store::Snapshot& db, const Touch& touch) {
    return touch.enterprise ? std::optional(touch.enterprise) : loan::borrower(db, touch.loan);
}

std::optional<Touched> touched_after(const store::Snapshot& db, std::int64_t seq) {
    const auto until = db.seq();
    if (until - seq > lines_most) return std::nullopt;
    Touched found;
    for (auto number = seq + 1; number <= until; ++number) {
        const auto line = db.journal_line(number);
        const auto touch = line ? touched_by(*line) : std::nullopt;
        const auto enterprise = touch ? enterprise_of(db, *touch) : std::nullopt;
        if (enterprise) found.insert(*enterprise);
    }
    return found;
}

} // namespace dossier
