// Warnings and their cases as officers see them: the one place that turns the rows of risk into
// what is answered, with the pack's words.
#pragma once

#include "domain/risk/risk.hpp"
#include "edge/api/finance_view.hpp"
#include "edge/api/services.hpp"

namespace api {

using base::RiskCase;

struct RiskSeverityView {
    std::string code;
    Text label;
    std::int32_t rank = 0; // 0 the least of …
    std::int32_t of = 1;   // … so many
};
BOOST_DESCRIBE_STRUCT(RiskSeverityView, (), (code, label, rank, of))

struct RiskListed {
    Id<RiskCase> id;
    std::string number;
    risk::Source source = risk::Source::transactions;
    Labelled rule;
    std::string subject;
    std::optional<NamedParty> enterprise;
    RiskSeverityView severity;
    std::int64_t score = 0;
    std::int64_t warnings = 0;
    risk::State state = risk::State::open;
    std::string owner_name;
    bool mine = false;
    Instant opened_at;
    Instant first_at;
    Instant last_at;
    std::optional<Instant> due_at;
    bool overdue = false;
    std::optional<ClockView> clock; // the one that is due first
    std::optional<risk::Outcome> outcome;
    std::optional<Instant> closed_at;
};
BOOST_DESCRIBE_STRUCT(
    RiskListed,
    (),
    (id,
     number,
     source,
     rule,
     subject,
     enterprise,
     severity,
     score,
     warnings,
     state,
     owner_name,
     mine,
     opened_at,
     first_at,
     last_at,
     due_at,
     overdue,
     clock,
     outcome,
     closed_at))

struct RiskWarningView {
    Instant at;
    std::int64_t score = 0;
    std::string rules;
    std::vector<risk::Window> windows;
    std::vector<risk::Payment> payments;
    std::int64_t payments_all = 0;
    bool superseded = false;
    std::string superseded_by;
};
BOOST_DESCRIBE_STRUCT(
    RiskWarningView,
    (),
    (at, score, rules, windows, payments, payments_all, superseded, superseded_by))

struct RiskActView {
    Instant at;
    std::string act;
    Text label;
    std::string person_name;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(RiskActView, (), (at, act, label, person_name, text))

struct RiskNear { // another case about the same subject
    Id<RiskCase> id;
    std::string number;
    Labelled rule;
    risk::State state = risk::State::open;
    std::optional<risk::Outcome> outcome;
};
BOOST_DESCRIBE_STRUCT(RiskNear, (), (id, number, rule, state, outcome))

struct RiskWhole : RiskListed {
    std::vector<ClockView> clocks;
    std::vector<RiskWarningView> found; // the latest first, at most warnings_shown
    std::vector<RiskActView> acts;
    std::optional<Labelled> reason;
    std::optional<Instant> holds_since; // of a signal that still holds
    std::vector<RiskNear> near;
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(
    RiskWhole, (RiskListed), (clocks, found, acts, reason, holds_since, near, version))

inline constexpr std::size_t warnings_shown = 20;

class RiskViews {
public:
    RiskViews(const Services& services, const store::Snapshot& db, const Call& call);

    [[nodiscard]] RiskListed listed(const risk::Case& it);
    [[nodiscard]] RiskWhole whole(const risk::Case& it);

private:
    [[nodiscard]] ClockView clock(const process::Clock& it) const;
    [[nodiscard]] RiskActView act(const risk::Act& it) const;
    void add_near(const risk::Case& it, RiskWhole& view) const;

    const pack::Policy& policy_;
    const risk::Desk& desk_;
    const store::Snapshot& db_;
    const Call& call_;
    PartyNames names_;
};

} // namespace api
