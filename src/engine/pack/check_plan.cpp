// The plan's tasks, targets and indicators, and the consistency rules between figures.
#include "engine/pack/checker.hpp"

#include <algorithm>
#include <numeric>
#include <set>

namespace pack {

namespace {

const Text responsible_unit{"责任单位", "unit"};
const Text indicator_word{"指标", "indicator"};

// Every name the plan prints is a unit's, and the units printed are the ones that lead or support.
void check_printed(
    Checker& checker,
    std::size_t i,
    const Task& task,
    const std::map<std::string, std::string>& names) {
    std::set<std::string> printed;
    Codes all_names;
    for (const auto& [name, code] : names)
        all_names.push_back(name);
    for (std::size_t k = 0; k < task.printed_units.size(); ++k) {
        const auto& name = task.printed_units[k];
        const auto found = names.find(name);
        if (found != names.end()) {
            printed.insert(found->second);
            continue;
        }
        const auto near = nearest(name, all_names);
        checker.error(
            at("tasks", i, "/printed_units/") + std::to_string(k),
            "pack.unit_name",
            {"没有单位叫“" + name + "”", "no unit is called “" + name + "”"},
            {"在 units.yaml 相应单位的 aliases 里加上" +
                 (near.empty() ? "" : "（可能是 " + names.at(near) + "）"),
             "add it to the aliases of the unit in units.yaml" +
                 (near.empty() ? "" : " (perhaps " + names.at(near) + ")")});
    }
    std::set<std::string> stated(task.lead.begin(), task.lead.end());
    stated.insert(task.support.begin(), task.support.end());
    if (task.printed_units.empty()) return;
    for (const auto& code : printed) {
        if (stated.contains(code)) continue;
        checker.error(
            at("tasks", i, "/printed_units"),
            "pack.task_units",
            {"印有 " + code + "，但它既不牵头也不配合",
             code + " is printed, but neither leads nor supports"},
            {"把 " + code + " 加入 lead 或 support", "add " + code + " to lead or support"});
    }
    for (const auto& code : stated) {
        if (printed.contains(code)) continue;
        checker.warn(
            at("tasks", i),
            "pack.task_units",
            {code + " 列为责任单位，但文件未印", code + " is responsible here, but is not printed"},
            {"核对 printed_units", "compare printed_units"});
    }
}

void check_tasks(Checker& checker) {
    const auto& pack = checker.pack();
    const auto units = codes_of(pack.units);
    const auto names = unit_names(pack);
    const auto indicators = codes_of(pack.indicators);
    const auto targets = codes_of(pack.targets);
    std::set<std::int32_t> numbers;
    for (std::size_t i = 0; i < pack.tasks.size(); ++i) {
        const auto& task = pack.tasks[i];
        checker.within(at("tasks", i, "/number"), task.number, 1, 999);
        if (!numbers.insert(task.number).second) {
            checker.error(
                at("tasks", i, "/number"),
                "pack.duplicate_code",
                {"任务序号 " + std::to_string(task.number) + " 重复",
                 "the number " + std::to_string(task.number) + " stands twice"},
                {"核对文件的序号", "compare the plan's numbers"});
        }
        if (task.lead.empty()) {
            checker.error(
                at("tasks", i),
                "pack.no_lead",
                {"任务没有牵头单位", "the task has no lead unit"},
                {"写 lead: [单位代码]，文件中列在首位的单位",
                 "write lead: [unit]: the one the plan lists first"});
        }
        checker.all_known(at("tasks", i, "/lead"), responsible_unit, task.lead, units);
        checker.all_known(at("tasks", i, "/support"), responsible_unit, task.support, units);
        checker.all_known(
            at("tasks", i, "/indicators"), indicator_word, task.indicators, indicators);
        checker.all_known(at("tasks", i, "/targets"), {"目标", "target"}, task.targets, targets);
        check_printed(checker, i, task, names);
        std::set<std::string> milestones;
        for (std::size_t k = 0; k < task.milestones.size(); ++k) {
            const auto place = at("tasks", i, "/milestones/") + std::to_string(k);
            checker.known(place + "/unit", responsible_unit, task.milestones[k].unit, units);
            if (milestones.insert(task.milestones[k].code).second) continue;
            checker.error(
                place,
                "pack.duplicate_code",
                {"节点代码重复", "the milestone's code stands twice"},
                {"换一个代码", "choose another code"});
        }
    }
}

void check_targets(Checker& checker) {
    const auto& pack = checker.pack();
    const auto indicators = codes_of(pack.indicators);
    for (std::size_t i = 0; i < pack.targets.size(); ++i) {
        if (pack.targets[i].indicator)
            checker.known(
                at("targets", i, "/indicator"),
                indicator_word,
                *pack.targets[i].indicator,
                indicators);
    }
}

void check_shares(Checker& checker, std::size_t i, const Indicator& indicator) {
    const auto& shares = indicator.seasonal_shares;
    if (shares.empty()) return;
    const auto sum = std::accumulate(shares.begin(), shares.end(), std::int64_t{0});
    const bool negative = std::ranges::any_of(shares, [](std::int32_t share) { return share < 0; });
    if (shares.size() == 12 && sum == 1'000'000 && !negative) return;
    checker.error(
        at("indicators", i, "/seasonal_shares"),
        "pack.seasonal_shares",
        {"月度比重有 " + std::to_string(shares.size()) + " 个，合计 " + std::to_string(sum),
         std::to_string(shares.size()) + " monthly shares add up to " + std::to_string(sum)},
        {"写 12 个非负数，合计 1000000（百万分之一）",
         "write 12 numbers, none negative, that add up to 1000000 (parts per million)"});
}

// growth_of names the other half of a printed pair.
void check_growth(Checker& checker, std::size_t i, const Indicator& indicator, const Codes& codes) {
    if (!indicator.growth_of) return;
    const auto place = at("indicators", i, "/growth_of");
    if (!checker.known(place, indicator_word, *indicator.growth_of, codes)) return;
    const auto& base =
        *std::ranges::find(checker.pack().indicators, *indicator.growth_of, &Indicator::code);
    const bool sound = indicator.figure == FigureKind::rate && base.code != indicator.code &&
                       base.row == indicator.row;
    if (sound) return;
    checker.error(
        place,
        "pack.indicator_pair",
        {"增速应为比率，且与其指标同在附件一行",
         "a growth is a rate, and in the same row of the annex as its indicator"},
        {"写 figure: rate，row 与 " + base.code + " 相同",
         "write figure: rate, and the row of " + base.code});
}

void check_indicators(Checker& checker) {
    const auto& pack = checker.pack();
    const auto codes = codes_of(pack.indicators);
    const auto units = codes_of(pack.units);
    std::set<std::pair<std::int32_t, std::int32_t>> cells;
    for (const auto& indicator : pack.indicators)
        cells.emplace(indicator.row, indicator.part);
    std::set<std::pair<std::int32_t, std::int32_t>> taken;
    for (std::size_t i = 0; i < pack.indicators.size(); ++i) {
        const auto& indicator = pack.indicators[i];
        checker.within(at("indicators", i, "/row"), indicator.row, 1, 999);
        checker.within(at("indicators", i, "/part"), indicator.part, 1, 2);
        const bool twice = !taken.emplace(indicator.row, indicator.part).second;
        const bool alone = indicator.part == 2 && !cells.contains({indicator.row, 1});
        if (twice || alone) {
            checker.error(
                at("indicators", i, "/part"),
                "pack.indicator_pair",
                {twice ? "附件同一行的同一部分有两个指标" : "只有第二部分，没有第一部分",
                 twice ? "two indicators claim one part of a row"
                       : "there is a second part without a first"},
                {"一行打印一对时，写 part: 1 和 part: 2",
                 "where a row prints a pair, write part: 1 and part: 2"});
        }
        checker.known(
            at("indicators", i, "/reporter"), responsible_unit, indicator.reporter, units);
        check_growth(checker, i, indicator, codes);
        check_shares(checker, i, indicator);
        std::set<std::pair<std::int32_t, std::string>> years;
        for (std::size_t k = 0; k < indicator.targets.size(); ++k) {
            const auto& target = indicator.targets[k];
            if (years.emplace(target.year, target.vintage).second) continue;
            checker.error(
                at("indicators", i, "/targets/") + std::to_string(k),
                "pack.duplicate_code",
                {std::to_string(target.year) + " 年的目标重复",
                 "the target of " + std::to_string(target.year) + " stands twice"},
                {"修订后的目标另写 vintage", "give a revised target a vintage of its own"});
        }
    }
}

} // namespace

void check_plan(Checker& checker) {
    check_tasks(checker);
    check_targets(checker);
    check_indicators(checker);
}

} // namespace pack
