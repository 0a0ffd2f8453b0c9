#include "domain/intake/catalogue_columns.hpp"

#include "engine/pack/policy.hpp"

#include <algorithm>

namespace intake {

CatalogueColumns::CatalogueColumns(
    const table::RowSource& source,
    const pack::Policy& policy,
    const std::vector<std::size_t>& taken,
    std::vector<Line>& lines)
    : source_(source)
    , policy_(policy) {
    for (std::size_t column = 0; column < source.header().size(); ++column) {
        if (std::ranges::find(taken, column) != taken.end()) continue;
        const auto& name = source.header()[column];
        const auto attribute = policy.schema().find(name);
        const bool known = attribute && !fact::from_register(policy.schema().at(*attribute).name);
        // A label and a name may mean the same attribute; a row says one value of it.
        const bool repeated =
            known && std::ranges::find(places_, *attribute, &Place::attribute) != places_.end();
        if (known && !repeated) {
            places_.push_back({column, *attribute});
            continue;
        }
        lines.push_back(
            {.row = 1,
             .column = static_cast<std::int32_t>(column) + 1,
             .column_label = name,
             .value = {},
             .code = repeated ? "intake.column_repeated" : "intake.column_ignored",
             .severity = repeated ? Severity::warning : Severity::note});
    }
}

bool CatalogueColumns::read(
    const table::Row& row, std::vector<fact::Datum>& out, std::vector<Line>& lines) const {
    bool good = true;
    for (const auto& place : places_) {
        const auto& attribute = policy_.schema().at(place.attribute);
        const auto value = rule::from_text(attribute, trimmed(row.cells[place.column]));
        if (!value) {
            lines.push_back(line(source_, row, place.column, "intake.value", Severity::error));
            good = false;
            continue;
        }
        if (!rule::known(*value)) continue; // an empty cell says nothing
        out.push_back({.attribute = attribute.name, .period = {}, .value = rule::to_json(*value)});
    }
    return good;
}

} // namespace intake
