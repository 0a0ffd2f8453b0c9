// 动产和权利担保登记视图: what secures whose claim on whose movables and rights, until when, and
// who would be paid first.
//
// This is a working view of a county, and not the legal register: legal effect follows from a
// registration at a statutory registrar (中登网), whose number, time and registrar are recorded
// here as a filing and rank; what has no such filing ranks as unregistered (priority.hpp).
// The secured party declares alone and answers for what it says; nothing is examined in substance.
// Which kinds may be registered, what is excluded and where it belongs, terms and days come from
// the pack's regime in force on the day (pack/security.hpp).
#pragma once

#include "domain/party/party.hpp"
#include "domain/permission/permission.hpp"
#include "domain/registry/priority.hpp"
#include "engine/calendar/calendar.hpp"

namespace registry {

using base::Certificate;
using base::Id;
using base::Party;
using base::Person;
using base::Registration;
using base::Result;

// 担保财产. `mark` tells it from others of its kind (a serial, invoice or receipt number); without
// one it is described in general (概括描述, 浮动抵押) and covers everything of its kind.
struct Item {
    std::string asset; // code of the regime's assets
    std::string description;
    std::string mark;
};
BOOST_DESCRIBE_STRUCT(Item, (), (asset, description, mark))

// A registration at a registrar of the pack: its certificate's number and when.
struct Filing {
    std::string registrar; // code
    std::string number;
    Instant at;
};
BOOST_DESCRIBE_STRUCT(Filing, (), (registrar, number, at))

// registry_registration
struct Entry {
    Id<Registration> id;
    std::string number; // DJ20240715-1234
    std::string kind;   // code of the regime's kinds
    std::string regime; // code of the rules it was registered by
    Id<Party> secured;  // who registered it, 担保权人
    Id<Party> debtor;   // 担保人; 0: not an enterprise of this county
    std::string debtor_code;
    std::string debtor_name; // as registered; a new name is a change
    Money claim;
    std::string contract;
    std::vector<Item> items;
    Instant registered_at;
    Date expires_on; // the last day of the term
    bool purchase_money = false;
    std::optional<Instant> delivered_at;
    std::optional<Instant> notified_at;
    std::optional<Filing> filing;
    std::optional<Date> claim_ended_on;
    std::optional<Date> discharge_by; // last day on which discharging is in time
    std::optional<Date> renamed_on;   // the debtor has another name since
    std::optional<Date> rename_by;
    std::optional<Instant> discharged_at;
    std::optional<Instant> objected_at; // an objection stands
    std::vector<std::string> reminded;  // "expiry:2024-10-01:90": what was reminded of
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(
    Entry,
    (),
    (id,
     number,
     kind,
     regime,
     secured,
     debtor,
     debtor_code,
     debtor_name,
     claim,
     contract,
     items,
     registered_at,
     expires_on,
     purchase_money,
     delivered_at,
     notified_at,
     filing,
     claim_ended_on,
     discharge_by,
     renamed_on,
     rename_by,
     discharged_at,
     objected_at,
     reminded,
     version))

// What a reader sees; it follows from the day.
enum class Status { active, expired, discharged };
BOOST_DESCRIBE_ENUM(Status, active, expired, discharged)

enum class Act {
    initial,
    change,
    extend,
    file,
    end_claim,
    discharge,
    object,
    withdraw_objection,
    renamed
};
BOOST_DESCRIBE_ENUM(
    Act, initial, change, extend, file, end_claim, discharge, object, withdraw_objection, renamed)

// registry_act: everything that happened to a registration, in order.
struct Deed {
    std::int64_t seq = 0;
    Id<Registration> registration;
    Act act = Act::initial;
    Instant at;
    Id<Party> party;
    std::string person_name;
    Text text; // what it changed, in words
};
BOOST_DESCRIBE_STRUCT(Deed, (), (seq, registration, act, at, party, person_name, text))

// registry_certificate: what a search answered, as paper and as a digest in the journal.
struct Proof {
    Id<Certificate> id;
    std::string number; // CX20240715-1234abcd
    Id<Party> party;    // who searched
    std::string person_name;
    std::string debtor_code;
    std::string debtor_name;
    Instant at; // the state of the register it tells
    std::int64_t found = 0;
    std::int64_t as_of = 0; // journal number of the newest event it takes into account
    std::string digest;     // SHA-256 of the PDF's bytes, hexadecimal
    std::int64_t event = 0; // journal number under which it has its entry in the log; by apply()
    std::string pdf;        // base64
};
BOOST_DESCRIBE_STRUCT(
    Proof,
    (),
    (id,
     number,
     party,
     person_name,
     debtor_code,
     debtor_name,
     at,
     found,
     as_of,
     digest,
     event,
     pdf))

// What comes in ---------------------------------------------------------------------------------

struct Register {
    std::string kind;
    std::string debtor_code; // 统一社会信用代码
    std::string debtor_name; // needed when it is no enterprise of this county
    Money claim;
    std::string contract;
    std::vector<Item> items;
    std::int32_t term_months = 12;
    bool purchase_money = false;
    std::optional<Instant> delivered_at;
    std::optional<Instant> notified_at;
    std::optional<Filing> filing;
};
BOOST_DESCRIBE_STRUCT(
    Register,
    (),
    (kind,
     debtor_code,
     debtor_name,
     claim,
     contract,
     items,
     term_months,
     purchase_money,
     delivered_at,
     notified_at,
     filing))

// 变更: what the registration says. New collateral is no change but a new registration.
struct Change {
    std::optional<std::string> debtor_name;
    std::optional<Money> claim;
    std::optional<std::string> contract;
    std::optional<std::vector<Item>> items; // of those registered; fewer is allowed
    std::optional<Instant> delivered_at;
    std::optional<Instant> notified_at;
};
BOOST_DESCRIBE_STRUCT(Change, (), (debtor_name, claim, contract, items, delivered_at, notified_at))

// Events ----------------------------------------------------------------------------------------

struct Registered {
    static constexpr std::string_view kind = "registry.registered";
    Entry entry;
    std::string person_name;
};
BOOST_DESCRIBE_STRUCT(Registered, (), (entry, person_name))

struct Moved { // every later act: the entry as it then is, and the deed
    static constexpr std::string_view kind = "registry.moved";
    Entry entry;
    Deed deed; // `seq` and `at` are the event's
};
BOOST_DESCRIBE_STRUCT(Moved, (), (entry, deed))

struct Reminded {
    static constexpr std::string_view kind = "registry.reminded";
    Id<Registration> registration;
    std::string what;
    Text text;
    bool overdue = false;
};
BOOST_DESCRIBE_STRUCT(Reminded, (), (registration, what, text, overdue))

struct Certified {
    static constexpr std::string_view kind = "registry.certified";
    Proof proof;
};
BOOST_DESCRIBE_STRUCT(Certified, (), (proof))

void apply(store::Transaction& tx, const Registered& event);
void apply(store::Transaction& tx, const Moved& event);
void apply(store::Transaction& tx, const Reminded& event);
void apply(store::Transaction& tx, const Certified& event);
void declare(store::Schema& schema);

// Decisions (check.cpp) --------------------------------------------------------------------------

[[nodiscard]] Status status(const Entry& entry, Date today);

// `registry.kind_unknown`, `registry.excluded` (with the registrar it belongs to),
// `registry.asset` (not of this kind), `registry.nothing` (no collateral), `registry.debtor`,
// `registry.claim`, `registry.contract`, `registry.term`, `registry.filing`,
// `registry.purchase_money` (without a day of delivery), each at its field.
Result<> check(const Register& wish, const pack::SecurityRegime& regime, Instant now);
Result<> check_filing(
    const Filing& filing,
    const pack::SecurityRegime& regime,
    Instant now,
    const std::string& field);
// `registry.over` when it was discharged or has expired; every act but objecting asks for it.
Result<> is_open(const Entry& entry, Date today);
// The entry after the change. `registry.new_collateral`: what was not registered before needs a
// registration of its own. `registry.unchanged`.
Result<Entry> changed(const Entry& entry, const Change& change, const pack::SecurityRegime& regime);
// The entry with its new last day, counted from the old one. `registry.too_early` (more than the
// regime's days before the last day), `registry.term`, `registry.over`.
Result<Entry> extended(
    const Entry& entry, std::int32_t months, const pack::SecurityRegime& regime, Date today);
[[nodiscard]] Date extension_opens(const Entry& entry, const pack::SecurityRegime& regime);

// What a registration still asks of its secured party on a day.
struct Duty {
    std::string what; // "expiry:2024-10-13:90", "discharge:2024-07-30", "rename:2024-11-15"
    Date from;        // when to remind
    Text text;
    bool overdue = false; // the day has passed
};

[[nodiscard]] std::vector<Duty> duties(
    const Entry& entry, const pack::SecurityRegime& regime, base::Zone zone, Date today);

// As the law's order sees it: with a statutory filing it is registered at the filing's time.
Contender contender(
    const Entry& entry,
    const Text& holder,
    const pack::SecurityRegime& regime,
    const calendar::BusinessCalendar& calendar);
// Whether two of one debtor's registrations meet on the same property: the same mark, or one that
// covers everything of the kind.
[[nodiscard]] bool overlap(const Entry& a, const Entry& b);
[[nodiscard]] bool on_receivables(const Entry& entry, const pack::SecurityRegime& regime);

// Reads -----------------------------------------------------------------------------------------

std::optional<Entry> find(const store::Snapshot& db, Id<Registration> id);
std::vector<Entry> against(const store::Snapshot& db, std::string_view debtor_code);
std::vector<Deed> deeds(const store::Snapshot& db, Id<Registration> id);
// Not discharged: what the reminders watch.
std::vector<Entry> open_entries(const store::Snapshot& db);

struct ListFilter {
    std::optional<Id<Party>> secured;
    std::optional<Id<Party>> debtor;
    std::string text; // number, debtor's name or code, contract
    std::string kind;
    std::string state; // active, ending (within the extension window's longest), expired,
                       // discharged, objected; empty: all
    Date today;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};

party::Page<Entry> list(const store::Snapshot& db, const ListFilter& filter);
std::optional<Proof> find_certificate(const store::Snapshot& db, Id<Certificate> id);
// Those of one organisation, without their paper.
party::Page<Proof> certificates(
    const store::Snapshot& db, Id<Party> party, std::int32_t page, std::int32_t per_page);

// The order on the property of `entry` among all that meets it and is active that day, itself
// included.
Ranking ranking(
    const store::Snapshot& db, const pack::Policy& policy, const Entry& entry, Date today);

// Use cases -------------------------------------------------------------------------------------

class Registry {
public:
    Registry(store::Database& database, const pack::Policy& policy)
        : database_(database)
        , policy_(policy) {}

    // By an institution's operator. Errors: those of check(), `registry.no_regime` before the
    // first one.
    Result<store::Receipt> enter(const store::Command& command, const Register& wish);
    // The acts of the secured party: `registry.not_found` for another's, `registry.version`.
    Result<store::Receipt> change(
        const store::Command& command,
        Id<Registration> id,
        std::int64_t version,
        const Change& change);
    Result<store::Receipt> extend(
        const store::Command& command, Id<Registration> id, std::int32_t months);
    Result<store::Receipt> file(
        const store::Command& command, Id<Registration> id, const Filing& filing);
    // The secured claim has ended on that day (today or before): the days for discharging begin.
    Result<store::Receipt> end_claim(
        const store::Command& command, Id<Registration> id, Date ended_on);
    Result<store::Receipt> discharge(
        const store::Command& command, Id<Registration> id, const std::string& reason);
    // By the debtor. `registry.objected`, `registry.no_objection`.
    Result<store::Receipt> object(
        const store::Command& command, Id<Registration> id, const std::string& reason);
    Result<store::Receipt> withdraw_objection(
        const store::Command& command, Id<Registration> id, const std::string& reason);

    // Searches by the debtor's code and answers a certificate. `registry.debtor`.
    Result<store::Receipt> certify(
        const store::Command& command, const std::string& debtor_code, Instant now);

    // For the platform: an enterprise has another name since; its registrations are to follow.
    Result<store::Receipt> rename(
        const store::Command& command, Id<Party> debtor, const std::string& name, Date since);
    // Tells once what is due now; nothing when it no longer is.
    Result<store::Receipt> remind(Id<Registration> id, const std::string& what, Date today);

private:
    Result<Entry> mine(const store::Transaction& tx, Id<Registration> id) const;
    Result<const pack::SecurityRegime*> regime(Date day) const;
    Result<store::Receipt> move(
        const store::Command& command,
        Id<Registration> id,
        std::move_only_function<
            Result<std::pair<Entry, Deed>>(const store::Transaction& tx, Entry entry)> decide);

    store::Database& database_;
    const pack::Policy& policy_;
};

} // namespace registry
