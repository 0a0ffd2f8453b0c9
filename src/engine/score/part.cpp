#include "engine/score/part.hpp"

#include <algorithm>
#include <cmath>

namespace score {
namespace {

// Straight lines between the knots, level outside them.
double place_of(std::span<const Knot> knots, double value) {
    const auto above = std::ranges::lower_bound(knots, value, {}, &Knot::value);
    if (above == knots.end()) return knots.back().place;
    if (above == knots.begin() || above->value == value) return above->place;
    const auto below = above - 1;
    const double share = (value - below->value) / (above->value - below->value);
    return below->place + share * (above->place - below->place);
}

double number_value(const RidgeTerm& term, double value) {
    return term.knots.empty() ? std::clamp(value, term.low, term.high)
                              : place_of(term.knots, value);
}

double ridge_value(const RidgeTerm& term, const Frame& frame, std::size_t row) {
    const auto& column = frame.columns[term.column];
    if (term.level == -2) return (column.missing_at(row) ? 1.0 : 0.0) - term.mean;
    if (term.level >= 0) return (column.codes[row] == term.level ? 1.0 : 0.0) - term.mean;
    const double value = column.numbers[row];
    if (std::isnan(value)) return 0;
    return (number_value(term, value) - term.mean) / term.deviation;
}

// Some knots at equal distances in place; of values that repeat, each at most once.
std::vector<Knot> knots_of(std::span<const double> sorted) {
    constexpr std::size_t knots_most = 100;
    std::vector<Knot> knots;
    const auto all = static_cast<double>(sorted.size());
    for (std::size_t from = 0; from < sorted.size();) {
        const double value = sorted[from];
        const auto next = static_cast<std::size_t>(
            std::ranges::upper_bound(sorted.subspan(from), value) - sorted.begin());
        const double place = static_cast<double>(from + next) / 2 / all;
        const bool apart = knots.empty() || next == sorted.size() ||
                           place - knots.back().place >= 1.0 / knots_most;
        if (apart) knots.push_back({value, place});
        from = next;
    }
    return knots;
}

void add_number_terms(
    Ridge& ridge,
    const Column& column,
    std::size_t place,
    std::span<const std::size_t> rows,
    bool by_place) {
    std::vector<double> values;
    for (const auto row : rows)
        if (!std::isnan(column.numbers[row])) values.push_back(column.numbers[row]);
    if (values.empty()) return;
    std::ranges::sort(values);
    const auto last = static_cast<double>(values.size() - 1);
    RidgeTerm term{.column = place};
    term.low = values[static_cast<std::size_t>(std::floor(0.005 * last))];
    term.high = values[static_cast<std::size_t>(std::ceil(0.995 * last))];
    if (by_place) term.knots = knots_of(values);
    double squares = 0;
    for (auto& value : values) {
        value = number_value(term, value);
        term.mean += value / static_cast<double>(values.size());
    }
    for (const double value : values)
        squares += (value - term.mean) * (value - term.mean);
    term.deviation = std::sqrt(squares / static_cast<double>(values.size()));
    if (term.deviation > 1e-12 * (1 + std::fabs(term.mean))) ridge.terms.push_back(term);
    const auto gaps = rows.size() - values.size();
    if (gaps * 100 > rows.size())
        ridge.terms.push_back(
            {.column = place,
             .level = -2,
             .mean = static_cast<double>(gaps) / static_cast<double>(rows.size())});
}

void add_level_terms(
    Ridge& ridge, const Column& column, std::size_t place, std::span<const std::size_t> rows) {
    constexpr std::size_t levels_most = 30;
    std::vector<double> counts(column.levels.size());
    double gaps = 0;
    for (const auto row : rows) {
        const auto code = column.codes[row];
        if (code < 0)
            gaps += 1;
        else if (static_cast<std::size_t>(code) < counts.size())
            counts[static_cast<std::size_t>(code)] += 1;
    }
    const auto all = static_cast<double>(rows.size());
    for (std::size_t level = 0; level < counts.size() && level < levels_most; ++level)
        if (counts[level] * 100 >= all)
            ridge.terms.push_back(
                {.column = place,
                 .level = static_cast<std::int32_t>(level),
                 .mean = counts[level] / all});
    if (gaps * 100 > all) ridge.terms.push_back({.column = place, .level = -2, .mean = gaps / all});
}

} // namespace

int sign_of(std::span<const Direction> directions, const std::string& column) {
    for (const auto& direction : directions)
        if (direction.column == column) return direction.sign;
    return 0;
}

Ridge learn_ridge(
    const Frame& frame,
    std::span<const std::size_t> rows,
    std::span<const Direction> directions,
    const RidgeWish& how) {
    Ridge ridge;
    for (std::size_t place = 0; place < frame.columns.size(); ++place) {
        const auto& column = frame.columns[place];
        if (column.kind == Kind::number)
            add_number_terms(ridge, column, place, rows, how.by_place);
        else
            add_level_terms(ridge, column, place, rows);
    }
    const auto columns = ridge.terms.size();
    std::vector<double> matrix(columns * rows.size());
    LogisticWish wish{.ridge = how.ridge};
    for (std::size_t term = 0; term < columns; ++term) {
        const auto& made = ridge.terms[term];
        wish.signs.push_back(
            made.level == -1 ? sign_of(directions, frame.columns[made.column].name) : 0);
        for (std::size_t i = 0; i < rows.size(); ++i)
            matrix[i * columns + term] = ridge_value(made, frame, rows[i]);
    }
    const auto fitted = fit_logistic(matrix, columns, target_of(frame, rows), wish);
    ridge.intercept = fitted.intercept;
    for (std::size_t term = 0; term < columns; ++term)
        ridge.terms[term].weight = fitted.weights[term];
    return ridge;
}

double add_reasons(
    const Ridge& ridge,
    const Frame& frame,
    std::size_t row,
    double scale,
    std::span<double> reasons) {
    for (const auto& term : ridge.terms)
        reasons[term.column] += scale * term.weight * ridge_value(term, frame, row);
    return scale * ridge.intercept;
}

Scorecard learn_scorecard(
    const Frame& frame,
    std::span<const std::size_t> rows,
    std::span<const Direction> directions,
    std::span<const float> specials) {
    Scorecard card;
    for (std::size_t place = 0; place < frame.columns.size(); ++place) {
        const int sign = sign_of(directions, frame.columns[place].name);
        BinWish wish{
            .trend = sign > 0   ? Trend::rising
                     : sign < 0 ? Trend::falling
                                : Trend::any,
            .specials = {specials.begin(), specials.end()}};
        auto binning = learn_binning(frame.columns[place], rows, frame.target, wish);
        if (binning.iv >= 0.005)
            card.terms.push_back({.column = place, .binning = std::move(binning)});
    }
    const auto columns = card.terms.size();
    std::vector<double> matrix(columns * rows.size());
    LogisticWish wish{.ridge = 1, .signs = std::vector<int>(columns, 1)};
    for (std::size_t term = 0; term < columns; ++term) {
        const auto& made = card.terms[term];
        for (std::size_t i = 0; i < rows.size(); ++i)
            matrix[i * columns + term] =
                made.binning.woe[made.binning.bin_of(frame.columns[made.column], rows[i])];
    }
    const auto fitted = fit_logistic(matrix, columns, target_of(frame, rows), wish);
    card.intercept = fitted.intercept;
    for (std::size_t term = 0; term < columns; ++term) {
        auto& made = card.terms[term];
        made.weight = fitted.weights[term];
        for (std::size_t i = 0; i < rows.size(); ++i)
            made.mean += made.weight * matrix[i * columns + term];
        made.mean /= std::max(1.0, static_cast<double>(rows.size()));
        card.intercept += made.mean;
    }
    std::erase_if(card.terms, [](const CardTerm& term) { return term.weight == 0; });
    return card;
}

double add_reasons(
    const Scorecard& card,
    const Frame& frame,
    std::size_t row,
    double scale,
    std::span<double> reasons) {
    for (const auto& term : card.terms) {
        const auto bin = term.binning.bin_of(frame.columns[term.column], row);
        reasons[term.column] += scale * (term.weight * term.binning.woe[bin] - term.mean);
    }
    return scale * card.intercept;
}

double points_of_margin(double margin) {
    const double factor = 20 / std::log(2.0);
    return 600 - factor * std::log(50.0) - factor * margin;
}

} // namespace score
