#include "engine/graph/shells.hpp"

#include "base/result.hpp"

#include <algorithm>
#include <map>

namespace graph {

Shells::Shells(const ShellWeights& weights)
    : weights_(weights) {
    base::ensure(
        weights.calm > 0 && weights.calm <= weights.hub && weights.linked.ppm > 0,
        "the weights of shared identifiers are in order");
}

Mark Shells::add_mark(Kind kind) {
    base::ensure(
        kind == Kind::same_person || kind == Kind::same_phone || kind == Kind::same_address ||
            kind == Kind::same_account,
        "a shared identifier is a person, a phone, an address or an account");
    kinds_.push_back(kind);
    holders_.emplace_back();
    return static_cast<Mark>(kinds_.size() - 1);
}

std::vector<Days>& Shells::days_of(std::vector<Held>& list, std::uint32_t of) {
    const auto at = std::ranges::lower_bound(list, of, {}, &Held::of);
    if (at != list.end() && at->of == of) return at->days;
    return list.insert(at, {of, {}})->days;
}

void Shells::add(const Holding& holding) {
    base::ensure(holding.mark < kinds_.size(), "an identifier was made before it is held");
    if (holding.firm >= held_.size()) held_.resize(std::size_t{holding.firm} + 1);
    if (holding.days.last < holding.days.first) return;
    add_days(days_of(held_[holding.firm], holding.mark), holding.days);
    add_days(days_of(holders_[holding.mark], holding.firm), holding.days);
}

base::Rate Shells::weight(Mark mark) const {
    const auto count = static_cast<std::int64_t>(holders(mark));
    if (is_hub(mark)) return {};
    const auto full = [&] {
        switch (kinds_[mark]) {
        case Kind::same_person: return weights_.same_person.ppm;
        case Kind::same_account: return weights_.same_account.ppm;
        case Kind::same_phone: return weights_.same_phone.ppm;
        case Kind::same_address: return weights_.same_address.ppm;
        case Kind::guarantee:
        case Kind::shareholding:
        case Kind::payment:
        case Kind::invoice: break;
        }
        return std::int64_t{0};
    }();
    const std::int64_t calm = weights_.calm;
    return {count <= calm ? full : full * calm / count};
}

std::vector<Link> Shells::links_of(Node firm) const {
    std::map<Node, Link> met;
    std::vector<Days> both;
    for (const auto& own : held_[firm]) {
        const auto counts = weight(own.of);
        if (counts.ppm == 0) continue;
        for (const auto& theirs : holders_[own.of]) {
            if (theirs.of == firm) continue;
            meet(own.days, theirs.days, both);
            if (both.empty()) continue;
            auto& link = met[theirs.of];
            link.other = theirs.of;
            link.weight.ppm += counts.ppm;
            link.shared.push_back(own.of);
        }
    }
    std::vector<Link> links;
    for (auto& [other, link] : met)
        if (link.weight >= weights_.linked) links.push_back(std::move(link));
    return links;
}

void Shells::reach(Node firm, std::vector<bool>& seen, std::vector<Node>& found) const {
    seen[firm] = true;
    found.assign(1, firm);
    for (std::size_t at = 0; at < found.size(); ++at)
        for (const auto& link : links_of(found[at])) {
            if (seen[link.other]) continue;
            seen[link.other] = true;
            found.push_back(link.other);
        }
    std::ranges::sort(found);
}

std::vector<Node> Shells::cluster_of(Node firm) const {
    std::vector<bool> seen(held_.size());
    std::vector<Node> found;
    reach(firm, seen, found);
    return found;
}

std::vector<std::vector<Node>> Shells::clusters() const {
    std::vector<bool> seen(held_.size());
    std::vector<std::vector<Node>> all;
    std::vector<Node> found;
    for (Node firm = 0; firm < firms(); ++firm) {
        if (seen[firm]) continue;
        reach(firm, seen, found);
        if (found.size() >= weights_.least) all.push_back(found);
    }
    std::ranges::stable_sort(
        all, std::ranges::greater{}, [](const auto& each) { return each.size(); });
    return all;
}

ShellFeatures Shells::features(Node firm) const {
    ShellFeatures features;
    std::vector<Mark> shared;
    for (const auto& link : links_of(firm)) {
        ++features.links;
        features.strongest = std::max(features.strongest, link.weight);
        shared.insert(shared.end(), link.shared.begin(), link.shared.end());
    }
    std::ranges::sort(shared);
    const auto rest = std::ranges::unique(shared);
    features.shared = static_cast<std::uint32_t>(rest.begin() - shared.begin());
    features.hubs = static_cast<std::uint32_t>(
        std::ranges::count_if(held_[firm], [&](const Held& each) { return is_hub(each.of); }));
    if (features.links > 0) features.cluster = static_cast<std::uint32_t>(cluster_of(firm).size());
    return features;
}

} // namespace graph
