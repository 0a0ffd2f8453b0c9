#include "engine/score/split.hpp"

#include "engine/score/random.hpp"

#include <algorithm>
#include <map>
#include <numeric>

namespace score {
namespace {

using base::Result;

base::Error folds_error() {
    return base::invalid(
               "score.folds",
               {"数据不足以分成这么多折。", "There are too few rows for so many folds."},
               {"请减少 --folds，或用 --loo。", "Take fewer --folds, or --loo."})
        .at("--folds");
}

std::vector<Fold> folds_of(const std::vector<std::size_t>& fold_of_row, std::size_t count) {
    std::vector<Fold> folds(count);
    for (std::size_t row = 0; row < fold_of_row.size(); ++row)
        for (std::size_t fold = 0; fold < count; ++fold)
            (fold_of_row[row] == fold ? folds[fold].test : folds[fold].train).push_back(row);
    return folds;
}

} // namespace

Result<std::vector<Fold>> deal_folds(
    std::span<const std::uint8_t> target, std::size_t folds, std::uint64_t seed) {
    std::vector<std::size_t> of_class[2];
    for (std::size_t row = 0; row < target.size(); ++row)
        of_class[target[row] != 0 ? 1 : 0].push_back(row);
    if (folds < 2 || folds > target.size() || of_class[0].size() < 2 || of_class[1].size() < 2)
        return folds_error();
    Random random(seed);
    std::vector<std::size_t> fold_of_row(target.size());
    std::size_t next = 0;
    for (auto& rows : of_class) {
        random.shuffle(rows);
        for (const auto row : rows)
            fold_of_row[row] = next++ % folds;
    }
    return folds_of(fold_of_row, folds);
}

Result<std::vector<Fold>> deal_groups(
    std::span<const std::string_view> groups, std::size_t folds, std::uint64_t seed) {
    std::map<std::string_view, std::vector<std::size_t>> members;
    for (std::size_t row = 0; row < groups.size(); ++row)
        members[groups[row]].push_back(row);
    if (folds < 2 || folds > members.size()) return folds_error();
    std::vector<std::string_view> order;
    for (const auto& [group, rows] : members)
        order.push_back(group);
    Random random(seed);
    random.shuffle(order);
    std::ranges::stable_sort(order, [&](std::string_view a, std::string_view b) {
        return members[a].size() > members[b].size();
    });
    std::vector<std::size_t> sizes(folds);
    std::vector<std::size_t> fold_of_row(groups.size());
    for (const auto group : order) {
        const auto least =
            static_cast<std::size_t>(std::ranges::min_element(sizes) - sizes.begin());
        sizes[least] += members[group].size();
        for (const auto row : members[group])
            fold_of_row[row] = least;
    }
    return folds_of(fold_of_row, folds);
}

std::vector<Fold> leave_one_out(std::size_t rows) {
    std::vector<std::size_t> fold_of_row(rows);
    std::iota(fold_of_row.begin(), fold_of_row.end(), std::size_t{0});
    std::vector<Fold> folds(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        folds[row].test = {row};
        folds[row].train.reserve(rows - 1);
        for (std::size_t other = 0; other < rows; ++other)
            if (other != row) folds[row].train.push_back(other);
    }
    return folds;
}

Result<std::vector<Fold>> out_of_time(std::span<const double> times, double from) {
    std::vector<Fold> folds(1);
    for (std::size_t row = 0; row < times.size(); ++row)
        (times[row] < from ? folds[0].train : folds[0].test).push_back(row);
    if (folds[0].train.empty() || folds[0].test.empty())
        return base::invalid(
                   "score.time",
                   {"按该时间划分后有一边没有数据。", "One side of that time has no rows."},
                   {"请换一个 --from。", "Take another --from."})
            .at("--from");
    return folds;
}

} // namespace score
