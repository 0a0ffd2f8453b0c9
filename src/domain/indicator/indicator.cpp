#include "domain/indicator/figures.hpp"
#include "domain/permission/permission.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>

namespace indicator {
namespace {

// The unit that answers for the indicator, or the one that holds the plan's office.
Result<> may_report(
    const pack::Policy& policy, const base::Actor& actor, const pack::Indicator& indicator) {
    if (actor.kind == base::PartyKind::platform || actor.unit == indicator.reporter) return {};
    const auto* unit = policy.unit(actor.unit);
    if (unit != nullptr && unit->leads) return {};
    const auto* reporter = policy.unit(indicator.reporter);
    const auto name =
        reporter == nullptr ? Text{indicator.reporter, indicator.reporter} : reporter->name;
    return base::forbidden(
        "indicator.not_the_reporter",
        {"该指标由" + name.zh + "填报。", "This indicator is reported by " + name.en + "."},
        {"请联系该单位填报。", "Ask that unit to report it."});
}

Result<> check_period(const pack::Indicator& indicator, const ReportValue& wish, Date today) {
    if (wish.period.first_day() > today) {
        return base::invalid(
                   "indicator.future",
                   {"不能填报尚未开始的期间。", "A period that has not begun cannot be reported."},
                   {"请选择已经开始的期间。", "Choose a period that has begun."})
            .at("/period");
    }
    const auto as_of = wish.as_of.value_or(std::min(wish.period.last_day(), today));
    if (!wish.period.contains(as_of)) {
        return base::invalid(
                   "indicator.as_of",
                   {"数据日期不在所填期间内。", "The day of the figure is not in its period."},
                   {"请修改期间或数据日期。", "Correct the period or the day."})
            .at("/as_of");
    }
    if (indicator.figure == pack::FigureKind::count && wish.value < 0) {
        return base::invalid(
                   "indicator.negative",
                   {"数量不能为负。", "A count cannot be negative."},
                   {"请核对数值。", "Check the figure."})
            .at("/value");
    }
    return {};
}

Result<> check_restatement(
    const store::Snapshot& db, const std::string& code, const ReportValue& wish) {
    const auto all = reports(db, code);
    const auto held = std::ranges::find_if(
        all, [&](const Reported& one) { return !one.superseded && one.period == wish.period; });
    if (held == all.end()) return {};
    if (!wish.restates) {
        return base::conflict(
            "indicator.restates",
            {"该期间已有数据（" + held->person_name + " 填报）。",
             "This period has a figure already (by " + held->person_name + ")."},
            {"如需更正，请勾选“更正已报数据”并写明原因。",
             "To correct it, tick “restate” and give the reason."});
    }
    if (!wish.reason || wish.reason->empty()) {
        return base::invalid(
                   "indicator.restatement_reason",
                   {"更正已报数据必须写明原因。", "A restatement needs its reason."},
                   {"写明更正的依据。", "Say what the correction rests on."})
            .at("/reason");
    }
    return {};
}

} // namespace

base::Error unknown_indicator(std::string_view code) {
    return base::not_found(
        "indicator.unknown",
        {"没有这个指标：" + std::string(code), "There is no such indicator: " + std::string(code)},
        {"请从指标列表中选择。", "Choose it from the list of indicators."});
}

Result<> Indicators::report_in(
    store::Transaction& tx, const std::string& code, const ReportValue& wish) const {
    TRY(permission::require(tx.actor(), base::Right::indicator_report));
    const auto* indicator = policy_.indicator(code);
    if (indicator == nullptr) return unknown_indicator(code);
    TRY(may_report(policy_, tx.actor(), *indicator));
    const auto today = policy_.zone().date(tx.now());
    TRY(check_period(*indicator, wish, today));
    TRY(check_restatement(tx, code, wish));
    ValueReported event;
    event.report.code = code;
    event.report.period = wish.period;
    event.report.value = wish.value;
    event.report.as_of = wish.as_of.value_or(std::min(wish.period.last_day(), today));
    event.report.source_note = wish.source_note;
    event.report.reason = wish.reason.value_or("");
    event.report.party = tx.actor().party;
    event.report.person_name = tx.actor().name;
    tx.publish(event, code);
    return {};
}

Result<store::Receipt> Indicators::report(
    const store::Command& command, const std::string& code, const ReportValue& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        TRY(report_in(tx, code, wish));
        return code;
    });
}

Result<store::Receipt> Indicators::change_target(
    const store::Command& command, const std::string& code, const ChangeTarget& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        TRY(permission::require(tx.actor(), base::Right::indicator_report));
        const auto* indicator = policy_.indicator(code);
        if (indicator == nullptr) return unknown_indicator(code);
        const auto* unit = policy_.unit(tx.actor().unit);
        if (tx.actor().kind != base::PartyKind::platform && (unit == nullptr || !unit->leads)) {
            return base::forbidden(
                "indicator.not_the_office",
                {"目标只能由领导小组办公室调整。",
                 "Only the leading group's office changes targets."},
                {"请联系领导小组办公室。", "Ask the office of the leading group."});
        }
        if (wish.reason.empty() || wish.vintage.empty() || wish.vintage == "plan") {
            return base::invalid(
                       "indicator.target_reason",
                       {"调整目标须写明版本名称和依据。",
                        "A changed target needs a name of its vintage and a reason."},
                       {"例如：2022 年中期调整；依据：县政府常务会议纪要。",
                        "For example: mid-term 2022; minutes of the county meeting."})
                .at("/reason");
        }
        TargetSet event;
        event.target.code = code;
        event.target.year = wish.year;
        event.target.value = wish.value;
        event.target.vintage = wish.vintage;
        event.target.reason = wish.reason;
        tx.publish(event, code);
        return code;
    });
}

} // namespace indicator
