// score propose, publish, refuse, rollback, models, shadow: which model a use is scored by, on the
// county of the data folder, while no server has it open. Who acts signs in, so that four eyes are
// two people.
#include "app/open_county.hpp"
#include "app/score_wish.hpp"
#include "engine/score/compare.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>

namespace app {
namespace {

struct PublishWish {
    std::string login;
    std::string use;
    std::string file;
    std::string reason;
    std::int64_t entry = 0;
    std::string table;
    std::string out;
};

struct ModelsAnswer {
    std::vector<scoring::Entry> models;
};
BOOST_DESCRIBE_STRUCT(ModelsAnswer, (), (models))

struct Beside { // a challenger beside the champion
    scoring::EntryId challenger;
    std::optional<score::Comparison> comparison; // where outcomes are known
};
BOOST_DESCRIBE_STRUCT(Beside, (), (challenger, comparison))

struct ShadowAnswer {
    scoring::EntryId champion;
    std::size_t n = 0;
    std::vector<Beside> challengers;
};
BOOST_DESCRIBE_STRUCT(ShadowAnswer, (), (champion, n, challengers))

// Neither an option nor a history of commands keeps a password.
base::Secret password_given() {
    if (const auto* given = std::getenv("RONGQIAO_PASSWORD")) return base::Secret(given);
    std::string line;
    std::getline(std::cin, line);
    return base::Secret(std::move(line));
}

base::Result<identity::Bearer> signed_in(County& county, const std::string& login) {
    const auto session = TRY(county.identity.sign_in(
        {.login = login, .password = password_given(), .from = "command line"}));
    auto bearer = county.identity.bearer(session.token.reveal());
    base::ensure(bearer.has_value(), "a session that was just opened is open");
    if (bearer->must_change_password)
        return base::forbidden(
            "score.one_time_password",
            {"一次性密码不能用来办理业务。", "A one-time password serves to sign in only."},
            {"请先在网页上登录并改密码。", "Sign in on the site and choose a password first."});
    return *bearer;
}

std::string entry_line(const Terminal& terminal, const scoring::Entry& entry) {
    static const base::Text states[] = {
        {"挑战者", "challenger"},
        {"冠军", "champion"},
        {"已替换", "former"},
        {"已否决", "refused"}};
    auto text = std::to_string(entry.id.value) + "  " + entry.use + "  " +
                terminal.of(states[static_cast<std::size_t>(entry.state)]) + "  " + entry.target +
                " = " + entry.positive + "  sha256 " + entry.sha256.substr(0, 12) + "\n  " +
                entry.proposed_at.text() + "  " + entry.proposed_name + ": " + entry.reason;
    if (entry.decided_at)
        text +=
            "\n  " + entry.decided_at->text() + "  " + entry.decided_name + ": " + entry.decision;
    return text;
}

// One act of a person who signs in; what it was about is shown afterwards.
template <class F>
Exit act(const Context& context, const PublishWish& wish, F&& work) {
    return with_county(context, [&](County& county, const base::Clock&) {
        const auto& terminal = context.terminal;
        const auto who = signed_in(county, wish.login);
        if (!who) return terminal.fail(who.error());
        const auto done =
            work(county, store::Command::internal("cli:score:" + base::random_hex(8), who->actor));
        const auto left = county.identity.sign_out(who->actor, who->session);
        if (!done) return terminal.fail(done.error());
        if (!left) return terminal.fail(left.error());
        const auto entry = county.database->read([&](const store::Snapshot& db) {
            return scoring::find(db, {std::stoll(done->subject)});
        });
        terminal.answer(*entry, entry_line(terminal, *entry));
        return Exit::done;
    });
}

Exit run_propose(const Context& context, const PublishWish& wish) {
    auto text = text_of_file(wish.file);
    if (!text) return context.terminal.fail(text.error());
    return act(context, wish, [&](County& county, const store::Command& command) {
        return county.scoring.propose(
            command, {.use = wish.use, .model = *std::move(text), .reason = wish.reason});
    });
}

Exit run_publish(const Context& context, const PublishWish& wish) {
    return act(context, wish, [&](County& county, const store::Command& command) {
        return county.scoring.publish(command, {wish.entry}, wish.reason);
    });
}

Exit run_refuse(const Context& context, const PublishWish& wish) {
    return act(context, wish, [&](County& county, const store::Command& command) {
        return county.scoring.refuse(command, {wish.entry}, wish.reason);
    });
}

Exit run_rollback(const Context& context, const PublishWish& wish) {
    return act(context, wish, [&](County& county, const store::Command& command) {
        return county.scoring.roll_back(command, wish.use, wish.reason);
    });
}

Exit run_models(const Context& context, const PublishWish& wish) {
    return with_county(context, [&](County& county, const base::Clock&) {
        const auto& terminal = context.terminal;
        const ModelsAnswer answer{county.database->read(
            [&](const store::Snapshot& db) { return scoring::list(db, wish.use); })};
        std::string text;
        for (const auto& entry : answer.models)
            text += (text.empty() ? "" : "\n") + entry_line(terminal, entry);
        if (answer.models.empty()) text = terminal.of({"还没有模型。", "There is no model yet."});
        terminal.answer(answer, text);
        return Exit::done;
    });
}

struct Scored {
    scoring::EntryId entry;
    Asked asked;
};

base::Result<std::vector<Scored>> scored_by_all(County& county, const PublishWish& wish) {
    return county.database->read(
        [&](const store::Snapshot& db) -> base::Result<std::vector<Scored>> {
            const auto first = scoring::champion(db, wish.use);
            if (!first) return scoring::no_champion(wish.use);
            auto entries = scoring::challengers(db, wish.use);
            entries.insert(entries.begin(), *first);
            std::vector<Scored> made;
            for (const auto& entry : entries) {
                auto kept = TRY(scoring::model(db, entry.id));
                made.push_back({entry.id, TRY(ask(std::move(kept), wish.table))});
            }
            return made;
        });
}

// A row a case: its line, and what each model says of it.
base::Result<> write_scores(const std::vector<Scored>& scored, const std::string& out) {
    std::ofstream file(out, std::ios::binary);
    file << "line";
    for (const auto& [entry, asked] : scored)
        file << "," << (&asked == &scored.front().asked ? "champion_" : "challenger_")
             << entry.value;
    const auto& lines = scored.front().asked.frame.lines;
    for (std::size_t row = 0; row < lines.size(); ++row) {
        file << "\n" << lines[row];
        for (const auto& [entry, asked] : scored)
            file << "," << fixed_digits(asked.probabilities[row], 6);
    }
    file << "\n";
    file.close();
    if (file) return {};
    return base::unavailable(
               "app.not_written",
               {"无法写入文件。", "The file could not be written."},
               {"请检查路径和磁盘空间。", "Check the path and the disk."})
        .at(out);
}

std::string shadow_lines(const Terminal& terminal, const ShadowAnswer& answer) {
    auto text = terminal.of({"冠军 ", "champion "}) + std::to_string(answer.champion.value) +
                terminal.of({"，样本 ", ", rows "}) + std::to_string(answer.n);
    for (const auto& [challenger, comparison] : answer.challengers) {
        text += "\n" + terminal.of({"挑战者 ", "challenger "}) + std::to_string(challenger.value);
        if (comparison)
            text += "  AUC " + fixed_digits(comparison->challenger.auc, 4) +
                    terminal.of({"，冠军 ", ", the champion's "}) +
                    fixed_digits(comparison->champion.auc, 4) +
                    terminal.of({"，差的 95% 区间 ", ", 95% of the difference "}) +
                    fixed_digits(comparison->interval.low, 4) + " – " +
                    fixed_digits(comparison->interval.high, 4);
    }
    if (answer.challengers.empty())
        text += terminal.of({"\n没有挑战者。", "\nThere is no challenger."});
    return text;
}

Exit run_shadow(const Context& context, const PublishWish& wish) {
    return with_county(context, [&](County& county, const base::Clock&) {
        const auto& terminal = context.terminal;
        const auto scored = scored_by_all(county, wish);
        if (!scored) return terminal.fail(scored.error());
        const auto& first = scored->front();
        ShadowAnswer answer{.champion = first.entry, .n = first.asked.probabilities.size()};
        for (std::size_t i = 1; i < scored->size(); ++i) {
            auto& beside = answer.challengers.emplace_back();
            beside.challenger = (*scored)[i].entry;
            if (first.asked.outcomes)
                beside.comparison = score::compare(
                    first.asked.probabilities,
                    (*scored)[i].asked.probabilities,
                    first.asked.frame.target,
                    1);
        }
        if (!wish.out.empty())
            if (const auto written = write_scores(*scored, wish.out); !written)
                return terminal.fail(written.error());
        terminal.answer(answer, shadow_lines(terminal, answer));
        return Exit::done;
    });
}

void add_person(CLI::App& command, PublishWish& wish) {
    command
        .add_option(
            "--as",
            wish.login,
            "Whose act it is; the password is read from "
            "RONGQIAO_PASSWORD, else from a line of input")
        ->required();
    command.add_option("--reason", wish.reason, "Why; it is kept in the audit trail")->required();
}

} // namespace

void add_publish_commands(CLI::App& score, Context& context) {
    auto wish = std::make_shared<PublishWish>();
    const auto add = [&](const char* name, const char* about, auto run) {
        auto* command = score.add_subcommand(name, about);
        command->callback([&context, wish, run] {
            context.chosen = [&context, wish, run] { return run(context, *wish); };
        });
        return command;
    };
    const auto use = [&](CLI::App& command) {
        return command.add_option("--use", wish->use, "What the scores are for: post-loan");
    };
    auto* propose = add(
        "propose",
        "Put a model beside a use's champion, by the system administrator. Example: rongqiao "
        "score propose --use post-loan --file new.model --reason \"lower ECE\" --as sys --data DIR",
        run_propose);
    use(*propose)->required();
    propose->add_option("--file", wish->file, "The model's file")->required();
    add_person(*propose, *wish);
    auto* publish = add(
        "publish",
        "Make a challenger the champion, by the security administrator, who is another person than "
        "the one who proposed it",
        run_publish);
    auto* refuse = add("refuse", "Refuse a challenger, by the same", run_refuse);
    for (auto* command : {publish, refuse}) {
        command->add_option("ID", wish->entry, "As `score models` shows it")->required();
        add_person(*command, *wish);
    }
    auto* rollback =
        add("rollback", "Put the champion before this one back, in one step", run_rollback);
    use(*rollback)->required();
    add_person(*rollback, *wish);
    use(*add("models", "Champions, challengers, and who decided what", run_models));
    auto* shadow =
        add("shadow",
            "Score the same cases by the champion and every challenger; where outcomes are known, "
            "whether the difference is more than chance",
            run_shadow);
    use(*shadow)->required();
    shadow->add_option("--table", wish->table, "CSV or ARFF: the cases")->required();
    shadow->add_option("--out", wish->out, "Every case's scores, as CSV");
    add_heed_command(score, context);
}

} // namespace app
