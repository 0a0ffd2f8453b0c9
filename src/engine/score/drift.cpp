#include "engine/score/drift.hpp"

#include "engine/score/compare.hpp"
#include "engine/score/number.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace score {
namespace {

constexpr std::size_t levels_kept = 12;
constexpr std::size_t spread_cells_most = 10;

std::vector<double> cuts_of(std::vector<double> values) {
    std::ranges::sort(values);
    std::vector<double> cuts;
    for (std::size_t i = 1; i < spread_cells_most && !values.empty(); ++i) {
        const double cut = values[i * (values.size() - 1) / spread_cells_most];
        if (cut < values.back() && (cuts.empty() || cut > cuts.back())) cuts.push_back(cut);
    }
    return cuts;
}

std::size_t cell_of(const Spread& spread, double value) {
    if (std::isnan(value)) return spread.counts.size() - 1;
    return static_cast<std::size_t>(
        std::ranges::lower_bound(spread.cuts, value) - spread.cuts.begin());
}

// Cells of a column's codes in the spread's order of levels.
std::vector<std::size_t> cells_of_codes(const Spread& spread, const Column& column) {
    std::vector<std::size_t> cells;
    for (const auto& level : column.levels)
        cells.push_back(static_cast<std::size_t>(
            std::ranges::find(spread.levels, level) - spread.levels.begin()));
    return cells;
}

std::vector<double> counted(
    const Spread& spread, const Column& column, std::span<const std::size_t> rows) {
    std::vector<double> counts(spread.counts.size());
    if (column.kind == Kind::number) {
        for (const auto row : rows)
            counts[cell_of(spread, column.numbers[row])] += 1;
        return counts;
    }
    const auto cells = cells_of_codes(spread, column);
    for (const auto row : rows) {
        const auto code = column.codes[row];
        const auto cell = code < 0 ? counts.size() - 1
                          : static_cast<std::size_t>(code) < cells.size()
                              ? cells[static_cast<std::size_t>(code)]
                              : spread.levels.size();
        counts[cell] += 1;
    }
    return counts;
}

std::vector<double> counted(const Spread& spread, std::span<const double> values) {
    std::vector<double> counts(spread.counts.size());
    for (const double value : values)
        counts[cell_of(spread, value)] += 1;
    return counts;
}

// When nothing moved, the index is about (1/n + 1/m) χ² of one degree less than there are cells;
// its 99.9 % point by Wilson and Hilferty 1931.
double made_by_chance(std::span<const double> expected, std::span<const double> observed) {
    const double n = std::accumulate(expected.begin(), expected.end(), 0.0);
    const double m = std::accumulate(observed.begin(), observed.end(), 0.0);
    double cells = -1;
    for (std::size_t i = 0; i < expected.size(); ++i)
        cells += expected[i] > 0 || observed[i] > 0 ? 1 : 0;
    if (n == 0 || m == 0 || cells < 1) return 0;
    const double step = 2 / (9 * cells);
    const double root = 1 - step + 3.0902 * std::sqrt(step);
    return (1 / n + 1 / m) * cells * root * root * root;
}

Moved moved(const Spread& spread, const std::vector<double>& now) {
    return {
        .column = spread.column,
        .index = stability(spread.counts, now),
        .chance = made_by_chance(spread.counts, now)};
}

struct Judge {
    const Standing& standing;
    const DriftLimits& limits;
    std::vector<DriftFinding> findings;

    void index(const Moved& one);
    void order(const Vintage& vintage);
    void level(const Vintage& vintage, double variance);
};

void Judge::index(const Moved& one) {
    const double limit = std::max(limits.moved_a_little, one.chance);
    if (one.index < limit) return;
    const bool score = one.column.empty();
    const auto figure = number_text(one.index, 3);
    const auto bound = number_text(limit, 3);
    findings.push_back(
        {.kind = score ? DriftKind::score_moved : DriftKind::column_moved,
         .gravity = one.index >= std::max(limits.moved, one.chance) ? Gravity::act : Gravity::look,
         .column = one.column,
         .figure = one.index,
         .limit = limit,
         .reason =
             score
                 ? base::
                       Text{"评分分布已偏离建模时：PSI " + figure + "，界限 " + bound + "。", "The scores have moved from those the model was made on: PSI " + figure + ", limit " + bound + "."}
                 : base::Text{
                       "“" + one.column + "”的分布已偏离建模时：CSI " + figure + "，界限 " + bound +
                           "。",
                       "\"" + one.column + "\" has moved from what the model was made on: CSI " +
                           figure + ", limit " + bound + "."}});
}

std::string among(const std::string& vintage) { return vintage.empty() ? "" : vintage + "："; }

std::string of_vintage(const std::string& vintage) { return vintage.empty() ? "" : vintage + ": "; }

void Judge::order(const Vintage& vintage) {
    const auto negatives = vintage.n - vintage.positives;
    if (std::min(vintage.positives, negatives) < limits.positives_least) return;
    const double fall = standing.auc - vintage.auc;
    const double chance = 1.96 * std::sqrt(
                                     vintage.auc_deviation * vintage.auc_deviation +
                                     standing.auc_deviation * standing.auc_deviation);
    if (fall < limits.auc_fall || fall < chance) return;
    const auto was = number_text(standing.auc, 3);
    const auto now = number_text(vintage.auc, 3);
    findings.push_back(
        {.kind = DriftKind::order_lost,
         .gravity = fall >= 2 * limits.auc_fall ? Gravity::act : Gravity::look,
         .vintage = vintage.name,
         .figure = vintage.auc,
         .limit = standing.auc - std::max(limits.auc_fall, chance),
         .reason = {
             among(vintage.name) + "区分能力下降：AUC " + now + "，建模时 " + was + "。",
             of_vintage(vintage.name) + "the model orders worse: AUC " + now + ", " + was +
                 " when it was made."}});
}

void Judge::level(const Vintage& vintage, double variance) {
    if (static_cast<double>(vintage.positives) + vintage.expected_positives <
        2 * static_cast<double>(limits.positives_least))
        return;
    const auto seen = static_cast<double>(vintage.positives);
    const double gap = std::fabs(seen - vintage.expected_positives);
    if (gap < 3 * std::sqrt(variance)) return; // 99.7 %: every vintage is asked
    const double ratio = (seen + 0.5) / (vintage.expected_positives + 0.5);
    const double far = std::max(ratio, 1 / ratio);
    if (far < limits.level) return;
    const auto found = std::to_string(vintage.positives);
    const auto wanted = number_text(vintage.expected_positives, 1);
    findings.push_back(
        {.kind = DriftKind::level_off,
         .gravity = far >= limits.level_far ? Gravity::act : Gravity::look,
         .vintage = vintage.name,
         .figure = ratio,
         .limit = limits.level,
         .reason = {
             among(vintage.name) + "实际风险户 " + found + " 户，模型预计 " + wanted + " 户。",
             of_vintage(vintage.name) + found + " went bad where the model expects " + wanted +
                 "."}});
}

struct Members {
    std::vector<double> probabilities;
    std::vector<std::uint8_t> target;
};

std::map<std::string, Members> by_vintage(const DriftAsk& ask) {
    std::map<std::string, Members> made;
    for (std::size_t row = 0; row < ask.probabilities.size(); ++row) {
        auto& members = made[ask.vintage_of_row.empty() ? std::string() : ask.vintage_of_row[row]];
        members.probabilities.push_back(ask.probabilities[row]);
        members.target.push_back(ask.frame.target[row]);
    }
    return made;
}

} // namespace

std::string DriftFinding::key() const {
    constexpr const char* names[] = {"score_moved", "column_moved", "order_lost", "level_off"};
    std::string made = names[static_cast<std::size_t>(kind)];
    for (const auto* part : {&column, &vintage})
        if (!part->empty()) made += ":" + *part;
    return made;
}

Spread spread_of(const Column& column, std::span<const std::size_t> rows) {
    Spread made{.column = column.name, .kind = column.kind};
    if (column.kind == Kind::number) {
        std::vector<double> values;
        for (const auto row : rows)
            if (!std::isnan(column.numbers[row])) values.push_back(column.numbers[row]);
        made.cuts = cuts_of(std::move(values));
        made.counts.resize(made.cuts.size() + 2);
    } else {
        made.levels = column.levels; // the most frequent first
        if (made.levels.size() > levels_kept) made.levels.resize(levels_kept);
        made.counts.resize(made.levels.size() + 2);
    }
    made.counts = counted(made, column, rows);
    return made;
}

Spread spread_of(std::span<const double> probabilities) {
    Spread made;
    made.cuts = cuts_of({probabilities.begin(), probabilities.end()});
    made.counts.resize(made.cuts.size() + 2);
    return spread_like(made, probabilities);
}

Spread spread_like(const Spread& spread, std::span<const double> probabilities) {
    auto made = spread;
    made.counts = counted(spread, probabilities);
    return made;
}

Drift drift_of(const Standing& standing, const DriftAsk& ask, const DriftLimits& limits) {
    Drift made{.n = ask.probabilities.size()};
    Judge judge{standing, limits, {}};
    made.probability =
        moved(standing.probability, counted(standing.probability, ask.probabilities));
    judge.index(made.probability);
    std::vector<std::size_t> rows(ask.probabilities.size());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    for (const auto& spread : standing.columns) {
        const auto column = std::ranges::find_if(ask.frame.columns, [&](const Column& other) {
            return other.name == spread.column && other.kind == spread.kind;
        });
        if (column == ask.frame.columns.end()) continue;
        made.columns.push_back(moved(spread, counted(spread, *column, rows)));
        judge.index(made.columns.back());
    }
    for (const auto& [name, members] : by_vintage(ask)) {
        const auto now = counted(standing.probability, members.probabilities);
        Vintage vintage{
            .name = name,
            .n = members.target.size(),
            .psi = stability(standing.probability.counts, now)};
        double variance = 0;
        for (const double p : members.probabilities) {
            vintage.expected_positives += p;
            variance += p * (1 - p);
        }
        if (ask.outcomes) {
            for (const auto label : members.target)
                vintage.positives += label;
            const auto area = area_of(members.probabilities, members.target);
            vintage.auc = area.auc;
            vintage.auc_deviation = area.deviation;
            judge.order(vintage);
            judge.level(vintage, variance);
        }
        made.vintages.push_back(std::move(vintage));
    }
    std::ranges::stable_sort(made.columns, std::ranges::greater{}, &Moved::index);
    made.findings = std::move(judge.findings);
    std::ranges::stable_sort(made.findings, std::ranges::greater{}, &DriftFinding::gravity);
    return made;
}

} // namespace score
