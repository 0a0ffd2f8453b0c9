// What the views are computed from, read once per request: every report and target, and the figures
// they give.
#pragma once

#include "domain/indicator/indicator.hpp"
#include "engine/pack/policy.hpp"

namespace indicator {

[[nodiscard]] series::Direction direction(pack::Direction direction);
[[nodiscard]] Date year_end(std::int32_t year);
// The same day of the year before; the last day of a month for a last day, so that February is
// whole.
[[nodiscard]] Date year_earlier(Date day);
[[nodiscard]] base::Error unknown_indicator(std::string_view code); // `indicator.unknown`

class Figures {
public:
    Figures(
        const store::Snapshot& db, const pack::Policy& policy, const Computations& computations);

    [[nodiscard]] std::optional<Actual> actual(
        const pack::Indicator& indicator, std::int32_t year, Date as_of) const;
    // What the year before had by the day that `now` is of: the two are of equal length.
    [[nodiscard]] std::optional<Actual> before(
        const pack::Indicator& indicator, std::int32_t year, const Actual& now) const;
    // The newest vintage of the year's target.
    [[nodiscard]] std::optional<Target> target(
        const pack::Indicator& indicator, std::int32_t year) const;
    [[nodiscard]] std::vector<YearTarget> targets(const pack::Indicator& indicator) const;
    // A planned figure of an indicator, or of a target in the plan's body, for one year.
    [[nodiscard]] std::optional<std::int64_t> planned(
        std::string_view code, std::int32_t year) const;
    // Whole months of a flow from January on, as far as they are known without a gap.
    [[nodiscard]] std::vector<std::int64_t> months(
        const pack::Indicator& indicator, std::int32_t year, Date as_of) const;
    // Reports for a stock's line, oldest first, up to the day.
    [[nodiscard]] std::vector<series::Point> points(
        const pack::Indicator& indicator, Date as_of) const;
    [[nodiscard]] const std::vector<Reported>& reports(
        std::string_view code) const; // all, oldest first
    // Where a computed figure's records begin: the day before the first of them.
    [[nodiscard]] Date computed_after(
        const pack::Indicator& indicator, std::int32_t year, Date as_of) const;

private:
    [[nodiscard]] std::optional<Actual> reported_flow(
        const pack::Indicator& indicator, std::int32_t year, Date until) const;
    [[nodiscard]] const Reported* newest(std::string_view code, Date from, Date until) const;
    [[nodiscard]] std::optional<Actual> computed(
        const pack::Indicator& indicator, std::int32_t year, Date until) const;
    [[nodiscard]] std::optional<Actual> own_growth(
        const pack::Indicator& indicator, std::int32_t year, Date as_of) const;
    [[nodiscard]] Actual of_report(const Reported& report) const;

    const store::Snapshot& db_;
    const pack::Policy& policy_;
    const Computations& computations_;
    std::map<std::string, std::vector<Reported>, std::less<>> reports_;
    std::map<std::string, std::vector<SetTarget>, std::less<>> targets_;
};

// Every consistency rule of the pack that the plan's or the year's figures break.
[[nodiscard]] std::vector<Flag> flags(
    const pack::Policy& policy, const Figures& figures, std::int32_t year, Date as_of);

// "90.7 亿元", "9.00 %", "570 个": a figure as its indicator shows it.
[[nodiscard]] Text figure_text(pack::FigureKind kind, std::int64_t value, const std::string& unit);

} // namespace indicator
