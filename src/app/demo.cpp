#include "app/demo.hpp"

#include "app/demo_market.hpp"
#include "app/demo_world.hpp"

#include <algorithm>

namespace app {
namespace {

using base::Date;
using base::Instant;

// 2023-09-12 is a Tuesday near the end of the plan's last year, with every figure of August in
// and its targets still open; nine o'clock is when the desks open. A pack that begins later is
// looked at in the September of its own first full year.
constexpr int plan_last_year = 2023;
constexpr int nine = 9 * 60;

Date last_day(const pack::Policy& policy) {
    const auto year = std::max(plan_last_year, policy.pack().header.effective_from.year());
    const auto wanted = Date::of(year, 9, 12);
    const auto worked = policy.calendar().plus_working_days(wanted, 0);
    return worked ? *worked : wanted;
}

// The day before the two years that lead to it, so that every figure has a year before.
Date first_day(Date last) { return Date::of(last.year() - 3, 12, 31); }

base::Result<> generate(demo::World& world) {
    TRY(demo::register_people(world));
    TRY(demo::register_enterprises(world));
    TRY(demo::register_clerks(world));
    TRY(demo::plan_facts(world));
    TRY(demo::plan_invoices(world));
    TRY(demo::plan_figures(world));
    TRY(demo::plan_tasks(world));
    TRY(demo::plan_other_loans(world));
    TRY(demo::plan_consents(world));
    TRY(demo::plan_registrations(world));
    TRY(demo::plan_credit(world));
    TRY(demo::plan_money(world));
    TRY(demo::plan_instruments(world));
    demo::Market market(world);
    TRY(demo::plan_needs(world, market));
    TRY(demo::plan_allotments(world));
    return world.run();
}

// How wide a terminal shows it: Chinese characters take two columns.
std::size_t columns(std::string_view text) {
    std::size_t wide = 0;
    for (const char byte : text) {
        const auto bits = static_cast<unsigned char>(byte);
        if ((bits & 0xC0U) == 0x80U) continue;
        wide += bits >= 0xE0U ? 2 : 1;
    }
    return wide;
}

std::string padded(const std::string& text, std::size_t width) {
    const auto have = columns(text);
    return text + std::string(width > have ? width - have : 0, ' ');
}

} // namespace

base::Result<Demo> make_demo(const DemoWish& wish) {
    const auto policy = TRY(pack::Policy::load(wish.pack));
    const auto last = last_day(*policy);
    const auto zone = policy->zone();
    base::ManualClock clock(zone.at(first_day(last), nine));
    const auto end = zone.at(last, nine);
    // Not durable while it is made: a crash throws the folder away and makes it again. Whoever
    // serves it opens it durable.
    auto county =
        TRY(County::open({.data = wish.data, .pack = wish.pack, .durable = false}, clock));
    TRY(county->settle());
    demo::World world(*county, clock, wish, end);
    TRY(generate(world));
    const base::SystemClock machine;
    return Demo{.clock_offset_ms = end.ms - machine.now().ms, .people = std::move(world.people)};
}

std::string sign_ins_text(const Terminal& terminal, const std::vector<DemoPerson>& people) {
    std::size_t login = 0;
    for (const auto& person : people)
        login = std::max(login, person.login.size());
    auto text = terminal.of(
        {"演示登录（口令只显示这一次，企业、机构、人员和数字均为虚构）\n",
         "Demo sign-ins (shown this once; firms, institutions, persons and figures are "
         "invented)\n"});
    for (const auto& person : people) {
        text += "  " + padded(person.login, login + 2) + padded(person.one_time_password, 20) +
                terminal.of(person.who) + '\n';
    }
    return text;
}

} // namespace app
