// A model's card, and the file that keeps both.
//
// The file is text, a value a word, texts in quotation marks with \" \\ \n; it begins with
// `rongqiao-score 2`. Numbers are the shortest that read back to the same bits, so the same model
// is the same bytes.
#pragma once

#include "engine/score/drift.hpp"
#include "engine/score/model.hpp"
#include "engine/score/validate.hpp"

namespace score {

// The model on each value of a column: size, ownership, town, industry.
struct Fairness {
    std::string column;
    std::vector<Segment> segments;
};

struct Card {
    std::string data;        // the file's name
    std::string data_sha256; // of its bytes
    std::string protocol;    // "10-fold, stratified, seed 1"
    std::uint64_t seed = 0;
    std::uint64_t rows = 0;
    std::uint64_t positives = 0;
    Metrics metrics; // of rows not learned from
    Intervals intervals;
    std::vector<std::string> left_out; // column: why
    std::vector<std::string> refused;  // leaks: column: why
    std::vector<std::string> allowed;  // leaks that were let in
    Standing standing;                 // what drift is measured against
    double threshold = 0.5;            // from which `fairness` counts a row as flagged
    std::vector<Fairness> fairness;    // of rows not learned from
};

struct Kept {
    Model model;
    Card card;
};

[[nodiscard]] std::string write_model(const Kept& kept);
// `score.model` when it is not such a file, with the byte; every index in it is checked.
[[nodiscard]] base::Result<Kept> read_model(std::string_view text);

} // namespace score
