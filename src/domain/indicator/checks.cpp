#include "domain/indicator/figures.hpp"

#include <cstdlib>

namespace indicator {
namespace {

constexpr std::int64_t whole_ppm = 1'000'000;

struct Side {
    Text label;
    std::string unit;
    pack::FigureKind kind = pack::FigureKind::money;
};

Side side(const pack::Policy& policy, const std::string& code) {
    if (const auto* found = policy.indicator(code))
        return {found->label, found->unit, found->figure};
    if (const auto* found = policy.target(code)) return {found->label, found->unit, found->figure};
    return {{code, code}, "", pack::FigureKind::count};
}

std::optional<std::int64_t> actual_of(
    const pack::Policy& policy,
    const Figures& figures,
    const std::string& code,
    std::int32_t year,
    Date as_of) {
    const auto* indicator = policy.indicator(code);
    if (indicator == nullptr) return std::nullopt;
    const auto actual = figures.actual(*indicator, year, as_of);
    return actual ? std::optional(actual->value) : std::nullopt;
}

// The year before, by the day that this year's actual is of.
std::optional<std::int64_t> before_of(
    const pack::Policy& policy,
    const Figures& figures,
    const std::string& code,
    std::int32_t year,
    Date as_of) {
    const auto* indicator = policy.indicator(code);
    if (indicator == nullptr) return std::nullopt;
    const auto now = figures.actual(*indicator, year, as_of);
    if (!now) return std::nullopt;
    const auto before = figures.before(*indicator, year, *now);
    return before ? std::optional(before->value) : std::nullopt;
}

struct Pair {
    std::optional<std::int64_t> left;
    std::optional<std::int64_t> right;
    std::optional<std::int64_t> left_before; // the left side a year earlier
    std::optional<std::int64_t> right_base;  // the right side in the year a growth counts from
};

// Whether the figures break the rule. What is not known breaks nothing.
bool broken(const pack::Check& check, const Pair& pair) {
    if (!pair.left || !pair.right) return false;
    switch (check.kind) {
    case pack::CheckKind::growth_matches: {
        if (!pair.left_before) return false;
        const auto growth = series::growth(*pair.left, *pair.left_before);
        return growth && std::abs(growth->ppm - *pair.right) > check.tolerance;
    }
    case pack::CheckKind::not_above: return *pair.left > *pair.right + check.tolerance;
    case pack::CheckKind::share_above: {
        const auto share = series::attainment(series::Direction::up, *pair.left, *pair.right);
        return share && share->ppm <= check.value + check.tolerance;
    }
    case pack::CheckKind::body_matches_annex:
        return std::abs(*pair.left - *pair.right) > check.tolerance;
    case pack::CheckKind::growth_since: {
        if (!pair.right_base) return false;
        const auto growth = series::growth(*pair.right, *pair.right_base);
        return growth && std::abs(growth->ppm - *pair.left) > check.tolerance;
    }
    }
    base::bug("kind of check out of range");
}

Text operator+(const Text& a, const Text& b) { return {a.zh + b.zh, a.en + b.en}; }

Text said(const pack::Policy& policy, const std::string& code, std::int64_t value) {
    const auto it = side(policy, code);
    const auto figure = figure_text(it.kind, value, it.unit);
    return it.label + Text{" " + figure.zh, " " + figure.en};
}

Text sentence(
    const pack::Policy& policy, const pack::Check& check, const Pair& pair, const Text& when) {
    const Text next{"；", "; "};
    auto all = when + Text{"：", ": "} + said(policy, check.left, *pair.left) + next +
               said(policy, check.right, *pair.right);
    if (check.kind == pack::CheckKind::growth_matches) {
        const auto growth = series::growth(*pair.left, *pair.left_before)->percent_text();
        all =
            all + next + Text{"由数值计算为 " + growth + "%", "the values grow by " + growth + "%"};
    }
    if (check.kind == pack::CheckKind::share_above) {
        const auto share = series::attainment(series::Direction::up, *pair.left, *pair.right);
        const auto text = share->percent_text();
        const auto bound = Rate{check.value}.percent_text();
        all = all + next +
              Text{
                  "占比 " + text + "%，界限 " + bound + "%",
                  "a share of " + text + "%, the bound " + bound + "%"};
    }
    if (check.kind == pack::CheckKind::growth_since) {
        const auto growth = series::growth(*pair.right, *pair.right_base)->percent_text();
        const auto year = std::to_string(check.value);
        all =
            all + next + Text{"比 " + year + " 年增长 " + growth + "%", growth + "% over " + year};
    }
    return all;
}

void add(
    std::vector<Flag>& out,
    const pack::Policy& policy,
    const pack::Check& check,
    const Pair& pair,
    const Text& when) {
    if (!broken(check, pair)) return;
    Flag flag{
        .check = check.code,
        .label = check.label,
        .explains = check.explains,
        .figures = sentence(policy, check, pair, when)};
    for (const auto& code : {check.left, check.right}) {
        if (policy.indicator(code) != nullptr) flag.indicators.push_back(code);
    }
    out.push_back(std::move(flag));
}

} // namespace

std::vector<Flag> flags(
    const pack::Policy& policy, const Figures& figures, std::int32_t year, Date as_of) {
    std::vector<Flag> out;
    const auto said_year = std::to_string(year);
    for (const auto& check : policy.pack().checks) {
        const Pair planned{
            .left = figures.planned(check.left, year),
            .right = figures.planned(check.right, year),
            .left_before = figures.planned(check.left, year - 1),
            .right_base = check.kind == pack::CheckKind::growth_since
                              ? figures.planned(check.right, static_cast<std::int32_t>(check.value))
                              : std::nullopt};
        add(out, policy, check, planned, {said_year + " 年目标", "Target of " + said_year});
        const Pair actual{
            .left = actual_of(policy, figures, check.left, year, as_of),
            .right = actual_of(policy, figures, check.right, year, as_of),
            .left_before = before_of(policy, figures, check.left, year, as_of),
            .right_base = std::nullopt};
        add(out, policy, check, actual, {said_year + " 年实际", "Actual of " + said_year});
    }
    return out;
}

} // namespace indicator
