// Kinds of instruments: every life reached and left, nothing that moves before it is confirmed,
// terms in order, laws that exist.
#include "engine/pack/checker.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace pack {

namespace {

// Acts that move value or promise it, and therefore wait for the debtor's word.
constexpr std::array<std::string_view, 7> moving_acts = {
    "split", "transfer", "push", "pledge", "discount", "factor", "redeem"};

std::string in_life(std::size_t life, const char* member, std::size_t index, const char* inner) {
    return at("instrument_lives", life, "/") + member + "/" + std::to_string(index) + inner;
}

using Arrows = std::vector<std::pair<std::string, std::string>>;

std::set<std::string> led_to(std::set<std::string> known, const Arrows& arrows) {
    for (bool grew = true; grew;) {
        grew = false;
        for (const auto& [from, to] : arrows)
            grew = (known.contains(from) && known.insert(to).second) || grew;
    }
    return known;
}

void check_paths(Checker& checker, std::size_t i, const InstrumentLife& life) {
    Arrows forth;
    Arrows back;
    for (const auto& step : life.steps) {
        if (step.to.empty()) continue;
        for (const auto& from : step.from) {
            forth.emplace_back(from, step.to);
            back.emplace_back(step.to, from);
        }
    }
    std::set<std::string> ends;
    for (const auto& state : life.states) {
        if (state.ends) ends.insert(state.code);
    }
    const auto& first = life.states.front().code;
    const auto from_first = led_to({first}, forth);
    const auto to_an_end = led_to(ends, back);
    for (std::size_t k = 0; k < life.states.size(); ++k) {
        const auto& code = life.states[k].code;
        if (!from_first.contains(code)) {
            checker.error(
                in_life(i, "states", k, ""),
                "pack.unreachable",
                {"从“" + first + "”出发走不到状态“" + code + "”",
                 "no step leads from “" + first + "” to the state “" + code + "”"},
                {"加一个通向它的步骤，或删去它", "add a step that leads to it, or remove it"});
        }
        if (!to_an_end.contains(code)) {
            checker.error(
                in_life(i, "states", k, ""),
                "pack.no_way_out",
                {"状态“" + code + "”走不到任何终点",
                 "from the state “" + code + "” no end is reached"},
                {"加一个离开它的步骤，或写 ends: true",
                 "add a step that leaves it, or write ends: true"});
        }
    }
}

// Two steps of one side with the same act from one state would leave open which is meant.
bool check_step(
    Checker& checker,
    std::size_t i,
    std::size_t k,
    const InstrumentLife& life,
    std::set<std::string>& taken) {
    const auto& step = life.steps[k];
    const auto codes = codes_of(life.states);
    bool sound = true;
    for (std::size_t n = 0; n < step.from.size(); ++n) {
        const auto place = in_life(i, "steps", k, "/from/") + std::to_string(n);
        sound = checker.known(place, {"状态", "state"}, step.from[n], codes) && sound;
        for (const auto side : step.by) {
            const auto name = std::string(base::json::enum_name(side));
            if (taken.insert(step.act + '\n' + step.from[n] + '\n' + name).second) continue;
            checker.error(
                place,
                "pack.step_twice",
                {"同一方在“" + step.from[n] + "”有两个“" + step.act + "”步骤",
                 "one side has two steps “" + step.act + "” from “" + step.from[n] + "”"},
                {"合并为一个步骤", "make them one step"});
        }
        if (step.from[n] == life.states.front().code &&
            one_of(Codes(moving_acts.begin(), moving_acts.end()), step.act)) {
            checker.error(
                place,
                "pack.unconfirmed_moves",
                {"“" + step.act + "”不能从起始状态开始：债务人尚未确认",
                 "“" + step.act +
                     "” cannot start from the first state: the debtor has not "
                     "confirmed"},
                {"从确认之后的状态开始", "let it start from a state after confirmation"});
        }
    }
    if (step.from.empty() || step.by.empty()) {
        checker.error(
            in_life(i, "steps", k, ""),
            "pack.missing_key",
            {"步骤“" + step.act + "”没有起始状态或办理方",
             "the step “" + step.act + "” starts from no state or is nobody's"},
            {"写 from: [状态] 和 by: [holder]", "write from: [state] and by: [holder]"});
    }
    if (!step.to.empty())
        sound = checker.known(in_life(i, "steps", k, "/to"), {"状态", "state"}, step.to, codes) &&
                sound;
    return sound;
}

void check_life(Checker& checker, std::size_t i, const InstrumentLife& life) {
    if (life.states.empty()) {
        return checker.error(
            at("instrument_lives", i),
            "pack.no_way_out",
            {"“" + life.code + "”没有状态", "“" + life.code + "” has no states"},
            {"列出状态，第一个是上传后待确认", "list the states; the first waits for the debtor"});
    }
    std::set<std::string> states;
    for (std::size_t k = 0; k < life.states.size(); ++k) {
        if (states.insert(life.states[k].code).second) continue;
        checker.error(
            in_life(i, "states", k, "/code"),
            "pack.duplicate_code",
            {"状态“" + life.states[k].code + "”重复",
             "the state “" + life.states[k].code + "” stands twice"},
            {"删去一个", "remove one"});
    }
    bool sound = true;
    std::set<std::string> taken;
    for (std::size_t k = 0; k < life.steps.size(); ++k)
        sound = check_step(checker, i, k, life, taken) && sound;
    const bool confirms = std::ranges::any_of(life.steps, [&](const InstrumentStep& step) {
        return step.act == "confirm" && !step.to.empty() &&
               one_of(step.from, life.states.front().code) &&
               step.by == std::vector{InstrumentSide::debtor};
    });
    if (!confirms) {
        checker.error(
            at("instrument_lives", i),
            "pack.never_confirmed",
            {"“" + life.code + "”没有由债务人（仅由债务人）从起始状态确认的步骤",
             "in “" + life.code +
                 "” no step lets the debtor, and only the debtor, confirm from "
                 "the first state"},
            {"写 {act: confirm, from: [起始状态], to: …, by: [debtor]}",
             "write {act: confirm, from: [first state], to: …, by: [debtor]}"});
    }
    if (sound) check_paths(checker, i, life);
}

void check_terms(Checker& checker, std::size_t i, const InstrumentKind& kind, const Codes& laws) {
    for (std::size_t k = 0; k < kind.terms.size(); ++k) {
        const auto& term = kind.terms[k];
        const auto place = at("instruments", i, "/terms/") + std::to_string(k);
        checker.known(place + "/law", {"法律依据", "law"}, term.law, laws);
        checker.within(place + "/usual_months", term.usual_months, 0, 600);
        checker.within(place + "/most_months", term.most_months, 0, 600);
        if (term.most_months != 0 && term.usual_months > term.most_months) {
            checker.error(
                place + "/usual_months",
                "pack.limits",
                {"通常期限长于最长期限", "the usual term is longer than the longest"},
                {"两者对调", "exchange the two"});
        }
        if (k > 0 && term.from <= kind.terms[k - 1].from) {
            checker.error(
                place + "/from",
                "pack.order",
                {"期限规则应按生效日由早到晚", "terms go from the earliest day to the latest"},
                {"调整先后", "put them in order"});
        }
    }
    if (!kind.dated && !kind.terms.empty()) {
        checker.error(
            at("instruments", i, "/terms"),
            "pack.limits",
            {"没有到期日的种类不应有期限规则", "a kind without a due day has no terms"},
            {"删去 terms，或写 dated: true", "remove the terms, or write dated: true"});
    }
}

void check_fields(Checker& checker, std::size_t i, const InstrumentKind& kind) {
    static const Codes types{
        "boolean", "integer", "number", "text", "choice", "date", "money", "rate"};
    std::set<std::string> names;
    for (std::size_t k = 0; k < kind.fields.size(); ++k) {
        const auto& field = kind.fields[k];
        const auto place = at("instruments", i, "/fields/") + std::to_string(k);
        checker.known(place + "/type", {"类型", "type"}, field.type, types);
        if (!names.insert(field.name).second) {
            checker.error(
                place + "/name",
                "pack.duplicate_code",
                {"“" + field.name + "”重复", "“" + field.name + "” stands twice"},
                {"换一个名称", "choose another name"});
        }
        if ((field.type == "choice") == field.choices.empty()) {
            checker.error(
                place + "/type",
                "pack.choices",
                {"choice 才有、也必须有 choices", "a choice, and nothing else, has choices"},
                {"写 choices: [甲, 乙]，或改类型", "write choices: [one, other], or another type"});
        }
    }
}

} // namespace

void check_instruments(Checker& checker) {
    const auto& pack = checker.pack();
    const auto laws = codes_of(pack.laws);
    const auto lives = codes_of(pack.instrument_lives);
    for (std::size_t i = 0; i < pack.instrument_lives.size(); ++i)
        check_life(checker, i, pack.instrument_lives[i]);
    for (std::size_t i = 0; i < pack.instruments.size(); ++i) {
        const auto& kind = pack.instruments[i];
        checker.known(at("instruments", i, "/life"), {"生命周期", "life"}, kind.life, lives);
        checker.all_known(at("instruments", i, "/laws"), {"法律依据", "law"}, kind.laws, laws);
        check_terms(checker, i, kind, laws);
        check_fields(checker, i, kind);
    }
}

} // namespace pack
