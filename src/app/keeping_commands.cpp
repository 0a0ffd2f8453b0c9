// backup, restore, doctor: keeping what a county has.
#include "app/commands.hpp"
#include "app/county.hpp"
#include "domain/account/account.hpp"
#include "store/backup.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace app {
namespace {

struct Copied {
    std::string from;
    std::string to;
    std::int64_t bytes = 0;
};
BOOST_DESCRIBE_STRUCT(Copied, (), (from, to, bytes))

struct Health {
    std::string database;
    std::int64_t bytes = 0;
    std::int64_t events = 0;
    std::string projections;         // digest of the tables as they stand
    std::string projections_rebuilt; // and as the journal makes them
    std::vector<base::Text> ledger;  // what does not add up there
    bool sound = false;
};
BOOST_DESCRIBE_STRUCT(
    Health, (), (database, bytes, events, projections, projections_rebuilt, ledger, sound))

base::Text summary(const Health& health) {
    base::Text text{
        std::to_string(health.events) + " 条事件，" +
            (health.projections == health.projections_rebuilt
                 ? "各表与日志一致。"
                 : "各表与日志不一致！请从备份恢复并报告。"),
        std::to_string(health.events) + " events; " +
            (health.projections == health.projections_rebuilt
                 ? "the tables are what the journal says."
                 : "the tables differ from the journal!")};
    for (const auto& wrong : health.ledger) {
        text.zh += "\n账本：" + wrong.zh;
        text.en += "\nLedger: " + wrong.en;
    }
    return text;
}

// Beside a backup lies which pack the county lives by, and by which clock.
std::filesystem::path county_beside(const std::string& backup) { return backup + ".county.json"; }

// Copies what a county's file says, when there is one.
base::Result<> copy_county_file(
    const std::filesystem::path& from, const std::filesystem::path& to) {
    std::error_code error;
    if (!std::filesystem::exists(from, error)) return {};
    std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing, error);
    if (!error) return {};
    return base::unavailable(
        "app.data_folder",
        {"无法写入：" + to.string(), "Cannot be written: " + to.string()},
        {"请检查权限和磁盘空间。", "Check its permissions and the space on the disk."});
}

// Online: a running server may have the database open, since only reading is needed.
Exit backup(const Context& context, const std::string& to) {
    const auto from = database_file(context.config.data);
    if (const auto done = store::copy_database(from, to); !done)
        return context.terminal.fail(done.error());
    const auto beside = copy_county_file(county_file(context.config.data), county_beside(to));
    if (!beside) return context.terminal.fail(beside.error());
    const Copied answer{
        .from = from.string(),
        .to = to,
        .bytes = static_cast<std::int64_t>(std::filesystem::file_size(to))};
    context.terminal.answer(answer, answer.to + " (" + std::to_string(answer.bytes) + " bytes)");
    return Exit::done;
}

Exit restore(const Context& context, const std::string& from) {
    std::error_code error;
    std::filesystem::create_directories(context.config.data, error);
    const auto to = database_file(context.config.data);
    if (const auto done = store::restore(from, to); !done)
        return context.terminal.fail(done.error());
    const auto beside = copy_county_file(county_beside(from), county_file(context.config.data));
    if (!beside) return context.terminal.fail(beside.error());
    const Copied answer{
        .from = from,
        .to = to.string(),
        .bytes = static_cast<std::int64_t>(std::filesystem::file_size(to))};
    context.terminal.answer(answer, answer.to);
    return Exit::done;
}

// Rebuilds a copy of the database from its journal and compares it with what stands.
Exit doctor(const Context& context) {
    const auto& terminal = context.terminal;
    const auto file = database_file(context.config.data);
    const auto copy = context.config.data / "doctor.sqlite";
    std::error_code ignored;
    std::filesystem::remove(copy, ignored);
    if (const auto done = store::copy_database(file, copy); !done)
        return terminal.fail(done.error());
    const base::SystemClock clock;
    auto database = store::Database::open({.file = copy, .durable = false}, schema(), clock);
    if (!database) return terminal.fail(database.error());
    Health health{
        .database = file.string(),
        .bytes = static_cast<std::int64_t>(std::filesystem::file_size(file))};
    health.projections = base::hex((*database)->projection_digest());
    const auto events = (*database)->rebuild();
    if (!events) return terminal.fail(events.error());
    health.events = *events;
    health.projections_rebuilt = base::hex((*database)->projection_digest());
    health.ledger = (*database)->read([](const store::Snapshot& db) { return account::check(db); });
    health.sound = health.projections == health.projections_rebuilt && health.ledger.empty();
    database->reset();
    for (const auto* suffix : {"", "-wal", "-shm", ".sha256", ".lock"}) {
        std::filesystem::remove(copy.string() + suffix, ignored);
    }
    terminal.answer(health, terminal.of(summary(health)));
    return health.sound ? Exit::done : Exit::no;
}

} // namespace

void add_keeping_commands(CLI::App& program, Context& context) {
    auto* backup_command = program.add_subcommand(
        "backup",
        "A consistent copy, also while the server runs. Example: rongqiao backup --data DIR "
        "/safe/county.sqlite");
    auto to = std::make_shared<std::string>();
    backup_command->add_option("FILE", *to, "Where to; must not exist")->required();
    backup_command->callback(
        [&context, to] { context.chosen = [&context, to] { return backup(context, *to); }; });

    auto* restore_command =
        program.add_subcommand("restore", "Puts a backup into an empty data folder, checked");
    auto from = std::make_shared<std::string>();
    restore_command->add_option("FILE", *from, "A backup")->required()->check(CLI::ExistingFile);
    restore_command->callback([&context, from] {
        context.chosen = [&context, from] { return restore(context, *from); };
    });

    auto* doctor_command =
        program.add_subcommand("doctor", "Whether every table is what the journal makes of it");
    doctor_command->callback(
        [&context] { context.chosen = [&context] { return doctor(context); }; });
}

} // namespace app
