// rongqiao: one program. This file reads the options and calls the command; each command's file
// says what it does.
#include "app/commands.hpp"
#include "base/log.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <iostream>

namespace {

constexpr const char* about =
    "融桥 Rongqiao — 开源的产融合作平台 / the open industry–finance cooperation platform\n\n"
    "First steps:\n"
    "  rongqiao demo                     a demo county with people, needs and figures, served on "
    "this machine\n"
    "  rongqiao pack check packs/jiashan whether a policy pack is sound\n"
    "  rongqiao init --data DIR          a county of your own; rongqiao serve --data DIR then "
    "starts it\n";

constexpr const char* exits = "Exit codes: 0 done; 1 the answer is no (findings, refused, not "
                              "found); 2 wrong usage; 3 not available (a file, the "
                              "database, the port); 4 a fault of the program.\n"
                              "Environment: RONGQIAO_DATA, RONGQIAO_PACK, RONGQIAO_SITE, "
                              "RONGQIAO_LISTEN, RONGQIAO_TLS=1 (behind a TLS proxy).";

int run(int count, char** values) {
    app::Context context;
    context.program = count > 0 ? std::filesystem::path("/proc/self/exe") : std::filesystem::path();
    auto config = app::config_from_environment();
    if (!config) return static_cast<int>(context.terminal.fail(config.error()));
    context.config = *std::move(config);
    CLI::App program(about, "rongqiao");
    program.footer(exits);
    program.require_subcommand(1);
    program.fallthrough();
    program.set_version_flag("--version", "rongqiao 0.1.0");
    std::string language;
    bool verbose = false;
    program.add_flag("--json", context.terminal.json, "Answer in JSON, one document");
    program.add_option("--lang", language, "zh or en")->check(CLI::IsMember({"zh", "en"}));
    program.add_flag("--verbose", verbose, "Log every request and step");
    program.add_option("--data", context.config.data, "The folder with everything that is kept")
        ->capture_default_str();
    program.add_option("--pack", context.config.pack, "The policy pack's folder");
    app::add_server_commands(program, context);
    app::add_pack_commands(program, context);
    app::add_rule_commands(program, context);
    app::add_watch_commands(program, context);
    app::add_graph_commands(program, context);
    app::add_screen_commands(program, context);
    app::add_reference_commands(program, context);
    app::add_county_commands(program, context);
    app::add_keeping_commands(program, context);
    app::add_log_commands(program, context);
    app::add_witness_command(program, context);
    app::add_ledger_commands(program, context);
    app::add_score_commands(program, context);
    try {
        program.parse(count, values);
    } catch (const CLI::ParseError& error) {
        const bool asked_for_help = error.get_exit_code() == 0;
        program.exit(error);
        return asked_for_help ? 0 : static_cast<int>(app::Exit::usage);
    }
    if (language == "en") context.terminal.language = pack::Language::en;
    if (verbose) base::log::set_level(base::log::Level::debug);
    return static_cast<int>(context.chosen());
}

} // namespace

int main(int count, char** values) {
    std::signal(SIGPIPE, SIG_IGN); // a peer that went away is an error of that one write
    try {
        return run(count, values);
    } catch (const std::exception& fault) {
        std::cerr << "rongqiao: " << fault.what() << '\n';
        return static_cast<int>(app::Exit::fault);
    }
}
