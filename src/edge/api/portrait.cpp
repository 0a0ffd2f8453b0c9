// 企业画像: one page about an enterprise, for whoever may see what of it. permission::part and
// permission::fact decide; here it is only put together. A look under consent is one reading, with
// everything that it showed.
#include "domain/consent/consent.hpp"
#include "domain/credit/credit.hpp"
#include "domain/guarantee/guarantee.hpp"
#include "domain/loan/loan.hpp"
#include "domain/registry/registry.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/enterprise_view.hpp"
#include "edge/api/fits.hpp"
#include "edge/api/risk_view.hpp"

#include <algorithm>
#include <set>

namespace api {
namespace {

using permission::Extent;
using permission::Part;

constexpr std::size_t rows_most = 20;   // of each list: the page is read in a minute
constexpr std::size_t points_most = 12; // of a small chart

struct PortraitPart {
    Part part = Part::trends;
    Extent extent = Extent::none;
    std::optional<Text> why; // what is not shown, and why
};
BOOST_DESCRIBE_STRUCT(PortraitPart, (), (part, extent, why))

struct PortraitConsent {
    Id<base::Consent> id;
    Text purpose_label;
    std::vector<Labelled> scopes;
    consent::Mode mode = consent::Mode::period;
    Instant valid_until;
};
BOOST_DESCRIBE_STRUCT(PortraitConsent, (), (id, purpose_label, scopes, mode, valid_until))

struct SeriesPoint {
    Date on; // the last day of its period, or as of when it was told
    base::Raw value;
    Text display;
};
BOOST_DESCRIBE_STRUCT(SeriesPoint, (), (on, value, display))

struct FactSeries {
    std::string attribute;
    std::vector<SeriesPoint> points; // oldest first
};
BOOST_DESCRIBE_STRUCT(FactSeries, (), (attribute, points))

struct PortraitLoan {
    Id<base::Loan> id;
    NamedParty institution;
    std::string number;
    Money amount;
    Money balance;
    Rate rate;
    Date start;
    Date due;
    std::string guarantee_mode;
    loan::Grade grade = loan::Grade::normal;
};
BOOST_DESCRIBE_STRUCT(
    PortraitLoan,
    (),
    (id, institution, number, amount, balance, rate, start, due, guarantee_mode, grade))

struct PortraitLine {
    Id<base::CreditLine> id;
    NamedParty bank;
    Money amount;
    std::string contract;
    Date until;
};
BOOST_DESCRIBE_STRUCT(PortraitLine, (), (id, bank, amount, contract, until))

struct PortraitGuarantee {
    Id<base::Guarantee> id;
    std::string number;
    NamedParty guarantor;
    std::optional<NamedParty> bank;
    std::optional<NamedParty> group; // the head of its group, when it has one
    Money outstanding;
    Date until;
    guarantee::State state = guarantee::State::in_force;
};
BOOST_DESCRIBE_STRUCT(
    PortraitGuarantee, (), (id, number, guarantor, bank, group, outstanding, until, state))

struct PortraitSecurity {
    Id<base::Registration> id;
    std::string number;
    Labelled kind;
    NamedParty secured;
    Money claim;
    Date expires_on;
};
BOOST_DESCRIBE_STRUCT(PortraitSecurity, (), (id, number, kind, secured, claim, expires_on))

// Sums over what the reader's extent of each part allows.
struct PortraitSums {
    std::int64_t loans = 0; // with something still owed
    std::int64_t lenders = 0;
    Money owed;
    std::int64_t line_banks = 0;
    Money lines;
    std::optional<Money> joint_limit;
    std::optional<Money> joint_room;
    std::int64_t guarantees = 0; // in force
    Money guaranteed;
    std::int64_t securities = 0; // active registrations
    Money secured;
};
BOOST_DESCRIBE_STRUCT(
    PortraitSums,
    (),
    (loans,
     lenders,
     owed,
     line_banks,
     lines,
     joint_limit,
     joint_room,
     guarantees,
     guaranteed,
     securities,
     secured))

struct PortraitView {
    Instant at;
    std::string reader_name;
    NamedParty reader;
    EnterpriseView enterprise;
    std::vector<PortraitPart> parts;
    std::vector<PortraitConsent> consents; // under which an institution looks
    FactsView facts;
    std::vector<FactSeries> series;
    std::optional<Trends> trends;
    PortraitSums sums;
    std::vector<PortraitLoan> loans;
    std::vector<PortraitLine> lines;
    std::vector<PortraitGuarantee> guarantees;
    std::vector<PortraitSecurity> securities;
    std::vector<RiskListed> warnings;
    std::vector<Labelled> rosters;
    std::vector<FitView> products;
};
BOOST_DESCRIBE_STRUCT(
    PortraitView,
    (),
    (at,
     reader_name,
     reader,
     enterprise,
     parts,
     consents,
     facts,
     series,
     trends,
     sums,
     loans,
     lines,
     guarantees,
     securities,
     warnings,
     rosters,
     products))

class Sitting {
public:
    Sitting(
        const Services& services,
        const store::Snapshot& db,
        const Call& call,
        const party::Enterprise& enterprise)
        : services_(services)
        , policy_(*services.policy)
        , db_(db)
        , call_(call)
        , id_(enterprise.id)
        , today_(policy_.zone().date(call.now))
        , known_(dossier::now(db, enterprise))
        , permits_(consent::permits(db, id_, call.actor.party, call.now))
        , names_(db) {
        looked_.enterprise = id_;
    }

    Result<PortraitView> paint() {
        view_.at = call_.now;
        view_.reader_name = call_.actor.name;
        view_.reader = names_(call_.actor.party);
        view_.enterprise = enterprise_view(policy_, known_.enterprise);
        auto seen = seen_facts(services_, db_, call_, known_, permits_);
        looked_.add(seen.looked);
        view_.facts = std::move(seen.view);
        ask(Part::findings, {});
        add_consents();
        add_series();
        if (ask(Part::trends, trend_attributes()) == Extent::all)
            view_.trends = TRY(invoice_months(db_, id_));
        add_loans();
        add_lines();
        add_guarantees();
        add_securities();
        add_warnings();
        add_rosters();
        TRY(add_products());
        return std::move(view_);
    }

    [[nodiscard]] const Looked& looked() const { return looked_; }

private:
    // How much of the part may be shown; what a consent opened is noted under these attributes.
    Extent ask(Part part, const std::vector<std::string>& attributes) {
        const auto answer = see_part(policy_, call_, id_, part, permits_);
        auto& told = view_.parts.emplace_back(PortraitPart{part, answer.extent, {}});
        if (!answer.why.zh.empty()) told.why = answer.why;
        looked_.add(answer.by, attributes);
        return answer.extent;
    }

    [[nodiscard]] bool mine(Id<base::Party> party) const { return party == call_.actor.party; }

    void add_consents() {
        if (call_.actor.kind != base::PartyKind::institution) return;
        const auto found = consent::list(
            db_, {.enterprise = id_, .receiver = call_.actor.party, .per_page = per_page_most});
        for (const auto& it : found.items) {
            if (consent::status(it, call_.now) != consent::Status::active) continue;
            auto& view = view_.consents.emplace_back();
            view.id = it.id;
            const auto* purpose = policy_.purpose(it.purpose);
            view.purpose_label = purpose == nullptr ? Text{it.purpose, it.purpose} : purpose->label;
            for (const auto& code : it.scopes) {
                const auto* scope = policy_.scope(code);
                view.scopes.push_back({code, scope == nullptr ? Text{code, code} : scope->label});
            }
            view.mode = it.mode;
            view.valid_until = it.valid_until;
        }
    }

    // What was told before of each figure that the reader may see.
    void add_series() {
        std::set<std::string> shown;
        for (const auto& fact : view_.facts.facts) {
            const auto* attribute = policy_.attribute(fact.attribute);
            static constexpr std::array figures = {"integer", "number", "money", "rate"};
            if (fact.allowed && attribute != nullptr &&
                std::ranges::find(figures, attribute->type) != figures.end())
                shown.insert(fact.attribute);
        }
        std::map<std::string, std::map<Date, base::Raw>> told;
        for (const auto& stored : fact::history(db_, id_)) {
            if (!shown.contains(stored.attribute) || stored.value.text == "null") continue;
            const auto on = stored.period ? stored.period->last_day() : stored.as_of;
            told[stored.attribute][on] = stored.value;
        }
        for (const auto& [attribute, values] : told) {
            if (values.size() < 2) continue;
            FactSeries series{.attribute = attribute, .points = {}};
            const auto extra = values.size() > points_most ? values.size() - points_most : 0;
            auto first = values.begin();
            std::advance(first, static_cast<std::ptrdiff_t>(extra));
            for (; first != values.end(); ++first)
                series.points.push_back(
                    {first->first, first->second, displayed(attribute, first->second)});
            view_.series.push_back(std::move(series));
        }
    }

    [[nodiscard]] Text displayed(const std::string& attribute, const base::Raw& raw) const {
        const auto place = policy_.schema().find(attribute);
        const auto json = base::json::parse(raw.text);
        if (!place || !json) return {};
        const auto value = rule::from_json(policy_.schema().at(*place), *json);
        return value ? rule::display(*value, policy_.schema().at(*place)) : Text{};
    }

    void add_loans() {
        const auto extent = ask(Part::loans, {std::string(loans_attribute)});
        if (extent == Extent::none) return;
        std::set<Id<base::Party>> lenders;
        for (const auto& it : loan::of_enterprise(db_, id_)) {
            if (it.balance.fen <= 0) continue;
            const bool shown = extent == Extent::all || mine(it.institution);
            if (shown || extent == Extent::sums) {
                view_.sums.loans += 1;
                view_.sums.owed += it.balance;
                lenders.insert(it.institution);
            }
            if (!shown || view_.loans.size() >= rows_most) continue;
            view_.loans.push_back(
                {it.id,
                 names_(it.institution),
                 it.number,
                 it.amount,
                 it.balance,
                 it.rate,
                 it.start,
                 it.due,
                 it.guarantee_mode,
                 it.grade});
        }
        view_.sums.lenders = std::ssize(lenders);
    }

    void add_lines() {
        const auto extent = ask(Part::lines, {std::string(loans_attribute)});
        if (extent == Extent::none) return;
        std::set<Id<base::Party>> banks;
        for (const auto& it : credit::lines(db_, {.borrower = id_})) {
            if (it.closed_at) continue;
            const bool shown = extent == Extent::all || mine(it.bank);
            if (shown || extent == Extent::sums) {
                view_.sums.lines += it.amount;
                banks.insert(it.bank);
            }
            if (shown && view_.lines.size() < rows_most)
                view_.lines.push_back({it.id, names_(it.bank), it.amount, it.contract, it.until});
        }
        view_.sums.line_banks = std::ssize(banks);
        // A bank with a line of its own must know the room under the joint limit, as in the list
        // of joint limits.
        if (extent == Extent::own && view_.lines.empty()) return;
        const auto joint = credit::find_joint(db_, id_);
        if (!joint || !joint->limit) return;
        const auto used = credit::used(db_, *joint);
        view_.sums.joint_limit = joint->limit;
        view_.sums.joint_room = used < *joint->limit ? *joint->limit - used : Money{};
    }

    void add_guarantees() {
        const auto extent = ask(Part::guarantees, {std::string(loans_attribute)});
        if (extent == Extent::none) return;
        const auto found = guarantee::list(db_, {.client = id_, .per_page = per_page_most});
        for (const auto& it : found.items) {
            if (it.state != guarantee::State::in_force && it.state != guarantee::State::compensated)
                continue;
            const bool shown = extent == Extent::all || mine(it.guarantor) || mine(it.bank);
            if (shown || extent == Extent::sums) {
                view_.sums.guarantees += 1;
                view_.sums.guaranteed += it.outstanding;
            }
            if (!shown || view_.guarantees.size() >= rows_most) continue;
            PortraitGuarantee row{
                .id = it.id,
                .number = it.number,
                .guarantor = names_(it.guarantor),
                .bank = {},
                .group = {},
                .outstanding = it.outstanding,
                .until = it.until,
                .state = it.state};
            if (it.bank) row.bank = names_(it.bank);
            if (it.head != it.client) row.group = names_(it.head);
            view_.guarantees.push_back(std::move(row));
        }
    }

    void add_securities() {
        const auto extent = ask(Part::securities, {});
        if (extent == Extent::none) return;
        for (const auto& it : registry::against(db_, known_.enterprise.credit_code)) {
            if (registry::status(it, today_) != registry::Status::active) continue;
            if (extent != Extent::all && !mine(it.secured)) continue;
            view_.sums.securities += 1;
            view_.sums.secured += it.claim;
            if (view_.securities.size() >= rows_most) continue;
            Labelled kind{it.kind, {it.kind, it.kind}};
            if (const auto* regime = policy_.security_regime(today_)) {
                const auto word =
                    std::ranges::find(regime->kinds, it.kind, &pack::SecurityKind::code);
                if (word != regime->kinds.end()) kind.label = word->label;
            }
            view_.securities.push_back(
                {it.id, it.number, kind, names_(it.secured), it.claim, it.expires_on});
        }
    }

    void add_warnings() {
        if (ask(Part::warnings, {}) != Extent::all) return;
        RiskViews views(services_, db_, call_);
        for (const auto& it : risk::about(db_, id_)) {
            if (view_.warnings.size() >= rows_most) break;
            view_.warnings.push_back(views.listed(it));
        }
    }

    void add_rosters() {
        if (ask(Part::rosters, {}) != Extent::all) return;
        const auto row = dossier::row(policy_, known_);
        for (const auto& roster : policy_.pack().rosters) {
            const auto program = policy_.compile(roster.expression);
            if (program && rule::decide(*program, row, today_) == rule::Outcome::holds)
                view_.rosters.push_back({roster.code, roster.label});
        }
    }

    Result<> add_products() {
        if (ask(Part::products, {}) == Extent::none) return {};
        auto found = fits(services_, db_, call_, id_, looked_);
        if (found) {
            view_.products = *std::move(found);
            return {};
        }
        if (found.error().kind != base::ErrorKind::forbidden) return std::move(found).error();
        // Consents that cover no product of the reader's leave this part empty, with the reason.
        view_.parts.back() = {Part::products, Extent::none, found.error().message};
        return {};
    }

    const Services& services_;
    const pack::Policy& policy_;
    const store::Snapshot& db_;
    const Call& call_;
    Id<base::Party> id_;
    Date today_;
    dossier::Dossier known_;
    std::vector<permission::Permit> permits_;
    PartyNames names_;
    Looked looked_;
    PortraitView view_;
};

Result<PortraitView> portrait(const Services& services, const Call& call) {
    const auto id = TRY(call.id<base::Party>());
    Looked looked;
    auto view = services.database->read([&](const store::Snapshot& db) -> Result<PortraitView> {
        Sitting sitting(services, db, call, TRY(visible_enterprise(db, call.actor, id)));
        auto painted = TRY(sitting.paint());
        looked = sitting.looked();
        return painted;
    });
    if (!view) return view;
    TRY(write_down(services, call, {looked}));
    return view;
}

} // namespace

void declare_portrait(Endpoints& all, Services& services) {
    all.capability("portrait");
    all.get(
        "/v1/enterprises/{id}/portrait",
        Right::fact_read,
        {"企业画像（机构须有授权，查看留痕一次）",
         "An enterprise's portrait (institutions need consent; a look is one reading)"},
        [&](Call& call) { return portrait(services, call); });
}

} // namespace api
