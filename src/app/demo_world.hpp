// The county while it is being made: its services, a clock that is moved by hand, who acts, and a
// diary of what people are going to do. Each part of the demo writes into the diary; run() then
// lives through it in order of time, with the clocks and the relay of the real program.
#pragma once

#include "app/county.hpp"
#include "app/demo.hpp"
#include "app/demo_random.hpp"
#include "edge/jobs/bulletins.hpp"
#include "edge/jobs/clock_timer.hpp"
#include "edge/jobs/due_dates.hpp"
#include "edge/jobs/instrument_bulletins.hpp"
#include "edge/jobs/money_bulletins.hpp"
#include "edge/jobs/relay.hpp"
#include "edge/jobs/security_bulletins.hpp"

#include <functional>
#include <map>

namespace app::demo {

using base::Actor;
using base::Date;
using base::Id;
using base::Instant;
using base::Money;
using base::Period;
using base::Rate;
using base::Result;
using base::Text;

struct Firm {
    Id<base::Party> id;
    std::size_t ordinal = 0;
    std::string name;
    std::string credit_code;
    std::string industry;
    bool manufacturing = false;
    Date founded;
    std::int64_t sales_yuan = 0;      // in the first year
    std::int64_t growth_permille = 0; // of sales, a year
    std::int64_t health = 0;          // 0 … 100: what grades and ratios follow from
    bool borrowed_before = false;
    Actor clerk; // who posts its needs; no person for firms that post none
};

struct Desk { // of an institution
    Id<base::Party> id;
    std::string code;
    std::string name;
    pack::InstitutionKind kind = pack::InstitutionKind::bank;
    Date settled_on;
    Actor officer;
    std::int64_t slowness_percent = 100; // of the usual time for an answer
    std::int64_t loans = 0;              // numbers given so far
};

class World {
public:
    World(
        County& the_county, base::ManualClock& the_clock, const DemoWish& the_wish, Instant until);

    County& county;
    base::ManualClock& clock;
    const DemoWish& wish;
    const Instant end;
    Random random;
    std::vector<Firm> firms;
    std::vector<Desk> desks;
    std::map<std::string, Actor, std::less<>> officials; // by unit
    std::map<std::string, Actor, std::less<>> reviewers; // of public money, by unit
    std::map<std::string, Actor, std::less<>> payers;    // by unit
    std::vector<Actor> operators;                        // of registrations, one a bank
    Actor supervisor;                                    // of financing
    Actor importer;
    std::vector<DemoPerson> people;

    [[nodiscard]] const pack::Policy& policy() const { return *county.policy; }

    [[nodiscard]] Date today() const { return policy().zone().date(clock.now()); }

    [[nodiscard]] Instant morning(Date date) const { return policy().zone().at(date, 9 * 60); }

    // The unit's own person, when it has that right, or the one of the plan's office.
    [[nodiscard]] const Actor& official(std::string_view unit, base::Right right) const;

    template <class F>
    auto read(F&& f) const {
        return county.database->read(std::forward<F>(f));
    }

    // A command of the demo's own numbering, as that person.
    store::Command by(const Actor& actor);
    // Working minutes after the clock's now; a Bug outside the calendar's years.
    [[nodiscard]] Instant in_working_minutes(std::int64_t minutes) const;
    [[nodiscard]] Instant working_days_before_end(int days) const;

    void at(Instant when, std::function<Result<>()> act);
    void after(std::int64_t working_minutes, std::function<Result<>()> act);
    // Posts the notices of registrations and public money up to now.
    void tell();
    // Lives until `end`; what the diary holds beyond it is left undone.
    Result<> run();

private:
    Result<> go_to(Instant when);

    std::multimap<std::int64_t, std::function<Result<>()>> diary_; // by milliseconds
    jobs::Bulletins bulletins_;
    jobs::InstrumentBulletins on_instruments_;
    jobs::Relay relay_;
    jobs::ClockTimer timer_;
    jobs::SecurityBulletins security_;
    jobs::Relay security_relay_;
    jobs::MoneyBulletins money_;
    jobs::Relay money_relay_;
    jobs::DueDates dates_;
    std::int64_t commands_ = 0;
};

// The parts, in the order in which they are called.
Result<> register_people(World& world);      // demo_people.cpp
Result<> register_enterprises(World& world); // demo_enterprises.cpp
Result<> register_clerks(World& world);      // demo_people.cpp
Result<> plan_facts(World& world);           // demo_facts.cpp
Result<> plan_invoices(World& world);        // demo_invoices.cpp
Result<> plan_other_loans(World& world);     // demo_loans.cpp
Result<> plan_consents(World& world);        // demo_loans.cpp
Result<> plan_instruments(World& world);     // demo_instruments.cpp
Result<> plan_figures(World& world);         // demo_figures.cpp
Result<> plan_tasks(World& world);           // demo_tasks.cpp
Result<> plan_allotments(World& world);      // demo_allotments.cpp
Result<> plan_registrations(World& world);   // demo_security.cpp
Result<> plan_credit(World& world);          // demo_credit.cpp
Result<> plan_money(World& world);           // demo_money.cpp

// What happens to a loan after it is recorded: repayments, now and then a worse grade.
void plan_loan_life(World& world, const Desk& desk, Id<base::Loan> loan, Id<base::Claim> claim);

// The id in a receipt.
template <class T>
Id<T> id_in(const store::Receipt& receipt) {
    return {std::stoll(receipt.subject)};
}

} // namespace app::demo
