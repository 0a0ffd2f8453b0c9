// 授权: what an enterprise lets an institution see, for what, and until when; and who has looked.
//
// A consent names its purpose, the scopes it opens, one receiver, its validity and whether it
// serves once or for the period. It is checked at every reading by an institution
// (permission::fact) and every reading is recorded before the data are shown, where the enterprise
// can see it. Withdrawing is as easy as giving (个人信息保护法 art. 15); written consent with an
// agreed purpose is what 征信业管理条例 art. 18 asks for.
#pragma once

#include "domain/party/party.hpp"
#include "domain/permission/permission.hpp"

namespace consent {

using base::Consent;
using base::Date;
using base::Id;
using base::Instant;
using base::Need;
using base::Party;
using base::Person;
using base::Result;

enum class Mode { once, period };
BOOST_DESCRIBE_ENUM(Mode, once, period)

// What is stored; `expired` is not, since it follows from the time.
enum class State { active, paused, revoked, used };
BOOST_DESCRIBE_ENUM(State, active, paused, revoked, used)

// What a reader sees.
enum class Status { active, paused, revoked, expired, used };
BOOST_DESCRIBE_ENUM(Status, active, paused, revoked, expired, used)

// consent_consent
struct Artefact {
    Id<Consent> id;
    Id<Party> enterprise;
    Id<Party> receiver;
    std::string purpose; // code of the pack's purposes
    std::vector<std::string> scopes;
    Mode mode = Mode::period;
    Instant valid_from;
    Instant valid_until;
    State state = State::active;
    std::optional<Id<Need>> need; // the financing need it was given with
    Instant given_at;
    Id<Person> given_by;
    std::optional<Instant> revoked_at;
    std::int64_t reads = 0;
};
BOOST_DESCRIBE_STRUCT(
    Artefact,
    (),
    (id,
     enterprise,
     receiver,
     purpose,
     scopes,
     mode,
     valid_from,
     valid_until,
     state,
     need,
     given_at,
     given_by,
     revoked_at,
     reads))

// consent_reading: one institution's look at one enterprise's data.
struct Reading {
    std::int64_t seq = 0;
    Instant at;
    Id<Party> enterprise;
    Id<Party> reader;
    Id<Person> person;
    std::string person_name;
    std::vector<Id<Consent>> consents; // all that were used
    std::string purpose;
    std::vector<std::string> attributes;
};
BOOST_DESCRIBE_STRUCT(
    Reading, (), (seq, at, enterprise, reader, person, person_name, consents, purpose, attributes))

struct Give {
    Id<Party> receiver;
    std::string purpose;
    std::vector<std::string> scopes;
    Mode mode = Mode::period;
    Date valid_until; // the last day on which it holds
    std::optional<Id<Need>> need;
};
BOOST_DESCRIBE_STRUCT(Give, (), (receiver, purpose, scopes, mode, valid_until, need))

// Events ------------------------------------------------------------------------------------------

struct Given {
    static constexpr std::string_view kind = "consent.given";
    Artefact consent;
};
BOOST_DESCRIBE_STRUCT(Given, (), (consent))

struct StateChanged { // revoked, paused or resumed
    static constexpr std::string_view kind = "consent.state_changed";
    Id<Consent> consent;
    State state = State::revoked;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(StateChanged, (), (consent, state, reason))

struct Read {
    static constexpr std::string_view kind = "consent.read";
    Reading reading; // `seq` and `at` are the event's
};
BOOST_DESCRIBE_STRUCT(Read, (), (reading))

void apply(store::Transaction& tx, const Given& event);
void apply(store::Transaction& tx, const StateChanged& event);
void apply(store::Transaction& tx, const Read& event);
void declare(store::Schema& schema);

// Decisions ---------------------------------------------------------------------------------------

[[nodiscard]] Status status(const Artefact& consent, Instant now);
// `consent.scope_unknown`, `consent.purpose_unknown`, `consent.nothing_asked`, `consent.validity`
// (today … two years), each at its field.
Result<> check(const Give& wish, const pack::Pack& pack, Date today);
// Which acts lead from which state: pause, resume, revoke. `consent.ended` when it is over already.
Result<> may_become(const Artefact& consent, State wanted, Instant now);

// Reads -------------------------------------------------------------------------------------------

std::optional<Artefact> find(const store::Snapshot& db, Id<Consent> id);
// What the receiver may use now, as permission::fact wants it.
std::vector<permission::Permit> permits(
    const store::Snapshot& db, Id<Party> enterprise, Id<Party> receiver, Instant now);
// The enterprises that permits() has anything of for this receiver now, ascending.
std::vector<Id<Party>> givers(const store::Snapshot& db, Id<Party> receiver, Instant now);

struct ListFilter {
    std::optional<Id<Party>> enterprise;
    std::optional<Id<Party>> receiver;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};

party::Page<Artefact> list(const store::Snapshot& db, const ListFilter& filter);
party::Page<Reading> readings(const store::Snapshot& db, const ListFilter& filter);
// Active consents of the enterprise that end within `days`.
std::int64_t expiring(const store::Snapshot& db, Id<Party> enterprise, Instant now, int days);

// Use cases ---------------------------------------------------------------------------------------

class Consents {
public:
    Consents(store::Database& database, const pack::Policy& policy)
        : database_(database)
        , policy_(policy) {}

    // By the enterprise whose data it is; the receiver must be an institution that is here.
    Result<store::Receipt> give(const store::Command& command, const Give& wish);
    Result<store::Receipt> change_state(
        const store::Command& command, Id<Consent> id, State wanted, const std::string& reason);
    // Records a reading before its data are shown. `used` names the consents that allowed it; a
    // consent for one use is used up by this. `consent.no_longer` when one of them has ended in
    // between.
    Result<store::Receipt> record_reading(
        const store::Command& command,
        Id<Party> enterprise,
        const std::vector<Id<Consent>>& used,
        const std::vector<std::string>& attributes);

private:
    store::Database& database_;
    const pack::Policy& policy_;
};

} // namespace consent
