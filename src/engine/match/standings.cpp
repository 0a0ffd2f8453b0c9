#include "engine/match/standings.hpp"

#include "engine/column/aggregate.hpp"

namespace match {

Standings::Standings(
    const column::Table& table, const Offer& offer, base::Date today, std::size_t changes_most) {
    sets_.fill(column::Bitmap(table.rows()));
    auto refused = column::all_rows(table);
    if (offer.eligibility == nullptr) {
        set(Standing::eligible) = std::move(refused);
        return;
    }
    const auto verdicts = column::decide(table, *offer.eligibility, today);
    set(standing_of(offer, rule::Outcome::holds)) |= verdicts.holds;
    set(standing_of(offer, rule::Outcome::unknown)) |= verdicts.unknown;
    refused -= verdicts.holds;
    refused -= verdicts.unknown;
    std::size_t sought = 0;
    refused.each([&](std::size_t row) {
        const bool nearly =
            sought++ < changes_most &&
            rule::smallest_change(*offer.eligibility, table.row(row), today).has_value();
        set(nearly ? Standing::nearly : Standing::not_eligible).set(row);
    });
}

Standing Standings::at(std::size_t row) const {
    std::size_t standing = 0;
    while (!sets_[standing].test(row))
        standing += 1;
    return static_cast<Standing>(standing);
}

} // namespace match
