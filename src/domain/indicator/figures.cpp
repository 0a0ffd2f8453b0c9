#include "domain/indicator/figures.hpp"

#include <algorithm>

namespace indicator {
namespace {

using base::PeriodKind;

const std::vector<Reported> no_reports;

// The length of a period in months, for choosing the largest that fit.
int length_months(const Period& period) {
    switch (period.kind) {
    case PeriodKind::month: return 1;
    case PeriodKind::quarter: return 3;
    case PeriodKind::half: return 6;
    case PeriodKind::year: return 12;
    }
    base::bug("period kind out of range");
}

int first_month(const Period& period) { return (period.number - 1) * length_months(period); }

} // namespace

series::Direction direction(pack::Direction direction) {
    switch (direction) {
    case pack::Direction::up: return series::Direction::up;
    case pack::Direction::down: return series::Direction::down;
    case pack::Direction::band: return series::Direction::band;
    }
    base::bug("direction out of range");
}

Date year_end(std::int32_t year) { return Date::of(year, 12, 31); }

Date year_earlier(Date day) {
    const auto month = Period::containing(day, PeriodKind::month);
    return day == month.last_day() ? month.year_before().last_day() : day.plus_months(-12);
}

Text figure_text(pack::FigureKind kind, std::int64_t value, const std::string& unit) {
    switch (kind) {
    case pack::FigureKind::money: return rule::display(base::Money{value});
    case pack::FigureKind::rate: {
        const auto text = base::Rate{value}.percent_text() + "%";
        return {text, text};
    }
    case pack::FigureKind::count: {
        const auto text = std::to_string(value);
        return {text + " " + unit, text};
    }
    }
    base::bug("figure kind out of range");
}

Figures::Figures(
    const store::Snapshot& db, const pack::Policy& policy, const Computations& computations)
    : db_(db)
    , policy_(policy)
    , computations_(computations) {
    db.each<Reported>(
        "select seq, code, period, value, as_of, source_note, reason, party, person_name, at, "
        "superseded "
        "from indicator_value order by seq",
        [&](Reported&& one) { reports_[one.code].push_back(std::move(one)); });
    db.each<SetTarget>(
        "select seq, code, year, value, vintage, reason, at from indicator_target order by seq",
        [&](SetTarget&& one) { targets_[one.code].push_back(std::move(one)); });
}

const std::vector<Reported>& Figures::reports(std::string_view code) const {
    const auto found = reports_.find(code);
    return found == reports_.end() ? no_reports : found->second;
}

const Reported* Figures::newest(std::string_view code, Date from, Date until) const {
    const Reported* found = nullptr;
    for (const auto& one : reports(code)) {
        if (one.superseded || one.as_of < from || one.as_of > until) continue;
        if (found == nullptr || one.as_of >= found->as_of) found = &one;
    }
    return found;
}

Actual Figures::of_report(const Reported& report) const {
    return {
        .value = report.value,
        .as_of = report.as_of,
        .source = Origin::reported,
        .source_label = {report.source_note, report.source_note},
        .reported_at = report.at,
        .complete = report.as_of == year_end(report.as_of.year())};
}

std::optional<Actual> Figures::reported_flow(
    const pack::Indicator& indicator, std::int32_t year, Date until) const {
    std::vector<const Reported*> inside;
    for (const auto& one : reports(indicator.code)) {
        if (!one.superseded && one.period.year == year && one.period.last_day() <= until)
            inside.push_back(&one);
    }
    if (inside.empty()) return std::nullopt;
    std::ranges::stable_sort(inside, [](const Reported* a, const Reported* b) {
        return length_months(a->period) > length_months(b->period);
    });
    std::array<bool, 12> covered{};
    std::optional<Actual> sum;
    for (const auto* one : inside) {
        const auto from = covered.begin() + first_month(one->period);
        const auto to = from + length_months(one->period);
        if (std::any_of(from, to, [](bool taken) { return taken; })) continue;
        std::fill(from, to, true);
        if (!sum) {
            sum = of_report(*one);
            continue;
        }
        sum->value += one->value;
        if (one->as_of >= sum->as_of) {
            sum->as_of = one->as_of;
            sum->source_label = {one->source_note, one->source_note};
            sum->reported_at = one->at;
        }
    }
    sum->complete = std::ranges::all_of(covered, [](bool taken) { return taken; });
    return sum;
}

Date Figures::computed_after(
    const pack::Indicator& indicator, std::int32_t year, Date as_of) const {
    const auto until = std::min(as_of, year_end(year));
    if (indicator.measure != pack::Measure::stock) return year_end(year - 1);
    const auto* base = newest(indicator.code, Date{}, until);
    return base == nullptr ? Date{} : base->as_of;
}

std::optional<Actual> Figures::computed(
    const pack::Indicator& indicator, std::int32_t year, Date until) const {
    const auto found = computations_.find(*indicator.computed);
    base::ensure(found != computations_.end(), "only what can be computed is");
    const auto after = computed_after(indicator, year, until);
    const auto own = found->second(db_, after, until);
    Actual actual{
        .value = own.value_or(0),
        .as_of = until,
        .source = Origin::computed,
        .source_label = {"平台记录", "Platform records"},
        .complete = until == year_end(year)};
    if (indicator.measure != pack::Measure::stock) {
        if (!own) return std::nullopt;
        return actual;
    }
    const auto* base = newest(indicator.code, Date{}, until);
    if (base == nullptr && !own) return std::nullopt;
    if (base != nullptr) {
        actual.value += base->value;
        actual.base = base->value;
        actual.base_as_of = base->as_of;
        actual.source_label = {
            base->source_note + " + 平台记录", base->source_note + " + platform records"};
        actual.reported_at = base->at;
    }
    return actual;
}

std::optional<Actual> Figures::own_growth(
    const pack::Indicator& indicator, std::int32_t year, Date as_of) const {
    const auto* of = policy_.indicator(*indicator.growth_of);
    if (of == nullptr) return std::nullopt;
    const auto now = actual(*of, year, as_of);
    if (!now) return std::nullopt;
    const auto earlier = before(*of, year, *now);
    if (!earlier) return std::nullopt;
    const auto growth = series::growth(now->value, earlier->value);
    if (!growth) return std::nullopt;
    return Actual{
        .value = growth->ppm,
        .as_of = now->as_of,
        .source = Origin::computed,
        .source_label = {"由数值计算的同比", "Year-on-year of the values"},
        .reported_at = now->reported_at,
        .complete = now->complete};
}

std::optional<Actual> Figures::actual(
    const pack::Indicator& indicator, std::int32_t year, Date as_of) const {
    const auto until = std::min(as_of, year_end(year));
    if (until < Date::of(year, 1, 1)) return std::nullopt;
    if (indicator.growth_of || indicator.figure == pack::FigureKind::rate) {
        // An official growth or rate, where one is reported, goes before our own arithmetic.
        const auto* reported = newest(indicator.code, Date::of(year, 1, 1), until);
        if (reported != nullptr) return of_report(*reported);
        if (indicator.growth_of) return own_growth(indicator, year, as_of);
    }
    // A pack may name a computation that this platform lacks; then what is reported counts.
    if (indicator.computed && computations_.contains(*indicator.computed))
        return computed(indicator, year, until);
    if (indicator.measure == pack::Measure::flow) return reported_flow(indicator, year, until);
    const auto* reported = newest(indicator.code, Date::of(year, 1, 1), until);
    if (reported == nullptr) return std::nullopt;
    return of_report(*reported);
}

std::optional<Actual> Figures::before(
    const pack::Indicator& indicator, std::int32_t year, const Actual& now) const {
    return actual(indicator, year - 1, year_earlier(now.as_of));
}

std::vector<YearTarget> Figures::targets(const pack::Indicator& indicator) const {
    std::vector<YearTarget> all;
    for (const auto& one : indicator.targets) {
        all.push_back(
            {.year = one.year, .value = one.value, .printed = one.printed, .vintage = one.vintage});
    }
    if (const auto found = targets_.find(indicator.code); found != targets_.end()) {
        for (const auto& one : found->second) {
            all.push_back(
                {.year = one.year,
                 .value = one.value,
                 .printed = figure_text(indicator.figure, one.value, indicator.unit).zh,
                 .vintage = one.vintage});
        }
    }
    return all;
}

std::optional<Target> Figures::target(const pack::Indicator& indicator, std::int32_t year) const {
    std::optional<Target> found;
    for (auto& one : targets(indicator)) {
        if (one.year != year) continue;
        found = Target{.value = one.value, .printed = one.printed, .vintage = one.vintage};
    }
    return found;
}

std::optional<std::int64_t> Figures::planned(std::string_view code, std::int32_t year) const {
    if (const auto* indicator = policy_.indicator(code)) {
        const auto found = target(*indicator, year);
        return found ? std::optional(found->value) : std::nullopt;
    }
    const auto* body = policy_.target(code);
    if (body == nullptr || (body->by && body->by->year() != year)) return std::nullopt;
    return body->value;
}

std::vector<std::int64_t> Figures::months(
    const pack::Indicator& indicator, std::int32_t year, Date as_of) const {
    std::vector<std::int64_t> out;
    const auto until = std::min(as_of, year_end(year));
    const auto compute =
        indicator.computed ? computations_.find(*indicator.computed) : computations_.end();
    for (std::int32_t number = 1; number <= 12; ++number) {
        const Period month{PeriodKind::month, year, number};
        if (month.last_day() > until) break;
        if (compute != computations_.end()) {
            out.push_back(compute->second(db_, month.first_day().plus_days(-1), month.last_day())
                              .value_or(0));
            continue;
        }
        const auto& all = reports(indicator.code);
        const auto found = std::ranges::find_if(
            all, [&](const Reported& one) { return !one.superseded && one.period == month; });
        if (found == all.end()) break;
        out.push_back(found->value);
    }
    return out;
}

std::vector<series::Point> Figures::points(const pack::Indicator& indicator, Date as_of) const {
    std::vector<series::Point> out;
    for (const auto& one : reports(indicator.code)) {
        if (!one.superseded && one.as_of <= as_of) out.push_back({one.as_of, one.value});
    }
    std::ranges::sort(out, {}, &series::Point::date);
    return out;
}

} // namespace indicator
