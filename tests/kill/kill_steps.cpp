// A ledger whose files break at step 1, 2, 3 … of all they do, in every way of faulty_files.hpp,
// until a whole history goes by without reaching the step. After each break the file is opened
// again with whole files, and
//
//   * what was acknowledged is there, and nothing twice;
//   * every sum is right and the tables are those of the journal;
//   * sending everything again gives one answer each and ends in the same state as without a break.
//
//   kill_steps FOLDER [--stride N]   looks at every Nth step only
#include "faulty_files.hpp"
#include "ledger_acts.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace {

namespace fs = std::filesystem;

constexpr int commands = 14;
constexpr account::Amount opened_with = 1000;

// Lets the one who looks add what else must hold of an opened file (such as a log beside it).
using Look = bool (*)(const fs::path& folder, store::Database& database);
constexpr Look more_looks[] = {
    [](const fs::path&, store::Database& database) { return kills::sound(database); }};

std::string id_of(int number) { return "c" + std::to_string(number); }

store::Database::Work work_of(int number) {
    if (number < 3) return kills::open_account(opened_with);
    const account::AccountId from{2 + number % 3};
    const account::AccountId to{2 + (number + 1) % 3};
    // Some ask for more than there is.
    return kills::move_amount(
        from,
        to,
        number % 5 == 4 ? 50 * opened_with : static_cast<account::Amount>(10 * number + 1));
}

std::unique_ptr<store::Database> open(const fs::path& folder, const base::Clock& clock) {
    auto opened = store::Database::open({.file = folder / "cell.db"}, kills::schema(), clock);
    return opened ? *std::move(opened) : nullptr;
}

bool is_known(const base::Result<store::Receipt>& answer) {
    return answer || (answer.error().kind != base::ErrorKind::unavailable &&
                      answer.error().kind != base::ErrorKind::internal);
}

// In a process of its own: what is acknowledged goes into the pipe at once, as `c3 ok` or `c3 no`.
// An answer that says nothing is asked for once more; after a second such one nothing else is sent,
// so that commands happen in their order.
void history(const fs::path& folder, int pipe) {
    const base::ManualClock clock({1'700'000'000'000});
    const auto database = open(folder, clock);
    if (!database || (!kills::set_up(*database) && !kills::set_up(*database))) return;
    for (int number = 0; number < commands; ++number) {
        const auto send = [&] {
            return database->write(store::Command::internal(id_of(number)), work_of(number));
        };
        auto answer = send();
        if (!is_known(answer)) answer = send();
        if (!is_known(answer)) return;
        const auto line = id_of(number) + (answer ? " ok\n" : " no\n");
        (void)!::write(pipe, line.data(), line.size());
    }
}

struct Ending {
    bool whole = false; // the step was never reached
    std::map<std::string, bool> acknowledged;
};

Ending break_once(const fs::path& folder, kills::Fault fault, std::int64_t at) {
    int ends[2];
    base::ensure(::pipe(ends) == 0, "a pipe");
    const auto child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        (void)!std::freopen("/dev/null", "w", stderr); // the faults, as the store logs them
        kills::break_files(fault, at);
        history(folder, ends[1]);
        ::_exit(kills::file_steps() < at ? 0 : 1);
    }
    ::close(ends[1]);
    std::string text;
    char piece[512];
    for (ssize_t got = 0; (got = ::read(ends[0], piece, sizeof piece)) > 0;)
        text.append(piece, static_cast<std::size_t>(got));
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    Ending ending{.whole = WIFEXITED(status) && WEXITSTATUS(status) == 0, .acknowledged = {}};
    for (std::size_t start = 0; start < text.size();) {
        const auto end = text.find('\n', start);
        const auto space = text.find(' ', start);
        ending.acknowledged[text.substr(start, space - start)] = text[space + 1] == 'o';
        start = end + 1;
    }
    return ending;
}

bool say(bool fine, const char* what) {
    if (!fine) std::fprintf(stderr, "%s\n", what);
    return fine;
}

// Opens the file again, whole; the digest of its tables after everything was sent once more.
std::optional<std::string> look(const fs::path& folder, const Ending& ending) {
    const base::ManualClock clock({1'700'000'000'000});
    const auto database = open(folder, clock);
    if (!say(database != nullptr, "the file does not open again")) return std::nullopt;
    const auto happened = kills::postings(*database);
    bool fine = true;
    for (const auto& [id, ok] : ending.acknowledged) {
        fine = say(ok == happened.contains(id), "an acknowledged answer was lost") && fine;
    }
    for (const auto& [id, count] : happened)
        fine = say(count == 1, "a command happened twice") && fine;
    for (const auto& one : more_looks)
        fine = one(folder, *database) && fine;
    fine = say(kills::set_up(*database), "the ledger is not set up again") && fine;
    for (int number = 0; number < commands; ++number) {
        const auto id = id_of(number);
        const auto answer = database->write(store::Command::internal(id), work_of(number));
        const auto before = ending.acknowledged.find(id);
        const bool same =
            before == ending.acknowledged.end() || before->second == answer.has_value();
        fine = say(same, "an answer changed") && fine;
    }
    fine = say(kills::total(*database) == 3 * opened_with, "an amount was lost") && fine;
    fine = kills::sound(*database) && fine;
    if (!fine) return std::nullopt;
    return database->read([](const store::Snapshot& db) { return base::hex(account::root(db)); });
}

// Breaks at every step; the number of steps, 0 when something was wrong.
std::int64_t break_everywhere(
    const fs::path& folder, kills::Fault fault, std::int64_t stride, std::string& wanted) {
    for (std::int64_t at = 1;; at += stride) {
        fs::remove_all(folder);
        fs::create_directories(folder);
        const auto ending = break_once(folder, fault, at);
        const auto root = look(folder, ending);
        if (!root) {
            std::fprintf(
                stderr,
                "fault %d at step %lld\n",
                static_cast<int>(fault),
                static_cast<long long>(at));
            return 0;
        }
        if (wanted.empty()) wanted = *root;
        if (!say(*root == wanted, "another state than without a break")) return 0;
        if (ending.whole) return at;
    }
}

} // namespace

int main(int count, char** arguments) {
    if (count != 2 && count != 4) {
        std::fputs("usage: kill_steps FOLDER [--stride N]\n", stderr);
        return 2;
    }
    const auto stride = count == 4 ? std::strtoll(arguments[3], nullptr, 10) : 1;
    const fs::path folder = fs::path(arguments[1]) / "steps";
    std::string wanted;
    using enum kills::Fault;
    for (const auto fault : {die, die_torn, lose, fail_once, fail_on}) {
        const auto steps = break_everywhere(folder, fault, stride, wanted);
        if (steps == 0) return 1;
        std::printf(
            "fault %d: broken at each of %lld steps\n",
            static_cast<int>(fault),
            static_cast<long long>(steps));
    }
    fs::remove_all(folder);
    return 0;
}
