#include "engine/watch/watch.hpp"

namespace watch {

std::optional<rule::Explanation> Watch::explain(const Outcome& recorded, base::Date day) const {
    const auto found = std::ranges::find(book_.rules, recorded.rule, &Rule::code);
    if (found == book_.rules.end()) return {};
    rule::Row row(*schema_);
    for (const auto& [name, raw] : recorded.values) {
        const auto place = schema_->find(name);
        const auto json = base::json::parse(raw.text);
        if (!place || !json) return {};
        auto value = rule::from_json(schema_->at(*place), *json);
        if (!value) return {};
        row.put(*place, *std::move(value));
    }
    return rule::explain(
        judged_[static_cast<std::size_t>(found - book_.rules.begin())].program, row, day);
}

} // namespace watch
