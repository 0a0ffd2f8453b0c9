// 指标: the figures a plan is judged by. Each is computed from this platform's records or reported
// with source and date; every report is kept, and a later one for the same period is a restatement
// with its reason.
//
// Figures are integers in the minor unit of the indicator's kind (分, ppm, ones); how people read
// them is the web's.
//
// What a year's actual is, at a day:
//   reported flow    the sum of the reported periods that lie in the year and before the day: the
//   year's own figure if
//                    there is one, else halves, quarters and months that do not overlap, largest
//                    first
//   reported stock   the newest report by its day (rates and counts the same)
//   computed flow    what the computation sums over the year so far
//   computed stock   the newest reported base (the county's total as its reporter gave it), and on
//   top of it what the
//                    computation finds recorded here after the base's day; without a base, the
//                    computation alone
//   growth_of X      year-on-year of X's actual; a reported growth, where there is one, stands
//   beside it
#pragma once

#include "domain/party/party.hpp"
#include "engine/series/series.hpp"

namespace indicator {

using base::Date;
using base::Id;
using base::Instant;
using base::Party;
using base::Period;
using base::Person;
using base::Rate;
using base::Result;
using base::Text;

// indicator_value: every figure ever reported.
struct Reported {
    std::int64_t seq = 0;
    std::string code;
    Period period;
    std::int64_t value = 0;
    Date as_of;
    std::string source_note; // which table or notice it is from
    std::string reason;      // of a restatement
    Id<Party> party;
    std::string person_name;
    Instant at;
    bool superseded = false; // a later report for the same period exists
};
BOOST_DESCRIBE_STRUCT(
    Reported,
    (),
    (seq, code, period, value, as_of, source_note, reason, party, person_name, at, superseded))

// indicator_target: targets set after the plan, each a vintage of its own beside the plan's.
struct SetTarget {
    std::int64_t seq = 0;
    std::string code;
    std::int32_t year = 0;
    std::int64_t value = 0;
    std::string vintage;
    std::string reason;
    Instant at;
};
BOOST_DESCRIBE_STRUCT(SetTarget, (), (seq, code, year, value, vintage, reason, at))

struct ReportValue {
    Period period;
    std::int64_t value = 0;
    std::optional<Date> as_of; // the period's last day unless said
    std::string source_note;
    bool restates = false;
    std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(ReportValue, (), (period, value, as_of, source_note, restates, reason))

struct ChangeTarget {
    std::int32_t year = 0;
    std::int64_t value = 0;
    std::string vintage;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(ChangeTarget, (), (year, value, vintage, reason))

// Events ------------------------------------------------------------------------------------------

struct ValueReported {
    static constexpr std::string_view kind = "indicator.value_reported";
    Reported report; // `seq` and `at` are the event's
};
BOOST_DESCRIBE_STRUCT(ValueReported, (), (report))

struct TargetSet {
    static constexpr std::string_view kind = "indicator.target_set";
    SetTarget target;
};
BOOST_DESCRIBE_STRUCT(TargetSet, (), (target))

void apply(store::Transaction& tx, const ValueReported& event);
void apply(store::Transaction& tx, const TargetSet& event);
void declare(store::Schema& schema);

// Computing ---------------------------------------------------------------------------------------

// A figure from this platform's own records. For a flow: over days in (after, until]. For a stock:
// at `until`, of what began in (after, until]. Nothing when there is nothing to compute from (a
// rate over no loans).
using Compute =
    std::function<std::optional<std::int64_t>(const store::Snapshot& db, Date after, Date until)>;
using Computations =
    std::map<std::string, Compute, std::less<>>; // by the pack's names: "loan.platform_amount"

enum class Origin { computed, reported };
BOOST_DESCRIBE_ENUM(Origin, computed, reported)

struct Actual {
    std::int64_t value = 0;
    Date as_of;
    Origin source = Origin::reported;
    Text source_label;
    std::optional<Instant> reported_at;
    bool complete = false;            // the whole year is in
    std::optional<std::int64_t> base; // of a computed stock: the reported part
    std::optional<Date> base_as_of;
};
BOOST_DESCRIBE_STRUCT(
    Actual, (), (value, as_of, source, source_label, reported_at, complete, base, base_as_of))

struct Target {
    std::int64_t value = 0;
    std::string printed;
    std::string vintage;
};
BOOST_DESCRIBE_STRUCT(Target, (), (value, printed, vintage))

struct Pace {
    std::int64_t expected = 0;
    std::optional<Rate> ratio; // actual ÷ expected
};
BOOST_DESCRIBE_STRUCT(Pace, (), (expected, ratio))

struct ForecastView {
    std::int64_t value = 0;
    std::int64_t low = 0;
    std::int64_t high = 0;
    Rate confidence;
    Text method;
};
BOOST_DESCRIBE_STRUCT(ForecastView, (), (value, low, high, confidence, method))

// A consistency rule that does not hold. It flags; nothing is mended.
struct Flag {
    std::string check;
    Text label;
    Text explains;
    Text figures; // the numbers that disagree, in a sentence
    std::vector<std::string> indicators;
};
BOOST_DESCRIBE_STRUCT(Flag, (), (check, label, explains, figures, indicators))

struct UnitRef {
    std::string code;
    Text name;
};
BOOST_DESCRIBE_STRUCT(UnitRef, (), (code, name))

struct Previous {
    std::int64_t value = 0;
};
BOOST_DESCRIBE_STRUCT(Previous, (), (value))

struct View {
    std::string code;
    std::int32_t row = 0;
    std::int32_t part = 1;
    Text label;
    Text group;
    std::string group_code;
    pack::Measure measure = pack::Measure::flow;
    std::string printed_type;
    pack::Direction direction = pack::Direction::up;
    pack::FigureKind figure = pack::FigureKind::money;
    std::string unit;
    std::int32_t year = 0;
    std::optional<Target> target;
    std::optional<Actual> actual;
    std::optional<Previous> previous; // the year before, at the same day of its year
    std::optional<Rate> attainment;
    std::optional<Rate> growth;
    std::optional<Pace> pace;
    std::optional<ForecastView> forecast;
    series::Light light = series::Light::none;
    std::vector<Flag> flags;
    UnitRef reporter;
    Text definition;
    std::vector<std::int32_t> task_numbers;
    std::optional<std::string> computed;
};
BOOST_DESCRIBE_STRUCT(
    View,
    (),
    (code,
     row,
     part,
     label,
     group,
     group_code,
     measure,
     printed_type,
     direction,
     figure,
     unit,
     year,
     target,
     actual,
     previous,
     attainment,
     growth,
     pace,
     forecast,
     light,
     flags,
     reporter,
     definition,
     task_numbers,
     computed))

struct Group {
    std::string code;
    Text label;
    std::int32_t reached = 0;
    std::int32_t near = 0;
    std::int32_t behind = 0;
    std::int32_t none = 0;
    std::int32_t total = 0;
};
BOOST_DESCRIBE_STRUCT(Group, (), (code, label, reached, near, behind, none, total))

struct Board {
    std::int32_t year = 0;
    Date as_of;
    std::vector<Group> groups; // the first is all of them together, code "all"
    std::vector<View> items;
    std::vector<Flag> flags;
};
BOOST_DESCRIBE_STRUCT(Board, (), (year, as_of, groups, items, flags))

struct SeriesPoint {
    Period period;
    std::int64_t value = 0;
    Origin source = Origin::reported;
    std::int64_t cumulative = 0; // within the year, of flows; the value itself otherwise
};
BOOST_DESCRIBE_STRUCT(SeriesPoint, (), (period, value, source, cumulative))

struct YearTarget {
    std::int32_t year = 0;
    std::int64_t value = 0;
    std::string printed;
    std::string vintage;
};
BOOST_DESCRIBE_STRUCT(YearTarget, (), (year, value, printed, vintage))

struct YearPair {
    std::int32_t year = 0;
    std::optional<std::int64_t> target;
    std::optional<std::int64_t> actual;
};
BOOST_DESCRIBE_STRUCT(YearPair, (), (year, target, actual))

struct Restatement {
    Instant at;
    Period period;
    std::int64_t before = 0;
    std::int64_t after = 0;
    std::string by;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(Restatement, (), (at, period, before, after, by, reason))

struct Detail {
    View indicator;
    std::vector<SeriesPoint>
        series; // the year's months for a computed flow; every report otherwise
    std::vector<YearTarget> targets; // all vintages
    std::vector<YearPair> years;
    std::vector<Restatement> restatements;
};
BOOST_DESCRIBE_STRUCT(Detail, (), (indicator, series, targets, years, restatements))

// Reads -------------------------------------------------------------------------------------------

std::vector<Reported> reports(const store::Snapshot& db, std::string_view code);      // newest last
std::vector<SetTarget> set_targets(const store::Snapshot& db, std::string_view code); // newest last

class Indicators {
public:
    Indicators(store::Database& database, const pack::Policy& policy, Computations computations)
        : database_(database)
        , policy_(policy)
        , computations_(std::move(computations)) {}

    [[nodiscard]] Board board(const store::Snapshot& db, std::int32_t year, Date as_of) const;
    // `indicator.unknown` (not_found).
    [[nodiscard]] Result<Detail> detail(
        const store::Snapshot& db, std::string_view code, std::int32_t year, Date as_of) const;

    // The span of days whose records make up a computed figure: for the drill-down.
    struct Span {
        Date after;
        Date until;
    };

    [[nodiscard]] Result<Span> span(
        const store::Snapshot& db, std::string_view code, std::int32_t year, Date as_of) const;

    // Inside another use case's transaction, for imports: by the unit that answers for it, or the
    // plan's leading office: `indicator.not_the_reporter`, `indicator.future`, `indicator.as_of`,
    // `indicator.negative`, `indicator.restates` (conflict: say so, with a reason).
    Result<> report_in(
        store::Transaction& tx, const std::string& code, const ReportValue& wish) const;
    Result<store::Receipt> report(
        const store::Command& command, const std::string& code, const ReportValue& wish);
    Result<store::Receipt> change_target(
        const store::Command& command, const std::string& code, const ChangeTarget& wish);

private:
    store::Database& database_;
    const pack::Policy& policy_;
    Computations computations_;
};

} // namespace indicator
