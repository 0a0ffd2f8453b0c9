#include "engine/score/model.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <numeric>

namespace score {
namespace {

std::string shown(double number) {
    char buffer[64];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, static_cast<float>(number)).ptr;
    return {buffer, end};
}

std::string value_shown(const Column& column, std::size_t row) {
    if (column.missing_at(row)) return "";
    if (column.kind == Kind::number) return shown(column.numbers[row]);
    const auto code = static_cast<std::size_t>(column.codes[row]);
    return code < column.levels.size() ? column.levels[code] : "?";
}

bool of_two(Made made) { return made != Made::number && made != Made::level && made != Made::rate; }

// Shares by column and, for mined formulas, by their name.
struct Shares {
    std::vector<double> by_column;
    std::map<std::string, std::pair<double, float>> by_formula;
};

double add_grove(
    const Grove& grove, const Frame& frame, std::size_t row, double scale, Shares& shares) {
    const std::size_t rows[] = {row};
    const auto values = encode(grove.features, frame, rows);
    std::vector<double> reasons(grove.features.size());
    const double base = add_reasons(grove.forest, values, scale, reasons);
    for (std::size_t i = 0; i < reasons.size(); ++i) {
        const auto& feature = grove.features[i];
        if (of_two(feature.made)) {
            auto& [share, value] = shares.by_formula[feature.name];
            share += reasons[i];
            value = values[i];
        } else {
            shares.by_column[feature.column] += reasons[i];
        }
    }
    return base;
}

// The one row of a frame, to be changed and scored again.
Frame single(const Frame& frame, std::size_t row) {
    Frame made;
    made.target = {0};
    made.lines = {row};
    for (const auto& column : frame.columns) {
        auto& kept = made.columns.emplace_back();
        kept.name = column.name;
        kept.kind = column.kind;
        kept.levels = column.levels;
        if (column.kind == Kind::number)
            kept.numbers = {column.numbers[row]};
        else
            kept.codes = {column.codes[row]};
    }
    return made;
}

double probability(const Model& model, const Frame& frame) {
    const std::size_t rows[] = {0};
    return probabilities_of(model, frame, rows)[0];
}

struct Trial {
    const Model& model;
    Frame frame;
    double threshold;
    std::vector<std::size_t> columns; // that may change

    struct Step {
        std::size_t column;
        float to;
        double probability;
        double distance; // in steps of the grid
    };

    // The nearest value of a column that crosses the threshold, and the best it can do at all.
    std::pair<std::optional<Step>, std::optional<Step>> along(std::size_t column) {
        auto& cell = frame.columns[column].numbers[0];
        const auto& grid = model.grids[column];
        const float kept = cell;
        const auto home = static_cast<double>(std::ranges::lower_bound(grid, kept) - grid.begin());
        std::optional<Step> nearest;
        std::optional<Step> best;
        for (std::size_t place = 0; place < grid.size(); ++place) {
            if (grid[place] == kept) continue;
            cell = grid[place];
            const Step step{
                column,
                cell,
                probability(model, frame),
                std::fabs(static_cast<double>(place) - home)};
            if (!best || step.probability < best->probability) best = step;
            if (step.probability < threshold && (!nearest || step.distance < nearest->distance))
                nearest = step;
        }
        cell = kept;
        return {nearest, best};
    }
};

} // namespace

std::vector<double> margins_of(
    const Model& model, const Frame& frame, std::span<const std::size_t> rows) {
    std::vector<double> margins(rows.size(), model.intercept);
    for (const auto& grove : model.groves) {
        // Blocks keep the encoded rows in the cache.
        constexpr std::size_t block = 4096;
        for (std::size_t from = 0; from < rows.size(); from += block) {
            const auto size = std::min(block, rows.size() - from);
            const auto matrix = encode(grove.features, frame, rows.subspan(from, size));
            add_margins(
                grove.forest,
                matrix,
                grove.features.size(),
                model.grove_weight / static_cast<double>(model.groves.size()),
                std::span(margins).subspan(from, size));
        }
    }
    std::vector<double> scratch(frame.columns.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::ranges::fill(scratch, 0.0);
        double sum = 0;
        if (model.ridge_weight > 0)
            sum += add_reasons(model.ridge, frame, rows[i], model.ridge_weight, scratch);
        if (model.card_weight > 0)
            sum += add_reasons(model.card, frame, rows[i], model.card_weight, scratch);
        margins[i] += std::accumulate(scratch.begin(), scratch.end(), sum);
    }
    return margins;
}

std::vector<double> probabilities_of(
    const Model& model, const Frame& frame, std::span<const std::size_t> rows) {
    auto made = margins_of(model, frame, rows);
    for (auto& margin : made)
        margin = probability_of(model.calibration, margin);
    return made;
}

Explanation explain(const Model& model, const Frame& frame, std::size_t row) {
    Explanation made{.base = model.intercept};
    Shares shares{.by_column = std::vector<double>(frame.columns.size())};
    for (const auto& grove : model.groves)
        made.base += add_grove(
            grove,
            frame,
            row,
            model.grove_weight / static_cast<double>(model.groves.size()),
            shares);
    if (model.ridge_weight > 0)
        made.base += add_reasons(model.ridge, frame, row, model.ridge_weight, shares.by_column);
    if (model.card_weight > 0)
        made.base += add_reasons(model.card, frame, row, model.card_weight, shares.by_column);
    const std::size_t rows[] = {row};
    made.margin = margins_of(model, frame, rows)[0];
    made.probability = probability_of(model.calibration, made.margin);
    for (std::size_t place = 0; place < frame.columns.size(); ++place)
        if (shares.by_column[place] != 0)
            made.reasons.push_back(
                {frame.columns[place].name,
                 value_shown(frame.columns[place], row),
                 shares.by_column[place]});
    for (const auto& [name, found] : shares.by_formula)
        if (found.first != 0)
            made.reasons.push_back(
                {name, std::isnan(found.second) ? "" : shown(found.second), found.first});
    std::ranges::stable_sort(made.reasons, [](const Reason& a, const Reason& b) {
        return std::fabs(a.share) > std::fabs(b.share);
    });
    return made;
}

std::vector<Counterfactual> counterfactuals(
    const Model& model,
    const Frame& frame,
    std::size_t row,
    double threshold,
    std::span<const std::string> fixed) {
    Trial trial{model, single(frame, row), threshold, {}};
    for (std::size_t place = 0; place < frame.columns.size(); ++place) {
        const auto& column = frame.columns[place];
        // A code's twin would have to change with it, and a code is nothing one changes a little.
        const bool code = std::ranges::any_of(model.columns, [&](const Column& other) {
            return other.twin && other.name == column.name;
        });
        if (column.kind == Kind::number && !code &&
            std::ranges::find(fixed, column.name) == fixed.end())
            trial.columns.push_back(place);
    }
    std::vector<Trial::Step> found;
    std::optional<Trial::Step> deepest;
    for (const auto column : trial.columns) {
        const auto [nearest, best] = trial.along(column);
        if (nearest) found.push_back(*nearest);
        if (best && (!deepest || best->probability < deepest->probability)) deepest = best;
    }
    const auto change = [&](const Trial::Step& step) {
        return Change{
            frame.columns[step.column].name, value_shown(frame.columns[step.column], row), step.to};
    };
    std::vector<Change> first;
    if (found.empty() && deepest) {
        first.push_back(change(*deepest));
        trial.frame.columns[deepest->column].numbers[0] = deepest->to;
        for (const auto column : trial.columns)
            if (column != deepest->column)
                if (const auto nearest = trial.along(column).first) found.push_back(*nearest);
    }
    std::ranges::stable_sort(found, {}, &Trial::Step::distance);
    if (found.size() > 5) found.resize(5);
    std::vector<Counterfactual> made;
    for (const auto& step : found) {
        auto changes = first;
        changes.push_back(change(step));
        made.push_back({std::move(changes), step.probability});
    }
    return made;
}

double threshold_of_costs(
    std::span<const double> probabilities,
    std::span<const std::uint8_t> target,
    double miss,
    double alarm) {
    std::vector<std::size_t> order(target.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(
        order, [&](std::size_t a, std::size_t b) { return probabilities[a] > probabilities[b]; });
    double cost = 0; // of alarming nobody
    for (const auto label : target)
        cost += label != 0 ? miss : 0.0;
    double least = cost;
    double threshold = 1;
    for (std::size_t i = 0; i < order.size(); ++i) {
        cost += target[order[i]] != 0 ? -miss : alarm;
        const bool step =
            i + 1 == order.size() || probabilities[order[i + 1]] < probabilities[order[i]];
        if (step && cost < least) {
            least = cost;
            threshold = probabilities[order[i]];
        }
    }
    return threshold;
}

} // namespace score
