// The loan prime rate (贷款市场报价利率, LPR) by day. A fixing holds from the day it is announced
// until the next.
#pragma once

#include "base/finding.hpp"
#include "base/json.hpp"

#include <string>
#include <vector>

namespace reference {

enum class LprTerm { one_year, five_years };
BOOST_DESCRIBE_ENUM(LprTerm, one_year, five_years)

struct LprRow {
    base::Date from;
    std::string one_year_percent; // "3.45"
    std::string five_year_percent;
    friend bool operator==(const LprRow&, const LprRow&) = default;
};
BOOST_DESCRIBE_STRUCT(LprRow, (), (from, one_year_percent, five_year_percent))

// packs/…/lpr.yaml
struct LprTable {
    base::Text source;
    std::vector<LprRow> fixings;
    friend bool operator==(const LprTable&, const LprTable&) = default;
};
BOOST_DESCRIBE_STRUCT(LprTable, (), (source, fixings))

[[nodiscard]] std::vector<base::Finding> check(const LprTable& table);

struct LprFixing {
    base::Date from; // the day a contract names beside its basis points
    base::Rate one_year;
    base::Rate five_years;
    bool stale =
        false; // asked more than 45 days after the last fixing the table has: a newer one exists

    [[nodiscard]] base::Rate rate(LprTerm term) const {
        return term == LprTerm::one_year ? one_year : five_years;
    }

    friend bool operator==(const LprFixing&, const LprFixing&) = default;
};
BOOST_DESCRIBE_STRUCT(LprFixing, (), (from, one_year, five_years, stale))

class LprHistory {
public:
    static base::Result<LprHistory> make(const LprTable& table); // error `reference.lpr`
    // The fixing in force on a day; `reference.lpr_unknown` before the first one.
    [[nodiscard]] base::Result<LprFixing> on(base::Date date) const;

    [[nodiscard]] const std::vector<LprFixing>& fixings() const { return fixings_; }

private:
    std::vector<LprFixing> fixings_; // by day
};

} // namespace reference
