#include "engine/score/compare.hpp"
#include "engine/score/drift.hpp"
#include "engine/score/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace score {
namespace {

// By the definition: the variance of the structural components of each class.
double deviation_by_definition(
    const std::vector<double>& first,
    const std::vector<double>& second,
    const std::vector<std::uint8_t>& target) {
    const auto kernel = [](double high, double low) {
        return high > low ? 1.0 : high == low ? 0.5 : 0.0;
    };
    double variance = 0;
    for (const int label : {0, 1}) {
        std::vector<double> components;
        for (std::size_t row = 0; row < target.size(); ++row) {
            if (target[row] != label) continue;
            double sum = 0;
            double others = 0;
            for (std::size_t other = 0; other < target.size(); ++other) {
                if (target[other] == label) continue;
                others += 1;
                const auto high = label == 1 ? row : other;
                const auto low = label == 1 ? other : row;
                sum += kernel(first[high], first[low]) - kernel(second[high], second[low]);
            }
            components.push_back(sum / others);
        }
        const auto n = static_cast<double>(components.size());
        if (n < 2) return 0;
        const double mean = std::accumulate(components.begin(), components.end(), 0.0) / n;
        double squares = 0;
        for (const double one : components)
            squares += (one - mean) * (one - mean);
        variance += squares / (n - 1) / n;
    }
    return std::sqrt(variance);
}

TEST(Compare, the_error_of_a_difference_is_that_of_its_definition) {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        Random random(seed);
        const auto rows = 4 + random.below(25);
        std::vector<double> first;
        std::vector<double> second;
        std::vector<std::uint8_t> target{0, 1};
        for (std::size_t row = 0; row < rows; ++row) {
            first.push_back(static_cast<double>(random.below(6))); // ties
            second.push_back(random.unit());
            if (row >= 2) target.push_back(random.below(2) == 0 ? 0 : 1);
        }
        const auto made = compare(first, second, target, seed, 10);
        EXPECT_NEAR(made.deviation, deviation_by_definition(second, first, target), 1e-12)
            << "seed " << seed;
        EXPECT_NEAR(made.difference, auc_of(second, target) - auc_of(first, target), 1e-12);
        const auto area = area_of(second, target);
        const std::vector<double> flat(rows);
        EXPECT_NEAR(area.deviation, deviation_by_definition(second, flat, target), 1e-12)
            << "seed " << seed;
    }
}

TEST(Compare, a_better_challenger_is_told_from_luck) {
    Random random(5);
    std::vector<double> vague;
    std::vector<double> sharp;
    std::vector<std::uint8_t> target;
    for (int row = 0; row < 400; ++row) {
        target.push_back(random.below(4) == 0 ? 1 : 0);
        vague.push_back(0.15 * target.back() + random.unit());
        sharp.push_back(0.60 * target.back() + random.unit());
    }
    const auto better = compare(vague, sharp, target, 1);
    EXPECT_EQ(better.verdict, Verdict::better);
    EXPECT_LT(better.p, 0.001);
    EXPECT_LT(better.interval.low, better.difference);
    EXPECT_LT(better.difference, better.interval.high);
    EXPECT_EQ(compare(sharp, vague, target, 1).verdict, Verdict::worse);
    const auto same = compare(sharp, sharp, target, 1);
    EXPECT_EQ(same.verdict, Verdict::undecided);
    EXPECT_EQ(same.p, 1);
    const std::vector<std::uint8_t> none(target.size());
    EXPECT_EQ(compare(vague, sharp, none, 1).verdict, Verdict::undecided);
}

struct Sample {
    Frame frame;
    std::vector<double> probabilities;
};

// One column that carries the risk, one that does not, and a town.
Sample drawn(std::size_t rows, std::uint64_t seed, double shift = 0) {
    Random random(seed);
    Sample made;
    for (const auto* name : {"debt", "noise"})
        made.frame.columns.push_back({.name = name, .kind = Kind::number});
    made.frame.columns.push_back(
        {.name = "town", .kind = Kind::category, .form = Form::text, .levels = {"A", "B"}});
    for (std::size_t row = 0; row < rows; ++row) {
        const double debt = random.unit();
        const double p = 0.05 + 0.5 * debt * debt;
        made.frame.columns[0].numbers.push_back(static_cast<float>(debt));
        made.frame.columns[1].numbers.push_back(
            random.below(9) == 0 ? missing : static_cast<float>(random.unit() + shift));
        made.frame.columns[2].codes.push_back(static_cast<std::int32_t>(random.below(2)));
        made.frame.target.push_back(random.unit() < p ? 1 : 0);
        made.probabilities.push_back(p);
    }
    return made;
}

Standing standing_of(const Sample& sample) {
    std::vector<std::size_t> rows(sample.frame.rows());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    const auto area = area_of(sample.probabilities, sample.frame.target);
    Standing made{
        .probability = spread_of(sample.probabilities),
        .auc = area.auc,
        .auc_deviation = area.deviation};
    for (const auto& column : sample.frame.columns)
        made.columns.push_back(spread_of(column, rows));
    return made;
}

std::vector<std::string> keys(const Drift& drift) {
    std::vector<std::string> made;
    for (const auto& finding : drift.findings)
        made.push_back(finding.key());
    return made;
}

TEST(Drift, few_rows_of_the_same_people_are_no_drift) {
    const auto standing = standing_of(drawn(150, 1));
    int findings = 0;
    double greatest = 0;
    for (std::uint64_t seed = 100; seed < 200; ++seed) {
        const auto now = drawn(40, seed);
        const auto made = drift_of(standing, {now.frame, now.probabilities}, {});
        findings += static_cast<int>(made.findings.size());
        greatest = std::max(greatest, made.columns.front().index);
    }
    EXPECT_LE(findings, 4) << "of 100 samples with four indices each";
    EXPECT_GT(greatest, 0.25) << "so many rows look moved by chance alone";
}

TEST(Drift, what_has_moved_is_named) {
    const auto before = drawn(3000, 1);
    const auto standing = standing_of(before);
    auto now = drawn(1000, 2, 0.3);
    EXPECT_EQ(
        keys(drift_of(standing, {now.frame, now.probabilities}, {})),
        std::vector<std::string>{"column_moved:noise"});
    // A town nobody knew, and one outcome in three where the model expects fewer.
    now = drawn(1000, 3);
    std::ranges::fill(now.frame.columns[2].codes, 7);
    EXPECT_EQ(
        keys(drift_of(standing, {now.frame, now.probabilities, false}, {})),
        std::vector<std::string>{"column_moved:town"});
    now = drawn(1000, 4);
    for (auto& p : now.probabilities)
        p *= 0.4;
    const auto made = drift_of(standing, {now.frame, now.probabilities}, {});
    ASSERT_EQ(keys(made), (std::vector<std::string>{"score_moved", "level_off"}));
    EXPECT_EQ(made.findings[1].gravity, Gravity::act);
    EXPECT_NE(made.findings[1].reason.zh, "");
    EXPECT_NE(made.findings[1].reason.en, "");
}

TEST(Drift, a_vintage_that_is_ordered_worse_is_named) {
    const auto standing = standing_of(drawn(3000, 1));
    auto now = drawn(1600, 5);
    std::vector<std::string> vintages;
    Random random(9);
    for (std::size_t row = 0; row < now.frame.rows(); ++row) {
        vintages.emplace_back(row < 800 ? "2024Q1" : "2024Q2");
        if (row >= 800) now.probabilities[row] = now.probabilities[random.below(800)];
    }
    const auto made = drift_of(standing, {now.frame, now.probabilities, true, vintages}, {});
    EXPECT_EQ(keys(made), std::vector<std::string>{"order_lost:2024Q2"});
    ASSERT_EQ(made.vintages.size(), 2U);
    EXPECT_NEAR(made.vintages[1].auc, 0.5, 0.06);
    EXPECT_EQ(made.vintages[0].n, 800U);
}

} // namespace
} // namespace score
