#include "engine/score/validate.hpp"

#include <algorithm>
#include <map>

namespace score {

base::Result<Validation> validate(
    const Frame& frame, std::span<const Fold> folds, const LearnWish& wish) {
    Validation made;
    bool whole = true;
    for (const auto& fold : folds) {
        const auto model = TRY(learn(frame, fold.train, wish));
        const auto probabilities = probabilities_of(model, frame, fold.test);
        const auto target = target_of(frame, fold.test);
        made.rows.insert(made.rows.end(), fold.test.begin(), fold.test.end());
        made.probabilities.insert(
            made.probabilities.end(), probabilities.begin(), probabilities.end());
        made.target.insert(made.target.end(), target.begin(), target.end());
        const auto metrics = measure(probabilities, target);
        if (metrics.positives == 0 || metrics.positives == metrics.n) {
            whole = false;
            continue;
        }
        made.fold_auc.push_back(metrics.auc);
        made.mean_auc += metrics.auc / static_cast<double>(folds.size());
        made.mean_pr_auc += metrics.pr_auc / static_cast<double>(folds.size());
        made.mean_ks += metrics.ks / static_cast<double>(folds.size());
    }
    made.metrics = measure(made.probabilities, made.target);
    if (!whole) {
        made.mean_auc = made.metrics.auc;
        made.mean_pr_auc = made.metrics.pr_auc;
        made.mean_ks = made.metrics.ks;
    }
    return made;
}

std::vector<Segment> segments(
    std::span<const std::string_view> values,
    std::span<const double> probabilities,
    std::span<const std::uint8_t> target,
    double threshold) {
    std::map<std::string_view, std::vector<std::size_t>> rows;
    for (std::size_t row = 0; row < values.size(); ++row)
        rows[values[row]].push_back(row);
    std::vector<Segment> made;
    for (const auto& [value, members] : rows) {
        std::vector<double> own;
        std::vector<std::uint8_t> labels;
        Segment segment{.value = std::string(value)};
        for (const auto row : members) {
            own.push_back(probabilities[row]);
            labels.push_back(target[row]);
            segment.expected_positives += probabilities[row];
            if (probabilities[row] >= threshold)
                segment.flagged_share += 1 / static_cast<double>(members.size());
        }
        segment.metrics = measure(own, labels);
        made.push_back(std::move(segment));
    }
    double best = 0;
    for (const auto& segment : made)
        best = std::max(best, 1 - segment.flagged_share);
    for (auto& segment : made)
        segment.ratio = best == 0 ? 1 : (1 - segment.flagged_share) / best;
    std::ranges::stable_sort(
        made, [](const Segment& a, const Segment& b) { return a.metrics.n > b.metrics.n; });
    return made;
}

} // namespace score
