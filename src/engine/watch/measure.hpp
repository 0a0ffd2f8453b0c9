// Alerts held against labels: how much of what was planted is found, and how much of what is named
// was planted.
#pragma once

#include "base/json.hpp"
#include "engine/table/row_source.hpp"

#include <istream>

namespace watch {

struct PatternScore {
    std::string pattern;
    std::int64_t groups = 0;
    std::int64_t groups_found = 0; // at least half of the group's transactions are named
    std::int64_t planted = 0;      // transactions
    std::int64_t found = 0;
    double recall = 0;
};
BOOST_DESCRIBE_STRUCT(PatternScore, (), (pattern, groups, groups_found, planted, found, recall))

struct TypologyScore {
    std::string typology;
    std::int64_t named = 0; // transactions its alerts name
    std::int64_t planted = 0;
    double precision = 0;
};
BOOST_DESCRIBE_STRUCT(TypologyScore, (), (typology, named, planted, precision))

struct Measured {
    std::int64_t planted = 0;
    std::int64_t named = 0;
    std::int64_t both = 0;
    double recall = 0;
    double precision = 0;
    std::int64_t alerts = 0;
    std::int64_t alerts_true = 0; // at least one transaction named was planted
    std::vector<PatternScore> patterns;
    std::vector<TypologyScore> typologies;
};
BOOST_DESCRIBE_STRUCT(
    Measured,
    (),
    (planted, named, both, recall, precision, alerts, alerts_true, patterns, typologies))

// `alerts` are the lines of `watch run`; `labels` a table with columns id, pattern and, if there
// are, group. Errors: `watch.no_column`, `watch.alerts` for a line that is none.
[[nodiscard]] base::Result<Measured> measure(std::istream& alerts, table::RowSource& labels);

} // namespace watch
