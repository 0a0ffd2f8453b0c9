// pack check, match, docs: what can be asked of a policy pack without a county.
#include "app/commands.hpp"
#include "domain/risk/desk.hpp"
#include "engine/pack/check.hpp"
#include "engine/pack/load.hpp"
#include "engine/pack/policy.hpp"
#include "engine/rule/rule.hpp"
#include "engine/watch/watch.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>

namespace app {
namespace {

struct CheckAnswer {
    std::string pack;
    std::int64_t errors = 0;
    std::int64_t warnings = 0;
    std::int64_t notes = 0;
    std::vector<pack::Finding> findings;
};
BOOST_DESCRIBE_STRUCT(CheckAnswer, (), (pack, errors, warnings, notes, findings))

struct ProductAnswer {
    std::string product;
    base::Text name;
    rule::Outcome outcome = rule::Outcome::unknown;
    base::Text sentence;
    std::vector<std::string> missing;
    std::optional<base::Text> change;
};
BOOST_DESCRIBE_STRUCT(ProductAnswer, (), (product, name, outcome, sentence, missing, change))

// The watch rules of a pack are read by their own engine, which stops at the first fault and names
// its place in the message.
void check_watch(const std::string& folder, std::vector<pack::Finding>& findings) {
    const auto rules = std::filesystem::path(folder) / "watch";
    if (!std::filesystem::is_directory(rules)) return;
    const auto add = [&](const base::Error& error) {
        findings.push_back(pack::finding(
            pack::Severity::error,
            {rules.generic_string(), 0, 0},
            error.code,
            error.message,
            error.cure));
    };
    auto book = watch::load(rules);
    if (!book) return add(book.error());
    if (const auto made = watch::Watch::make(*std::move(book)); !made) add(made.error());
}

// Signals open cases, and cases are handled at a desk.
void check_desk(const std::string& folder, std::vector<pack::Finding>& findings) {
    for (auto& found : risk::examine_desk(folder))
        findings.push_back(std::move(found));
    const auto desk = std::filesystem::path(folder) / "risk/desk.yaml";
    const auto loaded = pack::load(folder);
    if (loaded.pack.signals.empty() || std::filesystem::is_regular_file(desk)) return;
    findings.push_back(pack::finding(
        pack::Severity::error,
        loaded.places.of("/signals/0"),
        "pack.no_desk",
        {"有预警信号，却没有 risk/desk.yaml 规定如何处置",
         "there are signals, and no risk/desk.yaml says how they are handled"},
        {"补上 risk/desk.yaml，或删去 signals", "write risk/desk.yaml, or remove the signals"}));
}

Exit check(const Context& context, const std::string& folder) {
    CheckAnswer answer{.pack = folder, .findings = pack::examine(folder)};
    check_watch(folder, answer.findings);
    check_desk(folder, answer.findings);
    for (const auto& finding : answer.findings) {
        switch (finding.severity) {
        case pack::Severity::error: answer.errors += 1; break;
        case pack::Severity::warning: answer.warnings += 1; break;
        case pack::Severity::note: answer.notes += 1; break;
        }
    }
    const auto& terminal = context.terminal;
    auto text = pack::report(answer.findings, terminal.language);
    const auto counts = std::to_string(answer.errors) + " / " + std::to_string(answer.warnings) +
                        " / " + std::to_string(answer.notes);
    text += terminal.of(
        {folder + "：错误 / 警告 / 提示 " + counts +
             (answer.errors == 0 ? "，可以使用。" : "，不能使用。"),
         folder + ": errors / warnings / notes " + counts +
             (answer.errors == 0 ? "; it can be used." : "; it cannot be used.")});
    terminal.answer(answer, text);
    return answer.errors == 0 ? Exit::done : Exit::no;
}

Exit match(const Context& context, const std::string& facts, const std::string& today) {
    const auto& terminal = context.terminal;
    const auto policy = pack::Policy::load(pack_folder(context));
    if (!policy) return terminal.fail(policy.error());
    const auto row = row_of_facts(**policy, facts);
    if (!row) return terminal.fail(row.error());
    const auto date = base::Date::parse(today);
    if (!date) return terminal.fail(date.error());
    std::vector<ProductAnswer> answers;
    std::string text;
    for (const auto& product : (*policy)->pack().products) {
        const auto* program = (*policy)->eligibility(product.code);
        const auto explained = rule::explain(*program, *row, *date);
        ProductAnswer one{
            .product = product.code,
            .name = product.name,
            .outcome = explained.outcome,
            .sentence = explained.sentence,
            .missing = explained.missing};
        if (explained.outcome == rule::Outcome::fails) {
            if (const auto change = rule::smallest_change(*program, *row, *date))
                one.change = change->sentence;
        }
        const char* mark = one.outcome == rule::Outcome::holds   ? "✓ "
                           : one.outcome == rule::Outcome::fails ? "✗ "
                                                                 : "? ";
        text += mark + terminal.of(one.name) + "  " + terminal.of(one.sentence) + "\n";
        if (one.change) text += "    → " + terminal.of(*one.change) + "\n";
        answers.push_back(std::move(one));
    }
    terminal.answer(answers, text);
    return Exit::done;
}

} // namespace

base::Result<std::string> text_of_file(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        return base::unavailable(
            "app.no_file",
            {"文件无法读取：" + file, "The file cannot be read: " + file},
            {"请检查路径。", "Check the path."});
    }
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

base::Result<rule::Row> row_of_facts(const pack::Policy& policy, const std::string& file) {
    const auto text = TRY(text_of_file(file));
    using Facts = std::map<std::string, base::Raw>;
    const auto facts = TRY(base::json::from_text<Facts>(text));
    rule::Row row(policy.schema());
    for (const auto& [name, raw] : facts) {
        const auto place = policy.schema().find(name);
        if (!place) {
            return base::invalid(
                       "app.no_attribute",
                       {"数据目录中没有“" + name + "”。", "The catalogue has no " + name + "."},
                       {"使用数据目录中的名称或中文名。", "Use a name or label of the catalogue."})
                .at("/" + name);
        }
        const auto& attribute = policy.schema().at(*place);
        const auto json = TRY(base::json::parse(raw.text));
        // Text is read as a form would be ("300万元"), anything else by the attribute's JSON form.
        auto value = json.is_string()
                         ? rule::from_text(attribute, TRY(base::json::read<std::string>(json)))
                         : rule::from_json(attribute, json);
        if (!value) return std::move(value.error()).at("/" + name);
        row.put(*place, *std::move(value));
    }
    return row;
}

std::filesystem::path pack_folder(const Context& context) {
    if (!context.config.pack.empty()) return context.config.pack;
    const auto kept = read_county_file(context.config.data);
    if (kept && *kept && !(*kept)->pack.empty()) return (*kept)->pack;
    return default_pack(context.program);
}

void add_pack_commands(CLI::App& program, Context& context) {
    auto* pack = program.add_subcommand("pack", "Policy packs: policy as data");
    pack->require_subcommand(1);
    auto* check_command = pack->add_subcommand(
        "check",
        "Check a pack: every finding with file, line and cure. Example: rongqiao pack check "
        "packs/jiashan");
    auto folder = std::make_shared<std::string>();
    check_command->add_option("DIR", *folder, "The pack's folder")->required();
    check_command->callback([&context, folder] {
        context.chosen = [&context, folder] { return check(context, *folder); };
    });

    auto* match_command = program.add_subcommand(
        "match",
        "Products for one enterprise, with reasons. FILE.json: {\"tax_credit_grade\": \"A\", "
        "\"annual_revenue\": \"800万元\"}");
    auto facts = std::make_shared<std::string>();
    auto today = std::make_shared<std::string>("2023-06-30");
    match_command->add_option("--facts", *facts, "Facts of the enterprise, a JSON object")
        ->required();
    match_command->add_option("--today", *today, "The day to judge by")->capture_default_str();
    match_command->callback([&context, facts, today] {
        context.chosen = [&context, facts, today] { return match(context, *facts, *today); };
    });
}

} // namespace app
