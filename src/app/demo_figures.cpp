// What units report for the plan's indicators, month by month. Each follows its targets at a pace
// of its own, so that the board shows some reached, some near, some behind and some without a
// figure.
#include "app/demo_world.hpp"

#include <algorithm>

namespace app::demo {
namespace {

using base::PeriodKind;

// Year-end figures of one indicator: its targets times its own pace, and the years before by
// ordinary growth.
class Path {
public:
    Path(const pack::Indicator& indicator, std::uint64_t seed)
        : indicator_(indicator) {
        Random random(seed, "pace " + indicator.code);
        constexpr std::array<std::int64_t, 6> upward = {1'035, 1'012, 1'004, 972, 930, 845};
        constexpr std::array<std::int64_t, 4> downward = {965, 990, 1'012, 1'060};
        pace_permille_ = indicator.direction == pack::Direction::down ? random.pick(downward)
                                                                      : random.pick(upward);
        growth_permille_ = random.between(70, 150);
    }

    [[nodiscard]] bool known() const { return !indicator_.targets.empty(); }

    [[nodiscard]] std::int64_t year_end(int year) const {
        const auto& targets = indicator_.targets;
        const auto exact = std::ranges::find(targets, year, &pack::AnnualTarget::year);
        if (exact != targets.end()) return paced(exact->value);
        const auto& nearest = year < targets.front().year ? targets.front() : targets.back();
        auto value = paced(nearest.value);
        // Rates and counts of platforms stay; amounts grow.
        if (indicator_.figure == pack::FigureKind::rate) return value;
        for (auto at = nearest.year; at > year; --at)
            value = value * 1'000 / (1'000 + growth_permille_);
        for (auto at = nearest.year; at < year; ++at)
            value = value * (1'000 + growth_permille_) / 1'000;
        return value;
    }

    // Of a flow: what falls in these months. Of a stock: where it stands at the end of them.
    [[nodiscard]] std::int64_t in(const Period& period) const {
        const auto last_month = static_cast<std::int64_t>(period.last_day().month());
        const auto whole = year_end(period.year);
        if (indicator_.measure == pack::Measure::flow &&
            indicator_.figure != pack::FigureKind::rate) {
            const auto first_month = static_cast<std::int64_t>(period.first_day().month());
            return share_until(whole, last_month) - share_until(whole, first_month - 1);
        }
        if (indicator_.figure == pack::FigureKind::rate) return whole;
        const auto before = year_end(period.year - 1);
        return before + (whole - before) * last_month / 12;
    }

private:
    [[nodiscard]] std::int64_t paced(std::int64_t value) const {
        // A count of a few is what it is: a fraction of a platform makes no sense.
        if (indicator_.figure == pack::FigureKind::count && value < 20) return value;
        return value / 1'000 * pace_permille_ + value % 1'000 * pace_permille_ / 1'000;
    }

    [[nodiscard]] std::int64_t share_until(std::int64_t whole, std::int64_t month) const {
        const auto& shares = indicator_.seasonal_shares;
        if (shares.size() != 12) return whole / 12 * month + whole % 12 * month / 12;
        std::int64_t ppm = 0;
        for (std::size_t i = 0; i < static_cast<std::size_t>(month); ++i)
            ppm += shares[i];
        return whole / 1'000'000 * ppm + whole % 1'000'000 * ppm / 1'000'000;
    }

    const pack::Indicator& indicator_;
    std::int64_t pace_permille_ = 1'000;
    std::int64_t growth_permille_ = 100;
};

// How often it is reported. Yearly ones have no figure of the running year yet.
PeriodKind cadence(const pack::Indicator& indicator, std::uint64_t seed) {
    Random random(seed, "cadence " + indicator.code);
    if (indicator.group_code == "finance" || indicator.computed) return PeriodKind::month;
    if (indicator.figure == pack::FigureKind::count)
        return random.chance(30) ? PeriodKind::year : PeriodKind::quarter;
    return indicator.group_code == "industry" ? PeriodKind::quarter : PeriodKind::month;
}

// Stocks are reported for a month, whatever the rhythm.
Period reported_period(const pack::Indicator& indicator, const Period& period) {
    if (indicator.measure == pack::Measure::flow) return period;
    return Period::containing(period.last_day(), PeriodKind::month);
}

bool wants_reports(const pack::Indicator& indicator, std::uint64_t seed) {
    Random random(seed, "reported " + indicator.code);
    if (indicator.growth_of) return random.chance(40); // else it follows from the values
    if (!indicator.computed) return true;
    // On top of a reported base comes what is recorded here; flows and counts are computed alone.
    return indicator.measure == pack::Measure::stock || indicator.figure == pack::FigureKind::rate;
}

Result<> report(
    World& world,
    const pack::Indicator& indicator,
    const Period& period,
    std::int64_t value,
    std::optional<std::string> restated) {
    indicator::ReportValue wish;
    wish.period = period;
    wish.value = value;
    wish.source_note = indicator.figure == pack::FigureKind::money ? "统计快报" : "部门报表";
    wish.restates = restated.has_value();
    wish.reason = std::move(restated);
    const auto& actor = world.official(indicator.reporter, base::Right::indicator_report);
    TRY(world.county.indicators.report(world.by(actor), indicator.code, wish));
    return {};
}

void plan_indicator(World& world, const pack::Indicator& indicator, bool restated) {
    const Path path(indicator, world.wish.seed);
    const auto kind = cadence(indicator, world.wish.seed);
    const auto begin = Date::of(world.today().year(), 1, 1); // the year before the plan's first
    const auto last = world.policy().zone().date(world.end);
    Random random(world.wish.seed, "reports " + indicator.code);
    for (auto period = Period::containing(begin, kind); period.last_day() < last;
         period = period.next()) {
        const auto named = reported_period(indicator, period);
        auto value = path.in(period);
        const auto wobble = indicator.figure == pack::FigureKind::count ? 0 : random.between(-9, 9);
        value += value / 1'000 * wobble;
        const auto late = random.chance(5) ? 30 : 0;
        const auto day =
            period.last_day().plus_days(static_cast<std::int32_t>(random.between(8, 16)) + late);
        const bool wrong = restated && period.contains(Date::of(last.year() - 1, 6, 30));
        const auto first = wrong ? value + value / 40 : value;
        world.at(world.morning(day), [&world, &indicator, named, first] {
            return report(world, indicator, named, first, std::nullopt);
        });
        if (!wrong) continue;
        world.at(world.morning(day.plus_days(45)), [&world, &indicator, named, value] {
            return report(
                world, indicator, named, value, "上期误将区外分支机构数据计入，经核对后更正");
        });
    }
}

} // namespace

Result<> plan_figures(World& world) {
    if (world.policy().pack().units.empty()) return {};
    bool restated = false;
    for (const auto& indicator : world.policy().pack().indicators) {
        if (!wants_reports(indicator, world.wish.seed) || !Path(indicator, world.wish.seed).known())
            continue;
        const bool this_one =
            !restated && indicator.figure == pack::FigureKind::money && !indicator.computed;
        restated = restated || this_one;
        plan_indicator(world, indicator, this_one);
    }
    return {};
}

} // namespace app::demo
