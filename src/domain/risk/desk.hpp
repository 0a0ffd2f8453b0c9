// 风险预警处置 as a pack says it (risk/desk.yaml): how grave a warning is, how long its handling
// may take, what officers do with it, and with which reasons they close it. What raises warnings is
// said elsewhere: the rules of streams lie in watch/ (docs/watch.md).
#pragma once

#include "engine/pack/finding.hpp"
#include "engine/pack/yaml.hpp"

#include <filesystem>
#include <optional>

namespace risk {

using base::Text;

// 属实, 误报, 已知: what a case was found to be. The first two make a rule's precision.
enum class Outcome { confirmed, false_alarm, known };
BOOST_DESCRIBE_ENUM(Outcome, confirmed, false_alarm, known)

struct Severity {
    std::string code;
    Text label;
    std::int64_t least = 0; // of a warning's score
};
BOOST_DESCRIBE_STRUCT(Severity, (), (code, label, least))

struct Action { // 核实, 走访, 移送 …
    std::string code;
    Text label;
};
BOOST_DESCRIBE_STRUCT(Action, (), (code, label))

struct Reason {
    std::string code;
    Text label;
    Outcome outcome = Outcome::confirmed;
};
BOOST_DESCRIBE_STRUCT(Reason, (), (code, label, outcome))

struct Timing {
    std::string code;
    Text label;
    std::vector<std::string> starts; // acts on a case: raise take note close reopen
    std::vector<std::string> stops;
    std::int32_t working_days = 1;
    std::vector<std::int32_t> rungs; // percent of its time at which somebody is reminded, ascending
};
BOOST_DESCRIBE_STRUCT(Timing, (), (code, label, starts, stops, working_days, rungs))

struct Desk {
    Text label;
    // A warning of the same rule about the same subject joins its case so many days after the last.
    std::int32_t join_days = 30;
    std::vector<Severity> severities; // ascending; the first from 0
    std::vector<Action> actions;
    std::vector<Reason> reasons;
    std::vector<Timing> clocks;
};
BOOST_DESCRIBE_STRUCT(Desk, (), (label, join_days, severities, actions, reasons, clocks))

// What is wrong with the folder's risk/desk.yaml, with file, line and cure; nothing when there is
// no such file.
[[nodiscard]] std::vector<pack::Finding> examine_desk(const std::filesystem::path& pack);
// `risk.desk` with the first finding; no desk when the pack does not say.
[[nodiscard]] base::Result<std::optional<Desk>> load_desk(const std::filesystem::path& pack);
// For editors, as docs/pack-schema/risk_desk.json holds it.
[[nodiscard]] std::string desk_schema();

} // namespace risk
