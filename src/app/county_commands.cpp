// import, indicator, user: work on a county from the command line, while no server has it open.
#include "app/open_county.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace app {
namespace {

struct ImportOptions {
    std::string kind;
    std::string file;
    bool skip_rejected = false;
};

struct ReportLine {
    std::int64_t row = 0;
    std::string column;
    std::string value;
    std::string code;
    base::Text reason;
    base::Text cure;
};
BOOST_DESCRIBE_STRUCT(ReportLine, (), (row, column, value, code, reason, cure))

struct ImportAnswer {
    intake::Batch batch;
    double seconds = 0;
    std::vector<ReportLine> first_lines; // errors first
};
BOOST_DESCRIBE_STRUCT(ImportAnswer, (), (batch, seconds, first_lines))

struct PasswordAnswer {
    std::string login;
    std::string one_time_password;
};
BOOST_DESCRIBE_STRUCT(PasswordAnswer, (), (login, one_time_password))

constexpr int lines_shown = 20;

std::string command_id(std::string_view what) {
    return "cli:" + std::string(what) + ":" + base::random_hex(8);
}

void add_lines(const County& county, base::Id<base::Import> id, std::vector<ReportLine>& out) {
    county.database->read([&](const store::Snapshot& db) {
        for (const auto severity :
             {intake::Severity::error, intake::Severity::warning, intake::Severity::note}) {
            for (const auto& line :
                 intake::lines(db, {.import = id, .severity = severity, .per_page = lines_shown})
                     .items) {
                if (out.size() >= lines_shown) return true;
                const auto explained = intake::explain(line.code);
                out.push_back(
                    {.row = line.row,
                     .column = line.column_label,
                     .value = line.value,
                     .code = line.code,
                     .reason = explained.reason,
                     .cure = explained.cure});
            }
        }
        return true;
    });
}

std::string import_text(const Terminal& terminal, const ImportAnswer& answer) {
    const auto& batch = answer.batch;
    const auto number = [](std::int64_t value) { return std::to_string(value); };
    std::string text = terminal.of(
        {"行数 " + number(batch.rows) + "，新增 " + number(batch.accepted) + "，未变 " +
             number(batch.unchanged) + "，报告 " + number(batch.reported) + " 条，拒收 " +
             number(batch.rejected),
         "rows " + number(batch.rows) + ", new " + number(batch.accepted) + ", unchanged " +
             number(batch.unchanged) + ", report lines " + number(batch.reported) + ", rejected " +
             number(batch.rejected)});
    const auto speed =
        answer.seconds > 0
            ? static_cast<std::int64_t>(static_cast<double>(batch.rows) / answer.seconds)
            : 0;
    text += "\n" + number(static_cast<std::int64_t>(answer.seconds * 1000)) + " ms, " +
            number(speed) + " rows/s";
    if (batch.message) text += "\n" + terminal.of(*batch.message);
    for (const auto& line : answer.first_lines) {
        text += "\n  " + number(line.row) + " " + line.column + " [" + line.value + "] " +
                terminal.of(line.reason) + " " + terminal.of(line.cure);
    }
    if (batch.reported > static_cast<std::int64_t>(answer.first_lines.size())) text += "\n  …";
    return text;
}

Exit import(const Context& context, const ImportOptions& options) {
    return with_county(context, [&](County& county, const base::Clock&) {
        const auto& terminal = context.terminal;
        const auto kind = base::json::enum_from<intake::Kind>(options.kind);
        const intake::File file{
            .path = options.file, .name = std::filesystem::path(options.file).filename().string()};
        const auto actor = base::Actor::platform();
        const auto begun = base::monotonic_ns();
        const auto id = county.intake.start(
            store::Command::internal(command_id("import"), actor), {.kind = *kind, .file = file});
        if (!id) return terminal.fail(id.error());
        intake::Progress progress;
        const auto batch = county.intake.run(
            actor, {.import = *id, .file = file, .skip_rejected = options.skip_rejected}, progress);
        if (!batch) return terminal.fail(batch.error());
        ImportAnswer answer{
            .batch = *batch, .seconds = static_cast<double>(base::monotonic_ns() - begun) / 1e9};
        add_lines(county, *id, answer.first_lines);
        terminal.answer(answer, import_text(terminal, answer));
        return batch->state == intake::State::done ? Exit::done : Exit::no;
    });
}

std::string board_text(const Terminal& terminal, const indicator::Board& board) {
    std::string text;
    for (const auto& view : board.items) {
        const char* mark = view.light == series::Light::reached  ? "✓"
                           : view.light == series::Light::near   ? "!"
                           : view.light == series::Light::behind ? "✗"
                                                                 : "–";
        text += std::string(mark) + " " + std::to_string(view.row) + " " + terminal.of(view.label);
        if (view.target) text += "  " + view.target->printed + " " + view.unit;
        if (view.attainment) text += "  " + view.attainment->percent_text() + "%";
        text += "\n";
    }
    for (const auto& flag : board.flags)
        text += "⚑ " + terminal.of(flag.label) + "  " + terminal.of(flag.figures) + "\n";
    return text;
}

Exit indicators(const Context& context, std::int32_t year) {
    return with_county(context, [&](County& county, const base::Clock& clock) {
        const auto today = county.policy->zone().date(clock.now());
        const auto board = county.database->read([&](const store::Snapshot& db) {
            return county.indicators.board(db, year == 0 ? today.year() : year, today);
        });
        context.terminal.answer(board, board_text(context.terminal, board));
        return Exit::done;
    });
}

Exit reset_password(const Context& context, const std::string& login) {
    return with_county(context, [&](County& county, const base::Clock&) {
        const auto person = county.database->read(
            [&](const store::Snapshot& db) { return identity::find_login(db, login); });
        if (!person) {
            return context.terminal.fail(base::not_found(
                "app.no_login",
                {"没有这个登录名：" + login, "There is no such login: " + login},
                {"请核对登录名。", "Check the login."}));
        }
        const auto command = store::Command::internal(command_id("reset"));
        const auto password = county.identity.one_time_password(command.id);
        const auto done = county.identity.reset_password(command, person->id, password);
        if (!done) return context.terminal.fail(done.error());
        context.terminal.answer(
            PasswordAnswer{.login = login, .one_time_password = password.reveal()},
            login + "  " + password.reveal());
        return Exit::done;
    });
}

} // namespace

void add_county_commands(CLI::App& program, Context& context) {
    auto* import_command = program.add_subcommand(
        "import",
        "Import a CSV or Excel file, wholly or not at all. Example: rongqiao import vat_invoices "
        "invoices.csv --data DIR");
    auto options = std::make_shared<ImportOptions>();
    import_command->add_option("KIND", options->kind, "What the file holds")
        ->required()
        ->check(CLI::IsMember(
            {"vat_invoices", "facts", "enterprises", "loans", "indicator_values", "receivables"}));
    import_command->add_option("FILE", options->file, "CSV (UTF-8) or xlsx")
        ->required()
        ->check(CLI::ExistingFile);
    import_command->add_flag(
        "--skip-rejected",
        options->skip_rejected,
        "Take the good rows even if some cannot be taken");
    import_command->callback([&context, options] {
        context.chosen = [&context, options] { return import(context, *options); };
    });

    auto* indicator_command = program.add_subcommand(
        "indicator", "The plan's indicators: target, attainment, light, flags");
    auto year = std::make_shared<std::int32_t>(0);
    indicator_command->add_option(
        "--year", *year, "The plan's year; the county's current one otherwise");
    indicator_command->callback([&context, year] {
        context.chosen = [&context, year] { return indicators(context, *year); };
    });

    auto* user = program.add_subcommand("user", "People of the county");
    user->require_subcommand(1);
    auto* reset =
        user->add_subcommand("reset", "A new one-time password for a login, printed once");
    auto login = std::make_shared<std::string>();
    reset->add_option("LOGIN", *login)->required();
    reset->callback([&context, login] {
        context.chosen = [&context, login] { return reset_password(context, *login); };
    });
}

} // namespace app
