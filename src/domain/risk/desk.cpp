#include "domain/risk/desk.hpp"

#include "engine/pack/schema_of.hpp"

#include <algorithm>
#include <fstream>

namespace risk {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string>& desk_acts() {
    static const std::vector<std::string> acts{"raise", "take", "note", "close", "reopen"};
    return acts;
}

class DeskReader {
public:
    explicit DeskReader(const fs::path& file)
        : file_(file.lexically_normal().generic_string()) {}

    std::optional<Desk> read();

    std::vector<pack::Finding> findings;

private:
    void check(const Desk& desk);
    void check_clock(const Timing& clock, const std::string& pointer);
    template <class T>
    void check_codes(const char* section, const std::vector<T>& items);

    void fail(const std::string& pointer, std::string code, Text message, Text cure) {
        findings.push_back(pack::finding(
            pack::Severity::error,
            places_.of(pointer),
            std::move(code),
            std::move(message),
            std::move(cure)));
    }

    std::string file_;
    pack::Places places_;
};

std::optional<Desk> DeskReader::read() {
    std::ifstream stream(file_, std::ios::binary);
    std::string bytes(pack::yaml::file_limit_bytes + 1, '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(stream.gcount()));
    const auto root = pack::yaml::parse(file_, bytes, findings);
    Desk desk;
    if (root && findings.empty()) {
        std::string pointer;
        pack::yaml::Reader reader(file_, findings, places_);
        reader.read(*root, desk, pointer);
    }
    if (findings.empty()) check(desk);
    pack::sort(findings);
    if (!findings.empty()) return std::nullopt;
    return desk;
}

template <class T>
void DeskReader::check_codes(const char* section, const std::vector<T>& items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto first = std::ranges::find(items, items[i].code, &T::code);
        if (first == items.begin() + static_cast<std::ptrdiff_t>(i)) continue;
        fail(
            "/" + std::string(section) + "/" + std::to_string(i),
            "risk.code",
            {"代码“" + items[i].code + "”重复", "the code “" + items[i].code + "” stands twice"},
            {"换一个代码", "choose another code"});
    }
}

void DeskReader::check(const Desk& desk) {
    check_codes("severities", desk.severities);
    check_codes("actions", desk.actions);
    check_codes("reasons", desk.reasons);
    check_codes("clocks", desk.clocks);
    const bool begins = !desk.severities.empty() && desk.severities.front().least == 0;
    const bool ascends =
        std::ranges::is_sorted(desk.severities, std::less_equal<>{}, &Severity::least);
    if (!begins || !ascends) {
        fail(
            "/severities",
            "risk.severities",
            {"风险等级应从 0 分起、逐级递增", "severities begin at score 0 and ascend"},
            {"第一级写 least: 0，其后逐级增大", "let the first have least: 0 and each next more"});
    }
    for (const auto outcome : {Outcome::confirmed, Outcome::false_alarm, Outcome::known}) {
        if (std::ranges::find(desk.reasons, outcome, &Reason::outcome) != desk.reasons.end())
            continue;
        const auto name = std::string(base::json::enum_name(outcome));
        fail(
            "/reasons",
            "risk.reasons",
            {"没有办结结果 " + name + " 的理由", "the outcome " + name + " has no reason"},
            {"至少写一条 outcome: " + name, "write at least one with outcome: " + name});
    }
    if (desk.actions.empty() || desk.join_days < 0 || desk.join_days > 366) {
        fail(
            desk.actions.empty() ? "/actions" : "/join_days",
            "risk.desk",
            {"至少要有一种处置动作，并入天数在 0 与 366 之间",
             "there is at least one action, and join_days lies within 0 and 366"},
            {"补上 actions，或改正 join_days", "complete `actions`, or correct `join_days`"});
    }
    for (std::size_t i = 0; i < desk.clocks.size(); ++i)
        check_clock(desk.clocks[i], "/clocks/" + std::to_string(i));
}

void DeskReader::check_clock(const Timing& clock, const std::string& pointer) {
    for (const auto* acts : {&clock.starts, &clock.stops}) {
        for (const auto& act : *acts) {
            if (std::ranges::find(desk_acts(), act) != desk_acts().end()) continue;
            fail(
                pointer,
                "risk.act",
                {"没有动作“" + act + "”", "there is no act “" + act + "”"},
                {"取其一：" + pack::listed(desk_acts()),
                 "write one of: " + pack::listed(desk_acts())});
        }
    }
    const bool ascends = std::ranges::is_sorted(clock.rungs, std::less_equal<>{});
    if (!ascends ||
        (!clock.rungs.empty() && (clock.rungs.front() < 1 || clock.rungs.back() > 500))) {
        fail(
            pointer + "/rungs",
            "risk.rungs",
            {"提醒点应逐级递增，在 1 与 500 之间（占时限的百分数）",
             "rungs ascend within 1 and 500, in percent of the clock's time"},
            {"如 rungs: [50, 80, 100]", "as in rungs: [50, 80, 100]"});
    }
    const bool stops = std::ranges::find(clock.stops, "close") != clock.stops.end();
    if (!clock.starts.empty() && stops && clock.working_days >= 1 && clock.working_days <= 250)
        return;
    fail(
        pointer,
        "risk.clock",
        {"时限没有起点，或办结时不停，或天数不在 1 与 250 之间",
         "the clock never starts, goes on after closing, or its days are not within 1 and 250"},
        {"写 starts、stops（含 close）和 working_days",
         "write `starts`, `stops` with close among them, and `working_days`"});
}

fs::path desk_file(const fs::path& pack) { return pack / "risk" / "desk.yaml"; }

} // namespace

std::string desk_schema() { return pack::schemas::whole<Desk>("Rongqiao pack: risk/desk.yaml"); }

std::vector<pack::Finding> examine_desk(const fs::path& pack) {
    if (!fs::is_regular_file(desk_file(pack))) return {};
    DeskReader reader(desk_file(pack));
    reader.read();
    return std::move(reader.findings);
}

base::Result<std::optional<Desk>> load_desk(const fs::path& pack) {
    if (!fs::is_regular_file(desk_file(pack))) return std::optional<Desk>();
    DeskReader reader(desk_file(pack));
    auto desk = reader.read();
    if (desk) return desk;
    const auto& first = reader.findings.front();
    const auto place = first.file + ":" + std::to_string(first.line);
    return base::invalid(
               "risk.desk",
               {place + "：" + first.message.zh, place + ": " + first.message.en},
               first.cure)
        .at(place);
}

} // namespace risk
