// When which firm posts a need, and those that somebody who looks at the demo should find waiting.
#include "app/demo_market.hpp"

#include <algorithm>

namespace app::demo {
namespace {

// Of needs by month, in thousandths: orders before the spring festival, slack in high summer.
constexpr std::array<std::int64_t, 12> season = {70, 60, 105, 95, 85, 90, 65, 60, 90, 85, 95, 100};
constexpr std::size_t needs_wanted = 255;

Fate usual_fate(Random& random, bool recent) {
    const auto drawn = random.between(1, 100);
    if (drawn <= 5) return Fate::unanswered;
    if (drawn <= 11) return Fate::withdrawn;
    if (recent && drawn <= 17) return Fate::stay_draft;
    return Fate::usual;
}

// A working instant of the day, or the next opening.
Instant working_instant(const World& world, Date date, std::int64_t minute) {
    const auto wanted = world.policy().zone().at(date, static_cast<int>(minute));
    const auto open = world.policy().calendar().next_opening(wanted);
    base::ensure(open.has_value(), "the calendar holds the demo's years");
    return *open;
}

// The day from which two banks are here: before, a need would wait for nobody.
Date market_opens(const World& world) {
    std::vector<Date> settled;
    for (const auto& desk : world.desks) {
        if (desk.kind == pack::InstitutionKind::bank) settled.push_back(desk.settled_on);
    }
    std::ranges::sort(settled);
    const auto second =
        settled.empty() ? Date{} : settled[std::min<std::size_t>(1, settled.size() - 1)];
    return std::max(world.today().plus_days(7), second);
}

} // namespace

Result<> plan_needs(World& world, Market& market) {
    std::size_t posting = 0;
    for (const auto& firm : world.firms)
        posting += firm.clerk.person ? 1 : 0;
    if (posting < 5) return {};
    Random random(world.wish.seed, "needs");
    const auto first = market_opens(world);
    const auto last = world.policy().zone().date(world.end);
    const auto days = last.days - first.days;
    for (std::size_t n = 0; n < needs_wanted;) {
        const auto date = first.plus_days(static_cast<std::int32_t>(random.between(1, days - 1)));
        // Taken with the month's weight, so that the seasons show.
        if (random.between(0, 105) > season[date.month() - 1]) continue;
        ++n;
        const bool recent = last.days - date.days < 200;
        const Posting wish{.firm = random.below(posting), .fate = usual_fate(random, recent)};
        const auto when = working_instant(world, date, random.between(510, 1'000));
        world.at(when, [&market, wish] { return market.post(wish); });
    }
    // Not in the last days: what somebody who looks at the demo should find waiting stays so.
    for (auto date = first; date.plus_days(10) < last; date = date.plus_days(7)) {
        world.at(working_instant(world, date, 600), [&market] { return market.supervise(); });
    }
    const auto wait = [&](int working_days, std::size_t firm, Fate fate) {
        const Posting wish{.firm = firm, .fate = fate};
        world.at(world.working_days_before_end(working_days), [&market, wish] {
            return market.post(wish);
        });
    };
    wait(14, 0, Fate::two_offers);
    wait(1, 0, Fate::stay_draft);
    wait(150, 0, Fate::usual);
    wait(12, 1, Fate::wait_documents);
    wait(16, 2, Fate::refused_repairing);
    wait(6, 3, Fate::breached);
    wait(5, 4, Fate::breached);
    wait(1, 3, Fate::unanswered);
    wait(1, 2, Fate::usual);
    wait(2, 1, Fate::usual);
    return {};
}

} // namespace app::demo
