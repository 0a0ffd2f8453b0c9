// Where all rows of a table stand with one offer: candidate() for every row at once, from columns.
#pragma once

#include "engine/column/decide.hpp"
#include "engine/match/match.hpp"

namespace match {

class Standings {
public:
    // Looking for the smallest change is the dear part: it is done for the first `changes_most`
    // rows that the rule refuses; beyond, a near miss counts as not eligible.
    Standings(
        const column::Table& table, const Offer& offer, base::Date today, std::size_t changes_most);

    [[nodiscard]] const column::Bitmap& of(Standing standing) const {
        return sets_[static_cast<std::size_t>(standing)];
    }

    [[nodiscard]] std::int64_t count(Standing standing) const {
        return static_cast<std::int64_t>(of(standing).count());
    }

    [[nodiscard]] Standing at(std::size_t row) const;

private:
    column::Bitmap& set(Standing standing) { return sets_[static_cast<std::size_t>(standing)]; }

    std::array<column::Bitmap, 4> sets_; // by Standing; each row is in one
};

} // namespace match
