#include "app/demo_world.hpp"

namespace app::demo {
namespace {

constexpr std::int64_t minute_ms = 60'000;
// How far the clock is moved at once while nothing is planned, so that the rungs of clocks fire
// near their time.
constexpr std::int64_t stride_ms = 30 * minute_ms;
constexpr int day_begins_minute = 8 * 60;
constexpr int day_ends_minute = 18 * 60;

} // namespace

// The relay has the name it has in the server, which goes on where this stops.
World::World(
    County& the_county, base::ManualClock& the_clock, const DemoWish& the_wish, Instant until)
    : county(the_county)
    , clock(the_clock)
    , wish(the_wish)
    , end(until)
    , random(the_wish.seed)
    , bulletins_(
          *county.database, *county.policy, county.finance.book(), county.notices, county.consents)
    , on_instruments_(*county.database, *county.policy, county.notices)
    , relay_(
          *county.database,
          "bulletins",
          {[this](const store::Event& event) { return bulletins_.handle(event); },
           [this](const store::Event& event) { return on_instruments_.handle(event); }})
    , timer_(*county.database, *county.policy, county.finance, clock)
    , security_(*county.database, *county.policy, county.notices, county.registry)
    , security_relay_(*county.database, "security_bulletins", {[this](const store::Event& event) {
        return security_.handle(event);
    }})
    , money_(*county.database, *county.policy, county.notices)
    , money_relay_(*county.database, "money_bulletins", {[this](const store::Event& event) {
        return money_.handle(event);
    }})
    , dates_(
          *county.database,
          {jobs::registration_dates(*county.database, *county.policy, county.registry),
           jobs::budget_dates(*county.database, *county.policy, county.budgets)},
          clock) {}

const Actor& World::official(std::string_view unit, base::Right right) const {
    const auto found = officials.find(unit);
    if (found != officials.end() && found->second.rights.has(right)) return found->second;
    for (const auto& one : policy().pack().units) {
        if (one.leads && officials.contains(one.code)) return officials.at(one.code);
    }
    return supervisor;
}

store::Command World::by(const Actor& actor) {
    return store::Command::internal("demo:" + std::to_string(++commands_), actor);
}

Instant World::in_working_minutes(std::int64_t minutes) const {
    const auto found = policy().calendar().add_business_minutes(clock.now(), minutes);
    base::ensure(found.has_value(), "the calendar holds the demo's years");
    return *found;
}

Instant World::working_days_before_end(int days) const {
    const auto date = policy().calendar().plus_working_days(policy().zone().date(end), -days);
    base::ensure(date.has_value(), "the calendar holds the demo's years");
    return morning(*date);
}

void World::at(Instant when, std::function<Result<>()> act) {
    diary_.emplace(std::max(when, clock.now()).ms, std::move(act));
}

void World::after(std::int64_t working_minutes, std::function<Result<>()> act) {
    at(in_working_minutes(working_minutes), std::move(act));
}

void World::tell() {
    security_relay_.run();
    money_relay_.run();
}

// In strides by day and at once through the night.
Result<> World::go_to(Instant when) {
    const auto zone = policy().zone();
    while (clock.now() < when) {
        auto next = clock.now().plus_ms(stride_ms);
        const auto minute = zone.minute_of_day(next);
        if (minute > day_ends_minute)
            next = zone.at(zone.date(next).plus_days(1), day_begins_minute);
        clock.set(std::min(next, when));
        if (timer_.run_due() > 0) relay_.run();
        if (dates_.run_due() > 0) tell();
    }
    return {};
}

Result<> World::run() {
    while (!diary_.empty() && diary_.begin()->first <= end.ms) {
        auto next = diary_.extract(diary_.begin());
        TRY(go_to({next.key()}));
        TRY(next.mapped()());
        relay_.run();
    }
    TRY(go_to(end));
    relay_.run();
    tell();
    diary_.clear();
    return {};
}

} // namespace app::demo
