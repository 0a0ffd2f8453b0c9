// 分配: a department gives unclaimed needs to institutions, all at once and at the least expected
// cost.
//
// The department says over which needs (unclaimed ones, or those of enterprises that never
// borrowed), what each institution must and may take, and how much each town, size or first
// borrowers must get at least. A plan is worked out from what holds now: only pairs that an
// enterprise's consent lets us judge and whose rule it meets. Confirming gives each need to its
// institution as a push (finance.hpp), which starts the clocks and sends the notices.
//
// A plan is not stored until it is confirmed; it carries a digest, and confirming asks for the
// digest that was seen, so that nobody confirms what has become different meanwhile.
#pragma once

#include "domain/finance/track.hpp"
#include "domain/party/party.hpp"
#include "engine/allocate/certificate.hpp"

namespace allotment {

using base::Date;
using base::Id;
using base::Instant;
using base::Money;
using base::Need;
using base::Party;
using base::Product;
using base::Rate;
using base::Result;
using base::Text;

struct Allotment; // names the ids

enum class Over { unclaimed, first_loan };
BOOST_DESCRIBE_ENUM(Over, unclaimed, first_loan)
// What quotas count. `needs`: a need goes whole to one institution. `amount`: 万元, and a need may
// be shared.
enum class Measure { needs, amount };
BOOST_DESCRIBE_ENUM(Measure, needs, amount)
// Whose floors the round keeps: one family, see docs/decisions (allocation is a flow).
enum class Family { none, town, size, first_loan };
BOOST_DESCRIBE_ENUM(Family, none, town, size, first_loan)
enum class State { open, confirmed, cancelled };
BOOST_DESCRIBE_ENUM(State, open, confirmed, cancelled)

struct InstitutionQuota {
    Id<Party> institution;
    std::int64_t floor = 0;
    std::optional<std::int64_t> ceiling;
};
BOOST_DESCRIBE_STRUCT(InstitutionQuota, (), (institution, floor, ceiling))

struct ProductQuota {
    Id<Product> product;
    std::int64_t ceiling = 0;
};
BOOST_DESCRIBE_STRUCT(ProductQuota, (), (product, ceiling))

struct GroupFloor {
    std::string group; // a town's code, a size, or "first_loan"
    std::int64_t floor = 0;
};
BOOST_DESCRIBE_STRUCT(GroupFloor, (), (group, floor))

// What comes in.
struct Terms {
    std::string title;
    Over over = Over::unclaimed;
    std::string town; // empty: the whole county
    Measure measure = Measure::needs;
    std::vector<InstitutionQuota> institutions; // the others take no part
    std::vector<ProductQuota> products;
    Family family = Family::none;
    std::vector<GroupFloor> floors;
    std::optional<Money> pair_most; // what one institution may have lent one enterprise, with this
    std::optional<Money> enterprise_most; // what all may
    Rate penalty = Rate::percent(20);     // a year, of what stays unserved
};
BOOST_DESCRIBE_STRUCT(
    Terms,
    (),
    (title,
     over,
     town,
     measure,
     institutions,
     products,
     family,
     floors,
     pair_most,
     enterprise_most,
     penalty))

// allotment_allotment
struct Row {
    Id<Allotment> id;
    Terms terms;
    State state = State::open;
    Id<Party> department;
    std::string person_name;
    Instant opened_at;
    std::optional<Instant> ended_at;
    std::int64_t needs = 0; // given, when confirmed
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(
    Row, (), (id, terms, state, department, person_name, opened_at, ended_at, needs, version))

// allotment_given: what was confirmed.
struct Given {
    Id<Allotment> allotment;
    Id<Need> need;
    Id<Party> institution;
    Id<Product> product;
    std::int64_t units = 1;
    Rate cost;          // a year, all in
    std::string reason; // why it was not pushed after all; empty: it was
};
BOOST_DESCRIBE_STRUCT(Given, (), (allotment, need, institution, product, units, cost, reason))

// Events
// ------------------------------------------------------------------------------------------------

struct Opened { // or its terms changed
    static constexpr std::string_view kind = "allotment.opened";
    Row allotment;
};
BOOST_DESCRIBE_STRUCT(Opened, (), (allotment))

struct Confirmed {
    static constexpr std::string_view kind = "allotment.confirmed";
    Row allotment;
    std::vector<Given> given;
};
BOOST_DESCRIBE_STRUCT(Confirmed, (), (allotment, given))

struct Cancelled {
    static constexpr std::string_view kind = "allotment.cancelled";
    Row allotment;
};
BOOST_DESCRIBE_STRUCT(Cancelled, (), (allotment))

void apply(store::Transaction& tx, const Opened& event);
void apply(store::Transaction& tx, const Confirmed& event);
void apply(store::Transaction& tx, const Cancelled& event);
void declare(store::Schema& schema);

// Decisions
// ---------------------------------------------------------------------------------------------

// `allotment.title`, `allotment.institutions`, `allotment.quota`, `allotment.floor`,
// `allotment.penalty`, each at its field.
Result<> check(const store::Snapshot& db, const Terms& terms);

// Why a need cannot go to an institution; the nearest reason of its products.
enum class Bar { exposure, wish, unknown, rule, consent, no_product };
BOOST_DESCRIBE_ENUM(Bar, exposure, wish, unknown, rule, consent, no_product)

// A pair that is allowed.
struct Pair {
    std::int32_t institution = 0; // place in Plan::institutions
    Id<Product> product;
    std::int64_t cost_ppm = 0;     // a year, all in
    std::int64_t chance_ppm = 0;   // of a yes
    std::int64_t expected_ppm = 0; // chance × cost + (1 − chance) × penalty: what is minimised
    std::int64_t price_ppm = 0;    // of a place there
    std::int64_t units = 0;        // given
};

struct PlannedNeed {
    finance::NeedRow need;
    bool first_loan = false;
    std::int64_t units = 1;
    std::vector<Pair> pairs; // cheapest with its price first
    std::vector<std::pair<Id<Party>, Bar>> barred;
    std::int64_t worth_ppm = 0; // what serving it saves
};

struct PlannedInstitution {
    InstitutionQuota quota;
    std::int64_t used = 0;
    std::int64_t price_ppm = 0;
};

struct PlannedGroup {
    std::string group;
    std::int64_t floor = 0;
    std::int64_t used = 0;
    std::int64_t price_ppm = 0;
};

struct Plan {
    std::vector<PlannedNeed> needs;
    std::int64_t others = 0; // further needs of the same enterprises, for the next time
    std::vector<PlannedInstitution> institutions;
    std::vector<PlannedGroup> groups;
    allocate::Certificate certificate;
    std::int64_t cost = 0; // Σ expected cost × units, and penalties
    std::int64_t served = 0;
    std::int64_t unserved = 0;
    // Instead of an assignment: which bounds quarrel.
    std::optional<allocate::Conflict> conflict;
    bool conflict_proved = false;
    allocate::Problem problem; // what the places in the conflict mean
    std::string digest;        // of who gets what
};

Result<Plan> plan(
    const store::Snapshot& db,
    const pack::Policy& policy,
    const product::Products& products,
    const Terms& terms,
    Instant now);

// Reads
// --------------------------------------------------------------------------------------------------

std::optional<Row> find(const store::Snapshot& db, Id<Allotment> id);
party::Page<Row> list(const store::Snapshot& db, std::int32_t page, std::int32_t per_page);
std::vector<Given> given(const store::Snapshot& db, Id<Allotment> id);

// Use cases
// ----------------------------------------------------------------------------------------------

// By a department that supervises (Right::need_supervise). Errors beside those of check():
// `allotment.none`, `allotment.ended`, `allotment.version`, `allotment.moved_on` when the plan has
// become another since it was seen, `allotment.no_plan` when its bounds quarrel.
class Allotments {
public:
    Allotments(
        store::Database& database,
        const pack::Policy& policy,
        const product::Products& products,
        finance::Finance& finance)
        : database_(database)
        , policy_(policy)
        , products_(products)
        , finance_(finance) {}

    Result<store::Receipt> open(const store::Command& command, const Terms& terms);
    Result<store::Receipt> change(
        const store::Command& command, Id<Allotment> id, std::int64_t version, const Terms& terms);
    Result<store::Receipt> confirm(
        const store::Command& command, Id<Allotment> id, const std::string& digest);
    Result<store::Receipt> cancel(const store::Command& command, Id<Allotment> id);

private:
    store::Database& database_;
    const pack::Policy& policy_;
    const product::Products& products_;
    finance::Finance& finance_;
};

} // namespace allotment
