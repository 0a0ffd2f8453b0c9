// Columns that give the answer away, named before anything is learned.
#pragma once

#include "engine/score/frame.hpp"

#include <string>
#include <vector>

namespace score {

enum class LeakKind {
    answers,         // alone it tells the outcome nearly always
    exact_values,    // its exact values tell far more than its size: written after the outcome
    missing_mirrors, // whether it is filled tells the outcome
    coverage,        // several columns are missing together, more in one class
    coverage_flag    // says whether other columns are filled, or that a source covers the row
};

struct Leak {
    std::string column;
    LeakKind kind = LeakKind::answers;
    double auc = 0; // of what gives it away
    base::Text why;
};

// What was measured of one column, for a person who looks.
struct Glance {
    std::string column;
    double auc = 0.5;         // of six bins, or of a category's rates
    double exact_auc = 0.5;   // of its exact values, each judged by other rows
    double missing_auc = 0.5; // of whether it is missing
    double missing_share = 0;
    double iv = 0;
};

struct LeakCheck {
    std::vector<Glance> glances;
    std::vector<Leak> leaks; // in the order of the columns
};

// Looks at 60,000 rows at most, evenly taken.
[[nodiscard]] LeakCheck check_leaks(const Frame& frame);
// Takes the leaks' columns out, but for the allowed ("all" allows every one). Answers what was
// taken.
[[nodiscard]] std::vector<Leak> refuse_leaks(
    Frame& frame, const std::vector<Leak>& leaks, std::span<const std::string> allowed);

} // namespace score
