#include "engine/score/encode.hpp"

#include "engine/score/random.hpp"

#include <algorithm>
#include <cmath>

namespace score {
namespace {

constexpr std::size_t levels_most = 12;
constexpr double rare_rows = 20; // a level with so many rows lies half way to the mean

struct Sums {
    std::vector<Tally> by_code; // the last but one: never seen; the last: missing
    Tally all;

    explicit Sums(std::size_t levels)
        : by_code(levels + 2) {}

    void add(std::int32_t code, bool positive) {
        auto& tally = by_code[code < 0 ? by_code.size() - 1 : static_cast<std::size_t>(code)];
        (positive ? tally.positives : tally.negatives) += 1;
        (positive ? all.positives : all.negatives) += 1;
    }

    [[nodiscard]] float rate(const Tally& tally) const {
        const double mean = (all.positives + 0.5) / (all.positives + all.negatives + 1);
        return static_cast<float>(
            (tally.positives + rare_rows * mean) / (tally.positives + tally.negatives + rare_rows));
    }
};

Feature rate_of(const Frame& frame, std::size_t place, std::span<const std::size_t> rows) {
    const auto& column = frame.columns[place];
    Sums sums(column.levels.size());
    for (const auto row : rows)
        sums.add(column.codes[row], frame.target[row] != 0);
    Feature feature{.made = Made::rate, .column = place, .name = column.name};
    for (std::size_t code = 0; code + 1 < sums.by_code.size(); ++code)
        feature.rates.push_back(sums.rate(sums.by_code[code]));
    feature.missing_rate = sums.rate(sums.by_code.back());
    return feature;
}

} // namespace

Features learn_features(const Frame& frame, std::span<const std::size_t> rows) {
    Features features;
    for (std::size_t place = 0; place < frame.columns.size(); ++place) {
        const auto& column = frame.columns[place];
        if (column.kind == Kind::number) {
            features.push_back({.made = Made::number, .column = place, .name = column.name});
            continue;
        }
        if (column.levels.size() <= levels_most)
            for (std::size_t level = 0; level < column.levels.size(); ++level)
                features.push_back(
                    {.made = Made::level,
                     .column = place,
                     .level = static_cast<std::int32_t>(level),
                     .name = column.name + " = " + column.levels[level]});
        if (column.levels.size() > 2) features.push_back(rate_of(frame, place, rows));
    }
    return features;
}

float value_of(const Feature& feature, const Frame& frame, std::size_t row) {
    const auto& column = frame.columns[feature.column];
    const auto pair = [&](auto apply) {
        const float a = column.numbers[row];
        const float b = frame.columns[feature.other].numbers[row];
        const float made = apply(a, b);
        return std::isfinite(made) ? made : missing;
    };
    switch (feature.made) {
    case Made::number: return column.numbers[row];
    case Made::level:
        return column.codes[row] < 0 ? missing : column.codes[row] == feature.level ? 1.0F : 0.0F;
    case Made::rate: {
        const auto code = column.codes[row];
        if (code < 0) return feature.missing_rate;
        return feature.rates[std::min(feature.rates.size() - 1, static_cast<std::size_t>(code))];
    }
    case Made::ratio: return pair([](float a, float b) { return a / b; });
    case Made::product: return pair([](float a, float b) { return a * b; });
    case Made::sum: return pair([](float a, float b) { return a + b; });
    case Made::difference: return pair([](float a, float b) { return a - b; });
    }
    base::bug("feature out of range");
}

std::vector<float> encode(
    const Features& features, const Frame& frame, std::span<const std::size_t> rows) {
    std::vector<float> matrix(features.size() * rows.size());
    for (std::size_t place = 0; place < features.size(); ++place)
        for (std::size_t i = 0; i < rows.size(); ++i)
            matrix[i * features.size() + place] = value_of(features[place], frame, rows[i]);
    return matrix;
}

std::vector<float> encode_learning(
    const Features& features,
    const Frame& frame,
    std::span<const std::size_t> rows,
    std::uint64_t seed) {
    auto matrix = encode(features, frame, rows);
    constexpr std::size_t parts = 5;
    std::vector<std::size_t> part_of(rows.size());
    Random random(seed);
    for (auto& part : part_of)
        part = random.below(parts);
    for (std::size_t place = 0; place < features.size(); ++place) {
        if (features[place].made != Made::rate) continue;
        const auto& column = frame.columns[features[place].column];
        std::vector<Sums> sums(parts, Sums(column.levels.size()));
        for (std::size_t i = 0; i < rows.size(); ++i)
            for (std::size_t part = 0; part < parts; ++part)
                if (part != part_of[i])
                    sums[part].add(column.codes[rows[i]], frame.target[rows[i]] != 0);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto& own = sums[part_of[i]];
            const auto code = column.codes[rows[i]];
            const auto cell = code < 0 ? own.by_code.size() - 1 : static_cast<std::size_t>(code);
            matrix[i * features.size() + place] = own.rate(own.by_code[cell]);
        }
    }
    return matrix;
}

std::vector<std::uint8_t> target_of(const Frame& frame, std::span<const std::size_t> rows) {
    std::vector<std::uint8_t> target;
    target.reserve(rows.size());
    for (const auto row : rows)
        target.push_back(frame.target[row]);
    return target;
}

} // namespace score
