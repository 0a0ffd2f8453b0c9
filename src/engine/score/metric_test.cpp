#include "engine/score/bin.hpp"
#include "engine/score/calibrate.hpp"
#include "engine/score/linear.hpp"
#include "engine/score/metric.hpp"
#include "engine/score/random.hpp"
#include "engine/score/split.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace score {
namespace {

using Labels = std::vector<std::uint8_t>;

TEST(Metric, worked_examples) {
    // The first is the example of scikit-learn's roc_auc_score and average_precision_score pages.
    const std::vector<double> scores{0.1, 0.4, 0.35, 0.8};
    const Labels target{0, 0, 1, 1};
    const auto made = measure(scores, target);
    EXPECT_DOUBLE_EQ(made.auc, 0.75);
    EXPECT_NEAR(made.pr_auc, 0.8333333333333333, 1e-12);
    EXPECT_DOUBLE_EQ(made.ks, 0.5);
    EXPECT_NEAR(made.brier, (0.01 + 0.16 + 0.4225 + 0.04) / 4, 1e-12);
    EXPECT_NEAR(made.ece, (0.1 + 0.4 + 0.65 + 0.2) / 4, 1e-12);
    // All tied: nothing is known.
    const auto tied = measure(std::vector<double>(4, 0.5), target);
    EXPECT_DOUBLE_EQ(tied.auc, 0.5);
    EXPECT_DOUBLE_EQ(tied.pr_auc, 0.5);
    EXPECT_DOUBLE_EQ(tied.ks, 0);
    EXPECT_DOUBLE_EQ(tied.ece, 0);
    EXPECT_DOUBLE_EQ(measure(scores, Labels{0, 0, 0, 0}).auc, 0.5);
    // Siddiqi's worked table of two cells moving from 50:50 to 60:40.
    EXPECT_NEAR(
        stability(std::vector{50.0, 50.0}, std::vector{60.0, 40.0}),
        0.1 * std::log(1.2) - 0.1 * std::log(0.8),
        1e-12);
}

TEST(Metric, auc_equals_counting_pairs) {
    Random random(41);
    for (int round = 0; round < 200; ++round) {
        std::vector<double> scores;
        Labels target;
        const auto size = 2 + random.below(40);
        for (std::size_t i = 0; i < size; ++i) {
            scores.push_back(static_cast<double>(random.below(8)) / 8);
            target.push_back(random.below(3) == 0 ? 1 : 0);
        }
        double won = 0;
        double pairs = 0;
        for (std::size_t i = 0; i < size; ++i)
            for (std::size_t j = 0; j < size; ++j)
                if (target[i] == 1 && target[j] == 0) {
                    pairs += 1;
                    won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                }
        const double want = pairs == 0 ? 0.5 : won / pairs;
        EXPECT_NEAR(auc_of(scores, target), want, 1e-12) << "round " << round;
        EXPECT_NEAR(measure(scores, target).auc, want, 1e-12);
    }
}

TEST(Metric, intervals_hold_the_figure_and_repeat_with_the_seed) {
    Random random(7);
    std::vector<double> scores;
    Labels target;
    for (int i = 0; i < 500; ++i) {
        target.push_back(random.below(4) == 0 ? 1 : 0);
        scores.push_back(0.6 * random.unit() + 0.2 * target.back());
    }
    const auto made = measure(scores, target);
    const auto first = bootstrap(scores, target, 3);
    const auto second = bootstrap(scores, target, 3);
    EXPECT_LT(first.auc.low, made.auc);
    EXPECT_GT(first.auc.high, made.auc);
    EXPECT_GT(first.auc.high - first.auc.low, 0.01);
    EXPECT_EQ(first.auc.low, second.auc.low);
    EXPECT_EQ(first.ece.high, second.ece.high);
}

TEST(Metric, stability_of_the_same_values_is_nought_and_grows_as_they_move) {
    std::vector<double> values(1000);
    std::iota(values.begin(), values.end(), 0.0);
    auto moved = values;
    for (auto& value : moved)
        value += 300;
    EXPECT_NEAR(stability_of_values(values, values), 0, 1e-12);
    EXPECT_GT(stability_of_values(values, moved), 0.25);
    auto gone = values;
    std::fill_n(gone.begin(), 500, std::nan(""));
    EXPECT_GT(stability_of_values(values, gone), 0.25);
}

// Every way of cutting, tried.
double best_by_trying(
    const std::vector<Tally>& cells, Trend trend, std::size_t bins_most, double rows_least) {
    double best = -1e300; // with half rows added a bin's share of IV may be just below nought
    for (std::uint32_t mask = 0; mask < 1U << (cells.size() - 1); ++mask) {
        std::vector<Tally> bins(1);
        for (std::size_t i = 0; i < cells.size(); ++i) {
            bins.back().positives += cells[i].positives;
            bins.back().negatives += cells[i].negatives;
            if (i + 1 < cells.size() && (mask >> i & 1U) != 0) bins.emplace_back();
        }
        bool allowed = bins.size() <= bins_most;
        const auto share = [](const Tally& tally) {
            return tally.positives / (tally.positives + tally.negatives);
        };
        for (std::size_t i = 0; allowed && i < bins.size(); ++i) {
            allowed = bins[i].positives + bins[i].negatives >= rows_least;
            if (!allowed || i == 0) continue;
            if (trend == Trend::rising) allowed = share(bins[i - 1]) <= share(bins[i]);
            if (trend == Trend::falling) allowed = share(bins[i - 1]) >= share(bins[i]);
        }
        if (allowed) best = std::max(best, information_value(bins));
    }
    return best;
}

TEST(Bin, cuts_are_as_good_as_the_best_of_all) {
    Random random(1234);
    for (int round = 0; round < 120; ++round) {
        std::vector<Tally> cells(1 + random.below(10));
        double rows = 0;
        for (auto& cell : cells) {
            cell = {
                static_cast<double>(1 + random.below(9)),
                static_cast<double>(1 + random.below(30))};
            rows += cell.positives + cell.negatives;
        }
        const auto bins_most = 1 + random.below(5);
        const double least = rows * 0.1 * random.unit();
        for (const auto trend : {Trend::any, Trend::rising, Trend::falling}) {
            const auto ends = best_ends(cells, trend, bins_most, least);
            std::vector<Tally> bins;
            std::size_t from = 0;
            for (const auto end : ends) {
                auto& bin = bins.emplace_back();
                for (; from < end; ++from) {
                    bin.positives += cells[from].positives;
                    bin.negatives += cells[from].negatives;
                }
            }
            ASSERT_EQ(from, cells.size());
            EXPECT_NEAR(
                information_value(bins), best_by_trying(cells, trend, bins_most, least), 1e-9)
                << "seed 1234, round " << round;
        }
    }
}

TEST(Bin, missing_and_special_values_have_bins_of_their_own) {
    Column column{.name = "x"};
    std::vector<std::uint8_t> target;
    std::vector<std::size_t> rows;
    for (int i = 0; i < 300; ++i) {
        column.numbers.push_back(
            i % 10 == 0   ? missing
            : i % 10 == 1 ? -9.0F
                          : static_cast<float>(i));
        target.push_back(i % 10 == 0 || i > 200 ? 1 : 0);
        rows.push_back(static_cast<std::size_t>(i));
    }
    const auto made =
        learn_binning(column, rows, target, {.trend = Trend::rising, .specials = {-9}});
    EXPECT_EQ(made.tallies.back().positives, 30);
    EXPECT_EQ(made.tallies.back().negatives, 0);
    EXPECT_EQ(made.bin_of(-9.0F), made.cuts.size() + 1);
    EXPECT_EQ(made.bin_of(missing), made.cuts.size() + 2);
    EXPECT_GT(made.woe.back(), made.woe[0]);
    for (std::size_t i = 1; i <= made.cuts.size(); ++i)
        EXPECT_LE(made.woe[i - 1], made.woe[i]);
}

TEST(Linear, a_two_by_two_table_gives_its_log_odds) {
    // 30 of 40 positive at x = 1, 10 of 50 at x = 0; without a ridge the fit is exact.
    std::vector<double> x;
    Labels y;
    for (int i = 0; i < 90; ++i) {
        x.push_back(i < 40 ? 1 : 0);
        y.push_back(i < 30 || (i >= 40 && i < 50) ? 1 : 0);
    }
    const auto made = fit_logistic(x, 1, y, {.ridge = 0});
    EXPECT_NEAR(made.intercept, std::log(10.0 / 40), 1e-6);
    EXPECT_NEAR(made.weights[0], std::log(30.0 / 10) - std::log(10.0 / 40), 1e-6);
    const auto held = fit_logistic(x, 1, y, {.ridge = 1, .signs = {-1}});
    EXPECT_EQ(held.weights[0], 0);
    EXPECT_NEAR(held.intercept, std::log(40.0 / 50), 1e-6);
}

TEST(Calibrate, isotonic_never_falls_and_platt_keeps_the_order) {
    Random random(5);
    std::vector<double> margins;
    Labels target;
    for (int i = 0; i < 3000; ++i) {
        margins.push_back(8 * random.unit() - 4);
        target.push_back(random.unit() < sigmoid(0.5 * margins.back() - 1) ? 1 : 0);
    }
    const auto platt = learn_platt(margins, target);
    EXPECT_NEAR(platt.slope, 0.5, 0.08);
    EXPECT_NEAR(platt.shift, -1, 0.12);
    const auto isotonic = learn_isotonic(margins, target);
    double last = 0;
    for (double margin = -6; margin <= 6; margin += 0.01) {
        const double p = probability_of(isotonic, margin);
        EXPECT_GE(p, last);
        EXPECT_LT(p, 1);
        last = p;
    }
    EXPECT_NEAR(probability_of(isotonic, 1), sigmoid(-0.5), 0.08);
}

TEST(Split, every_row_is_asked_once_by_rows_that_are_not_it) {
    Labels target(103);
    for (std::size_t i = 0; i < target.size(); ++i)
        target[i] = i % 4 == 0 ? 1 : 0;
    const auto folds = deal_folds(target, 10, 9);
    ASSERT_TRUE(folds);
    std::vector<int> asked(target.size());
    for (const auto& [train, test] : *folds) {
        EXPECT_EQ(train.size() + test.size(), target.size());
        const auto positives =
            std::ranges::count_if(test, [&](auto row) { return target[row] == 1; });
        EXPECT_GE(positives, 2);
        EXPECT_LE(positives, 3);
        for (const auto row : test) {
            ++asked[row];
            EXPECT_FALSE(std::ranges::binary_search(train, row));
        }
    }
    EXPECT_TRUE(std::ranges::all_of(asked, [](int times) { return times == 1; }));
    EXPECT_EQ(deal_folds(target, 1, 9).error().code, "score.folds");
    EXPECT_EQ(deal_folds(Labels{0, 0, 1}, 2, 9).error().code, "score.folds");
}

TEST(Split, groups_stay_together_and_time_goes_one_way) {
    std::vector<std::string_view> groups;
    const std::string names[] = {"a", "b", "c", "d", "e"};
    for (std::size_t i = 0; i < 60; ++i)
        groups.push_back(names[i * i % 5]);
    const auto folds = deal_groups(groups, 3, 1);
    ASSERT_TRUE(folds);
    for (const auto& [train, test] : *folds)
        for (const auto row : test)
            for (const auto other : train)
                ASSERT_NE(groups[row], groups[other]);
    const auto later = out_of_time(std::vector{3.0, 1.0, 2.0}, 2.0);
    ASSERT_TRUE(later);
    EXPECT_EQ((*later)[0].train, (std::vector<std::size_t>{1}));
    EXPECT_EQ((*later)[0].test, (std::vector<std::size_t>{0, 2}));
    EXPECT_EQ(out_of_time(std::vector{1.0}, 5.0).error().code, "score.time");
    EXPECT_EQ(leave_one_out(4)[2].train, (std::vector<std::size_t>{0, 1, 3}));
}

} // namespace
} // namespace score
