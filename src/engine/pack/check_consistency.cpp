// Consistency rules between figures: what they may name, and what they flag in the plan itself. A
// flag is a note: the figures are the plan's, and stay as printed.
#include "engine/pack/checker.hpp"

#include <algorithm>

namespace pack {

namespace {

using Years = std::map<std::int32_t, std::int64_t>; // year → value as the plan set it

std::optional<Years> years_of(const Pack& pack, const std::string& code) {
    Years years;
    if (const auto found = std::ranges::find(pack.indicators, code, &Indicator::code);
        found != pack.indicators.end()) {
        for (const auto& target : found->targets) {
            if (target.vintage == "plan") years.emplace(target.year, target.value);
        }
        return years;
    }
    if (const auto found = std::ranges::find(pack.targets, code, &BodyTarget::code);
        found != pack.targets.end()) {
        if (found->by) years.emplace(found->by->year(), found->value);
        return years;
    }
    return std::nullopt;
}

// a × 1,000,000 ÷ b, rounded half away from zero.
std::int64_t ppm(std::int64_t a, std::int64_t b) {
    __extension__ using Wide = __int128;
    const auto twice = static_cast<Wide>(a) * 2'000'000 / b;
    return static_cast<std::int64_t>((twice + (twice >= 0 ? 1 : -1)) / 2);
}

std::string percent(std::int64_t value) { return Rate{value}.percent_text() + "%"; }

bool apart(std::int64_t a, std::int64_t b, std::int64_t tolerance) {
    return (a > b ? a - b : b - a) > tolerance;
}

struct Flagger {
    Checker& checker;
    const Check& check;
    std::string pointer;

    void flag(std::int32_t year, const Text& what) const {
        const auto when = std::to_string(year);
        checker.note(
            pointer,
            "pack.flag",
            {check.label.zh + "：" + when + " 年 " + what.zh,
             check.label.en + ": " + when + ", " + what.en},
            check.explains);
    }

    void growth(const Years& values, const Years& growths) const {
        for (const auto& [year, stated] : growths) {
            const auto now = values.find(year);
            const auto before = values.find(year - 1);
            if (now == values.end() || before == values.end() || before->second == 0) continue;
            const auto computed = ppm(now->second - before->second, before->second);
            if (!apart(computed, stated, check.tolerance)) continue;
            flag(
                year,
                {"由数值算得增速 " + percent(computed) + "，而所印为 " + percent(stated),
                 "the values grow by " + percent(computed) + ", the printed growth is " +
                     percent(stated)});
        }
    }

    void not_above(const Years& part, const Years& whole) const {
        for (const auto& [year, value] : part) {
            const auto other = whole.find(year);
            if (other == whole.end() || value <= other->second) continue;
            flag(
                year,
                {check.left + " 大于 " + check.right, check.left + " exceeds " + check.right});
        }
    }

    void share(const Years& part, const Years& whole) const {
        for (const auto& [year, value] : part) {
            const auto other = whole.find(year);
            if (other == whole.end() || other->second == 0) continue;
            const auto computed = ppm(value, other->second);
            if (computed > check.value + check.tolerance) continue;
            flag(
                year,
                {"占比算得 " + percent(computed) + "，没有超过 " + percent(check.value),
                 "the share is " + percent(computed) + ", not above " + percent(check.value)});
        }
    }

    void same(const Years& body, const Years& annex) const {
        for (const auto& [year, value] : body) {
            const auto other = annex.find(year);
            if (other == annex.end() || !apart(value, other->second, check.tolerance)) continue;
            flag(
                year,
                {"正文与附件不同：" + check.left + " 与 " + check.right,
                 "the body and the annex differ: " + check.left + " and " + check.right});
        }
    }

    void since(const Years& stated, const Years& annex) const {
        const auto base = annex.find(static_cast<std::int32_t>(check.value));
        if (base == annex.end() || base->second == 0) return;
        for (const auto& [year, growth] : stated) {
            const auto now = annex.find(year);
            if (now == annex.end()) continue;
            const auto computed = ppm(now->second - base->second, base->second);
            if (!apart(computed, growth, check.tolerance)) continue;
            const auto from = std::to_string(base->first);
            flag(
                year,
                {"附件比 " + from + " 年增长 " + percent(computed) + "，而正文为 " +
                     percent(growth),
                 "the annex grows by " + percent(computed) + " over " + from + ", the body says " +
                     percent(growth)});
        }
    }
};

void run(Checker& checker, std::size_t i, const Check& check) {
    const auto left = years_of(checker.pack(), check.left);
    const auto right = years_of(checker.pack(), check.right);
    if (!left || !right) return; // found unknown already
    const Flagger flagger{checker, check, at("checks", i)};
    switch (check.kind) {
    case CheckKind::growth_matches: return flagger.growth(*left, *right);
    case CheckKind::not_above: return flagger.not_above(*left, *right);
    case CheckKind::share_above: return flagger.share(*left, *right);
    case CheckKind::body_matches_annex: return flagger.same(*left, *right);
    case CheckKind::growth_since: return flagger.since(*left, *right);
    }
}

} // namespace

void check_consistency(Checker& checker) {
    const auto& pack = checker.pack();
    const auto indicators = codes_of(pack.indicators);
    const auto targets = codes_of(pack.targets);
    auto either = indicators;
    either.insert(either.end(), targets.begin(), targets.end());
    const Text word{"指标或目标", "indicator or target"};
    for (std::size_t i = 0; i < pack.checks.size(); ++i) {
        const auto& check = pack.checks[i];
        const bool annex = check.kind == CheckKind::growth_matches;
        const bool body =
            check.kind == CheckKind::body_matches_annex || check.kind == CheckKind::growth_since;
        const bool left = checker.known(
            at("checks", i, "/left"),
            word,
            check.left,
            annex  ? indicators
            : body ? targets
                   : either);
        const bool right = checker.known(
            at("checks", i, "/right"), word, check.right, annex || body ? indicators : either);
        if (left && right && annex) {
            const auto& growth = *std::ranges::find(pack.indicators, check.right, &Indicator::code);
            if (growth.growth_of != check.left) {
                checker.error(
                    at("checks", i, "/right"),
                    "pack.indicator_pair",
                    {"“" + check.right + "”不是“" + check.left + "”的增速",
                     "“" + check.right + "” is not the growth of “" + check.left + "”"},
                    {"在该指标写 growth_of: " + check.left,
                     "write growth_of: " + check.left + " at that indicator"});
            }
        }
        if (check.tolerance < 0)
            checker.within(at("checks", i, "/tolerance"), check.tolerance, 0, 1'000'000'000);
        run(checker, i, check);
    }
}

} // namespace pack
