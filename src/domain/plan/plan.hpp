// 任务: the plan's tasks and safeguards, who leads and supports each, their milestones, what units
// report of them, and how their figures stand. What the tasks are is the pack's; here is what
// happened.
#pragma once

#include "domain/indicator/indicator.hpp"
#include "domain/party/party.hpp"

namespace plan {

using base::Date;
using base::Id;
using base::Instant;
using base::Party;
using base::Rate;
using base::Result;
using base::Text;
using indicator::UnitRef;

// plan_report
struct Report {
    std::int64_t seq = 0;
    std::int32_t task = 0;
    Instant at;
    std::string unit; // code of the unit that reports
    std::string person_name;
    std::string text;
    Rate progress;
    std::optional<std::string> blocker; // what stands in the way, and who could remove it
};
BOOST_DESCRIBE_STRUCT(Report, (), (seq, task, at, unit, person_name, text, progress, blocker))

// plan_milestone: milestones that were reached.
struct Reached {
    std::int32_t task = 0;
    std::string code;
    Date done_on;
    std::string evidence;
    std::string person_name;
    Instant at;
};
BOOST_DESCRIBE_STRUCT(Reached, (), (task, code, done_on, evidence, person_name, at))

struct WriteReport {
    std::string text;
    Rate progress;
    std::optional<std::string> blocker;
};
BOOST_DESCRIBE_STRUCT(WriteReport, (), (text, progress, blocker))

struct ReachMilestone {
    Date done_on;
    std::string evidence;
};
BOOST_DESCRIBE_STRUCT(ReachMilestone, (), (done_on, evidence))

// Events ------------------------------------------------------------------------------------------

struct Reported {
    static constexpr std::string_view kind = "plan.reported";
    Report report;
};
BOOST_DESCRIBE_STRUCT(Reported, (), (report))

struct MilestoneReached {
    static constexpr std::string_view kind = "plan.milestone_reached";
    Reached milestone;
};
BOOST_DESCRIBE_STRUCT(MilestoneReached, (), (milestone))

void apply(store::Transaction& tx, const Reported& event);
void apply(store::Transaction& tx, const MilestoneReached& event);
void declare(store::Schema& schema);

// Views -------------------------------------------------------------------------------------------

enum class MilestoneState { open, done, late };
BOOST_DESCRIBE_ENUM(MilestoneState, open, done, late)

struct MilestoneView {
    std::string code;
    Text label;
    Date due;
    UnitRef unit;
    MilestoneState state = MilestoneState::open;
    std::optional<Date> done_at;
    std::optional<std::string> evidence;
};
BOOST_DESCRIBE_STRUCT(MilestoneView, (), (code, label, due, unit, state, done_at, evidence))

struct IndicatorRef {
    std::string code;
    Text label;
    series::Light light = series::Light::none;
    std::optional<Rate> attainment;
};
BOOST_DESCRIBE_STRUCT(IndicatorRef, (), (code, label, light, attainment))

struct TargetView {
    std::string code;
    Text label;
    pack::Comparator comparator = pack::Comparator::at_least;
    pack::FigureKind figure = pack::FigureKind::money;
    std::string unit;
    std::int64_t value = 0;
    std::string printed;
    std::optional<Date> by;
    Text reading;
    std::optional<std::int64_t> actual; // of the indicator it is tied to
    series::Light light = series::Light::none;
};
BOOST_DESCRIBE_STRUCT(
    TargetView,
    (),
    (code, label, comparator, figure, unit, value, printed, by, reading, actual, light))

struct LastReport {
    Instant at;
    std::string by;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(LastReport, (), (at, by, text))

struct TaskView {
    std::int32_t number = 0;
    std::string code;
    Text group;
    Text title;
    Text summary;
    std::vector<UnitRef> lead;
    std::vector<UnitRef> support;
    std::vector<std::string> printed_units;
    std::vector<IndicatorRef> indicators;
    std::vector<TargetView> targets;
    std::vector<MilestoneView> milestones;
    Rate progress; // as last reported; by milestones reached before the first report
    series::Light light = series::Light::none;
    std::optional<LastReport> last_report;
    bool may_report = false;     // the reader's unit leads or supports the task
    std::vector<Report> reports; // newest first; in the view of one task only
};
BOOST_DESCRIBE_STRUCT(
    TaskView,
    (),
    (number,
     code,
     group,
     title,
     summary,
     lead,
     support,
     printed_units,
     indicators,
     targets,
     milestones,
     progress,
     light,
     last_report,
     may_report,
     reports))

// A figure against the plan's word: 超过, 不低于, 不高于, 低于, 达到.
[[nodiscard]] bool meets(pack::Comparator comparator, std::int64_t actual, std::int64_t target);
// A task is behind when a milestone is late or an indicator is behind; near when an indicator is;
// reached when every milestone that fell due is done and no indicator is short; none when nothing
// fell due and nothing is measured.
[[nodiscard]] series::Light light(
    const std::vector<MilestoneView>& milestones,
    const std::vector<IndicatorRef>& indicators,
    Date today);

class Plans {
public:
    Plans(
        store::Database& database,
        const pack::Policy& policy,
        const indicator::Indicators& indicators)
        : database_(database)
        , policy_(policy)
        , indicators_(indicators) {}

    // All tasks, or those a unit leads or supports.
    [[nodiscard]] std::vector<TaskView> tasks(
        const store::Snapshot& db,
        const base::Actor& actor,
        std::string_view unit,
        Date today) const;
    // `plan.no_task` (not_found)
    [[nodiscard]] Result<TaskView> task(
        const store::Snapshot& db, const base::Actor& actor, std::int32_t number, Date today) const;

    // By a unit that leads or supports the task, or by the office: `plan.not_yours`, `plan.text`,
    // `plan.progress`.
    Result<store::Receipt> report(
        const store::Command& command, std::int32_t task, const WriteReport& wish);
    // `plan.no_milestone`, `plan.milestone_done`, `plan.milestone_future`, `plan.evidence`.
    Result<store::Receipt> reach(
        const store::Command& command,
        std::int32_t task,
        const std::string& milestone,
        const ReachMilestone& wish);

private:
    store::Database& database_;
    const pack::Policy& policy_;
    const indicator::Indicators& indicators_;
};

} // namespace plan
