#include "engine/score/card.hpp"
#include "engine/score/random.hpp"
#include "engine/score/validate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace score {
namespace {

// Firms whose risk rises with debt, falls with profit and differs by town; a tenth of cells
// missing.
Frame firms(std::size_t rows, std::uint64_t seed) {
    Random random(seed);
    Frame frame{.target_name = "default", .positive = "1"};
    for (const auto* name : {"debt", "profit", "noise"})
        frame.columns.push_back({.name = name, .kind = Kind::number});
    frame.columns.push_back(
        {.name = "town", .kind = Kind::category, .form = Form::text, .levels = {"A", "B", "C"}});
    for (std::size_t row = 0; row < rows; ++row) {
        const double debt = random.unit() * 10;
        const double profit = random.unit() * 10;
        const auto town = static_cast<std::int32_t>(random.below(3));
        const double margin = 0.6 * debt - 0.5 * profit + (town == 2 ? 1.5 : 0) - 2;
        const double cells[] = {debt, profit, random.unit()};
        for (std::size_t place = 0; place < 3; ++place)
            frame.columns[place].numbers.push_back(
                random.below(10) == 0 ? missing : static_cast<float>(cells[place]));
        frame.columns[3].codes.push_back(random.below(20) == 0 ? -1 : town);
        frame.target.push_back(random.unit() < sigmoid(margin) ? 1 : 0);
        frame.lines.push_back(row + 2);
    }
    return frame;
}

std::vector<std::size_t> rows_of(const Frame& frame) {
    std::vector<std::size_t> rows(frame.rows());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    return rows;
}

LearnWish wish_for(Shape shape) {
    return {.shape = shape, .seed = 3, .directions = {{"debt", 1}, {"profit", -1}}};
}

// Learned once, since it takes a second.
const Frame& learned_frame() {
    static const Frame frame = firms(400, 11);
    return frame;
}

const Model& learned(Shape shape) {
    static std::map<Shape, Model> models;
    auto found = models.find(shape);
    if (found == models.end()) {
        const auto& frame = learned_frame();
        auto made = learn(frame, rows_of(frame), wish_for(shape));
        EXPECT_TRUE(made);
        found = models.emplace(shape, *std::move(made)).first;
    }
    return found->second;
}

constexpr Shape shapes[] = {Shape::ridge, Shape::scorecard, Shape::boosted, Shape::mined};

TEST(Model, reasons_and_base_are_the_score) {
    const auto asked = firms(60, 12);
    for (const auto shape : shapes) {
        const auto& model = learned(shape);
        const auto margins = margins_of(model, asked, rows_of(asked));
        for (std::size_t row = 0; row < asked.rows(); ++row) {
            const auto told = explain(model, asked, row);
            double sum = told.base;
            for (const auto& reason : told.reasons)
                sum += reason.share;
            EXPECT_NEAR(sum, told.margin, 1e-6) << static_cast<int>(shape) << " row " << row;
            EXPECT_EQ(told.margin, margins[row]);
        }
    }
}

TEST(Model, learns_what_is_there) {
    const auto asked = firms(2000, 13);
    for (const auto shape : shapes) {
        const auto made =
            measure(probabilities_of(learned(shape), asked, rows_of(asked)), asked.target);
        EXPECT_GT(made.auc, 0.80) << static_cast<int>(shape);
        EXPECT_LT(made.ece, 0.06) << static_cast<int>(shape);
    }
}

TEST(Model, declared_directions_hold_on_a_grid) {
    auto asked = firms(40, 14);
    for (const auto shape : shapes) {
        const auto& model = learned(shape);
        for (const auto& [name, sign] : model.directions) {
            auto& column = *std::ranges::find(asked.columns, name, &Column::name);
            const auto kept = column.numbers;
            std::vector<double> last;
            for (float value = -1; value <= 11; value += 0.25F) {
                std::ranges::fill(column.numbers, value);
                const auto now = probabilities_of(model, asked, rows_of(asked));
                for (std::size_t row = 0; row < last.size(); ++row)
                    ASSERT_GE((now[row] - last[row]) * sign, -1e-12)
                        << name << " " << value << " shape " << static_cast<int>(shape);
                last = now;
            }
            column.numbers = kept;
        }
    }
}

TEST(Model, the_same_seed_gives_the_same_bytes_and_reads_back) {
    const auto& frame = learned_frame();
    for (const auto shape : {Shape::scorecard, Shape::mined}) {
        const Kept kept{learned(shape), {.data = "a \"file\"\n", .protocol = "none", .seed = 3}};
        const auto text = write_model(kept);
        const auto again = learn(frame, rows_of(frame), wish_for(shape));
        ASSERT_TRUE(again);
        EXPECT_EQ(write_model({*again, kept.card}), text);
        const auto read = read_model(text);
        ASSERT_TRUE(read);
        EXPECT_EQ(read->card.data, kept.card.data);
        EXPECT_EQ(write_model(*read), text);
        const auto asked = firms(50, 15);
        EXPECT_EQ(
            margins_of(read->model, asked, rows_of(asked)),
            margins_of(kept.model, asked, rows_of(asked)));
    }
}

TEST(Model, a_damaged_file_is_refused) {
    const auto text = write_model({learned(Shape::mined), {}});
    for (const auto& broken :
         {std::string(), text.substr(0, text.size() / 2), text + " 1", "x" + text}) {
        const auto read = read_model(broken);
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().code, "score.model");
    }
}

TEST(Model, changes_are_scored_again_and_cross_the_threshold) {
    const auto asked = firms(80, 16);
    const auto& model = learned(Shape::boosted);
    std::size_t told = 0;
    for (std::size_t row = 0; row < asked.rows(); ++row) {
        const auto before = explain(model, asked, row).probability;
        if (before < 0.5) continue;
        const std::vector<std::string> fixed{"noise"};
        for (const auto& [changes, probability] : counterfactuals(model, asked, row, 0.5, fixed)) {
            auto changed = asked;
            for (const auto& change : changes) {
                EXPECT_NE(change.column, "noise");
                std::ranges::find(changed.columns, change.column, &Column::name)->numbers[row] =
                    static_cast<float>(change.to);
            }
            const std::size_t rows[] = {row};
            EXPECT_EQ(probabilities_of(model, changed, rows)[0], probability);
            EXPECT_LT(probability, 0.5);
            ++told;
        }
    }
    EXPECT_GT(told, 20U);
}

TEST(Ridge, by_place_only_the_order_of_values_counts) {
    auto frame = firms(60, 17);
    frame.columns.resize(2);
    auto stretched = frame;
    for (auto& column : stretched.columns)
        for (auto& value : column.numbers)
            value = std::exp(3 * value);
    const auto rows = rows_of(frame);
    const auto margins = [&](const Frame& table) {
        const auto ridge = learn_ridge(table, rows, {}, {.by_place = true, .ridge = 20});
        std::vector<double> made;
        for (const auto row : rows) {
            std::vector<double> reasons(table.columns.size());
            const double base = add_reasons(ridge, table, row, 1, reasons);
            made.push_back(std::accumulate(reasons.begin(), reasons.end(), base));
        }
        return made;
    };
    const auto plain = margins(frame);
    const auto moved = margins(stretched);
    for (std::size_t row = 0; row < plain.size(); ++row)
        EXPECT_NEAR(plain[row], moved[row], 1e-9) << row;
    EXPECT_GT(auc_of(plain, frame.target), 0.75);
}

TEST(Model, the_threshold_of_least_cost_is_found) {
    const std::vector<double> p{0.9, 0.8, 0.7, 0.2, 0.1};
    const std::vector<std::uint8_t> y{1, 0, 1, 0, 0};
    EXPECT_EQ(threshold_of_costs(p, y, 10, 1), 0.7);
    EXPECT_EQ(threshold_of_costs(p, y, 1, 10), 0.9);
    EXPECT_EQ(threshold_of_costs(p, std::vector<std::uint8_t>(5, 0), 1, 1), 1);
}

TEST(Model, a_segment_is_measured_by_itself) {
    const std::vector<std::string_view> values{"small", "large", "small", "large", "small"};
    const std::vector<double> p{0.9, 0.6, 0.1, 0.2, 0.3};
    const auto made = segments(values, p, std::vector<std::uint8_t>{1, 0, 0, 1, 0}, 0.5);
    ASSERT_EQ(made.size(), 2U);
    EXPECT_EQ(made[0].value, "small");
    EXPECT_EQ(made[0].metrics.auc, 1);
    EXPECT_EQ(made[1].metrics.auc, 0);
    EXPECT_NEAR(made[0].flagged_share, 1.0 / 3, 1e-12);
    EXPECT_NEAR(made[1].ratio, 0.5 / (2.0 / 3), 1e-12);
}

// Shapley values by their definition, over the expectation along paths.
double expected(const Tree& tree, std::size_t place, const float* row, std::uint32_t known) {
    const auto& node = tree.nodes[place];
    if (node.feature < 0) return node.value;
    const auto left = static_cast<std::size_t>(node.left);
    const auto right = static_cast<std::size_t>(node.right);
    if ((known >> node.feature & 1U) != 0) {
        const float value = row[node.feature];
        const bool goes_left = std::isnan(value) ? node.missing_left : value < node.threshold;
        return expected(tree, goes_left ? left : right, row, known);
    }
    return (tree.nodes[left].cover * expected(tree, left, row, known) +
            tree.nodes[right].cover * expected(tree, right, row, known)) /
           node.cover;
}

Tree random_tree(Random& random, int depth) {
    Tree tree;
    const auto make = [&](auto&& self, int left_depth, float cover) -> std::int32_t {
        const auto place = tree.nodes.size();
        tree.nodes.push_back({.cover = cover});
        if (left_depth == 0 || random.below(6) == 0) {
            tree.nodes[place].value = static_cast<float>(random.unit() - 0.5);
            return static_cast<std::int32_t>(place);
        }
        tree.nodes[place].feature = static_cast<std::int32_t>(random.below(4));
        tree.nodes[place].threshold = static_cast<float>(random.unit());
        tree.nodes[place].missing_left = random.below(2) == 0;
        const float share = 0.1F + 0.8F * static_cast<float>(random.unit());
        const auto left = self(self, left_depth - 1, cover * share);
        const auto right = self(self, left_depth - 1, cover * (1 - share));
        tree.nodes[place].left = left;
        tree.nodes[place].right = right;
        return static_cast<std::int32_t>(place);
    };
    make(make, depth, 100);
    return tree;
}

TEST(Forest, reasons_are_shapley_values) {
    Random random(77);
    const double weight_of_size[] = {1.0 / 4, 1.0 / 12, 1.0 / 12, 1.0 / 4};
    for (int round = 0; round < 150; ++round) {
        const Forest forest{.base = 0.3, .trees = {random_tree(random, 4)}};
        float row[4];
        for (auto& value : row)
            value = random.below(5) == 0 ? missing : static_cast<float>(random.unit());
        std::vector<double> reasons(4);
        const double base = add_reasons(forest, row, 1, reasons);
        const auto& tree = forest.trees[0];
        EXPECT_NEAR(base, 0.3 + expected(tree, 0, row, 0), 1e-6);
        for (std::uint32_t feature = 0; feature < 4; ++feature) {
            double want = 0;
            for (std::uint32_t known = 0; known < 16; ++known) {
                if ((known >> feature & 1U) != 0) continue;
                want +=
                    weight_of_size[std::popcount(known)] *
                    (expected(tree, 0, row, known | 1U << feature) - expected(tree, 0, row, known));
            }
            EXPECT_NEAR(reasons[feature], want, 1e-6) << "seed 77, round " << round;
        }
    }
}

TEST(Boost, one_split_is_found_where_it_is) {
    std::vector<float> matrix;
    std::vector<std::uint8_t> target;
    for (int i = 0; i < 200; ++i) {
        matrix.push_back(static_cast<float>(i));
        target.push_back(i >= 120 ? 1 : 0);
    }
    const auto forest = grow(matrix, 1, target, {.rounds = 20, .depth = 1, .rate = 0.3});
    ASSERT_TRUE(forest);
    ASSERT_EQ(forest->trees.size(), 20U);
    EXPECT_NEAR(forest->base, std::log(0.4 / 0.6), 1e-5);
    EXPECT_LT(margin_of(*forest, std::vector<float>{110}), -1);
    EXPECT_GT(margin_of(*forest, std::vector<float>{125}), 1);
    std::vector<double> margins(200);
    add_margins(*forest, matrix, 1, 1, margins);
    for (std::size_t i = 0; i < margins.size(); ++i)
        EXPECT_DOUBLE_EQ(margins[i], margin_of(*forest, std::span(matrix).subspan(i, 1)));
}

TEST(Validate, the_folds_are_judged_apart_and_together) {
    const auto frame = firms(300, 21);
    const auto folds = deal_folds(frame.target, 5, 2);
    ASSERT_TRUE(folds);
    const auto made = validate(frame, *folds, {.shape = Shape::ridge});
    ASSERT_TRUE(made);
    EXPECT_EQ(made->metrics.n, 300U);
    EXPECT_EQ(made->fold_auc.size(), 5U);
    EXPECT_NEAR(
        made->mean_auc,
        std::accumulate(made->fold_auc.begin(), made->fold_auc.end(), 0.0) / 5,
        1e-12);
    const auto alone = validate(frame, leave_one_out(300), {.shape = Shape::ridge});
    ASSERT_TRUE(alone);
    EXPECT_EQ(alone->mean_auc, alone->metrics.auc);
}

} // namespace
} // namespace score
