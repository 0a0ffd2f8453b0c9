#include "domain/indicator/figures.hpp"

#include <algorithm>

namespace indicator {
namespace {

series::Seasonal shares_of(const pack::Indicator& indicator) {
    return series::seasonal(indicator.seasonal_shares).value_or(series::even_shares());
}

bool is_flow(const pack::Indicator& indicator) {
    return indicator.measure == pack::Measure::flow && indicator.figure != pack::FigureKind::rate;
}

std::optional<Pace> pace(
    const Figures& figures, const pack::Indicator& indicator, const View& view, Date as_of) {
    if (!view.target || !view.actual || view.direction != pack::Direction::up) return std::nullopt;
    const auto day = std::min(view.actual->as_of, std::min(as_of, year_end(view.year)));
    Pace out;
    if (is_flow(indicator)) {
        out.expected = series::flow_pace(view.target->value, shares_of(indicator), day);
    } else {
        const auto start = figures.actual(indicator, view.year - 1, year_end(view.year - 1));
        if (!start) return std::nullopt;
        out.expected = series::stock_pace(view.target->value, start->value, day);
    }
    out.ratio = series::attainment(series::Direction::up, view.actual->value, out.expected);
    return out;
}

std::optional<ForecastView> forecast(
    const Figures& figures, const pack::Indicator& indicator, std::int32_t year, Date as_of) {
    if (as_of >= year_end(year))
        return std::nullopt; // the year is over: there is nothing to foretell
    std::optional<series::Forecast> found;
    Text method;
    if (is_flow(indicator)) {
        found = series::flow_forecast(figures.months(indicator, year, as_of), shares_of(indicator));
        method = {
            "按各月占比外推，区间来自各月离散程度",
            "Months scaled by their share of the year; the interval is from their spread"};
    } else {
        found = series::stock_forecast(figures.points(indicator, as_of), year_end(year));
        method = {"按历次数据直线外推", "A straight line through the reports"};
    }
    if (!found) return std::nullopt;
    return ForecastView{
        .value = found->value,
        .low = found->low,
        .high = found->high,
        .confidence = found->confidence,
        .method = method};
}

series::Light light(const View& view, Date as_of) {
    if (!view.target || !view.actual) return series::Light::none;
    const bool running = as_of < year_end(view.year);
    if (running && view.pace && view.pace->ratio) return series::light(view.pace->ratio);
    return series::light(view.attainment);
}

void describe(View& view, const pack::Policy& policy, const pack::Indicator& indicator) {
    view.code = indicator.code;
    view.row = indicator.row;
    view.part = indicator.part;
    view.label = indicator.label;
    view.group = indicator.group;
    view.group_code = indicator.group_code;
    view.measure = indicator.measure;
    view.printed_type = indicator.printed_type;
    view.direction = indicator.direction;
    view.figure = indicator.figure;
    view.unit = indicator.unit;
    view.definition = indicator.definition;
    view.computed = indicator.computed;
    view.reporter.code = indicator.reporter;
    if (const auto* unit = policy.unit(indicator.reporter)) view.reporter.name = unit->name;
    for (const auto& task : policy.pack().tasks) {
        if (std::ranges::find(task.indicators, indicator.code) != task.indicators.end()) {
            view.task_numbers.push_back(task.number);
        }
    }
}

View view_of(
    const pack::Policy& policy,
    const Figures& figures,
    const pack::Indicator& indicator,
    std::int32_t year,
    Date as_of) {
    View view;
    view.year = year;
    describe(view, policy, indicator);
    view.target = figures.target(indicator, year);
    view.actual = figures.actual(indicator, year, as_of);
    const auto before =
        view.actual
            ? figures.before(indicator, year, *view.actual)
            : figures.actual(indicator, year - 1, year_earlier(std::min(as_of, year_end(year))));
    if (before) {
        view.previous = Previous{before->value};
        if (view.actual) view.growth = series::growth(view.actual->value, before->value);
    }
    if (view.actual && view.target) {
        view.attainment = series::attainment(
            direction(indicator.direction), view.actual->value, view.target->value);
    }
    view.pace = pace(figures, indicator, view, as_of);
    view.forecast = forecast(figures, indicator, year, as_of);
    view.light = light(view, as_of);
    return view;
}

void count(Group& group, series::Light light) {
    group.total += 1;
    switch (light) {
    case series::Light::reached: group.reached += 1; return;
    case series::Light::near: group.near += 1; return;
    case series::Light::behind: group.behind += 1; return;
    case series::Light::none: group.none += 1; return;
    }
}

void count(std::vector<Group>& groups, const View& view) {
    count(groups.front(), view.light);
    auto found = std::ranges::find(groups, view.group_code, &Group::code);
    if (found == groups.end()) {
        groups.push_back({.code = view.group_code, .label = view.group});
        found = groups.end() - 1;
    }
    count(*found, view.light);
}

void attach(View& view, const std::vector<Flag>& flags) {
    for (const auto& flag : flags) {
        if (std::ranges::find(flag.indicators, view.code) != flag.indicators.end())
            view.flags.push_back(flag);
    }
}

std::vector<SeriesPoint> series_of(
    const Figures& figures, const pack::Indicator& indicator, std::int32_t year, Date as_of) {
    std::vector<SeriesPoint> out;
    if (indicator.computed && is_flow(indicator)) {
        std::int64_t sum = 0;
        std::int32_t number = 0;
        for (const auto value : figures.months(indicator, year, as_of)) {
            sum += value;
            out.push_back(
                {.period = {base::PeriodKind::month, year, ++number},
                 .value = value,
                 .source = Origin::computed,
                 .cumulative = sum});
        }
        return out;
    }
    for (const auto& one : figures.reports(indicator.code)) {
        if (one.superseded || one.as_of > as_of) continue;
        SeriesPoint point{
            .period = one.period,
            .value = one.value,
            .source = Origin::reported,
            .cumulative = one.value};
        // As the year's figure is made: a quarter beside its months counts once.
        if (is_flow(indicator)) {
            const auto sum = figures.actual(indicator, one.period.year, one.period.last_day());
            if (sum) point.cumulative = sum->value;
        }
        out.push_back(point);
    }
    std::ranges::stable_sort(
        out, {}, [](const SeriesPoint& point) { return point.period.last_day(); });
    return out;
}

std::vector<Restatement> restatements_of(const std::vector<Reported>& reports) {
    std::vector<Restatement> out;
    std::map<Period, std::int64_t> held;
    for (const auto& one : reports) {
        const auto [place, fresh] = held.try_emplace(one.period, one.value);
        if (fresh) continue;
        out.push_back(
            {.at = one.at,
             .period = one.period,
             .before = place->second,
             .after = one.value,
             .by = one.person_name,
             .reason = one.reason});
        place->second = one.value;
    }
    return out;
}

} // namespace

Board Indicators::board(const store::Snapshot& db, std::int32_t year, Date as_of) const {
    const Figures figures(db, policy_, computations_);
    Board board{.year = year, .as_of = std::min(as_of, year_end(year))};
    board.groups.push_back({.code = "all", .label = {"全部", "All"}});
    board.flags = flags(policy_, figures, year, as_of);
    for (const auto& indicator : policy_.pack().indicators) {
        auto view = view_of(policy_, figures, indicator, year, as_of);
        attach(view, board.flags);
        count(board.groups, view);
        board.items.push_back(std::move(view));
    }
    return board;
}

Result<Detail> Indicators::detail(
    const store::Snapshot& db, std::string_view code, std::int32_t year, Date as_of) const {
    const auto* indicator = policy_.indicator(code);
    if (indicator == nullptr) return unknown_indicator(code);
    const Figures figures(db, policy_, computations_);
    Detail out{.indicator = view_of(policy_, figures, *indicator, year, as_of)};
    attach(out.indicator, flags(policy_, figures, year, as_of));
    out.series = series_of(figures, *indicator, year, as_of);
    out.targets = figures.targets(*indicator);
    for (const auto& target : out.targets) {
        // Every vintage is a target of its year; the year is one line.
        if (std::ranges::find(out.years, target.year, &YearPair::year) != out.years.end()) continue;
        const auto actual =
            figures.actual(*indicator, target.year, std::min(as_of, year_end(target.year)));
        const auto newest = figures.target(*indicator, target.year);
        out.years.push_back(
            {.year = target.year,
             .target = newest ? std::optional(newest->value) : std::nullopt,
             .actual = actual ? std::optional(actual->value) : std::nullopt});
    }
    std::ranges::sort(out.years, {}, &YearPair::year);
    out.restatements = restatements_of(figures.reports(code));
    return out;
}

Result<Indicators::Span> Indicators::span(
    const store::Snapshot& db, std::string_view code, std::int32_t year, Date as_of) const {
    const auto* indicator = policy_.indicator(code);
    if (indicator == nullptr) return unknown_indicator(code);
    const Figures figures(db, policy_, computations_);
    return Span{
        .after = figures.computed_after(*indicator, year, as_of),
        .until = std::min(as_of, year_end(year))};
}

} // namespace indicator
