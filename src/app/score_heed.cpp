// score heed: looks whether a use's champion has drifted, and opens a case of each finding.
#include "app/open_county.hpp"
#include "app/score_wish.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace app {
namespace {

struct HeedAnswer {
    scoring::EntryId champion;
    score::Drift drift;
    std::int64_t opened = 0; // cases
    std::int64_t joined = 0; // findings that joined one
};
BOOST_DESCRIBE_STRUCT(HeedAnswer, (), (champion, drift, opened, joined))

struct HeedWish {
    std::string use;
    std::string table;
    ScoreWish score; // limits and vintages
};

base::Result<HeedAnswer> heed(County& county, const base::Clock& clock, const HeedWish& wish) {
    const auto digest = base::hex(base::sha256(TRY(text_of_file(wish.table))));
    const auto champion = county.database->read(
        [&](const store::Snapshot& db) { return scoring::champion(db, wish.use); });
    if (!champion) return scoring::no_champion(wish.use);
    auto kept = TRY(county.database->read(
        [&](const store::Snapshot& db) { return scoring::model(db, champion->id); }));
    const auto asked = TRY(ask(std::move(kept), wish.table));
    HeedAnswer answer{
        .champion = champion->id,
        .drift = TRY(drift_of(asked, wish.score.time, wish.score.every, wish.score.limits))};
    const auto done = TRY(county.drifts.heed(
        store::Command::internal("cli:heed:" + base::random_hex(8)),
        {.model = champion->id, .table_sha256 = digest, .drift = answer.drift},
        clock.now()));
    answer.opened = done.opened;
    answer.joined = done.joined;
    return answer;
}

Exit run_heed(const Context& context, const HeedWish& wish) {
    return with_county(context, [&](County& county, const base::Clock& clock) {
        const auto& terminal = context.terminal;
        const auto answer = heed(county, clock, wish);
        if (!answer) return terminal.fail(answer.error());
        terminal.answer(
            *answer,
            drift_lines(terminal, answer->drift) + terminal.of({"\n新开 ", "\nopened "}) +
                std::to_string(answer->opened) + terminal.of({" 件，并入 ", ", joined "}) +
                std::to_string(answer->joined) + terminal.of({" 件", ""}));
        return answer->drift.findings.empty() ? Exit::done : Exit::no;
    });
}

} // namespace

void add_heed_command(CLI::App& score, Context& context) {
    auto wish = std::make_shared<HeedWish>();
    auto* command = score.add_subcommand(
        "heed",
        "Look whether a use's champion has drifted, and open a case of each finding. Example: "
        "rongqiao score heed --use post-loan --table today.csv --time day --data DIR");
    command->add_option("--use", wish->use, "What the scores are for")->required();
    command->add_option("--table", wish->table, "CSV or ARFF: cases since")->required();
    add_drift_options(*command, wish->score);
    command->callback([&context, wish] {
        context.chosen = [&context, wish] { return run_heed(context, *wish); };
    });
}

} // namespace app
