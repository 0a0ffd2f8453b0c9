// The command line, a file a family of commands. Each adds its subcommands to the program; the
// chosen one runs and leaves its exit code.
#pragma once

#include "app/config.hpp"
#include "app/terminal.hpp"

#include <functional>

namespace CLI {
class App;
}

namespace pack {
class Policy;
}

namespace rule {
class Row;
}

namespace app {

struct Context {
    Terminal terminal;
    Config config;
    std::filesystem::path program; // how it was called
    std::string listen;            // --listen, if given
    std::function<Exit()> chosen;  // set by the subcommand that was given
};

// The pack of the options, of the data folder, or the one beside the program.
[[nodiscard]] std::filesystem::path pack_folder(const Context& context);

// `app.no_file` when it cannot be read.
[[nodiscard]] base::Result<std::string> text_of_file(const std::string& file);
// Facts of one enterprise, a JSON object by names or labels of the pack's catalogue. Texts are read
// as a form would read them. `app.no_attribute` and what rule::from_json() refuses.
[[nodiscard]] base::Result<rule::Row> row_of_facts(
    const pack::Policy& policy, const std::string& file);

void add_server_commands(CLI::App& program, Context& context); // serve demo init
void add_pack_commands(CLI::App& program, Context& context);   // pack check, match, docs
void add_rule_commands(CLI::App& program, Context& context);   // rule eval, conformance
void add_watch_commands(
    CLI::App& program, Context& context); // watch generate, run, replay, measure
void add_graph_commands(CLI::App& program, Context& context);     // graph circles, shells
void add_shell_command(CLI::App& graph, Context& context);        // graph shells
void add_screen_commands(CLI::App& program, Context& context);    // screen, perturb, measure
void add_reference_commands(CLI::App& program, Context& context); // code size calendar
void add_county_commands(CLI::App& program, Context& context);    // import indicator user
void add_keeping_commands(CLI::App& program, Context& context);   // backup restore doctor
void add_log_commands(CLI::App& program, Context& context);    // log key write verify proof check
void add_witness_command(CLI::App& program, Context& context); // witness
void add_ledger_commands(CLI::App& program, Context& context); // ledger export, ledger root
void add_score_commands(CLI::App& program, Context& context);  // score cv, train, explain …
void add_heed_command(CLI::App& score, Context& context);      // score heed
void add_publish_commands(CLI::App& score, Context& context);  // score propose, publish, shadow …

} // namespace app
