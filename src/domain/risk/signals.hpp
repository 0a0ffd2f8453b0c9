// 预警信号: the pack's rules over what is known of enterprises (signals.yaml), followed as facts
// and loans come in and as days pass. When a signal begins to hold for an enterprise, a warning
// opens a case or joins the open one; while it goes on holding nothing more happens, and when it
// ends and begins again that is another warning. Missing data neither begin nor end anything.
//
// All enterprises are looked at as columns (domain/census): a look costs next to nothing unless a
// row changed or the day did. What stands is kept in the journal, so that a restart raises nothing
// again, and what happened meanwhile is raised then.
#pragma once

#include "domain/census/census.hpp"
#include "domain/risk/risk.hpp"

#include <mutex>
#include <set>

namespace risk {

// A signal's name among the rules of cases. On trial it has another, so that what holds when the
// trial ends opens cases then.
[[nodiscard]] std::string rule_of(const pack::Signal& signal);

class Signals {
public:
    // All must outlive it. One a county: what stands is its own to say.
    Signals(
        store::Database& database,
        const pack::Policy& policy,
        Risks& risks,
        census::Census& census,
        std::size_t piece = 256); // turns that share one command

    struct Looked {
        std::int64_t began = 0;
        std::int64_t ended = 0;
        std::int64_t opened = 0; // cases
        std::int64_t joined = 0; // warnings that joined one
    };

    // As of now. Does nothing when the pack has no signals or no desk.
    Result<Looked> look(Instant now);

private:
    using Held = std::set<Id<Party>>;

    struct Turn {
        Turned turned;
        std::optional<Warning> warning;
    };

    [[nodiscard]] std::vector<Turn> turns(
        const store::Snapshot& db, const census::Version& county, Instant now) const;
    void add_turns(
        const store::Snapshot& db,
        const census::Version& county,
        const pack::Signal& signal,
        Instant now,
        std::vector<Turn>& turns) const;
    [[nodiscard]] Warning warning(
        const pack::Signal& signal,
        const party::Enterprise& enterprise,
        const rule::Row& row,
        Instant now) const;
    Result<> put(std::span<const Turn> turns, Looked& looked);

    store::Database& database_;
    const pack::Policy& policy_;
    Risks& risks_;
    census::Census& census_;
    const std::size_t piece_;
    std::mutex mutex_;                                             // of what follows
    std::optional<std::map<std::string, Held, std::less<>>> held_; // by rule; nothing: to be read
    column::Shared<column::Table> seen_;                           // the rows of the last look …
    base::Date day_;                                               // … and its day
};

} // namespace risk
