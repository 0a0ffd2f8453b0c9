// Guarantees, and the programmes of public money: limits that make sense, courses in which no
// money is paid without having been reserved, nor stays reserved for ever.
#include "engine/pack/checker.hpp"

#include <algorithm>
#include <set>

namespace pack {
namespace {

// What of the budget a case holds in a state.
enum class Purse { nothing, reserved, paid };

const char* purse_zh(Purse purse) {
    switch (purse) {
    case Purse::nothing: return "未占用预算";
    case Purse::reserved: return "已预留预算";
    case Purse::paid: return "已支付";
    }
    return "";
}

const char* purse_en(Purse purse) {
    switch (purse) {
    case Purse::nothing: return "holds nothing of the budget";
    case Purse::reserved: return "has reserved from the budget";
    case Purse::paid: return "has been paid";
    }
    return "";
}

std::optional<Purse> after(MoneyEffect effect, Purse before) {
    switch (effect) {
    case MoneyEffect::none: return before;
    case MoneyEffect::hold:
        return before == Purse::nothing ? std::optional(Purse::reserved) : std::nullopt;
    case MoneyEffect::pay:
        return before == Purse::reserved ? std::optional(Purse::paid) : std::nullopt;
    case MoneyEffect::release:
        return before == Purse::reserved ? std::optional(Purse::nothing) : std::nullopt;
    case MoneyEffect::give_back:
        return before == Purse::paid ? std::optional(Purse::nothing) : std::nullopt;
    }
    return std::nullopt;
}

class CourseCheck {
public:
    CourseCheck(Checker& checker, std::size_t index)
        : checker_(checker)
        , course_(checker.pack().courses[index])
        , place_(at("courses", index)) {}

    void run();

private:
    void spread(std::size_t step);
    void check_states();

    Checker& checker_;
    const Course& course_;
    std::string place_;
    std::map<std::string, Purse> purses_; // of the states that are reached
    bool grew_ = false;
    bool sound_ = true;
};

void CourseCheck::spread(std::size_t index) {
    const auto& step = course_.steps[index];
    for (const auto& from : step.from) {
        const auto found = purses_.find(from);
        if (found == purses_.end()) continue;
        const auto place = place_ + "/steps/" + std::to_string(index);
        const auto next = after(step.effect, found->second);
        if (!next) {
            sound_ = false;
            const auto effect = std::string(base::json::enum_name(step.effect));
            return checker_.error(
                place,
                "pack.course_money",
                {"“" + step.act + "”从“" + from + "”不能 " + effect + "：此时" +
                     purse_zh(found->second),
                 "“" + step.act + "” cannot " + effect + " from “" + from + "”, which " +
                     purse_en(found->second)},
                {"次序是 hold、pay、give_back，或 hold、release",
                 "the order is hold, pay, give_back, or hold, release"});
        }
        const auto [state, fresh] = purses_.emplace(step.to, *next);
        grew_ = grew_ || fresh;
        if (!fresh && state->second != *next) {
            sound_ = false;
            return checker_.error(
                place,
                "pack.course_money",
                {"到达“" + step.to + "”时有的案件" + purse_zh(state->second) + "，有的" +
                     purse_zh(*next),
                 "of the cases in “" + step.to + "” one " + purse_en(state->second) + ", another " +
                     purse_en(*next)},
                {"分成两个状态", "make two states of it"});
        }
    }
}

void CourseCheck::check_states() {
    for (std::size_t i = 0; i < course_.states.size(); ++i) {
        const auto& state = course_.states[i];
        const auto place = place_ + "/states/" + std::to_string(i);
        const auto found = purses_.find(state.code);
        if (found == purses_.end()) {
            checker_.error(
                place,
                "pack.unreachable",
                {"走不到状态“" + state.code + "”", "no step leads to “" + state.code + "”"},
                {"加一个通向它的步骤，或删去它", "add a step that leads to it, or remove it"});
        } else if (state.ends && found->second == Purse::reserved) {
            checker_.error(
                place,
                "pack.course_money",
                {"终点“" + state.code + "”仍预留着预算",
                 "the end “" + state.code + "” keeps its reserve"},
                {"通向它的步骤写 effect: release 或 pay",
                 "let the step to it have the effect release or pay"});
        }
        const bool leaves = std::ranges::any_of(course_.steps, [&](const CourseStep& step) {
            return one_of(step.from, state.code) && step.to != state.code;
        });
        if (leaves != state.ends) continue;
        checker_.error(
            place,
            "pack.no_way_out",
            {"“" + state.code + (state.ends ? "”是终点，却有步骤离开" : "”没有离开的步骤"),
             "“" + state.code +
                 (state.ends ? "” is an end and is left all the same" : "” is never left")},
            {"改 ends，或改步骤", "change `ends`, or the steps"});
    }
}

void CourseCheck::run() {
    if (course_.states.empty()) {
        return checker_.error(
            place_,
            "pack.no_way_out",
            {"流程没有状态", "the course has no states"},
            {"列出状态，第一个是起点", "list the states; the first is the beginning"});
    }
    const auto codes = codes_of(course_.states);
    bool known = true;
    for (std::size_t i = 0; i < course_.steps.size(); ++i) {
        const auto place = place_ + "/steps/" + std::to_string(i);
        const Text word{"状态", "state"};
        known = checker_.known(place + "/to", word, course_.steps[i].to, codes) && known;
        for (const auto& from : course_.steps[i].from)
            known = checker_.known(place + "/from", word, from, codes) && known;
    }
    if (!known) return;
    purses_.emplace(codes.front(), Purse::nothing);
    do {
        grew_ = false;
        for (std::size_t i = 0; i < course_.steps.size() && sound_; ++i)
            spread(i);
    } while (grew_ && sound_);
    if (sound_) check_states();
}

void check_guarantees(Checker& checker, std::size_t i) {
    const auto& rules = checker.pack().guarantee_rules[i];
    const auto place = at("guarantee_rules", i);
    checker.within(place + "/multiple", rules.multiple, 1, 100);
    checker.within(place + "/multiple_small", rules.multiple_small, rules.multiple, 100);
    checker.within(
        place + "/related_most", rules.related_most.ppm, rules.single_most.ppm, 1'000'000);
    std::int64_t sum = 0;
    for (const auto& share : rules.shares)
        sum += share.share.ppm;
    if (rules.shares.empty() || sum == 1'000'000) return;
    checker.error(
        place + "/shares",
        "pack.shares",
        {"分险比例合计 " + Rate{sum}.percent_text() + "%，应为 100%",
         "the shares add up to " + Rate{sum}.percent_text() + "%, not 100%"},
        {"改正各方比例", "correct the shares"});
}

void check_levels(Checker& checker, const std::string& place, const Programme& programme) {
    const bool premium = programme.kind == ProgrammeKind::premium_subsidy;
    if (premium && programme.levels.empty()) {
        checker.error(
            place,
            "pack.programme",
            {"保费补贴没有档次", "a premium subsidy has no levels"},
            {"写 levels", "write its levels"});
    }
    for (std::size_t k = 0; k < programme.levels.size(); ++k) {
        const auto& shares = programme.levels[k].shares;
        const bool falls = std::ranges::is_sorted(shares, std::greater<>{}, &Rate::ppm);
        const bool sound = !shares.empty() && falls && shares.front() <= Rate::percent(100) &&
                           shares.back().ppm >= 0;
        if (sound) continue;
        checker.error(
            place + "/levels/" + std::to_string(k),
            "pack.programme",
            {"补贴比例应在 0% 至 100% 之间且逐年不增",
             "the shares are within 0 and 100 % and never rise"},
            {"改正 shares", "correct the shares"});
    }
    const bool shared = programme.kind == ProgrammeKind::interest_subsidy ||
                        programme.kind == ProgrammeKind::risk_compensation;
    if (shared && (programme.share.ppm <= 0 || programme.share > Rate::percent(100))) {
        checker.error(
            place,
            "pack.programme",
            {"补贴比例应大于 0%，不超过 100%", "its share is above 0 and at most 100 %"},
            {"写 share", "write its share"});
    }
    if (programme.kind == ProgrammeKind::bridge_loan)
        checker.within(place + "/days_most", programme.days_most, 1, 365);
}

void check_programme(Checker& checker, std::size_t i) {
    const auto& programme = checker.pack().programmes[i];
    const auto place = at("programmes", i);
    const auto units = codes_of(checker.pack().units);
    const Text unit{"责任单位", "unit"};
    checker.known(
        place + "/course", {"流程", "course"}, programme.course, codes_of(checker.pack().courses));
    checker.known(place + "/decides", unit, programme.decides, units);
    checker.known(place + "/pays", unit, programme.pays, units);
    std::set<std::int32_t> years;
    for (std::size_t k = 0; k < programme.years.size(); ++k) {
        const auto& year = programme.years[k];
        if (year.budget.fen > 0 && years.insert(year.year).second) continue;
        checker.error(
            place + "/years/" + std::to_string(k),
            "pack.programme",
            {"年度预算应大于零，一年一条", "a year's budget is above zero and stands once"},
            {"改正 years", "correct the years"});
    }
    if (programme.to && *programme.to < programme.from) {
        checker.error(
            place + "/to",
            "pack.dates",
            {"失效日早于生效日", "it ends before it begins"},
            {"to 写在 from 或之后", "write `to` on or after `from`"});
    }
    check_levels(checker, place, programme);
}

} // namespace

void check_money(Checker& checker) {
    const auto& pack = checker.pack();
    for (std::size_t i = 0; i < pack.guarantee_rules.size(); ++i)
        check_guarantees(checker, i);
    for (std::size_t i = 0; i < pack.courses.size(); ++i)
        CourseCheck(checker, i).run();
    for (std::size_t i = 0; i < pack.programmes.size(); ++i)
        check_programme(checker, i);
}

} // namespace pack
