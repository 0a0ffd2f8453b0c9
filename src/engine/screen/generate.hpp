// Synthetic lists of company names, and names to screen against a list: slips that people and
// machines make of listed names, and other firms that are not listed. All of it is made up and the
// same for the same seed.
#pragma once

#include "engine/screen/screen.hpp"

namespace screen {

// So many entries on synthetic black lists. One name in ten has no division; trade names have two
// letters (60 %), three or four; a tenth of the forms are other than 有限公司.
[[nodiscard]] std::vector<Entry> generate_entries(
    const Names& names, std::size_t count, std::uint64_t seed);

// How a question came from the list. The first ones are of the entry itself, with slips from the
// tables that the comparison reads too; those from `blind_lost` on are of the entry with slips made
// anywhere in its name without any table; those from `other_trade` on are other firms, not on the
// list.
enum class Kind {
    same,
    no_division,
    division_in_brackets,
    division_with_end,
    form_short,
    no_form,
    form_slip,
    brackets_and_blanks,
    full_width,
    traditional,
    sound,
    near_sound,
    look,
    swapped,
    lost,
    added,
    doubled,
    illegible,
    other_letter,
    two_slips,
    blind_lost,
    blind_added,
    blind_doubled,
    blind_swapped,
    blind_letter,
    cut_short,
    other_form,
    in_pinyin,
    other_trade,
    other_letter_in_trade,
    other_division,
    other_industry,
    another_firm
};
BOOST_DESCRIBE_ENUM(
    Kind,
    same,
    no_division,
    division_in_brackets,
    division_with_end,
    form_short,
    no_form,
    form_slip,
    brackets_and_blanks,
    full_width,
    traditional,
    sound,
    near_sound,
    look,
    swapped,
    lost,
    added,
    doubled,
    illegible,
    other_letter,
    two_slips,
    blind_lost,
    blind_added,
    blind_doubled,
    blind_swapped,
    blind_letter,
    cut_short,
    other_form,
    in_pinyin,
    other_trade,
    other_letter_in_trade,
    other_division,
    other_industry,
    another_firm)

inline constexpr Kind first_blind = Kind::blind_lost;
inline constexpr Kind first_other = Kind::other_trade;

struct Slip {
    std::string name; // what is asked for
    Kind kind = Kind::same;
    std::int64_t line = 0; // of the entry; 0: of none
    friend bool operator==(const Slip&, const Slip&) = default;
};

// Up to so many of each kind, from entries drawn at random; an entry to which a kind does not apply
// (no division to leave out) is passed over. An other firm has no listed name, and no listed firm
// has its trade name and industry without saying in which division.
[[nodiscard]] std::vector<Slip> perturb(
    const Names& names, std::span<const Entry> entries, std::size_t each, std::uint64_t seed);

// What a screening found of the slips, by kind.
struct Found {
    Kind kind = Kind::same;
    std::uint64_t asked = 0;
    std::uint64_t found = 0; // of the entry: that very entry; of other firms: anything at all
};
BOOST_DESCRIBE_STRUCT(Found, (), (kind, asked, found))

struct Measured {
    std::uint64_t listed = 0;
    std::uint64_t listed_found = 0;
    std::uint64_t blind = 0;
    std::uint64_t blind_found = 0;
    std::uint64_t others = 0;
    std::uint64_t others_found = 0;
    std::vector<Found> kinds;
};
BOOST_DESCRIBE_STRUCT(
    Measured, (), (listed, listed_found, blind, blind_found, others, others_found, kinds))

// Counts one question after another.
class Measure {
public:
    void count(Kind kind, bool found);
    [[nodiscard]] Measured measured() const;

private:
    std::map<Kind, Found> kinds_;
};

} // namespace screen
