// A product beside its neighbours: one that nobody needs, tiers that overlap or leave a gap.
#include "engine/lint/place.hpp"
#include "engine/rule/normal.hpp"

#include <limits>

namespace lint {
namespace {

using rule::Room;
using rule::Span;

bool within(
    std::int64_t least, std::int64_t most, std::int64_t other_least, std::int64_t other_most) {
    const auto top = [](std::int64_t limit) {
        return limit == 0 ? std::numeric_limits<std::int64_t>::max() : limit;
    };
    return least >= other_least && top(most) <= top(other_most);
}

bool accepts_all_of(const std::vector<std::string>& wide, const std::vector<std::string>& narrow) {
    if (wide.empty()) return true;
    return !narrow.empty() && std::ranges::all_of(narrow, [&](const std::string& one) {
        return std::ranges::find(wide, one) != wide.end();
    });
}

// Whether whoever may have `product` does as well with `other`.
bool as_good(const Product& other, const Product& product) {
    return within(
               product.amount_min.fen,
               product.amount_max.fen,
               other.amount_min.fen,
               other.amount_max.fen) &&
           within(
               product.term_min_months,
               product.term_max_months,
               other.term_min_months,
               other.term_max_months) &&
           other.cost <= product.cost &&
           accepts_all_of(other.guarantee_modes, product.guarantee_modes) &&
           (other.eligibility == nullptr || implies(*product.eligibility, *other.eligibility));
}

base::Text called(const Product& product) {
    return {"「" + product.name.zh + "」", "“" + product.name.en + "”"};
}

// Two rules that ask the same but for the stretch of one term: tiers of one ladder.
struct Tier {
    Span mine;
    Span other;
    rule::Term term;
};

std::optional<Span> stretch_of(const rule::Literal& literal) {
    if (literal.room.of_words || literal.room.spans.size() != 1) return std::nullopt;
    return literal.room.spans.front();
}

std::optional<Tier> tier_of(const rule::Normal& a, const rule::Normal& b) {
    if (a.ways.size() != 1 || b.ways.size() != 1 || a.ways[0].size() != b.ways[0].size())
        return std::nullopt;
    std::optional<Tier> found;
    for (const auto& mine : a.ways[0]) {
        const auto& term = a.terms[mine.term];
        const auto other = std::ranges::find_if(b.ways[0], [&](const rule::Literal& each) {
            return b.terms[each.term].text == term.text;
        });
        if (other == b.ways[0].end()) return std::nullopt;
        if (other->room == mine.room) continue;
        const auto here = stretch_of(mine);
        const auto there = stretch_of(*other);
        if (!here || !there || found || !term.place) return std::nullopt;
        found = Tier{*here, *there, term};
    }
    return found;
}

base::Text shown(const rule::Term& term, std::int64_t key) {
    const auto& attribute = (*term.tree->attributes)[*term.place];
    return rule::display(rule::value_of_key(key, attribute), attribute);
}

Finding overlapping(const Product& product, const Product& other, const Tier& tier, Span shared) {
    auto found =
        placed(product.eligibility->tree(), product.eligibility->tree().root, Kind::overlap);
    const auto& label = (*tier.term.tree->attributes)[*tier.term.place].label;
    const auto from = shown(tier.term, shared.least);
    const auto to = shown(tier.term, shared.most);
    const auto name = called(other);
    found.message = {
        "与" + name.zh + "的档次重叠：" + label.zh + "在 " + from.zh + " 到 " + to.zh +
            " 之间两档都符合",
        "overlaps the tier of " + name.en + ": both take " + label.en + " from " + from.en +
            " to " + to.en};
    found.cure = {"把一档的上限改到另一档的下限以下", "end one tier below where the other begins"};
    return found;
}

Finding apart(const Product& product, const Product& other, const Tier& tier, Span between) {
    auto found = placed(product.eligibility->tree(), product.eligibility->tree().root, Kind::gap);
    const auto& label = (*tier.term.tree->attributes)[*tier.term.place].label;
    const auto from = shown(tier.term, between.least);
    const auto to = shown(tier.term, between.most);
    const auto name = called(other);
    const auto range_zh = from.zh == to.zh ? from.zh : from.zh + " 到 " + to.zh;
    const auto range_en = from.en == to.en ? from.en : from.en + " to " + to.en;
    found.message = {
        "与" + name.zh + "之间有空档：" + label.zh + " " + range_zh + " 两档都不符合",
        "leaves a gap to " + name.en + ": " + label.en + " of " + range_en + " fits neither tier"};
    found.cure = {"让一档的下限等于另一档的上限", "let one tier begin where the other ends"};
    return found;
}

// The stretch between two that do not meet; nothing when they do.
std::optional<Span> between(const Span& a, const Span& b) {
    const auto& low = a.least < b.least ? a : b;
    const auto& high = a.least < b.least ? b : a;
    if (low.most >= high.least || low.most + 1 == high.least) return std::nullopt;
    return Span{low.most + 1, high.least - 1};
}

struct Gap {
    const Product* other = nullptr;
    Tier tier;
    Span between;
};

} // namespace

std::vector<Finding> neighbours(const Product& product, std::span<const Product> others) {
    std::vector<Finding> found;
    if (product.eligibility == nullptr) return found;
    const auto mine = rule::normal(*product.eligibility);
    std::vector<Gap> gaps; // at most one below and one above are real: the nearest
    std::vector<Span> tiers;
    for (const auto& other : others) {
        if (other.code == product.code || other.family != product.family) continue;
        if (as_good(other, product)) {
            auto subsumed = placed(
                product.eligibility->tree(), product.eligibility->tree().root, Kind::subsumed);
            const auto name = called(other);
            subsumed.message = {
                "能办这个产品的企业都能办" + name.zh +
                    "，而且额度、期限、成本都不差，这个产品没有用处",
                "whoever is eligible is also eligible for " + name.en +
                    ", which is no worse in amount, term and cost; this product is of no use"};
            subsumed.cure = {
                "放宽这个产品的条件，或给它更好的价格",
                "widen its conditions, or give it a better price"};
            found.push_back(std::move(subsumed));
            continue;
        }
        if (other.eligibility == nullptr) continue;
        const auto tier = tier_of(mine, rule::normal(*other.eligibility));
        if (!tier) continue;
        tiers.push_back(tier->other);
        const Span shared{
            std::max(tier->mine.least, tier->other.least),
            std::min(tier->mine.most, tier->other.most)};
        const bool contained = shared == tier->mine || shared == tier->other;
        if (shared.least <= shared.most && !contained)
            found.push_back(overlapping(product, other, *tier, shared));
        if (const auto empty = between(tier->mine, tier->other))
            gaps.push_back({&other, *tier, *empty});
    }
    for (const auto& gap : gaps) {
        const bool filled = std::ranges::any_of(tiers, [&](const Span& span) {
            return span.least <= gap.between.most && span.most >= gap.between.least;
        });
        if (!filled) found.push_back(apart(product, *gap.other, gap.tier, gap.between));
    }
    return found;
}

} // namespace lint
