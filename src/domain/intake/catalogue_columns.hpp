// Columns of a file that are attributes of the catalogue, found by label or name, and their cells
// as facts.
#pragma once

#include "domain/fact/fact.hpp"
#include "domain/intake/reading.hpp"

namespace intake {

class CatalogueColumns {
public:
    // `taken`: columns that mean something else. The rest are attributes, or are ignored with a
    // note each; of two columns that are the same attribute the first counts.
    CatalogueColumns(
        const table::RowSource& source,
        const pack::Policy& policy,
        const std::vector<std::size_t>& taken,
        std::vector<Line>& lines);

    // The row's data; false when a cell does not fit its attribute, with a line for each that does
    // not.
    bool read(const table::Row& row, std::vector<fact::Datum>& out, std::vector<Line>& lines) const;

    [[nodiscard]] bool empty() const { return places_.empty(); }

private:
    struct Place {
        std::size_t column = 0;
        std::size_t attribute = 0; // place in the schema
    };

    const table::RowSource& source_;
    const pack::Policy& policy_;
    std::vector<Place> places_;
};

} // namespace intake
