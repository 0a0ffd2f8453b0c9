// score check, cv, train, features: from a table to a model.
#include "app/score_wish.hpp"
#include "base/digest.hpp"
#include "engine/score/compare.hpp"
#include "engine/score/invoices.hpp"
#include "engine/score/leak.hpp"
#include "engine/score/number.hpp"
#include "engine/score/validate.hpp"

#include <CLI/CLI.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>

namespace score {
BOOST_DESCRIBE_ENUM(LeakKind, answers, exact_values, missing_mirrors, coverage, coverage_flag)
BOOST_DESCRIBE_STRUCT(Leak, (), (column, kind, auc, why))
BOOST_DESCRIBE_STRUCT(LeftOut, (), (column, why))
BOOST_DESCRIBE_STRUCT(Glance, (), (column, auc, exact_auc, missing_auc, missing_share, iv))
} // namespace score

namespace app {
namespace {

struct CvAnswer {
    double auc = 0;
    double pr_auc = 0;
    double ks = 0;
    double brier = 0;
    double ece = 0;
    std::size_t n = 0;
    std::size_t positives = 0;
    std::string model;
    std::string protocol;
    double auc_pooled = 0;
    std::vector<double> auc_folds;
    score::Intervals intervals; // of all rows asked together
    std::vector<score::Leak> refused;
    std::vector<score::Leak> allowed;
    std::vector<score::LeftOut> left_out;
    std::size_t rows_without_target = 0;
    std::size_t rows_uneven = 0;
    std::string data_sha256;
};
BOOST_DESCRIBE_STRUCT(
    CvAnswer,
    (),
    (auc,
     pr_auc,
     ks,
     brier,
     ece,
     n,
     positives,
     model,
     protocol,
     auc_pooled,
     auc_folds,
     intervals,
     refused,
     allowed,
     left_out,
     rows_without_target,
     rows_uneven,
     data_sha256))

struct LeakAnswer {
    std::size_t n = 0;
    std::size_t positives = 0;
    std::vector<score::Leak> leaks;
    std::vector<score::Glance> columns;
    std::vector<score::LeftOut> left_out;
};
BOOST_DESCRIBE_STRUCT(LeakAnswer, (), (n, positives, leaks, columns, left_out))

struct Loaded {
    score::Sheet sheet;
    score::Frame frame;
    std::string sha256;
    std::vector<score::Leak> refused;
    std::vector<score::Leak> allowed;
};

base::Result<Loaded> load_table(const ScoreWish& wish) {
    auto text = TRY(text_of_file(wish.file));
    Loaded made;
    made.sha256 = base::hex(base::sha256(text));
    made.sheet = TRY(score::read_sheet(std::move(text), wish.target));
    score::Wish columns{.target = wish.target, .positive = wish.positive, .drop = wish.drop};
    for (const auto& name : {wish.group, wish.time})
        if (!name.empty()) columns.keep_apart.push_back(name);
    made.frame = TRY(score::make_frame(made.sheet, columns));
    const auto check = score::check_leaks(made.frame);
    made.refused = score::refuse_leaks(made.frame, check.leaks, wish.allow);
    for (const auto& leak : check.leaks) {
        const bool refused = std::ranges::any_of(
            made.refused, [&](const score::Leak& other) { return other.column == leak.column; });
        if (!refused) made.allowed.push_back(leak);
    }
    if (made.frame.columns.empty())
        return base::rejected(
            "score.only_leaks",
            {"所有列都泄露了答案。", "Every column gives the answer away."},
            {"请用 score check 查看原因，确认无误后用 --allow 放行。",
             "See why by score check; let columns in by --allow when you are sure."});
    return made;
}

base::Result<score::LearnWish> learn_wish(const ScoreWish& wish) {
    score::LearnWish made{
        .shape = base::json::enum_from<score::Shape>(wish.shape).value_or(score::Shape::boosted),
        .seed = wish.seed,
        .specials = wish.specials};
    for (const auto& text : wish.monotone) {
        const auto colon = text.rfind(':');
        const auto sign = colon == std::string::npos ? std::string() : text.substr(colon + 1);
        if (sign != "+" && sign != "-")
            return base::invalid(
                       "score.monotone",
                       {"应写作 列名:+ 或 列名:-。", "It is written COLUMN:+ or COLUMN:-."},
                       {"+ 表示数值越大风险越高。", "+ says that risk rises with the value."})
                .at(text);
        made.directions.push_back({text.substr(0, colon), sign == "+" ? 1 : -1});
    }
    return made;
}

// A day as a number, or a plain number.
std::optional<double> moment(std::string_view text) {
    if (const auto day = day_of_cell(text)) return static_cast<double>(*day);
    return score::parse_number(text);
}

struct Folding {
    std::vector<score::Fold> folds;
    std::string protocol;
};

base::Result<Folding> out_of_time(const Loaded& loaded, const ScoreWish& wish) {
    const auto values = TRY(apart(loaded.sheet, loaded.frame, wish.time));
    std::vector<double> times;
    for (const auto value : values)
        times.push_back(moment(value).value_or(-1e300)); // unknown is long ago
    auto sorted = times;
    std::ranges::sort(sorted);
    const auto from = wish.from.empty() ? sorted[sorted.size() * 7 / 10] : moment(wish.from);
    if (!from)
        return base::invalid(
                   "score.time",
                   {"看不懂这个时间。", "This is no time."},
                   {"请写成 2020-01-31 或一个数字。", "Write 2020-01-31, or a number."})
            .at("--from");
    return Folding{
        TRY(score::out_of_time(times, *from)),
        "out of time, " + wish.time + (wish.from.empty() ? ", last 30%" : " from " + wish.from)};
}

base::Result<Folding> folding(const Loaded& loaded, const ScoreWish& wish, std::size_t folds) {
    const auto tail = ", seed " + std::to_string(wish.seed);
    if (wish.one_out) return Folding{score::leave_one_out(loaded.frame.rows()), "leave one out"};
    if (!wish.time.empty()) return out_of_time(loaded, wish);
    if (!wish.group.empty()) {
        const auto groups = TRY(apart(loaded.sheet, loaded.frame, wish.group));
        return Folding{
            TRY(score::deal_groups(groups, folds, wish.seed)),
            std::to_string(folds) + "-fold, grouped by " + wish.group + tail};
    }
    return Folding{
        TRY(score::deal_folds(loaded.frame.target, folds, wish.seed)),
        std::to_string(folds) + "-fold, stratified" + tail};
}

std::string leak_lines(const Terminal& terminal, const std::vector<score::Leak>& leaks) {
    std::string text;
    for (const auto& leak : leaks)
        text += "\n  " + leak.column + ": " + terminal.of(leak.why);
    return text;
}

Exit run_cv(const Terminal& terminal, const ScoreWish& wish) {
    const auto made = [&]() -> base::Result<CvAnswer> {
        const auto loaded = TRY(load_table(wish));
        const auto how = TRY(learn_wish(wish));
        const auto [folds, protocol] = TRY(folding(loaded, wish, wish.folds));
        const auto judged = TRY(score::validate(loaded.frame, folds, how));
        CvAnswer answer{
            .auc = judged.mean_auc,
            .pr_auc = judged.mean_pr_auc,
            .ks = judged.mean_ks,
            .brier = judged.metrics.brier,
            .ece = judged.metrics.ece,
            .n = judged.metrics.n,
            .positives = judged.metrics.positives,
            .model = wish.shape,
            .protocol = protocol,
            .auc_pooled = judged.metrics.auc,
            .auc_folds = judged.fold_auc,
            .intervals = score::bootstrap(judged.probabilities, judged.target, wish.seed),
            .refused = loaded.refused,
            .allowed = loaded.allowed,
            .left_out = loaded.frame.left_out,
            .rows_without_target = loaded.frame.unlabelled,
            .rows_uneven = loaded.sheet.uneven.size(),
            .data_sha256 = loaded.sha256};
        if (answer.auc_folds.size() != folds.size()) answer.auc_folds.clear();
        return answer;
    }();
    if (!made) return terminal.fail(made.error());
    const score::Metrics shown{
        made->auc, made->pr_auc, made->ks, made->brier, made->ece, made->n, made->positives};
    auto text = made->model + ", " + made->protocol + "\n" + metric_lines(terminal, shown);
    if (!made->refused.empty())
        text += "\n" +
                terminal.of(
                    {"以下列泄露答案，未使用（--allow 可放行）：",
                     "Columns that give the answer away, not used (--allow lets in):"}) +
                leak_lines(terminal, made->refused);
    terminal.answer(*made, text);
    return Exit::done;
}

Exit run_check(const Terminal& terminal, const ScoreWish& wish) {
    const auto made = [&]() -> base::Result<LeakAnswer> {
        auto text = TRY(text_of_file(wish.file));
        const auto sheet = TRY(score::read_sheet(std::move(text), wish.target));
        const auto frame = TRY(score::make_frame(
            sheet, {.target = wish.target, .positive = wish.positive, .drop = wish.drop}));
        auto check = score::check_leaks(frame);
        return LeakAnswer{
            frame.rows(),
            frame.positives(),
            std::move(check.leaks),
            std::move(check.glances),
            frame.left_out};
    }();
    if (!made) return terminal.fail(made.error());
    std::string text = terminal.of(
        {"列  AUC  确切值AUC  缺失AUC  缺失率  IV",
         "column  AUC  exact AUC  missing AUC  missing  IV"});
    for (const auto& glance : made->columns) {
        text += "\n" + glance.column;
        for (const double number :
             {glance.auc, glance.exact_auc, glance.missing_auc, glance.missing_share, glance.iv})
            text += "  " + fixed_digits(number, 3);
    }
    for (const auto& [column, why] : made->left_out)
        text += "\n" + column + "  - " + why;
    text += "\n" + (made->leaks.empty()
                        ? terminal.of({"没有发现泄露。", "No leak was found."})
                        : terminal.of({"泄露答案的列：", "Columns that give the answer away:"}) +
                              leak_lines(terminal, made->leaks));
    terminal.answer(*made, text);
    return made->leaks.empty() ? Exit::done : Exit::no;
}

score::Standing standing_of(const score::Frame& frame, const score::Validation& judged) {
    const auto area = score::area_of(judged.probabilities, judged.target);
    score::Standing standing{
        .probability = score::spread_of(judged.probabilities),
        .auc = area.auc,
        .auc_deviation = area.deviation};
    const auto rows = all_rows(frame);
    for (const auto& column : frame.columns)
        if (!column.twin) standing.columns.push_back(score::spread_of(column, rows));
    return standing;
}

base::Result<score::Kept> train_model(const ScoreWish& wish) {
    const auto loaded = TRY(load_table(wish));
    const auto how = TRY(learn_wish(wish));
    const auto [folds, protocol] = TRY(folding(loaded, wish, wish.folds));
    const auto judged = TRY(score::validate(loaded.frame, folds, how));
    score::Kept kept;
    kept.model = TRY(score::learn(loaded.frame, all_rows(loaded.frame), how));
    auto& card = kept.card;
    card.data = std::filesystem::path(wish.file).filename().string();
    card.data_sha256 = loaded.sha256;
    card.protocol = protocol;
    card.seed = wish.seed;
    card.rows = loaded.frame.rows();
    card.positives = loaded.frame.positives();
    card.metrics = judged.metrics;
    card.intervals = score::bootstrap(judged.probabilities, judged.target, wish.seed);
    card.standing = standing_of(loaded.frame, judged);
    card.threshold = threshold_for(
        wish,
        judged.probabilities,
        judged.target,
        static_cast<double>(card.positives) / static_cast<double>(card.rows));
    card.fairness = TRY(fairness_by(
        wish.by, loaded.sheet, loaded.frame, judged.rows, judged.probabilities, card.threshold));
    for (const auto& [column, why] : loaded.frame.left_out)
        card.left_out.push_back(column + ": " + why);
    for (const auto& leak : loaded.refused)
        card.refused.push_back(leak.column + ": " + leak.why.en);
    for (const auto& leak : loaded.allowed)
        card.allowed.push_back(leak.column + ": " + leak.why.en);
    return kept;
}

base::Error not_written(const std::string& file) {
    return base::unavailable(
               "app.not_written",
               {"无法写入文件。", "The file could not be written."},
               {"请检查路径和磁盘空间。", "Check the path and the disk."})
        .at(file);
}

Exit run_train(const Terminal& terminal, const ScoreWish& wish) {
    const auto kept = train_model(wish);
    if (!kept) return terminal.fail(kept.error());
    std::ofstream file(wish.out, std::ios::binary);
    file << score::write_model(*kept);
    file.close();
    if (!file) return terminal.fail(not_written(wish.out));
    terminal.answer(kept->card, wish.out + "\n" + metric_lines(terminal, kept->card.metrics));
    return Exit::done;
}

base::Result<score::Sheet> sheet_of(const std::string& file, const std::string& column) {
    auto text = TRY(text_of_file(file));
    return score::read_sheet(std::move(text), column);
}

base::Result<std::string> firm_table(const ScoreWish& wish) {
    score::InvoiceColumns columns;
    columns.firm.insert(columns.firm.begin(), wish.firm);
    const auto firms = TRY(sheet_of(wish.file, wish.firm));
    const auto bought = TRY(sheet_of(wish.bought, wish.firm));
    const auto bought_features = TRY(score::invoice_features(bought, "bought", columns));
    const auto sold = TRY(sheet_of(wish.sold, wish.firm));
    const auto sold_features = TRY(score::invoice_features(sold, "sold", columns));
    return score::join_features(firms, wish.firm, bought_features, sold_features);
}

Exit run_features(const Terminal& terminal, const ScoreWish& wish) {
    const auto table = firm_table(wish);
    if (!table) return terminal.fail(table.error());
    std::ofstream file(wish.out, std::ios::binary);
    file << *table;
    file.close();
    if (!file) return terminal.fail(not_written(wish.out));
    terminal.line(wish.out);
    return Exit::done;
}

void add_table_options(CLI::App& command, ScoreWish& wish) {
    command.add_option("--data", wish.file, "CSV or ARFF")->required();
    command.add_option("--target", wish.target, "The column to be learned; or its number, or last")
        ->required();
    command.add_option("--positive", wish.positive, "The value that is the risk");
    command.add_option("--drop", wish.drop, "Columns not to use: A,B")->delimiter(',');
}

void add_learn_options(CLI::App& command, ScoreWish& wish) {
    command.add_option("--allow", wish.allow, "Leaks to let in: A,B or all")->delimiter(',');
    command.add_option("--model", wish.shape, "scorecard, boosted, mined or ridge")
        ->check(CLI::IsMember({"scorecard", "boosted", "mined", "ridge"}))
        ->capture_default_str();
    command.add_option("--folds", wish.folds, "Parts that are asked in turn")
        ->capture_default_str();
    command.add_flag("--loo", wish.one_out, "Leave one row out at a time");
    command.add_option("--group", wish.group, "Rows of one value are never on both sides");
    command.add_option("--time", wish.time, "Learn from the earlier, ask the later");
    command.add_option("--from", wish.from, "Where the later begin; else the last three tenths");
    command.add_option("--seed", wish.seed, "The same seed gives the same bytes")
        ->capture_default_str();
    command.add_option("--monotone", wish.monotone, "A:+,B:-: risk rises with A, falls with B")
        ->delimiter(',');
    command.add_option("--special", wish.specials, "Values with a bin of their own: -7,-8")
        ->delimiter(',');
}

void add_segment_options(CLI::App& command, ScoreWish& wish) {
    command
        .add_option("--by", wish.by, "Columns of segments: size, ownership, town, industry: A,B")
        ->delimiter(',');
    command.add_option("--miss", wish.miss, "Cost of a missed positive, for the threshold");
    command.add_option("--alarm", wish.alarm, "Cost of a false alarm, for the threshold");
}

void add_steady_options(CLI::App& compare, CLI::App& drift, ScoreWish& wish) {
    compare.add_option("--champion", wish.champion, "The model in use, its file")->required();
    compare.add_option("--challenger", wish.challenger, "The model that would replace it")
        ->required();
    compare.add_option("--data", wish.file, "CSV or ARFF: cases with known outcomes")->required();
    compare.add_option("--seed", wish.seed, "Of the samples drawn")->capture_default_str();
    drift.add_option("--model", wish.model_file, "The model's file")->required();
    drift.add_option("--data", wish.file, "CSV or ARFF: cases since; outcomes may be absent")
        ->required();
    add_drift_options(drift, wish);
}

} // namespace

void add_drift_options(CLI::App& command, ScoreWish& wish) {
    command.add_option("--time", wish.time, "The column that says when: AUC is told by vintage");
    command.add_option("--every", wish.every, "How long a vintage lasts")
        ->check(CLI::IsMember({"month", "quarter", "half", "year", "value"}))
        ->capture_default_str();
    auto& limits = wish.limits;
    command.add_option("--psi-look", limits.moved_a_little, "PSI or CSI from which to look")
        ->capture_default_str();
    command.add_option("--psi-act", limits.moved, "PSI or CSI from which to act")
        ->capture_default_str();
    command.add_option("--auc-fall", limits.auc_fall, "Loss of AUC from which to look; twice: act")
        ->capture_default_str();
}

void add_score_commands(CLI::App& program, Context& context) {
    auto* score = program.add_subcommand(
        "score", "评分：从表格到可解释的模型 / From a table to a model that explains itself");
    score->require_subcommand(1);
    auto wish = std::make_shared<ScoreWish>();
    const auto add = [&](const char* name, const char* about, auto run) {
        auto* command = score->add_subcommand(name, about);
        command->callback([&context, wish, run] {
            context.chosen = [&context, wish, run] { return run(context.terminal, *wish); };
        });
        return command;
    };
    auto* check = add("check", "Name the columns that give the answer away", run_check);
    add_table_options(*check, *wish);
    auto* cv = add("cv", "Judge a way of learning on rows it did not learn from", run_cv);
    add_table_options(*cv, *wish);
    add_learn_options(*cv, *wish);
    auto* train = add("train", "Learn a model and write it with its card", run_train);
    add_table_options(*train, *wish);
    add_learn_options(*train, *wish);
    train->add_option("--out", wish->out, "The model's file")->required();
    add_segment_options(*train, *wish);
    train->add_option("--threshold", wish->threshold, "Probability from which it is a warning");
    auto* features = add("features", "A table of firms from their VAT invoices", run_features);
    features->add_option("--firms", wish->file, "CSV, a row a firm")->required();
    features->add_option("--bought", wish->bought, "Invoices the firms received")->required();
    features->add_option("--sold", wish->sold, "Invoices the firms issued")->required();
    features->add_option("--firm", wish->firm, "The column that names the firm")
        ->capture_default_str();
    features->add_option("--out", wish->out, "The table's file")->required();
    auto* eval = add("eval", "Judge a kept model on a table, by segment too", run_eval);
    add_segment_options(*eval, *wish);
    auto* compare =
        add("compare",
            "Champion and challenger on the same cases: is the difference more than chance?",
            run_compare);
    auto* drift =
        add("drift",
            "Whether a model still meets who it learned from: PSI, CSI, AUC by vintage",
            run_drift);
    add_steady_options(*compare, *drift, *wish);
    auto* card = add("card", "Show a kept model's card", run_card);
    auto* explain = add("explain", "Reasons for one row, and what would change it", run_explain);
    explain->add_option("--row", wish->row, "The row, from 1")->capture_default_str();
    explain->add_option("--fixed", wish->fixed, "Columns that cannot change")->delimiter(',');
    for (auto* command : {eval, card, explain}) {
        command->add_option("--model", wish->model_file, "The model's file")->required();
        if (command == card) continue;
        command->add_option("--data", wish->file, "CSV or ARFF")->required();
        command->add_option(
            "--threshold", wish->threshold, "Probability from which it is a warning");
    }
    add_publish_commands(*score, context);
}

} // namespace app
