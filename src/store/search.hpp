// Looking through the journal: the audit trail.
#pragma once

#include "store/database.hpp"

#include <optional>

namespace store {

struct JournalFilter {
    std::string kind; // the beginning of a kind: "finance." or "finance.moved"
    std::optional<base::Id<base::Person>> person;
    std::string subject;
    std::optional<base::Instant> from;
    std::optional<base::Instant> until; // up to but not at
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};

struct JournalPage {
    std::vector<Event> items; // newest first
    std::int64_t total = 0;
};

[[nodiscard]] JournalPage search(const Snapshot& db, const JournalFilter& filter);

} // namespace store
