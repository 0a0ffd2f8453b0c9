#include "engine/match/chance.hpp"

#include <boost/math/special_functions/beta.hpp>

#include <cmath>

namespace match {
namespace {

struct Tally {
    double yes = 0;
    double no = 0;

    void add(const Record& record) {
        yes += static_cast<double>(record.yes);
        no += static_cast<double>(record.no);
    }

    [[nodiscard]] double all() const { return yes + no; }
};

double updated(double prior, double claims, const Tally& tally) {
    return (prior * claims + tally.yes) / (claims + tally.all());
}

std::int64_t ppm(double share) { return std::llround(share * 1e6); }

} // namespace

Chance chance_of(
    std::span<const Record> records,
    std::int64_t product,
    std::int64_t institution,
    const std::string& kind,
    const Belief& belief) {
    Tally own;
    Tally desk; // the institution's other products
    Tally like; // other institutions' products of the kind
    for (const auto& record : records) {
        if (record.institution == institution) {
            (record.product == product && product != 0 ? own : desk).add(record);
        } else if (record.kind == kind && !kind.empty()) {
            like.add(record);
        }
    }
    const auto of_kind = updated(belief.start, belief.start_claims, like);
    const auto of_desk = updated(of_kind, belief.kind_claims, desk);
    const double yes = of_desk * belief.institution_claims + own.yes;
    const double no = (1 - of_desk) * belief.institution_claims + own.no;
    Chance chance;
    chance.mean_ppm = ppm(yes / (yes + no));
    chance.low_ppm = ppm(boost::math::ibeta_inv(yes, no, 0.05));
    chance.high_ppm = ppm(boost::math::ibeta_inv(yes, no, 0.95));
    const auto settle = [&](const Tally& tally, Basis basis) {
        if (chance.basis != Basis::none || tally.all() == 0) return;
        chance.basis = basis;
        chance.claims = static_cast<std::int64_t>(tally.all());
    };
    settle(own, Basis::product);
    settle(desk, Basis::institution);
    settle(like, Basis::kind);
    return chance;
}

} // namespace match
