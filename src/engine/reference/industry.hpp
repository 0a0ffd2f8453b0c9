// Industries by GB/T 4754-2017 国民经济行业分类: sections (门类, a letter), divisions (大类, two
// digits), classes (小类, four).
//
// The table always holds every section and division; classes may be a selection, since a class that
// is not named still has its place by its first two digits.
#pragma once

#include "base/finding.hpp"
#include "base/json.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace reference {

using base::Text;

struct SectionRow {
    std::string code; // "C"
    Text name;
    std::string first; // first and last division, "13" and "43"
    std::string last;
    friend bool operator==(const SectionRow&, const SectionRow&) = default;
};
BOOST_DESCRIBE_STRUCT(SectionRow, (), (code, name, first, last))

struct IndustryRow {
    std::string code; // two digits (division) or four (class)
    Text name;
    friend bool operator==(const IndustryRow&, const IndustryRow&) = default;
};
BOOST_DESCRIBE_STRUCT(IndustryRow, (), (code, name))

// packs/…/industries.yaml
struct IndustryTable {
    Text source;
    base::Date from;
    std::vector<SectionRow> sections;
    std::vector<IndustryRow> divisions;
    std::vector<IndustryRow> classes;
    friend bool operator==(const IndustryTable&, const IndustryTable&) = default;
};
BOOST_DESCRIBE_STRUCT(IndustryTable, (), (source, from, sections, divisions, classes))

[[nodiscard]] std::vector<base::Finding> check(const IndustryTable& table);

// Where a code stands. `division` is empty for a section alone; `name` is the closest one the table
// has.
struct IndustryPlace {
    std::string code; // without the letter: "3311", "33"; the letter itself for a section alone
    std::string section;
    std::string division;
    Text name;
    bool named = false; // the table has this very code, not only the division around it
    friend bool operator==(const IndustryPlace&, const IndustryPlace&) = default;
};
BOOST_DESCRIBE_STRUCT(IndustryPlace, (), (code, section, division, name, named))

class Industries {
public:
    static base::Result<Industries> make(IndustryTable table); // error `reference.industries`

    // Takes "C", "33", "331", "3311" and "C3311"; a letter that disagrees with the digits, or
    // digits outside every section, are `reference.industry`.
    [[nodiscard]] base::Result<IndustryPlace> place(std::string_view code) const;
    // 制造业: section C. False for a code that has no place.
    [[nodiscard]] bool is_manufacturing(std::string_view code) const;
    // Whether `code` is `group` or lies in it: ("3311", "C"), ("3311", "33"), ("3311", "3311").
    [[nodiscard]] bool within(std::string_view code, std::string_view group) const;

    [[nodiscard]] const IndustryTable& table() const { return table_; }

private:
    IndustryTable table_;
    std::map<std::string, std::string, std::less<>> section_of_; // division → section
    std::map<std::string, Text, std::less<>> names_;             // every code → name
};

} // namespace reference
