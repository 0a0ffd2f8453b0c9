// How far a name that is asked for is one that is kept: points by part, whose sum is the score.
//
// A name has 1,000 points: trade name 560, industry 240 (without one, the trade name has both),
// division 120, form 80. What differs costs. Letters are aligned at the least cost (Damerau's edits
// of neighbours); each has its share of its part's points w, in a trade name of four the first two
// three tenths each. Per letter: looks or sounds the same 15 % of w, sounds nearly so 30 %,
// illegible 25 %, swapped with its neighbour 20 % each, lost or added 60 %, doubled 25 %, another
// 120 %.
#pragma once

#include "engine/screen/name.hpp"

#include <array>
#include <span>

namespace screen {

enum class Part { code, trade_name, industry, division, form, branch };
BOOST_DESCRIBE_ENUM(Part, code, trade_name, industry, division, form, branch)

inline constexpr int points_most = 1'000;
inline constexpr int trade_points = 560;
inline constexpr int industry_points = 240;
inline constexpr int division_points = 120;
inline constexpr int form_points = 80;

struct Feature {
    Part part = Part::trade_name;
    int points = 0;
    int most = 0;
    base::Text why;
};
BOOST_DESCRIBE_STRUCT(Feature, (), (part, points, most, why))

// The least score that is a hit, by the letters of the kept trade name: a short one must agree
// better, since it says less.
[[nodiscard]] int least_score(std::size_t trade_letters);

// A letter with its share of the points.
struct Weighed {
    Letter letter;
    Part part = Part::trade_name;
    std::int16_t weight = 0;
    std::int16_t gap = 0; // what it costs when the other name lacks it
};

// What at least a letter costs that stands for one of a kept division of so many letters, and one
// that an industry of so many letters has besides.
[[nodiscard]] int other_division_letter(std::size_t letters);
[[nodiscard]] int added_industry_letter(std::size_t letters);

// The letters of a kept name, those of its division first, without their shares.
[[nodiscard]] std::vector<Weighed> weighed(const Name& kept);

// What divisions, forms and branches that are known cost by themselves.
struct Apart {
    int division = 0;
    int form = 0;
    int branch = 0;
    bool align_divisions = false; // their letters are compared like the others

    [[nodiscard]] int cost() const { return division + form + branch; }
};

[[nodiscard]] Apart apart(const Names& names, const Name& kept, const Name& asked);

// Room for one alignment after another.
class Alignment {
public:
    // The least cost, or anything above `most` when it is above. `letters` are weighed(kept).
    int cost(
        std::span<const Weighed> letters,
        const Name& kept,
        const Name& asked,
        bool align_divisions,
        int most);

    // By part, of the last cost(), which was not above its `most`.
    struct Slips {
        int cost = 0;
        int look = 0;
        int sound = 0;
        int near = 0;
        int illegible = 0;
        int swapped = 0;
        int lost = 0;
        int added = 0;
        int other = 0;
    };

    [[nodiscard]] std::array<Slips, 6> slips() const;

private:
    void place(
        std::span<const Weighed> letters, const Name& kept, const Name& asked, bool divisions);
    [[nodiscard]] int changed(std::size_t kept, std::size_t asked) const;
    [[nodiscard]] bool swaps(std::size_t kept, std::size_t asked) const;
    [[nodiscard]] int lost(std::size_t kept, std::size_t asked) const;
    [[nodiscard]] int added(std::size_t kept, std::size_t asked) const;

    std::array<Weighed, letters_most> kept_{};
    std::array<Weighed, letters_most> asked_{};
    std::size_t kept_count_ = 0;
    std::size_t asked_count_ = 0;
    std::array<std::array<std::int16_t, letters_most + 1>, letters_most + 1> least_{};
};

// All parts with their points and reasons, for a name that was aligned last.
[[nodiscard]] std::vector<Feature> features(
    const Names& names,
    const Name& kept,
    const Name& asked,
    const Apart& apart,
    const Alignment& alignment);

} // namespace screen
