// An account's past: from the mark before, forward along its lines.
#include "domain/account/account_sql.hpp"
#include "domain/account/lines.hpp"
#include "engine/ledger/packed.hpp"

#include <algorithm>

namespace account {
namespace {

ledger::Line line_at(const store::Snapshot& db, TransferId id) {
    const auto line = find_line(db, id);
    base::ensure(line.has_value(), "an account's lines have no gap");
    return *line;
}

std::optional<ledger::Account> mark_at(
    const store::Snapshot& db, const ledger::Account& now, std::int64_t lines) {
    if (lines >= now.lines) return now;
    const auto packed = db.row<store::Blob>(
        "select packed from account_mark where account = $1 and lines = $2", now.id, lines);
    if (!packed) return std::nullopt;
    return ledger::unpack_accounts(packed->bytes, now.id).front();
}

std::optional<ledger::Stamp> mark_stamp(
    const store::Snapshot& db, AccountId id, std::int64_t lines) {
    return db.row<ledger::Stamp>(
        "select stamp from account_mark where account = $1 and lines = $2", id, lines);
}

// The entries after mark number `mark` and up to the next one.
std::vector<Entry> stretch(
    const store::Snapshot& db, const ledger::Account& now, std::int64_t mark) {
    const auto from = mark * ledger::lines_per_mark;
    const auto base = mark_at(db, now, from);
    const auto top = mark_at(db, now, from + ledger::lines_per_mark);
    base::ensure(base && top, "an account's marks have no gap");
    std::vector<Entry> entries;
    auto at = top->last;
    for (auto lines = top->lines; lines > from; --lines) {
        entries.push_back({.line = line_at(db, at), .after = {}});
        const auto& line = entries.back().line;
        at = line.debit == now.id ? line.debit_previous : line.credit_previous;
    }
    std::ranges::reverse(entries);
    auto account = *base;
    for (auto& entry : entries) {
        ledger::follow(account, entry.line);
        entry.after = account;
    }
    return entries;
}

} // namespace

Page<Entry> history(
    const store::Snapshot& db, AccountId id, std::int32_t page, std::int32_t per_page) {
    Page<Entry> found;
    const auto now = balance(db, id);
    if (!now) return found;
    found.total = now->lines;
    const auto most = now->lines - static_cast<std::int64_t>(page - 1) * per_page; // newest line
    const auto least = std::max<std::int64_t>(most - per_page, 0); // the line before the oldest
    for (auto lines = most; lines > least;) {
        const auto mark = (lines - 1) / ledger::lines_per_mark;
        auto entries = stretch(db, *now, mark);
        while (!entries.empty() && lines > least) {
            if (entries.back().after.lines <= lines) {
                found.items.push_back(entries.back());
                --lines;
            }
            entries.pop_back();
        }
    }
    return found;
}

std::optional<ledger::Account> balance_at(const store::Snapshot& db, AccountId id, Instant at) {
    const auto now = balance(db, id);
    if (!now) return std::nullopt;
    const auto end = (at.ms + 1) * ledger::stamps_per_ms; // the first moment that is too late
    const auto opened = mark_stamp(db, id, 0);
    if (!opened || *opened >= end) return std::nullopt;
    // The newest mark before the end, by halving.
    std::int64_t low = 0;
    for (auto high = now->lines / ledger::lines_per_mark; low < high;) {
        const auto middle = (low + high + 1) / 2;
        if (*mark_stamp(db, id, middle * ledger::lines_per_mark) < end) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    auto account = *mark_at(db, *now, low * ledger::lines_per_mark);
    if (account.lines == now->lines) return account;
    for (const auto& entry : stretch(db, *now, low)) {
        if (entry.line.stamp < end) account = entry.after;
    }
    return account;
}

std::int64_t event_of(const store::Snapshot& db, TransferId id) {
    const auto line = find_line(db, id);
    if (!line) return 0;
    return db
        .row<std::int64_t>(
            "select seq from account_line where stamp <= $1 order by stamp desc limit 1",
            line->stamp)
        .value_or(0);
}

} // namespace account
