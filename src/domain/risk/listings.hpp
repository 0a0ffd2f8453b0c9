// 名单命中: enterprises of the county that a list names. Every enterprise is screened by its code
// and its name; who is on a black or a watch list becomes a warning that says which entry, by whom
// and until when, and how the names agree. Red and white lists are no reason to look.
//
// An entry that was met before warns no second time, so that a newer edition of the same list
// raises what is new in it.
#pragma once

#include "domain/risk/risk.hpp"
#include "engine/screen/read.hpp"

#include <filesystem>
#include <mutex>

namespace risk {

[[nodiscard]] bool warns(screen::List list);
[[nodiscard]] Warning warning_of(
    const party::Enterprise& enterprise,
    const screen::Entry& entry,
    const screen::Hit& hit,
    Instant now);

class Listings {
public:
    // The words that names are made of are those of the pack.
    Listings(
        store::Database& database,
        const pack::Policy& policy,
        Risks& risks,
        std::filesystem::path pack);

    struct Screened {
        std::int64_t entries = 0;     // of the list
        std::int64_t holding = 0;     // today
        std::int64_t enterprises = 0; // asked
        std::int64_t hits = 0;        // of entries that warn
        std::int64_t opened = 0;      // cases
        std::int64_t joined = 0;
        screen::Notes notes; // rows that could not be taken
    };

    // All enterprises against the entries that hold today. A row that does not say which list it is
    // of is of `list`. By officers (Right::risk_handle): `permission.denied`; `risk.no_desk`, those
    // of screen::read_entries and screen::load_words.
    Result<Screened> take(
        const store::Command& command, table::RowSource& rows, screen::List list, Instant now);

private:
    Result<const screen::Names*> names();
    [[nodiscard]] std::vector<Warning> found(
        const screen::Screen& list, Instant now, Screened& screened) const;

    store::Database& database_;
    const pack::Policy& policy_;
    Risks& risks_;
    std::filesystem::path pack_;
    std::mutex mutex_; // of what follows
    std::optional<screen::Vocabulary> vocabulary_;
    std::optional<screen::Names> names_;
};

} // namespace risk
