#include "engine/score/leak.hpp"

#include "engine/score/encode.hpp"
#include "engine/score/metric.hpp"
#include "engine/score/number.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace score {
namespace {

// What no honest column of published credit tables reaches alone; the best seen is 0.90.
constexpr double answers_auc = 0.94;
constexpr double exact_auc_least = 0.80;
constexpr double exact_gain = 0.045;
constexpr double mirrors_auc = 0.75;
constexpr double coverage_gap = 0.20; // difference of the shares covered, module
constexpr double flag_gap = 0.08;     // the same, of a flag
constexpr double surprise = 6;        // standard deviations

std::string percent(double share) { return std::to_string(std::lround(share * 100)) + "%"; }

std::string three(double number) { return number_text(number, 3); }

// How much more often something holds for positives, and in how many standard deviations.
struct Gap {
    double difference = 0;
    double deviations = 0;

    [[nodiscard]] double auc() const { return 0.5 + std::fabs(difference) / 2; }
};

struct Look {
    const Frame& frame;
    std::vector<std::size_t> rows;
    std::vector<std::uint8_t> target;

    template <class Holds>
    [[nodiscard]] Gap gap(const Holds& holds) const {
        double held[2] = {0, 0};
        double all[2] = {0, 0};
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto side = target[i] != 0 ? 1 : 0;
            all[side] += 1;
            held[side] += holds(rows[i]) ? 1 : 0;
        }
        const double share = (held[0] + held[1]) / std::max(1.0, all[0] + all[1]);
        const double difference = held[1] / std::max(1.0, all[1]) - held[0] / std::max(1.0, all[0]);
        const double spread = std::sqrt(
            share * (1 - share) * (1 / std::max(1.0, all[0]) + 1 / std::max(1.0, all[1])));
        return {difference, spread == 0 ? 0 : std::fabs(difference) / spread};
    }

    // Judged by other rows' outcomes, five parts in turn.
    [[nodiscard]] double rate_auc(const Column& column) const {
        Frame one;
        one.columns.push_back(column);
        one.target = frame.target;
        const Features features{{.made = Made::rate, .column = 0, .rates = {0}}};
        const auto values = encode_learning(features, one, rows, 5);
        const std::vector<double> scores(values.begin(), values.end());
        return auc_of(scores, target);
    }

    [[nodiscard]] double binned_auc(const Binning& binning, const Column& column) const {
        std::vector<double> scores;
        for (const auto row : rows)
            scores.push_back(binning.woe[binning.bin_of(column, row)]);
        return auc_of(scores, target);
    }
};

// The exact values as categories; none when they hardly repeat.
std::optional<Column> exact(const Column& column, std::span<const std::size_t> rows) {
    std::map<float, std::int32_t> codes;
    for (const auto row : rows)
        if (!std::isnan(column.numbers[row])) codes.emplace(column.numbers[row], 0);
    if (codes.size() < 10 || codes.size() * 10 > rows.size()) return std::nullopt;
    std::int32_t next = 0;
    for (auto& [value, code] : codes)
        code = next++;
    Column made{.name = column.name, .kind = Kind::category};
    made.levels.resize(codes.size());
    for (const float value : column.numbers) {
        const auto found = codes.find(value);
        made.codes.push_back(
            std::isnan(value)      ? -1
            : found == codes.end() ? static_cast<std::int32_t>(codes.size())
                                   : found->second);
    }
    return made;
}

Glance glance_at(const Look& look, const Column& column) {
    Glance made{.column = column.name};
    const auto binning = learn_binning(column, look.rows, look.frame.target, {.trend = Trend::any});
    made.iv = binning.iv;
    made.auc = look.binned_auc(binning, column);
    const auto missing_gap = look.gap([&](std::size_t row) { return column.missing_at(row); });
    made.missing_auc = missing_gap.deviations >= surprise ? missing_gap.auc() : 0.5;
    double gaps = 0;
    for (const auto row : look.rows)
        gaps += column.missing_at(row) ? 1 : 0;
    made.missing_share = gaps / std::max(1.0, static_cast<double>(look.rows.size()));
    if (column.kind == Kind::category) {
        made.exact_auc = look.rate_auc(column);
        if (column.levels.size() > 12) made.auc = made.exact_auc;
    } else if (const auto values = exact(column, look.rows)) {
        made.exact_auc = look.rate_auc(*values);
    }
    return made;
}

std::optional<Leak> judged(const Glance& glance, const Column& column) {
    if (glance.missing_auc >= mirrors_auc)
        return Leak{
            column.name,
            LeakKind::missing_mirrors,
            glance.missing_auc,
            {"是否填写就几乎说明了结果（AUC " + three(glance.missing_auc) + "）",
             "whether it is filled tells the outcome (AUC " + three(glance.missing_auc) + ")"}};
    const double best = std::max(glance.auc, glance.exact_auc);
    if (best >= answers_auc)
        return Leak{
            column.name,
            LeakKind::answers,
            best,
            {"单凭这一列就几乎说明了结果（AUC " + three(best) + "）",
             "alone it nearly tells the outcome (AUC " + three(best) + ")"}};
    if (column.kind == Kind::number && glance.exact_auc >= exact_auc_least &&
        glance.exact_auc - glance.auc >= exact_gain)
        return Leak{
            column.name,
            LeakKind::exact_values,
            glance.exact_auc,
            {"确切取值透露的（AUC " + three(glance.exact_auc) + "）远多于大小（" +
                 three(glance.auc) + "），像是结果出现后才写入的",
             "its exact values tell far more (AUC " + three(glance.exact_auc) +
                 ") than its size (" + three(glance.auc) + "), as if written after the outcome"}};
    return std::nullopt;
}

using Pattern = std::vector<bool>;

Pattern missing_pattern(const Look& look, const Column& column) {
    Pattern pattern;
    for (const auto row : look.rows)
        pattern.push_back(column.missing_at(row));
    return pattern;
}

// A column of two values, or of one value and gaps, as which of the two a row has.
std::optional<Pattern> flag_pattern(const Look& look, const Column& column) {
    Pattern pattern;
    if (column.kind == Kind::category) {
        if (column.levels.size() > 2) return std::nullopt;
        for (const auto row : look.rows)
            pattern.push_back(column.codes[row] == 0);
        return pattern;
    }
    float first = missing;
    float second = missing;
    for (const auto row : look.rows) {
        const float value = column.numbers[row];
        if (std::isnan(value)) continue;
        if (std::isnan(first))
            first = value;
        else if (value != first && std::isnan(second))
            second = value;
        else if (value != first && value != second)
            return std::nullopt;
    }
    for (const auto row : look.rows)
        pattern.push_back(column.numbers[row] == first);
    return pattern;
}

bool names_coverage(std::string name) {
    std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    for (const std::string_view start : {"has_", "have_", "in_", "is_in_", "with_", "cover"})
        if (name.starts_with(start)) return true;
    for (const std::string_view part :
         {"covered", "coverage", "_present", "available", "覆盖", "是否有", "有无"})
        if (name.find(part) != std::string::npos) return true;
    return false;
}

// Whether a flag says the same as a pattern of gaps, or its opposite.
bool same_rows(const Pattern& flag, const Pattern& gaps) {
    std::size_t equal = 0;
    for (std::size_t i = 0; i < flag.size(); ++i)
        equal += flag[i] == gaps[i] ? 1 : 0;
    const auto differs = std::min(equal, flag.size() - equal);
    return differs * 200 <= flag.size();
}

struct Module {
    Pattern gaps;
    std::vector<std::size_t> columns;
    Gap gap;
};

std::vector<Module> modules_of(const Look& look) {
    std::map<Pattern, std::vector<std::size_t>> together;
    for (std::size_t place = 0; place < look.frame.columns.size(); ++place) {
        const auto& column = look.frame.columns[place];
        if (column.twin) continue;
        auto pattern = missing_pattern(look, column);
        const auto gaps = std::ranges::count(pattern, true);
        const auto all = static_cast<std::ptrdiff_t>(pattern.size());
        if (gaps * 50 >= all && gaps * 100 <= all * 99)
            together[std::move(pattern)].push_back(place);
    }
    std::vector<Module> made;
    for (auto& [gaps, columns] : together) {
        std::size_t i = 0;
        const auto gap = look.gap([&](std::size_t) { return gaps[i++]; });
        made.push_back({gaps, std::move(columns), gap});
    }
    return made;
}

void add_flags(const Look& look, const std::vector<Module>& modules, std::vector<Leak>& leaks) {
    for (const auto& column : look.frame.columns) {
        const auto flag = flag_pattern(look, column);
        if (!flag) continue;
        std::size_t i = 0;
        const auto gap = look.gap([&](std::size_t) { return (*flag)[i++]; });
        if (gap.deviations < surprise || std::fabs(gap.difference) < flag_gap) continue;
        const bool mirrored = std::ranges::any_of(modules, [&](const Module& module) {
            const auto itself = std::ranges::any_of(module.columns, [&](std::size_t place) {
                return look.frame.columns[place].name == column.name;
            });
            return !itself && same_rows(*flag, module.gaps);
        });
        if (mirrored || names_coverage(column.name))
            leaks.push_back(
                {column.name,
                 LeakKind::coverage_flag,
                 gap.auc(),
                 {"只说明某个来源是否覆盖该行，两类相差 " + percent(std::fabs(gap.difference)),
                  "says only whether a source covers the row, and differs between the classes by " +
                      percent(std::fabs(gap.difference))}});
    }
}

void add_modules(const Look& look, const std::vector<Module>& modules, std::vector<Leak>& leaks) {
    for (const auto& module : modules) {
        if (module.columns.size() < 3 || std::fabs(module.gap.difference) < coverage_gap ||
            module.gap.deviations < surprise)
            continue;
        for (const auto place : module.columns)
            leaks.push_back(
                {look.frame.columns[place].name,
                 LeakKind::coverage,
                 module.gap.auc(),
                 {std::to_string(module.columns.size()) + " 列总是一起缺失，缺失率两类相差 " +
                      percent(std::fabs(module.gap.difference)) + "；请只用被覆盖的行",
                  std::to_string(module.columns.size()) +
                      " columns are missing together, and that differs between the classes by " +
                      percent(std::fabs(module.gap.difference)) + "; use the covered rows only"}});
    }
}

} // namespace

LeakCheck check_leaks(const Frame& frame) {
    constexpr std::size_t rows_most = 60'000;
    Look look{frame, {}, {}};
    const auto size = std::min(rows_most, frame.rows());
    for (std::size_t i = 0; i < size; ++i)
        look.rows.push_back(i * frame.rows() / size);
    look.target = target_of(frame, look.rows);
    LeakCheck check;
    std::vector<Leak> found;
    for (const auto& column : frame.columns) {
        check.glances.push_back(glance_at(look, column));
        if (auto leak = judged(check.glances.back(), column)) found.push_back(std::move(*leak));
    }
    const auto modules = modules_of(look);
    add_flags(look, modules, found);
    add_modules(look, modules, found);
    // One finding a column, the gravest: they were found in that order.
    for (const auto& column : frame.columns) {
        const auto leak = std::ranges::find(found, column.name, &Leak::column);
        const auto named = std::ranges::find(check.leaks, column.name, &Leak::column);
        if (leak != found.end() && named == check.leaks.end()) check.leaks.push_back(*leak);
    }
    return check;
}

std::vector<Leak> refuse_leaks(
    Frame& frame, const std::vector<Leak>& leaks, std::span<const std::string> allowed) {
    std::vector<Leak> refused;
    for (const auto& leak : leaks) {
        const bool let = std::ranges::any_of(allowed, [&](const std::string& name) {
            return name == "all" || same_value(name, leak.column);
        });
        if (let) continue;
        std::erase_if(
            frame.columns, [&](const Column& column) { return column.name == leak.column; });
        refused.push_back(leak);
    }
    return refused;
}

} // namespace score
