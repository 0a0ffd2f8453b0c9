// The ledger behind a pipe, for the kill test; lines and answers as kill_store's:
//
//   open ID AMOUNT          → ID ok ACCOUNT | ID no CODE
//   move ID FROM TO AMOUNT  → ID ok FROM | ID no CODE
//   state ID                → ID state {"events": …, "sum": …, "rebuilt": …, "happened": {…}}
#include "ledger_acts.hpp"

#include <iostream>
#include <mutex>
#include <sstream>

namespace {

std::mutex mutex;

void say(const std::string& text) {
    const std::lock_guard lock(mutex);
    std::fputs((text + "\n").c_str(), stdout);
    std::fflush(stdout);
}

std::string state(store::Database& database) {
    const auto happened = kills::postings(database);
    std::string out = "{\"events\":" + std::to_string(happened.size());
    out += ",\"sum\":" + std::to_string(kills::total(database));
    out += std::string(",\"rebuilt\":") + (kills::sound(database) ? "true" : "false");
    out += ",\"happened\":";
    base::json::write(out, happened);
    return out + "}";
}

void line(store::Database& database, const std::string& text) {
    std::istringstream in(text);
    std::string verb;
    std::string id;
    in >> verb >> id;
    const auto send = [&](store::Database::Work work) {
        store::Command command{
            .id = id, .actor = base::Actor::platform(), .digest = base::sha256(text)};
        auto done = [id](const base::Result<store::Receipt>& answer) {
            say(id + (answer ? " ok " + answer->subject : " no " + answer.error().code));
        };
        database.submit(std::move(command), std::move(work), std::move(done));
    };
    if (verb == "open") {
        account::Amount amount = 0;
        in >> amount;
        send(kills::open_account(amount));
    } else if (verb == "move") {
        std::int64_t from = 0;
        std::int64_t to = 0;
        account::Amount amount = 0;
        in >> from >> to >> amount;
        send(kills::move_amount({from}, {to}, amount));
    } else if (verb == "state") {
        say(id + " state " + state(database));
    }
}

} // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        std::fputs("usage: kill_ledger FILE\n", stderr);
        return 2;
    }
    const base::SystemClock clock;
    auto database = store::Database::open({.file = arguments[1]}, kills::schema(), clock);
    if (!database || !kills::set_up(**database)) {
        std::fputs("the ledger does not open\n", stderr);
        return 1;
    }
    say("ready");
    std::string text;
    while (std::getline(std::cin, text))
        line(**database, text);
    return 0;
}
