// code, size, calendar: national facts from the pack, asked on the command line.
#include "app/commands.hpp"
#include "engine/pack/policy.hpp"
#include "engine/reference/credit_code.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace app {
namespace {

struct SizeOptions {
    std::string industry;
    std::optional<std::int64_t> employees;
    std::string revenue;
    std::string assets;
};

struct SizeAnswer {
    reference::SizeVerdict verdict;
};
BOOST_DESCRIBE_STRUCT(SizeAnswer, (), (verdict))

struct DayAnswer {
    base::Date date;
    bool working = false;
    base::Text note;
};
BOOST_DESCRIBE_STRUCT(DayAnswer, (), (date, working, note))

struct DueAnswer {
    base::Instant from;
    std::int32_t working_days = 0;
    base::Instant due;
};
BOOST_DESCRIBE_STRUCT(DueAnswer, (), (from, working_days, due))

Exit code(const Context& context, const std::string& text) {
    const auto reading = reference::read_code(text);
    const auto& terminal = context.terminal;
    auto out = terminal.of(reading.message);
    if (reading.outcome != reference::CodeOutcome::malformed) {
        out += "\n" + terminal.of(reading.department) + " · " + terminal.of(reading.category) +
               " · " + reading.area;
    }
    if (!reading.cure.zh.empty()) out += "\n" + terminal.of(reading.cure);
    terminal.answer(reading, out);
    return reading.outcome == reference::CodeOutcome::valid ? Exit::done : Exit::no;
}

base::Result<std::optional<base::Money>> amount(const std::string& text) {
    if (text.empty()) return std::optional<base::Money>{};
    return std::optional(TRY(base::Money::parse(text)));
}

base::Result<SizeAnswer> judge(const Context& context, const SizeOptions& options) {
    const auto policy = TRY(pack::Policy::load(pack_folder(context)));
    const reference::SizeFacts facts{
        .employees = options.employees,
        .revenue = TRY(amount(options.revenue)),
        .assets = TRY(amount(options.assets))};
    return SizeAnswer{TRY(policy->sizes().judge(policy->industries(), options.industry, facts))};
}

Exit size(const Context& context, const SizeOptions& options) {
    const auto& terminal = context.terminal;
    const auto answer = judge(context, options);
    if (!answer) return terminal.fail(answer.error());
    const auto& verdict = answer->verdict;
    std::string text;
    if (verdict.size) {
        static constexpr const char* zh[] = {"大型", "中型", "小型", "微型"};
        const auto place = static_cast<std::size_t>(*verdict.size);
        text = terminal.of({zh[place], std::string(base::json::enum_name(*verdict.size))});
    } else if (verdict.outcome == reference::SizeOutcome::not_applicable) {
        text =
            terminal.of({"不适用：" + verdict.reason.zh, "Not applicable: " + verdict.reason.en});
    } else {
        text = terminal.of({"缺少：", "Missing: "});
        for (const auto index : verdict.missing)
            text += std::string(base::json::enum_name(index)) + " ";
    }
    terminal.answer(*answer, text);
    return verdict.size ? Exit::done : Exit::no;
}

Exit day(const Context& context, const std::string& text) {
    const auto& terminal = context.terminal;
    const auto policy = pack::Policy::load(pack_folder(context));
    if (!policy) return terminal.fail(policy.error());
    const auto date = base::Date::parse(text);
    if (!date) return terminal.fail(date.error());
    const auto found = (*policy)->calendar().day(*date);
    if (!found) return terminal.fail(found.error());
    const auto working = (*policy)->calendar().is_working_day(*date);
    if (!working) return terminal.fail(working.error());
    const DayAnswer answer{.date = *date, .working = *working, .note = found->name};
    auto line =
        date->text() + " " +
        terminal.of(
            *working ? base::Text{"工作日", "working day"} : base::Text{"休息日", "day off"});
    if (!found->name.zh.empty()) line += "（" + terminal.of(found->name) + "）";
    terminal.answer(answer, line);
    return Exit::done;
}

Exit due(const Context& context, const std::string& from, std::int32_t days) {
    const auto& terminal = context.terminal;
    const auto policy = pack::Policy::load(pack_folder(context));
    if (!policy) return terminal.fail(policy.error());
    const auto start = base::Instant::parse(from);
    if (!start) return terminal.fail(start.error());
    const auto at = (*policy)->calendar().add_business_days(*start, days);
    if (!at) return terminal.fail(at.error());
    terminal.answer(DueAnswer{.from = *start, .working_days = days, .due = *at}, at->text());
    return Exit::done;
}

void add_calendar(CLI::App& program, Context& context) {
    auto* calendar = program.add_subcommand(
        "calendar", "The business calendar, with holidays and make-up working days");
    calendar->require_subcommand(1);
    auto* day_command = calendar->add_subcommand(
        "day", "Whether a day is a working day. Example: rongqiao calendar day 2023-10-07");
    auto date = std::make_shared<std::string>();
    day_command->add_option("DATE", *date, "YYYY-MM-DD")->required();
    day_command->callback(
        [&context, date] { context.chosen = [&context, date] { return day(context, *date); }; });
    auto* due_command = calendar->add_subcommand(
        "due",
        "When a term of working days ends. Example: rongqiao calendar due "
        "2023-09-28T10:00:00+08:00 3");
    auto from = std::make_shared<std::string>();
    auto days = std::make_shared<std::int32_t>(1);
    due_command->add_option("FROM", *from, "RFC 3339")->required();
    due_command->add_option("DAYS", *days, "Working days")->required();
    due_command->callback([&context, from, days] {
        context.chosen = [&context, from, days] { return due(context, *from, *days); };
    });
}

} // namespace

void add_reference_commands(CLI::App& program, Context& context) {
    auto* code_command = program.add_subcommand(
        "code",
        "Check a unified social credit code (GB 32100). Example: rongqiao code 91350100M000100Y43");
    auto text = std::make_shared<std::string>();
    code_command->add_option("CODE", *text, "18 characters")->required();
    code_command->callback(
        [&context, text] { context.chosen = [&context, text] { return code(context, *text); }; });

    auto* size_command = program.add_subcommand(
        "size",
        "An enterprise's size class (国统字〔2017〕213号). Example: rongqiao size --industry 3311 "
        "--employees 120 --revenue 3000万元");
    auto options = std::make_shared<SizeOptions>();
    size_command->add_option("--industry", options->industry, "GB/T 4754-2017 code")->required();
    size_command->add_option("--employees", options->employees, "从业人员");
    size_command->add_option("--revenue", options->revenue, "营业收入, as 3000万元");
    size_command->add_option("--assets", options->assets, "资产总额, as 1.2亿元");
    size_command->callback([&context, options] {
        context.chosen = [&context, options] { return size(context, *options); };
    });
    add_calendar(program, context);
}

} // namespace app
