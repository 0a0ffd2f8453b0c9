// The only file that knows XGBoost; what it grows is read from its own JSON and kept as a Forest.
#include "engine/score/boost.hpp"

#include "base/json.hpp"

#include <boost/json.hpp>
#include <xgboost/c_api.h>

#include <cmath>

namespace score {
namespace {

using base::Result;

base::Error boosting_error(const char* doing) {
    auto error = base::Error{};
    error.kind = base::ErrorKind::internal;
    error.code = "score.boosting";
    error.message = {"提升树训练失败。", "The boosted trees could not be grown."};
    error.cure = {"请把这份数据和命令报告给维护者。", "Report the table and the command."};
    error.detail = std::string(doing) + ": " + XGBGetLastError();
    return error;
}

struct Matrix {
    DMatrixHandle handle = nullptr;
    Matrix() = default;
    Matrix(const Matrix&) = delete;
    Matrix& operator=(const Matrix&) = delete;

    ~Matrix() {
        if (handle != nullptr) XGDMatrixFree(handle);
    }
};

struct Booster {
    BoosterHandle handle = nullptr;
    Booster() = default;
    Booster(const Booster&) = delete;
    Booster& operator=(const Booster&) = delete;

    ~Booster() {
        if (handle != nullptr) XGBoosterFree(handle);
    }
};

using Settings = std::vector<std::pair<std::string, std::string>>;

Settings settings_of(const BoostWish& wish, double share) {
    Settings settings{
        {"objective", "binary:logistic"},
        {"tree_method", "hist"},
        {"nthread", "1"},
        {"verbosity", "0"},
        {"max_bin", "256"},
        {"base_score", std::to_string(share)},
        {"eta", std::to_string(wish.rate)},
        {"max_depth", std::to_string(wish.depth)},
        {"subsample", std::to_string(wish.row_share)},
        {"colsample_bytree", std::to_string(wish.feature_share)},
        {"min_child_weight", std::to_string(wish.leaf_weight)},
        {"lambda", std::to_string(wish.ridge)},
        {"seed", std::to_string(wish.seed % 1'000'000'007U)}};
    std::string directions;
    bool any = false;
    for (const int direction : wish.directions) {
        directions += (directions.empty() ? "(" : ",") + std::to_string(direction);
        any = any || direction != 0;
    }
    if (any) settings.emplace_back("monotone_constraints", directions + ")");
    return settings;
}

template <class T>
T number_at(const boost::json::value& array, std::size_t place) {
    const auto& value = array.as_array()[place];
    if (const auto* yes = value.if_bool()) return static_cast<T>(*yes);
    return value.to_number<T>();
}

Tree tree_of(const boost::json::value& json) {
    const auto& features = json.at("split_indices");
    const auto& thresholds = json.at("split_conditions");
    const auto& left = json.at("left_children");
    const auto& right = json.at("right_children");
    const auto& missing = json.at("default_left");
    const auto& cover = json.at("sum_hessian");
    Tree tree;
    for (std::size_t i = 0; i < left.as_array().size(); ++i) {
        Node node{
            .left = number_at<std::int32_t>(left, i),
            .right = number_at<std::int32_t>(right, i),
            .missing_left = number_at<int>(missing, i) != 0,
            .cover = static_cast<float>(number_at<double>(cover, i))};
        const auto number = static_cast<float>(number_at<double>(thresholds, i));
        if (node.left < 0) {
            node.left = node.right = 0;
            node.missing_left = false;
            node.value = number;
        } else {
            node.feature = number_at<std::int32_t>(features, i);
            node.threshold = number;
        }
        tree.nodes.push_back(node);
    }
    return tree;
}

Result<Forest> forest_of(const Booster& booster) {
    bst_ulong size = 0;
    const char* bytes = nullptr;
    if (XGBoosterSaveModelToBuffer(booster.handle, R"({"format": "json"})", &size, &bytes) != 0)
        return boosting_error("save");
    const auto json = TRY(base::json::parse({bytes, static_cast<std::size_t>(size)}));
    const auto& learner = json.at("learner");
    const auto& text = learner.at("learner_model_param").at("base_score").as_string();
    const double share = std::stod(std::string(text));
    Forest forest{.base = std::log(share / (1 - share))};
    for (const auto& tree : learner.at("gradient_booster").at("model").at("trees").as_array())
        forest.trees.push_back(tree_of(tree));
    return forest;
}

Result<void> load(
    Matrix& made,
    std::span<const float> matrix,
    std::size_t features,
    std::span<const std::uint8_t> target) {
    const auto array = R"({"data": [)" +
                       std::to_string(reinterpret_cast<std::uintptr_t>(matrix.data())) +
                       R"(, true], "shape": [)" + std::to_string(target.size()) + ", " +
                       std::to_string(features) + R"(], "typestr": "<f4", "version": 3})";
    if (XGDMatrixCreateFromDense(
            array.c_str(), R"({"missing": NaN, "nthread": 1})", &made.handle) != 0)
        return boosting_error("matrix");
    const std::vector<float> labels(target.begin(), target.end());
    if (XGDMatrixSetFloatInfo(made.handle, "label", labels.data(), labels.size()) != 0)
        return boosting_error("labels");
    return {};
}

} // namespace

Result<Forest> grow(
    std::span<const float> matrix,
    std::size_t features,
    std::span<const std::uint8_t> target,
    const BoostWish& wish) {
    double positives = 0;
    for (const auto label : target)
        positives += label;
    const double share = std::clamp(positives / static_cast<double>(target.size()), 0.0001, 0.9999);
    Matrix learned;
    TRY(load(learned, matrix, features, target));
    Booster booster;
    if (XGBoosterCreate(&learned.handle, 1, &booster.handle) != 0) return boosting_error("create");
    for (const auto& [name, value] : settings_of(wish, share))
        if (XGBoosterSetParam(booster.handle, name.c_str(), value.c_str()) != 0)
            return boosting_error(name.c_str());
    for (int round = 0; round < wish.rounds; ++round)
        if (XGBoosterUpdateOneIter(booster.handle, round, learned.handle) != 0)
            return boosting_error("update");
    return forest_of(booster);
}

} // namespace score
