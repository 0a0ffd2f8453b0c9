// witness: a process of its own that cosigns logs which only grow.
#include "app/commands.hpp"
#include "base/log.hpp"
#include "edge/http/server.hpp"
#include "edge/witness/witness.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace app {
namespace {

struct WitnessOptions {
    std::string name;
    std::string logs;
};

base::Result<> run_witness(Context& context, const WitnessOptions& options) {
    if (!context.listen.empty()) TRY(set_listen(context.config, context.listen));
    const auto text = TRY(store::read_whole(options.logs));
    const auto trust = TRY(tlog::Trust::read(text.value_or(std::string())));
    const base::SystemClock clock;
    const auto witness =
        TRY(witness::Witness::open(context.config.data, options.name, trust, clock));
    http::Server server(
        {.address = context.config.address,
         .port = context.config.port,
         .workers = 4,
         .upload_folder = context.config.data / "uploads"},
        witness->handlers());
    const auto port = TRY(server.start());
    context.terminal.line(witness->verifier().text());
    context.terminal.line(context.terminal.of(
        {"见证方已启动：http://" + context.config.address + ":" + std::to_string(port),
         "The witness is at http://" + context.config.address + ":" + std::to_string(port)}));
    server.wait_for_signal();
    server.stop();
    return {};
}

} // namespace

void add_witness_command(CLI::App& program, Context& context) {
    auto* command = program.add_subcommand(
        "witness",
        "Cosign logs that only grow (c2sp.org/tlog-witness): own process, own key, own folder.\n"
        "Example: rongqiao witness --data WITNESS --name bank.example.cn/witness --logs logs.txt "
        "--listen 127.0.0.1:8090\n"
        "Prints its key (vkey) first; the log's trust file names it.");
    auto options = std::make_shared<WitnessOptions>();
    command->add_option("--name", options->name, "The witness's name; needed at the first start");
    command
        ->add_option(
            "--logs", options->logs, "A trust file whose log lines say which logs are cosigned")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_option("--listen", context.listen, "ADDRESS:PORT; loopback unless told otherwise");
    command->callback([&context, options] {
        context.chosen = [&context, options] {
            const auto done = run_witness(context, *options);
            return done ? Exit::done : context.terminal.fail(done.error());
        };
    });
}

} // namespace app
