// A pack's folder into values: reads every file, lays the pack over the one it extends, and fills
// in the figures. What is wrong comes back as findings beside whatever could be read.
#pragma once

#include "engine/calendar/calendar.hpp"
#include "engine/pack/finding.hpp"
#include "engine/pack/pack.hpp"
#include "engine/reference/area.hpp"
#include "engine/reference/grades.hpp"
#include "engine/reference/industry.hpp"
#include "engine/reference/lpr.hpp"
#include "engine/reference/size.hpp"

#include <filesystem>
#include <set>

namespace pack {

inline constexpr int extends_limit = 4;         // packs standing on one another
inline constexpr std::size_t files_limit = 500; // files of one pack

// The national tables: calendar/week.yaml, calendar/YYYY.yaml, and for the others the file of the
// member's name. A file of the upper pack replaces the lower one's as a whole.
struct Tables {
    calendar::WeekRow week;
    std::vector<calendar::YearRow> years;
    reference::IndustryTable industries;
    reference::SizeTable sizes;
    reference::AreaTable areas;
    reference::LprTable lpr;
    reference::TaxGradeTable tax_grades;
    reference::LoanClassTable loan_classes;
    reference::RepaymentModeTable repayment_modes;
    reference::GreenCatalogueTable green_catalogues;
};
BOOST_DESCRIBE_STRUCT(
    Tables,
    (),
    (week,
     years,
     industries,
     sizes,
     areas,
     lpr,
     tax_grades,
     loan_classes,
     repayment_modes,
     green_catalogues))

struct Loaded {
    Pack pack;
    Tables tables;
    std::set<std::string> tables_read; // member names of Tables that some file filled
    std::vector<Finding> findings;     // of shape: a pack with errors here is not worth checking
    Places places;                     // "/products/3/eligibility", "/tables/lpr/fixings/0"
    std::map<std::string, std::string> files; // name as in a Place → bytes
};

[[nodiscard]] Loaded load(const std::filesystem::path& folder);

// Fills the value of every target from what the plan prints and its unit, in 分, ppm or ones, and
// finds the slips: a unit that is not of the figure's kind, a printed text without one number in
// it, a written value that differs.
void fill_figures(Loaded& loaded);

// "450" and 亿元 → 45,000,000,000,000 fen… Nothing when the text has not exactly one number, the
// unit is not of that kind, or the number is finer than the minor unit.
[[nodiscard]] std::optional<std::int64_t> figure_value(
    FigureKind kind, std::string_view printed, std::string_view unit);
[[nodiscard]] bool unit_fits(FigureKind kind, std::string_view unit);

} // namespace pack
