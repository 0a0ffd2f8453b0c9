// rule eval, rule conformance: the rule language without a county.
#include "app/commands.hpp"
#include "engine/conformance/run.hpp"
#include "engine/pack/policy.hpp"
#include "engine/rule/datum.hpp"
#include "engine/rule/rule.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>

namespace app {
namespace {

struct EvalAnswer {
    std::string expression;
    std::string type;
    base::Raw value; // null when there is none
    base::Text shown;
    std::optional<base::Text> fault; // why there is none although the data are there
    std::vector<std::string> missing;
    std::optional<rule::Explanation> explanation; // of a condition over a pack's catalogue
    std::optional<base::Text> change;
    std::int64_t cost = 0;
    std::int64_t steps = 0;
};
BOOST_DESCRIBE_STRUCT(
    EvalAnswer,
    (),
    (expression, type, value, shown, fault, missing, explanation, change, cost, steps))

struct ConformanceAnswer {
    conformance::Counts counts;
    std::vector<conformance::Report> files;
};
BOOST_DESCRIBE_STRUCT(ConformanceAnswer, (), (counts, files))

// JSON's own types: whole numbers are int, others double, objects are maps.
rule::Datum datum_of_json(const boost::json::value& json) {
    rule::Datum datum;
    const auto set = [&](rule::Kind kind, std::int64_t number) {
        datum.kind = kind;
        datum.integer = number;
    };
    if (const auto* yes = json.if_bool()) set(rule::Kind::boolean, *yes ? 1 : 0);
    if (const auto* number = json.if_int64()) set(rule::Kind::integer, *number);
    if (const auto* number = json.if_uint64())
        set(rule::Kind::unsigned_integer, static_cast<std::int64_t>(*number));
    if (const auto* number = json.if_double()) {
        datum.kind = rule::Kind::number;
        datum.number = *number;
    }
    if (const auto* text = json.if_string()) {
        datum.kind = rule::Kind::text;
        datum.text = std::string(*text);
    }
    if (const auto* array = json.if_array()) {
        datum.kind = rule::Kind::list;
        for (const auto& item : *array)
            datum.items.push_back(datum_of_json(item));
    }
    if (const auto* object = json.if_object()) {
        datum.kind = rule::Kind::map;
        for (const auto& [key, value] : *object) {
            rule::Datum name;
            name.kind = rule::Kind::text;
            name.text = std::string(key);
            datum.items.push_back(std::move(name));
            datum.items.push_back(datum_of_json(value));
        }
    }
    return datum;
}

std::string type_of_kind(rule::Kind kind) {
    switch (kind) {
    case rule::Kind::boolean: return "bool";
    case rule::Kind::integer: return "int";
    case rule::Kind::unsigned_integer: return "uint";
    case rule::Kind::number: return "double";
    case rule::Kind::text: return "string";
    case rule::Kind::list: return "list(dyn)";
    case rule::Kind::map: return "map(string, dyn)";
    case rule::Kind::null:
    case rule::Kind::date:
    case rule::Kind::duration:
    case rule::Kind::money:
    case rule::Kind::rate:
    case rule::Kind::bytes:
    case rule::Kind::timestamp:
    case rule::Kind::type:
    case rule::Kind::optional:
    case rule::Kind::absent: return "dyn";
    }
    base::bug("kind out of range");
}

EvalAnswer answered(const rule::Program& program, const rule::Answer& answer) {
    EvalAnswer made{
        .expression = rule::to_text(program),
        .type = program.type_text(),
        .value = rule::to_json(answer.value),
        .shown = {},
        .fault = {},
        .missing = {},
        .explanation = {},
        .change = {},
        .cost = program.cost(),
        .steps = answer.steps};
    rule::Attribute plain;
    made.shown = rule::known(answer.value) ? rule::display(answer.value, plain)
                                           : base::Text{"未知", "unknown"};
    if (answer.fault) {
        made.fault = rule::fault_reason(*answer.fault);
        made.shown = {"无法计算", "cannot be computed"};
    }
    return made;
}

// Over the JSON's own names.
base::Result<EvalAnswer> eval_plain(
    const std::string& expression, const std::string& facts, base::Date today) {
    const auto text = facts.empty() ? std::string("{}") : TRY(text_of_file(facts));
    const auto json = TRY(base::json::parse(text));
    if (!json.is_object())
        return base::invalid(
            "app.facts_form", {"事实应为一个 JSON 对象。", "The facts must be a JSON object."});
    rule::Plain plain;
    std::vector<rule::Datum> data;
    for (const auto& [name, value] : json.get_object()) {
        data.push_back(datum_of_json(value));
        plain.variables.push_back({std::string(name), type_of_kind(data.back().kind)});
    }
    const auto schema = rule::Schema::plain(std::move(plain));
    const auto program = TRY(rule::compile_any(expression, schema));
    rule::Row row(schema);
    for (std::size_t place = 0; place < data.size(); ++place)
        row.put(place, rule::value_of(std::move(data[place])));
    return answered(program, rule::answer(program, row, today));
}

// Over the pack's catalogue, with an explanation.
base::Result<EvalAnswer> eval_policy(
    const Context& context,
    const std::string& expression,
    const std::string& facts,
    base::Date today) {
    const auto policy = TRY(pack::Policy::load(pack_folder(context)));
    const auto program = TRY(rule::compile_any(expression, policy->schema()));
    const auto row =
        facts.empty() ? rule::Row(policy->schema()) : TRY(row_of_facts(*policy, facts));
    auto made = answered(program, rule::answer(program, row, today));
    made.missing = rule::missing(program, row, today);
    if (program.type_text() != "boolean") return made;
    made.explanation = rule::explain(program, row, today);
    if (const auto change = rule::smallest_change(program, row, today))
        made.change = change->sentence;
    return made;
}

Exit eval(
    const Context& context,
    const std::string& expression,
    const std::string& facts,
    const std::string& today) {
    const auto& terminal = context.terminal;
    const auto date = base::Date::parse(today);
    if (!date) return terminal.fail(date.error());
    const auto made = context.config.pack.empty() ? eval_plain(expression, facts, *date)
                                                  : eval_policy(context, expression, facts, *date);
    if (!made) {
        // The caret shows where; the sentence and the cure say what.
        if (!terminal.json && !made.error().detail.empty()) terminal.line(made.error().detail);
        return terminal.fail(made.error());
    }
    auto text = terminal.of(made->shown) + "  (" + made->type + ")";
    if (made->fault) text += "\n" + terminal.of(*made->fault);
    if (made->explanation) {
        text += "\n" + terminal.of(made->explanation->sentence);
        for (const auto& clause : made->explanation->clauses) {
            const char* mark = clause.outcome == rule::Outcome::holds   ? "\n  ✓ "
                               : clause.outcome == rule::Outcome::fails ? "\n  ✗ "
                                                                        : "\n  ? ";
            text += mark + terminal.of(clause.sentence);
        }
    }
    if (made->change) text += "\n  → " + terminal.of(*made->change);
    text += terminal.of(
        {"\n步数 " + std::to_string(made->steps) + "，上限 " + std::to_string(made->cost),
         "\n" + std::to_string(made->steps) + " steps of at most " + std::to_string(made->cost)});
    terminal.answer(*made, text);
    return made->fault ? Exit::no : Exit::done;
}

// Folders stand for the .textproto files in them.
base::Result<std::vector<std::string>> files_of(const std::vector<std::string>& given) {
    std::vector<std::string> files;
    for (const auto& path : given) {
        std::error_code wrong;
        if (!std::filesystem::is_directory(path, wrong)) {
            files.push_back(path);
            continue;
        }
        std::vector<std::string> inside;
        for (std::filesystem::recursive_directory_iterator each(path, wrong), end;
             !wrong && each != end;
             each.increment(wrong)) {
            if (each->path().extension() == ".textproto") inside.push_back(each->path().string());
        }
        std::sort(inside.begin(), inside.end());
        files.insert(files.end(), inside.begin(), inside.end());
    }
    if (files.empty())
        return base::not_found(
            "app.no_file",
            {"这些文件夹里没有 .textproto 文件。",
             "There are no .textproto files in those folders."});
    return files;
}

std::string counts_text(const Terminal& terminal, const conformance::Counts& counts) {
    const auto passed = std::to_string(counts.passed);
    const auto failed = std::to_string(counts.failed);
    const auto outside = std::to_string(counts.outside);
    return terminal.of(
        {passed + " 通过，" + failed + " 不通过，" + outside + " 在子集之外",
         passed + " passed, " + failed + " failed, " + outside + " out of subset"});
}

std::string reasons_text(
    const Terminal& terminal, const conformance::Report& report, const std::string& section) {
    std::map<conformance::Reason, int> reasons;
    for (const auto& miss : report.misses) {
        if (miss.section == section && miss.reason) reasons[*miss.reason] += 1;
    }
    std::string text;
    for (const auto& [reason, count] : reasons) {
        text += (text.empty() ? " (" : ", ") + terminal.of(conformance::label(reason)) + " " +
                std::to_string(count);
    }
    return text.empty() ? text : text + ")";
}

std::string report_text(
    const Terminal& terminal, const std::string& file, const conformance::Report& report) {
    auto text = file + "\n";
    for (const auto& section : report.sections)
        text += "  " + section.name + ": " + counts_text(terminal, section.counts) +
                reasons_text(terminal, report, section.name) + "\n";
    for (const auto& miss : report.misses) {
        if (miss.verdict != conformance::Verdict::failed) continue;
        text += "  ✗ " + file + ":" + std::to_string(miss.line) + " " + miss.section + "/" +
                miss.name + ": " + miss.expression + "\n      " +
                terminal.of({"应为 ", "wanted "}) + miss.wanted +
                terminal.of({"，得到 ", ", got "}) + miss.got + "\n";
    }
    return text;
}

Exit run_conformance(const Context& context, const std::vector<std::string>& given) {
    const auto& terminal = context.terminal;
    const auto files = files_of(given);
    if (!files) return terminal.fail(files.error());
    ConformanceAnswer answer;
    std::string text;
    for (const auto& file : *files) {
        const auto held = text_of_file(file);
        if (!held) return terminal.fail(held.error());
        auto report = conformance::run_text(*held);
        if (!report) {
            auto error = std::move(report.error());
            error.message = {file + "：" + error.message.zh, file + ": " + error.message.en};
            return terminal.fail(error);
        }
        answer.counts += report->counts;
        text += report_text(terminal, file, *report);
        answer.files.push_back(*std::move(report));
    }
    const auto& counts = answer.counts;
    // This line is for programs too, so it is the same in every language.
    text += std::to_string(counts.passed) + " passed, " + std::to_string(counts.failed) +
            " failed, " + std::to_string(counts.outside) + " out of subset";
    terminal.answer(answer, text);
    return counts.failed == 0 ? Exit::done : Exit::no;
}

void add_eval(CLI::App& rules, Context& context) {
    auto* command = rules.add_subcommand(
        "eval",
        "Evaluate and explain one expression. With --pack over its catalogue, otherwise plain CEL "
        "over "
        "the names of the JSON. Example: rongqiao rule eval 'size(items) > 2' --facts f.json");
    auto expression = std::make_shared<std::string>();
    auto facts = std::make_shared<std::string>();
    auto today = std::make_shared<std::string>("2023-06-30");
    command->add_option("EXPRESSION", *expression, "What to evaluate")->required();
    command->add_option("--facts", *facts, "A JSON object of facts");
    command->add_option("--today", *today, "The day to judge by")->capture_default_str();
    command->callback([&context, expression, facts, today] {
        context.chosen = [&context, expression, facts, today] {
            return eval(context, *expression, *facts, *today);
        };
    });
}

} // namespace

void add_rule_commands(CLI::App& program, Context& context) {
    auto* rules = program.add_subcommand("rule", "The rule language");
    rules->require_subcommand(1);
    add_eval(*rules, context);
    auto* command = rules->add_subcommand(
        "conformance",
        "Hold the rule engine against CEL's public test cases: files or folders of .textproto. The "
        "last "
        "line is N passed, N failed, N out of subset.");
    auto files = std::make_shared<std::vector<std::string>>();
    command->add_option("FILE", *files, "Files or folders")->required();
    command->callback([&context, files] {
        context.chosen = [&context, files] { return run_conformance(context, *files); };
    });
}

} // namespace app
