#include "engine/score/metric.hpp"
#include "engine/score/model.hpp"
#include "engine/score/random.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace score {
namespace {

using base::Result;
using Rows = std::vector<std::size_t>;

// How trees are grown on so many rows. Of several ways the one with the least log loss on rows held
// out is taken, and of its trees as many as those rows ask for.
struct Plan {
    std::vector<BoostWish> ways;
    std::size_t replicas = 1; // forests averaged, each with its own seed
    std::size_t kept_ratios = 60;
    std::size_t tried_ratios = 60;
    std::size_t inner_folds = 3; // 1: one part is held out
    RidgeWish ridge;
    // What the weights of trees, ridge and scorecard are drawn towards, and how strongly.
    std::vector<double> mix{0.5, 0.25, 0.25};
    double mix_ridge = 10;
};

Plan plan_for(std::size_t rows, Shape shape) {
    Plan plan;
    if (rows < 1500) {
        plan.ways = {
            {.rounds = 300, .depth = 2, .rate = 0.05, .row_share = 0.7, .feature_share = 0.5},
            {.rounds = 300, .depth = 4, .rate = 0.03, .row_share = 0.7, .feature_share = 0.3}};
        plan.replicas = 5;
        plan.inner_folds = 5;
        // Few rows: no value counts for how far out it lies, and no weight is great by chance.
        plan.ridge = {.by_place = true, .ridge = 20};
        if (rows < 300) {
            // Too few to tell which part is better, or to trust the rates of bins.
            plan.mix = {0.45, 0.45, 0};
            plan.mix_ridge = 30;
        }
    } else if (rows < 20'000) {
        plan.ways = {
            {.rounds = 600, .depth = 3, .rate = 0.05, .row_share = 0.8, .feature_share = 0.4},
            {.rounds = 1000, .depth = 6, .rate = 0.03, .feature_share = 0.3}};
        if (shape == Shape::mined) {
            plan.ways.back().rounds = 600;
            plan.replicas = 6;
        }
    } else {
        plan.ways = {
            {.rounds = 400,
             .depth = 5,
             .rate = 0.08,
             .row_share = 0.9,
             .feature_share = 0.7,
             .leaf_weight = 5}};
        plan.inner_folds = 1;
    }
    return plan;
}

struct Learner {
    const Frame& frame;
    const LearnWish& wish;
    Plan plan;

    [[nodiscard]] std::vector<int> directions_of(const Features& features) const;
    [[nodiscard]] Result<Grove> grove(const Rows& rows, BoostWish way, std::uint64_t seed) const;
    [[nodiscard]] Result<std::vector<Fold>> inner(const Rows& rows) const;
};

// A rate rises with risk by its making; what is mined of a directed column is left free of it only
// when no direction is declared for either.
std::vector<int> Learner::directions_of(const Features& features) const {
    std::vector<int> signs;
    for (const auto& feature : features)
        signs.push_back(
            feature.made == Made::number
                ? sign_of(wish.directions, frame.columns[feature.column].name)
                : 0);
    return signs;
}

Result<Grove> Learner::grove(const Rows& rows, BoostWish way, std::uint64_t seed) const {
    Grove made{.features = learn_features(frame, rows)};
    way.seed = seed;
    way.directions = directions_of(made.features);
    const auto target = target_of(frame, rows);
    auto matrix = encode_learning(made.features, frame, rows, seed);
    if (wish.shape == Shape::mined) {
        auto first = way;
        first.rounds = std::min(way.rounds, 150);
        first.rate = 0.1;
        const auto scout = TRY(grow(matrix, made.features.size(), target, first));
        auto mined = mine(
            frame,
            rows,
            made.features,
            scout,
            {.kept = plan.kept_ratios, .tried = plan.tried_ratios, .seed = seed});
        std::erase_if(mined, [&](const Feature& feature) {
            return sign_of(wish.directions, frame.columns[feature.column].name) != 0 ||
                   sign_of(wish.directions, frame.columns[feature.other].name) != 0;
        });
        made.features.insert(made.features.end(), mined.begin(), mined.end());
        matrix = encode_learning(made.features, frame, rows, seed);
        way.directions = directions_of(made.features);
    }
    made.forest = TRY(grow(matrix, made.features.size(), target, way));
    return made;
}

// Rows held out inside the rows learned from: folds in turn, or one part of many rows.
Result<std::vector<Fold>> Learner::inner(const Rows& rows) const {
    const auto target = target_of(frame, rows);
    const auto parts = plan.inner_folds == 1 ? 4 : plan.inner_folds;
    auto folds = TRY(deal_folds(target, parts, wish.seed + 17));
    // Two thirds of some thousand rows tell as much as all, in two thirds of the time.
    if (rows.size() >= 4000 && folds.size() == 3) folds.resize(2);
    if (plan.inner_folds == 1) {
        folds.resize(1);
        auto& [train, test] = folds[0];
        // Enough to tell rounds and weights; all rows would double the time of learning.
        Random random(wish.seed + 23);
        random.shuffle(train);
        train.resize(std::min<std::size_t>(train.size(), 50'000));
        std::ranges::sort(train);
        random.shuffle(test);
        test.resize(std::min<std::size_t>(test.size(), 25'000));
        std::ranges::sort(test);
    }
    for (auto& fold : folds)
        for (auto* side : {&fold.train, &fold.test})
            for (auto& row : *side)
                row = rows[row];
    return folds;
}

constexpr std::array<double, 6> stops = {0.1, 0.2, 0.35, 0.5, 0.75, 1.0};

// What each part said of rows it had not seen.
struct Held {
    Rows rows;
    std::vector<double> ridge;
    std::vector<double> card;
    // By way, then by stop.
    std::vector<std::array<std::vector<double>, stops.size()>> trees;
};

Result<void> hold(const Learner& learner, const Fold& fold, Held& held) {
    const auto& frame = learner.frame;
    const auto& wish = learner.wish;
    held.rows.insert(held.rows.end(), fold.test.begin(), fold.test.end());
    const auto ridge = learn_ridge(frame, fold.train, wish.directions, learner.plan.ridge);
    const auto card = learn_scorecard(frame, fold.train, wish.directions, wish.specials);
    std::vector<double> scratch(frame.columns.size());
    for (const auto row : fold.test) {
        std::ranges::fill(scratch, 0.0);
        double margin = add_reasons(ridge, frame, row, 1, scratch);
        held.ridge.push_back(std::accumulate(scratch.begin(), scratch.end(), margin));
        std::ranges::fill(scratch, 0.0);
        margin = add_reasons(card, frame, row, 1, scratch);
        held.card.push_back(std::accumulate(scratch.begin(), scratch.end(), margin));
    }
    held.trees.resize(learner.plan.ways.size());
    for (std::size_t way = 0; way < learner.plan.ways.size(); ++way) {
        const auto grove = TRY(learner.grove(fold.train, learner.plan.ways[way], wish.seed));
        const auto matrix = encode(grove.features, frame, fold.test);
        std::vector<double> margins(fold.test.size());
        std::size_t from = 0;
        for (std::size_t stop = 0; stop < stops.size(); ++stop) {
            const auto until = static_cast<std::size_t>(
                stops[stop] * static_cast<double>(grove.forest.trees.size()));
            add_margins(
                grove.forest,
                matrix,
                grove.features.size(),
                1,
                margins,
                from,
                std::max(until, from));
            from = std::max(until, from);
            auto& said = held.trees[way][stop];
            said.insert(said.end(), margins.begin(), margins.end());
        }
    }
    return {};
}

struct Chosen {
    std::size_t way = 0;
    std::size_t stop = 0;
};

Chosen choose(const Held& held, std::span<const std::uint8_t> target) {
    Chosen best;
    double least = 1e300;
    for (std::size_t way = 0; way < held.trees.size(); ++way)
        for (std::size_t stop = 0; stop < stops.size(); ++stop) {
            // Measured after Platt: how far trees have gone must not be judged by their scale.
            const auto& margins = held.trees[way][stop];
            const auto platt = learn_platt(margins, target);
            std::vector<double> probabilities;
            for (const double margin : margins)
                probabilities.push_back(probability_of(platt, margin));
            const double loss = log_loss(probabilities, target);
            if (loss < least) {
                least = loss;
                best = {way, stop};
            }
        }
    return best;
}

// Weights of the parts, none negative; drawn a little towards an even mean, which few rows need.
void weigh(
    Model& model, const Held& held, const Chosen& chosen, const Frame& frame, const Plan& plan) {
    const auto target = target_of(frame, held.rows);
    const auto& trees = held.trees[chosen.way][chosen.stop];
    std::vector<double> matrix;
    for (std::size_t i = 0; i < held.rows.size(); ++i) {
        matrix.push_back(trees[i]);
        matrix.push_back(held.ridge[i]);
        matrix.push_back(held.card[i]);
    }
    const auto fitted = fit_logistic(
        matrix, 3, target, {.ridge = plan.mix_ridge, .towards = plan.mix, .signs = {1, 1, 1}});
    model.intercept = fitted.intercept;
    model.grove_weight = fitted.weights[0];
    model.ridge_weight = fitted.weights[1];
    model.card_weight = fitted.weights[2];
    std::vector<double> margins;
    for (std::size_t i = 0; i < held.rows.size(); ++i)
        margins.push_back(
            fitted.intercept + fitted.weights[0] * trees[i] + fitted.weights[1] * held.ridge[i] +
            fitted.weights[2] * held.card[i]);
    model.calibration = learn_calibration(margins, target);
}

void describe_columns(Model& model, const Frame& frame, std::span<const std::size_t> rows) {
    model.target = frame.target_name;
    model.positive = frame.positive;
    constexpr std::size_t grid_steps = 32;
    for (const auto& column : frame.columns) {
        auto& kept = model.columns.emplace_back();
        kept.name = column.name;
        kept.kind = column.kind;
        kept.form = column.form;
        kept.levels = column.levels;
        kept.twin = column.twin;
        auto& grid = model.grids.emplace_back();
        if (column.kind != Kind::number) continue;
        std::vector<float> values;
        for (const auto row : rows)
            if (!std::isnan(column.numbers[row])) values.push_back(column.numbers[row]);
        std::ranges::sort(values);
        for (std::size_t step = 0; step <= grid_steps && !values.empty(); ++step) {
            const float value = values[step * (values.size() - 1) / grid_steps];
            if (grid.empty() || value > grid.back()) grid.push_back(value);
        }
    }
}

} // namespace

Result<Model> learn(
    const Frame& frame, std::span<const std::size_t> rows_given, const LearnWish& wish) {
    const Rows rows(rows_given.begin(), rows_given.end());
    Model model{.shape = wish.shape, .directions = wish.directions};
    describe_columns(model, frame, rows);
    if (wish.shape == Shape::ridge) {
        model.ridge = learn_ridge(frame, rows, wish.directions);
        model.ridge_weight = 1;
        return model;
    }
    if (wish.shape == Shape::scorecard) {
        model.card = learn_scorecard(frame, rows, wish.directions, wish.specials);
        model.card_weight = 1;
        return model;
    }
    const Learner learner{frame, wish, plan_for(rows.size(), wish.shape)};
    Held held;
    const auto folds = TRY(learner.inner(rows));
    for (const auto& fold : folds)
        TRY(hold(learner, fold, held));
    const auto chosen = choose(held, target_of(frame, held.rows));
    weigh(model, held, chosen, frame, learner.plan);
    if (model.ridge_weight > 0)
        model.ridge = learn_ridge(frame, rows, wish.directions, learner.plan.ridge);
    if (model.card_weight > 0)
        model.card = learn_scorecard(frame, rows, wish.directions, wish.specials);
    auto way = learner.plan.ways[chosen.way];
    way.rounds = std::max(1, static_cast<int>(std::lround(way.rounds * stops[chosen.stop])));
    for (std::size_t replica = 0; replica < learner.plan.replicas && model.grove_weight > 0;
         ++replica)
        model.groves.push_back(TRY(learner.grove(rows, way, wish.seed + replica * 1009)));
    return model;
}

} // namespace score
