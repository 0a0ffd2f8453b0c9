#include "domain/plan/plan.hpp"

#include "domain/permission/permission.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>

namespace plan {
namespace {

const pack::Task* find_task(const pack::Policy& policy, std::int32_t number) {
    const auto& tasks = policy.pack().tasks;
    const auto found = std::ranges::find(tasks, number, &pack::Task::number);
    return found == tasks.end() ? nullptr : &*found;
}

base::Error no_task(std::int32_t number) {
    const auto text = std::to_string(number);
    return base::not_found(
        "plan.no_task",
        {"没有第 " + text + " 项任务。", "There is no task " + text + "."},
        {"请从任务列表中选择。", "Choose it from the list of tasks."});
}

bool has(const std::vector<std::string>& units, std::string_view unit) {
    return std::ranges::find(units, unit) != units.end();
}

bool may_report(const pack::Policy& policy, const base::Actor& actor, const pack::Task& task) {
    if (actor.kind == base::PartyKind::platform) return true;
    const auto* unit = policy.unit(actor.unit);
    if (unit == nullptr) return false;
    return unit->leads || has(task.lead, unit->code) || has(task.support, unit->code);
}

Result<> must_report(const pack::Policy& policy, const base::Actor& actor, const pack::Task& task) {
    if (may_report(policy, actor, task)) return {};
    return base::forbidden(
        "plan.not_yours",
        {"该任务不由您所在单位负责。", "Your unit neither leads nor supports this task."},
        {"请由牵头或配合单位填报。", "A unit that leads or supports it reports on it."});
}

UnitRef unit_ref(const pack::Policy& policy, const std::string& code) {
    const auto* unit = policy.unit(code);
    return {.code = code, .name = unit == nullptr ? Text{code, code} : unit->name};
}

std::vector<UnitRef> unit_refs(const pack::Policy& policy, const std::vector<std::string>& codes) {
    std::vector<UnitRef> out;
    for (const auto& code : codes)
        out.push_back(unit_ref(policy, code));
    return out;
}

MilestoneView milestone_view(
    const pack::Policy& policy,
    const pack::Milestone& milestone,
    const std::vector<Reached>& reached,
    Date today) {
    MilestoneView view{
        .code = milestone.code,
        .label = milestone.label,
        .due = milestone.due,
        .unit = unit_ref(policy, milestone.unit)};
    const auto found = std::ranges::find(reached, milestone.code, &Reached::code);
    if (found != reached.end()) {
        view.state = MilestoneState::done;
        view.done_at = found->done_on;
        view.evidence = found->evidence;
    } else if (milestone.due < today) {
        view.state = MilestoneState::late;
    }
    return view;
}

TargetView target_view(
    const pack::BodyTarget& target, const std::map<std::string, const indicator::View*>& figures) {
    TargetView view{
        .code = target.code,
        .label = target.label,
        .comparator = target.comparator,
        .figure = target.figure,
        .unit = target.unit,
        .value = target.value,
        .printed = target.printed,
        .by = target.by,
        .reading = target.reading};
    if (!target.indicator) return view;
    const auto found = figures.find(*target.indicator);
    if (found == figures.end() || !found->second->actual) return view;
    view.actual = found->second->actual->value;
    if (meets(target.comparator, *view.actual, target.value)) {
        view.light = series::Light::reached;
    } else {
        const auto share = series::attainment(series::Direction::up, *view.actual, target.value);
        view.light =
            share && *share >= Rate::percent(95) ? series::Light::near : series::Light::behind;
    }
    return view;
}

// Everything of one snapshot that the views are made of.
struct Known {
    indicator::Board board;
    std::map<std::string, const indicator::View*> figures;
    std::vector<Report> reports; // newest first
    std::vector<Reached> reached;
};

Known known(const store::Snapshot& db, const indicator::Indicators& indicators, Date today) {
    Known out{.board = indicators.board(db, today.year(), today)};
    for (const auto& view : out.board.items)
        out.figures.emplace(view.code, &view);
    out.reports = db.rows<Report>("select seq, task, at, unit, person_name, text, progress, "
                                  "blocker from plan_report order by seq desc");
    out.reached = db.rows<Reached>(
        "select task, code, done_on, evidence, person_name, at from plan_milestone");
    return out;
}

Rate share_done(const std::vector<MilestoneView>& milestones) {
    if (milestones.empty()) return {};
    const auto done = std::ranges::count(milestones, MilestoneState::done, &MilestoneView::state);
    return {done * 1'000'000 / static_cast<std::int64_t>(milestones.size())};
}

TaskView task_view(
    const pack::Policy& policy,
    const pack::Task& task,
    const Known& known,
    const base::Actor& actor,
    Date today) {
    TaskView view{
        .number = task.number,
        .code = task.code,
        .group = task.group,
        .title = task.title,
        .summary = task.summary,
        .lead = unit_refs(policy, task.lead),
        .support = unit_refs(policy, task.support),
        .printed_units = task.printed_units};
    for (const auto& code : task.indicators) {
        const auto found = known.figures.find(code);
        if (found == known.figures.end()) continue;
        const auto& figure = *found->second;
        view.indicators.push_back(
            {.code = code,
             .label = figure.label,
             .light = figure.light,
             .attainment = figure.attainment});
    }
    for (const auto& code : task.targets) {
        if (const auto* target = policy.target(code))
            view.targets.push_back(target_view(*target, known.figures));
    }
    std::vector<Reached> reached;
    std::ranges::copy_if(known.reached, std::back_inserter(reached), [&](const Reached& one) {
        return one.task == task.number;
    });
    for (const auto& milestone : task.milestones) {
        view.milestones.push_back(milestone_view(policy, milestone, reached, today));
    }
    const auto last = std::ranges::find(known.reports, task.number, &Report::task);
    if (last == known.reports.end()) {
        view.progress = share_done(view.milestones);
    } else {
        view.progress = last->progress;
        view.last_report = LastReport{.at = last->at, .by = last->person_name, .text = last->text};
    }
    view.light = light(view.milestones, view.indicators, today);
    view.may_report = actor.rights.has(base::Right::task_report) && may_report(policy, actor, task);
    return view;
}

} // namespace

bool meets(pack::Comparator comparator, std::int64_t actual, std::int64_t target) {
    switch (comparator) {
    case pack::Comparator::above: return actual > target;
    case pack::Comparator::at_least:
    case pack::Comparator::reach: return actual >= target;
    case pack::Comparator::at_most: return actual <= target;
    case pack::Comparator::below: return actual < target;
    }
    base::bug("comparator out of range");
}

series::Light light(
    const std::vector<MilestoneView>& milestones,
    const std::vector<IndicatorRef>& indicators,
    Date today) {
    const auto any = [&](series::Light light) {
        return std::ranges::any_of(
            indicators, [&](const IndicatorRef& one) { return one.light == light; });
    };
    const bool late = std::ranges::any_of(
        milestones, [](const MilestoneView& one) { return one.state == MilestoneState::late; });
    if (late || any(series::Light::behind)) return series::Light::behind;
    if (any(series::Light::near)) return series::Light::near;
    const bool fell_due =
        std::ranges::any_of(milestones, [&](const MilestoneView& one) { return one.due <= today; });
    return fell_due || any(series::Light::reached) ? series::Light::reached : series::Light::none;
}

std::vector<TaskView> Plans::tasks(
    const store::Snapshot& db, const base::Actor& actor, std::string_view unit, Date today) const {
    const auto facts = known(db, indicators_, today);
    std::vector<TaskView> out;
    // Under the name it has here, or one that the plan prints for it.
    const auto* wanted = policy_.unit(unit);
    const auto code = wanted == nullptr ? std::string(unit) : wanted->code;
    for (const auto& task : policy_.pack().tasks) {
        if (!code.empty() && !has(task.lead, code) && !has(task.support, code)) continue;
        out.push_back(task_view(policy_, task, facts, actor, today));
    }
    return out;
}

Result<TaskView> Plans::task(
    const store::Snapshot& db, const base::Actor& actor, std::int32_t number, Date today) const {
    const auto* task = find_task(policy_, number);
    if (task == nullptr) return no_task(number);
    const auto facts = known(db, indicators_, today);
    auto view = task_view(policy_, *task, facts, actor, today);
    std::ranges::copy_if(facts.reports, std::back_inserter(view.reports), [&](const Report& one) {
        return one.task == number;
    });
    return view;
}

Result<store::Receipt> Plans::report(
    const store::Command& command, std::int32_t number, const WriteReport& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        TRY(permission::require(tx.actor(), base::Right::task_report));
        const auto* task = find_task(policy_, number);
        if (task == nullptr) return no_task(number);
        TRY(must_report(policy_, tx.actor(), *task));
        if (wish.text.empty()) {
            return base::invalid(
                       "plan.text",
                       {"请填写进展内容。", "Say what was done."},
                       {"写明完成了什么、下一步做什么。", "What is done, and what comes next."})
                .at("/text");
        }
        if (wish.progress < Rate{} || wish.progress > Rate::percent(100)) {
            return base::invalid(
                       "plan.progress",
                       {"进度应在 0 到 100% 之间。", "Progress lies between 0 and 100 %."},
                       {"请修改进度。", "Correct the progress."})
                .at("/progress");
        }
        Reported event;
        event.report.task = number;
        event.report.unit = tx.actor().unit;
        event.report.person_name = tx.actor().name;
        event.report.text = wish.text;
        event.report.progress = wish.progress;
        event.report.blocker = wish.blocker;
        tx.publish(event, std::to_string(number));
        return std::to_string(number);
    });
}

Result<store::Receipt> Plans::reach(
    const store::Command& command,
    std::int32_t number,
    const std::string& milestone,
    const ReachMilestone& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        TRY(permission::require(tx.actor(), base::Right::task_report));
        const auto* task = find_task(policy_, number);
        if (task == nullptr) return no_task(number);
        TRY(must_report(policy_, tx.actor(), *task));
        const auto found = std::ranges::find(task->milestones, milestone, &pack::Milestone::code);
        if (found == task->milestones.end()) {
            return base::not_found(
                "plan.no_milestone",
                {"该任务没有这个节点。", "The task has no such milestone."},
                {"请从节点列表中选择。", "Choose it from the list of milestones."});
        }
        const auto held = tx.row<std::int64_t>(
            "select count(*) from plan_milestone where task = $1 and code = $2", number, milestone);
        if (*held > 0) {
            return base::conflict(
                "plan.milestone_done",
                {"该节点已经完成。", "This milestone was reached already."},
                {"请刷新页面。", "Refresh the page."});
        }
        if (wish.done_on > policy_.zone().date(tx.now())) {
            return base::invalid(
                       "plan.milestone_future",
                       {"完成日期不能晚于今天。", "The day cannot lie in the future."},
                       {"请修改完成日期。", "Correct the day."})
                .at("/done_on");
        }
        if (wish.evidence.empty()) {
            return base::invalid(
                       "plan.evidence",
                       {"请写明佐证材料。", "Name the evidence."},
                       {"例如文件名称和文号。", "For example the document's name and number."})
                .at("/evidence");
        }
        MilestoneReached event;
        event.milestone = {
            .task = number,
            .code = milestone,
            .done_on = wish.done_on,
            .evidence = wish.evidence,
            .person_name = tx.actor().name};
        tx.publish(event, std::to_string(number));
        return std::to_string(number);
    });
}

} // namespace plan
