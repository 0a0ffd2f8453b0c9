// ledger export, ledger root: what a regulator needs to compute the state root without this
// program's tables.
#include "app/commands.hpp"
#include "app/county.hpp"
#include "domain/account/account.hpp"
#include "engine/ledger/export.hpp"
#include "store/backup.hpp"

#include <CLI/CLI.hpp>

#include <fstream>
#include <iterator>
#include <memory>

namespace app {
namespace {

struct RootAnswer {
    std::string root;
};
BOOST_DESCRIBE_STRUCT(RootAnswer, (), (root))

// From a copy, so that a running server is not in the way.
Exit export_ledger(const Context& context) {
    const auto copy = context.config.data / "ledger-export.sqlite";
    const auto clear = [&] {
        std::error_code ignored;
        for (const auto* suffix : {"", "-wal", "-shm", ".sha256", ".lock"})
            std::filesystem::remove(copy.string() + suffix, ignored);
    };
    clear();
    if (const auto done = store::copy_database(database_file(context.config.data), copy); !done)
        return context.terminal.fail(done.error());
    const base::SystemClock clock;
    auto database = store::Database::open({.file = copy, .durable = false}, schema(), clock);
    if (!database) return context.terminal.fail(database.error());
    (*database)->read([&](const store::Snapshot& db) {
        account::write_export(db, [&](std::string_view piece) {
            if (piece.ends_with('\n')) piece.remove_suffix(1);
            context.terminal.line(piece);
        });
    });
    database->reset();
    clear();
    return Exit::done;
}

Exit root_of(const Context& context, const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const auto root = ledger::root_of_export(text);
    if (!root) return context.terminal.fail(root.error());
    const RootAnswer answer{base::hex(*root)};
    context.terminal.answer(answer, answer.root);
    return Exit::done;
}

} // namespace

void add_ledger_commands(CLI::App& program, Context& context) {
    auto* ledger_command = program.add_subcommand("ledger", "The ledger's balances and their root");
    ledger_command->require_subcommand(1);
    auto* export_command = ledger_command->add_subcommand(
        "export", "All accounts and open holds as text, from which the state root follows");
    export_command->callback(
        [&context] { context.chosen = [&context] { return export_ledger(context); }; });
    auto* root_command = ledger_command->add_subcommand(
        "root", "The state root of an export, computed from it alone");
    auto file = std::make_shared<std::string>();
    root_command->add_option("FILE", *file, "What `ledger export` wrote")
        ->required()
        ->check(CLI::ExistingFile);
    root_command->callback([&context, file] {
        context.chosen = [&context, file] { return root_of(context, *file); };
    });
}

} // namespace app
