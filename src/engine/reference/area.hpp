// Administrative areas by GB/T 2260 and the statistical codes below the county: 2 digits a
// province, 4 a city, 6 a county, 9 a town or street. A part of a code's digits is the code of the
// area around it.
#pragma once

#include "base/finding.hpp"
#include "base/json.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reference {

struct AreaRow {
    std::string code;
    base::Text name;
    std::optional<base::Date>
        from; // when the name came into force; none: before every date we ask about
    std::optional<base::Date> until; // the last day it was in force; none: still is
    friend bool operator==(const AreaRow&, const AreaRow&) = default;
};
BOOST_DESCRIBE_STRUCT(AreaRow, (), (code, name, from, until))

// packs/…/areas.yaml
struct AreaTable {
    base::Text source;
    std::vector<AreaRow> areas;
    friend bool operator==(const AreaTable&, const AreaTable&) = default;
};
BOOST_DESCRIBE_STRUCT(AreaTable, (), (source, areas))

[[nodiscard]] std::vector<base::Finding> check(const AreaTable& table);

class Areas {
public:
    static base::Result<Areas> make(AreaTable table); // error `reference.areas`

    // The area as it was called on that day; `reference.area` when the table has no such code then.
    [[nodiscard]] base::Result<AreaRow> find(std::string_view code, base::Date on) const;
    // From the widest to the code itself, those the table names: 浙江省, 嘉兴市, 嘉善县, 魏塘街道.
    [[nodiscard]] std::vector<AreaRow> path(std::string_view code, base::Date on) const;
    // The named areas directly inside, by code.
    [[nodiscard]] std::vector<AreaRow> inside(std::string_view code, base::Date on) const;

    [[nodiscard]] static bool within(std::string_view code, std::string_view area) {
        return code.starts_with(area);
    }

    [[nodiscard]] const AreaTable& table() const { return table_; }

private:
    AreaTable table_;
    std::multimap<std::string, std::size_t, std::less<>> by_code_;
};

} // namespace reference
