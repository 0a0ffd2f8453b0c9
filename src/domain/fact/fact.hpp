// 数据: what is known of an enterprise. A fact is (enterprise, attribute, period, value, source, as
// of, learned at); it is kept and never overwritten, so that any past decision can be replayed with
// what was known on its day.
//
// Values are of the types of the attribute catalogue (rule::Value) and travel as its JSON forms.
// Some attributes come from the register of enterprises itself (industry, founded_on,
// enterprise_size …) or from the platform's own loans, and are never learned. The row that rules
// see of an enterprise is put together in domain/dossier.
#pragma once

#include "domain/party/party.hpp"
#include "domain/permission/permission.hpp"
#include "engine/rule/rule.hpp"

#include <map>
#include <memory>

namespace fact {

using base::Date;
using base::Id;
using base::Import;
using base::Instant;
using base::Party;
using base::Period;
using base::Person;
using base::Raw;
using base::Result;
using base::Text;

struct Datum {
    std::string attribute;
    std::optional<Period>
        period; // for attributes with a cadence; none for what holds since `as_of`
    Raw value;  // rule's JSON form; null says "known to be missing"
    friend bool operator==(const Datum&, const Datum&) = default;
};
BOOST_DESCRIBE_STRUCT(Datum, (), (attribute, period, value))

// One value as it now stands, inside fact_current.
struct Current {
    Raw value;
    std::optional<Period> period;
    std::string source;
    Date as_of;
    Instant learned_at;
    bool disputed = false;
};
BOOST_DESCRIBE_STRUCT(Current, (), (value, period, source, as_of, learned_at, disputed))

using CurrentFacts = std::map<std::string, Current>; // by attribute

// fact_value: every value ever learned.
struct Stored {
    Id<Party> enterprise;
    std::string attribute;
    std::int64_t seq = 0;
    std::int32_t place = 0; // within what was learned together: several periods of one attribute
    std::optional<Period> period;
    Raw value;
    std::string source;
    Date as_of;
    Instant learned_at;
};
BOOST_DESCRIBE_STRUCT(
    Stored, (), (enterprise, attribute, seq, place, period, value, source, as_of, learned_at))

// fact_dispute: the enterprise says a datum is wrong; the department that answers for its source
// decides.
struct Dispute {
    std::int64_t number = 0; // the journal number of its opening
    Id<Party> enterprise;
    std::string attribute;
    std::string reason;
    Instant at;
    std::optional<Instant> answered_at;
    std::optional<bool> accepted;
    std::string answer;
};
BOOST_DESCRIBE_STRUCT(
    Dispute, (), (number, enterprise, attribute, reason, at, answered_at, accepted, answer))

// What a source says of one enterprise on one day.
struct Learn {
    Id<Party> enterprise;
    std::string source;
    Date as_of;
    std::vector<Datum> data;
};
BOOST_DESCRIBE_STRUCT(Learn, (), (enterprise, source, as_of, data))

// Events ------------------------------------------------------------------------------------------

struct Learned {
    static constexpr std::string_view kind = "fact.learned";
    Learn fact;
    std::optional<Id<Import>> import; // the file it came with
};
BOOST_DESCRIBE_STRUCT(Learned, (), (fact, import))

struct Disputed {
    static constexpr std::string_view kind = "fact.disputed";
    Id<Party> enterprise;
    std::string attribute;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(Disputed, (), (enterprise, attribute, reason))

struct DisputeAnswered {
    static constexpr std::string_view kind = "fact.dispute_answered";
    std::int64_t number = 0;
    Id<Party> enterprise;
    std::string attribute;
    bool accepted = false;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(DisputeAnswered, (), (number, enterprise, attribute, accepted, text))

void apply(store::Transaction& tx, const Learned& event);
void apply(store::Transaction& tx, const Disputed& event);
void apply(store::Transaction& tx, const DisputeAnswered& event);
void declare(store::Schema& schema);

// Decisions ---------------------------------------------------------------------------------------

// Whether this actor answers disputes about the attribute: the unit that answers for its source,
// or, where the pack names none, any department that brings data in.
[[nodiscard]] bool answers_for(
    const base::Actor& actor, const pack::Policy& policy, std::string_view attribute);
// Attributes that the register or the platform's own records answer, not a source.
[[nodiscard]] bool from_register(std::string_view attribute);
// Checks attributes, values, periods and source against the catalogue: `fact.attribute_unknown`,
// `fact.attribute_of_register`, `fact.source_unknown`, `fact.period` (not of the attribute's
// cadence), or rule's own value errors, at "/data/N/…".
Result<> check(const Learn& wish, const pack::Policy& policy);
// The enterprise itself says it: an editable attribute whose source no department answers for.
[[nodiscard]] bool stated_by_enterprise(
    const pack::Policy& policy, const pack::Attribute& attribute);
// The data of one file or form, each from the source that the catalogue names for its attribute.
// Attributes the catalogue lacks are left out.
[[nodiscard]] std::vector<Learn> by_source(
    const pack::Policy& policy, Id<Party> enterprise, Date as_of, const std::vector<Datum>& data);
// Only what is new: other values, other periods, or the same value confirmed on a later day.
[[nodiscard]] Learn only_new(const Learn& wish, const CurrentFacts& current);
// Older than its source's fresh_days.
[[nodiscard]] bool stale(const Current& current, const pack::Policy& policy, Date today);
// Puts a value that no source told into a row, where the catalogue has an attribute for it.
void put(rule::Row& row, const pack::Policy& policy, std::string_view name, rule::Value value);
// Puts into a row what the facts and the register say; dossier::row has all that rules see.
void fill(
    rule::Row& row,
    const pack::Policy& policy,
    const party::Enterprise& enterprise,
    const CurrentFacts& current);

// Reads -------------------------------------------------------------------------------------------

CurrentFacts current(const store::Snapshot& db, Id<Party> enterprise);
// Only what is new beside everything ever learned: what the same source said last of the same day
// and period is not, though something later may have taken its place. So a file read again finds
// nothing.
Learn only_new(const store::Snapshot& db, const Learn& wish);
// The same for several sources; those with nothing new are left out.
std::vector<Learn> only_new(const store::Snapshot& db, const std::vector<Learn>& wishes);
// What was known at `instant`.
CurrentFacts known_at(const store::Snapshot& db, Id<Party> enterprise, Instant instant);
std::vector<Stored> history(
    const store::Snapshot& db, Id<Party> enterprise, std::string_view attribute);
// Of every attribute: in order of attribute, then as learned.
std::vector<Stored> history(const store::Snapshot& db, Id<Party> enterprise);
std::vector<Dispute> disputes(const store::Snapshot& db, Id<Party> enterprise);
// Of every enterprise, the newest first; with `open` only those that wait for an answer.
std::vector<Dispute> all_disputes(const store::Snapshot& db, bool open);
// Every enterprise and what is known of it, in order of id.
void each_current(
    const store::Snapshot& db,
    const std::function<void(const party::Enterprise&, const CurrentFacts&)>& f);

// One attribute as a reader may see it: `value` and `shown` are empty when it may not.
struct View {
    std::string attribute;
    Text label;
    Raw value;
    Text display;
    std::optional<Period> period;
    std::string source;
    Text source_label;
    std::optional<Instant> learned_at;
    std::optional<Date> as_of;
    bool stale = false;
    bool disputed = false;
    bool editable = false;
    std::string scope;
    bool allowed = false;
    std::optional<Text> why;
};
BOOST_DESCRIBE_STRUCT(
    View,
    (),
    (attribute,
     label,
     value,
     display,
     period,
     source,
     source_label,
     learned_at,
     as_of,
     stale,
     disputed,
     editable,
     scope,
     allowed,
     why))

struct Portrait {
    std::vector<View> facts;                      // in the order of the catalogue
    std::vector<Id<base::Consent>> consents_used; // to be recorded before this is shown
    std::vector<std::string> attributes_shown;
};

// An enterprise, for as long as it is looked at.
struct Sitter {
    const party::Enterprise& enterprise;
    const CurrentFacts& facts;
    const rule::Row& row; // as rules see it
};

// Everything the actor may see of the enterprise, decided attribute by attribute by
// permission::fact.
[[nodiscard]] Portrait portrait(
    const pack::Policy& policy,
    const Sitter& sitter,
    const base::Actor& actor,
    std::span<const permission::Permit> permits,
    Instant now);

// Use cases ---------------------------------------------------------------------------------------

class Facts {
public:
    Facts(store::Database& database, const pack::Policy& policy)
        : database_(database)
        , policy_(policy) {}

    // From a source, by the platform or a department. Answers with nothing published when nothing
    // is new.
    Result<store::Receipt> learn(const store::Command& command, const Learn& wish);
    // By the enterprise itself, what it may state (`fact.not_editable`, or the errors of check(),
    // at
    // "/values/NAME").
    Result<store::Receipt> state(
        const store::Command& command,
        Id<Party> enterprise,
        const std::map<std::string, Raw>& values);
    // `fact.nothing_to_dispute`, `fact.dispute_reason`.
    Result<store::Receipt> dispute(
        const store::Command& command,
        Id<Party> enterprise,
        const std::string& attribute,
        const std::string& reason);

    struct Answer {
        std::int64_t number = 0;
        bool accepted = false;
        std::string text;
    };

    // `fact.dispute_closed`, `fact.dispute_of_other_unit`, `fact.dispute_answer`.
    Result<store::Receipt> answer_dispute(const store::Command& command, const Answer& answer);

private:
    store::Database& database_;
    const pack::Policy& policy_;
};

// Publishes what is new inside a running transaction, and the enterprise's size class when it moves
// with it. For imports. Returns how many data were new.
std::int64_t publish_new(
    store::Transaction& tx,
    const pack::Policy& policy,
    const Learn& wish,
    std::optional<Id<Import>> import);

} // namespace fact
