// The store behind a pipe, for the kill test: accounts whose sum must hold, commands as lines on
// standard input, answers as lines on standard output once they are durable.
//
//   open ID FEN          → ID ok ACCOUNT | ID no CODE
//   move ID FROM TO FEN  → ID ok FROM | ID no CODE
//   state ID             → ID state {"commands": …, "events": …, "sum": …, "rebuilt": true,
//   "answers": {…}}
#include "store/bank_test.hpp"

#include <cstdio>
#include <iostream>
#include <mutex>
#include <sstream>

namespace {

class Session {
public:
    explicit Session(store::Database& database)
        : database_(database) {}

    void line(const std::string& text) {
        std::istringstream in(text);
        std::string verb;
        std::string id;
        in >> verb >> id;
        if (verb == "open") {
            std::int64_t fen = 0;
            in >> fen;
            send(id, text, bank::open_account("owner of " + id, base::Money{fen}));
        } else if (verb == "move") {
            std::int64_t from = 0;
            std::int64_t to = 0;
            std::int64_t fen = 0;
            in >> from >> to >> fen;
            send(id, text, bank::move_money({from}, {to}, base::Money{fen}));
        } else if (verb == "state") {
            say(id + " state " + state());
        }
    }

private:
    void send(const std::string& id, const std::string& text, store::Database::Work work) {
        store::Command command{
            .id = id, .actor = base::Actor::platform(), .digest = base::sha256(text)};
        auto done = [this, id](const base::Result<store::Receipt>& answer) {
            say(id + (answer ? " ok " + answer->subject : " no " + answer.error().code));
        };
        database_.submit(std::move(command), std::move(work), std::move(done));
    }

    // The journal says which commands happened, with the number of their events; a rebuild says the
    // same of the rows.
    std::string state() {
        const auto before = database_.projection_digest();
        const auto events = database_.rebuild().value();
        const bool same = database_.projection_digest() == before;
        std::map<std::string, std::int64_t> happened;
        for (const auto& event : database_.events_after(0, 100'000'000))
            ++happened[event.command];
        std::string out = "{\"events\":" + std::to_string(events);
        out += ",\"sum\":" + std::to_string(bank::total(database_).fen);
        out += std::string(",\"rebuilt\":") + (same ? "true" : "false") + ",\"happened\":";
        base::json::write(out, happened);
        return out + "}";
    }

    void say(const std::string& text) {
        const std::lock_guard lock(mutex_);
        std::fputs((text + "\n").c_str(), stdout);
        std::fflush(stdout);
    }

    store::Database& database_;
    std::mutex mutex_;
};

} // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        std::fputs("usage: kill_store FILE\n", stderr);
        return 2;
    }
    const base::SystemClock clock;
    auto database = store::Database::open({.file = arguments[1]}, bank::schema(), clock);
    if (!database) {
        std::fputs((database.error().code + ": " + database.error().detail + "\n").c_str(), stderr);
        return 1;
    }
    std::puts("ready");
    std::fflush(stdout);
    Session session(**database);
    std::string text;
    while (std::getline(std::cin, text))
        session.line(text);
    return 0;
}
