// 风险预警处置: what a rule warned of becomes a case somebody has to settle, and what the case was
// found to be makes the rule's record.
//
// A warning says which rule saw what about whom, with the values it saw and the rows behind them,
// and is kept as it was. A warning of the same rule about the same subject joins the case there is
// (joins()); otherwise it opens a case. A case is taken on by an officer, has acts and clocks in
// working time, and is closed as confirmed (属实), a false alarm (误报) or known (已知) with a
// reason. Warnings serve a department's own work: no enterprise and no institution sees them.
#pragma once

#include "base/json.hpp"
#include "domain/identity/identity.hpp"
#include "domain/party/party.hpp"
#include "domain/risk/desk.hpp"
#include "engine/process/clock.hpp"
#include "engine/series/proportion.hpp"
#include "store/database.hpp"

namespace base {
struct RiskCase; // 风险预警处置件
} // namespace base

namespace risk {

using base::Id;
using base::Instant;
using base::Money;
using base::Party;
using base::Person;
using base::Result;
using base::RiskCase;

enum class Source { transactions, post_loan, list, model };
BOOST_DESCRIBE_ENUM(Source, transactions, post_loan, list, model)

enum class State { open, in_hand, closed };
BOOST_DESCRIBE_ENUM(State, open, in_hand, closed)

// One condition of a rule: what it looked at, beside the bound it was held against.
struct Window {
    std::string rule;
    Text rule_label;
    Text looked_at;
    Text value;
    Text bound;
    Text sentence;
    bool shadow = false; // the rule is on trial and scored nothing
    bool holds = false;
};
BOOST_DESCRIBE_STRUCT(
    Window, (), (rule, rule_label, looked_at, value, bound, sentence, shadow, holds))

struct Payment { // a row behind the warning
    std::string id;
    Instant at;
    std::string payer;
    std::string payee;
    Money amount;
    std::string kind;
};
BOOST_DESCRIBE_STRUCT(Payment, (), (id, at, payer, payee, amount, kind))

// risk_warning. As it comes in, `of` and `superseded_by` are not set.
struct Warning {
    std::string key; // names it for ever: sent again, it changes nothing
    Id<RiskCase> of;
    Source source = Source::transactions;
    std::string rule; // code of a typology or a rule
    Text label;
    std::string rules; // digest of the rules as they then were
    std::string subject;
    Id<Party> enterprise; // 0 when the subject is no enterprise of the county
    Instant at;           // when it happened, which may be long before it is raised
    std::string event;    // id of the row that brought it
    std::int64_t score = 0;
    std::vector<Window> windows;
    std::vector<Payment> payments; // at most payments_most, the latest
    std::int64_t payments_all = 0;
    std::string superseded_by; // id of a late row without which it was decided
};
BOOST_DESCRIBE_STRUCT(
    Warning,
    (),
    (key,
     of,
     source,
     rule,
     label,
     rules,
     subject,
     enterprise,
     at,
     event,
     score,
     windows,
     payments,
     payments_all,
     superseded_by))

inline constexpr std::size_t payments_most = 200;

// risk_case
struct Case {
    Id<RiskCase> id;
    std::string number;
    Source source = Source::transactions;
    std::string rule;
    Text label;
    std::string rules; // of the newest warning
    std::string subject;
    Id<Party> enterprise;
    std::string severity;
    std::int64_t score = 0; // the highest of its warnings
    std::int64_t warnings = 1;
    Instant first_at; // of what the warnings are about
    Instant last_at;
    State state = State::open;
    Id<Person> owner;
    std::string owner_name;
    Instant opened_at;
    std::optional<Outcome> outcome;
    std::string reason;
    std::optional<Instant> closed_at;
    Id<RiskCase> follows;               // a closed case of the same rule and subject before it
    std::vector<process::Clock> clocks; // the newest round of each
    std::optional<Instant> due;         // the earliest of those that run
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(
    Case,
    (),
    (id,
     number,
     source,
     rule,
     label,
     rules,
     subject,
     enterprise,
     severity,
     score,
     warnings,
     first_at,
     last_at,
     state,
     owner,
     owner_name,
     opened_at,
     outcome,
     reason,
     closed_at,
     follows,
     clocks,
     due,
     version))

// risk_act: `seq`, `at` and who did it are the event's.
struct Act {
    std::int64_t seq = 0;
    Id<RiskCase> of;
    std::string act; // raise take assign note close reopen
    Instant at;
    std::string person_name; // empty: a rule
    std::string action;      // of the desk's actions, with a note
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Act, (), (seq, of, act, at, person_name, action, text))

// risk_stream: up to where a stream's records have become warnings.
struct Reached {
    std::string stream; // the rules' digest: other rules, another stream
    std::int64_t bytes = 0;
    std::int64_t events = 0; // taken in all
    Instant at;
};
BOOST_DESCRIBE_STRUCT(Reached, (), (stream, bytes, events, at))

// risk_standing: a signal of the pack that holds for an enterprise, from when it was seen to.
struct Standing {
    std::string rule;
    Id<Party> enterprise;
    Instant since;
};
BOOST_DESCRIBE_STRUCT(Standing, (), (rule, enterprise, since))

// risk_reminder: the highest rung of a round of a case's clock that somebody was reminded of.
struct Reminder {
    Id<RiskCase> of;
    std::string clock;
    std::int32_t round = 1;
    std::int32_t percent = 0; // of the clock's time
    Instant at;
};
BOOST_DESCRIBE_STRUCT(Reminder, (), (of, clock, round, percent, at))

struct Assign {
    Id<Person> person;
};
BOOST_DESCRIBE_STRUCT(Assign, (), (person))

struct Note {
    std::string action;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Note, (), (action, text))

struct Close {
    Outcome outcome = Outcome::confirmed;
    std::string reason;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Close, (), (outcome, reason, text))

struct Reopen {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Reopen, (), (text))

// Events ----------------------------------------------------------------------------------------

struct Raised { // a warning, and its case as it then is
    static constexpr std::string_view kind = "risk.raised";
    Warning warning;
    Case subject;
    bool opened = false;
};
BOOST_DESCRIBE_STRUCT(Raised, (), (warning, subject, opened))

struct Moved { // an officer's act, and the case as it then is
    static constexpr std::string_view kind = "risk.moved";
    Case subject;
    Act act;
};
BOOST_DESCRIBE_STRUCT(Moved, (), (subject, act))

struct Followed {
    static constexpr std::string_view kind = "risk.followed";
    Reached reached;
};
BOOST_DESCRIBE_STRUCT(Followed, (), (reached))

struct Superseded { // a late row came, without which warnings had been decided
    static constexpr std::string_view kind = "risk.superseded";
    std::string rules;
    std::string event;
    std::string by;
};
BOOST_DESCRIBE_STRUCT(Superseded, (), (rules, event, by))

struct Turned { // a signal began to hold for an enterprise, or ended
    static constexpr std::string_view kind = "risk.turned";
    Standing standing;
    bool holds = false;
};
BOOST_DESCRIBE_STRUCT(Turned, (), (standing, holds))

struct Reminded {
    static constexpr std::string_view kind = "risk.reminded";
    Reminder reminder;
};
BOOST_DESCRIBE_STRUCT(Reminded, (), (reminder))

void apply(store::Transaction& tx, const Raised& event);
void apply(store::Transaction& tx, const Moved& event);
void apply(store::Transaction& tx, const Followed& event);
void apply(store::Transaction& tx, const Superseded& event);
void apply(store::Transaction& tx, const Turned& event);
void apply(store::Transaction& tx, const Reminded& event);
void declare(store::Schema& schema);

// Decisions (decide.cpp) ------------------------------------------------------------------------

// Whether the warning belongs to the newest case of its rule and subject: within the desk's days of
// what the case's warnings are about, and the case open, or closed as known. What was closed as
// confirmed or as a false alarm is opened anew, as another case that names it. What a signal or a
// model's drift says goes on for as long as it does: it joins an open case of any age.
[[nodiscard]] bool joins(const Warning& warning, const Case& newest, const Desk& desk);
[[nodiscard]] std::string severity_of(const Desk& desk, std::int64_t score);
// The case after the warning; a new one where none is given.
Result<Case> raised(
    std::optional<Case> joined,
    const Warning& warning,
    const Desk& desk,
    Instant now,
    const calendar::BusinessCalendar& days);
// The case after the act: clocks turned, the state as it leads to. `risk.closed`,
// `risk.not_closed`.
Result<Case> moved(
    Case subject,
    std::string_view act,
    const Desk& desk,
    Instant now,
    const calendar::BusinessCalendar& days);
// `risk.action`, `risk.reason` (unknown, or of another outcome), `risk.text`.
Result<> check(const Desk& desk, const Note& wish);
Result<> check(const Desk& desk, const Close& wish);
Result<> check(const Reopen& wish);

// When a case's clocks pass the desk's next rungs of which nobody was reminded; nothing when none
// runs that has any left.
Result<std::optional<Instant>> next_rung(
    const Case& subject,
    const std::vector<Reminder>& told,
    const Desk& desk,
    const calendar::BusinessCalendar& days);
// The highest rung that each running clock has passed by now, where nobody was reminded of it.
Result<std::vector<Reminder>> passed_rungs(
    const Case& subject,
    const std::vector<Reminder>& told,
    const Desk& desk,
    Instant now,
    const calendar::BusinessCalendar& days);

// Reads -----------------------------------------------------------------------------------------

std::optional<Case> find(const store::Snapshot& db, Id<RiskCase> id);
// The newest case of a rule about a subject.
std::optional<Case> newest(
    const store::Snapshot& db, std::string_view rule, std::string_view subject);

struct Filter {
    std::optional<State> state;
    std::optional<Outcome> outcome;
    std::optional<Source> source;
    std::string rule;
    std::string severity;
    std::string text; // part of the subject or the number
    std::optional<Id<Person>> owner;
    std::optional<Instant> overdue_at; // only those that are overdue then
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};

party::Page<Case> list(const store::Snapshot& db, const Filter& filter);
std::vector<Warning> warnings(const store::Snapshot& db, Id<RiskCase> of);
// All about a subject, the newest first; at most a hundred.
std::vector<Case> about(const store::Snapshot& db, std::string_view subject);
// All about an enterprise of the county, what is to be done first; at most a hundred.
std::vector<Case> about(const store::Snapshot& db, Id<Party> enterprise);
std::vector<Act> acts(const store::Snapshot& db, Id<RiskCase> of);
std::optional<Reached> reached(const store::Snapshot& db, std::string_view stream);
std::optional<Reached> newest_stream(const store::Snapshot& db);
[[nodiscard]] bool known(const store::Snapshot& db, std::string_view key);
// Every signal that holds, by rule and enterprise.
std::vector<Standing> standings(const store::Snapshot& db);
std::optional<Standing> standing(
    const store::Snapshot& db, std::string_view rule, Id<Party> enterprise);
// Whoever may handle cases, by name of login.
std::vector<identity::Person> officers(const store::Snapshot& db, const pack::Policy& policy);
std::vector<Reminder> reminders(const store::Snapshot& db, Id<RiskCase> of);
std::vector<Id<RiskCase>> unclosed(const store::Snapshot& db);

struct Counts {
    std::int64_t open = 0;
    std::int64_t in_hand = 0;
    std::int64_t overdue = 0;
    std::int64_t mine = 0; // in that person's hand
};
BOOST_DESCRIBE_STRUCT(Counts, (), (open, in_hand, overdue, mine))
[[nodiscard]] Counts counts(const store::Snapshot& db, Id<Person> person, Instant now);

// What became of a rule's warnings.
struct Record {
    std::string rule;
    std::int64_t warnings = 0;
    std::int64_t cases = 0;
    std::int64_t open = 0; // not yet closed
    std::int64_t confirmed = 0;
    std::int64_t false_alarm = 0;
    std::int64_t known = 0;
};
BOOST_DESCRIBE_STRUCT(Record, (), (rule, warnings, cases, open, confirmed, false_alarm, known))
std::vector<Record> records(const store::Snapshot& db);
// As its newest case says.
[[nodiscard]] Text label_of(const store::Snapshot& db, std::string_view rule);
[[nodiscard]] Source source_of(const store::Snapshot& db, std::string_view rule);
// Of the cases closed as confirmed or as false alarms, the share that was confirmed; what was known
// says nothing of the rule.
[[nodiscard]] std::optional<series::Proportion> precision(const Record& record);

// Use cases -------------------------------------------------------------------------------------

class Risks {
public:
    // `desk` is the pack's; nothing when it has none.
    Risks(store::Database& database, const pack::Policy& policy, std::optional<Desk> desk)
        : database_(database)
        , policy_(policy)
        , desk_(std::move(desk)) {}

    // Null when the pack does not say how warnings are handled.
    [[nodiscard]] const Desk* words() const { return desk_ ? &*desk_ : nullptr; }

    struct Wish {
        std::vector<Warning> warnings;
        // Of a rule and subject whose warning people have: they join an open case, or are dropped.
        std::vector<Warning> continued;
        std::vector<Superseded> superseded;
        std::optional<Reached> reached;
        std::vector<Turned> turned;
    };

    struct Done {
        std::int64_t opened = 0;
        std::int64_t joined = 0;
    };

    // By rules. A warning that is known already changes nothing. `risk.no_desk`.
    Result<Done> raise(const store::Command& command, const Wish& wish);
    // By officers (Right::risk_handle): `permission.denied`, `risk.not_found`, those of moved()
    // and check(); `risk.person` when who it is given to cannot handle it.
    Result<store::Receipt> take(const store::Command& command, Id<RiskCase> id);
    Result<store::Receipt> assign(
        const store::Command& command, Id<RiskCase> id, const Assign& wish);
    Result<store::Receipt> note(const store::Command& command, Id<RiskCase> id, const Note& wish);
    Result<store::Receipt> close(const store::Command& command, Id<RiskCase> id, const Close& wish);
    Result<store::Receipt> reopen(
        const store::Command& command, Id<RiskCase> id, const Reopen& wish);
    // By time: keeps which rungs were passed, for whoever tells people. `risk.not_found`.
    Result<store::Receipt> remind(const store::Command& command, Id<RiskCase> id);

private:
    Result<bool> put(store::Transaction& tx, Warning warning, bool may_open, Done& done);
    [[nodiscard]] Result<const Desk*> desk() const;

    store::Database& database_;
    const pack::Policy& policy_;
    std::optional<Desk> desk_;
};

} // namespace risk
