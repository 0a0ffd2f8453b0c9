#include "engine/match/match.hpp"

#include "engine/match/index.hpp"

#include <cmath>

namespace match {
namespace {

std::uint32_t bit(MisfitKind kind) { return 1U << static_cast<unsigned>(kind); }

bool lists(const std::vector<std::string>& codes, const std::string& code) {
    return codes.empty() || std::find(codes.begin(), codes.end(), code) != codes.end();
}

std::uint32_t misfits_of(const Offer& offer, const Wish& wish) {
    std::uint32_t found = 0;
    const auto mark = [&](bool misfit, MisfitKind kind) { found |= misfit ? bit(kind) : 0U; };
    if (wish.amount) {
        mark(*wish.amount < offer.amount_min, MisfitKind::amount_below);
        mark(offer.amount_max.fen > 0 && *wish.amount > offer.amount_max, MisfitKind::amount_above);
    }
    if (wish.term_months) {
        mark(*wish.term_months < offer.term_min_months, MisfitKind::term_below);
        mark(
            offer.term_max_months > 0 && *wish.term_months > offer.term_max_months,
            MisfitKind::term_above);
    }
    if (wish.guarantee_mode)
        mark(!lists(offer.guarantee_modes, *wish.guarantee_mode), MisfitKind::guarantee_mode);
    if (wish.purpose) mark(!lists(offer.purposes, *wish.purpose), MisfitKind::purpose);
    if (wish.rate_most) mark(all_in_cost(offer, wish) > *wish.rate_most, MisfitKind::rate);
    return found;
}

// How near what was asked is to what is given: 1 within the limits, else the smaller over the
// larger.
double nearness(double asked, double least, double most) {
    if (asked <= 0) return 0;
    if (asked < least) return asked / least;
    if (most > 0 && asked > most) return most / asked;
    return 1;
}

double fit_of(const Offer& offer, const Wish& wish) {
    double sum = 0;
    int count = 0;
    if (wish.amount) {
        sum += nearness(
            static_cast<double>(wish.amount->fen),
            static_cast<double>(offer.amount_min.fen),
            static_cast<double>(offer.amount_max.fen));
        count += 1;
    }
    if (wish.term_months) {
        sum += nearness(*wish.term_months, offer.term_min_months, offer.term_max_months);
        count += 1;
    }
    return count == 0 ? 1 : sum / count;
}

double cost_part(std::int64_t cost_ppm, const Weights& weights) {
    const auto best = static_cast<double>(weights.cost_best.ppm);
    const auto worst = static_cast<double>(weights.cost_worst.ppm);
    if (worst <= best) return static_cast<double>(cost_ppm) <= best ? 1 : 0;
    return std::clamp((worst - static_cast<double>(cost_ppm)) / (worst - best), 0.0, 1.0);
}

// ½ where nothing is known, as chance_of has it without records.
double chance_part(const Offer& offer) {
    return offer.chance ? static_cast<double>(offer.chance->mean_ppm) / 1e6 : 0.5;
}

double answer_part(double days, const Weights& weights) {
    if (weights.answer_worst_days <= 0) return days <= 0 ? 1 : 0;
    return std::clamp(1 - days / weights.answer_worst_days, 0.0, 1.0);
}

std::array<double, part_count> shares_of(const Weights& weights) {
    const std::array<double, part_count> all{
        weights.cost, weights.chance, weights.answer, weights.fit, weights.repair};
    double sum = 0;
    for (const auto weight : all) {
        base::ensure(weight >= 0 && std::isfinite(weight), "a weight is not negative");
        sum += weight;
    }
    base::ensure(sum > 0, "some weight is above zero");
    std::array<double, part_count> shares{};
    for (std::size_t i = 0; i < part_count; ++i)
        shares[i] = all[i] / sum;
    return shares;
}

std::int64_t score_of(const std::array<double, part_count>& parts, const Weights& weights) {
    const auto shares = shares_of(weights);
    double score = 0;
    for (std::size_t i = 0; i < part_count; ++i)
        score += shares[i] * parts[i];
    return std::llround(score * 1e6);
}

int misfit_count(std::uint32_t misfits) { return __builtin_popcount(misfits); }

double repair_part(Standing standing, double distance, std::size_t missing) {
    switch (standing) {
    case Standing::eligible: return 1;
    case Standing::nearly: return std::max(0.0, 1 - distance / 2);
    case Standing::unknown: return 1.0 / (1.0 + static_cast<double>(missing));
    case Standing::not_eligible: return 0;
    }
    base::bug("standing out of range");
}

// What the rule's outcome means for this offer before any change is sought.
rule::Outcome outcome_of(const Offer& offer, const rule::Row& row, base::Date today) {
    if (offer.eligibility == nullptr) return rule::Outcome::holds;
    return rule::decide(*offer.eligibility, row, today);
}

std::vector<std::string> missing_of(const Offer& offer, const rule::Row& row, base::Date today) {
    if (offer.eligibility == nullptr) return {};
    return rule::missing(*offer.eligibility, row, today);
}

base::Text months(std::int32_t count) {
    const auto number = std::to_string(count);
    return {number + "个月", number + (count == 1 ? " month" : " months")};
}

Misfit limit_misfit(
    MisfitKind kind,
    const char* zh,
    const char* en,
    const base::Text& limit,
    const base::Text& asked) {
    return {
        kind,
        {"该产品" + std::string(zh) + " " + limit.zh + "，申请的是 " + asked.zh,
         std::string(en) + " " + limit.en + "; " + asked.en + " was asked for"}};
}

std::vector<Misfit> misfit_sentences(const Offer& offer, const Wish& wish, std::uint32_t misfits) {
    std::vector<Misfit> found;
    const auto has = [&](MisfitKind kind) { return (misfits & bit(kind)) != 0; };
    using enum MisfitKind;
    if (has(amount_below))
        found.push_back(limit_misfit(
            amount_below,
            "最低",
            "the least amount is",
            rule::display(offer.amount_min),
            rule::display(*wish.amount)));
    if (has(amount_above))
        found.push_back(limit_misfit(
            amount_above,
            "最高",
            "the largest amount is",
            rule::display(offer.amount_max),
            rule::display(*wish.amount)));
    if (has(term_below))
        found.push_back(limit_misfit(
            term_below,
            "期限最短",
            "the shortest term is",
            months(offer.term_min_months),
            months(*wish.term_months)));
    if (has(term_above))
        found.push_back(limit_misfit(
            term_above,
            "期限最长",
            "the longest term is",
            months(offer.term_max_months),
            months(*wish.term_months)));
    if (has(guarantee_mode))
        found.push_back(
            {guarantee_mode,
             {"该产品不接受所选的担保方式", "the chosen kind of security is not accepted"}});
    if (has(purpose))
        found.push_back(
            {purpose, {"该产品不用于所选的用途", "the product is not for the chosen purpose"}});
    if (has(rate))
        found.push_back(limit_misfit(
            rate,
            "综合成本为",
            "the all-in cost is",
            rule::display(all_in_cost(offer, wish)),
            rule::display(*wish.rate_most)));
    return found;
}

base::Text days_shown(double days) {
    const auto tenths = std::llround(days * 10);
    auto number = std::to_string(tenths / 10);
    if (tenths % 10 != 0) number += "." + std::to_string(tenths % 10);
    return {number + "个工作日", number + (tenths == 10 ? " working day" : " working days")};
}

base::Text answer_shown(const Offer& offer) {
    const auto days = days_shown(offer.answer_days);
    if (offer.answer_measured) return {days.zh + "（实际中位数）", days.en + " (its own median)"};
    return {days.zh + "（承诺）", days.en + " (promised)"};
}

std::string percent_shown(std::int64_t ppm) { return std::to_string((ppm + 5'000) / 10'000) + "%"; }

base::Text chance_shown(const Offer& offer) {
    if (!offer.chance || offer.chance->basis == Basis::none)
        return {"暂无办理记录，按一半估计", "no record yet, taken as one half"};
    const auto& chance = *offer.chance;
    const auto range = percent_shown(chance.low_ppm) + "–" + percent_shown(chance.high_ppm);
    const auto claims = std::to_string(chance.claims);
    const auto basis = [&]() -> base::Text {
        switch (chance.basis) {
        case Basis::product: return {"该产品", "of this product"};
        case Basis::institution: return {"该机构", "of this institution"};
        case Basis::kind: return {"同类产品", "of this kind of product"};
        case Basis::none: break;
        }
        return {};
    }();
    return {
        percent_shown(chance.mean_ppm) + "（" + range + "，依据" + basis.zh + " " + claims +
            " 笔）",
        percent_shown(chance.mean_ppm) + " (" + range + ", from " + claims + " claims " + basis.en +
            ")"};
}

std::vector<Component> components_of(const Offer& offer, const Look& look, const Weights& weights) {
    const auto shares = shares_of(weights);
    std::vector<Component> all;
    const auto add = [&](Part part, base::Text label, base::Text shown) {
        const auto i = static_cast<std::size_t>(part);
        all.push_back(
            {part,
             std::move(label),
             std::move(shown),
             std::llround(look.parts[i] * 1e6),
             std::llround(shares[i] * 1e6)});
    };
    const auto percent = [&](Part part) {
        const auto text =
            std::to_string(std::llround(look.parts[static_cast<std::size_t>(part)] * 100)) + "%";
        return base::Text{text, text};
    };
    add(Part::cost,
        {"年化综合成本", "all-in yearly cost"},
        rule::display(base::Rate{look.all_in_cost_ppm}));
    add(Part::chance, {"获批可能性", "chance of a yes"}, chance_shown(offer));
    add(Part::answer, {"答复时间", "time to answer"}, answer_shown(offer));
    add(Part::fit, {"额度期限匹配度", "fit of amount and term"}, percent(Part::fit));
    add(Part::repair, {"条件满足度", "conditions met"}, percent(Part::repair));
    return all;
}

// With what is known after a change was sought: distance of the change and the missing data.
void rescore(Look& look, const Weights& weights, double distance, std::size_t missing) {
    const double wish_distance = 0.5 * misfit_count(look.misfits);
    look.parts[static_cast<std::size_t>(Part::repair)] =
        repair_part(look.standing, distance + wish_distance, missing);
    look.score_ppm = score_of(look.parts, weights);
}

base::Text reason(const Verdict& verdict, const rule::Explanation& explanation) {
    std::string zh;
    std::string en;
    const auto add = [&](const base::Text& text) {
        zh += (zh.empty() ? "" : "；") + text.zh;
        en += (en.empty() ? "" : "; ") + text.en;
    };
    if (verdict.change) add(verdict.change->sentence);
    if (!verdict.change && explanation.outcome != rule::Outcome::holds) add(explanation.sentence);
    for (const auto& misfit : verdict.misfits)
        add(misfit.sentence);
    if (zh.empty()) return explanation.sentence;
    switch (verdict.standing) {
    case Standing::eligible: break;
    case Standing::nearly: return {"接近符合：" + zh, "nearly eligible: " + en};
    case Standing::unknown: break;
    case Standing::not_eligible: break;
    }
    return {zh, en};
}

rule::Explanation explanation_of(const Offer& offer, const rule::Row& row, base::Date today) {
    if (offer.eligibility != nullptr) return rule::explain(*offer.eligibility, row, today);
    rule::Explanation open;
    open.outcome = rule::Outcome::holds;
    open.sentence = {"该产品没有准入条件", "the product has no conditions"};
    return open;
}

struct Judged {
    Look look;
    Verdict verdict;
};

// The slow part of a verdict: change, missing data, sentences.
Judged judge(
    const Offer& offer,
    Look look,
    const rule::Row& row,
    const Wish& wish,
    base::Date today,
    const Weights& weights) {
    Verdict verdict;
    if (look.outcome == rule::Outcome::fails && offer.eligibility != nullptr) {
        verdict.change = rule::smallest_change(*offer.eligibility, row, today);
        if (verdict.change) look.standing = Standing::nearly;
    }
    if (look.outcome == rule::Outcome::unknown) verdict.missing = missing_of(offer, row, today);
    rescore(look, weights, verdict.change ? verdict.change->distance : 0, verdict.missing.size());
    verdict.offer = look.offer;
    verdict.id = offer.id;
    verdict.standing = look.standing;
    verdict.all_in_cost = base::Rate{look.all_in_cost_ppm};
    verdict.score_ppm = look.score_ppm;
    verdict.misfits = misfit_sentences(offer, wish, look.misfits);
    verdict.components = components_of(offer, look, weights);
    return {look, std::move(verdict)};
}

// Beyond two failing conditions an offer is hopeless, and how hopeless does not matter.
constexpr int misses_most = 3;

int misses_of(const Offer& offer, const rule::Row& row, base::Date today) {
    const auto found = rule::misses(rule::normal(*offer.eligibility), row, today);
    return std::min(misses_most, found.value_or(misses_most));
}

// When more offers fail than will be examined, those that miss by the fewest conditions go first,
// so that the limit cuts the hopeless ones. `misses` is asked for the failing ones only.
template <class Misses>
void near_misses_first(
    std::vector<Look>& looks, std::size_t offers, std::size_t examined_most, Misses&& misses) {
    const auto fails = [](const Look& each) { return each.outcome == rule::Outcome::fails; };
    const auto count = std::count_if(looks.begin(), looks.end(), fails);
    if (static_cast<std::size_t>(count) <= examined_most) return;
    std::vector<int> failing(offers, 0);
    for (const auto& each : looks) {
        if (fails(each)) failing[each.offer] = misses(each.offer);
    }
    std::stable_sort(looks.begin(), looks.end(), [&](const Look& a, const Look& b) {
        return failing[a.offer] < failing[b.offer];
    });
}

Look look_at(const Offer& offer, rule::Outcome outcome, const Wish& wish, const Weights& weights) {
    Look found;
    found.outcome = outcome;
    found.misfits = misfits_of(offer, wish);
    found.standing = standing_of(offer, found.outcome, found.misfits);
    found.all_in_cost_ppm = all_in_cost(offer, wish).ppm;
    found.parts = {
        cost_part(found.all_in_cost_ppm, weights),
        chance_part(offer),
        answer_part(offer.answer_days, weights),
        fit_of(offer, wish),
        0};
    rescore(found, weights, 0, found.outcome == rule::Outcome::unknown ? 1 : 0);
    return found;
}

bool better(const Verdict& a, const Verdict& b) {
    if (a.standing != b.standing) return a.standing < b.standing;
    if (a.score_ppm != b.score_ppm) return a.score_ppm > b.score_ppm;
    return a.id < b.id;
}

// The slow part, best first: `looks` in the order in which they are examined.
Matches ranked(
    std::span<const Offer> offers,
    std::vector<Look> looks,
    const rule::Row& row,
    const Wish& wish,
    base::Date today,
    const Weights& weights,
    const Limits& limits) {
    Matches matches;
    std::size_t examined = 0;
    for (auto& each : looks) {
        const auto& offer = offers[each.offer];
        if (each.outcome == rule::Outcome::fails && examined++ >= limits.examined_most) {
            matches.unexamined += 1;
            auto verdict = Verdict{};
            verdict.offer = each.offer;
            verdict.id = offer.id;
            verdict.standing = Standing::not_eligible;
            verdict.all_in_cost = base::Rate{each.all_in_cost_ppm};
            verdict.score_ppm = each.score_ppm;
            verdict.misfits = misfit_sentences(offer, wish, each.misfits);
            verdict.components = components_of(offer, each, weights);
            matches.verdicts.push_back(std::move(verdict));
            continue;
        }
        matches.verdicts.push_back(judge(offer, each, row, wish, today, weights).verdict);
    }
    std::sort(matches.verdicts.begin(), matches.verdicts.end(), better);
    for (std::size_t i = 0; i < matches.verdicts.size() && i < limits.explained_most; ++i) {
        auto& verdict = matches.verdicts[i];
        verdict.explanation = explanation_of(offers[verdict.offer], row, today);
        verdict.sentence = reason(verdict, *verdict.explanation);
    }
    return matches;
}

} // namespace

Standing standing_of(const Offer& offer, rule::Outcome outcome, std::uint32_t misfits) {
    if (outcome == rule::Outcome::fails) return Standing::not_eligible;
    if (outcome == rule::Outcome::unknown) {
        switch (offer.when_unknown) {
        case WhenUnknown::ask: return Standing::unknown;
        case WhenUnknown::refuse: return Standing::not_eligible;
        case WhenUnknown::pass: break;
        }
    }
    return misfits == 0 ? Standing::eligible : Standing::nearly;
}

base::Rate all_in_cost(const Offer& offer, const Wish& wish) {
    auto months = std::max(wish.term_months.value_or(12), offer.term_min_months);
    if (offer.term_max_months > 0) months = std::min(months, offer.term_max_months);
    return yearly_cost(
        {.rate = offer.rate,
         .fee_rate = offer.fee_rate,
         .subsidy_rate = offer.subsidy_rate,
         .months = months,
         .repaid = offer.repaid});
}

Look look(
    const Offer& offer,
    const rule::Row& row,
    const Wish& wish,
    base::Date today,
    const Weights& weights) {
    return look_at(offer, outcome_of(offer, row, today), wish, weights);
}

std::vector<Look> look(
    std::span<const Offer> offers,
    const rule::Row& row,
    const Wish& wish,
    base::Date today,
    const Weights& weights) {
    std::vector<Look> looks;
    looks.reserve(offers.size());
    for (const auto& offer : offers) {
        looks.push_back(look(offer, row, wish, today, weights));
        looks.back().offer = looks.size() - 1;
    }
    return looks;
}

Verdict explain(
    const Offer& offer,
    const rule::Row& row,
    const Wish& wish,
    base::Date today,
    const Weights& weights) {
    auto judged = judge(offer, look(offer, row, wish, today, weights), row, wish, today, weights);
    auto& verdict = judged.verdict;
    verdict.explanation = explanation_of(offer, row, today);
    verdict.sentence = reason(verdict, *verdict.explanation);
    return std::move(verdict);
}

Matches match(
    std::span<const Offer> offers,
    const rule::Row& row,
    const Wish& wish,
    base::Date today,
    const Weights& weights,
    const Limits& limits) {
    auto looks = look(offers, row, wish, today, weights);
    near_misses_first(looks, offers.size(), limits.examined_most, [&](std::size_t offer) {
        return misses_of(offers[offer], row, today);
    });
    return ranked(offers, std::move(looks), row, wish, today, weights, limits);
}

Matches match(
    const Indexed& indexed,
    std::span<const Offer> offers,
    const rule::Row& row,
    const Wish& wish,
    base::Date today,
    const Weights& weights,
    const Limits& limits) {
    Sieved standings;
    indexed.version.ask(row, today, Version::Depth::near, indexed.workspace, standings);
    std::unordered_map<std::int64_t, std::pair<rule::Outcome, int>> by_id;
    const auto note = [&](const Found& some, rule::Outcome outcome, int misses) {
        for (const auto id : some.ids())
            by_id[id] = {outcome, misses};
    };
    note(standings.eligible, rule::Outcome::holds, 0);
    note(standings.unknown, rule::Outcome::unknown, 0);
    note(standings.one_off, rule::Outcome::fails, 1);
    note(standings.two_off, rule::Outcome::fails, 2);
    const auto found = [&](std::size_t offer) {
        const auto known = by_id.find(indexed.ids.empty() ? offers[offer].id : indexed.ids[offer]);
        return known != by_id.end() ? known->second : std::pair{rule::Outcome::fails, misses_most};
    };
    std::vector<Look> looks;
    looks.reserve(offers.size());
    for (std::size_t i = 0; i < offers.size(); ++i) {
        looks.push_back(look_at(offers[i], found(i).first, wish, weights));
        looks.back().offer = i;
    }
    near_misses_first(looks, offers.size(), limits.examined_most, [&](std::size_t offer) {
        return found(offer).second;
    });
    return ranked(offers, std::move(looks), row, wish, today, weights, limits);
}

Candidate candidate(const Offer& offer, const rule::Row& row, base::Date today) {
    Candidate found;
    const auto outcome = outcome_of(offer, row, today);
    found.standing = standing_of(offer, outcome, 0);
    if (found.standing == Standing::unknown) found.missing = missing_of(offer, row, today);
    if (outcome == rule::Outcome::fails) {
        found.failing = rule::failing_clauses(*offer.eligibility, row, today);
        found.change = rule::smallest_change(*offer.eligibility, row, today);
        if (found.change) found.standing = Standing::nearly;
    }
    return found;
}

std::vector<Candidate> candidates(
    const Offer& offer, std::span<const rule::Row> rows, base::Date today) {
    std::vector<Candidate> all;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto found = candidate(offer, rows[i], today);
        found.row = i;
        if (found.standing != Standing::not_eligible) all.push_back(std::move(found));
    }
    const auto order = [](const Candidate& a, const Candidate& b) {
        if (a.standing != b.standing) return a.standing < b.standing;
        const auto steps = [](const Candidate& c) { return c.change ? c.change->steps.size() : 0; };
        if (steps(a) != steps(b)) return steps(a) < steps(b);
        const auto distance = [](const Candidate& c) {
            return c.change ? c.change->distance : 0.0;
        };
        return distance(a) < distance(b);
    };
    std::stable_sort(all.begin(), all.end(), order);
    return all;
}

} // namespace match
