// The financing process: every state reached and left, every clock stopped and owned.
#include "engine/pack/checker.hpp"

#include <algorithm>
#include <set>

namespace pack {

namespace {

struct Half { // the need's or the claim's part of the process
    const char* states_name;
    const char* steps_name;
    const std::vector<State>& states;
    const std::vector<Step>& steps;
};

std::string in_process(const char* member, std::size_t index, const char* inner = "") {
    return "/process/" + std::string(member) + "/" + std::to_string(index) + inner;
}

// All states one gets to from these by the arrows given.
std::set<std::string> reached(
    std::set<std::string> known, const std::vector<std::pair<std::string, std::string>>& arrows) {
    for (bool grew = true; grew;) {
        grew = false;
        for (const auto& [from, to] : arrows)
            grew = (known.contains(from) && known.insert(to).second) || grew;
    }
    return known;
}

void check_reach(Checker& checker, const Half& half) {
    std::vector<std::pair<std::string, std::string>> forth;
    std::vector<std::pair<std::string, std::string>> back;
    for (const auto& step : half.steps) {
        if (step.to.empty()) continue;
        for (const auto& from : step.from) {
            forth.emplace_back(from, step.to);
            back.emplace_back(step.to, from);
        }
    }
    std::set<std::string> ends;
    for (const auto& state : half.states) {
        if (state.ends) ends.insert(state.code);
    }
    const auto from_first = reached({half.states.front().code}, forth);
    const auto to_an_end = reached(ends, back);
    for (std::size_t i = 0; i < half.states.size(); ++i) {
        const auto& code = half.states[i].code;
        if (!from_first.contains(code)) {
            checker.error(
                in_process(half.states_name, i),
                "pack.unreachable",
                {"从“" + half.states.front().code + "”出发走不到状态“" + code + "”",
                 "no step leads from “" + half.states.front().code + "” to the state “" + code +
                     "”"},
                {"加一个通向它的步骤，或删去它", "add a step that leads to it, or remove it"});
        }
        if (!to_an_end.contains(code)) {
            checker.error(
                in_process(half.states_name, i),
                "pack.no_way_out",
                {"状态“" + code + "”走不到任何终点",
                 "from the state “" + code + "” no end is reached"},
                {"加一个离开它的步骤，或写 ends: true",
                 "add a step that leaves it, or write ends: true"});
        }
    }
}

void check_half(Checker& checker, const Half& half) {
    if (half.states.empty()) {
        checker.error(
            "/process",
            "pack.no_way_out",
            {std::string(half.states_name) + " 为空", std::string(half.states_name) + " is empty"},
            {"列出状态，第一个是起点", "list the states; the first is the beginning"});
        return;
    }
    const auto codes = codes_of(half.states);
    for (std::size_t i = 0; i < codes.size(); ++i) {
        if (std::ranges::count(codes, codes[i]) > 1 &&
            std::ranges::find(codes, codes[i]) - codes.begin() != static_cast<std::ptrdiff_t>(i)) {
            checker.error(
                in_process(half.states_name, i, "/code"),
                "pack.duplicate_code",
                {"状态“" + codes[i] + "”重复", "the state “" + codes[i] + "” stands twice"},
                {"删去一个", "remove one"});
        }
    }
    const Text word{"状态", "state"};
    bool sound = true;
    std::set<std::string> taken;
    for (std::size_t i = 0; i < half.steps.size(); ++i) {
        const auto& step = half.steps[i];
        for (std::size_t k = 0; k < step.from.size(); ++k) {
            const auto place = in_process(half.steps_name, i, "/from/") + std::to_string(k);
            sound = checker.known(place, word, step.from[k], codes) && sound;
            const auto key =
                step.act + '\n' + step.from[k] + '\n' + std::string(base::json::enum_name(step.by));
            if (!taken.insert(key).second) {
                checker.error(
                    place,
                    "pack.step_twice",
                    {"同一方在“" + step.from[k] + "”有两个“" + step.act + "”步骤",
                     "one party has two steps “" + step.act + "” from “" + step.from[k] + "”"},
                    {"合并，或换一个动作名", "merge them, or name one act otherwise"});
            }
        }
        if (step.from.empty()) {
            checker.error(
                in_process(half.steps_name, i),
                "pack.missing_key",
                {"步骤“" + step.act + "”没有起始状态",
                 "the step “" + step.act + "” starts from no state"},
                {"写 from: [状态]", "write from: [state]"});
        }
        if (!step.to.empty())
            sound =
                checker.known(in_process(half.steps_name, i, "/to"), word, step.to, codes) && sound;
    }
    if (sound) check_reach(checker, half);
}

struct Words { // what the clocks may name
    Codes acts;
    Codes need_states;
    Codes claim_states;
    Codes owners;
    Codes notified;
};

void check_rungs(Checker& checker, std::size_t i, const ClockRule& clock, const Words& words) {
    std::int32_t before = 0;
    for (std::size_t k = 0; k < clock.rungs.size(); ++k) {
        const auto place = in_process("clocks", i, "/rungs/") + std::to_string(k);
        const auto& rung = clock.rungs[k];
        if (rung.percent < before || rung.percent < 1) {
            checker.error(
                place + "/percent",
                "pack.rungs",
                {"提醒节点应由小到大", "the rungs must ascend"},
                {"按百分比由小到大排列，如 50、80、100、150",
                 "order them by percent, as 50, 80, 100, 150"});
        }
        before = rung.percent;
        checker.within(place + "/level", rung.level, 0, 3);
        checker.known(place + "/notify", {"通知对象", "recipient"}, rung.notify, words.notified);
    }
}

void check_clock(Checker& checker, std::size_t i, const ClockRule& clock, const Words& words) {
    const auto place = [&](const char* member) { return in_process("clocks", i, member); };
    if (clock.on != "need" && clock.on != "claim")
        checker.known(
            place("/on"), {"计时对象", "subject of a clock"}, clock.on, {"need", "claim"});
    for (const auto& [member, acts] :
         {std::pair{"/starts", &clock.starts}, std::pair{"/stops", &clock.stops}}) {
        checker.all_known(place(member), {"动作", "act"}, *acts, words.acts);
        if (!acts->empty()) continue;
        const bool start = std::string_view(member) == "/starts";
        checker.error(
            place(start ? "/starts" : "/stops"),
            start ? "pack.clock_never_starts" : "pack.clock_never_stops",
            {std::string("计时“") + clock.code + (start ? "”从不开始" : "”从不停止"),
             std::string("the clock “") + clock.code +
                 (start ? "” never starts" : "” never stops")},
            {start ? "写 starts: [动作]" : "写 stops: [动作]",
             start ? "write starts: [act]" : "write stops: [act]"});
    }
    checker.all_known(
        place("/pauses"),
        {"状态", "state"},
        clock.pauses,
        clock.on == "claim" ? words.claim_states : words.need_states);
    checker.within(place("/budget"), clock.budget, 1, 100'000);
    if (!one_of(words.owners, clock.owner)) {
        checker.error(
            place("/owner"),
            "pack.clock_owner",
            {"计时“" + clock.code + "”没有责任人：“" + clock.owner + "”",
             "the clock “" + clock.code + "” has no owner: “" + clock.owner + "”"},
            {"写 institution、enterprise 或某个责任单位的代码",
             "write institution, enterprise, or a unit's code"});
    }
    check_rungs(checker, i, clock, words);
}

} // namespace

void check_process(Checker& checker) {
    const auto& pack = checker.pack();
    const auto& process = pack.process;
    const bool only_tables = pack.units.empty() && pack.products.empty() && pack.roles.empty();
    if (process.code.empty() && only_tables) return; // packs/china
    if (process.code.empty()) {
        return checker.error(
            "/header",
            "pack.no_process",
            {"没有融资流程 process.yaml", "there is no financing process, process.yaml"},
            {"写 process.yaml，或依据一个有流程的政策包",
             "write process.yaml, or stand on a pack that has one"});
    }
    check_half(checker, {"need_states", "need_steps", process.need_states, process.need_steps});
    check_half(checker, {"claim_states", "claim_steps", process.claim_states, process.claim_steps});
    const auto units = codes_of(pack.units);
    Words words;
    words.need_states = codes_of(process.need_states);
    words.claim_states = codes_of(process.claim_states);
    words.owners = units;
    words.notified = codes_of(pack.roles);
    for (const auto& step : process.need_steps)
        words.acts.push_back(step.act);
    for (const auto& step : process.claim_steps)
        words.acts.push_back(step.act);
    words.owners.insert(words.owners.end(), {"institution", "enterprise", "platform"});
    words.notified.insert(words.notified.end(), units.begin(), units.end());
    words.notified.emplace_back("owner");
    std::set<std::string> codes;
    for (std::size_t i = 0; i < process.clocks.size(); ++i) {
        if (!codes.insert(process.clocks[i].code).second) {
            checker.error(
                in_process("clocks", i, "/code"),
                "pack.duplicate_code",
                {"计时“" + process.clocks[i].code + "”重复",
                 "the clock “" + process.clocks[i].code + "” stands twice"},
                {"换一个代码", "choose another code"});
        }
        check_clock(checker, i, process.clocks[i], words);
    }
    checker.known("/process/supervisor", {"责任单位", "unit"}, process.supervisor, units);
    checker.within("/process/claims_most", process.claims_most, 1, 100);
    checker.within("/process/need_open_days", process.need_open_days, 1, 3660);
}

} // namespace pack
