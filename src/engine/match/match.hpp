// Products for an enterprise, and enterprises for a product: who is eligible, who nearly is and by
// what change, for whom data are missing, in an order whose reasons are visible.
//
// Two steps, so that many products cost little: look() judges every offer without building a
// sentence; match() ranks, looks for the smallest change of near misses, and explains those that
// will be shown.
#pragma once

#include "engine/match/chance.hpp"
#include "engine/match/cost.hpp"
#include "engine/rule/rule.hpp"

#include <array>
#include <span>

namespace match {

// What an offer whose rule is unknown for want of data means: ask for the data (补充材料), turn
// away, or let pass.
enum class WhenUnknown { ask, refuse, pass };
BOOST_DESCRIBE_ENUM(WhenUnknown, ask, refuse, pass)

// One product as matching sees it. `eligibility` belongs to the caller and outlives the offer; null
// admits everyone.
struct Offer {
    std::int64_t id = 0;
    std::string institution; // code
    base::Text name;
    const rule::Program* eligibility = nullptr;
    WhenUnknown when_unknown = WhenUnknown::ask;
    base::Money amount_min;
    base::Money amount_max; // 0: no limit
    std::int32_t term_min_months = 0;
    std::int32_t term_max_months = 0; // 0: no limit
    base::Rate rate;                  // a year, today: LPR ± basis points worked out, or fixed
    base::Rate fee_rate;              // guarantee fee or premium a year, borne by the enterprise
    base::Rate subsidy_rate;          // interest subsidy a year
    Repaid repaid = Repaid::monthly_interest;
    double answer_days = 3;       // working days, measured where there is a record, else promised
    bool answer_measured = false; // the median of this institution's own answers
    std::optional<Chance> chance; // of a yes; none: not counted, as at its prior
    std::vector<std::string> guarantee_modes; // codes; empty: any
    std::vector<std::string> purposes;        // codes; empty: any
    std::vector<std::string> tags;
};

// What the enterprise asks for. What it does not say does not count.
struct Wish {
    std::optional<base::Money> amount;
    std::optional<std::int32_t> term_months;
    std::optional<std::string> guarantee_mode;
    std::optional<std::string> purpose;
    std::optional<base::Rate> rate_most; // all-in
};
BOOST_DESCRIBE_STRUCT(Wish, (), (amount, term_months, guarantee_mode, purpose, rate_most))

enum class Standing { eligible, nearly, unknown, not_eligible };
BOOST_DESCRIBE_ENUM(Standing, eligible, nearly, unknown, not_eligible)

enum class Part { cost, chance, answer, fit, repair };
inline constexpr std::size_t part_count = 5;
BOOST_DESCRIBE_ENUM(Part, cost, chance, answer, fit, repair)

// How much each part counts, and where its scale begins and ends. All parts run from 0, worst, to
// 1, best:
//   cost    1 at cost_best and below, 0 at cost_worst and above, straight between
//   chance  the expected share of yeses; ½ where nothing is known
//   answer  1 at once, 0 at answer_worst_days and later, straight between
//   fit     mean over the amount and the term asked for of min(asked, limit) ÷ max(asked, limit), 1
//   within the limits repair  1 when nothing needs repair; 1 − distance ÷ 2, at least 0, for a
//   change (rule::Change::distance, each
//           misfit of the wish counting ½); 1 ÷ (1 + missing data) when unknown; 0 when there is no
//           way
// The score is Σ weight × part ÷ Σ weight, in ppm.
struct Weights {
    double cost = 0.35;
    double chance = 0.20;
    double answer = 0.15;
    double fit = 0.15;
    double repair = 0.15;
    base::Rate cost_best = base::Rate::percent(2);
    base::Rate cost_worst = base::Rate::percent(12);
    double answer_worst_days = 10;
};
BOOST_DESCRIBE_STRUCT(
    Weights, (), (cost, chance, answer, fit, repair, cost_best, cost_worst, answer_worst_days))

// The yearly cost of cost.hpp, over the term asked for or, where none is, over twelve months (or
// the offer's own limits where these are nearer).
[[nodiscard]] base::Rate all_in_cost(const Offer& offer, const Wish& wish = {});

enum class MisfitKind {
    amount_below,
    amount_above,
    term_below,
    term_above,
    guarantee_mode,
    purpose,
    rate
};
BOOST_DESCRIBE_ENUM(
    MisfitKind, amount_below, amount_above, term_below, term_above, guarantee_mode, purpose, rate)

// Where the wish, not the enterprise, does not suit the offer, and what to ask for instead.
struct Misfit {
    MisfitKind kind = MisfitKind::amount_above;
    base::Text sentence; // 该产品最高 500万元，申请 800万元，可改为 500万元以内
};
BOOST_DESCRIBE_STRUCT(Misfit, (), (kind, sentence))

// The quick judgement of one offer. Never `nearly` for want of a change found: match() decides
// that.
struct Look {
    std::size_t offer = 0;                          // place in the list given
    rule::Outcome outcome = rule::Outcome::unknown; // of the eligibility rule
    Standing standing = Standing::unknown;          // `nearly` when only the wish does not suit
    std::uint32_t misfits = 0;                      // bit 1 << MisfitKind
    std::int64_t all_in_cost_ppm = 0;
    std::array<double, part_count> parts{};
    std::int64_t score_ppm = 0;
};

[[nodiscard]] Look look(
    const Offer& offer,
    const rule::Row& row,
    const Wish& wish,
    base::Date today,
    const Weights& weights);
[[nodiscard]] std::vector<Look> look(
    std::span<const Offer> offers,
    const rule::Row& row,
    const Wish& wish,
    base::Date today,
    const Weights& weights);

// One part of the score as shown.
struct Component {
    Part part = Part::cost;
    base::Text label;
    base::Text shown; // 年化综合成本 4.35%
    std::int64_t value_ppm = 0;
    std::int64_t weight_ppm = 0; // share of the sum of weights
};
BOOST_DESCRIBE_STRUCT(Component, (), (part, label, shown, value_ppm, weight_ppm))

struct Verdict {
    std::size_t offer = 0; // place in the list given
    std::int64_t id = 0;
    Standing standing = Standing::unknown;
    base::Text sentence; // the reason in one sentence
    base::Rate all_in_cost;
    std::int64_t score_ppm = 0;
    std::vector<Component> components;
    std::vector<std::string> missing;   // attribute names, when unknown
    std::optional<rule::Change> change; // when nearly by the enterprise's own doing
    std::vector<Misfit> misfits;
    std::optional<rule::Explanation> explanation; // of the first `explained_most` verdicts
};
BOOST_DESCRIBE_STRUCT(
    Verdict,
    (),
    (offer,
     id,
     standing,
     sentence,
     all_in_cost,
     score_ppm,
     components,
     missing,
     change,
     misfits,
     explanation))

struct Limits {
    std::size_t examined_most = 500; // failing offers, those that miss by fewest conditions first,
                                     // for which a change is sought
    std::size_t explained_most = 50;
};

struct Matches {
    std::vector<Verdict>
        verdicts; // eligible, nearly, unknown, not eligible; the best score first; ties by id
    std::size_t unexamined = 0; // failing offers beyond `examined_most`, counted as not eligible
};

[[nodiscard]] Matches match(
    std::span<const Offer> offers,
    const rule::Row& row,
    const Wish& wish,
    base::Date today,
    const Weights& weights = {},
    const Limits& limits = {});

class Version;
class Workspace;

// An index (index.hpp) that has the program of every offer: under the offer's id, or under its
// place in `ids` where these are given.
struct Indexed {
    const Version& version;
    Workspace& workspace;
    std::span<const std::int64_t> ids = {};
};

// The same answers, found through the index.
[[nodiscard]] Matches match(
    const Indexed& indexed,
    std::span<const Offer> offers,
    const rule::Row& row,
    const Wish& wish,
    base::Date today,
    const Weights& weights = {},
    const Limits& limits = {});

// One offer in full, on demand.
[[nodiscard]] Verdict explain(
    const Offer& offer,
    const rule::Row& row,
    const Wish& wish,
    base::Date today,
    const Weights& weights = {});

// One enterprise for an offer.
struct Candidate {
    std::size_t row = 0; // place in the list given
    Standing standing = Standing::unknown;
    std::int32_t failing = 0;
    std::vector<std::string> missing;   // when unknown
    std::optional<rule::Change> change; // when nearly
};
BOOST_DESCRIBE_STRUCT(Candidate, (), (row, standing, failing, missing, change))

// By the rule's outcome alone, with `misfits` as in Look. Never `nearly` for want of a change
// found.
[[nodiscard]] Standing standing_of(
    const Offer& offer, rule::Outcome outcome, std::uint32_t misfits = 0);
[[nodiscard]] Candidate candidate(const Offer& offer, const rule::Row& row, base::Date today);
// Eligible, nearly (fewest and smallest changes first) and unknown ones; the rest is left out. Ties
// in list order.
[[nodiscard]] std::vector<Candidate> candidates(
    const Offer& offer, std::span<const rule::Row> rows, base::Date today);

} // namespace match
